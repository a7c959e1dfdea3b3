(call
  function: (identifier) @_function
  arguments: (arguments . argument: (argument value: (identifier) @name))
  (#any-of? @_function "library" "require" "requireNamespace")) @import
(call
  function: (identifier) @_function
  arguments: (arguments . argument: (argument value: (string content: (string_content) @name)))
  (#any-of? @_function "source" "library" "require" "requireNamespace")) @import

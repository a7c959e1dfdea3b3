(function_call
  name: (identifier) @_function
  arguments: (arguments . (string content: (string_content) @name))
  (#any-of? @_function "require" "dofile" "loadfile")) @import

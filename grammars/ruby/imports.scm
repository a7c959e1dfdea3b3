(call
  method: (identifier) @_method
  arguments: (argument_list . (string (string_content) @name))
  (#any-of? @_method "require" "require_relative" "load" "autoload")) @import

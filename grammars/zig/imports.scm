(builtin_function
  (builtin_identifier) @_builtin
  (arguments (string (string_content) @name))
  (#eq? @_builtin "@import")) @import

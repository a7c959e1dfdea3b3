(using_statement (identifier) @name) @import
(import_statement (identifier) @name) @import
(using_statement (selected_import . (identifier) @name)) @import
(import_statement (selected_import . (identifier) @name)) @import
(call_expression
  . (identifier) @_function
  (argument_list (string_literal (content) @name))
  (#eq? @_function "include")) @import

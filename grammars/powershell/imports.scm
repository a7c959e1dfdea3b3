(command
  command_name: (command_name) @_command
  command_elements: (command_elements (generic_token) @name .)
  (#any-of? @_command "Import-Module" "using")) @import
(command
  (command_invokation_operator) @_dot
  command_name: (command_name_expr (command_name) @name)
  (#eq? @_dot ".")) @import

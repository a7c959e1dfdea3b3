(command
  name: (command_name (word) @_command)
  . argument: (_) @name
  (#any-of? @_command "source" ".")) @import

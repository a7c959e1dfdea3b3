(function_declaration name: (identifier) @name body: (_)? @body) @def.function
(function_declaration name: (dot_index_expression field: (identifier) @name) body: (_)? @body) @def.function
(function_declaration name: (method_index_expression method: (identifier) @name) body: (_)? @body) @def.method
(assignment_statement
  (variable_list . name: (dot_index_expression field: (identifier) @name))
  (expression_list . value: (function_definition body: (_)? @body))) @def.function
(assignment_statement
  (variable_list . name: (identifier) @name)
  (expression_list . value: (function_definition body: (_)? @body))) @def.function
(chunk (variable_declaration (assignment_statement (variable_list name: (identifier) @name)) @def.variable))

(function_call name: (identifier) @ref.call)
(function_call name: (dot_index_expression field: (identifier) @ref.call))
(function_call name: (method_index_expression method: (identifier) @ref.call))

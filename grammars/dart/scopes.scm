(block) @scope
(class_body) @scope
(function_expression) @scope
(for_statement) @scope

(formal_parameter name: (identifier) @local)
(initialized_variable_definition name: (identifier) @local)
(for_loop_parts name: (identifier) @local)
(initialized_identifier . (identifier) @local)
(static_final_declaration . (identifier) @local)

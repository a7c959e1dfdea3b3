(function_declaration) @scope
(protocol_function_declaration) @scope
(init_declaration) @scope
(lambda_literal) @scope
(class_body) @scope
(for_statement) @scope
(if_statement) @scope
(while_statement) @scope
(catch_block) @scope

(parameter name: (simple_identifier) @local)
(lambda_parameter name: (simple_identifier) @local)
(pattern bound_identifier: (simple_identifier) @local)
(if_statement bound_identifier: (simple_identifier) @local)
(guard_statement bound_identifier: (simple_identifier) @local)

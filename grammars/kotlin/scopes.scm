(function_declaration) @scope
(anonymous_function) @scope
(lambda_literal) @scope
(class_body) @scope
(class_declaration) @scope
(for_statement) @scope
(control_structure_body) @scope
(when_entry) @scope
(catch_block) @scope

(parameter (simple_identifier) @local)
(class_parameter (simple_identifier) @local)
(variable_declaration (simple_identifier) @local)
(catch_block (simple_identifier) @local)

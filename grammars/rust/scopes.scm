(block) @scope
(function_item) @scope
(function_signature_item) @scope
(closure_expression) @scope
(match_arm) @scope
(for_expression) @scope
(if_expression) @scope
(while_expression) @scope

(parameter pattern: (identifier) @local)
(parameter pattern: (mut_pattern (identifier) @local))
(self_parameter (self) @local)
(closure_parameters (identifier) @local)
(closure_parameters (parameter pattern: (identifier) @local))
(let_declaration pattern: (identifier) @local)
(let_declaration pattern: (tuple_pattern (identifier) @local))
(let_condition pattern: (tuple_struct_pattern (identifier) @local .))
(match_pattern (identifier) @local)
(match_pattern (tuple_struct_pattern (identifier) @local .))
(for_expression pattern: (identifier) @local)
(for_expression pattern: (tuple_pattern (identifier) @local))

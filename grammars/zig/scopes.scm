(block) @scope
(function_declaration) @scope
(for_statement) @scope
(if_statement) @scope
(while_statement) @scope
(struct_declaration) @scope

(parameter name: (identifier) @local)
(variable_declaration . (identifier) @local)
(payload (identifier) @local)

(block) @scope
(template_body) @scope
(function_definition) @scope
(function_declaration) @scope
(lambda_expression) @scope
(for_expression) @scope
(case_clause) @scope
(class_definition) @scope

(parameter name: (identifier) @local)
(class_parameter name: (identifier) @local)
(val_definition pattern: (identifier) @local)
(var_definition pattern: (identifier) @local)
(enumerator . (identifier) @local)
(lambda_expression parameters: (identifier) @local)
(case_clause pattern: (identifier) @local)

(block) @scope
(method_declaration) @scope
(constructor_declaration) @scope
(local_function_statement) @scope
(lambda_expression) @scope
(foreach_statement) @scope
(for_statement) @scope
(using_statement) @scope
(catch_clause) @scope
(declaration_list) @scope
(delegate_declaration) @scope
(record_declaration) @scope

(parameter name: (identifier) @local)
(implicit_parameter) @local
(variable_declarator name: (identifier) @local)
(foreach_statement left: (identifier) @local)
(catch_declaration name: (identifier) @local)
(declaration_pattern name: (identifier) @local)
(declaration_expression name: (identifier) @local)
(property_declaration name: (identifier) @local)

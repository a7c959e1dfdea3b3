(block) @scope
(function_declaration) @scope
(method_declaration) @scope
(func_literal) @scope
(method_elem) @scope
(for_statement) @scope
(if_statement) @scope
(expression_case) @scope
(type_case) @scope
(communication_case) @scope

(parameter_declaration name: (identifier) @local)
(variadic_parameter_declaration name: (identifier) @local)
(short_var_declaration left: (expression_list (identifier) @local))
(range_clause left: (expression_list (identifier) @local))
(var_spec name: (identifier) @local)
(const_spec name: (identifier) @local)

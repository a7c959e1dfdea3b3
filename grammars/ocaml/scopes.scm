(let_binding) @scope
(let_expression) @scope
(match_case) @scope
(fun_expression) @scope

(parameter pattern: (value_pattern) @local)
(let_binding pattern: (value_name) @local)
(match_case pattern: (value_pattern) @local)

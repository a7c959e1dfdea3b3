(value_declaration) @scope
(let_in_expr) @scope
(case_of_branch) @scope
(anonymous_function_expr) @scope

(lower_pattern (lower_case_identifier) @local)
(let_in_expr
  valueDeclaration: (value_declaration
    functionDeclarationLeft: (function_declaration_left . (lower_case_identifier) @local)))

(block) @scope
(subroutine_declaration_statement) @scope
(method_declaration_statement) @scope
(anonymous_subroutine_expression) @scope

(variable_declaration variable: (_) @local)
(variable_declaration variables: (_) @local)
(for_statement variable: (scalar) @local)
(mandatory_parameter (scalar) @local)
(optional_parameter (scalar) @local)
(slurpy_parameter (_) @local)

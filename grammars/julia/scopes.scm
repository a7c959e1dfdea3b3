(function_definition) @scope
(arrow_function_expression) @scope
(for_statement) @scope
(let_statement) @scope
(do_clause) @scope
(macro_definition) @scope
(assignment . (call_expression)) @scope

(signature (call_expression (argument_list (identifier) @local)))
(signature (call_expression (argument_list (typed_expression . (identifier) @local))))
(signature (call_expression (argument_list (named_argument . (identifier) @local))))
(assignment . (call_expression (argument_list (identifier) @local)))
(arrow_function_expression . (identifier) @local)
(assignment . (identifier) @local)
(for_binding . (identifier) @local)

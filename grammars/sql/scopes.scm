(statement) @scope
(subquery) @scope
(create_function) @scope

(relation alias: (identifier) @local)
(term alias: (identifier) @local)
(cte . (identifier) @local)
(function_argument . (identifier) @local)

(function) @scope
(let_in) @scope
(lambda) @scope
(alternative) @scope
(do) @scope
(instance) @scope

(patterns (variable) @local)
(bind name: (variable) @local)
(bind pattern: (variable) @local)
(local_binds (function name: (variable) @local))
(alternative pattern: (variable) @local)

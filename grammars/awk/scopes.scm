(func_def) @scope

(param_list (identifier) @local)
(assignment_exp left: (identifier) @local)

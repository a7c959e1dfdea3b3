(method) @scope
(singleton_method) @scope
(class) @scope
(module) @scope
(do_block) @scope
(block) @scope
(lambda) @scope

(method_parameters (identifier) @local)
(block_parameters (identifier) @local)
(lambda_parameters (identifier) @local)
(optional_parameter name: (identifier) @local)
(splat_parameter name: (identifier) @local)
(keyword_parameter name: (identifier) @local)
(hash_splat_parameter name: (identifier) @local)
(block_parameter name: (identifier) @local)
(assignment left: (identifier) @local)
(assignment left: (left_assignment_list (identifier) @local))
(assignment left: (instance_variable) @local)
(exception_variable (identifier) @local)
(for pattern: (identifier) @local)

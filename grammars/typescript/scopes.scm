; inherits: ecma
(method_signature) @scope
(abstract_method_signature) @scope
(function_signature) @scope
(function_type) @scope
(required_parameter pattern: (identifier) @local)
(optional_parameter pattern: (identifier) @local)
(required_parameter pattern: (rest_pattern (identifier) @local))

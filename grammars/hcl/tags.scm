(block (identifier) @_type . (string_lit (template_literal) @name) . (block_start) (body)? @body) @def.struct
(block
  (identifier) @_type
  . (string_lit (template_literal))
  . (string_lit (template_literal) @name)
  . (block_start)
  (body)? @body) @def.struct
(config_file (body (attribute (identifier) @name) @def.property))

(function_call (identifier) @ref.call)
(variable_expr (identifier) @ref.variable)

(function_declaration name: (identifier) @name body: (_)? @body) @def.function
(source_file (variable_declaration . (identifier) @name) @def.variable)
(variable_declaration . (identifier) @name (struct_declaration)) @def.struct
(variable_declaration . (identifier) @name (union_declaration)) @def.struct
(variable_declaration . (identifier) @name (enum_declaration)) @def.enum
(container_field name: (identifier) @name) @def.field
(test_declaration (string) @name (block) @body) @def.function

(call_expression function: (identifier) @ref.call)
(call_expression function: (field_expression member: (identifier) @ref.call))
(parameter type: (identifier) @ref.type)
(struct_initializer (identifier) @ref.type)

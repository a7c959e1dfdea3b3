(module_definition (module_binding (module_name) @name body: (_)? @body)) @def.module
(module_type_definition (module_type_name) @name body: (_)? @body) @def.interface
(type_definition (type_binding name: (type_constructor) @name body: (_)? @body)) @def.type
(constructor_declaration (constructor_name) @name) @def.member
(field_declaration (field_name) @name) @def.field
(external (value_name) @name) @def.function
(value_specification (value_name) @name) @def.function

(type_constructor_path (type_constructor) @ref.type)

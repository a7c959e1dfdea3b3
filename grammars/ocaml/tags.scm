(module_definition (module_binding (module_name) @name body: (_)? @body)) @def.module
(module_type_definition (module_type_name) @name body: (_)? @body) @def.interface
(type_definition (type_binding name: (type_constructor) @name body: (_)? @body)) @def.type
(constructor_declaration (constructor_name) @name) @def.member
(field_declaration (field_name) @name) @def.field
(exception_definition (constructor_declaration (constructor_name) @name)) @def.class
(external (value_name) @name) @def.function
(value_specification (value_name) @name) @def.function
(class_definition (class_binding (class_name) @name body: (_)? @body)) @def.class
(method_definition (method_name) @name body: (_)? @body) @def.method
(compilation_unit (value_definition (let_binding pattern: (value_name) @name !body)) @def.variable)
(compilation_unit
  (value_definition (let_binding pattern: (value_name) @name body: (_) @body)) @def.variable)
(structure (value_definition (let_binding pattern: (value_name) @name body: (_) @body)) @def.variable)
(compilation_unit
  (value_definition
    (let_binding pattern: (value_name) @name . (parameter) body: (_) @body)) @def.function)
(structure
  (value_definition
    (let_binding pattern: (value_name) @name . (parameter) body: (_) @body)) @def.function)

(application_expression function: (value_path (value_name) @ref.call))
(type_constructor_path (type_constructor) @ref.type)
(module_path (module_name) @ref.module)

(header module: (module) @name) @def.module
(data_type name: (_) @name constructors: (_)? @body) @def.type
(newtype name: (_) @name constructor: (_)? @body) @def.type
(type_synomym name: (_) @name) @def.type
(class name: (_) @name declarations: (_)? @body) @def.interface
(instance name: (_) @name declarations: (_)? @body) @def.class
(data_constructor [(record name: (_) @name) (prefix name: (_) @name)]) @def.member
(field_name (variable) @name) @def.field
(declarations (signature name: (variable) @name) @def.function)
(class_declarations (signature name: (variable) @name) @def.method)
(declarations (function name: (variable) @name match: (_) @body) @def.function)
(declarations (bind name: (variable) @name match: (_) @body) @def.variable)

(apply function: (variable) @ref.call)
(signature type: (_ (name) @ref.type))
(signature type: (name) @ref.type)

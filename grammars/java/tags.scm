(class_declaration name: (identifier) @name body: (_) @body) @def.class
(record_declaration name: (identifier) @name body: (_) @body) @def.class
(interface_declaration name: (identifier) @name body: (_) @body) @def.interface
(annotation_type_declaration name: (identifier) @name body: (_) @body) @def.interface
(enum_declaration name: (identifier) @name body: (_) @body) @def.enum
(enum_constant name: (identifier) @name) @def.member
(method_declaration name: (identifier) @name body: (_)? @body) @def.method
(constructor_declaration name: (identifier) @name body: (_) @body) @def.constructor
(field_declaration declarator: (variable_declarator name: (identifier) @name)) @def.field
(package_declaration (_) @name) @def.module

(method_invocation name: (identifier) @ref.call)
(object_creation_expression type: (type_identifier) @ref.class)
(superclass (type_identifier) @ref.class)
(super_interfaces (type_list (type_identifier) @ref.interface))
(formal_parameter type: (type_identifier) @ref.type)
(local_variable_declaration type: (type_identifier) @ref.type)
(field_declaration type: (type_identifier) @ref.type)
(method_declaration type: (type_identifier) @ref.type)

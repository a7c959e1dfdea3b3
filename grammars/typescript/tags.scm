; inherits: javascript
(interface_declaration name: (type_identifier) @name body: (_) @body) @def.interface
(type_alias_declaration name: (type_identifier) @name) @def.type
(enum_declaration name: (identifier) @name body: (enum_body) @body) @def.enum
(enum_body name: (property_identifier) @name @def.member)
(enum_body (enum_assignment name: (property_identifier) @name) @def.member)
(abstract_class_declaration name: (type_identifier) @name body: (class_body) @body) @def.class
(abstract_method_signature name: (_) @name) @def.method
(interface_body (method_signature name: (property_identifier) @name) @def.method)
(interface_body (property_signature name: (property_identifier) @name) @def.property)
(class_body (method_signature name: (property_identifier) @name) @def.method)
(public_field_definition name: (property_identifier) @name) @def.field
(internal_module name: (identifier) @name body: (_) @body) @def.module
(module name: (_) @name body: (_) @body) @def.module
(function_signature name: (identifier) @name) @def.function

(type_annotation (type_identifier) @ref.type)
(extends_clause value: (identifier) @ref.class)
(implements_clause (type_identifier) @ref.interface)
(generic_type name: (type_identifier) @ref.type)

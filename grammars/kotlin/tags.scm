(class_declaration "class" (type_identifier) @name (class_body)? @body) @def.class
(class_declaration "interface" (type_identifier) @name (class_body)? @body) @def.interface
(class_declaration "enum" (type_identifier) @name (enum_class_body) @body) @def.enum
(enum_entry (simple_identifier) @name) @def.member
(object_declaration (type_identifier) @name (class_body)? @body) @def.class
(function_declaration (simple_identifier) @name (function_body)? @body) @def.function
(type_alias (type_identifier) @name) @def.type
(source_file (property_declaration (variable_declaration (simple_identifier) @name)) @def.variable)
(class_body (property_declaration (variable_declaration (simple_identifier) @name)) @def.property)
(class_parameter (binding_pattern_kind) (simple_identifier) @name) @def.property
(package_header (identifier) @name) @def.module

(call_expression (simple_identifier) @ref.call)
(call_expression (navigation_expression (navigation_suffix (simple_identifier) @ref.call)))
(delegation_specifier (user_type (type_identifier) @ref.interface))
(delegation_specifier (constructor_invocation (user_type (type_identifier) @ref.class)))
(parameter (user_type (type_identifier) @ref.type))
(variable_declaration (user_type (type_identifier) @ref.type))

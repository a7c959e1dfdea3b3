(class_declaration "class" name: (type_identifier) @name body: (_) @body) @def.class
(class_declaration "actor" name: (type_identifier) @name body: (_) @body) @def.class
(class_declaration "struct" name: (type_identifier) @name body: (_) @body) @def.struct
(class_declaration "enum" name: (type_identifier) @name body: (_) @body) @def.enum
(class_declaration "extension" name: (_) @name body: (_) @body) @def.class
(protocol_declaration name: (type_identifier) @name body: (_) @body) @def.interface
(enum_entry name: (simple_identifier) @name) @def.member
; The body, too, as a capture would take most of a second to compile; it is found by its field.
(function_declaration name: (simple_identifier) @name) @def.function
(protocol_function_declaration name: (simple_identifier) @name) @def.method
(init_declaration "init" @name) @def.constructor
(typealias_declaration . (modifiers)? . name: (type_identifier) @name) @def.type
(source_file
  (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @def.variable)
(class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @def.property)

(call_expression . (simple_identifier) @ref.call)
(call_expression
  . (navigation_expression suffix: (navigation_suffix suffix: (simple_identifier) @ref.call)))
(inheritance_specifier inherits_from: (user_type (type_identifier) @ref.class))
(parameter (user_type (type_identifier) @ref.type))
(type_annotation (user_type (type_identifier) @ref.type))

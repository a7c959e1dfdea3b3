(class_definition name: (identifier) @name body: (_) @body) @def.class
(mixin_declaration (identifier) @name (class_body) @body) @def.class
(extension_declaration name: (identifier) @name body: (_) @body) @def.class
(enum_declaration name: (identifier) @name body: (_) @body) @def.enum
(enum_constant name: (identifier) @name) @def.member
(type_alias (type_identifier) @name) @def.type
(program (function_signature name: (identifier) @name) @def.function)
(method_signature (function_signature name: (identifier) @name)) @def.method
(method_signature (getter_signature name: (identifier) @name)) @def.property
(declaration (function_signature name: (identifier) @name)) @def.method
(declaration (constructor_signature name: (identifier) @name)) @def.constructor
(declaration (initialized_identifier_list (initialized_identifier (identifier) @name))) @def.field
(program (static_final_declaration_list (static_final_declaration . (identifier) @name) @def.constant))
(library_name (dotted_identifier_list) @name) @def.module

(superclass (type_identifier) @ref.class)
(interfaces (type_identifier) @ref.interface)
(formal_parameter (type_identifier) @ref.type)
((identifier) @ref.call . (selector (argument_part)))
((selector (unconditional_assignable_selector (identifier) @ref.call)) . (selector (argument_part)))

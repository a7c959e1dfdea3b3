(class_declaration name: (name) @name body: (_) @body) @def.class
(interface_declaration name: (name) @name body: (_) @body) @def.interface
(trait_declaration name: (name) @name body: (_) @body) @def.interface
(enum_declaration name: (name) @name body: (_) @body) @def.enum
(enum_case name: (name) @name) @def.member
(function_definition name: (name) @name body: (_) @body) @def.function
(method_declaration name: (name) @name body: (_)? @body) @def.method
(property_declaration (property_element name: (variable_name (name) @name))) @def.field
(property_promotion_parameter name: (variable_name (name) @name)) @def.field
(const_declaration (const_element . (name) @name)) @def.constant
(namespace_definition name: (namespace_name) @name) @def.module

(function_call_expression function: (name) @ref.call)
(function_call_expression function: (qualified_name (name) @ref.call))
(member_call_expression name: (name) @ref.call)
(scoped_call_expression name: (name) @ref.call)
(scoped_call_expression scope: (name) @ref.class)
(object_creation_expression (name) @ref.class)
(base_clause (name) @ref.class)
(class_interface_clause (name) @ref.interface)
(declaration_list (use_declaration (name) @ref.interface))
(named_type (name) @ref.type)

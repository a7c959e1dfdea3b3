(function_item name: (identifier) @name body: (block) @body) @def.function
(function_signature_item name: (identifier) @name) @def.method
(struct_item name: (type_identifier) @name body: (_)? @body) @def.struct
(union_item name: (type_identifier) @name body: (_) @body) @def.struct
(enum_item name: (type_identifier) @name body: (_) @body) @def.enum
(enum_variant name: (identifier) @name) @def.member
(trait_item name: (type_identifier) @name body: (_) @body) @def.interface
(impl_item type: (_) @name body: (_) @body) @def.class
(type_item name: (type_identifier) @name) @def.type
(const_item name: (identifier) @name) @def.constant
(static_item name: (identifier) @name) @def.variable
(mod_item name: (identifier) @name body: (_)? @body) @def.module
(macro_definition name: (identifier) @name) @def.macro
(field_declaration name: (field_identifier) @name) @def.field

(call_expression function: (identifier) @ref.call)
(call_expression function: (scoped_identifier name: (identifier) @ref.call))
(call_expression function: (field_expression field: (field_identifier) @ref.call))
(macro_invocation macro: (identifier) @ref.macro)
(struct_expression name: (type_identifier) @ref.type)
(parameter type: (type_identifier) @ref.type)
(parameter type: (reference_type type: (type_identifier) @ref.type))
(impl_item trait: (type_identifier) @ref.interface)

(function_declaration name: (identifier) @name body: (block) @body) @def.function
(method_declaration name: (field_identifier) @name body: (block) @body) @def.method
(type_declaration (type_spec name: (type_identifier) @name type: (struct_type (_) @body)) @def.struct)
(type_declaration (type_spec name: (type_identifier) @name type: (interface_type)) @def.interface)
(type_declaration
  (type_spec
    name: (type_identifier) @name
    type: [(type_identifier) (qualified_type) (map_type) (slice_type) (array_type) (pointer_type)
           (function_type) (channel_type)]) @def.type)
(type_declaration (type_alias name: (type_identifier) @name) @def.type)
(field_declaration name: (field_identifier) @name) @def.field
(method_elem name: (field_identifier) @name) @def.method
(source_file (const_declaration (const_spec name: (identifier) @name) @def.constant))
(source_file (var_declaration (var_spec name: (identifier) @name) @def.variable))
(package_clause (package_identifier) @name) @def.module

(call_expression function: (identifier) @ref.call)
(call_expression function: (selector_expression field: (field_identifier) @ref.call))
(composite_literal type: (type_identifier) @ref.type)
(parameter_declaration type: (type_identifier) @ref.type)
(parameter_declaration type: (pointer_type (type_identifier) @ref.type))
(qualified_type name: (type_identifier) @ref.type)

(class_definition name: (identifier) @name body: (_)? @body) @def.class
(object_definition name: (identifier) @name body: (_)? @body) @def.class
(trait_definition name: (identifier) @name body: (_)? @body) @def.interface
(enum_definition name: (identifier) @name body: (_) @body) @def.enum
(simple_enum_case name: (identifier) @name) @def.member
(full_enum_case name: (identifier) @name) @def.member
(function_definition name: (_) @name body: (_) @body) @def.function
(function_declaration name: (_) @name) @def.function
(type_definition name: (type_identifier) @name) @def.type
(given_definition name: (_) @name) @def.variable
(template_body (val_definition pattern: (identifier) @name) @def.field)
(template_body (var_definition pattern: (identifier) @name) @def.field)
(compilation_unit (val_definition pattern: (identifier) @name) @def.variable)
(package_clause name: (package_identifier) @name) @def.module

(call_expression function: (identifier) @ref.call)
(call_expression function: (field_expression field: (identifier) @ref.call))
(call_expression function: (generic_function function: (identifier) @ref.call))
(extends_clause type: (type_identifier) @ref.class)
(instance_expression (type_identifier) @ref.class)
(parameter type: (type_identifier) @ref.type)

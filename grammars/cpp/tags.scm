; inherits: c
(class_specifier name: (_) @name body: (_) @body) @def.class
(function_definition
  declarator: (function_declarator declarator: (field_identifier) @name)
  body: (_) @body) @def.method
(function_definition
  declarator: (_ (function_declarator declarator: (field_identifier) @name))
  body: (_) @body) @def.method
(function_definition
  declarator: (function_declarator declarator: (qualified_identifier name: (identifier) @name))
  body: (_) @body) @def.method
(function_definition
  declarator: (function_declarator
    declarator: (qualified_identifier name: (qualified_identifier name: (identifier) @name)))
  body: (_) @body) @def.method
(function_definition
  declarator: (_ (function_declarator declarator: (qualified_identifier name: (identifier) @name)))
  body: (_) @body) @def.method
(function_definition
  declarator: (function_declarator declarator: (qualified_identifier name: (destructor_name) @name))
  body: (_) @body) @def.method
(function_definition
  declarator: (function_declarator declarator: [(operator_name) (destructor_name)] @name)
  body: (_) @body) @def.method
(field_declaration declarator: (function_declarator declarator: (field_identifier) @name)) @def.method
(namespace_definition name: (_) @name body: (_) @body) @def.module
(alias_declaration name: (type_identifier) @name) @def.type
(concept_definition name: (identifier) @name) @def.interface

(call_expression function: (qualified_identifier name: (identifier) @ref.call))
(call_expression function: (template_function name: (identifier) @ref.call))
(base_class_clause (type_identifier) @ref.class)
(template_type name: (type_identifier) @ref.type)

(module_definition name: (identifier) @name) @def.module
(struct_definition (type_head [
  (identifier) @name
  (binary_expression . (identifier) @name)
  (parametrized_type_expression . (identifier) @name)
  (binary_expression . (parametrized_type_expression . (identifier) @name))
])) @def.struct
(abstract_definition (type_head [
  (identifier) @name
  (binary_expression . (identifier) @name)
])) @def.interface
(function_definition (signature (call_expression . (identifier) @name))) @def.function
(function_definition (signature (typed_expression (call_expression . (identifier) @name)))) @def.function
(function_definition (signature (where_expression (call_expression . (identifier) @name)))) @def.function
(assignment . (call_expression . (identifier) @name)) @def.function
(macro_definition (signature (call_expression . (identifier) @name))) @def.macro
(const_statement (assignment . (identifier) @name)) @def.constant
(struct_definition (typed_expression . (identifier) @name) @def.field)

(call_expression . (identifier) @ref.call)
(call_expression . (field_expression (identifier) @ref.call .))
(macrocall_expression (macro_identifier) @ref.macro)

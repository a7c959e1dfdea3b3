(module_declaration name: (upper_case_qid) @name) @def.module
(type_alias_declaration name: (upper_case_identifier) @name typeExpression: (_) @body) @def.type
(type_declaration name: (upper_case_identifier) @name) @def.type
(union_variant name: (upper_case_identifier) @name) @def.member
(field_type name: (lower_case_identifier) @name) @def.field
(file (type_annotation name: (lower_case_identifier) @name) @def.function)
(file
  (value_declaration
    functionDeclarationLeft: (function_declaration_left . (lower_case_identifier) @name)
    body: (_) @body) @def.function)

(function_call_expr target: (value_expr name: (value_qid (lower_case_identifier) @ref.call .)))
(type_ref (upper_case_qid (upper_case_identifier) @ref.type .))

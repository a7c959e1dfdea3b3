(function_definition
  name: (identifier) @name
  body: (block . (expression_statement (string) @doc)?) @body) @def.function
(class_definition
  name: (identifier) @name
  body: (block . (expression_statement (string) @doc)?) @body) @def.class
(module (expression_statement (assignment left: (identifier) @name) @def.variable))
(class_definition
  body: (block (expression_statement (assignment left: (identifier) @name) @def.field)))
(type_alias_statement . (type (identifier) @name)) @def.type

(call function: (identifier) @ref.call)
(call function: (attribute attribute: (identifier) @ref.call))
(type (identifier) @ref.type)
(class_definition superclasses: (argument_list (identifier) @ref.class))
(decorator (identifier) @ref.function)

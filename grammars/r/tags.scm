(program (binary_operator lhs: (identifier) @name operator: ["<-" "=" "<<-"]) @def.variable)
(binary_operator
  lhs: (identifier) @name
  operator: ["<-" "=" "<<-"]
  rhs: (function_definition body: (_) @body)) @def.function

(call function: (identifier) @ref.call)
(call function: (namespace_operator rhs: (identifier) @ref.call))

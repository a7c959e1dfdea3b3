(function_definition) @scope

(parameter name: (identifier) @local)
(binary_operator lhs: (identifier) @local operator: ["<-" "=" "<<-"])
(for_statement variable: (identifier) @local)

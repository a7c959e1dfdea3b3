(package_statement name: (package) @name) @def.module
(subroutine_declaration_statement name: (bareword) @name) @def.function
(method_declaration_statement name: (bareword) @name) @def.method
(function_call_expression function: (function) @ref.call)
(ambiguous_function_call_expression function: (function) @ref.call)
(method_call_expression method: (method) @ref.call)

(rule_set (selectors) @name (block) @body) @def.class
(keyframes_statement (keyframes_name) @name) @def.function
(declaration (property_name) @name @def.variable
  (#starts-with? @name "--"))
(call_expression
  (function_name) @_function
  (arguments (plain_value) @ref.variable)
  (#eq? @_function "var"))

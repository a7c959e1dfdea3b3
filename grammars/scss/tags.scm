(rule_set (selectors) @name (block) @body) @def.class
(mixin_statement name: (identifier) @name (block) @body) @def.macro
(function_statement name: (identifier) @name (block) @body) @def.function
(keyframes_statement (keyframes_name) @name) @def.function
(stylesheet (declaration (property_name) @name) @def.variable)

(include_statement (identifier) @ref.macro)
(call_expression (function_name) @ref.call)

(block) @scope
(mixin_statement) @scope
(function_statement) @scope

(parameter (variable) @local)
(declaration (property_name) @local)

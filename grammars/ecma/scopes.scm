; What JavaScript and TypeScript share; parameters are wrapped in TypeScript and bare in JavaScript.
(statement_block) @scope
(function_declaration) @scope
(generator_function_declaration) @scope
(function_expression) @scope
(arrow_function) @scope
(method_definition) @scope
(class_body) @scope
(for_statement) @scope
(for_in_statement) @scope
(catch_clause) @scope

(variable_declarator name: (identifier) @local)
(arrow_function parameter: (identifier) @local)
(shorthand_property_identifier_pattern) @local
(array_pattern (identifier) @local)
(pair_pattern value: (identifier) @local)
(for_in_statement left: (identifier) @local)
(catch_clause parameter: (identifier) @local)
(import_specifier !alias name: (identifier) @local)
(import_specifier alias: (identifier) @local)
(import_clause (identifier) @local)
(namespace_import (identifier) @local)

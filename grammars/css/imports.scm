(import_statement (string_value (string_content) @name)) @import
(import_statement (call_expression (arguments (string_value (string_content) @name)))) @import

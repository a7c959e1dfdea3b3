(import_statement (string_value) @name) @import
(use_statement (string_value) @name) @import
(forward_statement (string_value) @name) @import

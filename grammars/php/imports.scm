(namespace_use_declaration (namespace_use_clause (qualified_name) @name)) @import
(namespace_use_declaration (namespace_name) @name body: (namespace_use_group)) @import
(require_expression (_ (string_content) @name)) @import
(require_once_expression (_ (string_content) @name)) @import
(include_expression (_ (string_content) @name)) @import
(include_once_expression (_ (string_content) @name)) @import

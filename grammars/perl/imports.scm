(use_statement module: (package) @name) @import
(require_expression (bareword) @name) @import

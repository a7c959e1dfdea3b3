; inherits: c
(using_declaration (_) @name) @import

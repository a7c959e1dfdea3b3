(using_directive !name (qualified_name) @name) @import
(using_directive !name (identifier) @name) @import
(using_directive name: (identifier) (qualified_name) @name) @import

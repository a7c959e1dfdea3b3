(use_declaration argument: (_) @name) @import
(extern_crate_declaration name: (identifier) @name) @import

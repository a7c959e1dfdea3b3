(import_header (identifier) @name) @import

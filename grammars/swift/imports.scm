(import_declaration (identifier) @name) @import

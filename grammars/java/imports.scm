(import_declaration (scoped_identifier) @name) @import

(import_declaration) @name @import

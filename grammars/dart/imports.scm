(import_or_export (_ (_ (configurable_uri (uri (string_literal) @name))))) @import

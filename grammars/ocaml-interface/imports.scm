(open_module module: (module_path) @name) @import
(include_module_type (module_type_path) @name) @import

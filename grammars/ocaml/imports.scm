(open_module module: (module_path) @name) @import
(include_module (module_path) @name) @import

(import module: (module) @name) @import

(include_directive filenames: (list (word) @name)) @import

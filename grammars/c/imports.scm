(preproc_include path: (string_literal (string_content) @name)) @import
(preproc_include path: (system_lib_string) @name) @import

(table [(bare_key) (dotted_key) (quoted_key)] @name) @def.module
(table_array_element [(bare_key) (dotted_key) (quoted_key)] @name) @def.module
(pair [(bare_key) (dotted_key) (quoted_key)] @name) @def.property

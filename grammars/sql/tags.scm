(create_table (object_reference name: (identifier) @name) (column_definitions)? @body) @def.struct
(column_definition name: (identifier) @name) @def.field
(create_view (object_reference name: (identifier) @name) (create_query) @body) @def.type
(create_materialized_view (object_reference name: (identifier) @name)) @def.type
(create_index column: (identifier) @name) @def.property
(create_function (object_reference name: (identifier) @name) (function_body) @body) @def.function
(create_trigger (keyword_trigger) . (object_reference name: (identifier) @name)) @def.function
(create_type (object_reference name: (identifier) @name)) @def.type
(create_schema (identifier) @name) @def.module
(cte . (identifier) @name) @def.variable

(relation (object_reference name: (identifier) @ref.struct))
(insert (object_reference name: (identifier) @ref.struct))
(column_definition (object_reference name: (identifier) @ref.struct))
(create_index (object_reference name: (identifier) @ref.struct))
(invocation (object_reference name: (identifier) @ref.call))

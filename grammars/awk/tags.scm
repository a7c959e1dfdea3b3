(func_def name: (identifier) @name (block) @body) @def.function
(func_call name: (identifier) @ref.call)

((rule (targets (word) @name)) @def.function
  (#not-eq? @name ".PHONY"))
(variable_assignment name: (word) @name) @def.variable
(define_directive name: (word) @name) @def.macro

(prerequisites (word) @ref.function)
(variable_reference (word) @ref.variable)

(function_declaration name: (identifier) @name body: (statement_block) @body) @def.function
(generator_function_declaration name: (identifier) @name body: (statement_block) @body) @def.function
(class_declaration name: (_) @name body: (class_body) @body) @def.class
(method_definition name: (_) @name body: (statement_block) @body) @def.method
(program
  (lexical_declaration
    (variable_declarator name: (identifier) @name value: (arrow_function body: (_) @body))) @def.function)
(program
  (export_statement
    (lexical_declaration
      (variable_declarator name: (identifier) @name value: (arrow_function body: (_) @body))) @def.function))
(program
  (lexical_declaration
    (variable_declarator name: (identifier) @name value: (function_expression body: (_) @body))) @def.function)
; The values that are no functions, so that a name is not found as both.
(program
  (lexical_declaration
    "const"
    (variable_declarator
      name: (identifier) @name
      value: [
        (string) (template_string) (number) (regex) (true) (false) (null) (undefined) (identifier)
        (object) (array) (class) (call_expression) (new_expression) (await_expression)
        (member_expression) (subscript_expression) (binary_expression) (unary_expression)
        (ternary_expression) (parenthesized_expression) (assignment_expression)
      ]) @def.constant))
(program
  (export_statement
    (lexical_declaration
      "const"
      (variable_declarator
        name: (identifier) @name
        value: [
          (string) (template_string) (number) (regex) (true) (false) (null) (undefined) (identifier)
          (object) (array) (class) (call_expression) (new_expression) (await_expression)
          (member_expression) (subscript_expression) (binary_expression) (unary_expression)
          (ternary_expression) (parenthesized_expression) (assignment_expression)
        ]) @def.constant)))
(program (lexical_declaration "let" (variable_declarator name: (identifier) @name) @def.variable))
(program (variable_declaration (variable_declarator name: (identifier) @name) @def.variable))
(assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: [(function_expression body: (_) @body) (arrow_function body: (_) @body)]) @def.method

(call_expression function: (identifier) @ref.call)
(call_expression function: (member_expression property: (property_identifier) @ref.call))
(new_expression constructor: (identifier) @ref.class)

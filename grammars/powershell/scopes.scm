(script_block) @scope
(script_block_expression) @scope
(function_statement) @scope
(class_method_definition) @scope

(script_parameter (variable) @local)
(class_method_parameter (variable) @local)
(foreach_statement (variable) @local)
(assignment_expression
  (left_assignment_expression
    (logical_expression
      (bitwise_expression
        (comparison_expression
          (additive_expression
            (multiplicative_expression
              (format_expression
                (range_expression
                  (array_literal_expression
                    (unary_expression (variable) @local)))))))))))

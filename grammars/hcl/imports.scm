(block
  (identifier) @_type
  (body
    (attribute
      (identifier) @_key
      (expression (literal_value (string_lit (template_literal) @name)))) @import)
  (#eq? @_type "module") (#eq? @_key "source"))

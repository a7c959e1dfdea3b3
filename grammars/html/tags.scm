(element
  [
    (start_tag
      (attribute
        (attribute_name) @_id
        (quoted_attribute_value (attribute_value) @name)))
    (self_closing_tag
      (attribute
        (attribute_name) @_id
        (quoted_attribute_value (attribute_value) @name)))
  ] @def.property
  (#eq? @_id "id"))
(attribute
  (attribute_name) @_class
  (quoted_attribute_value (attribute_value) @ref.class)
  (#eq? @_class "class"))

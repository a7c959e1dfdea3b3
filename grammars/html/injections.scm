(script_element (start_tag (tag_name) .) (raw_text) @content.javascript)
(script_element
  (start_tag
    (attribute (attribute_name) @_name (quoted_attribute_value (attribute_value) @_value)))
  (raw_text) @content.javascript
  (#any-of? @_name "type" "src" "id" "nonce" "lang" "language")
  (#not-eq? @_value "application/json") (#not-eq? @_value "application/ld+json")
  (#not-eq? @_value "ts") (#not-eq? @_value "importmap"))
(script_element
  (start_tag
    (attribute (attribute_name) @_name (quoted_attribute_value (attribute_value) @_value)))
  (raw_text) @content.json
  (#eq? @_name "type") (#any-of? @_value "application/json" "application/ld+json" "importmap"))
(script_element
  (start_tag
    (attribute (attribute_name) @_name (quoted_attribute_value (attribute_value) @_value)))
  (raw_text) @content.typescript
  (#eq? @_name "lang") (#eq? @_value "ts"))
(script_element
  (start_tag (attribute (attribute_name) @_setup .))
  (raw_text) @content.javascript
  (#any-of? @_setup "setup" "defer" "async"))
(style_element (start_tag (tag_name) .) (raw_text) @content.css)
(style_element
  (start_tag
    (attribute (attribute_name) @_name (quoted_attribute_value (attribute_value) @_value)))
  (raw_text) @content.css
  (#not-eq? @_value "scss"))
(style_element
  (start_tag
    (attribute (attribute_name) @_name (quoted_attribute_value (attribute_value) @_value)))
  (raw_text) @content.scss
  (#eq? @_name "lang") (#eq? @_value "scss"))

; inherits: typescript
(jsx_opening_element name: (identifier) @ref.class)
(jsx_self_closing_element name: (identifier) @ref.class)

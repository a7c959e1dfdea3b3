(regex pattern: (regex_pattern) @content.regex)
(call_expression
  function: (identifier) @_tag
  arguments: (template_string (string_fragment) @content.sql)
  (#any-of? @_tag "sql" "SQL"))
(call_expression
  function: (identifier) @_tag
  arguments: (template_string (string_fragment) @content.html)
  (#eq? @_tag "html"))
(call_expression
  function: (identifier) @_tag
  arguments: (template_string (string_fragment) @content.css)
  (#any-of? @_tag "css" "createGlobalStyle" "keyframes"))

; A string whose first line is a comment that names the language: """-- sql ...""" is not marked by the
; grammar, so only calls that always take the language are taken.
(call
  function: (attribute object: (identifier) @_module attribute: (identifier) @_function)
  arguments: (argument_list . (string (string_content) @content.regex))
  (#eq? @_module "re")
  (#any-of? @_function "compile" "match" "search" "fullmatch" "split" "sub" "subn" "findall" "finditer"))
(call
  function: (attribute attribute: (identifier) @_function)
  arguments: (argument_list . (string (string_content) @content.sql))
  (#any-of? @_function "execute" "executemany" "executescript"))

(call
  target: (identifier) @_keyword
  (arguments . (alias) @name)
  (do_block) @body
  (#any-of? @_keyword "defmodule" "defprotocol" "defimpl")) @def.module
(call
  target: (identifier) @_keyword
  (arguments . [
    (call target: (identifier) @name)
    (identifier) @name
    (binary_operator left: (call target: (identifier) @name))
  ])
  (do_block)? @body
  (#any-of? @_keyword "def" "defp" "defdelegate")) @def.function
(call
  target: (identifier) @_keyword
  (arguments . [
    (call target: (identifier) @name)
    (binary_operator left: (call target: (identifier) @name))
  ])
  (do_block)? @body
  (#any-of? @_keyword "defmacro" "defmacrop" "defguard" "defguardp")) @def.macro
(call
  target: (identifier) @_keyword
  (arguments (list (atom) @name @def.field))
  (#any-of? @_keyword "defstruct" "defexception"))
(unary_operator
  operator: "@"
  operand: (call
    target: (identifier) @_name
    (arguments . (binary_operator left: (call target: (identifier) @name))))
  (#any-of? @_name "type" "typep" "opaque")) @def.type
(unary_operator
  operator: "@"
  operand: (call target: (identifier) @name (arguments . [(integer) (float) (list) (map) (tuple) (atom)]))) @def.constant

(call
  target: (identifier) @ref.call
  (#not-eq? @ref.call "def") (#not-eq? @ref.call "defp") (#not-eq? @ref.call "defmodule")
  (#not-eq? @ref.call "defmacro") (#not-eq? @ref.call "alias") (#not-eq? @ref.call "use")
  (#not-eq? @ref.call "import") (#not-eq? @ref.call "require") (#not-eq? @ref.call "defstruct"))
(call target: (dot right: (identifier) @ref.call))
(dot left: (alias) @ref.module)

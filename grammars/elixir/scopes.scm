(do_block) @scope
(anonymous_function) @scope
(stab_clause) @scope
((call target: (identifier) @_keyword) @scope
  (#any-of? @_keyword "def" "defp" "defmacro" "defmacrop"))

(call
  target: (identifier) @_keyword
  (arguments . (call (arguments (identifier) @local)))
  (#any-of? @_keyword "def" "defp" "defmacro" "defmacrop"))
(call
  target: (identifier) @_keyword
  (arguments . (call (arguments (binary_operator left: (identifier) @local))))
  (#any-of? @_keyword "def" "defp" "defmacro" "defmacrop"))
(call
  target: (identifier) @_keyword
  (arguments . (binary_operator left: (call (arguments (identifier) @local))))
  (#any-of? @_keyword "def" "defp" "defmacro" "defmacrop"))
(call
  target: (identifier) @_keyword
  (arguments . (binary_operator
    left: (call (arguments (binary_operator left: (identifier) @local)))))
  (#any-of? @_keyword "def" "defp" "defmacro" "defmacrop"))
(stab_clause left: (arguments (identifier) @local))
(binary_operator left: (identifier) @local operator: "=")
(binary_operator left: (tuple (identifier) @local) operator: "=")

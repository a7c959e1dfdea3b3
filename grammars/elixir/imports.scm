(call
  target: (identifier) @_keyword
  (arguments . (alias) @name)
  (#any-of? @_keyword "alias" "import" "use" "require")) @import

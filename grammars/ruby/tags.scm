(module name: (_) @name body: (_)? @body) @def.module
(class name: (_) @name body: (_)? @body) @def.class
(method name: (_) @name body: (_)? @body) @def.function
(singleton_method name: (_) @name body: (_)? @body) @def.method
(assignment left: (constant) @name) @def.constant
(call
  method: (identifier) @_method
  arguments: (argument_list (simple_symbol) @name @def.property)
  (#any-of? @_method "attr_reader" "attr_writer" "attr_accessor"))
(call
  method: (identifier) @_method
  arguments: (argument_list . (simple_symbol) @name @def.method)
  (#any-of? @_method "alias_method" "define_method" "scope"))
(alias name: (_) @name) @def.method

(call
  method: (identifier) @ref.call
  (#not-eq? @ref.call "require") (#not-eq? @ref.call "require_relative"))
(call receiver: (constant) @ref.class)
(superclass (constant) @ref.class)
(call
  method: (identifier) @_method
  arguments: (argument_list (constant) @ref.interface)
  (#any-of? @_method "include" "extend" "prepend"))

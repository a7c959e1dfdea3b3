(STag
  (Attribute (Name) @_id (AttValue) @name)
  (#any-of? @_id "id" "xml:id" "name" "x:Name")) @def.property
(EmptyElemTag
  (Attribute (Name) @_id (AttValue) @name)
  (#any-of? @_id "id" "xml:id" "name" "x:Name")) @def.property

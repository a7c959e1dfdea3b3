(document
  (block_node
    (block_mapping (block_mapping_pair key: (flow_node (plain_scalar (string_scalar) @name))) @def.property)))
(document
  (block_node
    (block_mapping
      (block_mapping_pair
        value: (block_node
          (block_mapping
            (block_mapping_pair key: (flow_node (plain_scalar (string_scalar) @name))) @def.property))))))
(anchor (anchor_name) @name) @def.variable
(alias (alias_name) @ref.variable)

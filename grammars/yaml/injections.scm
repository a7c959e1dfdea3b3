(block_mapping_pair
  key: (flow_node (plain_scalar (string_scalar) @_key))
  value: [
    (flow_node (plain_scalar (string_scalar) @content.shellscript))
    (block_node (block_scalar) @content.shellscript)
  ]
  (#any-of? @_key "run" "script" "before_script" "after_script"))

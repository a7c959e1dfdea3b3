(named_capturing_group (group_name) @name) @def.variable

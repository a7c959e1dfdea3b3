(atx_heading heading_content: (inline) @name) @def.module
(setext_heading heading_content: (paragraph) @name) @def.module
(link_reference_definition (link_label) @name) @def.variable

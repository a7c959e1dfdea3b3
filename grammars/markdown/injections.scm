(fenced_code_block (info_string (language) @language) (code_fence_content) @content)
(inline) @content.markdown-inline
(html_block) @content.html
(minus_metadata) @content.yaml
(plus_metadata) @content.toml

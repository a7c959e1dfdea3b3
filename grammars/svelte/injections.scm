; inherits: html
(svelte_raw_text) @content.javascript

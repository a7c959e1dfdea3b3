(text) @content.html

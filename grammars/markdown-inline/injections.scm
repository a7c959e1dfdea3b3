(html_tag) @content.html

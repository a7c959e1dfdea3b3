(content) @content.html
(code) @content.ruby

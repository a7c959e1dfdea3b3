(regex (string_content) @content.regex)

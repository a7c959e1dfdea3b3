(regex pattern: (regex_pattern) @content.regex)

(raw_string_literal
  delimiter: (raw_string_delimiter) @language
  (raw_string_content) @content)

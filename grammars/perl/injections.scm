(match_regexp content: (regexp_content) @content.regex)
(quoted_regexp content: (regexp_content) @content.regex)
(substitution_regexp content: (regexp_content) @content.regex)

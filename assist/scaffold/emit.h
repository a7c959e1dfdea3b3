/* assist/scaffold/emit.h: the toolkit that every target is written with: lines with indentation,
 * names in the language's style, literals and comments that no text from the sample can break out
 * of. */
#ifndef ARTEL_ASSIST_SCAFFOLD_EMIT_H
#define ARTEL_ASSIST_SCAFFOLD_EMIT_H

#include "assist/scaffold/names.h"
#include "assist/scaffold/schema.h"
#include "base/buf.h"

/* How a language spells a string. All but SQL come with their quotes and escape control characters,
 * bidirectional overrides and line separators; `</`, `<!` and the C comment end never appear. */
typedef enum {
    QUOTE_JSON,   /* \u00XX: JSON, JavaScript, TypeScript, Java */
    QUOTE_LONG,   /* the same, \UXXXXXXXX above U+FFFF: Python, Go, C# */
    QUOTE_DOLLAR, /* the same and \$: Kotlin */
    QUOTE_BRACE,  /* \u{XX}: Rust, Swift */
    QUOTE_PHP,    /* \u{XX} and \$ */
    QUOTE_RUBY,   /* \u{XX} and \# */
    QUOTE_LUA,    /* \u{XX}, \ddd */
    QUOTE_C,      /* octal bytes */
    QUOTE_SQL,    /* 'it''s'; the text has no other escapes */
} quote_style;

typedef struct {
    buf *b;
    arena *a; /* names and literals for one target */
    const schema *s;
    const char *unit; /* one level of indentation */
    int depth;
    str_view root_name;   /* in the style of the target's types */
    str_view sample_name; /* for the header comment */
} emit_out;

/* Indentation, the text, a newline. */
void scaf__line(emit_out *o, const char *format, ...) PRINTF_LIKE(2, 3);
void scaf__blank(emit_out *o);
/* scaf__line, then one level deeper. */
void scaf__open(emit_out *o, const char *format, ...) PRINTF_LIKE(2, 3);
/* One level back, then scaf__line. */
void scaf__close(emit_out *o, const char *format, ...) PRINTF_LIKE(2, 3);
/* A block of fixed code, its lines indented by the current depth; ends in one newline. */
void scaf__block(emit_out *o, const char *text);

/* The literal, NUL-terminated, in o->a; "" after failure. */
const char *scaf__quote(emit_out *o, str_view v, quote_style style);
/* One line for a comment of any language: no comment end, control character, `\u` or override; cut
 * at 60 characters. */
const char *scaf__comment(emit_out *o, str_view v);
/* What the sample said of a field, as one comment line: "date-time; 3 of 4, null once; e.g. x". */
const char *scaf__evidence(emit_out *o, const schema_field *f);
/* NUL-terminated name of words in a case. */
const char *scaf__name(emit_out *o, str_view words, name_case c);

/* The names of all named types in one case, legal and unique, by index as in s->named. NULL after
 * failure. `reserved` holds words that types must not have. */
typedef struct {
    const char **names;
    const schema *s;
} type_names;
type_names scaf__type_names(emit_out *o, name_case c, const char *reserved);
const char *scaf__type_name(const type_names *n, const schema_type *t);

/* Unique member names of a record. */
const char **scaf__field_names(emit_out *o, const schema_type *record, name_case c,
                               const char *reserved);

/* Targets. Each writes one file's text; failures are sticky in o->b and o->a. */
void scaf__emit_explanation(emit_out *o); /* for people: what was seen, what was decided and why */
void scaf__emit_typescript(emit_out *o);
void scaf__emit_javascript(emit_out *o);
void scaf__emit_python(emit_out *o);
void scaf__emit_typed_dict(emit_out *o);
void scaf__emit_rust(emit_out *o);
void scaf__emit_go(emit_out *o);
void scaf__emit_ruby(emit_out *o);
void scaf__emit_lua(emit_out *o);
void scaf__emit_sqlite(emit_out *o);
void scaf__emit_postgres(emit_out *o);
void scaf__emit_json_schema(emit_out *o);

#endif

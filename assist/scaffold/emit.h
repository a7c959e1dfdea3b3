/* assist/scaffold/emit.h: the toolkit that every target is written with: lines with indentation,
 * names in the language's style, literals and comments that no text from the sample can break out
 * of. */
#ifndef ARTEL_ASSIST_SCAFFOLD_EMIT_H
#define ARTEL_ASSIST_SCAFFOLD_EMIT_H

#include "assist/scaffold/names.h"
#include "assist/scaffold/scaffold.h"
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
    QUOTE_SQL,    /* 'it''s'; the text has no other escapes, NUL becomes U+FFFD */
} quote_style;

typedef struct {
    str_view path;
    size_t begin; /* of its text in the buffer */
} emit_file;

enum { EMIT_MAX_FILES = 64, EMIT_MAX_ALSO = 8 };

typedef struct {
    buf *b;
    arena *a; /* names and literals for one target */
    const schema *s;
    const char *unit; /* one level of indentation */
    int depth;
    str_view root_name;                    /* in the style of the target's types */
    str_view sample_name;                  /* for the header comment */
    str_view name_words;                   /* words of the name, for file names */
    str_view libraries;                    /* assist_scaffold_options.libraries */
    str_view taken, own_types;             /* of assist_scaffold_options */
    str_view snake_members, camel_members; /* of the options */
    bool original_names;
    assist_scaffold_unknown unknown;
    assist_scaffold_case script_case;
    emit_file *files; /* EMIT_MAX_FILES of them; the last one is being written */
    size_t n_files;
    const char *also[EMIT_MAX_ALSO]; /* targets that this one's files need */
    size_t n_also;
} emit_out;

/* --- several files ---
 * A target begins in one file named after the sample and its table row (names + suffix). If that is
 * all, it need not call any of these. */

/* What is written from here on is another file of this target. The path is relative to the output
 * folder, `/` between parts; it must be made of fixed text and of names (scaf__file_name), never of
 * text from the sample. A file into which nothing was written is dropped, so a target that names
 * all its files calls this first. Indentation starts at 0. Too many files: sticky in o->b. */
void scaf__file(emit_out *o, const char *format, ...) PRINTF_LIKE(2, 3);
/* The sample's name for a file or module: "user-list". */
const char *scaf__file_name(emit_out *o, name_case c);
/* The file that another target proposes for this sample, for imports: "user-list.ts"; "" when there
 * is no such target. Only its first file. */
const char *scaf__target_file(emit_out *o, const char *target);
/* The files of this target need those of `target` (static text) beside them: a client its types.
 * They are written too, once, whether asked for or not. */
void scaf__also(emit_out *o, const char *target);
/* Whether the project at hand uses the library or tool, by the name of its package ("vitest"). */
bool scaf__uses(const emit_out *o, const char *library);

/* Indentation, the text, a newline. */
void scaf__line(emit_out *o, const char *format, ...) PRINTF_LIKE(2, 3);
void scaf__blank(emit_out *o);
/* scaf__line, then one level deeper. */
void scaf__open(emit_out *o, const char *format, ...) PRINTF_LIKE(2, 3);
/* One level back, then scaf__line. */
void scaf__close(emit_out *o, const char *format, ...) PRINTF_LIKE(2, 3);
/* A block of fixed code, its lines indented by the current depth; ends in one newline. */
void scaf__block(emit_out *o, const char *text);
/* The same; the line `@more@` becomes `more`, or vanishes where that is NULL. */
void scaf__block_with(emit_out *o, const char *text, const char *more);

/* The literal, NUL-terminated, in o->a; "" after failure. */
const char *scaf__quote(emit_out *o, str_view v, quote_style style);
/* The keys of the record as literals, `, ` between them. */
const char *scaf__keys(emit_out *o, const schema_type *record, quote_style style);
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

/* Whether every language can have the key as the name of a member. */
bool scaf__is_plain(str_view key);

/* A key as it stands in an interface or an object of JavaScript: bare when it is a plain word. */
const char *scaf__script_key(emit_out *o, str_view key);

/* Unique member names of a record: in that case, unless the project has another (CASE_SNAKE and
 * CASE_CAMEL only) or the keys themselves are wanted. */
const char **scaf__field_names(emit_out *o, const schema_type *record, name_case c,
                               const char *reserved);

/* The explanation for people: what was seen, what was decided and why. */
void scaf__emit_explanation(emit_out *o);
/* The same of a few records of the sample tried on the others; nothing where there are too few. */
void scaf__emit_holdout(emit_out *o);

#endif

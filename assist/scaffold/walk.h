/* assist/scaffold/walk.h: what the emitters of typed languages share: one walk that spells a type,
 * a reader or a writer for any reference; how numbers are held; names of arms and values. */
#ifndef ARTEL_ASSIST_SCAFFOLD_WALK_H
#define ARTEL_ASSIST_SCAFFOLD_WALK_H

#include "assist/scaffold/template.h"

/* How a statically typed language has to hold a number so that it is written as it was spelled. */
typedef enum {
    NUMBER_INT64,
    NUMBER_UINT64,
    NUMBER_BIG,     /* an integer of any size */
    NUMBER_POINT,   /* a double in its shortest spelling, whole numbers with a point: 1.0 */
    NUMBER_BARE,    /* a double in its shortest spelling, whole numbers bare: 1 */
    NUMBER_DECIMAL, /* a decimal of any length: 1.50 */
    NUMBER_TEXT,    /* only its text keeps it: 1e5 */
    N_NUMBERS
} number_kind;

/* How one language spells one thing (a type, a function that reads or writes it) of every kind.
 * In `list` and below `%` stands for what is inside, in `record`, `choice` and `either` for the
 * name of the type. */
typedef struct expr_style expr_style;
struct expr_style {
    const type_names *names; /* may be NULL when no text wants them */
    const char *any, *boolean, *string;
    const char *numbers[N_NUMBERS];
    const char *record, *choice, *either; /* RECORD, ENUM, UNION */
    const char *list;
    const char *list_compound; /* for items whose text has a blank; NULL: as `list` */
    const char *map;
    const char *tuple_open, *between, *tuple_close; /* between NULL: tuple_open is all of it */
    const char *inner;                              /* around each item of a tuple; NULL: nothing */
    const char *nullable;                           /* around what may be null, but for ANY */
    const char *nullable_scalar; /* the same for booleans and numbers; NULL: as `nullable` */
    /* May be NULL. What it returns, when not NULL, goes before the texts above. */
    const char *(*leaf)(void *ctx, const schema_type *t);
    void *ctx;
    /* May be NULL. In `list`, `map` and `nullable`, `$` is then the type of what is inside. */
    const expr_style *types;
};

/* NUL-terminated, in o->a; "" after failure. */
const char *scaf__expr(emit_out *o, const expr_style *style, schema_ref ref);
/* The same without regard to null. */
const char *scaf__expr_base(emit_out *o, const expr_style *style, const schema_type *t);
/* `text` with every `%` replaced by `inner`. */
const char *scaf__around(emit_out *o, const char *text, const char *inner);

/* t is an INT or a NUMBER. */
number_kind scaf__number_kind(const schema_type *t);
/* True when some number of the samples needs more than int64_t and a double of 15 digits. */
bool scaf__has_exact(const schema *s);

/* JavaScript: true when JSON.parse and String do not give back each spelling of an INT or NUMBER;
 * for any number of the model; words that types must not be called. */
bool scaf__js_exact(const schema_type *t);
bool scaf__js_any_exact(const schema *s);
extern const char scaf__js_reserved[];

/* What JSON itself can tell apart; a union has at most one arm of each. */
typedef enum { JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } json_kind;
json_kind scaf__json_kind(const schema_type *t);
/* "Bool", "Number", "Text", "List" or "Object": what an arm told by its kind is called. */
const char *scaf__arm_name(const schema_type *t);

/* What a language without undefined values has to tell apart. */
typedef enum {
    FIELD_REQUIRED,
    FIELD_OPTIONAL, /* never null: null can stand for absent */
    FIELD_EITHER,   /* absent, null or a value */
} field_kind;
field_kind scaf__field_kind(const schema_field *f);
/* True when the value may be null, a type that nothing is known of included. */
bool scaf__may_be_null(const schema_field *f);

/* True when t is a tagged union and the record one of its arms. */
bool scaf__is_arm(const schema_type *t, const schema_type *record);
/* "Json, Shape, Event": `base` and the tagged unions that the record is an arm of. */
const char *scaf__interfaces(emit_out *o, const type_names *names, const schema_type *record,
                             const char *base);

/* Unique names for the values of an enum. NULL after failure. */
const char **scaf__value_names(emit_out *o, const schema_type *t, name_case c,
                               const char *reserved);
/* ASCII letters in lower case, as lists of reserved words have them. */
const char *scaf__lower(emit_out *o, const char *name);
/* The words of a name in one case, NUL-terminated: scaf__root(o, CASE_SNAKE) of "user list". */
const char *scaf__root(emit_out *o, name_case c);

/* What is written between the two goes into a buffer of its own, so that a head can be chosen by
 * what the body turned out to need: begin, write, end, write the head, scaf__body_put. */
typedef struct {
    buf body;
    buf *real;
} emit_body;
void scaf__body_begin(emit_out *o, emit_body *body);
void scaf__body_end(emit_out *o, emit_body *body);
void scaf__body_put(emit_out *o, emit_body *body);

/* What every file of a language has, from text/. */
extern const char scaf__text_c_api_c[];
extern const char scaf__text_c_cjson_c[];
extern const char scaf__text_c_json_c[];
extern const char scaf__text_c_table_c[];
extern const char scaf__text_c_walk_c[];
extern const char scaf__text_cpp_hpp[];
extern const char scaf__text_cpp_types_hpp[];
extern const char scaf__text_csharp_cs[];
extern const char scaf__text_exact_number_ts[];
extern const char scaf__text_java_java[];
extern const char scaf__text_kotlin_kt[];
extern const char scaf__text_php_php[];
extern const char scaf__text_pydantic_py[];
extern const char scaf__text_swift_swift[];

#endif

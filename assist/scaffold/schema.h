/* assist/scaffold/schema.h: the one model that every target is written from: what the samples say
 * about types, nullability, widths, enums and names. Built once from the shapes, then read only;
 * any thread. */
#ifndef ARTEL_ASSIST_SCAFFOLD_SCHEMA_H
#define ARTEL_ASSIST_SCAFFOLD_SCHEMA_H

#include "assist/scaffold/shape.h"

typedef enum {
    KIND_ANY, /* nothing but null seen, or nothing at all */
    KIND_BOOL,
    KIND_INT, /* every number was spelled as an integer */
    KIND_NUMBER,
    KIND_STRING,
    KIND_ENUM,   /* open: values not seen yet are legal too */
    KIND_ARRAY,  /* items[0] */
    KIND_TUPLE,  /* items by position */
    KIND_MAP,    /* keys are data; items[0] is the value */
    KIND_RECORD, /* fields */
    KIND_UNION,  /* items are the arms; tag_key not empty: records told apart by that key */
} schema_kind;

typedef enum { INT_32, INT_64, INT_U64, INT_BIG } schema_width;

typedef struct schema_type schema_type;

typedef struct {
    schema_type *type;
    bool nullable;
} schema_ref;

/* What was seen, for comments and explanations. */
typedef struct {
    uint64_t n; /* values, null included */
    uint64_t n_null;
    uint32_t n_distinct; /* of strings; 0 when too many */
    str_view example; /* one scalar, as JSON spells it but strings without quotes; may be empty */
} schema_evidence;

typedef struct {
    str_view key;   /* as in JSON: any bytes, perhaps empty */
    str_view words; /* of the key */
    schema_ref ref;
    bool optional; /* absent from some objects */
    bool unique;   /* proven: no two objects have the same value here */
    uint64_t n;    /* objects that have it, of n_objects */
    uint64_t n_objects;
    schema_evidence seen;
    str_view refers; /* "users.id": all values are keys of records there; empty: none is known */
    bool is_tag;     /* the tag of the union that this record is an arm of */
} schema_field;

struct schema_type {
    schema_kind kind;
    str_view words;     /* name of a RECORD, ENUM or UNION; unique among them */
    schema_width width; /* INT */
    uint32_t num_flags; /* INT, NUMBER: how numbers were spelled (NUM_*) */
    int64_t min_int, max_int;
    double min_num, max_num;
    scaf_format format;        /* STRING: of the text; MAP: of the keys */
    bool epoch_s, epoch_ms;    /* INT: a time by its range and its key */
    uint32_t max_chars;        /* STRING, ENUM */
    bool may_be_empty;         /* STRING: the sample had "" */
    uint32_t min_len, max_len; /* ARRAY */
    schema_ref *items;
    uint32_t n_items;
    schema_field *fields;
    uint32_t n_fields;
    str_view *values; /* ENUM: in order of appearance; arm of a tagged union: its tag values */
    uint32_t n_values;
    str_view tag_key;
    uint64_t n_objects; /* RECORD */
    const char *why;    /* one clause: the rule that decided the kind; never NULL for named types */
    uint32_t emitted;   /* free for one emitter at a time */
};

typedef enum {
    SCHEMA_MERGE_IDENTICAL, /* same keys, compatible types, and the same name or at least 4 keys */
    SCHEMA_MERGE_SIMILAR,   /* also: same name and 3/4 of the keys shared */
    SCHEMA_MERGE_NEVER,     /* nothing but recursive types */
} schema_merge;

/* What one place of the samples is, whatever the rules say; from the hints file. */
typedef struct {
    str_view pointer; /* JSON pointer; `-` matches any array item or map value, `*` any one step */
    str_view use;     /* "map", "record", "list", "tuple", "enum" or "string" */
} schema_hint;

typedef struct {
    str_view name; /* of the top-level type, as the user wrote it; empty: "Root" */
    schema_merge merge;
    bool no_enums, no_maps, no_unions; /* no_unions: no tagged unions */
    const schema_hint *hints;
    size_t n_hints;
} schema_options;

typedef struct {
    schema_ref root;
    schema_type *
        *named; /* RECORD, ENUM, UNION; each after the first that mentions it, root first */
    uint32_t n_named;
    schema_type
        *row; /* the record that a table or list shows: the item of a list or of an envelope */
    str_view
        row_key; /* the envelope's key for its rows; empty when the root is the list or the row */
    bool root_is_rows; /* the root is an array or map of rows */
    uint64_t n_samples;
    uint32_t num_flags; /* of all numbers together */
    str_view name;   /* of the top-level type and the files; set by the caller, as what follows */
    str_view sample; /* the samples themselves, one a line; set by the caller (sample.h) */
    sample_form form;
    str_view converted; /* all of a sample of another syntax as JSON; empty for others */
} schema;

/* Decides and builds. `shapes` is consumed: it is only good for release after. Everything lives in
 * `a`, names included; keys and examples are borrowed from the shapes' arena.
 * ERR_NOMEM. Cost: about linear in the number of shapes. */
MUST_USE err_code scaf__schema_build(schema *out, shape_set *shapes, const schema_options *opt,
                                     arena *a, err *e);

/* True when a parser generated from the model takes the value: unknown keys and new enum values are
 * fine, a missing required key or another kind is not. `what` (may be NULL) gets the reason. */
bool scaf__schema_accepts(const schema *s, const tape_value *values, uint32_t index, err *why);

#endif

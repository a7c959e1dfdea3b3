/* assist/scaffold/shape.h: what was seen at each place of the samples, added up value by value.
 *
 * A shape is the sum of all values seen at one place: how many nulls, integers, strings and so on,
 * and for strings, arrays and objects what they held. Sums can be united (scaf__shape_unify)
 * without loss, which makes every later decision (tuple or list, record or map, one type or
 * several) a matter of uniting what should be one. Two places where values are kept apart until
 * that decision:
 *
 * - Objects are sorted into variants: by the value of a tag key ("type", "kind" and such) when they
 * have one, else by their set of keys. Tagged unions are found by comparing variants.
 * - Arrays keep a shape per position while all arrays seen there have one length of at most
 *   SHAPE_POSITIONS.
 *
 * All memory is in one arena, bounded by it: 1 GB of records costs no more than 1 MB of them, as
 * only new keys and new places take memory. Uniting is union-find over the shapes, so that
 * recursive types become cycles; always go through scaf__shape_find. Not thread-safe. */
#ifndef ARTEL_ASSIST_SCAFFOLD_SHAPE_H
#define ARTEL_ASSIST_SCAFFOLD_SHAPE_H

#include "assist/scaffold/format.h"
#include "assist/scaffold/tape.h"
#include "base/buf.h"

enum {
    SHAPE_POSITIONS = 12, /* longer arrays are lists */
    SHAPE_DISTINCT = 48,  /* distinct strings counted per place; more than an enum may have */
    SHAPE_DISTINCT_BYTES = 64,
    SHAPE_VARIANTS = 24,  /* tag values, or sets of keys, kept apart */
    SHAPE_MAX_KEYS = 400, /* an object with more keys is a map, whatever they hold */
    SHAPE_MAP_KEYS = 8,   /* examples of keys kept for a map */
};

/* How numbers were spelled; decides which types give each lexeme back. */
enum {
    NUM_INT64 = 1,           /* fits int64_t */
    NUM_UINT64 = 2,          /* fits only uint64_t */
    NUM_BIG_INT = 4,         /* fits neither */
    NUM_FRACTION = 8,        /* shortest spelling of a double: 0.25 */
    NUM_POINT_ZERO = 16,     /* 1.0: a double, but spelled 1 by JavaScript and Go */
    NUM_LEXEME = 32,         /* 1e5, -0, 0.00001: only the text keeps it */
    NUM_DECIMAL = 64,        /* 1.50, or more digits than a double has: a decimal type keeps it */
    NUM_LONG_FRACTION = 128, /* NUM_FRACTION too, of 16 or 17 digits */
    NUM_ANY_INT = NUM_INT64 | NUM_UINT64 | NUM_BIG_INT,
};

typedef struct shape shape;

typedef struct {
    str_view text;
    uint64_t n;
    uint64_t hash;
} shape_string;

typedef struct {
    uint32_t formats;    /* that every value matched */
    uint32_t n_distinct; /* entries of `distinct` */
    bool overflow;       /* more or longer distinct strings than are kept */
    uint64_t n_empty;
    uint32_t max_bytes;
    uint32_t max_chars;
    shape_string *distinct; /* SHAPE_DISTINCT of them */
} shape_strings;

typedef struct {
    uint64_t n_arrays;
    uint64_t n_items;
    uint32_t min_len;
    uint32_t max_len;
    uint32_t n_positions; /* > 0: fixed length so far, `at` holds the shapes */
    shape *at[SHAPE_POSITIONS];
    shape *item; /* when n_positions is 0; NULL while no item was seen */
} shape_arrays;

typedef struct {
    str_view key;
    shape *value;
    uint64_t n; /* objects that have it */
    uint64_t hash;
} shape_field;

typedef struct {
    uint64_t signature;
    bool by_tag;
    str_view tag_key; /* when by_tag */
    str_view tag_value;
    uint64_t n_objects;
    uint32_t n_fields;
    uint32_t cap_fields;
    shape_field *fields; /* in order of first appearance */
    uint32_t *slots;     /* open addressing, index + 1; NULL while small */
    uint32_t n_slots;
} shape_variant;

typedef struct {
    uint64_t n_objects;
    uint32_t n_variants;
    uint32_t cap_variants;
    shape_variant *variants;
    uint32_t last;        /* variant met last: the first guess */
    bool merged;          /* one variant only: too many sets of keys, or decided */
    bool tagged;          /* decided: the variants are the arms of a tagged union */
    str_view tag_key;     /* when tagged */
    bool is_map;          /* decided: `map_value` holds every value */
    shape *map_value;     /* of a map; NULL while empty */
    uint64_t n_entries;   /* of a map, over all objects */
    uint32_t map_formats; /* formats that all keys of the map match */
    bool map_digits;      /* all keys of the map are digits */
    uint32_t n_keys;      /* examples in map_keys */
    str_view map_keys[SHAPE_MAP_KEYS];
} shape_objects;

typedef enum { CHOICE_OPEN, CHOICE_ENUM, CHOICE_TEXT } shape_choice;

struct shape {
    shape *forward; /* united into this one; NULL for a root */
    uint64_t n_null, n_false, n_true, n_number, n_string, n_array, n_object;
    uint32_t num_flags;
    int64_t min_int, max_int; /* of NUM_INT64 values */
    double min_num, max_num;  /* of the others, rounded */
    int64_t last_int;         /* of NUM_INT64 values */
    bool int_rises;           /* each NUM_INT64 was greater than the one before: no two are equal */
    str_view example;         /* first scalar seen, at most 80 bytes, as JSON spells numbers */
    shape_strings *strings;   /* NULL until the first string */
    shape_arrays *arrays;
    shape_objects *objects;
    shape_choice choice; /* decided by a hint: whether its strings are an enum */
    uint32_t mark;       /* for walks over the graph */
    uint32_t id;         /* in order of creation */
    void *type;          /* the model's type made from it */
};

typedef struct {
    shape *a, *b;
} shape_pair;

/* What stands in the file of the sample. */
typedef enum {
    SAMPLE_OTHER, /* or in several files, or below a pointer: no database could read it */
    SAMPLE_JSON,  /* one value as RFC 8259 has it */
    SAMPLE_LINES, /* several, a line each */
} sample_form;

typedef struct {
    arena *a; /* borrowed: everything lives here */
    shape *root;
    uint64_t n_values; /* samples added */
    uint32_t n_shapes;
    uint32_t mark;
    /* Pairs still to be united. Children wait here until their parents are whole: through a cycle a
     * child's union can reach the parent again. */
    shape_pair *pairs;
    size_t n_pairs, cap_pairs;
    buf *kept; /* borrowed: gets the values too (sample.h); NULL: nobody wants them */
    sample_form form;
    str_view resource; /* what the URL of a HAR file calls it; empty: not known */
    buf *converted;    /* borrowed: gets the one sample as JSON if it was converted; may be NULL */
} shape_set;

/* ERR_NOMEM. */
MUST_USE err_code scaf__shapes_init(shape_set *s, arena *a);
/* Adds the value at `index` to the root. ERR_NOMEM, also when the arena's maximum is reached; the
 * set is then good only for release. Cost: O(values), recursion no deeper than the tape. */
MUST_USE err_code scaf__shapes_add(shape_set *s, const tape_value *values, uint32_t index);

/* The same for a top-level array that is read item by item: begin once, then each item. */
MUST_USE err_code scaf__shapes_begin_list(shape_set *s);
MUST_USE err_code scaf__shapes_add_item(shape_set *s, const tape_value *values, uint32_t index);
void scaf__shapes_end_list(shape_set *s, uint32_t n_items);

static inline shape *scaf__shape_find(shape *s)
{
    while (s && s->forward)
        s = s->forward;
    return s;
}

/* Makes a and b one shape that has seen what both saw; returns it, NULL when out of memory. Both
 * may be NULL (then the other). Cost: O(size of the smaller part that they do not share). */
shape *scaf__shape_unify(shape_set *s, shape *a, shape *b);

/* Decisions about one shape; idempotent; false when out of memory. */
bool scaf__shape_list(shape_set *s, shape *sh);  /* positions become one item shape */
bool scaf__shape_merge(shape_set *s, shape *sh); /* variants become one record */
bool scaf__shape_map(shape_set *s, shape *sh);   /* fields become the values of a map */

/* Variant i becomes part of variant group[i] <= i, where group[group[i]] == group[i]. */
bool scaf__shape_group(shape_set *s, shape *sh, const uint32_t *group);

static inline uint64_t scaf__shape_n(const shape *s)
{
    return s->n_null + s->n_false + s->n_true + s->n_number + s->n_string + s->n_array +
           s->n_object;
}

shape_field *scaf__variant_field(const shape_variant *v, str_view key);

#endif

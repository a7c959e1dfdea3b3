/* assist/generate/value.h: what templates read: a tree of texts and lists by name, built once from
 * code and from the project, then only read. All of it lives in an arena and borrows its texts.
 * Functions take NULL for a value that there is no memory for; test arena_failed once. */
#ifndef ARTEL_ASSIST_GENERATE_VALUE_H
#define ARTEL_ASSIST_GENERATE_VALUE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

typedef struct gen_value gen_value;
struct gen_value {
    str_view key;  /* empty for an item of a list */
    str_view text; /* of a text; empty means no or none */
    gen_value *first, *last, *next;
};

gen_value *gen_value_new(arena *a);
/* The part with this name; made when there is none. `key` is static. */
gen_value *gen_part(arena *a, gen_value *of, const char *key);
void gen_set(arena *a, gen_value *of, const char *key, str_view text);
void gen_flag(arena *a, gen_value *of, const char *key, bool on);
/* Appends an item; the list's parts have names or it is one of texts. */
gen_value *gen_add(arena *a, gen_value *list);
void gen_add_text(arena *a, gen_value *list, str_view text);

/* Makes `to`, which is empty, the same as `from`; what either gets later may show in both. */
void gen_share(gen_value *to, const gen_value *from);

/* The buffer's text in the arena, which fails as the buffer did; the buffer is released. */
str_view gen_take(arena *a, buf *b);

/* NULL when there is none. */
const gen_value *gen_get(const gen_value *of, str_view key);
/* "type.name"; empty when there is none. */
str_view gen_text(const gen_value *of, const char *path);
/* Whether a list of texts holds this one. */
bool gen_has(const gen_value *list, str_view text);

#endif

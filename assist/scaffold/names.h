/* assist/scaffold/names.h: identifiers from arbitrary keys: legal, unique, in the style of the
 * language. A key becomes words of [a-z0-9]; words become camelCase, PascalCase, snake_case, …
 * Letters of Latin alphabets lose their accents, other characters are spelled by their code point,
 * so that every key has a name. Results live in the arena given. Not thread-safe. */
#ifndef ARTEL_ASSIST_SCAFFOLD_NAMES_H
#define ARTEL_ASSIST_SCAFFOLD_NAMES_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

typedef enum {
    CASE_CAMEL,     /* userName */
    CASE_PASCAL,    /* UserName */
    CASE_SNAKE,     /* user_name */
    CASE_SCREAMING, /* USER_NAME */
    CASE_KEBAB,     /* user-name */
    CASE_GO,        /* UserID: PascalCase with common initialisms in capitals */
} name_case;

/* "userName2", "user-name_2", "UserName2" -> "user name2": lower-case words with one space between;
 * never empty, never beginning with a digit. */
str_view scaf__words(arena *a, str_view key);
/* The words with the last one singular: "categories" -> "category". Words that only look plural
 * stay. */
str_view scaf__singular(arena *a, str_view words);
/* The words with the last one plural. */
str_view scaf__plural(arena *a, str_view words);
/* The words in one case. */
str_view scaf__case(arena *a, str_view words, name_case c);

/* Names already used in one scope. */
typedef struct {
    arena *a;
    str_view *names; /* as compared: folded to lower case when `fold` */
    size_t n, cap;
    uint32_t *slots; /* open addressing, index + 1 */
    size_t n_slots;
    const char *reserved; /* blank-separated words of the language, exact case */
    bool fold;            /* names that differ by case only clash (SQL, PHP, file systems) */
} name_scope;

void scaf__scope_init(name_scope *s, arena *a, const char *reserved, bool fold);
/* `name`, or the first of name_, name2, name3, … that is neither reserved nor used; now used. */
str_view scaf__scope_claim(name_scope *s, str_view name);

#endif

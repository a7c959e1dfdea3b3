/* assist/deliver/declared.h: which types a text declares for others to use, and whether one of them
 * could stand in for another. TypeScript, Python, Go, Rust, Java (records), Kotlin and C#. Any
 * thread.
 *
 * Types are compared as they are spelled, but for what means the same: the order of a union,
 * `X[]` and `Array<X>`, `Optional[X]` and `X | None`, quotes and blanks. */
#ifndef ARTEL_ASSIST_DELIVER_DECLARED_H
#define ARTEL_ASSIST_DELIVER_DECLARED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "grammars/language.h"

typedef struct {
    str_view name; /* empty: what an alias stands for */
    str_view type; /* as spelled; Go: with its tag, Rust: after its attributes */
    bool may_lack;
} declared_member;

enum { DECLARED_METHODS = 16 };
typedef struct {
    str_view name;
    declared_member *members;
    size_t n_members;
    str_view methods; /* Python, Go: " from_json to_json " */
    /* Python: its superclasses and decorators, Rust: its attributes; Java, Kotlin, C#: what it
     * implements, as spelled */
    str_view base;
    str_view package;  /* Java, Kotlin, C#: "org.x." */
    str_view outer;    /* the same: the classes around it, "Outer." */
    bool is_public;    /* the same: with the classes around it */
    bool is_set;       /* C#: made by setting its members, not by its constructor */
    bool comparable;   /* false: generic, or made of others; its members are not all there is */
    bool open_enum;    /* some texts and any other */
    size_t begin, end; /* its bytes, with decorators and comments above and the line's end */
    struct declared_range {
        size_t begin, end;
    } outside[DECLARED_METHODS]; /* Go: its methods */
    size_t n_outside;
    size_t line; /* from 1 */
} declared_type;

typedef struct {
    declared_type *items; /* in order; those that other files can see */
    size_t n;
    size_t after_imports; /* where another import would go: begin of a line */
    bool has_imports;
} declared;

/* Whether texts of this language can be asked. */
bool declared_knows(const gram_language *lang);
/* Texts borrow from `text` or live in `a`. ERR_NOMEM, ERR_RANGE (too long); broken code is no
 * error. Cost: parses the text. */
MUST_USE err_code declared_find(declared *out, arena *a, const gram_language *lang, str_view text);
/* NULL when there is none. */
const declared_type *declared_get(const declared *d, str_view name);
const declared_member *declared_member_of(const declared_type *t, str_view name);

/* Whether code written for `wanted` can use `have` instead. Types mentioned by name count as equal
 * when their names are; open enums of `among` (may be NULL) also fit plain text. Else *why gets one
 * clause, in `a`: "has no `email`"; empty when the two have nothing but the name in common. */
bool declared_fits(const declared_type *have, const declared_type *wanted, const declared *among,
                   const gram_language *lang, arena *a, str_view *why);
/* Whether the type's text has the name as a word. */
bool declared_mentions(const declared_type *t, str_view name);

#endif

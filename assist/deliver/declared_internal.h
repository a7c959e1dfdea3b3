/* assist/deliver/declared_internal.h: what the units behind declared.h share. */
#ifndef ARTEL_ASSIST_DELIVER_DECLARED_INTERNAL_H
#define ARTEL_ASSIST_DELIVER_DECLARED_INTERNAL_H

#include <string.h>

#include "assist/deliver/declared.h"
#include "context/tree.h"

typedef enum { NOTHING, SCRIPT, PYTHON, GO, RUST, JAVA, KOTLIN, CSHARP } declared_family;

declared_family declared__family(const gram_language *lang);
/* Whether code reads and writes such types from outside: Java, Kotlin, C#. */
bool declared__outside(declared_family f);
/* Whether the text has the name as a word. */
bool declared__mentions(str_view v, str_view name);

typedef struct {
    declared *out;
    arena *a;
    str_view text;
    declared_family f;
    TSNode above; /* the first comment or attribute in front of the next declaration */
    bool has_above;
    str_view package; /* "org.x." */
} declared_reader;

static inline bool is(TSNode n, const char *type)
{
    return !ts_node_is_null(n) && strcmp(ts_node_type(n), type) == 0;
}

static inline TSNode field(TSNode n, const char *name)
{
    return ts_node_child_by_field_name(n, name, (uint32_t)strlen(name));
}

/* Empty for a null node. */
static inline str_view text_of(const declared_reader *r, TSNode n)
{
    if (ts_node_is_null(n))
        return STR("");
    return str_slice(r->text, ts_node_start_byte(n), ts_node_end_byte(n));
}

static inline str_view unquoted(str_view v)
{
    bool quoted = v.len > 1 && (v.ptr[0] == '"' || v.ptr[0] == '\'' || v.ptr[0] == '`') &&
                  v.ptr[v.len - 1] == v.ptr[0];
    return quoted ? str_slice(v, 1, v.len - 1) : v;
}

/* NULL: there are too many. */
declared_type *declared__add(declared_reader *r, TSNode whole, TSNode name);
void declared__add_member(declared_type *t, str_view name, str_view type, bool may_lack);
/* `list` gets another word, and a blank behind it. */
void declared__add_word(declared_reader *r, str_view *list, str_view word);

/* Java, Kotlin, C#: the types in one part of a file. */
void declared__read_classes(declared_reader *r, TSNode part);

#endif

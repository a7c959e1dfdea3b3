/* assist/scaffold/own.h: types of the project that code in Java, Kotlin and C# reads and writes
 * from outside, instead of defining its own. They come in as assist_scaffold_options.own_types. */
#ifndef ARTEL_ASSIST_SCAFFOLD_OWN_H
#define ARTEL_ASSIST_SCAFFOLD_OWN_H

#include "assist/scaffold/template.h"
#include "assist/scaffold/walk.h"

typedef struct {
    str_view full;    /* "org.x.Home"; empty: there is none for this type */
    str_view members; /* "String street,int zip" */
    bool is_set;      /* C#: its members are set, not given to its constructor */
} own_type;

typedef struct {
    emit_out *o;
    const type_names *names;
    /* Names of a record's members as code from here would call them. NULL after failure. */
    const char **(*fields)(void *ctx, const schema_type *record);
    void *ctx;
    const expr_style *read;
    const char *read_int;  /* what reads an integer of 32 bits */
    const char *read_text; /* what reads a string: such types hold enumerations as text */
    const char *int_type, *text_type; /* their types, where read->types is set */
    own_type *items;                  /* as names->names */
    bool *is_used;                    /* the same: something defined here, or the root, names it */
    bool narrow;                      /* some member read so far holds an integer of 32 bits */
} own_types;

/* Fills own->items from the lines of `language`; what a record's members cannot take is left out.
 * False after failure. */
bool scaf__own_find(own_types *own, const char *language);
/* NULL: code from here defines the type itself, or does without (an enumeration that only types of
 * the project hold). */
const own_type *scaf__own_of(const own_types *own, const schema_type *t);
bool scaf__own_omits(const own_types *own, const schema_type *t);

typedef struct {
    str_view type, name;
    const schema_field *field;
    const char *read; /* what reads its value */
} own_member;
/* Takes the first of the members off the list; false at its end. */
bool scaf__own_next(own_types *own, const schema_type *t, const char **fields, str_view *members,
                    own_member *out);

/* `write` for each own type of another package, in order. */
void scaf__own_import(const own_types *own,
                      void (*write)(emit_out *o, const char *name, str_view full));
/* `format` for each own type, with `%` for its name: lines of a function that goes through them. */
str_view scaf__own_each(const own_types *own, const char *format);

#endif

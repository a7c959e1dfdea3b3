/* lsp/editors.h: which editors there are, where each keeps its configuration, and what to put
 * there. Used by `artel setup` and `artel doctor`; one thread. */
#ifndef ARTEL_LSP_EDITORS_H
#define ARTEL_LSP_EDITORS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

typedef enum {
    EDITOR_OWN_FILE, /* a file that is artel's alone */
    EDITOR_BLOCK,    /* lines of the user's file, between two comments */
    EDITOR_BY_HAND,  /* only the user can do it: there is nothing to write */
} editor_way;

struct editor {
    const char *name;     /* as given to `artel setup` */
    const char *title;    /* as people call it */
    const char *programs; /* names in $PATH, separated by blanks */
    editor_way way;
    const char *file; /* below the folder of configurations or, with a leading "~/", the home */
    /* Files that the editor reads instead where they exist, separated by blanks; those below the
     * folder of configurations only where the folder of `file` is not there. May be NULL. */
    const char *instead;
    const char *comment; /* begins a comment of a line, for EDITOR_BLOCK */
    /* What to write, or to do by hand. @P stands for the program's path, @E for the folder of
     * clients. */
    const char *text;
    const char *after; /* a sentence, with the same places: what to do next */
};

/* NULL after the last. */
const struct editor *editor_at(size_t i);
const struct editor *editor_find(const char *name);

/* Paths are owned by `a`; NULL when memory is short, no home is known, or it is not there. */
const char *editor_file(arena *a, const struct editor *e);
const char *editor_program(arena *a, const struct editor *e);

/* `text`, of an editor, with its places filled in: `self` is the path of this program, `clients`
 * the folder of clients. Empty when memory is short. */
str_view editor_text(arena *a, const char *text, str_view self, str_view clients);

/* The path of this program, and the folder "editors" that belongs to it (beside the build, or
 * installed with it); empty when it is not found. */
str_view editor_self(arena *a);
str_view editor_clients(arena *a, str_view self);

/* `was` with artel's block in it replaced or, where there is none, appended. Appends to `out`. */
void editor_block(buf *out, str_view was, const char *comment, str_view text);
/* Whether the editor's file has what `artel setup` writes. */
bool editor_is_set_up(const struct editor *e);
/* Whether it has all of `text`, as editor_text gives it: nothing moved since. */
bool editor_is_current(const struct editor *e, str_view text);

#endif

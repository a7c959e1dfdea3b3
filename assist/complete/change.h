/* assist/complete/change.h: what the user just did to one line, and where it is to be done as well:
 * a name that became another, an argument or parameter that was added or taken away. Pure. */
#ifndef ARTEL_ASSIST_COMPLETE_CHANGE_H
#define ARTEL_ASSIST_COMPLETE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "assist/complete/complete.h"
#include "base/arena.h"
#include "base/str.h"
#include "grammars/language.h"

enum assist_change_kind { ASSIST_RENAMED, ASSIST_ARGUMENT_ADDED, ASSIST_ARGUMENT_REMOVED };

struct assist_change {
    enum assist_change_kind kind;
    str_view name;  /* that was renamed, as it was; or whose arguments changed */
    str_view text;  /* the new name; the argument that was added */
    size_t index;   /* of the argument, from 0 */
    size_t n_old;   /* arguments before */
    bool is_member; /* the name stood behind a '.' or its kin */
};

/* What makes `after` of `before`, two states of one line. False when it is nothing of that. The
 * change's texts live in `mem`. */
bool assist_change_of(struct assist_change *out, const gram_language *lang, str_view before,
                      str_view after, arena *mem);

/* The places of a text where the change is still to be made, in text order; what is no code is left
 * alone. At most `cap`; edits' texts live in `mem`. Cost: parsing the text where it has the name.
 */
size_t assist_change_places(const struct assist_change *c, const gram_language *lang, str_view text,
                            struct assist_edit *edits, size_t cap, arena *mem);

#endif

/* assist/deliver/diff.h: what changed between two texts, line by line, and what two people's
 * changes to one text make together. Pure functions; results live in the arena. A line includes its
 * '\n'; a last line without one is a line too.
 *
 * Sources: Myers 1986, "An O(ND) difference algorithm"; Khanna, Kunal, Pierce 2007, "A formal
 * investigation of diff3". */
#ifndef ARTEL_ASSIST_DELIVER_DIFF_H
#define ARTEL_ASSIST_DELIVER_DIFF_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

typedef struct {
    str_view *items;
    size_t n;
} diff_lines;

/* Lines [a_begin, a_end) of one text stand where [b_begin, b_end) of the other do. */
typedef struct {
    size_t a_begin, a_end, b_begin, b_end;
} diff_hunk;

typedef struct {
    diff_lines a, b;
    diff_hunk *hunks; /* in order, not touching */
    size_t n_hunks;
} diff;

/* The hunks that turn `a` into `b`: as few lines as possible, unless more than DIFF_MAX_EDITS lines
 * differ: then all between the first and the last difference is one hunk. ERR_NOMEM.
 * Cost: O((lines of both) + edits^2). */
enum { DIFF_MAX_EDITS = 2000 };
MUST_USE err_code diff_make(diff *out, arena *mem, str_view a, str_view b);

/* Appends a unified diff with three lines of context; nothing when the texts are equal. */
MUST_USE err_code diff_unified(buf *out, str_view a_name, str_view a, str_view b_name, str_view b);

typedef struct {
    str_view text; /* with both sides between markers where they conflict */
    size_t n_conflicts;
    size_t first_conflict; /* line of it in `ours`, from 1 */
} diff_merged;

/* `ours` and `theirs` both came from `base`: what both changes give together. Changes conflict when
 * they touch and differ. The names stand in the markers. ERR_NOMEM. */
MUST_USE err_code diff_merge(diff_merged *out, arena *mem, str_view base, str_view ours,
                             str_view theirs, str_view ours_name, str_view theirs_name);

#endif

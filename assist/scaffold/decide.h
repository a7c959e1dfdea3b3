/* assist/scaffold/decide.h: which shapes are one, and what each is: tuple or list, map or record,
 * tagged union or one record, recursive or not. The rules stand in decide.c. Not thread-safe. */
#ifndef ARTEL_ASSIST_SCAFFOLD_DECIDE_H
#define ARTEL_ASSIST_SCAFFOLD_DECIDE_H

#include "assist/scaffold/schema.h"

/* Afterwards every reachable shape is decided: no array has undecided positions, each object shape
 * is a map, tagged, or has one variant. ERR_NOMEM. */
MUST_USE err_code scaf__decide(shape_set *s, const schema_options *opt, err *e);

/* The set of kinds seen, as 1 << TAPE_*; numbers one kind, booleans TAPE_TRUE; null left out. */
uint32_t scaf__shape_kinds(const shape *s);

#endif

/* context/names.h: which names a piece of code uses, as opposed to those that it makes up: what it
 * declares, binds, imports or labels there may be any word. Grammars call nodes and fields by much
 * the same words, and this unit knows those; a few constructs of some languages are taken wrongly
 * for declarations, hardly any the other way round. Pure functions. */
#ifndef ARTEL_CONTEXT_NAMES_H
#define ARTEL_CONTEXT_NAMES_H

#include <stddef.h>

#include <tree_sitter/api.h>

#include "base/str.h"

/* `begin` is the offset of the name, which may begin with a sign ("$x", "@x"). */
typedef void ctx_name_fn(void *user, str_view name, size_t begin);

/* Calls visit for each name of two or more bytes that bytes [begin, end) of `text`, of which `root`
 * is the tree, use; whole, also where the range cuts it. In text order. Cost: O(nodes there). */
void ctx_names_in(TSNode root, str_view text, size_t begin, size_t end, ctx_name_fn *visit,
                  void *user);

#endif

/* context/ignore.h: rules of the kind that .gitignore files hold (gitignore(5)), for .artelignore
 * and for folders without git. A rule belongs to the folder of its file; the last rule that matches
 * decides; what lies in an excluded folder cannot come back. Patterns are hostile input: matching
 * takes at most O(pattern * path^2), and patterns longer than CTX_IGNORE_MAX_PATTERN are left out.
 * One thread at a time; asking changes nothing. */
#ifndef ARTEL_CONTEXT_IGNORE_H
#define ARTEL_CONTEXT_IGNORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

enum { CTX_IGNORE_MAX_PATTERN = 512, CTX_IGNORE_MAX_RULES = 20000 };

struct ctx_ignore_rule;

/* Zero-initialise but for `mem`, which holds the rules and must outlive them. */
struct ctx_ignore {
    arena *mem;
    struct ctx_ignore_rule *last; /* newest first */
    size_t n_rules;
};

/* Adds the lines of a rule file that stands in `folder` ("" for the root, else "a/b/"). */
void ctx_ignore_add(struct ctx_ignore *g, str_view folder, str_view text);
/* Do the rules exclude the path itself? Its folders are taken to be in. No rule: false. */
bool ctx_ignore_entry(const struct ctx_ignore *g, str_view path, bool is_folder);
/* Do they exclude the file, or a folder above it? */
bool ctx_ignore_file(const struct ctx_ignore *g, str_view path);

#endif

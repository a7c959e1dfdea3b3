/* assist/deliver/existing.h: types that a project has already are used by generated code instead of
 * being defined a second time. Any thread; blocks on the disk. */
#ifndef ARTEL_ASSIST_DELIVER_EXISTING_H
#define ARTEL_ASSIST_DELIVER_EXISTING_H

#include "assist/scaffold/scaffold.h"
#include "base/arena.h"
#include "base/err.h"

/* What must be known when the files are written anew, in the arena; empty: nothing. */
typedef struct {
    /* Names that Go files here must not use, as their package has them for something else; one
     * blank between. */
    str_view clashes;
    str_view own_types; /* as in assist_scaffold_options */
} existing_found;

/* Files of r by targets of types in languages that declared.h knows: each type in them that a file
 * of the project declares too, under the same name and fitting, is imported from there (Go: left
 * out, as its package has it; Java, Kotlin, C#: told in out->own_types). What was found, and what
 * has the name but differs, becomes a note. Looked for in the work tree that `folder` (absolute)
 * lies in, in what .gitignore lets through; without git, in the folder and below; for Go in the
 * folder alone. At most EXISTING_FILES files of the language are read. A file that cannot be read
 * or parsed is passed over. ERR_NOMEM. Cost: reads those files, parses those that have one of the
 * names. */
enum { EXISTING_FILES = 3000, EXISTING_FILE_BYTES = 1 << 18 };
MUST_USE err_code existing_use(existing_found *out, assist_scaffold_result *r, arena *a,
                               const char *folder);

#endif

/* context/importing.h: how the other files of a project import a name, so that a file which begins
 * to use it can do the same. Read from the index: who imports what, in the words of the file
 * itself. Known for Python, JavaScript and TypeScript, Go, Rust, Java, Kotlin and Scala, PHP, where
 * a statement names what it binds; for C and its kin and Ruby, where the file that defines the name
 * is imported; and for C#, where its namespace is. Pure questions of a view; any thread. */
#ifndef ARTEL_CONTEXT_IMPORTING_H
#define ARTEL_CONTEXT_IMPORTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "context/index.h"

struct ctx_importing {
    str_view statement; /* that imports this name alone, without line break: "from a.b import c",
                           "import { c } from './b';", "\"net/http\"" (Go: what stands behind
                           "import"), "#include \"b.h\"" */
    size_t n_files;     /* that import it so, of those looked at */
};

/* How files of the view import `name`, for the file `path` of language `lang`: paths that are
 * relative to the importing file are made relative to this one. False where nobody imports it,
 * where they differ, where it lies in the same package, or where the language is not known. The
 * statement lives in `mem`. Cost: a few milliseconds; reads at most 24 pieces of files. */
bool ctx_importing_find(const ctx_index_view *v, const gram_language *lang, str_view path,
                        str_view name, arena *mem, struct ctx_importing *out);

/* How imports of a language look, for who reads and writes them. */
enum ctx_import_family {
    CTX_IMPORT_NONE,
    CTX_IMPORT_PYTHON,
    CTX_IMPORT_SCRIPT, /* JavaScript and TypeScript */
    CTX_IMPORT_GO,
    CTX_IMPORT_RUST,
    CTX_IMPORT_JVM,
    CTX_IMPORT_PHP,
    CTX_IMPORT_INCLUDE, /* C and its kin */
    CTX_IMPORT_RUBY,
    CTX_IMPORT_CSHARP,
};
enum ctx_import_family ctx_import_family_of(const gram_language *lang);

/* The next import statement at the top of a text, whole: from the line's beginning, without its
 * line break; of Go each line of a block. Moves *rest, in which it lies, behind it; *in_block is
 * false before the first call. Empty at the end. Pure. */
str_view ctx_import_next(enum ctx_import_family family, str_view *rest, bool *in_block);

/* What it imports: a module's name or path, with '<' for system headers; empty when the statement
 * is none. Borrowed from it. */
str_view ctx_import_module(enum ctx_import_family family, str_view statement);

/* The statement that imports of `statement` only what it binds as `name`; empty when it does not
 * bind that. Lives in `mem`. */
str_view ctx_import_only(enum ctx_import_family family, str_view statement, str_view name,
                         arena *mem);

#endif

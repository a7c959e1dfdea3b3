/* assist/deliver/layout.h: the package or namespace that code in a folder belongs to (Go, Java,
 * Kotlin, C# and PHP), and the file that has it as a module (Rust). Any thread; blocks on the disk.
 */
#ifndef ARTEL_ASSIST_DELIVER_LAYOUT_H
#define ARTEL_ASSIST_DELIVER_LAYOUT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* The line that says it (C#: and an opening brace, where its neighbours have one), as most files of
 * the language of `path` in `folder` (absolute) have it; else, for Java and Kotlin, as the folders
 * below src/main/java and the like are called. Files that `skip` holds for, and tests in a package
 * of their own, are not asked. In `a`; empty where it is not known or the language has no such
 * thing. Cost: the beginnings of a few files. */
str_view layout_package(arena *a, const char *folder, str_view path,
                        bool (*skip)(const char *path));
/* The text with that line instead of its own, or where it belongs; C#: closed again; PHP: with its
 * own namespace inside that one. In `a`. */
str_view layout_apply(arena *a, str_view path, str_view text, str_view package);
/* C#: the text without the compiler's checks of null, where the project of `folder` has them on:
 * what is generated does not say which references may be null. Else the text itself. In `a`. Cost:
 * the project files in the folders above. */
str_view layout_directives(arena *a, const char *folder, str_view path, str_view text);
/* Rust: the file in `folder` (lib.rs, main.rs, mod.rs) that should say `mod NAME;` of the file at
 * `path` there, and does not; *module gets that line. Empty: it does, or there is none. In `a`. */
str_view layout_parent(arena *a, const char *folder, str_view path, str_view *module);

#endif

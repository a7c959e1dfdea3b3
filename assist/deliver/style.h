/* assist/deliver/style.h: how a project writes its code, measured on the files that stand nearest,
 * and generated text brought into that form. What cannot be told from a few lines at least (or
 * where the files disagree) is left as the target writes it. Any thread; blocks on the disk. */
#ifndef ARTEL_ASSIST_DELIVER_STYLE_H
#define ARTEL_ASSIST_DELIVER_STYLE_H

#include <stdbool.h>

#include "assist/scaffold/scaffold.h"
#include "base/arena.h"
#include "base/str.h"
#include "grammars/language.h"

typedef struct {
    const gram_language *lang;
    uint8_t indent_cols; /* blanks of one level; 0: not known */
    bool indent_tabs;
    char quote;         /* of strings in JavaScript, TypeScript and Python; 0: not known */
    bool no_semicolons; /* JavaScript and TypeScript without them */
    bool crlf;
    assist_scaffold_case file_case; /* of JavaScript's and TypeScript's files */
    assist_scaffold_case members;   /* SNAKE, CAMEL or, not known, TARGET: names in the code */
    /* Of imports of modules beside a file there: "", ".js", ".ts"; NULL: not known. */
    const char *import_ending;
} style;

/* Measures the files of the language of `path` that stand in `folder` (absolute), or when these are
 * too few, in the folders above up to the project's root and in their src, lib and app. At most
 * STYLE_FILES of them are read, STYLE_BYTES of each; files for which `skip` holds are left out.
 * Cost: about a millisecond. */
enum { STYLE_FILES = 12, STYLE_BYTES = 16 << 10 };
style style_measure(const char *folder, str_view path, bool (*skip)(const char *path));

/* The text in that style, in `a`; the text itself where nothing is to be changed, where it could
 * not be parsed, or memory is short. `unit` is what the target indents with. */
str_view style_apply(const style *s, arena *a, str_view path, str_view text, str_view unit);

/* The packages that the manifests in `folder` and above (to the project's root) name, one blank
 * between; in `a`. */
str_view style_libraries(arena *a, const char *folder);

#endif

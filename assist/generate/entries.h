/* clang-format off */
/* assist/generate/entries.h: what can be written in a language: the files of text/, one for each
 * language, and those of a project's .artel/templates. A file is a list of entries:
 *
 *   == constructor          the kind; for kinds of a project's own: == kind: Title
 *   on: class struct        kinds of type, `interface`, `enum`, `function`, `file`, `project`
 *   if: type.fields         a condition (template.h)
 *   unless: __init__        names, filled as a template; one that exists forbids the entry
 *   at: body                fields, body, after, type (right behind it), before, doc, end, cursor,
 *                           file
 *   path: test_<%file.stem%>.py   for `at: file`, from the project's root with a '/' first, else
 *                           beside the file
 *   import: import sys      put among the imports unless it is there; filled
 *   says: Already compares. instead of a text: why there is nothing to write
 *   --
 *   the template
 *
 * The first entry of a kind that fits is used. `== types` is a table of what types there are: lines
 * of `class :: patterns; ... :: typical value :: name=value; ...` (edge cases for tests); '*' in a
 * pattern is the type of the items, in a value their typical value. The first pattern that matches
 * decides; the row `enum` is for enumerations, with '@' for the type and '*' for a member. Lines
 * that begin with `#!` are comments. */
/* clang-format on */
#ifndef ARTEL_ASSIST_GENERATE_ENTRIES_H
#define ARTEL_ASSIST_GENERATE_ENTRIES_H

#include "assist/generate/value.h"

enum { GEN_MAX_IMPORTS = 8 };

typedef struct {
    str_view kind, title, on, condition, unless, at, path, says, body;
    str_view imports[GEN_MAX_IMPORTS];
    size_t n_imports;
} gen_entry;

/* Takes the next entry off *rest; false at the end. */
bool gen_entry_next(str_view *rest, gen_entry *out);
/* The compiled-in file of a language id, or of "common" and "project"; empty when there is none. */
str_view gen_entries_of(str_view id);

/* Sets class, item, item_class, typical and cases of a part with a type, by the tables in `texts`.
 */
void gen_classify(arena *a, gen_value *part, const gen_value *enums, const str_view *texts,
                  size_t n_texts);

#endif

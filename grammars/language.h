/* grammars/language.h: what artel knows of each language without looking at code: how its files are
 * called, how comments, strings and blocks look, and which grammar parses it. One constant row per
 * language; a language without a grammar still has a row. Pure functions over constants, safe on
 * any thread.
 *
 * Lists are strings of words with one space between them, "" when empty, never NULL; gram_list_next
 * walks them. */
#ifndef ARTEL_GRAMMARS_LANGUAGE_H
#define ARTEL_GRAMMARS_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct TSLanguage; /* tree_sitter/api.h */

typedef struct gram_language {
    const char *id;           /* LSP language id: lower case, the key of the row */
    const char *name;         /* for people */
    const char *aliases;      /* other ids that editors send, and names used in Markdown fences */
    const char *extensions;   /* without the first dot, lower case; "d.ts" has two parts */
    const char *file_names;   /* whole names; '*' stands for any run of characters */
    const char *interpreters; /* names in a "#!" line, versions cut off */

    const char *line_comments;  /* what starts a comment up to the end of the line */
    const char *block_comments; /* opener and closer in turn: "/" "* *" "/" */
    const char *strings;        /* delimiters, longest first; the closer is the same text */

    const char *open_last;  /* a line whose last token is one of these opens a block */
    const char *open_first; /* so does one whose first word is one of these */
    const char *close_with; /* what ends a block, "" where indentation does */
    bool nests_by_indent;   /* indentation is syntax */
    uint8_t indent_cols;    /* what people mostly write; 0: no habit */
    bool indent_tabs;       /* they write one tab */
    const char *word_extra; /* word characters besides letters, digits, '_' and non-ASCII bytes; a
                               set, not a list */

    const char *folder; /* queries live in grammars/<folder>/, NULL: none */
    /* The grammar, or NULL. Call gram_language_parser. */
    const struct TSLanguage *(*parser)(void);
} gram_language;

/* All rows, in a fixed order; *n_rows of them. */
const gram_language *gram_language_all(size_t *n_rows);

/* The row with this LSP id or alias, ASCII case ignored; NULL when there is none. */
const gram_language *gram_language_by_id(str_view id);
/* The row for a file by its name: whole names first, then the longest extension. Folders in `path`
 * do not matter. NULL when the name says nothing. Cost: about 1 us. */
const gram_language *gram_language_by_path(str_view path);
/* The row that the text itself names: a "#!" line, or an Emacs or Vim modeline within the first or
 * last five lines. NULL when there is none. Reads at most 4 KB from either end. */
const gram_language *gram_language_by_text(str_view text);
/* The usual order: `id` when known, else path, else text; never NULL: plain text is a row too. Any
 * argument may be empty. */
const gram_language *gram_language_find(str_view id, str_view path, str_view text);

/* The grammar of the row, or NULL; NULL too when the installed tree-sitter cannot load it. */
const struct TSLanguage *gram_language_parser(const gram_language *lang);

/* Takes the next word off a list; false when there is none left. */
bool gram_list_next(str_view *rest, str_view *word);
/* Whether `list` contains `word`, byte for byte. */
bool gram_list_has(const char *list, str_view word);

/* Whether byte `c` continues a word in this language; bytes of multi-byte characters do. */
bool gram_is_word_byte(const gram_language *lang, unsigned char c);

#endif

/* assist/deliver/spot.h: which sample a place in a document means: the document itself, a
 * selection, a literal or a string in code, or a file that a comment names. Opens no file. Any
 * thread. */
#ifndef ARTEL_ASSIST_DELIVER_SPOT_H
#define ARTEL_ASSIST_DELIVER_SPOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

typedef enum {
    ASSIST_SPOT_NONE,
    ASSIST_SPOT_DOCUMENT,  /* a JSON document, a table, pasted text that reads as JSON; when invoked
                              also YAML, TOML, XML */
    ASSIST_SPOT_SELECTION, /* selected text that reads as JSON */
    ASSIST_SPOT_LITERAL,   /* an object or array literal in code, all of constants */
    ASSIST_SPOT_STRING,    /* a string literal that holds JSON */
    ASSIST_SPOT_COMMENT,   /* "from users.json", with "at /pointer" and "as Name" if wanted */
} assist_spot_kind;

typedef struct {
    assist_spot_kind kind;
    str_view sample; /* the JSON; of a COMMENT: empty */
    str_view file;   /* of a COMMENT: the path as written; relative to the document */
    str_view at;     /* JSON pointer; may be empty */
    str_view name;   /* what the code calls it; may be empty */
    size_t end;      /* of a COMMENT: where the line after it begins */
} assist_spot;

typedef struct {
    str_view language; /* LSP language id; may be empty */
    str_view path;     /* may be empty */
    str_view text;
    size_t begin, end; /* cursor or selection: bytes, begin <= end <= text.len */
    /* Somebody asked for it. Otherwise an editor asks at every move of the cursor: then only what
     * costs little is looked at, and a JSON document counts on its first line alone. */
    bool invoked;
} assist_spot_question;

/* The innermost meaning; kind NONE where there is none, or memory is short. Texts borrow from the
 * question or live in `a`. Cost: parses the document (10 MB/s), at most 2 MB of it, 64 KB when not
 * invoked. */
assist_spot assist_spot_find(arena *a, const assist_spot_question *q);

#endif

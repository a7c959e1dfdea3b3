/* context/secret.h: what must neither enter a prompt nor the index nor a suggestion: passwords,
 * tokens, private keys. Three kinds of evidence: the name of the file; shapes that only tokens have
 * (fixed prefixes, key blocks, JWTs, passwords in URLs); and random-looking values behind a name
 * that says secret. Random-looking text alone is no evidence: hashes, UUIDs and encoded data are
 * everywhere in honest files.
 *
 * Sources: the token formats that their issuers publish. Pure functions, safe on any thread; any
 * bytes. */
#ifndef ARTEL_CONTEXT_SECRET_H
#define ARTEL_CONTEXT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum ctx_secret_kind {
    CTX_SECRET_TOKEN,       /* an issuer's token, known by its shape */
    CTX_SECRET_JWT,         /* a signed JSON web token */
    CTX_SECRET_PRIVATE_KEY, /* the body of a key block */
    CTX_SECRET_URL,         /* the password of scheme://user:password@host */
    CTX_SECRET_VALUE,       /* a random-looking value whose name says secret */
};

struct ctx_secret_span {
    size_t begin, end; /* bytes; only what must be hidden */
    enum ctx_secret_kind kind;
    const char *what; /* for people: "GitHub token"; static text */
};

/* The first secret that begins at or after `from`. A secret that `from` cuts is not recognised:
 * start at 0 or at the end of the span before. Cost: O(text) over all spans, some 10 ns per byte.
 */
bool ctx_secret_next(str_view text, size_t from, struct ctx_secret_span *out);

static inline bool ctx_secret_any(str_view text)
{
    struct ctx_secret_span span;
    return ctx_secret_next(text, 0, &span);
}

/* Appends `text` with every byte of a secret replaced by '*', so that offsets stay the same; line
 * breaks inside stay too. Returns how many were hidden. */
size_t ctx_secret_mask(buf *out, str_view text);

/* The file is there to hold secrets, by its path alone (any separators '/', relative or not): .env
 * and its kin but not their examples, key files, credential stores of common tools. Letter case
 * does not matter. */
bool ctx_secret_path(str_view path);

#endif

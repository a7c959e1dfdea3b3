/* lsp/frame.h: cuts the client's byte stream into messages. Bytes go in as they arrive, events come
 * out; no reading happens here. Not thread-safe.
 *
 * Wire form (LSP 3.18, "Base Protocol"): header lines "Name: value" ended by \r\n (a lone \n is
 * accepted), an empty line, then Content-Length bytes. Names are matched without case, in any
 * order; unknown ones are skipped. Junk between messages is skipped up to the next Content-Length.
 */
#ifndef ARTEL_LSP_FRAME_H
#define ARTEL_LSP_FRAME_H

#include <stddef.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "lsp/salvage.h"

typedef enum {
    LSP_FRAME_MORE,       /* nothing whole yet: feed */
    LSP_FRAME_MESSAGE,    /* body holds a message */
    LSP_FRAME_TOO_LARGE,  /* a message over the limit was skipped; salvage says what it was */
    LSP_FRAME_BAD_HEADER, /* a header block without a usable Content-Length was skipped */
} lsp_frame_kind;

struct lsp_frame {
    char *body; /* may be modified in place; valid until the next call on the reader */
    size_t len;
    const lsp_salvage *salvage; /* for TOO_LARGE; valid as long as body */
    size_t n_junk;              /* bytes of junk skipped in front of this event */
};

typedef struct lsp_frame_reader {
    buf bytes; /* [begin, len) is not consumed yet */
    size_t begin;
    size_t max_bytes; /* longest body that is kept */
    size_t scanned;   /* bytes after begin known to hold no line end */
    size_t n_body;    /* declared length; meaningful when has_length */
    size_t n_skip;    /* bytes of an oversized body still to come */
    size_t n_junk;
    bool has_length;
    bool bad_length;
    bool in_headers; /* at least one line of this block was read */
    bool in_body;
    bool skipping;
    lsp_salvage salvage;
} lsp_frame_reader;

/* max_bytes bounds a body; memory in use stays below it plus what is fed at once. */
void lsp_frame_init(lsp_frame_reader *r, size_t max_bytes);
void lsp_frame_release(lsp_frame_reader *r);
/* Copies the bytes. Take events until MORE before feeding again. ERR_NOMEM. */
MUST_USE err_code lsp_frame_feed(lsp_frame_reader *r, str_view bytes);
lsp_frame_kind lsp_frame_next(lsp_frame_reader *r, struct lsp_frame *out);
/* True between messages: the end of the stream is clean here. */
bool lsp_frame_is_idle(const lsp_frame_reader *r);

#endif

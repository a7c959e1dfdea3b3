/* lsp/salvage.h: what can be learnt from a message that cannot be parsed, because it is too large
 * to keep or broken: its id, its method, its document. Reads bytes as they stream by, in constant
 * memory. What it finds decides only to whom an error is sent and which document lost an edit. */
#ifndef ARTEL_LSP_SALVAGE_H
#define ARTEL_LSP_SALVAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { LSP_SALVAGE_MAX = 1024 };

typedef struct lsp_salvage {
    char id[64];               /* the id as JSON text, "" when none was seen whole */
    char method[64];           /* "" when none */
    char uri[LSP_SALVAGE_MAX]; /* params.textDocument.uri, "" when none */
    /* The rest is the scanner's own. */
    char token[LSP_SALVAGE_MAX]; /* the string or number being read */
    size_t n_token;
    uint32_t depth;
    uint8_t key[4]; /* what the current member of each of the outer three levels is called */
    bool in_string;
    bool escaped;
    bool token_cut;  /* the token did not fit, or holds an escape that we do not undo */
    bool expect_key; /* the next string is a member's name */
    bool in_object[4];
} lsp_salvage;

/* A zeroed struct is ready. */
void lsp_salvage_feed(lsp_salvage *s, str_view bytes);

#endif

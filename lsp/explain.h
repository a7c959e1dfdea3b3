/* lsp/explain.h: explanations in the editor: hover, code actions, the command "artel.explain", and
 * the read-only documents that long ones are shown in. Everything belongs to the main thread. */
#ifndef ARTEL_LSP_EXPLAIN_H
#define ARTEL_LSP_EXPLAIN_H

#include <stdbool.h>

#include "lsp/pos.h"
#include "lsp/rpc.h"
#include "lsp/write.h"

/* [{uri, range, in, level, show, prose}]: without `range` an outline of the document; `in` a
 * language to compare with; `level` 1 to 3; `prose`: with a guess of the model, as the setting. The
 * answer is {kind, value} in Markdown; with `show` it is null and the client is made to show the
 * explanation. */
#define LSP_EXPLAIN_COMMAND "artel.explain"
#define LSP_EXPLAIN_KIND    "source.explain.artel"
#define LSP_EXPLAIN_SCHEME  "artel-explain"

struct lsp_server;
struct lsp_doc;
struct lsp_message;

/* What is kept between requests: the knowledge that was read, the last document's tree. */
typedef struct lsp_explain lsp_explain;
void lsp__explain_release(struct lsp_server *s);

/* Whether the settings ask for hovers at all. */
bool lsp__hover_wanted(const struct lsp_server *s);
/* Writes the actions for the range into an array that is being written; none where nothing is
 * written about what stands there. Cost: parses the document when it changed. */
void lsp__explain_actions(struct lsp_server *s, lsp_writer *w, const struct lsp_doc *doc,
                          lsp_range range);
/* LSP_EXPLAIN_COMMAND: answers now or, with a guess of the model (prose.c), later, exactly once. */
void lsp__explain_command(struct lsp_server *s, const struct lsp_message *m);

/* Answers the command `id` with the text, or shows it in the client's way. */
void lsp__explain_answer(struct lsp_server *s, const char *id, str_view text, bool show);

#endif

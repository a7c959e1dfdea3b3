/* context/tree.h: the syntax tree of one document, kept up to date edit by edit, and the questions
 * that others ask of it. The document's text stays with its owner, who passes it where it is read.
 *
 * A tree says what the text looked like when it was last parsed. After ctx_tree_edit and until the
 * next successful ctx_tree_parse it is not fresh: its nodes stand where the edits moved them, their
 * structure is a guess. Broken code is no error: its tree has error nodes.
 *
 * A ctx_tree belongs to one thread at a time. Nodes (TSNode) are valid until the next edit, parse
 * or destroy. No call recurses with the depth of the tree. Offsets are bytes; a text of 2^32 bytes
 * or more is refused. */
#ifndef ARTEL_CONTEXT_TREE_H
#define ARTEL_CONTEXT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tree_sitter/api.h>

#include "base/err.h"
#include "base/str.h"
#include "grammars/language.h"
#include "grammars/query.h"

typedef struct ctx_tree ctx_tree;

enum {
    /* Larger documents get no tree: the memory of a tree is about ten times its text. */
    CTX_TREE_MAX_BYTES = 16 << 20,
};

/* An empty tree of `lang`; nothing is parsed. ERR_UNSUPPORTED: the language has no grammar.
 * ERR_NOMEM. */
MUST_USE err_code ctx_tree_create(ctx_tree **out, const gram_language *lang, err *e);
/* Accepts NULL. */
void ctx_tree_destroy(ctx_tree *t);
const gram_language *ctx_tree_language(const ctx_tree *t);

/* Tells the tree that bytes [begin, old_end) of `before` are replaced by `with`. `before` is the
 * text as after the previous edit. Any number of edits may come before a parse. An edit out of
 * range drops the tree, so that the next parse starts over. Cost: O(begin) to count lines, about 10
 * GB/s. */
void ctx_tree_edit(ctx_tree *t, str_view before, size_t begin, size_t old_end, str_view with);
/* The document was replaced as a whole. */
void ctx_tree_reset(ctx_tree *t);

/* Brings the tree up to date with `text`, in at most about budget_ms (0: no limit). ERR_STALE: the
 * time is up; the old tree stays, not fresh, and a further call with the same text goes on where
 * this one stopped. ERR_RANGE: the text is too long; the tree is dropped. ERR_NOMEM. */
MUST_USE err_code ctx_tree_parse(ctx_tree *t, str_view text, uint32_t budget_ms, err *e);
/* Whether the tree is that of the text last given to ctx_tree_parse, with no edit since. */
bool ctx_tree_fresh(const ctx_tree *t);
/* Whether there is a tree at all, fresh or not. */
bool ctx_tree_exists(const ctx_tree *t);
/* The root. The tree exists. */
TSNode ctx_tree_root(const ctx_tree *t);
/* A copy for another thread, to be freed with ts_tree_delete, or NULL when there is no tree. Cheap:
 * the nodes are shared and counted. */
TSTree *ctx_tree_snapshot(const ctx_tree *t);

/* The nodes that contain byte `offset`, root first, of which the innermost `cap` are kept in `out`;
 * returns how many. A node contains its first byte and not the one after its last; where nothing
 * else does, the node that ends at `offset` counts, so that a cursor at the end of a word is in
 * that word. */
size_t ctx_nodes_at(TSNode root, size_t offset, TSNode *out, size_t cap);
/* The innermost of them, named or not. */
TSNode ctx_node_at(TSNode root, size_t offset);

struct ctx_syntax_error {
    size_t begin, end; /* equal where something is missing */
    bool missing;
};
/* The syntax errors that touch bytes [begin, end], in text order: the first `cap` of them in `out`
 * (NULL when cap is 0); returns how many there are. Cost: O(errors times depth). */
size_t ctx_errors_in(TSNode root, size_t begin, size_t end, struct ctx_syntax_error *out,
                     size_t cap);

enum ctx_text_kind { CTX_CODE, CTX_COMMENT, CTX_STRING };
/* What the text at the cursor is: code between tokens and inside an interpolation, comment, or
 * string (also character and regex literals, here-documents, plain text of markup is code). `text`
 * is the parsed one. */
enum ctx_text_kind ctx_text_kind_at(const ctx_tree *t, str_view text, size_t offset);

/* The innermost block (body, statement list, bracketed declaration list) around `offset`; the whole
 * text when there is none. */
struct gram_range ctx_block_at(const ctx_tree *t, size_t offset);

struct ctx_paste {
    size_t n_before, n_after; /* syntax errors in the document */
    bool adds;                /* n_after > n_before */
    size_t first_new; /* offset, in the text after pasting, of the first error that was not there
                         before; SIZE_MAX when there is none */
};
/* What pasting `with` over bytes [begin, end) of the document would do to its syntax errors. `text`
 * is the parsed text and the tree is fresh, else ERR_STALE; ERR_STALE too when budget_ms (0: no
 * limit) is not enough. ERR_RANGE: the range is outside the text. The tree is not changed.
 * *pasted, unless `pasted` is NULL, gets the tree of the text after pasting, the caller's to give
 * to ts_tree_delete; nothing on failure. */
MUST_USE err_code ctx_tree_try_paste(ctx_tree *t, struct ctx_paste *out, TSTree **pasted,
                                     str_view text, size_t begin, size_t end, str_view with,
                                     uint32_t budget_ms);

/* Embedded text in another language, parsed by itself. */
struct ctx_layer {
    const gram_language *lang;
    struct gram_range range; /* in the document */
    TSNode root;             /* its positions count from range.begin */
};
/* The innermost embedded language around `offset` (script in HTML, fenced code in Markdown, marked
 * strings). Parsed on demand within budget_ms for each and kept while its text is the same.
 * out->root is valid until the next call on `t`. ERR_NOT_FOUND: the document's own language rules
 * here. ERR_STALE: no fresh tree, or out of time. */
MUST_USE err_code ctx_tree_layer_at(ctx_tree *t, struct ctx_layer *out, gram_queries *q,
                                    str_view text, size_t offset, uint32_t budget_ms);

#endif

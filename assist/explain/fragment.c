#include "assist/explain/fragment.h"

#include <string.h>

#include "assist/explain/explain_internal.h"

enum { FRAGMENT_MAX_BYTES = 1 << 20 };

/* What stands around a fragment, by folder; in the order in which they are tried. Where two parse
 * alike, the first counts. */
static const struct {
    const char *folder, *before, *after;
} frames[] = {
    {"", "", ""},
    {"", "", "\n"}, /* some grammars want the last line ended */
    {"c", "void " EXPLAIN__AROUND "(void) { ", "; }"},
    {"c", "int x = ", ";"},
    {"cpp", "void " EXPLAIN__AROUND "() { ", "; }"},
    {"cpp", "struct S { ", " };"},
    {"csharp", "class " EXPLAIN__AROUND " { ", " }"},
    {"csharp", "class " EXPLAIN__AROUND " { void " EXPLAIN__AROUND "() { ", " } }"},
    {"csharp", "class " EXPLAIN__AROUND " { void " EXPLAIN__AROUND "() { ", "; } }"},
    {"css", "a { ", " }"},
    {"css", "", " {}"},
    {"go", "package p\n", "\n"},
    {"go", "package p\nfunc " EXPLAIN__AROUND "() { ", " }\n"},
    {"go", "package p\nvar x ", "\n"},
    {"java", "class " EXPLAIN__AROUND " { ", " }"},
    {"java", "class " EXPLAIN__AROUND " { void " EXPLAIN__AROUND "() { ", " } }"},
    {"java", "class " EXPLAIN__AROUND " { void " EXPLAIN__AROUND "() { ", "; } }"},
    {"java", "class " EXPLAIN__AROUND " { Object x = ", "; }"},
    {"javascript", "async function " EXPLAIN__AROUND "() { ", " }"},
    {"kotlin", "fun " EXPLAIN__AROUND "() { ", " }"},
    {"php", "<?php ", ""},
    {"php", "<?php ", ";"},
    {"php", "<?php class " EXPLAIN__AROUND " { ", " }"},
    {"python", "class " EXPLAIN__AROUND ":\n    ", "\n"},
    {"rust", "fn " EXPLAIN__AROUND "() { ", " }"},
    {"rust", "fn " EXPLAIN__AROUND "() { ", "; }"},
    {"rust", "type T = ", ";"},
    {"rust", "impl T { ", " }"},
    {"sql", "", ";"},
    {"sql", "SELECT * FROM t ", ";"},
    {"sql", "SELECT ", ";"},
    {"swift", "func " EXPLAIN__AROUND "() { ", " }"},
    {"typescript", "type T = ", ";"},
    {"typescript", "class " EXPLAIN__AROUND " { ", " }"},
    {"yaml", "", "\n"},
    {"make", "a:\n\t", "\n"},
};

/* How badly the tree fits: bytes in error nodes, or 1 for something missing. */
static size_t badness(TSNode root)
{
    struct ctx_syntax_error errors[8];
    size_t n = ctx_errors_in(root, 0, UINT32_MAX, errors, 8), sum = 0;
    for (size_t i = 0; i < n && i < 8; i++)
        sum += errors[i].missing ? 1 : 1 + errors[i].end - errors[i].begin;
    return sum;
}

static bool fits(const gram_language *lang, const char *folder)
{
    if (folder[0] == '\0' || strcmp(folder, lang->folder) == 0)
        return true;
    bool ecma = strcmp(lang->folder, "typescript") == 0 || strcmp(lang->folder, "tsx") == 0;
    return (ecma && strcmp(folder, "javascript") == 0) ||
           (strcmp(lang->folder, "tsx") == 0 && strcmp(folder, "typescript") == 0);
}

static err_code parse_in_frame(ctx_tree **tree, str_view *text, const gram_language *lang,
                               size_t frame, str_view code, arena *mem, err *e)
{
    *text = arena_format(mem, "%s%.*s%s", frames[frame].before, STR_ARG(code), frames[frame].after);
    err_code rc = text->ptr ? ctx_tree_create(tree, lang, e) : ERR_NOMEM;
    return rc == ERR_OK ? ctx_tree_parse(*tree, *text, 0, e) : rc;
}

err_code explain_fragment(struct explain_answer *out, struct explain_request *r, str_view code,
                          arena *mem, err *e)
{
    if (code.len > FRAGMENT_MAX_BYTES)
        return err_set(e, ERR_RANGE, "a fragment of more than %d bytes", FRAGMENT_MAX_BYTES);
    r->scope = EXPLAIN_RANGE;
    r->text = code;
    r->begin = 0;
    r->end = code.len;
    if (!r->lang->parser || !r->lang->folder)
        return explain(out, r, mem, e);
    ctx_tree *best = NULL;
    size_t least = SIZE_MAX;
    err_code rc = ERR_OK;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0] && least > 0; i++) {
        ctx_tree *tree = NULL;
        str_view text;
        if (!fits(r->lang, frames[i].folder))
            continue;
        rc = parse_in_frame(&tree, &text, r->lang, i, code, mem, e);
        if (rc == ERR_OK && badness(ctx_tree_root(tree)) < least) {
            least = badness(ctx_tree_root(tree));
            ctx_tree_destroy(best);
            best = tree;
            r->text = text;
            r->begin = strlen(frames[i].before);
            r->end = r->begin + code.len;
        } else {
            ctx_tree_destroy(tree);
        }
        if (rc != ERR_OK)
            break;
    }
    if (rc == ERR_OK) {
        r->tree = best;
        rc = explain(out, r, mem, e);
        r->tree = NULL;
    }
    ctx_tree_destroy(best);
    return rc;
}

#include "assist/explain/hints.h"

#include <string.h>

enum { MAX_VISITED = 50000, MAX_KINDS = 128, SCRATCH_MAX_BYTES = 8 << 20 };

struct work {
    const struct explain_request *r;
    const struct gram_construct *some[MAX_KINDS]; /* those with a hint */
    size_t n_some;
    struct explain_hint *hints;
    size_t n;
    arena scratch;
};

/* Behind the sign: the first token that stands after something, or in front of all. */
static size_t sign_end(TSNode node)
{
    TSNode sign = ts_node_child_by_field_name(node, "operator", 8);
    uint32_t n = ts_node_child_count(node);
    for (uint32_t i = 1; ts_node_is_null(sign) && i < n && i < 8; i++)
        if (!ts_node_is_named(ts_node_child(node, i)))
            sign = ts_node_child(node, i);
    if (ts_node_is_null(sign) && n > 0 && !ts_node_is_named(ts_node_child(node, 0)))
        sign = ts_node_child(node, 0);
    return ts_node_end_byte(ts_node_is_null(sign) ? node : sign);
}

static void look(struct work *w, TSNode node)
{
    for (size_t i = 0; i < w->n_some; i++) {
        struct gram_pattern_match match;
        arena_reset(&w->scratch);
        if (!gram_construct_fits(w->some[i], node, w->r->text, &w->scratch, &match))
            continue;
        w->hints[w->n++] = (struct explain_hint){sign_end(node), w->some[i]->hint, w->some[i]};
        return;
    }
}

static void walk(struct work *w)
{
    TSTreeCursor cursor = ts_tree_cursor_new(ctx_tree_root(w->r->tree));
    bool going = true;
    for (size_t visited = 0; going && visited < MAX_VISITED && w->n < EXPLAIN_MAX_HINTS;
         visited++) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        bool touches = ts_node_end_byte(node) > w->r->begin && ts_node_start_byte(node) < w->r->end;
        if (touches && ts_node_start_byte(node) >= w->r->begin)
            look(w, node);
        if (touches && ts_tree_cursor_goto_first_child(&cursor))
            continue;
        while (going && !ts_tree_cursor_goto_next_sibling(&cursor))
            going = ts_tree_cursor_goto_parent(&cursor);
    }
    ts_tree_cursor_delete(&cursor);
}

static void sort(struct explain_hint *h, size_t n)
{
    /* Nearly in order already: what encloses comes before what stands in its left part. */
    for (size_t i = 1; i < n; i++) {
        struct explain_hint one = h[i];
        size_t k = i;
        for (; k > 0 && h[k - 1].at > one.at; k--)
            h[k] = h[k - 1];
        h[k] = one;
    }
}

err_code explain_hints(const struct explain_hint **out, size_t *n, const struct explain_request *r,
                       arena *mem, err *e)
{
    if (r->begin > r->end || r->end > r->text.len)
        return err_set(e, ERR_RANGE, "the place is outside of the text");
    struct work w = {.r = r};
    for (const struct gram_construct *c = gram_knowledge_of(r->knowledge, r->lang); c; c = c->next)
        if (c->hint.len > 0 && w.n_some < MAX_KINDS)
            w.some[w.n_some++] = c;
    w.hints = arena_push_array(mem, EXPLAIN_MAX_HINTS, sizeof *w.hints);
    if (!w.hints)
        return ERR_NOMEM;
    arena_init(&w.scratch, SCRATCH_MAX_BYTES);
    if (r->tree && w.n_some > 0)
        walk(&w);
    bool short_of_memory = arena_failed(&w.scratch);
    arena_release(&w.scratch);
    if (short_of_memory)
        return ERR_NOMEM;
    sort(w.hints, w.n);
    *out = w.hints;
    *n = w.n;
    return ERR_OK;
}

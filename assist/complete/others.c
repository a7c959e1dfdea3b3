#include "assist/complete/others.h"

#include "assist/complete/learn.h"
#include "assist/complete/project.h"
#include "base/clock.h"

enum {
    MAX_PIECES = 24,
    BLOCK_LINES = 16,    /* as the window moves (context/window.h) */
    RETRY_MS = 500,      /* while the index has nothing yet */
    ARENA_MAX = 8 << 20, /* of what one question needs */
};

static size_t line_of(str_view text, size_t cursor)
{
    size_t n = 0;
    for (size_t i = 0; i < cursor; i++)
        n += text.ptr[i] == '\n';
    return n;
}

static bool is_current(const assist_engine *a, uint64_t doc, size_t block)
{
    const struct engine_others *o = &a->others;
    if (o->asked_ns == 0 || o->doc != doc || o->block != block)
        return false;
    return o->n > 0 || clock_now_ns() - o->asked_ns < RETRY_MS * UINT64_C(1000000);
}

bool others_known(const assist_engine *a, const struct assist_document *doc, size_t cursor)
{
    return is_current(a, learn_name(doc, true).id, line_of(doc->text, cursor) / BLOCK_LINES);
}

size_t others_find(assist_engine *a, const struct assist_document *doc, size_t cursor,
                   const struct ctx_window *seen, ctx_count_fn *count, void *user,
                   size_t budget_tok, const struct ctx_gather_piece **pieces)
{
    struct engine_others *o = &a->others;
    if (!budget_tok)
        return 0;
    uint64_t id = learn_name(doc, true).id;
    size_t block = line_of(doc->text, cursor) / BLOCK_LINES;
    if (!is_current(a, id, block)) {
        others_forget(a);
        *o = (struct engine_others){.doc = id, .block = block, .asked_ns = clock_now_ns()};
        arena_init(&o->mem, ARENA_MAX);
        o->pieces = ARENA_ARRAY(&o->mem, struct ctx_gather_piece, MAX_PIECES);
        struct ctx_gather_query q = {
            .path = doc->path,
            .text = doc->text,
            .cursor = cursor,
            .seen_begin = seen->begin_bytes,
            .seen_end = seen->end_bytes,
            .lang = gram_language_by_path(doc->path),
            .count = count,
            .user = user,
            .budget_tok = budget_tok,
        };
        ctx_index_view *view = project_begin(a, doc, &q, &o->mem);
        if (o->pieces && view)
            o->n = ctx_gather(view, &q, &o->mem, o->pieces, MAX_PIECES);
        project_end(a, doc, view);
        if (arena_failed(&o->mem))
            o->n = 0;
    }
    *pieces = o->pieces;
    return o->n;
}

void others_forget(assist_engine *a)
{
    if (a->others.asked_ns)
        arena_release(&a->others.mem);
    a->others = (struct engine_others){.n = 0};
}

/* tests/unit/context/index_walk.h: asks a segment everything, whatever its bytes are. */
#ifndef ARTEL_TESTS_UNIT_CONTEXT_INDEX_WALK_H
#define ARTEL_TESTS_UNIT_CONTEXT_INDEX_WALK_H

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "context/gather.h"
#include "context/index_internal.h"

struct index_walk {
    size_t n_answers; /* at most a million, so that a hostile segment ends soon */
    const ctx_index_view *v;
};

static inline bool walk_on(struct index_walk *w, str_view a, str_view b)
{
    /* Every byte is touched, for the sanitizer to see. */
    volatile uint64_t sum = hash_str(a) ^ hash_str(b);
    (void)sum;
    return ++w->n_answers < 1000000;
}

static inline bool walk_def(void *user, const struct ctx_index_def *d)
{
    struct index_walk *w = (struct index_walk *)user;
    if (d->whole.begin > d->whole.end || d->signature.end > d->whole.end ||
        d->doc.begin > d->doc.end || d->kind >= GRAM_KINDS)
        abort();
    return walk_on(w, d->name, d->path) && walk_on(w, d->scope, d->path);
}

static inline bool walk_ref(void *user, const struct ctx_index_ref *r)
{
    if (r->kind >= GRAM_KINDS)
        abort();
    return walk_on((struct index_walk *)user, r->path, r->path);
}

static inline bool walk_import(void *user, const struct ctx_index_import *i)
{
    struct index_walk *w = (struct index_walk *)user;
    return walk_on(w, i->name, ctx_index_path(w->v, i->file));
}

static inline size_t walk_count(void *user, str_view text)
{
    (void)user;
    return text.len;
}

/* Takes `image` as a segment if it claims to be one; returns the number of answers. */
static inline size_t walk_index(buf *image)
{
    struct ctx__part *part = ctx__part_of_image(image);
    if (!part)
        return 0;
    struct ctx__segment *s = &part->segment;
    size_t n_words = ((size_t)s->n[CTX__FILES] + 63) / 64 + 1;
    uint64_t *dead = (uint64_t *)mem_zero(n_words, sizeof *dead);
    struct ctx__entry entry = {.part = part, .gone = dead, .dead = dead};
    ctx_index x = {.root_fd = -1};
    struct ctx_index_view v = {.x = &x, .n = 1, .entries = &entry};
    struct index_walk w = {0, &v};
    if (!dead) {
        ctx__part_release(part);
        return 0;
    }
    ctx_index_defs_prefix(&v, STR(""), walk_def, &w);
    for (uint32_t name = 0; name <= s->n[CTX__NAMES] && w.n_answers < 1000000; name++) {
        str_view text = ctx__segment_name(s, name);
        ctx_index_defs(&v, text, walk_def, &w);
        ctx_index_refs(&v, text, walk_ref, &w);
        w.n_answers += ctx_index_frequency(&v, text).n_chunks;
    }
    for (uint32_t file = 0; file <= s->n[CTX__FILES] && w.n_answers < 1000000; file++) {
        ctx_index_defs_in(&v, file, walk_def, &w);
        ctx_index_imports(&v, file, walk_import, &w);
        (void)walk_on(&w, ctx_index_path(&v, file), STR(""));
        (void)ctx_index_language(&v, file);
        buf text;
        buf_init(&text, 1 << 20);
        struct gram_range range = {0, 10};
        if (ctx_index_text(&v, file, range, &text) == ERR_OK)
            abort(); /* there is no folder */
        buf_release(&text);
    }
    arena mem;
    arena_init(&mem, 1 << 26);
    struct ctx_gather_piece pieces[4];
    struct ctx_gather_query q = {.path = ctx_index_path(&v, 0),
                                 .text = STR("alpha(beta, Gamma.delta)\nimport epsilon\n"),
                                 .cursor = 20,
                                 .count = walk_count,
                                 .budget_tok = 1000};
    w.n_answers += ctx_gather(&v, &q, &mem, pieces, 4);
    arena_release(&mem);
    ctx__maker *m = NULL;
    buf merged;
    buf_init(&merged, 1 << 26);
    if (ctx__maker_create(&m) == ERR_OK && ctx__maker_merge(m, s, NULL) == ERR_OK &&
        ctx__maker_finish(m, &merged) == ERR_OK) {
        struct ctx__segment again;
        if (ctx__segment_open(&again, merged.ptr, merged.len) != ERR_OK)
            abort();
        w.n_answers++;
    }
    ctx__maker_destroy(m);
    buf_release(&merged);
    mem_free(dead);
    ctx__part_release(part);
    return w.n_answers;
}

/* Makes magic, size and sum of the bytes right, so that what is behind them is looked at. */
static inline void walk_seal(buf *image)
{
    uint32_t words[2] = {CTX__BYTE_ORDER, (uint32_t)image->len};
    if (image->len < CTX__SEGMENT_HEAD)
        return;
    memcpy(image->ptr, CTX__SEGMENT_MAGIC, 8);
    memcpy(image->ptr + 16, words, sizeof words);
    uint64_t sum = hash_bytes(image->ptr + 16, image->len - 16, 0);
    memcpy(image->ptr + 8, &sum, sizeof sum);
}

#endif

#include "model/session_internal.h"

#include <string.h>

enum {
    ANCHOR = 16,  /* tokens in a row that make a place the same */
    MIN_RUN = 32, /* reading fewer takes about as long as a step */
};

/* The longest run around the places of the slot's rest that hold the same tokens as ids[at] on. */
static void try_anchor(struct model__run *best, const struct slot *slot, const model_token *ids,
                       size_t at, size_t begin, size_t end)
{
    for (size_t p = slot->rest; p + ANCHOR <= slot->rest_end; p++) {
        if (memcmp(slot->ids + p, ids + at, ANCHOR * sizeof *ids) != 0)
            continue;
        size_t left = 0, right = ANCHOR;
        while (p - left > slot->rest && at - left > begin &&
               slot->ids[p - left - 1] == ids[at - left - 1])
            left++;
        while (p + right < slot->rest_end && at + right < end &&
               slot->ids[p + right] == ids[at + right])
            right++;
        if (left + right > best->n)
            *best = (struct model__run){.from = p - left, .to = at - left, .n = left + right};
        p += right - ANCHOR; /* what follows is part of this run */
    }
}

struct model__run model__session_find_run(const struct slot *slot, const model_token *ids,
                                          size_t begin, size_t end)
{
    struct model__run best = {0};
    if (begin >= end || end - begin < MIN_RUN)
        return best;
    /* What was typed stands before the text, and what moved into the window behind it. */
    const size_t at[] = {begin, begin + (end - begin - ANCHOR) / 2, end - ANCHOR};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        try_anchor(&best, slot, ids, at[i], begin, end);
    return best.n >= MIN_RUN ? best : (struct model__run){0};
}

struct moving {
    const model_session *s;
    const struct slot *slot;
    struct model__run run;
    const float *cosines, *sines;
};

static void move_head(const struct moving *m, size_t layer, size_t head)
{
    const model_session *s = m->s;
    const struct model_hparams *hp = &s->w->hp;
    uint8_t *keys = model__session_keys(s, m->slot, layer, head);
    uint8_t *values = model__session_values(s, m->slot, layer, head);
    bool forwards = m->run.to < m->run.from;
    for (size_t i = 0; i < m->run.n; i++) {
        size_t k = forwards ? i : m->run.n - 1 - i;
        float key[MODEL__KV_MAX_DIM];
        model__key_load(s->kv_type, key, keys, m->run.from + k, hp->head_dim);
        if (s->w->rope_halves)
            s->ops->rope_halves(key, m->cosines, m->sines, hp->n_rot);
        else
            s->ops->rope_pairs(key, m->cosines, m->sines, hp->n_rot);
        model__key_store(s->kv_type, keys, m->run.to + k, key, hp->head_dim);
    }
    memmove(values + model__session_value_bytes(s, m->run.to),
            values + model__session_value_bytes(s, m->run.from),
            model__session_value_bytes(s, m->run.n));
}

static void move_part(void *arg, unsigned index, unsigned n_parts)
{
    const struct moving *m = arg;
    size_t unit = 0;
    for (size_t layer = 0; layer < m->s->w->hp.n_layer; layer++)
        for (size_t head = 0; head < m->s->w->layers[layer].n_head_kv; head++)
            if (unit++ % n_parts == index)
                move_head(m, layer, head);
}

void model__session_move(model_session *s, struct slot *slot, const struct model__run *run)
{
    struct moving m = {.s = s, .slot = slot, .run = *run, .cosines = s->b.rope};
    float *sines = s->b.rope + s->w->hp.n_rot;
    m.sines = sines;
    bool back = run->to < run->from;
    if (run->to != run->from) {
        model__session_turn(s, back ? run->from - run->to : run->to - run->from, 1, s->b.rope,
                            sines);
        for (size_t i = 0; back && i < s->w->hp.n_rot; i++)
            sines[i] = -sines[i];
        model__pool_run(s->pool, move_part, &m);
        memmove(slot->ids + run->to, slot->ids + run->from, run->n * sizeof *slot->ids);
        s->paused.slot = NULL;
    }
    slot->rest = run->to;
    slot->rest_end = run->to + run->n;
}

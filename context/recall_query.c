/* The questions: search for the current context, weighing of what is found, prediction, draft. */
#include <math.h>

#include "context/recall_internal.h"

enum { MAX_CURSORS = 2 * (CTX__MAX_SEGMENTS + CTX_RECALL_MAX_LIVE) };

struct context {
    uint32_t
        keys[CTX_RECALL_MAX_MATCH]; /* last first; CTX__KEY_START ends a context that is whole */
    uint32_t n;
};

static void read_context(const ctx_recall *r, struct context *c, const int32_t *ids, size_t n)
{
    c->n = 0;
    while (c->n < CTX_RECALL_MAX_MATCH && n > 0) {
        int32_t id = ids[--n];
        /* Tokens that were never stored match nothing, whatever they say. */
        uint32_t key = id >= 0 && (uint32_t)id < r->n_keys ? r->keys[id] : CTX__KEY_START - 1;
        if (key != CTX__KEY_BLANK || c->n == 0)
            c->keys[c->n++] = key;
    }
    if (c->n < CTX_RECALL_MAX_MATCH)
        c->keys[c->n++] = CTX__KEY_START;
}

/* Orders the query's context against the one before `b`; *match is how many tokens agree. */
static int compare_query(const ctx_recall *r, const struct context *c, const int32_t *b,
                         uint32_t *match)
{
    b--;
    for (uint32_t i = 0; i < c->n; i++) {
        uint32_t kb = ctx__key_at(r, b);
        if (c->keys[i] != kb) {
            *match = i;
            return c->keys[i] < kb ? -1 : 1;
        }
        if (kb == CTX__KEY_START) {
            *match = i;
            return 0;
        }
        if (i + 1 < c->n)
            b = ctx__step_back(r, b);
    }
    *match = c->n;
    return 0;
}

/* One end of the neighbourhood of the query's place in a segment's order, moving away from it. */
struct cursor {
    const struct ctx__segment *s;
    uint32_t at;    /* entry */
    uint32_t match; /* of that entry; 0: this end is done */
    int step;       /* -1 or 1 */
};

/* Moves to the next entry that counts as evidence. */
static void cursor_settle(const ctx_recall *r, const struct ctx_recall_query *q,
                          const struct context *c, struct cursor *u, uint32_t *budget)
{
    const struct ctx__segment *s = u->s;
    for (; u->at < s->n_order; u->at += (uint32_t)u->step) { /* below 0 wraps: done as well */
        if (*budget == 0)
            break;
        --*budget;
        uint32_t match;
        compare_query(r, c, s->ids + s->order[u->at], &match);
        u->match = match;
        if (match == 0)
            return;
        const struct ctx__part *part =
            &s->parts[s->n_parts == 1 ? 0 : ctx__segment_part_of(s, s->order[u->at])];
        const struct ctx__doc *d = &r->docs[part->doc];
        bool is_cursor = d->info.id == q->doc && s->order[u->at] - part->begin - 1 == q->doc_pos;
        if (d->home == s && !is_cursor)
            return;
    }
    u->match = 0;
}

static uint32_t upper_bound(const ctx_recall *r, const struct ctx__segment *s,
                            const struct context *c)
{
    uint32_t lo = 0, hi = s->n_order, match;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (compare_query(r, c, s->ids + s->order[mid], &match) >= 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static uint32_t add_cursors(const ctx_recall *r, const struct ctx_recall_query *q,
                            const struct context *c, const struct ctx__segment *s,
                            struct cursor *cursors, uint32_t n, uint32_t *budget)
{
    uint32_t bound = upper_bound(r, s, c);
    /* Downwards first: equal contexts stand by position, newer ones higher. */
    cursors[n] = (struct cursor){s, bound - 1, 0, -1};
    cursors[n + 1] = (struct cursor){s, bound, 0, 1};
    cursor_settle(r, q, c, &cursors[n], budget);
    cursor_settle(r, q, c, &cursors[n + 1], budget);
    return n + 2;
}

/* Each token that agrees counts for about as much as all shorter matches together (as in PPM: the
 * longest context decides and the others break ties), and text is worth more the nearer it is to
 * what is being written. The slope and the bonuses were tried on repositories that are measured
 * nowhere else: with half the slope 1.6 % fewer tokens are right, with more nothing is gained. */
static float hit_weight(const struct ctx_recall_hit *h)
{
    float log2_weight = 2.0f * (float)(h->match < 20 ? h->match : 20);
    log2_weight += h->own_doc ? 4.0f : 0;
    log2_weight += h->live ? 1.0f : 0;
    log2_weight += h->same_folder ? 1.0f : 0;
    log2_weight += h->same_language ? 2.0f : 0;
    return exp2f(log2_weight);
}

static void fill_hit(const ctx_recall *r, const struct ctx_recall_query *q, const struct cursor *u,
                     struct ctx_recall_hit *h)
{
    const struct ctx__segment *s = u->s;
    uint32_t position = s->order[u->at];
    const struct ctx__part *part =
        &s->parts[s->n_parts == 1 ? 0 : ctx__segment_part_of(s, position)];
    const struct ctx__doc *d = &r->docs[part->doc];
    h->next = s->ids + position;
    h->n_before = position - part->begin - 1;
    h->n_after = d->n - h->n_before;
    h->doc = d->info.id;
    h->match = u->match;
    h->own_doc = d->info.id == q->doc;
    h->same_folder = d->info.folder == q->folder;
    h->same_language = d->info.language == q->language;
    h->live = d->info.live;
    h->weight = hit_weight(h);
}

/* ctx_recall_find without the places whose match is shorter than the longest by more than max_gap.
 */
static size_t find_hits(const ctx_recall *r, const struct ctx_recall_query *q,
                        struct ctx_recall_hit *hits, size_t cap, uint32_t max_gap)
{
    struct cursor cursors[MAX_CURSORS];
    struct context c;
    uint32_t n = 0, budget = 4 * CTX_RECALL_MAX_HITS;
    read_context(r, &c, q->context, q->n_context);
    if (q->n_context == 0)
        return 0;
    /* Equal matches are taken in the order of the cursors. */
    uint32_t own = ctx__recall_doc(r, q->doc);
    const struct ctx__segment *own_home = own == CTX__NO_DOC ? NULL : r->docs[own].home;
    if (own_home)
        n = add_cursors(r, q, &c, own_home, cursors, n, &budget);
    for (uint32_t i = r->n_live; i-- > 0;)
        if (r->live[i] != own_home)
            n = add_cursors(r, q, &c, r->live[i], cursors, n, &budget);
    for (uint32_t i = r->n_segments; i-- > 0;)
        if (r->segments[i] != own_home)
            n = add_cursors(r, q, &c, r->segments[i], cursors, n, &budget);

    if (cap > CTX_RECALL_MAX_HITS)
        cap = CTX_RECALL_MAX_HITS;
    size_t n_hits = 0;
    while (n_hits < cap) {
        struct cursor *best = NULL;
        for (uint32_t i = 0; i < n; i++)
            if (cursors[i].match > (best ? best->match : 0))
                best = &cursors[i];
        if (!best || (n_hits && best->match + max_gap < hits[0].match))
            break;
        fill_hit(r, q, best, &hits[n_hits++]);
        best->at += (uint32_t)best->step;
        cursor_settle(r, q, &c, best, &budget);
    }
    return n_hits;
}

size_t ctx_recall_find(const ctx_recall *r, const struct ctx_recall_query *q,
                       struct ctx_recall_hit *hits, size_t cap)
{
    return find_hits(r, q, hits, cap, CTX_RECALL_MAX_MATCH);
}

/* Shorter matches than this below the longest weigh less than a thousandth of it (see hit_weight),
 * and the places looked at are what a query costs. */
enum { PREDICT_GAP = 9, PREDICT_HITS = 128 };

struct tally {
    int32_t id;
    float weight;
};

/* Sums the weights by token at `depth` behind each hit that is still in. Returns how many tokens.
 */
static size_t tally_tokens(const struct ctx_recall_hit *hits, size_t n, size_t depth,
                           struct tally sums[CTX_RECALL_MAX_HITS])
{
    enum { SLOTS = 2 * CTX_RECALL_MAX_HITS };
    uint16_t slots[SLOTS] = {0}; /* 1 + index in sums */
    size_t n_sums = 0;
    for (size_t i = 0; i < n; i++) {
        if (hits[i].n_after <= depth)
            continue;
        int32_t id = hits[i].next[depth];
        uint32_t at = (uint32_t)id * 2654435769u % SLOTS;
        while (slots[at] && sums[slots[at] - 1].id != id)
            at = (at + 1) % SLOTS;
        if (!slots[at]) {
            sums[n_sums] = (struct tally){id, 0};
            slots[at] = (uint16_t)++n_sums;
        }
        sums[slots[at] - 1].weight += hits[i].weight;
    }
    return n_sums;
}

static bool is_heavier(const struct tally *a, const struct tally *b)
{
    return a->weight > b->weight || (a->weight == b->weight && a->id < b->id);
}

/* Logistic regression on 8,000 tokens of repositories that are measured nowhere else. */
static float estimate(const struct ctx_recall_prediction *p)
{
    float share = p->top[0].p;
    float match = (float)(p->match < 20 ? p->match : 20) / 20;
    float n_longest = (float)(p->n_longest < 16 ? p->n_longest : 16) / 16;
    float n_top = (float)(p->n_top < 8 ? p->n_top : 8) / 8;
    float x = -1.39f + 0.52f * match + 2.63f * share + 1.65f * share * share + 0.25f * n_longest -
              1.14f * n_top;
    return 1.0f / (1.0f + expf(-x));
}

void ctx_recall_predict(const ctx_recall *r, const struct ctx_recall_query *q,
                        struct ctx_recall_prediction *out)
{
    struct ctx_recall_hit hits[PREDICT_HITS];
    struct tally sums[CTX_RECALL_MAX_HITS];
    size_t n = find_hits(r, q, hits, PREDICT_HITS, PREDICT_GAP);
    *out = (struct ctx_recall_prediction){.n_hits = (uint32_t)n};
    if (n == 0)
        return;
    out->match = hits[0].match;
    while (out->n_longest < n && hits[out->n_longest].match == out->match)
        out->n_longest++;
    size_t n_sums = tally_tokens(hits, n, 0, sums);
    float total = 0;
    for (size_t i = 0; i < n_sums; i++)
        total += sums[i].weight;
    size_t cap = sizeof out->top / sizeof out->top[0];
    for (; out->n_top < cap && out->n_top < n_sums; out->n_top++) {
        size_t best = out->n_top;
        for (size_t i = best + 1; i < n_sums; i++)
            if (is_heavier(&sums[i], &sums[best]))
                best = i;
        struct tally t = sums[best];
        sums[best] = sums[out->n_top];
        sums[out->n_top] = t;
        out->top[out->n_top] = (struct ctx_recall_candidate){t.id, t.weight / total};
    }
    out->confidence = estimate(out);
}

size_t ctx_recall_draft(const ctx_recall *r, const struct ctx_recall_query *q, float min_p,
                        int32_t *ids, float *p, size_t cap)
{
    struct ctx_recall_hit hits[PREDICT_HITS];
    struct tally sums[CTX_RECALL_MAX_HITS];
    size_t n = find_hits(r, q, hits, PREDICT_HITS, PREDICT_GAP), depth = 0;
    float all = 0;
    for (size_t i = 0; i < n; i++)
        all += hits[i].weight;
    for (; depth < cap; depth++) {
        size_t n_sums = tally_tokens(hits, n, depth, sums), best = 0, kept = 0;
        for (size_t i = 1; i < n_sums; i++)
            if (is_heavier(&sums[i], &sums[best]))
                best = i;
        if (n_sums == 0 || sums[best].weight < min_p * all)
            break;
        ids[depth] = sums[best].id;
        if (p)
            p[depth] = sums[best].weight / all;
        all = sums[best].weight;
        for (size_t i = 0; i < n; i++)
            if (hits[i].n_after > depth && hits[i].next[depth] == sums[best].id)
                hits[kept++] = hits[i];
        n = kept;
    }
    return depth;
}

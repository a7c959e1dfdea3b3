#include "context/recall_internal.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/size.h"

enum {
    MERGE_AT_ONCE = 1 << 15, /* tokens: merging so many takes about 10 ms */
    GROWTH = 3,              /* neighbours are merged unless the older is so many times larger */
    STEPS_PER_TOKEN = 8,     /* of merging, paid for by each token put: about its depth */
    RUN = 12,                /* shorter runs are sorted by insertion */
};

#define NOT_COPIED UINT32_MAX

/* ---- keys ---- */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

uint32_t ctx_recall_key(str_view piece)
{
    size_t begin = 0, end = piece.len;
    bool line = false;
    while (begin < end && is_space(piece.ptr[begin]))
        line |= piece.ptr[begin++] == '\n';
    if (begin == end)
        return line ? CTX_RECALL_KEY_LINE : CTX__KEY_BLANK;
    bool line_after = false;
    while (is_space(piece.ptr[end - 1]))
        line_after |= piece.ptr[--end] == '\n';
    uint64_t h =
        hash_bytes(piece.ptr + begin, end - begin, (line ? 1u : 0u) + (line_after ? 2u : 0u));
    uint32_t key = (uint32_t)(h >> 32);
    return key <= CTX_RECALL_KEY_LINE || key == CTX__KEY_START ? 2 : key;
}

/* Learns the keys of all ids up to the largest in ids. */
static err_code learn_keys(ctx_recall *r, const int32_t *ids, size_t n, err *e)
{
    int32_t largest = -1;
    for (size_t i = 0; i < n; i++) {
        if (ids[i] < 0 || ids[i] >= CTX_RECALL_MAX_ID)
            return err_set(e, ERR_RANGE, "token id %ld is outside 0 to %d", (long)ids[i],
                           CTX_RECALL_MAX_ID - 1);
        largest = ids[i] > largest ? ids[i] : largest;
    }
    uint32_t need = (uint32_t)(largest + 1);
    if (need <= r->n_keys)
        return ERR_OK;
    if (need > r->cap_keys) {
        uint32_t cap = need + need / 2;
        uint32_t *keys = mem_resize(r->keys, cap * sizeof *keys);
        if (!keys)
            return ERR_NOMEM;
        r->keys = keys;
        r->cap_keys = cap;
    }
    for (; r->n_keys < need; r->n_keys++)
        r->keys[r->n_keys] = ctx_recall_key(r->vocab.piece(r->vocab.user, (int32_t)r->n_keys));
    return ERR_OK;
}

/* ---- contexts ---- */

/* Orders the contexts that end before a and b. The last token counts even when it is blank, so that
 * "at the line start" and "after the indentation" stay apart. */
static int compare_contexts(const ctx_recall *r, const int32_t *a, const int32_t *b)
{
    a--;
    b--;
    for (int i = 0; i < CTX_RECALL_MAX_MATCH; i++) {
        uint32_t ka = ctx__key_at(r, a), kb = ctx__key_at(r, b);
        if (ka != kb)
            return ka < kb ? -1 : 1;
        if (ka == CTX__KEY_START)
            return 0;
        a = ctx__step_back(r, a);
        b = ctx__step_back(r, b);
    }
    return 0;
}

/* ---- sorting ---- */

static int compare_positions(const ctx_recall *r, const int32_t *ids, uint32_t a, uint32_t b)
{
    int c = compare_contexts(r, ids + a, ids + b);
    return c ? c : (a > b) - (a < b);
}

/* Merge sort: its worst case is its usual one, which a hostile text cannot change. scratch: n
 * entries. */
static void sort_positions(const ctx_recall *r, const int32_t *ids, uint32_t *order, uint32_t n,
                           uint32_t *scratch)
{
    for (uint32_t begin = 0; begin < n; begin += RUN) {
        uint32_t end = n - begin < RUN ? n : begin + RUN;
        for (uint32_t i = begin + 1; i < end; i++) {
            uint32_t x = order[i], j = i;
            for (; j > begin && compare_positions(r, ids, order[j - 1], x) > 0; j--)
                order[j] = order[j - 1];
            order[j] = x;
        }
    }
    for (uint64_t width = RUN; width < n; width *= 2) {
        for (uint64_t begin = 0; begin + width < n; begin += 2 * width) {
            uint32_t mid = (uint32_t)(begin + width);
            uint32_t end = (uint32_t)(begin + 2 * width < n ? begin + 2 * width : n);
            uint32_t n_left = (uint32_t)width, i = 0, j = mid, out = (uint32_t)begin;
            memcpy(scratch, order + begin, n_left * sizeof *scratch);
            while (i < n_left && j < end)
                order[out++] = compare_positions(r, ids, scratch[i], order[j]) <= 0 ? scratch[i++]
                                                                                    : order[j++];
            while (i < n_left)
                order[out++] = scratch[i++];
        }
    }
}

/* ---- segments ---- */

static void free_doc_slot(ctx_recall *r, uint32_t doc);

static void segment_free(ctx_recall *r, struct ctx__segment *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < s->n_parts; i++) {
        struct ctx__doc *d = &r->docs[s->parts[i].doc];
        if (--d->n_refs == 0 && !d->home)
            free_doc_slot(r, s->parts[i].doc);
    }
    r->n_stored -= s->n_order;
    mem_free(s->ids);
    mem_free(s->order);
    mem_free(s->parts);
    mem_free(s->part_of_block);
    mem_free(s);
}

/* Room for n_tokens in n_parts; nothing filled in and nothing counted yet. */
static struct ctx__segment *segment_alloc(size_t n_tokens, size_t n_parts)
{
    struct ctx__segment *s = mem_zero(1, sizeof *s);
    if (!s)
        return NULL;
    size_t n_ids = n_tokens + n_parts;
    assert(n_ids < UINT32_MAX);
    s->cap_ids = (uint32_t)n_ids;
    s->cap_order = (uint32_t)n_tokens;
    s->ids = mem_alloc(n_ids * sizeof *s->ids);
    s->order = mem_alloc(n_tokens * sizeof *s->order);
    s->parts = mem_alloc(n_parts * sizeof *s->parts);
    s->part_of_block = mem_alloc(((n_ids >> CTX__BLOCK_BITS) + 1) * sizeof *s->part_of_block);
    if (s->ids && s->order && s->parts && s->part_of_block)
        return s;
    mem_free(s->ids);
    mem_free(s->order);
    mem_free(s->parts);
    mem_free(s->part_of_block);
    mem_free(s);
    return NULL;
}

/* Appends a document's text; returns its begin. */
static uint32_t segment_add_part(ctx_recall *r, struct ctx__segment *s, uint32_t doc,
                                 const int32_t *ids, size_t n)
{
    uint32_t begin = s->n_ids;
    s->parts[s->n_parts++] = (struct ctx__part){begin, doc};
    s->ids[begin] = CTX__TEXT_START;
    if (n)
        memcpy(s->ids + begin + 1, ids, n * sizeof *ids);
    s->n_ids += (uint32_t)n + 1;
    r->docs[doc].n_refs++;
    return begin;
}

static void segment_number_blocks(struct ctx__segment *s)
{
    uint32_t part = 0;
    for (uint32_t at = 0; at < s->n_ids; at += 1u << CTX__BLOCK_BITS) {
        while (part + 1 < s->n_parts && s->parts[part + 1].begin <= at)
            part++;
        s->part_of_block[at >> CTX__BLOCK_BITS] = part;
    }
}

/* A sorted segment of one document, or NULL. */
static struct ctx__segment *segment_of_document(ctx_recall *r, uint32_t doc, const int32_t *ids,
                                                size_t n)
{
    struct ctx__segment *s = segment_alloc(n, 1);
    uint32_t *scratch = mem_alloc(n * sizeof *scratch);
    if (s && scratch) {
        segment_add_part(r, s, doc, ids, n);
        segment_number_blocks(s);
        for (uint32_t i = 0; i < n; i++)
            s->order[i] = i + 1;
        s->n_order = (uint32_t)n;
        r->n_stored += n;
        sort_positions(r, s->ids, s->order, s->n_order, scratch);
    } else {
        segment_free(r, s);
        s = NULL;
    }
    mem_free(scratch);
    return s;
}

/* ---- documents ---- */

static uint32_t *table_slot(const ctx_recall *r, uint64_t id)
{
    for (uint64_t i = hash_u64(id);; i++) {
        uint32_t *slot = &r->table[i & r->table_mask];
        if (*slot == CTX__NO_DOC || r->docs[*slot].info.id == id)
            return slot;
    }
}

uint32_t ctx__recall_doc(const ctx_recall *r, uint64_t id)
{
    return r->table ? *table_slot(r, id) : CTX__NO_DOC;
}

/* Rebuilds the table for `n` more documents: deletion leaves no marks because this is quick and
 * rare. */
static err_code table_reserve(ctx_recall *r)
{
    uint32_t cap = r->table ? r->table_mask + 1 : 0;
    if ((r->n_alive + 1) * 2 <= cap)
        return ERR_OK;
    cap = cap ? cap * 2 : 64;
    uint32_t *old = r->table, old_cap = old ? r->table_mask + 1 : 0;
    uint32_t *table = mem_alloc(cap * sizeof *table);
    if (!table)
        return ERR_NOMEM;
    memset(table, 0xFF, cap * sizeof *table);
    r->table = table;
    r->table_mask = cap - 1;
    for (uint32_t i = 0; i < old_cap; i++)
        if (old[i] != CTX__NO_DOC)
            *table_slot(r, r->docs[old[i]].info.id) = old[i];
    mem_free(old);
    return ERR_OK;
}

static void table_remove(ctx_recall *r, uint64_t id)
{
    uint32_t mask = r->table_mask;
    uint32_t hole = (uint32_t)(table_slot(r, id) - r->table);
    r->table[hole] = CTX__NO_DOC;
    /* Move back what was displaced over the hole (Knuth 6.4, algorithm R). */
    for (uint32_t i = (hole + 1) & mask; r->table[i] != CTX__NO_DOC; i = (i + 1) & mask) {
        uint32_t wish = (uint32_t)hash_u64(r->docs[r->table[i]].info.id) & mask;
        if (((i - wish) & mask) >= ((i - hole) & mask)) {
            r->table[hole] = r->table[i];
            r->table[i] = CTX__NO_DOC;
            hole = i;
        }
    }
}

static void free_doc_slot(ctx_recall *r, uint32_t doc)
{
    r->docs[doc].next_free = r->free_docs;
    r->free_docs = doc;
}

static err_code new_doc_slot(ctx_recall *r, uint32_t *out)
{
    if (r->free_docs != CTX__NO_DOC) {
        *out = r->free_docs;
        r->free_docs = r->docs[*out].next_free;
    } else {
        if (r->n_docs == r->cap_docs) {
            uint32_t cap = r->cap_docs ? r->cap_docs * 2 : 64;
            struct ctx__doc *docs = mem_resize(r->docs, cap * sizeof *docs);
            if (!docs)
                return ERR_NOMEM;
            r->docs = docs;
            r->cap_docs = cap;
        }
        *out = r->n_docs++;
    }
    r->docs[*out] = (struct ctx__doc){0};
    return ERR_OK;
}

static uint32_t live_index(const ctx_recall *r, const struct ctx__segment *s)
{
    uint32_t i = 0;
    while (i < r->n_live && r->live[i] != s)
        i++;
    return i;
}

static void live_drop(ctx_recall *r, uint32_t i)
{
    memmove(&r->live[i], &r->live[i + 1], (r->n_live - i - 1) * sizeof r->live[0]);
    r->n_live--;
}

/* The document is gone; its text waits in its segment for the next merge. */
static void kill_doc(ctx_recall *r, uint32_t doc)
{
    struct ctx__doc *d = &r->docs[doc];
    struct ctx__segment *home = d->home;
    table_remove(r, d->info.id);
    r->n_alive--;
    d->home = NULL;
    uint32_t i = live_index(r, home);
    if (i < r->n_live) {
        live_drop(r, i);
        segment_free(r, home);
    } else {
        home->n_dead += d->n;
    }
}

/* Makes `s`, which holds the document alone, its home. The table has room. */
static void settle_doc(ctx_recall *r, uint32_t doc, const struct ctx_recall_doc *info,
                       struct ctx__segment *s)
{
    struct ctx__doc *d = &r->docs[doc];
    d->info = *info;
    d->home = s;
    d->begin = 0;
    d->n = s->n_order;
    d->used = ++r->clock;
    *table_slot(r, info->id) = doc;
    r->n_alive++;
}

/* ---- merging ---- */

static void merge_list_replace(ctx_recall *r, const struct ctx__merge *m)
{
    uint32_t i = 0;
    while (r->segments[i] != m->from[0])
        i++;
    r->segments[i] = m->to;
    if (m->from[1]) {
        memmove(&r->segments[i + 1], &r->segments[i + 2],
                (r->n_segments - i - 2) * sizeof r->segments[0]);
        r->n_segments--;
    }
}

static void merge_free(struct ctx__merge *m)
{
    mem_free(m->moved_to[0]);
    mem_free(m->moved_to[1]);
    *m = (struct ctx__merge){0};
}

/* Copies the living texts into a new segment, whose order is filled by merge_step. False: no
 * memory, which only costs speed, so that it is not an error. */
static bool merge_begin(ctx_recall *r, struct ctx__merge *m, struct ctx__segment *a,
                        struct ctx__segment *b)
{
    *m = (struct ctx__merge){.from = {a, b}};
    size_t n_tokens = 0, n_parts = 0;
    for (int i = 0; i < 2 && m->from[i]; i++) {
        struct ctx__segment *s = m->from[i];
        m->moved_to[i] = mem_alloc(s->n_parts * sizeof *m->moved_to[i]);
        if (!m->moved_to[i])
            goto fail;
        for (uint32_t p = 0; p < s->n_parts; p++) {
            struct ctx__doc *d = &r->docs[s->parts[p].doc];
            bool lives = d->home == s;
            m->moved_to[i][p] = lives ? 0 : NOT_COPIED;
            n_tokens += lives ? d->n : 0;
            n_parts += lives;
        }
    }
    m->to = segment_alloc(n_tokens, n_parts);
    if (!m->to)
        goto fail;
    for (int i = 0; i < 2 && m->from[i]; i++) {
        struct ctx__segment *s = m->from[i];
        for (uint32_t p = 0; p < s->n_parts; p++)
            if (m->moved_to[i][p] != NOT_COPIED)
                m->moved_to[i][p] =
                    segment_add_part(r, m->to, s->parts[p].doc, s->ids + s->parts[p].begin + 1,
                                     r->docs[s->parts[p].doc].n);
    }
    segment_number_blocks(m->to);
    return true;
fail:
    merge_free(m);
    return false;
}

/* Advances over entries whose text was not copied. True: *position is where the next one is now. */
static bool merge_peek(struct ctx__merge *m, int i, uint32_t *position)
{
    struct ctx__segment *s = m->from[i];
    for (; s && m->at[i] < s->n_order; m->at[i]++) {
        uint32_t old = s->order[m->at[i]];
        uint32_t part = ctx__segment_part_of(s, old);
        if (m->moved_to[i][part] != NOT_COPIED) {
            *position = old - s->parts[part].begin + m->moved_to[i][part];
            return true;
        }
    }
    return false;
}

/* Takes up to *n_steps entries; true when the merge is done and its result in place. */
static bool merge_step(ctx_recall *r, struct ctx__merge *m, size_t *n_steps)
{
    struct ctx__segment *to = m->to;
    uint32_t a = 0, b = 0;
    bool has_a = merge_peek(m, 0, &a), has_b = merge_peek(m, 1, &b);
    while ((has_a || has_b) && *n_steps > 0) {
        if (has_a && (!has_b || compare_contexts(r, to->ids + a, to->ids + b) <= 0)) {
            to->order[to->n_order++] = a;
            m->at[0]++;
            has_a = merge_peek(m, 0, &a);
        } else {
            to->order[to->n_order++] = b;
            m->at[1]++;
            has_b = merge_peek(m, 1, &b);
        }
        --*n_steps;
    }
    if (has_a || has_b)
        return false;
    for (uint32_t p = 0; p < to->n_parts; p++) {
        struct ctx__doc *d = &r->docs[to->parts[p].doc];
        uint32_t end = p + 1 < to->n_parts ? to->parts[p + 1].begin : to->n_ids;
        /* A document may have been replaced meanwhile, or its slot have gone to another one: the
         * slot is not reused while a part names it, so that its home tells. */
        if (d->home && (d->home == m->from[0] || d->home == m->from[1])) {
            d->home = to;
            d->begin = to->parts[p].begin;
        } else {
            to->n_dead += end - to->parts[p].begin - 1;
        }
    }
    r->n_stored += to->n_order;
    merge_list_replace(r, m);
    segment_free(r, m->from[0]);
    segment_free(r, m->from[1]);
    merge_free(m);
    return true;
}

static bool in_merge(const ctx_recall *r, const struct ctx__segment *s)
{
    return r->merge.to && (r->merge.from[0] == s || r->merge.from[1] == s);
}

/* Looks for the newest neighbours that are too alike in size, or a segment that is half dead. */
static bool find_merge(const ctx_recall *r, uint32_t *at, bool *alone)
{
    for (uint32_t i = r->n_segments; i-- > 0;) {
        const struct ctx__segment *s = r->segments[i];
        if (in_merge(r, s))
            continue;
        *at = i;
        *alone = true;
        if (s->n_dead * 2ull > s->n_order)
            return true;
        const struct ctx__segment *next = i + 1 < r->n_segments ? r->segments[i + 1] : NULL;
        *alone = false;
        if (next && !in_merge(r, next) && s->n_order <= (uint64_t)next->n_order * GROWTH)
            return true;
    }
    return false;
}

static bool has_living_part(const ctx_recall *r, const struct ctx__segment *s)
{
    for (uint32_t p = 0; p < s->n_parts; p++)
        if (r->docs[s->parts[p].doc].home == s)
            return true;
    return false;
}

/* Starts what find_merge asks for. Small merges are done at once, so that segments do not pile up
 * behind a large one. */
static void start_merges(ctx_recall *r)
{
    uint32_t at;
    bool alone;
    while (find_merge(r, &at, &alone)) {
        struct ctx__segment *a = r->segments[at], *b = alone ? NULL : r->segments[at + 1];
        if (alone && !has_living_part(r, a)) {
            memmove(&r->segments[at], &r->segments[at + 1],
                    (r->n_segments - at - 1) * sizeof r->segments[0]);
            r->n_segments--;
            segment_free(r, a);
            continue;
        }
        bool small = (uint64_t)a->n_order + (b ? b->n_order : 0) <= MERGE_AT_ONCE;
        struct ctx__merge m;
        if ((!small && r->merge.to) || !merge_begin(r, &m, a, b))
            return;
        size_t all = SIZE_MAX;
        if (small)
            merge_step(r, &m, &all);
        else
            r->merge = m;
    }
}

bool ctx_recall_work(ctx_recall *r, size_t n_steps)
{
    for (;;) {
        start_merges(r);
        if (!r->merge.to || n_steps == 0 || !merge_step(r, &r->merge, &n_steps))
            return r->merge.to != NULL;
    }
}

/* ---- changes ---- */

static err_code check_room(const ctx_recall *r, size_t n_more, err *e)
{
    if (n_more <= r->max_tokens && r->n_stored <= r->max_tokens - n_more)
        return ERR_OK;
    return err_set(e, ERR_RANGE, "the recall model is full at %zu tokens", r->max_tokens);
}

static void push_segment(ctx_recall *r, struct ctx__segment *s)
{
    r->segments[r->n_segments++] = s;
}

/* The list of segments has room for one more, if need be after finishing all merges. */
static err_code reserve_segment(ctx_recall *r)
{
    if (r->n_segments == CTX__MAX_SEGMENTS)
        ctx_recall_work(r, SIZE_MAX);
    return r->n_segments < CTX__MAX_SEGMENTS ? ERR_OK : ERR_NOMEM;
}

static void push_live(ctx_recall *r, struct ctx__segment *s)
{
    r->live[r->n_live++] = s;
    if (r->n_live <= CTX_RECALL_MAX_LIVE)
        return;
    uint32_t oldest = 0;
    for (uint32_t i = 1; i < r->n_live; i++)
        if (r->docs[r->live[i]->parts[0].doc].used < r->docs[r->live[oldest]->parts[0].doc].used)
            oldest = i;
    struct ctx__segment *frozen = r->live[oldest];
    live_drop(r, oldest);
    segment_number_blocks(frozen);
    push_segment(r, frozen);
}

/* Everything that can fail before a document gets a new text; *doc is a slot of its own. */
static err_code make_text(ctx_recall *r, const int32_t *ids, size_t n, uint32_t *doc,
                          struct ctx__segment **s, err *e)
{
    err_code rc = check_room(r, n, e);
    if (rc == ERR_OK)
        rc = learn_keys(r, ids, n, e);
    if (rc == ERR_OK)
        rc = table_reserve(r);
    if (rc == ERR_OK)
        rc = reserve_segment(r);
    if (rc == ERR_OK)
        rc = new_doc_slot(r, doc);
    if (rc != ERR_OK)
        return rc;
    *s = segment_of_document(r, *doc, ids, n);
    if (*s)
        return ERR_OK;
    if (r->docs[*doc].n_refs == 0)
        free_doc_slot(r, *doc);
    return ERR_NOMEM;
}

err_code ctx_recall_put(ctx_recall *r, const struct ctx_recall_doc *info, const int32_t *ids,
                        size_t n, err *e)
{
    uint32_t doc;
    struct ctx__segment *s;
    err_code rc = make_text(r, ids, n, &doc, &s, e);
    if (rc != ERR_OK)
        return rc;
    uint32_t old = ctx__recall_doc(r, info->id);
    if (old != CTX__NO_DOC)
        kill_doc(r, old);
    settle_doc(r, doc, info, s);
    if (info->live)
        push_live(r, s);
    else
        push_segment(r, s);
    ctx_recall_work(r, n * STEPS_PER_TOKEN);
    return ERR_OK;
}

err_code ctx_recall_update(ctx_recall *r, const struct ctx_recall_doc *doc, const int32_t *ids,
                           size_t n, err *e)
{
    size_t n_old = 0, head = 0, tail = 0;
    const int32_t *old = ctx_recall_text(r, doc->id, &n_old);
    while (head < n && head < n_old && ids[head] == old[head])
        head++;
    while (tail < n - head && tail < n_old - head && ids[n - 1 - tail] == old[n_old - 1 - tail])
        tail++;
    /* An edit costs a move of the document's order, a put sorts it anew. */
    if (!old || !doc->live || head + tail <= n / 2)
        return ctx_recall_put(r, doc, ids, n, e);
    if (head + tail == n && n == n_old)
        return ERR_OK;
    return ctx_recall_edit(r, doc->id, head, n_old - head - tail, ids + head, n - head - tail, e);
}

void ctx_recall_remove(ctx_recall *r, uint64_t id)
{
    uint32_t doc = ctx__recall_doc(r, id);
    if (doc != CTX__NO_DOC)
        kill_doc(r, doc);
}

const int32_t *ctx_recall_text(const ctx_recall *r, uint64_t id, size_t *n)
{
    uint32_t doc = ctx__recall_doc(r, id);
    if (doc == CTX__NO_DOC)
        return NULL;
    *n = r->docs[doc].n;
    return r->docs[doc].home->ids + r->docs[doc].begin + 1;
}

static err_code grow(void *array, uint32_t *cap, size_t need, size_t item_bytes)
{
    if (need <= *cap)
        return ERR_OK;
    void *old;
    memcpy(&old, array, sizeof old);
    size_t more = need + need / 4 + 64;
    void *p = mem_resize(old, more * item_bytes);
    if (!p)
        return ERR_NOMEM;
    memcpy(array, &p, sizeof p);
    *cap = (uint32_t)more;
    return ERR_OK;
}

/* First position at or after `from` whose context lies wholly at or after `from`. */
static uint32_t first_untouched(const ctx_recall *r, const struct ctx__segment *s, uint32_t from)
{
    uint32_t n_keys = 0, at = from;
    while (at < s->n_ids && n_keys < CTX_RECALL_MAX_MATCH)
        n_keys += r->keys[s->ids[at++]] != CTX__KEY_BLANK;
    return at;
}

/* Where `position` belongs in the sorted order. */
static uint32_t order_lower_bound(const ctx_recall *r, const struct ctx__segment *s,
                                  uint32_t position)
{
    uint32_t lo = 0, hi = s->n_order;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (compare_positions(r, s->ids, s->order[mid], position) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Replaces positions [at, at + n_removed) of a live segment. Only positions whose context changed
 * move in the order. */
static err_code segment_splice(ctx_recall *r, struct ctx__segment *s, uint32_t at,
                               uint32_t n_removed, const int32_t *ids, uint32_t n_inserted)
{
    size_t n_ids = (size_t)s->n_ids - n_removed + n_inserted;
    if (n_ids >= UINT32_MAX)
        return ERR_RANGE;
    uint32_t old_end = first_untouched(r, s, at + n_removed);
    uint32_t new_end = old_end - n_removed + n_inserted, n_moved = new_end - at;
    uint32_t *moved = mem_alloc((size_t)n_moved * 2 * sizeof *moved);
    /* part_of_block is not kept for live segments: they have one part. It is sized here for the day
     * when the segment joins the others. */
    uint32_t n_blocks = (uint32_t)(n_ids >> CTX__BLOCK_BITS) + 1;
    uint32_t *blocks = moved ? mem_resize(s->part_of_block, n_blocks * sizeof *blocks) : NULL;
    if (blocks)
        s->part_of_block = blocks;
    if (!blocks || grow(&s->ids, &s->cap_ids, n_ids, sizeof *s->ids) != ERR_OK ||
        grow(&s->order, &s->cap_order, n_ids, sizeof *s->order) != ERR_OK) {
        mem_free(moved);
        return ERR_NOMEM;
    }
    memset(s->part_of_block, 0, n_blocks * sizeof *blocks);

    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->n_order; i++) {
        uint32_t p = s->order[i];
        if (p < at)
            s->order[kept++] = p;
        else if (p >= old_end)
            s->order[kept++] = p - n_removed + n_inserted;
    }
    memmove(s->ids + at + n_inserted, s->ids + at + n_removed,
            (s->n_ids - at - n_removed) * sizeof *s->ids);
    if (n_inserted)
        memcpy(s->ids + at, ids, n_inserted * sizeof *ids);
    s->n_ids = (uint32_t)n_ids;
    s->n_order = kept;

    for (uint32_t i = 0; i < n_moved; i++)
        moved[i] = at + i;
    sort_positions(r, s->ids, moved, n_moved, moved + n_moved);
    /* Find all places first, then open them from the back, so that each entry moves once. */
    for (uint32_t i = 0; i < n_moved; i++)
        moved[n_moved + i] = order_lower_bound(r, s, moved[i]);
    uint32_t end = kept;
    for (uint32_t i = n_moved; i-- > 0;) {
        uint32_t place = moved[n_moved + i];
        memmove(s->order + place + i + 1, s->order + place, (end - place) * sizeof *s->order);
        s->order[place + i] = moved[i];
        end = place;
    }
    s->n_order = kept + n_moved;
    mem_free(moved);
    return ERR_OK;
}

err_code ctx_recall_edit(ctx_recall *r, uint64_t id, size_t begin, size_t n_removed,
                         const int32_t *ids, size_t n_inserted, err *e)
{
    uint32_t doc = ctx__recall_doc(r, id);
    if (doc == CTX__NO_DOC)
        return err_set(e, ERR_NOT_FOUND, "the recall model has no such document");
    struct ctx__doc *d = &r->docs[doc];
    if (begin > d->n || n_removed > d->n - begin)
        return err_set(e, ERR_RANGE, "the edit lies outside the document's %lu tokens",
                       (unsigned long)d->n);
    err_code rc = reserve_segment(r); /* before the text is borrowed below: it may move texts */
    if (rc != ERR_OK)
        return rc;
    bool is_live = live_index(r, d->home) < r->n_live;
    /* A document that becomes live is stored twice until its old text is merged away. */
    rc = check_room(r, n_inserted + (is_live ? 0 : d->n), e);
    if (rc == ERR_OK)
        rc = learn_keys(r, ids, n_inserted, e);
    if (rc != ERR_OK)
        return rc;
    if (!is_live) {
        struct ctx_recall_doc info = d->info;
        struct ctx__segment *s;
        uint32_t old = doc;
        info.live = true;
        rc = make_text(r, d->home->ids + d->begin + 1, d->n, &doc, &s, e);
        if (rc != ERR_OK)
            return rc;
        kill_doc(r, old);
        settle_doc(r, doc, &info, s);
        push_live(r, s);
        d = &r->docs[doc];
    }
    struct ctx__segment *s = d->home;
    size_t before = s->n_order;
    rc = segment_splice(r, s, (uint32_t)begin + 1, (uint32_t)n_removed, ids, (uint32_t)n_inserted);
    if (rc == ERR_OK) {
        r->n_stored += s->n_order - before;
        d->n = s->n_order;
        d->used = ++r->clock;
    }
    return rc;
}

err_code ctx_recall_create(ctx_recall **out, const struct ctx_recall_vocab *vocab,
                           size_t max_tokens, err *e)
{
    ctx_recall *r = mem_zero(1, sizeof *r);
    if (!r)
        return err_set(e, ERR_NOMEM, "no memory for the recall model");
    r->vocab = *vocab;
    /* Positions are 32 bits wide, and each document takes one more. */
    r->max_tokens = max_tokens < UINT32_MAX / 2 ? max_tokens : UINT32_MAX / 2;
    r->free_docs = CTX__NO_DOC;
    *out = r;
    return ERR_OK;
}

void ctx_recall_destroy(ctx_recall *r)
{
    if (!r)
        return;
    /* The target of an unfinished merge is not counted in n_stored; the sum no longer matters. */
    segment_free(r, r->merge.to);
    merge_free(&r->merge);
    for (uint32_t i = 0; i < r->n_segments; i++)
        segment_free(r, r->segments[i]);
    for (uint32_t i = 0; i < r->n_live; i++)
        segment_free(r, r->live[i]);
    mem_free(r->keys);
    mem_free(r->docs);
    mem_free(r->table);
    mem_free(r);
}

static size_t segment_bytes(const struct ctx__segment *s)
{
    return sizeof *s + s->cap_ids * sizeof *s->ids + s->cap_order * sizeof *s->order +
           s->n_parts * sizeof *s->parts +
           ((s->cap_ids >> CTX__BLOCK_BITS) + 1) * sizeof *s->part_of_block;
}

void ctx_recall_stats(const ctx_recall *r, struct ctx_recall_stats *out)
{
    *out = (struct ctx_recall_stats){.n_documents = r->n_alive,
                                     .n_stored = r->n_stored,
                                     .n_segments = r->n_segments + r->n_live};
    size_t n_dead = 0;
    out->n_bytes = sizeof *r + r->cap_keys * sizeof *r->keys + r->cap_docs * sizeof *r->docs +
                   (r->table ? r->table_mask + 1 : 0) * sizeof *r->table;
    for (uint32_t i = 0; i < r->n_segments; i++) {
        n_dead += r->segments[i]->n_dead;
        out->n_bytes += segment_bytes(r->segments[i]);
    }
    for (uint32_t i = 0; i < r->n_live; i++)
        out->n_bytes += segment_bytes(r->live[i]);
    if (r->merge.to)
        out->n_bytes += segment_bytes(r->merge.to);
    out->n_tokens = r->n_stored - n_dead;
}

#include "context/instant.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf.h"
#include "context/context_internal.h"
#include "context/lexicon.h"
#include "context/secret.h"

enum {
    CONTEXT_BYTES = 2048, /* enough for CTX_RECALL_MAX_MATCH pieces of any usual length */
    CONTEXT_PIECES = 96,
    AFTER_PIECES = 12,
    AROUND_PIECES = 48,
    MAX_ENDINGS = 24, /* words tried for a word that is half written */
    HITS_PER_ENDING = 16,
    WORD_SLOTS = 1 << 14, /* of the set of words of the document; a full set only blurs one trait */
};

struct ctx_instant {
    ctx_lexicon *lexicon;
    ctx_recall *recall;
    uint32_t *counts; /* occurrences per id */
    int32_t n_counts;
    int32_t *ids; /* of the text being put */
    size_t cap_ids;
    buf hidden; /* its copy where secrets had to be hidden */
};

/* Stands for each byte of a secret, so that offsets stay right. No completion has such a character.
 */
static const char HIDDEN = 1;

static str_view piece_of(const void *user, int32_t id)
{
    return ctx_lexicon_piece(user, id);
}

err_code ctx_instant_create(ctx_instant **out, size_t max_tokens, err *e)
{
    ctx_instant *t = mem_zero(1, sizeof *t);
    if (!t)
        return err_set(e, ERR_NOMEM, "no memory for instant completion");
    buf_init(&t->hidden, SIZE_MAX);
    err_code rc = ctx_lexicon_create(&t->lexicon, e);
    if (rc == ERR_OK) {
        struct ctx_recall_vocab vocab = {piece_of, t->lexicon};
        rc = ctx_recall_create(&t->recall, &vocab, max_tokens, e);
    }
    if (rc != ERR_OK) {
        ctx_instant_destroy(t);
        return rc;
    }
    *out = t;
    return ERR_OK;
}

const ctx_lexicon *ctx__instant_lexicon(const ctx_instant *t)
{
    return t->lexicon;
}

void ctx_instant_destroy(ctx_instant *t)
{
    if (!t)
        return;
    ctx_recall_destroy(t->recall);
    ctx_lexicon_destroy(t->lexicon);
    mem_free(t->counts);
    mem_free(t->ids);
    buf_release(&t->hidden);
    mem_free(t);
}

/* ---- documents ---- */

static err_code lex(ctx_instant *t, str_view text, size_t *n, err *e)
{
    *n = 0;
    while (text.len) {
        if (*n == t->cap_ids) {
            size_t cap = t->cap_ids ? t->cap_ids * 2 : 4096;
            int32_t *ids = mem_resize(t->ids, cap * sizeof *ids);
            if (!ids)
                return err_set(e, ERR_NOMEM, "no memory for instant completion");
            t->ids = ids;
            t->cap_ids = cap;
        }
        err_code rc = ctx_lexicon_add(t->lexicon, ctx_lexicon_take(&text), &t->ids[*n]);
        if (rc != ERR_OK)
            return err_set(e, rc, "instant completion is full");
        ++*n;
    }
    int32_t size = ctx_lexicon_size(t->lexicon);
    if (size > t->n_counts) {
        int32_t cap = size + size / 2;
        uint32_t *counts = mem_resize(t->counts, (size_t)cap * sizeof *counts);
        if (!counts)
            return err_set(e, ERR_NOMEM, "no memory for instant completion");
        memset(counts + t->n_counts, 0, (size_t)(cap - t->n_counts) * sizeof *counts);
        t->counts = counts;
        t->n_counts = cap;
    }
    return ERR_OK;
}

/* *text without its secrets, in t->hidden if there are any. */
static err_code hide_secrets(ctx_instant *t, str_view *text)
{
    struct ctx_secret_span span = {0};
    if (!ctx_secret_next(*text, 0, &span))
        return ERR_OK;
    buf_clear(&t->hidden);
    buf_append(&t->hidden, *text);
    if (buf_failed(&t->hidden))
        return buf_failed(&t->hidden);
    do
        for (size_t i = span.begin; i < span.end; i++)
            if (text->ptr[i] != '\n')
                t->hidden.ptr[i] = HIDDEN;
    while (ctx_secret_next(*text, span.end, &span));
    *text = buf_view(&t->hidden);
    return ERR_OK;
}

static void count(ctx_instant *t, const int32_t *ids, size_t n, uint32_t by)
{
    for (size_t i = 0; i < n; i++)
        t->counts[ids[i]] += by;
}

err_code ctx_instant_put(ctx_instant *t, const struct ctx_recall_doc *doc, str_view text,
                         str_view *seen, err *e)
{
    size_t n, n_old = 0;
    err_code rc = hide_secrets(t, &text);
    if (rc != ERR_OK)
        return err_set(e, rc, "no memory for instant completion");
    if (seen)
        *seen = text;
    rc = lex(t, text, &n, e);
    if (rc != ERR_OK)
        return rc;
    const int32_t *old = ctx_recall_text(t->recall, doc->id, &n_old);
    count(t, old, n_old, UINT32_MAX); /* takes one off each */
    rc = ctx_recall_update(t->recall, doc, t->ids, n, e);
    old = ctx_recall_text(t->recall, doc->id, &n_old);
    count(t, old, old ? n_old : 0, 1);
    return rc;
}

void ctx_instant_remove(ctx_instant *t, uint64_t id)
{
    size_t n;
    const int32_t *old = ctx_recall_text(t->recall, id, &n);
    if (old)
        count(t, old, n, UINT32_MAX);
    ctx_recall_remove(t->recall, id);
}

bool ctx_instant_work(ctx_instant *t, size_t n_steps)
{
    return ctx_recall_work(t->recall, n_steps);
}

void ctx_instant_stats(const ctx_instant *t, struct ctx_instant_stats *out)
{
    ctx_recall_stats(t->recall, &out->recall);
    out->n_pieces = (size_t)ctx_lexicon_size(t->lexicon);
    out->n_bytes = sizeof *t + out->recall.n_bytes + ctx_lexicon_bytes(t->lexicon) +
                   (size_t)t->n_counts * sizeof *t->counts + t->cap_ids * sizeof *t->ids +
                   t->hidden.cap;
}

/* ---- the cursor ---- */

/* A small set of words; full sets forget, which only blurs a trait. */
struct word_set {
    uint32_t *keys;
    uint32_t mask;
};

static bool set_find(const struct word_set *s, uint32_t key, uint32_t **slot)
{
    for (uint32_t i = 0; i < 16; i++) {
        *slot = &s->keys[(key * 2654435769u + i) & s->mask];
        if (**slot == key)
            return true;
        if (**slot == 0)
            return false;
    }
    return false;
}

static void set_add(struct word_set *s, uint32_t key)
{
    uint32_t *slot;
    if (!set_find(s, key, &slot))
        *slot = key;
}

static bool set_has(const struct word_set *s, uint32_t key)
{
    uint32_t *slot;
    return set_find(s, key, &slot);
}

struct cursor {
    int32_t context[CONTEXT_PIECES + 1]; /* pieces before, without `typed`; room for one more */
    size_t n_context;
    str_view typed; /* blanks and part of a word that the next piece must begin with */
    str_view word;  /* typed without the blanks */
    str_view rest;  /* the line after the cursor, trimmed: what the completion must lead to */
    int32_t after[AFTER_PIECES]; /* pieces from the next line on */
    size_t n_after;
    size_t line_begin; /* index in context of the first piece of this line */
    size_t doc_pos;
    struct word_set around, own;
};

static uint32_t word_key(const ctx_lexicon *x, int32_t id)
{
    str_view word = ctx_lexicon_word(x, id);
    if (!word.len || !ctx_lexicon_is_word_byte(word.ptr[0]))
        return 0;
    uint32_t key = (uint32_t)hash_str(word);
    return key ? key : 1;
}

/* Pieces agree when they say the same at whatever indentation. */
static bool same_piece(const ctx_lexicon *x, int32_t a, int32_t b)
{
    if (a == b)
        return true;
    if (a < 0 || b < 0)
        return false;
    bool line_a = ctx_lexicon_is_line(x, a), line_b = ctx_lexicon_is_line(x, b);
    return line_a == line_b && (line_a || str_eq(ctx_lexicon_word(x, a), ctx_lexicon_word(x, b)));
}

/* The words before `at`, going back. */
static void read_before(const ctx_lexicon *x, struct cursor *c, str_view before)
{
    size_t word = before.len;
    while (word > 0 && ctx_lexicon_is_word_byte(before.ptr[word - 1]))
        word--;
    size_t typed = word;
    while (typed > 0 && (before.ptr[typed - 1] == ' ' || before.ptr[typed - 1] == '\t'))
        typed--;
    /* At the line start the indentation belongs to the line break. */
    bool at_line = typed == 0 || before.ptr[typed - 1] == '\n';
    size_t end = at_line ? word : typed;
    c->typed = str_slice(before, end, before.len);
    c->word = str_slice(before, word, before.len);
    str_view head = str_slice(before, 0, end);
    if (head.len > CONTEXT_BYTES) {
        /* Begin behind a line break, so that the pieces are cut as in the whole text. */
        str_view tail = str_slice(head, head.len - CONTEXT_BYTES, head.len);
        size_t line = str_find_byte(tail, '\n');
        head = line < tail.len ? str_slice(tail, line, tail.len) : tail;
    }
    c->n_context = 0;
    while (head.len) {
        if (c->n_context == CONTEXT_PIECES) {
            memmove(c->context, c->context + CONTEXT_PIECES / 4,
                    (CONTEXT_PIECES - CONTEXT_PIECES / 4) * sizeof c->context[0]);
            c->n_context -= CONTEXT_PIECES / 4;
        }
        c->context[c->n_context++] = ctx_lexicon_find(x, ctx_lexicon_take(&head));
    }
    c->line_begin = c->n_context;
    while (c->line_begin > 0 && (c->context[c->line_begin - 1] < 0 ||
                                 !ctx_lexicon_is_line(x, c->context[c->line_begin - 1])))
        c->line_begin--;
}

static void read_after(const ctx_lexicon *x, struct cursor *c, str_view after)
{
    size_t line = str_find_byte(after, '\n');
    c->rest = str_trim(str_slice(after, 0, line));
    str_view below = str_slice(after, line, line + CONTEXT_BYTES);
    c->n_after = 0;
    if (below.len)
        ctx_lexicon_take(&below); /* the line break itself */
    while (below.len && c->n_after < AFTER_PIECES)
        c->after[c->n_after++] = ctx_lexicon_find(x, ctx_lexicon_take(&below));
}

static bool read_cursor(const ctx_instant *t, const struct ctx_instant_query *q, arena *mem,
                        struct cursor *c)
{
    *c = (struct cursor){0};
    read_before(t->lexicon, c, q->before);
    read_after(t->lexicon, c, q->after);
    c->around = (struct word_set){ARENA_ARRAY(mem, uint32_t, 256), 255};
    c->own = (struct word_set){ARENA_ARRAY(mem, uint32_t, WORD_SLOTS), WORD_SLOTS - 1};
    if (arena_failed(mem))
        return false;
    size_t from = c->n_context > AROUND_PIECES ? c->n_context - AROUND_PIECES : 0;
    for (size_t i = from; i < c->n_context; i++)
        if (c->context[i] >= 0 && word_key(t->lexicon, c->context[i]))
            set_add(&c->around, word_key(t->lexicon, c->context[i]));

    size_t n = 0, off = 0;
    const int32_t *own = ctx_recall_text(t->recall, q->doc, &n);
    c->doc_pos = n;
    size_t cursor_off = q->doc_off >= c->typed.len ? q->doc_off - c->typed.len : 0;
    for (size_t i = 0; i < n; i++) {
        if (off >= cursor_off && c->doc_pos == n)
            c->doc_pos = i;
        off += ctx_lexicon_piece(t->lexicon, own[i]).len;
        uint32_t key = word_key(t->lexicon, own[i]);
        if (key)
            set_add(&c->own, key);
    }
    return true;
}

/* ---- places ---- */

struct gather {
    const ctx_instant *t;
    const struct ctx_instant_query *q;
    const struct cursor *c;
    arena *mem;
    struct ctx__place *places;
    size_t n;
};

/* What goes in at the cursor if the line goes on as at `next`; empty when it does not fit. */
static str_view completion_text(const struct gather *g, const int32_t *next, uint32_t n)
{
    const ctx_lexicon *x = g->t->lexicon;
    const struct cursor *c = g->c;
    char line[CTX__MAX_PIECES * (2 * CTX_LEXICON_WORD_BYTES)];
    size_t len = 0;
    for (uint32_t i = 0; i < n; i++) {
        str_view piece = ctx_lexicon_piece(x, next[i]);
        if (i == 0 && c->typed.len) {
            /* The blanks before the first word were typed already, as many as the user wanted. */
            piece = ctx_lexicon_word(x, next[i]);
            if (!str_starts(piece, c->word))
                return (str_view){0};
            piece = str_slice(piece, c->word.len, piece.len);
        }
        if (piece.len > sizeof line - len)
            return (str_view){0};
        memcpy(line + len, piece.ptr, piece.len);
        len += piece.len;
    }
    str_view text = str_trim_right((str_view){line, len});
    if (c->rest.len) {
        /* Something stands behind the cursor: the place must have it too, at its end. */
        if (!str_ends(text, c->rest))
            return (str_view){0};
        text.len -= c->rest.len;
    }
    text.len = utf8_whole_prefix(text);
    if (str_is_blank(text) || str_find_byte(text, HIDDEN) < text.len)
        return (str_view){0};
    return arena_copy(g->mem, text);
}

static uint32_t agreement_after(const struct gather *g, const int32_t *at, size_t n)
{
    const struct cursor *c = g->c;
    uint32_t same = 0;
    while (same < n && same < c->n_after && same_piece(g->t->lexicon, at[same], c->after[same]))
        same++;
    return same;
}

/* Share of the words before the place that stand before the cursor as well. */
static float agreement_around(const struct gather *g, const int32_t *next, size_t n_before)
{
    uint32_t n = 0, same = 0;
    for (size_t i = 1; i <= n_before && i <= AROUND_PIECES; i++) {
        uint32_t key = word_key(g->t->lexicon, next[-(ptrdiff_t)i]);
        if (key) {
            n++;
            same += set_has(&g->c->around, key);
        }
    }
    return n ? (float)same / (float)(n < 4 ? 4 : n) : 0;
}

/* Does the whole line, with what stands before the cursor, equal the one below or above it? */
static bool repeats_neighbour(const struct gather *g, const int32_t *next, uint32_t n)
{
    const struct cursor *c = g->c;
    const ctx_lexicon *x = g->t->lexicon;
    if (c->typed.len && !c->word.len && c->line_begin < c->n_context)
        return false; /* blanks at the end of something: not worth the comparison */
    size_t n_head = c->n_context - c->line_begin, i = 0;
    for (; i < n_head + n && i < c->n_after; i++)
        if (!same_piece(x, i < n_head ? c->context[c->line_begin + i] : next[i - n_head],
                        c->after[i]))
            break;
    if (i == n_head + n && i < c->n_after && c->after[i] >= 0 &&
        ctx_lexicon_is_line(x, c->after[i]))
        return true;
    if (c->line_begin < 2)
        return false;
    size_t above_end = c->line_begin - 1, len = n_head + n;
    if (above_end < len ||
        (above_end > len && (c->context[above_end - len - 1] < 0 ||
                             !ctx_lexicon_is_line(x, c->context[above_end - len - 1]))))
        return false;
    const int32_t *above = c->context + above_end - len;
    for (i = 0; i < len; i++)
        if (!same_piece(x, i < n_head ? c->context[c->line_begin + i] : next[i - n_head], above[i]))
            return false;
    return true;
}

/* The line break that the line of the place begins behind; -1 where it is far, or there is none. */
static int32_t line_break_before(const ctx_lexicon *x, const struct ctx_recall_hit *h)
{
    for (size_t i = 1; i <= h->n_before && i <= CTX__MAX_PIECES; i++)
        if (ctx_lexicon_is_line(x, h->next[-(ptrdiff_t)i]))
            return h->next[-(ptrdiff_t)i];
    return -1;
}

static void add_place(struct gather *g, const struct ctx_recall_hit *h)
{
    const ctx_lexicon *x = g->t->lexicon;
    uint32_t n = 0;
    if (g->n == CTX__MAX_PLACES || arena_failed(g->mem))
        return;
    for (size_t i = 0; i < g->n; i++)
        if (g->places[i].next == h->next)
            return;
    while (n < h->n_after && n < CTX__MAX_PIECES && !ctx_lexicon_is_line(x, h->next[n]))
        n++;
    if (n == 0 || n == CTX__MAX_PIECES)
        return;
    /* The line at the cursor is no evidence for itself. */
    if (h->own_doc && h->n_before <= g->c->doc_pos && g->c->doc_pos <= h->n_before + n)
        return;
    str_view text = completion_text(g, h->next, n);
    if (!text.len)
        return;
    uint32_t after = agreement_after(g, h->next + n + 1, h->n_after > n ? h->n_after - n - 1 : 0);
    uint32_t strange = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t key = word_key(x, h->next[i]);
        strange += key && !set_has(&g->c->own, key);
    }
    struct ctx__place *p = &g->places[g->n];
    *p = (struct ctx__place){.next = h->next,
                             .n = n,
                             .n_after = (uint32_t)h->n_after,
                             .doc = h->doc,
                             .match = h->match,
                             .text = text};
    float match = (float)h->match;
    float distance = fabsf((float)h->n_before - (float)g->c->doc_pos);
    p->traits[CTX__MATCH] = (match < 16 ? match : 16) / 16;
    p->traits[CTX__MATCH_ALL] = match * match / (CTX_RECALL_MAX_MATCH * CTX_RECALL_MAX_MATCH);
    p->traits[CTX__AFTER] = (float)after / AFTER_PIECES;
    p->traits[CTX__AFTER_SOME] = after >= 3;
    p->traits[CTX__AROUND] = agreement_around(g, h->next, h->n_before);
    size_t n_head = g->c->n_context - g->c->line_begin;
    p->indent = line_break_before(x, h);
    p->traits[CTX__HEAD] = h->match >= n_head;
    p->traits[CTX__INDENT] = h->n_before > n_head && g->c->line_begin > 0 &&
                             h->next[-(ptrdiff_t)n_head - 1] == g->c->context[g->c->line_begin - 1];
    p->traits[CTX__OWN] = h->own_doc;
    p->traits[CTX__NEAR] = h->own_doc ? 1 / (1 + distance / 256) : 0;
    p->traits[CTX__FOLDER] = h->same_folder;
    p->traits[CTX__LANGUAGE] = h->same_language;
    p->traits[CTX__STRANGE] = (float)(strange < 4 ? strange : 4) / 4;
    p->traits[CTX__REPEATS] = repeats_neighbour(g, h->next, n);
    p->traits[CTX__LONG] = (float)(n < 32 ? n : 32) / 32;
    g->n++;
}

/* Lines of the document that begin like this one and are followed by what stands below: they need
 * not come after anything alike, so that the search by context can miss them. */
static void add_own_lines(struct gather *g, const struct ctx_recall_query *find)
{
    enum { MIN_AFTER = 3 };
    const ctx_lexicon *x = g->t->lexicon;
    const struct cursor *c = g->c;
    size_t n = 0, n_head = c->n_context - c->line_begin;
    const int32_t *own = ctx_recall_text(g->t->recall, find->doc, &n);
    for (size_t begin = 1; begin + n_head < n; begin++) {
        size_t at = begin + n_head, i = 0;
        if (!ctx_lexicon_is_line(x, own[begin - 1]))
            continue;
        while (i < n_head && same_piece(x, own[begin + i], c->context[c->line_begin + i]))
            i++;
        if (i < n_head)
            continue;
        size_t end = at;
        while (end < n && !ctx_lexicon_is_line(x, own[end]))
            end++;
        if (end + 1 >= n || agreement_after(g, own + end + 1, n - end - 1) < MIN_AFTER)
            continue;
        uint32_t match = (uint32_t)(n_head < CTX_RECALL_MAX_MATCH ? n_head : CTX_RECALL_MAX_MATCH);
        while (match < CTX_RECALL_MAX_MATCH && match < at && match < c->n_context &&
               same_piece(x, own[at - match - 1], c->context[c->n_context - match - 1]))
            match++;
        struct ctx_recall_hit h = {.next = own + at,
                                   .n_before = at,
                                   .n_after = n - at,
                                   .doc = find->doc,
                                   .match = match,
                                   .own_doc = true,
                                   .same_folder = true,
                                   .same_language = true};
        add_place(g, &h);
    }
}

/* The most frequent words that begin with the one at the cursor. */
static size_t find_endings(const ctx_instant *t, str_view word, int32_t best[MAX_ENDINGS])
{
    size_t n = 0;
    int32_t n_ids = ctx_lexicon_size(t->lexicon); /* without counts after a failure: never stored */
    for (int32_t id = 0; id < n_ids && id < t->n_counts; id++) {
        uint32_t count_of_id = t->counts[id];
        if (!count_of_id || !str_starts(ctx_lexicon_word(t->lexicon, id), word) ||
            (n == MAX_ENDINGS && count_of_id <= t->counts[best[n - 1]]))
            continue;
        size_t at = n < MAX_ENDINGS ? n++ : n - 1;
        for (; at > 0 && t->counts[best[at - 1]] < count_of_id; at--)
            best[at] = best[at - 1];
        best[at] = id;
    }
    return n;
}

size_t ctx__instant_places(const ctx_instant *t, const struct ctx_instant_query *q, arena *mem,
                           struct ctx__place places[CTX__MAX_PLACES])
{
    struct cursor c;
    struct ctx_recall_hit hits[CTX_RECALL_MAX_HITS];
    if (!read_cursor(t, q, mem, &c))
        return 0;
    struct gather g = {.t = t, .q = q, .c = &c, .mem = mem, .places = places};
    struct ctx_recall_query find = {.context = c.context,
                                    .n_context = c.n_context,
                                    .doc = q->doc,
                                    .doc_pos = c.doc_pos,
                                    .language = q->language,
                                    .folder = q->folder};
    size_t n = ctx_recall_find(t->recall, &find, hits, CTX_RECALL_MAX_HITS);
    for (size_t i = 0; i < n; i++)
        add_place(&g, &hits[i]);
    add_own_lines(&g, &find);
    if (c.word.len) {
        int32_t endings[MAX_ENDINGS];
        size_t n_endings = find_endings(t, c.word, endings);
        find.n_context++;
        find.doc_pos++;
        for (size_t i = 0; i < n_endings; i++) {
            c.context[c.n_context] = endings[i];
            n = ctx_recall_find(t->recall, &find, hits, HITS_PER_ENDING);
            for (size_t j = 0; j < n; j++) {
                struct ctx_recall_hit h = hits[j];
                if (h.n_before == 0)
                    continue;
                h.next--; /* back to the word itself */
                h.n_before--;
                h.n_after++;
                h.match--;
                add_place(&g, &h);
            }
        }
    }
    return g.n;
}

/* ---- the choice ---- */

/* Fitted by tests/bench/fit_instant.c on 2,800 lines drawn from Catch2, clap, click, curl,
 * date-fns, gin, jekyll and mocha. In the order of enum ctx__trait, and of the signs below. */
static const float trait_weights[CTX__N_TRAITS] = {3.72f, 2.16f,  3.59f,  1.55f,  3.47f,
                                                   1.12f, 1.57f,  0.46f,  -0.02f, 0.21f,
                                                   0.89f, -3.08f, -5.63f, -2.47f};

static const float sign_weights[CTX__N_SIGNS] = {-3.96f, 1.66f,  2.38f,  -0.60f, 1.42f,
                                                 1.57f,  -0.32f, -1.26f, -1.18f, 1.59f};

static float sum_traits(const struct ctx__place *p)
{
    float x = 0;
    for (int i = 0; i < CTX__N_TRAITS; i++)
        x += trait_weights[i] * p->traits[i];
    return x;
}

static void read_signs(struct ctx__choice *c, const struct ctx__place *places, size_t n,
                       float total)
{
    const struct ctx__place *best = NULL;
    uint32_t n_places = 0;
    for (size_t i = c->best; i < n; i++)
        if (places[i].group == c->best) {
            n_places++;
            if (!best || places[i].weight > best->weight)
                best = &places[i];
        }
    float support = logf(total > 0 ? total : 1e-30f);
    float signs[CTX__N_SIGNS] = {
        1,
        c->share,
        c->share * c->share,
        (support < 12 ? support : 12) / 12,
        best->traits[CTX__MATCH],
        best->traits[CTX__AFTER],
        best->traits[CTX__STRANGE],
        best->traits[CTX__LONG],
        best->traits[CTX__REPEATS],
        logf((float)(n_places < 32 ? n_places : 32)) / 3.5f,
    };
    memcpy(c->signs, signs, sizeof signs);
}

size_t ctx__instant_choose(struct ctx__place *places, size_t n, struct ctx__choice *choices,
                           size_t cap)
{
    float total = 0;
    static const float none = -1;
    float sums[CTX__MAX_PLACES];
    for (size_t i = 0; i < n; i++) {
        places[i].weight = expf(sum_traits(&places[i]));
        places[i].group = (uint32_t)i;
        sums[i] = 0;
        for (size_t j = 0; j < i; j++)
            if (places[j].group == j && str_eq(places[j].text, places[i].text)) {
                places[i].group = (uint32_t)j;
                break;
            }
        sums[places[i].group] += places[i].weight;
        total += places[i].weight;
    }
    size_t n_choices = 0;
    for (; n_choices < cap; n_choices++) {
        size_t best = n;
        for (size_t i = 0; i < n; i++)
            if (places[i].group == i && sums[i] > (best < n ? sums[best] : none + 1))
                best = i;
        if (best == n)
            break;
        choices[n_choices].best = (uint32_t)best;
        choices[n_choices].share = sums[best] / total;
        read_signs(&choices[n_choices], places, n, total);
        sums[best] = none;
    }
    return n_choices;
}

size_t ctx_instant_complete(const ctx_instant *t, const struct ctx_instant_query *q, arena *mem,
                            struct ctx_instant_item *items, size_t cap)
{
    struct ctx__choice choices[16];
    struct ctx__place *places = ARENA_ARRAY(mem, struct ctx__place, CTX__MAX_PLACES);
    if (!places)
        return 0;
    size_t n = ctx__instant_places(t, q, mem, places);
    size_t n_choices = ctx__instant_choose(places, n, choices, cap < 16 ? cap : 16);
    for (size_t i = 0; i < n_choices; i++) {
        const struct ctx__place *p = &places[choices[i].best];
        float x = 0;
        for (int k = 0; k < CTX__N_SIGNS; k++)
            x += sign_weights[k] * choices[i].signs[k];
        uint32_t n_places = 0;
        for (size_t k = 0; k < n; k++)
            n_places += places[k].group == choices[i].best;
        items[i] = (struct ctx_instant_item){.text = p->text,
                                             .confidence = 1 / (1 + expf(-x)),
                                             .match = p->match,
                                             .n_places = n_places,
                                             .doc = p->doc};
    }
    return n_choices;
}

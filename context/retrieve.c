#include "context/retrieve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "context/lexicon.h"
#include "context/secret.h"

enum {
    MAX_CHUNK_LINES = 40, /* about what fits beside others in a small model's context */
    MAX_CHUNK_WORDS = 512,
    SHORTEST_WORD = 3,
    ABOVE_LINES = 60, /* of the cursor's surroundings that words are taken from */
    BELOW_LINES = 20,
    MAX_QUERY_WORDS = 256,
    COMMON_SHARE = 64, /* words in more than a part of so many chunks say little and cost most */
    MAX_BEST = 64,     /* chunks that are looked at closely */
    LINE_SLOTS = 1024,
    NONE = -1,
};

static const float WORST_SHARE = 0.25f; /* of the best score; below, tokens are better saved */

struct chunk {
    uint64_t doc;
    str_view path; /* owned by the first chunk of the document */
    char *text;    /* owned; NULL: the chunk is gone */
    uint32_t n_text, n_words, first_line, language;
    bool owns_path;
};

struct word {
    uint32_t key; /* 0: empty */
    uint32_t n;   /* chunks with it */
    int32_t first;
};

struct posting {
    int32_t chunk, next;
};

struct ctx_retrieve {
    size_t max_bytes, n_bytes; /* of texts */
    struct chunk *chunks;
    int32_t n_chunks, cap_chunks, n_alive;
    struct word *words;
    uint32_t n_words, mask_words;
    struct posting *postings;
    int32_t n_postings, cap_postings;
    int32_t *docs; /* document to its first chunk, open addressing; may name chunks that are gone */
    uint32_t n_docs, mask_docs;
};

err_code ctx_retrieve_create(ctx_retrieve **out, size_t max_bytes, err *e)
{
    ctx_retrieve *r = mem_zero(1, sizeof *r);
    if (!r)
        return err_set(e, ERR_NOMEM, "no memory for retrieval");
    r->max_bytes = max_bytes;
    *out = r;
    return ERR_OK;
}

static void chunk_release(ctx_retrieve *r, struct chunk *c)
{
    if (!c->text)
        return;
    r->n_bytes -= c->n_text;
    r->n_alive--;
    mem_free(c->text);
    if (c->owns_path)
        mem_free((void *)(uintptr_t)c->path.ptr);
    c->text = NULL;
}

void ctx_retrieve_destroy(ctx_retrieve *r)
{
    if (!r)
        return;
    for (int32_t i = 0; i < r->n_chunks; i++)
        chunk_release(r, &r->chunks[i]);
    mem_free(r->chunks);
    mem_free(r->words);
    mem_free(r->postings);
    mem_free(r->docs);
    mem_free(r);
}

size_t ctx_retrieve_bytes(const ctx_retrieve *r)
{
    return sizeof *r + r->n_bytes + (size_t)r->cap_chunks * sizeof *r->chunks +
           (r->words ? r->mask_words + 1 : 0) * sizeof *r->words +
           (size_t)r->cap_postings * sizeof *r->postings +
           (r->docs ? r->mask_docs + 1 : 0) * sizeof *r->docs;
}

/* ---- words ---- */

/* The key of the next name in *text, or 0 when there is none. */
static uint32_t take_word(str_view *text, str_view *word)
{
    while (text->len) {
        size_t begin = 0;
        while (begin < text->len && !ctx_lexicon_is_word_byte(text->ptr[begin]))
            begin++;
        size_t end = begin;
        while (end < text->len && ctx_lexicon_is_word_byte(text->ptr[end]))
            end++;
        *word = str_slice(*text, begin, end);
        *text = str_slice(*text, end, text->len);
        bool number = word->len && word->ptr[0] >= '0' && word->ptr[0] <= '9';
        if (word->len >= SHORTEST_WORD && !number) {
            uint32_t key = (uint32_t)hash_str(*word);
            return key ? key : 1;
        }
    }
    return 0;
}

static struct word *word_slot(const ctx_retrieve *r, uint32_t key)
{
    for (uint32_t i = key * 2654435769u;; i++) {
        struct word *w = &r->words[i & r->mask_words];
        if (w->key == key || w->key == 0)
            return w;
    }
}

static err_code reserve_words(ctx_retrieve *r, uint32_t n_more)
{
    uint32_t cap = r->words ? r->mask_words + 1 : 0, old_cap = cap;
    if ((r->n_words + n_more) * 2 <= cap)
        return ERR_OK;
    for (cap = cap ? cap : 1024; (r->n_words + n_more) * 2 > cap;)
        cap *= 2;
    struct word *old = r->words, *words = mem_zero(cap, sizeof *words);
    if (!words)
        return ERR_NOMEM;
    r->words = words;
    r->mask_words = cap - 1;
    for (uint32_t i = 0; i < old_cap; i++)
        if (old[i].key)
            *word_slot(r, old[i].key) = old[i];
    mem_free(old);
    return ERR_OK;
}

static err_code reserve_postings(ctx_retrieve *r, int32_t n_more)
{
    if (n_more <= r->cap_postings - r->n_postings)
        return ERR_OK;
    int32_t cap = (r->n_postings + n_more) + (r->n_postings + n_more) / 2;
    struct posting *postings = mem_resize(r->postings, (size_t)cap * sizeof *postings);
    if (!postings)
        return ERR_NOMEM;
    r->postings = postings;
    r->cap_postings = cap;
    return ERR_OK;
}

/* Enters the chunk under each of its words. */
static err_code add_postings(ctx_retrieve *r, int32_t chunk)
{
    struct chunk *c = &r->chunks[chunk];
    str_view rest = {c->text, c->n_text}, word;
    if (reserve_words(r, MAX_CHUNK_WORDS) != ERR_OK ||
        reserve_postings(r, MAX_CHUNK_WORDS) != ERR_OK)
        return ERR_NOMEM;
    c->n_words = 0;
    for (uint32_t key; c->n_words < MAX_CHUNK_WORDS && (key = take_word(&rest, &word));) {
        struct word *w = word_slot(r, key);
        if (!w->key) {
            *w = (struct word){key, 0, NONE};
            r->n_words++;
        } else if (w->first != NONE && r->postings[w->first].chunk == chunk) {
            continue; /* the chunk has it already */
        }
        r->postings[r->n_postings] = (struct posting){chunk, w->first};
        w->first = r->n_postings++;
        w->n++;
        c->n_words++;
    }
    return ERR_OK;
}

static int32_t *doc_slot(const ctx_retrieve *r, uint64_t id)
{
    for (uint64_t i = hash_u64(id);; i++) {
        int32_t *slot = &r->docs[i & r->mask_docs];
        if (*slot == NONE || r->chunks[*slot].doc == id)
            return slot;
    }
}

/* Room for one more document. */
static err_code reserve_docs(ctx_retrieve *r)
{
    uint32_t cap = r->docs ? r->mask_docs + 1 : 0, old_cap = cap;
    if ((r->n_docs + 1) * 2 <= cap)
        return ERR_OK;
    cap = cap ? cap * 2 : 256;
    int32_t *old = r->docs, *docs = mem_alloc(cap * sizeof *docs);
    if (!docs)
        return ERR_NOMEM;
    memset(docs, 0xFF, cap * sizeof *docs);
    r->docs = docs;
    r->mask_docs = cap - 1;
    for (uint32_t i = 0; i < old_cap; i++)
        if (old[i] != NONE)
            *doc_slot(r, r->chunks[old[i]].doc) = old[i];
    mem_free(old);
    return ERR_OK;
}

/* Notes where a document's chunks begin. The table has room. */
static void note_doc(ctx_retrieve *r, int32_t chunk)
{
    int32_t *slot = doc_slot(r, r->chunks[chunk].doc);
    r->n_docs += *slot == NONE;
    *slot = chunk;
}

/* Numbers the living chunks anew and enters them again: removal leaves entries behind. */
static err_code rebuild(ctx_retrieve *r)
{
    int32_t kept = 0;
    for (int32_t i = 0; i < r->n_chunks; i++)
        if (r->chunks[i].text)
            r->chunks[kept++] = r->chunks[i];
    r->n_chunks = kept;
    r->n_docs = 0;
    if (r->docs)
        memset(r->docs, 0xFF, (r->mask_docs + 1) * sizeof *r->docs);
    for (int32_t i = 0; i < kept; i++)
        if (i == 0 || r->chunks[i].doc != r->chunks[i - 1].doc)
            note_doc(r, i);
    r->n_postings = 0;
    r->n_words = 0;
    if (r->words)
        memset(r->words, 0, (r->mask_words + 1) * sizeof *r->words);
    for (int32_t i = 0; i < kept; i++)
        if (add_postings(r, i) != ERR_OK)
            return ERR_NOMEM;
    return ERR_OK;
}

/* ---- documents ---- */

/* Takes a chunk's lines off *rest. */
static str_view take_chunk(str_view *rest, uint32_t *n_lines)
{
    str_view all = *rest;
    bool may_end = false; /* the line before was blank or closed something */
    *n_lines = 0;
    while (rest->len && *n_lines < MAX_CHUNK_LINES) {
        str_view look = *rest, line = str_take_line(&look);
        bool at_margin =
            line.len && line.ptr[0] != ' ' && line.ptr[0] != '\t' && line.ptr[0] != '\r';
        bool closes = at_margin && strchr("})];", line.ptr[0]) != NULL;
        if (may_end && at_margin && !closes && *n_lines > 0)
            break;
        may_end = str_is_blank(line) || closes;
        *rest = look;
        ++*n_lines;
    }
    return str_slice(all, 0, all.len - rest->len);
}

static err_code add_chunk(ctx_retrieve *r, const struct ctx_retrieve_doc *doc, str_view path,
                          bool owns, str_view text, uint32_t first_line)
{
    if (r->n_chunks == r->cap_chunks) {
        int32_t cap = r->cap_chunks ? r->cap_chunks * 2 : 256;
        struct chunk *chunks = mem_resize(r->chunks, (size_t)cap * sizeof *chunks);
        if (!chunks)
            return ERR_NOMEM;
        r->chunks = chunks;
        r->cap_chunks = cap;
    }
    char *copy = mem_alloc(text.len);
    if (!copy)
        return ERR_NOMEM;
    memcpy(copy, text.ptr, text.len);
    r->chunks[r->n_chunks++] = (struct chunk){.doc = doc->id,
                                              .path = path,
                                              .owns_path = owns,
                                              .text = copy,
                                              .n_text = (uint32_t)text.len,
                                              .first_line = first_line,
                                              .language = doc->language};
    r->n_bytes += text.len;
    r->n_alive++;
    if (owns)
        note_doc(r, r->n_chunks - 1);
    return add_postings(r, r->n_chunks - 1);
}

static err_code add_chunks(ctx_retrieve *r, const struct ctx_retrieve_doc *doc, str_view text)
{
    char *path = reserve_docs(r) == ERR_OK ? mem_alloc(doc->path.len) : NULL;
    if (!path)
        return ERR_NOMEM;
    if (doc->path.len)
        memcpy(path, doc->path.ptr, doc->path.len);
    bool owned = false;
    for (uint32_t line = 0, n_lines; text.len; line += n_lines) {
        str_view chunk = take_chunk(&text, &n_lines);
        if (str_is_blank(chunk))
            continue;
        int32_t before = r->n_chunks;
        err_code rc = add_chunk(r, doc, (str_view){path, doc->path.len}, !owned, chunk, line);
        owned |= r->n_chunks > before;
        if (rc != ERR_OK) {
            if (!owned)
                mem_free(path);
            return rc;
        }
    }
    if (!owned)
        mem_free(path);
    return ERR_OK;
}

void ctx_retrieve_remove(ctx_retrieve *r, uint64_t id)
{
    int32_t i = r->docs ? *doc_slot(r, id) : NONE;
    for (; i != NONE && i < r->n_chunks && r->chunks[i].doc == id; i++)
        chunk_release(r, &r->chunks[i]);
}

err_code ctx_retrieve_put(ctx_retrieve *r, const struct ctx_retrieve_doc *doc, str_view text,
                          err *e)
{
    ctx_retrieve_remove(r, doc->id);
    if (r->n_chunks > 2 * r->n_alive + 256 && rebuild(r) != ERR_OK)
        return err_set(e, ERR_NOMEM, "no memory for retrieval");
    if (text.len > r->max_bytes - r->n_bytes || text.len > UINT32_MAX / 2)
        return err_set(e, ERR_RANGE, "retrieval is full at %zu bytes", r->max_bytes);
    buf masked;
    buf_init(&masked, text.len);
    ctx_secret_mask(&masked, text);
    err_code rc = buf_failed(&masked);
    if (rc == ERR_OK)
        rc = add_chunks(r, doc, buf_view(&masked));
    buf_release(&masked);
    if (rc == ERR_OK)
        return ERR_OK;
    ctx_retrieve_remove(r, doc->id);
    return err_set(e, ERR_NOMEM, "no memory for retrieval");
}

/* ---- questions ---- */

struct query_word {
    uint32_t key;
    float near;
    str_view text;
};

struct query {
    struct query_word words[MAX_QUERY_WORDS];
    size_t n_words;
    uint32_t lines[LINE_SLOTS]; /* hashes of lines that are there already, open addressing */
    size_t n_lines;
};

static void add_query_words(struct query *s, str_view line, float near)
{
    str_view word;
    for (uint32_t key; (key = take_word(&line, &word));) {
        size_t i = 0;
        while (i < s->n_words && s->words[i].key != key)
            i++;
        if (i == MAX_QUERY_WORDS)
            return;
        if (i == s->n_words)
            s->words[s->n_words++] = (struct query_word){key, near, word};
    }
}

static uint32_t line_key(str_view line)
{
    line = str_trim(line);
    uint32_t key = line.len >= SHORTEST_WORD ? (uint32_t)hash_str(line) : 0;
    return key;
}

static bool has_line(const struct query *s, uint32_t key)
{
    for (uint32_t i = key;; i++) {
        uint32_t at = s->lines[i % LINE_SLOTS];
        if (at == key || at == 0)
            return at == key;
    }
}

static void add_line(struct query *s, uint32_t key)
{
    if (!key || s->n_lines > LINE_SLOTS / 2 || has_line(s, key))
        return;
    uint32_t i = key;
    while (s->lines[i % LINE_SLOTS])
        i++;
    s->lines[i % LINE_SLOTS] = key;
    s->n_lines++;
}

static void read_query(struct query *s, const struct ctx_retrieve_query *q)
{
    str_view before = q->before, after = q->after;
    for (int n = 0; before.len && n < ABOVE_LINES; n++) {
        size_t begin = before.len;
        while (begin > 0 && before.ptr[begin - 1] != '\n')
            begin--;
        str_view line = str_slice(before, begin, before.len);
        add_query_words(s, line, 1 / (1 + (float)n / 8));
        add_line(s, line_key(line));
        before.len = begin ? begin - 1 : 0;
    }
    for (int n = 0; after.len && n < BELOW_LINES; n++) {
        str_view line = str_take_line(&after);
        add_query_words(s, line, 0.25f);
        add_line(s, line_key(line));
    }
}

struct scored {
    int32_t chunk;
    float score;
};

static int better(const ctx_retrieve *r, struct scored a, struct scored b)
{
    if (a.score > b.score || a.score < b.score)
        return a.score > b.score ? -1 : 1;
    const struct chunk *x = &r->chunks[a.chunk], *y = &r->chunks[b.chunk];
    int c = str_cmp(x->path, y->path);
    return c ? c : (x->first_line > y->first_line) - (x->first_line < y->first_line);
}

/* Is most of the chunk there already? */
static bool is_known(const struct query *s, const struct chunk *c)
{
    uint32_t n = 0, known = 0;
    str_view rest = {c->text, c->n_text};
    while (rest.len) {
        uint32_t key = line_key(str_take_line(&rest));
        n += key != 0;
        known += key && has_line(s, key);
    }
    return n == 0 || known * 2 > n;
}

/* The words in both that say most. */
static str_view reason_of(const ctx_retrieve *r, const struct query *s, const struct chunk *c,
                          arena *mem)
{
    str_view words[3] = {{0}}, rest = {c->text, c->n_text}, word;
    uint32_t keys[3] = {0};
    float values[3] = {0};
    for (uint32_t key; (key = take_word(&rest, &word));) {
        size_t i = 0;
        while (i < s->n_words && s->words[i].key != key)
            i++;
        if (i == s->n_words || key == keys[0] || key == keys[1] || key == keys[2])
            continue;
        float value = s->words[i].near / (float)(word_slot(r, key)->n + 1);
        for (size_t k = 0; k < 3; k++) {
            if (value > values[k]) {
                for (size_t m = 2; m > k; m--) {
                    values[m] = values[m - 1];
                    words[m] = words[m - 1];
                    keys[m] = keys[m - 1];
                }
                values[k] = value;
                words[k] = word;
                keys[k] = key;
                break;
            }
        }
    }
    return arena_format(mem, "shares %.*s%s%.*s%s%.*s", STR_ARG(words[0]), words[1].len ? ", " : "",
                        STR_ARG(words[1]), words[2].len ? ", " : "", STR_ARG(words[2]));
}

/* The MAX_BEST chunks with the highest scores. */
static size_t score_chunks(const ctx_retrieve *r, const struct ctx_retrieve_query *q,
                           const struct query *s, arena *mem, struct scored best[MAX_BEST])
{
    float *sums = ARENA_ARRAY(mem, float, (size_t)r->n_chunks);
    size_t n = 0;
    if (!sums || !r->words)
        return 0;
    for (size_t i = 0; i < s->n_words; i++) {
        const struct word *w = word_slot(r, s->words[i].key);
        if (!w->key || (w->n > 64 && w->n > (uint32_t)r->n_alive / COMMON_SHARE))
            continue;
        float worth = s->words[i].near * logf(1 + (float)r->n_alive / (float)w->n);
        for (int32_t p = w->first; p != NONE; p = r->postings[p].next)
            sums[r->postings[p].chunk] += worth;
    }
    for (int32_t i = 0; i < r->n_chunks; i++) {
        const struct chunk *c = &r->chunks[i];
        if (sums[i] <= 0 || !c->text || c->doc == q->doc)
            continue;
        float boost = q->boost ? q->boost(q->user, c->doc) : 0;
        struct scored x = {i, sums[i] / sqrtf(8 + (float)c->n_words) *
                                  (c->language == q->language ? 1.5f : 1) * (1 + boost)};
        if (n == MAX_BEST && better(r, x, best[n - 1]) >= 0)
            continue;
        size_t at = n < MAX_BEST ? n++ : n - 1;
        for (; at > 0 && better(r, x, best[at - 1]) < 0; at--)
            best[at] = best[at - 1];
        best[at] = x;
    }
    return n;
}

static int by_place(const void *a, const void *b)
{
    const struct ctx_retrieve_piece *x = a, *y = b;
    int c = str_cmp(x->path, y->path);
    return c ? c : (x->first_line > y->first_line) - (x->first_line < y->first_line);
}

size_t ctx_retrieve_find(const ctx_retrieve *r, const struct ctx_retrieve_query *q, arena *mem,
                         struct ctx_retrieve_piece *pieces, size_t cap)
{
    struct scored best[MAX_BEST];
    struct query *s = ARENA_NEW(mem, struct query);
    if (!s)
        return 0;
    read_query(s, q);
    size_t n_best = score_chunks(r, q, s, mem, best), n = 0, used = 0;
    for (size_t i = 0; i < n_best && n < cap; i++) {
        const struct chunk *c = &r->chunks[best[i].chunk];
        str_view text = {c->text, c->n_text};
        if (best[i].score < best[0].score * WORST_SHARE)
            break;
        if (is_known(s, c))
            continue;
        size_t n_tok = q->count(q->user, text);
        if (n_tok > q->budget_tok - used)
            continue; /* a smaller one may still fit */
        used += n_tok;
        pieces[n++] = (struct ctx_retrieve_piece){.text = arena_copy(mem, text),
                                                  .path = arena_copy(mem, c->path),
                                                  .reason = reason_of(r, s, c, mem),
                                                  .doc = c->doc,
                                                  .first_line = c->first_line,
                                                  .score = best[i].score,
                                                  .n_tok = n_tok};
        while (text.len)
            add_line(s, line_key(str_take_line(&text)));
    }
    if (n > 1)
        qsort(pieces, n, sizeof pieces[0], by_place);
    return arena_failed(mem) ? 0 : n;
}

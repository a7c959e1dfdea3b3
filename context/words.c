#include "context/words.h"

#include "base/hash.h"
#include "base/mem.h"
#include "context/lexicon.h"

enum { MAX_WORDS = 4 << 20, MIN_SLOTS = 1024, STORE_MAX = 1 << 30 };

struct word {
    uint32_t begin; /* in `store` */
    uint32_t n_texts;
    uint8_t len;
};

struct text {
    uint64_t id;
    uint32_t *words; /* NULL: the slot is free, or was freed */
    uint32_t n;
    bool used; /* a search goes on past it */
};

struct ctx_words {
    struct word *words;
    size_t n_words, cap_words;
    char *store; /* the words themselves, one after the other; never removed */
    size_t n_store, cap_store;
    uint32_t *slots; /* [n_slots] index into words + 1; 0: free */
    size_t n_slots;
    struct text *texts; /* [n_texts_cap], a power of two */
    size_t n_texts, cap_texts;
    uint32_t *last; /* [cap_words] number of the put that saw the word last */
    uint32_t n_puts;
};

err_code ctx_words_create(ctx_words **out, err *e)
{
    ctx_words *w = mem_zero(1, sizeof *w);
    if (w) {
        w->slots = mem_zero(MIN_SLOTS, sizeof *w->slots);
        w->n_slots = MIN_SLOTS;
    }
    if (!w || !w->slots) {
        ctx_words_destroy(w);
        return err_set(e, ERR_NOMEM, "out of memory");
    }
    *out = w;
    return ERR_OK;
}

void ctx_words_destroy(ctx_words *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->cap_texts; i++)
        mem_free(w->texts[i].words);
    mem_free(w->texts);
    mem_free(w->words);
    mem_free(w->store);
    mem_free(w->slots);
    mem_free(w->last);
    mem_free(w);
}

str_view ctx_words_next(str_view *text)
{
    while (text->len > 0) {
        size_t n = 0;
        while (n < text->len && ctx_lexicon_is_word_byte(text->ptr[n]))
            n++;
        str_view word = str_slice(*text, 0, n);
        *text = str_slice(*text, n ? n : 1, text->len);
        if (n > 0 && !(word.ptr[0] >= '0' && word.ptr[0] <= '9'))
            return word;
    }
    return (str_view){text->ptr, 0};
}

bool ctx_words_in(str_view text, str_view word)
{
    for (size_t at = 0; word.len > 0 && at < text.len;) {
        size_t found = str_find(str_slice(text, at, text.len), word);
        at += found;
        if (at >= text.len)
            return false;
        size_t end = at + word.len;
        bool cut = (at > 0 && ctx_lexicon_is_word_byte(text.ptr[at - 1])) ||
                   (end < text.len && ctx_lexicon_is_word_byte(text.ptr[end]));
        if (!cut)
            return true;
        at++;
    }
    return false;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

size_t ctx_words_edits(str_view a, str_view b, size_t most)
{
    uint8_t row[CTX_WORDS_MAX_BYTES + 1];
    size_t longer = a.len > b.len ? a.len : b.len;
    if (longer > CTX_WORDS_MAX_BYTES || longer - (a.len < b.len ? a.len : b.len) > most)
        return most + 1;
    for (size_t j = 0; j <= b.len; j++)
        row[j] = (uint8_t)j;
    for (size_t i = 1; i <= a.len; i++) {
        uint8_t diagonal = row[0], least = (uint8_t)i;
        row[0] = (uint8_t)i;
        for (size_t j = 1; j <= b.len; j++) {
            uint8_t swap = (uint8_t)(diagonal + (lower(a.ptr[i - 1]) != lower(b.ptr[j - 1])));
            uint8_t step = (uint8_t)((row[j - 1] < row[j] ? row[j - 1] : row[j]) + 1);
            diagonal = row[j];
            row[j] = swap < step ? swap : step;
            least = row[j] < least ? row[j] : least;
        }
        if (least > most)
            return most + 1;
    }
    return row[b.len] > most ? most + 1 : row[b.len];
}

/* ---- the table of words ---- */

static str_view view_of(const ctx_words *w, size_t i)
{
    return (str_view){w->store + w->words[i].begin, w->words[i].len};
}

/* The slot of the word, or the free one where it belongs. */
static size_t slot_of(const ctx_words *w, str_view word)
{
    size_t at = hash_str(word) & (w->n_slots - 1);
    while (w->slots[at] && !str_eq(view_of(w, w->slots[at] - 1), word))
        at = (at + 1) & (w->n_slots - 1);
    return at;
}

static bool grow_slots(ctx_words *w)
{
    uint32_t *old = w->slots;
    size_t n_old = w->n_slots;
    uint32_t *slots = mem_zero(2 * n_old, sizeof *slots);
    if (!slots)
        return false;
    w->slots = slots;
    w->n_slots = 2 * n_old;
    for (size_t i = 0; i < n_old; i++)
        if (old[i])
            w->slots[slot_of(w, view_of(w, old[i] - 1))] = old[i];
    mem_free(old);
    return true;
}

/* Room for one more word. */
static err_code reserve(ctx_words *w)
{
    if (w->n_words == MAX_WORDS || w->n_store + CTX_WORDS_MAX_BYTES > STORE_MAX)
        return ERR_RANGE;
    if (w->n_store + CTX_WORDS_MAX_BYTES > w->cap_store) {
        size_t cap = w->cap_store ? 2 * w->cap_store : MIN_SLOTS * 8;
        char *store = mem_resize(w->store, cap);
        if (!store)
            return ERR_NOMEM;
        w->store = store;
        w->cap_store = cap;
    }
    if (w->n_words == w->cap_words) {
        size_t cap = w->cap_words ? 2 * w->cap_words : MIN_SLOTS;
        struct word *words = mem_resize(w->words, cap * sizeof *words);
        if (words)
            w->words = words;
        uint32_t *last = words ? mem_resize(w->last, cap * sizeof *last) : NULL;
        if (!last)
            return ERR_NOMEM;
        w->last = last;
        w->cap_words = cap;
    }
    if (2 * w->n_words >= w->n_slots && !grow_slots(w))
        return ERR_NOMEM;
    return ERR_OK;
}

static err_code add(ctx_words *w, str_view word, uint32_t *index)
{
    err_code rc = reserve(w);
    if (rc != ERR_OK)
        return rc;
    size_t at = slot_of(w, word);
    if (!w->slots[at]) {
        memcpy(w->store + w->n_store, word.ptr, word.len);
        w->words[w->n_words] = (struct word){(uint32_t)w->n_store, 0, (uint8_t)word.len};
        w->last[w->n_words] = 0;
        w->n_store += word.len;
        w->slots[at] = (uint32_t)++w->n_words;
    }
    *index = w->slots[at] - 1;
    return ERR_OK;
}

uint32_t ctx_words_count(const ctx_words *w, str_view word)
{
    size_t at = slot_of(w, word);
    return w->slots[at] ? w->words[w->slots[at] - 1].n_texts : 0;
}

str_view ctx_words_nearest(const ctx_words *w, str_view word, size_t max_edits)
{
    size_t best = 0, least = max_edits + 1;
    bool found = false;
    if (word.len == 0)
        return word;
    for (size_t i = 0; i < w->n_words; i++) {
        const struct word *x = &w->words[i];
        if (x->n_texts == 0 || lower(w->store[x->begin]) != lower(word.ptr[0]))
            continue;
        size_t n = ctx_words_edits(view_of(w, i), word, least < max_edits ? least : max_edits);
        if (n < least || (found && n == least && x->n_texts > w->words[best].n_texts)) {
            best = i;
            least = n;
            found = true;
        }
    }
    return found ? view_of(w, best) : (str_view){word.ptr, 0};
}

/* ---- the table of texts ---- */

static size_t text_slot(const struct text *texts, size_t cap, uint64_t id)
{
    size_t at = hash_u64(id) & (cap - 1);
    while (texts[at].used && texts[at].id != id)
        at = (at + 1) & (cap - 1);
    return at;
}

static bool reserve_text(ctx_words *w)
{
    if (2 * (w->n_texts + 1) <= w->cap_texts)
        return true;
    size_t cap = w->cap_texts ? 2 * w->cap_texts : 64;
    struct text *texts = mem_zero(cap, sizeof *texts);
    if (!texts)
        return false;
    w->n_texts = 0;
    for (size_t i = 0; i < w->cap_texts; i++) {
        if (!w->texts[i].words)
            continue;
        texts[text_slot(texts, cap, w->texts[i].id)] = w->texts[i];
        w->n_texts++;
    }
    mem_free(w->texts);
    w->texts = texts;
    w->cap_texts = cap;
    return true;
}

void ctx_words_remove(ctx_words *w, uint64_t id)
{
    if (w->cap_texts == 0)
        return;
    struct text *t = &w->texts[text_slot(w->texts, w->cap_texts, id)];
    for (uint32_t i = 0; i < t->n; i++)
        w->words[t->words[i]].n_texts--;
    mem_free(t->words);
    t->words = NULL;
    t->n = 0;
}

/* The different words of the text, which are counted as they are found. */
static err_code collect(ctx_words *w, struct text *t, str_view text)
{
    size_t cap = 0;
    for (str_view word; (word = ctx_words_next(&text)).len > 0;) {
        uint32_t i;
        if (word.len > CTX_WORDS_MAX_BYTES)
            continue;
        err_code rc = add(w, word, &i);
        if (rc != ERR_OK)
            return rc;
        if (w->last[i] == w->n_puts)
            continue;
        if (t->n == cap) {
            size_t more = cap ? 2 * cap : 64;
            uint32_t *words = mem_resize(t->words, more * sizeof *words);
            if (!words)
                return ERR_NOMEM;
            t->words = words;
            cap = more;
        }
        w->last[i] = w->n_puts;
        w->words[i].n_texts++;
        t->words[t->n++] = i;
    }
    return ERR_OK;
}

err_code ctx_words_put(ctx_words *w, uint64_t id, str_view text, err *e)
{
    ctx_words_remove(w, id);
    if (text.len == 0)
        return ERR_OK;
    if (!reserve_text(w))
        return err_set(e, ERR_NOMEM, "out of memory");
    if (++w->n_puts == 0) { /* all the stamps are of another round */
        memset(w->last, 0, w->n_words * sizeof *w->last);
        w->n_puts = 1;
    }
    struct text *t = &w->texts[text_slot(w->texts, w->cap_texts, id)];
    w->n_texts += !t->used;
    *t = (struct text){.id = id, .used = true};
    err_code rc = collect(w, t, text);
    if (rc == ERR_OK)
        return ERR_OK;
    ctx_words_remove(w, id);
    return err_set(e, rc, rc == ERR_NOMEM ? "out of memory" : "too many different words");
}

/* Byte-level BPE. In the file, each byte of a token is written as one character: printable ones as
 * themselves, the other 68 as U+0100 onwards in byte order. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf.h"
#include "model/vocab_internal.h"

enum {
    MAX_MERGES = 1 << 22,
    /* A table at most half full of well-mixed hashes never comes near it; a file made to collide
       does. */
    MAX_PROBES = 1024,
};

/* ---- Bytes as characters ------------------------------------------------------------- */

enum { N_SHIFTED = 68, FIRST_SHIFTED = 0x100 };

static bool is_itself(unsigned c)
{
    return (c >= 0x21 && c <= 0x7E) || (c >= 0xA1 && c <= 0xAC) || (c >= 0xAE && c <= 0xFF);
}

/* The character of each byte. */
static void fill_characters(uint16_t out[256])
{
    uint16_t next = FIRST_SHIFTED;
    for (unsigned c = 0; c < 256; c++)
        out[c] = is_itself(c) ? (uint16_t)c : next++;
    assert(next == FIRST_SHIFTED + N_SHIFTED);
}

/* The byte of a character, or -1. */
static int byte_of(uint32_t character)
{
    if (character < FIRST_SHIFTED)
        return is_itself(character) ? (int)character : -1;
    if (character >= FIRST_SHIFTED + N_SHIFTED)
        return -1;
    /* In byte order: 00 to 20, 7F to A0, AD. */
    unsigned i = character - FIRST_SHIFTED;
    return i <= 0x20 ? (int)i : i <= 0x42 ? (int)(i - 0x21 + 0x7F) : 0xAD;
}

size_t model__bpe_decode(char *out, str_view raw)
{
    size_t n_out = 0, n;
    for (size_t i = 0; i < raw.len; i += n) {
        unsigned char c = (unsigned char)raw.ptr[i];
        n = 1;
        if (c >= 0x21 && c <= 0x7E) { /* the common case, as itself */
            out[n_out++] = (char)c;
            continue;
        }
        bool valid;
        int byte = byte_of(utf8_decode(str_slice(raw, i, raw.len), &n, &valid));
        if (valid && byte >= 0) {
            out[n_out++] = (char)byte;
        } else { /* not in the alphabet: stands for itself */
            memcpy(out + n_out, raw.ptr + i, n);
            n_out += n;
        }
    }
    return n_out;
}

/* ---- Texts of symbols ---------------------------------------------------------------- */

/* Texts that occur in merges and are no token: numbered from n_tokens up. */
struct extras {
    const model_vocab *v;
    arena copies;    /* of texts that are not in one piece in the file */
    str_view *texts; /* owned */
    uint32_t *slots; /* owned; index + 1 */
    size_t mask;
    size_t n;
};

static err_code extras_init(struct extras *x, const model_vocab *v, size_t max, size_t max_bytes)
{
    size_t n_slots = 8;
    while (n_slots < 2 * max)
        n_slots *= 2;
    *x = (struct extras){.v = v, .mask = n_slots - 1};
    arena_init(&x->copies, max_bytes);
    /* Large and almost always untouched: the kernel gives such memory only where it is written. */
    x->texts = mem_zero(max, sizeof *x->texts);
    x->slots = mem_zero(n_slots, sizeof *x->slots);
    return x->texts && x->slots ? ERR_OK : ERR_NOMEM;
}

static void extras_release(struct extras *x)
{
    arena_release(&x->copies);
    mem_free(x->texts);
    mem_free(x->slots);
}

/* Text may become a USER_DEFINED token only where both forms of the token are the same bytes,
 * because its piece is the stored form. */
static bool merges_may_make(const model_vocab *v, model_token id)
{
    if (!model__vocab_is_text(v, id))
        return false;
    const struct model__token *t = &v->tokens[id];
    if (t->type != MODEL__TOKEN_USER_DEFINED)
        return true;
    for (size_t i = 0; i < t->raw.len; i++)
        if ((unsigned char)t->raw.ptr[i] < 0x21 || (unsigned char)t->raw.ptr[i] > 0x7E)
            return false;
    return true;
}

/* The symbol of a text, made if need be. `copy`: the text does not outlive the call. */
static err_code symbol_of(struct extras *x, str_view text, bool copy, uint32_t *out)
{
    model_token id = model_vocab_find(x->v, text);
    if (id != MODEL_TOKEN_NONE && merges_may_make(x->v, id)) {
        *out = (uint32_t)id;
        return ERR_OK;
    }
    size_t at = hash_str(text) & x->mask;
    for (size_t n_probes = 0; x->slots[at] != 0; at = (at + 1) & x->mask) {
        if (str_eq(x->texts[x->slots[at] - 1], text)) {
            *out = (uint32_t)x->v->n_tokens + x->slots[at] - 1;
            return ERR_OK;
        }
        if (++n_probes > MAX_PROBES)
            return ERR_FORMAT;
    }
    if (copy)
        text = arena_copy(&x->copies, text);
    if (arena_failed(&x->copies))
        return ERR_NOMEM;
    x->texts[x->n] = text;
    *out = (uint32_t)(x->v->n_tokens + x->n);
    x->slots[at] = (uint32_t)++x->n;
    return ERR_OK;
}

/* ---- Merge rules --------------------------------------------------------------------- */

static size_t rule_slot(const model_vocab *v, uint64_t pair)
{
    uint64_t h = pair * 0x9E3779B97F4A7C15u;
    h = (h ^ h >> 32) * 0x9FB21C651E98DF25u;
    return (size_t)(h >> v->rules_shift);
}

static bool find_rule(const void *user, const struct model__symbol *left,
                      const struct model__symbol *right, uint32_t *rank, uint32_t *id)
{
    const model_vocab *v = user;
    uint64_t pair = (uint64_t)left->id << 32 | right->id;
    for (size_t at = rule_slot(v, pair);; at = (at + 1) & v->rules_mask) {
        const struct model__merge_rule *r = &v->rules[at];
        if (r->rank == MODEL__MERGE_NONE)
            return false;
        if (r->pair == pair) {
            *rank = r->rank;
            *id = r->result;
            return true;
        }
    }
}

/* false: too many collisions. The first of equal pairs counts. */
static bool add_rule(model_vocab *v, uint64_t pair, uint32_t rank, uint32_t result)
{
    size_t at = rule_slot(v, pair);
    for (size_t n_probes = 0; v->rules[at].rank != MODEL__MERGE_NONE; at = (at + 1) & v->rules_mask)
        if (v->rules[at].pair == pair)
            return true;
        else if (++n_probes > MAX_PROBES)
            return false;
    v->rules[at] = (struct model__merge_rule){pair, rank, result};
    return true;
}

static err_code rules_init(model_vocab *v, size_t n)
{
    v->rules_shift = 61;
    while ((size_t)1 << (64 - v->rules_shift) < 2 * n)
        v->rules_shift--;
    size_t n_slots = (size_t)1 << (64 - v->rules_shift);
    v->rules_mask = n_slots - 1;
    v->rules = mem_zero(n_slots, sizeof *v->rules);
    if (!v->rules)
        return ERR_NOMEM;
    for (size_t i = 0; i < n_slots; i++)
        v->rules[i].rank = MODEL__MERGE_NONE;
    return ERR_OK;
}

static bool is_joined(str_view whole, str_view left, str_view right)
{
    return whole.len == left.len + right.len && str_starts(whole, left) && str_ends(whole, right);
}

/* "left right", cut at the first space that is not the first byte. `guess`: the symbol that will
 * probably result; set to the one that did. */
static err_code add_line(model_vocab *v, struct extras *x, str_view line, uint32_t rank,
                         buf *joined, uint32_t *guess)
{
    size_t cut = line.len > 1 ? 1 + str_find_byte(str_slice(line, 1, line.len), ' ') : line.len;
    if (cut >= line.len)
        return ERR_RANGE;
    str_view left = str_slice(line, 0, cut), right = str_slice(line, cut + 1, line.len);
    uint32_t left_id, right_id;
    err_code rc = symbol_of(x, left, false, &left_id);
    if (rc == ERR_OK)
        rc = symbol_of(x, right, false, &right_id);
    if (rc != ERR_OK)
        return rc;
    if (*guess >= v->n_tokens || !v->texts_differ ||
        !is_joined(v->tokens[*guess].raw, left, right) ||
        !merges_may_make(v, (model_token)*guess)) {
        buf_clear(joined);
        buf_append(joined, left);
        buf_append(joined, right);
        if (buf_failed(joined) != ERR_OK)
            return ERR_NOMEM;
        rc = symbol_of(x, buf_view(joined), true, guess);
        if (rc != ERR_OK)
            return rc;
    }
    return add_rule(v, (uint64_t)left_id << 32 | right_id, rank, *guess) ? ERR_OK : ERR_FORMAT;
}

static err_code add_bytes(model_vocab *v, struct extras *x)
{
    uint16_t characters[256];
    fill_characters(characters);
    for (unsigned c = 0; c < 256; c++) {
        char text[UTF_MAX_BYTES];
        str_view view = {text, utf8_encode(text, characters[c])};
        err_code rc = symbol_of(x, view, true, &v->byte_symbols[c]);
        if (rc != ERR_OK)
            return rc;
        v->byte_tokens[c] =
            v->byte_symbols[c] < v->n_tokens ? (model_token)v->byte_symbols[c] : MODEL_TOKEN_NONE;
    }
    return ERR_OK;
}

static err_code choose_pre(model_vocab *v, const model_gguf *g, err *e)
{
    str_view name = STR("default");
    if (!model_gguf_str(g, "tokenizer.ggml.pre", &name))
        log_write(LOG_WARNING,
                  "%s: the file does not name its pre-tokenizer; guessing \"default\", which makes "
                  "many models worse",
                  model_gguf_name(g));
    v->pre = model__pre_find(name);
    if (!v->pre)
        return err_set(e, ERR_UNSUPPORTED, "%s: the pre-tokenizer \"%.*s\" is not supported",
                       model_gguf_name(g), STR_ARG(str_slice(name, 0, 64)));
    v->adds_bos = v->pre->adds_bos;
    return ERR_OK;
}

err_code model__bpe_create(model_vocab *v, const model_gguf *g, err *e)
{
    err_code rc = choose_pre(v, g, e);
    if (rc != ERR_OK)
        return rc;
    struct gguf_array lines;
    if (!model_gguf_array(g, "tokenizer.ggml.merges", &lines) || lines.type != GGUF_STRING)
        return err_set(e, ERR_FORMAT, "%s: the vocabulary has no list of merges",
                       model_gguf_name(g));
    if (lines.n > MAX_MERGES)
        return err_set(e, ERR_FORMAT, "%s: the vocabulary claims %llu merges", model_gguf_name(g),
                       (unsigned long long)lines.n);
    size_t n = (size_t)lines.n;
    struct extras x;
    buf joined;
    buf_init(&joined, model_gguf_n_bytes(g));
    /* Each merge brings at most three new texts, in at most twice its own bytes. */
    rc = extras_init(&x, v, 3 * n + 256, 2 * model_gguf_n_bytes(g) + 256 * UTF_MAX_BYTES);
    if (rc == ERR_OK)
        rc = rules_init(v, n);
    if (rc == ERR_OK)
        rc = add_bytes(v, &x);
    uint32_t result = UINT32_MAX;
    for (size_t i = 0; i < n && rc == ERR_OK; i++) {
        result++; /* trainers number the tokens in the order of the merges that make them */
        rc = add_line(v, &x, gguf_array_next_str(&lines), (uint32_t)i, &joined, &result);
        if (rc == ERR_RANGE)
            rc = err_set(e, ERR_FORMAT, "%s: merge %zu is not two texts with a space between",
                         model_gguf_name(g), i);
        else if (rc == ERR_FORMAT)
            err_set(e, rc, "%s: the vocabulary is made to collide", model_gguf_name(g));
    }
    if (rc == ERR_NOMEM)
        err_set(e, rc, "%s: out of memory", model_gguf_name(g));
    buf_release(&joined);
    extras_release(&x);
    return rc;
}

/* ---- Encoding ------------------------------------------------------------------------ */

/* The stored form of the piece, looked up as a whole. */
static model_token find_whole(const model_vocab *v, str_view piece, buf *stored)
{
    if (piece.len > v->max_token_bytes)
        return MODEL_TOKEN_NONE;
    uint16_t characters[256];
    fill_characters(characters);
    buf_clear(stored);
    char *out = buf_reserve(stored, 2 * piece.len);
    if (!out)
        return MODEL_TOKEN_NONE;
    size_t n = 0;
    for (size_t i = 0; i < piece.len; i++)
        n += utf8_encode(out + n, characters[(unsigned char)piece.ptr[i]]);
    buf_commit(stored, n);
    model_token id = model_vocab_find(v, buf_view(stored));
    return id != MODEL_TOKEN_NONE && merges_may_make(v, id) ? id : MODEL_TOKEN_NONE;
}

static void encode_piece(const model_vocab *v, str_view piece, struct model__scratch *s,
                         struct model_tokens *t)
{
    if (v->pre->ignores_merges) {
        model_token whole = find_whole(v, piece, &s->text);
        if (buf_failed(&s->text) != ERR_OK) {
            t->failed = buf_failed(&s->text);
            return;
        }
        if (whole != MODEL_TOKEN_NONE) {
            model_tokens_push(t, whole);
            return;
        }
    }
    err_code rc = model__merger_reserve(&s->merger, piece.len);
    if (rc != ERR_OK) {
        t->failed = rc;
        return;
    }
    struct model__symbol *symbols = s->merger.symbols;
    for (size_t i = 0; i < piece.len; i++) {
        symbols[i].begin = (uint32_t)i;
        symbols[i].end = (uint32_t)i + 1;
        symbols[i].id = v->byte_symbols[(unsigned char)piece.ptr[i]];
    }
    model__merge(&s->merger, piece.len, find_rule, v);
    for (uint32_t i = 0; i != MODEL__MERGE_NONE; i = symbols[i].next) {
        if (symbols[i].id < v->n_tokens) {
            model_tokens_push(t, (model_token)symbols[i].id);
            continue;
        }
        for (uint32_t k = symbols[i].begin; k < symbols[i].end; k++)
            model__vocab_push_byte(v, (unsigned char)piece.ptr[k], t);
    }
}

void model__bpe_encode(const model_vocab *v, str_view text, struct model__scratch *s,
                       struct model_tokens *t)
{
    struct model__pre_cursor c = model__pre_begin(v->pre, text);
    str_view piece;
    while (t->failed == ERR_OK && model__pre_next(&c, &piece))
        encode_piece(v, piece, s, t);
}

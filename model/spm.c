/* SentencePiece vocabularies ("llama"): spaces are U+2581, a pair of neighbours joins when the
 * joined text is a token, the highest score first; characters without a token become byte tokens
 * "<0x0A>". */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf.h"
#include "model/vocab_internal.h"

#define SPACE_MARK STR("\xE2\x96\x81") /* U+2581 */

/* "<0x0A>" */
static int byte_of_name(str_view raw)
{
    static const char digits[] = "0123456789ABCDEF";
    if (raw.len != 6 || memcmp(raw.ptr, "<0x", 3) != 0 || raw.ptr[5] != '>' || !raw.ptr[3] ||
        !raw.ptr[4])
        return -1;
    const char *high = strchr(digits, raw.ptr[3]), *low = strchr(digits, raw.ptr[4]);
    return high && low ? (int)((high - digits) * 16 + (low - digits)) : -1;
}

size_t model__spm_decode(char *out, str_view raw, uint8_t type)
{
    int byte = type == MODEL__TOKEN_BYTE ? byte_of_name(raw) : -1;
    if (byte >= 0) {
        out[0] = (char)byte;
        return 1;
    }
    size_t n = 0;
    for (size_t i = 0; i < raw.len;) {
        if (str_starts(str_slice(raw, i, raw.len), SPACE_MARK)) {
            out[n++] = ' ';
            i += SPACE_MARK.len;
        } else {
            out[n++] = raw.ptr[i++];
        }
    }
    return n;
}

/* Higher scores get smaller ranks, equal scores equal ones; what is no number goes last. */
static uint32_t rank_of(float score)
{
    if (isnan(score))
        return MODEL__MERGE_NONE - 1;
    if (score == 0)
        score = 0; /* no negative zero */
    uint32_t bits;
    memcpy(&bits, &score, sizeof bits);
    /* Ascending with the score: negative numbers have their magnitude reversed. */
    uint32_t ascending = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
    return ~ascending;
}

err_code model__spm_create(model_vocab *v, const model_gguf *g, err *e)
{
    v->adds_bos = true;
    v->adds_space = true;
    (void)model_gguf_bool(g, "tokenizer.ggml.add_space_prefix", &v->adds_space);
    struct gguf_array scores;
    if (!model_gguf_array(g, "tokenizer.ggml.scores", &scores) || scores.type != GGUF_F32 ||
        scores.n < v->n_tokens)
        return err_set(e, ERR_FORMAT, "%s: the vocabulary has no score for each token",
                       model_gguf_name(g));
    v->score_ranks = mem_alloc(v->n_tokens * sizeof *v->score_ranks);
    if (!v->score_ranks)
        return err_set(e, ERR_NOMEM, "%s: out of memory", model_gguf_name(g));
    for (size_t i = 0; i < 256; i++)
        v->byte_tokens[i] = MODEL_TOKEN_NONE;
    for (size_t i = 0; i < v->n_tokens; i++) {
        float score = 0;
        (void)gguf_array_f32(&scores, i, &score);
        v->score_ranks[i] = rank_of(score);
        int byte = v->tokens[i].type == MODEL__TOKEN_BYTE ? byte_of_name(v->tokens[i].raw) : -1;
        if (byte >= 0 && v->byte_tokens[byte] == MODEL_TOKEN_NONE)
            v->byte_tokens[byte] = (model_token)i;
    }
    return ERR_OK;
}

struct lookup {
    const model_vocab *v;
    str_view text;
};

/* The token of bytes [begin, end), or MODEL_TOKEN_NONE. Byte tokens are reached by value only. */
static model_token find_text(const struct lookup *l, uint32_t begin, uint32_t end)
{
    if (end - begin > l->v->max_token_bytes)
        return MODEL_TOKEN_NONE;
    model_token id = model_vocab_find(l->v, str_slice(l->text, begin, end));
    return id != MODEL_TOKEN_NONE && model__vocab_is_text(l->v, id) &&
                   l->v->tokens[id].type != MODEL__TOKEN_BYTE
               ? id
               : MODEL_TOKEN_NONE;
}

static bool find_pair(const void *user, const struct model__symbol *left,
                      const struct model__symbol *right, uint32_t *rank, uint32_t *id)
{
    const struct lookup *l = user;
    model_token token = find_text(l, left->begin, right->end);
    if (token == MODEL_TOKEN_NONE)
        return false;
    *rank = l->v->score_ranks[token];
    *id = (uint32_t)token;
    return true;
}

static void append_marked(buf *out, str_view text, bool with_space)
{
    if (with_space)
        buf_append(out, SPACE_MARK);
    while (text.len > 0) {
        size_t n = str_find_byte(text, ' ');
        buf_append(out, str_slice(text, 0, n));
        if (n < text.len)
            buf_append(out, SPACE_MARK);
        text = str_slice(text, n + 1, text.len);
    }
}

void model__spm_encode(const model_vocab *v, str_view text, bool with_space,
                       struct model__scratch *s, struct model_tokens *t)
{
    buf_clear(&s->text);
    append_marked(&s->text, text, with_space && v->adds_space);
    err_code rc = buf_failed(&s->text);
    if (rc == ERR_OK)
        rc = model__merger_reserve(&s->merger, s->text.len);
    if (rc != ERR_OK) {
        t->failed = rc;
        return;
    }
    struct lookup l = {v, buf_view(&s->text)};
    struct model__symbol *symbols = s->merger.symbols;
    size_t n_symbols = 0, n;
    for (size_t i = 0; i < l.text.len; i += n) {
        utf8_decode(str_slice(l.text, i, l.text.len), &n, NULL);
        struct model__symbol *symbol = &symbols[n_symbols++];
        symbol->begin = (uint32_t)i;
        symbol->end = (uint32_t)(i + n);
        model_token id = find_text(&l, symbol->begin, symbol->end);
        symbol->id = id == MODEL_TOKEN_NONE ? MODEL__MERGE_NONE : (uint32_t)id;
    }
    if (n_symbols == 0)
        return;
    model__merge(&s->merger, n_symbols, find_pair, &l);
    for (uint32_t i = 0; i != MODEL__MERGE_NONE; i = symbols[i].next) {
        if (symbols[i].id != MODEL__MERGE_NONE) {
            model_tokens_push(t, (model_token)symbols[i].id);
            continue;
        }
        for (uint32_t k = symbols[i].begin; k < symbols[i].end; k++)
            model__vocab_push_byte(v, (unsigned char)l.text.ptr[k], t);
    }
}

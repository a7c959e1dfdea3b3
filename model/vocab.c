#include "model/vocab.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/size.h"
#include "model/vocab_internal.h"

enum {
    MAX_TOKENS = 1 << 22,
    MAX_TOKEN_BYTES = 1 << 16,
    /* A table at most half full of well-mixed hashes never comes near it; a file made to collide
       does. */
    MAX_PROBES = 1024,
    /* Longer user-defined tokens are not looked for: each length costs a walk over the text. */
    MAX_USER_BYTES = 256,
};

/* ---- Lists of ids -------------------------------------------------------------------- */

void model_tokens_init(struct model_tokens *t, size_t max_tokens)
{
    *t = (struct model_tokens){.max_tokens = max_tokens};
}

void model_tokens_release(struct model_tokens *t)
{
    if (!t)
        return;
    mem_free(t->ids);
    model_tokens_init(t, t->max_tokens);
}

void model_tokens_clear(struct model_tokens *t)
{
    t->n = 0;
    t->failed = ERR_OK;
}

static err_code grow(struct model_tokens *t)
{
    if (t->n >= t->max_tokens)
        return ERR_RANGE;
    size_t cap = t->cap < 64 ? 64 : t->cap;
    size_t n_bytes;
    if (t->cap >= 64 && !size_mul(&cap, cap, 2))
        return ERR_RANGE;
    if (cap > t->max_tokens)
        cap = t->max_tokens;
    if (!size_mul(&n_bytes, cap, sizeof *t->ids))
        return ERR_RANGE;
    model_token *ids = mem_resize(t->ids, n_bytes);
    if (!ids)
        return ERR_NOMEM;
    t->ids = ids;
    t->cap = cap;
    return ERR_OK;
}

void model_tokens_push(struct model_tokens *t, model_token id)
{
    if (t->failed == ERR_OK && t->n == t->cap)
        t->failed = grow(t);
    if (t->failed == ERR_OK)
        t->ids[t->n++] = id;
}

/* ---- Texts to ids -------------------------------------------------------------------- */

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

model_token model_vocab_find(const model_vocab *v, str_view raw)
{
    uint64_t hash = hash_str(raw);
    for (size_t at = hash & v->texts_mask;; at = (at + 1) & v->texts_mask) {
        const struct model__text_slot *slot = &v->texts[at];
        if (slot->id_plus_1 == 0)
            return MODEL_TOKEN_NONE;
        if (slot->hash == tag_of(hash) && str_eq(v->tokens[slot->id_plus_1 - 1].raw, raw))
            return (model_token)(slot->id_plus_1 - 1);
    }
}

static bool type_is_special(uint8_t type)
{
    return type == MODEL__TOKEN_CONTROL || type == MODEL__TOKEN_UNKNOWN ||
           type == MODEL__TOKEN_UNUSED;
}

/* false: too many collisions. Of equal texts the first ordinary one counts, else the first. */
static bool add_text(model_vocab *v, size_t id)
{
    str_view raw = v->tokens[id].raw;
    if (raw.len == 0)
        return true;
    uint64_t hash = hash_str(raw);
    size_t n_probes = 0;
    for (size_t at = hash & v->texts_mask;; at = (at + 1) & v->texts_mask) {
        struct model__text_slot *slot = &v->texts[at];
        if (slot->id_plus_1 == 0) {
            *slot = (struct model__text_slot){tag_of(hash), (uint32_t)id + 1};
            return true;
        }
        const struct model__token *there = &v->tokens[slot->id_plus_1 - 1];
        if (slot->hash == tag_of(hash) && str_eq(there->raw, raw)) {
            v->texts_differ = false;
            if (type_is_special(there->type) && !type_is_special(v->tokens[id].type))
                slot->id_plus_1 = (uint32_t)id + 1;
            return true;
        }
        if (++n_probes > MAX_PROBES)
            return false;
    }
}

bool model__vocab_is_text(const model_vocab *v, model_token id)
{
    return !type_is_special(v->tokens[id].type);
}

void model__vocab_push_byte(const model_vocab *v, unsigned char byte, struct model_tokens *t)
{
    model_token id = v->byte_tokens[byte];
    if (id != MODEL_TOKEN_NONE)
        model_tokens_push(t, id);
}

/* ---- Reading the file ---------------------------------------------------------------- */

static err_code read_types(model_vocab *v, const model_gguf *g, err *e)
{
    struct gguf_array types;
    if (!model_gguf_has(g, "tokenizer.ggml.token_type"))
        return ERR_OK;
    if (!model_gguf_array(g, "tokenizer.ggml.token_type", &types) ||
        (types.type != GGUF_I32 && types.type != GGUF_U32) || types.n < v->n_tokens)
        return err_set(e, ERR_FORMAT, "%s: the vocabulary's token types are not one number a token",
                       model_gguf_name(g));
    for (size_t i = 0; i < v->n_tokens; i++) {
        uint32_t type;
        if (gguf_array_u32(&types, i, &type) && type >= MODEL__TOKEN_NORMAL &&
            type <= MODEL__TOKEN_BYTE)
            v->tokens[i].type = (uint8_t)type;
    }
    return ERR_OK;
}

static err_code read_tokens(model_vocab *v, const model_gguf *g, err *e)
{
    struct gguf_array texts;
    if (!model_gguf_array(g, "tokenizer.ggml.tokens", &texts) || texts.type != GGUF_STRING)
        return err_set(e, ERR_FORMAT, "%s: the file has no list of tokens", model_gguf_name(g));
    if (texts.n == 0 || texts.n > MAX_TOKENS)
        return err_set(e, ERR_FORMAT, "%s: the vocabulary claims %llu tokens", model_gguf_name(g),
                       (unsigned long long)texts.n);
    v->n_tokens = (size_t)texts.n;
    size_t n_slots = 8;
    while (n_slots < 2 * v->n_tokens)
        n_slots *= 2;
    v->texts_mask = n_slots - 1;
    v->texts_differ = true;
    v->tokens = mem_zero(v->n_tokens, sizeof *v->tokens);
    v->texts = mem_zero(n_slots, sizeof *v->texts);
    if (!v->tokens || !v->texts)
        return err_set(e, ERR_NOMEM, "%s: out of memory", model_gguf_name(g));
    for (size_t i = 0; i < v->n_tokens; i++) {
        struct model__token *t = &v->tokens[i];
        t->raw = gguf_array_next_str(&texts);
        t->type = MODEL__TOKEN_NORMAL;
        if (t->raw.len > MAX_TOKEN_BYTES)
            return err_set(e, ERR_FORMAT, "%s: token %zu has %zu bytes", model_gguf_name(g), i,
                           t->raw.len);
        if (t->raw.len > v->max_token_bytes)
            v->max_token_bytes = t->raw.len;
    }
    err_code rc = read_types(v, g, e);
    for (size_t i = 0; i < v->n_tokens && rc == ERR_OK; i++)
        if (!add_text(v, i))
            rc =
                err_set(e, ERR_FORMAT, "%s: the vocabulary is made to collide", model_gguf_name(g));
    return rc;
}

/* The bytes of each token, in one block. */
static err_code make_pieces(model_vocab *v, const model_gguf *g, err *e)
{
    size_t max_bytes = 0;
    for (size_t i = 0; i < v->n_tokens; i++)
        max_bytes += v->tokens[i].raw.len; /* at most the file's size */
    if (max_bytes > UINT32_MAX)
        return err_set(e, ERR_RANGE, "%s: the vocabulary's texts exceed 4 GiB", model_gguf_name(g));
    v->pieces = mem_alloc(max_bytes);
    if (!v->pieces)
        return err_set(e, ERR_NOMEM, "%s: out of memory", model_gguf_name(g));
    size_t n = 0;
    for (size_t i = 0; i < v->n_tokens; i++) {
        struct model__token *t = &v->tokens[i];
        size_t n_piece = 0;
        if (type_is_special(t->type)) {
            n_piece = 0;
        } else if (!v->is_bpe) {
            n_piece = model__spm_decode(v->pieces + n, t->raw, t->type);
        } else if (t->type == MODEL__TOKEN_USER_DEFINED) {
            memcpy(v->pieces + n, t->raw.ptr, t->raw.len);
            n_piece = t->raw.len;
        } else {
            n_piece = model__bpe_decode(v->pieces + n, t->raw);
        }
        t->piece_at = (uint32_t)n;
        t->piece_bytes = (uint32_t)n_piece;
        n += n_piece;
    }
    return ERR_OK;
}

/* ---- Special tokens ------------------------------------------------------------------ */

/* How model families call them, most specific first. */
static const struct {
    const char *keys[2]; /* the second is an old name */
    const char *names[12];
} role_sources[MODEL_ROLE_COUNT] = {
    [MODEL_ROLE_BOS] = {{"bos_token_id"}, {0}},
    [MODEL_ROLE_EOS] = {{"eos_token_id"}, {0}},
    [MODEL_ROLE_FIM_PREFIX] = {{"fim_pre_token_id", "prefix_token_id"},
                               {"<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<[fim-prefix]>",
                                "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>",
                                "<|prefix|>"}},
    [MODEL_ROLE_FIM_SUFFIX] = {{"fim_suf_token_id", "suffix_token_id"},
                               {"<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<[fim-suffix]>",
                                "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>",
                                "<|suffix|>"}},
    [MODEL_ROLE_FIM_MIDDLE] = {{"fim_mid_token_id", "middle_token_id"},
                               {"<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<[fim-middle]>",
                                "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>",
                                "<|middle|>"}},
    [MODEL_ROLE_FIM_PAD] = {{"fim_pad_token_id"},
                            {"<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"}},
    [MODEL_ROLE_REPO] = {{"fim_rep_token_id"},
                         {"<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<repo_name>", "<REPO>",
                          "<reponame>"}},
    [MODEL_ROLE_FILE_SEP] = {{"fim_sep_token_id"},
                             {"<|file_sep|>", "<file_sep>", "<|file_separator|>", "<filename>"}},
};

/* Texts that end a generation in the families that have them. */
static const char *const end_names[] = {
    "<|endoftext|>", "<|end_of_text|>", "<|im_end|>", "<|eot_id|>",
    "<|eom_id|>",    "<|end|>",         "<|EOT|>",    "</s>",
    "<EOT>",         "_<EOT>",          "▁<EOT>",     "[EOT]",
    "[EOS]",         "<end_of_turn>",   "<eos>",      "<｜end▁of▁sentence｜>",
};

/* The id under tokenizer.ggml.<name>, or NONE. */
static model_token id_of_key(const model_vocab *v, const model_gguf *g, const char *name)
{
    char key[64];
    snprintf(key, sizeof key, "tokenizer.ggml.%s", name);
    uint32_t id;
    if (!model_gguf_has(g, key))
        return MODEL_TOKEN_NONE;
    if (model_gguf_u32(g, key, &id) && id < v->n_tokens)
        return (model_token)id;
    log_write(LOG_WARNING, "%s: %s is not the number of a token; ignored", model_gguf_name(g), key);
    return MODEL_TOKEN_NONE;
}

/* Makes the token special, and the end of a generation if `ends`. */
static void claim(model_vocab *v, model_token id, bool ends)
{
    if (id == MODEL_TOKEN_NONE)
        return;
    if (!type_is_special(v->tokens[id].type))
        v->tokens[id].type = MODEL__TOKEN_CONTROL;
    v->tokens[id].ends |= ends;
}

static void find_roles(model_vocab *v, const model_gguf *g)
{
    for (size_t role = 0; role < MODEL_ROLE_COUNT; role++) {
        model_token id = MODEL_TOKEN_NONE;
        for (size_t i = 0; i < 2 && id == MODEL_TOKEN_NONE && role_sources[role].keys[i]; i++)
            id = id_of_key(v, g, role_sources[role].keys[i]);
        for (size_t i = 0; id == MODEL_TOKEN_NONE && role_sources[role].names[i]; i++)
            id = model_vocab_find(v, str_of(role_sources[role].names[i]));
        v->roles[role] = id;
    }
    if (!v->is_bpe) { /* what SentencePiece trains by default */
        if (v->roles[MODEL_ROLE_BOS] == MODEL_TOKEN_NONE && v->n_tokens > 1)
            v->roles[MODEL_ROLE_BOS] = 1;
        if (v->roles[MODEL_ROLE_EOS] == MODEL_TOKEN_NONE && v->n_tokens > 2)
            v->roles[MODEL_ROLE_EOS] = 2;
    }
    for (size_t role = 0; role < MODEL_ROLE_COUNT; role++)
        claim(v, v->roles[role], role != MODEL_ROLE_BOS);
}

static void find_ends(model_vocab *v, const model_gguf *g)
{
    claim(v, id_of_key(v, g, "eot_token_id"), true);
    claim(v, id_of_key(v, g, "eom_token_id"), true);
    for (size_t i = 0; i < sizeof end_names / sizeof end_names[0]; i++)
        claim(v, model_vocab_find(v, str_of(end_names[i])), true);
    /* Some files name an ordinary word as padding: that one stays a word. */
    model_token pad = id_of_key(v, g, "padding_token_id");
    if (pad != MODEL_TOKEN_NONE && type_is_special(v->tokens[pad].type))
        v->tokens[pad].ends = true;
}

/* ---- User-defined tokens ------------------------------------------------------------- */

static err_code list_user_lengths(model_vocab *v)
{
    bool seen[MAX_USER_BYTES + 1] = {0};
    for (size_t i = 0; i < v->n_tokens; i++) {
        const struct model__token *t = &v->tokens[i];
        if (t->type == MODEL__TOKEN_USER_DEFINED && t->raw.len > 0 && t->raw.len <= MAX_USER_BYTES)
            seen[t->raw.len] = true;
    }
    size_t n = 0;
    for (size_t len = 0; len <= MAX_USER_BYTES; len++)
        n += seen[len];
    if (n == 0)
        return ERR_OK;
    v->user_lengths = mem_zero(n, sizeof *v->user_lengths);
    if (!v->user_lengths)
        return ERR_NOMEM;
    size_t index_of[MAX_USER_BYTES + 1];
    for (size_t len = MAX_USER_BYTES; len > 0; len--)
        if (seen[len]) {
            index_of[len] = v->n_user_lengths;
            v->user_lengths[v->n_user_lengths++].n_bytes = (uint32_t)len;
        }
    for (size_t i = 0; i < v->n_tokens; i++) {
        const struct model__token *t = &v->tokens[i];
        if (t->type == MODEL__TOKEN_USER_DEFINED && t->raw.len > 0 &&
            t->raw.len <= MAX_USER_BYTES) {
            unsigned char first = (unsigned char)t->raw.ptr[0];
            v->user_lengths[index_of[t->raw.len]].first_bytes[first / 64] |= (uint64_t)1
                                                                             << first % 64;
        }
    }
    return ERR_OK;
}

/* marks[i]: 0 free, 1 inside a user-defined token, id + 2 at the start of one. Longer tokens are
 * placed first, equally long ones from the left. */
static void mark_user_tokens(const model_vocab *v, str_view text, uint32_t *marks)
{
    for (size_t k = 0; k < v->n_user_lengths; k++) {
        const struct model__user_length *l = &v->user_lengths[k];
        size_t len = l->n_bytes;
        for (size_t i = 0; i + len <= text.len; i++) {
            unsigned char first = (unsigned char)text.ptr[i];
            if (!(l->first_bytes[first / 64] >> first % 64 & 1))
                continue;
            /* A token placed before is at least as long: it covers one of the two ends, if any. */
            if (marks[i] != 0 || marks[i + len - 1] != 0)
                continue;
            model_token id = model_vocab_find(v, str_slice(text, i, i + len));
            if (id == MODEL_TOKEN_NONE || v->tokens[id].type != MODEL__TOKEN_USER_DEFINED)
                continue;
            marks[i] = (uint32_t)id + 2;
            for (size_t j = 1; j < len; j++)
                marks[i + j] = 1;
            i += len - 1;
        }
    }
}

/* ---- Life ---------------------------------------------------------------------------- */

static err_code read_all(model_vocab *v, const model_gguf *g, err *e)
{
    str_view kind;
    if (!model_gguf_str(g, "tokenizer.ggml.model", &kind))
        return err_set(e, ERR_FORMAT, "%s: the file has no vocabulary", model_gguf_name(g));
    v->is_bpe = str_eq(kind, STR("gpt2"));
    if (!v->is_bpe && !str_eq(kind, STR("llama")))
        return err_set(e, ERR_UNSUPPORTED,
                       "%s: vocabularies of the kind \"%.*s\" are not supported",
                       model_gguf_name(g), STR_ARG(str_slice(kind, 0, 64)));
    err_code rc = read_tokens(v, g, e);
    if (rc != ERR_OK)
        return rc;
    find_roles(v, g);
    find_ends(v, g);
    rc = make_pieces(v, g, e);
    if (rc == ERR_OK)
        rc = v->is_bpe ? model__bpe_create(v, g, e) : model__spm_create(v, g, e);
    if (rc == ERR_OK && list_user_lengths(v) != ERR_OK)
        rc = err_set(e, ERR_NOMEM, "%s: out of memory", model_gguf_name(g));
    if (rc != ERR_OK)
        return rc;
    (void)model_gguf_bool(g, "tokenizer.ggml.add_bos_token", &v->adds_bos);
    v->adds_bos = v->adds_bos && v->roles[MODEL_ROLE_BOS] != MODEL_TOKEN_NONE;
    return ERR_OK;
}

err_code model_vocab_create(model_vocab **out, const model_gguf *g, err *e)
{
    model_vocab *v = mem_zero(1, sizeof *v);
    if (!v)
        return err_set(e, ERR_NOMEM, "%s: out of memory", model_gguf_name(g));
    err_code rc = read_all(v, g, e);
    if (rc != ERR_OK) {
        model_vocab_destroy(v);
        return rc;
    }
    *out = v;
    return ERR_OK;
}

void model_vocab_destroy(model_vocab *v)
{
    if (!v)
        return;
    mem_free(v->score_ranks);
    mem_free(v->rules);
    mem_free(v->user_lengths);
    mem_free(v->texts);
    mem_free(v->pieces);
    mem_free(v->tokens);
    mem_free(v);
}

/* ---- Use ----------------------------------------------------------------------------- */

size_t model_vocab_size(const model_vocab *v)
{
    return v->n_tokens;
}

const char *model_vocab_scheme(const model_vocab *v)
{
    return v->is_bpe ? v->pre->name : "spm";
}

model_token model_vocab_role(const model_vocab *v, enum model_role role)
{
    return v->roles[role];
}

bool model_vocab_adds_bos(const model_vocab *v)
{
    return v->adds_bos;
}

static const struct model__token *token_at(const model_vocab *v, model_token id)
{
    assert(id >= 0 && (size_t)id < v->n_tokens);
    return &v->tokens[id];
}

bool model_vocab_is_special(const model_vocab *v, model_token id)
{
    return type_is_special(token_at(v, id)->type);
}

bool model_vocab_is_end(const model_vocab *v, model_token id)
{
    return token_at(v, id)->ends;
}

str_view model_vocab_piece(const model_vocab *v, model_token id)
{
    const struct model__token *t = token_at(v, id);
    return (str_view){v->pieces + t->piece_at, t->piece_bytes};
}

str_view model_vocab_raw(const model_vocab *v, model_token id)
{
    return token_at(v, id)->raw;
}

static void encode_plain(const model_vocab *v, str_view text, bool with_space,
                         struct model__scratch *s, struct model_tokens *t)
{
    if (text.len == 0 || t->failed != ERR_OK)
        return;
    if (v->is_bpe)
        model__bpe_encode(v, text, s, t);
    else
        model__spm_encode(v, text, with_space, s, t);
}

static void encode_around_user_tokens(const model_vocab *v, str_view text, struct model__scratch *s,
                                      struct model_tokens *t)
{
    uint32_t *marks = mem_zero(text.len, sizeof *marks);
    if (!marks) {
        t->failed = ERR_NOMEM;
        return;
    }
    mark_user_tokens(v, text, marks);
    size_t plain_begin = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (marks[i] < 2)
            continue;
        model_token id = (model_token)(marks[i] - 2);
        encode_plain(v, str_slice(text, plain_begin, i), true, s, t);
        model_tokens_push(t, id);
        plain_begin = i + v->tokens[id].raw.len;
    }
    encode_plain(v, str_slice(text, plain_begin, text.len), true, s, t);
    mem_free(marks);
}

void model_vocab_encode(const model_vocab *v, str_view text, struct model_tokens *t)
{
    struct model__scratch s = {0};
    buf_init(&s.text, SIZE_MAX / 2);
    if (v->n_user_lengths > 0 && text.len > 0 && t->failed == ERR_OK)
        encode_around_user_tokens(v, text, &s, t);
    else
        encode_plain(v, text, true, &s, t);
    buf_release(&s.text);
    model__merger_release(&s.merger);
}

/* model/vocab_internal.h: what vocab.c, bpe.c and spm.c share. */
#ifndef ARTEL_MODEL_VOCAB_INTERNAL_H
#define ARTEL_MODEL_VOCAB_INTERNAL_H

#include "base/buf.h"
#include "model/merge.h"
#include "model/pretokenize.h"
#include "model/vocab.h"

/* As the file format numbers them. */
enum model__token_type {
    MODEL__TOKEN_NORMAL = 1,
    MODEL__TOKEN_UNKNOWN = 2,
    MODEL__TOKEN_CONTROL = 3,
    MODEL__TOKEN_USER_DEFINED = 4,
    MODEL__TOKEN_UNUSED = 5,
    MODEL__TOKEN_BYTE = 6,
};

struct model__token {
    str_view raw;      /* in the file */
    uint32_t piece_at; /* offset in model_vocab.pieces */
    uint32_t piece_bytes;
    uint8_t type; /* model__token_type */
    bool ends;    /* a generation */
};

struct model__text_slot {
    uint32_t hash;
    uint32_t id_plus_1; /* 0: empty */
};

/* Two symbols that become one. A symbol is a token id, or a number from n_tokens up for a text that
 * only occurs inside merges. */
struct model__merge_rule {
    uint64_t pair; /* left << 32 | right */
    uint32_t rank; /* MODEL__MERGE_NONE: empty slot */
    uint32_t result;
};

/* A length that tokens of type USER_DEFINED have. */
struct model__user_length {
    uint32_t n_bytes;
    uint64_t first_bytes[4]; /* a bit for each */
};

struct model_vocab {
    bool is_bpe; /* else SPM */
    bool adds_bos;
    bool adds_space; /* SPM: before the text */
    size_t n_tokens;
    struct model__token *tokens;    /* owned */
    char *pieces;                   /* owned */
    struct model__text_slot *texts; /* owned; every text that is not empty, once */
    size_t texts_mask;
    bool texts_differ; /* no two tokens have the same text */
    size_t max_token_bytes;
    model_token roles[MODEL_ROLE_COUNT];
    struct model__user_length *user_lengths; /* owned; longest first */
    size_t n_user_lengths;
    /* BPE: the symbol of each byte, a token or not. */
    uint32_t byte_symbols[256];
    /* The token of each byte, or MODEL_TOKEN_NONE. */
    model_token byte_tokens[256];
    /* BPE */
    const struct model__pre *pre;
    struct model__merge_rule *rules; /* owned */
    unsigned rules_shift;            /* 64 - log2(slots) */
    size_t rules_mask;
    /* SPM */
    uint32_t *score_ranks; /* owned; smaller for a higher score */
};

/* What one encode call works with. */
struct model__scratch {
    struct model__merger merger;
    buf text; /* rewritten for lookup */
};

/* True for tokens that ordinary text may become. */
bool model__vocab_is_text(const model_vocab *v, model_token id);
/* One byte of what became no token: its own token, or nothing. The unknown token is no way out: in
 * some files it is the one that ends a text. */
void model__vocab_push_byte(const model_vocab *v, unsigned char byte, struct model_tokens *t);

/* Byte-level BPE. Fills pre, rules, byte_symbols, byte_tokens; tokens and pieces are complete. */
MUST_USE err_code model__bpe_create(model_vocab *v, const model_gguf *g, err *e);
void model__bpe_encode(const model_vocab *v, str_view text, struct model__scratch *s,
                       struct model_tokens *t);
/* Writes the bytes that the stored form of a BPE token stands for; at most raw.len. */
size_t model__bpe_decode(char *out, str_view raw);

/* SentencePiece. Fills score_ranks, byte_tokens; tokens are complete. */
MUST_USE err_code model__spm_create(model_vocab *v, const model_gguf *g, err *e);
/* with_space: the text begins a prompt or follows a special token. */
void model__spm_encode(const model_vocab *v, str_view text, bool with_space,
                       struct model__scratch *s, struct model_tokens *t);
/* As model__bpe_decode. */
size_t model__spm_decode(char *out, str_view raw, uint8_t type);

#endif

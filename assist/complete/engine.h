/* assist/complete/engine.h: what one completion engine holds. Shared inside this folder only. */
#ifndef ARTEL_ASSIST_COMPLETE_ENGINE_H
#define ARTEL_ASSIST_COMPLETE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "assist/complete/complete.h"
#include "assist/complete/family.h"
#include "assist/complete/habit.h"
#include "assist/complete/heard.h"
#include "assist/complete/told.h"
#include "base/buf.h"
#include "context/gather.h"
#include "context/instant.h"
#include "context/tree.h"
#include "context/words.h"
#include "model/session.h"
#include "model/vocab.h"

enum {
    ENGINE_MAX_OPEN = 128,
    DECODE_MAX_DRAFT =
        15, /* with the token before it 16: such batches give the bits of single steps */
};

/* How drafts pay. */
struct decode_pace {
    double step_ns, drafted_ns; /* means for a token, without and with; 0: not known */
    uint64_t last_ns;           /* reading the last draft */
    size_t length;              /* of the next */
    unsigned n_rest;            /* tokens until the next */
};

/* A document that an editor holds open: its file does not count. */
struct engine_open {
    uint64_t id;   /* learn_name */
    uint64_t text; /* hash of what the index was given; 0: nothing yet */
};

/* Pieces of other files, for one place. */
struct engine_others {
    arena mem;
    struct ctx_gather_piece *pieces; /* in mem */
    size_t n;
    uint64_t doc;      /* learn_name */
    size_t block;      /* of lines */
    uint64_t asked_ns; /* 0: never; mem is not in use then */
};

/* The model of a project that stands in for the built-in one. */
struct engine_adapted {
    model_gguf *file; /* what the weights are of; NULL: the built-in one's */
    uint64_t id;      /* which one; 0: none */
    uint64_t base;    /* adapt_base of the built-in one; 0: not asked yet */
    uint64_t place;   /* hash of the folder that was looked for last, and when */
    uint64_t looked_ns;
};

/* The document asked for last, parsed: see gate.h. */
struct engine_syntax {
    ctx_tree *tree; /* NULL: text is not in use */
    buf text;       /* that it is of */
    uint64_t doc;   /* learn_name */
};

struct assist_engine {
    model_gguf
        *file; /* as it was created with: the vocabulary's, and the weights' unless adapted */
    model_gguf *lora;       /* an adapter beside it, or NULL */
    bool built_in, follows; /* models adapted to projects */
    struct engine_adapted adapted;
    struct model_session_options session_options;
    model_weights *weights;
    model_vocab *vocab;
    model_session *session;
    struct fim_family family;
    size_t n_vocab;
    uint8_t *allowed;    /* [n_vocab] 1: may be generated */
    uint8_t *healing;    /* [n_vocab] scratch: allowed while healed bytes are pending */
    float *first_logits; /* [n_vocab] logits at the end of the prompt, for further suggestions */
    struct model_tokens prompt;
    struct model_tokens line;   /* the model's first choice after it */
    struct model_tokens recent; /* the end of the text before the token to be chosen */
    struct model_tokens asked;  /* the last prompt that was read, whose end first_logits are of */
    bool holds_asked;           /* the session does, and all that was read since stands behind it */
    size_t loose, n_loose;      /* how it was read, and what of it is out of date: see session.h */
    struct heard heard;         /* behind that prompt */
    uint64_t path;              /* of the line that is being written, in `heard` */
    const float *logits;        /* behind it */
    size_t n_read;              /* tokens of `prompt` that the session holds for certain */
    model_token draft[DECODE_MAX_DRAFT];
    size_t n_draft, n_used; /* tokens of it that the session holds; that were right so far */
    struct decode_pace pace;
    ctx_instant *written; /* texts learned; NULL before the first */
    struct habit habit;   /* likewise */
    ctx_words *words;   /* of the texts learned but the one at the cursor; NULL before the first */
    uint64_t at_cursor; /* the document that was completed in last, and its text, without secrets */
    buf at_cursor_text;
    struct engine_syntax syntax;
    way_flag way; /* the projects' threads give it while somebody waits */
    struct project *projects;
    size_t n_taken; /* files of theirs, since memory was given back */
    gram_queries *queries; /* of their indexes; NULL before the first */
    struct engine_others others;
    struct told told;
    bool is_ahead;   /* the document asked about is not what the user has: see assist_ahead */
    double token_ns; /* what reading a token of a prompt takes, by and large; 0: not known */
    struct engine_open open[ENGINE_MAX_OPEN];
    size_t n_open;
    unsigned patience_ms; /* how long a new question waits for the index to have the text */
    buf seen;             /* what the prompt shows of the document, without secrets */
    char description[192];
};

#endif

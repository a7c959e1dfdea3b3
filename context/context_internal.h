/* context/context_internal.h: shared inside context/ and with the programs that fit its constants.
 */
#ifndef ARTEL_CONTEXT_INTERNAL_H
#define ARTEL_CONTEXT_INTERNAL_H

#include "context/instant.h"
#include "context/lexicon.h"

/* What is known of a place that the line could be completed from. All are about 0 to 1. */
enum ctx__trait {
    CTX__MATCH,      /* pieces before the cursor that agree, of 16 */
    CTX__MATCH_ALL,  /* the same, of 32, squared: very long ones are copies */
    CTX__AFTER,      /* pieces below the line that agree, of 12 */
    CTX__AFTER_SOME, /* at least three do */
    CTX__AROUND,     /* share of the words before the place that also stand before the cursor */
    CTX__HEAD,       /* the line up to the cursor agrees */
    CTX__INDENT,     /* the line is indented the same */
    CTX__OWN,        /* in the same document */
    CTX__NEAR,       /* in it, and few pieces away */
    CTX__FOLDER,
    CTX__LANGUAGE,
    CTX__STRANGE, /* words of the completion that the document does not have, of 4 */
    CTX__REPEATS, /* the line would be the same as the one above or below */
    CTX__LONG,    /* pieces of the completion, of 32 */
    CTX__N_TRAITS
};

enum { CTX__MAX_PLACES = 640, CTX__MAX_PIECES = 64 };

struct ctx__place {
    const int32_t *next; /* first piece of the completion */
    uint32_t n;          /* pieces up to the line break */
    uint32_t n_after;    /* that the text has from `next` on */
    int32_t indent;      /* the line break before the line, or -1 */
    uint64_t doc;
    uint32_t match;
    float traits[CTX__N_TRAITS];
    str_view text;  /* in the arena of the query */
    uint32_t group; /* first place with the same text */
    float weight;
};

/* What ctx_instant_complete chooses from, before weighing. */
size_t ctx__instant_places(const ctx_instant *t, const struct ctx_instant_query *q, arena *mem,
                           struct ctx__place places[CTX__MAX_PLACES]);

/* What the confidence is computed from: see instant.c. */
enum { CTX__N_SIGNS = 10 };
struct ctx__choice {
    uint32_t best; /* first place of the group */
    float share;   /* of all weight */
    float signs[CTX__N_SIGNS];
};
/* Weighs the places and sorts the groups, best first. Returns how many of at most cap. */
size_t ctx__instant_choose(struct ctx__place *places, size_t n, struct ctx__choice *choices,
                           size_t cap);

const ctx_lexicon *ctx__instant_lexicon(const ctx_instant *t);

#endif

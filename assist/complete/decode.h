/* assist/complete/decode.h: from a prompt to a line of text, token by token. Inside this folder
 * only. */
#ifndef ARTEL_ASSIST_COMPLETE_DECODE_H
#define ARTEL_ASSIST_COMPLETE_DECODE_H

#include "assist/complete/engine.h"
#include "assist/complete/prompt.h"
#include "base/buf.h"

enum { DECODE_MAX_FORKS = 16 };

struct decode_limits {
    size_t max_tokens;
    uint64_t until_ns; /* clock_now_ns() after which no further token is started; 0: none */
    const cancel_flag *cancel;
    unsigned without; /* of enum assist_part */
    bool unasked;     /* lines that would not be shown unasked are not written to their end */
    bool in_text;     /* with it: in a comment or string */
    float least;      /* a further line that cannot become as sure as this ends the writing */
};

/* A token of the line that might have been another one. */
struct decode_fork {
    size_t at;       /* tokens of the line before it */
    model_token id;  /* the other one */
    float prob;      /* its probability there */
    double log_prob; /* of the tokens before it, summed */
};

struct decoded {
    buf text;         /* after the cursor, the healed bytes taken off; without its newline */
    float confidence; /* geometric mean of the probabilities of the tokens taken */
    float first;      /* product of those of the tokens up to the end of the first word */
    bool ended;       /* the line was finished by the model, not by a limit */
    bool hopeless;    /* it was given up: too unsure, whatever had followed */
    bool repeats;     /* it was given up: it only repeated itself */
    size_t n_tokens;  /* decoded for it */
    size_t n_drafted, n_draft_right; /* of them guessed and read in batches; rightly */
    size_t n_passes, n_passed;       /* through the model; tokens read in them */
    uint64_t pass_ns;
    struct decode_fork forks[DECODE_MAX_FORKS]; /* of the first line; likeliest first */
    size_t n_forks;
};

enum decode_reading {
    /* A model that reads the suffix last may go on with what it read of the document before the
     * last keys were typed (model_session_feed_loose). */
    DECODE_READ_LOOSELY,
    DECODE_READ_EXACTLY,
};

/* Reads the prompt into the session, unless that holds it; afterwards its logits are kept in
 * a->first_logits. `stats` may be NULL. */
MUST_USE err_code decode_begin(assist_engine *a, const struct prompt *p, enum decode_reading how,
                               const cancel_flag *cancel, struct model_feed_stats *stats, err *e);

/* Generates greedily until the end of a line, into out->text (initialised by the caller). With
 * `fork`, one of those that the last call without one found for this prompt: the line that takes it
 * and goes on greedily; out->forks stays as it is. The session holds the prompt and some of the
 * answer afterwards; the next feed takes the answer off again. */
MUST_USE err_code decode_line(assist_engine *a, const struct prompt *p,
                              const struct decode_fork *fork, const struct decode_limits *limits,
                              struct decoded *out, err *e);

/* A whole line, without its line break; `all` and `first` as confidence and first in decoded.
 * False: enough. */
typedef bool decode_line_fn(void *user, str_view line, float all, float first);

struct decode_lines {
    decode_line_fn *take;
    void *user;
    size_t n_tokens, n_drafted, n_draft_right, n_passes, n_passed; /* afterwards: as in decoded */
    uint64_t pass_ns;
};

/* Goes on behind `text`, which is taken for written from the cursor on, and hands over the lines
 * that come then, one by one, until `lines->take` has enough, the model ends, it would not begin a
 * new line behind `text`, or a limit is reached: the line that was being written then is lost.
 * ERR_RANGE: there is no room behind the text. What the session holds afterwards, as after
 * decode_line. */
MUST_USE err_code decode_further(assist_engine *a, const struct prompt *p, str_view text,
                                 const struct decode_limits *limits, struct decode_lines *lines,
                                 err *e);

#endif

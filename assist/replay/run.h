/* assist/replay/run.h: completes code that a person wrote and compares. The part that is hidden is
 * nowhere to be read: the document comes with the hole in it, and what the engine had learned under
 * its path is replaced by that; afterwards the whole file is put back, for the tasks that follow.
 * Deterministic but for times. Blocks; one thread. */
#ifndef ARTEL_ASSIST_REPLAY_RUN_H
#define ARTEL_ASSIST_REPLAY_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "assist/complete/complete.h"
#include "assist/replay/tally.h"
#include "base/err.h"
#include "base/str.h"

/* Who is asked. assist_replay_subject() makes one of an engine; tests put something else here. */
struct assist_subject {
    void *user;
    err_code (*learn)(void *user, const struct assist_document *file, err *e);
    /* Indexes a folder as it is on disk; may be NULL. */
    err_code (*open)(void *user, const char *root, err *e);
    err_code (*complete)(void *user, struct assist_completion *out, arena *mem,
                         const struct assist_document *doc, size_t cursor,
                         const struct assist_complete_options *options, err *e);
    void (*forget)(void *user);
    /* assist_knows_word; may be NULL. */
    bool (*knows)(void *user, str_view word);
};
struct assist_subject assist_replay_subject(assist_engine *engine);

struct assist_replay_task {
    struct assist_document doc; /* the hole is closed */
    size_t cursor;
    str_view target; /* what belongs there */
    bool block;
};

struct assist_replay_options {
    unsigned without; /* of enum assist_part */
    bool alone;       /* nothing is learned but the document itself */
    uint64_t seed;
    size_t limit; /* tasks; 0: 500 of a folder, all that commits added */
    /* Called after each task, both may be NULL. n_tasks: as many as expected. */
    void (*progress)(void *user, size_t n_done, size_t n_tasks);
    void (*each)(void *user, const struct assist_replay_task *task,
                 const struct assist_outcome *outcome, str_view got);
    void *user;
};

/* One task, with what was learned so far. A place that is beyond
 * the engine's limits counts as one without a suggestion. Other errors of assist_complete. */
MUST_USE err_code assist_replay_one(struct assist_outcomes *out, const struct assist_subject *s,
                                    const struct assist_replay_task *task,
                                    const struct assist_replay_options *options, err *e);

/* Learns the files of the folder, under the name `repo` and their paths below it. ERR_NOT_FOUND. */
MUST_USE err_code assist_replay_learn(const struct assist_subject *s, const char *root,
                                      str_view repo, err *e);
/* Learns one of them again, or forgets it when it is not there any more. */
MUST_USE err_code assist_replay_put_back(const struct assist_subject *s, const char *root,
                                         str_view repo, str_view path, err *e);

/* Lines and blocks at sampled places of the folder's files, one block for every four lines where
 * there are enough. Every line worth hiding (hole.h) of a file whose language is known is as
 * likely as any other. What the engine knew before is forgotten. ERR_NOT_FOUND: no such folder, or
 * no line in it. */
MUST_USE err_code assist_replay_folder(struct assist_outcomes *out, const struct assist_subject *s,
                                       const char *root,
                                       const struct assist_replay_options *options, err *e);

/* The lines that the newest `n_commits` commits (context/changes.h) added, oldest first, `limit` of
 * them drawn evenly. Before each commit the engine knows the repository as it was then. The
 * document has the lines of the commit up to the hole, and behind it what was there before. Errors
 * of ctx_changes_open; ERR_NOT_FOUND: no line was added. */
MUST_USE err_code assist_replay_commits(struct assist_outcomes *out, const struct assist_subject *s,
                                        const char *root, size_t n_commits,
                                        const struct assist_replay_options *options, err *e);

#endif

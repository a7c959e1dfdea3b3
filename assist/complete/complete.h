/* assist/complete/complete.h: inline completion as a plain function over values: a document, a
 * cursor, and back comes text to put there. No editor, no protocol. One engine belongs to one
 * thread at a time.
 *
 * Two tiers: text that was written before in a context like this one, where that is likely enough,
 * else the model. The engine keeps the documents it has seen and the model session between calls,
 * so that typing costs only what is new. */
#ifndef ARTEL_ASSIST_COMPLETE_H
#define ARTEL_ASSIST_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "model/kv.h"

typedef struct assist_engine assist_engine;

struct assist_engine_options {
    const char *model_path; /* NULL: the embedded model, or what became of it for a project */
    const char *lora_path;  /* an adapter for that model, see model/lora.h; NULL: none */
    bool not_adapted;       /* the embedded model itself, whatever `artel adapt` has made */
    uint32_t n_threads;     /* 0: chosen by the engine */
    uint32_t n_ctx;         /* 0: as the model was trained */
    /* Memory for what the model has read of several documents; the one that was not completed in
     * for longest is forgotten first. 0: only the last document's is kept. */
    uint64_t kv_bytes;
    model_kv_type kv_type; /* how it is stored */
    bool follows_user; /* confidence is calibrated by what assist_told says, also in earlier runs */
};

/* Loads the model. ERR_NOT_FOUND, ERR_FORMAT, ERR_UNSUPPORTED, ERR_NOMEM, with a sentence for the
 * user. */
MUST_USE err_code assist_engine_create(assist_engine **out,
                                       const struct assist_engine_options *options, err *e);
void assist_engine_destroy(assist_engine *a);
/* "artel-v1, 17.7M parameters, Q8_0, built in" for people. Borrowed. */
const char *assist_engine_describe(const assist_engine *a);

struct assist_document {
    str_view path;     /* relative to the repository, or the file name; used in the prompt */
    str_view repo;     /* repository's name, may be empty */
    str_view language; /* LSP language id, may be empty: then the path decides */
    str_view text;     /* whole document, any bytes */
};

/* Parts that can be left out, to see what each is worth (assist_complete_options.without). */
enum assist_part {
    ASSIST_WRITTEN = 1 << 0, /* lines written before */
    ASSIST_HABIT = 1 << 1,   /* recall, mixed with the model token by token */
    ASSIST_OTHERS = 1 << 2,  /* pieces of other files in the prompt */
    ASSIST_MODEL = 1 << 3,
    /* Guesses of the next tokens, read in one batch, and what the model said at the key before:
     * speed, not text. */
    ASSIST_DRAFTS = 1 << 4,
    ASSIST_PATTERNS = 1 << 5, /* what follows from the structure of the code */
};

struct assist_complete_options {
    uint32_t n_items;    /* how many different suggestions at most; 0: 1 */
    uint32_t max_tokens; /* per suggestion; 0: 64 */
    uint32_t budget_ms;  /* stop generating after this long and show what is whole; 0: no limit */
    unsigned without;    /* of enum assist_part */
    bool invoked; /* the user asked, rather than typed: offer even where, or when, we would stay
                     silent */
};
#define ASSIST_COMPLETE_OPTIONS_DEFAULT ((struct assist_complete_options){0})

/* Bytes [begin, end) of the document become `text`. */
struct assist_edit {
    size_t begin_bytes, end_bytes;
    str_view text;
};

struct assist_suggestion {
    str_view
        text; /* replaces bytes [begin, end) of the document; never empty or only white space */
    size_t begin_bytes; /* <= cursor, on the cursor's line */
    size_t end_bytes;   /* >= cursor, on the cursor's line */
    float confidence;   /* 0 to 1, on one scale for all sources: see confidence.h */
    const char *source; /* "model", "written before" or "pattern"; static text */
    /* What is to be done with it when it is accepted: the imports it needs. They lie before the
     * cursor's line, and those at one place go there in this order. */
    const struct assist_edit *edits;
    size_t n_edits;
    /* What the confidence was made of: the tier's own word for all of it and for its first word. */
    float own, own_first;
};

struct assist_timings {
    uint64_t written_ns, prompt_ns, feed_ns, decode_ns;
    size_t n_prompt, n_reused, n_decoded; /* tokens */
    size_t n_loose; /* of the prompt, read before the last keys were typed; see assist_refresh */
    size_t n_drafted, n_draft_right; /* tokens guessed and read with others; right ones */
    size_t n_passes, n_passed; /* through the model behind the prompt; tokens that went along */
    uint64_t pass_ns;
};

/* What was done with a text that might have been suggested. */
struct assist_step {
    const char *source; /* the tier; static text */
    const char *gate;   /* "shape", "syntax", "names", …; static text */
    const char *did;    /* for people; static text */
    str_view text;      /* the text, or the name, that it is about */
};

struct assist_completion {
    struct assist_suggestion *items; /* best first */
    size_t n_items;
    const char *silent_because; /* why n_items is 0; static text; NULL otherwise */
    struct assist_timings timings;
    const struct assist_step *steps; /* in their order; a text that just passed leaves none */
    size_t n_steps;
};

/* Completes at byte offset `cursor` (<= text.len, on a character boundary). The result lives in
 * `mem`. ERR_CANCELLED: `cancel` was set meanwhile; what was read so far stays warm. ERR_RANGE:
 * cursor outside. Blocks for the model's time. */
MUST_USE err_code assist_complete(assist_engine *a, struct assist_completion *out, arena *mem,
                                  const struct assist_document *doc, size_t cursor,
                                  const struct assist_complete_options *options,
                                  const cancel_flag *cancel, err *e);

/* The document, and the cursor in it, that a suggestion is made for ahead of time. */
struct assist_next {
    str_view text; /* in `mem` */
    size_t cursor;
};
/* What would be suggested when `accepted`, which was made for the document, has been accepted, its
 * edits with it, and a line been begun behind it; *next is the document then. Nothing of that is
 * learned. Errors and cost as assist_complete; ERR_RANGE also when `accepted` does not lie in the
 * document. */
MUST_USE err_code assist_ahead(assist_engine *a, struct assist_completion *out,
                               struct assist_next *next, arena *mem,
                               const struct assist_document *doc,
                               const struct assist_suggestion *accepted,
                               const struct assist_complete_options *options,
                               const cancel_flag *cancel, err *e);

/* The user saw a suggestion of this confidence, and took it, or part of it, or did not. */
void assist_told(assist_engine *a, float confidence, bool accepted);

/* The files of the folder called `repo` that define or use `name`, with their whole paths, as far
 * as the index knows; at most `cap`. They live in `mem`. */
size_t assist_files_with(assist_engine *a, str_view repo, str_view name, arena *mem,
                         str_view *paths, size_t cap);

/* Whether a text that was learned, but for open documents, has this word. */
bool assist_knows_word(const assist_engine *a, str_view word);

/* A piece of another file that the model is shown. */
struct assist_piece {
    const char *source; /* "definition", "similar", "import", "scope", "edited"; static text */
    str_view path, reason, text;
    uint32_t first_line; /* from 0 */
    float score;
    size_t n_tokens;
};

/* What the model is shown at a place. */
struct assist_context {
    struct assist_piece *pieces; /* in the order in which they stand in the prompt */
    size_t n_pieces;
    size_t begin_bytes, end_bytes; /* of the document */
    str_view prompt;               /* all of it, special tokens by their names */
    size_t n_tokens;               /* of the prompt */
    size_t n_prefix_tokens;        /* of them before the cursor */
    size_t n_ctx;                  /* tokens that the model can see */
    const char *silent_because;    /* nothing is shown: why, static text; else NULL */
};

/* What assist_complete would show the model; the model itself is not asked. Lives in `mem`. Errors
 * as assist_complete. */
MUST_USE err_code assist_context(assist_engine *a, struct assist_context *out, arena *mem,
                                 const struct assist_document *doc, size_t cursor, err *e);

/* Takes in a file of the project that is not being completed in: as it is on disk, or in another
 * window. What was known under its path and repository before is replaced; an empty text forgets
 * it. Files that hold secrets by their name are left out; in others secrets are hidden. ERR_RANGE:
 * full, the file was left out; ERR_NOMEM. Cost: O(text), about 10 MB/s. */
MUST_USE err_code assist_learn(assist_engine *a, const struct assist_document *file, err *e);

struct assist_folder_options {
    const char *name; /* what documents of it have as `repo`; NULL: the folder's own */
    /* Told about every 50 ms how many of the files that are new or changed were read, and at the
     * end, when both are equal; from any thread, until the folder is closed. May be NULL. */
    void (*on_reading)(void *user, const char *root, size_t n_files, size_t n_done);
    void *user;
};

/* Learns from the files of the folder `root` (absolute, no symbolic link) during assist_idle, the
 * neighbours of open documents first. A document of it has the path below it. `options` may be
 * NULL. ERR_NOMEM, ERR_IO. Opening it again does nothing; closing ends the reading, what was
 * learned stays. */
MUST_USE err_code assist_open_folder(assist_engine *a, const char *root,
                                     const struct assist_folder_options *options, err *e);
void assist_close_folder(assist_engine *a, const char *root);
/* The document is not open any more: what is on disk counts again. */
void assist_close_document(assist_engine *a, str_view repo, str_view path);
/* A file with this absolute path changed, came or went; for an open folder's own path, any of it.
 */
void assist_file_changed(assist_engine *a, const char *path);

enum assist_work {
    ASSIST_WORKED,  /* call again when nobody waits */
    ASSIST_WAITING, /* for the disk: call again in some milliseconds */
    ASSIST_RESTING, /* nothing to do until something changes */
};
/* Some milliseconds of the work that nobody waits for. */
enum assist_work assist_idle(assist_engine *a);

/* Waits until everything of the open folders is known, and from then on for each text to be so: for
 * commands; a server goes on working. */
void assist_settle(assist_engine *a);

/* Forgets the documents seen so far and closes the folders, as if the engine were new; the model
 * stays loaded. */
void assist_engine_forget(assist_engine *a);

/* Reads the document around `cursor` into the cache, generating nothing, so that a following
 * assist_complete is quick. Same errors. */
MUST_USE err_code assist_prepare(assist_engine *a, const struct assist_document *doc, size_t cursor,
                                 const cancel_flag *cancel, err *e);
/* The same for when the user pauses. Models that read the text after the cursor last go on with
 * what they read of it before the last keys were typed, which is quick and nearly as good; this
 * reads it anew. Same errors. */
MUST_USE err_code assist_refresh(assist_engine *a, const struct assist_document *doc, size_t cursor,
                                 const cancel_flag *cancel, err *e);

#endif

/* assist/deliver/deliver.h: from samples to files that belong in a project: written by the
 * scaffold, parsed by the grammar of their language before anybody sees them, merged with what the
 * user made of an earlier version, written all or none.
 *
 * What was generated last for a path is its base. It is kept in the cache folder
 * (scaffold/HASH.base, the path and the text), so that a later run is a three-way merge: base to
 * new is the generator's change, base to the present file is the user's. A file that is there
 * without a base is the user's own and is never touched. Any thread; calls share nothing but the
 * files. */
#ifndef ARTEL_ASSIST_DELIVER_DELIVER_H
#define ARTEL_ASSIST_DELIVER_DELIVER_H

#include "assist/scaffold/scaffold.h"
#include "base/err.h"

typedef struct {
    const assist_scaffold_input *inputs;
    size_t n_inputs;
    const char *const *targets;
    size_t n_targets;
    assist_scaffold_options options;
    /* Absolute path of the folder that the files go to; it need not exist. Empty: nowhere yet, the
     * files are only written to memory and checked. */
    str_view folder;
    /* Write as the files around `folder` are written: indentation, quotes, semicolons, line ends,
     * names of files; choose libraries by the project's manifests. */
    bool fit;
    bool conflicts; /* write both sides between markers where they conflict */
    /* The text of a document that is open in an editor; false: it is not open. May be NULL. */
    bool (*open_text)(void *user, const char *path, str_view *text);
    void *user;
} assist_deliver_request;

typedef enum {
    ASSIST_FILE_NEW,      /* there was no such file */
    ASSIST_FILE_SAME,     /* it says just that already */
    ASSIST_FILE_UPDATED,  /* it was as generated, and is generated anew */
    ASSIST_FILE_MERGED,   /* the user's changes and the generator's together */
    ASSIST_FILE_CONFLICT, /* both changed the same lines */
    ASSIST_FILE_FOREIGN,  /* it is not ours: there is no base */
} assist_file_state;

typedef struct {
    str_view path;        /* relative to the folder; `../` for each folder above it */
    const char *absolute; /* NULL without a folder */
    str_view target;
    assist_file_state state;
    str_view generated; /* the base of the next run */
    str_view before;    /* what the file says now; empty when there is none */
    /* What it should say: `before` itself for CONFLICT and FOREIGN, unless markers were wanted. */
    str_view after;
    /* What a merge would say, both sides between markers; empty where none was tried. */
    str_view merged;
    size_t n_conflicts, first_conflict; /* line in `before`, from 1 */
} assist_deliver_file;

/* A target wrote what its own language does not take: a fault of ours, to be reported. */
typedef struct {
    str_view target; /* empty: none */
    str_view path;
    size_t line, column;
    str_view near;   /* that line */
    str_view sample; /* a small sample that shows it; empty where none was found */
} assist_deliver_bug;

typedef struct {
    assist_deliver_file *files;
    size_t n_files;
    assist_scaffold_note *notes;
    size_t n_notes;
    size_t n_samples;
    size_t n_refused;       /* files that are CONFLICT or FOREIGN and would not be written */
    assist_deliver_bug bug; /* when there is one, there are no files */
} assist_delivery;

/* Finds out what every file would say; changes nothing. *out lives in `a` and borrows from the
 * inputs. Errors of assist_scaffold_run; ERR_IO, ERR_FORMAT: a file that is in the way cannot be
 * read. Blocks on the disk. */
MUST_USE err_code assist_deliver_plan(assist_delivery *out, arena *a,
                                      const assist_deliver_request *request, err *e);

/* Writes the files of a plan with a folder, each in one step, and their bases. Nothing is written
 * when n_refused is not 0 (ERR_UNSUPPORTED) or a file changed since the plan (ERR_STALE); the first
 * failure ends it (ERR_IO). */
MUST_USE err_code assist_deliver_write(const assist_delivery *d, err *e);

/* Keeps `generated` as the base of the file at `absolute`, for a caller that wrote the file
 * itself. ERR_IO, ERR_NOT_FOUND (no cache folder). */
MUST_USE err_code assist_deliver_remember(const char *absolute, str_view generated, err *e);

/* The same for text that stands inside a document, behind `head`: *f gets state, generated, before
 * (`ours`, all behind head), after and the conflicts. `key` names it among the bases, as a path
 * does. NEW when `ours` is blank; FOREIGN when it is not and there is no base. `path` tells the
 * grammar: FOREIGN too when the document would have more syntax errors than before. ERR_NOMEM. */
MUST_USE err_code assist_deliver_inside(assist_deliver_file *f, arena *a, const char *key,
                                        str_view path, str_view head, str_view ours,
                                        str_view generated, err *e);

/* Where a file with that path is, for a folder as path or as URI. In `a`. */
str_view assist_deliver_join(arena *a, str_view folder, str_view path);

/* "new", "merged", ...; static text. */
const char *assist_file_state_name(assist_file_state state);

#endif

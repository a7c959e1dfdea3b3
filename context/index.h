/* context/index.h: what a project defines, uses and imports, and which words its parts have.
 *
 * One index per work tree. It lies in the user's cache folder as one file, which is mapped, and
 * which is made anew when it is damaged or of another version; without a usable cache folder it
 * lives in memory. Several processes may use one: the first that asks writes, all read. Files are
 * chosen by context/files, secrets are masked before anything is read (context/secret), and what
 * an editor holds open counts instead of what is on disk.
 *
 * Threads: any, for everything but create and destroy. Questions are asked of a view, which stays
 * the same, whatever is updated meanwhile, until it is given back. The answers point into it.
 * Paths are those below the root, '/' between parts, in any bytes. Offsets are bytes, lines count
 * from 0. Deterministic: the same files give the same answers. */
#ifndef ARTEL_CONTEXT_INDEX_H
#define ARTEL_CONTEXT_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "grammars/query.h"

typedef struct ctx_index ctx_index;

struct ctx_index_options {
    gram_queries *queries; /* borrowed; outlives the index */
    const char *cache;     /* folder for its file; NULL: the user's (file_cache_dir) */
    bool in_memory;        /* read and write no file */
};

/* The index of the folder `root` with what the cache has of it, which may be nothing or outdated:
 * ctx_index_refresh brings it up to date. A cache that cannot be read is no error. ERR_NOT_FOUND:
 * no such folder; ERR_NOMEM. Cost: reads the cached index once, about 3 GB/s. */
MUST_USE err_code ctx_index_create(ctx_index **out, const char *root,
                                   const struct ctx_index_options *options, err *e);
/* Saves what changed since it was saved last. No other call may be running, no view may be out.
 * Accepts NULL. */
void ctx_index_destroy(ctx_index *x);

/* ---- keeping it up to date ---- */

struct ctx_index_progress {
    size_t n_files, n_done; /* to be read, read */
    uint64_t n_bytes, n_bytes_done;
};

struct ctx_index_refresh {
    unsigned n_threads;    /* 0: as many as there are processors, at most 4 */
    bool background;       /* at low priority */
    bool rebuild;          /* as if nothing were known */
    const str_view *first; /* paths to read before others, with their folders: what is open */
    size_t n_first;
    const cancel_flag *cancel;
    const way_flag *way; /* given, file by file and within long ones; NULL: no need */
    /* Called about every 50 ms and at the end, from one of the threads; may be NULL. */
    void (*progress)(void *user, const struct ctx_index_progress *p);
    void *user;
};

struct ctx_index_report {
    size_t n_files;                     /* in the index now */
    size_t n_read, n_unchanged, n_gone; /* of this refresh */
    uint64_t n_bytes_read;
    size_t n_secret, n_large, n_binary, n_excluded; /* left out, as context/files says */
    size_t n_unreadable; /* vanished, changed while read, no permission */
    size_t n_slow;       /* too hard to parse; read by words only */
    bool saved;
    str_view note; /* what the user should know, once; empty mostly; lives in the arena */
};

/* Lists the files, reads what is new or changed (by size and time, then by content) and forgets
 * what is gone. What is read becomes visible piece by piece. Saves the index unless another process
 * does so at that time; then it waits for that and takes its result. One refresh at a time; another
 * waits. ERR_CANCELLED: what was read until then stays. ERR_NOT_FOUND: the folder is gone.
 * ERR_NOMEM. Blocks. */
MUST_USE err_code ctx_index_refresh(ctx_index *x, const struct ctx_index_refresh *options,
                                    struct ctx_index_report *report, arena *mem, err *e);

/* The same on a thread of its own, at low priority, again and again: at once, and after each
 * ctx_index_changed. `options` is copied, its strings too; its cancel is not used, its way outlives
 * the thread. ERR_NOMEM. */
MUST_USE err_code ctx_index_start(ctx_index *x, const struct ctx_index_refresh *options, err *e);
/* Ends that thread, and the one of ctx_index_put_later, within about 100 ms. Nothing happens if
 * there is none. */
void ctx_index_stop(ctx_index *x);
/* Something below the root changed on disk; with the paths (n may be 0: anything). Files that are
 * named are read again by the thread alone, without listing all. Never blocks on disk. */
void ctx_index_changed(ctx_index *x, const str_view *paths, size_t n);
/* Whether that thread runs and has nothing left to do: a view shows all there is. */
bool ctx_index_ready(ctx_index *x);

/* The text of an open buffer counts from now on, not the file. Copied. Secret and over-long files
 * (ERR_UNSUPPORTED, ERR_RANGE) stay out. ERR_NOMEM. Cost: parsing it; text of 100 KB takes 15 ms.
 */
MUST_USE err_code ctx_index_put(ctx_index *x, str_view path, str_view text, err *e);
/* The same, soon, by a thread of its own; of several texts of one path the newest. ERR_NOMEM;
 * ERR_RANGE: 128 buffers wait. Cost: a copy of the text. */
MUST_USE err_code ctx_index_put_later(ctx_index *x, str_view path, str_view text);
/* Waits at most wait_ms until what was put is there. False: not yet. */
bool ctx_index_await(ctx_index *x, unsigned wait_ms);
/* The buffer was closed: the file counts again, after what was put later before. */
void ctx_index_forget(ctx_index *x, str_view path);

struct ctx_index_language {
    const gram_language *lang;
    size_t n_files;
    uint64_t n_bytes;
};

struct ctx_index_stats {
    size_t n_files, n_defs, n_refs, n_imports, n_names, n_chunks, n_segments, n_open;
    uint64_t n_source_bytes;                 /* of the files */
    uint64_t n_index_bytes;                  /* of the index, mapped or in memory */
    uint64_t n_heap_bytes;                   /* of them in memory */
    struct ctx_index_language languages[64]; /* by bytes, most first */
    size_t n_languages;
    bool is_saved; /* the file holds all of it */
    str_view path; /* of the file; empty: in memory; valid until destroy */
};
void ctx_index_stats(ctx_index *x, struct ctx_index_stats *out);

/* ---- asking ---- */

typedef struct ctx_index_view ctx_index_view;

/* The state of now. Given back with ctx_index_end, soon: it keeps old data alive. Cost: a lock. */
ctx_index_view *ctx_index_begin(ctx_index *x);
void ctx_index_end(ctx_index_view *v);

/* A file of the view; only compared. */
typedef uint64_t ctx_index_file;
#define CTX_INDEX_NO_FILE UINT64_MAX

struct ctx_index_def {
    str_view name, path;
    str_view scope; /* name of the definition around it, or empty */
    const gram_language *lang;
    ctx_index_file file;
    enum gram_kind kind;
    uint32_t line, n_lines;
    struct gram_range whole, signature,
        doc;     /* bytes of the file as it was read; doc may be empty */
    uint64_t id; /* of the view */
};

/* The file with this path, or CTX_INDEX_NO_FILE. Cost: O(log files). */
ctx_index_file ctx_index_find_file(const ctx_index_view *v, str_view path);
/* "" for none. */
str_view ctx_index_path(const ctx_index_view *v, ctx_index_file file);
/* Its bytes; 0 for none. */
uint64_t ctx_index_size(const ctx_index_view *v, ctx_index_file file);
/* NULL for none. */
const gram_language *ctx_index_language(const ctx_index_view *v, ctx_index_file file);

/* Calls visit for each until it returns false. Order: by path within each part of the index.
 * Cost: a few hundred nanoseconds for each part of the index (some 16 MB of source each), and as
 * much for each answer. */
typedef bool ctx_index_def_fn(void *user, const struct ctx_index_def *d);
void ctx_index_defs(const ctx_index_view *v, str_view name, ctx_index_def_fn *visit, void *user);
/* Those whose name begins with `prefix`, by name within each part. Cost: O(log names) each. */
void ctx_index_defs_prefix(const ctx_index_view *v, str_view prefix, ctx_index_def_fn *visit,
                           void *user);
/* Those in a file, in text order. */
void ctx_index_defs_in(const ctx_index_view *v, ctx_index_file file, ctx_index_def_fn *visit,
                       void *user);

struct ctx_index_ref {
    ctx_index_file file;
    str_view path;
    uint32_t line;
    enum gram_kind kind; /* GRAM_CALL, or what is meant */
};
typedef bool ctx_index_ref_fn(void *user, const struct ctx_index_ref *r);
/* Where the name is used. */
void ctx_index_refs(const ctx_index_view *v, str_view name, ctx_index_ref_fn *visit, void *user);

struct ctx_index_import {
    str_view name; /* as the file says it */
    uint32_t line;
    ctx_index_file file; /* what it means, where that lies in the tree; else CTX_INDEX_NO_FILE */
};
typedef bool ctx_index_import_fn(void *user, const struct ctx_index_import *i);
/* The imports of a file, resolved by the rules of its language (index_import.c) to files of the
 * tree. An import that means several files, as a package does in Go, is reported for each, at most
 * 16. Cost: some microseconds for each import. */
void ctx_index_imports(const ctx_index_view *v, ctx_index_file file, ctx_index_import_fn *visit,
                       void *user);

struct ctx_index_frequency {
    uint32_t n_files;  /* that have the word */
    uint32_t n_chunks; /* pieces of at most 40 lines that have it */
};
/* How common a word of three or more characters is. Files that changed since they were read count
 * twice until the index is saved. Cost: O(chunks with the word). */
struct ctx_index_frequency ctx_index_frequency(const ctx_index_view *v, str_view word);
/* All files and chunks there are. Cost: O(parts). */
struct ctx_index_frequency ctx_index_totals(const ctx_index_view *v);

/* Appends bytes [range) of the file as it was when it was read, with secrets masked. ERR_STALE: the
 * file on disk is another by now. ERR_RANGE: no such bytes. Blocks on the disk; open buffers come
 * from memory. */
MUST_USE err_code ctx_index_text(const ctx_index_view *v, ctx_index_file file,
                                 struct gram_range range, buf *out);

#endif

/* context/index_internal.h: what the units of the index share.
 *
 * The index is a list of segments. A segment holds some files whole and is immutable: one block of
 * bytes, the same in memory and in the file in the cache folder (index_segment.c describes it). A
 * file that changes goes into a new segment and is marked dead in its old one. */
#ifndef ARTEL_CONTEXT_INDEX_INTERNAL_H
#define ARTEL_CONTEXT_INDEX_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "context/index.h"
#include "grammars/query.h"

#define CTX__NONE UINT32_MAX

/* ---- index_extract.c: one text, read ---- */

struct ctx__unit_def {
    struct gram_range name, whole, doc;
    uint32_t sig_end;
    uint32_t outer; /* the definition around it, or CTX__NONE */
    uint32_t line, n_lines;
    enum gram_kind kind;
};

struct ctx__unit_ref {
    struct gram_range name;
    uint32_t line;
    enum gram_kind kind;
};

struct ctx__unit_import {
    struct gram_range name;
    uint32_t line;
};

/* Whole lines that belong together, at most CTX__CHUNK_LINES: a definition with its comment, or
 * what stands between definitions. */
struct ctx__unit_chunk {
    uint32_t begin, end, line;
};

enum { CTX__CHUNK_LINES = 40, CTX__WORD_SHORTEST = 3, CTX__WORD_LONGEST = 96 };

/* What one text holds, in text order. Made empty by zero-initialising, used again for the next
 * text, so that reading many files allocates little. */
struct ctx__unit {
    const gram_language *lang;
    str_view text; /* borrowed, or `masked`; what the ranges count in */
    buf masked;    /* the text without its secrets, where it has any */
    bool has_secret;
    bool parsed; /* false: by lines and words alone */
    bool slow;   /* the parser was stopped */
    struct ctx__unit_def *defs;
    struct ctx__unit_ref *refs;
    struct ctx__unit_import *imports;
    struct ctx__unit_chunk *chunks;
    size_t n_defs, n_refs, n_imports, n_chunks;
    size_t cap_defs, cap_refs, cap_imports, cap_chunks;
};

/* What reads texts; one per thread. */
struct ctx__reader {
    gram_queries *queries;
    TSParser *parser;
    const cancel_flag *cancel;
    const way_flag *way; /* may be NULL */
};

MUST_USE err_code ctx__reader_init(struct ctx__reader *r, gram_queries *queries,
                                   const cancel_flag *cancel);
void ctx__reader_release(struct ctx__reader *r);
/* Reads `text`, which is borrowed until the unit is read again or released. ERR_CANCELLED,
 * ERR_NOMEM, ERR_RANGE (4 GB). Cost: parsing, see bench_index. */
MUST_USE err_code ctx__unit_read(struct ctx__unit *u, struct ctx__reader *r,
                                 const gram_language *lang, str_view text);
void ctx__unit_release(struct ctx__unit *u);

/* The next word of *rest that says something: a name of three characters or more. False at the end.
 */
bool ctx__word_next(str_view *rest, str_view *word);

/* ---- index_segment.c: the bytes of a segment ---- */

enum ctx__array {
    CTX__FILES,
    CTX__NAMES,    /* by their bytes */
    CTX__SLOTS,    /* uint32_t: names by hash, open addressing; CTX__NONE: empty */
    CTX__DEFS,     /* by file and place */
    CTX__DEF_IDS,  /* uint32_t: definitions by name */
    CTX__REFS,     /* by name, file and line */
    CTX__IMPORTS,  /* by file and line */
    CTX__CHUNKS,   /* by file and place */
    CTX__POSTINGS, /* uint32_t: chunks by the words in them */
    CTX__BASES,    /* uint32_t: files by the last part of their path */
    CTX__TEXT,     /* bytes of paths, names and imports */
    CTX__PARTS
};

struct ctx__seg_file {
    uint64_t n_bytes;
    int64_t changed_ns;
    uint64_t hash; /* of the bytes */
    uint32_t path_at, path_len;
    uint32_t first_def, first_import, first_chunk; /* up to those of the next file */
    uint16_t language;                             /* row of the language table */
    uint16_t flags;
};

enum { CTX__FILE_SECRET = 1, CTX__FILE_PARSED = 2, CTX__FILE_SLOW = 4 };

struct ctx__seg_name {
    uint32_t text_at; /* up to that of the next name */
    uint32_t hash;
    uint32_t first_def, first_ref, first_posting;
};

struct ctx__seg_def {
    uint32_t name, file, outer;
    uint32_t begin, end, sig_end;
    uint32_t doc_begin, doc_end;
    uint32_t line;
    uint32_t n_lines_kind; /* lines << 8 | kind */
};

struct ctx__seg_ref {
    uint32_t file;
    uint32_t line_kind; /* line << 8 | kind */
};

struct ctx__seg_import {
    uint32_t file, line, text_at, text_len;
};

struct ctx__seg_chunk {
    uint32_t file, begin, end;
    uint32_t line_words; /* line << 10 | different words, at most 1023 */
};

#define CTX__SEGMENT_MAGIC "artelSEG"
enum { CTX__BYTE_ORDER = 0x01020304, CTX__SEGMENT_HEAD = 24 + 8 * CTX__PARTS };
size_t ctx__segment_item_bytes(enum ctx__array part);

/* A view of the bytes; all of them are hostile until asked through the functions below, which
 * answer whatever the bytes are, and never look outside. */
struct ctx__segment {
    const unsigned char *bytes;
    size_t n_bytes;
    const unsigned char *part[CTX__PARTS];
    uint32_t n[CTX__PARTS];
};

/* ERR_FORMAT: these are not the bytes of a whole segment. `bytes` is aligned to 8 and outlives
 * *out. Cost: reads all bytes once. */
MUST_USE err_code ctx__segment_open(struct ctx__segment *out, const void *bytes, size_t n_bytes);

/* Writes other times of change, one for each file, into the bytes of a valid segment. */
void ctx__segment_restamp(void *bytes, size_t n_bytes, const int64_t *times);

/* Half-open, clamped to what there is. */
struct ctx__span {
    uint32_t begin, end;
};

/* False where there is no such thing; then *out is untouched. */
bool ctx__segment_file(const struct ctx__segment *s, uint32_t file, struct ctx__seg_file *out);
bool ctx__segment_def(const struct ctx__segment *s, uint32_t def, struct ctx__seg_def *out);
bool ctx__segment_ref(const struct ctx__segment *s, uint32_t ref, struct ctx__seg_ref *out);
bool ctx__segment_import(const struct ctx__segment *s, uint32_t i, struct ctx__seg_import *out);
bool ctx__segment_chunk(const struct ctx__segment *s, uint32_t chunk, struct ctx__seg_chunk *out);
/* CTX__NONE where there is none. */
uint32_t ctx__segment_def_id(const struct ctx__segment *s, uint32_t at);
uint32_t ctx__segment_posting(const struct ctx__segment *s, uint32_t at);
uint32_t ctx__segment_base(const struct ctx__segment *s, uint32_t at);
/* Empty where there is none. */
str_view ctx__segment_text(const struct ctx__segment *s, uint32_t at, uint32_t len);
str_view ctx__segment_path(const struct ctx__segment *s, uint32_t file);
str_view ctx__segment_name(const struct ctx__segment *s, uint32_t name);
/* Those of a file or a name. */
struct ctx__span ctx__segment_file_defs(const struct ctx__segment *s, uint32_t file);
struct ctx__span ctx__segment_file_imports(const struct ctx__segment *s, uint32_t file);
struct ctx__span ctx__segment_file_chunks(const struct ctx__segment *s, uint32_t file);
struct ctx__span ctx__segment_name_defs(const struct ctx__segment *s, uint32_t name);
struct ctx__span ctx__segment_name_refs(const struct ctx__segment *s, uint32_t name);
struct ctx__span ctx__segment_name_postings(const struct ctx__segment *s, uint32_t name);
/* The name with these bytes, or CTX__NONE. Cost: one to three cache misses. `hash` is
 * ctx__name_hash of the bytes. */
uint32_t ctx__segment_find_name(const struct ctx__segment *s, str_view name, uint32_t hash);
/* The first name that is not before `prefix`. Cost: O(log names). */
uint32_t ctx__segment_lower_name(const struct ctx__segment *s, str_view prefix);
/* The file with this path, or CTX__NONE. Cost: O(log files). */
uint32_t ctx__segment_find_file(const struct ctx__segment *s, str_view path);
/* The first file whose path is not before `path`. */
uint32_t ctx__segment_lower_file(const struct ctx__segment *s, str_view path);
/* Where the files whose last path part is not before `base` begin in CTX__BASES. */
uint32_t ctx__segment_lower_base(const struct ctx__segment *s, str_view base);
uint32_t ctx__name_hash(str_view name);

/* ---- index_make.c: making one ---- */

typedef struct ctx__maker ctx__maker;

struct ctx__file_facts {
    str_view path;
    uint64_t n_bytes;
    int64_t changed_ns;
    uint64_t hash;
};

MUST_USE err_code ctx__maker_create(ctx__maker **out);
void ctx__maker_destroy(ctx__maker *m);
/* Copies what the unit says. On failure the maker is of no further use. */
MUST_USE err_code ctx__maker_add(ctx__maker *m, const struct ctx__file_facts *facts,
                                 const struct ctx__unit *u);
/* Copies the files of a segment for which dead has no bit (NULL: all). */
MUST_USE err_code ctx__maker_merge(ctx__maker *m, const struct ctx__segment *s,
                                   const uint64_t *dead);
size_t ctx__maker_files(const ctx__maker *m);
/* Bytes of memory in use, about. */
size_t ctx__maker_bytes(const ctx__maker *m);
/* Appends the segment to `out` and empties the maker. Each path must have been added once. */
MUST_USE err_code ctx__maker_finish(ctx__maker *m, buf *out);

/* ---- index_store.c: the file in the cache folder ---- */

/* An index file, mapped. Counted: freed with the last reference. */
typedef struct ctx__store ctx__store;

struct ctx__stored {
    struct ctx__segment segment;
    const uint64_t *dead; /* a bit for each file, in the map; NULL: none */
};

/* Opens the file `path` of the folder `root`. *stored is an array of *n, freed by the caller with
 * mem_free; its segments live as long as the store. ERR_NOT_FOUND: there is none; ERR_FORMAT: it is
 * damaged, of another version or another folder; ERR_NOMEM, ERR_IO. Reads all of it. */
MUST_USE err_code ctx__store_open(ctx__store **out, struct ctx__stored **stored, size_t *n,
                                  const char *path, str_view root);
/* Begins a new file beside `path`. The caller holds the lock. ERR_IO. */
MUST_USE err_code ctx__store_begin(ctx__store **out, const char *path, err *e);
/* Appends a segment, which then lies in *segment, mapped. ERR_IO, e.g. the disk is full: then the
 * file stays as it was. */
MUST_USE err_code ctx__store_append(ctx__store *s, str_view image, struct ctx__segment *segment,
                                    err *e);
/* Makes it the file `path`, consisting of these segments, which were all appended to it; a `dead`
 * may be any memory. On failure the old file is untouched; the segments stay readable. */
MUST_USE err_code ctx__store_commit(ctx__store *s, str_view root, const struct ctx__stored *stored,
                                    size_t n, err *e);
/* Whether `path` is still this file. */
bool ctx__store_is_current(const ctx__store *s, const char *path);
/* Whether all of it can still be read: nobody made it shorter, no page was lost. */
bool ctx__store_is_whole(const ctx__store *s);
ctx__store *ctx__store_keep(ctx__store *s);
/* Accepts NULL. A file that was begun and not committed is removed. */
void ctx__store_release(ctx__store *s);

/* Takes the lock that lets one process write. *fd is closed to give it back. ERR_STALE: another has
 * it; ERR_IO. Makes the folders of `path`. */
MUST_USE err_code ctx__store_lock(int *fd, const char *path, err *e);

/* ---- index_configured.c: what go.mod and tsconfig.json say imports mean ---- */

/* The nearest such file around one that imports. Files that it extends are not read. */
struct ctx__configured {
    bool found;
    str_view folder; /* its own, with a '/' at the end, or empty */
    buf text;
};

/* `names` are tried in turn, each in all folders from that of `from` upwards; ends in NULL. Reads
 * the file from disk. */
void ctx__configured_init(struct ctx__configured *c, const ctx_index_view *v, str_view from,
                          const char *const *names);
void ctx__configured_release(struct ctx__configured *c);
/* The module that a go.mod is of, or empty. */
str_view ctx__configured_module(const struct ctx__configured *c);
/* Calls for each path, which may have "." and ".." in it and lacks its ending, that `name` stands
 * for by "paths" and "baseUrl" of a tsconfig.json, until one returns true. Whether one did. */
typedef bool ctx__path_fn(void *user, str_view path);
bool ctx__configured_path(const struct ctx__configured *c, str_view name, ctx__path_fn *try_one,
                          void *user);

/* ---- index.c: parts and views ---- */

/* A segment and what its bytes lie in. Counted; immutable. */
struct ctx__part {
    atomic_int refs;
    struct ctx__segment segment;
    buf image;         /* where it is in memory */
    ctx__store *store; /* where it is in a file */
    buf text;          /* of an open buffer, masked: the part is about nothing else */
    bool is_open;
};

struct ctx__entry {
    struct ctx__part *part;
    uint64_t *gone; /* files that are not what is on disk any more */
    uint64_t *dead; /* those, and those that are open */
    int64_t *times; /* of change, where they are not as in the part; NULL: all are */
};

/* Immutable once it is the current one. */
struct ctx_index_view {
    atomic_int refs;
    ctx_index *x;
    size_t n;
    struct ctx__entry *entries; /* open buffers last */
};

struct ctx__updater; /* index_live.c */
struct ctx__buffers; /* index_buffers.c */

struct ctx_index {
    gram_queries *queries;
    char *root; /* real path */
    int root_fd;
    char *path; /* of the file; NULL: in memory */
    pthread_mutex_t mu;
    ctx_index_view *current;    /* guarded by mu */
    bool saved;                 /* guarded by mu: the file holds all that the view does */
    size_t n_unsaved;           /* guarded by mu: files that it does not */
    pthread_mutex_t refreshing; /* held during a refresh; before mu */
    bool said_cache; /* guarded by refreshing: the user knows that the cache is of no use */
    struct ctx__updater *updater; /* the thread; NULL: none */
    struct ctx__buffers *buffers; /* the thread for what is open; NULL: none yet */
    pthread_mutex_t starting;     /* guards updater and buffers */
};

enum { CTX__FILE_MAX_BYTES = 1 << 20 };

/* Takes the image over, empty afterwards, or points into the store, which is kept. NULL: no memory,
 * or no segment. */
struct ctx__part *ctx__part_of_image(buf *image);
struct ctx__part *ctx__part_of_store(ctx__store *store, const struct ctx__segment *segment);
void ctx__part_release(struct ctx__part *p);

/* A view of nothing; NULL: no memory. */
ctx_index_view *ctx__view_empty(ctx_index *x);
/* With mu held. A copy of the current view to be changed; NULL: no memory. */
ctx_index_view *ctx__view_edit(ctx_index *x);
/* An entry for the part, which is kept; behind those that are not open if it is not. NULL: no
 * memory. */
struct ctx__entry *ctx__view_add(ctx_index_view *v, struct ctx__part *p);
void ctx__view_drop(ctx_index_view *v, size_t entry);
bool ctx__view_restamp(struct ctx__entry *e, uint32_t file, int64_t changed_ns);
/* With mu held: makes it the current one. */
void ctx__view_publish(ctx_index *x, ctx_index_view *v);
/* When the file was changed, as far as the view knows. */
int64_t ctx__entry_time(const struct ctx__entry *e, uint32_t file, const struct ctx__seg_file *f);

/* Reads a file of the folder whole. ERR_NOT_FOUND, ERR_IO, ERR_STALE (it changes while it is read),
 * ERR_RANGE, ERR_NOMEM. */
MUST_USE err_code ctx__file_slurp(buf *out, int root_fd, const char *path, int64_t *changed_ns);

/* Takes over what another process has saved since, if anything. With `refreshing` held. */
MUST_USE err_code ctx__index_reload(ctx_index *x);
/* ctx_index_refresh, of these paths alone if all are known, else (and with none) of all. */
MUST_USE err_code ctx__index_refresh(ctx_index *x, const struct ctx_index_refresh *options,
                                     const str_view *paths, size_t n_paths,
                                     struct ctx_index_report *report, arena *mem, err *e);
/* Ends the thread that follows open buffers; what waits for it is dropped. Accepts NULL. */
void ctx__buffers_destroy(struct ctx__buffers *b);
/* Whether nothing waits, after wait_ms at most. */
bool ctx__buffers_await(struct ctx__buffers *b, unsigned wait_ms);

/* Writes what is not saved, if anything. With `refreshing` held. */
MUST_USE err_code ctx__index_save(ctx_index *x, err *e);

static inline bool ctx__bit(const uint64_t *bits, uint32_t i)
{
    return bits && (bits[i / 64] >> (i % 64) & 1);
}

static inline void ctx__bit_set(uint64_t *bits, uint32_t i)
{
    bits[i / 64] |= (uint64_t)1 << (i % 64);
}

/* Dead, or no file of the entry at all. */
static inline bool ctx__bit_at(const struct ctx__entry *e, uint32_t file)
{
    return file >= e->part->segment.n[CTX__FILES] || ctx__bit(e->dead, file);
}

/* ---- paths below a folder (relative.c) ---- */

enum { CTX__MAX_PATH = 1024 };
struct ctx__path {
    char text[CTX__MAX_PATH];
    size_t len;
};
str_view ctx__path_view(const struct ctx__path *p);
/* False, and the path is as it was, when it is too long. */
bool ctx__path_append(struct ctx__path *p, str_view v);
/* Appends the parts of `more`, resolving "." and "..". False when it leads out of the tree, or is
 * too long. */
bool ctx__path_join(struct ctx__path *p, str_view more);

#endif

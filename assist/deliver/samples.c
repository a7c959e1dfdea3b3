#include "assist/deliver/samples.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

enum {
    MAP_BYTES = 16 << 20,  /* larger files are mapped, smaller ones read */
    PIPE_BYTES = 32 << 20, /* of standard input in memory; what is longer goes to a file */
    HINTS_BYTES = 1 << 20,
    MAX_FILES = 10000, /* in a folder */
    READ_BYTES = 1 << 16,
};

/* What an input's `passed` needs. */
typedef struct {
    assist_samples *all;
    file_map *map;   /* NULL: the text is in the arena */
    uint64_t before; /* bytes of the inputs before this one */
} origin;

struct assist_samples {
    arena mem;
    assist_samples_options options;
    assist_scaffold_input *inputs;
    origin *origins;
    size_t n, cap;
    uint64_t n_bytes;
    str_view hints, name;
};

static bool passed(void *user, size_t begin, size_t end)
{
    const origin *o = user;
    const assist_samples_options *options = &o->all->options;
    if (o->map)
        file_map_forget(o->map, begin, end);
    return !options->progress || options->progress(options->user, o->before + end, o->all->n_bytes);
}

/* Room for one more; the arrays may move until all are opened. */
static bool grow(assist_samples *s)
{
    if (s->n < s->cap)
        return true;
    size_t cap = s->cap ? s->cap * 2 : 16;
    assist_scaffold_input *in = ARENA_ARRAY(&s->mem, assist_scaffold_input, cap);
    origin *o = ARENA_ARRAY(&s->mem, origin, cap);
    if (!in || !o)
        return false;
    if (s->n) {
        memcpy(in, s->inputs, s->n * sizeof *in);
        memcpy(o, s->origins, s->n * sizeof *o);
    }
    s->inputs = in;
    s->origins = o;
    s->cap = cap;
    return true;
}

static err_code add(assist_samples *s, const char *name, file_map *map, str_view text, err *e)
{
    str_view kept = arena_copy(&s->mem, str_of(name));
    if (!map)
        text = arena_copy(&s->mem, text);
    if (!grow(s) || arena_failed(&s->mem)) {
        file_map_close(map);
        return err_set(e, ERR_NOMEM, "%s: out of memory", name);
    }
    s->inputs[s->n] = (assist_scaffold_input){.name = kept, .text = text};
    s->origins[s->n] = (origin){s, map, s->n_bytes};
    s->n++;
    s->n_bytes += text.len;
    return ERR_OK;
}

static err_code add_map(assist_samples *s, const char *name, const char *path, err *e)
{
    file_map *map;
    err_code rc = file_map_open(&map, path, e);
    if (rc != ERR_OK)
        return rc;
    return add(s, name, map, (str_view){file_map_data(map), file_map_size(map)}, e);
}

static err_code add_file(assist_samples *s, const char *path, err *e)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= MAP_BYTES)
        return add_map(s, path, path, e);
    buf b;
    buf_init(&b, 2 * (size_t)MAP_BYTES); /* it may have grown meanwhile */
    err_code rc = file_read(&b, path, e);
    if (rc == ERR_OK)
        rc = add(s, path, NULL, buf_view(&b), e);
    buf_release(&b);
    return rc;
}

/* What has been read and the rest of a pipe, through a file without a name. */
static err_code spool(assist_samples *s, int pipe, const char *name, buf *begun, err *e)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/artel-XXXXXX", folder && *folder ? folder : "/tmp");
    int fd = n > 0 && (size_t)n < sizeof path ? mkstemp(path) : -1;
    if (fd < 0)
        return err_set(e, ERR_IO, "%s: no temporary file: %s", name, strerror(errno));
    err_code rc = ERR_OK;
    for (ssize_t got = (ssize_t)begun->len; rc == ERR_OK && got != 0;) {
        for (size_t at = 0; rc == ERR_OK && at < begun->len;) {
            ssize_t put = write(fd, begun->ptr + at, begun->len - at);
            if (put < 0 && errno != EINTR)
                rc = err_set(e, ERR_IO, "%s: %s: %s", name, path, strerror(errno));
            at += put > 0 ? (size_t)put : 0;
        }
        buf_clear(begun);
        char *p = buf_reserve(begun, READ_BYTES);
        if (!p)
            rc = ERR_NOMEM;
        got = rc == ERR_OK ? read(pipe, p, READ_BYTES) : 0;
        if (got < 0 && errno != EINTR)
            rc = err_set(e, ERR_IO, "%s: cannot read: %s", name, strerror(errno));
        if (got > 0)
            buf_commit(begun, (size_t)got);
    }
    close(fd);
    if (rc == ERR_OK)
        rc = add_map(s, "stdin", path, e);
    unlink(path);
    return rc;
}

/* `name` is for errors: the sample itself has none. */
static err_code add_pipe(assist_samples *s, int pipe, const char *name, err *e)
{
    buf b;
    err_code rc = ERR_OK;
    bool ended = false;
    buf_init(&b, (size_t)PIPE_BYTES + READ_BYTES);
    while (rc == ERR_OK && !ended && b.len < PIPE_BYTES) {
        char *p = buf_reserve(&b, READ_BYTES);
        ssize_t n = p ? read(pipe, p, READ_BYTES) : -1;
        if (!p)
            rc = err_set(e, ERR_NOMEM, "%s: out of memory", name);
        else if (n < 0 && errno != EINTR)
            rc = err_set(e, ERR_IO, "%s: cannot read: %s", name, strerror(errno));
        else if (n > 0)
            buf_commit(&b, (size_t)n);
        ended = n == 0;
    }
    if (rc == ERR_OK)
        rc = ended ? add(s, "stdin", NULL, buf_view(&b), e) : spool(s, pipe, name, &b, e);
    buf_release(&b);
    return rc;
}

/* A pipe with a path, as a shell's <(command) has. */
static err_code add_fifo(assist_samples *s, const char *path, err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_IO, "%s: cannot read: %s", path, strerror(errno));
    err_code rc = add_pipe(s, fd, path, e);
    close(fd);
    return rc;
}

/* Of a folder with answers, settings beside them are no samples: YAML, TOML and XML count only
 * where nothing else does. */
typedef enum { SAMPLE_NONE, SAMPLE_SURE, SAMPLE_SETTINGS } sample_rank;

static sample_rank rank_of(str_view name)
{
    static const char *const ends[] = {".json", ".jsonl", ".ndjson", ".json5", ".jsonc", ".geojson",
                                       ".har",  ".http",  ".csv",    ".tsv",   ".yaml",  ".yml",
                                       ".toml", ".xml",   ".rss",    ".atom"};
    static const size_t first_settings = 10;
    for (size_t i = name.len; i > 0; i--) {
        if (name.ptr[i - 1] == '/' || name.ptr[i - 1] == '\\') {
            name = str_slice(name, i, name.len);
            break;
        }
    }
    if (!name.len || name.ptr[0] == '.' || str_ends(name, STR(".hints.json")))
        return SAMPLE_NONE;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (str_ends(name, str_of(ends[i])))
            return i < first_settings ? SAMPLE_SURE : SAMPLE_SETTINGS;
    }
    return SAMPLE_NONE;
}

bool assist_samples_is_sample(str_view path)
{
    return rank_of(path) != SAMPLE_NONE;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static err_code add_folder(assist_samples *s, const char *path, err *e)
{
    DIR *d = opendir(path);
    if (!d)
        return err_set(e, ERR_IO, "%s: cannot read the folder: %s", path, strerror(errno));
    const char **names = ARENA_ARRAY(&s->mem, const char *, MAX_FILES);
    size_t n = 0;
    sample_rank best = SAMPLE_NONE;
    err_code rc = names ? ERR_OK : err_set(e, ERR_NOMEM, "%s: out of memory", path);
    for (struct dirent *entry; rc == ERR_OK && (entry = readdir(d)) != NULL;) {
        sample_rank rank = rank_of(str_of(entry->d_name));
        if (rank == SAMPLE_NONE || (best == SAMPLE_SURE && rank != best))
            continue;
        if (rank != best)
            n = 0;
        best = rank;
        if (n == MAX_FILES)
            rc = err_set(e, ERR_RANGE, "%s: more than %d samples in one folder", path, MAX_FILES);
        else
            names[n++] = arena_copy_z(&s->mem, str_of(entry->d_name));
    }
    closedir(d);
    if (rc == ERR_OK && arena_failed(&s->mem))
        rc = err_set(e, ERR_NOMEM, "%s: out of memory", path);
    if (rc == ERR_OK && n == 0)
        rc = err_set(e, ERR_NOT_FOUND, "%s: there is no sample (.json, .ndjson, .har, ...) in it",
                     path);
    if (rc == ERR_OK)
        qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n && rc == ERR_OK; i++) {
        str_view file = arena_format(&s->mem, "%s/%s", path, names[i]);
        rc = file.ptr ? add_file(s, file.ptr, e) : ERR_NOMEM;
    }
    return rc;
}

static str_view without_slash(str_view path)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

static err_code read_hints(str_view *out, arena *a, const char *path, bool must, err *e)
{
    buf b;
    err inner = {{0}};
    buf_init(&b, HINTS_BYTES);
    err_code rc = file_read(&b, path, &inner);
    if (rc == ERR_OK) {
        str_view text = arena_copy(a, buf_view(&b));
        rc = text.ptr ? ERR_OK : ERR_NOMEM;
        if (rc == ERR_OK)
            *out = text;
    } else if (rc == ERR_NOT_FOUND && !must) {
        rc = ERR_OK;
    }
    if (rc != ERR_OK)
        err_set(e, rc, "%s", inner.text[0] ? inner.text : err_name(rc));
    buf_release(&b);
    return rc;
}

static size_t base_of(str_view path)
{
    size_t base = path.len;
    while (base > 0 && path.ptr[base - 1] != '/')
        base--;
    return base;
}

static err_code hints_beside(str_view *out, arena *a, str_view stem, err *e)
{
    str_view beside = arena_format(a, "%.*s.hints.json", STR_ARG(stem));
    return beside.ptr ? read_hints(out, a, beside.ptr, false, e) : ERR_NOMEM;
}

err_code assist_samples_find_hints(str_view *out, arena *a, const char *path, err *e)
{
    str_view whole = str_of(path);
    size_t base = base_of(whole), dot = whole.len;
    *out = (str_view){NULL, 0};
    while (dot > base && whole.ptr[dot - 1] != '.')
        dot--;
    return hints_beside(out, a, dot > base + 1 ? str_slice(whole, 0, dot - 1) : whole, e);
}

/* The hints beside the first sample, and the name of a folder. */
static err_code look_beside(assist_samples *s, const char *first, bool folder, err *e)
{
    if (folder) {
        str_view path = without_slash(str_of(first));
        s->name = arena_copy(&s->mem, str_slice(path, base_of(path), path.len));
        if (str_eq(s->name, STR(".")) || str_eq(s->name, STR("..")))
            s->name = STR("");
        if (!s->options.hints)
            return hints_beside(&s->hints, &s->mem, path, e);
    }
    if (s->options.hints)
        return read_hints(&s->hints, &s->mem, s->options.hints, true, e);
    return assist_samples_find_hints(&s->hints, &s->mem, first, e);
}

err_code assist_samples_open(assist_samples **out, const char *const *paths, size_t n_paths,
                             const assist_samples_options *options, err *e)
{
    assist_samples *s = mem_zero(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_NOMEM, "out of memory");
    arena_init(&s->mem, SIZE_MAX);
    if (options)
        s->options = *options;
    err_code rc = ERR_OK;
    for (size_t i = 0; i < n_paths && rc == ERR_OK; i++) {
        struct stat st;
        bool is_stdin = strcmp(paths[i], "-") == 0;
        bool is_there = !is_stdin && stat(paths[i], &st) == 0;
        bool folder = is_there && S_ISDIR(st.st_mode), fifo = is_there && S_ISFIFO(st.st_mode);
        rc = is_stdin ? add_pipe(s, STDIN_FILENO, "standard input", e)
             : folder ? add_folder(s, paths[i], e)
             : fifo   ? add_fifo(s, paths[i], e)
                      : add_file(s, paths[i], e);
        if (rc == ERR_OK && i == 0 && (!is_stdin || s->options.hints))
            rc = look_beside(s, paths[i], folder, e);
    }
    /* Only now the origins stay where they are. */
    for (size_t i = 0; i < s->n; i++) {
        s->inputs[i].passed = passed;
        s->inputs[i].user = &s->origins[i];
    }
    if (rc == ERR_OK) {
        *out = s;
        return ERR_OK;
    }
    if (e && !e->text[0])
        err_set(e, rc, "%s", err_name(rc));
    assist_samples_close(s);
    return rc;
}

void assist_samples_close(assist_samples *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        file_map_close(s->origins[i].map);
    arena_release(&s->mem);
    mem_free(s);
}

const assist_scaffold_input *assist_samples_inputs(const assist_samples *s, size_t *n)
{
    *n = s->n;
    return s->inputs;
}

str_view assist_samples_hints(const assist_samples *s)
{
    return s->hints;
}

str_view assist_samples_name(const assist_samples *s)
{
    return s->name;
}

err_code assist_samples_check(const assist_samples *s, err *e)
{
    err_code rc = ERR_OK;
    for (size_t i = 0; i < s->n && rc == ERR_OK; i++) {
        if (s->origins[i].map)
            rc = file_map_check(s->origins[i].map, e);
    }
    return rc;
}

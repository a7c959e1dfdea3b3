/* bench_index [-t THREADS] [-k CACHE] [-m] [-q] FOLDER: how fast a project is indexed, from nothing
 * and when nothing changed, beside what the bare parsers give on the same files, what it costs in
 * memory, how long questions take, and when an edit is seen.
 *
 *     -t N       threads (default 2)
 *     -k FOLDER  cache folder (default: a new one under /tmp, removed)
 *     -m         in memory, no cache
 *     -q         a warm start only, from the cache given by -k */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "context/index.h"

enum { N_QUESTIONS = 2000, N_EDITS = 100 };

/* Kilobytes from /proc/self/status: memory of ours alone, and the most of all so far. */
static long status_kb(const char *key)
{
    char line[256];
    long kb = -1;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, key, strlen(key)) == 0)
            kb = strtol(line + strlen(key), NULL, 10);
    if (f)
        fclose(f);
    return kb;
}

struct watch {
    long max_anon_kb;
};

static void progress(void *user, const struct ctx_index_progress *p)
{
    struct watch *w = user;
    long kb = status_kb("RssAnon:");
    if (kb > w->max_anon_kb)
        w->max_anon_kb = kb;
    if (isatty(2))
        fprintf(stderr, "\r%zu of %zu files, %.1f MB ", p->n_done, p->n_files,
                (double)p->n_bytes_done / 1e6);
}

static void refresh(ctx_index *x, unsigned threads, const char *what)
{
    struct ctx_index_report r;
    struct watch w = {0};
    err e = {{0}};
    arena mem;
    arena_init(&mem, 1 << 26);
    struct ctx_index_refresh options = {.n_threads = threads, .progress = progress, .user = &w};
    uint64_t start = clock_now_ns(), cpu = clock_cpu_ns();
    err_code rc = ctx_index_refresh(x, &options, &r, &mem, &e);
    double s = (double)(clock_now_ns() - start) / 1e9, cpu_s = (double)(clock_cpu_ns() - cpu) / 1e9;
    if (isatty(2))
        fprintf(stderr, "\r\033[K");
    if (rc != ERR_OK)
        fprintf(stderr, "%s\n", e.text);
    double mb = (double)r.n_bytes_read / 1e6;
    printf(
        "%-6s %7zu files read, %8.1f MB in %7.3f s (%.3f s of processor): %6.1f MB/s, %5.1f MB/s "
        "per core; %zu unchanged; heap at most %.0f MB%s\n",
        what, r.n_read, mb, s, cpu_s, mb / s, cpu_s > 0 ? mb / cpu_s : 0.0, r.n_unchanged,
        (double)w.max_anon_kb / 1e3, r.saved ? "; saved" : "");
    if (r.note.len)
        printf("       %.*s\n", STR_ARG(r.note));
    arena_release(&mem);
}

static void print_stats(ctx_index *x)
{
    struct ctx_index_stats s;
    ctx_index_stats(x, &s);
    printf("index  %zu files, %.1f MB of source, %.1f MB of index in %zu parts (%.0f bytes per "
           "KB); %zu definitions, %zu references, %zu imports, %zu chunks\n",
           s.n_files, (double)s.n_source_bytes / 1e6, (double)s.n_index_bytes / 1e6, s.n_segments,
           1000.0 * (double)s.n_index_bytes / (double)(s.n_source_bytes ? s.n_source_bytes : 1),
           s.n_defs, s.n_refs, s.n_imports, s.n_chunks);
}

/* ---- the bare parsers ---- */

/* The code of the project, parsed once on this thread and forgotten: files without a grammar are
 * left out. What the index adds to this is listing, reading, symbols, words, secrets, writing. */
static void parse_all(ctx_index *x)
{
    uint64_t cpu_ns = 0, n_bytes = 0;
    TSParser *parser = ts_parser_new();
    ctx_index_view *v = ctx_index_begin(x);
    struct ctx_index_stats stats;
    ctx_index_stats(x, &stats);
    for (uint64_t entry = 0; entry < stats.n_segments; entry++) {
        for (uint64_t i = 0; ctx_index_path(v, entry << 32 | i).len; i++) {
            ctx_index_file file = entry << 32 | i;
            const TSLanguage *grammar = gram_language_parser(ctx_index_language(v, file));
            struct gram_range all = {0, (uint32_t)ctx_index_size(v, file)};
            buf text;
            buf_init(&text, 1 << 20);
            if (grammar && ts_parser_set_language(parser, grammar) &&
                ctx_index_text(v, file, all, &text) == ERR_OK) {
                uint64_t start = clock_cpu_ns();
                ts_tree_delete(ts_parser_parse_string(parser, NULL, text.ptr, (uint32_t)text.len));
                cpu_ns += clock_cpu_ns() - start;
                n_bytes += text.len;
            }
            buf_release(&text);
        }
    }
    ctx_index_end(v);
    ts_parser_delete(parser);
    printf("parse  %.1f MB by the bare parsers in %.3f s of processor: %.1f MB/s per core\n",
           (double)n_bytes / 1e6, (double)cpu_ns / 1e9,
           (double)n_bytes * 1e3 / (double)(cpu_ns ? cpu_ns : 1));
}

/* ---- questions ---- */

struct names {
    str_view items[N_QUESTIONS];
    size_t n, seen;
};

static bool take_name(void *user, const struct ctx_index_def *d)
{
    struct names *names = user;
    if (names->seen++ % 97 == 0)
        names->items[names->n++] = d->name;
    return names->n < N_QUESTIONS;
}

static bool count_def(void *user, const struct ctx_index_def *d)
{
    (void)d;
    return ++*(size_t *)user % 64 != 0;
}

static bool count_ref(void *user, const struct ctx_index_ref *r)
{
    (void)r;
    return ++*(size_t *)user % 64 != 0;
}

static bool count_import(void *user, const struct ctx_index_import *i)
{
    ((size_t *)user)[i->file != CTX_INDEX_NO_FILE]++;
    return true;
}

static void ask(ctx_index *x)
{
    struct names *names = calloc(1, sizeof *names);
    ctx_index_view *v = ctx_index_begin(x);
    size_t n = 0, n_imports[2] = {0, 0}, n_files = 0;
    ctx_index_defs_prefix(v, STR(""), take_name, names);
    uint64_t start = clock_now_ns();
    for (size_t i = 0; i < names->n; i++)
        ctx_index_defs(v, names->items[i], count_def, &n);
    uint64_t defs = clock_now_ns();
    for (size_t i = 0; i < names->n; i++)
        ctx_index_defs_prefix(v, str_slice(names->items[i], 0, 6), count_def, &n);
    uint64_t prefixes = clock_now_ns();
    for (size_t i = 0; i < names->n; i++)
        ctx_index_refs(v, names->items[i], count_ref, &n);
    uint64_t refs = clock_now_ns();
    for (size_t i = 0; i < names->n; i++)
        n += ctx_index_frequency(v, names->items[i]).n_files;
    uint64_t words = clock_now_ns();
    double each = names->n ? (double)names->n * 1e3 : 1;
    printf("ask    microseconds: definitions %.1f, by prefix %.1f, references %.1f, frequency %.1f "
           "(%zu answers)\n",
           (double)(defs - start) / each, (double)(prefixes - defs) / each,
           (double)(refs - prefixes) / each, (double)(words - refs) / each, n);
    start = clock_now_ns();
    for (uint32_t entry = 0; entry < 64 && n_files < N_QUESTIONS; entry++)
        for (uint32_t file = 0; file < 200; file++, n_files++)
            ctx_index_imports(v, (uint64_t)entry << 32 | file, count_import, n_imports);
    double all = (double)(n_imports[0] + n_imports[1] ? n_imports[0] + n_imports[1] : 1);
    printf("       imports %.1f each, %.0f %% of %.0f in the tree\n",
           (double)(clock_now_ns() - start) / all / 1e3, 100 * (double)n_imports[1] / all, all);
    ctx_index_end(v);
    free(names);
}

/* ---- edits ---- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* From a changed buffer until a question finds the word that was written in it: of files that have
 * a grammar and at least 4 KB. */
static void edit(ctx_index *x)
{
    uint64_t ns[N_EDITS], n_bytes = 0;
    size_t n = 0, n_unseen = 0;
    for (uint32_t i = 0; i < 20000 && n < N_EDITS; i++) {
        ctx_index_view *v = ctx_index_begin(x);
        uint64_t size = ctx_index_size(v, i);
        const struct gram_language *lang = ctx_index_language(v, i);
        char path[1024], word[64];
        str_view name = ctx_index_path(v, i);
        snprintf(path, sizeof path, "%.*s", STR_ARG(name));
        buf text;
        buf_init(&text, 1 << 20);
        bool good = name.len && size > 4096 && size < 1 << 19 && gram_language_parser(lang) &&
                    ctx_index_text(v, i, (struct gram_range){0, (uint32_t)size}, &text) == ERR_OK;
        ctx_index_end(v);
        snprintf(word, sizeof word, "bench_wrote_%zu", n);
        if (good) {
            buf_append(&text, STR("\n"));
            buf_append(&text, str_of(word));
            uint64_t start = clock_now_ns();
            if (ctx_index_put_later(x, str_of(path), buf_view(&text)) == ERR_OK)
                ctx_index_await(x, 10000);
            ns[n++] = clock_now_ns() - start;
            n_bytes += text.len;
            v = ctx_index_begin(x);
            n_unseen += ctx_index_frequency(v, str_of(word)).n_files == 0;
            ctx_index_end(v);
            ctx_index_forget(x, str_of(path));
        }
        buf_release(&text);
    }
    if (n == 0)
        return;
    qsort(ns, n, sizeof *ns, by_value);
    printf(
        "edit   seen after %.1f ms (median), %.1f ms (95 %%); %zu files of %.0f KB on average%s\n",
        clock_ms(ns[n / 2]), clock_ms(ns[n * 95 / 100]), n, (double)n_bytes / 1e3 / (double)n,
        n_unseen ? "; SOME WERE NOT SEEN" : "");
}

int main(int argc, char **argv)
{
    long threads = 2;
    bool in_memory = false, quick = false;
    char made[] = "/tmp/artel-bench-XXXXXX";
    const char *cache = NULL;
    for (int c; (c = getopt(argc, argv, "t:k:mq")) != -1;) {
        switch (c) {
        case 't': threads = strtol(optarg, NULL, 10); break;
        case 'k': cache = optarg; break;
        case 'm': in_memory = true; break;
        case 'q': quick = true; break;
        default: return 2;
        }
    }
    if (optind + 1 != argc || threads < 1) {
        fprintf(stderr, "usage: bench_index [-t THREADS] [-k CACHE] [-m] [-q] FOLDER\n");
        return 2;
    }
    if (!cache)
        cache = mkdtemp(made);
    gram_queries *queries = NULL;
    ctx_index *x = NULL;
    err e = {{0}};
    if (!cache || gram_queries_create(&queries) != ERR_OK)
        return 1;
    struct ctx_index_options options = {queries, cache, in_memory};
    if (!quick) {
        if (ctx_index_create(&x, argv[optind], &options, &e) != ERR_OK) {
            fprintf(stderr, "%s\n", e.text);
            return 1;
        }
        refresh(x, (unsigned)threads, "cold");
        print_stats(x);
        ctx_index_destroy(in_memory ? NULL : x);
    }
    uint64_t start = clock_now_ns();
    if (!in_memory && ctx_index_create(&x, argv[optind], &options, &e) != ERR_OK)
        return 1;
    printf("open   %.1f ms\n", clock_ms(clock_now_ns() - start));
    refresh(x, (unsigned)threads, "warm");
    ask(x);
    edit(x);
    if (!quick)
        parse_all(x);
    printf("memory %.0f MB of our own, %.0f MB with what is mapped\n",
           (double)status_kb("RssAnon:") / 1e3, (double)status_kb("VmRSS:") / 1e3);
    ctx_index_destroy(x);
    gram_queries_destroy(queries);
    if (cache == made) {
        char command[64];
        snprintf(command, sizeof command, "rm -rf %s", made);
        return system(command) != 0;
    }
    return 0;
}

/* bench_gather: what is gathered from the index for a cursor, how fast, and what it is worth.
 *
 *     bench_gather FOLDER                 asks in the middle of files of the project: milliseconds
 *                                         of processor
 *     bench_gather FOLDER TASKS.jsonl     FOLDER/<package> are projects; each task has package,
 *                                         path, prefix, suffix, target: how many names of the
 *                                         target that the document does not have are in the
 *                                         pieces, by source
 *     -b N  tokens (default 400)          -v  print the pieces of each question
 *     -p    with what git knows of the project's past; tests/bench/make_edits.py makes such tasks
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "base/file.h"
#include "context/gather.h"
#include "context/index.h"
#include "context/lexicon.h"

enum { MAX_QUESTIONS = 4000, MAX_PIECES = 24, MAX_REGIONS = 64, N_SOURCES = CTX_GATHER_N_SOURCES };

static size_t budget = 400;
static bool verbose, with_past;
static ctx_lately *lately; /* of the open folder; NULL without -p */

static size_t count(void *user, str_view text)
{
    (void)user;
    return text.len / 3;
}

struct result {
    double ms[MAX_QUESTIONS];
    size_t n, n_pieces, n_tok;
    size_t n_names, n_found, by_source[N_SOURCES], pieces_by_source[N_SOURCES];
};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static size_t ask(struct result *r, const ctx_index_view *v, str_view path, str_view text,
                  size_t cursor, arena *mem, struct ctx_gather_piece *pieces)
{
    struct ctx_gather_query q = {.path = path,
                                 .text = text,
                                 .cursor = cursor,
                                 .lang = gram_language_by_path(path),
                                 .count = count,
                                 .budget_tok = budget};
    uint64_t start = clock_cpu_ns();
    struct ctx_gather_region regions[MAX_REGIONS];
    if (lately) {
        const struct ctx_lately_view past = ctx_lately_begin(lately);
        q.history = past.history;
        q.regions = regions;
        q.n_regions = ctx_gather_past(regions, MAX_REGIONS, &past);
    }
    size_t n = ctx_gather(v, &q, mem, pieces, MAX_PIECES);
    if (lately)
        ctx_lately_end(lately);
    if (r->n < MAX_QUESTIONS)
        r->ms[r->n++] = clock_ms(clock_cpu_ns() - start);
    for (size_t i = 0; i < n; i++) {
        r->n_pieces++;
        r->n_tok += pieces[i].n_tok;
        r->pieces_by_source[pieces[i].source]++;
        if (verbose)
            printf("---- %.*s:%u %s %.3f %zu tokens: %.*s\n%.*s", STR_ARG(pieces[i].path),
                   pieces[i].first_line + 1, ctx_gather_source_name(pieces[i].source),
                   (double)pieces[i].score, pieces[i].n_tok, STR_ARG(pieces[i].reason),
                   STR_ARG(pieces[i].text));
    }
    return n;
}

static ctx_index *open_index(gram_queries *queries, const char *root)
{
    ctx_index *x = NULL;
    err e = {{0}};
    arena mem;
    arena_init(&mem, 1 << 26);
    struct ctx_index_options options = {.queries = queries};
    struct ctx_index_refresh refresh = {.n_threads = 2};
    struct ctx_index_report report;
    if (ctx_index_create(&x, root, &options, &e) != ERR_OK ||
        ctx_index_refresh(x, &refresh, &report, &mem, &e) != ERR_OK) {
        fprintf(stderr, "%s\n", e.text);
        exit(1);
    }
    arena_release(&mem);
    ctx_lately_destroy(lately);
    lately = NULL;
    if (with_past && ctx_lately_create(&lately, root, NULL, &e) != ERR_OK)
        exit(1);
    while (lately && !ctx_lately_ready(lately))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return x;
}

/* ---- time ---- */

static void ask_everywhere(struct result *r, gram_queries *queries, const char *root)
{
    ctx_index *x = open_index(queries, root);
    ctx_index_view *v = ctx_index_begin(x);
    struct ctx_index_stats stats;
    ctx_index_stats(x, &stats);
    size_t step = stats.n_files / 1000 + 1;
    for (uint64_t entry = 0; entry < stats.n_segments; entry++) {
        for (uint64_t file = 0; ctx_index_path(v, entry << 32 | file).len; file += step) {
            buf text;
            arena mem;
            struct ctx_gather_piece pieces[MAX_PIECES];
            ctx_index_file id = entry << 32 | file;
            buf_init(&text, 1 << 20);
            arena_init(&mem, 1 << 28);
            struct gram_range all = {0, (uint32_t)ctx_index_size(v, id)};
            if (ctx_index_text(v, id, all, &text) == ERR_OK && text.len > 400)
                ask(r, v, ctx_index_path(v, id), buf_view(&text), text.len / 2, &mem, pieces);
            arena_release(&mem);
            buf_release(&text);
        }
    }
    ctx_index_end(v);
    ctx_index_destroy(x);
}

/* ---- worth ---- */

static bool next_name(str_view *rest, str_view *name)
{
    while (rest->len) {
        size_t a = 0;
        while (a < rest->len && !ctx_lexicon_is_word_byte(rest->ptr[a]))
            a++;
        size_t b = a;
        while (b < rest->len && ctx_lexicon_is_word_byte(rest->ptr[b]))
            b++;
        *name = str_slice(*rest, a, b);
        *rest = str_slice(*rest, b, rest->len);
        if (name->len >= 3 && !(name->ptr[0] >= '0' && name->ptr[0] <= '9'))
            return true;
    }
    return false;
}

static bool has_name(str_view text, str_view name)
{
    for (str_view word; next_name(&text, &word);)
        if (str_eq(word, name))
            return true;
    return false;
}

static void score(struct result *r, str_view document, str_view target,
                  const struct ctx_gather_piece *pieces, size_t n)
{
    for (str_view name; next_name(&target, &name);) {
        if (has_name(document, name))
            continue;
        r->n_names++;
        bool found = false, by[N_SOURCES] = {false};
        for (size_t i = 0; i < n; i++) {
            bool has = has_name(pieces[i].text, name);
            found |= has;
            by[pieces[i].source] |= has;
        }
        r->n_found += found;
        for (size_t i = 0; i < N_SOURCES; i++)
            r->by_source[i] += by[i];
    }
}

static str_view member(const cJSON *o, const char *key)
{
    const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key));
    return str_of(s ? s : "");
}

static void ask_tasks(struct result *r, gram_queries *queries, const char *root, const char *file)
{
    ctx_index *x = NULL;
    char open[512] = "";
    buf tasks;
    err e = {{0}};
    buf_init(&tasks, 1 << 30);
    if (file_read(&tasks, file, &e) != ERR_OK) {
        fprintf(stderr, "%s\n", e.text);
        exit(1);
    }
    for (str_view rest = buf_view(&tasks); rest.len;) {
        str_view line = str_take_line(&rest);
        cJSON *task = cJSON_ParseWithLength(line.ptr, line.len);
        str_view package = member(task, "package"), path = member(task, "path");
        char folder[512];
        snprintf(folder, sizeof folder, "%s/%.*s", root, STR_ARG(package));
        if (strcmp(folder, open) != 0) {
            ctx_index_destroy(x);
            x = open_index(queries, folder);
            memcpy(open, folder, sizeof open);
        }
        arena mem;
        arena_init(&mem, 1 << 28);
        struct ctx_gather_piece pieces[MAX_PIECES];
        str_view prefix = member(task, "prefix");
        str_view text =
            arena_format(&mem, "%.*s%.*s", STR_ARG(prefix), STR_ARG(member(task, "suffix")));
        if (ctx_index_put(x, path, text, &e) == ERR_OK) {
            ctx_index_view *v = ctx_index_begin(x);
            if (verbose)
                printf("==== %.*s/%.*s: %.*s\n", STR_ARG(package), STR_ARG(path),
                       STR_ARG(member(task, "target")));
            size_t n = ask(r, v, path, text, prefix.len, &mem, pieces);
            score(r, text, member(task, "target"), pieces, n);
            ctx_index_end(v);
            ctx_index_forget(x, path);
        }
        arena_release(&mem);
        cJSON_Delete(task);
    }
    ctx_index_destroy(x);
    buf_release(&tasks);
}

int main(int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "b:pv")) != -1;) {
        if (c == 'b')
            budget = (size_t)strtoul(optarg, NULL, 10);
        else if (c == 'p')
            with_past = true;
        else if (c == 'v')
            verbose = true;
        else
            return 2;
    }
    gram_queries *queries = NULL;
    struct result *r = calloc(1, sizeof *r);
    if (!r || argc - optind < 1 || argc - optind > 2 || gram_queries_create(&queries) != ERR_OK) {
        fprintf(stderr, "usage: bench_gather [-b TOKENS] [-p] [-v] FOLDER [TASKS.jsonl]\n");
        return 2;
    }
    if (argc - optind == 2)
        ask_tasks(r, queries, argv[optind], argv[optind + 1]);
    else
        ask_everywhere(r, queries, argv[optind]);
    qsort(r->ms, r->n, sizeof r->ms[0], by_value);
    double n = r->n ? (double)r->n : 1;
    printf("%zu questions: median %.2f ms, p95 %.2f ms, max %.2f ms; %.1f pieces, %.0f tokens\n",
           r->n, r->n ? r->ms[r->n / 2] : 0.0, r->n ? r->ms[r->n * 95 / 100] : 0.0,
           r->n ? r->ms[r->n - 1] : 0.0, (double)r->n_pieces / n, (double)r->n_tok / n);
    for (int i = 0; i < N_SOURCES; i++)
        printf("  %-10s %7zu pieces, has %zu names\n",
               ctx_gather_source_name((enum ctx_gather_source)i), r->pieces_by_source[i],
               r->by_source[i]);
    if (r->n_names)
        printf(
            "names of targets that the document does not have: %zu, in the pieces: %zu (%.1f %%)\n",
            r->n_names, r->n_found, 100 * (double)r->n_found / (double)r->n_names);
    ctx_lately_destroy(lately);
    gram_queries_destroy(queries);
    free(r);
    return 0;
}

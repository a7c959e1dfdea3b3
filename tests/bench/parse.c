/* tests/bench/parse.c: how fast the bare parsers read real files, and what the symbol queries add,
 * per language.
 *
 *     bench_parse [-n MB] FOLDER...     at most so much of each language (default 8 MB)
 *
 * Files are read before the clock runs; hidden folders are left out. Each file is parsed once from
 * nothing, on one thread, by one parser per language, as the index does it. It is processor time
 * that counts. "with errors" counts files whose tree has an error: macros, templates, new syntax.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "grammars/query.h"

enum { MAX_DEPTH = 24, MAX_FILE = 4 << 20, MAX_LANGUAGES = 128 };

struct text {
    const gram_language *lang;
    buf bytes;
    struct text *next;
};

struct corpus {
    struct text *first;
    size_t n_bytes[MAX_LANGUAGES];
    size_t max_bytes;
};

static void add_file(struct corpus *c, const char *path)
{
    size_t n_rows = 0;
    const gram_language *rows = gram_language_all(&n_rows);
    const gram_language *lang = gram_language_by_path(str_of(path));
    if (!lang || !lang->parser || c->n_bytes[lang - rows] >= c->max_bytes)
        return;
    struct text *t = calloc(1, sizeof *t);
    if (!t)
        return;
    buf_init(&t->bytes, MAX_FILE);
    if (file_read(&t->bytes, path, NULL) != ERR_OK) {
        buf_release(&t->bytes);
        free(t);
        return;
    }
    t->lang = lang;
    t->next = c->first;
    c->first = t;
    c->n_bytes[lang - rows] += t->bytes.len;
}

static void add_folder(struct corpus *c, const char *path, int depth)
{
    DIR *d = opendir(path);
    if (!d || depth > MAX_DEPTH) {
        if (d)
            closedir(d);
        return;
    }
    for (struct dirent *f = readdir(d); f; f = readdir(d)) {
        char name[4096];
        struct stat st;
        if (f->d_name[0] == '.' ||
            snprintf(name, sizeof name, "%s/%s", path, f->d_name) >= (int)sizeof name ||
            lstat(name, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            add_folder(c, name, depth + 1);
        else if (S_ISREG(st.st_mode))
            add_file(c, name);
    }
    closedir(d);
}

static bool count_symbol(void *user, const struct gram_symbol *s)
{
    (void)s;
    ++*(size_t *)user;
    return true;
}

struct result {
    size_t n_files, n_bytes, n_broken, n_symbols;
    uint64_t parse_ns, query_ns;
};

static void print_row(const char *name, const struct result *r)
{
    double mb = (double)r->n_bytes / 1e6;
    printf("%-20s %7zu %8.2f %9.1f %9.1f %9.0f %8.1f %%\n", name, r->n_files, mb,
           mb * 1e9 / (double)(r->parse_ns ? r->parse_ns : 1),
           mb * 1e9 / (double)(r->parse_ns + r->query_ns ? r->parse_ns + r->query_ns : 1),
           mb > 0 ? (double)r->n_symbols / mb / 1000 : 0.0,
           r->n_files ? 100.0 * (double)r->n_broken / (double)r->n_files : 0.0);
}

int main(int argc, char **argv)
{
    struct corpus corpus = {.max_bytes = 8 << 20};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-n") == 0 && i + 1 < argc)
            corpus.max_bytes = (size_t)strtoul(argv[++i], NULL, 10) << 20;
        else
            add_folder(&corpus, argv[i], 0);
    }
    if (!corpus.first) {
        fprintf(stderr, "usage: bench_parse [-n MB] FOLDER...\n");
        return 2;
    }
    gram_queries *q = NULL;
    if (gram_queries_create(&q) != ERR_OK)
        return 1;
    printf("%-20s %7s %8s %9s %9s %9s %10s\n", "language", "files", "MB", "parse", "+symbols",
           "symbols", "with");
    printf("%-20s %7s %8s %9s %9s %9s %10s\n", "", "", "", "MB/s", "MB/s", "1000/MB", "errors");
    struct result all = {0};
    size_t n_rows = 0;
    const gram_language *rows = gram_language_all(&n_rows);
    for (size_t i = 0; i < n_rows; i++) {
        if (!rows[i].parser || corpus.n_bytes[i] == 0)
            continue;
        struct result r = {0};
        (void)gram_queries_get(q, &rows[i], GRAM_QUERY_SYMBOLS);
        TSParser *parser = ts_parser_new();
        if (!ts_parser_set_language(parser, gram_language_parser(&rows[i])))
            return 1;
        for (struct text *t = corpus.first; t; t = t->next) {
            if (t->lang != &rows[i])
                continue;
            uint64_t begin = clock_cpu_ns();
            TSTree *tree =
                ts_parser_parse_string(parser, NULL, t->bytes.ptr, (uint32_t)t->bytes.len);
            uint64_t parsed = clock_cpu_ns();
            TSNode root = ts_tree_root_node(tree);
            (void)!gram_symbols(q, t->lang, root, buf_view(&t->bytes), count_symbol, &r.n_symbols);
            r.query_ns += clock_cpu_ns() - parsed;
            r.parse_ns += parsed - begin;
            r.n_files++;
            r.n_bytes += t->bytes.len;
            r.n_broken += ts_node_has_error(root);
            ts_tree_delete(tree);
        }
        ts_parser_delete(parser);
        print_row(rows[i].id, &r);
        all.n_files += r.n_files;
        all.n_bytes += r.n_bytes;
        all.n_broken += r.n_broken;
        all.n_symbols += r.n_symbols;
        all.parse_ns += r.parse_ns;
        all.query_ns += r.query_ns;
    }
    print_row("all", &all);
    gram_queries_destroy(q);
    while (corpus.first) {
        struct text *t = corpus.first;
        corpus.first = t->next;
        buf_release(&t->bytes);
        free(t);
    }
    return 0;
}

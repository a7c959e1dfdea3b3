/* scaffold_tool TARGET[,TARGET] SAMPLE... [--out DIR] [--name N] [--at POINTER] [--hints FILE]
 * [--strict] [--reject] [--keep] [--own TYPE]
 * A thin driver for the end-to-end tests and the benchmark: files in, files out (or one on
 * stdout). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assist/scaffold/scaffold.h"
#include "base/buf.h"
#include "base/file.h"

enum { MAX_ARGS = 64 };

static int fail(const err *e)
{
    fprintf(stderr, "scaffold_tool: %s\n", e->text);
    return 1;
}

int main(int argc, char **argv)
{
    static assist_scaffold_input inputs[MAX_ARGS];
    static file_map *maps[MAX_ARGS];
    const char *targets[MAX_ARGS], *out_dir = NULL;
    size_t n_inputs = 0, n_targets = 0;
    assist_scaffold_options opt = {0};
    file_map *hints = NULL;
    bool explain = false;
    err e = {{0}};
    if (argc < 3) {
        fprintf(stderr,
                "usage: scaffold_tool TARGET[,TARGET]|explain SAMPLE... [--out DIR] [--name N]\n");
        return 2;
    }
    explain = strcmp(argv[1], "explain") == 0;
    for (char *t = argv[1]; t && !explain && n_targets < MAX_ARGS;) {
        char *comma = strchr(t, ',');
        if (comma)
            *comma++ = '\0';
        targets[n_targets++] = t;
        t = comma;
    }
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--strict") == 0) {
            opt.strict = true;
        } else if (strcmp(argv[i], "--reject") == 0) {
            opt.unknown = ASSIST_UNKNOWN_REJECT;
        } else if (strcmp(argv[i], "--keep") == 0) {
            opt.unknown = ASSIST_UNKNOWN_KEEP;
        } else if (strcmp(argv[i], "--own") == 0 && i + 1 < argc) {
            opt.own_types = str_of(argv[++i]);
        } else if (strcmp(argv[i], "--similar") == 0) {
            opt.merge = ASSIST_SCAFFOLD_MERGE_SIMILAR;
        } else if (strcmp(argv[i], "--out") == 0 && i + 1 < argc) {
            out_dir = argv[++i];
        } else if (strcmp(argv[i], "--name") == 0 && i + 1 < argc) {
            opt.name = str_of(argv[++i]);
        } else if (strcmp(argv[i], "--at") == 0 && i + 1 < argc) {
            opt.at = str_of(argv[++i]);
        } else if (strcmp(argv[i], "--hints") == 0 && i + 1 < argc) {
            if (file_map_open(&hints, argv[++i], &e) != ERR_OK)
                return fail(&e);
            opt.hints = (str_view){file_map_data(hints), file_map_size(hints)};
        } else if (n_inputs < MAX_ARGS) {
            if (file_map_open(&maps[n_inputs], argv[i], &e) != ERR_OK)
                return fail(&e);
            inputs[n_inputs] = (assist_scaffold_input){
                .name = str_of(argv[i]),
                .text = {file_map_data(maps[n_inputs]), file_map_size(maps[n_inputs])}};
            n_inputs++;
        }
    }
    arena a;
    assist_scaffold_result r;
    str_view table;
    arena_init(&a, SIZE_MAX);
    err_code rc = explain
                      ? assist_scaffold_explain(&table, &a, inputs, n_inputs, &opt, &e)
                      : assist_scaffold_run(&r, &a, inputs, n_inputs, targets, n_targets, &opt, &e);
    int status = 0;
    if (rc != ERR_OK) {
        status = fail(&e);
    } else if (explain) {
        fwrite(table.ptr, 1, table.len, stdout);
    } else {
        for (size_t i = 0; i < r.n_notes; i++)
            fprintf(stderr, "%.*s:%zu:%zu: %.*s\n", STR_ARG(r.notes[i].input), r.notes[i].line,
                    r.notes[i].column, STR_ARG(r.notes[i].text));
        for (size_t i = 0; i < r.n_files && rc == ERR_OK; i++) {
            str_view path =
                arena_format(&a, "%s/%.*s", out_dir ? out_dir : "", STR_ARG(r.files[i].path));
            if (out_dir)
                rc = file_write_atomic(path.ptr, r.files[i].text, &e);
            else
                fwrite(r.files[i].text.ptr, 1, r.files[i].text.len, stdout);
        }
        if (rc != ERR_OK)
            status = fail(&e);
    }
    arena_release(&a);
    file_map_close(hints);
    for (size_t i = 0; i < n_inputs; i++)
        file_map_close(maps[i]);
    return status;
}

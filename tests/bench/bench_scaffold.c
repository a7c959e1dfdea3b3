/* bench_scaffold FILE...: speed and next-record acceptance of inference from sample JSON.
 * Speed: each file to TypeScript, MB/s by processor time, best of five.
 * Acceptance: every list of at least 20 records in the files (found anywhere) is inferred from its
 * first n records; the others are then taken or refused as a generated parser would. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "assist/scaffold/scaffold.h"
#include "assist/scaffold/schema.h"
#include "base/file.h"

enum { MIN_RECORDS = 20, RUNS = 5, N_SIZES = 3 };
static const uint32_t sizes[N_SIZES] = {1, 3, 10};

typedef struct {
    uint64_t accepted[N_SIZES], tried[N_SIZES], n_lists;
    double sum[N_SIZES]; /* of each list's share, so that long lists do not decide alone */
} tally;

/* Infers from the first n items of the array at `list` and tries the others. */
static bool try_list(tally *t, const tape_value *v, uint32_t list, uint32_t which)
{
    arena a;
    shape_set shapes;
    schema s;
    schema_options opt = {.name = STR("record")};
    err e = {{0}};
    uint64_t accepted = 0, tried = 0;
    arena_init(&a, SIZE_MAX);
    err_code rc = scaf__shapes_init(&shapes, &a);
    uint32_t at = list + 1;
    for (uint32_t i = 0; i < sizes[which] && rc == ERR_OK; i++, at = v[at].next)
        rc = scaf__shapes_add(&shapes, v, at);
    if (rc == ERR_OK)
        rc = scaf__schema_build(&s, &shapes, &opt, &a, &e);
    for (uint32_t i = sizes[which]; i < v[list].n && rc == ERR_OK; i++, at = v[at].next) {
        tried++;
        accepted += scaf__schema_accepts(&s, v, at, NULL);
    }
    t->accepted[which] += accepted;
    t->tried[which] += tried;
    t->sum[which] += tried ? (double)accepted / (double)tried : 0;
    arena_release(&a);
    return rc == ERR_OK;
}

static bool find_lists(tally *t, const tape_reader *r)
{
    for (uint32_t i = 0; i < r->n_values; i++) {
        const tape_value *v = r->values;
        bool records = v[i].kind == TAPE_ARRAY && v[i].n >= MIN_RECORDS;
        uint32_t at = i + 1;
        for (uint32_t k = 0; records && k < v[i].n; k++, at = v[at].next)
            records = v[at].kind == TAPE_OBJECT;
        if (!records)
            continue;
        t->n_lists++;
        for (uint32_t k = 0; k < N_SIZES; k++) {
            if (!try_list(t, v, i, k))
                return false;
        }
    }
    return true;
}

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool bench_file(tally *t, const char *path)
{
    file_map *map;
    err e = {{0}};
    if (file_map_open(&map, path, &e) != ERR_OK) {
        fprintf(stderr, "%s\n", e.text);
        return false;
    }
    assist_scaffold_input in = {.name = str_of(path),
                                .text = {file_map_data(map), file_map_size(map)}};
    const char *target = "typescript";
    double best = 1e9;
    bool ok = true;
    for (int run = 0; run < RUNS && ok; run++) {
        arena a;
        assist_scaffold_result r;
        arena_init(&a, SIZE_MAX);
        double start = processor_seconds();
        ok = assist_scaffold_run(&r, &a, &in, 1, &target, 1, NULL, &e) == ERR_OK;
        double took = processor_seconds() - start;
        best = took < best ? took : best;
        arena_release(&a);
    }
    if (!ok) {
        fprintf(stderr, "%s\n", e.text);
    } else {
        printf("%-60.60s %10zu bytes %9.3f ms %7.1f MB/s\n", path, in.text.len, best * 1e3,
               (double)in.text.len / best / 1e6);
    }
    if (ok && in.text.len < (32 << 20)) {
        arena strings;
        tape_reader r;
        arena_init(&strings, SIZE_MAX);
        scaf__tape_init(&r, in.text, &strings);
        if (scaf__tape_read(&r, &e) == ERR_OK)
            ok = find_lists(t, &r);
        scaf__tape_release(&r);
        arena_release(&strings);
    }
    file_map_close(map);
    return ok;
}

int main(int argc, char **argv)
{
    tally t = {0};
    bool ok = argc > 1;
    if (!ok)
        fprintf(stderr, "usage: bench_scaffold FILE...\n");
    for (int i = 1; i < argc && ok; i++)
        ok = bench_file(&t, argv[i]);
    for (int k = 0; k < N_SIZES && ok && t.n_lists; k++)
        printf("accepted after %2u records: %.1f %% of records, %.1f %% mean over %llu lists\n",
               sizes[k], 100.0 * (double)t.accepted[k] / (double)(t.tried[k] ? t.tried[k] : 1),
               100.0 * t.sum[k] / (double)t.n_lists, (unsigned long long)t.n_lists);
    return ok ? 0 : 1;
}

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "lsp/cli.h"
#include "model/default.h"
#include "model/info.h"

enum { BUDGET_MS = 6000 }; /* some hundred milliseconds a point: enough for a steady median */

static void print_bench(const struct model_bench *b, const struct model_info *info, double load_ms)
{
    printf("%.*s, %.1f M parameters, %u threads, %s kernels, %s cache; loaded in %.1f ms\n",
           STR_ARG(info->name.len ? info->name : STR("unnamed model")),
           (double)info->n_params / 1e6, b->n_threads, info->isa, model_kv_name(b->kv_type),
           load_ms);
    printf("%-8s %8s %12s %14s %12s\n", "", "tokens", "tokens/s", "CPU s per 1000", "of limit");
    for (size_t i = 0; i < b->n_points; i++) {
        const struct model_bench_point *p = &b->points[i];
        printf("%-8s %8zu %12.0f %14.3f", p->decode ? "write" : "read", p->n_tok, p->tok_per_s,
               p->cpu_s_per_1000);
        if (p->limit_share >= 0)
            printf(" %10.0f %%", p->limit_share * 100);
        if (p->joules_per_1000 >= 0)
            printf("%*s%.1f J per 1000", p->limit_share >= 0 ? 2 : 15, "", p->joules_per_1000);
        putchar('\n');
    }
    if (b->points[0].joules_per_1000 < 0)
        puts("energy: not exposed by this system, or not to this user");
    printf(
        "read: a prompt of so many tokens at once. write: one token after another behind so many.\n"
        "of limit: of write, reading as much memory and no more, %.1f GB/s here",
        b->read_bytes_per_s / 1e9);
    if (b->peak_macs_per_s > 0)
        printf(";\nof read, what the matrix unit can do at most, %.2f TFLOP/s here",
               2 * b->peak_macs_per_s / 1e12);
    puts(".");
}

static int print_json(const struct model_bench *b, const struct model_info *info, double load_ms)
{
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "isa", info->isa);
    cJSON_AddStringToObject(root, "cache", model_kv_name(b->kv_type));
    cJSON_AddNumberToObject(root, "threads", b->n_threads);
    cJSON_AddNumberToObject(root, "parameters", (double)info->n_params);
    cJSON_AddNumberToObject(root, "loadMs", load_ms);
    cJSON_AddNumberToObject(root, "readBytesPerSecond", b->read_bytes_per_s);
    if (b->peak_macs_per_s > 0)
        cJSON_AddNumberToObject(root, "matrixFlopPerSecond", 2 * b->peak_macs_per_s);
    cJSON *points = cJSON_AddArrayToObject(root, "points");
    for (size_t i = 0; i < b->n_points; i++) {
        const struct model_bench_point *p = &b->points[i];
        cJSON *o = cJSON_CreateObject();
        cJSON_AddItemToArray(points, o);
        cJSON_AddStringToObject(o, "kind", p->decode ? "write" : "read");
        cJSON_AddNumberToObject(o, "tokens", (double)p->n_tok);
        cJSON_AddNumberToObject(o, "tokensPerSecond", p->tok_per_s);
        cJSON_AddNumberToObject(o, "cpuSecondsPer1000", p->cpu_s_per_1000);
        if (p->joules_per_1000 >= 0)
            cJSON_AddNumberToObject(o, "joulesPer1000", p->joules_per_1000);
        if (p->limit_share >= 0)
            cJSON_AddNumberToObject(o, "shareOfLimit", p->limit_share);
    }
    return cli_print_json(root, "bench");
}

int cli_bench(int argc, char **argv)
{
    static const struct option longs[] = {
        {"json", no_argument, NULL, 'j'},
        {"kv", required_argument, NULL, 'k'},
        {"model", required_argument, NULL, 'm'},
        {"threads", required_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    const char *path = NULL;
    bool json = false;
    long n_threads = 0;
    struct model_bench_options options = {.budget_ms = BUDGET_MS};
    for (int c; (c = getopt_long(argc, argv, "jk:m:t:", longs, NULL)) != -1;) {
        switch (c) {
        case 'j': json = true; break;
        case 'k':
            while (options.kv_type < MODEL_KV_TYPES &&
                   strcmp(optarg, model_kv_name(options.kv_type)) != 0)
                options.kv_type++;
            if (options.kv_type == MODEL_KV_TYPES)
                return cli_fail(CLI_USAGE, "bench", "--kv takes f16 or q8_0, not '%s'", optarg);
            break;
        case 'm': path = optarg; break;
        case 't':
            if (!cli_number(optarg, 1, 256, &n_threads))
                return cli_fail(CLI_USAGE, "bench",
                                "--threads takes a number from 1 to 256, not '%s'", optarg);
            break;
        default: return cli_bad_option("bench");
        }
    }
    if (argc - optind > 1 || (path && optind < argc))
        return cli_fail(CLI_USAGE, "bench", "give at most one model file");
    if (optind < argc)
        path = argv[optind];

    err e = {{0}};
    model_gguf *file = NULL;
    model_weights *weights = NULL;
    struct model_info info;
    struct model_bench bench;
    uint64_t start = clock_now_ns();
    err_code rc = path ? model_gguf_open(&file, path, &e) : model_default_open(&file, &e);
    if (rc == ERR_OK)
        rc = model_weights_load(&weights, file, &e);
    double load_ms = clock_ms(clock_now_ns() - start);
    if (rc == ERR_OK) {
        model_info_read(&info, file, weights);
        options.n_threads = (uint32_t)n_threads;
        rc = model_bench_run(&bench, file, weights, &options, NULL, &e);
    }
    int code = CLI_OK;
    if (rc != ERR_OK)
        code = cli_fail(CLI_FAILED, "bench", "%s", e.text[0] ? e.text : err_name(rc));
    else if (json)
        code = print_json(&bench, &info, load_ms);
    else
        print_bench(&bench, &info, load_ms);
    model_weights_destroy(weights);
    model_gguf_close(file);
    return code;
}

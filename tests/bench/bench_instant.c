/* bench_instant TASKS.jsonl REPOSITORIES [PLACES.tsv]: completes lines by recall alone.
 * TASKS has a task per line (id, package, path, language, prefix, suffix, target); REPOSITORIES
 * holds a folder per package. The task's own file is hidden behind the buffer prefix + suffix.
 * Prints how often the line came back exactly, how the confidence sorts, and what it cost. With
 * PLACES, also writes every place with its traits, from which fit_instant finds the weights. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "context/context_internal.h"

enum { MAX_TASKS = 100000, MAX_FILE = 1 << 20, MAX_TOKENS = 50 * 1000 * 1000 };

struct task {
    cJSON *json;
    str_view package, path, prefix, suffix, target;
    float confidence;
    bool offered, exact, reachable;
    uint64_t ns;
};

static struct task tasks[MAX_TASKS];
static size_t n_tasks;
static uint64_t load_ns, put_ns;
static size_t load_bytes;

static _Noreturn void die(const char *what, const char *name)
{
    fprintf(stderr, "bench_instant: %s: %s\n", what, name);
    exit(1);
}

static str_view field(const cJSON *json, const char *name)
{
    return str_of(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name)));
}

static void read_tasks(const char *path)
{
    buf b;
    err e = {0};
    buf_init(&b, (size_t)1 << 30);
    if (file_read(&b, path, &e) != ERR_OK)
        die("cannot read the tasks", e.text);
    str_view rest = buf_view(&b);
    while (rest.len && n_tasks < MAX_TASKS) {
        str_view line = str_take_line(&rest);
        cJSON *json = cJSON_ParseWithLength(line.ptr, line.len);
        if (!json)
            continue;
        tasks[n_tasks++] = (struct task){.json = json,
                                         .package = field(json, "package"),
                                         .path = field(json, "path"),
                                         .prefix = field(json, "prefix"),
                                         .suffix = field(json, "suffix"),
                                         .target = field(json, "target")};
    }
    buf_release(&b);
}

static uint32_t language_of(str_view path)
{
    size_t dot = path.len;
    while (dot > 0 && path.ptr[dot - 1] != '.' && path.ptr[dot - 1] != '/')
        dot--;
    str_view extension = str_slice(path, dot, path.len);
    if (str_eq(extension, STR("h")))
        extension = STR("c");
    return (uint32_t)hash_str(extension);
}

static uint32_t folder_of(str_view path)
{
    size_t slash = path.len;
    while (slash > 0 && path.ptr[slash - 1] != '/')
        slash--;
    return (uint32_t)hash_str(str_slice(path, 0, slash));
}

static struct ctx_recall_doc doc_of(str_view path, bool live)
{
    return (struct ctx_recall_doc){.id = hash_str(path),
                                   .language = language_of(path),
                                   .folder = folder_of(path),
                                   .live = live};
}

static void put(ctx_instant *t, str_view path, str_view text, bool live)
{
    err e = {0};
    struct ctx_recall_doc doc = doc_of(path, live);
    if (ctx_instant_put(t, &doc, text, NULL, &e) != ERR_OK)
        die("cannot add a file", e.text);
}

static bool is_text(str_view v)
{
    return str_find_byte(str_slice(v, 0, 8000), '\0') == (v.len < 8000 ? v.len : 8000);
}

static void put_file(ctx_instant *t, const char *root, str_view path)
{
    char full[4096];
    buf b;
    buf_init(&b, MAX_FILE);
    snprintf(full, sizeof full, "%s/%.*s", root, STR_ARG(path));
    if (file_read(&b, full, NULL) == ERR_OK && is_text(buf_view(&b))) {
        load_bytes += b.len;
        put(t, path, buf_view(&b), false);
    }
    buf_release(&b);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void put_folder(ctx_instant *t, const char *root, const char *relative)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", root, relative);
    struct dirent **names;
    int n = scandir(path, &names, NULL, by_name);
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        struct stat st;
        snprintf(path, sizeof path, "%s/%s%s%s", root, relative, *relative ? "/" : "", name);
        if (name[0] != '.' && lstat(path, &st) == 0) {
            str_view below = str_of(path + strlen(root) + 1);
            char child[4096];
            snprintf(child, sizeof child, "%.*s", STR_ARG(below));
            if (S_ISDIR(st.st_mode))
                put_folder(t, root, child);
            else if (S_ISREG(st.st_mode))
                put_file(t, root, str_of(child));
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}

static void run_task(ctx_instant *t, struct task *task, size_t number, FILE *dump)
{
    arena mem;
    arena_init(&mem, 1 << 24);
    buf text;
    buf_init(&text, 1 << 24);
    buf_append(&text, task->prefix);
    buf_append(&text, task->suffix);
    uint64_t start = clock_now_ns();
    put(t, task->path, buf_view(&text), true);
    put_ns += clock_now_ns() - start;
    struct ctx_recall_doc doc = doc_of(task->path, true);
    struct ctx_instant_query q = {.before = task->prefix,
                                  .after = task->suffix,
                                  .doc = doc.id,
                                  .doc_off = task->prefix.len,
                                  .language = doc.language,
                                  .folder = doc.folder};
    start = clock_now_ns();
    struct ctx_instant_item items[3];
    size_t n = ctx_instant_complete(t, &q, &mem, items, 3);
    task->ns = clock_now_ns() - start;
    str_view want = str_trim_right(task->target);
    if (n) {
        task->offered = true;
        task->confidence = items[0].confidence;
        task->exact = str_eq(str_trim_right(items[0].text), want);
    }
    struct ctx__place *places = ARENA_ARRAY(&mem, struct ctx__place, CTX__MAX_PLACES);
    size_t n_places = places ? ctx__instant_places(t, &q, &mem, places) : 0;
    for (size_t i = 0; i < n_places; i++)
        task->reachable |= str_eq(str_trim_right(places[i].text), want);
    if (dump) {
        struct ctx__choice choice;
        if (ctx__instant_choose(places, n_places, &choice, 1)) {
            fprintf(dump, "C %d", str_eq(str_trim_right(places[choice.best].text), want));
            for (int k = 0; k < CTX__N_SIGNS; k++)
                fprintf(dump, " %.4g", (double)choice.signs[k]);
            fputc('\n', dump);
        }
        for (size_t i = 0; i < n_places; i++) {
            fprintf(dump, "P %zu %u %d", number, places[i].group,
                    str_eq(str_trim_right(places[i].text), want));
            for (int k = 0; k < CTX__N_TRAITS; k++)
                fprintf(dump, " %.4g", (double)places[i].traits[k]);
            fputc('\n', dump);
        }
    }
    buf_release(&text);
    arena_release(&mem);
}

static void run_package(const char *repositories, size_t first, FILE *dump)
{
    char root[4096];
    err e = {0};
    ctx_instant *t = NULL;
    str_view package = tasks[first].package;
    snprintf(root, sizeof root, "%s/%.*s", repositories, STR_ARG(package));
    if (ctx_instant_create(&t, MAX_TOKENS, &e) != ERR_OK)
        die("cannot start", e.text);
    uint64_t start = clock_now_ns();
    put_folder(t, root, "");
    while (ctx_instant_work(t, 1 << 20)) {
    }
    load_ns += clock_now_ns() - start;
    for (size_t i = first; i < n_tasks; i++)
        if (str_eq(tasks[i].package, package)) {
            run_task(t, &tasks[i], i, dump);
            put_file(t, root, tasks[i].path);
        }
    struct ctx_instant_stats s;
    ctx_instant_stats(t, &s);
    fprintf(stderr, "%-20.*s %9zu tokens %7zu pieces %6.1f MB %zu segments\n", STR_ARG(package),
            s.recall.n_tokens, s.n_pieces, (double)s.n_bytes / 1e6, s.recall.n_segments);
    ctx_instant_destroy(t);
}

static int by_confidence(const void *a, const void *b)
{
    const struct task *x = a, *y = b;
    return (x->confidence < y->confidence) - (x->confidence > y->confidence);
}

static int by_time(const void *a, const void *b)
{
    const struct task *x = a, *y = b;
    return (x->ns > y->ns) - (x->ns < y->ns);
}

static void report(void)
{
    size_t exact = 0, offered = 0, reachable = 0;
    for (size_t i = 0; i < n_tasks; i++) {
        exact += tasks[i].exact;
        offered += tasks[i].offered;
        reachable += tasks[i].reachable;
    }
    double n = (double)n_tasks;
    printf("tasks %zu, offered %.1f %%, exact %.2f %%, among the places %.1f %%\n", n_tasks,
           100 * (double)offered / n, 100 * (double)exact / n, 100 * (double)reachable / n);
    qsort(tasks, n_tasks, sizeof tasks[0], by_confidence);
    double brier = 0;
    for (size_t tenth = 0; tenth < 10; tenth++) {
        size_t begin = tenth * n_tasks / 10, end = (tenth + 1) * n_tasks / 10, right = 0;
        double sum = 0;
        for (size_t i = begin; i < end; i++) {
            right += tasks[i].exact;
            sum += (double)tasks[i].confidence;
            double d = (double)tasks[i].confidence - tasks[i].exact;
            brier += d * d / n;
        }
        printf("tenth %2zu: right %5.1f %%, said %5.1f %%\n", tenth + 1,
               100 * (double)right / (double)(end - begin), 100 * sum / (double)(end - begin));
    }
    qsort(tasks, n_tasks, sizeof tasks[0], by_time);
    printf("Brier %.4f; time median %.3f ms, p95 %.3f ms, worst %.3f ms\n", brier,
           clock_ms(tasks[n_tasks / 2].ns), clock_ms(tasks[n_tasks * 95 / 100].ns),
           clock_ms(tasks[n_tasks - 1].ns));
    printf("buffer put %.3f ms on average; files %.1f MB/s\n", clock_ms(put_ns) / n,
           (double)load_bytes * 1e3 / (double)load_ns);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: bench_instant TASKS.jsonl REPOSITORIES [PLACES.tsv]\n");
        return 2;
    }
    read_tasks(argv[1]);
    FILE *dump = argc > 3 ? fopen(argv[3], "w") : NULL;
    for (size_t i = 0; i < n_tasks; i++) {
        size_t first = 0;
        while (!str_eq(tasks[first].package, tasks[i].package))
            first++;
        if (first == i)
            run_package(argv[2], i, dump);
    }
    if (dump)
        fclose(dump);
    report();
    for (size_t i = 0; i < n_tasks; i++)
        cJSON_Delete(tasks[i].json);
    return 0;
}

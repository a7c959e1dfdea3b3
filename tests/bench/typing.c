/* bench_typing: what a person at the keyboard waits for. Types the second half of a file key by key
 * and asks for a suggestion after each; beside it the naive way, which reads the whole prompt again
 * for every key. usage: bench_typing [FILE [KEYS]] */
#include <stdio.h>
#include <stdlib.h>

#include "assist/complete/complete.h"
#include "assist/replay/tally.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

enum { MAX_KEYS = 2000 };

static void print_row(const char *name, double *ms, size_t n)
{
    assist_sort(ms, n);
    printf("%-28s median %7.1f ms   p95 %7.1f ms   max %7.1f ms\n", name,
           assist_percentile(ms, n, 50), assist_percentile(ms, n, 95),
           assist_percentile(ms, n, 100));
}

static void print_error(err_code rc, const err *e)
{
    fprintf(stderr, "bench_typing: %s\n", e->text[0] ? e->text : err_name(rc));
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : ARTEL_SOURCE_DIR "/model/pretokenize.c";
    size_t keys = argc > 2 ? strtoul(argv[2], NULL, 10) : 300;
    if (keys == 0 || keys > MAX_KEYS)
        keys = MAX_KEYS;
    err e = {{0}};
    buf file;
    buf_init(&file, 64 << 20);
    assist_engine *engine = NULL;
    err_code rc = file_read(&file, path, &e);
    if (rc == ERR_OK)
        rc = assist_engine_create(&engine, &(struct assist_engine_options){0}, &e);
    if (rc != ERR_OK) {
        print_error(rc, &e);
        return 1;
    }
    size_t cursor = file.len / 2;
    if (keys > file.len - cursor)
        keys = file.len - cursor;
    static double warm[MAX_KEYS], cold[MAX_KEYS], written[MAX_KEYS];
    size_t n = 0, n_cold = 0, n_written = 0, shown = 0, read = 0, prompt = 0, decoded = 0;
    struct assist_complete_options options = ASSIST_COMPLETE_OPTIONS_DEFAULT;
    for (size_t key = 0; key < keys; key++, cursor++) {
        /* What is after the cursor on this line is not written yet. */
        str_view rest = str_slice(buf_view(&file), cursor, file.len);
        size_t tail = cursor + str_find_byte(rest, '\n');
        char *text = mem_alloc(file.len + 1);
        arena memory;
        arena_init(&memory, 16 << 20);
        memcpy(text, file.ptr, cursor);
        memcpy(text + cursor, file.ptr + tail, file.len - tail);
        struct assist_document doc = {
            .path = STR("file.c"), .repo = STR("artel"), .text = {text, cursor + file.len - tail}};
        struct assist_completion c = {0};
        uint64_t start = clock_now_ns();
        rc = assist_complete(engine, &c, &memory, &doc, cursor, &options, NULL, &e);
        double ms = clock_ms(clock_now_ns() - start);
        if (rc != ERR_OK) {
            print_error(rc, &e);
            return 1;
        }
        shown += c.n_items > 0;
        if (c.n_items > 0 && c.timings.n_decoded == 0) {
            written[n_written++] = ms;
        } else if (c.timings.n_decoded > 0) {
            warm[n++] = ms;
            read += c.timings.n_prompt - c.timings.n_reused;
            prompt += c.timings.n_prompt;
            decoded += c.timings.n_decoded;
            /* The naive way: another document in between takes the cache away. */
            if (n % 10 == 0) {
                struct assist_document other = {.path = STR("other"), .text = STR("x")};
                rc = assist_prepare(engine, &other, 1, NULL, &e);
                arena_reset(&memory);
                start = clock_now_ns();
                if (rc == ERR_OK)
                    rc = assist_complete(engine, &c, &memory, &doc, cursor, &options, NULL, &e);
                if (rc != ERR_OK) {
                    print_error(rc, &e);
                    return 1;
                }
                cold[n_cold++] = clock_ms(clock_now_ns() - start);
            }
        }
        arena_release(&memory);
        mem_free(text);
    }
    printf("%s: %zu keys typed, %zu suggestions, %zu of them from what was written before\n", path,
           keys, shown, n_written);
    if (n_written > 0)
        print_row("written before", written, n_written);
    if (n > 0 && n_cold > 0) {
        printf("per request to the model: %.0f tokens of prompt, %.1f of them read anew, %.1f "
               "written\n",
               (double)prompt / (double)n, (double)read / (double)n, (double)decoded / (double)n);
        print_row("model, cache kept", warm, n);
        print_row("model, all read again", cold, n_cold);
    }
    assist_engine_destroy(engine);
    buf_release(&file);
    return 0;
}

/* bench_drafts [MODEL [ROUNDS]]: what drafts gain. Asks for lines at places of repetitive code and
 * of other code, with drafts and without, place by place in turn, and prints for both kinds how
 * many times as fast lines are written with them; the lines are the same. Only the writing is
 * timed. */
#include <stdio.h>
#include <stdlib.h>

#include "assist/complete/complete.h"
#include "assist/replay/tally.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

enum { MAX_ROUNDS = 64, TABLE_LINES = 60, EACH = 40 };

struct kind {
    const char *name;
    double ns[2]; /* without drafts, with */
    size_t n_written[2], n_drafted, n_right;
};

static err_code write_line(assist_engine *a, struct kind *k, str_view text, size_t cursor,
                           unsigned without, err *e)
{
    arena mem;
    arena_init(&mem, 16 << 20);
    /* As text: lines of a block behind the first would be in the time, but not in what is counted.
     */
    struct assist_document doc = {.path = STR("table.txt"), .text = text};
    struct assist_complete_options options = ASSIST_COMPLETE_OPTIONS_DEFAULT;
    options.without = ASSIST_WRITTEN | without;
    options.invoked = true;
    struct assist_completion c = {0};
    err_code rc = assist_complete(a, &c, &mem, &doc, cursor, &options, NULL, e);
    k->ns[without == 0] += (double)c.timings.decode_ns;
    k->n_written[without == 0] += c.timings.n_decoded;
    k->n_drafted += c.timings.n_drafted;
    k->n_right += c.timings.n_draft_right;
    arena_release(&mem);
    return rc;
}

/* Both ways at one place, in turn first. */
static err_code both_ways(assist_engine *a, struct kind *k, str_view text, size_t cursor,
                          size_t turn, err *e)
{
    unsigned first = turn % 2 ? ASSIST_DRAFTS : 0;
    err_code rc = write_line(a, k, text, cursor, first, e);
    return rc == ERR_OK ? write_line(a, k, text, cursor, first ^ ASSIST_DRAFTS, e) : rc;
}

/* Tables, assignments and calls, as people paste and change them. */
static void write_table(buf *to, size_t n_lines, size_t variant)
{
    static const char *const names[] = {"width", "height", "depth", "border", "margin", "padding"};
    for (size_t i = 0; i < n_lines; i++) {
        const char *name = names[(i + variant) % 6];
        if (variant % 3 == 0)
            buf_append_format(to,
                              "    {\"%s_%zu\", OPTION_NUMBER, offsetof(struct options, %s)},\n",
                              name, i, name);
        else if (variant % 3 == 1)
            buf_append_format(to, "    options->%s = read_number(file, \"%s\", default_%s);\n",
                              name, name, name);
        else
            buf_append_format(to, "    assert_int_equal(check_%s(&state, %zu), ERR_OK);\n", name,
                              i % 4);
    }
}

static err_code repetitive(assist_engine *a, struct kind *k, err *e)
{
    err_code rc = ERR_OK;
    for (size_t i = 0; i < EACH && rc == ERR_OK; i++) {
        buf text;
        buf_init(&text, 1 << 16);
        write_table(&text, TABLE_LINES / 4 + i, i);
        buf_append(&text, STR("    "));
        rc = both_ways(a, k, buf_view(&text), text.len, i, e);
        buf_release(&text);
    }
    return rc;
}

/* Beginnings of lines spread over a file; what follows is as it stands there. */
static err_code other(assist_engine *a, struct kind *k, const char *path, err *e)
{
    buf file;
    buf_init(&file, 1 << 24);
    err_code rc = file_read(&file, path, e);
    for (size_t i = 1; i <= EACH && rc == ERR_OK; i++) {
        size_t cursor = file.len / (EACH + 1) * i;
        cursor += str_find_byte(str_slice(buf_view(&file), cursor, file.len), '\n');
        str_view rest = str_slice(buf_view(&file), cursor + 1, file.len);
        size_t tail = cursor + 1 + str_find_byte(rest, '\n');
        buf text;
        buf_init(&text, 1 << 24);
        buf_append(&text, str_slice(buf_view(&file), 0, cursor + 1));
        buf_append(&text, str_slice(buf_view(&file), tail, file.len));
        rc = both_ways(a, k, buf_view(&text), cursor + 1, i, e);
        buf_release(&text);
    }
    buf_release(&file);
    return rc;
}

static void print_kind(const struct kind *k, double *ratios, size_t n)
{
    assist_sort(ratios, n);
    printf("%-16s drafts write %.2f times as fast (median of %zu rounds; %.2f to %.2f), %.0f "
           "tokens/s; %.0f %% of %zu drafted tokens were right\n",
           k->name, assist_percentile(ratios, n, 50), n, ratios[0], ratios[n - 1],
           (double)k->n_written[1] * 1e9 / k->ns[1],
           k->n_drafted ? 100.0 * (double)k->n_right / (double)k->n_drafted : 0, k->n_drafted);
}

int main(int argc, char **argv)
{
    size_t n_rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 7;
    n_rounds = n_rounds < 1 ? 1 : n_rounds < MAX_ROUNDS ? n_rounds : MAX_ROUNDS;
    err e = {{0}};
    assist_engine *a = NULL;
    struct kind kinds[2] = {{.name = "repetitive code"}, {.name = "other code"}};
    static double ratios[2][MAX_ROUNDS];
    const struct assist_engine_options options = {.model_path = argc > 1 ? argv[1] : NULL};
    err_code rc = assist_engine_create(&a, &options, &e);
    for (size_t r = 0; r < n_rounds && rc == ERR_OK; r++) {
        for (size_t i = 0; i < 2 && rc == ERR_OK; i++) {
            struct kind before = kinds[i];
            rc = i == 0 ? repetitive(a, &kinds[i], &e)
                        : other(a, &kinds[i], ARTEL_SOURCE_DIR "/context/recall.c", &e);
            ratios[i][r] = (kinds[i].ns[0] - before.ns[0]) / (kinds[i].ns[1] - before.ns[1]);
        }
    }
    if (rc != ERR_OK)
        fprintf(stderr, "bench_drafts: %s\n", e.text[0] ? e.text : err_name(rc));
    for (size_t i = 0; i < 2 && rc == ERR_OK; i++)
        print_kind(&kinds[i], ratios[i], n_rounds);
    assist_engine_destroy(a);
    return rc == ERR_OK ? 0 : 1;
}

/* The small languages: each tests/data/explain/readers/<kind>.txt has cases of one line, "> text"
 * or
 * ">dialect text", and below them what is read out of it. UPDATE=1 in the environment rewrites what
 * is read. */
#include <stdio.h>

#include "assist/explain/explain.h"
#include "assist/explain/render.h"
#include "base/file.h"
#include "tests/unit/test.h"

enum { MAX_BYTES = 1 << 20 };

static const char folder[] = ARTEL_SOURCE_DIR "/tests/data/explain/readers";

/* What the reader makes of one case line, appended. */
static void read_case(buf *out, const char *kind, str_view line)
{
    arena mem;
    err e = {{0}};
    struct explain_answer a = {0};
    arena_init(&mem, MAX_BYTES);
    str_view rest = str_slice(line, 1, line.len);
    size_t blank = str_find_byte(rest, ' ');
    err_code rc = explain_small(&a, str_of(kind), str_slice(rest, 0, blank),
                                str_slice(rest, blank + 1, rest.len), &mem, &e);
    if (rc != ERR_OK)
        buf_append_format(out, "  (%s)\n", e.text);
    for (size_t i = 0; rc == ERR_OK && i < a.cards[0].n_pieces; i++) {
        const struct explain_piece *p = &a.cards[0].pieces[i];
        buf_append_format(out, "%*s%.*s: %.*s\n", (int)(2 + 2 * p->depth), "", STR_ARG(p->code),
                          STR_ARG(p->text));
    }
    arena_release(&mem);
}

static int check(const char *kind)
{
    char path[512];
    buf have, got;
    err e = {{0}};
    snprintf(path, sizeof path, "%s/%s.txt", folder, kind);
    buf_init(&have, MAX_BYTES);
    buf_init(&got, MAX_BYTES);
    assert_ok(file_read(&have, path, &e), &e);
    size_t n = 0;
    for (str_view rest = buf_view(&have); rest.len > 0;) {
        str_view line = str_take_line(&rest);
        if (line.len == 0 || (line.ptr[0] != '>' && line.ptr[0] != '#'))
            continue;
        buf_append(&got, line);
        buf_append_byte(&got, '\n');
        if (line.ptr[0] == '>') {
            read_case(&got, kind, line);
            n++;
        }
    }
    int faults = n == 0;
    if (getenv("UPDATE")) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(got.ptr, 1, got.len, f), got.len);
        fclose(f);
    } else {
        str_view g = buf_view(&got), w = buf_view(&have);
        while ((g.len > 0 || w.len > 0) && faults == 0) {
            str_view lg = g.len ? str_take_line(&g) : (str_view){"", 0};
            str_view lw = w.len ? str_take_line(&w) : (str_view){"", 0};
            if (!str_eq(lg, lw)) {
                print_error("%s:\n got  %.*s\n want %.*s\n", path, STR_ARG(lg), STR_ARG(lw));
                faults++;
            }
        }
    }
    buf_release(&have);
    buf_release(&got);
    return faults;
}

static void test_explain_readers__read_what_the_tables_say(void **state)
{
    (void)state;
    static const char *const kinds[] = {"cron",  "declaration", "f-string", "format-spec",
                                        "glob",  "printf",      "regex",    "selector",
                                        "shell", "strftime",    "ignore",   "revision"};
    int faults = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        faults += check(kinds[i]);
    assert_int_equal(faults, 0);
}

/* Nothing that is typed ends in a crash or a read outside: every prefix of hostile texts. */
static void test_explain_readers__survive_broken_texts(void **state)
{
    (void)state;
    static const char *const kinds[] = {"cron",  "declaration", "f-string", "format-spec",
                                        "glob",  "printf",      "regex",    "selector",
                                        "shell", "strftime",    "ignore",   "revision"};
    static const char *const texts[] = {
        "(((((((((((((((((((((((((((((((a|[^]]-z]{2,}?)\\",
        "int (*(*(*f[3])(int, char (*)[2]))(void))[4], *const *volatile p = {1,(2)}, x:3;",
        "%-+ #0*.*lld%%%5$s%.%l",
        "a:not(.b, #c[d=\"]\"]):nth-child(2n of .x)::before\\:z ns|e > *,",
        "find . -name '*.c' -print0 | xargs -0 grep -rn \"a b\" && sed -i 's/a/b/' x || tar -xzf",
        "*/5 0-23/2 1,15,* jan-DEC mon @daily 99 x",
        "[!a-z]**?\\[x[",
        ":*^+#010,.3f{x!r:>{w}}}}{{",
        "%Y-%-m-%d%",
        "HEAD~3^2@{1.day}^{/fix}..origin/main^{}:a/b^!",
        "!/a/**/b[!x]*.c/ \\",
        "\xff\xfe(\xc3",
    };
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
            for (size_t n = 0; n <= strlen(texts[t]); n++) {
                arena mem;
                err e = {{0}};
                struct explain_answer a = {0};
                arena_init(&mem, MAX_BYTES);
                /* Its own heap block, so that a read past the end is seen. */
                str_view text = arena_copy(&mem, (str_view){texts[t], n});
                err_code rc = explain_small(&a, str_of(kinds[k]), STR("python"),
                                            (str_view){text.ptr, n}, &mem, &e);
                assert_true(rc == ERR_OK || rc == ERR_NOT_FOUND);
                assert_true(rc != ERR_OK || a.cards[0].n_pieces > 0);
                arena_release(&mem);
            }
        }
    }
}

TEST_MAIN(cmocka_unit_test(test_explain_readers__read_what_the_tables_say),
          cmocka_unit_test(test_explain_readers__survive_broken_texts))

#define _DEFAULT_SOURCE /* usleep */

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/test.h"

#include "base/file.h"
#include "context/index.h"

/* A project and a cache for one test, removed at its end. */
struct fixture {
    char base[64], root[80], cache[80];
    gram_queries *queries;
    ctx_index *x;
    arena mem;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    snprintf(f->base, sizeof f->base, "%s", "/tmp/artel-index-XXXXXX");
    if (!mkdtemp(f->base))
        return -1;
    snprintf(f->root, sizeof f->root, "%s/root", f->base);
    snprintf(f->cache, sizeof f->cache, "%s/cache", f->base);
    arena_init(&f->mem, 1 << 26);
    *state = f;
    return mkdir(f->root, 0700) != 0 || gram_queries_create(&f->queries) != ERR_OK;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char command[256];
    ctx_index_destroy(f->x);
    gram_queries_destroy(f->queries);
    arena_release(&f->mem);
    snprintf(command, sizeof command, "chmod -R u+rwx %s && rm -rf %s", f->base, f->base);
    int rc = system(command);
    free(f);
    return rc;
}

static const char *path_in(const struct fixture *f, const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", f->root, name);
    return path;
}

static void make(const struct fixture *f, const char *name, const char *text)
{
    char folder[512];
    err e = {0};
    snprintf(folder, sizeof folder, "%s", path_in(f, name));
    *strrchr(folder, '/') = '\0';
    assert_ok(file_make_dirs(folder, &e), &e);
    assert_ok(file_write_atomic(path_in(f, name), str_of(text), &e), &e);
}

/* The index of the project, from the cache. */
static ctx_index *open_index(struct fixture *f)
{
    err e = {0};
    struct ctx_index_options options = {.queries = f->queries, .cache = f->cache};
    ctx_index_destroy(f->x);
    f->x = NULL;
    assert_ok(ctx_index_create(&f->x, f->root, &options, &e), &e);
    return f->x;
}

static struct ctx_index_report refresh(struct fixture *f)
{
    err e = {0};
    struct ctx_index_report report;
    struct ctx_index_refresh options = {.n_threads = 2};
    assert_ok(ctx_index_refresh(f->x, &options, &report, &f->mem, &e), &e);
    return report;
}

/* ---- answers as text ---- */

static bool print_def(void *user, const struct ctx_index_def *d)
{
    buf_append_format(user, "%s %.*s%s%.*s %.*s:%u+%u\n", gram_kind_name(d->kind),
                      STR_ARG(d->scope), d->scope.len ? "." : "", STR_ARG(d->name),
                      STR_ARG(d->path), d->line + 1, d->n_lines);
    return true;
}

static bool print_ref(void *user, const struct ctx_index_ref *r)
{
    buf_append_format(user, "%.*s:%u %s\n", STR_ARG(r->path), r->line + 1, gram_kind_name(r->kind));
    return true;
}

struct import_printer {
    buf *out;
    const ctx_index_view *v;
};

static bool print_import(void *user, const struct ctx_index_import *i)
{
    struct import_printer *p = user;
    str_view path = ctx_index_path(p->v, i->file);
    buf_append_format(p->out, "%.*s -> %.*s\n", STR_ARG(i->name), STR_ARG(path));
    return true;
}

static int by_line(const void *a, const void *b)
{
    return str_cmp(*(const str_view *)a, *(const str_view *)b);
}

/* Which part of the index a file is in depends on which thread read it: the order across parts is
 * not promised, so lines are sorted, and those of `want` are. Releases b. */
static void check_lines(buf *b, const char *want)
{
    str_view lines[64], rest = buf_view(b);
    size_t n = 0;
    buf sorted;
    buf_init(&sorted, 1 << 20);
    while (rest.len && n < 64)
        lines[n++] = str_take_line(&rest);
    if (n)
        qsort(lines, n, sizeof lines[0], by_line);
    for (size_t i = 0; i < n; i++)
        buf_append_format(&sorted, "%.*s\n", STR_ARG(lines[i]));
    assert_view(buf_view(&sorted), want);
    buf_release(&sorted);
    buf_release(b);
}

static void check_defs(ctx_index *x, const char *name, const char *want)
{
    buf b;
    buf_init(&b, 1 << 20);
    ctx_index_view *v = ctx_index_begin(x);
    ctx_index_defs(v, str_of(name), print_def, &b);
    ctx_index_end(v);
    check_lines(&b, want);
}

static void check_prefix(ctx_index *x, const char *prefix, const char *want)
{
    buf b;
    buf_init(&b, 1 << 20);
    ctx_index_view *v = ctx_index_begin(x);
    ctx_index_defs_prefix(v, str_of(prefix), print_def, &b);
    ctx_index_end(v);
    check_lines(&b, want);
}

static void check_file(ctx_index *x, const char *path, const char *want)
{
    buf b;
    buf_init(&b, 1 << 20);
    ctx_index_view *v = ctx_index_begin(x);
    ctx_index_defs_in(v, ctx_index_find_file(v, str_of(path)), print_def, &b);
    ctx_index_end(v);
    assert_view(buf_view(&b), want);
    buf_release(&b);
}

static void check_refs(ctx_index *x, const char *name, const char *want)
{
    buf b;
    buf_init(&b, 1 << 20);
    ctx_index_view *v = ctx_index_begin(x);
    ctx_index_refs(v, str_of(name), print_ref, &b);
    ctx_index_end(v);
    check_lines(&b, want);
}

static void check_imports(ctx_index *x, const char *path, const char *want)
{
    buf b;
    buf_init(&b, 1 << 20);
    ctx_index_view *v = ctx_index_begin(x);
    struct import_printer p = {&b, v};
    ctx_index_imports(v, ctx_index_find_file(v, str_of(path)), print_import, &p);
    ctx_index_end(v);
    assert_view(buf_view(&b), want);
    buf_release(&b);
}

/* ---- tests ---- */

static const char shapes[] = "\"\"\"Shapes.\"\"\"\n"
                             "import math\n"
                             "from .base import Base\n"
                             "\n"
                             "# A round one.\n"
                             "class Circle(Base):\n"
                             "    def area(self):\n"
                             "        return math.pi * square(self.radius)\n"
                             "\n"
                             "def square(value):\n"
                             "    return value * value\n";

static void make_project(const struct fixture *f)
{
    make(f, "lib/shapes.py", shapes);
    make(f, "lib/base.py", "class Base:\n    pass\n");
    make(f, "main.py", "from lib.shapes import Circle\n\nprint(Circle().area())\n");
    make(f, "tool.c", "/* Twice. */\nint square(int x)\n{\n    return x * x;\n}\n");
}

static void test_index__answers(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    ctx_index *x = open_index(f);
    struct ctx_index_report report = refresh(f);
    assert_int_equal(report.n_files, 4);
    assert_int_equal(report.n_read, 4);
    assert_int_equal(report.note.len, 0);
    check_defs(x, "square", "function square lib/shapes.py:10+2\nfunction square tool.c:2+4\n");
    check_defs(x, "squar", "");
    check_prefix(x, "Ba", "class Base lib/base.py:1+2\n");
    check_file(x, "lib/shapes.py",
               "class Circle lib/shapes.py:6+3\nmethod Circle.area lib/shapes.py:7+2\n"
               "function square lib/shapes.py:10+2\n");
    check_refs(x, "square", "lib/shapes.py:8 call\n");
    check_refs(x, "Circle", "main.py:3 call\n");
    check_imports(x, "lib/shapes.py", "math -> \n.base -> lib/base.py\n");
    check_imports(x, "main.py", "lib.shapes -> lib/shapes.py\n");
    ctx_index_view *v = ctx_index_begin(x);
    assert_int_equal(ctx_index_frequency(v, STR("square")).n_files, 2);
    assert_int_equal(ctx_index_frequency(v, STR("nowhere")).n_files, 0);
    assert_int_equal(ctx_index_totals(v).n_files, 4);
    ctx_index_end(v);
}

static bool take_first(void *user, const struct ctx_index_def *d)
{
    *(struct ctx_index_def *)user = *d;
    return false;
}

static void test_index__gives_the_text_of_a_definition(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    ctx_index *x = open_index(f);
    refresh(f);
    buf b;
    buf_init(&b, 1 << 20);
    ctx_index_view *v = ctx_index_begin(x);
    struct ctx_index_def d = {0};
    ctx_index_defs(v, STR("Circle"), take_first, &d);
    assert_int_equal(ctx_index_text(v, d.file, d.doc, &b), ERR_OK);
    buf_append_byte(&b, '|');
    assert_int_equal(ctx_index_text(v, d.file, d.signature, &b), ERR_OK);
    assert_view(buf_view(&b), "# A round one.|class Circle(Base):");
    /* The answer is about the file as it was. */
    make(f, "lib/shapes.py", "x = 1\n");
    assert_int_equal(ctx_index_text(v, d.file, d.signature, &b), ERR_STALE);
    ctx_index_end(v);
    buf_release(&b);
}

static void test_index__reads_only_what_changed(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    open_index(f);
    assert_true(refresh(f).saved);
    ctx_index *x = open_index(f);
    check_prefix(x, "Cir", "class Circle lib/shapes.py:6+3\n"); /* before anything is read */
    struct ctx_index_report report = refresh(f);
    assert_int_equal(report.n_read, 0);
    assert_int_equal(report.n_unchanged, 4);
    make(f, "lib/base.py", "class Ground:\n    pass\n");
    assert_int_equal(unlink(path_in(f, "tool.c")), 0);
    make(f, "new.go", "package p\n\nfunc square() {}\n");
    report = refresh(f);
    assert_int_equal(report.n_read, 2);
    assert_int_equal(report.n_gone, 1);
    check_defs(x, "Base", "");
    check_defs(x, "Ground", "class Ground lib/base.py:1+2\n");
    check_defs(x, "square", "function square lib/shapes.py:10+2\nfunction square new.go:3+1\n");
    x = open_index(f);
    check_defs(x, "square", "function square lib/shapes.py:10+2\nfunction square new.go:3+1\n");
    check_refs(x, "square", "lib/shapes.py:8 call\n");
}

static void test_index__a_touched_file_is_not_parsed(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    open_index(f);
    refresh(f);
    struct timespec times[2] = {{1000, 5}, {1000, 5}};
    assert_int_equal(utimensat(AT_FDCWD, path_in(f, "tool.c"), times, 0), 0);
    struct ctx_index_report report = refresh(f);
    assert_int_equal(report.n_read, 1);
    assert_int_equal(report.n_unchanged, 3);
    assert_int_equal(refresh(f).n_unchanged, 4);
    open_index(f);
    assert_int_equal(refresh(f).n_unchanged, 4);
}

static void test_index__open_buffers_count(void **state)
{
    struct fixture *f = *state;
    err e = {0};
    make_project(f);
    ctx_index *x = open_index(f);
    refresh(f);
    assert_ok(ctx_index_put(x, STR("tool.c"), STR("int cube(int x) { return x; }\n"), &e), &e);
    check_defs(x, "cube", "function cube tool.c:1+1\n");
    check_defs(x, "square", "function square lib/shapes.py:10+2\n");
    assert_ok(ctx_index_put(x, STR("tool.c"), STR("int ball(void) { return 1; }\n"), &e), &e);
    check_defs(x, "cube", "");
    refresh(f); /* the disk does not matter now */
    check_file(x, "tool.c", "function ball tool.c:1+1\n");
    buf b;
    buf_init(&b, 100);
    ctx_index_view *v = ctx_index_begin(x);
    struct gram_range whole = {0, 8};
    assert_int_equal(ctx_index_text(v, ctx_index_find_file(v, STR("tool.c")), whole, &b), ERR_OK);
    assert_view(buf_view(&b), "int ball");
    ctx_index_end(v);
    buf_release(&b);
    ctx_index_forget(x, STR("tool.c"));
    check_defs(x, "ball", "");
    check_file(x, "tool.c", "function square tool.c:2+4\n");
    assert_int_equal(ctx_index_put(x, STR("sub/.env"), STR("A=1"), &e), ERR_UNSUPPORTED);
}

static void test_index__imports_mean_what_is_configured(void **state)
{
    struct fixture *f = *state;
    make(f, "go.mod", "// the module\nmodule example.org/tool // of ours\n\ngo 1.21\n");
    make(f, "main.go",
         "package main\n\nimport (\n\t\"example.org/tool/net/http\"\n\t\"net/http\"\n"
         "\t\"example.org/tools\"\n)\n");
    make(f, "net/http/serve.go", "package http\n\nfunc Serve() {}\n");
    make(f, "net/http/serve_test.go", "package http\n");
    make(f, "net/http/client/get.go", "package client\n\nimport \"example.org/tool\"\n");
    make(
        f, "web/tsconfig.json",
        "{ // \"paths\": {\n  \"compilerOptions\": {\n    \"baseUrl\": \"./lib\",\n"
        "    \"paths\": {\"#ui/*\": [\"gone/*\", \"../kit/*/main\"], \"env\": [\"../env.d.ts\"],}\n"
        "  }\n}\n");
    make(f, "web/app/page.ts",
         "import a from '#ui/button';\nimport b from 'env';\nimport c from 'store/all';\n"
         "import d from 'react';\nimport e from './near';\n");
    make(f, "web/app/near.ts", "export default 1;\n");
    make(f, "web/kit/button/main.tsx", "export default 1;\n");
    make(f, "web/lib/store/all.ts", "export default 1;\n");
    make(f, "web/env.d.ts", "declare const x: number;\n");
    ctx_index *x = open_index(f);
    refresh(f);
    check_imports(x, "main.go",
                  "example.org/tool/net/http -> net/http/serve.go\nnet/http -> \n"
                  "example.org/tools -> \n");
    check_imports(x, "net/http/client/get.go", "example.org/tool -> main.go\n");
    check_imports(x, "web/app/page.ts",
                  "#ui/button -> web/kit/button/main.tsx\nenv -> web/env.d.ts\n"
                  "store/all -> web/lib/store/all.ts\nreact -> \n./near -> web/app/near.ts\n");
}

static void test_index__open_buffers_count_soon(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    ctx_index *x = open_index(f);
    refresh(f);
    char text[64];
    /* Of many texts the newest. */
    for (int i = 0; i < 50; i++) {
        snprintf(text, sizeof text, "int cube_%d(int x) { return x; }\n", i);
        assert_int_equal(ctx_index_put_later(x, STR("tool.c"), str_of(text)), ERR_OK);
    }
    assert_true(ctx_index_await(x, 10 * 1000));
    check_file(x, "tool.c", "function cube_49 tool.c:1+1\n");
    /* A buffer that was closed stays closed, whatever waited. */
    assert_int_equal(ctx_index_put_later(x, STR("tool.c"), STR("int ball;\n")), ERR_OK);
    ctx_index_forget(x, STR("tool.c"));
    assert_true(ctx_index_await(x, 10 * 1000));
    check_file(x, "tool.c", "function square tool.c:2+4\n");
    /* What waits at the end is dropped. */
    assert_int_equal(ctx_index_put_later(x, STR("tool.c"), STR("int ball;\n")), ERR_OK);
    ctx_index_stop(x);
    assert_true(ctx_index_await(x, 0));
}

static void test_index__views_stay_the_same(void **state)
{
    struct fixture *f = *state;
    err e = {0};
    make_project(f);
    ctx_index *x = open_index(f);
    refresh(f);
    ctx_index_view *v = ctx_index_begin(x);
    assert_ok(ctx_index_put(x, STR("tool.c"), STR("int cube;\n"), &e), &e);
    make(f, "lib/shapes.py", "y = 2\n");
    refresh(f);
    buf b;
    buf_init(&b, 1 << 16);
    ctx_index_defs(v, STR("square"), print_def, &b);
    ctx_index_end(v);
    check_lines(&b, "function square lib/shapes.py:10+2\nfunction square tool.c:2+4\n");
    check_defs(x, "square", "");
}

static void test_index__holds_no_secrets(void **state)
{
    struct fixture *f = *state;
    make(f, ".env", "ENV_NAME=1\n");
    make(f, "conf.py",
         "key = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'\ndef reader():\n    pass\n");
    ctx_index *x = open_index(f);
    struct ctx_index_report report = refresh(f);
    assert_int_equal(report.n_secret, 1);
    check_defs(x, "reader", "function reader conf.py:2+2\n");
    struct ctx_index_stats stats;
    ctx_index_stats(x, &stats);
    buf b;
    err e = {0};
    buf_init(&b, 1 << 24);
    assert_ok(file_read(&b, stats.path.ptr, &e), &e);
    assert_true(str_find(buf_view(&b), STR("reader")) < b.len);
    assert_true(str_find(buf_view(&b), STR("ghp_")) == b.len);
    assert_true(str_find(buf_view(&b), STR("ENV_NAME")) == b.len);
    buf_clear(&b);
    ctx_index_view *v = ctx_index_begin(x);
    struct gram_range range = {0, 30};
    assert_int_equal(ctx_index_text(v, ctx_index_find_file(v, STR("conf.py")), range, &b), ERR_OK);
    assert_true(str_find(buf_view(&b), STR("ghp_")) == b.len);
    ctx_index_end(v);
    buf_release(&b);
}

/* ---- bad input ---- */

static void check_project(struct fixture *f)
{
    check_defs(f->x, "square", "function square lib/shapes.py:10+2\nfunction square tool.c:2+4\n");
    check_imports(f->x, "main.py", "lib.shapes -> lib/shapes.py\n");
}

static str_view index_path(struct fixture *f)
{
    struct ctx_index_stats stats;
    ctx_index_stats(f->x, &stats);
    return arena_copy(&f->mem, stats.path);
}

static void test_index__a_damaged_file_is_made_anew(void **state)
{
    struct fixture *f = *state;
    err e = {0};
    buf good, bad;
    make_project(f);
    open_index(f);
    refresh(f);
    str_view path = index_path(f);
    ctx_index_destroy(f->x);
    f->x = NULL;
    buf_init(&good, 1 << 24);
    buf_init(&bad, 1 << 24);
    assert_ok(file_read(&good, path.ptr, &e), &e);
    for (size_t at = 0; at < good.len + 40; at += at < 64 || at >= 4096 ? 41 : 500) {
        buf_clear(&bad);
        /* One byte is another, or the end is missing, or there is more. */
        if (at % 2)
            buf_append(&bad, str_slice(buf_view(&good), 0, at));
        else
            buf_append(&bad, buf_view(&good));
        if (at % 2 == 0 && at < good.len)
            bad.ptr[at] ^= 0x10;
        else if (at >= good.len)
            buf_append(&bad, STR("more"));
        assert_ok(file_write_atomic(path.ptr, buf_view(&bad), &e), &e);
        open_index(f);
        assert_int_equal(refresh(f).note.len, 0);
        check_project(f);
    }
    buf_release(&good);
    buf_release(&bad);
}

static void test_index__survives_a_file_cut_while_mapped(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    open_index(f);
    refresh(f);
    open_index(f);
    assert_int_equal(truncate(index_path(f).ptr, 100), 0);
    buf b;
    buf_init(&b, 1 << 20);
    ctx_index_view *v = ctx_index_begin(f->x);
    ctx_index_defs(v, STR("square"), print_def, &b); /* nothing, or what was in memory */
    ctx_index_end(v);
    buf_release(&b);
    refresh(f);
    check_project(f);
    open_index(f);
    check_project(f);
}

static void test_index__works_without_a_cache(void **state)
{
    struct fixture *f = *state;
    err e = {0};
    make_project(f);
    /* A file where the folder should be; the message comes once. */
    assert_ok(file_write_atomic(f->cache, STR("x"), &e), &e);
    open_index(f);
    struct ctx_index_report report = refresh(f);
    assert_true(report.note.len > 0);
    assert_true(str_find_byte(report.note, '\n') == report.note.len);
    assert_false(report.saved);
    check_project(f);
    make(f, "tool.c", "int other;\n");
    assert_int_equal(refresh(f).note.len, 0);
    check_defs(f->x, "other", "variable other tool.c:1+1\n");
}

/* In a process of its own, which may write files of so many bytes. */
static int with_little_disk(struct fixture *f, rlim_t n_bytes)
{
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {n_bytes, n_bytes};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
            _exit(3);
        open_index(f);
        struct ctx_index_report report = refresh(f);
        check_project(f);
        ctx_index_destroy(f->x);
        _exit(report.note.len > 0 && !report.saved ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void test_index__works_on_a_full_disk(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    assert_int_equal(with_little_disk(f, 0), 0);
    assert_int_equal(with_little_disk(f, 5000), 0);
    /* Nothing of it is in the way afterwards. */
    open_index(f);
    assert_int_equal(refresh(f).note.len, 0);
    check_project(f);
}

static void test_index__several_processes_share_one(void **state)
{
    struct fixture *f = *state;
    enum { N = 4 };
    pid_t children[N];
    make_project(f);
    for (int i = 0; i < 200; i++) {
        char name[64], text[64];
        snprintf(name, sizeof name, "many/f%d.c", i);
        snprintf(text, sizeof text, "int many_%d(void) { return 1; }\n", i);
        make(f, name, text);
    }
    for (int i = 0; i < N; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            open_index(f);
            size_t n_read = 0;
            for (int k = 0; k < 5; k++) {
                struct ctx_index_report report = refresh(f);
                n_read += report.n_read;
                check_project(f);
                check_defs(f->x, "many_77", "function many_77 many/f77.c:1+1\n");
            }
            _exit(n_read > 0 ? 10 : 0);
        }
    }
    int n_readers = 0;
    for (int i = 0; i < N; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 10);
        n_readers += WEXITSTATUS(status) == 10;
    }
    assert_int_equal(n_readers, 1); /* one did the work */
}

static void test_index__takes_names_and_texts_in_any_bytes(void **state)
{
    struct fixture *f = *state;
    make(f, "od\xFF\nd/-\xC3(.py", "def \xC3\x28name(\xFF): pass\ndef plain(): pass\n");
    make(f, "nul.c", "int a;\n");
    make(f, "brace.c", "}}}} int (((( struct { void f(\n");
    make(f, "empty.py", "");
    err e = {0};
    assert_ok(file_write_atomic(path_in(f, "nul.c"), STR("int a;\0int b;\n"), &e), &e);
    open_index(f);
    struct ctx_index_report report = refresh(f);
    assert_int_equal(report.n_read, 4);
    /* One line of answer, which the line break in the name cuts, sorted. */
    check_defs(f->x, "plain", "d/-\xC3(.py:2+1\nfunction plain od\xFF\n");
    check_defs(f->x, "a", ""); /* binary */
    assert_int_equal(refresh(f).n_unchanged, 4);
}

struct scribbler {
    const struct fixture *f;
    cancel_flag stop;
};

/* Files come, change and go all the time. */
static void *scribble(void *user)
{
    struct scribbler *s = user;
    for (int i = 0; !cancel_requested(&s->stop); i++) {
        char path[128], text[256];
        snprintf(path, sizeof path, "%s/live%d.py", s->f->root, i % 7);
        snprintf(text, sizeof text, "def live_%d(): pass\n%*s\n", i, i % 200, "");
        int fd = open(path, O_WRONLY | O_CREAT | (i % 3 ? O_TRUNC : O_APPEND), 0600);
        if (fd >= 0) {
            (void)!write(fd, text, strlen(text));
            close(fd);
        }
        if (i % 5 == 0)
            unlink(path);
    }
    return NULL;
}

static void test_index__files_may_change_while_they_are_read(void **state)
{
    struct fixture *f = *state;
    struct scribbler s = {.f = f};
    pthread_t thread;
    make_project(f);
    open_index(f);
    assert_int_equal(pthread_create(&thread, NULL, scribble, &s), 0);
    for (int i = 0; i < 30; i++) {
        refresh(f);
        check_project(f);
    }
    cancel_request(&s.stop);
    pthread_join(thread, NULL);
    for (int i = 0; i < 7; i++) {
        char name[32];
        snprintf(name, sizeof name, "live%d.py", i);
        make(f, name, "def settled(): pass\n");
    }
    refresh(f);
    check_prefix(f->x, "live_", "");
    check_file(f->x, "live3.py", "function settled live3.py:1+1\n");
}

/* ---- repositories in a bad state ---- */

/* libgit2 1.5 forgets its match data for each configuration entry that a pattern does not match,
 * which it asks only in repositories of format 1. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libpcre2";
}

static bool git(const struct fixture *f, const char *command)
{
    char line[1024];
    snprintf(line, sizeof line,
             "cd %s && export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b.c "
             "GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b.c && (%s) >/dev/null 2>&1",
             f->root, command);
    return system(line) == 0;
}

static void test_index__reads_repositories_in_any_state(void **state)
{
    struct fixture *f = *state;
    static const char commit[] = "git init -q . && git add -A && git commit -qm one && "
                                 "git repack -adq";
    static const char *const damage[] = {
        "true",
        "for p in .git/objects/pack/*.pack; do chmod u+w $p; head -c 40 $p > x; cat x > $p; done; "
        "rm -f x",
        "rm -rf .git/objects",
        "rm -rf .git && git init -q . && git add -A && git commit -qm one && "
        "find .git/objects -type f -exec chmod u+w {} + -exec truncate -s 20 {} +",
        "echo nonsense > .git/HEAD",
        "printf 'DIRC nonsense' > .git/index",
        "rm -rf .git && git init -q --object-format=sha256 . && git add -A && git commit -qm one",
        "git checkout -q --detach && git clone -q --depth 1 file://$PWD ../shallow && "
        "mv ../shallow/.git ../g && rm -rf .git ../shallow && mv ../g .git",
        "git worktree add -q ../wt && rm -rf ../wt/.git && true",
    };
    make_project(f);
    if (!git(f, "git --version"))
        skip();
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        assert_true(git(f, "rm -rf .git ../wt"));
        assert_true(git(f, commit));
        if (!git(f, damage[i]))
            print_message("this git cannot: %s\n", damage[i]);
        struct ctx_index_options options = {.queries = f->queries, .in_memory = true};
        ctx_index_destroy(f->x);
        f->x = NULL;
        err e = {0};
        assert_ok(ctx_index_create(&f->x, f->root, &options, &e), &e);
        struct ctx_index_report report = refresh(f);
        check_defs(f->x, "area", "method Circle.area lib/shapes.py:7+2\n");
        assert_int_equal(report.n_files, 4);
        assert_true(str_find_byte(report.note, '\n') == report.note.len);
    }
}

static void test_index__leaves_out_submodules_and_bare_repositories(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    if (!git(f, "git init -q . && git init -q sub && echo 'int inner;' > sub/inner.c && "
                "git -C sub add -A && git -C sub commit -qm one && git add -A && "
                "git commit -qm two"))
        skip();
    open_index(f);
    refresh(f);
    check_defs(f->x, "inner", "");
    check_project(f);
    assert_true(git(f, "git clone -q --bare . ../bare.git"));
    char path[128];
    err e = {0};
    snprintf(path, sizeof path, "%s/bare.git", f->base);
    struct ctx_index_options options = {.queries = f->queries, .cache = f->cache};
    ctx_index_destroy(f->x);
    f->x = NULL;
    assert_ok(ctx_index_create(&f->x, path, &options, &e), &e);
    struct ctx_index_report report = refresh(f);
    assert_int_equal(report.n_files, 0);
    assert_true(report.note.len > 0);
}

/* ---- the thread ---- */

static void wait_until_ready(ctx_index *x)
{
    for (int i = 0; i < 1000 && !ctx_index_ready(x); i++)
        usleep(10 * 1000);
    assert_true(ctx_index_ready(x));
}

static void test_index__keeps_itself_up_to_date(void **state)
{
    struct fixture *f = *state;
    err e = {0};
    make_project(f);
    ctx_index *x = open_index(f);
    struct ctx_index_refresh options = {.first = (const str_view[]){STR("tool.c")}, .n_first = 1};
    assert_ok(ctx_index_start(x, &options, &e), &e);
    assert_ok(ctx_index_start(x, &options, &e), &e); /* one is enough */
    wait_until_ready(x);
    check_project(f);
    make(f, "tool.c", "int changed(void) { return 0; }\n");
    ctx_index_changed(x, (const str_view[]){STR("tool.c")}, 1);
    wait_until_ready(x);
    check_file(x, "tool.c", "function changed tool.c:1+1\n");
    make(f, "added.c", "int added(void) { return 0; }\n");
    assert_int_equal(unlink(path_in(f, "tool.c")), 0);
    ctx_index_changed(x, NULL, 0);
    wait_until_ready(x);
    check_file(x, "added.c", "function added added.c:1+1\n");
    check_defs(x, "changed", "");
    ctx_index_stop(x);
    assert_false(ctx_index_ready(x));
    open_index(f); /* what was not saved is saved at the end */
    check_defs(f->x, "added", "function added added.c:1+1\n");
}

/* ERR_OK, ERR_NOMEM, or ERR_IO for anything else. */
static err_code index_once(struct fixture *f)
{
    struct ctx_index_options options = {.queries = f->queries, .cache = f->cache};
    struct ctx_index_refresh how = {.n_threads = 1};
    struct ctx_index_report report;
    ctx_index *x = NULL;
    err e = {0};
    err_code rc = ctx_index_create(&x, f->root, &options, &e);
    if (rc == ERR_OK)
        rc = ctx_index_refresh(x, &how, &report, &f->mem, &e);
    if (rc == ERR_OK)
        rc = ctx_index_put(x, STR("tool.c"), STR("int a;\n"), &e);
    ctx_index_destroy(x);
    return rc == ERR_OK || rc == ERR_NOMEM ? rc : ERR_IO;
}

static void test_index__no_memory_is_an_error(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    FOR_EACH_FAILING_ALLOCATION(assert_true(index_once(f) != ERR_IO));
    open_index(f);
    refresh(f);
    check_project(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_index__##name, setup, teardown)

TEST_MAIN(TEST(answers), TEST(gives_the_text_of_a_definition), TEST(reads_only_what_changed),
          TEST(a_touched_file_is_not_parsed), TEST(open_buffers_count),
          TEST(open_buffers_count_soon), TEST(imports_mean_what_is_configured),
          TEST(views_stay_the_same), TEST(holds_no_secrets), TEST(a_damaged_file_is_made_anew),
          TEST(survives_a_file_cut_while_mapped), TEST(works_without_a_cache),
          TEST(works_on_a_full_disk), TEST(several_processes_share_one),
          TEST(takes_names_and_texts_in_any_bytes), TEST(files_may_change_while_they_are_read),
          TEST(reads_repositories_in_any_state), TEST(leaves_out_submodules_and_bare_repositories),
          TEST(keeps_itself_up_to_date), TEST(no_memory_is_an_error))

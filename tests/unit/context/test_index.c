#include <fcntl.h>
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

static void check_defs(ctx_index *x, const char *name, const char *want)
{
    buf b;
    buf_init(&b, 1 << 20);
    ctx_index_view *v = ctx_index_begin(x);
    ctx_index_defs(v, str_of(name), print_def, &b);
    ctx_index_end(v);
    assert_view(buf_view(&b), want);
    buf_release(&b);
}

static void check_prefix(ctx_index *x, const char *prefix, const char *want)
{
    buf b;
    buf_init(&b, 1 << 20);
    ctx_index_view *v = ctx_index_begin(x);
    ctx_index_defs_prefix(v, str_of(prefix), print_def, &b);
    ctx_index_end(v);
    assert_view(buf_view(&b), want);
    buf_release(&b);
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
    assert_view(buf_view(&b), want);
    buf_release(&b);
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
    assert_view(buf_view(&b), "function square lib/shapes.py:10+2\nfunction square tool.c:2+4\n");
    buf_release(&b);
    ctx_index_end(v);
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

#define TEST(name) cmocka_unit_test_setup_teardown(test_index__##name, setup, teardown)

TEST_MAIN(TEST(answers), TEST(gives_the_text_of_a_definition), TEST(reads_only_what_changed),
          TEST(a_touched_file_is_not_parsed), TEST(open_buffers_count), TEST(views_stay_the_same),
          TEST(holds_no_secrets))

#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/test.h"

#include "base/file.h"
#include "context/gather.h"

struct fixture {
    char root[64];
    gram_queries *queries;
    ctx_index *x;
    arena mem;
};

static void make(const struct fixture *f, const char *name, const char *text)
{
    char path[512], folder[512];
    err e = {0};
    snprintf(path, sizeof path, "%s/%s", f->root, name);
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    assert_ok(file_make_dirs(folder, &e), &e);
    assert_ok(file_write_atomic(path, str_of(text), &e), &e);
}

static const char store_py[] = "import json\n"
                               "\n"
                               "class Store:\n"
                               "    def load_record(self, key, default=None):\n"
                               "        return self.rows.get(key, default)\n"
                               "\n"
                               "    def save_record(self, key, value):\n"
                               "        self.rows[key] = value\n"
                               "        self.dirty = True\n"
                               "\n"
                               "def open_store(path):\n"
                               "    return Store()\n";

/* Enough other files that words differ in how rare they are. */
static void make_noise(const struct fixture *f)
{
    for (int i = 0; i < 40; i++) {
        char name[64], text[512];
        snprintf(name, sizeof name, "noise/n%d.py", i);
        snprintf(text, sizeof text,
                 "def noise_%d(value):\n    total = value\n    for item in value:\n"
                 "        total += item\n    return total\n",
                 i);
        make(f, name, text);
    }
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct ctx_index_report report;
    err e = {0};
    snprintf(f->root, sizeof f->root, "%s", "/tmp/artel-gather-XXXXXX");
    if (!mkdtemp(f->root) || gram_queries_create(&f->queries) != ERR_OK)
        return -1;
    arena_init(&f->mem, 1 << 26);
    make(f, "app/store.py", store_py);
    make(f, "app/main.py", "old text of main, load_record\n");
    make(f, "app/.env", "load_record=1\n");
    make_noise(f);
    struct ctx_index_options options = {.queries = f->queries, .in_memory = true};
    struct ctx_index_refresh refresh = {.n_threads = 2};
    assert_ok(ctx_index_create(&f->x, f->root, &options, &e), &e);
    assert_ok(ctx_index_refresh(f->x, &refresh, &report, &f->mem, &e), &e);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char command[128];
    ctx_index_destroy(f->x);
    gram_queries_destroy(f->queries);
    arena_release(&f->mem);
    snprintf(command, sizeof command, "rm -rf %s", f->root);
    int rc = system(command);
    free(f);
    return rc;
}

static size_t count(void *user, str_view text)
{
    (void)user;
    return text.len / 4 + 1;
}

/* Asks at the `$0` of the document, which an editor holds open. */
static size_t ask(struct fixture *f, const char *path, const char *document, size_t budget_tok,
                  struct ctx_gather_piece pieces[16])
{
    err e = {0};
    str_view all = str_of(document);
    size_t cursor = str_find(all, STR("$0"));
    str_view text = arena_format(&f->mem, "%.*s%s", (int)cursor, document, document + cursor + 2);
    assert_ok(ctx_index_put(f->x, str_of(path), text, &e), &e);
    ctx_index_view *v = ctx_index_begin(f->x);
    struct ctx_gather_query q = {.path = str_of(path),
                                 .text = text,
                                 .cursor = cursor,
                                 .lang = gram_language_by_path(str_of(path)),
                                 .count = count,
                                 .budget_tok = budget_tok};
    size_t n = ctx_gather(v, &q, &f->mem, pieces, 16);
    ctx_index_end(v);
    assert_false(arena_failed(&f->mem));
    return n;
}

static const struct ctx_gather_piece *find(const struct ctx_gather_piece *pieces, size_t n,
                                           const char *part)
{
    for (size_t i = 0; i < n; i++)
        if (str_find(pieces[i].text, str_of(part)) < pieces[i].text.len)
            return &pieces[i];
    return NULL;
}

static const char main_py[] = "from .store import open_store\n"
                              "\n"
                              "store = open_store('x')\n"
                              "record = store.load_record($0\n";

static void test_gather__finds_the_definition(void **state)
{
    struct fixture *f = *state;
    struct ctx_gather_piece pieces[16];
    size_t n = ask(f, "app/main.py", main_py, 400, pieces);
    const struct ctx_gather_piece *p = find(pieces, n, "def load_record(self, key, default=None):");
    assert_non_null(p);
    assert_view(p->path, "app/store.py");
    for (size_t i = 0; i < n; i++) {
        assert_true(str_ends(pieces[i].text, STR("\n")));
        assert_true(pieces[i].reason.len > 0);
    }
}

static void test_gather__leaves_out_the_document_and_secrets(void **state)
{
    struct fixture *f = *state;
    struct ctx_gather_piece pieces[16];
    size_t n = ask(f, "app/main.py", main_py, 4000, pieces);
    for (size_t i = 0; i < n; i++) {
        assert_false(str_eq(pieces[i].path, STR("app/main.py")));
        assert_false(str_eq(pieces[i].path, STR("app/.env")));
    }
    assert_null(find(pieces, n, "old text of main"));
}

static void test_gather__keeps_the_budget(void **state)
{
    struct fixture *f = *state;
    for (size_t budget = 0; budget < 300; budget += 10) {
        struct ctx_gather_piece pieces[16];
        size_t n = ask(f, "app/main.py", main_py, budget, pieces), used = 0;
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(pieces[i].n_tok, count(NULL, pieces[i].text));
            used += pieces[i].n_tok;
        }
        assert_true(used <= budget);
    }
}

static void test_gather__says_nothing_twice(void **state)
{
    struct fixture *f = *state;
    struct ctx_gather_piece pieces[16];
    size_t n = ask(f, "app/main.py", main_py, 4000, pieces);
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        found += find(&pieces[i], 1, "def load_record") != NULL;
    assert_int_equal(found, 1);
    /* What stands around the cursor is no news. */
    buf copy;
    buf_init(&copy, 1 << 16);
    buf_append(&copy, str_of(store_py));
    buf_append(&copy, STR("open_store($0"));
    n = ask(f, "app/main.py", copy.ptr, 4000, pieces);
    assert_null(find(pieces, n, "def load_record"));
    buf_release(&copy);
}

static void test_gather__order_is_stable(void **state)
{
    struct fixture *f = *state;
    struct ctx_gather_piece a[16], b[16];
    size_t n = ask(f, "app/main.py", main_py, 4000, a);
    assert_true(n > 0);
    assert_int_equal(ask(f, "app/main.py", main_py, 4000, b), n);
    for (size_t i = 0; i < n; i++) {
        assert_true(str_eq(a[i].text, b[i].text));
        if (i > 0) {
            int order = str_cmp(a[i - 1].path, a[i].path);
            assert_true(order < 0 || (order == 0 && a[i - 1].first_line <= a[i].first_line));
        }
    }
}

/* A function that changed on disk after it was indexed is not shown at the wrong place. */
static void test_gather__drops_what_changed(void **state)
{
    struct fixture *f = *state;
    struct ctx_gather_piece pieces[16];
    make(f, "app/store.py", "# nothing here\n");
    size_t n = ask(f, "app/main.py", main_py, 4000, pieces);
    for (size_t i = 0; i < n; i++)
        assert_false(str_eq(pieces[i].path, STR("app/store.py")));
}

static void test_gather__shows_the_scope(void **state)
{
    struct fixture *f = *state;
    err e = {0};
    struct ctx_gather_piece pieces[16];
    buf b;
    buf_init(&b, 1 << 16);
    buf_append(&b, str_of("class Wide(Base):\n    def first_method(self, one):\n        pass\n"));
    for (int i = 0; i < 200; i++)
        buf_append_format(&b, "    print(%d)\n", i);
    size_t seen = b.len;
    buf_append(&b, str_of("    def last(self):\n        self.first"));
    assert_ok(ctx_index_put(f->x, STR("app/wide.py"), buf_view(&b), &e), &e);
    ctx_index_view *v = ctx_index_begin(f->x);
    struct ctx_gather_query q = {.path = STR("app/wide.py"),
                                 .text = buf_view(&b),
                                 .cursor = b.len,
                                 .seen_begin = seen,
                                 .seen_end = b.len,
                                 .count = count,
                                 .budget_tok = 200};
    size_t n = ctx_gather(v, &q, &f->mem, pieces, 16);
    ctx_index_end(v);
    const struct ctx_gather_piece *p = find(pieces, n, "class Wide(Base):");
    assert_non_null(p);
    assert_view(p->text, "class Wide(Base):\n    def first_method(self, one):\n");
    assert_int_equal(p->source, CTX_GATHER_SCOPE);
    buf_release(&b);
}

static void test_gather__shows_what_was_edited(void **state)
{
    struct fixture *f = *state;
    struct ctx_gather_piece pieces[16];
    const struct ctx_gather_region regions[] = {
        {STR("noise/n7.py"), 1, 2, 1, "not committed"},
        {STR("app/main.py"), 0, 1, 1, "the document itself"},
        {STR("app/.env"), 0, 1, 1, "a secret"},
        {STR("gone.py"), 5, 1, 1, "gone"},
    };
    ctx_index_view *v = ctx_index_begin(f->x);
    struct ctx_gather_query q = {.path = STR("app/main.py"),
                                 .text = STR("nothing = here\n"),
                                 .cursor = 5,
                                 .lang = gram_language_by_path(STR("app/main.py")),
                                 .regions = regions,
                                 .n_regions = 4,
                                 .count = count,
                                 .budget_tok = 400};
    assert_int_equal(ctx_gather(v, &q, &f->mem, pieces, 16), 1);
    assert_view(pieces[0].path, "noise/n7.py");
    assert_view(pieces[0].reason, "not committed");
    assert_int_equal(pieces[0].source, CTX_GATHER_EDITED);
    assert_true(str_starts(pieces[0].text, STR("def noise_7(value):\n")));
    ctx_index_end(v);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_gather__##name, setup, teardown)

TEST_MAIN(TEST(finds_the_definition), TEST(leaves_out_the_document_and_secrets),
          TEST(keeps_the_budget), TEST(says_nothing_twice), TEST(order_is_stable),
          TEST(drops_what_changed), TEST(shows_the_scope), TEST(shows_what_was_edited))

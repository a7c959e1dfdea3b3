#include "tests/unit/test.h"

#include <unistd.h>

#include "assist/complete/complete.h"
#include "base/file.h"

struct fixture {
    char root[64];
    assist_engine *engine;
    arena mem;
};

static void make(const struct fixture *f, const char *name, const char *text)
{
    char path[256];
    err e = {0};
    snprintf(path, sizeof path, "%s/%s", f->root, name);
    assert_ok(file_write_atomic(path, str_of(text), &e), &e);
}

/* The model with a context that has room for other files, as larger ones have it. */
static const char *roomy_model(const struct fixture *f)
{
    static const char key[] = "llama.context_length";
    static char path[128];
    buf file;
    err e = {0};
    buf_init(&file, 1 << 28);
    assert_ok(file_read(&file, ARTEL_SOURCE_DIR "/model/default/artel.gguf", &e), &e);
    size_t at = str_find(buf_view(&file), str_of(key)) + strlen(key) + 4;
    assert_true(at + 4 < file.len);
    memcpy(file.ptr + at, "\0\x10\0\0", 4);
    snprintf(path, sizeof path, "%s/roomy.gguf", f->root);
    assert_ok(file_write_atomic(path, buf_view(&file), &e), &e);
    buf_release(&file);
    return path;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    err e = {0};
    snprintf(f->root, sizeof f->root, "%s", "/tmp/artel-project-XXXXXX");
    if (!mkdtemp(f->root))
        return -1;
    setenv("XDG_CACHE_HOME", f->root, 1);
    arena_init(&f->mem, 1 << 26);
    const struct assist_engine_options options = {.model_path = roomy_model(f)};
    assert_ok(assist_engine_create(&f->engine, &options, &e), &e);
    make(f, "widget.py", "def frobnicate_widget(widget, how_often):\n    return widget\n");
    make(f, "other.py", "def quite_another_thing(one):\n    return one + 1\n");
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char command[128];
    assist_engine_destroy(f->engine);
    arena_release(&f->mem);
    snprintf(command, sizeof command, "rm -rf %s", f->root);
    int rc = system(command);
    free(f);
    return rc;
}

static struct assist_document document(const struct fixture *f, const char *path, const char *text)
{
    return (struct assist_document){
        .path = str_of(path), .repo = str_of(strrchr(f->root, '/') + 1), .text = str_of(text)};
}

/* What is shown at the end of a document that calls the function; with the reasons. */
static const char *shown(struct fixture *f)
{
    const struct assist_document doc =
        document(f, "main.py", "import widget\n\nx = frobnicate_widget(");
    struct assist_context c;
    err e = {0};
    assist_settle(f->engine);
    assert_ok(assist_context(f->engine, &c, &f->mem, &doc, doc.text.len, &e), &e);
    str_view all = STR("");
    for (size_t i = 0; i < c.n_pieces; i++)
        all = arena_format(&f->mem, "%.*s%.*s: %.*s", STR_ARG(all), STR_ARG(c.pieces[i].reason),
                           STR_ARG(c.pieces[i].text));
    return arena_copy_z(&f->mem, all);
}

static void open_folder(struct fixture *f, const char *slashes)
{
    err e = {0};
    char root[80];
    snprintf(root, sizeof root, "%s%s", f->root, slashes);
    assert_ok(assist_open_folder(f->engine, root, NULL, &e), &e);
}

static void test_project__slashes_at_the_end_do_not_count(void **state)
{
    struct fixture *f = *state;
    char root[80];
    open_folder(f, "//");
    assert_non_null(strstr(shown(f), "(widget, how_often)"));
    open_folder(f, "");
    snprintf(root, sizeof root, "%s/", f->root);
    assist_close_folder(f->engine, root);
    assert_string_equal(shown(f), "");
    assist_close_folder(f->engine, root);
}

static void test_project__what_is_open_counts_not_the_file(void **state)
{
    struct fixture *f = *state;
    err e = {0};
    open_folder(f, "");
    const struct assist_document widget = document(
        f, "widget.py", "def frobnicate_widget(widget, in_the_buffer):\n    return widget\n");
    assert_ok(assist_prepare(f->engine, &widget, 0, NULL, &e), &e);
    assert_non_null(strstr(shown(f), "in_the_buffer"));
    make(f, "widget.py", "def frobnicate_widget(widget, on_the_disk):\n    return widget\n");
    char path[80];
    snprintf(path, sizeof path, "%s/widget.py", f->root);
    assist_file_changed(f->engine, path);
    assert_non_null(strstr(shown(f), "in_the_buffer"));
    assist_close_document(f->engine, widget.repo, widget.path);
    assert_non_null(strstr(shown(f), "on_the_disk"));
    assert_null(strstr(shown(f), "in_the_buffer"));
}

static void test_project__remembers_where_the_user_was(void **state)
{
    struct fixture *f = *state;
    err e = {0};
    open_folder(f, "");
    assert_null(strstr(shown(f), "quite_another_thing"));
    const struct assist_document other =
        document(f, "other.py", "def quite_another_thing(one):\n    return one + 2\n");
    assert_ok(assist_prepare(f->engine, &other, 0, NULL, &e), &e);
    assert_non_null(strstr(shown(f), "where you were: def quite_another_thing(one):\n"));
    assist_close_document(f->engine, other.repo, other.path);
    assert_null(strstr(shown(f), "quite_another_thing"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_project__##name, setup, teardown)

TEST_MAIN(TEST(slashes_at_the_end_do_not_count), TEST(what_is_open_counts_not_the_file),
          TEST(remembers_where_the_user_was))

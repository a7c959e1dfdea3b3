#include <unistd.h>

#include "assist/deliver/deliver.h"
#include "base/buf.h"
#include "tests/unit/assist/deliver/project.h"

static const char first_sample[] = "[{\"id\": 1, \"name\": \"Ada\", \"tags\": [\"x\"]}]";
static const char grown_sample[] =
    "[{\"id\": 1, \"mail\": \"a@b.org\", \"name\": \"Ada\", \"tags\": [\"x\"]}]";

typedef struct {
    arena a;
    assist_delivery d;
    char folder[256], path[300];
    err e;
} fixture;

static void begin(fixture *f, const char *name)
{
    memset(f, 0, sizeof *f);
    arena_init(&f->a, SIZE_MAX);
    snprintf(f->folder, sizeof f->folder, "%s/%s", root, name);
    snprintf(f->path, sizeof f->path, "%s/users.ts", f->folder);
}

static err_code plan(fixture *f, const char *sample, bool conflicts)
{
    static const char *const targets[] = {"typescript"};
    assist_scaffold_input in = {.name = STR("users.json"), .text = str_of(sample)};
    assist_deliver_request request = {.inputs = &in,
                                      .n_inputs = 1,
                                      .targets = targets,
                                      .n_targets = 1,
                                      .folder = str_of(f->folder),
                                      .conflicts = conflicts};
    return assist_deliver_plan(&f->d, &f->a, &request, &f->e);
}

static str_view now(fixture *f)
{
    buf b;
    buf_init(&b, 1 << 20);
    assert_ok(file_read(&b, f->path, &f->e), &f->e);
    str_view text = arena_copy(&f->a, buf_view(&b));
    buf_release(&b);
    return text;
}

/* The file with `with` in the place of `what`. */
static void change(fixture *f, const char *what, const char *with)
{
    str_view text = now(f);
    size_t at = str_find(text, str_of(what));
    assert_true(at < text.len);
    str_view new_text = arena_format(&f->a, "%.*s%s%.*s", STR_ARG(str_slice(text, 0, at)), with,
                                     STR_ARG(str_slice(text, at + strlen(what), text.len)));
    assert_ok(file_write_shared(f->path, new_text, &f->e), &f->e);
}

static void generate(fixture *f, const char *sample)
{
    assert_ok(plan(f, sample, false), &f->e);
    assert_ok(assist_deliver_write(&f->d, &f->e), &f->e);
}

static void test_deliver__keeps_the_users_changes(void **state)
{
    (void)state;
    fixture f;
    begin(&f, "merge");
    generate(&f, first_sample);
    assert_int_equal(f.d.files[0].state, ASSIST_FILE_NEW);
    assert_ok(plan(&f, first_sample, false), &f.e);
    assert_int_equal(f.d.files[0].state, ASSIST_FILE_SAME);
    generate(&f, grown_sample);
    assert_int_equal(f.d.files[0].state, ASSIST_FILE_UPDATED);
    generate(&f, first_sample);
    change(&f, "type Check", "// kept by hand\ntype Check");
    generate(&f, grown_sample);
    assert_int_equal(f.d.files[0].state, ASSIST_FILE_MERGED);
    assert_true(str_find(now(&f), STR("// kept by hand\n")) < now(&f).len);
    assert_true(str_find(now(&f), STR("  mail: string;\n")) < now(&f).len);
    assert_ok(plan(&f, grown_sample, false), &f.e);
    assert_int_equal(f.d.files[0].state, ASSIST_FILE_SAME);
    arena_release(&f.a);
}

static void test_deliver__leaves_a_conflict_alone_until_markers_are_wanted(void **state)
{
    (void)state;
    fixture f;
    begin(&f, "conflict");
    generate(&f, first_sample);
    change(&f, "  name: string;", "  name: \"Ada\";\n  mine: 1;");
    str_view before = now(&f);
    assert_ok(plan(&f, "[{\"id\": 1, \"name\": 5, \"tags\": [\"x\"]}]", false), &f.e);
    assert_int_equal(f.d.files[0].state, ASSIST_FILE_CONFLICT);
    assert_int_equal(f.d.n_refused, 1);
    assert_true(f.d.files[0].first_conflict > 1);
    str_view merged = f.d.files[0].merged;
    assert_true(str_find(merged, STR("<<<<<<< yours")) < merged.len);
    assert_int_equal(assist_deliver_write(&f.d, &f.e), ERR_UNSUPPORTED);
    assert_true(str_eq(now(&f), before));
    assert_ok(plan(&f, "[{\"id\": 1, \"name\": 5, \"tags\": [\"x\"]}]", true), &f.e);
    assert_ok(assist_deliver_write(&f.d, &f.e), &f.e);
    assert_true(str_find(now(&f), STR("<<<<<<< yours\n")) < now(&f).len);
    assert_true(str_find(now(&f), STR("  mine: 1;\n=======\n")) < now(&f).len);
    arena_release(&f.a);
}

static void test_deliver__never_touches_a_file_that_is_not_ours(void **state)
{
    (void)state;
    fixture f;
    begin(&f, "foreign");
    assert_ok(file_make_shared_dirs(f.folder, &f.e), &f.e);
    assert_ok(file_write_shared(f.path, STR("export const mine = 1;\n"), &f.e), &f.e);
    assert_ok(plan(&f, first_sample, false), &f.e);
    assert_int_equal(f.d.files[0].state, ASSIST_FILE_FOREIGN);
    assert_int_equal(assist_deliver_write(&f.d, &f.e), ERR_UNSUPPORTED);
    assert_view(now(&f), "export const mine = 1;\n");
    /* One that says the same, although its base was lost, is ours again. */
    assert_ok(file_write_shared(f.path, f.d.files[0].generated, &f.e), &f.e);
    generate(&f, first_sample);
    assert_int_equal(f.d.files[0].state, ASSIST_FILE_SAME);
    generate(&f, grown_sample);
    assert_int_equal(f.d.files[0].state, ASSIST_FILE_UPDATED);
    arena_release(&f.a);
}

static void test_deliver__notices_a_change_after_the_plan(void **state)
{
    (void)state;
    fixture f;
    begin(&f, "stale");
    generate(&f, first_sample);
    assert_ok(plan(&f, grown_sample, false), &f.e);
    assert_ok(file_write_shared(f.path, STR("late\n"), &f.e), &f.e);
    assert_int_equal(assist_deliver_write(&f.d, &f.e), ERR_STALE);
    assert_view(now(&f), "late\n");
    arena_release(&f.a);
}

static void test_deliver__keeps_line_ends_and_permissions(void **state)
{
    (void)state;
    fixture f;
    struct stat st;
    begin(&f, "crlf");
    generate(&f, first_sample);
    assert_int_equal(stat(f.path, &st), 0);
    mode_t mask = umask(022);
    umask(mask);
    assert_int_equal(st.st_mode & 0777, 0666 & ~mask);
    buf b;
    buf_init(&b, 1 << 20);
    for (str_view rest = now(&f); rest.len;) {
        buf_append(&b, str_take_line(&rest));
        buf_append(&b, STR("\r\n"));
    }
    assert_ok(file_write_shared(f.path, buf_view(&b), &f.e), &f.e);
    assert_int_equal(chmod(f.path, 0640), 0);
    buf_release(&b);
    generate(&f, grown_sample);
    assert_int_equal(f.d.files[0].state, ASSIST_FILE_UPDATED);
    str_view text = now(&f);
    assert_true(str_find(text, STR("  mail: string;\r\n")) < text.len);
    for (size_t i = 1; i < text.len; i++)
        assert_true(text.ptr[i] != '\n' || text.ptr[i - 1] == '\r');
    assert_int_equal(stat(f.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    arena_release(&f.a);
}

/* An indentation that no program has stands for a fault in a target. */
static void test_deliver__reports_output_that_does_not_parse(void **state)
{
    (void)state;
    static const char *const targets[] = {"typescript"};
    fixture f;
    begin(&f, "bug");
    assist_scaffold_input in = {
        .name = STR("users.json"),
        .text = STR("[{\"id\": 1, \"name\": \"Ada\", \"tags\": [\"x\"], \"o\": {\"p\": null}}]")};
    assist_deliver_request request = {.inputs = &in,
                                      .n_inputs = 1,
                                      .targets = targets,
                                      .n_targets = 1,
                                      .options = {.indent = STR("((")},
                                      .folder = str_of(f.folder)};
    assert_ok(assist_deliver_plan(&f.d, &f.a, &request, &f.e), &f.e);
    assert_int_equal(f.d.n_files, 0);
    assert_view(f.d.bug.target, "typescript");
    assert_view(f.d.bug.path, "users.ts");
    assert_true(f.d.bug.line > 0 && f.d.bug.near.len > 0);
    assert_true(f.d.bug.sample.len > 0 && f.d.bug.sample.len <= 4);
    assert_int_not_equal(access(f.path, F_OK), 0);
    arena_release(&f.a);
}

static bool open_in_editor(void *user, const char *path, str_view *text)
{
    if (strcmp(path, ((fixture *)user)->path) != 0)
        return false;
    *text = STR("not saved yet\n");
    return true;
}

static void test_deliver__an_open_document_counts_more_than_its_file(void **state)
{
    (void)state;
    static const char *const targets[] = {"typescript"};
    fixture f;
    begin(&f, "open");
    assist_scaffold_input in = {.name = STR("users.json"), .text = str_of(first_sample)};
    assist_deliver_request request = {.inputs = &in,
                                      .n_inputs = 1,
                                      .targets = targets,
                                      .n_targets = 1,
                                      .folder = str_of(f.folder),
                                      .open_text = open_in_editor,
                                      .user = &f};
    assert_ok(assist_deliver_plan(&f.d, &f.a, &request, &f.e), &f.e);
    assert_int_equal(f.d.files[0].state, ASSIST_FILE_FOREIGN);
    assert_view(f.d.files[0].before, "not saved yet\n");
    arena_release(&f.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deliver__keeps_the_users_changes),
        cmocka_unit_test(test_deliver__leaves_a_conflict_alone_until_markers_are_wanted),
        cmocka_unit_test(test_deliver__never_touches_a_file_that_is_not_ours),
        cmocka_unit_test(test_deliver__notices_a_change_after_the_plan),
        cmocka_unit_test(test_deliver__keeps_line_ends_and_permissions),
        cmocka_unit_test(test_deliver__reports_output_that_does_not_parse),
        cmocka_unit_test(test_deliver__an_open_document_counts_more_than_its_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

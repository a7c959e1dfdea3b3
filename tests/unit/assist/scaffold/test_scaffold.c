/* Inference as data: tests/data/scaffold/explain/NAME.txt holds samples, a line `---`, and the
 * explanation expected. UPDATE=1 rewrites the expectations. */
#include <dirent.h>

#include "assist/scaffold/scaffold.h"
#include "base/buf.h"
#include "base/file.h"
#include "tests/unit/test.h"

static void check_file(const char *path)
{
    buf file, want;
    arena a;
    err e = {{0}};
    str_view got;
    buf_init(&file, 1 << 20);
    buf_init(&want, 1 << 20);
    arena_init(&a, 64 << 20);
    assert_ok(file_read(&file, path, &e), &e);
    size_t cut = str_find(buf_view(&file), STR("\n---\n"));
    assist_scaffold_input in = {.name = STR("case.json"),
                                .text = str_slice(buf_view(&file), 0, cut)};
    err_code rc = assist_scaffold_explain(&got, &a, &in, 1, NULL, &e);
    buf_append(&want, in.text);
    buf_append(&want, STR("\n---\n"));
    buf_append(&want, rc == ERR_OK ? got : str_of(e.text));
    if (!str_eq(buf_view(&want), buf_view(&file))) {
        if (getenv("UPDATE")) {
            assert_ok(file_write_atomic(path, buf_view(&want), &e), &e);
        } else {
            print_error("%s\ngot:\n%s\nwant:\n%s\n", path, want.ptr, file.ptr);
            fail();
        }
    }
    arena_release(&a);
    buf_release(&want);
    buf_release(&file);
}

static void test_scaffold__explains_the_examples(void **state)
{
    (void)state;
    const char *folder = ARTEL_SOURCE_DIR "/tests/data/scaffold/explain";
    DIR *d = opendir(folder);
    int n = 0;
    assert_non_null(d);
    for (struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
        char path[1024];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        check_file(path);
        n++;
    }
    closedir(d);
    assert_true(n > 10);
}

static err_code run_text(str_view *out, arena *a, str_view text, const char *target,
                         const assist_scaffold_options *opt, err *e)
{
    assist_scaffold_input in = {.name = STR("sample.json"), .text = text};
    assist_scaffold_result r;
    err_code rc = assist_scaffold_run(&r, a, &in, 1, &target, 1, opt, e);
    if (rc == ERR_OK)
        *out = r.files[0].text;
    return rc;
}

static void test_scaffold__errors_are_sentences(void **state)
{
    (void)state;
    arena a;
    str_view out = STR("untouched");
    err e = {{0}};
    arena_init(&a, 64 << 20);
    assert_int_equal(run_text(&out, &a, STR("{\"a\": }"), "typescript", NULL, &e), ERR_FORMAT);
    assert_string_equal(e.text,
                        "sample.json: line 1, column 7: expected a value, found `}`; a value is an "
                        "object, array, string, number, true, false or null");
    assert_int_equal(run_text(&out, &a, STR("  \n"), "typescript", NULL, &e), ERR_FORMAT);
    assert_string_equal(e.text, "sample.json: there is no JSON in it");
    assert_int_equal(run_text(&out, &a, STR("1"), "cobol", NULL, &e), ERR_NOT_FOUND);
    assert_true(strncmp(e.text, "no target `cobol`; there are: app, typescript", 45) == 0);
    assist_scaffold_options at = {.at = STR("/nowhere")};
    assert_int_equal(run_text(&out, &a, STR("{\"a\": 1}"), "typescript", &at, &e), ERR_FORMAT);
    assert_string_equal(e.text, "sample.json: the pointer /nowhere leads nowhere");
    assist_scaffold_options hints = {.hints = STR("{\"a\": \"map\"}")};
    assert_int_equal(run_text(&out, &a, STR("{\"a\": 1}"), "typescript", &hints, &e), ERR_FORMAT);
    assert_view(out, "untouched");
    arena_release(&a);
}

static void check_golden(arena *a, const assist_scaffold_file *file)
{
    buf want;
    err e = {{0}};
    buf_init(&want, 1 << 20);
    str_view path = arena_format(a, "%s/tests/data/scaffold/golden/%.*s", ARTEL_SOURCE_DIR,
                                 STR_ARG(file->path));
    if (getenv("UPDATE")) {
        str_view folder = path;
        while (folder.ptr[folder.len - 1] != '/')
            folder.len--;
        assert_ok(file_make_dirs(arena_copy_z(a, folder), &e), &e);
        assert_ok(file_write_atomic(path.ptr, file->text, &e), &e);
    }
    assert_ok(file_read(&want, path.ptr, &e), &e);
    assert_view(file->text, want.ptr);
    buf_release(&want);
}

/* One sample through every target; UPDATE=1 rewrites the files, review reads the diff. */
static void test_scaffold__writes_the_golden_files(void **state)
{
    (void)state;
    const assist_scaffold_target *target;
    arena a;
    buf sample;
    err e = {{0}};
    arena_init(&a, 64 << 20);
    buf_init(&sample, 1 << 20);
    assert_ok(file_read(&sample, ARTEL_SOURCE_DIR "/tests/data/scaffold/samples/page.json", &e),
              &e);
    for (size_t i = 0; (target = assist_scaffold_target_at(i)) != NULL; i++) {
        assist_scaffold_input in = {.name = STR("users.json"), .text = buf_view(&sample)};
        assist_scaffold_result r;
        assert_ok(assist_scaffold_run(&r, &a, &in, 1, &target->name, 1, NULL, &e), &e);
        assert_true(r.n_files > 0);
        for (size_t k = 0; k < r.n_files; k++)
            check_golden(&a, &r.files[k]);
    }
    buf_release(&sample);
    arena_release(&a);
}

/* No two targets write the same file differently, so that all can be asked for at once; a target
 * asked for twice is written once. */
static void test_scaffold__writes_every_target_at_once(void **state)
{
    (void)state;
    const char *names[512];
    size_t n = 0;
    arena a;
    err e = {{0}};
    arena_init(&a, 64 << 20);
    for (size_t i = 0; assist_scaffold_target_at(i); i++) {
        assert_true(n + 2 <= sizeof names / sizeof *names);
        names[n++] = assist_scaffold_target_at(i)->name;
        names[n++] = assist_scaffold_target_at(i)->name;
    }
    assist_scaffold_input in = {.name = STR("a.json"),
                                .text = STR("[{\"id\": 1, \"name\": \"x\"}]")};
    assist_scaffold_result r;
    assert_ok(assist_scaffold_run(&r, &a, &in, 1, names, n, NULL, &e), &e);
    assert_true(r.n_files >= n / 2);
    for (size_t i = 0; i < r.n_files; i++) {
        assert_true(str_ends(r.files[i].text, STR("\n")));
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(r.files[i].path, r.files[k].path));
    }
    arena_release(&a);
}

static void test_scaffold__rows_further_inside_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *target, *note;
    } rows[] = {
        {"{\"ok\": true, \"data\": {\"u\": {\"nodes\": [{\"id\": 1}, {\"id\": 2}]}}}", "html",
         "this is taken as one value; with `--at /data/u/nodes` the 2 records there are the rows"},
        {"{\"data\": {\"nodes\": [{\"id\": 1}, {\"id\": 2}]}}", "typescript", NULL},
        {"{\"data\": [{\"id\": 1}, {\"id\": 2}]}", "html", NULL}, /* the rows already */
        {"{\"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4, \"e\": 5, \"tracks\": [{\"id\": 1}, {\"id\": "
         "2}]}",
         "html", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        arena a;
        err e = {{0}};
        assist_scaffold_result r;
        assist_scaffold_input in = {.name = STR("a.json"), .text = str_of(rows[i].text)};
        arena_init(&a, 64 << 20);
        assert_ok(assist_scaffold_run(&r, &a, &in, 1, &rows[i].target, 1, NULL, &e), &e);
        assert_int_equal(r.n_notes, rows[i].note ? 1 : 0);
        if (rows[i].note)
            assert_view(r.notes[0].text, rows[i].note);
        arena_release(&a);
    }
}

static void test_scaffold__hints_overrule(void **state)
{
    (void)state;
    arena a;
    str_view out;
    err e = {{0}};
    arena_init(&a, 64 << 20);
    str_view text =
        STR("[{\"m\": {\"a\": 1, \"b\": 2}, \"d\": {\"2024-01-01\": 1, \"2024-01-02\": 2}}]");
    assist_scaffold_options opt = {.hints = STR("{\"/-/m\": \"map\", \"/-/d\": \"record\"}")};
    assert_ok(run_text(&out, &a, text, "typescript", NULL, &e), &e);
    assert_true(str_find(out, STR("m: M;")) < out.len);
    assert_true(str_find(out, STR("d: Record<string, number>;")) < out.len);
    assert_ok(run_text(&out, &a, text, "typescript", &opt, &e), &e);
    assert_true(str_find(out, STR("m: Record<string, number>;")) < out.len);
    assert_true(str_find(out, STR("d: D;")) < out.len);
    arena_release(&a);
}

static void test_scaffold__inputs_as_people_have_them(void **state)
{
    (void)state;
    static const char *const same[] = {
        "{\"id\": 1, \"ok\": true}\n",
        "\xEF\xBB\xBF{\"id\": 1, \"ok\": true}",
        "// note\n{id: 1, ok: true,}",
        "{'id': 1, 'ok': True}",
        "const x = {id: 1, ok: true};",
        "export default {id: 1, ok: true}",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"id\": 1, \"ok\": true}",
        "HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\nHTTP/2 200\r\n\r\n{\"id\": 1, \"ok\": true}",
        "{\"id\": 1, \"ok\": true}\n{\"id\": 2, \"ok\": false}\n",
        "{\"log\": {\"entries\": [{\"request\": {\"url\": \"http://h/a?b\"}, \"response\": "
        "{\"content\": "
        "{\"mimeType\": \"application/json\", \"text\": \"{\\\"id\\\": 1, \\\"ok\\\": "
        "true}\"}}}]}}",
    };
    arena a;
    err e = {{0}};
    str_view first = {NULL, 0}, out = {NULL, 0};
    arena_init(&a, 64 << 20);
    assert_ok(run_text(&first, &a, str_of(same[0]), "typescript", NULL, &e), &e);
    for (size_t i = 1; i < sizeof same / sizeof *same; i++) {
        assert_ok(run_text(&out, &a, str_of(same[i]), "typescript", NULL, &e), &e);
        assert_view(out, first.ptr);
    }
    assist_scaffold_options at = {.at = STR("/data/-")};
    assert_ok(
        run_text(&out, &a, STR("{\"data\": [{\"id\": 1, \"ok\": true}]}"), "typescript", &at, &e),
        &e);
    assert_view(out, first.ptr);
    arena_release(&a);
}

static void test_scaffold__survives_failing_allocations(void **state)
{
    (void)state;
    static const char text[] =
        "[{\"type\": \"a\", \"x\": [1, 2.5], \"m\": {\"2024-01-01\": \"\\u00e9\"}}, "
        "{\"type\": \"b\", \"y\": {\"z\": null}, \"m\": {}}]";
    FOR_EACH_FAILING_ALLOCATION({
        arena a;
        str_view out = STR("untouched");
        err e = {{0}};
        arena_init(&a, 64 << 20);
        err_code rc = run_text(&out, &a, (str_view){text, sizeof text - 1}, "typescript", NULL, &e);
        if (rc != ERR_OK) {
            assert_view(out, "untouched");
            assert_true(e.text[0] != '\0');
        }
        arena_release(&a);
    });
}

static void test_scaffold__memory_is_bounded(void **state)
{
    (void)state;
    arena a;
    buf b;
    err e = {{0}};
    str_view out;
    arena_init(&a, 64 << 20);
    buf_init(&b, 8 << 20);
    for (int i = 0; i < 2000; i++)
        buf_append_format(&b, "{\"k%d\": {\"a%d\": [%d]}}\n", i % 300, i % 300, i);
    assist_scaffold_options small = {.max_bytes = 64 << 10};
    assert_int_equal(run_text(&out, &a, buf_view(&b), "typescript", &small, &e), ERR_RANGE);
    assert_string_equal(
        e.text, "sample.json: the samples differ in more places than the memory allowed holds");
    buf_release(&b);
    arena_release(&a);
}

TEST_MAIN(cmocka_unit_test(test_scaffold__explains_the_examples),
          cmocka_unit_test(test_scaffold__errors_are_sentences),
          cmocka_unit_test(test_scaffold__writes_the_golden_files),
          cmocka_unit_test(test_scaffold__writes_every_target_at_once),
          cmocka_unit_test(test_scaffold__rows_further_inside_are_told),
          cmocka_unit_test(test_scaffold__hints_overrule),
          cmocka_unit_test(test_scaffold__inputs_as_people_have_them),
          cmocka_unit_test(test_scaffold__survives_failing_allocations),
          cmocka_unit_test(test_scaffold__memory_is_bounded))

/* The toolkit of the targets: several files from one of them. */
#include "assist/scaffold/emit.h"
#include "tests/unit/test.h"

typedef struct {
    arena a;
    buf b;
    emit_out o;
} fixture;

static void begin(fixture *f)
{
    arena_init(&f->a, 1 << 20);
    buf_init(&f->b, 1 << 20);
    f->o = (emit_out){.b = &f->b, .a = &f->a, .unit = "  "};
    f->o.name_words = STR("user list");
    f->o.files = ARENA_ARRAY(&f->a, emit_file, EMIT_MAX_FILES);
}

static void end(fixture *f)
{
    buf_release(&f->b);
    arena_release(&f->a);
}

static void test_scaffold_emit__files_begin_where_they_are_named(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    scaf__file(&f.o, "%s.ts", scaf__file_name(&f.o, CASE_KEBAB));
    scaf__open(&f.o, "a {");
    scaf__file(&f.o, "test/%s.test.ts", scaf__file_name(&f.o, CASE_SNAKE));
    scaf__line(&f.o, "b");
    assert_int_equal(f.o.n_files, 2);
    assert_view(f.o.files[0].path, "user-list.ts");
    assert_view(f.o.files[1].path, "test/user_list.test.ts");
    assert_int_equal(f.o.files[1].begin, 4);
    assert_view(buf_view(&f.b), "a {\nb\n");
    end(&f);
}

static void test_scaffold_emit__too_many_files_are_an_error(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (int i = 0; i < EMIT_MAX_FILES; i++)
        scaf__file(&f.o, "%d.ts", i);
    assert_int_equal(buf_failed(&f.b), ERR_OK);
    scaf__file(&f.o, "more.ts");
    assert_int_equal(buf_failed(&f.b), ERR_RANGE);
    end(&f);
}

static void test_scaffold_emit__file_names_stay_short(void **state)
{
    (void)state;
    fixture f;
    char words[1000];
    begin(&f);
    memset(words, 'x', sizeof words);
    f.o.name_words = (str_view){words, sizeof words};
    assert_true(strlen(scaf__file_name(&f.o, CASE_KEBAB)) <= 100);
    end(&f);
}

static void test_scaffold_emit__knows_other_targets_and_libraries(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    assert_string_equal(scaf__target_file(&f.o, "typescript"), "user-list.ts");
    assert_string_equal(scaf__target_file(&f.o, "python"), "user_list.py");
    assert_string_equal(scaf__target_file(&f.o, "no-such-target"), "");
    f.o.libraries = STR("zod vitest-mock vitest");
    assert_true(scaf__uses(&f.o, "vitest"));
    assert_true(scaf__uses(&f.o, "zod"));
    assert_false(scaf__uses(&f.o, "vite"));
    assert_false(scaf__uses(&f.o, "mock"));
    end(&f);
}

TEST_MAIN(cmocka_unit_test(test_scaffold_emit__files_begin_where_they_are_named),
          cmocka_unit_test(test_scaffold_emit__too_many_files_are_an_error),
          cmocka_unit_test(test_scaffold_emit__file_names_stay_short),
          cmocka_unit_test(test_scaffold_emit__knows_other_targets_and_libraries))

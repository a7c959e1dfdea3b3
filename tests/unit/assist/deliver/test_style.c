#include "assist/deliver/check.h"
#include "assist/deliver/deliver.h"
#include "assist/deliver/style.h"
#include "tests/unit/assist/deliver/project.h"

static int set_up_repository(void **state)
{
    int failed = set_up(state);
    put(".git/HEAD", "ref: refs/heads/main\n");
    return failed;
}

/* Tabs, single quotes, no semicolons, lines that end in \r\n, names in camelCase. */
static const char habits[] = "import { a } from './a'\r\n"
                             "import b from 'b'\r\n"
                             "const it's = \"it's\"\r\n" /* no choice of quotes there */
                             "export function f(x) {\r\n"
                             "\tconst y = g(x, 'y')\r\n"
                             "\tif (y) {\r\n"
                             "\t\treturn 'z'\r\n"
                             "\t}\r\n"
                             "\treturn y\r\n"
                             "}\r\n";

static void test_style__is_measured_on_the_neighbours(void **state)
{
    (void)state;
    put("one/src/userList.ts", habits);
    put("one/src/orderItems.ts", habits);
    const char *folder = put("one/src/mainPage.ts", habits);
    style s = style_measure(folder, STR("x.ts"), NULL);
    assert_true(s.indent_tabs);
    assert_int_equal(s.quote, '\'');
    assert_true(s.no_semicolons);
    assert_true(s.crlf);
    assert_int_equal(s.file_case, ASSIST_CASE_CAMEL);
    /* Another language says nothing, nor do two lines, nor files that disagree. */
    s = style_measure(folder, STR("x.py"), NULL);
    assert_int_equal(s.indent_cols, 0);
    folder = put("two/a.py", "if x:\n    y = 'a'\n");
    s = style_measure(folder, STR("x.py"), NULL);
    assert_int_equal(s.indent_cols, 0);
    assert_int_equal(s.quote, 0);
    put("three/a.js", "f('a')\nf('a')\nf('a')\n");
    folder = put("three/b.js", "f(\"a\")\nf(\"a\")\nf(\"a\")\n");
    assert_int_equal(style_measure(folder, STR("x.js"), NULL).quote, 0);
}

static void test_style__looks_above_when_a_folder_is_empty(void **state)
{
    (void)state;
    const char *folder = put("four/deep/er/x.txt", "");
    char kept[400];
    snprintf(kept, sizeof kept, "%s", folder);
    put("four/src/a.py", "def f():\n  if x:\n    y = 1\n  for z in y:\n    w = 2\n");
    assert_int_equal(style_measure(kept, STR("x.py"), NULL).indent_cols, 2);
}

static void test_style__changes_the_form_and_nothing_else(void **state)
{
    (void)state;
    arena a;
    arena_init(&a, 1 << 20);
    style s = {.lang = gram_language_by_path(STR("a.ts")),
               .indent_cols = 4,
               .quote = '\'',
               .no_semicolons = true};
    assert_view(style_apply(&s, &a, STR("a.ts"),
                            STR("import a from \"a\";\n"
                                "const t = `x;\n"
                                "  y \"z\";\n"
                                "`;\n"
                                "const q = \"it's\";\n"
                                "for (let i = 0; i < 3; i++) {\n"
                                "  /* one;\n"
                                "     two; */\n"
                                "  f(\"b\");\n"
                                "    g();\n"
                                "}\n"
                                "f();\n"
                                "(g)();\n"
                                "h();\n"
                                "// last\n"),
                            STR("  ")),
                "import a from 'a'\n"
                "const t = `x;\n"
                "  y \"z\";\n"
                "`\n"
                "const q = \"it's\"\n"
                "for (let i = 0; i < 3; i++) {\n"
                "    /* one;\n"
                "         two; */\n"
                "    f('b')\n"
                "        g()\n"
                "}\n"
                "f();\n"
                "(g)()\n"
                "h()\n"
                "// last\n");
    /* What does not parse stays. */
    assert_view(style_apply(&s, &a, STR("a.ts"), STR("const = \"a\";\n"), STR("  ")),
                "const = \"a\";\n");
    style p = {.lang = gram_language_by_path(STR("a.py")), .indent_cols = 2, .quote = '\''};
    assert_view(style_apply(&p, &a, STR("a.py"),
                            STR("def f(x):\n"
                                "    \"\"\"Says\n"
                                "    what.\"\"\"\n"
                                "    return f\"{x}\" + \"a\" + r\"b\" + \"\\n\"\n"),
                            STR("    ")),
                "def f(x):\n"
                "  \"\"\"Says\n"
                "    what.\"\"\"\n"
                "  return f'{x}' + 'a' + r'b' + '\\n'\n");
    arena_release(&a);
}

static void test_style__libraries_are_those_of_the_manifests(void **state)
{
    (void)state;
    arena a;
    arena_init(&a, 1 << 20);
    put("five/package.json", "{\"devDependencies\": {\"vitest\": \"^1.0\", \"@a/b\": \"1\"}}");
    const char *folder = put("five/py/pyproject.toml", "dependencies = [\"pydantic>=2\"]\n");
    str_view words = style_libraries(&a, folder);
    assert_true(str_find(words, STR("vitest ")) < words.len);
    assert_true(str_find(words, STR("@a/b ")) < words.len);
    assert_true(str_find(words, STR("pydantic ")) < words.len);
    arena_release(&a);
}

/* All of it together, for every target, among files of unusual habits: what comes out parses. */
static void test_style__every_target_still_parses(void **state)
{
    (void)state;
    static const char *const names[] = {"fooBar.ts", "fooBaz.ts", "barBaz.ts", "barFoo.js",
                                        "bazFoo.js"};
    arena a;
    err e = {{0}};
    assist_delivery d;
    const char *all[512];
    size_t n = 0;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[100];
        snprintf(path, sizeof path, "six/%s", names[i]);
        put(path, habits);
    }
    char folder[400];
    snprintf(folder, sizeof folder, "%s",
             put("six/a.py", "def f():\n  if 'x':\n    g('y')\n  if 'z':\n    h('w')\n"));
    for (const assist_scaffold_target *t; (t = assist_scaffold_target_at(n)) != NULL; n++)
        all[n] = t->name;
    assist_scaffold_input in = {.name = STR("user-list.json"),
                                .text = STR("[{\"id\": 1, \"name\": \"Ada\", \"role\": \"a\"}]")};
    assist_deliver_request request = {.inputs = &in,
                                      .n_inputs = 1,
                                      .targets = all,
                                      .n_targets = n,
                                      .folder = str_of(folder),
                                      .fit = true};
    assert_ok(assist_deliver_plan(&d, &a, &request, &e), &e);
    assert_int_equal(d.bug.target.len, 0);
    bool seen = false;
    for (size_t i = 0; i < d.n_files; i++) {
        check_result c;
        assert_ok(check_parse(&c, d.files[i].path, d.files[i].after, &e), &e);
        assert_int_not_equal(c.state, CHECK_BROKEN);
        if (!str_eq(d.files[i].path, STR("userList.ts")))
            continue;
        seen = true;
        str_view text = d.files[i].after;
        assert_true(str_find(text, STR("\tid: number\r\n")) < text.len);
        assert_true(str_find(text, STR("=== 'object'")) < text.len ||
                    str_find(text, STR("!== 'object'")) < text.len);
    }
    assert_true(seen);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_style__is_measured_on_the_neighbours),
        cmocka_unit_test(test_style__looks_above_when_a_folder_is_empty),
        cmocka_unit_test(test_style__changes_the_form_and_nothing_else),
        cmocka_unit_test(test_style__libraries_are_those_of_the_manifests),
        cmocka_unit_test(test_style__every_target_still_parses),
    };
    return cmocka_run_group_tests(tests, set_up_repository, tear_down);
}

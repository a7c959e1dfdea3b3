/* Suggestions that follow from the structure of the code, in a small project. */
#include "tests/unit/test.h"

#include <sys/stat.h>

#include "assist/complete/parameters.h"
#include "assist/complete/structure.h"
#include "base/file.h"

static const struct {
    const char *path, *text;
} files[] = {
    {"color.h", "enum color { COLOR_RED, COLOR_GREEN, COLOR_BLUE };\n"
                "struct point { int left; int top; };\n"
                "void draw_shape(struct point *where, enum color color, int width);\n"},
    {"draw.c", "void draw_shape(struct point *where, enum color color, int width)\n{\n}\n"},
    {"shape.py",
     "def resize(shape, width, height=1):\n    pass\n\n\ndef spread(*args):\n    pass\n"},
    {"kind.rs", "pub enum Kind {\n    Open,\n    Closed,\n    Locked,\n}\n\n"
                "pub struct Door {\n    kind: Kind,\n    width: u32,\n}\n"},
    {"user.ts", "export function save(user: User, force?: boolean): void {\n}\n"},
};

/* A document with the cursor as $0, and what is offered; "": nothing. */
static const struct {
    const char *path, *document, *want;
} cases[] = {
    /* arguments: those that are left, where variables have their names */
    {"a.c", "void f(struct point *where, int width, enum color color)\n{\n    draw_shape($0)\n}\n",
     "where, color, width);"},
    {"a.c", "void f(struct point *p, int width, enum color color)\n{\n    draw_shape(p, co$0)\n}\n",
     "lor, width);"},
    {"a.c", "void f(struct point *p, int width, enum color color)\n{\n    draw_shape(p,$0)\n}\n",
     " color, width);"},
    {"a.c", "void f(struct point *where, int width)\n{\n    draw_shape($0)\n}\n", ""},
    {"a.py", "def f(shape, width, height):\n    return resize($0\n", "shape, width, height)"},
    {"a.py", "def f(args):\n    return spread($0\n", ""},
    {"a.py", "def f(shape, width, height):\n    def resize($0\n", ""},
    {"a.ts", "function g(user: User, force: boolean) {\n  user.x();\n  save($0\n}\n",
     "user, force);"},
    /* arms: the next member that is missing, and what follows from its name */
    {"a.c",
     "int f(enum color c)\n{\n    switch (c) {\n    case COLOR_RED:\n        return 1;\n    $0\n"
     "    }\n}\n",
     "case COLOR_GREEN:"},
    {"a.c",
     "int f(enum color c)\n{\n    switch (c) {\n    case COLOR_RED:\n        return 1;\n"
     "    case COLOR_BLUE:\n        return 2;\n    ca$0\n    }\n}\n",
     ""}, /* COLOR_GREEN comes before the last: it was left out */
    {"a.rs",
     "fn f(k: Kind) -> &'static str {\n    match k {\n        Kind::Open => \"open\",\n"
     "        Kind::Closed => \"closed\",\n        $0\n    }\n}\n",
     "Kind::Locked => \"locked\","},
    {"a.rs",
     "fn f(k: Kind) -> u32 {\n    match k {\n        Kind::Open => 1,\n        Kind::Closed => "
     "2,\n        Kind::Locked => 3,\n        $0\n    }\n}\n",
     ""},
    /* fields */
    {"a.rs", "fn f(kind: Kind, width: u32) -> Door {\n    Door { $0\n}\n", "kind, width }"},
    {"a.c", "void f(int left, int top)\n{\n    use((struct point){$0)\n}\n",
     ".left = left, .top = top}"},
    {"a.rs", "fn f(kind: Kind) -> Door {\n    Door { $0\n}\n", ""},
    /* what closes a block that is open */
    {"a.c", "int f(void)\n{\n    while (1) {\n        g();\n    $0\n}\n", "}"},
    {"a.c", "int f(void)\n{\n    while (1) {\n        g();\n        $0\n}\n", ""},
    {"a.c", "int f(void)\n{\n    g();\n$0\n}\n", ""},
};

static void test_structure__offers_what_is_certain(void **state)
{
    (void)state;
    char root[] = "/tmp/artel-pattern-XXXXXX", path[128], command[64];
    err e = {{0}};
    assist_engine *a = NULL;
    assert_non_null(mkdtemp(root));
    setenv("XDG_CACHE_HOME", root, 1);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", root, files[i].path);
        assert_ok(file_write_atomic(path, str_of(files[i].text), &e), &e);
    }
    assert_ok(assist_engine_create(&a, &(struct assist_engine_options){.not_adapted = true}, &e),
              &e);
    assert_ok(assist_open_folder(a, root, NULL, &e), &e);
    assist_settle(a);
    size_t n_wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena mem;
        struct gate g;
        struct assist_suggestion s = {.text = STR("")};
        arena_init(&mem, 1 << 22);
        str_view doc = str_of(cases[i].document);
        size_t cursor = str_find(doc, STR("$0"));
        const struct assist_document document = {
            .path = str_of(cases[i].path),
            .repo = str_of(strrchr(root, '/') + 1),
            .text = arena_format(&mem, "%.*s%s", (int)cursor, doc.ptr, doc.ptr + cursor + 2),
        };
        gate_open(&g, a, &mem, &document, cursor);
        bool found = structure_offer(&g, &s);
        if (!str_eq(found ? s.text : STR(""), str_of(cases[i].want))) {
            print_message("case %zu: got \"%.*s\", want \"%s\"\n", i, STR_ARG(s.text),
                          cases[i].want);
            n_wrong++;
        }
        arena_release(&mem);
    }
    assert_int_equal(n_wrong, 0);
    assist_engine_destroy(a);
    snprintf(command, sizeof command, "rm -rf %s", root);
    assert_int_equal(system(command), 0);
}

static const struct {
    const char *language, *signature, *want;
} signatures[] = {
    {"c", "int f(const char *name, size_t n[4], struct a b)", "name n b"},
    {"c", "int f(void)", ""},
    {"c", "int f(const char *format, ...)", "-"},
    {"c", "int f(int, char *)", "-"},
    {"python", "def f(self, a, b: int = 1, c=None)", "a b c"},
    {"python", "def f(a, *args, **kw)", "-"},
    {"go", "func (s *Server) Do(ctx context.Context, a, b int) error", "ctx a b"},
    {"rust", "fn f<'a>(&mut self, mut a: Vec<(u8, u8)>, b: &'a str) -> u8", "a b"},
    {"typescript", "function f(a: string, b?: Map<string, number>, c = 1)", "a b c"},
    {"typescript", "function f({ a, b }: T)", "-"},
    {"java", "public void f(final String name, Map<String, Integer> all)", "name all"},
    {"php", "function f(string $name, $all = [])", "$name $all"},
};

static void test_structure__reads_signatures(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        str_view names[8];
        char got[128] = "-";
        size_t n = assist_parameters(gram_language_by_id(str_of(signatures[i].language)),
                                     str_of(signatures[i].signature), names, 8);
        for (size_t k = 0, len = 0; k <= n && n != SIZE_MAX; k++)
            len += (size_t)snprintf(got + len, sizeof got - len, "%s%.*s", k && k < n ? " " : "",
                                    k < n ? (int)names[k].len : 0, k < n ? names[k].ptr : "");
        if (strcmp(got, signatures[i].want) != 0)
            fail_msg("case %zu: got \"%s\", want \"%s\"", i, got, signatures[i].want);
    }
}

TEST_MAIN(cmocka_unit_test(test_structure__offers_what_is_certain),
          cmocka_unit_test(test_structure__reads_signatures))

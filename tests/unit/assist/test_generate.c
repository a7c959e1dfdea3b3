/* What the parts of assist/generate promise: templates, types, where code goes, and what is said of
 * bad input. That the code itself is right is for tests/e2e/generate. */
#include "assist/generate/entries.h"
#include "assist/generate/generate.h"
#include "assist/generate/template.h"
#include "tests/unit/test.h"

enum { ARENA_BYTES = 256 << 20 };

static gen_value *sample(arena *a)
{
    gen_value *root = gen_value_new(a), *type = gen_part(a, root, "type");
    gen_set(a, type, "name", STR("HTTPServer"));
    gen_value *fields = gen_part(a, type, "fields"), *names = gen_part(a, root, "names");
    static const char *const list[][2] = {{"a", "int"}, {"b_c", "list"}, {"имяДва", "int"}};
    for (size_t i = 0; i < 3; i++) {
        gen_value *f = gen_add(a, fields);
        gen_set(a, f, "name", str_of(list[i][0]));
        gen_set(a, f, "class", str_of(list[i][1]));
        gen_add_text(a, names, str_of(list[i][0]));
    }
    return root;
}

static void test_template__fills(void **state)
{
    static const struct {
        const char *template, *want;
    } cases[] = {
        {"<%type.name%>!", "HTTPServer!"},
        {"<%type.none%>|<%none.none%>", "|"},
        {"<%type.name|snake%> <%type.name|kebab|upper%> <%type.name|camel%>",
         "http_server HTTP_SERVER httpServer"},
        {"<%for f in type.fields sep \", \"%><%f.name|pascal%><%end%>", "A, BC, имяДва"},
        {"% for f in type.fields where f.class = int\n<%loop.number%>:<%f.name%>\n% end\nx",
         "1:a\n2:имяДва\nx"},
        {"<%for f in type.fields%><%if loop.first%>[<%elif loop.last%>]<%else%>-<%end%><%end%>",
         "[-]"},
        {"<%if type.name & !type.none%>yes<%else%>no<%end%>", "yes"},
        {"<%if type.none or type.name ~ *Server%>yes<%end%>", "yes"},
        {"<%if names has b_c & !names has q%>yes<%end%>", "yes"},
        {"<%for f in type.fields%><%if names has <f.name|upper>%>!<%end%><%end%>", "!"},
        {"<%for f in none%>x<%end%>.", "."},
        {"100 % of it\n% if none\nx\n% end\n", "100 % of it\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena a;
        buf b;
        err e = {{0}};
        arena_init(&a, ARENA_BYTES);
        buf_init(&b, 1 << 16);
        assert_ok(gen_fill(&b, str_of(cases[i].template), sample(&a), &e), &e);
        assert_view(buf_view(&b), cases[i].want);
        buf_release(&b);
        arena_release(&a);
    }
}

static void test_template__says_what_is_wrong(void **state)
{
    static const char *const cases[] = {
        "<%if x%>",          "<%end%>",         "x <% y", "% for f in type.fields\n",
        "<%type.name|odd%>", "<%if a%><%else%>"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena a;
        buf b;
        err e = {{0}};
        arena_init(&a, ARENA_BYTES);
        buf_init(&b, 1 << 16);
        assert_int_equal(gen_fill(&b, str_of(cases[i]), sample(&a), &e), ERR_FORMAT);
        assert_non_null(strstr(e.text, "line 1 of the template"));
        buf_release(&b);
        arena_release(&a);
    }
}

static void test_template__depth_is_bounded(void **state)
{
    arena a;
    buf b, text;
    (void)state;
    arena_init(&a, ARENA_BYTES);
    buf_init(&b, 1 << 16);
    buf_init(&text, 1 << 20);
    for (int i = 0; i < 10000; i++)
        buf_append(&text, STR("<%if x%>"));
    assert_int_equal(gen_fill(&b, buf_view(&text), sample(&a), NULL), ERR_FORMAT);
    buf_release(&text);
    buf_release(&b);
    arena_release(&a);
}

static void test_match__patterns(void **state)
{
    str_view hit = STR("");
    (void)state;
    assert_true(gen_match(STR("list[*]"), STR("list[int]"), &hit));
    assert_view(hit, "int");
    assert_true(gen_match(STR("*\\*"), STR("struct a *"), &hit));
    assert_false(gen_match(STR("*\\*"), STR("struct a"), &hit));
    assert_false(gen_match(STR("int"), STR("int8"), NULL));
    assert_true(gen_match(STR("*"), STR(""), NULL));
}

/* --- code --- */

struct made {
    arena a;
    gen_request q;
    gen_result r;
    err e;
    err_code rc;
};

/* The cursor is `$0` in the text. */
static void make(struct made *m, const char *path, const char *text, const char *kind)
{
    *m = (struct made){.rc = ERR_OK};
    arena_init(&m->a, ARENA_BYTES);
    str_view v = str_of(text);
    size_t at = str_find(v, STR("$0"));
    m->q.text = arena_format(&m->a, "%.*s%s", (int)at, text, at < v.len ? text + at + 2 : "");
    m->q.offset = at;
    m->q.path = str_of(path);
    m->q.lang = gram_language_find(STR(""), m->q.path, m->q.text);
    m->rc = gen_make(&m->r, &m->a, &m->q, str_of(kind), &m->e);
}

static void check_whole(const char *path, const char *text, const char *kind, const char *want)
{
    struct made m;
    make(&m, path, text, kind);
    assert_ok(m.rc, &m.e);
    assert_view(gen_apply(&m.a, m.q.text, &m.r, STR("")), want);
    arena_release(&m.a);
}

static void test_place__indentation_of_the_file(void **state)
{
    (void)state;
    check_whole("a.ts", "class A {\n\tx$0: number;\n}\n", "constructor",
                "class A {\n\tx: number;\n\n\tconstructor(x: number) {\n\t\tthis.x = x;\n\t}\n}\n");
    check_whole("a.py", "if 1:\n  class A:$0\n    x: int\n", "to-string",
                "if 1:\n  class A:\n    x: int\n\n    def __repr__(self) -> str:\n      return "
                "f\"A(x={self.x!r})\"\n");
    check_whole("A.java", "class A { int $0x; }", "accessors",
                "class A { int x;\n\n    public int getX() {\n        return x;\n    }\n\n    "
                "public void setX(int x) {\n"
                "        this.x = x;\n    }\n}");
    check_whole("a.kt", "class B : I$0\n\ninterface I {\n    fun f()\n}\n", "implement",
                "class B : I {\n    override fun f() {\n        TODO(\"B.f\")\n    "
                "}\n}\n\ninterface I {\n    fun f()\n}\n");
}

static void test_place__line_ends_of_the_file(void **state)
{
    (void)state;
    check_whole(
        "a.py", "import os\r\n\r\n\r\nclass A:\r\n    x$0: int\r\n\r\n\r\ny = 1\r\n", "to-string",
        "import os\r\n\r\n\r\nclass A:\r\n    x: int\r\n\r\n    def __repr__(self) -> str:\r\n"
        "        return f\"A(x={self.x!r})\"\r\n\r\n\r\ny = 1\r\n");
}

static void test_make__reserved_names(void **state)
{
    (void)state;
    check_whole("a.ts", "class A {\n  class$0: string;\n  type: string;\n}\n", "constructor",
                "class A {\n  class: string;\n  type: string;\n\n  constructor(class_: string, "
                "type: string) {\n"
                "    this.class = class_;\n    this.type = type;\n  }\n}\n");
}

static void test_place__imports(void **state)
{
    (void)state;
    check_whole(
        "a.py", "#!/usr/bin/python3\n@dataclass\nclass A:\n    x$0: int\n", "arguments",
        "#!/usr/bin/python3\n\nimport argparse\n\n@dataclass\nclass A:\n    x: int\n\n\n"
        "def parse_a(argv: list[str] | None = None) -> A:\n    \"\"\"Read an A from the words of "
        "a command line.\"\"\"\n"
        "    parser = argparse.ArgumentParser()\n    parser.add_argument(\"--x\", "
        "dest=\"x\", type=int, required=True)\n"
        "    return A(**vars(parser.parse_args(argv)))\n");
    check_whole("a.go", "package a\n\ntype A int$0\n\nconst X A = 1\n", "enum-string",
                "package a\n\nimport \"fmt\"\n\ntype A int\n\n// String is the name of the value; "
                "it implements fmt.Stringer.\n"
                "func (a A) String() string {\n\tswitch a {\n\tcase X:\n\t\treturn "
                "\"X\"\n\t}\n\treturn fmt.Sprintf(\"A(%d)\", int(a))\n}\n\n"
                "// ParseA is the value with this name.\nfunc ParseA(text string) (A, error) "
                "{\n\tswitch text {\n\tcase \"X\":\n\t\treturn X, nil\n"
                "\t}\n\treturn 0, fmt.Errorf(\"%q is no A\", text)\n}\n\nconst X A = 1\n");
}

/* Lines no longer than the file's, what gofmt aligns, braces, stars and labels where the file's
 * are. */
static void test_place__looks_like_the_file(void **state)
{
    (void)state;
    check_whole(
        "a.py",
        "class Alphabet:\n    first_of_all: $0int\n    second_of_all: int\n"
        "    third_of_all: int\n    fourth_of_all: int\n",
        "constructor",
        "class Alphabet:\n    first_of_all: int\n    second_of_all: int\n"
        "    third_of_all: int\n    fourth_of_all: int\n\n"
        "    def __init__(\n        self,\n        first_of_all: int,\n        second_of_all: "
        "int,\n        third_of_all: int,\n        fourth_of_all: int,\n    ) -> None:\n"
        "        self.first_of_all = first_of_all\n        self.second_of_all = "
        "second_of_all\n        self.third_of_all = third_of_all\n        "
        "self.fourth_of_all = fourth_of_all\n");
    check_whole("a.go", "package a\n\ntype P $0struct {\n\tX int\n\tLength int\n}\n", "constructor",
                "package a\n\ntype P struct {\n\tX int\n\tLength int\n}\n\n"
                "// NewP returns a P of its parts.\nfunc NewP(x int, length int) *P {\n"
                "\treturn &P{\n\t\tX:      x,\n\t\tLength: length,\n\t}\n}\n");
    check_whole("a.rs", "/// A.\n#[derive(Debug, Clone)]\n#[repr(C)]\nstruct A$0 { x: u8 }\n",
                "equality",
                "/// A.\n#[derive(Debug, Clone, PartialEq, Eq)]\n#[repr(C)]\nstruct A { x: u8 "
                "}\n");
    check_whole("a.cpp",
                "class A$0 {\n  public:\n    int f(const A& a) {\n        return a.x;\n    }\n"
                "  private:\n    int x;\n};\n",
                "equality",
                "class A {\n  public:\n    int f(const A& a) {\n        return a.x;\n    }\n"
                "  private:\n    int x;\n\n  public:\n    bool operator==(const A& other) const {\n"
                "        return x == other.x;\n    }\n\n    bool operator!=(const A& other) const "
                "{\n        return !(*this == other);\n    }\n};\n");
    check_whole("a.rb",
                "# frozen_string_literal: true\n\nclass A$0\n  def initialize(x)\n"
                "    @x = x\n  end\nend\n",
                "to-string",
                "# frozen_string_literal: true\n\nclass A\n  def initialize(x)\n    @x = x\n"
                "  end\n\n  def to_s\n    \"A(x=#{@x.inspect})\"\n  end\nend\n");
    check_whole("A.java", "enum A$0 {\n    X,\n    Y\n}\n", "enum-string",
                "enum A {\n    X,\n    Y;\n\n    /** The name in small letters. */\n    @Override\n"
                "    public String toString() {\n        return "
                "name().toLowerCase(java.util.Locale.ROOT);\n    }\n\n"
                "    /** The value with this name, in capitals or not. */\n"
                "    public static A parse(String text) {\n        for (A value : values()) {\n"
                "            if (value.name().equalsIgnoreCase(text)) {\n"
                "                return value;\n            }\n        }\n"
                "        throw new IllegalArgumentException(text + \" is no A\");\n    }\n}\n");
    check_whole("a.rs", "#[inline]\nfn add_one(x$0: i32) -> i32 { x + 1 }\n", "doc",
                "/// Adds one.\n///\n/// # Arguments\n///\n/// * `x` - The x.\n"
                "#[inline]\nfn add_one(x: i32) -> i32 { x + 1 }\n");
}

static void check_refused(const char *path, const char *text, const char *kind, const char *part)
{
    struct made m;
    make(&m, path, text, kind);
    const char *said = m.rc == ERR_OK ? arena_copy_z(&m.a, m.r.says) : m.e.text;
    assert_int_equal(m.r.n_edits, 0);
    if (!strstr(said, part))
        print_error("%s: %s\n", kind, said);
    assert_non_null(strstr(said, part));
    arena_release(&m.a);
}

static void test_make__what_is_not_written(void **state)
{
    (void)state;
    check_refused("a.py", "class A$0:\n    x: int\n    def __init__(self): pass\n", "constructor",
                  "is there already");
    check_refused("a.py", "@dataclass\nclass A$0:\n    x: int\n", "equality",
                  "compares by its fields already");
    check_refused("A.java", "record A$0(int x) {}", "hash", "already");
    check_refused("a.py", "class A$0:\n    pass\n", "constructor", "does not fit A");
    check_refused("a.py", "x = 1$0\n", "tests", "does not fit this place");
    check_refused("a.py", "", "constructor", "does not fit this place");
    check_refused("a.py", "class A$0: pass\n", "nonsense", "is no kind of code");
    check_refused("a.lua", "x = 1$0\n", "constructor", "nothing can be written for Lua");
    check_refused("a.rs", "struct A$0 { x: f64 }", "hash", "Floating point");
}

/* What is broken is not made worse: either nothing, or no more errors than before. */
static void test_make__survives_hostile_code(void **state)
{
    static const char *const paths[] = {"a.py", "a.js",  "a.ts", "a.go", "a.rs", "A.java",
                                        "a.c",  "a.cpp", "A.cs", "a.kt", "a.rb", "a.php"};
    static const char *const texts[] = {
        "class $0",
        "class A { $0",
        "struct A$0 {",
        "enum $0A { , , }",
        "interface A$0 {}",
        "class A$0 { int ; int x[ }",
        "def f($0",
        "function f($0a, ...",
        "fn f$0(a: ) -> {",
        "\xff\xfe$0\x80",
        "type A$0 = ",
        "class 名前$0 { int 値; }",
        "struct class$0 { int x; };",
        "func f(a$0 int",
        "class A<T, $0 { x: T }",
        "<?php class A$0 { private $x; function",
        "enum E$0 { A, B",
    };
    (void)state;
    for (size_t p = 0; p < sizeof paths / sizeof *paths; p++) {
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
            str_view kind, title;
            for (size_t k = 0; gen_kind_at(k, &kind, &title); k++) {
                struct made m;
                make(&m, paths[p], texts[t], kind.ptr);
                assert_true(m.rc == ERR_OK || m.e.text[0]);
                assert_true(m.rc == ERR_OK || m.rc == ERR_NOT_FOUND || m.rc == ERR_FORMAT);
                arena_release(&m.a);
            }
        }
    }
}

static void test_make__large_types(void **state)
{
    buf b;
    struct made m;
    (void)state;
    buf_init(&b, 1 << 20);
    buf_append(&b, STR("enum E$0 {\n"));
    for (int i = 0; i < 10000; i++)
        buf_append_format(&b, "    M%d,\n", i);
    buf_append(&b, STR("};\n"));
    make(&m, "a.c", b.ptr, "enum-string");
    assert_ok(m.rc, &m.e);
    assert_true(m.r.text.len > 100000);
    arena_release(&m.a);
    buf_clear(&b);
    for (int i = 0; i < 5000; i++)
        buf_append(&b, STR("class A { "));
    buf_append(&b, STR("int x$0;"));
    make(&m, "A.java", b.ptr, "constructor");
    assert_true(m.rc == ERR_OK || m.e.text[0]);
    arena_release(&m.a);
    buf_release(&b);
}

static void test_offers__only_what_can_be_made(void **state)
{
    static const char *const texts[][2] = {
        {"a.py", "class A$0:\n    x: int\n    _y: str\n"},
        {"a.ts", "export interface A$0 { f(): void; x: number }\n"},
        {"a.go", "package a\n\ntype A$0 struct {\n\tx int\n}\n"},
        {"a.c", "struct a$0 {\n    int x;\n};\n"}};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct made m;
        gen_offer *offers;
        size_t n;
        make(&m, texts[i][0], texts[i][1], "main");
        assert_ok(gen_offers(&offers, &n, &m.a, &m.q, &m.e), &m.e);
        assert_true(n > 2);
        for (size_t k = 0; k < n; k++) {
            gen_result r;
            assert_ok(gen_make(&r, &m.a, &m.q, offers[k].kind, &m.e), &m.e);
            assert_true(offers[k].says.len ? r.n_edits == 0 : r.n_edits > 0);
        }
        arena_release(&m.a);
    }
}

static void test_make__failing_allocations(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION({
        struct made m;
        make(&m, "a.py", "class A$0:\n    x: int\n", "constructor");
        if (m.rc != ERR_OK && m.rc != ERR_NOMEM)
            print_error("%s: %s\n", err_name(m.rc), m.e.text);
        assert_true(m.rc == ERR_OK || m.rc == ERR_NOMEM);
        arena_release(&m.a);
    });
}

TEST_MAIN(cmocka_unit_test(test_template__fills),
          cmocka_unit_test(test_template__says_what_is_wrong),
          cmocka_unit_test(test_template__depth_is_bounded), cmocka_unit_test(test_match__patterns),
          cmocka_unit_test(test_place__indentation_of_the_file),
          cmocka_unit_test(test_place__imports), cmocka_unit_test(test_place__looks_like_the_file),
          cmocka_unit_test(test_place__line_ends_of_the_file),
          cmocka_unit_test(test_make__reserved_names),
          cmocka_unit_test(test_make__what_is_not_written),
          cmocka_unit_test(test_make__survives_hostile_code),
          cmocka_unit_test(test_make__large_types),
          cmocka_unit_test(test_offers__only_what_can_be_made),
          cmocka_unit_test(test_make__failing_allocations))

#include "assist/deliver/declared.h"
#include "assist/deliver/deliver.h"
#include "assist/deliver/layout.h"
#include "tests/unit/assist/deliver/project.h"

static const char sample[] = "[{\"id\": 1, \"name\": \"Ada\", \"home\": {\"street\": \"x\", "
                             "\"zip\": \"1\"}}, {\"id\": 2, \"name\": null, \"home\": "
                             "{\"street\": \"y\", \"zip\": \"2\"}}]";

/* What the target writes into root/folder: the first file, its notes and those of other files. */
static str_view written(arena *a, const char *folder, const char *target, str_view *notes)
{
    assist_delivery d;
    err e = {{0}};
    assist_scaffold_input in = {.name = STR("users.json"), .text = str_of(sample)};
    str_view where = arena_format(a, "%s/%s", root, folder);
    assist_deliver_request request = {.inputs = &in,
                                      .n_inputs = 1,
                                      .targets = &target,
                                      .n_targets = 1,
                                      .folder = where,
                                      .fit = true};
    assert_ok(assist_deliver_plan(&d, a, &request, &e), &e);
    assert_int_equal(d.bug.target.len, 0);
    *notes = STR("");
    for (size_t i = 0; i < d.n_notes; i++)
        *notes = arena_format(a, "%.*s%.*s:%zu: %.*s\n", STR_ARG(*notes), STR_ARG(d.notes[i].input),
                              d.notes[i].line, STR_ARG(d.notes[i].text));
    assert_ok(assist_deliver_write(&d, &e), &e);
    return d.files[0].after;
}

static void assert_has(str_view text, const char *what)
{
    if (str_find(text, str_of(what)) >= text.len)
        fail_msg("no `%s` in:\n%.*s", what, STR_ARG(text));
}

static void assert_lacks(str_view text, const char *what)
{
    if (str_find(text, str_of(what)) < text.len)
        fail_msg("there is `%s` in:\n%.*s", what, STR_ARG(text));
}

static void test_existing__typescript_imports_what_fits(void **state)
{
    (void)state;
    arena a;
    str_view notes;
    arena_init(&a, SIZE_MAX);
    put("ts/.git/HEAD", "ref: refs/heads/main\n");
    put("ts/src/models/home.ts", "/** Where people live. */\n"
                                 "export type Home = {\n"
                                 "  readonly zip: string,\n"
                                 "  street: string;\n"
                                 "  country?: string\n"
                                 "}\n");
    put("ts/src/models/user.ts",
        "export interface User { id: number; name: string; home: Home }\n");
    put("ts/src/ignored.ts", "interface Home { street: string; zip: string }\n"); /* not exported */
    str_view text = written(&a, "ts/src/api", "typescript", &notes);
    assert_has(text, "import type { Home } from \"../models/home.js\";\n"
                     "export type { Home };\n\nexport interface User {");
    assert_lacks(text, "interface Home");
    assert_has(notes, "src/models/home.ts:2: Home is that of the sample: users.ts uses it");
    /* null is not allowed there */
    assert_has(notes, "src/models/user.ts:1: User has `name` as string, not string | null, so "
                      "users.ts has one of its own");
    assert_has(text, "function checkHome(");
    /* The same again, though users.ts now has those names itself. */
    str_view again = written(&a, "ts/src/api", "typescript", &notes);
    assert_true(str_eq(text, again));
    arena_release(&a);
}

static void test_existing__python_knows_packages_and_kinds(void **state)
{
    (void)state;
    arena a;
    str_view notes;
    arena_init(&a, SIZE_MAX);
    put("py/.git/HEAD", "ref: refs/heads/main\n");
    put("py/app/__init__.py", "");
    put("py/app/places/__init__.py", "");
    put("py/app/places/home.py", "from pydantic import BaseModel\n\n\n"
                                 "class Home(BaseModel):\n    street: str\n    zip: str\n"
                                 "    country: str | None = None\n");
    str_view text = written(&a, "py/app/people", "pydantic", &notes);
    assert_has(text, "\n\nfrom app.places.home import Home\n");
    assert_lacks(text, "class Home");
    /* A dataclass needs methods that a model does not have: another kind, nothing to say. */
    text = written(&a, "py/app/people", "python", &notes);
    assert_has(text, "class Home:");
    assert_int_equal(notes.len, 0);
    /* Two servers have a class Handler each, which lives by what else is in its file. */
    (void)written(&a, "py/app/one", "mock-server", &notes);
    text = written(&a, "py/app/two", "mock-server", &notes);
    assert_has(text, "class Handler(");
    assert_int_equal(notes.len, 0);
    put("py2/.git/HEAD", "ref: refs/heads/main\n");
    put("py2/app/old.py", "@dataclass\nclass Home:\n    street: str\n    zip: str\n");
    (void)written(&a, "py2/app/new", "python", &notes);
    assert_has(notes, "app/old.py:1: Home has no method `from_json`");
    arena_release(&a);
}

static void test_existing__go_shares_a_package(void **state)
{
    (void)state;
    arena a;
    str_view notes;
    arena_init(&a, SIZE_MAX);
    put("go/.git/HEAD", "ref: refs/heads/main\n");
    put("go/models/home.go", "package models\n\ntype Home struct {\n"
                             "\tStreet string `json:\"street\"`\n\tZip string `json:\"zip\"`\n}\n\n"
                             "type User struct {\n\tID string\n}\n");
    str_view text = written(&a, "go/models", "go", &notes);
    assert_has(text, "package models\n");
    assert_lacks(text, "type Home struct");
    assert_has(text, "type User_ struct");
    assert_has(text, "Home Home    `json:\"home\"`");
    assert_has(notes, "models/home.go:8: User has `ID` as string, not int64 `json:\"id\"`, so ");
    arena_release(&a);
}

static void test_existing__rust_names_the_crate(void **state)
{
    (void)state;
    arena a;
    str_view notes;
    arena_init(&a, SIZE_MAX);
    put("rs/.git/HEAD", "ref: refs/heads/main\n");
    put("rs/Cargo.toml", "[package]\nname = \"x\"\n");
    put("rs/src/places/mod.rs", "use serde::{Deserialize, Serialize};\n\n"
                                "#[derive(Serialize, Deserialize)]\npub struct Home {\n"
                                "    pub street: String,\n    pub zip: String,\n}\n");
    str_view text = written(&a, "rs/src", "rust", &notes);
    assert_has(text, "\n\npub use crate::places::{Home};\n");
    assert_lacks(text, "struct Home");
    /* Without serde it is of no use. */
    put("rs/src/places/mod.rs",
        "pub struct Home {\n    pub street: String,\n    pub zip: String,\n}\n");
    text = written(&a, "rs/src/sub", "rust", &notes);
    assert_has(text, "pub struct Home");
    assert_has(notes, "does not derive Serialize");
    arena_release(&a);
}

static void test_existing__java_reads_records_of_the_project(void **state)
{
    (void)state;
    arena a;
    str_view notes;
    arena_init(&a, SIZE_MAX);
    put("java/.git/HEAD", "ref: refs/heads/main\n");
    put("java/src/main/java/org/x/Place.java",
        "package org.x;\n\n/** Where. */\npublic record Place(String zip, String street) {}\n");
    put("java/src/main/java/org/x/model/Homes.java",
        "package org.x.model;\n\npublic final class Homes {\n"
        "    public record Home(String zip, String street) {}\n"
        "    public record User(String id, String name, Home home) {}\n}\n");
    str_view text = written(&a, "java/src/main/java/org/x/api", "java", &notes);
    assert_has(text, "import java.util.Map;\nimport org.x.model.Homes.Home;\n\n");
    assert_lacks(text, "record Home(");
    assert_has(text, "        Home home\n"); /* of the record that stays */
    assert_has(text, "        return new Home(\n"
                     "            Read.required(o, \"zip\", path, Read::text),\n"
                     "            Read.required(o, \"street\", path, Read::text)\n        );\n");
    assert_has(text, "if (value instanceof Home own) {");
    assert_has(notes, "Homes.java:4: Home is that of the sample: UsersJson.java uses it");
    assert_has(notes, "Homes.java:5: User has `id` as String, not long, so UsersJson.java has one");
    /* A neighbour needs no import; what is private is of no use. */
    put("java2/.git/HEAD", "ref: refs/heads/main\n");
    put("java2/src/main/java/org/x/model/Homes.java",
        "package org.x.model;\n\nrecord Home(String zip, String street) {}\n");
    text = written(&a, "java2/src/main/java/org/x/model", "java", &notes);
    assert_lacks(text, "import org.x");
    assert_has(text, "private static Home readHome(");
    text = written(&a, "java2/src/main/java/org/x/other", "java", &notes);
    assert_has(notes, "Homes.java:3: Home is not public, so UsersJson.java has one of its own");
    assert_has(text, "public record Home(");
    arena_release(&a);
}

static void test_existing__kotlin_fills_classes_of_the_project(void **state)
{
    (void)state;
    arena a;
    str_view notes;
    arena_init(&a, SIZE_MAX);
    put("kt/.git/HEAD", "ref: refs/heads/main\n");
    put("kt/src/main/kotlin/org/x/model/Models.kt",
        "package org.x.model\n\nimport org.x.Entity\n\n/** Where. */\n"
        "data class Home(\n    val zip: String,\n    var street: String,\n"
        "    val country: String = \"NO\"\n) : Entity()\n\n"
        "class User(val id: Int, val name: String?, val home: Home, private val key: Int = 0)\n");
    str_view text = written(&a, "kt/src/main/kotlin/org/x/api", "kotlin", &notes);
    assert_has(text, "import java.math.MathContext\nimport org.x.model.Home\n"
                     "import org.x.model.User\n\nobject UsersJson {");
    assert_lacks(text, "class User");
    assert_has(text, "        return User(\n"
                     "            id = Read.required<Int>(o, \"id\", path, Read::int32),\n"
                     "            name = Read.required<String?>(o, \"name\", path, "
                     "Read.orNull<String>(Read::text)),\n");
    assert_has(text, "            is Home -> writeHome(value)\n");
    assert_has(notes, "Models.kt:6: Home is that of the sample: UsersJson.kt uses it");
    /* What may not be made, given away, or asked for its members is of no use. */
    put("kt2/.git/HEAD", "ref: refs/heads/main\n");
    put("kt2/Models.kt", "internal data class Home(val zip: String, val street: String)\n"
                         "class User(id: Int, val name: String?, val home: Home)\n");
    text = written(&a, "kt2", "kotlin", &notes);
    assert_has(text, "data class Home(");
    assert_has(notes, "Models.kt:1: Home is not public, so UsersJson.kt has one of its own");
    assert_has(notes, "Models.kt:2: User is not a class whose constructor says it all, so ");
    arena_release(&a);
}

static void test_existing__csharp_fills_classes_of_the_project(void **state)
{
    (void)state;
    arena a;
    str_view notes;
    arena_init(&a, SIZE_MAX);
    put("cs1/.git/HEAD", "ref: refs/heads/main\n");
    put("cs1/Models/Models.cs",
        "using System;\n\nnamespace My.App\n{\n    namespace Models\n    {\n"
        "        public class Home\n        {\n"
        "            public string Zip { get; set; } = \"\";\n"
        "            public required string Street { get; init; }\n"
        "            public string? Country { get; set; }\n        }\n    }\n}\n");
    put("cs1/Models/User.cs",
        "namespace My.App.Models;\n\n"
        "public record User(int Id, string? Name, Home Home, int Age = 1);\n");
    str_view text = written(&a, "cs1/Api", "csharp", &notes);
    assert_has(text, "using System.Text.RegularExpressions;\nusing Home = My.App.Models.Home;\n"
                     "using User = My.App.Models.User;\n\npublic static class UsersJson");
    assert_has(text, "        return new User(\n"
                     "            Id: Read.Required(o, \"id\", path, Read.Int32),\n"
                     "            Name: Read.Required(o, \"name\", path, Read.OrNull(Read.Text)),\n"
                     "            Home: Read.Required(o, \"home\", path, ReadHome)\n        );\n");
    assert_has(text, "        return new Home\n        {\n"
                     "            Zip = Read.Required(o, \"zip\", path, Read.Text),\n"
                     "            Street = Read.Required(o, \"street\", path, Read.Text),\n");
    assert_has(text, "            Write(text, WriteHome((Home)value));\n");
    assert_has(notes, "Models/Models.cs:7: Home is that of the sample: UsersJson.cs uses it");
    /* A setter that is private, a constructor that wants something, a member that must be there. */
    put("cs2/.git/HEAD", "ref: refs/heads/main\n");
    put("cs2/A.cs", "public class Home\n{\n    public string Zip { get; private set; }\n"
                    "    public string Street { get; set; }\n}\n");
    put("cs2/B.cs", "public class User\n{\n    public User(int id) { }\n"
                    "    public int Id { get; set; }\n}\n");
    text = written(&a, "cs2", "csharp", &notes);
    assert_has(notes, "A.cs:1: Home has no `Zip`, so UsersJson.cs has one of its own");
    assert_has(notes, "B.cs:1: User is not a class that can be filled from outside, so ");
    assert_has(text, "public sealed class Home : IJson");
    arena_release(&a);
}

/* --- where tests go --- */

/* The paths that the target writes, as seen from the folder, one blank behind each. */
static str_view paths(arena *a, const char *folder, const char *target, str_view *text)
{
    assist_delivery d;
    err e = {{0}};
    assist_scaffold_input in = {.name = STR("users.json"), .text = str_of(sample)};
    assist_deliver_request request = {.inputs = &in,
                                      .n_inputs = 1,
                                      .targets = &target,
                                      .n_targets = 1,
                                      .folder = arena_format(a, "%s/%s", root, folder),
                                      .fit = true};
    str_view out = STR("");
    assert_ok(assist_deliver_plan(&d, a, &request, &e), &e);
    for (size_t i = 0; i < d.n_files; i++)
        out = arena_format(a, "%.*s%.*s ", STR_ARG(out), STR_ARG(d.files[i].path));
    *text = d.files[0].after;
    return out;
}

static void test_testing__tests_go_where_the_others_are(void **state)
{
    (void)state;
    arena a;
    str_view text;
    arena_init(&a, SIZE_MAX);
    /* Beside the code, by another name. */
    put("t1/.git/HEAD", "ref: refs/heads/main\n");
    put("t1/src/a.spec.ts", "import { a } from \"./a\";\n");
    str_view got = paths(&a, "t1/src", "tests-typescript", &text);
    assert_has(got, "users.spec.ts users-factory.ts users.fixture.json users.ts ");
    /* One folder for all, which is divided as the code is. */
    put("t2/.git/HEAD", "ref: refs/heads/main\n");
    put("t2/test/api/a.test.ts", "import { a } from \"../../src/api/a.js\";\n");
    put("t2/test/b.test.ts", "import { b } from \"../src/b.js\";\n");
    got = paths(&a, "t2/src/api", "tests-typescript", &text);
    assert_has(got, "../../test/api/users.test.ts ../../test/api/users-factory.ts ");
    assert_has(got, " users.ts ");
    assert_has(text, "from \"../../src/api/users.js\";");
    assert_has(text, "from \"./users-factory.js\";");
    assert_has(paths(&a, "t2/src/other", "tests-typescript", &text), "../../test/users.test.ts ");
    assert_has(text, "from \"../src/other/users.js\";");
    /* Beside the code, in a folder. */
    put("t3/.git/HEAD", "ref: refs/heads/main\n");
    put("t3/src/one/__tests__/a.test.tsx", "import { a } from \"../a\";\n");
    assert_has(paths(&a, "t3/src/two", "tests-typescript", &text), "__tests__/users.test.ts ");
    assert_has(text, "from \"../users.js\";");
    /* A package of Python and its tests. */
    put("t4/.git/HEAD", "ref: refs/heads/main\n");
    put("t4/app/__init__.py", "");
    put("t4/app/api/__init__.py", "");
    put("t4/tests/a_test.py", "from app.api.a import a\n");
    got = paths(&a, "t4/app/api", "tests-python", &text);
    assert_has(got, "../../tests/users_test.py ../../tests/users_factory.py ");
    assert_has(text, "\nfrom app.api.users import parse_users");
    assert_has(text, "\nfrom users_factory import ROW\n");
    /* No habit, no change; where tests are wanted among tests, they stay. */
    put("t5/.git/HEAD", "ref: refs/heads/main\n");
    assert_has(paths(&a, "t5/src", "tests-python", &text), "test_users.py users_factory.py ");
    assert_has(paths(&a, "t4/tests/more", "tests-python", &text), "users_test.py users_factory.py");
    arena_release(&a);
}

static void test_existing__types_are_compared_by_meaning(void **state)
{
    (void)state;
    static const struct {
        const char *path, *have, *wanted;
        bool fits;
    } rows[] = {
        {"a.ts", "null | string", "string | null", true},
        {"a.ts", "readonly (string | number)[]", "Array<number | string>", true},
        {"a.ts", "ReadonlyArray<'a'>", "\"a\"[]", true},
        {"a.ts", "string | null", "string", true}, /* it takes more */
        {"a.ts", "string", "string | null", false},
        {"a.ts", "string", "Role", true}, /* an open enum */
        {"a.ts", "\"admin\"", "Role", false},
        {"a.ts", "Array<string>", "string", false},
        {"a.py", "Optional[List[int]]", "list[StrictInt] | None", true},
        {"a.py", "\"Dict[str, Union[int, str]]\"", "dict[str, str | int]", true},
        {"a.py", "int", "str", false},
        {"a.java", "int", "long", true},
        {"a.java", "String", "Role", true}, /* an open enum */
        {"a.java", "java.util.List<String>", "List<Role>", true},
        {"a.kt", "Int?", "Long", true}, /* it takes more */
        {"a.kt", "Long", "Long?", false},
        {"a.kt", "List<String>", "List<Role>", true},
        {"a.kt", "MutableList<String>", "List<String>", false},
        {"a.cs", "IReadOnlyList<string>", "List<Role>", true},
        {"a.cs", "string?", "string", true},
        {"a.cs", "long", "long?", false},
    };
    static const struct {
        const char *end, *head;
    } heads[] = {
        {".ts", "export type Role = \"admin\" | (string & {});\nexport interface X { a: %s; }\n"},
        {".py", "class X(TypedDict):\n    a: %s\n"},
        {".java", "class U {\n    record X(%s a) implements Json {}\n"
                  "    record Role(String value) implements Json {\n"
                  "        public static final Role ADMIN = new Role(\"admin\");\n    }\n}\n"},
        {".kt", "object U {\n    data class X(val a: %s) : Json {\n    }\n"
                "    data class Role(val value: String) : Json {\n        companion object {\n"
                "            val ADMIN = Role(\"admin\")\n        }\n    }\n}\n"},
        {".cs", "class U {\n    class X : IJson { public %s a { get; set; } }\n"
                "    class Role : IJson { public static readonly Role Admin = null; }\n}\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        arena a;
        declared have, wanted;
        str_view why;
        arena_init(&a, SIZE_MAX);
        const char *head = NULL;
        for (size_t k = 0; k < sizeof heads / sizeof *heads; k++)
            head = strcmp(rows[i].path + 1, heads[k].end) == 0 ? heads[k].head : head;
        const gram_language *lang = gram_language_by_path(str_of(rows[i].path));
        char text[2][400];
        snprintf(text[0], sizeof text[0], head, rows[i].have);
        snprintf(text[1], sizeof text[1], head, rows[i].wanted);
        assert_int_equal(declared_find(&have, &a, lang, str_of(text[0])), ERR_OK);
        assert_int_equal(declared_find(&wanted, &a, lang, str_of(text[1])), ERR_OK);
        bool fits = declared_fits(declared_get(&have, STR("X")), declared_get(&wanted, STR("X")),
                                  &wanted, lang, &a, &why);
        if (fits != rows[i].fits)
            fail_msg("%s for %s: %d %.*s", rows[i].have, rows[i].wanted, fits, STR_ARG(why));
        arena_release(&a);
    }
}

static void test_layout__packages_of_neighbours_and_folders(void **state)
{
    (void)state;
    arena a;
    str_view notes;
    arena_init(&a, SIZE_MAX);
    put("jvm/.git/HEAD", "ref: refs/heads/main\n");
    assert_has(written(&a, "jvm/src/main/java/org/x", "java", &notes),
               "\npackage org.x;\n\nimport ");
    put("jvm/src/main/java/org/y/Z.java", "/* z */\npackage org.other;\n");
    assert_has(written(&a, "jvm/src/main/java/org/y", "java", &notes), "\npackage org.other;\n");
    assert_has(written(&a, "jvm/src/test/kotlin/org/x", "kotlin", &notes), "\npackage org.x\n");
    assert_lacks(written(&a, "jvm/elsewhere", "java", &notes), "package ");
    put("cs/A.cs", "namespace My.App {\n}\n");
    put("cs/B.cs", "namespace My.App;\n");
    put("cs/C.cs", "namespace Else;\n");
    assert_has(written(&a, "cs", "csharp", &notes), "\n\nnamespace My.App;\n");
    put("cs3/A.cs", "using System;\n\nnamespace Old.App\n{\n    class A { }\n}\n");
    str_view blocks = written(&a, "cs3", "csharp", &notes);
    assert_has(blocks,
               "RegularExpressions;\n\nnamespace Old.App\n{\n    public static class UsersJson\n"
               "    {\n");
    assert_true(str_ends(blocks, STR("\n    }\n}\n")));
    /* Code that leaves open what may be null is not checked for it. */
    assert_lacks(blocks, "#nullable");
    put("cs3/Directory.Build.props", "<Project><Nullable>enable</Nullable></Project>");
    put("cs3/b/B.csproj", "<Project>\n</Project>\n");
    assert_has(written(&a, "cs3/b/c", "csharp", &notes),
               "// From users.json.\n#nullable disable\nusing System;\n");
    put("cs3/b/B.csproj", "<Project><Nullable>disable</Nullable></Project>");
    assert_lacks(written(&a, "cs3/b/d", "csharp", &notes), "#nullable");
    put("php/A.php", "<?php\nnamespace App\\Models;\n");
    assert_has(written(&a, "php", "php", &notes), "\nnamespace App\\Models\\UsersJson;\n");
    assert_has(written(&a, "php", "php", &notes), "\nnamespace App\\Models\\UsersJson;\n");
    arena_release(&a);
}

static void test_layout__a_module_that_nobody_names_is_told(void **state)
{
    (void)state;
    arena a;
    str_view notes;
    arena_init(&a, SIZE_MAX);
    put("rs2/.git/HEAD", "ref: refs/heads/main\n");
    put("rs2/src/lib.rs", "pub mod other;\n");
    (void)written(&a, "rs2/src", "rust", &notes);
    assert_has(notes,
               "lib.rs:0: there is no `mod users;` in it yet, so that users.rs is not compiled");
    put("rs2/src/lib.rs", "pub mod other;\npub mod users;\n");
    (void)written(&a, "rs2/src", "rust", &notes);
    assert_int_equal(notes.len, 0);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_existing__typescript_imports_what_fits),
        cmocka_unit_test(test_existing__python_knows_packages_and_kinds),
        cmocka_unit_test(test_existing__go_shares_a_package),
        cmocka_unit_test(test_existing__rust_names_the_crate),
        cmocka_unit_test(test_existing__java_reads_records_of_the_project),
        cmocka_unit_test(test_existing__kotlin_fills_classes_of_the_project),
        cmocka_unit_test(test_existing__csharp_fills_classes_of_the_project),
        cmocka_unit_test(test_existing__types_are_compared_by_meaning),
        cmocka_unit_test(test_testing__tests_go_where_the_others_are),
        cmocka_unit_test(test_layout__packages_of_neighbours_and_folders),
        cmocka_unit_test(test_layout__a_module_that_nobody_names_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

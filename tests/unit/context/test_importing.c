/* How a project imports a name, asked of the index of a small one. */
#include "tests/unit/test.h"

#include <sys/stat.h>

#include "base/file.h"
#include "context/importing.h"

static const struct {
    const char *path, *text;
} files[] = {
    {"app/util.py", "def squeeze(text):\n    return text\n"},
    {"app/a.py",
     "import json\nimport re as r\n\nfrom app.util import squeeze\n\njson.loads(squeeze(x))\n"},
    {"app/b.py",
     "import json\n\nfrom app.util import squeeze\nfrom one import load\n\nsqueeze(json)\n"},
    {"app/c.py", "from two import load\nfrom .near import close_by\n\nload(close_by)\n"},
    {"lib/n.py", "import os\n\njson = 1\n"},
    {"web/lib/date.ts", "export function format(d: Date) {\n  return d\n}\n"},
    {"web/a.ts", "import { format } from './lib/date'\n\nformat(x)\n"},
    {"web/b.ts", "import { parse, format } from './lib/date'\n\nformat(x)\n"},
    {"go.mod", "module m\n"},
    {"q/q.go", "package q\n\nimport (\n\t\"net/http\"\n\t\"os\"\n)\n\nfunc Serve() { "
               "http.Get(os.Args[0]) }\n"},
    {"p/p.go", "package p\n\nimport \"m/q\"\n\nfunc F() { q.Serve() }\n"},
    {"base/arena.h", "void arena_push(int n);\n"},
    {"base/arena.c", "#include \"base/arena.h\"\n\nvoid arena_push(int n)\n{\n}\n"},
    {"use/one.c", "#include \"base/arena.h\"\n\nvoid one(void)\n{\n    arena_push(1);\n}\n"},
    {"rb/lib/thing.rb", "class Thing\nend\n"},
    {"rb/main.rb", "require_relative 'lib/thing'\n\nThing.new\n"},
    {"cs/Model/User.cs", "namespace Shop.Model;\n\npublic class User {}\n"},
    {"cs/Page.cs", "using Shop.Model;\n\npublic class Page { User u = new User(); }\n"},
    {"src/m/A.java", "package m;\n\npublic class A {}\n"},
    {"src/n/B.java", "package n;\n\nimport m.A;\n\npublic class B { A a; }\n"},
};

static const struct {
    const char *path, *name, *want; /* "": none */
} questions[] = {
    {"app/new.py", "squeeze", "from app.util import squeeze"},
    {"app/new.py", "json", "import json"},
    {"app/new.py", "r", "import re as r"},
    {"app/new.py", "os", "import os"},
    {"app/new.py", "load", ""}, /* two files, two meanings */
    {"app/new.py", "x", ""},
    {"app/new.py", "close_by", "from .near import close_by"},
    {"lib/new.py", "close_by", ""}, /* relative to another folder */
    {"web/new.ts", "format", "import { format } from './lib/date'"},
    {"web/deep/new.ts", "format", "import { format } from '../lib/date'"},
    {"web/lib/new.ts", "format", "import { format } from './date'"},
    {"p/new.go", "http", "\"net/http\""},
    {"p/new.go", "q", "\"m/q\""},
    {"use/new.c", "arena_push", "#include \"base/arena.h\""},
    {"rb/new.rb", "Thing", "require_relative 'lib/thing'"},
    {"rb/lib/new.rb", "Thing", "require_relative 'thing'"},
    {"cs/New.cs", "User", "using Shop.Model;"},
    {"src/n/New.java", "A", "import m.A;"},
    {"src/m/New.java", "A", ""}, /* its own package */
};

static void make(const char *root, const char *name, const char *text)
{
    char path[256];
    err e = {{0}};
    snprintf(path, sizeof path, "%s/%s", root, name);
    for (char *at = path + strlen(root) + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        mkdir(path, 0700);
        *at = '/';
    }
    assert_ok(file_write_atomic(path, str_of(text), &e), &e);
}

static void test_importing__as_the_others_do(void **state)
{
    (void)state;
    char root[] = "/tmp/artel-importing-XXXXXX", command[64];
    err e = {{0}};
    arena mem;
    ctx_index *x = NULL;
    gram_queries *queries = NULL;
    struct ctx_index_report report;
    arena_init(&mem, 1 << 26);
    assert_non_null(mkdtemp(root));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        make(root, files[i].path, files[i].text);
    assert_int_equal(gram_queries_create(&queries), ERR_OK);
    assert_ok(ctx_index_create(
                  &x, root, &(struct ctx_index_options){.queries = queries, .in_memory = true}, &e),
              &e);
    assert_ok(ctx_index_refresh(x, &(struct ctx_index_refresh){.n_threads = 1}, &report, &mem, &e),
              &e);
    ctx_index_view *v = ctx_index_begin(x);
    size_t n_wrong = 0;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        struct ctx_importing found = {{"", 0}, 0};
        str_view path = str_of(questions[i].path);
        (void)ctx_importing_find(v, gram_language_by_path(path), path, str_of(questions[i].name),
                                 &mem, &found);
        if (!str_eq(found.statement, str_of(questions[i].want))) {
            print_message("%s, %s: got \"%.*s\", want \"%s\"\n", questions[i].path,
                          questions[i].name, STR_ARG(found.statement), questions[i].want);
            n_wrong++;
        }
    }
    assert_int_equal(n_wrong, 0);
    ctx_index_end(v);
    ctx_index_destroy(x);
    gram_queries_destroy(queries);
    arena_release(&mem);
    snprintf(command, sizeof command, "rm -rf %s", root);
    assert_int_equal(system(command), 0);
}

TEST_MAIN(cmocka_unit_test(test_importing__as_the_others_do))

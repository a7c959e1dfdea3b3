/* Where an import goes in a document, and which part of another file's statement is needed. */
#include "tests/unit/test.h"

#include "context/import_place.h"

static const struct {
    const char *language, *text, *statement, *want; /* "-": nothing is added */
} places[] = {
    /* Python: sorted among its kind; "import" and "from" apart; into what is there */
    {"python", "import json\nimport sys\n\nx = 1\n", "import os",
     "import json\nimport os\nimport sys\n\nx = 1\n"},
    {"python", "import os\n\nfrom app.a import b\n\nx = 1\n", "from app.z import y",
     "import os\n\nfrom app.a import b\nfrom app.z import y\n\nx = 1\n"},
    {"python", "import os\n\nfrom app.a import b\n\nx = 1\n", "import json",
     "import json\nimport os\n\nfrom app.a import b\n\nx = 1\n"},
    {"python", "from app.a import b\n", "from app.a import c as d",
     "from app.a import b, c as d\n"},
    {"python", "from app.a import (b, c)\n", "from app.a import d",
     "from app.a import (b, c, d)\n"},
    {"python", "from app.a import (\n    b,\n)\n", "from app.a import d",
     "from app.a import (\n    b,\n)\nfrom app.a import d\n"},
    {"python", "import os\n", "import os", "-"},
    /* the first one: behind what has to stand first, but before a comment that is the code's */
    {"python", "#!/usr/bin/env python3\n\"\"\"What it does.\n\nimport this\n\"\"\"\n\n\ndef f():\n",
     "import os",
     "#!/usr/bin/env python3\n\"\"\"What it does.\n\nimport this\n\"\"\"\n\nimport os\n\n\ndef "
     "f():\n"},
    {"python", "# Of f.\ndef f():\n", "import os", "import os\n\n# Of f.\ndef f():\n"},
    {"go", "package p\n\nfunc f() {}\n", "\"os\"", "package p\n\nimport \"os\"\n\nfunc f() {}\n"},
    {"c", "/* Licence. */\n\nint x;\n", "#include \"a.h\"",
     "/* Licence. */\n\n#include \"a.h\"\n\nint x;\n"},
    {"c", "#ifndef A_H\n#define A_H\n\nint x;\n", "#include \"a.h\"",
     "#ifndef A_H\n#define A_H\n\n#include \"a.h\"\n\nint x;\n"},
    {"php", "<?php\nnamespace A;\n\nfunction f() {}\n", "use B\\C;",
     "<?php\nnamespace A;\n\nuse B\\C;\n\nfunction f() {}\n"},
    /* Go's blocks; alone */
    {"go", "package p\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\n\t\"a.b/c\"\n)\n", "\"io\"",
     "package p\n\nimport (\n\t\"fmt\"\n\t\"io\"\n\t\"os\"\n\n\t\"a.b/c\"\n)\n"},
    {"go", "package p\n\nimport (\n\t\"fmt\"\n\n\t\"a.b/c\"\n)\n", "\"a.b/d\"",
     "package p\n\nimport (\n\t\"fmt\"\n\n\t\"a.b/c\"\n\t\"a.b/d\"\n)\n"},
    {"go", "package p\n\nimport \"os\"\n", "\"fmt\"",
     "package p\n\nimport \"fmt\"\nimport \"os\"\n"},
    /* scripts: the document's quotes and semicolons; lists; packages before the project's files */
    {"typescript", "import { a } from \"./a\"\n", "import { b } from './a';",
     "import { a, b } from \"./a\"\n"},
    {"typescript", "import x from 'x';\n\nimport { a } from './a';\n", "import y from 'y';",
     "import x from 'x';\nimport y from 'y';\n\nimport { a } from './a';\n"},
    {"javascript", "const a = require('a')\n", "const b = require(\"b\");",
     "const a = require('a')\nconst b = require('b')\n"},
    /* Rust, Java, C */
    {"rust", "use std::fs::{File};\nuse std::io;\n", "use std::fs::Metadata;",
     "use std::fs::{File, Metadata};\nuse std::io;\n"},
    {"rust", "use std::fs;\n\nuse crate::a::B;\n", "use crate::a::C;",
     "use std::fs;\n\nuse crate::a::B;\nuse crate::a::C;\n"},
    {"java", "package p;\n\nimport java.util.List;\n\nclass A {}\n", "import java.util.Map;",
     "package p;\n\nimport java.util.List;\nimport java.util.Map;\n\nclass A {}\n"},
    {"c",
     "#include <stdio.h>\n#include <string.h>\n\n#include \"base/a.h\"\n#include \"base/c.h\"\n",
     "#include \"base/b.h\"",
     "#include <stdio.h>\n#include <string.h>\n\n#include \"base/a.h\"\n#include "
     "\"base/b.h\"\n#include \"base/c.h\"\n"},
    {"c", "#include \"a.h\" /* for f */\n", "#include \"a.h\"", "-"},
    /* not where only some have it; behind what others may need */
    {"c", "#include \"own.h\"\n\n#ifdef A\n#include <a.h>\n#endif\n", "#include <stdio.h>",
     "#include \"own.h\"\n#include <stdio.h>\n\n#ifdef A\n#include <a.h>\n#endif\n"},
    /* line ends as the document has them */
    {"python", "import json\r\n\r\nx = 1\r\n", "import os",
     "import json\r\nimport os\r\n\r\nx = 1\r\n"},
};

static void test_imports__go_where_they_belong(void **state)
{
    (void)state;
    arena mem;
    arena_init(&mem, 1 << 24);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        str_view text = str_of(places[i].text);
        const gram_language *lang = gram_language_by_id(str_of(places[i].language));
        enum ctx_import_family family = ctx_import_family_of(lang);
        ctx_tree *tree = NULL;
        err why = {{0}};
        assert_ok(ctx_tree_create(&tree, lang, &why), &why);
        assert_ok(ctx_tree_parse(tree, text, 0, &why), &why);
        ctx_import_edit e;
        str_view got = STR("-");
        if (ctx_import_place(&e, family, tree, text, text.len, str_of(places[i].statement), &mem))
            got = arena_format(&mem, "%.*s%.*s%s", (int)e.begin, text.ptr, STR_ARG(e.text),
                               text.ptr + e.end);
        ctx_tree_destroy(tree);
        if (!str_eq(got, str_of(places[i].want)))
            fail_msg("case %zu: got \"%.*s\", want \"%s\"", i, STR_ARG(got), places[i].want);
    }
    arena_release(&mem);
}

/* The statement that is needed for the name alone. */
static const struct {
    const char *language, *statement, *name, *want;
} parts[] = {
    {"python", "import os, json as j", "j", "import json as j"},
    {"python", "import os.path", "os", "import os.path"},
    {"python", "from a.b import (\n    c,  # why\n    d as e,\n)", "e", "from a.b import d as e"},
    {"python", "from a.b import c", "b", ""},
    {"python", "from a.b import *", "c", ""},
    {"typescript", "import a, { b, type c as d } from './m';", "a", "import a from './m';"},
    {"typescript", "import a, { b, type c as d } from './m';", "d",
     "import { type c as d } from './m';"},
    {"typescript", "import type { t } from \"m\"", "t", "import type { t } from \"m\""},
    {"typescript", "import * as m from 'm'", "m", "import * as m from 'm'"},
    {"typescript", "import 'm'", "m", ""},
    {"javascript", "const { a, b: c } = require('m');", "c", "const { b: c } = require('m');"},
    {"javascript", "const a = require('m').b;", "a", ""},
    {"go", "\"a.b/c/v2\"", "c", "\"a.b/c/v2\""},
    {"go", "d \"a.b/c\"", "d", "d \"a.b/c\""},
    {"go", "d \"a.b/c\"", "c", ""},
    {"go", "_ \"a.b/c\"", "c", ""},
    {"rust", "use a::{b::{self, C}, d as e};", "b", "use a::b;"},
    {"rust", "use a::{b::{self, C}, d as e};", "C", "use a::b::C;"},
    {"rust", "use a::{b::{self, C}, d as e};", "e", "use a::d as e;"},
    {"rust", "use a::*;", "a", ""},
    {"java", "import static a.B.c;", "c", "import static a.B.c;"},
    {"java", "import a.B.*;", "B", ""},
    {"kotlin", "import a.b as c", "c", "import a.b as c"},
    {"php", "use A\\B;", "B", "use A\\B;"},
};

static void test_imports__of_a_statement_one_name(void **state)
{
    (void)state;
    arena mem;
    arena_init(&mem, 1 << 20);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        enum ctx_import_family family =
            ctx_import_family_of(gram_language_by_id(str_of(parts[i].language)));
        str_view got =
            ctx_import_only(family, str_of(parts[i].statement), str_of(parts[i].name), &mem);
        if (!str_eq(got, str_of(parts[i].want)))
            fail_msg("case %zu: got \"%.*s\", want \"%s\"", i, STR_ARG(got), parts[i].want);
    }
    arena_release(&mem);
}

TEST_MAIN(cmocka_unit_test(test_imports__go_where_they_belong),
          cmocka_unit_test(test_imports__of_a_statement_one_name))

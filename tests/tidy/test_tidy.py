#!/usr/bin/env python3
"""tidy.py must find each kind of fault, and must not find one where there is none.
usage: test_tidy.py C_COMPILER"""
import contextlib
import io
import pathlib
import sys
import tempfile

import tidy

GOOD = {
    "base/a.h": "#ifndef A_H\n#define A_H\n#include <stddef.h>\nsize_t a(void);\n#endif\n",
    "model/a.c": '#include "base/a.h"\n/* calls malloc(1) and exit(1) */\nconst char *s = "free(p) \\" gets(";\n',
    "lsp/main.c": "int main(void)\n{\n    exit(0);\n}\n",
    "tests/t.c": "int main(void)\n{\n    free(malloc(1));\n    exit(0);\n}\n",
    "model/x_impl.h": "int MACRO;\n",
    "README.md": "see https://example.org/work/ and $HOME/work/x\n",
}
BAD = [
    ("base/b.c", '#include "model/a.h"\n', "base/ may not include model/a.h"),
    ("model/b.c", '#include <git2.h>\n', "model/ may not include git2.h"),
    ("model/c.c", '#  include "context/a.h"\n', "model/ may not include context/a.h"),
    ("assist/b.c", "#include <sys/socket.h>\n", "assist/ may not include sys/socket.h"),
    ("tests/b.c", "void f(char *a) { strcpy (a, a); }\n", "calls strcpy"),
    ("lsp/b.c", "void f(void) { exit(1); }\n", "calls exit"),
    ("context/b.c", "void *f(void) { return malloc(1); }\n", "calls malloc"),
    ("context/c.c", "/* \" */ void *f(void) { return malloc(1); } /* \" */\n", "calls malloc"),
    ("base/b.h", "size_t b(void);\n", "does not compile alone"),
    ("base/c.h", "struct c { int x; };\n", "does not compile alone"),
    ("tests/c.h", "/* " + "x" * 95 + " */\n", "101 columns"),
    ("editors/x.lua", "-- /home/" + "someone/x\n", "a path of somebody's machine"),
]


def run(tree, compiler):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in tree.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = tidy.Tidy(root, compiler).run()
        return status, out.getvalue()


def main():
    compiler = sys.argv[1]
    tidy.EXCEPTIONS.clear()
    status, out = run(GOOD, compiler)
    if status != 0:
        sys.exit(f"a good tree was refused:\n{out}")
    for name, text, want in BAD:
        status, out = run({**GOOD, name: text}, compiler)
        lines = [line for line in out.split("\n") if line.startswith(f"{name}:")]
        if status != 1 or len(lines) != 1 or want not in lines[0]:
            sys.exit(f"{name}: wanted \"{want}\", got:\n{out}")
    tidy.EXCEPTIONS[("heap", "base/gone.c")] = "not there"
    status, out = run(GOOD, compiler)
    if status != 1 or "not needed any more" not in out:
        sys.exit("an exception that is not needed was accepted")
    print(f"{len(BAD) + 1} faults found, {len(GOOD)} good files passed")


if __name__ == "__main__":
    main()

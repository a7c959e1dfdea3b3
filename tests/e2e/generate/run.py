"""Boilerplate in one language: run.py ARTEL LANGUAGE.

A folder has code, `steps.txt` and a driver. Each step ("KIND text of a line") is written into the code by the program, at the
line that begins with that text; "KIND !text" must be declined there. Then everything is compiled with all warnings and run once: the
driver asserts what the code does. What was written must not be offered there again."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scaffold"))
from harness import need, skip  # noqa: E402  (what finds compilers, also among the npm packages)

JUNIT = """package org.junit.jupiter.api;
@java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME) public @interface %s { %s }
"""


# Short runs: no time for the second compiler.
JVM = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"}


def run(args, work, good=(0,), **env):
    done = subprocess.run([str(a) for a in args], cwd=work, capture_output=True, text=True, timeout=300,
                          env={**os.environ, **env})
    if done.returncode not in good:
        sys.exit(f"FAILED in {work}: {' '.join(map(str, args))}\n{done.stdout[-5000:]}\n{done.stderr[-5000:]}")
    return done.stdout


def python(work):
    python3 = sys.executable
    run([python3, "-W", "error", "driver.py"], work)
    run([python3, "-W", "error", "-m", "unittest", "discover", "-p", "test_*.py"], work)


def javascript(work):
    node = need("node")
    run([node, "driver.mjs"], work)
    run([node, "--test"], work)


def typescript(work):
    tsc, node = need("tsc"), need("node")
    (work / "package.json").write_text('{"type": "module"}')
    (work / "node.d.ts").write_text(
        "declare module 'node:assert/strict' { const a: any; export default a; }\n"
        "declare module 'node:test' {\n"
        "  type Body = (t: { todo(why: string): void }) => void | Promise<void>;\n"
        "  export function test(name: string, body: Body): void;\n"
        "  export function test(name: string, options: { skip: string }, body: Body): void;\n}\n"
        "declare module 'node:util' { export const parseArgs: any; }\n"
        "declare const process: any;\n")
    run([tsc, "--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext", "--types", "", "--outDir", "out",
         "--noUnusedLocals", *sorted(p.name for p in work.glob("*.ts"))], work)
    run([node, "out/driver.js"], work)
    run([node, "--test", *[f"out/{p.stem}.js" for p in sorted(work.glob("*.test.ts"))]], work)


def go(work):
    need("go")
    (work / "go.mod").write_text("module shop\n\ngo 1.18\n")
    run(["go", "test", "-vet=all", "./..."], work, GOFLAGS="-mod=mod", GOPROXY="off", GOTOOLCHAIN="local")


def rust(work):
    run([need("rustc"), "--edition", "2021", "--test", "-D", "warnings", "-A", "dead_code", "-A", "unused_variables", "-o", "tests", "driver.rs"], work)
    run(["./tests", "-q"], work)


def java(work):
    javac, runs = need("javac"), need("java")
    # As much of JUnit as the tests that are written need to compile.
    api = work / "org/junit/jupiter/api"
    api.mkdir(parents=True)
    (api / "Test.java").write_text(JUNIT % ("Test", ""))
    (api / "Disabled.java").write_text(JUNIT % ("Disabled", 'String value() default "";'))
    (api / "Assumptions.java").write_text("package org.junit.jupiter.api;\n"
                                          "public class Assumptions { public static void assumeTrue(boolean yes, String why) {} }\n")
    (api / "Assertions.java").write_text("""package org.junit.jupiter.api;
public class Assertions {
    public interface Body { void run() throws Throwable; }
    public static void assertThrows(Class<?> type, Body body) {}
}
""")
    run([javac, "-Xlint:all,-auxiliaryclass,-cast", "-Werror", "-d", "out", *sorted(map(str, work.rglob("*.java")))], work, **JVM)
    run([runs, "-ea", "-cp", "out", "Driver"], work, **JVM)


def c(work):
    for source in ("driver.c", "mock_driver.c", *[p.name for p in work.glob("test_*.c")]):
        run([need("gcc"), "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-fsanitize=address,undefined", source, "-o", "tests"],
            work)
        run(["./tests"], work, good=(77 if source.startswith("test_") else 0,))


def cpp(work):
    flags = ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-Wno-unused-parameter"]
    run([need("g++"), *flags, "driver.cpp", "-o", "tests"], work)
    run(["./tests"], work)


def csharp(work):
    mcs, mono = need("mcs"), need("mono")
    (work / "Xunit.cs").write_text("""namespace Xunit {
    public class FactAttribute : System.Attribute { public string Skip { get; set; } }
    public static class Assert { public static void Equal(object a, object b) { if (!Equals(a, b)) throw new System.Exception(); } }
}
""")
    run([mcs, "-warnaserror", "-nowarn:649,169", "-out:tests.exe", *sorted(p.name for p in work.glob("*.cs"))], work)
    run([mono, "tests.exe"], work)


def kotlin(work):
    kotlinc, runs = need("kotlinc"), need("java")
    # As much of kotlin.test as the tests that are written need.
    (work / "Test.kt").write_text("""package kotlin.test
annotation class Test
annotation class Ignore
fun <T> assertEquals(expected: T, actual: T) = check(expected == actual)
""")
    run([kotlinc, "-nowarn", "-Xallow-kotlin-package", "-d", "tests.jar", "-include-runtime", *sorted(p.name for p in work.glob("*.kt"))], work, **JVM)
    run([runs, "-cp", "tests.jar", "shop.DriverKt"], work, **JVM)


def ruby(work):
    need("ruby")
    run(["ruby", "-w", "driver.rb"], work)
    for test in sorted(work.glob("test_*.rb")):
        run(["ruby", "-w", test.name], work)


def php(work):
    run([need("php"), "-d", "error_reporting=E_ALL", "driver.php"], work)


# Small projects: their files, the manifest that they get, and what it is checked with.
PROJECTS = {
    "c": ({"src/add.c": "int add(int a, int b);\nint add(int a, int b) { return a + b; }\n",
           "src/twice.c": "int twice(int a);\nint twice(int a) { return 2 * a; }\n",
           "src/main.c": "int add(int, int);\nint main(void) { return add(1, -1); }\n",
           "tests/test_add.c": "int add(int, int);\nint main(void) { return add(1, 1) != 2; }\n"}, None,
          [["make", "-s", "all", "test"], ["build/src/main"], ["cmake", "-S", ".", "-B", "b"], ["cmake", "--build", "b"],
           ["ctest", "--test-dir", "b", "--no-tests=error"]]),
    "python": ({"main.py": "print(1)\n", "tests/test_a.py": "import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n"},
               "pyproject.toml", [["make", "-s", "test", "run"], [sys.executable, "-c", "import tomllib; tomllib.load(open('pyproject.toml', 'rb'))"]]),
    "javascript": ({"index.js": "console.log(1);\n", "a.test.js": "import 'node:test';\n"}, "package.json",
                   [["node", "-e", "require('./package.json').scripts.test"], ["node", "--test"]]),
    "typescript": ({"index.ts": "console.log(1);\n"}, "package.json", [["node", "-e", "require('./package.json').scripts.build"]]),
    "go": ({"main.go": "package main\n\nfunc main() {\n}\n"}, "go.mod", [["make", "-s", "all"]]),
    "rust": ({"src/main.rs": "fn main() {}\n"}, "Cargo.toml", [["cargo", "metadata", "--offline", "--no-deps", "--format-version", "1"]]),
    "java": ({"src/main/java/Main.java": "class Main {\n}\n"}, "pom.xml", [[sys.executable, "-c", "import xml.etree.ElementTree as e; e.parse('pom.xml')"]]),
    "kotlin": ({"src/main/kotlin/Main.kt": "fun main() {}\n"}, "build.gradle.kts", []),
    "csharp": ({"Program.cs": "class P { static void Main() {} }\n"}, "Shop.csproj",
               [[sys.executable, "-c", "import xml.etree.ElementTree as e; e.parse('Shop.csproj')"]]),
    "ruby": ({"main.rb": "puts 1\n", "test_a.rb": "exit\n"}, "Gemfile", [["ruby", "-c", "Gemfile"], ["make", "-s", "test"]]),
    "php": ({"index.php": "<?php\necho 1;\n"}, "composer.json", [["php", "-r", "json_decode(file_get_contents('composer.json'), false, 9, JSON_THROW_ON_ERROR);"]]),
}


def project(artel, work):
    """The usual files for a project in each language: written once, left alone afterwards, taken by the tools that they are for."""
    for language, (files, manifest, checks) in PROJECTS.items():
        root = work / language / "shop"
        (root / ".git").mkdir(parents=True)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        for kind in ["gitignore", "readme", "licence", "makefile", "dockerfile", "ci", *(["manifest"] if manifest else ["cmake"])]:
            run([artel, "generate", "--write", kind], root)
            again = subprocess.run([artel, "generate", "--write", kind], cwd=root, capture_output=True, text=True)
            if again.returncode != 3 or "already" not in again.stderr:
                sys.exit(f"FAILED: {language}: {kind} is written again: {again.stdout}{again.stderr}")
        if manifest and not (root / manifest).exists():
            sys.exit(f"FAILED: {language}: there is no {manifest}")
        readme = (root / "README.md").read_text()
        if not readme.startswith("# shop\n") or "```sh\n" not in readme:
            sys.exit(f"FAILED: {language}: {readme}")
        for check in [["ruby", "-ryaml", "-e", "exit YAML.load_file('.github/workflows/ci.yml')['jobs']['test']['steps'].size > 1"], *checks]:
            if shutil.which(check[0]) or check[0].startswith("build/"):
                run(check, root, GOFLAGS="-mod=mod -buildvcs=false", GOPROXY="off", GOTOOLCHAIN="local")
            else:
                print(f"{language}: {check[0]} is not installed")
    templates(artel, work / "python" / "shop")
    style(artel, work)
    print(f"{len(PROJECTS)} projects get their files, and write code of their own")


def templates(artel, root):
    """A project's own kinds, and its own way of a kind."""
    (root / ".artel/templates").mkdir(parents=True)
    (root / ".artel/templates/python.txt").write_text(
        "== slots: list of slots\non: class\nif: type.fields\nunless: __slots__\nat: fields\n--\n"
        '__slots__ = [<%for f in type.fields sep ", "%>"<%f.name%>"<%end%>]\n\n'
        "== to-string\non: class\nat: body\n--\ndef __str__(self): return \"<%type.name|snake%>\"\n"
        "== broken\non: class\nat: body\n--\n<%if x%>\n"
        "== wrong\non: class\nat: body\n--\ndef (\n")
    (root / "a.py").write_text("class UserName:\n    x: int\n")
    ask = lambda *words: subprocess.run([artel, "generate", *words, "a.py:1"], cwd=root, capture_output=True, text=True)
    listed = json.loads(ask("--list", "--json").stdout)
    assert {"kind": "slots", "title": "list of slots for UserName", "says": ""} in listed, listed
    got = json.loads(ask("slots", "--json").stdout)
    assert got["text"] == '__slots__ = ["x"]\n' and got["parsed"] and got["edits"][0]["beginByte"] == 26, got
    assert '"user_name"' in ask("to-string").stdout
    broken, wrong = ask("broken"), ask("wrong")
    assert broken.returncode == 1 and "line 1 of the template: 'end' is missing" in broken.stderr, broken.stderr
    assert wrong.returncode == 1 and "would not parse" in wrong.stderr, wrong.stderr
    for words, status in ((("--list",), 0), ((), 2), (("doc", "none.py:1"), 1), (("nonsense", "a.py:1"), 3), (("doc", "a.py:99"), 1)):
        done = subprocess.run([artel, "generate", *words], cwd=root, capture_output=True, text=True)
        assert done.returncode == status and (done.stdout or done.stderr), (words, done)


def style(artel, work):
    """Where the code around has single quotes and no semicolons, what is written has them too."""
    root = work / "style"
    (root / ".git").mkdir(parents=True)
    line = "  const a = 'b'\n"
    (root / "a.ts").write_text("export class A {\n  x: string\n}\nexport function f(a: string): string {\n" + line * 12 + "  return 'a'\n}\n")
    (root / "b.ts").write_text("export function g() {\n" + line * 30 + "}\n")
    for kind, place in (("tests", 4), ("constructor", 1), ("equality", 1)):
        run([artel, "generate", "--write", kind, f"a.ts:{place}"], root)
    code, test = (root / "a.ts").read_text(), (root / "a.f.test.ts").read_text()
    assert "    this.x = x\n" in code and "    return true\n" in code and ";" not in code, code
    assert "import { test } from 'node:test'\n" in test and '"' not in test and "\n  const result = " in test, test


def find_line(text, begin):
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip().startswith(begin):
            return number, len(line) - len(line.lstrip()) + 1
    sys.exit(f"FAILED: no line begins with {begin!r}")


def main():
    artel, language = sys.argv[1:]
    folder = HERE / language
    if language == "project":
        with tempfile.TemporaryDirectory() as temporary:
            return project(artel, Path(temporary))
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary) / "shop"
        shutil.copytree(folder, work)
        (work / ".git").mkdir()  # the project ends here
        steps = [line.split(" ", 2) for line in (work / "steps.txt").read_text().splitlines() if line and line[0] != "#"]
        places = {}
        for kind, file, begin in steps:
            declined = begin.startswith("!")
            path = work / file
            place = f"{path}:%d:%d" % find_line(path.read_text(), begin.lstrip("!"))
            before = path.read_bytes()
            done = subprocess.run([artel, "generate", "--write", kind, place], capture_output=True, text=True)
            if declined and (done.returncode != 3 or path.read_bytes() != before):
                sys.exit(f"FAILED: {kind} at {begin} is written: {done.returncode} {done.stdout}{done.stderr}")
            if not declined and done.returncode:
                sys.exit(f"FAILED: {kind} at {begin}: {done.returncode} {done.stdout}{done.stderr}")
            places.setdefault((path, begin.lstrip("!")), set()).add(kind)
        for (path, begin), kinds in places.items():
            place = f"{path}:%d:%d" % find_line(path.read_text(), begin)
            done = subprocess.run([artel, "generate", "--list", "--json", place], capture_output=True, text=True)
            offered = {o["kind"] for o in json.loads(done.stdout) if not o["says"]} if done.stdout else set()
            if kinds & offered - {"switch"}:  # a second switch is another one
                sys.exit(f"FAILED: {kinds & offered} would be written again at {begin}")
        if os.environ.get("SHOW"):
            for p in sorted(work.rglob("*")):
                if p.is_file():
                    print(f"----- {p.relative_to(work)}\n{p.read_text()}")
        globals()[language](work)
    print(f"{language}: {len(steps)} pieces of code compile and do what they should")


if __name__ == "__main__":
    main()

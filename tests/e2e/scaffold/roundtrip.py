"""roundtrip.py TARGET TOOL: generates TARGET's code from every sample, compiles it with the real compiler,
parses and serialises each sample with it, and compares the texts value by value, numbers by lexeme.

Samples: tests/data/scaffold/samples, and ../shared/json where it exists. Exits 77, saying why, when the
compiler or a library it needs is not installed."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SKIP = 77


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIP)


def need(program):
    """The path of a program: from .deps, then PATH; skips the test when there is none."""
    local = ROOT / ".deps" / "node_modules" / ".bin" / program
    extra = os.environ.get("ARTEL_NODE_MODULES")
    for path in [local] + ([Path(extra) / ".bin" / program] if extra else []):
        if path.exists():
            return str(path)
    found = shutil.which(program)
    if not found:
        skip(f"{program} is not installed")
    return found


def samples():
    found = sorted((ROOT / "tests/data/scaffold/samples").glob("*.json"))
    shared = ROOT.parent / "shared" / "json"
    for folder in ("samples", "priority"):
        found += sorted((shared / folder).glob("*.json"))
    return found


class Number(str):
    """A number by its lexeme; never equal to a string."""

    def __eq__(self, other):
        return isinstance(other, Number) and str.__eq__(self, other)

    __hash__ = str.__hash__


def load(text):
    """Duplicate keys: the last wins, as in the reader. Lone surrogates become U+FFFD, as there."""
    def fix(value):
        if isinstance(value, Number):
            return value
        if isinstance(value, str):
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if isinstance(value, list):
            return [fix(v) for v in value]
        if isinstance(value, dict):
            return {fix(k): fix(v) for k, v in value.items()}
        return value
    return fix(json.loads(text, parse_int=Number, parse_float=Number))


def difference(a, b, path="$"):
    """The first place where two values differ, or None."""
    if type(a) is not type(b):
        return f"{path}: {short(a)} became {short(b)}"
    if isinstance(a, dict):
        for k in a:
            if k not in b:
                return f"{path}: key {k!r} was lost"
            d = difference(a[k], b[k], f"{path}.{k}")
            if d:
                return d
        more = [k for k in b if k not in a]
        return f"{path}: key {more[0]!r} was added" if more else None
    if isinstance(a, list):
        if len(a) != len(b):
            return f"{path}: {len(a)} items became {len(b)}"
        for i, (x, y) in enumerate(zip(a, b)):
            d = difference(x, y, f"{path}[{i}]")
            if d:
                return d
        return None
    return None if a == b else f"{path}: {short(a)} became {short(b)}"


def short(v):
    text = repr(v)
    return text if len(text) < 60 else text[:57] + "..."


def run(args, **options):
    return subprocess.run(args, capture_output=True, text=True, timeout=900, **options)


def check(done, what):
    if done.returncode:
        print(f"FAILED: {what}\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}")
        sys.exit(1)


class Target:
    """One per language: `generated` is the file name, `build` compiles all cases at once."""
    name = ""

    def __init__(self, tool, work):
        self.tool = tool
        self.work = work

    def prepare(self, cases):
        pass

    def roundtrip(self, case):
        """The text that the generated code serialises; None when this sample cannot be expected."""
        raise NotImplementedError

    def known_limit(self, case, why):
        return False


class Case:
    def __init__(self, path, folder):
        self.path = path
        self.folder = folder
        self.id = folder.name


class JavaScript(Target):
    name = "javascript"
    generated = "sample.js"

    def prepare(self, cases):
        self.node = need("node")
        (self.work / "package.json").write_text('{"type": "module"}')
        (self.work / "main.js").write_text(
            'import { readFileSync, writeFileSync } from "node:fs";\n'
            "for (const folder of process.argv.slice(2)) {\n"
            "  const m = await import(`${folder}/sample.js`);\n"
            '  const text = readFileSync(`${folder}/sample.json`, "utf8");\n'
            "  writeFileSync(`${folder}/out.json`, m.serializeSample(m.parseSample(text)));\n"
            "}\n")
        if self.name == "javascript":
            tsc = need("tsc")
            files = [str(c.folder / "sample.js") for c in cases]
            check(run([tsc, "--allowJs", "--checkJs", "--noEmit", "--target", "es2022", "--lib", "es2022",
                       "--moduleDetection", "force", "--skipLibCheck", *files],
                      cwd=self.work), "tsc --checkJs")
        check(run([self.node, "main.js", *[str(c.folder) for c in cases]], cwd=self.work), "node")

    def roundtrip(self, case):
        return (case.folder / "out.json").read_text()


class TypeScript(JavaScript):
    name = "typescript"
    generated = "sample.ts"

    def prepare(self, cases):
        tsc = need("tsc")
        files = [str(c.folder / "sample.ts") for c in cases]
        check(run([tsc, "--strict", "--noUnusedLocals", "--noUnusedParameters", "--noImplicitReturns",
                   "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--target", "es2022",
                   "--module", "es2022", "--moduleDetection", "force", *files],
                  cwd=self.work), "tsc --strict")
        super().prepare(cases)


TARGETS = {t.name: t for t in (JavaScript, TypeScript)}


def main():
    name, tool = sys.argv[1:3]
    only = sys.argv[3:]
    with tempfile.TemporaryDirectory() as folder:
        keep = os.environ.get("KEEP")
        work = Path(keep) if keep else Path(folder)
        target = TARGETS[name](tool, work)
        cases = []
        for path in samples():
            if only and path.stem not in only:
                continue
            case = Case(path, work / ("s_" + path.stem.replace("-", "_")))
            case.folder.mkdir(exist_ok=True)
            shutil.copy(path, case.folder / "sample.json")
            check(run([tool, target.name, str(path), "--name", "Sample", "--out", str(case.folder)]),
                  f"{tool} {name} {path}")
            cases.append(case)
        target.prepare(cases)
        failed = n = 0
        for case in cases:
            text = target.roundtrip(case)
            if text is None:
                print(f"not expected: {case.path.name}")
                continue
            n += 1
            try:
                why = difference(load(case.path.read_text(encoding="utf-8-sig")), load(text))
            except ValueError as e:
                why = f"not JSON: {e}"
            if why:
                failed += 1
                print(f"{case.path.name}: {why}")
        print(f"{name}: {n - failed} of {n} samples came back exactly")
        sys.exit(1 if failed or not n else 0)


main()

"""What the round-trip tests share: samples, exact comparison, programs, and what a target is."""
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


def modules():
    """Folders of npm packages: what tests/e2e/scaffold/app/setup fetched, and ARTEL_NODE_MODULES."""
    fetched = subprocess.run([str(ROOT / "tests/e2e/scaffold/app/setup"), "--where"], capture_output=True, text=True)
    extra = os.environ.get("ARTEL_NODE_MODULES")
    return [Path(p) for p in (fetched.stdout.strip(), extra) if p and Path(p).exists()]


def need(program):
    """The path of a program: among the npm packages, then in PATH; skips the test when there is none."""
    for folder in modules():
        if (folder / ".bin" / program).exists():
            return str(folder / ".bin" / program)
    found = shutil.which(program)
    if not found:
        skip(f"{program} is not installed")
    return found


def samples(few=False):
    """`few`: for compilers that take minutes, the project's own samples only, unless ALL_SAMPLES is set."""
    found = sorted((ROOT / "tests/data/scaffold/samples").glob("*.json"))
    if few and not os.environ.get("ALL_SAMPLES"):
        return found
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
    few = False  # samples, see there
    # A class that has `rejects` is seen to refuse an unknown key too: where that takes a second or two.

    def __init__(self, tool, work):
        self.tool = tool
        self.work = work

    def more_cases(self, generate):
        """Cases besides the samples; generate(tool, target, path, folder, *options) makes one."""
        return []

    def prepare(self, cases):
        pass

    def roundtrip(self, case):
        """The text that the generated code serialises."""
        raise NotImplementedError

    def compare(self, case):
        """None when the sample came back exactly, else why not; "" when this target has nothing to say."""
        try:
            return difference(load(case.path.read_text(encoding="utf-8-sig")), load(self.roundtrip(case)))
        except ValueError as e:
            return f"not JSON: {e}"

    def close(self):
        pass


class Case:
    def __init__(self, path, folder):
        self.path = path
        self.folder = folder
        self.id = folder.name

#!/usr/bin/env python3
"""Comments in people's words, made into scripts by the real program, run in a folder with hostile file names, and checked.

usage: run.py ARTEL TASKS [LANGUAGE...]      A row of TASKS is

    say: COMMENT        several of them are several ways to say it
    args: WORDS         for the run that is checked (default: none)
    asks:               a question or a refusal is what is right
    expect: EXPRESSION  of Python over what stands in `facts` below; several must all hold

Every script must also parse (bash -n, py_compile, shellcheck where it is installed, warnings and errors), answer --help, and change nothing when
what it deletes or overwrites is not confirmed with --yes.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

RUN = {"bash": ["bash"], "python": [sys.executable]}
OLD = time.time() - 40 * 86400


def mp3(title, v2):
    """Half a second of silence, with a tag whose letters are CP1251 and whose encoding byte says Latin-1."""
    frames = (b"\xff\xfb\x90\x00" + bytes(413)) * 20
    letters = title.encode("cp1251")
    if not v2:
        return frames + b"TAG" + letters.ljust(30, b"\0") + bytes(95)
    frame = b"TIT2" + (len(letters) + 1).to_bytes(4, "big") + b"\0\0\0" + letters
    return b"ID3\x03\0\0" + bytes([0, 0, len(frame) >> 7, len(frame) & 127]) + frame + frames


FILES = {
    "a.tmp": b"a\n", "b c.tmp": b"b\n", "-dash.tmp": b"c\n", "new\nline.tmp": b"d\n", "q'\"$(touch pwned).tmp": b"e\n",
    "sub/d.tmp": b"f\n", b"\xff\xfe.tmp": b"g\n", "notes.txt": b"foo one\n\n  TODO two foo  \nthree\n\n", "Two Words.TXT": b"foo\n",
    "-n.txt": b"foo & bar/baz\n", "sub/deep/more.txt": b"foo deep\nTODO here\n", "empty.txt": b"", "old.log": b"ERROR a\nok\n",
    "app.log": b"10.0.0.1 ERROR x\n10.0.0.2 ok\n10.0.0.1 error y\n", "sub/old2.log": b"x\n", "big.bin": bytes(3 << 20),
    "photo.JPG": b"jpg", "sub/pic.png": b"png", "names.txt": b"bob\nalice\nbob\nCarol\nalice\nbob\n", "numbers.txt": b"10\n9\n100\n1\n",
    "mail.txt": b"write to a@b.org or\nsee https://x.org/y and <c.d@e.com>\n", "data.csv": b"id,name\n1,x\n2,y\n",
    "dos.txt": b"a\r\nb\r\n", "words.md": b"The cat the dog. The end\n", "same1.bin": b"same", "sub/same2.bin": b"same",
    "cyr.txt": "Привет\n".encode("cp1251"), "conf.ini": b"# c\na=1\n  # d\n\nb=2\n", "x.json": b'{"b":[1,2],"a":"\xc3\xa9"}\n',
    "cols.txt": b"a 1 x\nb 22 y\n", "one.mp3": mp3("Привет", False), "две.mp3": mp3("Группа крови", True), "sub/caf.mp3": mp3("Hello", True),
    "tab.txt": b"\tx\n", "run.sh": b"#!/bin/sh\n", "makefile": b"all:\n", "archive.gz": None,
}


def build(folder):
    import gzip
    for name, data in FILES.items():
        path = os.path.join(os.fsencode(folder), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(gzip.compress(b"packed\n", mtime=0) if data is None else data)
    os.makedirs(folder / "void" / "inner")
    for name in ("old.log", "sub/old2.log"):
        os.utime(folder / name, (OLD, OLD))
    os.symlink("notes.txt", folder / "link.txt")


def snapshot(folder):
    found = {}
    for parent, folders, names in os.walk(folder):
        for name in names + folders:
            path = os.path.join(parent, name)
            key = os.path.relpath(path, folder)
            if os.path.islink(path):
                found[key] = "-> " + os.readlink(path)
            elif os.path.isdir(path):
                found[key] = "folder"
            else:
                with open(path, "rb") as f:
                    found[key] = f.read()
    return found


def read_tasks(path):
    tasks, task = [], None
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            task = None if not line.strip() else task
            continue
        key, _, value = line.partition(":")
        if task is None:
            task = {"line": number, "say": [], "expect": [], "args": "", "asks": False}
            tasks.append(task)
        if key in ("say", "expect"):
            task[key].append(value.strip())
        elif key == "args":
            task["args"] = value.strip()
        elif key == "asks":
            task["asks"] = True
        else:
            sys.exit(f"{path}:{number}: what is {key}?")
    return tasks


def facts(before, after, done):
    out = done.stdout.decode("utf-8", "surrogateescape")
    lines = [line[2:] if line.startswith("./") else line for line in out.splitlines()]
    return {
        "before": before, "after": after, "rc": done.returncode, "out": out, "lines": lines, "set": set, "sorted": sorted,
        "gone": {k for k in before if k not in after}, "made": {k for k in after if k not in before},
        "changed": {k for k in after if k in before and after[k] != before[k]}, "len": len, "all": all, "any": any,
        "top": lambda end: {k for k in before if k.lower().endswith(end) and "/" not in k and not before[k] == "folder"
                            and not str(before[k]).startswith("->")},
        "deep": lambda end: {k for k in before if k.lower().endswith(end) and not str(before[k]).startswith("->")},
        "error": done.stderr.decode("utf-8", "replace"),
    }


def holds(expression, found):
    try:
        return eval(expression, {"__builtins__": {"int": int, "str": str}, **found})
    except (IndexError, KeyError, ValueError):
        return False


class Runner:
    def __init__(self, artel, work):
        self.artel, self.work, self.ran = artel, Path(work), {}
        self.scripts = []

    def script(self, comment, language):
        done = subprocess.run([self.artel, "script", "--json", "--lang", language, comment], capture_output=True, text=True)
        if done.returncode not in (0, 3):
            return {"state": "failed", "said": done.stderr, "text": ""}
        return json.loads(done.stdout)

    def run(self, text, language, args):
        with tempfile.TemporaryDirectory(dir=self.work) as place:
            folder = Path(place, "in")
            folder.mkdir()
            build(folder)
            path = Path(place, "script")
            path.write_text(text, encoding="utf-8")
            before = snapshot(folder)
            if "--yes" in args:
                subprocess.run([*RUN[language], str(path)], cwd=folder, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
                if snapshot(folder) != before:
                    return None, "it changes files without --yes"
            done = subprocess.run([*RUN[language], str(path), *args.split()], cwd=folder, capture_output=True, timeout=60,
                                  stdin=subprocess.DEVNULL)
            return facts(before, snapshot(folder), done), None

    def judge(self, task, comment, language):
        """right, wrong, asks; and why."""
        made = self.script(comment, language)
        if made["state"] in ("asks", "refuses"):
            return ("right" if task["asks"] else "asks"), made["said"]
        if made["state"] != "written":
            return "wrong", made["said"]
        if task["asks"]:
            return "wrong", "it was written: " + ", ".join(made["steps"])
        body = "\n".join(line for line in made["text"].split("\n") if not line.startswith("#"))
        key = (language, body, task["line"])
        if key not in self.ran:
            self.scripts.append((language, made["text"], comment))
            found, why = self.run(made["text"], language, task["args"])
            for expression in task["expect"] if not why else ():
                if not holds(expression, found):
                    brief = {k: found[k] for k in ("rc", "error", "gone", "made", "changed")}
                    why = f"not {expression}\n    {str(brief)[:900]}\n    out: {found['out'][:400]!r}"
                    break
            self.ran[key] = why
        return ("wrong", self.ran[key]) if self.ran[key] else ("right", "")

    def check(self):
        """Faults that the languages' own checkers find."""
        faults, shell = [], []
        for n, (language, text, comment) in enumerate(self.scripts):
            path = self.work / f"{n}{'.sh' if language == 'bash' else '.py'}"
            path.write_text(text, encoding="utf-8")
            if language == "bash":
                shell.append(str(path))
            else:
                try:
                    compile(text, comment, "exec")
                except SyntaxError as e:
                    faults.append(f"{comment}: {e}")
        for path in shell:
            done = subprocess.run(["bash", "-n", path], capture_output=True, text=True)
            if done.returncode:
                faults.append(done.stderr)
        if shell and shutil.which("shellcheck"):
            done = subprocess.run(["shellcheck", "-S", "warning", "-f", "gcc", *shell], capture_output=True, text=True)
            faults += done.stdout.splitlines()
        return faults


def main():
    artel, tasks = sys.argv[1], read_tasks(sys.argv[2])
    languages = sys.argv[3:] or ["bash", "python"]
    bad = 0
    with tempfile.TemporaryDirectory() as work:
        runner = Runner(artel, work)
        for language in languages:
            rows = [(task, comment) for task in tasks for comment in task["say"]]
            with ThreadPoolExecutor(2) as pool:
                results = list(pool.map(lambda row: runner.judge(row[0], row[1], language), rows))
            count = {"right": 0, "wrong": 0, "asks": 0}
            for (task, comment), (state, why) in zip(rows, results):
                count[state] += 1
                if state != "right":
                    print(f"{language}: {state}: line {task['line']}: {comment}\n    {why}")
            n = len(rows)
            print(f"{language}: {n} comments: {count['right']} right ({100 * count['right'] / n:.1f} %), {count['wrong']} wrong, "
                  f"{count['asks']} asked back without need")
            bad += count["wrong"] + (count["right"] < 0.85 * n)
        faults = runner.check()
        print("\n".join(faults + [f"{len(runner.scripts)} different scripts, {len(faults)} faults found by checkers"]))
        bad += len(faults)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()

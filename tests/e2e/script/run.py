#!/usr/bin/env python3
"""Comments in people's words, made into scripts by the real program, run in a folder with hostile file names, and checked.

usage: run.py [--every] ARTEL TASKS [LANGUAGE...]; run.py --build PLACE FOLDER makes the folder that tasks run in. A row of TASKS is

    say: COMMENT        several of them are several ways to say it
    place: NAME         the folder it runs in: `in` (the default, hostile names) or `shop` (data)
    args: WORDS         for the run that is checked (default: none)
    asks:               a question or a refusal is what is right
    expect: EXPRESSION  of Python over what stands in `facts` below; several must all hold

Every script must also parse (bash -n, py_compile, node --check, shellcheck where it is installed, warnings and errors), answer --help, and change
nothing when what it deletes or overwrites is not confirmed with --yes. A Python script runs in a fork of this program, those in JavaScript,
Ruby and Perl in node_runner.js, ruby_runner.rb and perl_runner.pl, which spares the start of an interpreter (one in sixteen has a Node of its own); a folder that a run left as it was serves the
next one. What a comment means does not depend on the language: without --every only the first wording of a task is tried in the languages
behind the first, behind the second each kind of script once and a third of the others, and one script in eight goes
to shellcheck.
"""
import base64
import contextlib
import io
import json
import multiprocessing
import os
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
import zipfile
# What the scripts import: loaded once, before the forks.
import argparse, collections, csv, datetime, fnmatch, gzip, hashlib, random, re, secrets, string, struct  # noqa: E401,F401
from pathlib import Path



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


SHOP = {
    "sales.csv": b"date,region,product,qty,price\n2024-01-05,North,apple,3,1.50\n2024-01-06,South,pear,2,2.00\n"
                 b"2024-01-07,North,pear,5,2.00\n2024-02-01,East,apple,1,1.50\n2024-02-01,South,\"plum, red\",4,3.25\n",
    "people.csv": "name,age,city\nAnn,31,Oslo\nBob,25,Rome\nZoë,40,Oslo\nCid,25,Kyiv\n".encode(),
    "people.tsv": b"Ann\t31\tOslo\nBob\t25\tRome\n",
    "users.json": json.dumps([{"id": 1, "name": "Ann", "age": 31, "city": "Oslo"}, {"id": 2, "name": "Bob", "age": 25, "city": "Rome"},
                              {"id": 3, "name": "Zoë", "age": 40, "city": "Oslo"}], indent=2, ensure_ascii=False).encode() + b"\n",
    "access.log": b'''192.168.1.10 - - [10/Oct/2023:13:55:36 +0000] "GET /index.html HTTP/1.1" 200 2326
192.168.1.11 - - [10/Oct/2023:13:55:40 +0000] "GET /missing HTTP/1.1" 404 153
192.168.1.10 - - [10/Oct/2023:13:56:01 +0000] "POST /login HTTP/1.1" 500 12
192.168.1.12 - - [10/Oct/2023:13:57:01 +0000] "GET /index.html HTTP/1.1" 200 2326
192.168.1.10 - - [10/Oct/2023:13:58:01 +0000] "GET /about.html HTTP/1.1" 200 100
''',
    "server.log": b"2024-03-01 10:00:00 INFO start\n2024-03-01 10:00:05 WARN disk 91%\n2024-03-01 10:01:00 ERROR cannot open /tmp/x\n"
                  b"2024-03-01 10:02:00 INFO retry\n2024-03-01 10:02:01 error again\n",
    "list_a.txt": b"apple\nbanana\ncherry\n", "list_b.txt": b"banana\ncherry\ndate\n", "dup.txt": b"x\ny\nx\n", "dup2.txt": b"x\ny\nx\n",
    "text.txt": b"the cat sat on the mat\nIt was happy.\nthe dog\na much longer line that goes on and on until it stops\n\nThe end\n",
    "page.html": b'<html><head><title>Shop</title></head>\n<body><a href="https://a.example/x">x</a> <a href="/rel">r</a><img src="i.png"></body></html>\n',
    "src/main.py": b"import os\n\ndef main():\n    print(\'hi\')  # TODO fix\n\nclass App:\n    pass\n",
    "src/util.py": b"def add(a, b):\n    return a + b\n", "src/app.js": b"let x = 1;\n", "src/main.py~": b"old\n", "src/.DS_Store": b"x",
    "src/__pycache__/main.pyc": b"x", ".DS_Store": b"x", ".hidden": b"h\n", "temp1.bak": b"b\n", "script.sh": b"#!/bin/sh\necho hi\n",
    "My Report.pdf": b"%PDF-1.4 a", "old report.PDF": b"%PDF-1.4 b", "IMG_1.jpeg": b"0123456789", "IMG_2.jpeg": bytes(20),
    "events.jsonl": b'{"n": 1}\n{"n": 2}\n', "tags.txt": b"see #one and #two\n", "b64.txt": b"YXBwbGUK\n", "url.txt": b"a%20b%26c\n", "wide.txt": b"a   b  c\n",
    "node_modules/x/index.js": b"x\n", "names.txt": b"Smith, John\nDoe, Jane\nRoe, Rick\n", "old.txt": b"old\n", "week.txt": b"week\n",
    "docs/notes.md": b"# Title\n\nSome `code`.\n\n## Second\n\n- item\n[link](https://b.example)\n", "a.zip": None, "b.tar.gz": None, "shop.db": None,
}
AGES = {"old.log": 40, "sub/old2.log": 40, "old.txt": 400, "week.txt": 10}
LINKS = {"in": {"link.txt": "notes.txt"}, "shop": {"broken": "nowhere"}, "repo": {}}
FOLDERS = {"in": "void/inner", "shop": "empty/inner", "repo": "empty"}


def packed(name):
    """The contents of the files that are made here."""
    out = io.BytesIO()
    if name == "archive.gz":
        return gzip.compress(b"packed\n", mtime=0)
    if name == "a.zip":
        with zipfile.ZipFile(out, "w") as z:
            z.writestr("in/a.txt", "a\n")
    elif name == "b.tar.gz":
        with tarfile.open(fileobj=out, mode="w:gz") as t:
            entry = tarfile.TarInfo("in/b.txt")
            entry.size = 2
            t.addfile(entry, io.BytesIO(b"b\n"))
    else:
        with tempfile.TemporaryDirectory() as place:
            db = sqlite3.connect(f"{place}/db")
            db.executescript("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);"
                             "INSERT INTO users VALUES (1, 'Ann', 31), (2, 'Bob', 25), (3, 'Zoe', 40);"
                             "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, total REAL);"
                             "INSERT INTO orders VALUES (1, 1, 9.5), (2, 3, 4);")
            db.commit()
            db.close()
            return Path(place, "db").read_bytes()
    return out.getvalue()


def repository():
    """The files of a repository with two commits, two branches and a new file."""
    with tempfile.TemporaryDirectory() as place:
        def git(*words):
            subprocess.run(["git", "-c", "user.name=Ann", "-c", "user.email=a@b.org", *words], cwd=place, check=True, capture_output=True)
        git("init", "-q", "-b", "main")
        for message in ("first", "second"):
            Path(place, "a.txt").write_text(message)
            git("add", "a.txt")
            git("commit", "-q", "-m", message)
        git("branch", "other")
        Path(place, "new.txt").write_text("new")
        return {str(path.relative_to(place)): path.read_bytes() for path in Path(place).rglob("*") if path.is_file() and "hooks" not in path.parts}


PLACES = {place: {name: packed(name) if data is None else data for name, data in files.items()}
          for place, files in (("in", FILES), ("shop", SHOP))}


def build(folder, place):
    if place not in PLACES:
        PLACES[place] = repository()
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in PLACES[place].items():
        path = os.path.join(os.fsencode(folder), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.truncate(len(data)) if not any(data[:1]) else f.write(data)
        if name in AGES:
            os.utime(path, (time.time() - AGES[name] * 86400,) * 2)
    os.makedirs(folder / FOLDERS[place])
    if place == "repo": # What git needs, though empty.
        for name in ("refs/tags", "objects/pack", "objects/info"):
            os.makedirs(folder / ".git" / name, exist_ok=True)
    for name, target in LINKS[place].items():
        os.symlink(target, folder / name)


def stamps(folder):
    """What tells whether anything changed, without reading it."""
    found = {}
    for parent, folders, names in os.walk(folder):
        for name in names + folders:
            path = os.path.join(parent, name)
            s = os.lstat(path)
            found[os.path.relpath(path, folder)] = (s.st_mode, s.st_ino, s.st_size, 0 if os.path.isdir(path) else s.st_ctime_ns)
    return found


def contents(folder):
    found = {}
    for key in stamps(folder):
        path = os.path.join(folder, key)
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
            task = {"line": number, "say": [], "expect": [], "args": "", "asks": False, "place": "in"}
            tasks.append(task)
        if key in ("say", "expect"):
            task[key].append(value.strip())
        elif key in ("args", "place"):
            task[key] = value.strip()
        elif key == "asks":
            task["asks"] = True
        else:
            sys.exit(f"{path}:{number}: what is {key}?")
    return tasks


def facts(folder, before, done):
    rc, out, error = done
    after = contents(folder)
    out = out.decode("utf-8", "surrogateescape")
    lines = [line[2:] if line.startswith("./") else line for line in out.splitlines()]
    plain = {k for k in before if before[k] != "folder" and not str(before[k]).startswith("->")}
    return {
        "before": before, "after": after, "rc": rc, "out": out, "lines": lines, "set": set, "sorted": sorted, "sum": sum, "json": json.loads,
        "gone": {k for k in before if k not in after}, "made": {k for k in after if k not in before}, "len": len, "all": all, "any": any,
        "changed": {k for k in after if k in before and after[k] != before[k]}, "float": float, "re": re, "list": list,
        "top": lambda end: {k for k in plain if k.lower().endswith(end) and "/" not in k}, "deep": lambda end: {k for k in plain if k.lower().endswith(end)},
        "mode": lambda name: "x" if os.stat(folder / name).st_mode & 0o100 else "-",
        "octal": lambda name: oct(os.stat(folder / name).st_mode & 0o777)[2:], "folder": os.path.realpath(folder), "error": error.decode("utf-8", "replace"),
    }


def holds(expression, found):
    try:
        return eval(expression, {"__builtins__": {"int": int, "str": str}, **found})
    except (IndexError, KeyError, ValueError):
        return False


def in_fork(path, args, folder, streams):
    os.chdir(folder)
    signal.alarm(60)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for fd, target in zip((nothing, *streams), range(3)):
        os.dup2(fd, target)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w", encoding="utf-8"), open(2, "w", encoding="utf-8")
    sys.argv = [path, *args]
    code = 0
    try:
        exec(compile(Path(path).read_text(encoding="utf-8"), path, "exec"), {"__name__": "__main__"})
    except SystemExit as e:
        code = e.code if isinstance(e.code, int) else 0 if e.code is None else 1
        if isinstance(e.code, str):
            print(e.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def run_python(path, args, folder):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        child = os.fork()
        if not child:
            in_fork(path, args, folder, (out.fileno(), error.fileno()))
        status = os.waitpid(child, 0)[1]
        out.seek(0)
        error.seek(0)
        return os.waitstatus_to_exitcode(status), out.read(), error.read()


def run_by(command, path, args, folder):
    """In the interpreter of this worker."""
    key = os.getpid(), command[0]
    if key not in runners:
        runners[key] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    runner = runners[key]
    runner.stdin.write(json.dumps({"path": path, "args": args, "folder": str(folder)}).encode() + b"\n")
    runner.stdin.flush()
    if not select.select([runner.stdout], [], [], 60)[0]:
        runner.kill()
        sys.exit(f"no end: {Path(path).read_text(encoding='utf-8')}")
    code, out, error = json.loads(runner.stdout.readline())
    return code, base64.b64decode(out), base64.b64decode(error)


def run_alone(command, path, args, folder):
    done = subprocess.run([*command, path, *args], cwd=folder, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


def run_javascript(path, args, folder):
    """Those that wait for something, and a few more, have a Node of their own."""
    text = Path(path).read_text(encoding="utf-8")
    alone = "await " in text or len(text) % 16 == 0
    return run_alone(["node"], path, args, folder) if alone else run_by(["node", HERE / "node_runner.js"], path, args, folder)


def run_ruby(path, args, folder):
    return run_by(["ruby", HERE / "ruby_runner.rb"], path, args, folder)


def run_perl(path, args, folder):
    return run_by(["perl", HERE / "perl_runner.pl"], path, args, folder)


def run_awk(path, args, folder):
    return run_alone(["awk", "-f"], path, args, folder)


def run_go(path, args, folder):
    """By the one program that all of them were built into."""
    return run_alone([Path(path).parents[1] / "go/all"], package_of(Path(path).read_text(encoding="utf-8")), args, folder)


def package_of(text):
    return "p" + hashlib.sha256(text.encode()).hexdigest()[:16]


def build_go(texts, work):
    """The programs as packages of one program, which takes a tenth of the time: each its own main function. Faults that gofmt, vet and the compiler find."""
    root = Path(work, "go")
    main = ["package main", "", "import (", '\t"os"', ""]
    names = {package_of(text): text for text in texts}
    for name, text in names.items():
        Path(root, name).mkdir(parents=True)
        Path(root, name, "main.go").write_text(text.replace("package main", f"package {name}", 1).replace("func main()", "func Main()", 1), encoding="utf-8")
        main.append(f'\t"scripts/{name}"')
    cases = "".join(f'\tcase "{name}":\n\t\t{name}.Main()\n' for name in names)
    main += [")", "", "func main() {", "\tname := os.Args[1]", "\tos.Args = append(os.Args[:1], os.Args[2:]...)", "\tswitch name {", cases + "\t}", "}", ""]
    Path(root, "main.go").write_text("\n".join(main))
    Path(root, "go.mod").write_text("module scripts\n\ngo 1.18\n")
    faults = []
    for command in (["gofmt", "-l", *names], ["go", "vet", "./..."], ["go", "build", "-o", "all", "."]):
        environment = {**os.environ, "GOCACHE": str(Path(work, "go-cache")), "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=environment)
        faults += [f"go: {' '.join(command[:2])}: {line}" for line in (done.stdout + done.stderr).splitlines()]
    if not Path(root, "all").exists():
        sys.exit("\n".join(faults))
    return faults


def run_bash(path, args, folder):
    return run_alone(["bash"], path, args, folder)


HERE = Path(__file__).resolve().parent
runners = {}
go_faults = []
RUN = {"bash": run_bash, "python": run_python, "javascript": run_javascript, "ruby": run_ruby, "perl": run_perl, "awk": run_awk, "go": run_go}
ENDS = {"bash": ".sh", "python": ".py", "javascript": ".cjs", "ruby": ".rb", "perl": ".pl", "awk": ".awk", "go": ".go"}
CHECK_ALL = "for (const file of process.argv.slice(1)) new vm.Script(fs.readFileSync(file, 'utf8').replace(/^#!/, '//'), { filename: file })"
# Compiled, not run: each begins with its end.
CHECK_PERL = r'''my $n = 0;
for my $file (@ARGV) {
    open my $handle, "<", $file or die $!;
    my $text = join "", <$handle>;
    eval "package Checked" . ++$n . "; return 1; $text" or warn "$file: $@";
}'''


class Folder:
    """Of one worker and fixture; built anew only behind a run that changed it."""

    def __init__(self, work, place):
        self.path, self.place = Path(work, f"{os.getpid()}-{place}", "in"), place
        self.stamps = None

    def ready(self):
        if self.stamps is None or stamps(self.path) != self.stamps:
            build(self.path, self.place)
            self.before, self.stamps = contents(self.path), stamps(self.path)
        return self.path


folders = {}


def run(job):
    """Empty when all that is expected holds, else what does not."""
    work, place, text, language, args, expect = job
    folder = folders.setdefault(place, Folder(work, place))
    path = str(folder.ready().parent / f"script{ENDS[language]}")
    Path(path).write_text(text, encoding="utf-8")
    if "--yes" in args:
        RUN[language](path, [word for word in args if word != "--yes"], folder.path)
        if stamps(folder.path) != folder.stamps:
            return "it changes files without --yes"
    found = facts(folder.path, folder.before, RUN[language](path, args, folder.path))
    if language == "perl" and re.search(r" at \S+ line \d", found["error"]):
        return f"it warns: {found['error'][-300:]}"
    for expression in expect:
        if not holds(expression, found):
            brief = {"error": found["error"][-300:], **{k: found[k] for k in ("rc", "gone", "made", "changed")}}
            return f"not {expression}\n    {str(brief)[:900]}\n    out: {found['out'][:400]!r}"
    return ""


def write(artel, language, comments):
    """One process for all of them."""
    named = "cjs" if language == "javascript" else language # whatever package.json is above
    done = subprocess.run([artel, "script", "--json", "--lang", named, "-"], input="\n".join(comments) + "\n", capture_output=True, text=True)
    made = [json.loads(line) for line in done.stdout.splitlines()]
    if len(made) != len(comments):
        sys.exit(f"{len(comments)} comments, {len(made)} answers: {done.stderr}")
    return made


def thinned(made, third):
    """Which of these answers are tried: each kind of script, and a third of the others, another in each language."""
    kinds = set()
    for n, script in enumerate(made):
        kind = tuple(script["steps"]) or n
        if kind not in kinds or n % 3 == third:
            yield n
        kinds.add(kind)


def judge(artel, language, tasks, every, third, pool, work):
    """(task, comment, right or wrong or asks, why) of each comment, and the different scripts."""
    rows = [(task, comment) for task in tasks for comment in task["say"][:None if every else 1]]
    made = write(artel, language, [comment for _, comment in rows])
    if language == "go": # one program of each kind
        kinds = {tuple(script["steps"]) or n: n for n, script in reversed(list(enumerate(made)))}
        rows, made = ([items[n] for n in sorted(kinds.values())] for items in (rows, made))
        go_faults[:] = build_go([script["text"] for script in made if script["state"] == "written"], work)
    elif third is not None and not every:
        kept = list(thinned(made, third))
        rows, made = ([items[n] for n in kept] for items in (rows, made))
    jobs, keys = {}, []
    for (task, _), script in zip(rows, made):
        key = (task["line"], "\n".join(line for line in script["text"].split("\n") if not line.startswith("#")))
        keys.append(key)
        if script["state"] == "written" and not task["asks"]:
            jobs.setdefault(key, (work, task["place"], script["text"], language, task["args"].split(), task["expect"]))
    done = dict(zip(jobs, pool.map(run, jobs.values(), 4)))
    results = []
    for (task, comment), script, key in zip(rows, made, keys):
        if script["state"] != "written":
            state = "cannot" if script["said"].startswith("I cannot do this in ") else "asks"
            results.append((task, comment, "right" if task["asks"] else state, script["said"]))
        elif task["asks"]:
            results.append((task, comment, "wrong", "it was written: " + ", ".join(script["steps"])))
        else:
            results.append((task, comment, "wrong" if done[key] else "right", done[key]))
    # Scripts of the same steps differ in names only: one of them goes to the checkers.
    different = {(language, *script["steps"]): script["text"] for script in made if script["state"] == "written"}
    return results, different


def check(scripts, every, work):
    """Faults that the languages' own checkers find."""
    faults, shell, node, ruby, perl = [], [], [], [], []
    for n, ((language, *_), text) in enumerate(scripts.items()):
        path = Path(work, f"{n}{ENDS[language]}")
        if language in ("bash", "javascript", "ruby", "perl"):
            path.write_text(text, encoding="utf-8")
            {"bash": shell, "javascript": node, "ruby": ruby, "perl": perl}[language].append(str(path))
        elif language == "python":
            try:
                compile(text, str(path), "exec")
            except SyntaxError as e:
                faults.append(f"{text}: {e}")
    for path in shell:
        done = subprocess.run(["bash", "-n", path], capture_output=True, text=True)
        if done.returncode:
            faults.append(done.stderr)
    if node:
        done = subprocess.run(["node", "-e", CHECK_ALL, *node], capture_output=True, text=True)
        faults += done.stderr.splitlines()
    if ruby:
        check_ruby = "ARGV.each { |file| RubyVM::InstructionSequence.compile_file(file) }"
        done = subprocess.run(["ruby", "-w", "-e", check_ruby, *ruby], capture_output=True, text=True)
        faults += done.stderr.splitlines()
    if perl:
        done = subprocess.run(["perl", "-we", CHECK_PERL, *perl], capture_output=True, text=True)
        faults += done.stderr.splitlines()
    shell = shell if every else shell[::8]
    if shell and shutil.which("shellcheck"):
        done = subprocess.run(["shellcheck", "-S", "warning", "-f", "gcc", *shell], capture_output=True, text=True)
        faults += done.stdout.splitlines()
    return faults


def check_trial(artel, language, work):
    """`artel script --run-dry` shows what would be done, and does nothing."""
    folder = Path(work, f"trial-{language}")
    build(folder, "in")
    before = stamps(folder)
    comment, said = ("sort names.txt", "Carol") if language == "awk" else ("delete *.log files older than 30 days", "not run: " if language == "go" else "would delete old.log")
    done = subprocess.run([artel, "script", "--run-dry", "--lang", language, comment], cwd=folder, capture_output=True, text=True)
    good = done.returncode == 0 and said in done.stdout.replace("./", "") and stamps(folder) == before
    return [] if good else [f"{language}: --run-dry: {done.returncode}: {done.stdout}{done.stderr}"]


LINES = ("count how often the word 'the' appears in text.txt", "print the lines of server.log containing error", "sort text.txt and remove duplicates",
         "print the last 2 lines of server.log", "count the lines of text.txt", "find the files larger than 1 MB", "list all *.txt files",
         "count the lines of all *.txt files together", "what are the 3 largest files", "list src/*.py", "total size of the txt files",
         "names of the py files without their path", "find python files containing TODO")
ACTS = ("delete all .tmp files", "replace 'foo' with 'bar' in all txt files", "rename all files in this folder to lowercase",
        "move all png files recursively to pics/", "copy *.csv to backup/", "make all .sh files executable", "remove all folders named deep")


def check_lines(artel, work):
    """What --one-line writes prints what the whole script prints."""
    folder, faults = Path(work, "lines"), []
    build(folder, "shop")
    for comment in LINES:
        printed = []
        for option in ("--one-line", "--lang=bash"):
            text = subprocess.run([artel, "script", option, comment], capture_output=True, text=True).stdout
            printed.append(subprocess.run(["bash", "-c", text], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout)
        if sorted(printed[0].splitlines()) != sorted(printed[1].splitlines()):
            faults.append(f"--one-line: {comment}: {printed[0]!r}, the script {printed[1]!r}")
    for comment in ACTS:
        left = []
        for options in (["--one-line"], ["--one-line", "--yes"], ["--lang=bash"]):
            build(folder, "in")
            text = subprocess.run([artel, "script", *options, comment], capture_output=True, text=True).stdout
            subprocess.run(["bash", "-c", text, "script", *(["--yes"] if options == ["--lang=bash"] and "--yes" in text else [])], cwd=folder,
                           stdin=subprocess.DEVNULL, capture_output=True)
            left.append((contents(folder), "would" in text))
        if left[1][0] != left[2][0] or not (left[0][0] == left[1][0] or left[0][1]):
            faults.append(f"--one-line: {comment}: it leaves other files than the script does")
    return faults


def check_all_lines(artel, tasks):
    """Every line that is written for the comments parses."""
    comments = [task["say"][0] for task in tasks]
    done = subprocess.run([artel, "script", "--one-line", "--yes", "--json", "-"], input="\n".join(comments) + "\n", capture_output=True, text=True)
    lines = [made["text"] for made in map(json.loads, done.stdout.splitlines()) if made["state"] == "written"]
    parsed = subprocess.run(["bash", "-n"], input="".join(lines), capture_output=True, text=True)
    print(f"--one-line: {len(lines)} of {len(comments)} comments fit on one line")
    return parsed.stderr.splitlines() + ([] if len(lines) > len(comments) / 3 else [f"only {len(lines)} comments fit on a line"])


TEMPLATE = """step deploy
title copy the site to the test server
would copy the site
in
out done
say deploy [the] site [to <name:host>]
bash run
    rsync -a build/ @host@:/srv/site/
"""


def action_titles(artel, path, text, language="shellscript"):
    """The code actions that the server offers on the first line of a document."""
    uri = path.as_uri()
    place = {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}
    messages = (
        {"id": 1, "method": "initialize", "params": {"capabilities": {"textDocument": {"codeAction": {"codeActionLiteralSupport": {
            "codeActionKind": {"valueSet": []}}}}}}},
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": text}}},
        {"id": 2, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": []}}},
        {"id": 3, "method": "shutdown"}, {"method": "exit"})
    sent = b""
    for message in messages:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        sent += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    done = subprocess.run([artel, "lsp"], input=sent, capture_output=True, timeout=120)
    for part in done.stdout.split(b"Content-Length: ")[1:]:
        message = json.loads(part.partition(b"\r\n\r\n")[2])
        if message.get("id") == 2 and "result" in message:
            return json.dumps(message["result"])
    return done.stderr.decode()


def check_editor(artel, work):
    """The code action on a comment, in the words of the document's language; a folder's package.json decides how modules come."""
    folder = Path(work, "modules")
    folder.mkdir()
    (folder / "package.json").write_text('{"type": "module"}')
    cases = (("javascript", "a.js", "// sort names.txt\n", "import fs from"), ("javascript", "a.cjs", "/* sort names.txt */\n", "require("),
             ("ruby", "a.rb", "# sort names.txt\n", "in_order(lines)"), ("awk", "a.awk", "# sort names.txt\n", "LC_ALL=C sort"),
             ("perl", "a.pl", "# sort names.txt\n", "@lines = sort @lines;"),
             ("jq", "a.jq", "# sort users.json by age\n", "sort_by(.age)"), ("sql", "a.sql", "-- top 2 users by age\n", "ORDER BY age DESC"),
             ("go", "a.go", "// sort names.txt\n", "sort.Strings(lines)"))
    inside = action_titles(artel, folder / "b.go", "// sort names.txt\n\npackage main\n", "go")
    return ["the editor: a program inside another"] * ("Write this script" in inside) + [f"the editor, {name}: {text}: no {wanted}" for language, name, text, wanted in cases
            if wanted not in action_titles(artel, folder / name, text, language)]


def check_templates(artel, work):
    """A project's own steps, beside what else lies in their folder: on the command line, in the list, and in an editor."""
    folder = Path(work, "a [b]", "c")
    (Path(work, "a [b]") / ".artel/templates").mkdir(parents=True)
    folder.mkdir()
    (Path(work, "a [b]") / ".artel/templates/site.txt").write_text(TEMPLATE)
    (Path(work, "a [b]") / ".artel/templates/python.txt").write_text("entry of another kind\n")

    def run_it(*words):
        return subprocess.run([artel, "script", *words], cwd=folder, capture_output=True, text=True).stdout

    seen = {"script": run_it("deploy the site to test1"), "list": run_it("--list"), "question": run_it("frobnicate the site"),
            "editor": action_titles(artel, folder / "a.sh", "# deploy the site to test1\n")}
    wanted = {"script": "rsync -a build/ test1:/srv/site/", "list": "copy the site to the test server", "question": "frobnicate",
              "editor": "rsync -a build/ test1:/srv/site/"}
    return [f"templates, {key}: {text[-300:]}" for key, text in seen.items() if wanted[key] not in text]


@contextlib.contextmanager
def least_awk():
    """Debian's own awk first, where both are there: what it takes, GNU's takes too."""
    with tempfile.TemporaryDirectory() as folder:
        if shutil.which("mawk"):
            os.symlink(shutil.which("mawk"), Path(folder, "awk"))
        os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
        yield


def main():
    os.environ["PASSWORD"] = "secret" # of what is encrypted
    if sys.argv[1] == "--build":
        sys.exit(build(Path(sys.argv[3]), sys.argv[2]))
    every = sys.argv[1] == "--every"
    artel, tasks, *languages = sys.argv[2 if every else 1:]
    artel = os.path.abspath(artel)
    tasks, full = read_tasks(tasks), not languages
    bad, scripts, trials = 0, {}, []
    with tempfile.TemporaryDirectory() as work, least_awk(), multiprocessing.get_context("fork").Pool(2) as pool:
        others = {"javascript": "node", "ruby": "ruby", "perl": "perl", "awk": "awk", "go": "go"}
        for language, program in others.items():
            if not shutil.which(program):
                print(f"{program} is not installed: no script in {language} is tried")
        for n, language in enumerate(languages or ["bash", "python", *(name for name in others if shutil.which(others[name]))]):
            results, different = judge(artel, language, tasks, every or n == 0, n % 3 if n > 1 else None, pool, work)
            scripts.update(different)
            trials += check_trial(artel, language, work)
            count = {"right": 0, "wrong": 0, "asks": 0, "cannot": 0}
            for task, comment, state, why in results:
                count[state] += 1
                if state in ("wrong", "asks"):
                    print(f"{language}: {state}: line {task['line']}: {comment}\n    {why}")
            n = len(results) - count["cannot"]
            print(f"{language}: {n} comments: {count['right']} right ({100 * count['right'] / n:.1f} %), {count['wrong']} wrong, "
                  f"{count['asks']} asked back without need; {count['cannot']} for other languages only")
            bad += count["wrong"] + (count["right"] < 0.85 * n)
        faults = trials + go_faults + check_templates(artel, work) + check_editor(artel, work) + check_lines(artel, work) + check_all_lines(artel, tasks) + check(scripts, every, work)
        titles = {step for _, *steps in scripts for step in steps}
        listed = subprocess.run([artel, "script", "--list"], capture_output=True, text=True).stdout.splitlines()
        faults += [f"no comment is tried that makes this: {line.strip()}" for line in listed if "sql)" not in line and line[27:].rpartition(" (")[0] not in titles and full]
        print("\n".join(faults + [f"{len(scripts)} different scripts, {len(faults)} faults found by checkers"]))
        bad += len(faults)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()

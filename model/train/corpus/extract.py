"""From packages to clean texts: clean/KIND/NAME.jsonl, a record for each file that may be learned
from, and clean/KIND/NAME.out, how many files were left out and why. A package whose results are
there is not read again."""
import collections
import functools
import hashlib
import json
import multiprocessing
import pathlib
import re
import subprocess
import tarfile

import licences
import texts
from download import KINDS, is_there
from work import line_of, note, whole

MAX_FILE_BYTES = 120000
MAX_LANGUAGE_CHARS = 25_000_000  # of one package


class Scrubber:
    """The rules of the program's own secret unit, asked through a pipe."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def scrub(self, text):
        raw = text.encode()
        self.process.stdin.write(b"%d\n" % len(raw) + raw)
        self.process.stdin.flush()
        n = int(self.process.stdout.readline())
        return n, self.process.stdout.read(len(raw)).decode("utf-8", "replace")


@functools.lru_cache(maxsize=None)
def scrubber(program):
    return Scrubber(program)


def members(path):
    """Name and content of each file of an archive that may be of use."""
    process = None
    if path.suffix == ".deb":
        process = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", path], stdout=subprocess.PIPE)
        archive = tarfile.open(fileobj=process.stdout, mode="r|")
    else:
        archive = tarfile.open(path, mode="r|*")
    with archive:
        for m in archive:
            if m.isfile() and m.size < 2_000_000:
                name = m.name.removeprefix("./")
                if texts.language_of(name) or re.search(r"copyright$|licen[cs]e|package\.json$", name, re.I):
                    yield name, archive.extractfile(m).read()
    if process:
        process.stdout.close()
        process.wait()


def archives(folder):
    """The upstream archive and, for a source package, the one with debian/."""
    found = sorted(p for p in folder.iterdir() if re.search(r"\.(deb|tgz|tar\.(gz|xz|bz2|lzma))$", p.name))
    debian = [p for p in found if ".debian.tar." in p.name]
    return [p for p in found if p not in debian], debian


def version_of(kind, path):
    if kind == "npm":
        found = re.search(r"-(\d[^/]*)\.tgz$", path.name)
    else:
        found = re.search(r"_(\d[^_]*?)(?:\.orig.*|\.debian\.tar.*|\.tar.*|_[a-z0-9]+\.deb)$", path.name)
    return found.group(1).replace("%3a", ":") if found else ""


def licence_of(kind, files, debian):
    """What the package says of its licence; nothing known: nothing allowed."""
    named = {name: raw.decode("utf-8", "replace") for name, raw in files if texts.language_of(name) in (None, "", "json")}
    if kind == "npm":
        texts_of = [t for name, t in named.items() if re.fullmatch(r"package/licen[cs]e[^/]*", name, re.I)]
        return licences.of_npm(named.get("package/package.json", ""), texts_of[0] if texts_of else "")
    where = re.compile(r"usr/share/doc/[^/]+/copyright$" if kind == "binary" else r"(^|/)debian/copyright$")
    for source in (debian, named.items()):
        for name, text in source:
            if where.search(name):
                return licences.DebianCopyright(text, installed=kind == "binary")
    # No debian/: what lies beside the source. More than one text, or a part of another licence: all must grant.
    beside = [raw.decode("utf-8", "replace") for name, raw in files
              if re.search(r"(licen[sc]e|copying)[^/]*$", name, re.I) and name.count("/") <= 1]
    return licences.Whole("text", bool(beside) and all(map(licences.of_text, beside)))


def below_root(kind, name):
    """The path inside the project."""
    if kind == "binary":
        return re.sub(r"^usr/(lib/python3/dist-packages|share/cargo/registry|share/gocode/src|share/nodejs"
                      r"|share/ruby-vendor|lib/ruby/vendor_ruby|share|include|lib)/", "", name)
    return name.partition("/")[2] or name


def judge(kind, name, raw, licence, program):
    """(reason to leave it out, record)."""
    if len(raw) < 120 or len(raw) > MAX_FILE_BYTES:
        return "size", None
    path = below_root(kind, name)
    if texts.LEFT_OUT_PATH.search(path):
        return "path", None
    text = texts.normalised(raw)
    if text is None:
        return "not text", None
    allowed = licence.of(path)
    said = licences.of_head(text[:4000])
    if not allowed or said is False:
        return "licence", None
    text = texts.without_people(texts.without_licence(text))
    language = texts.refined(texts.language_of(name), name, text)
    fault = texts.fault_of(text, language)
    if fault:
        return fault, None
    n_secrets, text = scrubber(program).scrub(text)
    if n_secrets > 3:
        return "secrets", None
    return "", {"path": path, "language": language, "licence": allowed, "text": text, "secrets": n_secrets,
                "test": bool(texts.TEST_PATH.search(path)),
                "hash": hashlib.sha256("".join(text.split()).encode()).hexdigest()[:24]}


def extract(job):
    kind, folder, out, program = job
    main, debian = archives(folder)
    left_out, kept, seen, sizes = collections.Counter(), [], set(), collections.Counter()
    try:
        extra = [(n, r.decode("utf-8", "replace")) for p in debian for n, r in members(p)]
        for archive in main:
            files = list(members(archive))
            licence = licence_of(kind, files, extra)
            for name, raw in files:
                if not texts.language_of(name):
                    continue
                fault, record = judge(kind, name, raw, licence, program)
                if record and record["hash"] in seen:
                    fault, record = "same", None
                if record and sizes[record["language"]] > MAX_LANGUAGE_CHARS:
                    fault, record = "enough", None
                if not record:
                    left_out[fault] += 1
                    continue
                seen.add(record["hash"])
                sizes[record["language"]] += len(record["text"])
                kept.append(record)
    except (tarfile.TarError, EOFError, OSError) as e:
        note(f"{kind} {folder.name}: {e}")
        left_out["damaged archive"] += 1
    about = {"kind": kind, "package": folder.name, "version": version_of(kind, (debian + main)[0]) if main else "",
             "left_out": dict(sorted(left_out.items()))}
    kept.sort(key=lambda r: r["path"])
    with whole(out.with_suffix(".jsonl")) as f:
        f.write("".join(line_of(r) for r in kept))
    with whole(out.with_suffix(".out")) as f:  # last: says that the other one is there
        f.write(json.dumps(about, sort_keys=True) + "\n")
    return len(kept), sum(sizes.values())


def extract_all(work, processes):
    program = work.program("artel-scrub")
    jobs = []
    n_there = 0
    for kind in KINDS:
        for folder in sorted((work / "packages" / kind).glob("*")):
            out = work / "clean" / kind / (folder.name + ".x")
            if out.with_suffix(".out").exists():
                n_there += 1
            elif is_there(folder):
                jobs.append((kind, folder, pathlib.Path(out), program))
    with multiprocessing.Pool(processes) as pool:
        done = list(pool.imap_unordered(extract, jobs))
    note(f"{len(jobs)} packages read ({n_there} were), {sum(n for n, _ in done)} texts, "
         f"{sum(c for _, c in done) / 1e6:.1f} MB")

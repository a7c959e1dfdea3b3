"""Chooses what is learned from: near copies out, some packages held back, a balance of languages.
Writes mix.jsonl (groups of files of one folder), held.jsonl, manifest.tsv (packages) and files.tsv
(every file that the model sees)."""
import collections
import json
import random
import re
import subprocess

from download import KINDS
from work import Failure, line_of, note, number_from, records, whole

SIMILARITY = "0.8"
# Megabytes of a language at scale 1, where there are so many: by what people complete most.
SHARES = {
    "python": 220, "javascript": 140, "typescript": 110, "c": 110, "cpp": 90, "go": 120, "rust": 90, "java": 90,
    "shell": 12, "sql": 6, "php": 25, "ruby": 25, "csharp": 15, "kotlin": 12, "swift": 5, "lua": 5, "html": 7,
    "css": 3, "markdown": 12, "json": 3, "yaml": 5, "make": 2, "cmake": 4, "toml": 0.5, "dockerfile": 0.3,
    "declarations": 12,
}
PACKAGE_SHARE = 0.08  # of a language, at most, or 2 MB
# Never learned from: the model is judged by them. Without the words that package managers put around names.
HELD = frozenset("""
flask express redis hugo ripgrep gson zod jq fzf lodash bottle tmux csv fmtlib kysely spdlog peewee sinatra
restic walkdir click
""".split())


def plain_name(package):
    for before in ("python3-", "librust-", "node-", "golang-github-", "libjs-", "ruby-", "rust-", "libgoogle-", "lib"):
        package = package.removeprefix(before)
    for after in ("-dev", "-java", "1"):
        package = package.removesuffix(after)
    return package


def packages(work):
    """Those held back first: so a copy of theirs in another package is what is left out."""
    found = [path for kind in KINDS for path in sorted((work / "clean" / kind).glob("*.out"))]
    for path in sorted(found, key=lambda p: plain_name(p.stem) not in HELD):
        yield json.loads(path.read_text(encoding="utf-8")), path.with_suffix(".jsonl")


def near_copies(work, files):
    """Numbers of the texts that are nearly the same as an earlier one."""
    process = subprocess.Popen([work.program("artel-corpus"), "near", SIMILARITY], stdin=subprocess.PIPE,
                               stdout=open(work / "near.txt", "wb"))
    hashes = set()
    same = set()
    for i, (_about, record) in enumerate(files()):
        raw = record["text"].encode()
        process.stdin.write(b"%d\n" % len(raw) + raw)
        if record["hash"] in hashes:
            same.add(i)
        hashes.add(record["hash"])
    process.stdin.close()
    if process.wait() != 0:
        raise Failure("the search for near copies failed")
    with open(work / "near.txt", encoding="ascii") as f:
        return same | {int(line.split()[0]) for line in f}


def choose(groups, budget, rng):
    """Some of the groups of one language, no package too often."""
    rng.shuffle(groups)
    cap = max(2e6, PACKAGE_SHARE * budget)
    total, of_package = 0, collections.Counter()
    for group in groups:
        if total > budget:
            break
        if of_package[group["package"]] > cap:
            continue
        of_package[group["package"]] += group["size"]
        total += group["size"]
        yield group


def subject(path):
    """What a file is about, by its name: test_x.py, x_test.go, x.spec.ts, XTest.java and x.py are about x."""
    name = path.rpartition("/")[2].partition(".")[0]
    name = name.removeprefix("test_").removesuffix("_test").removesuffix("_spec")
    return (re.sub(r"Tests?$", "", name) or name).lower()


def with_tests(members):
    """Takes a file and the test about it out of the folders of a language, for each such pair."""
    tests = {}
    for place, found in sorted(members.items()):
        for r in found:
            if r["test"]:
                tests.setdefault((*place[:2], subject(r["path"])), (place, r))
    for place, found in sorted(members.items()):
        for r in list(found):
            test = None if r["test"] else tests.pop((*place[:2], subject(r["path"])), None)
            if test:
                found.remove(r)
                members[test[0]].remove(test[1])
                yield place, [r, test[1]]


def grouped(members, rng):
    """A file with its test; else files that lie together, in portions of two to six."""
    groups = list(with_tests(members))
    for place, found in sorted(members.items()):
        rng.shuffle(found)
        while found:
            n = rng.randint(2, 6)
            groups.append((place, found[:n]))
            found = found[n:]
    for (kind, package, _folder), part in groups:
        yield {"kind": kind, "package": package, "files": part, "size": sum(r["size"] for r in part)}


def mix(work, seed, scale):
    def files():
        for about, path in packages(work):
            for record in records(path):
                yield about, record
    copies = near_copies(work, files)
    by_language = collections.defaultdict(lambda: collections.defaultdict(list))
    held = []
    for i, (about, record) in enumerate(files()):
        if i in copies:
            continue
        if plain_name(about["package"]) in HELD:
            held.append((about, record))
            continue
        if record["test"] and number_from(seed, record["hash"]) % 2:
            continue  # half of the tests: they would be too much of everything
        place = (about["kind"], about["package"], record["path"].rpartition("/")[0])
        by_language[record["language"]][place].append({"path": record["path"], "size": len(record["text"]),
                                                       "hash": record["hash"], "test": record["test"]})
    chosen = []
    for language, share in SHARES.items():
        rng = random.Random(number_from(seed, language))
        for group in choose(list(grouped(by_language[language], rng)), share * 1e6 * scale, rng):
            chosen.append(dict(group, language=language))
    random.Random(seed).shuffle(chosen)
    if not chosen:
        raise Failure("no text is left to learn from")
    write(work, chosen, held, len(copies))


def write(work, chosen, held, n_copies):
    # With the hash: packages of several archives may have a path twice.
    wanted = {(g["kind"], g["package"], f["path"], f["hash"]): (i, k) for i, g in enumerate(chosen)
              for k, f in enumerate(g["files"])}
    totals = collections.Counter()
    with whole(work / "files.tsv") as table, whole(work / "manifest.tsv") as manifest:
        table.write("package\tversion\tkind\tset\tlanguage\tlicence\tbytes\tsha256\tpath\n")
        manifest.write("package\tversion\tkind\tset\tlicences\tfiles\tbytes\tleft out\n")
        held_keys = {(a["kind"], a["package"], r["path"], r["hash"]) for a, r in held}
        for about, path in packages(work):
            rows = collections.defaultdict(list)
            for r in records(path):
                key = (about["kind"], about["package"], r["path"], r["hash"])
                name = "training" if key in wanted else "held" if key in held_keys else ""
                if not name:
                    continue
                size = len(r["text"].encode())
                rows[name].append((r["licence"], size))
                totals[name, r["language"]] += size
                table.write("\t".join((about["package"], about["version"], about["kind"], name, r["language"],
                                       r["licence"], str(size), r["hash"], r["path"])) + "\n")
                if name == "training":
                    i, k = wanted[key]
                    chosen[i]["files"][k]["text"] = r["text"]
            for name, found in sorted(rows.items()) or [("", [])]:
                manifest.write("\t".join((
                    about["package"], about["version"], about["kind"], name or "-",
                    "; ".join(sorted({x for x, _ in found})), str(len(found)), str(sum(n for _, n in found)),
                    ", ".join(f"{n} {why}" for why, n in about["left_out"].items()))) + "\n")
    with whole(work / "held.jsonl") as f:
        for about, r in held:
            f.write(line_of({"package": about["package"], "language": r["language"], "path": r["path"], "text": r["text"]}))
    with whole(work / "mix.jsonl") as f:
        for group in chosen:
            f.write(line_of({"package": group["package"], "language": group["language"],
                             "files": [[x["path"], x["text"]] for x in group["files"]]}))
    sums = {lang: n for (name, lang), n in totals.items() if name == "training"}
    n_packages = len({g["package"] for g in chosen})
    note(f"{sum(sums.values()) / 1e6:.1f} MB of {n_packages} packages in {len(sums)} languages, "
         f"{len(held)} files held back, {n_copies} near copies left out")
    note("  " + ", ".join(f"{k} {v / 1e6:.1f}" for k, v in sorted(sums.items(), key=lambda x: -x[1])))

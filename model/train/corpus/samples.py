"""Turns the mixture into what the model reads: plain files, whole small repositories, and holes to
fill in (rest of a line, lines, blocks, any span; suffix first and prefix first), with pieces of
neighbouring files before them; documentation to body, tests beside the code that they test.

A sample is text in which the bytes 0 to 5 stand for end, prefix, middle, suffix, repository and
file, 6 for the end of a token; `artel-corpus encode` makes token ids of it."""
import functools
import json
import multiprocessing
import random
import re
import subprocess

import mix
import texts
from work import Failure, note, number_from, records, whole

END, PREFIX, MIDDLE, SUFFIX, REPOSITORY, FILE, BREAK = map(chr, range(7))
# Characters, as completion sees them in a context of 1,024 tokens: of a sample, behind the cursor; of a
# neighbouring file.
CHUNK, BEHIND, PIECE = 2900, 820, 1100
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,}")
WORD, MARK = r"[\w\x80-\U0010ffff]", r"[!-/:-@\[-^`{-~]"
HEALED = re.compile(rf" ?(?<!{WORD}){WORD}{{1,32}}\Z| ?(?<!{MARK}){MARK}{{1,16}}\Z|(?<![ \t])[ \t]{{1,64}}\Z", re.ASCII)
GROUPS = 200  # in one piece of work


def chunks(text, size, rng):
    begin = 0
    while begin < len(text):
        n = int(size * rng.uniform(0.5, 1.2))
        end = min(len(text), begin + n)
        if end < len(text):
            line = text.rfind("\n", begin + n // 2, end)
            end = line + 1 if line > 0 else end
        yield text[begin:end]
        begin = end


def indent(line):
    return len(line) - len(line.lstrip()) if line.strip() else 999


def rest_of_line(c, rng):
    breaks = [m.start() for m in re.finditer("\n", c)]
    for _ in range(5 if len(breaks) > 2 else 0):
        k = rng.randrange(len(breaks) - 1)
        begin, end = breaks[k] + 1, breaks[k + 1]
        line = c[begin:end]
        if not line.strip():
            continue
        cut = begin + indent(line)
        if rng.random() > 0.35:
            cut += rng.randrange(0, max(1, end - cut))
        if rng.random() < 0.15:  # a hole that ends inside of the line
            end = rng.randrange(cut, end + 1)
        return cut, end
    return None


def some_lines(c, rng):
    starts = [0] + [m.start() + 1 for m in re.finditer("\n", c)]
    if len(starts) < 6:
        return None
    lines = c.split("\n")
    first = rng.randrange(1, len(starts) - 2)
    last = min(len(starts) - 1, first + 1 + int(rng.expovariate(1 / 4)))
    if rng.random() < 0.5:  # the block: as long as nothing is less indented
        last = first + 1
        while last < len(starts) - 1 and last - first < 25 and indent(lines[last]) >= indent(lines[first]):
            last += 1
    begin, end = starts[first], starts[last] - 1
    if rng.random() < 0.7:
        begin += len(lines[first]) - len(lines[first].lstrip())
    if rng.random() < 0.3:
        begin = rng.randrange(begin, max(begin + 1, starts[first] + len(lines[first])))
    return (begin, end) if end > begin else None


def end_of_docstring(lines, first):
    """The number of the line behind the one that begins in lines[first], or 0."""
    quote = lines[first].strip()[:3] if first < len(lines) else ""
    if quote not in ('"""', "'''"):
        return 0
    if lines[first].count(quote) > 1:
        return first + 1
    return next((i + 1 for i in range(first + 1, len(lines)) if quote in lines[i]), 0)


def documented(lines):
    """Numbers of the lines in which the bodies of documented functions begin, and how far their heads are indented."""
    before = ""
    for i, line in enumerate(lines):
        text, body = line.strip(), 0
        if text.startswith(("def ", "async def ")) and text.endswith(":"):
            body = end_of_docstring(lines, i + 1)
        elif before.startswith(("//", "#", "*", "/**")) and text.endswith("{") and "(" in text and ";" not in text:
            body = i + 1
        if 0 < body < len(lines):
            yield body, indent(line)
        before = text


def documented_body(c, rng):
    """What follows a documented head, as far as it is indented more."""
    lines = c.split("\n")
    found = list(documented(lines))
    if not found:
        return None
    body, depth = rng.choice(found)
    last = next((i for i in range(body, len(lines)) if lines[i].strip() and indent(lines[i]) <= depth), len(lines))
    begin = sum(len(line) + 1 for line in lines[:body])
    end = min(len(c), begin + sum(len(line) + 1 for line in lines[body:last]))
    return (begin, end) if end - begin > 10 else None


def any_span(c, rng):
    begin = rng.randrange(len(c))
    return begin, min(len(c), begin + int(rng.expovariate(1 / 160)))


def hole(c, rng):
    kind = rng.random()
    for below, choose in ((0.08, documented_body), (0.52, rest_of_line), (0.88, some_lines), (1, any_span)):
        if kind < below:
            found = choose(c, rng)
            if found or choose is not documented_body:
                return found
    return None


def behind(c, end, rng):
    """Where the text behind a hole ends: mostly as much as completion shows, of whole lines."""
    kind = rng.random()
    if kind < 0.1:
        return end
    n = BEHIND if kind < 0.6 else rng.randrange(100, BEHIND)
    line = c.rfind("\n", end, end + n)
    return len(c) if end + n >= len(c) else line + 1 if line > end else end + n


def with_hole(c, begin, end, last, head, rng):
    """As completion asks: the word, the marks or the indentation before the cursor are left to the
    model (token healing in assist/complete/prompt), so no token ends where only the cursor stands."""
    found = HEALED.search(c, max(0, begin - 66), begin)
    cut = found.start() if found else begin
    before, middle, after = c[:cut], c[cut:end], c[end:last]
    if head:
        before = before[-1400:]
    if rng.random() < 0.7:  # suffix first: the prefix grows while what was read stays
        return PREFIX + SUFFIX + after + MIDDLE + before + BREAK + middle + END
    return PREFIX + before + SUFFIX + after + MIDDLE + middle + END


def neighbours(c, path, pieces, rng):
    """Pieces of other files that share names with this one: what tests share with their code, too."""
    names = set(IDENTIFIER.findall(c))
    some = [x for x in rng.sample(pieces, min(len(pieces), 12)) if x[0] != path]
    some.sort(key=lambda x: -len(names & x[2]) / (len(x[2]) + 20))
    return "".join(FILE + p + "\n" + text for p, text, _ in some[:rng.choice((1, 1, 2))][::-1])


def samples_of(group, rng):
    name = mix.plain_name(group["package"])
    files = group["files"]
    if len(files) > 1 and rng.random() < 0.25:
        yield REPOSITORY + name + "\n" + "".join(FILE + p + "\n" + t for p, t in files) + END
        return
    pieces = [(p, c, set(IDENTIFIER.findall(c))) for p, t in files for c in chunks(t, PIECE, rng)]
    for path, text in files:
        at = 0
        while at < len(text):
            c = next(chunks(text[at:], CHUNK, rng))
            found = hole(c, rng) if rng.random() > 0.3 and len(c) >= 200 else None
            if not found:
                at += len(c)
                yield FILE + path + "\n" + c + END
                continue
            last = behind(c, found[1], rng)
            at += last
            head = ""
            if rng.random() < 0.25 and len(pieces) > 3:
                head = REPOSITORY + name + "\n" + neighbours(c, path, pieces, rng)
            elif rng.random() < 0.3:
                head = REPOSITORY + name + "\n"
            if head or rng.random() < 0.92:
                head += FILE + path + "\n"
            yield head + with_hole(c, *found, last, head.count(FILE) > 1, rng)


def some_samples(seed, job):
    number, groups = job
    rng = random.Random(number_from(seed, number))
    return [s.encode() for g in groups for s in samples_of(g, rng)]


def held_groups(work):
    """Of each language some files that the model never learns from."""
    found = {}
    for r in records(work / "held.jsonl"):
        found.setdefault(r["language"], []).append(r)
    for language, files in sorted(found.items()):
        files.sort(key=lambda r: number_from(r["package"], r["path"]))
        for r in files[:60]:
            yield {"package": r["package"], "language": language, "files": [[r["path"], r["text"][:8000]]]}


def portions(groups):
    part = []
    number = 0
    for g in groups:
        part.append(g)
        if len(part) == GROUPS:
            yield number, part
            part, number = [], number + 1
    if part:
        yield number, part


def encode(work, groups, out, seed, processes):
    program = work.program("artel-corpus")
    n = 0
    with whole(out, "wb") as f, multiprocessing.Pool(processes) as pool:
        process = subprocess.Popen([program, "encode", str(work / "vocabulary.gguf")], stdin=subprocess.PIPE, stdout=f)
        for part in pool.imap(functools.partial(some_samples, seed), portions(groups)):
            for raw in part:
                process.stdin.write(b"%d\n" % len(raw) + raw)
                n += len(raw)
        process.stdin.close()
        if process.wait() != 0:
            raise Failure("the samples could not be encoded")
    note(f"{out.name}: {n / 1e6:.1f} MB of samples, {out.stat().st_size / 2e6:.2f} M tokens")


def make(work, seed, processes):
    for name in ("vocabulary.gguf", "held.jsonl", "mix.jsonl"):
        (work / name).stat()  # missing: told of before anything starts
    encode(work, held_groups(work), work / "valid.bin", seed, processes)
    encode(work, records(work / "mix.jsonl"), work / "train.bin", seed, processes)


def tasks(work, limit, seed):
    """Lines hidden from held-out files, for `artel replay`; and the files, for it to know."""
    n = 0
    known = work / "held"
    files = sorted(records(work / "held.jsonl"), key=lambda r: number_from(seed, r["package"], r["path"]))
    with whole(work / "tasks.jsonl") as f:
        for r in files:
            path = known / r["package"] / r["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(r["text"], encoding="utf-8")
            rng = random.Random(number_from(seed, r["package"], r["path"]))
            found = rest_of_line(r["text"], rng)
            if not found or n >= limit or len(r["text"][found[0]:found[1]].strip()) < 4:
                continue
            begin, end = found
            f.write(json.dumps({"prefix": r["text"][:begin], "target": r["text"][begin:end],
                                "suffix": r["text"][end:], "language": r["language"],
                                "package": r["package"], "path": r["path"]}) + "\n")
            n += 1
    note(f"{n} lines to be completed")

#!/usr/bin/env python3
"""How `artel script --one-line` does on one-line shell tasks that others wrote.

usage: script_lines.py [-v] [--sample N] ARTEL INTERCODE [NL2BASH]

INTERCODE is a clone of princeton-nlp/intercode (its 200 tasks over four file systems are run), NL2BASH one of TellinaTool/nl2bash (its pairs are
compared by their first utility; a sample of N, 1000 by default). Bare repositories do as well. Neither is copied into this project.

A task is run twice, each time in a new copy of its folders: the given command, and ours. They are equivalent when both leave the same files with
the same contents, and print the same lines in any order (blanks at the ends and a leading ./ do not count). Tasks whose command fails, prints
nothing and changes nothing here have no answer to compare with and are left out. Everything runs as the user nobody.
"""
import argparse
import collections
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOTS = re.compile(r"(?<![\w/.])/?(testbed|system|workspace|backup)(?=[/\s\"'`.,;)*\\]|$)")
NOBODY = 65534


def stored(repository, path):
    inside = Path(repository, path)
    if inside.exists():
        return inside.read_text(encoding="utf-8")
    return subprocess.run(["git", "--git-dir", repository, "show", f"HEAD:{path}"], capture_output=True, text=True, check=True).stdout


def write(artel, comments):
    """What artel writes for each, by its answer in JSON."""
    plain = [re.sub(r"\s+", " ", comment).strip() or "-" for comment in comments]
    done = subprocess.run([artel, "script", "--one-line", "--yes", "--json", "-"], input="\n".join(plain) + "\n", capture_output=True, text=True)
    made = [json.loads(line) for line in done.stdout.splitlines()]
    if len(made) != len(comments):
        sys.exit(f"{len(comments)} comments, {len(made)} answers: {done.stderr[-500:]}")
    return made


def first_utility(command):
    """The program that a line begins with; what only prepares it is passed over."""
    word = re.match(r"\s*(?:sudo\s+|time\s+|\w+=\$?\(?|[({!]\s*|mkdir -p [^&;]*&& )*([\w./-]+)", command)
    return os.path.basename(word.group(1)) if word else ""


def snapshot(folder):
    found = {}
    for parent, folders, names in os.walk(folder):
        for name in folders + names:
            path = os.path.join(parent, name)
            key = os.path.relpath(path, folder)
            mode = oct(os.lstat(path).st_mode)
            found[key] = (mode, os.readlink(path) if os.path.islink(path) else Path(path).read_bytes() if os.path.isfile(path) else "")
    return found


def run(setup, command, folder):
    """(exit status, lines, files) of a command in folders made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    os.chown(folder, NOBODY, NOBODY)

    def bash(text):
        return subprocess.run(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "timeout", "20", "bash", "-c", text],
                              cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "HOME": folder})

    bash(setup.replace("@", folder))
    done = bash(command.replace("@@", folder))
    lines = [re.sub(r"\s+", " ", re.sub(r"^\./", "", line)).strip() for line in done.stdout.decode("utf-8", "replace").splitlines()]
    return done.returncode, sorted(line for line in lines if line), snapshot(folder)


def move(text, mark):
    return ROOTS.sub(lambda m: f"{mark}/{m.group(1)}", text)


def intercode(artel, repository, verbose, work):
    count = collections.Counter()
    tasks = []
    for n in range(1, 5):
        setup = move(stored(repository, f"docker/bash_scripts/setup_nl2b_fs_{n}.sh"), "@")
        for task in json.loads(stored(repository, f"data/nl2bash/nl2bash_fs_{n}.json")):
            tasks.append((setup, task["query"], task["gold"]))
    folder = os.path.join(work, "here")
    made = write(artel, [move(query, folder) for _, query, _ in tasks])
    for (setup, query, gold), ours in zip(tasks, made):
        wanted = run(setup, move(gold, "@@"), folder)
        if wanted[0] and not wanted[1] and wanted[2] == run(setup, "true", folder)[2]:
            state = "no answer to compare with"
        elif ours["state"] != "written":
            state = "declined"
        else:
            got = run(setup, ours["text"], folder)
            state = "equivalent" if got[1:] == wanted[1:] else "differs"
            count["same first utility"] += first_utility(ours["text"]) == first_utility(gold)
        count[state] += 1
        if verbose and state not in ("equivalent",):
            print(f"{state}: {query}\n    theirs: {gold}\n    ours:   {(ours.get('text') or '').strip() if ours['state'] == 'written' else ours['said']}")
    total = count["equivalent"] + count["differs"] + count["declined"]
    answered = total - count["declined"]
    print(f"InterCode: {total} tasks ({count['no answer to compare with']} have no answer here): {answered} answered, "
          f"{count['equivalent']} equivalent ({100 * count['equivalent'] / total:.1f} % of all, {100 * count['equivalent'] / max(answered, 1):.1f} % of the "
          f"answered), {count['same first utility']} with the same first utility ({100 * count['same first utility'] / max(answered, 1):.1f} % of the answered)")


def nl2bash(artel, repository, size, verbose):
    pairs = list(zip(stored(repository, "data/bash/all.nl").splitlines(), stored(repository, "data/bash/all.cm").splitlines()))
    pairs = random.Random(8).sample(pairs, min(size, len(pairs)))
    made = write(artel, [sentence for sentence, _ in pairs])
    answered = same = 0
    for (sentence, command), ours in zip(pairs, made):
        if ours["state"] == "written":
            answered += 1
            alike = first_utility(ours["text"]) == first_utility(command)
            same += alike
            if verbose and not alike:
                print(f"other utility: {sentence}\n    theirs: {command}\n    ours:   {ours['text'].strip()}")
        elif verbose:
            print(f"declined: {sentence}\n    theirs: {command}\n    {ours['said']}")
    print(f"NL2Bash: {len(pairs)} tasks, {answered} answered ({100 * answered / len(pairs):.1f} %), {same} with the same first utility "
          f"({100 * same / max(answered, 1):.1f} % of the answered)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-v", action="store_true", help="print what is not equivalent")
    parser.add_argument("--sample", type=int, default=1000)
    parser.add_argument("artel")
    parser.add_argument("intercode")
    parser.add_argument("nl2bash", nargs="?")
    o = parser.parse_args()
    if os.getuid():
        sys.exit("this runs other people's commands as nobody, so it must be started by root")
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        os.makedirs(os.path.join(work, "h"))
        intercode(os.path.abspath(o.artel), o.intercode, o.v, work)
    if o.nl2bash:
        nl2bash(os.path.abspath(o.artel), o.nl2bash, o.sample, o.v)


if __name__ == "__main__":
    main()

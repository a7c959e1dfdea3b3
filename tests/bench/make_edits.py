#!/usr/bin/env python3
"""Work trees in the middle of a change: make_edits.py REPOSITORY FOLDER [COMMITS] > TASKS.jsonl

For each of the newest commits that change several places: FOLDER/<commit> is the tree before it with the change made but
not committed, but for one line, which is the task. For bench_gather -p FOLDER TASKS.jsonl.
"""
import json
import os
import re
import subprocess
import sys


def git(repo, *args):
    return subprocess.run(['git', '-C', repo, *args], check=True, capture_output=True).stdout.decode(errors='replace')


def added_lines(repo, commit):
    """(path, number of the line in the new file) of what the commit adds to code."""
    path, line, found = None, 0, []
    for text in git(repo, 'diff', '-U0', '--no-renames', commit + '~', commit).split('\n'):
        if text.startswith('+++ '):
            path = text[6:] if re.search(r'\.(c|h|cc|cpp|hpp|py|js|ts|go|rs|rb|java)$', text) else None
        elif text.startswith('@@ '):
            line = int(re.search(r'\+(\d+)', text)[1]) - 1
        elif text.startswith('+'):
            if path and len(text.strip()) > 12 and not re.match(r'\+\s*(//|#|\*|/\*)', text):
                found.append((path, line))
            line += 1
    return found


def main():
    repo, out, n = sys.argv[1], os.path.abspath(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 40
    os.makedirs(out, exist_ok=True)
    for commit in git(repo, 'log', '--no-merges', '--first-parent', '--format=%h', '-n', str(20 * n)).split():
        lines = added_lines(repo, commit) if n else []
        if len({path for path, _ in lines}) < 2:
            continue
        tree = os.path.join(out, commit)
        git(repo, 'worktree', 'add', '-f', '--detach', tree, commit)
        git(tree, 'reset', '--soft', commit + '~')
        git(tree, 'reset', '-q')
        n -= 1
        for path, line in lines[:: max(1, len(lines) // 4)][:4]:
            with open(os.path.join(tree, path), encoding='utf-8', errors='replace') as f:
                text = f.read().split('\n')
            print(json.dumps({'package': commit, 'path': path, 'prefix': '\n'.join([*text[:line], '']),
                              'target': text[line], 'suffix': '\n'.join(['', *text[line + 1:]])}))


if __name__ == '__main__':
    main()

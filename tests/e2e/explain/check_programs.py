"""Small programs in many languages, explained line by line: what is said of each is what stands in
tests/data/explain/programs/*.said, which people have read; and what README.md shows is what is said. usage: check_programs.py ARTEL SOURCE_DIR
UPDATE=1 in the environment rewrites those files."""
import os
import pathlib
import re
import shlex
import subprocess
import sys

ARTEL, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
FOLDER = SOURCE / 'tests' / 'data' / 'explain' / 'programs'


def explain(path):
    n_lines = path.read_text().count('\n')
    done = subprocess.run([ARTEL, 'explain', '--level', '1', f'{path.name}:1:1-{n_lines}'], cwd=FOLDER,
                          capture_output=True, timeout=60, check=False, env={**os.environ, 'COLUMNS': '96'})
    return done.stdout.decode() or done.stderr.decode()


def readme_faults():
    """The console blocks of README.md with `artel explain`: each command and, up to the next, what it prints."""
    faults = shown = 0
    for block in re.findall(r'```console\n(.*?)```', (SOURCE / 'README.md').read_text(), re.DOTALL):
        for command, want in re.findall(r'^\$ artel (explain .*)\n((?:(?!\$ ).*\n)*)', block, re.MULTILINE):
            done = subprocess.run([ARTEL, *shlex.split(command)], cwd=SOURCE, capture_output=True, timeout=60, check=False,
                                  env={**os.environ, 'COLUMNS': '96'})
            shown += 1
            if done.stdout.decode() != want:
                print(f'README.md: artel {command} prints\n{done.stdout.decode()}')
                faults += 1
    return faults + (shown == 0)


def main():
    faults = readme_faults()
    programs = [p for p in sorted(FOLDER.iterdir()) if p.suffix != '.said']
    for path in programs:
        want = path.with_name(path.name + '.said')
        got = explain(path)
        if os.environ.get('UPDATE'):
            want.write_text(got)
            continue
        lines = want.read_text().splitlines()
        for number, (a, b) in enumerate(zip(got.splitlines() + [''], lines + ['']), 1):
            if a != b:
                print(f'{want.name}:{number}: said\n  {a}\ninstead of\n  {b}')
                faults += 1
                break
    print(f'{len(programs)} programs')
    return faults > 0 or len(programs) < 24


sys.exit(main())

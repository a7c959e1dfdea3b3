"""How good the suggestions are: makes README's tables of hidden lines and blocks, as Markdown.
usage: quality.py ARTEL EVAL [REPOSITORY...]
EVAL has lines.jsonl.gz and blocks.jsonl.gz, tasks as `artel replay` takes them, and repos.tar.zst with the files of their
packages. Each repository, also one without a work tree, gets a row of its own: 200 places at its newest commit. What
the tables need of several packages or repositories together is in the sentences below them."""
import gzip
import json
import os
import subprocess
import sys
import tempfile

ARTEL = os.path.abspath(sys.argv[1])
EVAL = os.path.abspath(sys.argv[2])
NEAR_COPIES = ('node-lodash', 'librust-csv-dev')  # packages that hold most of their lines twice
ROWS = {'everything': 'everything', 'recall alone': 'recall alone, no model', 'one file': 'everything, but nothing besides the file itself',
        'model alone': 'the model alone'}


def replay(*words):
    """The runs by name."""
    done = subprocess.run([ARTEL, 'replay', '--json', *words], check=True, stdout=subprocess.PIPE)
    return {run['name']: run for run in json.loads(done.stdout)['runs']}


def share(of, key, digits=1):
    return f'{100 * of[key]:.{digits}f} %' if key in of else '-'


def surest(kind):
    """How many of the most confident tenth are right."""
    points = kind['precision']
    return f"{100 * min(points, key=lambda p: abs(p['coverage'] - 0.1))['precision']:.0f} %" if points else '-'


class Parsed:
    """Suggestions of several runs, and how many of them were right in what every one should be."""

    def __init__(self):
        self.places = self.shown = 0
        self.good = dict.fromkeys(('parses', 'names', 'repeats'), 0)

    def add(self, run):
        for kind in ('lines', 'blocks'):
            if kind in run:
                of = run[kind]['all']
                shown = of['shown'] * of['tasks']
                self.places += of['tasks']
                self.shown += shown
                for key in self.good:
                    self.good[key] += shown * of.get(key, 0)

    def __str__(self):
        return f'{self.places} places, {self.shown:.0f} suggestions: ' + ', '.join(f'{k} {100 * n / self.shown:.1f} %' for k, n in self.good.items())


def held_out(folder, parsed):
    subprocess.run(['tar', '--zstd', '-xf', os.path.join(EVAL, 'repos.tar.zst'), '-C', folder], check=True)
    tasks = {}
    for kind in ('lines', 'blocks'):
        with gzip.open(os.path.join(EVAL, kind + '.jsonl.gz'), 'rt', encoding='utf-8') as f:
            tasks[kind] = sorted(map(json.loads, f), key=lambda t: t['package'])
    tasks['few'] = [t for t in tasks['lines'] if t['package'] not in NEAR_COPIES]
    files = {}
    for name, some in tasks.items():
        files[name] = os.path.join(folder, name + '.jsonl')
        with open(files[name], 'w', encoding='utf-8') as f:
            f.writelines(json.dumps(t) + '\n' for t in some)
    print('| | shown | exactly right | first token right | no new syntax error | most confident tenth right |\n|---|---|---|---|---|---|')
    for name in ('lines', 'few'):
        runs = replay('--repos', folder, '--controls', files[name])
        without = '' if name == 'lines' else f'without the two packages ({len(tasks[name])} lines): '
        for run, said in ROWS.items():
            of = runs[run]['lines']['all']
            print(f"| {without}{said} | {share(of, 'shown', 0)} | {share(of, 'exact')} | {share(of, 'firstToken', 0)} | "
                  f"{share(of, 'parses')} | {surest(runs[run]['lines'])} |", flush=True)
        if name == 'lines':
            ms = runs['everything']['lines']['all']['latencyMs']
            said_of_lines = (f"{len(tasks['lines'])} lines: names {share(runs['everything']['lines']['all'], 'names')}, repeats "
                             f"{share(runs['everything']['lines']['all'], 'repeats')}; median {ms['p50']:.0f} ms, 95 % in {ms['p95']:.0f} ms")
            parsed.add(runs['everything'])
    print('\n' + said_of_lines)
    for words in ((), ('--without', 'model')):
        (run,) = replay('--repos', folder, *words, files['blocks']).values()
        of = run['blocks']['all']
        print(f"{of['tasks']} blocks{' without the model' if words else ''}: whole {share(of, 'exact')}, first line {share(of, 'firstLine')}, "
              f"no new syntax error {share(of, 'parses')}", flush=True)
        if not words:
            parsed.add(run)


def with_files(repository, folder):
    if os.path.exists(os.path.join(repository, '.git')):
        return repository
    subprocess.run(['git', 'clone', '--quiet', repository, folder], check=True)
    return folder


def repositories(paths, folder, parsed):
    print('\n| lines exactly right | everything | recall alone | one file alone | the model alone | times the model | '
          "recall's most confident tenth right |\n|---|---|---|---|---|---|---|")
    for i, path in enumerate(paths):
        repository = with_files(path, os.path.join(folder, str(i)))
        name = os.path.basename(os.path.abspath(path).removesuffix('/repo')).split('+')[-1]
        places, commits = ('--limit', '200'), ('--commits', '30', '--limit', '150')
        for said, words in (('', places), (', last 30 commits', commits))[:2 if i == 0 else 1]:
            runs = replay('--controls', *words, repository)
            exact = {run: runs[run]['lines']['all']['exact'] for run in ROWS}
            print(f'| {name}{said} | ' + ' | '.join(f'{100 * exact[run]:.1f} %' for run in ROWS) +
                  f" | {exact['everything'] / (exact['model alone'] or float('nan')):.1f} | {surest(runs['recall alone']['lines'])} |", flush=True)
            if words == places:
                parsed.add(runs['everything'])


with tempfile.TemporaryDirectory() as scratch:
    all_parsed = Parsed()
    os.mkdir(os.path.join(scratch, 'packages'))
    held_out(os.path.join(scratch, 'packages'), all_parsed)
    if sys.argv[3:]:
        repositories(sys.argv[3:], scratch, all_parsed)
    print(f'\n{all_parsed}')

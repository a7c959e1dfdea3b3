"""Runs the examples of the knowledge that say what they print. usage: run_examples.py SOURCE_DIR

A language whose tool is not installed is named and left out; exit status 77 when none is."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1])

C_FRAME = '#include <stdio.h>\n#include <string.h>\nint main(void)\n{\n%s\nreturn 0;\n}\n'


def script(*command):
    def run(code, folder):
        path = folder / 'example'
        path.write_text(code)
        return subprocess.run([*command, str(path)], capture_output=True, timeout=60, check=False)
    return run


def compiled(suffix, frame, *command):
    def run(code, folder):
        path = folder / ('example' + suffix)
        path.write_text(frame(code))
        built = subprocess.run([*command, str(path), '-o', str(folder / 'program')], capture_output=True,
                               timeout=120, check=False)
        if built.returncode != 0:
            return built
        return subprocess.run([str(folder / 'program')], capture_output=True, timeout=20, check=False)
    return run


def go(code, folder):
    path = folder / 'example.go'
    path.write_text(code)
    return subprocess.run(['go', 'run', str(path)], capture_output=True, timeout=120, check=False)


RUNNERS = {
    'python': ('python3', script('python3')),
    'bash': ('bash', script('bash')),
    'javascript': ('node', script('node')),
    'ruby': ('ruby', script('ruby')),
    'php': ('php', script('php', '-d', 'display_errors=0')),
    'lua': ('lua5.4', script('lua5.4')),
    'c': ('gcc', compiled('.c', lambda code: C_FRAME % code, 'gcc', '-w', '-std=c11')),
    'rust': ('rustc', compiled('.rs', lambda code: 'fn main() {\n%s\n}\n' % code, 'rustc', '-Awarnings')),
    'go': ('go', go),
}


def entries(text):
    """(key, fields) of each entry; blocks are indented by four spaces."""
    for part in re.split(r'(?m)^(?=\[)', text):
        key = re.match(r'\[(.*)\]\n', part)
        if not key:
            continue
        fields = {}
        for match in re.finditer(r'(?m)^(code|prints):(?: (.+)|((?:\n(?:    .*|(?=\n    )))+))$', part):
            lines = match[2] if match[2] is not None else '\n'.join(
                line[4:] for line in match[3][1:].split('\n'))
            fields[match[1]] = lines
        yield key[1], fields


def main():
    ran = faults = 0
    for folder, (tool, run) in sorted(RUNNERS.items()):
        if not shutil.which(tool):
            print(f'{folder}: left out, there is no {tool}')
            continue
        n = 0
        for key, fields in entries((ROOT / 'grammars' / folder / 'explain.txt').read_text()):
            if 'prints' not in fields:
                continue
            n += 1
            with tempfile.TemporaryDirectory() as place:
                done = run(fields['code'] + '\n', pathlib.Path(place))
            # The file's reader trims the ends of lines' values; so does this.
            got = done.stdout.decode('utf-8', 'replace').strip()
            if got != fields['prints'].strip():
                print(f"{folder} [{key}]: printed\n{got}\ninstead of\n{fields['prints']}\n"
                      f"{done.stderr.decode('utf-8', 'replace')[-600:]}")
                faults += 1
        print(f'{folder}: {n} examples')
        ran += n
    if ran == 0:
        return 77
    print(f'{ran} examples, {faults} wrong')
    return faults > 0


sys.exit(main())

"""Which languages the user knows is learned from the commits that are theirs: the server compares with
the language of those. usage: learn_languages.py ARTEL"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../clients'))
from client import Buffer, Client  # noqa: E402

ARTEL = os.path.abspath(sys.argv[1])
PATIENCE = 30  # seconds
RUST = 'fn f() -> Result<i32, E> {\n    let n = g()?;\n    Ok(n)\n}\n'


def git(folder, *arguments):
    subprocess.run(['git', '-c', 'user.name=a', '-c', 'user.email=a@b', '-C', folder, *arguments], check=True,
                   stdout=subprocess.DEVNULL)


def main():
    if not shutil.which('git'):
        print('there is no git')
        return 77
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
        git(folder, 'init', '-q')
        git(folder, 'config', 'user.email', 'a@b')
        for i in range(4):
            pathlib.Path(folder, 'a.py').write_text(f'print({i})\n')
            git(folder, 'add', '.')
            git(folder, 'commit', '-qm', 'm')
        server = Client(ARTEL, env={**os.environ, 'XDG_CACHE_HOME': home, 'HOME': home})
        server.start(folder=folder)
        uri = f'file://{folder}/b.rs'
        Buffer(server, uri, RUST, language='rust')
        place = {'line': 1, 'character': 15}
        until, said = time.monotonic() + PATIENCE, ''
        while 'In Python' not in said and time.monotonic() < until:
            said = server.request('workspace/executeCommand', {
                'command': 'artel.explain', 'arguments': [{'uri': uri, 'range': {'start': place, 'end': place}}]})['value']
            time.sleep(0.05)
        server.request('shutdown', None)
        server.send({'method': 'exit'})
        server.p.wait(timeout=PATIENCE)
    print(said)
    return 0 if 'In Python' in said else 1


sys.exit(main())

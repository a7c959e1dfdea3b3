"""Which languages the user knows is learned from the commits that are theirs: the server compares with
the language of those. usage: learn_languages.py ARTEL"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ARTEL = os.path.abspath(sys.argv[1])
PATIENCE = 30  # seconds
RUST = 'fn f() -> Result<i32, E> {\n    let n = g()?;\n    Ok(n)\n}\n'


def git(folder, *arguments):
    subprocess.run(['git', '-c', 'user.name=a', '-c', 'user.email=a@b', '-C', folder, *arguments], check=True,
                   stdout=subprocess.DEVNULL)


class Server:
    def __init__(self, folder, home):
        self.p = subprocess.Popen([ARTEL, 'lsp'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  env={**os.environ, 'XDG_CACHE_HOME': home, 'HOME': home})
        self.n = 0

    def send(self, message):
        body = json.dumps({'jsonrpc': '2.0', **message}).encode()
        self.p.stdin.write(b'Content-Length: %d\r\n\r\n' % len(body) + body)
        self.p.stdin.flush()

    def request(self, method, params):
        self.n += 1
        self.send({'id': self.n, 'method': method, 'params': params})
        while True:
            length = 0
            while line := self.p.stdout.readline().strip():
                if line.lower().startswith(b'content-length:'):
                    length = int(line.split(b':')[1])
            m = json.loads(self.p.stdout.read(length))
            if m.get('id') == self.n and 'method' not in m:
                return m.get('result')


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
        server = Server(folder, home)
        server.request('initialize', {'processId': None, 'capabilities': {},
                                      'workspaceFolders': [{'uri': 'file://' + folder, 'name': 'p'}]})
        server.send({'method': 'initialized', 'params': {}})
        uri = f'file://{folder}/b.rs'
        server.send({'method': 'textDocument/didOpen', 'params': {'textDocument': {
            'uri': uri, 'languageId': 'rust', 'version': 1, 'text': RUST}}})
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

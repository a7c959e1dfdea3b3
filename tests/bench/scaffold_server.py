"""scaffold_server.py ARTEL [RUNS]: from a code action to its edit: a 1 KB sample to full TypeScript in the
server, as an editor asks for it (codeAction/resolve), in milliseconds."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ARTEL = sys.argv[1]
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 200
ROW = {'id': 1, 'name': 'Ada Lovelace', 'email': 'ada@example.com', 'role': 'admin', 'active': True,
       'created_at': '2024-03-02T08:30:00Z', 'balance': '12.50', 'tags': ['a', 'b'],
       'address': {'street': '1 Main', 'city': 'Oslo', 'zip': '0150'}}
SAMPLE = json.dumps([dict(ROW, id=i) for i in range(4)])


class Server:
    def __init__(self, folder):
        self.p = subprocess.Popen([ARTEL, 'lsp'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  env={**os.environ, 'XDG_CACHE_HOME': folder})
        self.n = 0

    def send(self, method, params, ask=True):
        self.n += ask
        message = {'jsonrpc': '2.0', 'method': method, 'params': params}
        if ask:
            message['id'] = self.n
        body = json.dumps(message).encode()
        self.p.stdin.write(b'Content-Length: %d\r\n\r\n%s' % (len(body), body))
        self.p.stdin.flush()
        while ask:
            size = 0
            while (line := self.p.stdout.readline().strip()):
                size = int(line.split(b':')[1])
            answer = json.loads(self.p.stdout.read(size))
            if answer.get('id') == self.n and 'method' not in answer:
                return answer
        return None


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        action = {'dataSupport': True, 'resolveSupport': {'properties': ['edit']},
                  'codeActionLiteralSupport': {'codeActionKind': {'valueSet': []}}}
        server.send('initialize', {'processId': None, 'capabilities': {
            'textDocument': {'codeAction': action},
            'workspace': {'workspaceEdit': {'resourceOperations': ['create']}}}})
        server.send('initialized', {}, ask=False)
        uri = f'file://{folder}/users.json'
        server.send('textDocument/didOpen', {'textDocument': {
            'uri': uri, 'languageId': 'json', 'version': 1, 'text': SAMPLE}}, ask=False)
        times = []
        for _ in range(RUNS):
            begin = time.perf_counter()
            answer = server.send('codeAction/resolve', {
                'title': 'x', 'data': {'uri': uri, 'target': 'typescript'}})
            times.append((time.perf_counter() - begin) * 1e3)
            assert 'edit' in answer['result'], answer
        server.send('shutdown', None)
        server.send('exit', None, ask=False)
        server.p.wait(10)
        times.sort()
        print(f'{len(SAMPLE)} bytes to TypeScript, {RUNS} times: median {statistics.median(times):.2f} ms, '
              f'90 % {times[RUNS * 9 // 10]:.2f} ms, longest {times[-1]:.2f} ms')


main()

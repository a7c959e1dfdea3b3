"""scaffold_server.py ARTEL [RUNS]: from a code action to its edit: a 1 KB sample to full TypeScript in the
server, as an editor asks for it (codeAction/resolve), in milliseconds."""
import json
import os
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'clients'))
from client import Client  # noqa: E402

ARTEL = sys.argv[1]
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 200
ROW = {'id': 1, 'name': 'Ada Lovelace', 'email': 'ada@example.com', 'role': 'admin', 'active': True,
       'created_at': '2024-03-02T08:30:00Z', 'balance': '12.50', 'tags': ['a', 'b'],
       'address': {'street': '1 Main', 'city': 'Oslo', 'zip': '0150'}}
SAMPLE = json.dumps([dict(ROW, id=i) for i in range(4)])


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Client(ARTEL, cache=folder)
        action = {'dataSupport': True, 'resolveSupport': {'properties': ['edit']},
                  'codeActionLiteralSupport': {'codeActionKind': {'valueSet': []}}}
        server.start({'textDocument': {'codeAction': action},
                      'workspace': {'workspaceEdit': {'resourceOperations': ['create']}}})
        uri = f'file://{folder}/users.json'
        server.notify('textDocument/didOpen', {'textDocument': {
            'uri': uri, 'languageId': 'json', 'version': 1, 'text': SAMPLE}})
        times = []
        for _ in range(RUNS):
            begin = time.perf_counter()
            answer = server.request('codeAction/resolve', {
                'title': 'x', 'data': {'uri': uri, 'target': 'typescript'}})
            times.append((time.perf_counter() - begin) * 1e3)
            assert 'edit' in answer, answer
        server.stop()
        times.sort()
        print(f'{len(SAMPLE)} bytes to TypeScript, {RUNS} times: median {statistics.median(times):.2f} ms, '
              f'90 % {times[RUNS * 9 // 10]:.2f} ms, longest {times[-1]:.2f} ms')


main()

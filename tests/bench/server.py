"""The process from outside: start to printed suggestion, and the server's memory and idle processor time.
usage: server.py ARTEL [FILE]     (Linux: reads /proc)"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'clients'))
from client import Client  # noqa: E402

artel = os.path.abspath(sys.argv[1])
source = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
path = os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else os.path.join(source, 'model', 'pretokenize.c'))
text = open(path, encoding='utf-8').read()
lines = text.split('\n')


def whole_process():
    times, baseline = [], []
    for i in range(15):
        start = time.perf_counter()
        subprocess.run([artel, '--version'], capture_output=True, check=True)
        baseline.append((time.perf_counter() - start) * 1e3)
        start = time.perf_counter()
        subprocess.run([artel, 'complete', '--blind', f'{path}:{len(lines) * 2 // 3 + i}'], capture_output=True, check=False)
        times.append((time.perf_counter() - start) * 1e3)
    print(f'artel complete on {len(lines)} lines, whole process: median {statistics.median(times):.0f} ms, '
          f'max {max(times):.0f} ms (starting and doing nothing: {statistics.median(baseline):.0f} ms)')


def opened(s, uri):
    """The file opened and completed in once; the request."""
    s.start()
    s.notify('textDocument/didOpen', {'textDocument': {'uri': uri, 'languageId': 'c', 'version': 1, 'text': text}})
    line = len(lines) * 2 // 3
    ask = {'textDocument': {'uri': uri}, 'position': {'line': line, 'character': len(lines[line])}, 'context': {'triggerKind': 1}}
    s.request('textDocument/inlineCompletion', ask)
    return ask, line


def memory(s, what):
    """When nothing is left to be read."""
    before = -100
    while s.cpu_ms() - before > 20:
        before = s.cpu_ms()
        time.sleep(1)
    print(f'resident memory, {what}: {s.memory_mb():.0f} MB, of them {s.memory_mb("RssAnon"):.0f} its own, the others pages of program, '
          'model and index')


def alone():
    with tempfile.TemporaryDirectory() as folder:
        s = Client(artel, cache=folder)
        copy = shutil.copy(path, folder)
        opened(s, 'file://' + copy)
        memory(s, 'a file without a repository')
        s.stop()


def server(how, trigger):
    s = Client(artel)
    uri = 'file://' + path
    ask, line = opened(s, uri)
    ask['context'] = {'triggerKind': trigger}
    version, column, times = 1, 0, []
    typed = 'value = compute_sum(first, second, third); /* and so on until the line is long */'
    s.notify('textDocument/didChange', {'textDocument': {'uri': uri, 'version': 2}, 'contentChanges': [
        {'range': {'start': {'line': line, 'character': 0}, 'end': {'line': line, 'character': len(lines[line])}}, 'text': '    '}]})
    version, column = 2, 4
    for c in typed:
        version += 1
        s.notify('textDocument/didChange', {'textDocument': {'uri': uri, 'version': version}, 'contentChanges': [
            {'range': {'start': {'line': line, 'character': column}, 'end': {'line': line, 'character': column}}, 'text': c}]})
        column += 1
        start = time.perf_counter()
        answer = s.wait(s.ask('textDocument/inlineCompletion', {**ask, 'position': {'line': line, 'character': column}}))
        times.append((time.perf_counter() - start) * 1e3)
        assert 'error' not in answer, answer
        time.sleep(0.02)
    times.sort()
    print(f'inlineCompletion after one typed character, {how}, through the pipe: median {times[len(times) // 2]:.1f} ms, '
          f'p95 {times[len(times) * 95 // 100]:.1f} ms ({len(times)} requests)')
    memory(s, 'a file of a repository, which is learned and indexed')
    before = s.cpu_ms()
    time.sleep(5)
    print(f'processor time in 5 idle seconds: {s.cpu_ms() - before:.0f} ms')
    s.stop()


whole_process()
alone()
server('as an editor asks while one types', 2)
server('as when the user asks for three', 1)

"""A person at the keyboard, as an editor's client tells it: part of a real file is typed again at six keys a second, each
key with a request that nothing cancels, now and then with a pause; twice the same, while the project is read and
afterwards. Printed: how long answers take that are the rest of what was shown; how long after the last key before a
pause a suggestion stands there, and why none does; answers for a text that is no more; processor time when nobody
types. usage: session.py ARTEL [FILE [KEYS]]     (Linux: reads /proc)"""
import collections
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'clients'))
from client import INLINE, Buffer, Client  # noqa: E402

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))
KEY_S, PAUSE_S, PAUSE_EVERY = 1 / 6, 0.7, 7


def percentiles(name, ms, goals):
    ms = sorted(ms)
    said = ', '.join(f'{p} % in {ms[min(len(ms) - 1, len(ms) * p // 100)]:.2f} ms (at most {goal})' for p, goal in goals) if ms else 'none'
    print(f'  {name}: {len(ms)}; {said}')


class Session:
    def __init__(self, artel, path, cache):
        self.c = Client(artel, cache=cache)
        self.c.start(INLINE, {}, ROOT, trace='messages')
        with open(path, encoding='utf-8') as f:
            text = f.read()
        # From the middle on, forty lines are not written yet.
        begin = text.index('\n}\n', len(text) // 2) + 3
        end = begin
        for _ in range(40):
            end = text.index('\n', end) + 1
        self.doc = Buffer(self.c, 'file://' + path, text[:begin] + '\n' + text[end:])
        self.begin, self.part = begin, text[begin:end]
        self.afresh()

    def afresh(self):
        self.cursor, self.todo = self.begin, self.part
        self.rest, self.visible, self.any, self.empty = [], [], [], collections.Counter()

    def why_none(self):
        why = self.c.request('workspace/executeCommand', {'command': 'artel.why', 'arguments': [{'uri': self.doc.uri}]})
        return why.split('\n')[0].removeprefix('nothing is shown: ')

    def traces(self):
        return [n['params']['message'] for n in self.c.notifications if n['method'] == '$/logTrace']

    def strike(self):
        """Types a key and asks; the request's number, and when it was."""
        key, self.todo = self.todo[0], self.todo[1:]
        struck = time.perf_counter()
        self.c.notify('textDocument/didChange', self.doc.change(self.cursor, self.cursor, key))
        self.cursor += 1
        marker = self.c.ask('workspace/executeCommand', {'command': 'artel.why', 'arguments': []})
        return struck, marker, self.c.ask('textDocument/inlineCompletion', {
            'textDocument': {'uri': self.doc.uri}, 'position': self.doc.position(self.cursor), 'context': {'triggerKind': 2}})

    def key(self, pause):
        said = len(self.traces())
        struck, _, number = self.strike()
        has = bool(self.c.wait(number).get('result'))
        ms = (time.perf_counter() - struck) * 1e3
        why = self.why_none()  # behind the request's trace
        for t in self.traces()[said:]:
            if 'from what was shown' in t:
                self.rest.append(float(t.split('after ')[1].split(' ms')[0]))
        if has:
            self.any.append(ms)
            if pause:
                self.visible.append(ms)
        elif pause:
            self.empty[why] += 1
        time.sleep(max(0, struck + (PAUSE_S if pause else KEY_S) - time.perf_counter()))

    def flood(self, keys):
        """Keys faster than answers: an answer with items that comes when the server has read a newer text is one too many."""
        asked = []
        for _ in range(min(keys, len(self.todo))):
            asked.append(self.strike())
            time.sleep(0.01)
        self.c.wait(asked[-1][2])
        order = {number: i for i, number in enumerate(self.c.answers)}
        late = [n for (_, _, n), (_, marker, _) in zip(asked, asked[1:])
                if self.c.answers[n].get('result') and order[n] > order[marker]]
        print(f'{len(asked)} keys 10 ms apart: {sum(bool(self.c.answers[n].get("result")) for _, _, n in asked)} suggestions, '
              f'{len(late)} of them for a text that was no more')

    def idle(self, what):
        time.sleep(2)
        before = self.c.cpu_ms()
        time.sleep(2)
        print(f'  processor time in the third and fourth second after the last key, {what}: {self.c.cpu_ms() - before:.0f} ms')

    def type(self, keys, what):
        print(f'{what}:')
        for i in range(min(keys, len(self.todo))):
            self.key(i % PAUSE_EVERY == PAUSE_EVERY - 1)
        percentiles('the rest of what was shown, in the server', self.rest, [(50, 1), (99, 1)])
        percentiles('a suggestion after the last key before a pause', self.visible, [(50, 60), (95, 150)])
        percentiles('a suggestion after any key', self.any, [(50, 60), (95, 150)])
        print(f'  pauses without a suggestion: {sum(self.empty.values())}' + ''.join(f'\n    {n}: {why}' for why, n in self.empty.most_common()))
        self.idle(what)
        self.c.notify('textDocument/didChange', self.doc.change(self.begin, self.cursor, ''))
        self.afresh()


artel = os.path.abspath(sys.argv[1])
path = os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, 'lsp', 'suggest.c'))
keys = int(sys.argv[3]) if len(sys.argv) > 3 else 250
with tempfile.TemporaryDirectory() as cache:
    s = Session(artel, path, cache)
    print(f'{path}, {s.doc.text.count(chr(10))} lines')
    s.type(keys, 'while the project is read for the first time')
    s.idle('at rest')
    s.type(keys, 'afterwards')
    s.flood(100)
    sys.exit(s.c.stop())

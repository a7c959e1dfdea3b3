"""The server and the files of its folder: what stands in them is suggested in another.
usage: test_project.py ARTEL"""
import os
import sys
import tempfile
import time
import unittest
import unittest.mock

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'clients'))
from client import Buffer, Client  # noqa: E402

ARTEL = os.path.abspath(sys.argv[1])
PATIENCE = 60  # seconds; a loaded machine reads slowly
CALL = '    frobnicate_everything(the_widget, %d, "in a way no model knows");\n'
HEAD = 'void f(void)\n{\n    enum oddity unusual = begin_of_everything_odd();\n'
START = HEAD + '    frobnicate_everything('


CACHE = tempfile.TemporaryDirectory()  # of all servers here: not the user's own


class Server(Client):
    def __init__(self, folder, options=None, watch=True, cache=CACHE.name):
        super().__init__(ARTEL, cache=cache)
        self.version = 0
        self.edits = []
        self.start({'textDocument': {'inlineCompletion': {}}, 'window': {'workDoneProgress': True},
                    'workspace': {'applyEdit': True, 'didChangeWatchedFiles': {'dynamicRegistration': watch, 'relativePatternSupport': watch}}},
                   {'budgetMs': 0, **(options or {})}, folder)

    def progress(self, kind=None):
        """What was told of reading folders: (token, value)."""
        all = [n['params'] for n in self.notifications if n['method'] == '$/progress' and 'read' in n['params']['token']]
        return [(p['token'], p['value']) for p in all if kind in (None, p['value']['kind'])]

    def applied(self):
        """The changes of the next workspace/applyEdit."""
        while not self.edits:
            self.receive()
        return self.edits.pop(0)['edit']['changes']

    def receive(self):
        m = super().receive()
        if m.get('method') == 'workspace/applyEdit':
            self.edits.append(m['params'])
        return m

    def configure(self, **settings):
        self.notify('workspace/didChangeConfiguration', {'settings': {'artel': {'budgetMs': 0, **settings}}})

    def folders(self, **event):
        self.notify('workspace/didChangeWorkspaceFolders', {'event': {
            k: [{'uri': 'file://' + p, 'name': 'p'} for p in event.get(k, [])] for k in ('added', 'removed')}})

    def open(self, path, text):
        self.notify('textDocument/didOpen', {'textDocument': {
            'uri': 'file://' + path, 'languageId': 'c', 'version': 1, 'text': text}})

    def close_document(self, path):
        self.notify('textDocument/didClose', {'textDocument': {'uri': 'file://' + path}})

    def changed(self, *paths):
        self.notify('workspace/didChangeWatchedFiles',
                    {'changes': [{'uri': 'file://' + p, 'type': 2} for p in paths]})

    def suggest(self, path, text):
        """The suggestions at the end of `text`, which becomes the document's."""
        self.version += 1
        text = f'// {self.version}\n{text}'  # a new place: nothing shown before answers for it
        self.notify('textDocument/didChange', {
            'textDocument': {'uri': 'file://' + path, 'version': self.version + 1},
            'contentChanges': [{'text': text}]})
        lines = text.split('\n')
        result = self.request('textDocument/inlineCompletion', {
            'textDocument': {'uri': 'file://' + path}, 'context': {'triggerKind': 1},
            'position': {'line': len(lines) - 1, 'character': len(lines[-1])}})
        return [item['insertText'] for item in (result or {}).get('items', [])]


class Project(unittest.TestCase):
    def setUp(self):
        outer = tempfile.TemporaryDirectory()
        self.addCleanup(outer.cleanup)
        self.dir = os.path.join(os.path.realpath(outer.name), 'project')
        os.mkdir(self.dir)

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        return path

    def serve(self, *args, **kw):
        s = Server(*args, **kw)
        self.addCleanup(s.kill)
        return s

    def until(self, s, path, text, want, first=True):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            got = s.suggest(path, text)
            if want in (got[:1] if first else got):
                return
            time.sleep(0.05)
        self.fail(f'{want!r} was never suggested, the last was {got!r}')

    def test_a_name_that_became_another_follows_in_files_that_are_not_open(self):
        other = self.write('lib/other.c', HEAD + CALL % 7 + '}\n')
        here = os.path.join(self.dir, 'here.c')
        s = self.serve(self.dir)
        s.open(here, '')
        self.until(s, here, START, 'the_widget, 7, "in a way no model knows");')
        line = len((HEAD).split('\n'))  # the version's line is above
        s.notify('textDocument/didChange', {
            'textDocument': {'uri': 'file://' + here, 'version': 1000}, 'contentChanges': [
                {'range': {'start': {'line': line, 'character': 4}, 'end': {'line': line, 'character': 14}},
                 'text': 'improve'}]})
        # For Copilot's clients one at a time.
        answer = s.request('textDocument/copilotInlineEdit', {
            'textDocument': {'uri': 'file://' + here, 'version': 1000},
            'position': {'line': line, 'character': 4}})
        self.assertEqual([(e['text'], e['textDocument']) for e in answer['edits']],
                         [('improve_everything', {'uri': 'file://' + other, 'version': None})])
        s.request('workspace/executeCommand', {
            'command': 'artel.nextEdit', 'arguments': [{'uri': 'file://' + here, 'project': True}]})
        edits = s.applied()
        self.assertEqual([e['newText'] for e in edits['file://' + other]], ['improve_everything'])

    def test_what_another_file_says_is_suggested_and_follows_it(self):
        other = self.write('lib/other.c', HEAD + CALL % 7 + '}\n')
        here = os.path.join(self.dir, 'here.c')
        s = self.serve(self.dir)
        s.open(here, '')
        self.until(s, here, START, 'the_widget, 7, "in a way no model knows");')
        self.assertIn('workspace/didChangeWatchedFiles', s.registered)
        # It changes on disk.
        self.write('lib/other.c', HEAD + CALL % 8 + '}\n')
        s.changed(other)
        self.until(s, here, START, 'the_widget, 8, "in a way no model knows");')
        # It is opened and edited: the file does not count.
        s.open(other, HEAD + CALL % 9 + '}\n')
        s.suggest(other, HEAD + CALL % 9 + '    ')
        s.changed(other)
        self.until(s, here, START, 'the_widget, 9, "in a way no model knows");')
        # Closed without saving: it counts again.
        s.close_document(other)
        self.until(s, here, START, 'the_widget, 8, "in a way no model knows");')
        # A new file; the old one is gone.
        new = self.write('lib/new.c', HEAD + CALL % 6 + '}\n')
        os.unlink(other)
        s.changed(other, new)
        self.until(s, here, START, 'the_widget, 6, "in a way no model knows");')
        self.assertEqual(s.stop(), 0)

    def test_the_next_line_is_found_while_one_is_read_with_the_import_it_brings(self):
        body = '    frob.everything(thing, "in a way no model knows")\n    return frob.afterwards(thing)\n'
        for name in 'one', 'two', 'three':
            self.write(f'lib/{name}.py', f'import frob\n\n\ndef {name}(thing):\n{body}')
        here = os.path.join(self.dir, 'lib', 'here.py')
        s = self.serve(self.dir)
        b = Buffer(s, 'file://' + here, '"""Here."""\n\n\ndef here(thing):\n    frob.e', language='python')

        def suggested():
            result = s.request('textDocument/inlineCompletion', {
                'textDocument': {'uri': b.uri}, 'context': {'triggerKind': 2}, 'position': b.position(len(b.text))})
            return (result or {}).get('items', [None])[0]

        def edit(begin, end, text):
            s.notify('textDocument/didChange', b.change(begin, end, text))

        deadline, item = time.monotonic() + PATIENCE, None
        while not (item and 'edits' in item['command']['arguments'][0]):
            self.assertLess(time.monotonic(), deadline, item)
            edit(len(b.text), len(b.text), 'v')  # typed anew: nothing shown before answers for it
            edit(len(b.text) - 1, len(b.text), '')
            edit(len(b.text) - 1, len(b.text), 'e')
            item = suggested()
        time.sleep(2)  # a user reads it
        edit(b.offset(item['range']['start']), b.offset(item['range']['end']), item['insertText'].split('\n')[0])
        s.request('workspace/executeCommand', item['command'])
        (added,) = s.applied()[b.uri]
        self.assertEqual(added['newText'].strip(), 'import frob')
        edit(b.offset(added['range']['start']), b.offset(added['range']['end']), added['newText'])
        edit(len(b.text), len(b.text), '\n    ')
        self.assertEqual(suggested()['insertText'], 'return frob.afterwards(thing)')
        why = s.request('workspace/executeCommand', {'command': 'artel.why', 'arguments': [{'uri': b.uri}]})
        self.assertIn('found ahead', why)

    def test_what_must_not_be_read_is_not_suggested(self):
        secret = 'qZ8vR2mK' + '4xW9tB6nL1pD'
        self.write('.env', f'API_TOKEN={secret}\n' * 3)
        self.write('.artelignore', 'private/\n')
        self.write('private/a.c', HEAD + CALL % 5 + '}\n')
        self.write('config.c', f'static const char *api_token = "{secret}";\n' * 3)
        self.write('public.c', HEAD + '    public_thing(one, two, three, 4);\n}\n')
        here = os.path.join(self.dir, 'here.c')
        s = self.serve(self.dir)
        s.open(here, '')
        # When this one is known, all are: they were read in this order or not at all.
        self.until(s, here, HEAD + '    public_thing(one', ', two, three, 4);')
        for _ in range(6):
            for text in s.suggest(here, START):
                self.assertNotIn('the_widget, 5', text)
            for text in s.suggest(here, 'static const char *api_token = "'):
                self.assertNotIn(secret[:6], text)
            time.sleep(0.05)
        self.assertEqual(s.stop(), 0)

    def test_learning_can_be_switched_off(self):
        self.write('other.c', HEAD + CALL % 7 + '}\n')
        here = os.path.join(self.dir, 'here.c')
        s = self.serve(self.dir, {'learnProject': False})
        s.open(here, '')
        for _ in range(6):
            self.assertNotIn('the_widget, 7, "in a way no model knows");', s.suggest(here, START))
            time.sleep(0.05)
        self.assertNotIn('workspace/didChangeWatchedFiles', s.registered)
        self.assertEqual(s.stop(), 0)

    def test_stops_while_reading(self):
        for i in range(400):
            self.write(f'd{i % 20}/f{i}.c', HEAD + CALL % i * 50 + '}\n')
        for wait in (0, 0.01, 0.1):
            s = self.serve(self.dir)
            time.sleep(wait)
            self.assertEqual(s.stop(), 0)

    def test_a_file_alone_is_seen_in_its_repository(self):
        self.write('lib/other.c', HEAD + CALL % 7 + '}\n')
        here = os.path.join(self.dir, 'here.c')
        os.mkdir(os.path.join(self.dir, '.git'))  # enough to be one: the files are found by walking
        s = self.serve(None)
        s.open(here, '')
        self.until(s, here, START, 'the_widget, 7, "in a way no model knows");')
        # Its files are watched by a client that can.
        watched = [r['registerOptions']['watchers'] for r in s.registrations]
        self.assertIn([{'globPattern': {'baseUri': 'file://' + self.dir, 'pattern': '**/*'}}], watched)
        s.configure(learnProject=False)
        s.suggest(here, START)
        self.assertEqual(len(s.registrations), 0)
        s.configure()
        s.suggest(here, START)
        self.assertEqual([r['registerOptions']['watchers'] for r in s.registrations], watched)
        self.assertEqual(s.stop(), 0)

    def test_the_home_is_no_project(self):
        """Editors name it when they were started there."""
        self.write('loose.c', HEAD + CALL % 9 + '}\n')
        self.write('mine/other.c', HEAD + CALL % 7 + '}\n')
        os.mkdir(os.path.join(self.dir, 'mine/.git'))
        here = os.path.join(self.dir, 'mine/here.c')
        with unittest.mock.patch.dict(os.environ, HOME=self.dir + '/'):
            s = self.serve(self.dir)
        s.open(here, '')
        self.until(s, here, START, 'the_widget, 7, "in a way no model knows");')
        self.assertEqual([t for t in s.suggest(here, START) if '9' in t], [])
        self.assertEqual(s.stop(), 0)

    def test_folders_come_and_go_and_may_have_the_same_name(self):
        one, two = (os.path.join(self.dir, d, 'same') for d in 'ab')
        first, second = self.write('a/same/other.c', HEAD + CALL % 7 + '}\n'), self.write('b/same/other.c', HEAD + CALL % 8 + '}\n')
        s = self.serve(one)
        s.open(first, HEAD + CALL % 7 + '}\n')  # a file of this name is open, in the one folder
        here = os.path.join(two, 'here.c')
        s.open(here, '')
        self.assertNotIn('the_widget, 8, "in a way no model knows");', s.suggest(here, START))
        s.folders(added=[two])
        s.close_document(first)
        os.unlink(first)
        s.changed(first)
        self.until(s, here, START, 'the_widget, 8, "in a way no model knows");', first=False)
        # What happens in a folder that was removed is not followed.
        s.folders(removed=[two])
        self.write('b/same/other.c', HEAD + CALL % 5 + '}\n')
        s.changed(second)
        self.assertNotIn('the_widget, 5, "in a way no model knows");', s.suggest(here, START))
        s.folders(added=[two, two])
        self.until(s, here, START, 'the_widget, 5, "in a way no model knows");', first=False)
        self.assertEqual(s.stop(), 0)

    def test_reading_is_shown_and_can_be_cancelled(self):
        lines = ''.join(f'int value_{i}(int a) {{ return a + {i}; }}\n' for i in range(300))
        for i in range(60):
            self.write(f'd{i % 9}/f{i}.c', lines)
        with tempfile.TemporaryDirectory() as cache:
            s = self.serve(self.dir, cache=cache)
            while not s.progress('begin'):
                s.receive()
            token, value = s.progress('begin')[0]
            self.assertTrue(value['cancellable'] and value['title'] == 'artel: reading project', value)
            s.notify('window/workDoneProgress/cancel', {'token': token})
            while not s.progress('end'):
                s.receive()
            self.assertEqual(s.progress('end'), [(token, {'kind': 'end', 'message': 'stopped'})])
            s.open(os.path.join(self.dir, 'here.c'), '')
            s.suggest(os.path.join(self.dir, 'here.c'), START)
            said = [n['params']['message'] for n in s.notifications if n['method'] == 'window/showMessage']
            self.assertEqual([m.split('.')[0] for m in said], ['artel reads no more of project'])
            time.sleep(0.5)
            s.suggest(os.path.join(self.dir, 'here.c'), START)
            self.assertEqual(s.progress()[-1][1]['kind'], 'end')
            # Switched off and on, it reads on, to the end.
            s.configure(learnProject=False)
            s.configure()
            while len(s.progress('end')) < 2:
                s.receive()
            new, value = s.progress()[-1]
            self.assertNotEqual(new, token)
            told = [v.get('percentage', 100) for t, v in s.progress() if t == new]
            self.assertEqual(told, sorted(told))
            self.assertRegex(value['message'], r'^\d+ files$')
            self.assertEqual(s.stop(), 0)

    def test_a_folder_that_nobody_watches(self):
        self.write('other.c', HEAD + CALL % 7 + '}\n')
        here = os.path.join(self.dir, 'here.c')
        s = self.serve(self.dir, watch=False)
        self.assertNotIn('workspace/didChangeWatchedFiles', s.registered)
        s.open(here, '')
        self.until(s, here, START, 'the_widget, 7, "in a way no model knows");')
        self.write('other.c', HEAD + CALL % 8 + '}\n')
        time.sleep(5)  # what saving makes the server look at anew, but not all the time
        s.notify('textDocument/didSave', {'textDocument': {'uri': 'file://' + here}})
        self.until(s, here, START, 'the_widget, 8, "in a way no model knows");')
        self.assertEqual(s.stop(), 0)

    def test_a_folder_that_is_not_there(self):
        s = self.serve(os.path.join(self.dir, 'gone'))
        here = os.path.join(self.dir, 'gone', 'here.c')
        s.open(here, '')
        s.suggest(here, START)
        self.assertEqual(s.stop(), 0)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])

"""`artel scaffold` as a person uses it. usage: test_scaffold.py ARTEL"""
import json
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../clients'))
from client import Client  # noqa: E402

ARTEL = sys.argv[1]
USERS = '[{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bo"}]'


class Scaffold(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = folder.name

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        return path

    def read(self, name):
        with open(os.path.join(self.dir, name), encoding='utf-8') as f:
            return f.read()

    def run_it(self, *args, stdin=''):
        p = subprocess.run([ARTEL, 'scaffold', *args], input=stdin.encode(), capture_output=True,
                           timeout=120, cwd=self.dir, check=False,
                           env={**os.environ, 'XDG_CACHE_HOME': os.path.join(self.dir, 'cache')})
        return p.returncode, p.stdout.decode(), p.stderr.decode()

    def test_one_file_goes_to_standard_output(self):
        sample = self.write('users.json', USERS)
        code, from_file, err = self.run_it(sample, '--to', 'typescript')
        self.assertEqual((code, err), (0, ''))
        self.assertIn('export interface User {', from_file)
        code, again, _ = self.run_it('--to', 'typescript', '--name', 'users', stdin=USERS)
        self.assertEqual(code, 0)
        self.assertEqual(again.split('\n')[1:], from_file.split('\n')[1:])

    def test_several_files_need_a_folder(self):
        sample = self.write('users.json', USERS)
        code, out, err = self.run_it(sample, '--to', 'typescript,python')
        self.assertEqual((code, out), (2, ''))
        self.assertIn('-o FOLDER', err)
        code, out, _ = self.run_it(sample, '--to', 'typescript,python', '-o', 'new/out')
        self.assertEqual(code, 0)
        self.assertEqual(sorted(os.listdir(os.path.join(self.dir, 'new/out'))),
                         ['users.py', 'users.ts'])
        self.assertEqual(out.count('new  '), 2)

    def test_every_target_of_the_list_writes(self):
        code, listed, _ = self.run_it('--list')
        self.assertEqual(code, 0)
        names = [line.split()[0] for line in listed.split('\n') if line.startswith('  ')]
        self.assertGreater(len(names), 10)
        code, out, err = self.run_it('--to', ','.join(names), '-o', 'all', stdin=USERS)
        self.assertEqual((code, err), (0, ''))
        self.assertGreaterEqual(out.count('new  '), len(names))

    def test_samples_in_a_folder_and_a_hint(self):
        self.write('users/1.json', '{"id": 1, "m": {"a": 1, "b": 2}}')
        self.write('users/2.json', '{"id": 2, "m": {"a": 3, "b": 4}, "extra": true}')
        code, out, _ = self.run_it('users', '--to', 'typescript')
        self.assertEqual(code, 0)
        self.assertIn('export interface Users {', out)
        self.assertIn('extra?: boolean;', out)
        self.assertNotIn('Record<string, number>', out.split('type Check')[0])
        self.write('users.hints.json', '{"/m": "map"}')
        _, out, _ = self.run_it('users', '--to', 'typescript')
        self.assertIn('m: Record<string, number>;', out)

    def test_samples_of_several_things(self):
        self.write('users.json', '{"data": [{"id": 7, "name": "Ada"}, {"id": 9, "name": "Bo"}], "total": 2}')
        self.write('orders.json', '[{"id": 1, "user_id": 9, "total": 12.5}, {"id": 2, "user_id": 7, "total": 1.25}]')
        code, out, err = self.run_it('orders.json', 'users.json', '--to', 'typescript,go,app', '-o', 'out')
        self.assertEqual(code, 0)
        self.assertIn('orders.json and users.json are samples of different things', err)
        self.assertIn('/** refers to users.id; e.g. 9 */', self.read('out/orders.ts'))
        self.assertIn('data: User[];', self.read('out/users.ts'))
        # What one of them wrote is there for the other: Go has one package in a folder.
        self.assertEqual({self.read(f'out/{name}.go').split('\npackage ')[1].split()[0] for name in ('users', 'orders')}, {'orders'})
        database = self.read('out/orders-users.sqlite.sql')
        db = sqlite3.connect(':memory:')
        db.executescript(database)
        self.assertEqual(db.execute('SELECT name, total FROM orders JOIN users ON users.id = user_id ORDER BY 1').fetchall(),
                         [('Ada', 1.25), ('Bo', 12.5)])
        self.assertEqual(db.execute('PRAGMA foreign_key_list(orders)').fetchone()[2:5], ('users', 'user_id', 'id'))
        self.assertFalse(os.path.exists(os.path.join(self.dir, 'out/users.sqlite.sql')))
        _, out, _ = self.run_it('users.json', 'orders.json', '--explain')
        self.assertIn('"user_id": integer; refers to users.id; 2 of 2', out)
        self.assertIn('\nUsers: ', '\n' + out)
        # The same thing twice, and where it is said to be.
        self.write('first.json', '[{"id": 1, "name": "Cy", "mail": "c@x.org"}]')
        self.write('second.json', '[{"id": 2, "name": "Di", "mail": "d@x.org"}]')
        for words in (['first.json', 'second.json'], ['users.json', 'orders.json', '--one']):
            code, out, err = self.run_it(*words, '--to', 'python')
            self.assertEqual((code, err), (0, ''), words)

    def test_hints_for_strings(self):
        sample = self.write('s.json', '[{"a": "x", "b": "x", "c": "2024-01-02"}, {"a": "y", "b": "y", "c": "2024-01-03"}]')
        self.write('s.hints.json', '{"/-/a": "enum", "/-/c": "string"}')
        _, out, _ = self.run_it(sample, '--to', 'typescript')
        self.assertIn('= "x" | "y" | (string & {});', out)
        self.assertIn('  b: string;', out)
        self.assertIn('/** e.g. 2024-01-02 */', out)
        self.write('s.hints.json', '{"/-/a": "date"}')
        code, _, err = self.run_it(sample, '--to', 'typescript')
        self.assertEqual(code, 1)
        self.assertIn('map, record, list, tuple, enum or string', err)

    def test_pointer_and_saved_responses(self):
        body = '{"data": {"items": [{"id": 1}]}}'
        http = f'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{body}'
        for text in (body, http):
            code, out, _ = self.run_it('--to', 'typescript', '--at', '/data/items/-',
                                       '--name', 'thing', stdin=text)
            self.assertEqual(code, 0)
            self.assertIn('export interface Thing {', out)
        code, _, err = self.run_it('--to', 'typescript', '--at', '/nope', stdin=body)
        self.assertEqual(code, 1)
        self.assertIn('/nope leads nowhere', err)

    def test_a_recording_names_what_it_asked_for(self):
        entries = [{'request': {'method': 'GET', 'url': url}, 'response': {'content': {'mimeType': 'application/json', 'text': text}}}
                   for url, text in (('https://x.org/v1/users?page=1', '[{"id": 1}]'), ('https://x.org/v1/users?page=2', '[{"id": 2}]'))]
        har = self.write('session.har', json.dumps({'log': {'entries': entries}}))
        code, out, err = self.run_it(har, '--to', 'typescript')
        self.assertEqual(code, 0)
        self.assertIn('export interface User {', out)
        self.assertIn('HAR: 2 JSON responses of /v1/users used\n', err)
        entries.append({'request': {'url': 'https://x.org/v1/users/1/posts'}, 'response': {'content': {
            'mimeType': 'application/json', 'text': '[{"id": 5, "user_id": 2, "text": "hi"}]'}}})
        self.write('session.har', json.dumps({'log': {'entries': entries}}))
        code, out, err = self.run_it(har, '--to', 'typescript,sqlite', '-o', 'har')
        self.assertEqual(sorted(os.listdir(os.path.join(self.dir, 'har'))), ['posts.ts', 'users-posts.sqlite.sql', 'users.ts'])
        self.assertIn('users and posts are samples of different things', err)
        self.assertIn('refers to users.id', self.read('har/posts.ts'))

    def test_members_keep_their_names_when_asked(self):
        sample = self.write('n.json', '{"userId": 1, "first_name": "x", "_id": "q", "class": 2}')
        for target, custom, original in (('python', 'user_id: int', 'userId: int'),
                                         ('java', 'String firstName', 'String first_name'),
                                         ('go', 'UserID int64', 'UserId int64'),
                                         ('sqlite', '"user_id" INTEGER', '"userId" INTEGER')):
            self.assertIn(custom, self.run_it(sample, '--to', target)[1])
            code, out, _ = self.run_it(sample, '--to', target, '--names', 'original')
            self.assertEqual(code, 0)
            self.assertIn(original, out)
        self.assertEqual(self.run_it(sample, '--to', 'go', '--names', 'x')[0], 2)
        # The project's own habit counts where nothing is said.
        self.write('pkg/a.py', 'def fooBar(aB, cD):\n    xY = aB\n    return xY + cD\n')
        self.run_it(sample, '--to', 'python', '-o', 'pkg')
        self.assertIn('firstName: str', self.read('pkg/n.py'))

    def test_which_records_become_one_type(self):
        text = '{"a": {"x": {"id": 1, "n": "s"}}, "b": {"x": {"id": 2, "n": "t"}}}'
        for which, types in (('never', 2), ('identical', 1), ('similar', 1)):
            _, out, _ = self.run_it('--to', 'typescript', '--merge', which, stdin=text)
            self.assertEqual(out.count('  id: number;'), types, which)
        self.assertEqual(self.run_it('--to', 'go', '--merge', 'x', stdin=text)[0], 2)

    def test_tables_are_samples(self):
        self.write('people.csv', '\ufeffid;name;zip;active;note;note\r\n1;"Ann ""A""";03000;true;;x\r\n'
                                 '2;"Bob;\nline";12010;false;"";\r\n\r\n')
        code, out, err = self.run_it('people.csv', '--to', 'typescript')
        self.assertEqual((code, err), (0, ''))
        for line in ('id: number;', 'name: string;', 'zip: string;', 'active: boolean;', 'note: string | null;',
                     '"note 6": string | null;'):
            self.assertIn('  ' + line, out)
        self.run_it('people.csv', '--to', 'mock-server', '-o', '.')
        rows = subprocess.run([sys.executable, '-c', 'import people_mock as m; print(*(r for _, r in m.ROWS), sep=chr(10))'],
                              cwd=self.dir, capture_output=True, text=True, check=True, timeout=60).stdout
        self.assertEqual([json.loads(row) for row in rows.splitlines()], [
            {'id': 1, 'name': 'Ann "A"', 'zip': '03000', 'active': True, 'note': None, 'note 6': 'x'},
            {'id': 2, 'name': 'Bob;\nline', 'zip': '12010', 'active': False, 'note': '', 'note 6': None}])
        self.write('ragged.csv', 'a\ntrue,,x\n1,2,3,')
        _, out, _ = self.run_it('ragged.csv', '--to', 'typescript')
        for line in ('a: string;', '"column 2": number | null;', '"column 3": string;'):
            self.assertIn('  ' + line, out)
        self.write('bad.csv', 'a,b\n1,"x\n')
        code, _, err = self.run_it('bad.csv', '--to', 'go')
        self.assertEqual(code, 1)
        self.assertIn('line 2: the quote that opens here is never closed', err)

    def test_the_only_list_of_an_answer_is_its_rows(self):
        for text, is_rows in (('{"products": [{"id": 1}, {"id": 2}], "total": 9, "skip": 0, "limit": 2}', True),
                              ('{"products": [{"id": 1}, {"id": 2}]}', True),
                              ('{"customer": "Ada", "products": [{"id": 1}, {"id": 2}]}', False)):
            _, out, _ = self.run_it('--to', 'sqlite', stdin=text)
            self.assertEqual('CREATE TABLE "products" (\n' in out, is_rows, text)

    def test_settings_are_samples(self):
        self.write('app.yaml', 'services:\n  - &web {name: web, port: 80, tags: [a]}\n  - <<: *web\n    name: db\n')
        self.write('app.toml', '[[services]]\nname = "web"\nport = 0x50\n\n[[services]]\nname = "db"\nport = 5_432\n')
        self.write('app.xml', '<app><services name="web"><port>80</port></services><services name="db"/></app>')
        for name, lines in (('app.yaml', ('name: string;', 'port: number;', 'tags: string[];')),
                            ('app.toml', ('name: string;', 'port: number;')),
                            ('app.xml', ('"@name": string;', 'port?: number;'))):
            code, out, err = self.run_it(name, '--to', 'typescript')
            self.assertEqual((code, err), (0, ''), name)
            for line in ('services: Service[];', *lines):
                self.assertIn('  ' + line, out)
            # Nobody says what standard input is.
            with open(os.path.join(self.dir, name), encoding='utf-8') as sample:
                self.assertEqual(self.run_it('--to', 'typescript', '--name', 'app', stdin=sample.read())[1].splitlines()[1:],
                                 out.splitlines()[1:], name)
        self.write('bad.yml', 'a:\n\tb: 1\n')
        code, _, err = self.run_it('bad.yml', '--to', 'go')
        self.assertEqual(code, 1)
        self.assertIn('bad.yml: line 2, column 1: a tab; YAML is indented with spaces', err)

    def test_explain_shows_the_evidence(self):
        code, out, _ = self.run_it('--explain', '--name', 'users', stdin=USERS)
        self.assertEqual(code, 0)
        self.assertIn('"name": string; 2 of 2, null 0; 2 different; e.g. Ada', out)
        _, out, _ = self.run_it('--explain', '--name', 'x', stdin='[{"created_at": 1700000000}, {"created_at": 1700000900}]')
        self.assertIn('"created_at": seconds since 1970; 2 of 2', out)

    def test_explain_tries_the_first_records_on_the_others(self):
        rows = [{'id': i, 'note': 'x'} for i in range(20)]
        rows[7]['note'] = None
        rows[12] = {'id': 12}
        _, out, _ = self.run_it('--explain', '--name', 'rows', stdin=json.dumps(rows))
        self.assertIn('"id": integer; 20 of 20, null 0; 0 to 19; e.g. 0', out)
        self.assertIn('Self-check on 20 records', out)
        self.assertIn('first 1: 89.5 % of 19; the first that does not: ', out)
        self.assertIn('first 10: 90.0 % of 10; the first that does not: ', out)
        self.assertNotIn('first 100', out)

    def test_what_happens_to_unknown_keys(self):
        one, more = '{"id": 1, "sub": {"a": 1}}', '{"id": 1, "sub": {"a": 1, "b": 2.50}}'
        for unknown, wanted in (('ignore', one), ('keep', more), ('reject', "$.sub: unknown key 'b'")):
            self.run_it('--to', 'python', '--name', 'thing', '--unknown', unknown, '-o', unknown, stdin=one)
            code = ('import thing, sys\ntry:\n    print(thing.serialize_thing(thing.parse_thing(sys.argv[1])))\n'
                    'except TypeError as e:\n    print(e)\n')
            done = subprocess.run([sys.executable, '-c', code, more], cwd=os.path.join(self.dir, unknown),
                                  capture_output=True, text=True, check=True, timeout=60)
            if unknown == 'reject':
                self.assertEqual(done.stdout.strip(), wanted)
            else:
                self.assertEqual(json.loads(done.stdout), json.loads(wanted))
            self.run_it('--to', 'tests-python,tests-typescript', '--name', 'thing', '--unknown', unknown, '-o', unknown, stdin=one)
            subprocess.run([sys.executable, '-m', 'unittest', '-q', 'test_thing'], cwd=os.path.join(self.dir, unknown),
                           capture_output=True, check=True, timeout=60)
            self.assertIn('assert.throws(' if unknown == 'reject' else 'assert.doesNotThrow(',
                          self.read(f'{unknown}/thing.test.ts').split('test("unknown keys')[1].split('});')[0])
            _, out, _ = self.run_it('--to', 'zod', '--unknown', unknown, stdin=one)
            self.assertIn({'ignore': 'z.object(', 'keep': 'z.looseObject(', 'reject': 'z.strictObject('}[unknown], out)
        _, out, err = self.run_it('--to', 'rust', '--unknown', 'keep', stdin=one)
        self.assertIn('    #[serde(flatten)]\n    pub unknown: BTreeMap<String, Box<RawValue>>,', out)
        self.assertEqual(err, '')
        _, _, err = self.run_it('--to', 'go', '--unknown', 'keep', stdin=one)
        self.assertIn('the target go ignores unknown keys all the same', err)

    def test_bad_json_says_where_and_what(self):
        for text, where in (('{"a": tru}', 'line 1, column 7: expected a value'),
                            ('{"a": 1', 'the text ends inside the object opened at line 1'),
                            ('[1 "x"]', 'line 1, column 4: expected `,` or `]`'),
                            ('', 'there is no JSON in it')):
            code, out, err = self.run_it('--to', 'go', stdin=text)
            self.assertEqual((code, out), (1, ''))
            self.assertIn(where, err)

    def test_bad_words(self):
        for args, what in ((['--to', 'cobol'], 'no target `cobol`; there are: app, typescript'),
                           ([], '--to'), (['--to', 'go', '--diff'], '-o FOLDER'),
                           (['--nonsense'], 'nonsense')):
            code, out, err = self.run_it(*args, stdin=USERS)
            self.assertEqual((code, out), (2, ''))
            self.assertIn(what, err)
        code, _, err = self.run_it('nowhere.json', '--to', 'go')
        self.assertEqual(code, 1)
        self.assertIn('nowhere.json', err)

    def test_changes_by_hand_are_kept(self):
        self.run_it('--to', 'typescript', '-o', '.', '--name', 'users', stdin=USERS)
        self.write('users.ts', '// mine\n' + self.read('users.ts'))
        grown = USERS.replace('"name"', '"mail": "a@b.org", "name"')
        more = ['--to', 'typescript', '-o', '.', '--name', 'users']
        before = self.read('users.ts')
        code, out, _ = self.run_it(*more, '--diff', stdin=grown)
        self.assertEqual(code, 0)
        self.assertIn('\n+  mail: string;\n', out)
        self.assertEqual(self.read('users.ts'), before)
        code, out, _ = self.run_it(*more, stdin=grown)
        self.assertEqual(code, 0)
        self.assertIn('merged', out)
        self.assertTrue(self.read('users.ts').startswith('// mine\n'))
        self.assertIn('  mail: string;\n', self.read('users.ts'))

    def test_conflicts_leave_the_file_alone(self):
        more = ['--to', 'typescript', '-o', '.', '--name', 'users']
        self.run_it(*more, stdin=USERS)
        self.write('users.ts', self.read('users.ts').replace('  name: string;', '  name: "Ada";'))
        before = self.read('users.ts')
        other = USERS.replace('"Ada"', '1').replace('"Bo"', '2')
        code, out, err = self.run_it(*more, stdin=other)
        self.assertEqual((code, out), (1, ''))
        self.assertIn('users.ts:', err)
        self.assertIn('nothing was written', err)
        self.assertEqual(self.read('users.ts'), before)
        code, out, _ = self.run_it(*more, '--conflicts', stdin=other)
        self.assertEqual(code, 0)
        self.assertIn('<<<<<<< yours', self.read('users.ts'))

    def test_a_file_of_the_user_is_not_touched(self):
        self.write('users.ts', 'mine\n')
        code, out, err = self.run_it('--to', 'typescript,go', '-o', '.', '--name', 'users',
                                     stdin=USERS)
        self.assertEqual((code, out), (1, ''))
        self.assertIn('was not written by artel', err)
        self.assertEqual(self.read('users.ts'), 'mine\n')
        self.assertFalse(os.path.exists(os.path.join(self.dir, 'users.go')))

    def test_a_folder_that_cannot_be_written(self):
        if os.geteuid() == 0:
            self.skipTest('root may write everywhere')
        os.mkdir(os.path.join(self.dir, 'closed'))
        os.chmod(os.path.join(self.dir, 'closed'), stat.S_IRUSR | stat.S_IXUSR)
        code, _, err = self.run_it('--to', 'go', '-o', 'closed', stdin=USERS)
        self.assertEqual(code, 1)
        self.assertIn('closed', err)

    def test_hostile_names_stay_inside_their_quotes(self):
        evil = ('{"*/ evil(); /*": "\\u2028</script>\'; DROP TABLE users; --", '
                '"${process.exit(1)}": "`$(touch /tmp/x)`", "\\n#{exit}": "\\u0000\\u001b[2J"}')
        code, listed, _ = self.run_it('--list')
        names = [line.split()[0] for line in listed.split('\n') if line.startswith('  ')]
        code, out, err = self.run_it('--to', ','.join(names), '-o', 'x', '--name', '*/ ../../e"\'',
                                     stdin=evil)
        self.assertEqual((code, err), (0, ''))
        for line in out.strip().split('\n'):
            path = line.split(None, 1)[1]
            self.assertEqual(os.path.commonpath([path, os.path.join(self.dir, 'x')]),
                             os.path.join(self.dir, 'x'))
            with open(path, 'rb') as f:
                text = f.read()
            self.assertNotIn(b'\x1b', text)
            self.assertNotIn(b'\x00', text)
            self.assertNotIn(b'</script>\'', text)


class PlainClient(unittest.TestCase):
    """An editor that cannot create files: the server writes them, and says so."""

    def test_the_server_writes(self):
        with tempfile.TemporaryDirectory() as folder:
            uri = f'file://{folder}/users.json'
            doc = {'uri': uri, 'languageId': 'json', 'version': 1, 'text': USERS}
            ask = {'uri': uri, 'target': 'typescript'}
            server = self.server(folder, {'textDocument': {'codeAction': {}}}, doc)
            answer = server.wait(server.ask('workspace/executeCommand', {'command': 'artel.scaffold', 'arguments': [ask]}))
            said = server.notifications
            server.stop()
            self.assertIsNone(answer['result'])
            shown = [m['params']['message'] for m in said
                     if m.get('method') == 'window/showMessage']
            self.assertEqual(shown, ['artel: users.ts (new)'])
            with open(os.path.join(folder, 'users.ts'), encoding='utf-8') as f:
                self.assertIn('export interface User {', f.read())

    def server(self, folder, capabilities, doc):
        """A server that has the document open; its cache is in the folder."""
        server = Client(ARTEL, cache=folder)
        self.addCleanup(server.kill)
        server.start(capabilities)
        server.notify('textDocument/didOpen', {'textDocument': doc})
        return server

    def test_a_long_sample_shows_how_far_it_is_and_stops_when_told(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'big.ndjson'), 'w', encoding='utf-8') as f:
                f.writelines('{"id": %d, "text": "%s"}\n' % (i, 'x' * 80) for i in range(400000))
            uri = f'file://{folder}/types.ts'
            doc = {'uri': uri, 'languageId': 'typescript', 'version': 1, 'text': '// from big.ndjson\n'}
            ask = {'uri': uri, 'target': 'typescript',
                   'range': {'start': {'line': 0, 'character': 0}, 'end': {'line': 0, 'character': 0}}}
            server = self.server(folder, {'textDocument': {'codeAction': {}}, 'window': {'workDoneProgress': True}}, doc)
            number = server.ask('workspace/executeCommand', {'command': 'artel.scaffold', 'arguments': [ask]})
            kinds = []
            while number not in server.answers:
                message = server.receive()
                token = message.get('params', {}).get('token', '') if message.get('method') == '$/progress' else ''
                if token.startswith('artel/sample/'):
                    kinds.append(message['params']['value']['kind'])
                    if kinds == ['begin']:
                        self.assertTrue(message['params']['value']['cancellable'])
                        server.notify('window/workDoneProgress/cancel', {'token': token})
            answer = server.answers[number]
            server.stop()
            self.assertEqual((kinds[:1], kinds[-1:]), (['begin'], ['end']), answer)
            self.assertEqual(answer['error']['code'], -32800)
            self.assertFalse(os.path.exists(os.path.join(folder, 'big.ts')))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])

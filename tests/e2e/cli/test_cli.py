"""The command line as a person uses it. usage: test_cli.py ARTEL SOURCE_DIR MAKE_GGUF"""
import json
import math
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

ARTEL, SOURCE, MAKE_GGUF = sys.argv[1:4]
KNOWN = os.path.join(SOURCE, 'base', 'str.c')


def run(*args, stdin=b'', env=None):
    p = subprocess.run([ARTEL, *args], input=stdin, capture_output=True, timeout=120,
                       env={**os.environ, **(env or {})}, check=False)
    return p.returncode, p.stdout.decode('utf-8', 'replace'), p.stderr.decode('utf-8', 'replace')


class Help(unittest.TestCase):
    def test_no_command_is_usage_on_stderr(self):
        code, out, err = run()
        self.assertEqual((code, out), (2, ''))
        self.assertIn('artel complete', err)

    def test_version(self):
        code, out, _ = run('--version')
        self.assertEqual(code, 0)
        self.assertRegex(out, r'^artel \d+\.\d+\.\d+\n$')

    def test_every_command_has_help_both_ways(self):
        overview = run('help')[1]
        for command in ('lsp', 'complete', 'model', 'bench', 'tokenize', 'replay', 'explain', 'scaffold', 'index'):
            self.assertIn(f'artel {command}', overview)
            code, text, _ = run('help', command)
            self.assertEqual(code, 0)
            self.assertTrue(text.startswith(f'artel {command}'), text)
            self.assertEqual(run(command, '--help'), (0, text, ''))

    def test_unknown_command_and_option(self):
        code, out, err = run('compleet')
        self.assertEqual((code, out), (2, ''))
        self.assertIn("'compleet'", err)
        code, out, err = run('complete', '--nonsense', KNOWN)
        self.assertEqual((code, out), (2, ''))
        self.assertIn('nonsense', err)
        self.assertEqual(run('help', 'nonsense')[0], 2)


class Output(unittest.TestCase):
    COMMANDS = (['help'], ['help', 'scaffold'], ['scaffold', '--help'], ['--version'],
                ['scaffold', '--list'], ['script', '--list'], ['script', 'show the files of this folder by size'],
                ['explain', '--list'], ['explain', KNOWN], ['generate', '--list', KNOWN + ':30'],
                ['tokenize'], ['model', 'info'], ['complete', '--json', KNOWN + ':30'],
                ['scaffold', '--to', 'go'], ['scaffold', '--explain'])

    def test_a_reader_that_has_seen_enough_ends_it_quietly(self):
        for words in self.COMMANDS:
            reader, writer = os.pipe()
            os.close(reader)
            # As below a parent that ignores the signal: Python does.
            p = subprocess.run([ARTEL, *words], input=b'[{"id": 1}]', stdout=writer, stderr=subprocess.PIPE,
                               timeout=120, check=False, restore_signals=False)
            os.close(writer)
            self.assertEqual((p.returncode, p.stderr), (-signal.SIGPIPE, b''), words)

    def test_a_full_disk_is_told(self):
        with open('/dev/full', 'wb') as full:
            p = subprocess.run([ARTEL, 'scaffold', '--list'], stdout=full, stderr=subprocess.PIPE, timeout=120, check=False)
        self.assertEqual((p.returncode, p.stderr), (1, b'artel scaffold: the output could not be written\n'))


class Explain(unittest.TestCase):
    def explain(self, text, place, *args, name='f.py'):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, name)
            with open(path, 'wb') as f:
                f.write(text)
            return run('explain', *args, path + place)

    def test_a_mistyped_language_gets_the_nearest(self):
        code, out, err = run('explain', '--lang', 'pyhton', 'x')
        self.assertEqual((code, out), (2, ''))
        self.assertIn("is it 'python'?", err)
        self.assertNotIn('is it', run('explain', '--lang', 'qqqqqqqq', 'x')[2])

    def test_broken_code_is_told_from_plain_code(self):
        code, _, err = self.explain(b'fn f( { let x = ;\n', ':1:9', name='f.rs')
        self.assertNotEqual(code, 0)
        self.assertIn('does not parse here', err)

    def test_a_place_names_this_code(self):
        code, out, err = self.explain(b'if 0:\n    last = names[-3:-1]\n', ':2:19')
        self.assertEqual((code, err), (0, ''))
        self.assertIn('The items of `names`, or characters, from position `-3`', out)
        self.assertIn('Inside:', out)

    def test_one_line_and_another_language(self):
        code, out, _ = self.explain(b'x = xs[1:2]\n', ':1:8', '--level', '1')
        self.assertEqual((code, out.count('\n')), (0, 1))
        _, out, _ = self.explain(b'x = xs[1:2]\n', ':1:8', '--in', 'javascript')
        self.assertIn('In JavaScript', out)
        self.assertIn('xs.slice(', out)

    def test_a_line_a_selection_a_file(self):
        text = b'a = 1\nb, c = f(x)\nfor q in b:\n    pass\n'
        _, out, _ = self.explain(text, ':2')
        self.assertIn('Takes `f(x)` apart', out)
        self.assertIn('Calls `f` with `x`', out)
        self.assertNotIn('`q`', out)
        _, out, _ = self.explain(text, ':2:1-3:5')
        self.assertIn('for each `q` in `b`', out)
        self.assertIn('   3  ', self.explain(text, '')[1])

    def test_a_fragment_given_as_a_word(self):
        code, out, _ = run('explain', '--lang', 'python', 'lambda u: u + 1')
        self.assertEqual(code, 0)
        self.assertIn('takes `u` and returns `u + 1`', out)

    def test_lists(self):
        self.assertIn('python', run('explain', '--list')[1])
        self.assertIn('assignment expression', run('explain', '--list', 'python')[1])

    def test_hostile_names_stay_text(self):
        text = 'x = f(\u202eabc, "\x1b[31m`**")\n'.encode()
        code, out, _ = self.explain(text, ':1:5')
        self.assertEqual(code, 0)
        self.assertNotIn('\x1b', out)
        self.assertNotIn('\u202e', out)
        self.assertIn('\\u202e', out)
        self.assertIn('Note:', out)

    def test_what_cannot_be_explained_is_said(self):
        code, out, err = run('explain', '--lang', 'klingon', 'x')
        self.assertEqual((code, out), (2, ''))
        self.assertIn("'klingon'", err)
        code, out, err = self.explain(b'plain words\n', ':1:2', name='f.txt')
        self.assertEqual((code, out), (1, ''))
        self.assertIn('plain text', err)
        code, out, err = self.explain(b'# only a comment\n', ':1:4')
        self.assertEqual((code, err), (0, ''))
        self.assertIn('A comment for people', out)
        code, _, err = self.explain(b'x = 1\n', ':9:1')
        self.assertEqual(code, 1)
        self.assertIn('no line 9', err)
        self.assertEqual(run('explain')[0], 2)


class Complete(unittest.TestCase):
    def setUp(self):
        outer = tempfile.TemporaryDirectory()
        self.addCleanup(outer.cleanup)
        # The model is told the folder's name: with a random one no two runs ask the same.
        self.dir = os.path.join(outer.name, 'project')
        os.mkdir(self.dir)

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, 'wb') as f:
            f.write(text)
        return path

    def complete(self, spot, *args, **kw):
        code, out, err = run('complete', '--json', *args, spot, **kw)
        self.assertIn(code, (0, 3), err)
        return json.loads(out)

    def test_json_ranges_hold_the_cursor(self):
        text = b'def add(a, b):\n    return a + b\n\n\ndef subtract(a, b):\n    return \n'
        r = self.complete(self.write('m.py', text) + ':6:12')
        self.assertEqual(r['cursorByte'], text.rindex(b'\n'))
        self.assertIn('built in', r['model'])
        for item in r['items']:
            self.assertLessEqual(item['beginByte'], r['cursorByte'])
            self.assertGreaterEqual(item['endByte'], r['cursorByte'])
            self.assertTrue(item['text'].strip())
            self.assertNotIn('\n', item['text'])
            self.assertTrue(0 < item['confidence'] <= 1)

    def test_same_input_same_bytes(self):
        spot = KNOWN + ':20'
        a, b = self.complete(spot), self.complete(spot)
        self.assertEqual(a['items'], b['items'])

    def test_several_are_different(self):
        for text in (b'int main(void)\n{\n    int x = ', b'int main(void)\n{\n    retu'):  # at a word, in one
            items = self.complete(self.write('s.c', text), '-n', '4')['items']
            texts = [i['text'] for i in items]
            self.assertEqual(len(texts), len(set(texts)))
            self.assertEqual(len(texts), 4, texts)

    def test_plain_output_is_the_text_alone(self):
        spot = self.write('sum.py', b'def add(a, b):\n    return a + b\n') + ':2:12'
        code, out, _ = run('complete', '--blind', spot)
        self.assertEqual(code, 0)
        r = self.complete(spot, '--blind')
        self.assertEqual(out, r['items'][0]['text'] + '\n')
        self.assertEqual(r['hidden'], 'a + b')
        self.assertEqual(r['items'][0]['endByte'], r['cursorByte'])

    def test_what_was_written_comes_before_the_model(self):
        block = b'    frobnicate(the_widget, %d, "in a way that no model knows");\n    advance();\n'
        text = b'void f(void)\n{\n' + b''.join(block % 7 for _ in range(3)) + b'    frobnicate(the_\n}\n'
        items = self.complete(self.write('w.c', text) + ':9')['items']
        self.assertEqual(items[0]['source'], 'written before')
        self.assertEqual(items[0]['text'], 'widget, 7, "in a way that no model knows");')

    def test_secrets_are_not_suggested(self):
        value = b'qZ8vR2mK' + b'4xW9tB6nL1pD'
        text = b''.join(b'API_TOKEN = "%s"\n' % value for _ in range(3)) + b'API_TOKEN = "'
        for item in self.complete(self.write('settings.py', text) + ':4')['items']:
            self.assertNotIn(value[:8].decode(), item['text'])
        r = self.complete(self.write('.env', text) + ':4')
        self.assertEqual(r['items'], [])
        self.assertIn('secrets', r['silentBecause'])

    def test_columns_count_characters(self):
        path = self.write('u.py', 'x = "äöü😀"\n'.encode())
        self.assertEqual(self.complete(path + ':1:11')['cursorByte'], 5 + 6 + 4 + 1)
        self.assertEqual(self.complete(path + ':1')['cursorByte'], 5 + 6 + 4 + 1)

    def test_standard_input(self):
        r = self.complete(':1:5', stdin=b'x = \n')
        self.assertEqual(r['cursorByte'], 4)
        self.assertEqual(self.complete('-', stdin=b'x = \n')['cursorByte'], 5)

    def test_colon_in_the_file_name(self):
        path = self.write('a:3', b'x = \n')
        self.assertEqual(self.complete(path + ':1')['cursorByte'], 4)
        self.assertEqual(self.complete(path)['cursorByte'], 5)

    def test_carriage_returns_stay_out(self):
        path = self.write('w.c', b'int main(void)\r\n{\r\n    return \r\n}\r\n')
        r = self.complete(path + ':3')
        self.assertEqual(r['cursorByte'], 16 + 3 + 11)

    def test_bad_places_say_what_is_wrong(self):
        path = self.write('p.py', b'ab\ncd\n')
        os.mkfifo(os.path.join(self.dir, 'fifo'))
        for spot, word in ((path + ':9:1', 'no line 9'), (path + ':1:9', 'no column 9'), (path + ':0:1', 'count from 1'),
                           (path + '.missing:1:1', 'cannot open'), (self.dir + ':1:1', 'directory'),
                           (os.path.join(self.dir, 'fifo') + ':1:1', 'pipe')):
            code, out, err = run('complete', spot)
            self.assertEqual((code, out), (1, ''), spot)
            self.assertIn(word, err)
            self.assertEqual(err.count('\n'), 1, err)

    def test_bad_models_say_what_is_wrong(self):
        path = self.write('p.py', b'ab\n')
        junk = self.write('junk.gguf', b'not a model at all, only text that is long enough')
        empty = self.write('empty.gguf', b'')
        for model in (junk, empty, self.dir, path + '.missing'):
            code, out, err = run('complete', '--model', model, path + ':1')
            self.assertEqual((code, out), (1, ''), model)
            self.assertEqual(err.count('\n'), 1, err)
            self.assertIn(os.path.basename(model), err)

    def test_hostile_bytes(self):
        for i, text in enumerate((b'', b'\0' * 500, bytes(range(256)) * 20, b'\xff\xfe' * 300, b'x' * 300000,
                                  b'<|fim_middle|><|endoftext|>' * 50, b'\r' * 1000, b'\n' * 1000)):
            path = self.write(f'h{i}.txt', text)
            self.complete(path)

    def test_no_escapes_when_piped_and_none_from_the_file(self):
        path = self.write('e.py', b'x = "\x1b[31m"\ny = \n')
        out = run('complete', '--show', path + ':2')[1]
        self.assertNotIn('\x1b', out)

    def test_empty_folder_works(self):
        """The binary alone completes code: nothing is read from the source tree or the home folder."""
        path = self.write('alone.c', b'#include <stdio.h>\n\nint main(void)\n{\n    printf(\n')
        code, out, err = run('complete', path + ':5', env={'HOME': self.dir, 'PATH': '/nonexistent'})
        self.assertEqual(code, 0, err)
        self.assertTrue(out.strip())
        self.assertEqual(sorted(os.listdir(self.dir)), ['alone.c'])


class Index(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = os.path.join(self.folder.name, 'p')
        os.mkdir(self.root)
        self.env = {'XDG_CACHE_HOME': os.path.join(self.folder.name, 'cache')}
        self.write('a.py', 'def alpha(x):\n    return beta(x)\n')
        self.write('.env', 'TOKEN=1\n')

    def write(self, name, text):
        with open(os.path.join(self.root, name), 'w', encoding='utf-8') as f:
            f.write(text)

    def index(self, *args):
        return run('index', *args, self.root, env=self.env)

    def test_reads_once_and_says_what_it_left_out(self):
        code, out, err = self.index()
        self.assertEqual((code, err), (0, ''))
        self.assertIn('1 files read', out)
        self.assertIn('1 hold secrets by their name', out)
        code, out, _ = self.index('--json')
        found = json.loads(out)
        self.assertEqual((code, found['files'], found['definitions']), (0, 1, 1))
        self.assertEqual((found['run']['read'], found['run']['unchanged']), (0, 1))
        self.assertTrue(found['saved'])
        self.assertTrue(found['path'].startswith(self.folder.name))
        self.assertEqual(json.loads(self.index('--rebuild', '--json')[1])['run']['read'], 1)

    def test_stats_read_nothing(self):
        code, out, err = self.index('--stats')
        self.assertEqual((code, out), (3, ''))
        self.assertIn('there is no index', err)
        self.index()
        self.write('b.py', 'def beta(x):\n    return x\n')
        code, out, _ = self.index('--stats')
        self.assertEqual(code, 0)
        self.assertIn('1 files', out)
        self.assertIn('Python', out)

    def test_a_damaged_index_is_made_anew(self):
        path = json.loads(self.index('--json')[1])['path']
        with open(path, 'r+b') as f:
            f.seek(4200)
            f.write(b'damage')
        code, out, err = self.index()
        self.assertEqual((code, err), (0, ''))
        self.assertIn('1 files read', out)

    def test_without_a_cache_folder_it_says_so(self):
        blocked = os.path.join(self.folder.name, 'file')
        with open(blocked, 'w', encoding='utf-8'):
            pass
        code, out, err = run('index', self.root, env={'XDG_CACHE_HOME': blocked})
        self.assertEqual(code, 0)
        self.assertIn('1 files read', out)
        self.assertIn('in memory only', err)
        self.assertEqual(err.count('\n'), 1)

    def test_wrong_words(self):
        self.assertEqual(run('index', 'a', 'b')[0], 2)
        self.assertEqual(run('index', '--stats', '--rebuild')[0], 2)
        self.assertEqual(run('index', '--threads', '0')[0], 2)
        code, out, err = run('index', os.path.join(self.root, 'nowhere'), env=self.env)
        self.assertEqual((code, out), (1, ''))
        self.assertIn('nowhere', err)


class Context(unittest.TestCase):
    def setUp(self):
        outer = tempfile.TemporaryDirectory()
        self.addCleanup(outer.cleanup)
        self.dir = os.path.join(outer.name, 'project')
        self.env = {'XDG_CACHE_HOME': os.path.join(outer.name, 'cache')}
        os.mkdir(self.dir)
        # The model with a longer context, as larger ones have it.
        with open(os.path.join(SOURCE, 'model', 'default', 'artel.gguf'), 'rb') as f:
            model = bytearray(f.read())
        key = b'llama.context_length'
        at = model.index(key) + len(key) + 4
        model[at:at + 4] = (4096).to_bytes(4, 'little')
        self.roomy = os.path.join(outer.name, 'roomy.gguf')
        with open(self.roomy, 'wb') as f:
            f.write(model)

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        return path

    def context(self, spot, *args):
        code, out, err = run('context', '--json', *args, spot, env=self.env)
        self.assertEqual(code, 0, err)
        return json.loads(out)

    def test_what_is_defined_elsewhere_is_shown_where_there_is_room(self):
        secret = 'qZ8vR2mK' + '4xW9tB6nL1pD'
        self.write('widget.py', 'def frobnicate_widget(widget, how_often):\n    """Turns it."""\n'
                                f'    api_token = "{secret}"\n    return widget * how_often\n')
        here = self.write('main.py', 'import widget\n\nx = frobnicate_widget(\ny = 1\n')
        r = self.context(here + ':3', '--model', self.roomy)
        piece = next(p for p in r['pieces'] if p['path'] == 'widget.py')
        self.assertIn('def frobnicate_widget(widget, how_often):', piece['text'])
        self.assertIn(piece['source'], ('import', 'definition'))
        self.assertTrue(piece['reason'])
        self.assertGreater(piece['score'], 0)
        self.assertIn(piece['text'], r['prompt'])
        self.assertNotIn(secret, r['prompt'])
        self.assertIn('x = frobnicate_widget', r['prompt'])
        self.assertLessEqual(r['tokens'], r['contextTokens'])
        self.assertEqual(r['contextTokens'], 4096)
        self.assertEqual(self.context(here + ':3')['pieces'], [])  # 1,024 tokens: no room
        # The prompt is what it says, and people get the same.
        code, out, _ = run('context', '--prompt', '--model', self.roomy, here + ':3', env=self.env)
        self.assertEqual((code, out), (0, r['prompt'] + '\n'))
        code, out, _ = run('context', '--model', self.roomy, here + ':3', env=self.env)
        self.assertIn('widget.py:1', out)

    def test_complete_knows_the_project_where_it_is_asked_to(self):
        call = 'frobnicate_everything(the_widget, 7, "in a way no model knows");\n'
        head = 'void f(void)\n{\n    enum oddity unusual = begin_of_everything_odd();\n    '
        self.write('other.c', head + call + '}\n')
        here = self.write('here.c', head + 'frobnicate_everything(')
        code, out, err = run('complete', '--project', here, env=self.env)
        self.assertEqual((code, out, err), (0, 'the_widget, 7, "in a way no model knows");\n', ''))
        self.assertNotIn('the_widget', run('complete', here, env=self.env)[1])

    def test_the_document_is_shown_without_its_secrets(self):
        secret = 'qZ8vR2mK' + '4xW9tB6nL1pD'
        here = self.write('main.py', f'api_token = "{secret}"\nx = 1\n')
        r = self.context(here + ':2')
        self.assertIn('api_token = "', r['prompt'])
        self.assertNotIn(secret, r['prompt'])
        code, out, err = run('context', self.write('.env', 'A=1\n') + ':1', env=self.env)
        self.assertEqual((code, out), (3, ''))
        self.assertIn('secrets', err)

    def test_bad_input(self):
        for args in ((), ('a', 'b')):
            code, out, err = run('context', *args)
            self.assertEqual((code, out), (2, ''))
            self.assertIn('FILE:LINE:COL', err)
        code, out, err = run('context', os.path.join(self.dir, 'gone.c:1:1'), env=self.env)
        self.assertEqual((code, out), (1, ''))
        self.assertIn('gone.c', err)


class Tokenize(unittest.TestCase):
    def test_pieces_spell_the_text(self):
        code, out, _ = run('tokenize', stdin=b'def f(x):\n    return x')
        self.assertEqual(code, 0)
        ids = out.split()
        lines = run('tokenize', '--pieces', stdin=b'def f(x):\n    return x')[1].splitlines()
        self.assertEqual([line.split('\t')[0] for line in lines], ids)
        text = ''.join(line.split('\t')[1] for line in lines)
        self.assertEqual(text.replace('Ġ', ' ').replace('Ċ', '\n'), 'def f(x):\n    return x')

    def test_special_tokens_are_plain_text(self):
        ids = [int(i) for i in run('tokenize', stdin=b'<|fim_middle|>')[1].split()]
        self.assertGreater(len(ids), 3)
        self.assertTrue(all(i < 12288 for i in ids))

    def test_nothing_gives_an_empty_line(self):
        self.assertEqual(run('tokenize')[:2], (0, '\n'))


class Model(unittest.TestCase):
    def test_info_of_the_built_in_model(self):
        code, out, _ = run('model', 'info', '--json')
        self.assertEqual(code, 0)
        info = json.loads(out)
        self.assertEqual(info['architecture'], 'llama')
        self.assertTrue(info['builtIn'])
        self.assertGreater(info['parameters'], 1e6)
        code, text, _ = run('model', 'info')
        self.assertEqual(code, 0)
        self.assertIn('llama', text)

    def test_info_refuses_in_one_sentence(self):
        code, out, err = run('model', 'info', KNOWN)
        self.assertEqual((code, out), (1, ''))
        self.assertEqual(err.count('\n'), 1)
        self.assertEqual(run('model')[0], 2)
        self.assertEqual(run('model', 'nonsense')[0], 2)


    def test_tools_stand_beside_info(self):
        text = b'int x;'
        self.assertEqual(run('model', 'tokenize', stdin=text), run('tokenize', stdin=text))


class Quantize(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.source = os.path.join(self.dir.name, 'in.gguf')
        subprocess.run([MAKE_GGUF, 'small', 'F16', self.source], check=True)

    def quantize(self, *args):
        return run('model', 'quantize', *args)

    def test_writes_what_info_describes(self):
        out_path = os.path.join(self.dir.name, 'out.gguf')
        code, out, err = self.quantize('--type', 'q4_k', self.source, out_path)
        self.assertEqual((code, err), (0, ''))
        self.assertRegex(out, r'^.*out\.gguf: 22 of 29 tensors quantised, .* in [\d.]+ s\n$')
        self.assertLess(os.path.getsize(out_path), os.path.getsize(self.source) * 0.4)
        self.assertEqual(sorted(os.listdir(self.dir.name)), ['in.gguf', 'out.gguf'])
        code, _, err = self.quantize('--type', 'Q8_0', out_path, out_path + '2')
        self.assertEqual(code, 1)
        self.assertIn('quantising needs the F32, F16 or BF16 file', err)

    def test_never_over_its_source(self):
        before = pathlib.Path(self.source).read_bytes()
        link = os.path.join(self.dir.name, 'link.gguf')
        os.symlink('in.gguf', link)
        for out_path in (self.source, link):
            code, out, err = self.quantize('--type', 'Q8_0', self.source, out_path)
            self.assertEqual((code, out), (1, ''))
            self.assertIn('is the file to read', err)
        self.assertEqual(pathlib.Path(self.source).read_bytes(), before)

    def test_a_full_disk_is_one_sentence(self):
        out_path = os.path.join(self.dir.name, 'out.gguf')
        p = subprocess.run(['sh', '-c', 'trap "" XFSZ; ulimit -f 100; exec "$@"', 'sh', ARTEL,
                            'model', 'quantize', '-t', 'Q8_0', self.source, out_path],
                           capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(p.returncode, 1)
        self.assertRegex(p.stderr, r'^artel model: .*out\.gguf: cannot write: .*\n$')
        self.assertEqual(os.listdir(self.dir.name), ['in.gguf'])

    def test_wrong_words(self):
        self.assertEqual(self.quantize('--type', 'Q8_0', self.source)[0], 2)
        self.assertEqual(self.quantize(self.source, 'out')[0], 2)
        code, _, err = self.quantize('--type', 'Q3_K', self.source, 'out')
        self.assertEqual(code, 2)
        self.assertIn("not 'Q3_K'", err)
        code, _, err = self.quantize('--type', 'Q8_0', KNOWN, os.path.join(self.dir.name, 'o'))
        self.assertEqual(code, 1)
        self.assertEqual(err.count('\n'), 1)
        self.assertEqual(self.quantize('--type', 'Q8_0', self.source, '/dev/null')[0], 1)


class Evaluate(unittest.TestCase):
    TEXT = b'def add(a, b):\n    return a + b\n\n\ndef sub(a, b):\n    return a - b\n'

    def test_logits_are_log_probabilities(self):
        code, out, _ = run('model', 'logits', '--json', '--top', '3', stdin=self.TEXT)
        self.assertEqual(code, 0)
        tokens = json.loads(out)['tokens']
        ids = [int(i) for i in run('tokenize', stdin=self.TEXT)[1].split()]
        self.assertEqual([t['id'] for t in tokens], ids)
        self.assertNotIn('logProbability', tokens[0])
        for token, following in zip(tokens, tokens[1:]):
            values = [c['logProbability'] for c in token['next']]
            self.assertEqual(values, sorted(values, reverse=True))
            self.assertLessEqual(sum(math.exp(v) for v in values), 1)
            for candidate in token['next']:
                if candidate['id'] == following['id']:
                    self.assertEqual(candidate['logProbability'], following['logProbability'])
        # Perplexity is made of the same numbers.
        mean = -sum(t['logProbability'] for t in tokens[1:]) / (len(tokens) - 1)
        code, out, _ = run('model', 'perplexity', '--json', '-', stdin=self.TEXT)
        self.assertEqual(code, 0)
        self.assertAlmostEqual(json.loads(out)['natsPerToken'], mean, places=3)
        self.assertEqual(json.loads(out)['tokens'], len(ids) - 1)

    def test_ids_and_text_are_the_same(self):
        ids = run('tokenize', stdin=self.TEXT)[1]
        by_text = run('model', 'logits', stdin=self.TEXT)
        self.assertEqual(by_text, run('model', 'logits', '--ids', '-', stdin=ids.encode()))
        self.assertEqual(by_text[1].count('\n'), len(ids.split()))
        first = by_text[1].splitlines()[0].split('\t')
        self.assertEqual([first[0], first[3], len(first)], ['0', '-', 9])

    def test_a_model_without_vocabulary_takes_ids(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'm.gguf')
            subprocess.run([MAKE_GGUF, 'small', 'Q8_0', path], check=True)
            code, out, _ = run('model', 'logits', '-t', '1', '--ids', '-', path, stdin=b'[1, 2, 3]')
            self.assertEqual((code, len(out.splitlines())), (0, 3))
            self.assertEqual(run('model', 'logits', path, stdin=b'x')[0], 1)
            for adapter, why in ((path, 'general.type is not'), (path + '.none', 'cannot open')):
                code, _, err = run('model', 'logits', '--ids', '-', '--lora', adapter, path, stdin=b'[1]')
                self.assertEqual((code, why in err, err.count('\n')), (1, True, 1), err)

    def test_bad_words_in_one_sentence(self):
        for args, stdin, code in (
                (('logits', '--ids', '-'), b'1 2 99999', 1), (('logits', '--ids', '-'), b'-1', 1),
                (('logits', '--ids', '/nonexistent'), b'', 1), (('logits',), b'', 1),
                (('logits', '--top', 'x'), b'', 2), (('logits', 'a', 'b'), b'', 2),
                (('perplexity',), b'', 2), (('perplexity', '-'), b'', 1),
                (('perplexity', '--ctx', '1', '-'), b'', 2), (('perplexity', '/nonexistent'), b'', 1),
                (('perplexity', '--ctx', '99999', '-'), self.TEXT, 1)):
            got, out, err = run('model', *args, stdin=stdin)
            self.assertEqual((got, out, err.count('\n')), (code, '', 1), (args, err))


class Bench(unittest.TestCase):
    def test_measures_reading_and_writing(self):
        code, out, err = run('bench', '--json', '--threads', '1')
        self.assertEqual(code, 0, err)
        b = json.loads(out)
        self.assertEqual({p['kind'] for p in b['points']}, {'read', 'write'})
        for p in b['points']:
            self.assertGreater(p['tokensPerSecond'], 0)
            self.assertGreater(p['cpuSecondsPer1000'], 0)
            # Of reading where there is a matrix unit, of writing always.
            self.assertEqual('shareOfLimit' in p, p['kind'] == 'write' or 'matrixFlopPerSecond' in b)
        self.assertEqual(b['threads'], 1)
        self.assertEqual(b['cache'], 'f16')
        self.assertIn('q8_0 cache', run('bench', '--kv', 'q8_0')[1])
        self.assertEqual(run('bench', '--kv', 'q4_0')[0], 2)
        self.assertEqual(run('bench', '--threads', '0')[0], 2)
        self.assertEqual(run('bench', 'one', 'two')[0], 2)


class Replay(unittest.TestCase):
    def test_scores_tasks(self):
        tasks = [{'language': 'c', 'path': 'a.c', 'package': 'p', 'prefix': 'int add(int a, int b)\n{\n    return a ',
                  'suffix': '\n}\n', 'target': target} for target in ('+ b;', 'nothing like this')]
        code, out, err = run('replay', '--json', '-', stdin='\n'.join(map(json.dumps, tasks)).encode())
        self.assertEqual(code, 0, err)
        r = json.loads(out)
        self.assertEqual([row['name'] for row in r['runs'][0]['lines']['languages']], ['c'])
        self.assertEqual(r['runs'][0]['lines']['all']['tasks'], 2)
        self.assertLessEqual(r['runs'][0]['lines']['all']['exact'], 0.5)
        code, out, err = run('replay', '-', stdin=b'{"prefix": ')
        self.assertEqual((code, out), (1, ''))
        self.assertIn('line 1', err)

    def project(self, folder):
        """Two commits; the second adds two lines of code."""
        def git(*args):
            subprocess.run(['git', '-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', *args], check=True,
                           capture_output=True)

        def write(name, text):
            with open(os.path.join(folder, name), 'w', encoding='utf-8') as f:
                f.write(text)
        git('init', '-q')
        write('a.py', ''.join(f'def read_{n}(path):\n    with open(path) as f:\n        return f.read()\n\n\n'
                              for n in ('text', 'table', 'list')))
        write('b.c', 'int add(int a, int b)\n{\n    return a + b;\n}\n')
        git('add', '.')
        git('commit', '-qm', 'first')
        write('b.c', 'int add(int a, int b)\n{\n    return a + b;\n}\n\nint sub(int a, int b)\n{\n    return a - b;\n}\n')
        git('commit', '-qam', 'second')

    def test_a_folder_by_samples_and_by_commits(self):
        with tempfile.TemporaryDirectory() as folder:
            self.project(folder)
            code, out, err = run('replay', '--json', '--limit', '8', folder)
            self.assertEqual((code, err), (0, ''))
            everything, = json.loads(out)['runs']
            tasks = sum(everything[kind]['all']['tasks'] for kind in ('lines', 'blocks') if kind in everything)
            self.assertEqual(tasks, 8)
            code, out, err = run('replay', '--json', '--commits', '1', folder)
            self.assertEqual((code, err), (0, ''))
            lines = json.loads(out)['runs'][0]['lines']
            self.assertEqual((lines['all']['tasks'], [r['name'] for r in lines['languages']]), (2, ['c']))

    def test_table_json_and_page_agree(self):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as elsewhere:
            self.project(folder)
            page_path = os.path.join(elsewhere, 'page.html')
            args = ('replay', '--controls', '--seed', '3', '--limit', '10')
            code, out, err = run(*args, '--json', '--html', page_path, folder)
            self.assertEqual((code, err), (0, ''))
            code, table, err = run(*args, folder)
            self.assertEqual((code, err), (0, ''))
            with open(page_path, encoding='utf-8') as f:
                page = f.read()
            runs = json.loads(out)['runs']
            self.assertEqual([r['name'] for r in runs], ['everything', 'recall alone', 'one file', 'model alone'])
            sections = table.split('== ')[1:]
            for r, section in zip(runs, sections):
                row = next(line for line in section.splitlines() if line.startswith('all '))
                a = r['lines']['all']
                want = ['all', str(a['tasks']), f"{100 * a['shown']:.1f}%", f"{100 * a['exact']:.1f}%"]
                self.assertEqual(row.split()[:4], want)
                self.assertIn(f"<td>{r['name']}</td><td>{a['tasks']}</td><td>{100 * a['shown']:.1f}%</td>"
                              f"<td>{100 * a['exact']:.1f}%</td>", page)
            self.assertNotIn('model', [t['name'] for t in runs[1]['lines']['tiers']])
            self.assertNotIn('written before', [t['name'] for t in runs[3]['lines']['tiers']])

    def test_bad_words_in_one_sentence(self):
        with tempfile.TemporaryDirectory() as folder:
            for args, stdin, code in (
                    ((folder,), b'', 1), (('--commits', '3', folder), b'', 1), (('/nonexistent',), b'', 1),
                    (('--commits', 'x', folder), b'', 2), (('--commits', '3', '-'), b'', 2),
                    (('--repos', folder, folder), b'', 2), (('--limit', '0', folder), b'', 2),
                    (('--controls', '-'), b'', 2), (('a', 'b'), b'', 2), (('-',), b'', 1), (('-',), b'[1]', 1),
                    (('-',), b'{"prefix": "x"}', 1), (('--seed', '-1', folder), b'', 2)):
                got, out, err = run('replay', *args, stdin=stdin)
                self.assertEqual((got, out, err.count('\n')), (code, '', 1), (args, err))
        self.assertEqual(run('replay', '--nonsense')[0], 2)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=1)

"""The model's guess behind an explanation, on the command line and by the server: marked, and only of models that
may be asked. usage: check_prose.py ARTEL SOURCE_DIR"""
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

ARTEL, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
sys.path.insert(0, str(SOURCE / 'tests/clients'))
from client import Buffer, Client  # noqa: E402

CODE = 'int sum(const int *v, int n)\n{\n    return n ? v[0] + sum(v + 1, n - 1) : 0;\n}\n'
MARK = 'A guess of the model '


def model_with_template(path):
    """The embedded model's file, said to be taught dialogues, under a name with markup in it."""
    data = (SOURCE / 'model/default/artel.gguf').read_bytes()
    text = lambda s: struct.pack('<Q', len(s)) + s
    added = text(b'tokenizer.chat_template') + struct.pack('<I', 8) + text(b'{{ messages[0].content }}')
    added += text(b'general.padding') + struct.pack('<I', 8)
    added += text(b' ' * ((-len(added) - 8) % 64))
    n_keys, = struct.unpack_from('<Q', data, 16)
    path.write_bytes(data[:16] + struct.pack('<Q', n_keys + 2) + added + data[24:])


class Server(Client):
    def __init__(self, settings, home):
        super().__init__(ARTEL, env={**os.environ, 'HOME': home, 'XDG_CACHE_HOME': home}, stderr=subprocess.DEVNULL)
        self.start(options=settings)
        Buffer(self, 'file:///w/a.c', CODE)

    def ask_to_explain(self, **more):
        line = {'start': {'line': 2, 'character': 4}, 'end': {'line': 2, 'character': 20}}
        return self.ask('workspace/executeCommand', {'command': 'artel.explain', 'arguments': [{'uri': 'file:///w/a.c', 'range': line, **more}]})

    def explain(self, **more):
        return self.wait(self.ask_to_explain(**more))['result']['value']


class Prose(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.model = pathlib.Path(self.folder.name, 'dialogue.gguf')
        model_with_template(self.model)
        self.file = pathlib.Path(self.folder.name, 'a.c')
        self.file.write_text(CODE)

    def artel(self, *words):
        return subprocess.run([ARTEL, 'explain', *words], capture_output=True, timeout=120, check=False)

    def test_command(self):
        done = self.artel('--prose', '--model', self.model, f'{self.file}:3')
        said = done.stdout.decode()
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertIn('Ends `sum`', said)
        head, mark, guess = said.partition('\n' + MARK)
        self.assertTrue(mark, said)
        self.assertIn(', not checked:\n  The code above', guess)
        self.assertNotRegex(guess, r'[\x00-\x09\x0b-\x1f\x7f]')
        self.assertNotIn(MARK, self.artel(f'{self.file}:3').stdout.decode())
        self.assertIn(MARK, self.artel('--prose', '--model', self.model, '--lang', 'cron', '0 5 * * mon x').stdout.decode())

    def test_built_in_model_is_not_asked(self):
        done = self.artel('--prose', f'{self.file}:3')
        self.assertEqual(done.returncode, 1)
        self.assertIn('Ends `sum`', done.stdout.decode())
        self.assertNotIn(MARK, done.stdout.decode())
        self.assertEqual(done.stderr.decode().count('\n'), 1)
        self.assertIn('cannot explain code in words', done.stderr.decode())

    def test_server(self):
        server = Server({'model': str(self.model), 'prose': True}, self.folder.name)
        value = server.explain()
        self.assertIn('Ends `sum`', value)
        self.assertRegex(value, r'\n---\n\n\*A guess of the model `[^`]+`, not checked:\*\n\n> The code above')
        self.assertNotIn(MARK, server.explain(prose=False))
        number = server.ask_to_explain()
        server.notify('$/cancelRequest', {'id': number})
        message = server.wait(number)
        self.assertTrue(MARK in str(message) or message['error']['code'] == -32800, message)
        server.ask_to_explain()  # is dropped when it ends
        self.assertEqual(server.stop(), 0)

    def test_server_with_the_built_in_model(self):
        server = Server({}, self.folder.name)
        self.assertNotIn('cannot explain', server.explain())
        value = server.explain(prose=True)
        self.assertIn('Ends `sum`', value)
        self.assertIn('cannot explain code in words', value)
        self.assertEqual(server.stop(), 0)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])

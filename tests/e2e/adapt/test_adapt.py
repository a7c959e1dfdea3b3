"""artel adapt on a small project: it learns, can be stopped and goes on, is used by a running server,
and is forgotten when told. usage: test_adapt.py ARTEL"""
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'project'))
from test_project import Server, ARTEL, CACHE  # noqa: E402

NOUNS = ['orbit', 'ledger', 'parcel', 'beacon', 'harbor', 'lantern', 'meadow', 'signal', 'copper', 'timber']
VERBS = ['weigh', 'settle', 'gather', 'mirror', 'unfold', 'anchor', 'polish', 'ration']


def thing(rng):
    return '_'.join(rng.sample(NOUNS, 2))


def source(rng):
    """A file in a house style that no model has seen. Names are made of two words, so that most lines have never
    been written as they are: whoever only remembers them is wrong, whoever knows the style is not."""
    lines = ['from house.rules import Verdict, require_seal, with_ledger', '']
    for _ in range(14):
        noun, verb, other = thing(rng), rng.choice(VERBS), thing(rng)
        lines += ['', f'@with_ledger("{noun}")', f'def {verb}_{noun}(the_{noun}, *, {other}=None):',
                  f'    require_seal(the_{noun}, "{verb}")',
                  f'    if {other} is None:',
                  f'        return Verdict.refused(the_{noun}, because="{other}")',
                  f'    outcome = the_{noun}.{verb}({other}, seal=the_{noun}.seal)',
                  f'    return Verdict.granted(the_{noun}, outcome)']
    return '\n'.join(lines) + '\n'


def no_room():
    """Files end after a megabyte, as on a disk that is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


def said(server):
    return [m['params']['message'] for m in server.notifications if m['method'] == 'window/logMessage']


class Adapt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.outer = tempfile.TemporaryDirectory()
        cls.dir = os.path.join(os.path.realpath(cls.outer.name), 'house')
        os.mkdir(cls.dir)
        rng = random.Random(4)
        for i in range(60):
            with open(os.path.join(cls.dir, f'room_{i}.py'), 'w', encoding='utf-8') as f:
                f.write(source(rng))

    @classmethod
    def tearDownClass(cls):
        cls.outer.cleanup()

    def checkpoints(self):
        folder = os.path.join(CACHE.name, 'artel', 'adapted')
        return sorted((f, os.stat(os.path.join(d, f)).st_mtime_ns) for d, _, files in os.walk(folder) for f in files
                      if re.fullmatch('checkpoint-[0-9a-f]*', f))

    def start(self, *args, **more):
        return subprocess.Popen([ARTEL, 'adapt', *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env={**os.environ, 'XDG_CACHE_HOME': CACHE.name}, **more)

    def run_it(self, *args, code=0):
        p = self.start(*args)
        out, err = p.communicate()
        self.assertEqual(p.returncode, code, err)
        return out, err

    def kept(self):
        folder = os.path.join(CACHE.name, 'artel', 'adapted')
        return sorted(f for _, _, files in os.walk(folder) for f in files)

    def until_log(self, server, path, text, words):
        end = time.time() + 60
        while not any(words in line for line in said(server)):
            self.assertLess(time.time(), end, said(server))
            server.suggest(path, text)
            time.sleep(0.3)

    def test_learns_is_used_and_is_forgotten(self):
        server = Server(self.dir)
        self.addCleanup(server.kill)
        path = os.path.join(self.dir, 'new.py')
        text = 'import unheard_of\n\ndef odd_one(unheard):\n    some'
        server.open(path, '')
        server.suggest(path, text)
        self.assertFalse(any('adapted' in line for line in said(server)))

        # Stopped in the middle it keeps what it has, and goes on there.
        p = self.start('--always', '--tokens', '1000000', self.dir)
        self.assertIn('tokens, loss', p.stderr.readline())
        p.send_signal(signal.SIGINT)
        err = p.communicate()[1]
        self.assertEqual(p.returncode, 1, err)
        self.assertIn('goes on from here', err)
        self.assertTrue(any(f.startswith('checkpoint') for f in self.kept()), self.kept())

        # Killed, it goes on from what it kept by itself.
        before = self.checkpoints()
        p = self.start('--always', '--tokens', '1000000', self.dir)
        end = time.time() + 120
        while self.checkpoints() == before and p.poll() is None and time.time() < end:
            time.sleep(0.05)
        p.kill()
        p.communicate()
        self.assertNotEqual(self.checkpoints(), before)

        out = json.loads(self.run_it('--always', '--json', '--tokens', '50000', self.dir)[0])
        self.assertLess(out['lossAfter'], 0.7 * out['lossBefore'])
        self.assertGreater(out['exactAfter'], out['exactBefore'])
        self.assertTrue(out['used'])
        self.assertGreater(out['joules'], 0)
        self.assertGreater(out['tasks'], 10)
        self.assertEqual(self.kept(), ['about', 'model-1.gguf'])

        # A full disk: one sentence, and what was there stays.
        p = self.start('--always', '--tokens', '8192', self.dir, preexec_fn=no_room)
        err = p.communicate()[1]
        self.assertEqual(p.returncode, 1, err)
        self.assertRegex(err.strip().split('\n')[-1], r'^artel adapt: .*model-2\.gguf: cannot write: File too large$')
        self.assertEqual(self.kept(), ['about', 'model-1.gguf'])

        listed = json.loads(self.run_it('--list', '--json')[0])
        self.assertEqual([r['root'] for r in listed], [self.dir])
        self.assertIn(self.dir, self.run_it('--list')[0])

        # The server that was running all the while takes it, and gives it back.
        self.until_log(server, path, text, 'using the model adapted to')
        self.run_it('--remove', self.dir)
        self.until_log(server, path, text, 'using the built-in model again')
        self.assertEqual(server.stop(), 0)
        self.assertIn('nothing is kept', self.run_it('--remove', self.dir, code=3)[1])
        self.assertIn('no project', self.run_it('--list', code=3)[1])

    def test_says_when_there_is_too_little(self):
        with tempfile.TemporaryDirectory() as d:
            with open(os.path.join(d, 'one.py'), 'w', encoding='utf-8') as f:
                f.write('print("hello")\n')
            self.assertIn('too little', self.run_it(d, code=3)[1])
            # Neither generated files nor ones that are no UTF-8 are learned from.
            for i in range(30):
                with open(os.path.join(d, f'made{i}.py'), 'w', encoding='utf-8') as f:
                    f.write('# Generated by a tool. DO NOT EDIT.\n' + source(random.Random(i)))
                with open(os.path.join(d, f'latin{i}.py'), 'wb') as f:
                    f.write(source(random.Random(i)).encode() + b'# caf\xe9 \xff\xfe\0\n')
            self.assertIn('too little', self.run_it(d, code=3)[1])
        self.assertIn('no such folder', self.run_it('/not/there', code=1)[1])
        self.run_it('--tokens', 'many', code=2)
        self.run_it('--list', '.', code=2)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])

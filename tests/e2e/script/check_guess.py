"""What no step covers, written by a model: marked, guarded, checked. usage: check_guess.py ARTEL SOURCE_DIR"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ARTEL, SOURCE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
sys.path[:0] = [str(SOURCE / 'tests/tools'), str(SOURCE / 'tests/clients')]
import client as lsp  # noqa: E402
import recite_gguf  # noqa: E402

COMMENT = 'paint the fence in seven colours'
BODIES = {
    'bash': ('name=${1:-fence}\nfor colour in red green blue; do\n    echo "$name $colour" >>out.txt\ndone\nrm -f -- old.txt\n', 'bash'),
    'python': ('import os\n\nwith open("out.txt", "w", encoding="utf-8") as f:\n    f.write("fence red\\n")\nos.remove("old.txt")\n',
               sys.executable),
    'cjs': ('const fs = require("fs");\nfs.writeFileSync("out.txt", "fence red\\n");\nfs.unlinkSync("old.txt");\n', 'node'),
    'mjs': ('import fs from "node:fs";\n\nfs.writeFileSync("out.txt", "fence red\\n");\nfs.rmSync("old.txt");\n', 'node'),
    'ruby': ('File.write("out.txt", "fence red\\n")\nFile.delete("old.txt")\n', 'ruby'),
}


class Guess(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.model = self.folder / 'm.gguf'

    def artel(self, comment, *words):
        return subprocess.run([ARTEL, 'script', comment, *words], capture_output=True, text=True, timeout=120, check=False, cwd=self.folder)

    def guess(self, *words, comment=COMMENT):
        return self.artel(comment, '--guess', '--model', str(self.model), *words)

    def test_is_marked_and_does_nothing_until_told(self):
        for language, (body, program) in BODIES.items():
            with self.subTest(language):
                recite_gguf.write(self.model, body)
                done = self.guess('--lang', language)
                self.assertEqual((done.returncode, done.stderr), (0, ''))
                self.assertIn(COMMENT, done.stdout.splitlines()[1])
                self.assertIn('A guess of the model the reciter', done.stdout)
                self.assertRegex(done.stdout, r'Seen in it: deletes \(\S+\)')
                self.assertTrue(done.stdout.endswith(body), done.stdout)
                place = self.folder / language
                place.mkdir()
                (place / 'old.txt').touch()
                script = f'script.{language}'
                (place / script).write_text(done.stdout)
                run = lambda *w: subprocess.run([program, script, *w], cwd=place, capture_output=True, text=True, timeout=60, check=False)
                still = run()
                self.assertEqual(still.returncode, 2)
                self.assertIn('read it, then run it with --yes', still.stderr)
                self.assertEqual({p.name for p in place.iterdir()}, {'old.txt', script})
                done = run('--yes')
                self.assertEqual((done.returncode, done.stderr), (0, ''))
                self.assertIn('fence red', (place / 'out.txt').read_text())
                self.assertFalse((place / 'old.txt').exists())

    def test_only_where_steps_do_not_do(self):
        recite_gguf.write(self.model, BODIES['bash'][0])
        known = 'delete *.tmp files older than 7 days'
        self.assertEqual(self.guess(comment=known).stdout, self.artel(known).stdout)
        self.assertNotEqual(self.artel(COMMENT).returncode, 0)
        self.assertEqual(self.guess(comment='delete everything').stdout, self.artel('delete everything').stdout)

    def test_what_is_wrong_is_not_shown(self):
        cases = ((('if true; then\n', {}), 'does not parse'), (('echo one\necho two\n', {'ends': False}), 'came to no end'),
                 (('\n\n  \n', {}), 'nothing to write'), (('echo \u202e"gpj.exe"\n', {}), 'no plain text'))
        for (body, options), why in cases:
            with self.subTest(why):
                recite_gguf.write(self.model, body, **options)
                done = self.guess()
                self.assertEqual(done.returncode, 1)
                self.assertIn(why, done.stderr)
                self.assertEqual(done.stderr.count('\n'), 1)
                self.assertNotIn('echo', done.stdout)

    def test_ends_where_the_next_file_begins(self):
        recite_gguf.write(self.model, 'echo one\n#!/bin/sh\necho another file\n')
        self.assertTrue(self.guess().stdout.endswith('\necho one\n'))
        recite_gguf.write(self.model, 'echo one\n```\nThis prints "one".\n')
        self.assertTrue(self.guess().stdout.endswith('\necho one\n'))

    def test_as_data_and_checked(self):
        recite_gguf.write(self.model, BODIES['bash'][0], name='a\n$(rm -rf x)')
        data = json.loads(self.guess('--json').stdout)
        self.assertEqual((data['state'], data['guessedBy'], data['deletes'], data['network']), ('written', 'a $(rm -rf x)', True, False))
        self.assertEqual([], [l for l in data['text'].splitlines() if l.startswith('$(')])
        dry = self.guess('--run-dry')
        self.assertEqual(dry.returncode, 0, dry.stderr)
        self.assertIn('bash -n: no faults', dry.stdout)
        self.assertIn('not run: a model wrote it', dry.stdout)

    def test_small_models_are_not_asked(self):
        done = self.artel(COMMENT, '--guess')
        self.assertEqual(done.returncode, 1)
        self.assertIn('# artel: ', done.stdout)  # the question is still there
        self.assertIn('cannot write scripts: that takes a model', done.stderr)
        recite_gguf.write(self.model, 'x\n')
        self.assertIn('a model is not asked for scripts in awk', self.guess('--lang', 'awk', comment=COMMENT).stderr)
        self.assertEqual(self.artel(COMMENT, '--model', 'x').returncode, 2)
        self.assertEqual(self.artel('-', '--guess').returncode, 2)

    def server(self, text, model=True, capabilities=None):
        one = lsp.Client(ARTEL, cache=str(self.folder), stderr=subprocess.DEVNULL)
        self.addCleanup(one.kill)
        literals = {'codeActionLiteralSupport': {'codeActionKind': {'valueSet': ['refactor']}}}
        one.start(capabilities or {'workspace': {'applyEdit': True}, 'textDocument': {'codeAction': literals}},
                  {'model': str(self.model)} if model else {})
        return one, lsp.Buffer(one, 'file:///w/a.sh', text, language='shellscript')

    def actions(self, one):
        here = {'start': {'line': 0, 'character': 3}, 'end': {'line': 0, 'character': 3}}
        found = one.request('textDocument/codeAction', {'textDocument': {'uri': 'file:///w/a.sh'}, 'range': here, 'context': {'diagnostics': []}})
        return {action['title']: action for action in found or []}

    def test_in_an_editor(self):
        title = 'artel: Let the model write this script'
        recite_gguf.write(self.model, BODIES['bash'][0])
        one, _ = self.server(f'# {COMMENT}\n')
        action = self.actions(one)[title]
        self.assertEqual(action['kind'], 'refactor.rewrite.artel')
        number = one.ask('workspace/executeCommand', {k: action['command'][k] for k in ('command', 'arguments')})
        message = one.receive()
        while message.get('method') != 'workspace/applyEdit':
            message = one.receive()
        edit, = message['params']['edit']['changes']['file:///w/a.sh']
        self.assertEqual(edit['range'], {'start': {'line': 0, 'character': 0}, 'end': {'line': 0, 'character': len(COMMENT) + 2}})
        self.assertTrue(edit['newText'].startswith(f'#!/usr/bin/env bash\n# {COMMENT}\n#\n# A guess of the model'), edit)
        self.assertTrue(edit['newText'].endswith('rm -f -- old.txt'))
        self.assertIsNone(one.wait(number)['result'])
        self.assertEqual(one.stop(), 0)

    def test_in_an_editor_where_it_cannot(self):
        title = 'artel: Let the model write this script'
        recite_gguf.write(self.model, 'if true; then\n')
        one, buffer = self.server(f'# {COMMENT}\n')
        ask = lambda line: one.wait(one.ask('workspace/executeCommand', {
            'command': 'artel.writeScript', 'arguments': [{'uri': 'file:///w/a.sh', 'line': line}]}))
        self.assertIn('does not parse', ask(0)['error']['message'])
        self.assertIn('no comment there', ask(1)['error']['message'])
        self.assertIn('takes an open document', ask(9)['error']['message'])
        number = one.ask('workspace/executeCommand', {'command': 'artel.writeScript', 'arguments': [{'uri': 'file:///w/a.sh', 'line': 0}]})
        one.notify('textDocument/didChange', buffer.change(2, 7, 'sketch'))
        self.assertIn(one.wait(number)['error']['message'], ('the comment was changed meanwhile', 'what the model wrote does not parse'))
        one.notify('textDocument/didChange', buffer.change(len(buffer.text), len(buffer.text), 'echo code\n'))
        self.assertNotIn(title, self.actions(one))  # a comment in code is about the code
        self.assertEqual(one.stop(), 0)
        for text, options in ((f'# {COMMENT}\n', {'model': False}), ('# delete *.tmp files\n', {}), (f'# {COMMENT}\n', {'capabilities': {
                'textDocument': {'codeAction': {}}}})):
            one, _ = self.server(text, **options)
            self.assertNotIn(title, self.actions(one))
            self.assertEqual(one.stop(), 0)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])

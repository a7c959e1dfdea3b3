"""The readers of C declarations and regular expressions against gcc and Python. usage: check_readers.py ARTEL

Declarations: several hundred are made at random, artel reads each aloud, what it says is turned back into
a chain of typedefs, and gcc must find the declared type and the chain's type to be the same. Regular
expressions: the groups that are found must be those that Python finds."""
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from said import pieces

ARTEL = sys.argv[1]


class Declaration:
    """A random declarator, written from the name outwards; `last` is what the part before allows."""
    BASES = ['int', 'char', 'unsigned long', 'const double', 'struct s', 'void']

    def __init__(self, rng, name, depth):
        self.text, previous = name, ''
        for _ in range(rng.randrange(depth)):
            choice = rng.choice(['*', '*', '[', '(', '*const'])
            if (choice == '[' and previous == '(') or (choice == '(' and previous in ('(', '[')):
                choice = '*'
            if choice.startswith('*'):
                self.text = choice + ' ' + self.text
            else:
                if self.text.startswith('*'):
                    self.text = '(' + self.text + ')'
                self.text += f'[{rng.randrange(1, 9)}]' if choice == '[' else '(' + self.parameters(rng, depth) + ')'
            previous = choice[0]
        base = rng.choice(self.BASES if previous in ('*', '(') else self.BASES[:-1])
        self.text = base + ' ' + self.text

    @staticmethod
    def parameters(rng, depth):
        if depth < 3 or rng.random() < 0.3:
            return rng.choice(['void', 'int, char *', 'const char *format, ...'])
        return ', '.join(Declaration(rng, '', depth - 2).text for _ in range(rng.randrange(1, 3)))


def split_parameters(text):
    depth, begin = 0, 0
    for i, c in enumerate(text + ','):
        depth += (c == '(') - (c == ')')
        if c == ',' and depth == 0:
            yield text[begin:i].strip()
            begin = i + 1


class Chain:
    """What is said, as typedefs."""

    def __init__(self):
        self.lines = []

    def name(self, declaration):
        name = f'T{len(self.lines)}'
        self.lines.append('typedef ' + declaration.replace('@', name) + ';')
        return name

    def type(self, said):
        match = re.match(r'(const )?pointer to ', said)
        if match:
            return self.name(self.type(said[match.end():]) + ' *' + (match[1] or '') + '@')
        match = re.match(r'array of (\d+) ', said)
        if match:
            return self.name(f'{self.type(said[match.end():])} @[{match[1]}]')
        if said.startswith('function ('):
            depth, end = 1, len('function (')
            while depth:
                depth += (said[end] == '(') - (said[end] == ')')
                end += 1
            result = self.type(said[end:].removeprefix(' returning '))
            inside = said[len('function ('):end - 1]
            given = ['...' if p == 'any others' else p if p == 'void' else self.type(p)
                     for p in split_parameters(inside)]
            return self.name(f"{result} @({', '.join(given)})")
        return said


class Readers(unittest.TestCase):
    def test_declarations_mean_to_gcc_what_is_said(self):
        if not shutil.which('gcc'):
            self.skipTest('there is no gcc')
        rng = random.Random(6)
        source, cases = ['struct s { int a; };'], []
        while len(cases) < 150:
            text = Declaration(rng, f'x{len(cases)}', 7).text
            said = pieces(ARTEL, 'declaration', text + ';')
            self.assertEqual(len(said), 1, text)
            chain = Chain()
            chain.lines = [''] * len(source)
            name = chain.type(said[0].split(' ', 1)[1])
            source += chain.lines[len(source):]
            source.append(f'extern {text};')
            source.append(f'_Static_assert(__builtin_types_compatible_p(__typeof__(&x{len(cases)}), '
                          f'__typeof__({name} *)), "{text}: {said[0]}");')
            cases.append(text)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'all.c'
            path.write_text('\n'.join(source) + '\n')
            done = subprocess.run(['gcc', '-std=gnu11', '-w', '-fsyntax-only', str(path)], capture_output=True,
                                  timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode()[:2000])

    def test_groups_are_those_that_python_finds(self):
        atoms = ['a', r'\d', '[^)(]', r'\(', '.', r'[\]|]', '[]|(]', r'\\', 'x|y', '']
        heads = ['(', '(?:', '(?=', '(?P<n%d>', '(?<!']
        tails = ['', '*', '+?', '{2,3}', '?']
        rng = random.Random(6)
        for number in range(120):
            text, n_names = '', 0
            for _ in range(rng.randrange(1, 5)):
                head = rng.choice(heads)
                body = rng.choice(['a', r'\d', r'\)']) if head == '(?<!' else rng.choice(atoms)
                if rng.random() < 0.4:
                    body = '(' + body + ')' if head != '(?<!' else body
                if '%d' in head:
                    head, n_names = head % n_names, n_names + 1
                tail = '' if head in ('(?=', '(?<!') else rng.choice(tails)
                text += head + body + ')' + tail
            want = re.compile(text)
            got = [p for p in pieces(ARTEL, 'regex', text) if re.search(r'` group \d+, ', p)]
            with self.subTest(number=number, text=text):
                self.assertEqual(len(got), want.groups)
                for name, index in want.groupindex.items():
                    self.assertTrue(any(f'group {index}, called {name}' in p for p in got), got)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])

"""What is read out of regular expressions, by Python's re and Node: each expression is read aloud, what is
said is turned into another expression, and both must find the same in many texts. usage: check_regex.py ARTEL"""
import itertools
import json
import random
import re
import shutil
import subprocess
import sys
import unittest

ARTEL = sys.argv[1]
WORD = '[A-Za-z0-9_]'
ATOMS = {
    'one digit': '[0-9]', 'one character that is no digit': '[^0-9]',
    'one letter, digit or underscore': WORD, 'one character that is no letter, digit or underscore': '[^A-Za-z0-9_]',
    'one blank, tab, line break or the like': r'[ \t\n\r\f\v]', 'one character that is no white space': r'[^ \t\n\r\f\v]',
    'where a word begins or ends': f'(?:(?<={WORD})(?!{WORD})|(?<!{WORD})(?={WORD}))',
    'not where a word begins or ends': f'(?:(?<={WORD})(?={WORD})|(?<!{WORD})(?!{WORD}))',
    'a line break': r'\n', 'a tab': r'\t', 'a blank': ' ',
    'any one character (a line break only with the flag s)': r'[^\n]',
}
GROUPS = {'a group that is not remembered': '(?:', 'here must follow': '(?=', 'here must not follow': '(?!',
          'right before must stand': '(?<=', 'right before must not stand': '(?<!'}
TIMES = [('once or more', '+'), ('any number of times, also not at all', '*'), ('once or not at all', '?'),
         (r'exactly (\d+) times', '{%s}'), (r'(\d+) times or more', '{%s,}'), (r'at most (\d+) times', '{0,%s}'),
         (r'(\d+) to (\d+) times', '{%s,%s}')]

TRICKY = r'''
a|ab
ab|a
(a|ab)(c|bcd)?
^a|b$
(^a|b)$
a{2}b{1,}c{0,2}
a{2}
a{,2}
x{b}
{2}
a{2
a+?b
a*?b
a??b
(a+)+b
(?:a|b)+c
(?:ab)?c
(a)(b)?\1
(?P<n>a+)-(?P=n)
(a(b)c)\2
((a)|(b))c
(a)|(b)\2?
[abc]
[^abc]
[a-c]
[a-]
[-a]
[]a]
[^]a]
[a\]b]
[a\-c]
[\d-]
[\w.]+
[^\s]+
[.]
[*+?]
[(|)]
[ab|]
[a^]
[\^a]
\.
\\
\*
\[a\]
a\.b
\ba\b
\Ba
\bab\B
^$
^
$
a$
\d+
\D+
\d{2}-\d
\s+
\S+
\w+
\W
a.c
a.*c
a.*?c
.+
.{2}
a(?=b)
a(?!b)
(?<=a)b
(?<!a)b
(?<=^)a
(?=a)(?=.b)ab
(?!.*c)a
a(?:)b
()a
a()
a||b
(|a)b
(a|)b
(?:|a)+b
a b
a\ b
 +
a\tb
\n
a-b
a,b
a:b
#a
(?:a(?:b(?:c)))
((a))
(((a)b)c)
(a)(b)(c)\3\2\1
(?:a)(b)\1
x*
x*y
(x*)*y
\(a\)
[(]a[)]
a/b
\/a
"a"
'a'
a{1}{2}
[0-9a-f]+
[A-Za-z_]\w*
(\d+)\.(\d+)
-?\d+(?:\.\d+)?
(["'])a\1
^\s*#.*$
^(?:a|b|c)$
(?:^|,)a(?:,|$)
(a|b)*c
(?:a*)*b
\w+@\w+\.c
'''.strip('\n').split('\n')


def pieces(text):
    done = subprocess.run([ARTEL, 'explain', '--lang', 'regex', '--', text], capture_output=True, timeout=60, check=False,
                          env={'COLUMNS': '96'})
    found = []
    for line in done.stdout.decode().split('\n')[1:]:
        new = re.match(r'( +)- ', line)
        if new:
            found.append([len(new[1]) // 2 - 1, line[new.end():]])
        elif found and line.strip():
            found[-1][1] += ' ' + line.strip()  # a broken line
    return found


def members(listed):
    """The inside of a class, from "a to z, one digit, _"."""
    out = ''
    listed = listed.replace('letter, digit', 'letter; digit').replace('blank, tab, line', 'blank; tab; line')
    for item in (i.replace(';', ',') for i in listed.split(', ')):
        span = re.fullmatch(r'(.) to (.)', item)
        if span:
            out += re.escape(span[1]) + '-' + re.escape(span[2])
        elif item in ATOMS:
            out += ATOMS[item].strip('[]')
        elif item == 'a blank':
            out += ' '
        else:
            out += re.escape(item.removeprefix('\\')) if len(item) > 1 else re.escape(item)
    return out


class Unclear(Exception):
    pass


def atom(code, said):
    if said.startswith('just that'):
        return ''.join(re.escape(c) for c in code)
    if said in ATOMS:
        return ATOMS[said]
    itself = re.fullmatch(r'the character (.+) itself', said)
    if itself:
        return re.escape(itself[1])
    if said.startswith('one of: '):
        return '[' + members(said.removeprefix('one of: ')) + ']'
    if said.startswith('one character that is none of: '):
        return '[^' + members(said.removeprefix('one character that is none of: ')) + ']'
    if said.startswith('the beginning of the text'):
        return r'\A'
    if said.startswith('the end of the text'):
        return r'(?=\n?\Z)'
    again = re.fullmatch(r'the same text again that group (\w+) matched', said)
    if again:
        return f'(?:\\{again[1]})' if again[1].isdigit() else f'(?P={again[1]})'
    raise Unclear(said)


def build(found):
    """An expression from what was said, all at one depth and what belongs to it."""
    parts, alternatives, at = [], [], 0
    while at < len(found):
        depth, line = found[at]
        end = at + 1
        while end < len(found) and found[end][0] > depth:
            end += 1
        inside, at = found[at + 1:end], end
        code, said = re.match(r'(`+)\s?(.+?)\s?\1 (.*)', line, re.S).group(2, 3)
        if code == '|':
            alternatives.append(build(inside))
            continue
        times, lazy = '', ''
        if said.endswith(', as few as possible'):
            said, lazy = said.removesuffix(', as few as possible'), '?'
        for how, sign in TIMES:
            match = re.search(', ' + how + '$', said)
            if match:
                times, said = sign % match.groups() if '%' in sign else sign, said[:match.start()]
                code = re.sub(r'([*+?]|\{[\d,]*\})\??$', '', code)
                break
        group = re.fullmatch(r'group \d+, (?:called (\w+)|remembered)', said)
        if group:
            one = (f'(?P<{group[1]}>' if group[1] else '(') + build(inside) + ')'
        elif said in GROUPS:
            one = GROUPS[said] + build(inside) + ')'
        else:
            one = atom(code, said)
            if times and len(one) > 1 and not re.fullmatch(r'\[.*\]|\\.|\(.*\)', one):
                one = f'(?:{one})'
        parts.append(one + times + lazy)
    return '|'.join(alternatives) if alternatives else ''.join(parts)


def samples(rng):
    short = [''.join(t) for n in range(4) for t in itertools.product('abc', repeat=n)]
    odd = ['', ' ', '\n', 'a\n', 'a b', 'a-b', 'a.b', 'a,b', 'xxy', '12-3', '1.5', '-0.25', '#a', '  # x', 'a\tb', '\\', '*', '[a]',
           '(a)', 'a{2', 'x{b}', '{2}', 'a{,2}', '"a"', "'a'", "\"a'", 'x_1@y.c', '^', 'a^', ']', 'a-a', 'aa-aa', 'AbZ', '0f', 'a/b', '|']
    mixed = [''.join(rng.choice('ab c1_.-\n') for _ in range(rng.randrange(2, 9))) for _ in range(60)]
    return short + odd + mixed


def findings(expression, texts):
    compiled = re.compile(expression)
    return [[(m.span(), m.groups()) for m in compiled.finditer(t)] for t in texts]


class Expressions(unittest.TestCase):
    def test_what_is_said_finds_the_same(self):
        rng = random.Random(6)
        texts, read = samples(rng), []
        for expression in TRICKY:
            try:
                re.compile(expression)
            except re.error:
                continue  # an error in this dialect: nothing to compare with
            with self.subTest(expression=expression):
                said = build(pieces(expression))
                self.assertEqual(findings(expression, texts), findings(said, texts), said)
                read.append((expression, said))
        self.assertGreaterEqual(len(read), 100)
        if not shutil.which('node'):
            self.skipTest('there is no node')
        # Node writes names, beginning and end in another way, and `$` is the very end there.
        def ecma(e):
            return e.replace('(?P<', '(?<').replace('(?P=n)', r'\k<n>').replace(r'\A', '^').replace(r'(?=\n?\Z)', '$').replace(
                r'\-', '-' if not re.search(r'\[[^\]]*\\-', e) else r'\-')
        cases = [(e, ecma(e), ecma(s)) for e, s in read if not re.search(r'[{}]|\\ |\[\^?\]', e)]
        script = '''
            const [cases, texts] = JSON.parse(require("fs").readFileSync(0, "utf8"));
            const find = (e, t) => [...t.matchAll(new RegExp(e, "g"))].map((m) => [m.index, ...m]);
            for (const [e, a, b] of cases)
              for (const t of texts)
                if (JSON.stringify(find(a, t)) !== JSON.stringify(find(b, t))) { console.log(e, "  said:", b, "  in:", JSON.stringify(t)); break; }
        '''
        done = subprocess.run(['node', '-e', script], input=json.dumps([cases, texts]), capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.stderr, '')
        self.assertEqual(done.stdout, '')


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])

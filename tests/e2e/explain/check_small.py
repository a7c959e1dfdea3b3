"""What is read out of formats, dates, cron lines, file patterns, ignore files and revisions, by the tools
themselves: what is said is carried out word by word, and the tool must do the same. usage: check_small.py ARTEL"""
import calendar
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from said import pieces, split

ARTEL = os.path.abspath(sys.argv[1])
AT_LEAST = 30
ENVIRONMENT = {'PATH': os.environ['PATH'], 'LC_ALL': 'C', 'TZ': 'UTC'}


def run(command, folder=None, **more):
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False,
                          env={**ENVIRONMENT, **more})
    return done.stdout.decode()


# --- printf ---

FORMATS = [('%d', 42), ('%5d', 42), ('%-5d', 42), ('%05d', 42), ('%05d', -42), ('%+d', 42), ('%+d', -42), ('% d', 42),
           ('% d', -42), ('%+ d', 42), ('%-05d', 42), ('%.3d', 7), ('%.3d', -7), ('%6.3d', 7), ('%06.3d', 7), ('%+.3d', 7),
           ('%i', -3), ('%u', 42), ('%x', 255), ('%X', 255), ('%#x', 255), ('%#X', 255), ('%#o', 8), ('%o', 8), ('%08x', 255),
           ('%#08x', 255), ('%-#8x', 255), ('%.4x', 255), ('%f', 3.14159), ('%.2f', 3.14159), ('%8.2f', 3.14159),
           ('%-8.2f', 3.14159), ('%08.2f', -3.14159), ('%+.1f', 2.25), ('%.0f', 2.75), ('%#.0f', 2.75), ('% f', 1.5),
           ('%e', 31415.9), ('%.2e', 31415.9), ('%E', 0.00031), ('%12.3e', 31415.9), ('%g', 0.0001), ('%g', 1e7), ('%.3g', 3.14159),
           ('%#.3g', 3), ('%G', 1e-9), ('%s', 'ab'), ('%5s', 'ab'), ('%-5s', 'ab'), ('%.1s', 'ab'), ('%5.1s', 'ab'), ('%c', 'x'),
           ('%3c', 'x'), ('%-3c', 'x'), ('%%', None)]


def carry_out(said, value):
    """What the words say of printing the value."""
    number = lambda pattern: int(m[1]) if (m := re.search(pattern, said)) else None
    digits, places, significant = number(r'at least (\d+) digits'), number(r'(\d+) decimal place'), number(r', (\d+) digits')
    negative = isinstance(value, (int, float)) and value < 0
    size = abs(value) if isinstance(value, (int, float)) else value
    front = ''
    if said.startswith('a percent sign'):
        return '%'
    if said.startswith('a whole number'):
        body = str(size).rjust(digits or 0, '0')
    elif said.startswith('a number to base'):
        base = int(re.search(r'base (\d+)', said)[1])
        letters, body = '0123456789abcdef', ''
        while size:
            size, rest = divmod(size, base)
            body = letters[rest] + body
        body = body.rjust(digits or 0, '0')
        front = '0x' if '0x in front' in said or '0X in front' in said else '0' if 'a 0 in front' in said else ''
        if 'capital letters' in said:
            body, front = body.upper(), front.upper()
    elif said.startswith('a number with decimal places'):
        body = f'{size:.{6 if places is None else places}f}'
    elif said.startswith('a number with an exponent'):
        body = f'{size:.{6 if places is None else places}e}'
    elif said.startswith('a number in the shorter'):
        significant = 6 if significant is None else significant
        exponent = int(f'{size:.{significant - 1}e}'.split('e')[1])
        long = not -4 <= exponent < significant
        body = f'{size:.{significant - 1}e}' if long else f'{size:.{significant - 1 - exponent}f}'
        mantissa, e, rest = body.partition('e')
        if '.' in mantissa and 'zeros at the end stay' not in said:
            mantissa = mantissa.rstrip('0').rstrip('.')
        body = mantissa + e + rest
    elif said.startswith(('a text', 'one character')):
        most = number(r'at most (\d+) characters')
        body = value if most is None else value[:most]
    else:
        raise AssertionError(f'not understood: {said}')
    if 'always a point' in said and '.' not in body:
        body += '.'
    if 'E+03' in said or 'capital E' in said:
        body = body.upper()
    sign = '-' if negative else '+' if 'always with a sign' in said else ' ' if 'a blank where a plus would be' in said else ''
    width = number(r'at least (\d+) wide') or 0
    if 'filled up with zeros' in said:
        return sign + front + body.rjust(width - len(sign + front), '0')
    return (sign + front + body).ljust(width) if 'flush left' in said else (sign + front + body).rjust(width)


# --- dates ---

DATES = [datetime.datetime(2024, 2, 29, 13, 5, 9), datetime.datetime(2021, 1, 3, 0, 0, 0), datetime.datetime(1999, 12, 31, 12, 59, 59)]
DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']


def first_week(t, first_day):
    """The number of weeks that have begun on this weekday (Monday is 0) since the year did."""
    return sum(datetime.date(t.year, 1, 1) + datetime.timedelta(n) <= t.date() and
               (datetime.date(t.year, 1, 1) + datetime.timedelta(n)).weekday() == first_day for n in range(366))


def hour12(t):
    return f'{(t.hour + 11) % 12 + 1:02}'


DATE_WORDS = {
    'the year with its century': lambda t: str(t.year), "the year's last two digits": lambda t: f'{t.year % 100:02}',
    'the month, 01 to 12': lambda t: f'{t.month:02}', 'the day of the month, 01 to 31': lambda t: f'{t.day:02}',
    'the day of the month, with a blank instead of a zero': lambda t: f'{t.day:2}',
    'the day of the year, 001 to 366': lambda t: f'{(t.date() - datetime.date(t.year, 1, 1)).days + 1:03}',
    'the hour, 00 to 23': lambda t: f'{t.hour:02}', 'the hour, 01 to 12': hour12, 'AM or PM': lambda t: 'PM' if t.hour >= 12 else 'AM',
    'am or pm': lambda t: 'pm' if t.hour >= 12 else 'am',
    'the hour, 0 to 23, with a blank instead of a zero': lambda t: f'{t.hour:2}',
    'the hour, 1 to 12, with a blank instead of a zero': lambda t: f'{int(hour12(t)):2}',
    'the minute, 00 to 59': lambda t: f'{t.minute:02}', 'the second, 00 to 60': lambda t: f'{t.second:02}',
    'the weekday, short': lambda t: DAYS[t.weekday()][:3], 'the weekday': lambda t: DAYS[t.weekday()],
    "the month's name, short": lambda t: MONTHS[t.month - 1][:3], "the month's name": lambda t: MONTHS[t.month - 1],
    'the weekday as a number, Monday is 1': lambda t: str(t.weekday() + 1),
    'the weekday as a number, Sunday is 0': lambda t: str((t.weekday() + 1) % 7),
    'the week of the year, weeks beginning on Sunday': lambda t: f'{first_week(t, 6):02}',
    'the week of the year, weeks beginning on Monday': lambda t: f'{first_week(t, 0):02}',
    'the week of the year by ISO 8601, 01 to 53': lambda t: f'{t.isocalendar()[1]:02}',
    'the year that belongs to the ISO week': lambda t: str(t.isocalendar()[0]),
    'its last two digits': lambda t: f'{t.isocalendar()[0] % 100:02}',
    "the last two digits of the ISO week's year": lambda t: f'{t.isocalendar()[0] % 100:02}',
    'the difference from UTC, as in +0100': lambda t: '+0000', 'the name of the time zone': lambda t: 'UTC',
    'seconds since 1970': lambda t: str(int((t - datetime.datetime(1970, 1, 1)).total_seconds())),
    'month/day/year, two digits each': lambda t: f'{t.month:02}/{t.day:02}/{t.year % 100:02}',
    'year-month-day': lambda t: f'{t.year}-{t.month:02}-{t.day:02}', 'hour:minute:second': lambda t: f'{t.hour:02}:{t.minute:02}:{t.second:02}',
    'hour:minute': lambda t: f'{t.hour:02}:{t.minute:02}', 'the century, two digits': lambda t: f'{t.year // 100:02}',
    'the time in 12 hours, with AM or PM': lambda t: f"{hour12(t)}:{t.minute:02}:{t.second:02} {'PM' if t.hour >= 12 else 'AM'}",
    'a line break': lambda t: '\n', 'a tab': lambda t: '\t', 'a percent sign': lambda t: '%',
}


# --- cron ---

CRON = ['* * * * *', '*/5 * * * *', '0 0 * * *', '30 2 1,15 * *', '0 9-17 * * mon-fri', '0 0 13 * fri', '0 0 * * 0', '0 0 * * 7', '0 0 * * sun',
        '15,45 */6 * * *', '5-55/10 0 * * *', '*/7 3 * * *', '0 */5 * * *', '0 0 */10 * *', '0 0 31 * *', '0 0 29 2 *', '0 12 * jan,JUL *',
        '0 12 * 2-4 *', '0 0 1 */3 *', '0 0 * * 1-5', '0 0 * * 5-7', '0 0 1-7 * mon', '0 0 */2 * mon', '0 0 2 * */2', '59 23 31 12 *',
        '1-3,10,20-22 4 * * *', '0 0,12 1 */2 *', '10/15 * * * *', '0 8-18/2 * * 1,3,5', '0 0 1 1 0', '*/40 * * * *', '0 22 * * 0-4',
        '3 3 3 3 3', '0 0 * 6-8 6,0']
FIELDS = [('minute', 0, 59), ('hour', 0, 23), ('day of the month', 1, 31), ('month', 1, 12), ('day of the week', 0, 7)]


def said_times(said):
    """What the words say of each field as a set, and whether either day is enough."""
    sets, either = {}, False
    for piece in said:
        text = split(piece)[1]
        either |= 'it runs when either of them fits' in text
        name, colon, list_ = text.partition(': ')
        field = next((f for f in FIELDS if f[0] == name), None)
        if not colon or not field:
            continue
        value = lambda w: int(w) if w.isdigit() else MONTHS.index(w) + 1 if w in MONTHS else (DAYS.index(w) + 1) % 7
        found = set()
        for part in list_.split(', '):
            every = re.match(r'every (\d+) from (\S+) (?:on|to (\S+))$', part)
            span = re.match(r'(\S+) to (\S+)$', part)
            if part == 'every one':
                found |= set(range(field[1], field[2] + 1))
                continue
            low, high, step = (value(every[2]), value(every[3]) if every[3] else field[2], int(every[1])) if every else \
                (value(span[1]), value(span[2]), 1) if span else (value(part), value(part), 1)
            if high < low:  # Friday to Sunday
                high += 7
            found |= {n % 7 if field[0].endswith('week') else n for n in range(low, high + 1, step)}
        sets[name] = found
    return sets, either


def cron_times(line):
    """The minutes of 2024 at which cron runs it, by its manual (crontab(5) of Vixie's cron)."""
    names = {n[:3].lower(): i + 1 for i, n in enumerate(MONTHS)} | {n[:3].lower(): (i + 1) % 7 for i, n in enumerate(DAYS)}
    fields = []
    for text, (_, low, high) in zip(line.split(), FIELDS):
        found = set()
        for part in text.split(','):
            span, _, step = part.partition('/')
            a, dash, b = span.partition('-')
            number = lambda w: names[w.lower()] if w.isalpha() else int(w)
            first, last = (low, high) if a == '*' else (number(a), number(b) if dash else high if step else number(a))
            found |= set(range(first, last + 1, int(step or 1)))
        fields.append(found)
    fields[4] = {n % 7 for n in fields[4]}
    both = line.split()[2][0] != '*' and line.split()[4][0] != '*'
    return every_minute(fields, both)


def every_minute(fields, either):
    found = set()
    for month in range(1, 13):
        for day in range(1, calendar.monthrange(2024, month)[1] + 1):
            weekday = (datetime.date(2024, month, day).weekday() + 1) % 7
            in_month, in_week = day in fields[2], weekday in fields[4]
            if month in fields[3] and ((in_month or in_week) if either else (in_month and in_week)):
                found |= {(month, day, h, m) for h in range(24) if h in fields[1] for m in range(60) if m in fields[0]}
    return found


# --- file patterns ---

PATHS = ['a', 'b', 'ab', 'abc', 'a.c', 'a.h', 'b.c', '.a', '.gitx', 'a-b', 'a]b', 'a*b', 'a b', '[x]', '!a', 'a1', 'a10', 'B', 'é',
         'd/a', 'd/a.c', 'd/.a', 'd/e/a', 'd/e/a.c', 'd/e/b', 'e/a.c', 'e/build/x', 'build/y', 'a.log', 'keep.log', 'd/keep.log', '#a', 'x ']
GLOBS = ['*', '?', '??', '*.c', 'a*', '*a', '[ab]', '[a-c]', '[!a]', '[^a]', '[a-z]*', '[]x]*', '[!]x]*', 'a[]]b', 'a[-*]b', 'a\\*b', 'a?b', '\\[x\\]',
         'd/*', 'd/*.c', '*/a', '*/*', '*/*.c', 'd/?', '.*', '.[a-z]*', 'd/.*', '**/a', 'd/**', '**/*.c', '*.[ch]', 'a[0-9]', 'a[0-9]*', '[[:digit:]a]*',
         '[[:upper:]]', 'x\\ ', 'd/e/*', '!a', '*b*']
IGNORES = ['*.c', '/a.c', 'a.c', 'd/*.c', 'd/a', '/d', 'build', 'build/', '/build/', '**/a', 'd/**', 'd/**/a', '*.log', 'e/*', '*/a', '[ab]', '[!a]*',
           '\\#a', '\\!a', '?.c', 'a?b', 'd/e/', '.*', '/.*', '*', '/*', 'x\\ ', 'a*', 'e/build', '**/build/**', 'd/', '/d/e', 'é', 'a[0-9]*', '**/e/a.c', 'a\\*b']


def expression(parts):
    """A regular expression of what is said of a pattern's parts."""
    made = ''
    for code, text in parts:
        if text == 'just that':
            made += re.escape(code)
        elif text.startswith('the character itself'):
            made += re.escape(code[1:])
        elif text.startswith('any text without a slash'):
            made += '[^/]*'
        elif text.startswith('any one character but a slash'):
            made += '[^/]'
        elif text == 'a blank':
            made += ' '
        elif text.startswith('any folders, one in the other, or none'):
            made += '(?:.*/)?'
        elif text.startswith('all that lies below, at any depth'):
            made += '.+'
        elif text.startswith('one of these characters') or text.startswith('one character that is none of these'):
            none = 'none of these' in text
            inner = code[2:-1] if none else code[1:-1]
            inner = re.sub(r'([]\[\\^])', r'\\\1', re.sub(r'\[:(digit|upper):\]', r'{\1}', inner))
            made += '(?!/)[' + ('^' if none else '') + inner.replace('{digit}', '0-9').replace('{upper}', 'A-Z') + ']'
        else:
            raise AssertionError(f'not understood: {text}')
    return made


def all_names():
    names = set(PATHS)
    for path in PATHS:
        while '/' in path:
            path = path.rpartition('/')[0]
            names.add(path)
    return sorted(names)


def make_files(folder):
    for path in PATHS:
        file = pathlib.Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('')


def hides(name, pattern):
    """Whether the shell leaves the name out: a part begins with a dot that the pattern does not write."""
    written = pattern.split('/')
    return any(part.startswith('.') and not (i < len(written) and written[i].startswith('.'))
               for i, part in enumerate(name.split('/')))


# --- revisions ---

REVISIONS = ['HEAD', '@', 'main', 'v1', 'v1^{}', 'HEAD^', 'HEAD~', 'HEAD~1', 'HEAD~2', 'HEAD~3', 'HEAD^^', 'HEAD^1', 'HEAD^2', 'HEAD~2^2', 'HEAD^2~1', 'HEAD~0',
             'HEAD^0', '@~2', 'main~1', 'topic', 'topic~1', 'v1~1', 'v1^{commit}', 'HEAD^{tree}', 'HEAD:a', 'v1:a', 'HEAD~1:d/b', 'HEAD:d', 'HEAD:', ':a', ':0:a',
             ':/second', 'HEAD^{/first}', '@{1}', 'main@{1}', 'HEAD@{2}', '@{-1}', 'refs/heads/topic', 'refs/tags/v1', 'refs/tags/v1^{}', 'HEAD~1^', 'v1^0',
             'main..topic', 'topic..main', 'main...topic', 'topic..', '..topic', 'HEAD^!', 'HEAD^@', '^topic', 'HEAD^-', 'HEAD^2^-']
MAKE_REPOSITORY = '''
set -e
git init -q -b main .
git config user.name a; git config user.email a@b
commit() { echo "$1" > a; mkdir -p d; echo "$1" > d/b; git add .; git commit -qm "$1"; }
commit first; commit second; git tag -a -m one v1
git checkout -q -b topic; echo t > t; git add .; git commit -qm "topic one"; echo u > t; git commit -qam "topic two"
git checkout -q main; commit third
git merge -q -m merged topic
git checkout -q -b other; git checkout -q main; git branch -q -D other; git checkout -q topic; git checkout -q main
git checkout -q -b extra; echo x > x; git add .; git commit -qm extra; git checkout -q main
commit last; git merge -q -m "merged again" extra
git checkout -q topic; echo w > t; git commit -qam "topic three"; git checkout -q main
'''


class Graph:
    """The commits of a repository by git's plumbing; revisions are followed from what is said."""

    def __init__(self, folder):
        self.folder = folder
        lines = run(['git', 'log', '--all', '--reflog', '--format=%H|%P|%T|%ct|%s'], folder).splitlines()
        self.commits = {h: (p.split(), t, n, s) for n, (h, p, t, _, s) in enumerate(line.split('|') for line in lines)}

    def git(self, *words):
        return run(['git', *words], self.folder).strip()

    def ancestors(self, commit):
        found, work = set(), [commit]
        while work:
            one = work.pop()
            if one not in found:
                found.add(one)
                work += self.commits[one][0]
        return found

    def newest(self, commits, word):
        fitting = [c for c in commits if word in self.commits[c][3]]
        return min(fitting, key=lambda c: self.commits[c][2])

    def peeled(self, name):
        while self.git('cat-file', '-t', name) == 'tag':
            name = self.git('cat-file', 'tag', name).split('\n')[0].split()[1]
        return name

    def log_entry(self, ref, n):
        path = pathlib.Path(self.folder, '.git', 'logs', 'HEAD' if ref == 'HEAD' else 'refs/heads/' + ref)
        return path.read_text().splitlines()[-1 - n].split()[1]

    def tree_entry(self, tree, path):
        for name in filter(None, path.split('/')):
            tree = {line.split('\t')[1]: line.split()[2] for line in self.git('ls-tree', tree).splitlines()}[name]
        return tree

    def step(self, at, base, code, text):
        """Where one piece leads from the commit `at`."""
        if text.startswith('the commit that is checked out'):
            return pathlib.Path(self.folder, '.git', self.git('symbolic-ref', 'HEAD')).read_text().strip()
        if text.startswith(('the newest commit of this branch', 'what this tag names')):
            name = code.removeprefix('refs/heads/').removeprefix('refs/tags/')
            for ref in 'refs/heads/' + name, 'refs/tags/' + name:
                if pathlib.Path(self.folder, '.git', ref).exists():
                    return pathlib.Path(self.folder, '.git', ref).read_text().strip()
        if text.startswith(('what the tag names in the end', 'the commit that it names in the end')):
            return self.peeled(at)
        if m := re.match(r'its (\d)\w\w parent|its first parent|its parent', text):
            return self.commits[self.peeled(at)][0][int(m[1]) - 1 if m[1] else 0]
        if m := re.match(r'(\d+) generations up, always by the first parent', text):
            for _ in range(int(m[1])):
                at = self.commits[self.peeled(at)][0][0]
            return at
        if text.startswith('that commit itself'):
            return self.peeled(at)
        if text.startswith('the folder as of that commit'):
            return self.commits[self.peeled(at)][1]
        if text.startswith(('the file or folder of this name in it', 'the outermost folder in it')):
            return self.tree_entry(self.commits[self.peeled(at)][1], code[1:])
        if text.startswith('the file as it stands in the index'):
            return self.git('ls-files', '-s', code.rpartition(':')[2]).split()[1]
        if text.startswith('the newest commit whose message fits'):
            return self.newest(self.commits, code[2:])
        if text.startswith('the newest commit before it whose message fits'):
            return self.newest(self.ancestors(at), code[3:-1])
        if m := re.match(r'where it stood (\d+) moves? ago', text):
            ref = base if base and base != '@' else self.git('symbolic-ref', '--short', 'HEAD')
            return self.log_entry(ref, int(m[1]))
        if m := re.match(r'the branch that was checked out (\d+) change', text):
            log = pathlib.Path(self.folder, '.git/logs/HEAD').read_text().splitlines()
            moves = [re.search(r'moving from (\S+) to', line) for line in log]
            name = [m[1] for m in moves if m][-int(m[1])]
            return pathlib.Path(self.folder, '.git/refs/heads', name).read_text().strip()
        raise AssertionError(f'not understood: {code}: {text}')

    def follow(self, said):
        """The objects that are named: a list for sets of commits, else one."""
        at = base = None
        sides, sets, left_out = [], None, False
        for piece in said:
            code, text = split(piece)
            if 'a side that is left out is HEAD' in text:
                left_out = True
            elif text.startswith(('the commits that the right side has', 'the commits that one of the two sides has')):
                sets = 'right' if 'right side' in text else 'either'
            elif text.startswith('without the commits that can be reached from'):
                sets = 'without'
            elif text.startswith('all its parents'):
                return set(self.commits[self.peeled(at)][0])
            elif text.startswith('that commit alone, without its parents'):
                return {at}
            elif text.startswith('what came with it: all but what its first parent has'):
                return self.ancestors(at) - self.ancestors(self.commits[at][0][0])
            else:
                if text.startswith(('the newest commit of this branch', 'what this tag names', 'the commit that is checked out')):
                    at = None
                    sides.append(None)
                    base = code
                at = self.step(at, base, code, text)
                if sides:
                    sides[-1] = at
        if sets is None:
            return at
        if sets == 'without':
            return set(self.commits) - self.ancestors(self.peeled(sides[0]))
        if left_out:
            head = self.git('rev-parse', 'HEAD')
            sides = sides + [head] if self.left_first else [head] + sides
        a, b = (self.ancestors(self.peeled(s)) for s in sides)
        return b - a if sets == 'right' else a ^ b


class Small(unittest.TestCase):
    def test_formats(self):
        self.assertGreaterEqual(len(FORMATS), AT_LEAST)
        for format_, value in FORMATS:
            with self.subTest(format=format_, value=value):
                said = pieces(ARTEL, 'printf', format_)
                self.assertEqual(len(said), 1, said)
                words = ['/usr/bin/printf', format_ + '.'] + ([str(value)] if value is not None else [])
                self.assertEqual(carry_out(split(said[0])[1], value) + '.', run(words), said)
                # Python writes 0o10, and lets 0 win over a precision.
                if value is not None and format_ not in ('%#o', '%06.3d'):
                    self.assertEqual(carry_out(split(said[0])[1], value), format_ % value, said)

    def test_dates(self):
        letters = 'YymdejHIpMSaAbhBuwUWVGgzZsDFTRrCnt%klP'
        self.assertGreaterEqual(len(letters), AT_LEAST)
        for letter in letters:
            said = pieces(ARTEL, 'strftime', '%' + letter)
            self.assertEqual(len(said), 1, letter)
            for when in DATES:
                with self.subTest(letter=letter, when=when):
                    want = run(['date', '-u', '-d', when.isoformat() + 'Z', f'+%{letter}.'])
                    self.assertEqual(DATE_WORDS[split(said[0])[1]](when) + '.\n', want, said)

    def test_cron_lines(self):
        self.assertGreaterEqual(len(CRON), AT_LEAST)
        for line in CRON:
            with self.subTest(line=line):
                sets, either = said_times(pieces(ARTEL, 'cron', line))
                sets['day of the week'] = {n % 7 for n in sets['day of the week']}
                said = every_minute([sets[f[0]] for f in FIELDS], either)
                self.assertEqual(sorted(said ^ cron_times(line))[:3], [])

    def test_file_patterns(self):
        self.assertGreaterEqual(len(GLOBS), AT_LEAST)
        with tempfile.TemporaryDirectory() as folder:
            make_files(folder)
            script = 'shopt -s nullglob globstar\n' + ''.join(f"printf '%s\\n' {g} ''\necho ==\n" for g in GLOBS)
            blocks = run(['bash', '-c', script], folder, LC_ALL='C.UTF-8').split('==\n')
        for pattern, block in zip(GLOBS, blocks):
            said = pieces(ARTEL, 'glob', pattern)
            parts = [split(p) for p in said]
            dots = any('names that begin with a dot are left out' in text for _, text in parts)
            parts = [p for p in parts if 'names that begin with a dot' not in p[1]]
            regex = expression(parts)
            with self.subTest(pattern=pattern, said=said):
                fitting = [n for n in all_names() if re.fullmatch(regex, n) and (not dots or not hides(n, pattern))]
                got = sorted({line.rstrip('/') for line in block.splitlines() if line.rstrip('/')} - {'.', '..', 'd/.', 'd/..'})
                # Without a file that fits, nullglob leaves only what holds no pattern at all; "d/**" finds d itself too.
                got = [g for g in got if g in all_names() and not (pattern.endswith('/**') and g == pattern[:-3])]
                self.assertEqual(sorted(fitting), got)

    def test_ignore_lines(self):
        if not shutil.which('git'):
            self.skipTest('there is no git')
        self.assertGreaterEqual(len(IGNORES), AT_LEAST)
        with tempfile.TemporaryDirectory() as folder:
            make_files(folder)
            run(['git', 'init', '-q', '.'], folder, HOME=folder)
            for line in IGNORES:
                pathlib.Path(folder, '.git/info/exclude').write_text(line + '\n')
                got = run(['git', '-c', 'core.quotePath=false', 'ls-files', '-oi', '--exclude-standard'], folder, HOME=folder)
                said = [split(p) for p in pieces(ARTEL, 'ignore', line)]
                head, parts = said[0][1], said[1:]
                regex = expression(parts)
                if 'in this folder and all below' in head:
                    regex = '(?:.*/)?' + regex
                folders_only = 'folders only' in head
                want = [p for p in PATHS if any(re.fullmatch(regex, '/'.join(p.split('/')[:n])) for n in
                                                range(1, len(p.split('/')) + (0 if folders_only else 1)))]
                with self.subTest(line=line, said=said, regex=regex):
                    self.assertEqual(sorted(got.splitlines()), sorted(want))

    def test_revisions(self):
        if not shutil.which('git'):
            self.skipTest('there is no git')
        self.assertGreaterEqual(len(REVISIONS), AT_LEAST)
        with tempfile.TemporaryDirectory() as folder:
            run(['bash', '-c', MAKE_REPOSITORY], folder, HOME=folder)
            graph = Graph(folder)
            self.assertGreaterEqual(len(graph.commits), 7)
            for revision in REVISIONS:
                said = pieces(ARTEL, 'revision', revision)
                graph.left_first = not revision.startswith('..')
                with self.subTest(revision=revision, said=said):
                    got = graph.follow(said)
                    if isinstance(got, set) and revision.startswith('^'):
                        want = set(run(['git', 'rev-list', '--all', '--reflog', revision], folder).split())
                    elif isinstance(got, set) and revision.endswith('^@'):
                        want = set(run(['git', 'rev-parse', revision], folder).split())
                    elif isinstance(got, set):
                        want = set(run(['git', 'rev-list', revision], folder).split())
                    else:
                        want = run(['git', 'rev-parse', '--verify', revision], folder).strip()
                    self.assertTrue(want)
                    self.assertEqual(got, want)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])

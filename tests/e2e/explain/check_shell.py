"""What is said of command lines, and what they do: each line of CASES is explained and run in a folder of its
own. usage: check_shell.py ARTEL

A case is a command line, what must be said of it ("a; b"), and what it leaves: its output, or `file: text`."""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ARTEL = sys.argv[1]
FILES = {'n.txt': '10\n9\n2\n9\n', 'w.txt': 'b x\na y\nb x\nB z\n', 'c.csv': 'a,1\nb,2\nc,3\n', 'd/e.txt': 'deep\n', 'd/f.c': 'int f;\n',
         '.hidden': 'h\n', 'empty': ''}

CASES = [
    # where things go
    ('echo a > o', 'Writes the output to the file `o`, which is emptied first', 'o: a\n'),
    ('echo a > o; echo b >> o', 'Appends the output to the file `o`', 'o: a\nb\n'),
    ('ls nosuch 2> o', '(the errors) to the file `o`', 'o: ~No such file'),
    ('ls nosuch 2> /dev/null', 'Throws away what comes out of descriptor `2` (the errors)', ''),
    ('echo a > /dev/null', 'Throws the output away', ''),
    ('ls nosuch > o 2>&1', 'Sends errors (descriptor 2) where normal output (1) goes at this moment', 'o: ~No such file'),
    ('ls nosuch 2>&1 > o', 'Sends errors (descriptor 2) where normal output (1) goes at this moment', 'o: '),
    ('ls nosuch 2>&1 | wc -l', 'Sends errors (descriptor 2) where normal output (1) goes; the output of each is the input of the next; lines', '1\n'),
    ('ls nosuch &> o', 'Sends both output and errors to the file `o`', 'o: ~No such file'),
    ('cat < c.csv', 'Reads the file `c.csv` as standard input', 'a,1\nb,2\nc,3\n'),
    ('cat <<< "a  b"', 'gives it this text as its input', 'a  b\n'),
    ('{ echo a >&2; } 2> o', 'Sends the output where errors go', 'o: a\n'),
    ('echo a | tee o', 'writes its input to a file and on to its output', 'a\n'),
    ('echo a > o; echo b | tee -a o > /dev/null', "at the file's end", 'o: a\nb\n'),
    # one after the other
    ('true && echo a', 'succeeded', 'a\n'),
    ('false && echo a', 'succeeded', ''),
    ('false || echo a', 'failed', 'a\n'),
    ('true || echo a', 'failed', ''),
    ('false; echo a', '', 'a\n'),
    ('! false && echo a', 'succeeded', 'a\n'),
    ('echo b | cat', 'the output of each is the input of the next', 'b\n'),
    ('sleep 0 & wait; echo a', '', 'a\n'),
    # sort, uniq, head, tail, cut, tr, wc
    ('sort n.txt', 'sorts lines', '10\n2\n9\n9\n'),
    ('sort -n n.txt', 'by number', '2\n9\n9\n10\n'),
    ('sort -rn n.txt', 'in the opposite order; by number', '10\n9\n9\n2\n'),
    ('sort -u n.txt', 'equal ones once', '10\n2\n9\n'),
    ('sort -k2 w.txt | head -n1', 'by this column; so many lines', 'b x\n'),
    ('sort -t, -k2 -r c.csv', 'columns end at this character; in the opposite order', 'c,3\nb,2\na,1\n'),
    ('LC_ALL=C sort -f w.txt | tail -n 1', 'capitals and small letters the same', 'B z\n'),
    ('sort n.txt | uniq', 'leaves out lines that equal the one before', '10\n2\n9\n'),
    ('sort n.txt | uniq -d', 'only repeated ones', '9\n'),
    ('sort n.txt | uniq -u', 'only single ones', '10\n2\n'),
    ('sort n.txt | uniq -c | tail -n 1', 'with how often', '~2 9'),
    ('head -n 2 n.txt', 'shows the beginning; so many lines', '10\n9\n'),
    ('head -n -1 n.txt', 'with a minus: all but so many', '10\n9\n2\n'),
    ('head -c 3 n.txt', 'so many bytes', '10\n'),
    ('tail -n 1 n.txt', 'shows the end; so many lines', '9\n'),
    ('tail -n +3 n.txt', 'with a plus: from this line on', '2\n9\n'),
    ('tail -c 2 n.txt', 'so many bytes', '9\n'),
    ('cut -d, -f2 c.csv', 'columns end at this character; these columns', '1\n2\n3\n'),
    ('cut -c1 c.csv', 'these characters', 'a\nb\nc\n'),
    ('cut -d" " -f1 -s c.csv', 'only lines with the separator', ''),
    ('tr a-z A-Z < c.csv', 'replaces characters', 'A,1\nB,2\nC,3\n'),
    ('tr -d , < c.csv', 'deletes them', 'a1\nb2\nc3\n'),
    ('echo aab | tr -s a', 'several of one in a row become one', 'ab\n'),
    ('echo a1 | tr -cd 0-9', 'all but those named; deletes them', '1'),
    ('wc -l < n.txt', 'counts; lines', '4\n'),
    ('wc -w < w.txt', 'words', '8\n'),
    ('wc -c < n.txt', 'bytes', '9\n'),
    # grep, sed, awk
    ('grep b w.txt', 'shows the lines that match a regular expression', 'b x\nb x\n'),
    ('grep -i b w.txt', 'capitals and small letters count as the same', 'b x\nb x\nB z\n'),
    ('grep -v b w.txt', 'the lines that do not match', 'a y\nB z\n'),
    ('grep -n a w.txt', 'with line numbers', '2:a y\n'),
    ('grep -c b w.txt', 'only how many lines', '2\n'),
    ('grep -o x w.txt', 'only the part that matches', 'x\nx\n'),
    ('grep -q a w.txt && echo yes', 'only the exit status; succeeded', 'yes\n'),
    ('grep -l deep d/e.txt n.txt', 'only the names of files that match', 'd/e.txt\n'),
    ('grep -r deep d', 'in all files below a folder', 'd/e.txt:deep\n'),
    ('grep -rl int d', 'in all files below a folder; only the names of files that match', 'd/f.c\n'),
    ('grep -E "^(10|2)$" n.txt', 'extended expressions', '10\n2\n'),
    ('grep -F . c.csv', 'plain texts, no expressions', ''),
    ('grep -w 9 n.txt', 'whole words', '9\n9\n'),
    ('grep -x 1 n.txt', 'whole lines', ''),
    ('grep -h deep d/e.txt n.txt', 'without file names', 'deep\n'),
    ('grep -H deep d/e.txt', 'with file names', 'd/e.txt:deep\n'),
    ('grep -A1 10 n.txt', 'with so many lines after', '10\n9\n'),
    ('grep -B 1 2 n.txt', 'with so many lines before', '9\n2\n'),
    ('grep -m1 9 n.txt', 'stops after so many', '9\n'),
    ('grep -e a -e y w.txt', 'the expression', 'a y\n'),
    ('grep -s x nosuch', 'no messages about missing files', ''),
    ('sed s/a/X/ c.csv', 'changes lines by a script', 'X,1\nb,2\nc,3\n'),
    ('sed -n 2p c.csv', 'shows nothing unless the script says p', 'b,2\n'),
    ('sed -i s/a/X/ c.csv', 'changes the file itself', 'c.csv: X,1\nb,2\nc,3\n'),
    ('sed -E "s/(.),(.)/\\2\\1/" c.csv', 'extended expressions', '1a\n2b\n3c\n'),
    ('sed -e s/a/b/ -e s/b/c/ c.csv', 'the script', 'c,1\nc,2\nc,3\n'),
    ("awk -F, '{print $2}' c.csv", 'runs a small program for each line; columns end at this', '1\n2\n3\n'),
    ("awk -v n=2 'NR == n' c.csv", 'sets a variable', 'b,2\n'),
    # files
    ('mkdir -p p/q/r && ls p', 'those above too, no error if it is there', 'q\n'),
    ('mkdir -p d && echo ok', 'no error if it is there', 'ok\n'),
    ('cp c.csv k && cat k', 'copies', 'a,1\nb,2\nc,3\n'),
    ('cp -r d k && cat k/e.txt', 'with all folders below', 'deep\n'),
    ('cp -n c.csv n.txt; head -n1 n.txt', 'replaces nothing', '10\n'),
    ('mv n.txt m.txt && ls m.txt n.txt 2>/dev/null', 'moves or renames', 'm.txt\n'),
    ('mv -n c.csv n.txt; head -n1 n.txt', 'replaces nothing', '10\n'),
    ('rm n.txt && ls n.txt 2>/dev/null', 'removes', ''),
    ('rm -f nosuch && echo ok', 'no error if there is none', 'ok\n'),
    ('rm -r d && ls d 2>/dev/null', 'folders with all that is in them', ''),
    ('rm -rf d nosuch && echo ok', 'folders with all that is in them; without asking', 'ok\n'),
    ('ln -s n.txt l && cat l', 'makes a link; a symbolic one', '10\n9\n2\n9\n'),
    ('ln -sf c.csv n.txt && head -n1 n.txt', 'a symbolic one; replaces what is there', 'a,1\n'),
    ('ls -a | grep hidden', 'also those that begin with a dot', '.hidden\n'),
    ('ls -A | grep -c "^\\.\\.*$"', 'but not . and ..', '0\n'),
    ('ls -1 d', 'one per line', 'e.txt\nf.c\n'),
    ('ls -d d', 'folders themselves, not what is in them', 'd\n'),
    ('ls -r d', 'in the opposite order', 'f.c\ne.txt\n'),
    ('tar -cf t.tar d && tar -tf t.tar | sort', 'packs; lists; this file', 'd/\nd/e.txt\nd/f.c\n'),
    ('tar -czf t.tgz d && rm -r d && tar -xzf t.tgz && cat d/e.txt', 'through gzip; unpacks', 'deep\n'),
    ('mkdir o && tar -cf - d | tar -xf - -C o && cat o/d/e.txt', 'in this folder', 'deep\n'),
    ('find d -name "*.c"', 'looks for files', 'd/f.c\n'),
    ('find d -type f -print0 | xargs -0 cat | wc -l', 'items end with NUL, not with blanks', '2\n'),
    ('printf "a b c" | xargs -n 1 echo', 'so many at a time', 'a\nb\nc\n'),
    ('printf "a\\nb\\n" | xargs -I{} echo "<{}>"', 'puts each item in the place of this text', '<a>\n<b>\n'),
    ('xargs -r echo x < empty', 'not at all if nothing came', ''),
    ('cat -n c.csv | head -n 1 | tr -s " \\t" " "', 'with line numbers', ' 1 a,1\n'),
    ('diff -q c.csv n.txt', 'only whether', 'Files c.csv and n.txt differ\n'),
    ('echo -n a', 'without a line break at the end', 'a'),
    ('echo -e "a\\tb"', 'with the meaning of backslashes', 'a\tb\n'),
    ('printf "%03d\\n" 7', 'prints by a format', '007\n'),
    ('IFS=, read -r a b < c.csv; echo $b', 'reads a line into variables; backslashes mean nothing', '1\n'),
    ('chmod 600 n.txt && stat -c %a n.txt', 'changes rights', '600\n'),
    ('du -s empty | cut -f1', 'only sums', '0\n'),
    # the shell's own signs
    ('a=1; echo "$a" \'$a\'', 'inside double quotes it stays one word', '1 $a\n'),
    ('echo ${x:-none}', 'when it is unset or empty', 'none\n'),
    ('f=a.tar.gz; echo ${f%.*} ${f%%.*} ${f#*.} ${f##*.}', 'without the shortest end; without the longest end', 'a.tar a tar.gz gz\n'),
    ('f=banana; echo ${f/a/X} ${f//a/X}', 'with every', 'bXnana bXnXnX\n'),
    ('f=abc; echo ${#f}', 'How many characters `f` has', '3\n'),
    ('f=abcdef; echo ${f:1:2}', '', 'bc\n'),
    ('echo $(echo a; echo b)', 'puts its output here', 'a b\n'),
    ('echo $((2 + 3 * 4))', '', '14\n'),
    ('echo {1..3} {a,b}c', '', '1 2 3 ac bc\n'),
    ('for i in a b; do echo $i; done', 'once for each word', 'a\nb\n'),
    ('diff <(echo a) <(echo a) && echo same', '', 'same\n'),
    ('[[ abc == a* ]] && echo yes', '', 'yes\n'),
    ('[ -f n.txt ] && echo yes', '', 'yes\n'),
    ('((3 > 2)) && echo yes', 'succeeds when the result is not 0', 'yes\n'),
    ('set -- a "b c"; for x in "$@"; do echo "$x"; done', '', 'a\nb c\n'),
]


def explained(number, command, folder):
    """What is said of one line."""
    path = pathlib.Path(folder, f'{number}.sh')
    path.write_text(command + '\n')
    done = subprocess.run([ARTEL, 'explain', '--level', '2', f'{path}:1'], capture_output=True, timeout=60, check=False,
                          env={'COLUMNS': '96'})
    return ' '.join(done.stdout.decode().split())


class Commands(unittest.TestCase):
    def test_what_is_said_is_what_happens(self):
        if not shutil.which('bash'):
            self.skipTest('there is no bash')
        self.assertGreaterEqual(len(CASES), 100)
        with tempfile.TemporaryDirectory() as place, concurrent.futures.ThreadPoolExecutor(4) as pool:
            said = list(pool.map(lambda c: explained(c[0], c[1][0], place), enumerate(CASES)))
        for number, (command, phrases, left) in enumerate(CASES):
            with self.subTest(command=command), tempfile.TemporaryDirectory() as folder:
                for phrase in filter(None, phrases.split('; ')):
                    self.assertIn(phrase, said[number])
                self.assertTrue(said[number], 'nothing is said')
                for name, text in FILES.items():
                    path = pathlib.Path(folder, name)
                    path.parent.mkdir(exist_ok=True)
                    path.write_text(text)
                done = subprocess.run(['bash', '-c', command], cwd=folder, capture_output=True, timeout=20, check=False,
                                      env={'PATH': os.environ['PATH'], 'LC_ALL': 'C'})
                name, colon, want = left.partition(': ')
                got = pathlib.Path(folder, name).read_text() if colon else done.stdout.decode()
                want = want if colon else left
                if want.startswith('~'):
                    self.assertIn(want[1:], got)
                else:
                    self.assertEqual(got, want)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])

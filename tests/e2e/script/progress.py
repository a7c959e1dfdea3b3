#!/usr/bin/env python3
"""Scripts that handle many files say on a terminal where they are, and nothing elsewhere.

usage: progress.py ARTEL. The second that must pass before they speak passes at once: the clock of each interpreter is changed.
"""
import os
import pty
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

COMMENT = "compress the txt files in this folder with gzip"
CLOCKS = {
    "bash": ("sh", ["bash", "-c", 'sleep() { :; }; SECONDS=5; set -- ; . "$0"', "{script}"], ""),
    "python": ("py", ["python3", "-c", "import sys, time, itertools\ntime.monotonic = itertools.count().__next__\n"
                      "sys.argv = [sys.argv[1]]\nexec(compile(open(sys.argv[0]).read(), sys.argv[0], 'exec'))", "{script}"], ""),
    "javascript": ("cjs", ["node", "-r", "./clock.js", "{script}"], "let n = 0;\nDate.now = () => (n += 1000);\n"),
    "ruby": ("rb", ["ruby", "-r./clock.rb", "{script}"],
             "module Process\n  def self.clock_gettime(*)\n    @n = @n.to_i + 1\n  end\nend\n"),
}


def run(words, folder, terminal):
    """What it says on standard error, which is a terminal or is none."""
    if not terminal:
        done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        return done.returncode, done.stderr
    main, other = pty.openpty()
    done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=other, timeout=60)
    os.close(other)
    said = b""
    try:
        while data := os.read(main, 4096):
            said += data
    except OSError:
        pass  # the terminal is closed: that was all
    os.close(main)
    return done.returncode, said


def main():
    artel, bad, tried = sys.argv[1], 0, 0
    for language, (ending, words, clock) in CLOCKS.items():
        if not shutil.which(words[0]):
            print(f"{language}: {words[0]} is not installed, left out")
            continue
        tried += 1
        text = subprocess.run([artel, "script", "--lang", language, COMMENT], capture_output=True, check=True).stdout
        for terminal in (True, False):
            with tempfile.TemporaryDirectory() as folder:
                script = Path(folder, f"script.{ending}")
                script.write_bytes(text)
                if clock:
                    Path(folder, words[1 + (words[1] == "-r")].removeprefix("-r")).write_text(clock)
                for name in ("one.txt", "two\nlines.txt", "sub.txt"):
                    Path(folder, name).write_text(name)
                code, said = run([word.replace("{script}", str(script)) for word in words], folder, terminal)
                packed = len(list(Path(folder).glob("*.gz")))
            good = (b" files, at " in said and (b"sub.txt" in said or b"one.txt" in said) and b"\ntwo" not in said and said.endswith(b"\x1b[K")) if terminal else not said
            if code != 0 or packed != 3 or not good:
                bad += 1
                print(f"{language}, {'on a terminal' if terminal else 'elsewhere'}: status {code}, {packed} packed, said {said!r}")
    print(f"{tried} languages, {bad} faults")
    sys.exit(1 if bad else 0 if tried else 77)


main()

"""An editor in a terminal of its own, from an empty profile; keys are typed, files are watched."""
import fcntl
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time

PATIENCE = 90  # seconds; a build with sanitizers on a loaded machine
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
TEXT = """#include <stdio.h>

static int add(int a, int b)
{
    return a + b;
}

static int subtract(int a, int b)
{
"""


def need(program, package):
    if not shutil.which(program):
        print(f"skipped: there is no {program}; on Debian: apt-get install {package}")
        sys.exit(77)


class Editor:
    """Runs until the block ends; `home` is its profile and is removed with it."""

    def __init__(self, home, command, **environment):
        self.home = home
        self.screen = b""
        try:
            self.master, slave = pty.openpty()
        except OSError as why:
            print(f"skipped: {why}; mount a devpts file system")
            sys.exit(77)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, cwd=home,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home, "TMPDIR": home,
                 "XDG_RUNTIME_DIR": home, "TERM": "xterm-256color", **environment})
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def drain(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                try:
                    self.screen += os.read(self.master, 65536)
                except OSError:
                    return

    def type(self, keys, pause=0.03):
        for key in keys if isinstance(keys, list) else [*keys]:
            os.write(self.master, key.encode())
            self.drain(pause)

    def until(self, what, ask):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.drain(0.1)
            got = ask()
            if got:
                return got
            if self.process.poll() is not None:
                break
        raise SystemExit(f"never came: {what}\n{self.screen[-3000:].decode(errors='replace')}")


def profile():
    return tempfile.TemporaryDirectory(prefix="artel-editor-", ignore_cleanup_errors=True)


def read(path):
    try:
        with open(path, encoding="utf-8") as f:
            return f.read()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""

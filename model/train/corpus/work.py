"""The folder that a pipeline works in, and how its steps write there: whole files or none."""
import contextlib
import hashlib
import json
import os
import pathlib
import subprocess
import sys


class Work:
    def __init__(self, folder, programs):
        self.folder = pathlib.Path(folder).absolute()
        self.programs = pathlib.Path(programs).absolute() if programs else None

    def __truediv__(self, name):
        return self.folder / name

    def program(self, name):
        """A program of the build folder."""
        places = {"artel-corpus": "model/train", "artel-train": "model/train", "artel-scrub": "assist/adapt",
                  "artel": "lsp"}
        path = self.programs / places[name] / name
        if not path.exists():
            raise Failure(f"{path} is missing: build it, or name the build folder with --build")
        return str(path)


class Failure(Exception):
    """One sentence for whoever runs the pipeline."""


@contextlib.contextmanager
def whole(path, mode="w"):
    """A file that replaces `path` when all of it was written."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    options = {} if "b" in mode else {"encoding": "utf-8", "newline": "\n"}
    try:
        with open(beside, mode, **options) as f:
            yield f
            f.flush()
            os.fsync(f.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def records(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)


def line_of(record):
    return json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n"


def number_from(*parts):
    """A number that depends on the parts alone."""
    return int.from_bytes(hashlib.sha256("\0".join(map(str, parts)).encode()).digest()[:8], "big")


def run(command, **options):
    try:
        subprocess.run(command, check=True, **options)
    except subprocess.CalledProcessError as e:
        raise Failure(f"{pathlib.Path(command[0]).name} failed (status {e.returncode})") from None


def note(text):
    print(text, file=sys.stderr, flush=True)

"""Downloads the packages of the lists with the ordinary clients. A package that is there is not
asked for again."""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess

from work import note

LISTS = pathlib.Path(__file__).parent
KINDS = ("source", "binary", "npm")
COMMANDS = {
    "source": ["apt-get", "source", "--download-only", "-qq"],
    "binary": ["apt-get", "download", "-qq"],
    "npm": ["npm", "pack", "--silent"],
}


def listed(kind):
    return (LISTS / f"{kind}.txt").read_text(encoding="utf-8").split()


def folder_of(work, kind, name):
    return work / "packages" / kind / name.replace("/", "+")


def is_there(folder):
    return (folder / "done").exists()


def fetch(work, kind, name, seconds=300):
    folder = folder_of(work, kind, name)
    if is_there(folder):
        return True
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(COMMANDS[kind] + [name], cwd=folder, stdin=subprocess.DEVNULL, timeout=seconds,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        good, why = done.returncode == 0, done.stderr.decode(errors="replace").strip().split("\n")[-1]
    except (OSError, subprocess.TimeoutExpired) as e:
        good, why = False, str(e)
    if good:
        (folder / "done").touch()
    else:
        note(f"{kind} {name}: {why}")
        shutil.rmtree(folder, ignore_errors=True)
    return good


def download(work, at_once=4):
    wanted = [(kind, name) for kind in KINDS for name in listed(kind)]
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        got = list(pool.map(lambda x: fetch(work, *x), wanted))
    size = sum(os.path.getsize(p) for p in (work / "packages").glob("*/*/*"))
    note(f"{sum(got)} of {len(wanted)} packages are there, {size / 1e6:.0f} MB")

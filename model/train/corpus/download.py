"""Downloads the packages of the lists with the ordinary clients, many at a time. A package that is
there is not asked for again."""
import collections
import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import tempfile

from work import note

LISTS = pathlib.Path(__file__).parent
KINDS = ("source", "binary", "npm")
COMMANDS = {
    "source": ["apt-get", "source", "--download-only", "-qq"],
    "binary": ["apt-get", "download", "-qq"],
    "npm": ["npm", "pack", "--silent"],
}
AT_ONCE = 20  # packages a client is asked for: most of its time goes into starting
ARCHIVE = re.compile(r"\.(deb|tgz|tar\.(gz|xz|bz2|lzma))$")


def listed(kind):
    return (LISTS / f"{kind}.txt").read_text(encoding="utf-8").split()


def folder_of(work, kind, name):
    return work / "packages" / kind / name.replace("/", "+")


def is_there(folder):
    return (folder / "done").exists()


def name_in(kind, file, names):
    """Which of the packages a downloaded file belongs to."""
    if kind != "npm":
        return file.partition("_")[0]
    stem = re.sub(r"-\d+\.\d+\.\d+.*\.tgz$", "", file)
    return next((n for n in names if n.removeprefix("@").replace("/", "-") == stem), "")


def release():
    """The options for what a distribution was released with: of later versions mirrors have less."""
    found = re.search(r"^VERSION_CODENAME=(\w+)", pathlib.Path("/etc/os-release").read_text(encoding="utf-8"), re.M)
    return ["-t", found.group(1)] if found else []


def is_usable(files, whole):
    """whole: of a source package, all that its .dsc names is wanted, not only what was written upstream."""
    names = {f.name for f in files}
    if whole and any(f.suffix == ".dsc" for f in files):
        said = "".join(f.read_text(encoding="utf-8", errors="replace") for f in files if f.suffix == ".dsc")
        return set(re.findall(r"^ [0-9a-f]{64} \d+ (\S+)$", said, re.M)) <= names
    return any(ARCHIVE.search(n) and ".debian.tar." not in n for n in names)


def fetch(work, kind, names, options=(), whole=False, seconds=900):
    """What the client gives of these packages; the names that it gave."""
    (work / "packages").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work / "packages", prefix=".part-") as beside:
        try:
            subprocess.run([*COMMANDS[kind], *options, *names], cwd=beside, stdin=subprocess.DEVNULL, timeout=seconds,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        except (OSError, subprocess.TimeoutExpired) as e:
            note(f"{COMMANDS[kind][0]}: {e}")
        found = collections.defaultdict(list)
        for f in pathlib.Path(beside).iterdir():
            found[name_in(kind, f.name, names)].append(f)
        got = [n for n in names if is_usable(found[n], whole)]
        for name in got:
            folder = folder_of(work, kind, name)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for f in found[name]:
                f.rename(folder / f.name)
            (folder / "done").touch()
    return got


def fetch_part(work, kind, names):
    """Where a client gives nothing it may not know one of the names: then one by one. What it left out
    otherwise is asked for once more, of source packages as released and what there is of them."""
    got = fetch(work, kind, names, whole=True)
    left = [n for n in names if n not in got]
    for again in [left] if got and left else [[n] for n in left]:
        fetch(work, kind, again, release() if kind == "source" else ())


def download(work, at_once=4):
    for unfinished in (work / "packages").glob(".part-*"):
        shutil.rmtree(unfinished)
    wanted = [(kind, name) for kind in KINDS for name in listed(kind)]
    parts = []
    for kind in KINDS:
        names = [n for k, n in wanted if k == kind and not is_there(folder_of(work, kind, n))]
        parts += [(kind, names[i:i + AT_ONCE]) for i in range(0, len(names), AT_ONCE)]
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda part: fetch_part(work, *part), parts))
    missing = [f"{kind} {name}" for kind, name in wanted if not is_there(folder_of(work, kind, name))]
    if missing:
        note(f"not to be had: {', '.join(missing)}")
    size = sum(p.stat().st_size for p in (work / "packages").glob("*/*/*"))
    note(f"{len(wanted) - len(missing)} of {len(wanted)} packages are there, {size / 1e6:.0f} MB")

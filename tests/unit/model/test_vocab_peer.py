#!/usr/bin/env python3
"""Compares token ids with llama.cpp's, on source text and on random Unicode, for the default model's
vocabulary and for those that llama.cpp's own sources contain.

usage: test_vocab_peer.py BUILD_FOLDER_OF_TESTS PEER_FOLDER DEFAULT_MODEL
Exit status 77 where tests/bench/peer/setup has not fetched llama.cpp.
"""
import pathlib
import random
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE.parents[2]
SEED = 20240917
# Where pre-tokenizers make decisions; surrogates cannot occur in UTF-8, NUL separates the texts.
RANGES = [(0x20, 0x7E), (0x20, 0x40), (0x09, 0x0D), (0x80, 0xFF), (0x100, 0x24F), (0x300, 0x36F), (0x370, 0x5FF),
          (0x600, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x1680, 0x1680), (0x2000, 0x206F), (0x20A0, 0x2BFF),
          (0x2E00, 0x303F), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7FF), (0xE000, 0xFFFF),
          (0x10000, 0x1FFFF), (0x20000, 0x10FFFF)]
WORDS = ["'s", "'LL", "'Re", "'t", "it's", "  ", "    ", "\t", "\n", "\r\n", "\n\n", "123", "4567", "x_1", "++", "//",
         "/*", "*/", "{\n", "}\n", "return", " int", "é", "ſ", "K", "İ", "ß", "中文", "🙂", "e\u0301", "\u00a0"]


def make_texts():
    rng = random.Random(SEED)
    texts = [""]
    for pattern in ("base/*.c", "model/*.h", "tests/unit/model/*.py", "cmake/*.cmake", "tests/unit/model/*.c"):
        for path in sorted(SOURCES.glob(pattern)):
            source = path.read_text(encoding="utf-8")
            texts.append(source)
            texts += [source[i:i + 40] for i in (rng.randrange(len(source)) for _ in range(10))]
    for _ in range(1500):
        low, high = rng.choice(RANGES)
        texts.append("".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 12))))
    for _ in range(1500):
        texts.append("".join(rng.choice(WORDS) if rng.random() < 0.6 else chr(rng.randint(*rng.choice(RANGES)))
                             for _ in range(rng.randint(1, 20))))
    # Every character of the planes in use, in its own text of neighbours.
    texts += ["".join(map(chr, range(c, c + 64))) for c in range(0x80, 0x32000, 64) if not 0xD800 <= c < 0xE000]
    return texts


def run(command, stdin):
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def compare(build, model, texts):
    """None when the vocabulary is not supported, else the number of texts whose ids differ."""
    stdin = "\0".join(texts).encode("utf-8")
    ours = run([build / "print_ids", model], stdin)
    if ours.returncode == 77:
        return None
    theirs = run([build / "print_ids_peer", model], stdin)
    for name, done in (("ours", ours), ("llama.cpp", theirs)):
        if done.returncode != 0:
            sys.exit(f"{model.name}: {name}: {done.stderr.decode('utf-8', 'replace')}")
    lines = ours.stdout.decode().split("\n")[:-1], theirs.stdout.decode().split("\n")[:-1]
    if len(lines[0]) != len(texts) or len(lines[1]) != len(texts):
        sys.exit(f"{model.name}: {len(texts)} texts gave {len(lines[0])} and {len(lines[1])} answers")
    wrong = [i for i in range(len(texts)) if lines[0][i] != lines[1][i]]
    for i in wrong[:5]:
        print(f"{model.name}: {texts[i][:80]!r}\n  ours      {lines[0][i][:200]}\n  llama.cpp {lines[1][i][:200]}")
    return len(wrong)


def main():
    build, peer, default_model = map(pathlib.Path, sys.argv[1:4])
    folder = peer / "vocabularies"
    if not (build / "print_ids_peer").exists() or not folder.exists():
        print("skipped: no llama.cpp to compare with; tests/bench/peer/setup fetches it")
        return 77
    texts = make_texts()
    known = run([build / "test_vocab_vectors", folder], b"")
    print(known.stdout.decode("utf-8", "replace").replace(f"{folder}/", ""))
    n_wrong = int(known.returncode != 0)
    models = sorted(p for p in folder.glob("*.gguf") if p.with_suffix(".gguf.out").exists())
    if default_model.exists():
        models.append(default_model)
    for model in models:
        n = compare(build, model, texts)
        print(f"{model.name}: " + ("not supported" if n is None else f"{n} of {len(texts)} texts differ"))
        n_wrong += n or 0
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
import sys
from collections import Counter


def words(lines, *, least=2):
    for line in lines:
        yield from (w.lower() for w in line.split() if len(w) >= least)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as f:
        top = Counter(words(f)).most_common(5)
    for n, (word, times) in enumerate(top, start=1):
        print(f"{n:>3}. {word!r} {times:,}")
    first, *rest = top or [("", 0)]
    print("none" if not rest else rest[-1][0])

#!/usr/bin/env python3
"""Writes categories.inc: the general categories of Unicode, reduced to what tokenizers ask for.

usage: generate.py > categories.inc     (Python 3.13: Unicode 15.1, the version the models' tokenizers use)
       generate.py --check              (compares the file beside this script with this Python's data)

--check works with Python 3.9 and later: every character that its Unicode knows must have the same class here,
since from Unicode 13 on no assigned character has moved to another class.
"""
import pathlib
import re
import sys
import unicodedata

WANTED = "15.1.0"
# In the order of enum model__class. White space is a property of its own: it wins over the category.
CLASSES = ["OTHER", "LETTER", "NUMBER", "PUNCT", "MARK", "SPACE"]
FIRST_LETTER = {"L": 1, "N": 2, "P": 3, "M": 4}
WHITE_SPACE = {*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029,
               0x202F, 0x205F, 0x3000}


def class_of(code_point):
    if code_point in WHITE_SPACE:
        return 5
    return FIRST_LETTER.get(unicodedata.category(chr(code_point))[0], 0)


def runs():
    last = None
    for code_point in range(0x110000):
        this = class_of(code_point)
        if this != last:
            yield code_point, this
            last = this


def write():
    if unicodedata.unidata_version != WANTED:
        sys.exit(f"this Python has Unicode {unicodedata.unidata_version}; {WANTED} is wanted")
    all_runs = list(runs())
    counts = [0] * len(CLASSES)
    for (begin, this), (end, _) in zip(all_runs, all_runs[1:] + [(0x110000, 0)]):
        counts[this] += end - begin
    print(f"/* Unicode {WANTED}, written by generate.py from Python's unicodedata; do not edit. Each entry is")
    print(" * first code point * 8 + class; the class holds up to the next entry. Code points in each class:")
    print(" * " + ", ".join(f"{n} {name}" for n, name in zip(counts, CLASSES)) + ". */")
    line = ""
    for begin, this in all_runs:
        item = f"{begin * 8 + this},"
        if len(line) + len(item) + 1 > 100:
            print(line)
            line = ""
        line += (" " if line else "") + item
    print(line)


def check():
    text = (pathlib.Path(__file__).parent / "categories.inc").read_text(encoding="ascii")
    numbers = [int(n) for n in re.findall(r"\d+", text[text.index("*/"):])]
    table = bytearray(0x110000)
    for here, following in zip(numbers, numbers[1:] + [0x110000 * 8]):
        table[here // 8:following // 8] = bytes([here % 8]) * (following // 8 - here // 8)
    exact = unicodedata.unidata_version == WANTED
    wrong = [code_point for code_point in range(0x110000)
             if table[code_point] != class_of(code_point)
             and (exact or unicodedata.category(chr(code_point)) != "Cn")]
    known = sum(unicodedata.category(chr(c)) != "Cn" for c in range(0x110000))
    if len(table) != 0x110000 or wrong:
        sys.exit("wrong classes: " + " ".join(f"U+{c:04X}" for c in wrong[:20]))
    print(f"{known} characters of Unicode {unicodedata.unidata_version} agree with the table")


if __name__ == "__main__":
    check() if sys.argv[1:] == ["--check"] else write()

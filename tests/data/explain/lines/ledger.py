#!/usr/bin/env python3
"""Sums a ledger by month and prints the dearest entries."""
from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

AMOUNT = re.compile(r"^(?P<sign>-)?(\d{1,3}(?:,\d{3})*)(?:\.(\d\d))?$")


@dataclass(frozen=True, order=True)
class Entry:
    cents: int
    month: str = field(compare=False)
    note: str | None = None

    @property
    def euros(self) -> str:
        return f"{self.cents / 100:>10,.2f} €"

    @classmethod
    def parse(cls, row: dict[str, str]) -> Entry:
        if not (match := AMOUNT.match(row["amount"].strip())):
            raise ValueError(f"no amount: {row['amount']!r}")
        whole, _, rest = match[2].replace(",", ""), match["sign"], match[3] or "00"
        cents = int(whole) * 100 + int(rest)
        return cls(-cents if match["sign"] else cents, row["date"][:7], row.get("note"))


def read(path: Path, *, limit: int = 10_000):
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            if number > limit:
                return
            try:
                yield Entry.parse(row)
            except (KeyError, ValueError) as error:
                print(f"{path}:{number}: {error}", file=sys.stderr)


def main(*paths: str) -> int:
    months: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in (e for p in paths for e in read(Path(p))):
        months[entry.month].append(entry)
    for month, entries in sorted(months.items(), reverse=True):
        total = sum(e.cents for e in entries) // 100
        print(month, total, *[e.euros for e in sorted(entries)[-3:]], sep="\t")
    best = max(months, key=lambda m: len(months[m]), default=None)
    return 0 if best is not None and 0 < len(months) <= 12 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

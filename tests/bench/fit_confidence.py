#!/usr/bin/env python3
"""Fits the weights of assist/complete/confidence.c to what came of suggestions.

usage: artel replay --evidence --repos DIR TASKS.jsonl > FILE; fit_confidence.py FILE...

Logistic regression per tier on three quarters "right in its first word" and one quarter "exactly
right", on every other suggestion; printed are the weights, and on the other half what share was right
in its first word of all and of the more confident half, with the weights in the program and with
these. Plain Newton steps; the same input gives the same weights.
"""
import math
import sys

BYTES = 4  # as in confidence.c


def logit(p):
    p = min(max(p, 1e-3), 1 - 1e-3)
    return math.log(p / (1 - p))


def read(paths):
    rows = []
    for path in paths:
        for line in open(path, encoding="utf-8"):
            tier, own, first, n, exact, useful, confidence = line.rstrip("\n").split("\t")
            x = [1.0, logit(float(own)), math.log(1 + int(n) / BYTES), logit(float(first))]
            if tier != "model":
                x[3] = 0.0  # the same as the whole's
            rows.append((tier, x, int(exact), int(useful), float(confidence)))
    return rows


def solve(a, b):
    n = len(b)
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(a[r][i]))
        a[i], a[pivot], b[i], b[pivot] = a[pivot], a[i], b[pivot], b[i]
        for r in range(i + 1, n):
            f = a[r][i] / a[i][i]
            for c in range(i, n):
                a[r][c] -= f * a[i][c]
            b[r] -= f * b[i]
    for i in reversed(range(n)):
        b[i] = (b[i] - sum(a[i][c] * b[c] for c in range(i + 1, n))) / a[i][i]
    return b


def fit(rows):
    w = [0.0] * 4
    for _ in range(30):
        g = [-0.01 * v for v in w]
        h = [[0.01 * (i == j) for j in range(4)] for i in range(4)]
        for _, x, exact, useful, _ in rows:
            p = 1 / (1 + math.exp(-sum(a * b for a, b in zip(w, x))))
            y = 0.75 * useful + 0.25 * exact
            for i in range(4):
                g[i] += (y - p) * x[i]
                for j in range(4):
                    h[i][j] += p * (1 - p) * x[i] * x[j]
        w = [a + b for a, b in zip(w, solve(h, g))]
    return w


def share(rows, score):
    """Right in the first word: of all, and of the half of all tasks with the highest score."""
    shown = [r for r in rows if r[0] != "-"]
    best = sorted(shown, key=score, reverse=True)[: (len(rows) + 1) // 2]
    return sum(r[3] for r in shown) / len(shown), sum(r[3] for r in best) / len(best), min(map(score, best))


def main():
    rows = read(sys.argv[1:])
    train, test = rows[::2], rows[1::2]
    weights = {}
    for tier in sorted({r[0] for r in rows} - {"-", "pattern"}):
        weights[tier] = fit([r for r in train if r[0] == tier])
        print("%-15s {%s}" % (tier, ", ".join("%.2ff" % v for v in weights[tier])))

    def fitted(r):
        if r[0] not in weights:
            return r[4]
        return 1 / (1 + math.exp(-sum(a * b for a, b in zip(weights[r[0]], r[1]))))

    for name, score in (("program", lambda r: r[4]), ("fitted", fitted)):
        for half, part in (("fitted on", train), ("held out", test)):
            everything, confident, least = share(part, score)
            print("%-8s %-9s all %.1f %%, the more confident half %.1f %% (%.2f times, from %.3f on)"
                  % (name, half, 100 * everything, 100 * confident, confident / everything, least))


if __name__ == "__main__":
    main()

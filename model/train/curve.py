#!/usr/bin/env python3
"""Draws what artel-train printed: the loss on the text that is learned and on the text held back, as SVG.

usage: curve.py [--mark MTOKENS=TEXT]... LOG... > loss.svg

Several logs are one run, in the order given; where one begins before another's end, as after a run that was killed,
the later one counts. A marked place breaks the lines: what lies before and behind is of another text.
"""
import argparse
import re
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 360, 56, 16, 20, 44
STYLE = """
svg { font: 13px system-ui, sans-serif; fill: #24292f; background: #ffffff }
.grid { stroke: #d0d7de; stroke-width: 1 } .mark { stroke: #8c959f; stroke-dasharray: 4 4 }
.learned { fill: none; stroke: #8c959f; stroke-width: 1.5 }
.held { fill: none; stroke: #0969da; stroke-width: 2.5 } circle { fill: #0969da }
@media (prefers-color-scheme: dark) {
  svg { fill: #e6edf3; background: #0d1117 } .grid { stroke: #30363d }
  .held { stroke: #58a6ff } circle { fill: #58a6ff }
}
"""


def read(paths):
    """Points (M tokens, loss) of both kinds."""
    learned, held = [], []
    for path in paths:
        with open(path, encoding="utf-8") as f:
            for line in f:
                step = re.match(r"step +\d+ +([\d.]+) M tokens .*mean ([\d.]+)", line)
                valid = re.match(r"validation ([\d.]+) after ([\d.]+) M tokens", line)
                at, loss, into = ((float(step[1]), float(step[2]), learned) if step else
                                  (float(valid[2]), float(valid[1]), held) if valid else (0, 0, None))
                if into is None:
                    continue
                while into and into[-1][0] >= at:
                    into.pop()
                into.append((at, loss))
    return learned, held


def ticks(low, high, about):
    """Round numbers from low to high, about so many."""
    step = next(s * 10.0 ** e for e in range(-4, 9) for s in (1, 2, 5) if (high - low) / (s * 10.0 ** e) <= about)
    n = int(low / step)
    return [round(i * step, 6) for i in range(n, int(high / step) + 1) if low <= i * step <= high]


def draw(learned, held, marks):
    points = learned + held
    x0, x1 = 0, max(p[0] for p in points)
    y0 = min(p[1] for p in points) - 0.05
    y1 = 2 * y0  # the first steep part, which says little, is left out
    learned, held = ([p for p in of if p[1] <= y1] for of in (learned, held))

    def x(tokens):
        return LEFT + (tokens - x0) / ((x1 - x0) or 1) * (WIDTH - LEFT - RIGHT)

    def y(loss):
        return HEIGHT - BOTTOM - (loss - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM)

    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">' % (WIDTH, HEIGHT),
           "<title>Loss while training, nats per token</title><style>%s</style>" % STYLE]
    for loss in ticks(y0, y1, 6):
        out.append('<line class="grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/>' % (LEFT, WIDTH - RIGHT, y(loss), y(loss)))
        out.append('<text x="%d" y="%.1f" text-anchor="end">%g</text>' % (LEFT - 8, y(loss) + 4, loss))
    for tokens in ticks(x0, x1, 8):
        out.append('<text x="%.1f" y="%d" text-anchor="middle">%g</text>' % (x(tokens), HEIGHT - BOTTOM + 18, tokens))
    out.append('<text x="%d" y="%d" text-anchor="end">million tokens</text>' % (WIDTH - RIGHT, HEIGHT - 6))
    for i, (tokens, text) in enumerate(marks):
        out.append('<line class="mark" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/>' % (x(tokens), x(tokens), TOP, HEIGHT - BOTTOM))
        out.append('<text x="%.1f" y="%d" text-anchor="end">%s</text>' % (x(tokens) - 6, TOP + 14 + 18 * i, escape(text)))
    ends = [-1] + sorted(tokens for tokens, _ in marks) + [x1]
    for name, of in (("learned", learned), ("held", held)):
        for low, high in zip(ends, ends[1:]):
            part = [p for p in of if low < p[0] <= high]
            out.append('<polyline class="%s" points="%s"/>' % (name, " ".join("%.1f,%.1f" % (x(a), y(b)) for a, b in part)))
    out += ['<circle cx="%.1f" cy="%.1f" r="3"/>' % (x(a), y(b)) for a, b in held]
    out.append('<text x="%d" y="%d">grey: text that is learned; blue: packages held back</text>' % (LEFT, HEIGHT - 6))
    return "\n".join(out + ["</svg>", ""])


def mark(text):
    tokens, _, words = text.partition("=")
    return float(tokens), words


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--mark", action="append", default=[], type=mark, metavar="MTOKENS=TEXT", help="a vertical line")
    p.add_argument("logs", nargs="+", metavar="LOG")
    args = p.parse_args()
    learned, held = read(args.logs)
    if not learned and not held:
        sys.exit("curve.py: no line of artel-train in %s" % ", ".join(args.logs))
    sys.stdout.write(draw(learned, held, args.mark))


if __name__ == "__main__":
    main()

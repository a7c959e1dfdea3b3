"""What artel reads out of a text in a small language."""
import os
import subprocess


def pieces(artel, kind, text):
    """The lines of the explanation, in order: "`code` what it means"."""
    done = subprocess.run([artel, 'explain', '--lang', kind, '--', text], capture_output=True, timeout=60, check=False,
                          env={**os.environ, 'COLUMNS': '96'})
    found = []
    for line in done.stdout.decode().splitlines()[1:]:
        if line.strip().startswith('- '):
            found.append(line.strip()[2:])
        elif found:
            found[-1] += ' ' + line.strip()  # a broken line
    return found


def split(piece):
    """The code of a piece and what it means; the code may be missing."""
    if not piece.startswith('`'):
        return '', piece
    code, _, text = piece[1:].partition('` ')
    return code, text

#!/usr/bin/env python3
"""Makes docs/EDITOR.svg: an editor in a terminal, with a suggestion of the built program on the screen.

A real session from an empty profile: `artel setup EDITOR`, tmux is the terminal, the keys are typed, the program
answers from its embedded model, and what tmux has on its screen becomes the picture.

usage: tools/editor_picture.py nvim|vim|emacs|kakoune|helix PROGRAM OUT.svg      (needs the editor and tmux; another
Helix than `hx`: ARTEL_HX)
"""
import html
import os
import re
import subprocess
import sys
import tempfile
import time
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "clients"))
import vim  # noqa: E402

WIDTH, HEIGHT = 68, 10
FILE = "sum.c"
TEXT = """#include <stdio.h>

static int sum(const int *values, int n)
{
    int total = 0;
"""
TYPED = "    for (int i"
# Above it for Helix, whose list has only what is likely: something like it.
ABOVE = TEXT.replace("sum", "product").replace("= 0", "= 1") + """    for (int i = 0; i < n; i++)
        total *= values[i];
    return total;
}

"""

# How each is called, what makes its screen calm (file below the home, text), how it is started, and which keys lead to
# an empty last line where one can type.
VIM = ("set noswapfile noshowcmd noruler shortmess+=I laststatus=2 background=dark number statusline=\\ %f\n"
       "autocmd VimEnter * highlight LineNr ctermfg=239 | highlight Comment ctermfg=244 | highlight EndOfBuffer ctermfg=235\n")
EDITORS = {
    "nvim": ("Neovim", ".config/nvim/init.vim", "set notermguicolors\n" + VIM, "nvim -i NONE", ["G", "o", "C-u"]),
    "vim": ("Vim", ".vimrc", "set nocompatible encoding=utf-8\nsyntax on\n" + VIM, "{vim} -i NONE", ["G", "o"]),
    "emacs": ("Emacs", ".emacs.d/init.el",
              "(setq inhibit-startup-screen t make-backup-files nil native-comp-async-report-warnings-errors nil frame-background-mode 'dark)\n(menu-bar-mode -1)\n"
              "(setq-default mode-line-format \" %b\")\n(custom-set-faces '(shadow ((t :foreground \"color-244\"))))\n",
              "emacs -nw", ["M->"]),
    "kakoune": ("Kakoune", ".config/kak/kakrc", "set-option global ui_options terminal_assistant=none\n"
                "set-option global idle_timeout 100\nadd-highlighter global/ number-lines\n", "kak", ["g", "e", "o"]),
    "helix": ("Helix", ".config/helix/config.toml", "theme = \"dark_plus\"\n[editor]\nline-number = \"absolute\"\n", "{hx}", ["g", "e", "o"]),
}

CELL_W, CELL_H, PAD = 8.4, 18, 12
BLANKS = "\u00a0 "  # two that no renderer takes for one
FOREGROUND, BACKGROUND = "#d4d4d4", "#1e1e1e"
BASIC = ["#1e1e1e", "#d16969", "#8fb573", "#d7ba7d", "#6ca7dd", "#c586c0", "#5fb3b3", "#d4d4d4",
         "#7f848e", "#f48771", "#b5cea8", "#e5c07b", "#9cdcfe", "#d8a0df", "#8fd6d6", "#ffffff"]


def colour(n):
    """Colour n of the 256 that terminals have."""
    if n < 16:
        return BASIC[n]
    if n < 232:
        n -= 16
        level = [0, 95, 135, 175, 215, 255]
        return "#%02x%02x%02x" % (level[n // 36], level[n // 6 % 6], level[n % 6])
    return "#%02x%02x%02x" % ((8 + (n - 232) * 10,) * 3)


class Style:
    def __init__(self):
        self.reset()

    def reset(self):
        self.fg = self.bg = None
        self.bold = self.italic = self.underline = self.reverse = False

    def apply(self, codes):
        codes = [int(c or 0) for c in re.split("[;:]", codes)]
        while codes:
            c = codes.pop(0)
            if c == 0:
                self.reset()
            elif c in (1, 22):
                self.bold = c == 1
            elif c in (3, 23):
                self.italic = c == 3
            elif c in (4, 24):
                self.underline = c == 4
            elif c in (7, 27):
                self.reverse = c == 7
            elif c in (38, 48):
                kind = codes.pop(0)
                value = colour(codes.pop(0)) if kind == 5 else "#%02x%02x%02x" % tuple(codes[:3])
                if kind != 5:
                    del codes[:3]
                setattr(self, "fg" if c == 38 else "bg", value)
            elif 30 <= c <= 37 or 90 <= c <= 97:
                self.fg = colour(c - 30 if c < 90 else c - 82)
            elif 40 <= c <= 47 or 100 <= c <= 107:
                self.bg = colour(c - 40 if c < 100 else c - 92)
            elif c == 39:
                self.fg = None
            elif c == 49:
                self.bg = None

    def look(self):
        fg, bg = self.fg or FOREGROUND, self.bg
        if self.reverse:
            fg, bg = bg or BACKGROUND, fg
        return fg, bg, self.bold, self.italic, self.underline


def cells_of(line, style):
    """[(character, width, look)] of a line with SGR sequences; `style` goes on from line to line."""
    out = []
    for sgr, char in re.findall(r"\x1b\[([0-9;:]*)m|([^\x1b])", line):
        if char:
            out.append((char, 2 if unicodedata.east_asian_width(char) in "WF" else 1, style.look()))
        else:
            style.apply(sgr)
    return out


def svg(title, lines, cursor):
    w, h = WIDTH * CELL_W + 2 * PAD, HEIGHT * CELL_H + 2 * PAD
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{w:.0f}" height="{h:.0f}" '
           f'viewBox="0 0 {w:.0f} {h:.0f}" role="img" aria-label="{title} with a suggestion of artel">',
           f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
           '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" '
           'font-size="14" style="white-space:pre">']
    style = Style()
    for row, line in enumerate(lines[:HEIGHT]):
        y, col, runs = PAD + row * CELL_H, 0, []
        for char, width, look in cells_of(line, style):
            if runs and runs[-1][2] == look:
                runs[-1][1] += char
                runs[-1][3] += width
            else:
                runs.append([col, char, look, width])
            col += width
        for start, text, (fg, bg, bold, italic, underline), width in runs:
            x = PAD + start * CELL_W
            if bg:
                out.append(f'<rect x="{x:.1f}" y="{y}" width="{width * CELL_W:.1f}" height="{CELL_H}" fill="{bg}"/>')
            blank = len(text) - len(text.lstrip())  # renderers disagree about blanks at the ends
            x, width, text = x + blank * CELL_W, width - len(text) + len(text.strip()), text.strip()
            if text:
                more = ' font-weight="bold"' if bold else ""
                more += ' font-style="italic"' if italic else ""
                more += ' text-decoration="underline"' if underline else ""
                out.append(f'<text x="{x:.1f}" y="{y + 13}" textLength="{width * CELL_W:.1f}" fill="{fg}"{more}>'
                           f'{html.escape(text).replace("  ", BLANKS)}</text>')
    x, y = PAD + cursor[0] * CELL_W, PAD + cursor[1] * CELL_H
    out.append(f'<rect x="{x:.1f}" y="{y}" width="2" height="{CELL_H}" fill="#ffffff"/>')
    return "\n".join(out + ["</g>", "</svg>", ""])


def prepare(editor, program, home):
    """The editor's profile as `artel setup` leaves it; the command that starts it, its environment."""
    _, config, calm, command, _ = EDITORS[editor]
    path = os.path.join(home, config)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    for name, text in ((path, calm), (os.path.join(home, FILE), (ABOVE if editor == "helix" else "") + TEXT)):
        with open(name, "w", encoding="utf-8") as f:
            f.write(text)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "TMUX"))}
    env.update(HOME=home, TERM="xterm-256color", LANG="C.UTF-8")
    said = subprocess.run([program, "setup", editor], check=True, env=env, cwd=home, stdout=subprocess.PIPE, text=True).stdout
    if editor == "helix":  # it is for the user to put into the file, for each language
        with open(os.path.join(home, ".config/helix/languages.toml"), "w", encoding="utf-8") as f:
            f.write(said.replace('"python"', '"c"').replace('"pylsp", ', ""))
    return command.format(vim=vim.find(), hx=os.environ.get("ARTEL_HX", "hx")), env


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in EDITORS:
        sys.exit(__doc__)
    editor, program, target = sys.argv[1], os.path.abspath(sys.argv[2]), sys.argv[3]
    title, _, _, _, keys = EDITORS[editor]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        command, env = prepare(editor, program, home)
        tmux = ["tmux", "-L", f"artel-picture-{os.getpid()}", "-f", "/dev/null"]

        def run(*args):
            return subprocess.run(tmux + list(args), check=True, env=env, stdout=subprocess.PIPE, text=True,
                                  cwd=home).stdout

        run("new-session", "-d", "-x", str(WIDTH), "-y", str(HEIGHT), f"TERM=screen-256color {command} {FILE}")
        try:
            time.sleep(3)
            run("send-keys", *keys)
            # Kakoune and Helix indent by themselves; Helix asks after two letters.
            for char in {"kakoune": TYPED.strip(), "helix": "for"}.get(editor, TYPED):
                run("send-keys", "-l", char)
                time.sleep(0.05)
            for _ in range(100):
                time.sleep(0.1)
                shown = run("capture-pane", "-p")
                if "i < n" in shown:
                    break
            else:
                sys.exit("editor_picture: no suggestion came; the screen was\n" + shown)
            time.sleep(1)
            lines = run("capture-pane", "-p", "-e").split("\n")
            shown = run("capture-pane", "-p")
            x, y = run("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        finally:
            run("kill-server")
    os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
    with open(target, "w", encoding="utf-8") as f:
        f.write(svg(title, lines, (int(x), int(y))))
    print(shown.rstrip())


main()

"""Kakoune as 'artel setup kakoune' leaves it, typed into through a terminal. usage: test_kakoune.py ARTEL"""
import os
import subprocess
import sys

from terminal import TEXT, Editor, need, profile, read

need("kak", "kakoune")
artel = os.path.abspath(sys.argv[1])
with profile() as home:
    file = os.path.join(home, "b c.c")
    with open(file, "w", encoding="utf-8") as f:
        f.write(TEXT)
    subprocess.run([artel, "setup", "kakoune"], check=True, capture_output=True,
                   env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home})
    with open(os.path.join(home, "kak/kakrc"), "a", encoding="utf-8") as f:
        f.write("set-option global idle_timeout 100\n")
    with Editor(home, ["kak", file], SHELL="/bin/sh") as kak:
        kak.until("the screen", lambda: b"b c.c" in kak.screen)
        kak.screen = b""
        kak.type("geoxx = a")  # Kakoune indents
        kak.until("the suggestion in the list", lambda: b"artel" in kak.screen)
        kak.type(["\x0e"])  # takes the first
        kak.drain(0.5)
        kak.type(["\x1b", ":write\r"])
        saved = kak.until("the saved file", lambda: read(file) != TEXT and read(file))
    line = saved.split("\n")[9]
    print("saved:", repr(line))
    assert line.strip().startswith("xx = a") and len(line) > len("        xx = a"), saved
    assert not [n for n in os.listdir(home) if n.startswith("artel.")], os.listdir(home)
print("1 passed, 0 failed")

"""Helix, configured as 'artel setup helix' says, typed into through a terminal. usage: test_helix.py ARTEL
Another Helix than `hx`: ARTEL_HX."""
import os
import subprocess
import sys

from terminal import TEXT, Editor, need, profile, read

helix = os.environ.get("ARTEL_HX", "hx")
need(helix, "hx (not in Debian 12; tools/fetch_editor.sh brings one)")
artel = os.path.abspath(sys.argv[1])
with profile() as home:
    file, config = os.path.join(home, "b c.c"), os.path.join(home, "helix")
    with open(file, "w", encoding="utf-8") as f:
        f.write(TEXT)
    said = subprocess.run([artel, "setup", "--print", "helix"], check=True, capture_output=True, text=True).stdout
    os.mkdir(config)
    with open(os.path.join(config, "languages.toml"), "w", encoding="utf-8") as f:
        f.write(said.replace('"python"', '"c"').replace('"pylsp", ', ""))
    with Editor(home, [helix, "-v", file]) as hx:
        log = os.path.join(config, "helix.log")
        hx.until("the screen", lambda: b"b c.c" in hx.screen)
        hx.until("the server", lambda: '"kind":"end"' in read(log))  # of loading: Helix shows a wheel until then
        hx.screen = b""
        hx.type("geo    return a")
        hx.until("the suggestion in the list", lambda: '"detail":"artel"' in read(log) and b"a + b;" in hx.screen)
        hx.type(["\x0e", "\r"])  # takes the first
        hx.drain(0.5)
        hx.type(["\x1b", ":w\r"])
        saved = hx.until("the saved file", lambda: read(file) != TEXT and read(file))
    line = saved.split("\n")[9]
    print("saved:", repr(line))
    assert line == "    return a + b;", saved
print("1 passed, 0 failed")

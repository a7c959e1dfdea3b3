"""artel setup and artel doctor, in a home of their own. usage: test_setup.py ARTEL"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'clients'))
import vim  # noqa: E402

ARTEL = os.path.abspath(sys.argv[1])
EDITORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "editors")


class Setup(unittest.TestCase):
    def setUp(self):
        outer = tempfile.TemporaryDirectory()
        self.addCleanup(outer.cleanup)
        self.home = outer.name

    def run_artel(self, *words, **environment):
        env = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
        return subprocess.run([ARTEL, *words], capture_output=True, text=True, cwd=self.home,
                              env={**env, "HOME": self.home, **environment})

    def files(self):
        return sorted(os.path.relpath(os.path.join(d, f), self.home) for d, _, names in os.walk(self.home) for f in names)

    def read(self, name):
        with open(os.path.join(self.home, name), encoding="utf-8") as f:
            return f.read()

    def write(self, name, text):
        os.makedirs(os.path.dirname(os.path.join(self.home, name)), exist_ok=True)
        with open(os.path.join(self.home, name), "w", encoding="utf-8") as f:
            f.write(text)

    def test_a_users_file_is_kept_and_only_our_lines_change(self):
        mine = "(setq mine t)\n"
        self.write(".emacs.d/init.el", mine)
        self.assertEqual(self.run_artel("setup", "emacs").returncode, 0)
        first = self.read(".emacs.d/init.el")
        self.assertTrue(first.startswith(mine) and ARTEL in first, first)
        self.assertEqual(self.read(".emacs.d/init.el.before-artel"), mine)
        # Again: nothing changes, and nothing is kept twice.
        self.assertEqual(self.run_artel("setup", "emacs").returncode, 0)
        self.assertEqual(self.read(".emacs.d/init.el"), first)
        # The user goes on behind our lines, and ours are out of date.
        self.write(".emacs.d/init.el", first.replace(ARTEL, "/old/artel") + "(setq more t)\n")
        self.assertEqual(self.run_artel("setup", "emacs").returncode, 0)
        self.assertEqual(self.read(".emacs.d/init.el"), first + "(setq more t)\n")
        self.assertEqual(self.read(".emacs.d/init.el.before-artel"), mine)
        self.assertIn("/old/artel", self.read(".emacs.d/init.el.before-artel.2"))

    def test_print_writes_nothing(self):
        for name in "vscode nvim vim emacs helix kakoune sublime zed jetbrains".split():
            r = self.run_artel("setup", "--print", name)
            self.assertEqual(r.returncode, 0, r.stderr)
            self.assertTrue(name == "vscode" or ARTEL in r.stdout, r.stdout)
            self.assertNotIn("@", r.stdout + r.stderr)
        self.assertEqual(self.files(), [])

    def test_what_is_printed_and_the_pages_say_the_same_and_can_be_read(self):
        """For the editors that cannot be run here: what they would be given, read as they read it."""
        server = {"command": [ARTEL, "lsp"], "enabled": True, "selector": "source | text"}
        for name, parse, kind, get in (
                ("sublime", json.loads, "json", lambda c: {**server, **c["clients"]["artel"]}),
                ("zed", json.loads, "json", lambda c: (c["lsp"]["artel"]["binary"], c["languages"]["Python"])),
                ("helix", tomllib.loads, "toml", lambda c: (c["language-server"]["artel"]["args"], c["language"]))):
            printed = get(parse(self.run_artel("setup", "--print", name).stdout))
            with open(os.path.join(EDITORS, name, "README.md"), encoding="utf-8") as f:
                (block,) = re.findall(rf"```{kind}\n(.*?)```", f.read(), re.S)
            page = get(parse(block.replace("/path/to/artel/build/release/lsp/artel", ARTEL)))
            if name == "sublime":
                self.assertIn("initializationOptions", page)
                page.pop("initializationOptions")
                self.assertEqual(printed, server)
            self.assertEqual(page, printed)
        with open(os.path.join(EDITORS, "vim", "README.md"), encoding="utf-8") as f:
            (block,) = re.findall(r"```json\n(.*?)```", f.read(), re.S)
        self.assertEqual(json.loads(block)["languageserver"]["artel"]["args"], ["lsp"])

    def test_emacs_gets_it_where_it_looks(self):
        # Emacs reads ~/.emacs and no init.el where there is one; and the folder of configurations without ~/.emacs.d.
        for name in (".config/emacs/init.el", ".emacs"):
            self.write(name, "(setq mine t)\n")
            self.assertIn("Wrote " + os.path.join(self.home, name), self.run_artel("setup", "emacs").stdout)
            self.assertIn(ARTEL, self.read(name))
        self.assertNotIn(".emacs.d/init.el", self.files())

    def test_wrong_words_and_places(self):
        for words in ([], ["ed"], ["vim", "nvim"], ["--nonsense", "vim"]):
            self.assertEqual(self.run_artel("setup", *words).returncode, 2)
        self.assertEqual(self.run_artel("setup", "vim", HOME="").returncode, 1)
        self.write(".vim", "a file where a folder should be")
        r = self.run_artel("setup", "vim")
        self.assertEqual(r.returncode, 1)
        self.assertEqual(self.read(".vim"), "a file where a folder should be")

    def test_editors_load_what_was_written(self):
        ask = {"vim": ["-Es", "-u", "DEFAULTS", "+source ~/.vim/plugin/artel_setup.vim", "+if !exists(':Artel') | cquit 7 | endif", "+qa!"],
               "nvim": ["--headless", "+if !exists(':Artel') | cquit 7 | endif", "+qa!"],
               "emacs": ["--batch", "-l", ".emacs.d/init.el", "--eval", "(unless (memq 'artel-mode prog-mode-hook) (kill-emacs 7))"]}
        for name, words in ask.items():
            program = vim.find() if name == "vim" else shutil.which(name)
            self.assertEqual(self.run_artel("setup", name).returncode, 0)
            if program:
                env = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
                done = subprocess.run([program, *words], cwd=self.home, env={**env, "HOME": self.home},
                                      stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
                self.assertEqual(done.returncode, 0, (name, done))

    def test_doctor_knows_what_moved(self):
        self.write("bin/kak", "#!/bin/sh\n")
        os.chmod(os.path.join(self.home, "bin/kak"), 0o755)
        self.assertEqual(self.run_artel("setup", "kakoune").returncode, 0)
        path = {"PATH": self.home + "/bin"}
        r = self.run_artel("doctor", **path)
        self.assertIn("is set up by " + self.home + "/.config/kak/kakrc.", r.stdout)
        self.assertEqual(r.returncode, 0, r.stdout)
        self.write(".config/kak/kakrc", self.read(".config/kak/kakrc").replace(ARTEL, "/old/artel"))
        r = self.run_artel("doctor", **path)
        self.assertIn("'artel setup kakoune' corrects that", r.stdout)
        self.assertEqual(r.returncode, 1)
        # The program alone, somewhere else.
        away = os.path.join(self.home, "away")
        os.mkdir(away)
        shutil.copy(ARTEL, away)
        r = subprocess.run([away + "/artel", "doctor"], capture_output=True, text=True, env={**os.environ, "HOME": self.home})
        self.assertIn("editors' clients is not beside this program", r.stdout)
        self.assertEqual(r.returncode, 1)

    def test_doctor(self):
        r = self.run_artel("doctor")
        self.assertIn("built-in model is loaded", r.stdout)
        self.assertEqual(r.returncode, 0 if "All is well." in r.stdout else 1)
        # What is wrong gets a sentence and the status.
        self.write("file", "")
        for more, words, want in (({"XDG_CACHE_HOME": self.home + "/file"}, [], "cache folder cannot be written"),
                                  ({"PATH": "/nowhere"}, [], "No editor"),
                                  ({}, ["--model", self.home + "/none.gguf"], "cannot be used")):
            r = self.run_artel("doctor", *words, **more)
            self.assertEqual(r.returncode, 1, r.stdout)
            self.assertIn(want, r.stdout)


unittest.main(argv=sys.argv[:1])

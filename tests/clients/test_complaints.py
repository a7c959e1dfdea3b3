"""The fifteen complaints that users of other assistants have most often, each as what must hold here instead, through the
real server as an editor drives it. What guards each in full stands beside it. usage: test_complaints.py ARTEL MODEL.gguf"""
import os
import subprocess
import sys
import tempfile
import time
import unittest

from client import INLINE, Buffer, Client

ARTEL, MODEL = (os.path.abspath(p) for p in sys.argv[1:3])
CACHE = tempfile.TemporaryDirectory()
PATIENCE = 60  # seconds; a loaded machine with sanitizers

# Complaint, the test here, and the tests that go into it.
COMPLAINTS = [
    ("offline, with a model of my own", "offline", "tidy_no_sockets, e2e_cli"),
    ("the standard method, not a private one", "standard", "clients, e2e_lsp_*"),
    ("setting up is pain, and no log says why", "setup", "e2e_cli_setup, e2e_lsp_settings_*, e2e_lsp_load_fails"),
    ("typing makes the processor busy", "processor", "e2e_lsp_debounce, e2e_lsp_idle, e2e_lsp_newest_wins"),
    ("the server eats memory", "memory", "test_session, tests/bench/server.py"),
    ("secrets and ignored files are read", "secrets", "test_secret, e2e_project"),
    ("characters are doubled", "doubled", "clients, e2e_lsp_outdated, e2e_lsp_typing_along_brackets"),
    ("a word or a line cannot be accepted", "partly", "e2e_lsp_copilot_items, e2e_nvim_own"),
    ("only the open file is known", "project", "e2e_project, test_gather"),
    ("git makes the editor slow, or leaks into the text", "git", "test_history, test_lately"),
    ("it cannot be switched off where it disturbs", "switches", "e2e_lsp_settings_*"),
    ("it fights for Tab and with the popup", "popup", "e2e_lsp_selected_completion, e2e_editor_vim, e2e_nvim_own"),
    ("wrong indentation", "indentation", "test_shape, test_gate"),
    ("models are loaded twice, or need special tokens", "models", "e2e_lsp_model_changed, test_family"),
    ("the next edit only in the vendor's editor", "next_edit", "e2e_lsp_next_edit*"),
]

ODD = '    frobnicate_everything(the_widget, %d, "in a way no model knows");\n'
TWO = "void f(void)\n{\n    enum oddity unusual = begin_of_everything_odd();\n" + ODD % 7
START = TWO + "}\n\nvoid g(void)\n{\n    enum oddity unusual = begin_of_everything_odd();\n    frob"
REST = 'nicate_everything(the_widget, 7, "in a way no model knows");'


class Editor:
    """A server and what an editor does with it."""

    def __init__(self, test, folder=None, capabilities=None, trace=False, options=None, **settings):
        self.c = Client(ARTEL, cache=CACHE.name, stderr=subprocess.DEVNULL)
        test.addCleanup(self.c.kill)
        result = self.c.start(capabilities or INLINE, {"budgetMs": 0, **settings} if options is None else options, folder,
                              trace="messages" if trace else "off")
        self.capabilities = result["capabilities"]
        self.name = "file://" + (folder or "/w") + "/here."

    def open(self, text=START, language="c"):
        self.doc = Buffer(self.c, self.name + language, text, language=language)
        return self.doc

    def ask(self, invoked=True, at=None, **context):
        where = self.doc.position(len(self.doc.text) if at is None else at)
        return self.c.ask("textDocument/inlineCompletion", {"textDocument": {"uri": self.doc.uri}, "position": where,
                                                            "context": {"triggerKind": 1 if invoked else 2, **context}})

    def items(self, **how):
        return (self.c.wait(self.ask(**how)).get("result") or {}).get("items", [])

    def texts(self, **how):
        return [i["insertText"] for i in self.items(**how)]

    def type(self, text, at=None):
        at = len(self.doc.text) if at is None else at
        self.c.notify("textDocument/didChange", self.doc.change(at, at, text))

    def accept(self, item):
        span = item["range"]
        self.c.notify("textDocument/didChange", self.doc.change(
            self.doc.offset(span["start"]), self.doc.offset(span["end"]), item["insertText"]))

    def said(self, method="window/logMessage"):
        self.c.request("workspace/executeCommand", {"command": "artel.why", "arguments": []})  # all that came before
        return [n["params"].get("message", "") for n in self.c.notifications if n["method"] == method]

    def is_suggested_soon(self, begin):
        """Whether some suggestion for the end begins so, now or when more of the project was read."""
        end = time.monotonic() + PATIENCE
        while not (got := [t for t in self.texts() if t.startswith(begin)]) and time.monotonic() < end:
            self.type("//\n", at=0)  # a new place: nothing shown before answers for it
            time.sleep(0.05)
        return bool(got)


class Complaints(unittest.TestCase):
    def setUp(self):
        outer = tempfile.TemporaryDirectory()
        self.addCleanup(outer.cleanup)
        self.dir = os.path.realpath(outer.name)

    def edit(self, **how):
        return Editor(self, **how)

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def test_table(self):
        tests = {name[len("test_"):] for name in dir(self) if name.startswith("test_")} - {"table"}
        self.assertEqual(len(COMPLAINTS), 15)
        self.assertEqual({row[1] for row in COMPLAINTS}, tests)

    def test_offline(self):
        mine = os.path.join(self.dir, "mine.gguf")
        with open(MODEL, "rb") as theirs, open(mine, "wb") as f:
            f.write(theirs.read().replace(b"artel-v1", b"my-model", 1))
        e = self.edit(model=mine)
        e.open()
        self.assertEqual(e.texts()[:1], [REST])
        self.assertTrue([m for m in e.said() if m.startswith("loaded my-model")], e.said())
        files = f"/proc/{e.c.p.pid}/fd"
        self.assertEqual([f for f in os.listdir(files) if os.readlink(f"{files}/{f}").startswith("socket")], [])

    def test_standard(self):
        e = self.edit(folder=self.dir)
        e.open()
        self.assertIn("inlineCompletionProvider", e.capabilities)
        (item,) = e.items(invoked=False)
        self.assertLessEqual(set(item), {"insertText", "filterText", "range", "command"})
        self.assertIsInstance(item["insertText"], str)
        self.assertEqual(item["range"]["start"]["line"], item["range"]["end"]["line"])
        e.c.stop()
        # Nothing private comes to a client that did not ask for it.
        for m in e.c.notifications:
            self.assertTrue(m["method"].startswith(("window/", "$/")), m)

    def test_setup(self):
        e = self.edit(options={"debuonceMs": 5, "model": "/no/such.gguf"})
        e.open()
        answer = e.c.wait(e.ask())  # whoever asked is told why there is nothing
        self.assertIn("/no/such.gguf", answer["error"]["message"])
        self.assertTrue([m for m in e.said("window/showMessage") if "/no/such.gguf" in m])
        self.assertIn('setting "debuonceMs" is not known to artel', e.said())
        # Without any configuration it works.
        e = self.edit(options={})
        e.open()
        self.assertEqual(e.texts()[:1], [REST])

    def test_processor(self):
        e = self.edit(trace=True, debounceMs=300)
        e.open(START[:-len("    frob")])
        keys = "    frobni"
        asked = []
        for key in keys:  # as fast as the pipe takes them, each with a request, none cancelled
            e.type(key)
            asked.append(e.ask(invoked=False))
        self.assertEqual(e.c.wait(asked[-1])["result"]["items"][0]["insertText"], REST[2:])
        worked = [m for m in e.said("$/logTrace") if "from the model" in m]
        self.assertEqual(len(worked), 1, worked)
        time.sleep(2)
        before = e.c.cpu_ms()
        time.sleep(0.5)
        self.assertLess(e.c.cpu_ms() - before, 20)

    def test_memory(self):
        e = self.edit()
        e.open()
        e.texts()
        before = e.c.memory_mb()
        for i in range(60):
            e.name = f"file:///w/{i}."
            e.open(START.replace("f(void)", f"f{i}(void)") + " " * 50000)
            e.texts(at=len(START))
            e.c.notify("textDocument/didClose", {"textDocument": {"uri": e.doc.uri}})
        e.open()
        e.texts()
        after = e.c.memory_mb()
        print(f"memory: {before:.0f} MB, after 60 documents of 50 KB {after:.0f} MB")
        self.assertLess(after - before, 100)

    def test_secrets(self):
        secret = "qZ8vR2mK" + "4xW9tB6nL1pD"
        self.write(".gitignore", "out/\n")
        self.write("out/made.c", TWO.replace("7", "5") + "}\n")
        self.write(".env", f"API_TOKEN={secret}\n")
        self.write("known.c", "void h(void)\n{\n    public_thing_that_everybody_sees(one, two, 3);\n}\n")
        os.mkdir(os.path.join(self.dir, ".git"))
        e = self.edit(folder=self.dir)
        e.open("void k(void)\n{\n    public_thing_that")
        self.assertTrue(e.is_suggested_soon("_everybody_sees(one, two, 3)"))
        e.open(f'static const char *api_token = "{secret}";\nstatic const char *old_api_token = "')
        self.assertEqual([t for t in e.texts() if secret[:6] in t], [])
        e.open(START[:-len("frob")].replace(ODD % 7, "") + "frobnicate_everything(")
        self.assertEqual([t for t in e.texts() if "the_widget, 5" in t], [])
        e.name = "file://" + self.dir + "/.env"
        e.doc = Buffer(e.c, e.name, f"API_TOKEN={secret}\nAPI_TOKEN=", language="dotenv")
        self.assertEqual(e.items(), [])

    def test_doubled(self):
        e = self.edit()
        e.open()
        # Typed on before the answer came: what it was for is not there any more.
        late = e.ask()
        e.type("n")
        self.assertIsNone(e.c.wait(late)["result"])
        self.assertEqual(e.texts()[0], REST[1:])
        # The editor closed bracket and quote already.
        e.type("icate_everything(")
        cursor = len(e.doc.text)
        e.type(");")
        e.accept(e.items(at=cursor)[0])
        self.assertEqual(e.doc.text.split("\n")[-1], (ODD % 7).rstrip("\n"))

    def test_partly(self):
        e = self.edit(trace=True)
        e.open()
        (item,) = e.items(invoked=False)
        word = "nicate_everything"
        e.type(word)
        e.c.notify("textDocument/didPartiallyAcceptCompletion", {"item": item, "acceptedLength": len(word)})
        self.assertEqual(e.texts(invoked=False), [REST[len(word):]])
        self.assertTrue([m for m in e.said("$/logTrace") if m.startswith("suggestions accepted in part so far: 1")])
        self.assertTrue([m for m in e.said("$/logTrace") if m.endswith("from what was shown")])

    def test_project(self):
        self.write("lib/other.c", TWO + "}\n")
        e = self.edit(folder=self.dir)
        e.open(START.replace(ODD % 7, ""))
        self.assertTrue(e.is_suggested_soon(REST))

    def test_git(self):
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@t", "-C", self.dir]
        subprocess.run([*git, "init", "-q"], check=True)
        for i in range(300):
            self.write(f"d{i % 7}/f{i}.c", f"int old_{i};\n")
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "first"], check=True)
        for i in range(300):
            self.write(f"d{i % 7}/f{i}.c", f"int new_{i}(void)\n{{\n    return {i};\n}}\n")
        e = self.edit(folder=self.dir)
        e.open("int other(void)\n{\n    return 1;\n}\n\nint new_8(void)\n{\n")
        slowest, children = 0, []
        for key in "    return ":
            e.type(key)
            begin = time.monotonic()
            for text in e.texts():
                self.assertNotRegex(text, r"^[-+] |^@@|^diff ")
            slowest = max(slowest, time.monotonic() - begin)
            for task in os.listdir(f"/proc/{e.c.p.pid}/task"):
                with open(f"/proc/{e.c.p.pid}/task/{task}/children", encoding="ascii") as f:
                    children += f.read().split()
        self.assertEqual(children, [])  # no git is run
        print(f"git: 300 changed files, slowest answer {slowest * 1e3:.0f} ms")
        self.assertLess(slowest, 5)

    def test_switches(self):
        e = self.edit()
        for off in ({"disabledLanguages": ["c"]}, {"disabledPaths": ["/lib/", "here.*"]}, {"enable": False}):
            e.open()
            self.assertEqual(e.texts(invoked=False), [REST])
            e.c.notify("workspace/didChangeConfiguration", {"settings": {"artel": off}})
            self.assertEqual(e.texts(invoked=False), [])
            e.c.notify("workspace/didChangeConfiguration", {"settings": {"artel": {}}})
            self.assertEqual(e.texts(invoked=False), [REST])

    def test_popup(self):
        e = self.edit()
        # An editor that shows inline text gets no items in its popup beside it.
        self.assertNotIn("completionProvider", e.capabilities)
        e.open()
        begin = len(e.doc.text) - len("frob")
        entry = {"range": {"start": e.doc.position(begin), "end": e.doc.position(len(e.doc.text))}, "text": "frobnicate_everything"}
        (item,) = e.items(invoked=False, selectedCompletionInfo=entry)
        self.assertEqual((item["range"], item["insertText"]), (entry["range"], "frob" + REST))
        # What does not go on with the popup's entry is not shown.
        self.assertEqual([i for i in e.items(invoked=False, selectedCompletionInfo={**entry, "text": "frobber"})
                          if not i["insertText"].startswith("frobber")], [])
        popup = self.edit(capabilities={"textDocument": {"completion": {}}})
        self.assertIn("completionProvider", popup.capabilities)

    def test_indentation(self):
        for indent in ("\t", "  ", "    "):
            deep = "class A:\n@def f(self, values):\n@@for value in values:\n@@@if value:\n@@@@%s\n\n"
            known = deep % "self.frobnicate_everything(value, 17, self.oddity)"
            text = (known + deep.replace("class A", "class B") % "self.frob").rstrip("\n").replace("@", indent)
            e = self.edit()
            e.open(text, language="python")
            e.accept(e.items()[0])
            last = e.doc.text.split("\n")[-1]
            self.assertEqual(last, indent * 4 + "self.frobnicate_everything(value, 17, self.oddity)")
            # From the start of the line: no more and no less than the block has.
            e.open(text[:-len(indent * 4 + "self.frob")], language="python")
            for line in e.texts(invoked=False):
                self.assertEqual(line.split("self")[0], indent * 4)
            self.assertEqual(e.c.stop(), 0)

    def test_models(self):
        both = {"textDocument": {**INLINE["textDocument"], "completion": {}}}
        e = self.edit(capabilities=both, completionItems="always")
        e.open()
        self.assertEqual(e.texts(invoked=False), [REST])
        where = {"textDocument": {"uri": e.doc.uri}, "position": e.doc.position(len(e.doc.text))}
        self.assertTrue(e.c.request("textDocument/completion", where)["items"])
        for settings in ({"alternatives": 2}, {"maxTokens": 12, "hover": "always"}, {"debounceMs": 1}):
            e.c.notify("workspace/didChangeConfiguration", {"settings": {"artel": settings}})
            e.texts()
        self.assertEqual(len([m for m in e.said() if m.startswith("loaded")]), 1, e.said())

    def test_next_edit(self):
        e = self.edit()
        before = "int count(int a)\n{\n    return a;\n}\n\nint f(void)\n{\n    return count(1) + 2;\n}\n\nint g(void)\n{\n    return 2 * count(3);\n}\n"
        e.open(before)
        # One place is renamed, key by key; the others are offered, one at a time, as Copilot's clients ask for them.
        for i, key in enumerate("er"):
            e.type(key, at=len("int count") + i)
        at = len("int counter")
        for _ in range(2):
            answer = e.c.wait(e.c.ask("textDocument/copilotInlineEdit", {
                "textDocument": {"uri": e.doc.uri, "version": e.doc.version}, "position": e.doc.position(at)}))
            (edit,) = answer["result"]["edits"]
            self.assertEqual((edit["textDocument"]["uri"], edit["textDocument"]["version"]), (e.doc.uri, e.doc.version))
            begin, end = (e.doc.offset(edit["range"][k]) for k in ("start", "end"))
            e.c.notify("textDocument/didChange", e.doc.change(begin, end, edit["text"]))
            at = begin + len(edit["text"])
        self.assertEqual(e.doc.text, before.replace("count", "counter"))


unittest.main(argv=sys.argv[:1])

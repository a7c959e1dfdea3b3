"""What editors' clients really do, replayed against the real server: a typing session for each, with requests that
overlap, and what must hold whatever they do. usage: test_clients.py ARTEL"""
import json
import os
import re
import sys
import tempfile
import time
import unittest

from client import INLINE, Buffer, Client

ARTEL = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = tempfile.TemporaryDirectory()

ITEMS = {"textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}}
# Each client: what it offers; how many keys lie between requests; what it does with the one before; how it asks.
CLIENTS = {
    "vscode": dict(capabilities={**INLINE, "general": {"positionEncodings": ["utf-16"]}}, cancels=True, closes_brackets=True),
    "neovim 0.7": dict(capabilities={**INLINE, "general": {}}, whole_text=True),
    "neovim 0.12": dict(capabilities={**INLINE, "general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]}}, asks_twice=True),
    "coc": dict(capabilities=INLINE, late_change=True, closes_brackets=True),
    "lsp-mode": dict(capabilities=INLINE, every=3),
    "lsp4ij": dict(capabilities=INLINE, every=4, invoked=True, closes_brackets=True),
    "lapce": dict(capabilities=INLINE, no_context=True),
    "eglot": dict(capabilities={**ITEMS, "general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]}}, method="completion", whole_text=True),
    "helix": dict(capabilities={**ITEMS, "general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]}}, method="completion", cancels=True),
}
# What is typed was written before, so that what follows does not hang on a model's taste.
BEFORE = "// na\u00efve \U0001F600 \u20ac\r\nint add(int a, int b)\r\n{\r\n    /* \U0001F600 */ return (a + b);\r\n}\r\n\r\nint \U0001F600sub(int a, int b)\r\n{\r\n"
TYPED = "    /* \U0001F600 */ return (a"


class Typing(unittest.TestCase):
    def play(self, name, capabilities, method="inlineCompletion", cancels=False, whole_text=False, asks_twice=False,
             late_change=False, every=1, invoked=False, no_context=False, closes_brackets=False):
        c = Client(ARTEL, cache=CACHE.name)
        self.addCleanup(c.kill)
        server = c.start(capabilities, {"budgetMs": 0, "learnProject": False})["capabilities"]
        self.assertEqual("completionProvider" in server, method == "completion")
        encoding = server.get("positionEncoding", "utf-16")
        self.assertIn(encoding, capabilities.get("general", {}).get("positionEncodings", ["utf-16"]))
        doc = Buffer(c, "file:///w/a.c", BEFORE, encoding)
        cursor, asked, closers = len(doc.text), [], ""

        def ask(invoked=invoked):
            params = {"textDocument": {"uri": doc.uri}, "position": doc.position(cursor)}
            if not no_context:
                params["context"] = {"triggerKind": 1 if invoked else 2}
            if asked and cancels:
                c.notify("$/cancelRequest", {"id": asked[-1]})
            asked.append(c.ask("textDocument/" + method, params))

        for i, key in enumerate(TYPED):
            more = ")" if key == "(" and closes_brackets else ""
            closers = more + closers
            note = doc.change(cursor, cursor, key + more, whole_text)
            cursor += 1
            if late_change and i % 3 == 1:
                ask()  # for a place that the server has not heard of
                c.notify("textDocument/didChange", note)
            else:
                c.notify("textDocument/didChange", note)
                if i % every == 0:
                    ask()
                if asks_twice:
                    ask()
        # What was asked before the last edit is answered by the time the server has read it.
        doomed = list(asked)
        c.notify("textDocument/didChange", doc.change(cursor, cursor, " ", whole_text))
        cursor += 1
        c.request("workspace/executeCommand", {"command": "artel.accept", "arguments": []})
        for number in doomed:
            self.assertIn(number, c.answers, "still unanswered after a newer text")
            error = c.answers[number].get("error")
            self.assertTrue(error is None or error["code"] in (-32800, -32801, -32602), error)
        ask()
        result = c.wait(asked[-1])["result"]
        if result is None and method == "inlineCompletion":  # unsure, which may depend on how fast the keys came
            invoked = True
            ask(invoked)
            result = c.wait(asked[-1])["result"]
        self.assertIsNotNone(result, "nothing was suggested")
        items = result["items"]
        self.assertTrue(1 <= len(items) <= (3 if invoked else 1), items)
        item = items[0]
        for one in items:
            text, span = (one["insertText"], one["range"]) if method == "inlineCompletion" else (
                one["textEdit"]["newText"], one["textEdit"]["range"])
            self.assertIsInstance(text, str)  # no snippets
            self.assertEqual(span["start"]["line"], span["end"]["line"])
            self.assertLessEqual(doc.offset(span["start"]), cursor)
            self.assertGreaterEqual(doc.offset(span["end"]), cursor)
        text, span = (item["insertText"], item["range"]) if method == "inlineCompletion" else (
            item["textEdit"]["newText"], item["textEdit"]["range"])
        c.notify("textDocument/didChange", doc.change(doc.offset(span["start"]), doc.offset(span["end"]), text, whole_text))
        line = doc.text.split("\n")[-1]
        if closes_brackets:
            self.assertEqual(line.count("("), line.count(")"), f"brackets doubled or lost: {line!r}")
        self.assertTrue(line.startswith(TYPED), line)
        print(f"{name}: {line.strip()!r}, {len(asked)} requests, {encoding}")
        if "command" in item:
            c.request("workspace/executeCommand", {k: item["command"][k] for k in ("command", "arguments")})
        self.assertEqual(set(asked) - set(c.answers), set())
        self.assertEqual(c.stop(), 0)


for name, how in CLIENTS.items():
    setattr(Typing, "test_" + name.replace(" ", "_").replace(".", "_"), lambda self, n=name, h=how: self.play(n, **h))


class Settings(unittest.TestCase):
    """One list of settings: what the server reads, what docs/settings.md says, what VS Code's page shows."""

    def test_all_are_known_documented_and_on_the_page(self):
        with open(os.path.join(ROOT, "docs", "settings.md"), encoding="utf-8") as f:
            rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*) \|$", f.read(), re.M)
        with open(os.path.join(ROOT, "editors", "vscode", "package.json"), encoding="utf-8") as f:
            page = json.load(f)["contributes"]["configuration"]["properties"]
        with open(os.path.join(ROOT, "lsp", "settings.c"), encoding="utf-8") as f:
            read = set(re.findall(r'str_eq\(key, STR\("(\w+)"\)\)', f.read()))
        told = {name: json.loads(default.strip("`")) for name, _, default, _ in rows}
        self.assertEqual(set(told), read - {"editorInfo", "editorPluginInfo"})
        self.assertEqual(told, {k.removeprefix("artel."): v["default"] for k, v in page.items()
                                if k not in ("artel.path", "artel.trace.server")})
        c = Client(ARTEL, cache=CACHE.name)
        self.addCleanup(c.kill)
        c.start(INLINE, told)
        c.request("workspace/executeCommand", {"command": "artel.why", "arguments": []})
        self.assertEqual([n["params"]["message"] for n in c.notifications if "setting" in n["params"].get("message", "")], [])
        # A wrong value gets a sentence each, and the server goes on.
        c.notify("workspace/didChangeConfiguration", {"settings": {"artel": {name: {} for name in told}}})
        self.assertEqual(c.stop(), 0)
        said = [n["params"]["message"] for n in c.notifications if n["params"].get("message", "").startswith("setting")]
        self.assertEqual(len(said), len(told), said)


class BadInput(unittest.TestCase):
    """Whatever comes: no crash, and a document that is in order is completed afterwards."""

    def setUp(self):
        self.c = Client(ARTEL, cache=CACHE.name)
        self.addCleanup(self.c.kill)
        self.c.start(INLINE, {"budgetMs": 0, "learnProject": False, "editorPluginInfo": {"name": "t"}})
        self.c.notify("textDocument/didOpen", {"textDocument": {
            "uri": "file:///w/good.c", "languageId": "c", "version": 1, "text": "int add(int a, int b)\n{\n    return a"}})

    def open(self, uri, text):
        self.c.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "c", "version": 1, "text": text}})

    def change(self, uri, version, *changes):
        self.c.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)})

    def ask(self, uri, line, character):
        return self.c.wait(self.c.ask("textDocument/inlineCompletion", {
            "textDocument": {"uri": uri}, "position": {"line": line, "character": character}, "context": {"triggerKind": 1}}))

    def tearDown(self):
        answer = self.ask("file:///w/good.c", 2, 12)
        self.assertTrue(answer.get("result"), answer)
        self.assertEqual(self.c.stop(), 0)

    @staticmethod
    def edit(l0, c0, l1, c1, text):
        return {"range": {"start": {"line": l0, "character": c0}, "end": {"line": l1, "character": c1}}, "text": text}

    def test_versions_that_make_no_sense(self):
        self.open("file:///w/v.c", "int x;\n")
        for version in (5, 4, 4, -1, None, "6", 2 ** 31, 1.5):
            self.change("file:///w/v.c", version, self.edit(0, 0, 0, 0, "a"))
        answer = self.ask("file:///w/v.c", 0, 8)
        self.assertNotIn("error", answer)

    def test_edits_out_of_range(self):
        self.open("file:///w/r.c", "int x;\n")
        for span in ((0, 99, 0, 200), (9, 0, 12, 4), (0, 5, 0, 1), (2 ** 31 - 1, 0, 2 ** 31 - 1, 9), (-1, 0, 0, 0), (0, 0.5, 0, 1)):
            self.change("file:///w/r.c", 2, self.edit(*span, "y"))
        self.change("file:///w/r.c", 3, {"range": {"start": None}, "text": "z"}, {"text": 7})
        self.change("file:///w/r.c", 4, {"text": "int y;\n"})  # the whole text repairs what was lost
        self.assertNotIn("error", self.ask("file:///w/r.c", 1, 0))

    def test_before_open_and_after_close(self):
        self.change("file:///w/n.c", 1, {"text": "x"})
        self.assertIn("error", self.ask("file:///w/n.c", 0, 0))
        self.open("file:///w/n.c", "int add(int a, int b)\n{\n    return a")
        number = self.c.ask("textDocument/inlineCompletion", {"textDocument": {"uri": "file:///w/n.c"},
                            "position": {"line": 2, "character": 11}, "context": {"triggerKind": 2}})
        self.c.notify("textDocument/didClose", {"textDocument": {"uri": "file:///w/n.c"}})
        self.change("file:///w/n.c", 2, {"text": "x"})
        answer = self.c.wait(number)
        self.assertTrue("result" in answer or answer["error"]["code"] == -32801, answer)

    def test_large_files(self):
        for name, text, line, column in (("lines", "int x = 1;\n" * 100_000 + "int y", 100_000, 5),
                                         ("line", "a = 1; " * (5 << 17) + "b", 0, (5 << 17) * 7 + 1)):
            uri = f"file:///w/{name}.c"
            begin = time.monotonic()
            self.open(uri, text)
            self.change(uri, 2, self.edit(line, column, line, column, " "))
            answer = self.ask(uri, line, column + 1)
            self.assertNotIn("error", answer)
            print(f"{name}: {len(text) >> 20} MB, answered after {time.monotonic() - begin:.1f} s, {self.c.memory_mb():.0f} MB")
            self.c.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def test_mixed_line_ends(self):
        self.open("file:///w/m.c", "int a;\r\nint b;\rint c;\nint d;\r\n\r\r\n")
        for line in range(7):
            self.assertNotIn("error", self.ask("file:///w/m.c", line, 99))
        self.change("file:///w/m.c", 2, self.edit(1, 6, 2, 0, ""), self.edit(0, 6, 1, 0, "\r"), self.edit(0, 0, 0, 0, "\r\n"))
        self.assertNotIn("error", self.ask("file:///w/m.c", 3, 2))

    def test_lone_surrogates(self):
        head = b'{"jsonrpc":"2.0","method":"textDocument/'
        self.c.send_body(head + b'didOpen","params":{"textDocument":{"uri":"file:///w/s.c","languageId":"c","version":1,'
                         b'"text":"int \\ud800x\\udc00 = 1;\\nint y"}}}')
        self.c.send_body(head + b'didChange","params":{"textDocument":{"uri":"file:///w/s.c","version":2},"contentChanges":'
                         b'[{"range":{"start":{"line":0,"character":5},"end":{"line":0,"character":6}},"text":"\\udbff"}]}}')
        self.assertNotIn("error", self.ask("file:///w/s.c", 1, 5))

    def test_two_editors_at_once(self):
        other = Client(ARTEL, cache=CACHE.name)
        self.addCleanup(other.kill)
        other.start(INLINE, {"budgetMs": 0, "learnProject": False})
        other.notify("textDocument/didOpen", {"textDocument": {
            "uri": "file:///w/good.c", "languageId": "c", "version": 1, "text": "int add(int a, int b)\n{\n    return a"}})
        ask = {"textDocument": {"uri": "file:///w/good.c"}, "position": {"line": 2, "character": 12}, "context": {"triggerKind": 1}}
        both = [(c, c.ask("textDocument/inlineCompletion", ask)) for c in (self.c, other)]
        texts = [[i["insertText"] for i in c.wait(n)["result"]["items"]] for c, n in both]
        self.assertEqual(texts[0], texts[1])
        self.assertEqual(other.stop(), 0)


unittest.main(argv=sys.argv[:1])

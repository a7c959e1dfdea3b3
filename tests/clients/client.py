"""A language client for tests and benchmarks: one server process, messages in and out, and an editor's buffer.
Requests may overlap; each must be answered exactly once, and whoever waits for one goes on taking the others."""
import contextlib
import json
import os
import subprocess

INLINE = {"textDocument": {"inlineCompletion": {"dynamicRegistration": True}}}


class Gone(Exception):
    """The server ended, or closed its output."""


class Client:
    def __init__(self, program, *args, cache=None, **popen):
        if cache:
            popen["env"] = {**os.environ, "XDG_CACHE_HOME": cache}
        self.p = subprocess.Popen([program, *(args or ("lsp",))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **popen)
        self.n = 0
        self.answers = {}  # id -> message
        self.notifications = []
        self.registered = []  # methods that the server registered
        self.registrations = []  # those that still are

    def start(self, capabilities=None, options=None, folder=None, **more):
        """initialize and initialized; the server's result."""
        self.server = self.request("initialize", {
            "processId": None, "capabilities": capabilities or {}, "initializationOptions": options,
            "workspaceFolders": [{"uri": "file://" + folder, "name": "p"}] if folder else None, **more})
        self.notify("initialized", {})
        return self.server

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.send_body(body)

    def send_body(self, body):
        self.p.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.p.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        """Sends a request and does not wait; its id."""
        self.n += 1
        self.send({"id": self.n, "method": method, "params": params})
        return self.n

    def receive(self):
        """Takes one message; the server's requests are answered as a client without state answers them."""
        length = 0
        while line := self.p.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            raise Gone
        m = json.loads(self.p.stdout.read(length))
        if "method" not in m:
            assert m["id"] not in self.answers, f"answered twice: {m}"
            self.answers[m["id"]] = m
        elif "id" in m:
            if m["method"] == "client/registerCapability":
                self.registered += [r["method"] for r in m["params"]["registrations"]]
                self.registrations += m["params"]["registrations"]
            if m["method"] == "client/unregisterCapability":
                gone = [r["id"] for r in m["params"]["unregisterations"]]
                self.registrations = [r for r in self.registrations if r["id"] not in gone]
            items = m["params"].get("items", []) if m["method"] == "workspace/configuration" else None
            self.send({"id": m["id"], "result": None if items is None else [None] * len(items)})
        else:
            self.notifications.append(m)
        return m

    def wait(self, number):
        """The answer to a request, whole."""
        while number not in self.answers:
            self.receive()
        return self.answers[number]

    def request(self, method, params):
        """Asks and waits; the result, None for an error."""
        return self.wait(self.ask(method, params)).get("result")

    def stop(self):
        """shutdown and exit; the exit status."""
        self.request("shutdown", None)
        self.notify("exit", None)
        self.p.stdin.close()
        self.p.stdout.close()
        return self.p.wait(timeout=60)

    def kill(self):
        if self.p.poll() is None:
            self.p.kill()
            self.p.wait()
        with contextlib.suppress(OSError):
            self.p.stdin.close()
        self.p.stdout.close()

    def memory_mb(self, key="VmRSS"):
        with open(f"/proc/{self.p.pid}/status", encoding="ascii") as f:
            return next(int(row.split()[1]) / 1024 for row in f if row.startswith(key))

    def cpu_ms(self):
        with open(f"/proc/{self.p.pid}/stat", encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def units(text, encoding):
    return len(text.encode({"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding])) // {
        "utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]


class Buffer:
    """The editor's text, with positions in the encoding that was agreed on."""

    def __init__(self, client, uri, text, encoding="utf-16", language="c"):
        self.client, self.uri, self.text, self.encoding = client, uri, text, encoding
        self.version = 1
        client.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": text}})

    def position(self, at):
        line = self.text.count("\n", 0, at)
        begin = self.text.rfind("\n", 0, at) + 1
        return {"line": line, "character": units(self.text[begin:at], self.encoding)}

    def offset(self, position):
        begin = 0
        for _ in range(position["line"]):
            begin = self.text.index("\n", begin) + 1
        end = begin
        while units(self.text[begin:end], self.encoding) < position["character"]:
            end += 1
        assert units(self.text[begin:end], self.encoding) == position["character"], "inside a character"
        return end

    def change(self, begin, end, with_text, whole=False):
        """Edits, and gives the notification to send."""
        span = {"start": self.position(begin), "end": self.position(end)}
        self.text = self.text[:begin] + with_text + self.text[end:]
        self.version += 1
        change = {"text": self.text} if whole else {"range": span, "text": with_text}
        return {"textDocument": {"uri": self.uri, "version": self.version}, "contentChanges": [change]}

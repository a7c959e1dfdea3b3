#!/usr/bin/env python3
"""Plays LSP transcripts against a server and compares what comes back.

usage: transcript.py SERVER FILE...        (stops at the first file that fails)

A transcript is a text file; a line that begins with white space continues the one before.
  # text                   ignored
  args WORD...             arguments of the server; before anything else
  > JSON                   sends a message; "jsonrpc" is added
  raw TEXT                 sends bytes; Python's escapes: \\r \\n \\x00 \\u20ac
  raw*N TEXT               the same, N times
  body TEXT                sends the bytes as the body of a message, with its header
  part                     the bytes sent so far must arrive before the next ones (a pause of 20 ms)
  < JSON                   the next message from the server must match; log, trace and progress
                           messages are passed over unless the pattern names their method
  silence MS               nothing but log messages comes for that long
  pause MS                 wait
  cpu MS                   the server uses less processor time than that in 300 ms of silence
  parent, parent-ends      starts a process, whose id "$parent" stands for in messages; ends it
  close-in, close-out      closes our end: its stdin, its stdout
  status N                 the server ends by itself with this exit status
Short forms, so that transcripts say what matters:
  init [JSON] [JSON]       initialize (capabilities, members of params), its answer, initialized
  open NAME TEXT           didOpen of file:///w/NAME, version 1; TEXT is a JSON string
  edit NAME V L C L C TEXT didChange, one incremental change
  full NAME V TEXT         didChange, the whole text
  logged TEXT              a log message that begins so has come or comes
  inline ID NAME L C [invoked]  inlineCompletion; popup ID NAME L C: completion
  items ID [TEXT...]       the answer to ID has inline items with these insertTexts; none: null
  bye                      shutdown, its answer, exit, status 0

Patterns: an object matches when each of its members does (others may be there), a list when all
of its items do and the length is the same; "$any" matches what is there, "$none" a missing member,
"$starts TEXT" a string that begins so, "$some" a list that is not empty.
"""
import json
import os
import queue
import select
import shlex
import subprocess
import sys
import threading
import time

WAIT = float(os.environ.get("ARTEL_E2E_WAIT", "20"))
QUIET = ("window/logMessage", "$/logTrace", "$/progress")


class Failure(Exception):
    pass


class Reader(threading.Thread):
    """Cuts the server's output into messages, until it ends or stop() is called."""

    def __init__(self, fd, out):
        super().__init__(daemon=True)
        self.fd, self.out, self.data = fd, out, b""
        self.wake, self.waker = os.pipe()

    def more(self):
        ready, _, _ = select.select([self.fd, self.wake], [], [])
        chunk = os.read(self.fd, 65536) if self.wake not in ready else b""
        self.data += chunk
        return bool(chunk)

    def run(self):
        try:
            while True:
                while b"\r\n\r\n" not in self.data:
                    if not self.more():
                        if self.data:
                            self.out.put(Failure("the server's output ends inside a header"))
                        return
                head, _, self.data = self.data.partition(b"\r\n\r\n")
                name, _, length = head.partition(b":")
                if name != b"Content-Length":
                    self.out.put(Failure(f"the server sent the header {head!r}"))
                    return
                while len(self.data) < int(length):
                    if not self.more():
                        self.out.put(Failure("the server's output ends inside a message"))
                        return
                body, self.data = self.data[:int(length)], self.data[int(length):]
                self.out.put(json.loads(body.decode("utf-8")))
        except (OSError, ValueError) as e:
            self.out.put(Failure(f"reading the server's output: {e}"))
        finally:
            self.out.put(None)

    def stop(self):
        os.write(self.waker, b"x")
        self.join()


def matches(pattern, value):
    if pattern == "$any":
        return True
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            (k not in value) if p == "$none" else (k in value and matches(p, value[k]))
            for k, p in pattern.items())
    if isinstance(pattern, list):
        return (isinstance(value, list) and len(value) == len(pattern)
                and all(map(matches, pattern, value)))
    if pattern == "$some":
        return isinstance(value, list) and len(value) > 0
    if isinstance(pattern, str) and pattern.startswith("$starts "):
        return isinstance(value, str) and value.startswith(pattern[8:])
    return type(pattern) is type(value) and pattern == value


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Session:
    def __init__(self, server):
        self.server = server
        self.args = []
        self.process = None
        self.parent = None
        self.got = queue.Queue()
        self.log = []

    def start(self):
        if self.process:
            return
        self.process = subprocess.Popen([self.server, *self.args], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.err = []
        self.reader = Reader(self.process.stdout.fileno(), self.got)
        self.reader.start()
        self.err_thread = threading.Thread(
            target=lambda: self.err.append(self.process.stderr.read()), daemon=True)
        self.err_thread.start()

    def send_bytes(self, data):
        self.start()
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Failure("the server has closed its input") from None

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        if self.parent:
            body = body.replace(b'"$parent"', b"%d" % self.parent.pid)
        self.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def next(self, wait, want_method=None):
        until = time.monotonic() + wait
        while True:
            try:
                m = self.got.get(timeout=max(0, until - time.monotonic()))
            except queue.Empty:
                return None
            if m is None:
                raise Failure("the server ended")
            if isinstance(m, Failure):
                raise m
            self.log.append(m)
            method = m.get("method")
            if m.get("jsonrpc") != "2.0":
                raise Failure("no jsonrpc 2.0 in " + json.dumps(m))
            if want_method in QUIET and method != want_method:
                if method in QUIET:
                    continue
            elif method in QUIET and method != want_method:
                continue
            return m

    def expect(self, pattern):
        method = pattern.get("method")
        while True:
            m = self.next(WAIT, method)
            if m is None:
                raise Failure("no answer in time, wanted " + json.dumps(pattern))
            if matches(pattern, m):
                return
            if method in QUIET and m.get("method") == method:
                continue
            raise Failure(f"got    {json.dumps(m)}\nwanted {json.dumps(pattern)}")

    def status(self, want):
        if not self.process.stdin.closed:
            try:
                self.process.stdin.flush()
            except BrokenPipeError:
                pass
        try:
            code = self.process.wait(WAIT)
        except subprocess.TimeoutExpired:
            raise Failure("the server does not end") from None
        self.err_thread.join()
        text = b"".join(self.err).decode(errors="replace")
        if code != want or text:
            raise Failure(f"exit status {code}, wanted {want}; stderr: {text}")

    def kill(self):
        if self.parent and self.parent.poll() is None:
            self.parent.kill()
            self.parent.wait()
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def uri(name):
    return name if ":" in name else "file:///w/" + name


def pos(line, col):
    return {"line": int(line), "character": int(col)}


def two_json(text):
    out, decoder = [], json.JSONDecoder()
    while text.strip():
        text = text.strip()
        value, end = decoder.raw_decode(text)
        out.append(value)
        text = text[end:]
    return out


def unescape(text):
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape").encode(
        "latin-1" if "\\u" not in text else "utf-8")


def change(session, name, version, changes):
    session.send({"method": "textDocument/didChange",
                  "params": {"textDocument": {"uri": uri(name), "version": int(version)},
                             "contentChanges": changes}})


def step(s, word, rest):
    if word == "args":
        s.args = shlex.split(rest)
    elif word == ">":
        s.send(json.loads(rest))
    elif word == "raw" or word.startswith("raw*"):
        s.send_bytes(unescape(rest) * int(word[4:] or 1))
    elif word == "body":
        body = unescape(rest)
        s.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    elif word == "part":
        time.sleep(0.02)
    elif word == "<":
        s.expect(json.loads(rest))
    elif word == "silence":
        m = s.next(int(rest) / 1000)
        if m is not None:
            raise Failure("wanted silence, got " + json.dumps(m))
    elif word == "pause":
        time.sleep(int(rest) / 1000)
    elif word == "cpu":
        before = cpu_seconds(s.process.pid)
        time.sleep(0.3)
        used = cpu_seconds(s.process.pid) - before
        if used * 1000 > int(rest):
            raise Failure(f"used {used * 1000:.0f} ms of processor time while idle")
    elif word == "parent":
        s.parent = subprocess.Popen(["sleep", "600"])
    elif word == "parent-ends":
        s.parent.kill()
        s.parent.wait()
    elif word == "close-in":
        s.process.stdin.close()
    elif word == "close-out":
        s.start()
        s.reader.stop()
        s.process.stdout.close()
    elif word == "status":
        s.status(int(rest))
    elif word == "logged":
        s.expect({"method": "window/logMessage", "params": {"message": "$starts " + rest}})
    elif word == "init":
        given = two_json(rest)
        params = {"processId": None, "rootUri": None,
                  "capabilities": given[0] if given else {}}
        params.update(given[1] if len(given) > 1 else {})
        s.send({"id": "init", "method": "initialize", "params": params})
        s.expect({"id": "init", "result": {"capabilities": {"textDocumentSync": {"change": 2}}}})
        s.send({"method": "initialized", "params": {}})
    elif word == "open":
        name, text = rest.split(None, 1)
        s.send({"method": "textDocument/didOpen", "params": {"textDocument": {
            "uri": uri(name), "languageId": "c", "version": 1, "text": json.loads(text)}}})
    elif word == "edit":
        name, version, l0, c0, l1, c1, text = rest.split(None, 6)
        change(s, name, version, [{"range": {"start": pos(l0, c0), "end": pos(l1, c1)},
                                   "text": json.loads(text)}])
    elif word == "full":
        name, version, text = rest.split(None, 2)
        change(s, name, version, [{"text": json.loads(text)}])
    elif word in ("inline", "popup"):
        ident, name, line, col, *more = rest.split()
        method = "inlineCompletion" if word == "inline" else "completion"
        kind = 1 if "invoked" in more or word == "popup" else 2
        s.send({"id": json.loads(ident), "method": "textDocument/" + method,
                "params": {"textDocument": {"uri": uri(name)}, "position": pos(line, col),
                           "context": {"triggerKind": kind}}})
    elif word == "items":
        ident, *texts = two_json(rest)
        if texts:
            s.expect({"id": ident, "result": {"items": [{"insertText": t} for t in texts]}})
        else:
            s.expect({"id": ident, "result": None})
    elif word == "bye":
        s.send({"id": "bye", "method": "shutdown"})
        s.expect({"id": "bye", "result": None})
        s.send({"method": "exit"})
        s.status(0)
    else:
        raise Failure(f"no such step: {word}")


def play(server, path):
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    steps = []
    for n, line in enumerate(lines, 1):
        if line[:1].isspace() and steps and line.strip():
            steps[-1][1] += " " + line.strip()
        elif line.strip() and not line.startswith("#"):
            steps.append([n, line])
    session = Session(server)
    try:
        for n, line in steps:
            word, _, rest = line.partition(" ")
            try:
                step(session, word, rest)
            except Failure as e:
                print(f"{path}:{n}: {line[:200]}\n{e}", file=sys.stderr)
                for m in session.log[-8:]:
                    print("  got " + json.dumps(m)[:400], file=sys.stderr)
                if session.process and session.process.poll() is not None:
                    session.err_thread.join()
                    print(b"".join(session.err).decode(errors="replace"), file=sys.stderr)
                return False
        if session.process and session.process.poll() is None:
            print(f"{path}: the transcript ends while the server runs", file=sys.stderr)
            return False
        return True
    finally:
        session.kill()


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    return 0 if all([play(sys.argv[1], path) for path in sys.argv[2:]]) else 1


if __name__ == "__main__":
    sys.exit(main())

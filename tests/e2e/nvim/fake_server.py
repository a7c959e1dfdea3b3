#!/usr/bin/env python3
"""A language server that answers as a script says, for testing editor clients.

It keeps documents exactly as a server must, and writes what a correct client never does to its log as
a violation. The script is a JSON file, read again for each request, so that a test can change it:

  encoding  "utf-8", "utf-16" (default) or "utf-32": chosen if the client offers it
  rules     the first whose "before" (regular expression, the whole text left of the cursor in its line)
            and "kind" (triggerKind) match answers; none: the answer is null. A rule has
              items     [{"text", "before": characters left of the cursor to replace, "after": right,
                          "command"}], or null
              delay_ms  the answer comes this much later
              stubborn  true: cancelling does not stop the answer
              error     [code, message]: the answer is an error
              die       exit code: the process ends at once, without an answer

The log is one JSON object per line: {"event": ..., ...}.

usage: fake_server.py SCRIPT LOG [anything]
"""
import json
import os
import re
import sys
import threading
import time

script_path, log_path = sys.argv[1], sys.argv[2]
lock = threading.Lock()
documents = {}  # uri -> {"lines", "version"}
waiting = {}  # request id -> timer
encoding = "utf-16"


def log(event, **more):
    with lock, open(log_path, "a", encoding="utf-8") as f:
        f.write(json.dumps({"event": event, "at": time.monotonic(), **more}) + "\n")


def violation(text):
    log("violation", text=text)


def script():
    with open(script_path, encoding="utf-8") as f:
        return json.load(f)


def send(message):
    data = json.dumps({"jsonrpc": "2.0", **message}).encode()
    with lock:
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        sys.stdout.buffer.flush()


def units(text):
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    if encoding == "utf-16":
        return sum(2 if ord(c) > 0xFFFF else 1 for c in text)
    return len(text)


def column(line, n):
    """Characters of `line` before code unit n; a violation if n is no place in it."""
    seen = 0
    for i, c in enumerate(line):
        if seen >= n:
            break
        seen += units(c)
    else:
        i = len(line)
    if seen != n:
        violation(f"column {n} ({encoding}) is no place in {line!r}")
    return i


def offset(text, position):
    lines = text.split("\n")
    if position["line"] > len(lines) or (position["line"] == len(lines) and position["character"] != 0):
        violation(f"no line {position['line']} among {len(lines)}")
        return len(text)
    if position["line"] == len(lines):
        return len(text)
    before = sum(len(line) + 1 for line in lines[: position["line"]])
    return before + column(lines[position["line"]], position["character"])


def change(params):
    doc = documents.get(params["textDocument"]["uri"])
    if doc is None:
        violation("didChange of a document that is not open")
        return
    version = params["textDocument"]["version"]
    if version <= doc["version"]:
        violation(f"version {version} after {doc['version']}")
    doc["version"] = version
    for edit in params["contentChanges"]:
        if "range" in edit:
            a, b = offset(doc["text"], edit["range"]["start"]), offset(doc["text"], edit["range"]["end"])
            doc["text"] = doc["text"][:a] + edit["text"] + doc["text"][b:]
        else:
            doc["text"] = edit["text"]


def items_for(rule, line, row, col):
    if rule["items"] is None:
        return None
    out = []
    for item in rule["items"]:
        begin, end = col - item.get("before", 0), col + item.get("after", 0)
        entry = {
            "insertText": item["text"],
            "range": {
                "start": {"line": row, "character": units(line[:begin])},
                "end": {"line": row, "character": units(line[:end])},
            },
        }
        if "command" in item:
            entry["command"] = {"title": "", "command": item["command"], "arguments": [1]}
        out.append(entry)
    return {"items": out}


def complete(ident, params):
    uri, position = params["textDocument"]["uri"], params["position"]
    doc = documents.get(uri)
    if doc is None:
        violation("a request for a document that is not open")
        return send({"id": ident, "error": {"code": -32602, "message": "not open"}})
    line = doc["text"].split("\n")[position["line"]]
    col = column(line, position["character"])
    kind = params["context"]["triggerKind"]
    log("request", id=ident, before=line[:col], after=line[col:], kind=kind, text=doc["text"])
    if waiting:
        violation(f"request {ident} while {sorted(waiting)} are neither answered nor cancelled")
    answer = {"id": ident, "result": None}
    delay = 0
    for rule in script().get("rules", []):
        if not re.fullmatch(rule.get("before", ".*"), line[:col]) or rule.get("kind", kind) != kind:
            continue
        if "die" in rule:
            sys.stderr.write("the fake server was told to die\n")
            sys.stderr.flush()
            os._exit(rule["die"])
        delay = rule.get("delay_ms", 0)
        if "error" in rule:
            answer = {"id": ident, "error": {"code": rule["error"][0], "message": rule["error"][1]}}
        else:
            answer["result"] = items_for(rule, line, position["line"], col)
        if rule.get("stubborn"):
            threading.Timer(delay / 1000, send, [answer]).start()
            return None
        break
    if delay == 0:
        return send(answer)

    def later():
        if waiting.pop(ident, None):
            send(answer)

    waiting[ident] = threading.Timer(delay / 1000, later)
    waiting[ident].start()
    return None


def cancel(ident):
    log("cancel", id=ident)
    timer = waiting.pop(ident, None)
    if timer:
        timer.cancel()
        send({"id": ident, "error": {"code": -32800, "message": "cancelled"}})


def initialize(ident, params):
    global encoding
    capabilities = params["capabilities"]
    log("initialize", root=params.get("rootUri"), options=params.get("initializationOptions"))
    if "inlineCompletion" not in capabilities.get("textDocument", {}):
        violation("the client does not say that it knows inline completion")
    offered = capabilities.get("general", {}).get("positionEncodings", ["utf-16"])
    wish = script().get("encoding", "utf-16")
    encoding = wish if wish in offered else "utf-16"
    log("encoding", encoding=encoding)
    send({"id": ident, "result": {"capabilities": {
        "positionEncoding": encoding,
        "textDocumentSync": {"openClose": True, "change": 2},
        "inlineCompletionProvider": True,
        "completionProvider": {},
        "executeCommandProvider": {"commands": ["fake.accepted"]},
    }}})


def handle(message):
    method, ident, params = message.get("method"), message.get("id"), message.get("params")
    if method == "initialize":
        initialize(ident, params)
    elif method == "textDocument/didOpen":
        d = params["textDocument"]
        if d["uri"] in documents:
            violation("didOpen of a document that is open")
        documents[d["uri"]] = {"text": d["text"], "version": d["version"]}
        log("open", uri=d["uri"], language=d["languageId"])
    elif method == "textDocument/didChange":
        change(params)
    elif method == "textDocument/didClose":
        log("close", uri=params["textDocument"]["uri"])
        if documents.pop(params["textDocument"]["uri"], None) is None:
            violation("didClose of a document that is not open")
    elif method == "textDocument/inlineCompletion":
        complete(ident, params)
    elif method == "workspace/executeCommand":
        log("command", command=params["command"], arguments=params.get("arguments"))
        send({"id": ident, "result": None})
    elif method == "$/cancelRequest":
        cancel(params["id"])
    elif method == "shutdown":
        send({"id": ident, "result": None})
    elif method == "exit":
        log("exit")
        os._exit(0)
    elif ident is not None and method:
        log("other", method=method)
        send({"id": ident, "error": {"code": -32601, "message": method}})


def main():
    log("start", pid=os.getpid())
    stream = sys.stdin.buffer
    while True:
        length = None
        while True:
            line = stream.readline()
            if not line:
                log("end of input")
                os._exit(0)
            if line == b"\r\n":
                break
            name, value = line.split(b":", 1)
            if name.lower() == b"content-length":
                length = int(value)
        handle(json.loads(stream.read(length)))


main()

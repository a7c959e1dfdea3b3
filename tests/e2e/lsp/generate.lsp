# What follows from the code at the cursor: titles at once, the code when an action is resolved.
init {"textDocument": {"codeAction": {"dataSupport": true, "resolveSupport": {"properties": ["edit"]},
   "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["refactor"]}}}},
   "workspace": {"applyEdit": true, "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]}}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/none/a%20b/shop.py", "languageId": "python",
   "version": 1, "text": "class User:\n    name: str\n\n\ndef price(count: int) -> int:\n    return count\n"}}}
> {"id": 1, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/none/a%20b/shop.py"},
   "range": {"start": {"line": 4, "character": 6}, "end": {"line": 4, "character": 6}},
   "context": {"diagnostics": [], "only": ["refactor.rewrite"]}}}
< {"id": 1, "result": [
   {"title": "artel: Generate documentation for price", "kind": "refactor.rewrite.artel", "edit": "$none",
    "data": {"generate": "doc", "uri": "file:///w/none/a%20b/shop.py"}},
   {"title": "artel: Generate tests for price", "kind": "refactor.rewrite.artel"}]}
> {"id": 2, "method": "codeAction/resolve", "params": {"title": "artel: x", "kind": "refactor.rewrite.artel",
   "data": {"generate": "doc", "uri": "file:///w/none/a%20b/shop.py",
   "range": {"start": {"line": 4, "character": 6}, "end": {"line": 4, "character": 6}}}}}
< {"id": 2, "result": {"title": "artel: x", "kind": "refactor.rewrite.artel", "edit": {"documentChanges": [
   {"textDocument": {"uri": "file:///w/none/a%20b/shop.py", "version": null}, "edits": [
     {"range": {"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 0}},
      "newText": "    \"\"\"Return the price.\n\n    Args:\n        count (int): The count.\n\n    Returns:\n        int: The price.\n    \"\"\"\n"}]}]}}}
> {"id": 3, "method": "codeAction/resolve", "params": {"title": "artel: y", "kind": "refactor.rewrite.artel",
   "data": {"generate": "tests", "uri": "file:///w/none/a%20b/shop.py",
   "range": {"start": {"line": 4, "character": 6}, "end": {"line": 4, "character": 6}}}}}
< {"id": 3, "result": {"edit": {"documentChanges": [
   {"kind": "create", "uri": "file:///w/none/a%20b/test_shop_price.py"},
   {"textDocument": {"uri": "file:///w/none/a%20b/test_shop_price.py"}, "edits": [{"newText": "$starts import unittest\n"}]}]}}}
# As a command: what there is for the place, then one of them by an edit.
> {"id": 10, "method": "workspace/executeCommand", "params": {"command": "artel.generate", "arguments":
   [{"uri": "file:///w/none/a%20b/shop.py", "position": {"line": 0, "character": 6}}]}}
< {"id": 10, "result": [{"kind": "constructor", "title": "constructor for User", "says": ""}, {"kind": "equality"}, {"kind": "hash"},
   {"kind": "to-string"}, {"kind": "sql"}, {"kind": "main", "title": "entry point"}, {"kind": "licence"}]}
> {"id": 11, "method": "workspace/executeCommand", "params": {"command": "artel.generate", "arguments":
   [{"uri": "file:///w/none/a%20b/shop.py", "position": {"line": 0, "character": 6}, "kind": "constructor"}]}}
< {"method": "workspace/applyEdit", "params": {"label": "artel: Generate constructor for User", "edit": {"documentChanges": [
   {"textDocument": {"uri": "file:///w/none/a%20b/shop.py", "version": null}, "edits": [
     {"range": {"start": {"line": 1, "character": 13}, "end": {"line": 1, "character": 13}},
      "newText": "\n\n    def __init__(self, name: str) -> None:\n        self.name = name"}]}]}}}
< {"id": 11, "result": null}
> {"id": 12, "method": "workspace/executeCommand", "params": {"command": "artel.generate", "arguments":
   [{"uri": "file:///w/none/a%20b/shop.py", "position": {"line": 0, "character": 6}, "kind": "mock"}]}}
< {"id": 12, "error": {"code": -32803, "message": "mock does not fit User, or is there already"}}
> {"id": 13, "method": "workspace/executeCommand", "params": {"command": "artel.generate", "arguments": [{"uri": "file:///w/gone.py"}]}}
< {"id": 13, "error": {"code": -32602}}
# What exists is not offered, and a place that has changed meanwhile gets an answer.
> {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///w/none/a%20b/shop.py", "version": 2},
   "contentChanges": [{"text": "class User:\n    def __init__(self):\n        self.a = 1\n    def __eq__(self, o): return True\n    def __hash__(self): return 1\n"}]}}
> {"id": 4, "method": "codeAction/resolve", "params": {"title": "artel: y", "kind": "refactor.rewrite.artel",
   "data": {"generate": "constructor", "uri": "file:///w/none/a%20b/shop.py",
   "range": {"start": {"line": 0, "character": 7}, "end": {"line": 0, "character": 7}}}}}
< {"id": 4, "error": {"code": -32803, "message": "constructor does not fit User, or is there already"}}
> {"id": 5, "method": "codeAction/resolve", "params": {"title": "artel: y", "data": {"generate": "doc", "uri": "file:///w/gone.py"}}}
< {"id": 5, "error": {"code": -32602}}
bye

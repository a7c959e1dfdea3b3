# Where a sample may stand: literals, strings, comments, selections and pasted text.
init {"textDocument": {"codeAction": {"dataSupport": true, "resolveSupport": {"properties": ["edit", "command"]},
   "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
   "workspace": {"workspaceEdit": {"resourceOperations": ["create"]}}}
   {"workspaceFolders": [{"uri": "file:///w/none", "name": "none"}]}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/none/main.ts",
   "languageId": "typescript", "version": 1, "text":
   "const users = [\n  {id: 1, name: 'Ada'},\n];\nconst text = '{\"id\": 1, \"s\": \"x\"}';\nlet n = 1 + f({a: g()});\n"}}}
# Anywhere in the literal the whole of it is meant, and it is named after its variable.
> {"id": 1, "method": "codeAction/resolve", "params": {"title": "x", "data": {"uri": "file:///w/none/main.ts",
   "target": "typescript", "range": {"start": {"line": 1, "character": 9}, "end": {"line": 1, "character": 9}}}}}
< {"id": 1, "result": {"edit": {"documentChanges": [{"kind": "create", "uri": "file:///w/none/users.ts", "annotationId": "$none"},
   {"edits": [{"newText": "$starts // From main.ts. Parse and serialise with parseUsers", "annotationId": "$none"}]}]}}}
> {"id": 2, "method": "codeAction/resolve", "params": {"title": "x", "data": {"uri": "file:///w/none/main.ts",
   "target": "typescript", "range": {"start": {"line": 3, "character": 20}, "end": {"line": 3, "character": 20}}}}}
< {"id": 2, "result": {"edit": {"documentChanges": [{"kind": "create", "uri": "file:///w/none/text.ts"}, {}]}}}
# What is not all constants is none.
> {"id": 3, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/none/main.ts"},
   "range": {"start": {"line": 4, "character": 16}, "end": {"line": 4, "character": 16}}, "context": {"diagnostics": []}}}
< {"id": 3, "result": []}
# A selection by itself.
> {"id": 4, "method": "codeAction/resolve", "params": {"title": "x", "data": {"uri": "file:///w/none/main.ts",
   "target": "sqlite", "range": {"start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 22}}}}}
< {"id": 4, "result": {"edit": {"documentChanges": [{"kind": "create", "uri": "file:///w/none/main.sqlite.sql"}, {}]}}}
# A sample pasted into a scratch buffer goes to the workspace.
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "untitled:Untitled-1",
   "languageId": "plaintext", "version": 1, "text": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[{\"id\": 1}]"}}}
> {"id": 5, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "untitled:Untitled-1"},
   "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "context": {"diagnostics": []}}}
< {"id": 5, "result": "$some"}
> {"id": 6, "method": "codeAction/resolve", "params": {"title": "x", "data": {"uri": "untitled:Untitled-1", "target": "go"}}}
< {"id": 6, "result": {"edit": {"documentChanges": [{"kind": "create", "uri": "file:///w/none/root.go"}, {}]}}}
# Prose is none.
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "untitled:Untitled-2",
   "languageId": "plaintext", "version": 1, "text": "{ not json, but a thought"}}}
> {"id": 7, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "untitled:Untitled-2"},
   "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "context": {"diagnostics": []}}}
< {"id": 7, "result": []}
# A comment names a file, here one that is not there.
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/none/person.py",
   "languageId": "python", "version": 1, "text": "# from people.json at /data as person\n"}}}
> {"id": 8, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/none/person.py"},
   "range": {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 5}}, "context": {"diagnostics": []}}}
< {"id": 8, "result": "$some"}
> {"id": 9, "method": "codeAction/resolve", "params": {"title": "x", "data": {"uri": "file:///w/none/person.py", "target": "python"}}}
< {"id": 9, "error": {"code": -32803, "message": "$starts /w/none/people.json: cannot open"}}
bye

# A client that resolves, creates files and annotates.
init {"textDocument": {"codeAction": {"dataSupport": true, "resolveSupport": {"properties": ["edit"]},
   "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["refactor"]}}}},
   "workspace": {"applyEdit": true, "workspaceEdit": {"documentChanges": true,
   "resourceOperations": ["create"], "changeAnnotationSupport": {}}}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/none/user.json",
   "languageId": "json", "version": 1, "text": "{\"id\": 1,\n \"ok\": true}"}}}
# Asked for by a person, anywhere in it; json-schema is in the document's language and comes first.
> {"id": 1, "method": "textDocument/codeAction", "params": {"textDocument":
   {"uri": "file:///w/none/user.json"}, "range": {"start": {"line": 1, "character": 2},
   "end": {"line": 1, "character": 2}}, "context": {"diagnostics": [], "triggerKind": 1}}}
< {"id": 1, "result": "$some"}
# By itself only on the first line; and not when other kinds are wanted.
> {"id": 2, "method": "textDocument/codeAction", "params": {"textDocument":
   {"uri": "file:///w/none/user.json"}, "range": {"start": {"line": 1, "character": 2},
   "end": {"line": 1, "character": 2}}, "context": {"diagnostics": [], "triggerKind": 2}}}
< {"id": 2, "result": []}
> {"id": 3, "method": "textDocument/codeAction", "params": {"textDocument":
   {"uri": "file:///w/none/user.json"}, "range": {"start": {"line": 0, "character": 0},
   "end": {"line": 0, "character": 0}}, "context": {"diagnostics": [], "triggerKind": 2}}}
< {"id": 3, "result": "$some"}
> {"id": 4, "method": "textDocument/codeAction", "params": {"textDocument":
   {"uri": "file:///w/none/user.json"}, "range": {"start": {"line": 0, "character": 0},
   "end": {"line": 0, "character": 0}}, "context": {"diagnostics": [], "only": ["source", "refactor.ext"]}}}
< {"id": 4, "result": []}
# The edit comes when the action is resolved; all of the action is given back.
> {"id": 5, "method": "codeAction/resolve", "params": {"title": "artel: x", "kind": "refactor.extract.artel",
   "data": {"uri": "file:///w/none/user.json", "target": "typescript",
   "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}}}}
< {"id": 5, "result": {"title": "artel: x", "kind": "refactor.extract.artel",
   "edit": {"documentChanges": [
   {"kind": "create", "uri": "file:///w/none/user.ts", "options": {"ignoreIfExists": true}, "annotationId": "new"},
   {"textDocument": {"uri": "file:///w/none/user.ts", "version": null},
   "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
   "newText": "$starts // From user.json.", "annotationId": "new"}]}],
   "changeAnnotations": {"new": {"label": "New, from the sample"}, "changed": {"needsConfirmation": true}}},
   "command": {"command": "artel.scaffold.applied", "arguments": [1]}}}
> {"id": 6, "method": "workspace/executeCommand", "params": {"command": "artel.scaffold.applied", "arguments": [1]}}
< {"id": 6, "result": null}
# A file that is open and not ours is left alone.
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/none/user.go",
   "languageId": "go", "version": 7, "text": "package mine\n"}}}
> {"id": 7, "method": "codeAction/resolve", "params": {"title": "x",
   "data": {"uri": "file:///w/none/user.json", "target": "go"}}}
< {"id": 7, "error": {"code": -32803, "message": "user.go is there already and was not written by artel; nothing was changed"}}
# What is wrong is said.
> {"id": 8, "method": "codeAction/resolve", "params": {"title": "x", "data": {"uri": "file:///w/none/user.json", "target": "cobol"}}}
< {"id": 8, "error": {"code": -32602, "message": "artel has no target cobol"}}
> {"id": 9, "method": "codeAction/resolve", "params": {"title": "x"}}
< {"id": 9, "error": {"code": -32602}}
> {"id": 10, "method": "codeAction/resolve", "params": {"title": "x", "data": {"uri": "file:///w/closed.json", "target": "go"}}}
< {"id": 10, "error": {"code": -32602}}
> {"id": 11, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/none/user.json"}}}
< {"id": 11, "error": {"code": -32602}}
> {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///w/none/user.json", "version": 2},
   "contentChanges": [{"text": "{\"id\": }"}]}}
> {"id": 12, "method": "codeAction/resolve", "params": {"title": "x", "data": {"uri": "file:///w/none/user.json", "target": "python"}}}
< {"id": 12, "error": {"code": -32803, "message": "$starts user.json: line 1, column 8: expected a value, found `}`"}}
# Neither does the server wait for a reply to an edit.
> {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///w/none/user.json", "version": 3},
   "contentChanges": [{"text": "{\"id\": 1}"}]}}
> {"id": 13, "method": "workspace/executeCommand", "params": {"command": "artel.scaffold",
   "arguments": [{"uri": "file:///w/none/user.json", "target": "python", "name": "person"}]}}
< {"id": 1, "method": "workspace/applyEdit", "params": {"edit": {"documentChanges": [
   {"kind": "create", "uri": "file:///w/none/person.py"}, {"textDocument": {"uri": "file:///w/none/person.py"}}]}}}
< {"id": 13, "result": null}
> {"id": 1, "result": {"applied": false}}
bye

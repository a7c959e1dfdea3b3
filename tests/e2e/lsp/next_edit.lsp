# What follows from the last edit: Copilot's request, code actions, and a command for a key.
init {"workspace": {"applyEdit": true}, "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/a.c", "languageId": "c",
   "version": 1, "text": "int count;\nint f(void) { return count; }\nint g(void) { return count; }\n"}}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/b.c", "languageId": "c",
   "version": 7, "text": "int h(void) { return count; }\n"}}}
> {"id": 1, "method": "textDocument/copilotInlineEdit", "params": {"textDocument": {"uri": "file:///w/a.c", "version": 1},
   "position": {"line": 0, "character": 4}}}
< {"id": 1, "result": {"edits": []}}
# The name is typed anew, key by key.
edit a.c 2 0 4 0 9 "t"
edit a.c 3 0 5 0 5 "otal"
> {"id": 2, "method": "textDocument/copilotInlineEdit", "params": {"textDocument": {"uri": "file:///w/a.c", "version": 3},
   "position": {"line": 0, "character": 9}}}
< {"id": 2, "result": {"edits": [{"text": "total", "textDocument": {"uri": "file:///w/a.c", "version": 3},
   "range": {"start": {"line": 1, "character": 21}, "end": {"line": 1, "character": 26}}, "command": {"command": "artel.accept"}}]}}
> {"method": "textDocument/didShowInlineEdit", "params": {"item": {}}}
edit a.c 4 1 21 1 26 "total"
# The next one, by the command; then, in the other document, by an action.
> {"id": 3, "method": "workspace/executeCommand", "params": {"command": "artel.nextEdit", "arguments": [{"uri": "file:///w/a.c"}]}}
< {"method": "workspace/applyEdit", "params": {"edit": {"changes": {"file:///w/a.c": [{"newText": "total",
   "range": {"start": {"line": 2, "character": 21}, "end": {"line": 2, "character": 26}}}]}}}}
< {"id": 3, "result": null}
edit a.c 5 2 21 2 26 "total"
> {"id": 4, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/a.c"}, "range":
   {"start": {"line": 2, "character": 21}, "end": {"line": 2, "character": 21}}, "context": {"diagnostics": [], "only": ["quickfix"]}}}
< {"id": 4, "result": [{"title": "artel: count becomes total in the next place, too", "kind": "quickfix.artel", "edit": {"changes":
   {"file:///w/b.c": [{"newText": "total", "range": {"start": {"line": 0, "character": 21}}}]}}}, {"title":
   "artel: count becomes total everywhere in what is open"}]}
edit b.c 8 0 21 0 26 "total"
# Nothing is left; and an edit of another kind ends it.
> {"id": 5, "method": "textDocument/copilotInlineEdit", "params": {"textDocument": {"uri": "file:///w/a.c", "version": 5},
   "position": {"line": 0, "character": 4}}}
< {"id": 5, "result": {"edits": []}}
bye

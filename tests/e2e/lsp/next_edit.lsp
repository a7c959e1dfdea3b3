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
# The same done in line after line comes as an inline item: at the place, and when it was begun.
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/c.c", "languageId": "c",
   "version": 1, "text": "int f(void) {\n  foo(a);\n  foo(b);\n  foo(c), foo(d);\n  bar(e);\n}\n"}}}
edit c.c 2 1 7 1 7 ", 1"
> {"id": 6, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/c.c"},
   "position": {"line": 2, "character": 7}, "context": {"triggerKind": 2}}}
< {"id": 6, "result": {"items": [{"insertText": ", 1", "range": {"start": {"line": 2, "character": 7}, "end": {"line": 2, "character": 7}}}]}}
edit c.c 3 2 7 2 7 ", 1"
edit c.c 4 3 15 3 15 ","
> {"id": 7, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/c.c"},
   "position": {"line": 3, "character": 16}, "context": {"triggerKind": 2}}}
< {"id": 7, "result": {"items": [{"insertText": " 1"}]}}
> {"id": 8, "method": "workspace/executeCommand", "params": {"command": "artel.why", "arguments": [{"uri": "file:///w/c.c"}]}}
< {"id": 8, "result": "what was done to another line before, done here too; no model was asked\n"}
edit c.c 5 3 16 3 16 " 1"
# Elsewhere nothing of it.
> {"id": 9, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/c.c"},
   "position": {"line": 4, "character": 7}, "context": {"triggerKind": 2}}}
< {"id": 9, "result": null}
bye

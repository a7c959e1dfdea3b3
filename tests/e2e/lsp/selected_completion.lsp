# With an entry of the popup selected, items extend it, and have its range.
init
open a "foo.pr;@say \n@echo"
> {"id": 1, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/a"},
   "position": {"line": 0, "character": 6}, "context": {"triggerKind": 2, "selectedCompletionInfo":
   {"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 6}}, "text": "print"}}}}
< {"id": 1, "result": {"items": [{"insertText": "printa;;c;9;64;foo.print;@say \n@echo", "range":
   {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 6}}}]}}
# The engine replaced part of the entry, and text behind the cursor that it brings back.
open b "foo.pr)@say nt(x)\n@back 2\n@cover 1"
> {"id": 2, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/b"},
   "position": {"line": 0, "character": 6}, "context": {"triggerKind": 1, "selectedCompletionInfo":
   {"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 6}}, "text": "print"}}}}
< {"id": 2, "result": {"items": [{"insertText": "print(x", "range":
   {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 6}}}]}}
# What does not extend the entry is not shown.
open c "foo.pr)@say XX(x)\n@back 2"
> {"id": 3, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/c"},
   "position": {"line": 0, "character": 6}, "context": {"triggerKind": 2, "selectedCompletionInfo":
   {"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 6}}, "text": "print"}}}}
< {"id": 3, "result": null}
> {"id": 4, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/c"},
   "position": {"line": 0, "character": 6}, "context": {"triggerKind": 2, "selectedCompletionInfo":
   {"range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 6}}, "text": "print"}}}}
< {"id": 4, "error": {"code": -32602}}
> {"id": 5, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/c"},
   "position": {"line": 0, "character": 6}, "context": {"triggerKind": 2, "selectedCompletionInfo": {"text": 1}}}}
< {"id": 5, "error": {"code": -32602}}
# null is how some clients say "none".
> {"id": 6, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/c"},
   "position": {"line": 0, "character": 6}, "context": {"triggerKind": 2, "selectedCompletionInfo": null}}}
< {"id": 6, "result": {"items": [{"insertText": "XX(x)"}]}}
bye

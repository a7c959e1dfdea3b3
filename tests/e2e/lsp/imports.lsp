# What a suggestion needs imported: an edit of its own in completion items, a command in inline ones.
init {"workspace": {"applyEdit": true}, "textDocument": {"completion": {}, "inlineCompletion": {}}} {"initializationOptions": {"completionItems": "always"}}
open a "x\nret\n@say urn\n@import import y"
popup 1 a 1 3
< {"id": 1, "result": {"items": [{"textEdit": {"newText": "return"}, "additionalTextEdits": [{"newText":
   "import y\n", "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}}]}]}}
inline 2 a 1 3
< {"id": 2, "result": {"items": [{"insertText": "urn", "command": {"command": "artel.accept", "arguments": [{
   "line": 1, "above": 651698651, "edits": [{"newText": "import y\n"}]}]}}]}}
# The client puts the text in and runs the command: the import comes as an edit.
edit a 2 1 3 1 3 "urn"
> {"id": 3, "method": "workspace/executeCommand", "params": {"command": "artel.accept", "arguments": [{
   "uri": "file:///w/a", "bytes": 3, "line": 1, "above": 651698651, "edits": [{"newText": "import y\n", "range":
   {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}}]}]}}
< {"method": "workspace/applyEdit", "params": {"label": "artel: import", "edit": {"changes": {"file:///w/a":
   [{"newText": "import y\n", "range": {"start": {"line": 0, "character": 0}}}]}}}}
< {"id": 3, "result": null}
# Lines above that are others by now: nothing is put among them.
edit a 3 0 0 0 0 "import y\n"
> {"id": 4, "method": "workspace/executeCommand", "params": {"command": "artel.accept", "arguments": [{
   "uri": "file:///w/a", "bytes": 3, "line": 1, "above": 651698651, "edits": [{"newText": "import y\n", "range":
   {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}}]}]}}
< {"id": 4, "result": null}
bye

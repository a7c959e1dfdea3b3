# A client that knows code actions and nothing around them gets commands.
init {"textDocument": {"codeAction": {}}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/none/user.json",
   "languageId": "json", "version": 1, "text": "{\"id\": 1}"}}}
> {"id": 1, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/none/user.json"},
   "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "context": {"diagnostics": []}}}
< {"id": 1, "result": "$some"}
# It cannot create files: the server would write them; there is no such folder, and /w cannot be made.
> {"id": 2, "method": "workspace/executeCommand", "params": {"command": "artel.scaffold",
   "arguments": [{"uri": "file:///dev/null/user.json", "target": "go"}]}}
< {"id": 2, "error": {"code": -32602, "message": "$starts the document file:///dev/null/user.json is not open"}}
bye

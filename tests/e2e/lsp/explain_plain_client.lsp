# Hovers are off unless set; a client without Markdown or documents gets plain text in a message.
init {"textDocument": {"codeAction": {}, "hover": {"dynamicRegistration": true}}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/a.c", "languageId": "c",
   "version": 1, "text": "int (*f)(int);\n"}}}
> {"id": 1, "method": "textDocument/hover", "params": {"textDocument": {"uri": "file:///w/a.c"},
   "position": {"line": 0, "character": 5}}}
< {"id": 1, "result": null}
> {"id": 2, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/a.c"},
   "range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}, "context": {"diagnostics": []}}}
< {"id": 2, "result": [{"title": "artel: Explain this", "kind": "$none", "command": "artel.explain"}]}
> {"id": 3, "method": "workspace/executeCommand", "params": {"command": "artel.explain", "arguments":
   [{"uri": "file:///w/a.c", "range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}, "show": true}]}}
< {"method": "window/showMessage", "params": {"type": 3, "message": "$starts function pointer"}}
< {"id": 3, "result": null}
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"hover": "always"}}}}
< {"method": "client/registerCapability", "params": {"registrations": [{"method": "textDocument/hover"}]}}
> {"id": 4, "method": "textDocument/hover", "params": {"textDocument": {"uri": "file:///w/a.c"},
   "position": {"line": 0, "character": 4}}}
< {"id": 4, "result": {"contents": {"kind": "plaintext", "value": "$starts function pointer"}}}
> {"id": 5, "method": "textDocument/hover", "params": {"textDocument": {"uri": "file:///w/a.c"}}}
< {"id": 5, "error": {"code": -32602}}
bye

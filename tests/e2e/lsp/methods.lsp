init
open a "@say hello"
> {"id": 1, "method": "textDocument/signatureHelp", "params": {}}
< {"id": 1, "error": {"code": -32601}}
> {"id": 2, "method": "$/unheard"}
< {"id": 2, "error": {"code": -32601}}
> {"method": "$/unheard", "params": {}}
> {"method": "textDocument/unheard", "params": []}
> {"method": "textDocument/didSave", "params": {"textDocument": {"uri": "file:///w/a"}}}
> {"method": "workspace/didChangeWatchedFiles", "params": {"changes": []}}
silence 50
# A notification as a request and the other way round.
> {"id": 3, "method": "initialized"}
< {"id": 3, "error": {"code": -32600}}
> {"method": "textDocument/inlineCompletion", "params": {}}
silence 50
# Wrong types.
> {"id": 4, "method": "textDocument/inlineCompletion"}
< {"id": 4, "error": {"code": -32602}}
> {"id": 5, "method": "textDocument/inlineCompletion", "params": []}
< {"id": 5, "error": {"code": -32602}}
> {"id": 6, "method": "textDocument/inlineCompletion", "params":
   {"textDocument": {"uri": 3}, "position": {"line": 0, "character": 0}}}
< {"id": 6, "error": {"code": -32602}}
> {"id": 7, "method": "textDocument/inlineCompletion", "params":
   {"textDocument": {"uri": "file:///w/a"}, "position": {"line": -1, "character": 0}}}
< {"id": 7, "error": {"code": -32602}}
> {"id": 8, "method": "textDocument/inlineCompletion", "params":
   {"textDocument": {"uri": "file:///w/a"}, "position": {"line": 0, "character": 1.5}}}
< {"id": 8, "error": {"code": -32602}}
> {"id": 9, "method": "textDocument/inlineCompletion", "params":
   {"textDocument": {"uri": "file:///w/a"}, "position": "top"}}
< {"id": 9, "error": {"code": -32602}}
> {"id": 10, "method": "textDocument/inlineCompletion", "params":
   {"textDocument": {"uri": "file:///w/a"}, "position": {"line": 0, "character": 0}, "context": 5}}
< {"id": 10, "error": {"code": -32602}}
> {"id": 11, "method": "textDocument/inlineCompletion", "params":
   {"textDocument": {"uri": "file:///w/a"}, "position": {"line": 0, "character": 0},
   "context": {"triggerKind": "auto"}}}
< {"id": 11, "error": {"code": -32602}}
# A document nobody opened; a line that is not there; a column that is not there is the line's end.
inline 12 other 0 0
< {"id": 12, "error": {"code": -32602}}
inline 13 a 1 0
< {"id": 13, "error": {"code": -32602}}
inline 14 a 0 999
< {"id": 14, "result": {"items": [{"insertText": "hello", "range":
   {"start": {"line": 0, "character": 10}, "end": {"line": 0, "character": 10}}}]}}
> {"id": 15, "method": "workspace/executeCommand", "params": {"command": "rm"}}
< {"id": 15, "error": {"code": -32602}}
> {"id": 16, "method": "workspace/executeCommand", "params": {}}
< {"id": 16, "error": {"code": -32602}}
> {"id": 17, "method": "workspace/executeCommand", "params":
   {"command": "artel.accept", "arguments": [{"uri": "file:///w/a", "bytes": 5}]}}
< {"id": 17, "result": null}
> {"id": 18, "method": "workspace/executeCommand", "params": {"command": "artel.accept"}}
< {"id": 18, "result": null}
bye

# The order of initialize, initialized, shutdown and exit.
> {"id": 1, "method": "textDocument/inlineCompletion", "params": {}}
< {"id": 1, "error": {"code": -32002, "message": "$any"}}
> {"id": 2, "method": "shutdown"}
< {"id": 2, "error": {"code": -32002}}
# Notifications before initialize are dropped.
> {"method": "textDocument/didOpen", "params": {"textDocument":
   {"uri": "file:///w/early", "languageId": "c", "version": 1, "text": "@say x"}}}
# A broken initialize may be tried again.
> {"id": 3, "method": "initialize", "params": {"processId": "x", "capabilities": {}}}
< {"id": 3, "error": {"code": -32602}}
> {"id": 4, "method": "initialize"}
< {"id": 4, "error": {"code": -32602}}
> {"id": "five", "method": "initialize", "params": {"processId": null, "capabilities": {}}}
< {"id": "five", "result": {"serverInfo": {"name": "artel", "version": "0.0-test"},
   "capabilities": {"positionEncoding": "utf-16", "inlineCompletionProvider": {},
   "textDocumentSync": {"openClose": true, "change": 2},
   "executeCommandProvider": {"commands": ["artel.accept", "artel.why", "artel.nextEdit", "artel.explain"]}}}}
> {"id": 6, "method": "initialize", "params": {"processId": null, "capabilities": {}}}
< {"id": 6, "error": {"code": -32600}}
# What clients forget does no harm: requests without "initialized".
inline 7 early 0 0
< {"id": 7, "error": {"code": -32602}}
> {"method": "initialized", "params": {}}
> {"id": 8, "method": "shutdown"}
< {"id": 8, "result": null}
> {"id": 9, "method": "shutdown"}
< {"id": 9, "error": {"code": -32600}}
open late "@say x"
inline 10 late 0 0
< {"id": 10, "error": {"code": -32600}}
> {"method": "exit"}
status 0

# A client with inline completion is not given the same twice, unless the user wants it.
> {"id": 1, "method": "initialize", "params": {"processId": null, "capabilities": {"textDocument":
   {"inlineCompletion": {}}}}}
< {"id": 1, "result": {"capabilities": {"completionProvider": "$none"}}}
open a "@say x"
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"completionItems": "never"}}}}
popup 2 a 0 0
< {"id": 2, "result": null}
bye

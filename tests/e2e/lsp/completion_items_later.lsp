# Switched on while running: registered then, where the client can.
init {"textDocument": {"inlineCompletion": {}, "completion": {"dynamicRegistration": true}}}
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"completionItems": "always"}}}}
< {"id": 1, "method": "client/registerCapability", "params":
   {"registrations": [{"method": "textDocument/completion"}]}}
> {"id": 1, "result": null}
open a "@say x"
popup 2 a 0 0
< {"id": 2, "result": {"items": [{"label": "x"}]}}
# And off again.
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"completionItems": "auto"}}}}
< {"id": 2, "method": "client/unregisterCapability", "params":
   {"unregisterations": [{"id": "artel/completion", "method": "textDocument/completion"}]}}
> {"id": 2, "result": null}
bye

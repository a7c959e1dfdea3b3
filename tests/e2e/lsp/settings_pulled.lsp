# A client that is asked, and tells when to ask again.
init {"workspace": {"configuration": true, "didChangeConfiguration": {"dynamicRegistration": true}}}
< {"id": 1, "method": "client/registerCapability", "params": {"registrations":
   [{"method": "workspace/didChangeConfiguration"}]}}
< {"id": 2, "method": "workspace/configuration", "params": {"items": [{"section": "artel"}]}}
> {"id": 1, "result": null}
> {"id": 2, "result": [{"maxTokens": 7}]}
open a "@echo"
inline 1 a 0 5
items 1 "a;;c;5;7;@echo"
> {"method": "workspace/didChangeConfiguration", "params": {"settings": null}}
< {"id": 3, "method": "workspace/configuration"}
> {"id": 3, "result": [null]}
inline 2 a 0 5
items 2 "a;;c;5;64;@echo"
# A client that answers with an error or with nonsense.
> {"method": "workspace/didChangeConfiguration", "params": {"settings": null}}
< {"id": 4, "method": "workspace/configuration"}
> {"id": 4, "error": {"code": -32601, "message": "no"}}
> {"method": "workspace/didChangeConfiguration", "params": {"settings": null}}
< {"id": 5, "method": "workspace/configuration"}
> {"id": 5, "result": {}}
inline 3 a 0 5
items 3 "a;;c;5;64;@echo"
bye

# A client that pushes its settings. Each complaint once.
init
open a "@say hello"
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"enable": false, "x": 1}}}}
< {"method": "window/logMessage", "params": {"message": "setting \"x\" is not known to artel"}}
inline 1 a 0 0
items 1
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"x": 1,
   "disabledLanguages": ["c"]}}}}
inline 2 a 0 0
items 2
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"y": 1}}}}
< {"method": "window/logMessage", "params": {"message": "setting \"y\" is not known to artel"}}
inline 3 a 0 0
items 3 "hello"
> {"method": "workspace/didChangeConfiguration", "params": {"settings": null}}
> {"method": "workspace/didChangeConfiguration", "params": {}}
> {"method": "workspace/didChangeConfiguration"}
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": 7}}}
inline 4 a 0 0
items 4 "hello"
bye

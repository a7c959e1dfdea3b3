# Another model is loaded; one that cannot be loaded is reported, and the old one goes on.
args --model first.gguf
init
logged loaded first.gguf
open a "@stat"
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"model": "other.gguf"}}}}
logged loaded other.gguf
inline 2 a 0 0
< {"id": 2, "result": {"items": [{"insertText": "$starts complete 1 "}]}}
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"model": "missing.gguf"}}}}
< {"method": "window/showMessage", "params": {"type": 1,
   "message": "artel could not load the model: missing.gguf: there is no such model"}}
inline 4 a 0 0
< {"id": 4, "result": {"items": [{"insertText": "$starts complete 2 "}]}}
# Back to what the command line said; "" is the built-in one.
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {}}}}
logged loaded first.gguf
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"model": ""}}}}
logged loaded built in
bye

init
# Why the last answer was what it was, in plain text; nothing asked yet is said too.
open a "@say one"
> {"id": 1, "method": "workspace/executeCommand", "params": {"command": "artel.why", "arguments": [{"uri": "file:///w/a"}]}}
< {"id": 1, "result": "nothing was asked for here yet\n"}
inline 2 a 0 0
items 2 "one"
> {"id": 3, "method": "workspace/executeCommand", "params": {"command": "artel.why", "arguments": [{"uri": "file:///w/a"}]}}
< {"id": 3, "result": "shown: \"one\", fake, confidence 100 %\ngates: passed as it was written\ncontext: the model was not asked\ntime: written before and gates 0.0 ms\n"}
# A document is needed.
> {"id": 4, "method": "workspace/executeCommand", "params": {"command": "artel.why"}}
< {"id": 4, "error": {"code": -32602}}
bye

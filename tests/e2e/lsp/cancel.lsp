init
open a "@block"
inline 1 a 0 0
> {"method": "$/cancelRequest", "params": {"id": 1}}
< {"id": 1, "error": {"code": -32800}}
# An id may be a string; others, unknown ones and finished ones are nothing.
inline "one" a 0 0
> {"method": "$/cancelRequest", "params": {"id": 1}}
> {"method": "$/cancelRequest", "params": {"id": "two"}}
> {"method": "$/cancelRequest", "params": {}}
> {"method": "$/cancelRequest"}
silence 50
> {"method": "$/cancelRequest", "params": {"id": "one"}}
< {"id": "one", "error": {"code": -32800}}
# The engine really stopped: the next request is served.
full a 2 "@stat"
inline 3 a 0 0
< {"id": 3, "result": {"items": [{"insertText": "$any"}]}}
silence 50
bye

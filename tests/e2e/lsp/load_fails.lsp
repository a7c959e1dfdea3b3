# Said once; who asks is told, who types is left alone.
args --load-fails
init
< {"method": "window/showMessage", "params": {"type": 1}}
open a "@say hello"
inline 1 a 0 0
items 1
inline 2 a 0 0 invoked
< {"id": 2, "error": {"code": -32803, "message": "built in: there is no such model"}}
popup 3 a 0 0
< {"id": 3, "result": {"items": []}}
bye

init
open a "@block"
open b "@block"
inline 1 a 0 0
inline 2 b 0 0
> {"id": 3, "method": "shutdown"}
< {"id": 1, "error": {"code": -32800}}
< {"id": 2, "error": {"code": -32800}}
< {"id": 3, "result": null}
> {"method": "exit"}
status 0

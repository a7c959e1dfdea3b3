# An older request of the same method for the same document ends when a newer one comes.
init
open a "@block"
open b "@say b"
inline 1 a 0 0
inline 2 a 0 1
< {"id": 1, "result": null}
inline 3 a 0 2
< {"id": 2, "result": null}
# Another method and another document are not touched.
popup 4 a 0 2
silence 50
> {"method": "$/cancelRequest", "params": {"id": 4}}
< {"id": 4, "error": {"code": -32800}}
silence 30
inline 5 b 0 0
silence 30
> {"method": "$/cancelRequest", "params": {"id": 3}}
< {"id": 3, "error": {"code": -32800}}
items 5 "b"
bye

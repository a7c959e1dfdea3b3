init
open a "@say hello"
body {"jsonrpc
< {"id": null, "error": {"code": -32700}}
body {"jsonrpc":"2.0","id":5,"x":1,
< {"id": 5, "error": {"code": -32700}}
# Invalid UTF-8.
body {"jsonrpc":"2.0","id":6,"method":"\xff\xfe."}
< {"id": 6, "error": {"code": -32700, "message": "the message is not valid UTF-8"}}
# A batch is one error, as is anything that is no object.
body [{"jsonrpc":"2.0","id":1,"method":"none/such"}]
< {"id": null, "error": {"code": -32600}}
body []
< {"id": null, "error": {"code": -32600}}
body 42
< {"id": null, "error": {"code": -32600}}
body {"id":7,"method":"initialized"}
< {"id": 7, "error": {"code": -32600}}
body {"jsonrpc":"1.0","id":8,"method":1}
< {"id": 8, "error": {"code": -32600}}
> {"id": 9, "method": 5}
< {"id": 9, "error": {"code": -32600}}
> {"id": 10}
< {"id": 10, "error": {"code": -32600}}
> {"id": 1.5, "method": "shutdown"}
< {"id": null, "error": {"code": -32600}}
> {"id": null, "method": "shutdown"}
< {"id": null, "error": {"code": -32600}}
> {"id": {}, "method": "shutdown"}
< {"id": null, "error": {"code": -32600}}
> {"id": 11, "method": "shutdown", "params": 3}
< {"id": 11, "error": {"code": -32602}}
# Too deep.
raw Content-Length: 240\r\n\r\n
raw*120 [[
< {"id": null, "error": {"code": -32700}}
# A notification that cannot be understood has no answer; neither has a response to nothing.
> {"method": "workspace/didChangeConfiguration", "params": 3}
> {"id": 12345, "result": null}
> {"id": "never", "error": {"code": 1, "message": "x"}}
silence 100
inline 12 a 0 10
items 12 "hello"
bye

init
open a "@say hello"
# Any header, any case, any order, in pieces.
raw content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENG
part
raw TH:  45  \r\nX-Other: 1\r\n\r
part
raw \n{"jsonrpc":"2.0",
part
raw "id":1,"method":"none/such"}
< {"id": 1, "error": {"code": -32601}}
# Two messages in one write.
raw Content-Length: 45\r\n\r\n{"jsonrpc":"2.0","id":2,"method":"none/such"}Content-Length: 45\r\n\r\n{"jsonrpc":"2.0","id":3,"method":"none/such"}
< {"id": 2, "error": {"code": -32601}}
< {"id": 3, "error": {"code": -32601}}
# Junk in front of a message, even without a line end.
raw warning: something printed here\nand here Content-Length: 45\r\n\r\n{"jsonrpc":"2.0","id":4,"method":"none/such"}
< {"method": "window/logMessage", "params": {"type": 2}}
< {"id": 4, "error": {"code": -32601}}
raw Content-Length: minus one\r\n\r\n
< {"id": null, "error": {"code": -32700}}
raw Foo: bar\r\n\r\n
< {"id": null, "error": {"code": -32700}}
raw Content-Length: 0\r\n\r\n
< {"id": null, "error": {"code": -32700}}
# The document is what it was.
inline 5 a 0 10
items 5 "hello"
bye

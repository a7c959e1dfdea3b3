# More than the limit is skipped; a request gets an error, the server and the documents live on.
args --max-message 2000
init
open a "@say hello"
open b "@say b"
raw Content-Length: 104857600\r\n\r\n{"jsonrpc":"2.0","id":77,"method":"textDocument/completion","x":"
raw*10485753 aaaaaaaaaa
raw aaa"}
< {"id": 77, "error": {"code": -32600}}
inline 1 a 0 10
items 1 "hello"
# A lost edit: this document's text is not the user's any more, and the user is told.
raw Content-Length: 3127\r\n\r\n{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///w/a"},"contentChanges":[{"a":"
raw*300 aaaaaaaaaa
raw "}]}}
< {"method": "window/showMessage", "params": {"type": 2}}
inline 2 a 0 10
items 2
inline 3 b 0 0
items 3 "b"
# An edit of the unknown text changes nothing; the whole text, or opening anew, repairs it.
edit a 3 0 0 0 0 "x"
inline 4 a 0 0
items 4
full a 4 "@say again"
inline 5 a 0 0
items 5 "again"
bye

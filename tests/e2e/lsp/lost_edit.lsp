# An edit that cannot be understood leaves the text alone, stops suggestions for that document and says so.
init
open a "@say hello"
open b "@say b"
> {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///w/a", "version": 2},
   "contentChanges": [{"text": "fine"}, {"range": {"start": {"line": 0}}, "text": "not fine"}]}}
< {"method": "window/showMessage", "params": {"type": 2}}
inline 1 a 0 0
items 1
inline 2 b 0 0
items 2 "b"
full a 3 "@say whole again"
inline 3 a 0 0
items 3 "whole again"
body {"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///w/a"},"contentChanges":[{"text":"\xff"}]}}
< {"method": "window/showMessage", "params": {"type": 2}}
inline 4 a 0 0
items 4
inline 5 b 0 0
items 5 "b"
open a "@say opened again"
inline 6 a 0 0
items 6 "opened again"
# Without a name it may have been any document.
> {"method": "textDocument/didChange", "params": {"contentChanges": [{"text": "x"}]}}
< {"method": "window/showMessage", "params": {"type": 2}}
< {"method": "window/showMessage", "params": {"type": 2}}
inline 7 b 0 0
items 7
bye

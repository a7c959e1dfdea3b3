# A reply made for another version is never sent as a result.
init
open a "@say new\n@block"
inline 1 a 0 0
edit a 2 1 0 1 6 ""
items 1
inline 2 a 0 0
items 2 "new"
# A popup is told to ask again.
edit a 3 1 0 1 0 "@block"
popup 3 a 1 2
edit a 4 1 0 1 0 "x"
< {"id": 3, "result": {"isIncomplete": true, "items": []}}
# Closed meanwhile, or opened anew.
inline 4 a 1 0
> {"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///w/a"}}}
< {"id": 4, "error": {"code": -32801}}
open a "@block"
inline 5 a 0 0
open a "@say third"
< {"id": 5, "error": {"code": -32801}}
inline 6 a 0 0
items 6 "third"
silence 150
bye

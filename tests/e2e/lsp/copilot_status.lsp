# didChangeStatus, for clients that introduce themselves as Copilot's do: what is busy, and why a file is silent.
args --max-message 4000 --load-ms 300
init {"textDocument": {"inlineCompletion": {}}} {"initializationOptions":
   {"editorInfo": {"name": "e", "version": "1"}, "editorPluginInfo": {"name": "p", "version": "1"},
    "disabledLanguages": ["markdown"]}}
< {"method": "didChangeStatus", "params": {"busy": true, "kind": "Normal", "message": "The model is being loaded."}}
< {"method": "didChangeStatus", "params": {"busy": false, "kind": "Normal", "message": ""}}
open a "@slow 400\n@say x"
# The user looks at a file in which artel is silent, and back.
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/m.md", "languageId": "markdown", "version": 1, "text": "x"}}}
> {"method": "textDocument/didFocus", "params": {"textDocument": {"uri": "file:///w/m.md"}}}
< {"method": "didChangeStatus", "params": {"busy": false, "kind": "Inactive", "message": "No suggestions here: switched off for this language."}}
edit a 2 0 0 0 0 " "
silence 50
> {"method": "textDocument/didFocus", "params": {}}
< {"method": "didChangeStatus", "params": {"kind": "Normal", "message": ""}}
# A request that takes long.
inline 1 a 0 0
< {"method": "didChangeStatus", "params": {"busy": true, "kind": "Normal"}}
items 1 "x"
< {"method": "didChangeStatus", "params": {"busy": false, "kind": "Normal"}}
# A closed document is nobody's focus.
> {"method": "textDocument/didFocus", "params": {"textDocument": {"uri": "file:///w/m.md"}}}
< {"method": "didChangeStatus", "params": {"kind": "Inactive"}}
> {"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///w/m.md"}}}
< {"method": "didChangeStatus", "params": {"kind": "Normal"}}
# A file that is too large: the user is told why nothing comes.
raw Content-Length: 5110\r\n\r\n{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///w/big","x":"
raw*500 aaaaaaaaaa
raw aaaa"}}}
< {"method": "window/showMessage", "params": {"type": 2}}
> {"method": "textDocument/didFocus", "params": {"textDocument": {"uri": "file:///w/big"}}}
< {"method": "didChangeStatus", "params": {"kind": "Inactive", "message": "$starts No suggestions here: the document is too large"}}
inline 9 big 0 0
items 9
> {"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///w/big"}}}
< {"method": "didChangeStatus", "params": {"kind": "Normal"}}
> {"method": "textDocument/didFocus", "params": {"textDocument": {"uri": 7}}}
> {"method": "textDocument/didFocus"}
silence 50
bye

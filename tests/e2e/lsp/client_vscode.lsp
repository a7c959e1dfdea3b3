# VS Code: cancels when the next key comes, asks for popup and inline text at the same moment.
init {"textDocument": {"inlineCompletion": {"dynamicRegistration": true}, "completion": {}}}
   {"initializationOptions": {"completionItems": "always"}}
open a "@block"
inline 1 a 0 0
logged complete 1
> {"method": "$/cancelRequest", "params": {"id": 1}}
full a 2 "r@slow 200\n@stat"
inline 2 a 0 1
popup 3 a 0 1
< {"id": 1, "error": {"code": -32800}}
# The engine is asked once for both.
< {"id": 2, "result": {"items": [{"insertText": "$starts complete 2 "}]}}
< {"id": 3, "result": {"items": [{"textEdit": {"newText": "$starts rcomplete 2 "}}]}}
bye

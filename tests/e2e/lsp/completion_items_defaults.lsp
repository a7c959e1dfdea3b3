# What a client takes once for the list is not said for each item.
> {"id": 1, "method": "initialize", "params": {"processId": null, "capabilities": {"textDocument":
   {"completion": {"completionItem": {"insertTextModeSupport": {"valueSet": [1]}},
   "completionList": {"itemDefaults": ["commitCharacters", "editRange", "insertTextFormat", "insertTextMode", "data"]}}}}}}
< {"id": 1, "result": {"capabilities": {"completionProvider": {}}}}
open a "int x = ret)@say urn(1);"
popup 2 a 0 11
< {"id": 2, "result": {"isIncomplete": true, "itemDefaults": {"insertTextFormat": 1, "insertTextMode": 1,
   "editRange": {"start": {"line": 0, "character": 8}, "end": {"line": 0, "character": 11}}},
   "items": [{"label": "return(1);", "textEditText": "return(1);", "textEdit": "$none", "insertTextFormat": "$none",
   "insertTextMode": "$none"}]}}
open b "quiet"
popup 3 b 0 2
< {"id": 3, "result": {"isIncomplete": true, "itemDefaults": "$none", "items": []}}
bye

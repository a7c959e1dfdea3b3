# For editors without inline completion: the same text as completion items.
> {"id": 1, "method": "initialize", "params": {"processId": null, "capabilities": {"textDocument":
   {"completion": {"completionItem": {"labelDetailsSupport": true, "documentationFormat": ["markdown"],
   "insertTextModeSupport": {"valueSet": [1, 2]}}}}}}}
< {"id": 1, "result": {"capabilities": {"completionProvider": {"triggerCharacters": "$any"}}}}
open a "int x = ret)@say urn(1);\\nend\n@cover 1"
popup 2 a 0 11
< {"id": 2, "result": {"isIncomplete": true, "items": [{"label": "return(1);", "filterText": "return(1);",
   "kind": 1, "labelDetails": {"description": "artel \u2026"}, "detail": "$none", "sortText": "~000",
   "insertTextFormat": 1, "insertTextMode": 1,
   "documentation": {"kind": "markdown", "value": "```c\nreturn(1);\nend\n```"},
   "textEdit": {"newText": "return(1);\nend", "range":
   {"start": {"line": 0, "character": 8}, "end": {"line": 0, "character": 12}}}}]}}
# Nothing to say: an incomplete list, so that the client asks again at the next key.
open b "quiet"
popup 3 b 0 2
< {"id": 3, "result": {"isIncomplete": true, "items": []}}
# Inline requests get the same, without the engine being asked again.
inline 4 a 0 11
items 4 "urn(1);\nend"
open c "x @say a|b\n"
popup 5 c 0 2
< {"id": 5, "result": {"isIncomplete": true, "items": [{"label": "a", "documentation": "$none"}]}}
bye

# The real program with the model inside it: an editor asks, artel completes.
args lsp --stdio
init {"textDocument": {"inlineCompletion": {}}, "general": {"positionEncodings": ["utf-8"]}}
logged loaded
open sum.py "def add(a, b):\n    return a + b\n\ndef sub(a, b):\n    return "
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"budgetMs": 0}}}}
inline 1 sum.py 4 11 invoked
< {"id": 1, "result": {"items": "$some"}}
# The popup's items carry the same text, and an edit does not confuse anybody.
popup 2 sum.py 4 11
< {"id": 2, "result": {"items": "$some", "isIncomplete": true}}
edit sum.py 2 0 0 0 0 "# \u20ac\n"
inline 3 sum.py 5 11
< {"id": 3, "result": {"items": "$some"}}
bye

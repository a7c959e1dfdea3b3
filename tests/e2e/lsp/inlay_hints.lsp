# Names beside rare operators: only when the setting asks for them, and not in languages that the user knows.
init {"textDocument": {"inlayHint": {}}} {"initializationOptions": {"inlayHints": true, "knownLanguages": ["go"]}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/a.js", "languageId": "javascript",
   "version": 1, "text": "const n = opts?.size ?? 10;\nlet b = !!n;\nfoo(n);\n"}}}
> {"id": 1, "method": "textDocument/inlayHint", "params": {"textDocument": {"uri": "file:///w/a.js"},
   "range": {"start": {"line": 0, "character": 0}, "end": {"line": 3, "character": 0}}}}
< {"id": 1, "result": [
   {"position": {"line": 0, "character": 16}, "label": "if any", "paddingLeft": true, "tooltip": "optional chaining"},
   {"position": {"line": 0, "character": 23}, "label": "or if null", "paddingLeft": true, "tooltip": "nullish coalescing"},
   {"position": {"line": 1, "character": 9}, "label": "to boolean"}]}
# Only what is asked for.
> {"id": 2, "method": "textDocument/inlayHint", "params": {"textDocument": {"uri": "file:///w/a.js"},
   "range": {"start": {"line": 2, "character": 0}, "end": {"line": 3, "character": 0}}}}
< {"id": 2, "result": []}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/b.go", "languageId": "go",
   "version": 1, "text": "package p\nfunc f() { a := 1; g(a) }\n"}}}
> {"id": 3, "method": "textDocument/inlayHint", "params": {"textDocument": {"uri": "file:///w/b.go"},
   "range": {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 0}}}}
< {"id": 3, "result": []}
> {"id": 4, "method": "textDocument/inlayHint", "params": {"textDocument": {"uri": "file:///w/b.go"}}}
< {"id": 4, "error": {"code": -32602}}
bye

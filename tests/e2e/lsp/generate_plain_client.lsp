# A client that can neither resolve nor create files gets the edits with the menu, and nothing that needs a file.
init {"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/none/shop.go", "languageId": "go",
   "version": 1, "text": "package shop\n\nfunc price(count int) int {\n\treturn count\n}\n"}}}
> {"id": 1, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/none/shop.go"},
   "range": {"start": {"line": 2, "character": 6}, "end": {"line": 2, "character": 6}},
   "context": {"diagnostics": [], "only": ["refactor.rewrite"]}}}
< {"id": 1, "result": [{"title": "artel: Generate documentation for price", "edit": {"changes": {"file:///w/none/shop.go": [
   {"range": {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 0}},
    "newText": "// price returns the price.\n//\n// It takes the count.\n"}]}}}]}
bye

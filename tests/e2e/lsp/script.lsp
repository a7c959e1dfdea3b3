# A comment that says what to do becomes the script; one that is not understood whole is left alone.
init {"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/a.sh", "languageId": "shellscript",
   "version": 1, "text": "# delete *.tmp files older than 7 days\n# Sort of a helper for the old build.\n# sort names.txt\n"}}}
> {"id": 1, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/a.sh"},
   "range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}},
   "context": {"diagnostics": [], "only": ["refactor.rewrite"]}}}
< {"id": 1, "result": [{"title": "artel: Write this script", "kind": "refactor.rewrite.artel", "edit": {"changes": {"file:///w/a.sh":
   [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 38}},
     "newText": "$starts #!/usr/bin/env bash\n# delete *.tmp files older than 7 days\n"}]}}}]}
> {"id": 2, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/a.sh"},
   "range": {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 4}},
   "context": {"diagnostics": [], "only": ["refactor.rewrite"]}}}
< {"id": 2, "result": []}
> {"id": 3, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/a.sh"},
   "range": {"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 4}},
   "context": {"diagnostics": [], "only": ["refactor.rewrite"]}}}
< {"id": 3, "result": [{"edit": {"changes": {"file:///w/a.sh": [{"newText": "$starts # sort names.txt\n"}]}}}]}
bye

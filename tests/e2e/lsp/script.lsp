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
# On the empty line below such a comment, at the end of the document, the script is the inline suggestion.
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/b.py", "languageId": "python",
   "version": 1, "text": "import os\n# sort names.txt\n# and remove duplicates\n"}}}
> {"id": 4, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/b.py"},
   "position": {"line": 3, "character": 0}, "context": {"triggerKind": 2}}}
< {"id": 4, "result": {"items": [{"insertText": "$starts import argparse\n"}]}}
> {"id": 5, "method": "workspace/executeCommand", "params": {"command": "artel.why",
   "arguments": [{"uri": "file:///w/b.py"}]}}
< {"id": 5, "result": "$starts a script that does what the comment above says"}
# Not in the middle of a file, and not below other comments.
> {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///w/b.py", "version": 2},
   "contentChanges": [{"text": "# sort names.txt\n\nimport os\n"}]}}
> {"id": 6, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/b.py"},
   "position": {"line": 1, "character": 0}, "context": {"triggerKind": 2}}}
< {"id": 6, "result": null}
> {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///w/b.py", "version": 3},
   "contentChanges": [{"text": "# Sort of a helper for the old build.\n"}]}}
> {"id": 7, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "file:///w/b.py"},
   "position": {"line": 1, "character": 0}, "context": {"triggerKind": 2}}}
< {"id": 7, "result": null}
bye

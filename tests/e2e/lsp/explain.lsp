# Explanations: hover when it is set, code actions and the command always; Markdown where the client shows it.
init {"textDocument": {"codeAction": {"codeActionLiteralSupport": {}}, "hover": {"contentFormat": ["markdown"]}},
      "window": {"showDocument": {"support": true}}, "workspace": {"textDocumentContent": {}}}
     {"initializationOptions": {"hover": "unfamiliar", "knownLanguages": ["python", "go"]}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/a.js", "languageId": "javascript",
   "version": 1, "text": "const n = opts?.size ?? 10;\n\nfoo(n);\n"}}}
> {"id": 1, "method": "textDocument/hover", "params": {"textDocument": {"uri": "file:///w/a.js"},
   "position": {"line": 0, "character": 21}}}
< {"id": 1, "result": {"contents": {"kind": "markdown", "value": "$starts **nullish coalescing** · `opts?.size ?? 10`\n\n`opts?.size` unless that is `null` or `undefined`; then `10`, which is computed only then."},
   "range": {"start": {"line": 0, "character": 10}, "end": {"line": 0, "character": 26}}}}
# What the user knows is left to others.
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/b.py", "languageId": "python",
   "version": 1, "text": "a[1:2]\n"}}}
> {"id": 2, "method": "textDocument/hover", "params": {"textDocument": {"uri": "file:///w/b.py"},
   "position": {"line": 0, "character": 1}}}
< {"id": 2, "result": null}
# The actions stand in the menu only when it is opened by hand.
> {"id": 3, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/a.js"},
   "range": {"start": {"line": 0, "character": 21}, "end": {"line": 0, "character": 21}},
   "context": {"diagnostics": [], "triggerKind": 1, "only": ["source"]}}}
< {"id": 3, "result": [{"title": "artel: Explain this", "kind": "source.explain.artel", "command": {"command": "artel.explain",
   "arguments": [{"uri": "file:///w/a.js", "in": "$none", "show": true}]}},
   {"title": "artel: Show in Python", "command": {"arguments": [{"in": "python"}]}}]}
> {"id": 4, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file:///w/a.js"},
   "range": {"start": {"line": 0, "character": 21}, "end": {"line": 0, "character": 21}},
   "context": {"diagnostics": [], "triggerKind": 2}}}
< {"id": 4, "result": []}
# The command answers, or shows a document that the client then reads.
> {"id": 5, "method": "workspace/executeCommand", "params": {"command": "artel.explain", "arguments":
   [{"uri": "file:///w/a.js", "range": {"start": {"line": 0, "character": 14}, "end": {"line": 0, "character": 14}}, "level": 1}]}}
< {"id": 5, "result": {"kind": "markdown", "value": "$starts If `opts` is `null` or `undefined`"}}
> {"id": 6, "method": "workspace/executeCommand", "params": {"command": "artel.explain", "arguments":
   [{"uri": "file:///w/a.js", "range": {"start": {"line": 0, "character": 21}, "end": {"line": 0, "character": 21}},
   "in": "go", "show": true}]}}
< {"method": "window/showDocument", "params": {"uri": "artel-explain:/1/explanation.md"}}
< {"id": 6, "result": null}
> {"id": 7, "method": "workspace/textDocumentContent", "params": {"uri": "artel-explain:/1/explanation.md"}}
< {"id": 7, "result": {"text": "$starts **nullish coalescing**"}}
> {"id": 8, "method": "workspace/textDocumentContent", "params": {"uri": "artel-explain:/9/explanation.md"}}
< {"id": 8, "error": {"code": -32602}}
# An outline of the file; what cannot be explained is said.
> {"id": 9, "method": "workspace/executeCommand", "params": {"command": "artel.explain", "arguments": [{"uri": "file:///w/a.js"}]}}
< {"id": 9, "result": {"kind": "markdown", "value": "$starts **Line 1**\n\n- `const n"}}
> {"id": 10, "method": "workspace/executeCommand", "params": {"command": "artel.explain", "arguments":
   [{"uri": "file:///w/a.js", "in": "klingon"}]}}
< {"id": 10, "error": {"code": -32602}}
> {"id": 11, "method": "workspace/executeCommand", "params": {"command": "artel.explain", "arguments": [{}]}}
< {"id": 11, "error": {"code": -32602}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/c.txt", "languageId": "plaintext",
   "version": 1, "text": "words\n"}}}
> {"id": 12, "method": "workspace/executeCommand", "params": {"command": "artel.explain", "arguments": [{"uri": "file:///w/c.txt"}]}}
< {"id": 12, "error": {"code": -32803, "message": "$starts nothing is written about plain text yet"}}
# After an edit it is the new text that is explained.
edit a.js 2 0 21 0 23 "||"
> {"id": 13, "method": "textDocument/hover", "params": {"textDocument": {"uri": "file:///w/a.js"},
   "position": {"line": 0, "character": 21}}}
< {"id": 13, "result": {"contents": {"value": "$starts **logical operators**"}}}
bye

# What Copilot's clients tell of an item, and their panel of alternatives.
init {"textDocument": {"inlineCompletion": {}}} {"trace": "messages"}
open a "@say one|two|three"
> {"id": 1, "method": "textDocument/copilotPanelCompletion", "params": {"textDocument": {"uri": "file:///w/a"},
   "position": {"line": 0, "character": 0}}}
< {"id": 1, "result": {"items": [{"insertText": "one", "range": "$any", "command": {"command": "artel.accept"}},
   {"insertText": "two"}, {"insertText": "three"}]}}
# With a token they come one by one, and the answer has none.
> {"id": 2, "method": "textDocument/copilotPanelCompletion", "params": {"textDocument": {"uri": "file:///w/a"},
   "position": {"line": 0, "character": 0}, "partialResultToken": "p2"}}
< {"method": "$/progress", "params": {"token": "p2", "value": {"items": [{"insertText": "one"}]}}}
< {"method": "$/progress", "params": {"token": "p2", "value": {"items": [{"insertText": "two"}]}}}
< {"method": "$/progress", "params": {"token": "p2", "value": {"items": [{"insertText": "three"}]}}}
< {"id": 2, "result": {"items": []}}
> {"method": "textDocument/didShowCompletion", "params": {"item": {"insertText": "one", "command": {"command": "artel.accept", "title": "x", "arguments": [{"uri": "file:///w/a", "bytes": 3}]}}}}
< {"method": "$/logTrace", "params": {"message": "suggestions shown so far: 1"}}
> {"method": "textDocument/didPartiallyAcceptCompletion", "params": {"item": {"insertText": "one", "command": {"command": "artel.accept", "title": "x", "arguments": [{"uri": "file:///w/a", "bytes": 3}]}}, "acceptedLength": 2}}
< {"method": "$/logTrace", "params": {"message": "suggestions accepted in part so far: 1"}}
# What makes no sense changes nothing.
> {"method": "textDocument/didShowCompletion", "params": {}}
> {"method": "textDocument/didShowCompletion", "params": {"item": {"command": {"arguments": 3}}}}
> {"method": "textDocument/didPartiallyAcceptCompletion", "params": {"item": null, "acceptedLength": "2"}}
> {"id": 3, "method": "textDocument/copilotPanelCompletion", "params": {"textDocument": {"uri": "file:///w/none"}, "position": {"line": 0, "character": 0}}}
< {"id": 3, "error": {"code": -32602}}
bye

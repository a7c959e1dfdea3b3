# Cells of a notebook are documents, and context of each other; ranges are the cell's own.
> {"id": 1, "method": "initialize", "params": {"processId": null, "capabilities": {"textDocument": {"inlineCompletion": {}}}}}
< {"id": 1, "result": {"capabilities": {"notebookDocumentSync": {"notebookSelector": [{"notebook": "*"}]}}}}
> {"method": "notebookDocument/didOpen", "params": {"notebookDocument": {"uri": "file:///w/n.ipynb",
   "notebookType": "jupyter-notebook", "version": 1, "cells": [{"kind": 1, "document": "nb:m"},
   {"kind": 2, "document": "nb:1"}, {"kind": 2, "document": "nb:2"}, {"kind": 2, "document": "nb:sql"}]},
   "cellTextDocuments": [
   {"uri": "nb:m", "languageId": "markdown", "version": 1, "text": "@say from_markup"},
   {"uri": "nb:1", "languageId": "python", "version": 1, "text": "import a\n@say from_one"},
   {"uri": "nb:2", "languageId": "python", "version": 1, "text": "x = 1\ny"},
   {"uri": "nb:sql", "languageId": "sql", "version": 1, "text": "@say from_sql"}]}}
> {"id": 2, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "nb:2"},
   "position": {"line": 1, "character": 1}, "context": {"triggerKind": 2}}}
< {"id": 2, "result": {"items": [{"insertText": "from_one", "range":
   {"start": {"line": 1, "character": 1}, "end": {"line": 1, "character": 1}}}]}}
# A cell is changed, one is removed, one is added behind.
> {"method": "notebookDocument/didChange", "params": {"notebookDocument": {"uri": "file:///w/n.ipynb", "version": 2},
   "change": {"cells": {"textContent": [{"document": {"uri": "nb:2", "version": 2}, "changes": [{"range":
   {"start": {"line": 1, "character": 1}, "end": {"line": 1, "character": 1}}, "text": "\u00e9 = "}]}]}}}}
> {"method": "notebookDocument/didChange", "params": {"notebookDocument": {"uri": "file:///w/n.ipynb", "version": 3},
   "change": {"cells": {"structure": {"array": {"start": 1, "deleteCount": 1, "cells": []}, "didClose": [{"uri": "nb:1"}]}}}}}
> {"method": "notebookDocument/didChange", "params": {"notebookDocument": {"uri": "file:///w/n.ipynb", "version": 4},
   "change": {"cells": {"structure": {"array": {"start": 2, "deleteCount": 0, "cells": [{"kind": 2, "document": "nb:3"}]},
   "didOpen": [{"uri": "nb:3", "languageId": "python", "version": 1, "text": "@say from_three"}]}}}}}
> {"id": 3, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "nb:2"},
   "position": {"line": 1, "character": 5}, "context": {"triggerKind": 2}}}
< {"id": 3, "result": {"items": [{"insertText": "from_three", "range":
   {"start": {"line": 1, "character": 5}, "end": {"line": 1, "character": 5}}}]}}
# What makes no sense is ignored: outside the cells, no notebook, no lists.
> {"method": "notebookDocument/didChange", "params": {"notebookDocument": {"uri": "file:///w/n.ipynb", "version": 5},
   "change": {"cells": {"structure": {"array": {"start": 9, "deleteCount": 2, "cells": 4}}, "textContent": 1, "data": {}}}}}
> {"method": "notebookDocument/didChange", "params": {"notebookDocument": {"uri": "file:///w/other", "version": 5}, "change": {}}}
> {"method": "notebookDocument/didOpen", "params": {"notebookDocument": {"uri": "file:///w/bad", "cells": [{"document": 1}, 2]}}}
> {"method": "notebookDocument/didOpen"}
> {"method": "notebookDocument/didClose", "params": {"notebookDocument": {"uri": "file:///w/n.ipynb"},
   "cellTextDocuments": [{"uri": "nb:2"}, {"uri": "nb:sql"}, 5]}}
> {"id": 4, "method": "textDocument/inlineCompletion", "params": {"textDocument": {"uri": "nb:2"},
   "position": {"line": 0, "character": 0}, "context": {"triggerKind": 2}}}
< {"id": 4, "error": {"code": -32602}}
bye

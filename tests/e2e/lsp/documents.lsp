# The text the engine sees is the text the client has. (@echo: path;repo;language;cursor;tokens;text)
init {} {"rootUri": "file:///w"}
open src/a%20b.c "@echo"
inline 1 src/a%20b.c 0 5
items 1 "src/a b.c;w;c;5;64;@echo"
# Edits in one message apply one after the other, each to the result of the one before.
> {"method": "textDocument/didChange", "params": {"textDocument":
   {"uri": "file:///w/src/a%20b.c", "version": 2}, "contentChanges": [
   {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "12\n"},
   {"range": {"start": {"line": 0, "character": 1}, "end": {"line": 1, "character": 0}}, "text": "\r\n"},
   {"range": {"start": {"line": 1, "character": 99}, "end": {"line": 9, "character": 0}}, "text": "\rend"}]}}
inline 2 src/a%20b.c 2 3
items 2 "src/a b.c;w;c;12;64;1\r\n@echo\rend"
# A reversed range is the range; past the end is the end.
edit src/a%20b.c 3 2 3 2 0 ""
edit src/a%20b.c 4 50 0 50 7 "z"
inline 3 src/a%20b.c 2 1
items 3 "src/a b.c;w;c;10;64;1\r\n@echo\rz"
# The whole text; versions that go back or are missing do not matter, the order of messages does.
full src/a%20b.c 2 "@echo\u0001\u0000 \ud83d\ude00 \ud83d."
inline 4 src/a%20b.c 0 6
items 4 "src/a b.c;w;c;6;64;@echo\u0001\u0001 \ud83d\ude00 \ufffd."
> {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///w/src/a%20b.c",
   "version": null}, "contentChanges": [{"text": "@echo v"}]}}
inline 5 src/a%20b.c 0 0
items 5 "src/a b.c;w;c;0;64;@echo v"
# Opened twice: the newer text.
open src/a%20b.c "@echo 2"
inline 6 src/a%20b.c 0 0
items 6 "src/a b.c;w;c;0;64;@echo 2"
# Changes and closes for what is not open are ignored.
edit nothing 2 0 0 0 0 "x"
> {"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///w/nothing"}}}
> {"method": "textDocument/didClose", "params": {}}
> {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///w/b"}}}
> {"method": "textDocument/didOpen"}
silence 50
# An unsaved buffer has a name too; an empty document is a document.
open untitled:Untitled-1 ""
inline 7 untitled:Untitled-1 0 0
items 7
edit untitled:Untitled-1 2 0 0 0 0 "@echo"
inline 8 untitled:Untitled-1 0 5
items 8 "Untitled-1;;c;5;64;@echo"
> {"method": "textDocument/didClose", "params": {"textDocument": {"uri": "untitled:Untitled-1"}}}
inline 9 untitled:Untitled-1 0 0
< {"id": 9, "error": {"code": -32602}}
bye

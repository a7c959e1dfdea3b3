# An editor that closes brackets itself: the range covers what it put there.
init
open a "f@say (a[1]);\\n  g();|(other)\n"
inline 1 a 0 1 invoked
items 1 "(a[1]);\n  g();" "(other)"
edit a 2 0 1 0 1 "()"
inline 2 a 0 2
< {"id": 2, "result": {"items": [{"insertText": "a[1]);\n  g();", "range":
   {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 3}}}]}}
edit a 3 0 2 0 2 "a[]"
inline 3 a 0 4
< {"id": 3, "result": {"items": [{"insertText": "1]);\n  g();", "range":
   {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 6}}}]}}
bye

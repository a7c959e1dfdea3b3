# An edit elsewhere ends it; accepting all of it does, too; a word accepted goes on, over lines as well.
init
open a "re@say turn x;\\n  y;\n@echo no"
full a 2 "re@say turn x;\\n  y;\n"
inline 1 a 0 2
items 1 "turn x;\n  y;"
edit a 3 0 2 0 2 "turn "
inline 2 a 0 7
items 2 "x;\n  y;"
edit a 4 0 7 0 7 "x;\n  "
inline 3 a 1 2
< {"id": 3, "result": {"items": [{"insertText": "y;", "range":
   {"start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 2}}}]}}
# The document changes above: now only the engine can tell.
edit a 5 0 0 0 0 "// "
full a 6 "// @say fresh\nreturn x;\n  "
inline 4 a 2 2
items 4 "fresh"
edit a 7 2 2 2 2 "fresh"
full a 8 "// @say next\nreturn x;\n  fresh"
inline 5 a 2 7
items 5 "next"
bye

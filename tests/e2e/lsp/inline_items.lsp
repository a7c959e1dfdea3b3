init
# One item while typing, several when asked.
open a "@say one|two|three|four"
inline 1 a 0 0
items 1 "one"
inline 2 a 0 0 invoked
items 2 "one" "two" "three"
# Typing can be answered by what was made for asking.
inline 3 a 0 0
items 3 "one"
# The range covers what is replaced, on one line; the item runs our command when accepted.
open b "foo()@say bar(x)\n@back 3\n@cover 2"
inline 4 b 0 3
< {"id": 4, "result": {"items": [{"insertText": "bar(x)", "filterText": "foo", "range":
   {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}},
   "command": {"command": "artel.accept", "arguments": [{"uri": "file:///w/b"}]}}]}}
open c "ret@say return\\n  0;\n@back 3"
inline 5 c 0 3
< {"id": 5, "result": {"items": [{"insertText": "return\n  0;", "filterText": "$none"}]}}
# What the engine has nothing for, is null; what is outside the line is not sent.
open d "quiet"
inline 6 d 0 0
items 6
open e "line\n@say x\n@wild"
inline 7 e 1 0
items 7
# A failing engine: those who asked are told.
open f "@fail"
inline 8 f 0 0
items 8
inline 9 f 0 0 invoked
< {"id": 9, "error": {"code": -32803, "message": "the model stumbled"}}
inline 10 a 0 1
items 10 "one"
bye

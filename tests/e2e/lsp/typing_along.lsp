# What is left of the shown suggestion is served without the engine, as the user types along.
init
open a "re@say turn x;\n@stat"
# (@stat comes last and wins: its text tells how often the engine was asked.)
inline 1 a 0 2
items 1 "$starts complete 1 "
edit a 2 0 2 0 2 "comp"
inline 2 a 0 6
< {"id": 2, "result": {"items": [{"insertText": "$starts lete 1 ", "range":
   {"start": {"line": 0, "character": 6}, "end": {"line": 0, "character": 6}}}]}}
# One key back, another forward again.
edit a 3 0 5 0 6 ""
inline 3 a 0 5
items 3 "$starts plete 1 "
edit a 4 0 5 0 5 "pl"
inline 4 a 0 7
items 4 "$starts ete 1 "
# Something else: the engine.
edit a 5 0 7 0 7 "X"
inline 5 a 0 8
< {"id": 5, "result": {"items": [{"insertText": "$starts complete 2 "}]}}
bye

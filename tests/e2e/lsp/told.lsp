# The engine hears what became of a suggestion: taken, or left after it could be read.
args --told
init
open a "re\n@say turn"
inline 1 a 0 2
items 1 "turn"
> {"method": "textDocument/didPartiallyAcceptCompletion", "params": {"acceptedLength": 2, "item": {"command":
   {"command": "artel.accept", "arguments": [{"uri": "file:///w/a", "bytes": 4}]}}}}
logged told 1.0 taken
open b "re\n@say turn"
inline 3 b 0 2
items 3 "turn"
pause 900
edit b 2 0 2 0 2 "X"
inline 4 b 0 3
items 4 "turn"
logged told 1.0 left
# What was there for a moment only was not seen.
edit b 3 0 3 0 3 "Y"
inline 5 b 0 4
items 5 "turn"
silence 50
bye

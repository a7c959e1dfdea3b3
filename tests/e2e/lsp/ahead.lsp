# What comes after the suggestion is found while the user reads it, and shown without the engine.
args --ahead
init {} {"trace": "messages"}
open a "re\n@say turn"
inline 1 a 0 2
items 1 "turn"
< {"method": "$/logTrace", "params": {"message": "what may follow the suggestion was thought of"}}
# Accepted by Tab, or typed along with to its end, and a line begun.
edit a 2 0 2 0 2 "turn"
edit a 3 0 6 0 6 "\n"
inline 2 a 1 0
items 2 "thought ahead"
# It can be typed along with.
edit a 4 1 0 1 0 "thou"
inline 3 a 1 4
items 3 "ght ahead"
# Where the document became something else, the engine is asked.
open b "re\n@say turn"
inline 4 b 0 2
items 4 "turn"
< {"method": "$/logTrace", "params": {"message": "what may follow the suggestion was thought of"}}
edit b 2 0 2 0 2 "turns"
edit b 3 0 7 0 7 "\n"
inline 5 b 1 0
items 5 "turn"
bye

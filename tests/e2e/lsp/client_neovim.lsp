# Neovim 0.12: asks after 200 ms, does not cancel the earlier request, names no version anywhere.
init {"textDocument": {"inlineCompletion": {"dynamicRegistration": false}},
   "general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]}}
open a "@slow 1000\n@stat"
inline 1 a 0 0
inline 2 a 0 0
# The same question is answered for the newer request, and the engine works once.
items 1
items 2 "$starts complete 1 "
edit a 2 0 0 0 0 "\u00e9"
inline 3 a 0 2
edit a 3 0 2 0 2 "x"
items 3
edit a 4 0 0 1 0 ""
inline 4 a 0 0
items 4 "$starts complete "
silence 200
bye

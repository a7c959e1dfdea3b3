# Lapce: no debounce at all, a request with every key, nothing cancelled.
init {"textDocument": {"inlineCompletion": {}}}
open a "@block"
edit a 2 0 0 0 0 "a"
inline 1 a 0 1
edit a 3 0 1 0 1 "b"
inline 2 a 0 2
edit a 4 0 2 0 2 "c"
inline 3 a 0 3
full a 5 "abcd@say hello"
inline 4 a 0 4
items 1
items 2
items 3
items 4 "hello"
silence 100
bye

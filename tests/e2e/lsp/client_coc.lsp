# coc.nvim: waits 10 ms after each change, then asks; the user types on meanwhile.
init {"textDocument": {"inlineCompletion": {}}}
open a "@block"
edit a 2 0 0 0 0 "a"
pause 10
inline 1 a 0 1
edit a 3 0 1 0 1 "b"
items 1
pause 10
inline 2 a 0 2
edit a 4 0 2 0 2 "c"
items 2
pause 10
inline 3 a 0 3
full a 5 "abcd@say hello"
items 3
pause 10
inline 4 a 0 4
items 4 "hello"
silence 100
bye

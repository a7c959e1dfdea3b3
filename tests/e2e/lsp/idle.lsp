# Nothing to do costs nothing.
init
open a "@say hello"
inline 1 a 0 0
items 1 "hello"
edit a 2 0 0 0 0 "x"
pause 200
cpu 11
bye

init
# While text is taken away nothing is offered that was not shown before; who asks gets an answer, and so does typing on.
open a "xy@say one"
edit a 2 0 0 0 1 ""
inline 1 a 0 0
items 1
inline 2 a 0 0 invoked
items 2 "one"
edit a 3 0 0 0 0 "z"
inline 3 a 0 1
items 3 "one"
# The sign of a comment that an editor wrote by itself is no text: who takes it away is about to write code.
open b "\n@say one"
edit b 2 0 0 0 0 "// "
edit b 3 0 0 0 3 ""
inline 4 b 0 0
items 4 "one"
bye

# What the model read of the text after the cursor before the last keys is read anew when the user pauses, at the
# cursor of the last request; a request or an edit comes first.
init
open a "@loose @say x"
logged prepare 1
inline 1 a 0 3
items 1 "x"
inline 2 a 0 5
items 2 "x"
logged refresh 1 at 5
edit a 2 0 0 0 0 " "
logged prepare 2
inline 3 a 0 2
items 3 "x"
edit a 3 0 0 0 0 " "
logged prepare 3
pause 1700
inline 4 a 0 4
items 4 "x"
logged refresh 2 at 4
bye

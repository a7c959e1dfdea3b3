# (A call is logged before it begins; the pauses let it end.)
# Reading ahead happens when the document was quiet, gives way to requests, and is not done twice.
init
open a "@stat"
logged prepare 1
pause 100
inline 1 a 0 0
items 1 "complete 1 prepare 1 cancelled 0 model built in"
edit a 2 0 0 0 0 " "
logged prepare 2
pause 100
inline 2 a 0 1
items 2 "complete 2 prepare 2 cancelled 0 model built in"
# A preparation that takes long is stopped by a request, be it for another document.
open b "@block"
logged prepare 3
inline 3 a 0 0
items 3 "complete 3 prepare 3 cancelled 1 model built in"
# ... and by an edit of its own.
edit b 2 0 0 0 0 "x"
logged prepare 4
full b 3 "y"
logged prepare 5
pause 100
inline 4 a 0 1
items 4 "complete 4 prepare 5 cancelled 2 model built in"
bye

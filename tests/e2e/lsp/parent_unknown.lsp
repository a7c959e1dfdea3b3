# A process that we cannot see (an editor outside our container) is not a dead one.
init {} {"processId": 2147483646}
open a "@say hello"
inline 1 a 0 0
items 1 "hello"
bye

# The client's process ended without closing our input (somebody else holds the pipe): so do we.
parent
init {} {"processId": "$parent"}
open a "@block"
inline 1 a 0 0
silence 50
parent-ends
status 1

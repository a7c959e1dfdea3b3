# Writing to a closed pipe ends the server, not a signal.
init
close-out
open a "@say x"
inline 1 a 0 0
status 1

# A client that dies leaves no server behind, whatever it thinks about.
init
open a "@block"
inline 1 a 0 0
close-in
status 1

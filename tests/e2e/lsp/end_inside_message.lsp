init
raw Content-Length: 500\r\n\r\n{"jsonrpc":"2.0","method":"textDocu
close-in
status 1

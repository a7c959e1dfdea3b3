# An editor that restores its files: only the one touched last is read ahead.
init
raw Content-Length: 142\r\n\r\n{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///w/x","languageId":"c","version":1,"text":"int x;"}}}Content-Length: 142\r\n\r\n{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///w/y","languageId":"c","version":1,"text":"int y;"}}}Content-Length: 144\r\n\r\n{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///w/last","languageId":"c","version":1,"text":"@stat"}}}
logged prepare 1
pause 100
inline 1 last 0 0
items 1 "$starts complete 1 prepare 1 "
bye

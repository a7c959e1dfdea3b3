# initialize is answered at once; a slow load is shown, and requests wait for it.
args --load-ms 1000
init {"window": {"workDoneProgress": true}}
< {"id": 1, "method": "window/workDoneProgress/create", "params": {"token": "artel/load"}}
> {"id": 1, "result": null}
open a "@say hello"
inline 1 a 0 0
< {"method": "$/progress", "params": {"token": "artel/load", "value": {"kind": "begin", "title": "$any"}}}
< {"method": "$/progress", "params": {"token": "artel/load", "value": {"kind": "end"}}}
items 1 "hello"
> {"method": "window/workDoneProgress/cancel", "params": {"token": "artel/load"}}
bye

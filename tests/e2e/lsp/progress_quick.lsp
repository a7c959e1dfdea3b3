# What was over before the client has answered ends at once: some turn a wheel from the request on.
init {"window": {"workDoneProgress": true}}
< {"id": 1, "method": "window/workDoneProgress/create", "params": {"token": "artel/load"}}
logged loaded
> {"id": 1, "result": null}
< {"method": "$/progress", "params": {"token": "artel/load", "value": {"kind": "begin", "title": "$any"}}}
< {"method": "$/progress", "params": {"token": "artel/load", "value": {"kind": "end"}}}
bye

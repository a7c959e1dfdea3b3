init
> {"id": 1, "method": "shutdown"}
< {"id": 1, "result": null}
close-in
status 0

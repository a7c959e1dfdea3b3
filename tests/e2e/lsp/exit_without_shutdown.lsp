init
> {"method": "exit"}
status 1

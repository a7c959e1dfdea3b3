> {"method": "exit"}
status 1

init {} {"trace": "messages"}
open a "@say hello"
inline 1 a 0 0
items 1 "hello"
< {"method": "$/logTrace", "params": {"message": "$any", "verbose": "$none"}}
> {"method": "$/setTrace", "params": {"value": "verbose"}}
inline 2 a 0 1
items 2 "hello"
< {"method": "$/logTrace", "params": {"verbose": "$any"}}
> {"method": "$/setTrace", "params": {"value": "off"}}
> {"method": "$/setTrace", "params": {"value": 5}}
> {"method": "$/setTrace"}
inline 3 a 0 2
items 3 "hello"
bye

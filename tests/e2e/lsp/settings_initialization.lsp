args --model from-command-line
> {"id": 1, "method": "initialize", "params": {"processId": null, "capabilities": {},
   "initializationOptions": {"maxTokens": 9, "completionItems": "never", "colour": "red", "alternatives": 2,
   "enable": "yes", "debounceMs": 99999, "logLevel": "loud", "disabledLanguages": ["markdown", 3]}}}
< {"method": "window/logMessage", "params": {"type": 2,
   "message": "setting \"colour\" is not known to artel"}}
< {"method": "window/logMessage", "params": {"message":
   "setting \"enable\" must be true or false; it keeps its value"}}
< {"method": "window/logMessage", "params": {"message":
   "setting \"debounceMs\" must be a whole number from 0 to 5000; it keeps its value"}}
< {"id": 1, "result": {"capabilities": {"completionProvider": "$none"}}}
> {"method": "initialized", "params": {}}
open a "@echo"
inline 2 a 0 5
items 2 "a;;c;5;9;@echo"
open b "@say 1|2|3"
inline 3 b 0 0 invoked
items 3 "1" "2"
open c "@stat"
inline 4 c 0 0
< {"id": 4, "result": {"items": [{"insertText": "$any"}]}}
bye

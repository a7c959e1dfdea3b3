> {"id": 1, "method": "initialize", "params": {"processId": null, "capabilities":
   {"general": {"positionEncodings": ["utf-16", "utf-32", "utf-8"]}}}}
< {"id": 1, "result": {"capabilities": {"positionEncoding": "utf-8"}}}
open a "x\u00e9\u20ac\ud83d\ude00)@say hi\n@cover 1\n"
inline 2 a 0 10
< {"id": 2, "result": {"items": [{"range":
   {"start": {"line": 0, "character": 10}, "end": {"line": 0, "character": 11}}}]}}
bye

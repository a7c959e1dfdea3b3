> {"id": 1, "method": "initialize", "params": {"processId": null, "capabilities":
   {"general": {"positionEncodings": ["utf-32"]}}}}
< {"id": 1, "result": {"capabilities": {"positionEncoding": "utf-32"}}}
open a "x\u00e9\u20ac\ud83d\ude00)@say hi\n@cover 1\n"
inline 2 a 0 4
< {"id": 2, "result": {"items": [{"range":
   {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 5}}}]}}
bye

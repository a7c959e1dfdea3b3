# A line with 1, 2, 3 and 4 byte characters before the cursor.
init {"general": {"positionEncodings": ["utf-16"]}}
open a "x\u00e9\u20ac\ud83d\ude00)@say hi\n@cover 1\n"
inline 1 a 0 5
< {"id": 1, "result": {"items": [{"insertText": "hi", "range":
   {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 6}}}]}}
# Inside the surrogate pair is before it.
inline 2 a 0 4
< {"id": 2, "result": null}
edit a 2 0 3 0 5 "y"
inline 3 a 0 4
< {"id": 3, "result": {"items": [{"range":
   {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 5}}}]}}
bye

# A client that announces nothing gets nothing fancy.
init
open a "re@say turn\\nx"
popup 1 a 0 2
< {"id": 1, "result": {"items": [{"label": "return", "detail": "artel", "labelDetails": "$none",
   "insertTextMode": "$none", "documentation": {"kind": "plaintext", "value": "return\nx"}}]}}
bye

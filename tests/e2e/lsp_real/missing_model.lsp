# A model that cannot be had is one sentence for the user; the server lives on.
args lsp --model /nowhere/model.gguf
init
< {"method": "window/showMessage", "params": {"type": 1, "message": "$starts artel could not load the model: "}}
open a.c "int main(void)\n{\n    return "
inline 1 a.c 2 11
items 1
inline 2 a.c 2 11 invoked
< {"id": 2, "error": {"code": -32803}}
# The built-in one is there for the asking.
> {"method": "workspace/didChangeConfiguration", "params": {"settings": {"artel": {"model": "", "budgetMs": 0}}}}
logged loaded
inline 3 a.c 2 11 invoked
< {"id": 3, "result": {"items": "$some"}}
bye

# Path and repository for the prompt: the innermost folder, escapes undone.
init {} {"workspaceFolders": [{"uri": "file:///w/my%20proj", "name": "my proj"},
   {"uri": "file:///w/my%20proj/sub", "name": "sub"}, {"uri": 3}, {"uri": "nonsense"}]}
open my%20proj/src/%C3%A9.c "@echo"
inline 1 my%20proj/src/%C3%A9.c 0 5
items 1 "src/é.c;my proj;c;5;64;@echo"
open my%20proj/sub/a.c "@echo"
inline 2 my%20proj/sub/a.c 0 5
items 2 "a.c;sub;c;5;64;@echo"
open my%20project/a.c "@echo"
inline 3 my%20project/a.c 0 5
items 3 "a.c;;c;5;64;@echo"
> {"method": "workspace/didChangeWorkspaceFolders", "params": {"event":
   {"removed": [{"uri": "file:///w/my%20proj/sub", "name": "sub"}],
   "added": [{"uri": "file:///w/my%20project", "name": "x"}]}}}
open my%20proj/sub/a.c "@echo "
inline 4 my%20proj/sub/a.c 0 5
items 4 "sub/a.c;my proj;c;5;64;@echo "
open my%20project/a.c "@echo "
inline 5 my%20project/a.c 0 5
items 5 "a.c;my project;c;5;64;@echo "
bye

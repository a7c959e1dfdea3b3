# The server can wait for a client that does not: only the last of a burst reaches the engine.
init {} {"initializationOptions": {"debounceMs": 500}}
open a "@stat"
inline 1 a 0 0
edit a 2 0 0 0 0 "a"
inline 2 a 0 1
edit a 3 0 1 0 1 "b"
inline 3 a 0 2
items 1
items 2
silence 100
items 3 "$starts complete 1 "
# Who asks does not wait, and the cache does not either.
inline 4 a 0 2
items 4 "$starts complete 1 "
bye

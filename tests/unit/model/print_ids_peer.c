/* print_ids_peer MODEL.gguf: what print_ids prints, as llama.cpp has it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "tests/bench/peer/peer.h"

enum { MAX_INPUT = 1 << 26 };

/* A token is at least a byte, but for a space that some vocabularies put first. */
static void print(const peer *p, str_view text, int32_t *ids)
{
    int32_t n = peer_tokenize(p, text.ptr, text.len, ids, text.len + 8);
    for (int32_t i = 0; i < n; i++)
        printf("%s%d", i ? " " : "", (int)ids[i]);
    puts(n < 0 ? "too many" : "");
}

int main(int argc, char **argv)
{
    buf in;
    buf_init(&in, MAX_INPUT);
    for (char *at; (at = buf_reserve(&in, 1 << 16)) != NULL;) {
        size_t n = fread(at, 1, 1 << 16, stdin);
        if (n == 0)
            break;
        buf_commit(&in, n);
    }
    peer *p = argc == 2 ? peer_open_vocab(ARTEL_PEER_DIR "/lib", argv[1]) : NULL;
    int32_t *ids = malloc((in.len + 8) * sizeof *ids);
    if (p && ids) {
        str_view rest = buf_view(&in);
        for (size_t n; (n = str_find_byte(rest, '\0')) < rest.len;
             rest = str_slice(rest, n + 1, rest.len))
            print(p, str_slice(rest, 0, n), ids);
        print(p, rest, ids);
    }
    bool ok = p && ids;
    free(ids);
    peer_close(p);
    buf_release(&in);
    return ok ? 0 : 1;
}

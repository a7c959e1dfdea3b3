/* print_ids MODEL.gguf: texts separated by NUL on stdin, a line of ids for each on stdout. Exit
 * status 77 when the vocabulary is of a kind that is not supported. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "model/gguf.h"
#include "model/vocab.h"

enum { MAX_INPUT = 1 << 26 };

static void print(const model_vocab *v, str_view text)
{
    struct model_tokens t;
    model_tokens_init(&t, MAX_INPUT);
    model_vocab_encode(v, text, &t);
    for (size_t i = 0; i < t.n; i++)
        printf("%s%d", i ? " " : "", (int)t.ids[i]);
    puts(t.failed != ERR_OK ? err_name(t.failed) : "");
    model_tokens_release(&t);
}

int main(int argc, char **argv)
{
    buf in;
    buf_init(&in, MAX_INPUT);
    for (char *p; (p = buf_reserve(&in, 1 << 16)) != NULL;) {
        size_t n = fread(p, 1, 1 << 16, stdin);
        if (n == 0)
            break;
        buf_commit(&in, n);
    }
    model_gguf *g = NULL;
    model_vocab *v = NULL;
    err e = {0};
    err_code rc = argc == 2 ? model_gguf_open(&g, argv[1], &e)
                            : err_set(&e, ERR_FORMAT, "usage: print_ids MODEL.gguf");
    if (rc == ERR_OK)
        rc = model_vocab_create(&v, g, &e);
    if (rc == ERR_OK) {
        str_view rest = buf_view(&in);
        for (size_t n; (n = str_find_byte(rest, '\0')) < rest.len;
             rest = str_slice(rest, n + 1, rest.len))
            print(v, str_slice(rest, 0, n));
        print(v, rest);
    } else {
        fprintf(stderr, "print_ids: %s\n", e.text);
    }
    model_vocab_destroy(v);
    model_gguf_close(g);
    buf_release(&in);
    return rc == ERR_OK ? 0 : rc == ERR_UNSUPPORTED ? 77 : 1;
}

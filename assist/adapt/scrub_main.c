/* artel-scrub: hides the secrets of texts, for the training pipeline, by the rules that completion
 * follows. Texts come as records (model/train/records.h) on standard input; for each one a line
 * with the number of secrets, and the text, as long as before, leave on standard output. Not part
 * of the shipped program. */
#include <stdio.h>

#include "base/buf.h"
#include "context/secret.h"
#include "model/train/records.h"

enum { MAX_TEXT = 64 << 20 };

int main(void)
{
    err e = {0};
    buf text;
    buf masked;
    buf_init(&text, MAX_TEXT);
    buf_init(&masked, MAX_TEXT);
    err_code rc;
    while ((rc = train_records_next(&text, stdin, &e)) == ERR_OK) {
        buf_clear(&masked);
        size_t n = ctx_secret_mask(&masked, buf_view(&text));
        rc = buf_failed(&masked);
        if (rc != ERR_OK)
            break;
        printf("%zu\n", n);
        /* Whoever asks waits for the answer before the next question. */
        if (fwrite(masked.ptr, 1, masked.len, stdout) != masked.len || fflush(stdout) != 0) {
            rc = err_set(&e, ERR_IO, "the texts cannot be written");
            break;
        }
    }
    if (rc != ERR_NOT_FOUND)
        fprintf(stderr, "artel-scrub: %s\n", e.text[0] ? e.text : err_name(rc));
    buf_release(&text);
    buf_release(&masked);
    return rc == ERR_NOT_FOUND ? 0 : 1;
}

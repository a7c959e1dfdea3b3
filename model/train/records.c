#include "model/train/records.h"

#include <ctype.h>
#include <stdint.h>

err_code train_records_next(buf *out, FILE *f, err *e)
{
    buf_clear(out);
    size_t n = 0;
    int c = getc(f);
    if (c == EOF)
        return ERR_NOT_FOUND;
    for (; c != EOF && isdigit(c) && n < SIZE_MAX / 100; c = getc(f))
        n = 10 * n + (size_t)(c - '0');
    if (c != '\n')
        return err_set(e, ERR_FORMAT, "what arrives is not a length, a line feed and a text");
    char *place = buf_reserve(out, n);
    if (!place)
        return err_set(e, buf_failed(out), "a text of %zu bytes is too long", n);
    if (fread(place, 1, n, f) != n)
        return err_set(e, ERR_FORMAT, "the last text is not whole");
    buf_commit(out, n);
    return ERR_OK;
}

#include "assist/replay/score.h"

enum { CUT_BYTES = 4096 };

bool assist_score_exact(str_view got, str_view want)
{
    return str_eq(str_trim_right(got), str_trim_right(want));
}

double assist_score_similarity(arena *mem, str_view got, str_view want)
{
    got = str_slice(str_trim(got), 0, CUT_BYTES);
    want = str_slice(str_trim(want), 0, CUT_BYTES);
    size_t longer = got.len > want.len ? got.len : want.len;
    if (longer == 0)
        return 1;
    /* One row of the table: row[j] is the distance of got[0..i) and want[0..j). */
    size_t *row = ARENA_ARRAY(mem, size_t, want.len + 1);
    if (!row)
        return 0;
    for (size_t j = 0; j <= want.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= got.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= want.len; j++) {
            size_t swap = diagonal + (got.ptr[i - 1] != want.ptr[j - 1]);
            size_t best = row[j - 1] < row[j] ? row[j - 1] + 1 : row[j] + 1;
            diagonal = row[j];
            row[j] = swap < best ? swap : best;
        }
    }
    return 1 - (double)row[want.len] / (double)longer;
}

size_t assist_score_common_prefix(str_view got, str_view want)
{
    size_t n = 0;
    while (n < got.len && n < want.len && got.ptr[n] == want.ptr[n])
        n++;
    return n;
}

#include "assist/replay/score.h"

#include <string.h>

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

static bool is_closer(char c)
{
    return c == ')' || c == ']' || c == '}' || c == '"' || c == '\'' || c == '`';
}

/* Closing signs at the end of the suggestion that stand behind it again, and that it has more often
 * than it opens. */
static bool doubles_closers(str_view added, str_view behind)
{
    size_t n = 0;
    while (n < added.len && n < behind.len && is_closer(added.ptr[added.len - 1 - n]))
        n++;
    for (; n > 0; n--) {
        if (!str_ends(added, str_slice(behind, 0, n)))
            continue;
        int balance = 0;
        for (size_t i = 0; i < added.len; i++)
            balance += strchr("([{", added.ptr[i]) ? 1 : strchr(")]}", added.ptr[i]) ? -1 : 0;
        return balance < 0;
    }
    return false;
}

bool assist_score_repeats(str_view text, const struct assist_suggestion *s)
{
    size_t start = s->begin_bytes;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    str_view behind = str_slice(text, s->end_bytes, text.len), below = behind;
    str_view rest = str_trim_right(str_take_line(&below));
    str_view head = str_trim_left(str_slice(text, start, s->begin_bytes));
    if (doubles_closers(str_trim_right(s->text), behind))
        return true;
    str_view added = head.len ? s->text : str_trim_left(s->text);
    while (below.len > 0) {
        str_view next = str_trim(str_take_line(&below));
        if (next.len == 0)
            continue;
        str_view middle = str_slice(next, head.len, next.len - rest.len);
        return next.len >= 3 && next.len == head.len + added.len + rest.len &&
               str_starts(next, head) && str_ends(next, rest) && str_eq(middle, added);
    }
    return false;
}

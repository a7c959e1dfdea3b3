#include "context/window.h"

#include "base/utf.h"

enum {
    LOOK_BYTES = 64 * 1024, /* more than any budget holds; bounds the work on one-line files */
    STEP_BYTES = 256,       /* anchors inside lines that are too long to read whole */
};

static size_t count_tokens(const struct ctx_window_budget *b, str_view text)
{
    return text.len ? b->count(b->user, text) : 0;
}

/* Start of the line that holds `at`; a line that begins before `floor` gives the byte before it,
 * which no loop below accepts. floor 0 is always reached. */
static size_t line_start(str_view text, size_t at, size_t floor)
{
    while (at > floor && text.ptr[at - 1] != '\n')
        at--;
    return at > floor || floor == 0 || text.ptr[at - 1] == '\n' ? at : floor - 1;
}

/* Moves `at` down to a character boundary: at most three continuation bytes back. */
static size_t char_boundary(str_view text, size_t at)
{
    for (int i = 0;
         i < 3 && at > 0 && at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80; i++)
        at--;
    return at;
}

/* The anchor at or before `at`: the start of a line whose number is a multiple of the step, or less
 * than `floor` when that lies before it. `line` is the number of the line that holds `at`, and is
 * updated. */
static size_t anchor_before(str_view text, size_t at, size_t floor, size_t *line)
{
    size_t start = line_start(text, at, floor);
    while (*line % CTX_WINDOW_STEP_LINES != 0 && start > floor) {
        start = line_start(text, start - 1, floor);
        --*line;
    }
    return *line % CTX_WINDOW_STEP_LINES == 0 || floor == 0 ? start : floor - 1;
}

static size_t count_newlines(str_view text)
{
    size_t n = 0;
    for (size_t at = 0; (at += str_find_byte(str_slice(text, at, text.len), '\n')) < text.len; at++)
        n++;
    return n;
}

/* For a last stretch of text that has no usable line start: anchors at multiples of STEP_BYTES. */
static size_t begin_inside_line(str_view text, size_t cursor,
                                const struct ctx_window_budget *budget)
{
    size_t begin = cursor;
    for (size_t at = cursor - cursor % STEP_BYTES;; at -= STEP_BYTES) {
        size_t from = char_boundary(text, at);
        if (count_tokens(budget, str_slice(text, from, cursor)) > budget->prefix_tok)
            break;
        begin = from;
        if (at < STEP_BYTES || cursor - at > LOOK_BYTES)
            break;
    }
    return begin;
}

/* Takes whole steps before the cursor into the window while they fit. */
static size_t begin_at_anchor(str_view text, size_t cursor, size_t floor,
                              const struct ctx_window_budget *budget)
{
    size_t line = count_newlines(str_slice(text, 0, cursor));
    size_t begin = cursor, n_tok = 0;
    size_t start = anchor_before(text, cursor, floor, &line);
    while (start >= floor) {
        n_tok += count_tokens(budget, str_slice(text, start, begin));
        if (n_tok > budget->prefix_tok)
            break;
        begin = start;
        if (start == 0)
            break;
        line--; /* the line that ends at `begin` */
        start = anchor_before(text, begin - 1, floor, &line);
    }
    return begin;
}

/* The same by single lines: for when the lines since the last anchor alone pass the budget. */
static size_t begin_at_line(str_view text, size_t cursor, size_t floor,
                            const struct ctx_window_budget *budget)
{
    size_t begin = cursor, n_tok = 0;
    size_t start = line_start(text, cursor, floor);
    while (start >= floor) {
        n_tok += count_tokens(budget, str_slice(text, start, begin));
        if (n_tok > budget->prefix_tok)
            break;
        begin = start;
        if (start == 0)
            break;
        start = line_start(text, begin - 1, floor);
    }
    return begin;
}

static size_t find_begin(str_view text, size_t cursor, const struct ctx_window_budget *budget)
{
    size_t floor = cursor > LOOK_BYTES ? char_boundary(text, cursor - LOOK_BYTES) : 0;
    size_t begin = begin_at_anchor(text, cursor, floor, budget);
    if (begin == cursor)
        begin = begin_at_line(text, cursor, floor, budget);
    return begin < cursor ? begin : begin_inside_line(text, cursor, budget);
}

static size_t find_end(str_view text, size_t cursor, const struct ctx_window_budget *budget)
{
    size_t end = cursor, n_tok = 0;
    size_t ceiling = text.len - cursor > LOOK_BYTES ? cursor + LOOK_BYTES : text.len;
    while (end < ceiling) {
        size_t next = end + str_find_byte(str_slice(text, end, ceiling), '\n');
        if (next < ceiling)
            next++;
        n_tok += count_tokens(budget, str_slice(text, end, next));
        if (n_tok > budget->suffix_tok)
            break;
        end = next;
    }
    if (end > cursor)
        return end;
    for (size_t n = STEP_BYTES; n <= ceiling - cursor; n += STEP_BYTES) {
        size_t to = char_boundary(text, cursor + n);
        if (count_tokens(budget, str_slice(text, cursor, to)) > budget->suffix_tok)
            break;
        end = to;
    }
    return end;
}

struct ctx_window ctx_window_around(str_view text, size_t cursor,
                                    const struct ctx_window_budget *budget)
{
    return (struct ctx_window){find_begin(text, cursor, budget), find_end(text, cursor, budget)};
}

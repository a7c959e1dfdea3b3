#include "assist/replay/hole.h"

#include "base/hash.h"
#include "base/utf.h"
#include "context/lexicon.h"

enum { MAX_LINE_BYTES = 200, BLOCK_MIN_LINES = 2, BLOCK_MAX_LINES = 12 };

size_t assist_dice_below(struct assist_dice *d, size_t n)
{
    d->state += UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(hash_u64(d->state) % n);
}

static str_view line_at(str_view text, size_t line)
{
    str_view rest = str_slice(text, line, text.len);
    return str_trim_right(str_slice(rest, 0, str_find_byte(rest, '\n')));
}

static size_t indent_of(str_view line)
{
    return line.len - str_trim_left(line).len;
}

bool assist_hole_in(str_view line)
{
    bool has_word = false;
    for (size_t i = 0; i < line.len && !has_word; i++)
        has_word = ctx_lexicon_is_word_byte(line.ptr[i]);
    return has_word && line.len <= MAX_LINE_BYTES && utf8_is_valid(line);
}

/* Can a cursor of this kind stand at offset i of the line? */
static bool fits(str_view line, size_t i, enum assist_cursor kind)
{
    char before = line.ptr[i - 1], c = line.ptr[i];
    bool in_word = ctx_lexicon_is_word_byte(before) && ctx_lexicon_is_word_byte(c);
    if (((unsigned char)c & 0xC0) == 0x80)
        return false; /* inside a character */
    if (kind == ASSIST_IN_WORD)
        return in_word;
    return !in_word && c != ' ' && c != '\t';
}

struct assist_hole assist_hole_line(str_view text, size_t line, struct assist_dice *d)
{
    str_view all = line_at(text, line);
    size_t indent = indent_of(all);
    enum assist_cursor kind = (enum assist_cursor)assist_dice_below(d, 3);
    size_t places[MAX_LINE_BYTES], n = 0;
    if (kind != ASSIST_AT_START)
        for (size_t i = indent + 1; i < all.len && n < MAX_LINE_BYTES; i++)
            if (fits(all, i, kind))
                places[n++] = i;
    if (n == 0)
        return (struct assist_hole){line + indent, line + all.len, ASSIST_AT_START};
    return (struct assist_hole){line + places[assist_dice_below(d, n)], line + all.len, kind};
}

/* The line with text that ends before offset `line`, or an empty view. */
static str_view line_before(str_view text, size_t line)
{
    while (line > 0) {
        size_t begin = line - 1;
        while (begin > 0 && text.ptr[begin - 1] != '\n')
            begin--;
        str_view before = line_at(text, begin);
        if (before.len > 0)
            return before;
        line = begin;
    }
    return STR("");
}

bool assist_hole_block(struct assist_hole *out, str_view text, size_t line)
{
    str_view first = line_at(text, line), opener = line_before(text, line);
    size_t indent = indent_of(first);
    if (!assist_hole_in(first) || opener.len == 0 || indent_of(opener) >= indent)
        return false;
    size_t n = 0, end = line, at = line;
    while (at < text.len && n <= BLOCK_MAX_LINES) {
        str_view next = line_at(text, at);
        if (next.len > 0 && indent_of(next) < indent)
            break;
        if (next.len > 0) {
            n++;
            end = at + next.len;
        }
        at += str_find_byte(str_slice(text, at, text.len), '\n') + 1;
    }
    if (n < BLOCK_MIN_LINES || n > BLOCK_MAX_LINES || !utf8_is_valid(str_slice(text, line, end)))
        return false;
    *out = (struct assist_hole){line + indent, end, ASSIST_AT_START};
    return true;
}

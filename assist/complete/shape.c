#include "assist/complete/shape.h"

#include <string.h>

#include "base/utf.h"
#include "context/lexicon.h"
#include "context/secret.h"

const char shape_repeats[] = "the model only repeated itself";

static str_view rest_of_line(str_view text, size_t cursor)
{
    str_view rest = str_slice(text, cursor, text.len);
    rest = str_slice(rest, 0, str_find_byte(rest, '\n'));
    return str_trim_right(rest); /* a '\r' goes with the white space */
}

/* Characters that editors insert on their own after the cursor, or that end a statement. */
static bool is_closer(char c)
{
    return c && strchr(")]}>\"'`;,:", c) != NULL;
}

const char *shape_silence(str_view text, size_t cursor, bool invoked)
{
    str_view rest = rest_of_line(text, cursor);
    if (cursor < text.len && ctx_lexicon_is_word_byte(text.ptr[cursor]))
        return "the cursor is inside a word";
    if (invoked)
        return NULL;
    for (size_t i = 0; i < rest.len; i++)
        if (!is_closer(rest.ptr[i]) && rest.ptr[i] != ' ' && rest.ptr[i] != '\t')
            return "code goes on after the cursor";
    return NULL;
}

/* How many bytes of `rest` the tail of `line` repeats: the longest k with line ending in
 * rest[0..k). */
static size_t repeated_rest(str_view line, str_view rest)
{
    for (size_t k = rest.len < line.len ? rest.len : line.len; k > 0; k--)
        if (str_ends(line, str_slice(rest, 0, k)))
            return k;
    return 0;
}

/* Does `c` begin a string that ends in `behind`? */
static bool begins_string(char c, str_view behind)
{
    return (c == '"' || c == '\'') && str_find_byte(behind, c) < behind.len;
}

char shape_open_quote(str_view text, size_t cursor, str_view line)
{
    size_t start = cursor;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    char quote = '\0';
    for (size_t i = start; i < cursor; i++) {
        char c = text.ptr[i];
        if (c == '\\')
            i++;
        else if (quote)
            quote = c == quote ? '\0' : quote;
        else if (begins_string(c, str_slice(text, i + 1, cursor)) || begins_string(c, line))
            quote = c;
    }
    return quote;
}

/* How many bytes of `rest` are brackets that `line` closes without having opened them: the editor
 * put them there on its own, and the line goes on behind its own, as in "i < n; i++) {" before ")".
 * So it may have closed the string that the line begins in, which `quote` is of, if any. */
static size_t closed_again(str_view line, char quote, str_view rest)
{
    size_t depth = 0, n = 0;
    bool began_inside = quote;
    for (size_t i = 0; i < line.len && n < rest.len; i++) {
        char c = line.ptr[i];
        if (c == '\\')
            i++;
        else if (quote && c != quote)
            continue;
        else if (quote) {
            n += began_inside && c == rest.ptr[n];
            began_inside = false;
            quote = '\0';
        } else if (begins_string(c, str_slice(line, i + 1, line.len)))
            quote = c;
        else if (strchr("([{", c))
            depth++;
        else if (strchr(")]}", c) && depth > 0)
            depth--;
        else if (strchr(")]}", c) && c == rest.ptr[n])
            n++;
        else if (strchr(")]}", c))
            break;
    }
    return n;
}

/* True when `line` ends in the same piece `times` times over, in `least` bytes or more. Rulers of
 * one character, as in "=====", are code. */
static bool ends_in_rounds(str_view line, size_t times, size_t least)
{
    for (size_t unit = 2; times * unit <= line.len; unit++) {
        size_t same = 0; /* bytes at the end that equal the ones a unit before */
        while (same + unit < line.len &&
               line.ptr[line.len - 1 - same] == line.ptr[line.len - 1 - same - unit])
            same++;
        bool ruler = true;
        for (size_t i = 1; i < unit; i++)
            ruler = ruler && line.ptr[line.len - 1] == line.ptr[line.len - 1 - i];
        if (!ruler && same + unit >= times * unit && same + unit >= least)
            return true;
    }
    return false;
}

/* Small models fall into loops. A short one is a mistake when it is most of the line, as in
 * "b, b, b". */
static bool repeats_itself(str_view line)
{
    return ends_in_rounds(line, 3, line.len / 2 + 1);
}

bool shape_goes_round(str_view line)
{
    return ends_in_rounds(line, 4, 0);
}

bool shape_writes_secret(arena *mem, str_view text, size_t cursor, str_view line)
{
    size_t start = cursor;
    while (start > 0 && text.ptr[start - 1] != '\n' && cursor - start < 1024)
        start--;
    struct ctx_secret_span span;
    str_view whole =
        arena_format(mem, "%.*s%.*s", (int)(cursor - start), text.ptr + start, STR_ARG(line));
    return ctx_secret_next(whole, 0, &span) && span.end > cursor - start;
}

/* True when `line`, put at the cursor, would make a copy of the next line that has text. */
static bool repeats_below(str_view text, size_t cursor, str_view line)
{
    size_t start = cursor;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    str_view head = str_trim_left(str_slice(text, start, cursor));
    str_view below = str_slice(text, cursor, text.len);
    str_take_line(&below);
    while (below.len > 0) {
        str_view next = str_trim(str_take_line(&below));
        if (next.len == 0)
            continue;
        if (next.len < 3) /* a closing bracket below says nothing */
            return false;
        str_view tail = str_trim_right(line);
        if (head.len == 0)
            tail = str_trim_left(tail);
        return next.len == head.len + tail.len && str_starts(next, head) && str_ends(next, tail);
    }
    return false;
}

/* True when `line` would make a copy of the line above that has text: of 28 such suggestions one
 * was what the person wrote. What has few letters, as a bracket, may well come again. */
static bool repeats_above(str_view text, size_t cursor, str_view line)
{
    enum { MIN_WORD_BYTES = 6 };
    size_t start = cursor, n = 0;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    str_view head = str_trim_left(str_slice(text, start, cursor));
    str_view above = str_trim_right(str_slice(text, 0, start)), tail = str_trim_right(line);
    size_t at = above.len;
    while (at > 0 && above.ptr[at - 1] != '\n')
        at--;
    above = str_trim_left(str_slice(above, at, above.len));
    if (head.len == 0)
        tail = str_trim_left(tail);
    for (size_t i = 0; i < above.len; i++)
        n += ctx_lexicon_is_word_byte(above.ptr[i]);
    return n >= MIN_WORD_BYTES && above.len == head.len + tail.len && str_starts(above, head) &&
           str_ends(above, tail);
}

const char *shape_line(struct assist_suggestion *out, arena *mem, str_view text, size_t cursor,
                       str_view generated)
{
    str_view line = str_trim_right(generated);
    str_view rest = rest_of_line(text, cursor);
    size_t repeated = repeated_rest(line, rest);
    size_t covered =
        repeated ? repeated : closed_again(line, shape_open_quote(text, cursor, line), rest);
    if (str_is_blank(str_slice(line, 0, line.len - repeated)))
        return "nothing to add here";
    if (!utf8_is_valid(line))
        return "the model produced broken text";
    if (repeats_itself(line))
        return shape_repeats;
    if (shape_writes_secret(mem, text, cursor, line))
        return "it would write a secret";
    if (repeats_below(text, cursor, line))
        return "it would repeat the line below";
    if (rest.len == 0 && repeats_above(text, cursor, line))
        return "it would repeat the line above";
    out->text = arena_copy(mem, line);
    out->begin_bytes = cursor;
    out->end_bytes = cursor + covered;
    return NULL;
}

#include "lsp/text.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "base/size.h"

/* Does a line begin at p, 0 < p <= len? Depends on text[p - 1] and text[p] alone, which is why an
 * edit changes nothing outside [begin, end of what was put in]. */
static bool begins_line(str_view text, size_t p)
{
    char before = text.ptr[p - 1];
    return before == '\n' || (before == '\r' && (p == text.len || text.ptr[p] != '\n'));
}

static err_code grow(lsp_text *t, size_t n_lines)
{
    if (n_lines <= t->cap_lines)
        return ERR_OK;
    size_t cap = t->cap_lines * 2 > n_lines ? t->cap_lines * 2 : n_lines;
    size_t n_bytes;
    if (!size_mul(&n_bytes, cap, sizeof *t->starts))
        return ERR_NOMEM;
    size_t *p = mem_resize(t->starts, n_bytes);
    if (!p)
        return ERR_NOMEM;
    t->starts = p;
    t->cap_lines = cap;
    return ERR_OK;
}

err_code lsp_text_init(lsp_text *t, size_t max_bytes)
{
    *t = (lsp_text){.n_lines = 1};
    buf_init(&t->bytes, max_bytes);
    if (grow(t, 16) != ERR_OK)
        return ERR_NOMEM;
    t->starts[0] = 0;
    return ERR_OK;
}

void lsp_text_release(lsp_text *t)
{
    buf_release(&t->bytes);
    mem_free(t->starts);
    *t = (lsp_text){.n_lines = 0};
}

err_code lsp_text_set(lsp_text *t, str_view text)
{
    return lsp_text_replace(t, 0, t->bytes.len, text);
}

/* Index of the first line that starts after `off`; n_lines when there is none. */
static size_t first_start_after(const lsp_text *t, size_t off)
{
    size_t low = 0, high = t->n_lines;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (t->starts[mid] > off)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

err_code lsp_text_replace(lsp_text *t, size_t begin, size_t end, str_view with)
{
    assert(begin <= end && end <= t->bytes.len);
    size_t old_len = t->bytes.len;
    /* An upper bound of the new line starts: one after each line end byte, and one at `begin`,
     * where the byte before may be a \r that loses its \n. */
    size_t n_new = 1;
    for (size_t i = 0; i < with.len; i++)
        n_new += with.ptr[i] == '\n' || with.ptr[i] == '\r';
    size_t n_need;
    if (!size_add(&n_need, t->n_lines, n_new))
        return ERR_NOMEM;
    err_code rc = grow(t, n_need);
    if (rc != ERR_OK)
        return rc;
    buf_splice(&t->bytes, begin, end, with);
    rc = buf_failed(&t->bytes);
    if (rc != ERR_OK) {
        t->bytes.failed = ERR_OK; /* the splice did nothing: the text is what it was */
        return rc;
    }
    str_view text = buf_view(&t->bytes);
    /* Starts in [begin, end] are found anew, later ones move. starts[0] is 0 whatever happens. */
    size_t keep = begin == 0 ? 1 : first_start_after(t, begin - 1);
    size_t tail = first_start_after(t, end);
    if (tail < keep)
        tail = keep;
    size_t n_tail = t->n_lines - tail;
    size_t to = t->cap_lines - n_tail; /* out of the way of what is inserted */
    memmove(t->starts + to, t->starts + tail, n_tail * sizeof *t->starts);
    size_t n = keep;
    for (size_t p = begin ? begin : 1; p <= begin + with.len; p++) {
        if (p <= text.len && begins_line(text, p))
            t->starts[n++] = p;
    }
    memmove(t->starts + n, t->starts + to, n_tail * sizeof *t->starts);
    for (size_t i = n; i < n + n_tail; i++)
        t->starts[i] = t->starts[i] - old_len + text.len;
    t->n_lines = n + n_tail;
    return ERR_OK;
}

str_view lsp_text_view(const lsp_text *t)
{
    return buf_view(&t->bytes);
}

str_view lsp_text_line(const lsp_text *t, size_t line)
{
    assert(line < t->n_lines);
    bool last = line + 1 == t->n_lines;
    str_view v =
        str_slice(buf_view(&t->bytes), t->starts[line], last ? t->bytes.len : t->starts[line + 1]);
    if (!last) {
        if (v.ptr[v.len - 1] == '\n')
            v.len--;
        if (v.len && v.ptr[v.len - 1] == '\r')
            v.len--;
    }
    return v;
}

size_t lsp_text_line_of(const lsp_text *t, size_t off_bytes)
{
    return first_start_after(t, off_bytes) - 1;
}

size_t lsp_text_offset(const lsp_text *t, lsp_pos pos, lsp_encoding encoding)
{
    if (pos.line >= t->n_lines)
        return t->bytes.len;
    return t->starts[pos.line] + lsp_pos_to_offset(lsp_text_line(t, pos.line), pos.col, encoding);
}

lsp_pos lsp_text_pos(const lsp_text *t, size_t off_bytes, lsp_encoding encoding)
{
    size_t line = lsp_text_line_of(t, off_bytes);
    return (lsp_pos){(uint32_t)line, lsp_pos_from_offset(lsp_text_line(t, line),
                                                         off_bytes - t->starts[line], encoding)};
}

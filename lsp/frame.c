#include "lsp/frame.h"

#include <string.h>

enum {
    MAX_LINE_BYTES = 8192, /* no client sends a header line near this */
    KEEP_CAP = 1 << 20,    /* a buffer above this is given back once it is empty */
    KEEP_BYTES = 64,       /* of an endless line: enough to hold "Content-Length: <digits>" */
};
/* No pipe carries a message of a terabyte: such a number is a broken header. */
#define MAX_BELIEVED ((size_t)1 << 40)

void lsp_frame_init(lsp_frame_reader *r, size_t max_bytes)
{
    *r = (lsp_frame_reader){.max_bytes = max_bytes};
    buf_init(&r->bytes, (size_t)-1 / 2);
}

void lsp_frame_release(lsp_frame_reader *r)
{
    buf_release(&r->bytes);
}

err_code lsp_frame_feed(lsp_frame_reader *r, str_view bytes)
{
    if (r->begin == r->bytes.len && r->bytes.cap > KEEP_CAP)
        buf_release(&r->bytes); /* one large message must not hold its memory for ever */
    else
        buf_drop_front(&r->bytes, r->begin);
    r->begin = 0;
    buf_append(&r->bytes, bytes);
    return buf_failed(&r->bytes);
}

bool lsp_frame_is_idle(const lsp_frame_reader *r)
{
    return r->begin == r->bytes.len && !r->in_headers && !r->in_body && !r->skipping;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Offset of "content-length:" in `line` in any case, or line.len. Looked for anywhere, so that text
 * which something printed in front of a message does not cost the message. */
static size_t find_length(str_view line)
{
    static const str_view name = {"content-length:", 15};
    for (size_t i = 0; i + name.len <= line.len; i++) {
        size_t n = 0;
        while (n < name.len && lower(line.ptr[i + n]) == name.ptr[n])
            n++;
        if (n == name.len)
            return i;
    }
    return line.len;
}

static bool parse_length(size_t *out, str_view digits)
{
    size_t n = 0;
    digits = str_trim(digits);
    if (digits.len == 0)
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return false;
        n = n * 10 + (size_t)(digits.ptr[i] - '0');
        if (n > MAX_BELIEVED)
            return false;
    }
    *out = n;
    return true;
}

static bool is_header(str_view line)
{
    size_t colon = str_find_byte(line, ':');
    for (size_t i = 0; i < colon; i++)
        if (line.ptr[i] <= ' ' || line.ptr[i] >= 0x7F)
            return false;
    return colon > 0 && colon < line.len;
}

static void header_line(lsp_frame_reader *r, str_view line)
{
    r->in_headers = true;
    size_t at = find_length(line);
    if (at < line.len) {
        r->n_junk += at;
        r->bad_length = !parse_length(&r->n_body, str_slice(line, at + 15, line.len));
        r->has_length = !r->bad_length;
    } else if (!is_header(line)) {
        r->n_junk += line.len;
    }
}

/* The empty line after the headers. */
static lsp_frame_kind header_end(lsp_frame_reader *r)
{
    bool usable = r->has_length;
    bool empty = !r->in_headers;
    r->in_headers = r->has_length = r->bad_length = false;
    if (empty)
        return LSP_FRAME_MORE; /* blank lines between messages harm nobody */
    if (!usable)
        return LSP_FRAME_BAD_HEADER;
    if (r->n_body > r->max_bytes) {
        r->skipping = true;
        r->n_skip = r->n_body;
        r->salvage = (lsp_salvage){0};
    } else {
        r->in_body = true;
    }
    return LSP_FRAME_MORE;
}

static lsp_frame_kind emit(lsp_frame_reader *r, struct lsp_frame *out, lsp_frame_kind kind)
{
    out->n_junk = r->n_junk;
    r->n_junk = 0;
    return kind;
}

/* Takes one header line; false when none is complete. */
static bool next_line(lsp_frame_reader *r, lsp_frame_kind *kind)
{
    str_view left = str_slice(buf_view(&r->bytes), r->begin, r->bytes.len);
    size_t end = r->scanned + str_find_byte(str_slice(left, r->scanned, left.len), '\n');
    if (end >= left.len) {
        r->scanned = left.len;
        if (left.len > MAX_LINE_BYTES) {
            r->n_junk += left.len - KEEP_BYTES;
            r->begin += left.len - KEEP_BYTES;
            r->scanned = KEEP_BYTES;
        }
        return false;
    }
    str_view line = str_slice(left, 0, end);
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    r->begin += end + 1;
    r->scanned = 0;
    *kind = LSP_FRAME_MORE;
    if (line.len == 0)
        *kind = header_end(r);
    else
        header_line(r, line);
    return true;
}

lsp_frame_kind lsp_frame_next(lsp_frame_reader *r, struct lsp_frame *out)
{
    *out = (struct lsp_frame){0};
    for (;;) {
        size_t n_left = r->bytes.len - r->begin;
        if (r->skipping) {
            size_t n = n_left < r->n_skip ? n_left : r->n_skip;
            lsp_salvage_feed(&r->salvage, (str_view){r->bytes.ptr + r->begin, n});
            r->begin += n;
            r->n_skip -= n;
            if (r->n_skip)
                return LSP_FRAME_MORE;
            r->skipping = false;
            out->salvage = &r->salvage;
            out->len = r->n_body;
            return emit(r, out, LSP_FRAME_TOO_LARGE);
        }
        if (r->in_body) {
            if (n_left < r->n_body)
                return LSP_FRAME_MORE;
            out->body = r->bytes.ptr + r->begin;
            out->len = r->n_body;
            r->begin += r->n_body;
            r->in_body = false;
            return emit(r, out, LSP_FRAME_MESSAGE);
        }
        lsp_frame_kind kind;
        if (!next_line(r, &kind))
            return LSP_FRAME_MORE;
        if (kind == LSP_FRAME_BAD_HEADER)
            return emit(r, out, kind);
    }
}

#include "lsp/pos.h"

#include <string.h>

#include "base/utf.h"

/* A valid character that covers `off` begins at most three bytes before it. Undecodable bytes are
 * characters of their own, so that nothing moves there. */
static size_t char_start(str_view line, size_t off)
{
    if (off >= line.len)
        return line.len;
    for (size_t back = 1; back < UTF_MAX_BYTES && back <= off; back++) {
        size_t n_bytes;
        bool valid;
        utf8_decode(str_slice(line, off - back, line.len), &n_bytes, &valid);
        if (valid && n_bytes > back)
            return off - back;
    }
    return off;
}

/* How many of the first `limit` bytes are ASCII before the first that is not, in steps of eight.
 * One byte is one column there in every encoding, which makes minified files of one line cheap. */
static size_t ascii_head(str_view line, size_t limit)
{
    size_t n = 0;
    if (limit > line.len)
        limit = line.len;
    for (uint64_t eight; n + sizeof eight <= limit; n += sizeof eight) {
        memcpy(&eight, line.ptr + n, sizeof eight);
        if (eight & 0x8080808080808080u)
            break;
    }
    return n;
}

size_t lsp_pos_to_offset(str_view line, uint32_t col, lsp_encoding encoding)
{
    if (encoding == LSP_UTF8)
        return char_start(line, col);
    size_t head = ascii_head(line, col);
    str_view rest = str_slice(line, head, line.len);
    size_t left = col - head;
    return head +
           (encoding == LSP_UTF16 ? utf16_to_offset(rest, left) : utf32_to_offset(rest, left));
}

uint32_t lsp_pos_from_offset(str_view line, size_t off_bytes, lsp_encoding encoding)
{
    str_view before = str_slice(line, 0, char_start(line, off_bytes));
    size_t head = ascii_head(before, before.len);
    str_view rest = str_slice(before, head, before.len);
    size_t col = head + (encoding == LSP_UTF8    ? rest.len
                         : encoding == LSP_UTF16 ? utf16_length(rest)
                                                 : utf32_length(rest));
    return col > UINT32_MAX ? UINT32_MAX : (uint32_t)col;
}

const char *lsp_encoding_name(lsp_encoding encoding)
{
    return encoding == LSP_UTF8 ? "utf-8" : encoding == LSP_UTF16 ? "utf-16" : "utf-32";
}

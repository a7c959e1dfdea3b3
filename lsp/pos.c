#include "lsp/pos.h"

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

size_t lsp_pos_to_offset(str_view line, uint32_t col, lsp_encoding encoding)
{
    switch (encoding) {
    case LSP_UTF8: return char_start(line, col);
    case LSP_UTF32: return utf32_to_offset(line, col);
    case LSP_UTF16: break;
    }
    return utf16_to_offset(line, col);
}

uint32_t lsp_pos_from_offset(str_view line, size_t off_bytes, lsp_encoding encoding)
{
    str_view before = str_slice(line, 0, char_start(line, off_bytes));
    size_t col = encoding == LSP_UTF8    ? before.len
                 : encoding == LSP_UTF16 ? utf16_length(before)
                                         : utf32_length(before);
    return col > UINT32_MAX ? UINT32_MAX : (uint32_t)col;
}

const char *lsp_encoding_name(lsp_encoding encoding)
{
    return encoding == LSP_UTF8 ? "utf-8" : encoding == LSP_UTF16 ? "utf-16" : "utf-32";
}

/* Positions and edits: bytes are read as edits of a text; after each, the index is what a scan of
 * the text gives, and every position maps to a character boundary and back. */
#include "base/utf.h"
#include "lsp/text.h"
#include "tests/fuzz/fuzz.h"

static void check_lines(const lsp_text *t)
{
    str_view v = lsp_text_view(t);
    size_t line = 0;
    PROMISE(t->starts[0] == 0);
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] == '\n' || (v.ptr[i] == '\r' && (i + 1 == v.len || v.ptr[i + 1] != '\n'))) {
            line++;
            PROMISE(line < t->n_lines && t->starts[line] == i + 1);
        }
    }
    PROMISE(t->n_lines == line + 1);
}

static void check_pos(const lsp_text *t, lsp_pos pos, lsp_encoding encoding)
{
    size_t off = lsp_text_offset(t, pos, encoding);
    PROMISE(off <= t->bytes.len);
    lsp_pos back = lsp_text_pos(t, off, encoding);
    PROMISE(back.line <= pos.line && (back.line < pos.line || back.col <= pos.col));
    PROMISE(lsp_text_offset(t, back, encoding) == off);
    if (pos.line < t->n_lines) {
        size_t in_line = off - t->starts[pos.line];
        str_view line = lsp_text_line(t, pos.line);
        PROMISE(in_line <= line.len);
        if (utf8_is_valid(line))
            PROMISE(utf8_whole_prefix(str_slice(line, 0, in_line)) == in_line);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lsp_text t;
    PROMISE(lsp_text_init(&t, 2048) == ERR_OK);
    /* Each edit: encoding, four bytes of range, length of the text, the text. */
    while (size >= 6) {
        lsp_encoding encoding = (lsp_encoding)(data[0] % 3);
        lsp_pos start = {data[1], data[2]}, end = {data[3], data[4]};
        size_t n = data[5] < size - 6 ? data[5] : size - 6;
        size_t a = lsp_text_offset(&t, start, encoding), b = lsp_text_offset(&t, end, encoding);
        size_t old_len = t.bytes.len, begin = a < b ? a : b, stop = a < b ? b : a;
        err_code rc = lsp_text_replace(&t, begin, stop, (str_view){(const char *)data + 6, n});
        PROMISE(rc == ERR_OK || rc == ERR_RANGE);
        PROMISE(t.bytes.len == (rc == ERR_OK ? old_len - (stop - begin) + n : old_len));
        check_lines(&t);
        for (int e = LSP_UTF8; e <= LSP_UTF32; e++) {
            check_pos(&t, start, (lsp_encoding)e);
            check_pos(&t, end, (lsp_encoding)e);
        }
        data += 6 + n;
        size -= 6 + n;
    }
    lsp_text_release(&t);
    return 0;
}

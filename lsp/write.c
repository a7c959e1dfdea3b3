#include "lsp/write.h"

#include "base/utf.h"

/* Replies are small; this only stops a runaway. */
#define MAX_MESSAGE_BYTES ((size_t)64 << 20)

void lsp_write_init(lsp_writer *w)
{
    *w = (lsp_writer){.comma = false};
    buf_init(&w->out, MAX_MESSAGE_BYTES);
}

void lsp_write_release(lsp_writer *w)
{
    buf_release(&w->out);
}

static void value_begin(lsp_writer *w)
{
    if (w->comma)
        buf_append_byte(&w->out, ',');
    w->comma = true;
}

static void open(lsp_writer *w, char c)
{
    value_begin(w);
    buf_append_byte(&w->out, c);
    w->comma = false;
}

static void close(lsp_writer *w, char c)
{
    buf_append_byte(&w->out, c);
    w->comma = true;
}

void lsp_write_object_begin(lsp_writer *w)
{
    open(w, '{');
}

void lsp_write_object_end(lsp_writer *w)
{
    close(w, '}');
}

void lsp_write_array_begin(lsp_writer *w)
{
    open(w, '[');
}

void lsp_write_array_end(lsp_writer *w)
{
    close(w, ']');
}

void lsp_write_key(lsp_writer *w, const char *key)
{
    value_begin(w);
    buf_append_format(&w->out, "\"%s\":", key);
    w->comma = false;
}

void lsp_write_str(lsp_writer *w, str_view v)
{
    value_begin(w);
    buf_append_byte(&w->out, '"');
    size_t begin = 0; /* of the bytes that need no change */
    for (size_t i = 0; i < v.len;) {
        unsigned char c = (unsigned char)v.ptr[i];
        size_t n_bytes = 1;
        bool valid = true;
        if (c >= 0x80)
            utf8_decode(str_slice(v, i, v.len), &n_bytes, &valid);
        if (valid && c >= 0x20 && c != '"' && c != '\\') {
            i += n_bytes;
            continue;
        }
        buf_append(&w->out, str_slice(v, begin, i));
        if (!valid)
            buf_append(&w->out, STR("\\ufffd"));
        else if (c == '"' || c == '\\')
            buf_append_format(&w->out, "\\%c", c);
        else if (c == '\n')
            buf_append(&w->out, STR("\\n"));
        else
            buf_append_format(&w->out, "\\u%04x", c);
        i += n_bytes;
        begin = i;
    }
    buf_append(&w->out, str_slice(v, begin, v.len));
    buf_append_byte(&w->out, '"');
}

void lsp_write_int(lsp_writer *w, int64_t v)
{
    value_begin(w);
    buf_append_format(&w->out, "%lld", (long long)v);
}

void lsp_write_bool(lsp_writer *w, bool v)
{
    lsp_write_raw(w, v ? STR("true") : STR("false"));
}

void lsp_write_null(lsp_writer *w)
{
    lsp_write_raw(w, STR("null"));
}

void lsp_write_raw(lsp_writer *w, str_view json)
{
    value_begin(w);
    buf_append(&w->out, json);
}

static void write_pos(lsp_writer *w, lsp_pos pos)
{
    lsp_write_object_begin(w);
    lsp_write_member_int(w, "line", pos.line);
    lsp_write_member_int(w, "character", pos.col);
    lsp_write_object_end(w);
}

void lsp_write_range(lsp_writer *w, lsp_range range)
{
    lsp_write_object_begin(w);
    lsp_write_key(w, "start");
    write_pos(w, range.start);
    lsp_write_key(w, "end");
    write_pos(w, range.end);
    lsp_write_object_end(w);
}

void lsp_write_member_str(lsp_writer *w, const char *key, str_view v)
{
    lsp_write_key(w, key);
    lsp_write_str(w, v);
}

void lsp_write_member_int(lsp_writer *w, const char *key, int64_t v)
{
    lsp_write_key(w, key);
    lsp_write_int(w, v);
}

void lsp_write_member_bool(lsp_writer *w, const char *key, bool v)
{
    lsp_write_key(w, key);
    lsp_write_bool(w, v);
}

void lsp_write_text_edit(lsp_writer *w, lsp_range range, str_view text)
{
    lsp_write_object_begin(w);
    lsp_write_key(w, "range");
    lsp_write_range(w, range);
    lsp_write_member_str(w, "newText", text);
    lsp_write_object_end(w);
}

void lsp_write_changes_begin(lsp_writer *w)
{
    lsp_write_key(w, "edit");
    lsp_write_object_begin(w);
    lsp_write_key(w, "changes");
    lsp_write_object_begin(w);
}

void lsp_write_changes_end(lsp_writer *w)
{
    lsp_write_object_end(w);
    lsp_write_object_end(w);
}

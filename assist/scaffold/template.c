#include "assist/scaffold/template.h"

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const template_slot *slot_at(str_view text, const template_slot *slots, size_t n)
{
    size_t end = 1;
    while (end < text.len && is_name_byte(text.ptr[end]))
        end++;
    if (end == 1 || end >= text.len || text.ptr[end] != '@')
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (str_eq(str_slice(text, 1, end), str_of(slots[i].name)))
            return &slots[i];
    }
    return NULL;
}

void scaf__fill(emit_out *o, const char *text, const template_slot *slots, size_t n, bool typed)
{
    str_view rest = str_of(text);
    bool skip = false;
    for (size_t i = 0; i < rest.len;) {
        str_view here = str_slice(rest, i, rest.len);
        if (str_starts(here, STR("<:")) || (!skip && str_starts(here, STR(":>")))) {
            skip = here.ptr[0] == '<' && !typed;
            i += 2;
        } else if (skip) {
            size_t end = str_find(here, STR(":>"));
            skip = false;
            i += end + 2;
        } else if (here.ptr[0] == '@') {
            const template_slot *slot = slot_at(here, slots, n);
            buf_append(o->b, slot ? slot->text : STR("@"));
            i += slot ? strlen(slot->name) + 2 : 1;
        } else {
            size_t k = 1;
            while (k < here.len && here.ptr[k] != '<' && here.ptr[k] != ':' && here.ptr[k] != '@')
                k++;
            buf_append(o->b, str_slice(here, 0, k));
            i += k;
        }
    }
}

void scaf__fill_part(emit_out *o, void *part)
{
    const template_part *p = part;
    for (size_t i = 0; i < sizeof p->texts / sizeof *p->texts && p->texts[i]; i++)
        scaf__fill(o, p->texts[i], p->slots, p->n, p->typed);
}

void scaf__fill_block(emit_out *o, const char *text, const template_slot *slots, size_t n)
{
    template_part part = {slots, n, false, {text, NULL, NULL}};
    str_view filled = scaf__captured(o, scaf__fill_part, &part);
    scaf__block(o, filled.ptr ? filled.ptr : "");
}

const char *scaf__html(emit_out *o, str_view v)
{
    buf b;
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        const char *entity = c == '<'    ? "&lt;"
                             : c == '>'  ? "&gt;"
                             : c == '&'  ? "&amp;"
                             : c == '"'  ? "&quot;"
                             : c == '\'' ? "&#39;"
                                         : NULL;
        buf_append(&b, entity ? str_of(entity) : (str_view){&v.ptr[i], 1});
    }
    const char *out = arena_copy_z(o->a, buf_view(&b));
    buf_release(&b);
    return out ? out : "";
}

str_view scaf__captured(emit_out *o, void (*write)(emit_out *o, void *user), void *user)
{
    buf *real = o->b, b;
    buf_init(&b, real->max_bytes);
    o->b = &b;
    write(o, user);
    o->b = real;
    if (buf_failed(&b) != ERR_OK)
        o->a->failed = true;
    str_view out = arena_copy(o->a, buf_view(&b));
    buf_release(&b);
    return out;
}

#include "assist/scaffold/sample.h"

#include "base/utf.h"

static void write_string(buf *b, str_view v)
{
    buf_append_byte(b, '"');
    for (size_t i = 0, step; i < v.len; i += step) {
        uint32_t c = utf8_decode(str_slice(v, i, v.len), &step, NULL);
        bool treacherous = c < 0x20 || (c >= 0x7f && c < 0xA0) || c == 0xAD || c == 0x61C ||
                           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
                           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == '<' ||
                           (c >= 0xFFF9 && c <= 0xFFFB);
        if (c == '"' || c == '\\') {
            buf_append_byte(b, '\\');
            buf_append_byte(b, (char)c);
        } else if (treacherous) {
            buf_append_format(b, "\\u%04x", (unsigned)c);
        } else {
            char raw[UTF_MAX_BYTES];
            buf_append(b, (str_view){raw, utf8_encode(raw, c)});
        }
    }
    buf_append_byte(b, '"');
}

const char *scaf__sample_text(emit_out *o, str_view v)
{
    buf b;
    buf_init(&b, SIZE_MAX);
    write_string(&b, v);
    const char *out = arena_copy_z(o->a, buf_view(&b));
    buf_release(&b);
    return out ? out : "";
}

static void write_value(buf *b, const tape_value *values, uint32_t index)
{
    const tape_value *v = &values[index];
    uint32_t at = index + 1;
    bool more = false;
    switch ((tape_kind)v->kind) {
    case TAPE_NULL: buf_append(b, STR("null")); break;
    case TAPE_FALSE: buf_append(b, STR("false")); break;
    case TAPE_TRUE: buf_append(b, STR("true")); break;
    case TAPE_NUMBER: buf_append(b, tape_text(v)); break;
    case TAPE_STRING: write_string(b, tape_text(v)); break;
    case TAPE_ARRAY:
        buf_append_byte(b, '[');
        for (uint32_t i = 0; i < v->n && b->len < SAMPLE_BYTES; i++, at = values[at].next) {
            if (i)
                buf_append_byte(b, ',');
            write_value(b, values, at);
        }
        buf_append_byte(b, ']');
        break;
    case TAPE_OBJECT:
        buf_append_byte(b, '{');
        /* Objects of so many keys are maps: they may be cut, and searching them would be slow. */
        for (uint32_t i = 0; i < v->n && (i < SHAPE_MAX_KEYS || b->len < SAMPLE_BYTES); i++) {
            /* The last of equal keys holds; only it is written. */
            str_view key = tape_text(&values[at]);
            uint32_t value = values[at].next;
            if (v->n > SHAPE_MAX_KEYS || scaf__tape_get(values, index, key) == &values[value]) {
                if (more)
                    buf_append_byte(b, ',');
                more = true;
                write_string(b, key);
                buf_append_byte(b, ':');
                write_value(b, values, value);
            }
            at = values[value].next;
        }
        buf_append_byte(b, '}');
        break;
    }
}

/* Objects are never cut, so one may be far too long; then it is as if it had not been there. */
static void drop_if_long(buf *text, size_t begin)
{
    if (text->len > 4 * (size_t)SAMPLE_BYTES)
        buf_splice(text, begin, text->len, STR(""));
}

void scaf__sample_keep(buf *text, const tape_value *values, uint32_t index)
{
    size_t begin = text->len;
    if (begin >= SAMPLE_BYTES)
        return;
    write_value(text, values, index);
    buf_append_byte(text, '\n');
    drop_if_long(text, begin);
}

void scaf__sample_begin_list(buf *text)
{
    buf_append_byte(text, '[');
}

void scaf__sample_keep_item(buf *text, const tape_value *values, uint32_t index)
{
    size_t begin = text->len;
    if (begin >= SAMPLE_BYTES || buf_failed(text) != ERR_OK)
        return;
    if (text->ptr[begin - 1] != '[')
        buf_append_byte(text, ',');
    write_value(text, values, index);
    drop_if_long(text, begin);
}

void scaf__sample_end_list(buf *text)
{
    buf_append(text, STR("]\n"));
}

rows_info scaf__rows(const emit_out *o)
{
    const schema *s = o->s;
    const schema_type *root = s->root.type;
    rows_info r = {ROWS_ONE, s->root, o->name_words};
    if (s->row_key.len) {
        r.shape = ROWS_ENVELOPE;
        for (uint32_t i = 0; i < root->n_fields; i++) {
            if (str_eq(root->fields[i].key, s->row_key))
                r.type = root->fields[i].ref.type->items[0];
        }
    } else if (root->kind == KIND_ARRAY) {
        r.shape = ROWS_LIST;
        r.type = root->items[0];
    } else if (root->kind == KIND_MAP) {
        r.shape = ROWS_MAP;
        r.type = root->items[0];
    } else if (s->n_samples > 1) {
        r.shape = ROWS_LIST;
    }
    if (r.shape != ROWS_ONE || r.type.type->kind == KIND_RECORD)
        r.words = scaf__singular(o->a, r.type.type->words.len ? r.type.type->words : o->name_words);
    return r;
}

str_view scaf__sample_whole(emit_out *o)
{
    str_view rest = o->s->sample, first = str_take_line(&rest);
    rows_info rows = scaf__rows(o);
    bool several = o->s->n_samples > 1 && rows.shape == ROWS_LIST;
    if (!several || !first.len)
        return first;
    buf b;
    bool each_is_list = o->s->root.type->kind == KIND_ARRAY;
    buf_init(&b, 16 * (size_t)SAMPLE_BYTES);
    buf_append_byte(&b, '[');
    for (str_view line = first; line.len; line = str_take_line(&rest)) {
        if (each_is_list)
            line = str_slice(line, 1, line.len - 1);
        if (line.len && b.len > 1)
            buf_append_byte(&b, ',');
        buf_append(&b, line);
    }
    buf_append_byte(&b, ']');
    str_view out = arena_copy(o->a, buf_view(&b));
    buf_release(&b);
    return out;
}

/* The sample read again, to walk its rows. */
typedef struct {
    arena strings;
    tape_reader r;
    uint32_t at; /* of the next row, of its key in a map */
    size_t n_left;
    bool map;
} row_walk;

static void walk_begin(row_walk *w, emit_out *o)
{
    rows_info rows = scaf__rows(o);
    str_view whole = scaf__sample_whole(o);
    *w = (row_walk){.map = rows.shape == ROWS_MAP};
    arena_init(&w->strings, SIZE_MAX);
    scaf__tape_init(&w->r, whole, &w->strings);
    if (!whole.len || scaf__tape_read(&w->r, NULL) != ERR_OK)
        return;
    const tape_value *v = w->r.values;
    const tape_value *holder = rows.shape == ROWS_ENVELOPE && v->kind == TAPE_OBJECT
                                   ? scaf__tape_get(v, 0, o->s->row_key)
                                   : v;
    if (!holder)
        return;
    w->at = (uint32_t)(holder - v) + (rows.shape != ROWS_ONE);
    w->n_left = rows.shape == ROWS_ONE                                ? 1
                : holder->kind == (w->map ? TAPE_OBJECT : TAPE_ARRAY) ? holder->n
                                                                      : 0;
}

/* The index of the next row; its key too in a map. Only while n_left > 0. */
static uint32_t walk_next(row_walk *w, str_view *key)
{
    *key = (str_view){NULL, 0};
    if (w->map) {
        *key = tape_text(&w->r.values[w->at]);
        w->at = w->r.values[w->at].next;
    }
    uint32_t row = w->at;
    w->at = w->r.values[row].next;
    w->n_left--;
    return row;
}

static void walk_end(row_walk *w)
{
    scaf__tape_release(&w->r);
    arena_release(&w->strings);
}

str_view *scaf__sample_rows(emit_out *o, size_t max, size_t *n, str_view **keys)
{
    row_walk w;
    buf b;
    *n = 0;
    buf_init(&b, 16 * (size_t)SAMPLE_BYTES);
    walk_begin(&w, o);
    size_t count = w.n_left < max ? w.n_left : max;
    str_view *out = ARENA_ARRAY(o->a, str_view, count + 1);
    str_view *names = ARENA_ARRAY(o->a, str_view, count + 1);
    for (size_t i = 0; out && names && i < count; i++) {
        str_view key;
        buf_clear(&b);
        write_value(&b, w.r.values, walk_next(&w, &key));
        names[i] = arena_copy(o->a, key);
        out[(*n)++] = arena_copy(o->a, buf_view(&b));
    }
    if (keys)
        *keys = names;
    walk_end(&w);
    buf_release(&b);
    return out;
}

bool scaf__rows_differ(emit_out *o, const schema_field *f)
{
    row_walk w;
    name_scope seen;
    if (f->unique)
        return true;
    if (f->optional || f->ref.nullable)
        return false;
    walk_begin(&w, o);
    /* The sample may have been cut, or the same records may be elsewhere too. */
    bool differ = w.n_left == f->n_objects && w.n_left > 0;
    scaf__scope_init(&seen, &w.strings, "", false);
    while (differ && w.n_left) {
        str_view key;
        uint32_t row = walk_next(&w, &key);
        const tape_value *v =
            w.r.values[row].kind == TAPE_OBJECT ? scaf__tape_get(w.r.values, row, f->key) : NULL;
        differ = v && (v->kind == TAPE_STRING || v->kind == TAPE_NUMBER) &&
                 str_eq(scaf__scope_claim(&seen, tape_text(v)), tape_text(v));
    }
    walk_end(&w);
    return differ;
}

str_view scaf__sample_member(emit_out *o, str_view key)
{
    str_view out = {NULL, 0};
    arena strings;
    tape_reader r;
    buf b;
    arena_init(&strings, SIZE_MAX);
    buf_init(&b, 16 * (size_t)SAMPLE_BYTES);
    scaf__tape_init(&r, scaf__sample_whole(o), &strings);
    if (r.text.len && scaf__tape_read(&r, NULL) == ERR_OK && r.values[0].kind == TAPE_OBJECT) {
        const tape_value *v = scaf__tape_get(r.values, 0, key);
        if (v)
            write_value(&b, r.values, (uint32_t)(v - r.values));
        out = arena_copy(o->a, buf_view(&b));
    }
    scaf__tape_release(&r);
    arena_release(&strings);
    buf_release(&b);
    return out;
}

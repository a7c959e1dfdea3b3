#include "assist/scaffold/lists.h"

#include <stdlib.h>

static bool is_list_of_records(const schema_field *f)
{
    const schema_type *t = f->ref.type;
    return !f->optional && !f->ref.nullable && t->kind == KIND_ARRAY && !t->items[0].nullable &&
           t->items[0].type->kind == KIND_RECORD && t->items[0].type->n_fields;
}

size_t scaf__lists(const schema *s, const schema_field **out)
{
    const schema_type *root = s->root.type;
    bool lists = root->kind == KIND_RECORD && !s->row_key.len && s->n_samples == 1 &&
                 root->n_fields > 1 && root->n_fields <= LISTS_MAX;
    for (uint32_t i = 0; lists && i < root->n_fields; i++)
        lists = is_list_of_records(&root->fields[i]);
    for (uint32_t i = 0; lists && out && i < root->n_fields; i++)
        out[i] = &root->fields[i];
    return lists ? root->n_fields : 0;
}

static void look_below(const schema_type *t, str_view path, int depth, arena *a, str_view *best,
                       uint64_t *n)
{
    enum { MAX_DEPTH = 4 };
    for (uint32_t i = 0; i < t->n_fields && depth < MAX_DEPTH; i++) {
        const schema_field *f = &t->fields[i];
        const schema_type *inner = f->ref.type;
        if (!scaf__is_plain(f->key))
            continue;
        str_view here = arena_format(a, "%.*s/%.*s", STR_ARG(path), STR_ARG(f->key));
        uint64_t seen = is_list_of_records(f) ? inner->items[0].type->n_objects : 0;
        if (seen > *n) {
            *n = seen;
            *best = here;
        }
        if (inner->kind == KIND_RECORD && !f->optional)
            look_below(inner, here, depth + 1, a, best, n);
    }
}

str_view scaf__lists_below(const schema *s, arena *a, uint64_t *n)
{
    enum { MAX_BESIDE = 4 }; /* more members, and it is a thing of its own */
    str_view best = {NULL, 0};
    const schema_type *root = s->root.type;
    *n = 1;
    if (root->kind == KIND_RECORD && s->n_samples == 1 && !s->row_key.len &&
        root->n_fields <= MAX_BESIDE + 1 && !scaf__lists(s, NULL))
        look_below(root, STR(""), 0, a, &best, n);
    return best;
}

void scaf__lists_open(lists_sample *s, emit_out *o)
{
    arena_init(&s->a, SIZE_MAX);
    scaf__tape_init(&s->r, scaf__sample_whole(o), &s->a);
    s->whole = s->r.text.len && s->r.text.len < SAMPLE_BYTES &&
               scaf__tape_read(&s->r, NULL) == ERR_OK && s->r.values[0].kind == TAPE_OBJECT;
}

void scaf__lists_close(lists_sample *s)
{
    scaf__tape_release(&s->r);
    arena_release(&s->a);
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const str_view *)a, *(const str_view *)b);
}

/* The values of a key in the records of a list, those that are null or absent left out. */
static str_view *values_of(lists_sample *s, str_view list, str_view key, size_t *n)
{
    const tape_value *v = s->r.values, *rows = s->whole ? scaf__tape_get(v, 0, list) : NULL;
    *n = 0;
    if (!rows || rows->kind != TAPE_ARRAY)
        return NULL;
    str_view *out = ARENA_ARRAY(&s->a, str_view, rows->n + 1);
    uint32_t at = (uint32_t)(rows - v) + 1;
    for (uint32_t i = 0; out && i < rows->n; i++, at = v[at].next) {
        const tape_value *is = v[at].kind == TAPE_OBJECT ? scaf__tape_get(v, at, key) : NULL;
        if (is && (is->kind == TAPE_STRING || is->kind == TAPE_NUMBER))
            out[(*n)++] = tape_text(is);
    }
    return out;
}

bool scaf__is_id(str_view words)
{
    static const char *const ids[] = {"id", "uuid", "guid", "key", "slug"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        if (str_eq(words, str_of(ids[i])))
            return true;
    }
    return false;
}

bool scaf__list_differs(lists_sample *s, str_view list, const schema_field *f)
{
    size_t n = 0;
    if (f->optional || f->ref.nullable)
        return false;
    str_view *values = values_of(s, list, f->key, &n);
    bool differ = values && n;
    if (differ)
        qsort(values, n, sizeof *values, by_text);
    for (size_t i = 1; i < n && differ; i++)
        differ = !str_eq(values[i - 1], values[i]);
    return differ;
}

static bool speaks_of(arena *a, const schema_field *f, str_view list, const schema_field *key)
{
    str_view words = f->words, tail = arena_format(a, " %.*s", STR_ARG(key->words));
    if (!str_ends(words, tail))
        return false;
    words = str_slice(words, 0, words.len - tail.len);
    str_view many = scaf__words(a, list), one = scaf__singular(a, many);
    return str_eq(words, one) || str_eq(words, many);
}

bool scaf__list_refers(lists_sample *s, str_view list, const schema_field *f, str_view other,
                       const schema_field *key)
{
    size_t n, n_keys;
    if (f->ref.type->kind != key->ref.type->kind || !speaks_of(&s->a, f, other, key))
        return false;
    str_view *values = values_of(s, list, f->key, &n);
    str_view *keys = values_of(s, other, key->key, &n_keys);
    if (!values || !keys || !n)
        return false;
    qsort(keys, n_keys, sizeof *keys, by_text);
    for (size_t i = 0; i < n; i++) {
        if (!bsearch(&values[i], keys, n_keys, sizeof *keys, by_text))
            return false;
    }
    return true;
}

/* The field that tells the records of a list apart; NULL: none does. */
static const schema_field *key_of(lists_sample *s, const schema_field *list)
{
    const schema_type *row = list->ref.type->items[0].type;
    for (uint32_t i = 0; i < row->n_fields; i++) {
        const schema_field *f = &row->fields[i];
        bool scalar = f->ref.type->kind == KIND_INT || f->ref.type->kind == KIND_STRING;
        if (scalar && scaf__is_id(f->words) && scaf__list_differs(s, list->key, f))
            return f;
    }
    return NULL;
}

void scaf__lists_link(emit_out *o)
{
    const schema_field *lists[LISTS_MAX], *keys[LISTS_MAX];
    size_t n = scaf__lists(o->s, lists);
    lists_sample s;
    if (!n)
        return;
    scaf__lists_open(&s, o);
    for (size_t i = 0; i < n; i++)
        keys[i] = key_of(&s, lists[i]);
    for (size_t i = 0; s.whole && i < n; i++) {
        schema_type *row = lists[i]->ref.type->items[0].type;
        for (uint32_t k = 0; k < row->n_fields; k++) {
            for (size_t t = 0; t < n && !row->fields[k].refers.len; t++) {
                if (t != i && keys[t] &&
                    scaf__list_refers(&s, lists[i]->key, &row->fields[k], lists[t]->key, keys[t]))
                    row->fields[k].refers = arena_format(o->a, "%.*s.%.*s", STR_ARG(lists[t]->key),
                                                         STR_ARG(keys[t]->key));
            }
        }
    }
    scaf__lists_close(&s);
}

/* A sample that is nothing but lists of records: each a table, and which refers to which. */
#include "assist/scaffold/sql_internal.h"

#include <stdlib.h>

static bool is_list_of_records(const schema_field *f)
{
    const schema_type *t = f->ref.type;
    return !f->optional && !f->ref.nullable && t->kind == KIND_ARRAY && !t->items[0].nullable &&
           t->items[0].type->kind == KIND_RECORD && t->items[0].type->n_fields;
}

size_t scaf__sql_lists(const emit_out *o, const schema_field **out)
{
    const schema_type *root = o->s->root.type;
    bool lists = root->kind == KIND_RECORD && !o->s->row_key.len && o->s->n_samples == 1 &&
                 root->n_fields > 1 && root->n_fields <= SQL_TABLES;
    for (uint32_t i = 0; lists && i < root->n_fields; i++)
        lists = is_list_of_records(&root->fields[i]);
    for (uint32_t i = 0; lists && out && i < root->n_fields; i++)
        out[i] = &root->fields[i];
    return lists ? root->n_fields : 0;
}

/* --- references --- */

typedef struct {
    tape_reader r;
    arena a;
} sample;

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const str_view *)a, *(const str_view *)b);
}

/* The values of a key in the rows of a list, those that are null or absent left out. */
static str_view *values_of(sample *s, str_view list, str_view key, size_t *n)
{
    const tape_value *v = s->r.values, *rows = scaf__tape_get(v, 0, list);
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

static void open_sample(sample *s, emit_out *o)
{
    arena_init(&s->a, SIZE_MAX);
    scaf__tape_init(&s->r, scaf__sample_whole(o), &s->a);
}

/* False when it was cut: nothing is proven by a part. */
static bool read_sample(sample *s)
{
    return s->r.text.len && s->r.text.len < SAMPLE_BYTES &&
           scaf__tape_read(&s->r, NULL) == ERR_OK && s->r.values[0].kind == TAPE_OBJECT;
}

static void close_sample(sample *s)
{
    scaf__tape_release(&s->r);
    arena_release(&s->a);
}

bool scaf__sql_list_differs(emit_out *o, const schema_field *list, const schema_field *f)
{
    sample s;
    size_t n = 0;
    open_sample(&s, o);
    bool differ = !f->optional && !f->ref.nullable && read_sample(&s);
    str_view *values = differ ? values_of(&s, list->key, f->key, &n) : NULL;
    differ = values && n;
    if (differ)
        qsort(values, n, sizeof *values, by_text);
    for (size_t i = 1; i < n && differ; i++)
        differ = !str_eq(values[i - 1], values[i]);
    close_sample(&s);
    return differ;
}

/* As "user id" does of "users". */
static bool speaks_of(sql *q, const schema_field *f, const sql *to)
{
    arena *a = q->o->a;
    str_view words = f->words, key = to->key->words;
    str_view tail = arena_format(a, " %.*s", STR_ARG(key));
    if (!str_ends(words, tail))
        return false;
    words = str_slice(words, 0, words.len - tail.len);
    str_view one = scaf__singular(a, scaf__words(a, to->source_key));
    return str_eq(words, one) || str_eq(words, scaf__words(a, to->source_key));
}

static const sql *refers_to(sample *s, sql *q, const schema_field *f, const sql *to)
{
    size_t n, n_keys;
    if (to == q || !to->key || !speaks_of(q, f, to) ||
        strcmp(scaf__sql_type_of(q, f), scaf__sql_type_of(to, to->key)) != 0)
        return NULL;
    str_view *values = values_of(s, q->source_key, f->key, &n);
    str_view *keys = values_of(s, to->source_key, to->key->key, &n_keys);
    if (!values || !keys || !n)
        return NULL;
    qsort(keys, n_keys, sizeof *keys, by_text);
    for (size_t i = 0; i < n; i++) {
        if (!bsearch(&values[i], keys, n_keys, sizeof *keys, by_text))
            return NULL;
    }
    return to;
}

/* Whether all that q refers to is among the first n. */
static bool stands_on(const sql *q, sql *const *tables, size_t n, bool give_up)
{
    bool all = true;
    for (uint32_t i = 0; i < q->row->n_fields; i++) {
        bool found = !q->refers[i];
        for (size_t k = 0; k < n && !found; k++)
            found = tables[k] == q->refers[i];
        all = all && found;
        if (!found && give_up)
            q->refers[i] = NULL;
    }
    return all;
}

/* What is referred to comes first; in a circle one reference is given up. */
static void sort_tables(sql **tables, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t next = i;
        while (next < n && !stands_on(tables[next], tables, i, false))
            next++;
        if (next == n) {
            next = i;
            (void)stands_on(tables[i], tables, i, true);
        }
        sql *q = tables[next];
        memmove(&tables[i + 1], &tables[i], (next - i) * sizeof(sql *));
        tables[i] = q;
    }
}

void scaf__sql_find_references(sql **tables, size_t n)
{
    emit_out *o = tables[0]->o;
    sample s;
    open_sample(&s, o);
    bool whole = read_sample(&s);
    for (size_t i = 0; i < n; i++) {
        tables[i]->refers = ARENA_ARRAY(o->a, const sql *, tables[i]->row->n_fields + 1);
        if (!tables[i]->refers)
            goto done;
    }
    for (size_t i = 0; whole && i < n; i++) {
        sql *q = tables[i];
        for (uint32_t k = 0; k < q->row->n_fields; k++) {
            for (size_t t = 0; t < n && !q->refers[k]; t++)
                q->refers[k] = refers_to(&s, q, &q->row->fields[k], tables[t]);
        }
    }
    sort_tables(tables, n);
done:
    close_sample(&s);
}

/* Tables of several lists: which refers to which, and which comes first. */
#include "assist/scaffold/lists.h"
#include "assist/scaffold/sql_internal.h"

static const sql *refers_to(lists_sample *s, sql *q, const schema_field *f, const sql *to)
{
    bool can =
        to != q && to->key && strcmp(scaf__sql_type_of(q, f), scaf__sql_type_of(to, to->key)) == 0;
    return can && scaf__list_refers(s, q->source_key, f, to->source_key, to->key) ? to : NULL;
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
    lists_sample s;
    scaf__lists_open(&s, o);
    for (size_t i = 0; i < n; i++) {
        tables[i]->refers = ARENA_ARRAY(o->a, const sql *, tables[i]->row->n_fields + 1);
        if (!tables[i]->refers)
            goto done;
    }
    for (size_t i = 0; s.whole && i < n; i++) {
        sql *q = tables[i];
        for (uint32_t k = 0; k < q->row->n_fields; k++) {
            for (size_t t = 0; t < n && !q->refers[k]; t++)
                q->refers[k] = refers_to(&s, q, &q->row->fields[k], tables[t]);
        }
    }
    sort_tables(tables, n);
done:
    scaf__lists_close(&s);
}

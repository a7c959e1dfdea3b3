/* How well a few records tell of the others: the types that the first of them give are tried on
 * the rest. */
#include "assist/scaffold/sample.h"
#include "assist/scaffold/targets.h"

enum { MAX_ROWS = 3000, MIN_OTHERS = 3, TEXT_BYTES = 16 << 20 };

/* The rows as one array on a tape; false when there are too few. */
static bool read_rows(emit_out *o, tape_reader *r, buf *text)
{
    size_t n = 0;
    str_view *rows = scaf__sample_rows(o, MAX_ROWS, &n, NULL);
    buf_append_byte(text, '[');
    for (size_t i = 0; i < n; i++) {
        buf_append(text, i ? STR(",") : STR(""));
        buf_append(text, rows[i]);
    }
    buf_append_byte(text, ']');
    if (n < 1 + MIN_OTHERS || buf_failed(text) != ERR_OK)
        return false;
    scaf__tape_init(r, buf_view(text), o->a);
    if (scaf__tape_read(r, NULL) == ERR_OK)
        return true;
    scaf__tape_release(r);
    return false;
}

/* Counts those of the rows behind the first `n` that their types take; *why says what is wrong with
 * the first that they do not. False when out of memory. */
static bool try_first(const tape_value *v, uint32_t n, uint32_t *accepted, err *why)
{
    arena a;
    shape_set shapes;
    schema s;
    static const schema_options options = {.name = {"row", 3}};
    uint32_t at = 1;
    arena_init(&a, SIZE_MAX);
    err_code rc = scaf__shapes_init(&shapes, &a);
    for (uint32_t i = 0; i < n && rc == ERR_OK; i++, at = v[at].next)
        rc = scaf__shapes_add(&shapes, v, at);
    if (rc == ERR_OK)
        rc = scaf__schema_build(&s, &shapes, &options, &a, NULL);
    *accepted = 0;
    for (uint32_t i = n; i < v[0].n && rc == ERR_OK; i++, at = v[at].next)
        *accepted += scaf__schema_accepts(&s, v, at, why->text[0] ? NULL : why);
    arena_release(&a);
    return rc == ERR_OK;
}

void scaf__emit_holdout(emit_out *o)
{
    static const uint32_t sizes[] = {1, 3, 10, 100};
    tape_reader r;
    buf text;
    buf_init(&text, TEXT_BYTES);
    if (read_rows(o, &r, &text)) {
        uint32_t all = r.values[0].n;
        scaf__blank(o);
        scaf__line(o,
                   "Self-check on %u records: how many of the others fit what the first ones "
                   "tell",
                   all);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            uint32_t accepted = 0, others = all - sizes[i];
            err why = {{0}};
            if (sizes[i] + MIN_OTHERS > all || !try_first(r.values, sizes[i], &accepted, &why))
                break;
            scaf__line(o, "  first %u: %.1f %% of %u%s%s", sizes[i], 100.0 * accepted / others,
                       others, why.text[0] ? "; the first that does not: " : "",
                       scaf__comment(o, str_of(why.text)));
        }
        scaf__tape_release(&r);
    }
    buf_release(&text);
}

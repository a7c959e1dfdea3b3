/* Inference against known truth: a random schema, instances of it, inference, comparison. Precision
 * and recall over many seeds, for each thing that a sample does not say outright: optional, null,
 * enum, map, union, tag. Prints the figures; fails below 95 %. */
#include "assist/scaffold/schema.h"
#include "base/buf.h"
#include "base/hash.h"
#include "tests/unit/test.h"

enum { N_SEEDS = 400, MIN_RECORDS = 25, MAX_RECORDS = 100, MAX_FIELDS = 12 };

typedef enum {
    T_INT,
    T_NUMBER,
    T_TEXT,
    T_ENUM,
    T_BOOL,
    T_DATE,
    T_MAP,
    T_RECORD,
    T_LIST,
    T_UNION,
    T_TAGGED,
    T_N
} truth_kind;

typedef struct {
    truth_kind kind;
    bool optional, nullable;
    unsigned variety; /* of enum values, map keys, arms */
    bool dated;       /* map keys are dates */
    const char *tag;
} truth_field;

typedef struct {
    uint64_t state;
    truth_field fields[MAX_FIELDS];
    unsigned n;
} truth;

static unsigned roll(truth *t, unsigned n)
{
    t->state += UINT64_C(0x9E3779B97F4A7C15);
    return (unsigned)(hash_u64(t->state) % n);
}

static void make_schema(truth *t)
{
    static const char *const tags[] = {"type", "kind", "event", "shape", "flavour", "entry"};
    t->n = 4 + roll(t, MAX_FIELDS - 4);
    for (unsigned i = 0; i < t->n; i++) {
        truth_field *f = &t->fields[i];
        *f = (truth_field){.kind = (truth_kind)roll(t, T_N),
                           .optional = roll(t, 10) < 3,
                           .nullable = roll(t, 10) < 3,
                           .variety = 2 + roll(t, 5),
                           .dated = roll(t, 2),
                           .tag = tags[roll(t, 6)]};
    }
}

static void write_value(truth *t, buf *b, const truth_field *f, unsigned i)
{
    static const char *const words[] = {"red", "green", "blue", "grey", "pink", "teal", "navy"};
    unsigned n;
    switch (f->kind) {
    case T_INT: buf_append_format(b, "%u", roll(t, 100000)); break;
    case T_NUMBER: buf_append_format(b, "%u.5", roll(t, 1000)); break;
    case T_TEXT: /* from prose to names that recur now and then */
        buf_append_format(b, "\"%s %u\"", words[roll(t, 7)], roll(t, f->dated ? 100000 : 12));
        break;
    case T_ENUM: buf_append_format(b, "\"%s\"", words[roll(t, f->variety)]); break;
    case T_BOOL: buf_append_format(b, "%s", roll(t, 2) ? "true" : "false"); break;
    case T_DATE: buf_append_format(b, "\"2024-0%u-1%u\"", 1 + roll(t, 9), roll(t, 10)); break;
    case T_MAP:
        n = 1 + roll(t, 3);
        buf_append_byte(b, '{');
        for (unsigned k = 0; k < n; k++) {
            if (f->dated)
                buf_append_format(b, "%s\"2024-0%u-%u%u\": %u", k ? ", " : "", 1 + roll(t, 9), k,
                                  1 + roll(t, 8), roll(t, 50));
            else
                buf_append_format(b, "%s\"user%c%u\": %u", k ? ", " : "", 'a' + (char)roll(t, 26),
                                  roll(t, 900), roll(t, 50));
        }
        buf_append_byte(b, '}');
        break;
    case T_RECORD:
        buf_append_format(b, "{\"x%u\": %u, \"y%u\": \"v%u\"}", i, roll(t, 9), i, roll(t, 5000));
        break;
    case T_LIST:
        n = roll(t, 4);
        buf_append_byte(b, '[');
        for (unsigned k = 0; k < n; k++)
            buf_append_format(b, "%s%u", k ? ", " : "", roll(t, 9));
        buf_append_byte(b, ']');
        break;
    case T_UNION:
        if (roll(t, 2))
            buf_append_format(b, "%u", roll(t, 100));
        else
            buf_append_format(b, "\"n/a %u\"", roll(t, 1000));
        break;
    case T_TAGGED:
        n = roll(t, f->variety);
        buf_append_format(b, "{\"%s\": \"%s\", \"%s_a\": %u, \"%s_b\": \"w%u\"", f->tag, words[n],
                          words[n], roll(t, 9), words[n], roll(t, 9000));
        if (f->dated && roll(t, 2)) /* a key that only some of an arm's objects have */
            buf_append_format(b, ", \"%s_c\": true", words[n]);
        buf_append_byte(b, '}');
        break;
    case T_N: break;
    }
}

static void write_record(truth *t, buf *b)
{
    bool first = true;
    buf_append_byte(b, '{');
    for (unsigned i = 0; i < t->n; i++) {
        const truth_field *f = &t->fields[i];
        if (f->optional && roll(t, 4) == 0)
            continue;
        buf_append_format(b, "%s\"field_%c\": ", first ? "" : ", ", 'a' + (char)i);
        first = false;
        if (f->nullable && roll(t, 4) == 0)
            buf_append(b, STR("null"));
        else
            write_value(t, b, f, i);
    }
    buf_append(b, STR("}\n"));
}

typedef struct {
    unsigned both, truth_only, inferred_only;
} score;

static void count(score *s, bool is, bool said)
{
    s->both += is && said;
    s->truth_only += is && !said;
    s->inferred_only += !is && said;
}

static double share(unsigned part, unsigned rest)
{
    return part + rest ? (double)part / (double)(part + rest) : 1.0;
}

static void infer(truth *t, buf *b, arena *a, schema *s)
{
    arena strings;
    tape_reader r;
    shape_set shapes;
    schema_options opt = {.name = STR("case")};
    err e = {{0}};
    arena_init(&strings, SIZE_MAX);
    unsigned n_records = MIN_RECORDS + roll(t, MAX_RECORDS - MIN_RECORDS);
    for (unsigned i = 0; i < n_records; i++)
        write_record(t, b);
    assert_ok(scaf__shapes_init(&shapes, a), NULL);
    scaf__tape_init(&r, buf_view(b), &strings);
    while (scaf__tape_more(&r)) {
        assert_ok(scaf__tape_read(&r, &e), &e);
        assert_ok(scaf__shapes_add(&shapes, r.values, 0), NULL);
    }
    assert_ok(scaf__schema_build(s, &shapes, &opt, a, &e), &e);
    /* Whatever was inferred must take what it was inferred from. */
    r.pos = 0;
    while (scaf__tape_more(&r)) {
        assert_ok(scaf__tape_read(&r, &e), &e);
        if (!scaf__schema_accepts(s, r.values, 0, &e))
            fail_msg("refuses its own sample: %s\n%.2000s", e.text, b->ptr);
    }
    scaf__tape_release(&r);
    arena_release(&strings);
}

static void test_truth__is_found(void **state)
{
    (void)state;
    score optional = {0}, nullable = {0}, choice = {0}, map = {0}, either = {0}, tag = {0};
    for (unsigned seed = 0; seed < N_SEEDS; seed++) {
        truth t = {.state = seed * UINT64_C(7919)};
        arena a;
        buf b;
        schema s;
        arena_init(&a, SIZE_MAX);
        buf_init(&b, 1 << 20);
        make_schema(&t);
        infer(&t, &b, &a, &s);
        assert_int_equal(s.root.type->kind, KIND_RECORD);
        for (unsigned i = 0; i < t.n; i++) {
            char key[] = "field_?";
            key[6] = (char)('a' + (char)i);
            const schema_field *f = NULL;
            for (uint32_t k = 0; k < s.root.type->n_fields; k++) {
                if (str_eq(s.root.type->fields[k].key, str_of(key)))
                    f = &s.root.type->fields[k];
            }
            assert_non_null(f);
            const truth_field *w = &t.fields[i];
            const schema_type *g = f->ref.type;
            count(&optional, w->optional, f->optional);
            count(&nullable, w->nullable, f->ref.nullable);
            count(&choice, w->kind == T_ENUM, g->kind == KIND_ENUM);
            count(&map, w->kind == T_MAP, g->kind == KIND_MAP);
            count(&either, w->kind == T_UNION, g->kind == KIND_UNION && !g->tag_key.len);
            count(&tag, w->kind == T_TAGGED,
                  g->kind == KIND_UNION && str_eq(g->tag_key, str_of(w->tag)) &&
                      g->n_items == w->variety);
        }
        buf_release(&b);
        arena_release(&a);
    }
    const struct {
        const char *name;
        const score *s;
    } all[] = {{"optional", &optional}, {"null", &nullable}, {"enum", &choice},
               {"map", &map},           {"union", &either},  {"tag", &tag}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        double precision = share(all[i].s->both, all[i].s->inferred_only);
        double recall = share(all[i].s->both, all[i].s->truth_only);
        print_message("%-8s precision %.3f recall %.3f (%u cases)\n", all[i].name, precision,
                      recall, all[i].s->both + all[i].s->truth_only);
        assert_true(precision >= 0.95);
        assert_true(recall >= 0.95);
    }
}

TEST_MAIN(cmocka_unit_test(test_truth__is_found))

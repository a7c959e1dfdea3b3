/* Each tests/data/grammars/<language id>.txt is a sample of ours, "---", and what the queries find
 * in it.
 * "<|>" in the sample is a cursor, taken out before parsing: the locals seen from there are listed.
 * UPDATE=1 in the environment rewrites the part after "---". */
#include "grammars/query.h"

#include <dirent.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/utf.h"
#include "tests/unit/test.h"

static const char folder[] = ARTEL_SOURCE_DIR "/tests/data/grammars";

struct out {
    buf text;
    str_view sample;
};

static unsigned line_of(str_view text, uint32_t offset)
{
    unsigned line = 1;
    for (uint32_t i = 0; i < offset && i < text.len; i++)
        line += text.ptr[i] == '\n';
    return line;
}

/* On one line, cut at 70 bytes. */
static void append_flat(buf *out, str_view v)
{
    size_t n = v.len < 70 ? v.len : utf8_whole_prefix(str_slice(v, 0, 70));
    for (size_t i = 0; i < n; i++)
        buf_append_byte(out, v.ptr[i] == '\n' || v.ptr[i] == '\t' ? ' ' : v.ptr[i]);
    if (n < v.len)
        buf_append(out, STR("..."));
}

static bool write_symbol(void *user, const struct gram_symbol *s)
{
    struct out *o = user;
    static const char *const roles[] = {"def", "ref", "import"};
    str_view name = str_slice(o->sample, s->name.begin, s->name.end);
    buf_append_format(&o->text, "%u %s", line_of(o->sample, s->name.begin), roles[s->role]);
    if (s->role != GRAM_IMPORT)
        buf_append_format(&o->text, " %s", gram_kind_name(s->kind));
    buf_append_byte(&o->text, ' ');
    append_flat(&o->text, name);
    if (s->role == GRAM_DEFINITION) {
        buf_append(&o->text, STR(" | "));
        append_flat(&o->text, str_slice(o->sample, s->signature.begin, s->signature.end));
        if (s->container.end > s->container.begin)
            buf_append_format(&o->text, " | in %.*s",
                              STR_ARG(str_slice(o->sample, s->container.begin, s->container.end)));
        if (s->doc.end > s->doc.begin) {
            buf_append(&o->text, STR(" | "));
            append_flat(&o->text, str_slice(o->sample, s->doc.begin, s->doc.end));
        }
    }
    buf_append_byte(&o->text, '\n');
    return true;
}

static bool write_local(void *user, const struct gram_local *l)
{
    struct out *o = user;
    buf_append_format(&o->text, "%u local %.*s in %u-%u\n", line_of(o->sample, l->name.begin),
                      STR_ARG(str_slice(o->sample, l->name.begin, l->name.end)),
                      line_of(o->sample, l->scope.begin), line_of(o->sample, l->scope.end));
    return true;
}

static bool write_injection(void *user, const struct gram_injection *i)
{
    struct out *o = user;
    buf_append_format(&o->text, "%u %s: ", line_of(o->sample, i->range.begin), i->lang->id);
    append_flat(&o->text, str_trim(str_slice(o->sample, i->range.begin, i->range.end)));
    buf_append_byte(&o->text, '\n');
    return true;
}

static void check_sample(gram_queries *q, const char *file)
{
    str_view id = str_slice(str_of(file), 0, strlen(file) - strlen(".txt"));
    const gram_language *lang = gram_language_by_id(id);
    if (!lang || !gram_language_parser(lang))
        fail_msg("%s: there is no grammar of that name", file);

    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    buf data;
    buf_init(&data, 1 << 20);
    err e = {{0}};
    assert_ok(file_read(&data, path, &e), &e);
    size_t split = str_find(buf_view(&data), STR("\n---\n"));
    assert_true(split < data.len);
    split += 5;
    str_view want = str_slice(buf_view(&data), split, data.len);

    buf sample;
    buf_init(&sample, 1 << 20);
    buf_append(&sample, str_slice(buf_view(&data), 0, split - 4));
    size_t cursor = str_find(buf_view(&sample), STR("<|>"));
    bool has_cursor = cursor < sample.len;
    if (has_cursor)
        buf_splice(&sample, cursor, cursor + 3, STR(""));

    TSParser *parser = ts_parser_new();
    assert_true(ts_parser_set_language(parser, gram_language_parser(lang)));
    TSTree *tree = ts_parser_parse_string(parser, NULL, sample.ptr, (uint32_t)sample.len);
    TSNode root = ts_tree_root_node(tree);
    if (ts_node_has_error(root)) {
        char *shown = ts_node_string(root);
        fail_msg("%s: the sample does not parse: %s", file, shown);
    }

    struct out out = {.sample = buf_view(&sample)};
    buf_init(&out.text, 1 << 20);
    err_code rc = gram_symbols(q, lang, root, buf_view(&sample), write_symbol, &out);
    assert_true(rc == ERR_OK || rc == ERR_UNSUPPORTED);
    if (has_cursor) {
        buf_append(&out.text, STR("-- seen from the cursor\n"));
        rc = gram_locals_at(q, lang, root, buf_view(&sample), (uint32_t)cursor, write_local, &out);
        assert_int_equal(rc, ERR_OK);
    }
    if (gram_queries_get(q, lang, GRAM_QUERY_INJECTIONS)) {
        buf_append(&out.text, STR("-- embedded\n"));
        struct gram_range all = {0, UINT32_MAX};
        assert_int_equal(
            gram_injections(q, lang, root, buf_view(&sample), all, write_injection, &out), ERR_OK);
    }
    assert_int_equal(buf_failed(&out.text), ERR_OK);

    if (getenv("UPDATE")) {
        buf_splice(&data, split, data.len, buf_view(&out.text));
        assert_ok(file_write_atomic(path, buf_view(&data), &e), &e);
    } else if (!str_eq(buf_view(&out.text), want)) {
        print_error("%s: got\n%.*s\nwant\n%.*s\n", file, STR_ARG(buf_view(&out.text)),
                    STR_ARG(want));
        fail();
    }
    ts_tree_delete(tree);
    ts_parser_delete(parser);
    buf_release(&out.text);
    buf_release(&sample);
    buf_release(&data);
}

static void test_query__samples(void **state)
{
    (void)state;
    gram_queries *q = NULL;
    assert_int_equal(gram_queries_create(&q), ERR_OK);
    DIR *d = opendir(folder);
    assert_non_null(d);
    size_t n = 0;
    for (struct dirent *f = readdir(d); f; f = readdir(d)) {
        if (!str_ends(str_of(f->d_name), STR(".txt")))
            continue;
        const char *only = getenv("ONLY");
        if (only && strncmp(only, f->d_name, strlen(only)) != 0)
            continue;
        check_sample(q, f->d_name);
        n++;
    }
    closedir(d);
    assert_true(n > 0);
    gram_queries_destroy(q);
}

/* Every grammar has a sample, so that none is compiled in unseen. */
static void test_query__every_grammar_has_a_sample(void **state)
{
    (void)state;
    size_t n = 0;
    const gram_language *rows = gram_language_all(&n);
    for (size_t i = 0; i < n; i++) {
        if (!rows[i].parser)
            continue;
        char path[512];
        snprintf(path, sizeof path, "%s/%s.txt", folder, rows[i].id);
        FILE *f = fopen(path, "r");
        if (!f)
            fail_msg("%s: tests/data/grammars/%s.txt is missing", rows[i].name, rows[i].id);
        fclose(f);
    }
}

/* Every query file compiles against its grammar and uses only captures and predicates that we read.
 */
static void test_query__files_fit_their_grammars(void **state)
{
    (void)state;
    static const char *const kinds[] = {"tags", "imports", "scopes", "injections"};
    static const char *const known[] = {"name",  "body",  "doc",     "import",
                                        "scope", "local", "content", "language"};
    size_t n_rows = 0, n_files = 0;
    const gram_language *rows = gram_language_all(&n_rows);
    for (size_t i = 0; i < n_rows; i++) {
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            str_view pieces[8];
            size_t n = gram_query_texts(&rows[i], kinds[k], pieces, 8);
            assert_true(n <= 8);
            for (size_t p = 0; p < n; p++) {
                uint32_t at = 0;
                TSQueryError error = TSQueryErrorNone;
                TSQuery *query = ts_query_new(gram_language_parser(&rows[i]), pieces[p].ptr,
                                              (uint32_t)pieces[p].len, &at, &error);
                if (!query)
                    fail_msg("%s/%s.scm: error %d near \"%.60s\"", rows[i].folder, kinds[k],
                             (int)error, pieces[p].ptr + at);
                for (uint32_t c = 0; c < ts_query_capture_count(query); c++) {
                    uint32_t len = 0;
                    str_view name = {ts_query_capture_name_for_id(query, c, &len), 0};
                    name.len = len;
                    bool ok = name.ptr[0] == '_';
                    for (size_t w = 0; w < sizeof known / sizeof known[0]; w++)
                        ok = ok || str_eq(name, str_of(known[w]));
                    str_view tail = str_slice(name, 4, name.len);
                    bool def = str_starts(name, STR("def.")) || str_starts(name, STR("ref."));
                    for (int kind = 1; kind < GRAM_KINDS; kind++)
                        ok = ok ||
                             (def && str_eq(tail, str_of(gram_kind_name((enum gram_kind)kind))));
                    if (str_starts(name, STR("content.")))
                        ok = gram_language_by_id(str_slice(name, 8, name.len)) != NULL;
                    if (!ok)
                        fail_msg("%s/%s.scm: unknown capture @%.*s", rows[i].folder, kinds[k],
                                 STR_ARG(name));
                }
                for (uint32_t s = 0; s < ts_query_string_count(query); s++) {
                    uint32_t len = 0;
                    const char *value = ts_query_string_value_for_id(query, s, &len);
                    if (len > 0 && value[len - 1] == '?' && strcmp(value, "eq?") != 0 &&
                        strcmp(value, "not-eq?") != 0 && strcmp(value, "any-of?") != 0 &&
                        strcmp(value, "starts-with?") != 0)
                        fail_msg("%s/%s.scm: #%s is not evaluated", rows[i].folder, kinds[k],
                                 value);
                }
                ts_query_delete(query);
                n_files++;
            }
        }
    }
    assert_true(n_files > 0);
}

static bool stop_at_second(void *user, const struct gram_symbol *s)
{
    (void)s;
    return ++*(int *)user < 2;
}

static void test_query__visitor_can_stop(void **state)
{
    (void)state;
    gram_queries *q = NULL;
    assert_int_equal(gram_queries_create(&q), ERR_OK);
    const gram_language *lang = gram_language_by_id(STR("python"));
    const char text[] = "def a(): pass\ndef b(): pass\ndef c(): pass\n";
    TSParser *parser = ts_parser_new();
    assert_true(ts_parser_set_language(parser, gram_language_parser(lang)));
    TSTree *tree = ts_parser_parse_string(parser, NULL, text, sizeof text - 1);
    int n = 0;
    assert_int_equal(
        gram_symbols(q, lang, ts_tree_root_node(tree), str_of(text), stop_at_second, &n),
        ERR_CANCELLED);
    assert_int_equal(n, 2);
    ts_tree_delete(tree);
    ts_parser_delete(parser);
    gram_queries_destroy(q);
}

static void test_query__languages_without_queries_say_so(void **state)
{
    (void)state;
    gram_queries *q = NULL;
    assert_int_equal(gram_queries_create(&q), ERR_OK);
    const gram_language *plain = gram_language_by_id(STR("plaintext"));
    for (int k = 0; k < GRAM_QUERY_KINDS; k++)
        assert_null(gram_queries_get(q, plain, (enum gram_query_kind)k));
    gram_queries_destroy(q);
    gram_queries_destroy(NULL);
}

TEST_MAIN(cmocka_unit_test(test_query__files_fit_their_grammars),
          cmocka_unit_test(test_query__samples),
          cmocka_unit_test(test_query__every_grammar_has_a_sample),
          cmocka_unit_test(test_query__visitor_can_stop),
          cmocka_unit_test(test_query__languages_without_queries_say_so))

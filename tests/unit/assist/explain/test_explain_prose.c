/* The model's guess: of the embedded model's file with a dialogue template added to its metadata,
 * so that it may be asked, as it is and with its weights garbled, which makes it write anything. */
#include <stdio.h>

#include "assist/explain/prose.h"
#include "assist/explain/render.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf.h"
#include "model/default.h"
#include "tests/unit/test.h"

enum { FILE_BYTES = 64 << 20, ARENA_BYTES = 4 << 20, HEAD_BYTES = 24, ALIGNMENT = 64 };

static const char code[] =
    "int sum(const int *v, int n)\n{\n    int t = 0;\n    for (int i = 0; i < n; "
    "i++)\n        t += v[i];\n    return t;\n}\n";

struct asked {
    buf file;
    void *data; /* aligned, owned */
    model_gguf *model;
    arena mem;
    str_view text, by;
};

/* Behind the file's head: a key more, whose record leaves the weights aligned. */
static void make(struct asked *q, bool garbled)
{
    static const char key[] = "tokenizer.chat_template", value[] = "{{ 'any dialogue at' }}";
    uint64_t key_len = sizeof key - 1, value_len = 21, n_kv;
    uint32_t type = 8;
    err e = {{0}};
    *q = (struct asked){.data = NULL};
    arena_init(&q->mem, ARENA_BYTES);
    buf_init(&q->file, FILE_BYTES);
    assert_ok(file_read(&q->file, ARTEL_SOURCE_DIR "/model/default/artel.gguf", &e), &e);
    size_t added = 8 + key_len + 4 + 8 + value_len;
    assert_int_equal(added % ALIGNMENT, 0);
    char *to = q->data = aligned_alloc(ALIGNMENT, (q->file.len + added + ALIGNMENT) & ~(size_t)63);
    assert_non_null(to);
    memcpy(to, q->file.ptr, HEAD_BYTES);
    memcpy(&n_kv, to + 16, 8);
    n_kv++;
    memcpy(to + 16, &n_kv, 8);
    to += HEAD_BYTES;
    memcpy(to, &key_len, 8);
    memcpy(to + 8, key, key_len);
    memcpy(to + 8 + key_len, &type, 4);
    memcpy(to + 12 + key_len, &value_len, 8);
    memcpy(to + 20 + key_len, value, value_len);
    memcpy(to + added, q->file.ptr + HEAD_BYTES, q->file.len - HEAD_BYTES);
    for (size_t i = q->file.len / 4; garbled && i < q->file.len; i += 5)
        ((char *)q->data)[i] ^= 0x07;
    assert_ok(model_gguf_open_memory(&q->model, q->data, q->file.len + added, "made", &e), &e);
}

static void release(struct asked *q)
{
    model_gguf_close(q->model);
    free(q->data);
    buf_release(&q->file);
    arena_release(&q->mem);
}

static err_code ask(struct asked *q, const struct explain_prose_options *options, err *e)
{
    return explain_prose(&q->text, &q->by, &q->mem, q->model, gram_language_by_id(STR("c")),
                         str_of(code), options, e);
}

static void assert_harmless(str_view v)
{
    while (v.len > 0) {
        size_t n = 0;
        bool valid = false;
        uint32_t c = utf8_decode(v, &n, &valid);
        assert_true(valid && c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0) &&
                    !(c >= 0x202A && c <= 0x202E));
        v = str_slice(v, n, v.len);
    }
}

static void test_prose__is_bounded_and_the_same_again(void **state)
{
    (void)state;
    for (int garbled = 0; garbled < 2; garbled++) {
        struct asked q, again;
        err e = {{0}};
        make(&q, garbled);
        make(&again, garbled);
        struct explain_prose_options options = {.max_tokens = 24, .budget_ms = 600000};
        err_code rc = ask(&q, &options, &e);
        assert_int_equal(ask(&again, &options, &e), rc);
        assert_true(rc == ERR_OK || (garbled && (rc == ERR_NOT_FOUND || rc == ERR_FORMAT)));
        if (rc == ERR_OK) {
            assert_true(str_starts(q.text, STR("The code above")));
            assert_true(q.text.len > 16 && q.text.len < 24 * 64);
            assert_harmless(q.text);
            assert_harmless(q.by);
            assert_true(str_eq(q.text, again.text));
        }
        release(&q);
        release(&again);
    }
}

static void test_prose__ends_when_told(void **state)
{
    (void)state;
    struct asked q;
    err e = {{0}};
    make(&q, false);
    cancel_flag cancel = {0};
    cancel_request(&cancel);
    assert_int_equal(ask(&q, &(struct explain_prose_options){.cancel = &cancel}, &e),
                     ERR_CANCELLED);
    uint64_t begin = clock_now_ns();
    err_code rc = ask(&q, &(struct explain_prose_options){.budget_ms = 1, .max_tokens = 400}, &e);
    assert_true(rc == ERR_OK || rc == ERR_NOT_FOUND);
    assert_true(clock_ms(clock_now_ns() - begin) < 60000);
    release(&q);
}

static void test_prose__models_that_cannot_are_not_asked(void **state)
{
    (void)state;
    err e = {{0}};
    model_gguf *model = NULL;
    arena mem;
    str_view text = {NULL, 0}, by = {NULL, 0};
    arena_init(&mem, ARENA_BYTES);
    assert_ok(model_default_open(&model, &e), &e);
    assert_int_equal(explain_prose(&text, &by, &mem, model, gram_language_by_id(STR("c")),
                                   str_of(code), &EXPLAIN_PROSE_DEFAULT, &e),
                     ERR_UNSUPPORTED);
    assert_non_null(strstr(e.text, "cannot explain code in words"));
    assert_null(text.ptr);
    model_gguf_close(model);
    arena_release(&mem);
}

static void test_prose__is_marked_and_no_markup(void **state)
{
    (void)state;
    static const enum explain_format formats[] = {EXPLAIN_TEXT, EXPLAIN_TERMINAL, EXPLAIN_MARKDOWN};
    for (size_t i = 0; i < 3; i++) {
        buf out;
        struct explain_render how = {.format = formats[i], .width = 60};
        buf_init(&out, 4096);
        explain_render_prose(&out, STR("The code above <b>is</b> [a link](http://x) # and `code`."),
                             STR("a`model"), &how);
        assert_int_equal(buf_failed(&out), ERR_OK);
        str_view v = buf_view(&out);
        assert_true(str_find(v, STR("A guess of the model ")) < v.len);
        assert_true(str_find(v, STR(", not checked:")) < v.len);
        if (formats[i] == EXPLAIN_MARKDOWN) {
            assert_true(str_find(v, STR("> The code above \\<b\\>is")) < v.len);
            assert_int_equal(str_find(v, STR("[a link](")), v.len);
        }
        buf_release(&out);
    }
}

TEST_MAIN(cmocka_unit_test(test_prose__is_bounded_and_the_same_again),
          cmocka_unit_test(test_prose__ends_when_told),
          cmocka_unit_test(test_prose__models_that_cannot_are_not_asked),
          cmocka_unit_test(test_prose__is_marked_and_no_markup))

#include "tests/unit/test.h"

#include "base/buf.h"
#include "model/gguf.h"
#include "model/gguf_write.h"
#include "tests/unit/model/gguf_builder.h"

/* A sink into a buffer that refuses from the n-th call on. */
struct taker {
    buf bytes;
    size_t n_left;
};

static err_code take(void *user, str_view bytes, err *e)
{
    struct taker *t = user;
    assert_true(bytes.len > 0);
    if (t->n_left == 0)
        return err_set(e, ERR_IO, "full");
    t->n_left--;
    buf_append(&t->bytes, bytes);
    return ERR_OK;
}

static struct taker make_taker(void)
{
    struct taker t = {.n_left = SIZE_MAX};
    buf_init(&t.bytes, 1 << 24);
    return t;
}

static const struct {
    const char *name;
    uint32_t n_dims;
    uint64_t dims[4];
    uint32_t type;
    size_t n_bytes;
} tensors[] = {
    {"empty first", 2, {0, 7}, MODEL_TYPE_F32, 0},
    {"scalar", 0, {0}, MODEL_TYPE_F32, 4},
    {"three", 1, {3}, MODEL_TYPE_F16, 6},
    {"blocks", 2, {64, 3}, MODEL_TYPE_Q8_0, 204},
    {"none", 3, {256, 5, 0}, MODEL_TYPE_Q4_K, 0},
    {"large", 4, {256, 2, 2, 2}, MODEL_TYPE_Q6_K, 1680},
    {"empty last", 1, {0}, MODEL_TYPE_I32, 0},
};
enum { N_TENSORS = sizeof tensors / sizeof *tensors };

/* Byte i of tensor t. */
static unsigned char content(size_t t, size_t i)
{
    return (unsigned char)(t * 37 + i * 11 + 1);
}

/* Writes everything above, data in pieces of piece bytes. */
static err_code write_all(struct taker *to, size_t alignment, size_t piece, err *e)
{
    model_gguf_writer *w = NULL;
    err_code rc = model_gguf_writer_create(&w, alignment);
    if (rc != ERR_OK)
        return rc;
    buf record;
    buf_init(&record, 1000);
    put_kv_str(&record, "general.name", "a name");
    model_gguf_writer_u32(w, "general.alignment", (uint32_t)alignment);
    model_gguf_writer_record(w, buf_view(&record));
    rc = buf_failed(&record);
    buf_release(&record);
    for (size_t t = 0; t < N_TENSORS; t++)
        model_gguf_writer_tensor(w, str_of(tensors[t].name), tensors[t].n_dims, tensors[t].dims,
                                 tensors[t].type);
    if (rc == ERR_OK)
        rc = model_gguf_writer_begin(w, take, to, e);
    for (size_t t = 0; t < N_TENSORS && rc == ERR_OK; t++)
        for (size_t i = 0; i < tensors[t].n_bytes && rc == ERR_OK; i += piece) {
            unsigned char bytes[2048];
            size_t n = tensors[t].n_bytes - i < piece ? tensors[t].n_bytes - i : piece;
            for (size_t k = 0; k < n; k++)
                bytes[k] = content(t, i + k);
            assert_false(model_gguf_writer_is_complete(w));
            rc = model_gguf_writer_data(w, bytes, n, e);
        }
    if (rc == ERR_OK)
        assert_true(model_gguf_writer_is_complete(w));
    model_gguf_writer_destroy(w);
    return rc;
}

static void test_gguf_write__is_read_back(void **state)
{
    (void)state;
    static const size_t alignments[] = {1, 8, 32, 65536}, pieces[] = {1, 7, 2048};
    for (size_t a = 0; a < 4; a++)
        for (size_t p = 0; p < 3; p++) {
            struct taker t = make_taker();
            model_gguf *g = NULL;
            err e = {0};
            assert_ok(write_all(&t, alignments[a], pieces[p], &e), &e);
            assert_int_equal(t.bytes.len % alignments[a], 0);
            assert_ok(model_gguf_open_memory(&g, t.bytes.ptr, t.bytes.len, "written", &e), &e);
            assert_int_equal(model_gguf_version(g), 3);
            assert_int_equal(model_gguf_alignment(g), alignments[a]);
            str_view name;
            assert_true(model_gguf_str(g, "general.name", &name));
            assert_view(name, "a name");
            assert_int_equal(model_gguf_n_tensors(g), N_TENSORS);
            for (size_t i = 0; i < N_TENSORS; i++) {
                const struct gguf_tensor *x = model_gguf_tensor(g, i);
                assert_view(x->name, tensors[i].name);
                assert_int_equal(x->type, tensors[i].type);
                assert_int_equal(x->n_dims, tensors[i].n_dims);
                for (size_t d = 0; d < x->n_dims; d++)
                    assert_int_equal(x->dims[d], tensors[i].dims[d]);
                assert_int_equal(x->n_bytes, tensors[i].n_bytes);
                for (size_t k = 0; k < x->n_bytes; k++)
                    assert_int_equal(((const unsigned char *)x->data)[k], content(i, k));
            }
            model_gguf_close(g);
            buf_release(&t.bytes);
        }
}

/* The record of a pair goes from file to file as it is, whatever its type. */
static void test_gguf_write__keeps_records(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 10000);
    put_header(&b, 2, 0, 5);
    put_kv_u32(&b, "a", 7);
    put_kv_str(&b, "b", "text");
    static const char *const items[] = {"x", "", "long item"};
    put_kv_strs(&b, "c", items, 3);
    put_kv_array(&b, "d", GGUF_I16, 3);
    put_zeros(&b, 6);
    put_kv_bool(&b, "e", true);
    err e = {0};
    model_gguf *g = NULL, *copy = NULL;
    assert_ok(model_gguf_open_memory(&g, b.ptr, b.len, "source", &e), &e);
    assert_int_equal(model_gguf_alignment(g), 32);
    model_gguf_writer *w = NULL;
    struct taker t = make_taker();
    assert_ok(model_gguf_writer_create(&w, model_gguf_alignment(g)), &e);
    for (size_t i = 0; i < model_gguf_n_kv(g); i++)
        model_gguf_writer_record(w, model_gguf_kv_record(g, i));
    assert_ok(model_gguf_writer_begin(w, take, &t, &e), &e);
    assert_true(model_gguf_writer_is_complete(w));
    assert_ok(model_gguf_open_memory(&copy, t.bytes.ptr, t.bytes.len, "copy", &e), &e);
    assert_int_equal(model_gguf_n_kv(copy), 5);
    for (size_t i = 0; i < 5; i++) {
        str_view x = model_gguf_kv_record(g, i), y = model_gguf_kv_record(copy, i);
        assert_int_equal(x.len, y.len);
        assert_memory_equal(x.ptr, y.ptr, x.len);
    }
    /* All records together are the file between its header and its padding. */
    assert_memory_equal(b.ptr + 24, t.bytes.ptr + 24, b.len - 24);
    model_gguf_close(copy);
    model_gguf_close(g);
    model_gguf_writer_destroy(w);
    buf_release(&t.bytes);
    buf_release(&b);
}

static void test_gguf_write__passes_the_sinks_refusal_on(void **state)
{
    (void)state;
    size_t n_refused = 0;
    for (size_t n = 0;; n++) {
        struct taker t = make_taker();
        t.n_left = n;
        err e = {0};
        err_code rc = write_all(&t, 32, 100, &e);
        buf_release(&t.bytes);
        if (rc == ERR_OK)
            break;
        assert_int_equal(rc, ERR_IO);
        assert_string_equal(e.text, "full");
        n_refused++;
    }
    assert_true(n_refused > N_TENSORS);
}

static void test_gguf_write__survives_failing_allocations(void **state)
{
    (void)state;
    struct taker t = make_taker();
    char *room = buf_reserve(&t.bytes, 1 << 16);
    assert_non_null(room);
    FOR_EACH_FAILING_ALLOCATION({
        err e = {0};
        buf_clear(&t.bytes);
        err_code rc = write_all(&t, 32, 100, &e);
        assert_true(rc == ERR_OK || rc == ERR_NOMEM);
    });
    buf_release(&t.bytes);
}

TEST_MAIN(cmocka_unit_test(test_gguf_write__is_read_back),
          cmocka_unit_test(test_gguf_write__keeps_records),
          cmocka_unit_test(test_gguf_write__passes_the_sinks_refusal_on),
          cmocka_unit_test(test_gguf_write__survives_failing_allocations))

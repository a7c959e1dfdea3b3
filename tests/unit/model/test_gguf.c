#include "tests/unit/test.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/gguf.h"
#include "tests/unit/model/gguf_builder.h"

static void one_u32_key(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_u32(b, "a.key", 7);
}

/* Two tensors, the first padded to the alignment, the second ending with the file. */
static void two_tensors(buf *b)
{
    put_header(b, 3, 2, 3);
    put_kv_str(b, "general.architecture", "llama");
    const char *words[] = {"one", "", "three"};
    put_kv_strs(b, "words", words, 3);
    put_kv_u32(b, "a.key", 7);
    put_tensor(b, "first", 2, (uint64_t[]){3, 2}, MODEL_TYPE_F32, 0);
    put_tensor(b, "second", 1, (uint64_t[]){64}, MODEL_TYPE_Q8_0, 32);
    put_padding(b, 32);
    for (int i = 0; i < 32 + 68; i++)
        buf_append_byte(b, (char)i);
}

static err_code open_bytes(const buf *b, err *e)
{
    /* An exact heap copy, so that the sanitizer sees every byte read past the end. */
    char *copy = malloc(b->len ? b->len : 1);
    assert_non_null(copy);
    if (b->len)
        memcpy(copy, b->ptr, b->len);
    model_gguf *g = NULL;
    err_code rc = model_gguf_open_memory(&g, copy, b->len, "m.gguf", e);
    model_gguf_close(g);
    free(copy);
    return rc;
}

/* ---- What is refused ----------------------------------------------------------------- */

static void bad_empty(buf *b)
{
    (void)b;
}
static void bad_short_magic(buf *b)
{
    buf_append(b, STR("GGU"));
}
static void bad_magic(buf *b)
{
    buf_append(b, STR("GGML"));
    put_zeros(b, 20);
}
static void bad_short_header(buf *b)
{
    put_header(b, 3, 0, 0);
    b->len--;
}
static void bad_version_0(buf *b)
{
    put_header(b, 0, 0, 0);
}
static void bad_version_1(buf *b)
{
    put_header(b, 1, 0, 0);
}
static void bad_version_4(buf *b)
{
    put_header(b, 4, 0, 0);
}
static void bad_endian(buf *b)
{
    put_header(b, 3u << 24, 0, 0);
}
static void bad_n_tensors_negative(buf *b)
{
    put_header(b, 3, UINT64_MAX, 0);
    put_zeros(b, 64);
}
static void bad_n_tensors_large(buf *b)
{
    put_header(b, 3, 2, 0);
    put_zeros(b, 47);
}
static void bad_n_pairs_negative(buf *b)
{
    put_header(b, 3, 0, (uint64_t)1 << 63);
    put_zeros(b, 64);
}
static void bad_n_pairs_large(buf *b)
{
    put_header(b, 3, 0, 3);
    put_zeros(b, 41);
}
static void bad_n_pairs_over_limit(buf *b)
{
    put_header(b, 3, 0, GGUF_MAX_ENTRIES + 1);
    put_zeros(b, (GGUF_MAX_ENTRIES + 1) * 14);
}
static void bad_key_size_wraps(buf *b)
{
    put_header(b, 3, 0, 1);
    put_u64(b, UINT64_MAX);
    put_zeros(b, 16);
}
static void bad_key_size_past_end(buf *b)
{
    put_header(b, 3, 0, 1);
    put_u64(b, 17);
    put_zeros(b, 16);
}
static void bad_key_too_long(buf *b)
{
    put_header(b, 3, 0, 1);
    put_u64(b, 65536);
    put_zeros(b, 65536);
    put_u32(b, GGUF_U8);
    put_int(b, 1, 1);
}
static void bad_key_empty(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_u32(b, "", 1);
}
static void bad_key_twice(buf *b)
{
    put_header(b, 3, 0, 2);
    put_kv_u32(b, "twice", 1);
    put_kv_str(b, "twice", "x");
}
static void bad_value_type(buf *b)
{
    put_header(b, 3, 0, 1);
    put_key(b, "k", 13);
    put_zeros(b, 16);
}
static void bad_value_string_past_end(buf *b)
{
    put_header(b, 3, 0, 1);
    put_key(b, "k", GGUF_STRING);
    put_u64(b, 9);
    put_zeros(b, 8);
}
static void bad_value_cut(buf *b)
{
    one_u32_key(b);
    b->len--;
}
static void bad_array_of_arrays(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_array(b, "k", GGUF_ARRAY, 0);
}
static void bad_array_type(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_array(b, "k", 99, 1);
    put_zeros(b, 16);
}
static void bad_array_count(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_array(b, "k", GGUF_U32, 5);
    put_zeros(b, 19);
}
static void bad_array_count_product_wraps(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_array(b, "k", GGUF_U64, (uint64_t)1 << 61);
    put_zeros(b, 64);
}
static void bad_array_string_count(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_array(b, "k", GGUF_STRING, 3);
    put_zeros(b, 23);
}
static void bad_array_string_past_end(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_array(b, "k", GGUF_STRING, 2);
    put_str(b, STR("fine"));
    put_u64(b, UINT64_MAX - 3);
}
static void bad_alignment_type(buf *b)
{
    put_header(b, 3, 0, 1);
    put_key(b, "general.alignment", GGUF_U64);
    put_u64(b, 32);
}
static void bad_alignment_0(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_u32(b, "general.alignment", 0);
}
static void bad_alignment_no_power(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_u32(b, "general.alignment", 48);
}
static void bad_alignment_huge(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_u32(b, "general.alignment", 0x80000000u);
}
static void bad_split(buf *b)
{
    put_header(b, 3, 0, 1);
    put_key(b, "split.count", GGUF_U16);
    put_int(b, 2, 2);
}

static void put_one_tensor(buf *b, const char *name, uint32_t n_dims, const uint64_t *dims,
                           uint32_t type, uint64_t offset, size_t n_data)
{
    put_header(b, 3, 1, 0);
    put_tensor(b, name, n_dims, dims, type, offset);
    put_padding(b, 32);
    put_zeros(b, n_data);
}
static void bad_tensor_name(buf *b)
{
    char name[65];
    memset(name, 'n', 64);
    name[64] = '\0';
    put_one_tensor(b, name, 1, (uint64_t[]){1}, MODEL_TYPE_F32, 0, 32);
}
static void bad_tensor_twice(buf *b)
{
    put_header(b, 3, 2, 0);
    put_tensor(b, "same", 1, (uint64_t[]){8}, MODEL_TYPE_F32, 0);
    put_tensor(b, "same", 1, (uint64_t[]){8}, MODEL_TYPE_F32, 32);
    put_padding(b, 32);
    put_zeros(b, 64);
}
static void bad_tensor_n_dims(buf *b)
{
    put_one_tensor(b, "t", 5, (uint64_t[]){1, 1, 1, 1, 1}, MODEL_TYPE_F32, 0, 32);
}
static void bad_tensor_negative_dim(buf *b)
{
    put_one_tensor(b, "t", 2, (uint64_t[]){4, (uint64_t)-4}, MODEL_TYPE_F32, 0, 64);
}
static void bad_tensor_elements_overflow(buf *b)
{
    put_one_tensor(b, "t", 2, (uint64_t[]){(uint64_t)1 << 32, (uint64_t)1 << 31}, MODEL_TYPE_F32, 0,
                   64);
}
static void bad_tensor_elements_overflow_beside_0(buf *b)
{
    put_one_tensor(b, "t", 3, (uint64_t[]){(uint64_t)1 << 32, (uint64_t)1 << 31, 0}, MODEL_TYPE_F32,
                   0, 64);
}
static void bad_tensor_bytes_overflow(buf *b)
{
    put_one_tensor(b, "t", 1, (uint64_t[]){(uint64_t)1 << 62}, MODEL_TYPE_F32, 0, 64);
}
static void bad_tensor_padding_overflow(buf *b)
{
    put_one_tensor(b, "t", 1, (uint64_t[]){INT64_MAX}, MODEL_TYPE_F16, 0, 64);
}
static void bad_tensor_sum_overflow(buf *b)
{
    put_header(b, 3, 2, 0);
    put_tensor(b, "a", 1, (uint64_t[]){((uint64_t)1 << 62)}, MODEL_TYPE_F16, 0);
    put_tensor(b, "b", 1, (uint64_t[]){((uint64_t)1 << 62)}, MODEL_TYPE_F16, (uint64_t)1 << 63);
    put_padding(b, 32);
    put_zeros(b, 64);
}
static void bad_tensor_type_removed(buf *b)
{
    put_one_tensor(b, "t", 1, (uint64_t[]){32}, 4, 0, 64);
}
static void bad_tensor_type_range(buf *b)
{
    put_one_tensor(b, "t", 1, (uint64_t[]){32}, 43, 0, 64);
}
static void bad_tensor_type_huge(buf *b)
{
    put_one_tensor(b, "t", 1, (uint64_t[]){32}, UINT32_MAX, 0, 64);
}
static void bad_tensor_type_unreadable(buf *b)
{
    put_one_tensor(b, "t", 1, (uint64_t[]){32}, 39, 0, 64);
}
static void bad_tensor_blocks(buf *b)
{
    put_one_tensor(b, "t", 2, (uint64_t[]){33, 2}, MODEL_TYPE_Q8_0, 0, 128);
}
static void bad_tensor_offset_unaligned(buf *b)
{
    put_one_tensor(b, "t", 1, (uint64_t[]){1}, MODEL_TYPE_F32, 4, 64);
}
static void bad_tensor_offset_gap(buf *b)
{
    put_one_tensor(b, "t", 1, (uint64_t[]){1}, MODEL_TYPE_F32, 32, 64);
}
static void bad_tensor_offset_other_alignment(buf *b)
{
    put_header(b, 3, 2, 1);
    put_kv_u32(b, "general.alignment", 64);
    put_tensor(b, "a", 1, (uint64_t[]){8}, MODEL_TYPE_F32, 0);
    put_tensor(b, "b", 1, (uint64_t[]){8}, MODEL_TYPE_F32, 32); /* as if the alignment were 32 */
    put_padding(b, 64);
    put_zeros(b, 128);
}
static void bad_data_missing(buf *b)
{
    put_one_tensor(b, "t", 1, (uint64_t[]){16}, MODEL_TYPE_F32, 0, 63);
}
static void bad_data_absent(buf *b)
{
    put_header(b, 3, 1, 0);
    put_tensor(b, "t", 1, (uint64_t[]){1}, MODEL_TYPE_F32, 0);
}

static void test_gguf__refuses(void **state)
{
    (void)state;
    static const struct {
        void (*build)(buf *b);
        err_code code;
        const char *text; /* part of the message */
    } cases[] = {
        {bad_empty, ERR_FORMAT, "not a GGUF model file (at byte 0)"},
        {bad_short_magic, ERR_FORMAT, "not a GGUF model file"},
        {bad_magic, ERR_FORMAT, "not a GGUF model file"},
        {bad_short_header, ERR_FORMAT, "inside its header: it is truncated (at byte 23)"},
        {bad_version_0, ERR_UNSUPPORTED, "version 0"},
        {bad_version_1, ERR_UNSUPPORTED, "version 1"},
        {bad_version_4, ERR_UNSUPPORTED, "version 4"},
        {bad_endian, ERR_UNSUPPORTED, "big-endian"},
        {bad_n_tensors_negative, ERR_FORMAT, "18446744073709551615 tensors"},
        {bad_n_tensors_large, ERR_FORMAT, "2 tensors, more than it can hold (at byte 8)"},
        {bad_n_pairs_negative, ERR_FORMAT, "9223372036854775808 keys"},
        {bad_n_pairs_large, ERR_FORMAT, "3 keys, more than it can hold (at byte 16)"},
        {bad_n_pairs_over_limit, ERR_UNSUPPORTED, "more than 65536"},
        {bad_key_size_wraps, ERR_FORMAT, "18446744073709551615 bytes"},
        {bad_key_size_past_end, ERR_FORMAT, "17 bytes, more than the file has (at byte 24)"},
        {bad_key_too_long, ERR_FORMAT, "a key of 65536 bytes"},
        {bad_key_empty, ERR_FORMAT, "an empty key (at byte 24)"},
        {bad_key_twice, ERR_FORMAT, "the key twice occurs twice"},
        {bad_value_type, ERR_FORMAT, "key k has the unknown type 13"},
        {bad_value_string_past_end, ERR_FORMAT, "9 bytes, more than the file has"},
        {bad_value_cut, ERR_FORMAT, "ends too early"},
        {bad_array_of_arrays, ERR_FORMAT, "array of arrays"},
        {bad_array_type, ERR_FORMAT, "array of unknown type 99"},
        {bad_array_count, ERR_FORMAT, "5 items, more than the file has"},
        {bad_array_count_product_wraps, ERR_FORMAT, "2305843009213693952 items"},
        {bad_array_string_count, ERR_FORMAT, "3 items"},
        {bad_array_string_past_end, ERR_FORMAT, "more than the file has"},
        {bad_alignment_type, ERR_FORMAT, "general.alignment is not a 32-bit number"},
        {bad_alignment_0, ERR_FORMAT, "general.alignment is 0"},
        {bad_alignment_no_power, ERR_FORMAT, "general.alignment is 48"},
        {bad_alignment_huge, ERR_FORMAT, "general.alignment is 2147483648"},
        {bad_split, ERR_UNSUPPORTED, "one of 2 parts of a split model"},
        {bad_tensor_name, ERR_FORMAT, "a tensor name of 64 bytes"},
        {bad_tensor_twice, ERR_FORMAT, "the tensor same occurs twice"},
        {bad_tensor_n_dims, ERR_FORMAT, "5 dimensions"},
        {bad_tensor_negative_dim, ERR_FORMAT, "impossibly large"},
        {bad_tensor_elements_overflow, ERR_FORMAT, "impossibly large"},
        {bad_tensor_elements_overflow_beside_0, ERR_FORMAT, "impossibly large"},
        {bad_tensor_bytes_overflow, ERR_FORMAT, "impossibly large"},
        {bad_tensor_padding_overflow, ERR_FORMAT, "impossibly large"},
        {bad_tensor_sum_overflow, ERR_FORMAT, "impossibly large"},
        {bad_tensor_type_removed, ERR_FORMAT, "unknown type 4"},
        {bad_tensor_type_range, ERR_FORMAT, "unknown type 43"},
        {bad_tensor_type_huge, ERR_FORMAT, "unknown type 4294967295"},
        {bad_tensor_type_unreadable, ERR_UNSUPPORTED, "the type MXFP4, which is not supported"},
        {bad_tensor_blocks, ERR_FORMAT, "no whole blocks of Q8_0"},
        {bad_tensor_offset_unaligned, ERR_FORMAT, "offset 4 where 0 was expected"},
        {bad_tensor_offset_gap, ERR_FORMAT, "offset 32 where 0 was expected"},
        {bad_tensor_offset_other_alignment, ERR_FORMAT, "offset 32 where 64 was expected"},
        {bad_data_missing, ERR_FORMAT, "ends inside tensor t: it is truncated (at byte 127)"},
        {bad_data_absent, ERR_FORMAT, "ends inside tensor t"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf b;
        buf_init(&b, 1 << 22);
        cases[i].build(&b);
        assert_int_equal(buf_failed(&b), ERR_OK);
        err e = {0};
        err_code rc = open_bytes(&b, &e);
        if (rc != cases[i].code || !strstr(e.text, cases[i].text))
            fail_msg("case %zu: got %s, \"%s\"; want %s, \"%s\"", i, err_name(rc), e.text,
                     err_name(cases[i].code), cases[i].text);
        assert_true(strncmp(e.text, "m.gguf: ", 8) == 0);
        buf_release(&b);
    }
}

/* ---- What is accepted ---------------------------------------------------------------- */

static void ok_header_only(buf *b)
{
    put_header(b, 3, 0, 0);
}
static void ok_version_2(buf *b)
{
    put_header(b, 2, 0, 1);
    put_kv_u32(b, "k", 1);
}
static void ok_alignment_1(buf *b)
{
    put_header(b, 3, 2, 1);
    put_kv_u32(b, "general.alignment", 1);
    put_tensor(b, "a", 1, (uint64_t[]){3}, MODEL_TYPE_I8, 0);
    put_tensor(b, "b", 1, (uint64_t[]){2}, MODEL_TYPE_I8, 3);
    put_zeros(b, 5);
}
static void ok_alignment_64k(buf *b)
{
    put_header(b, 3, 1, 1);
    put_kv_u32(b, "general.alignment", 65536);
    put_tensor(b, "a", 1, (uint64_t[]){1}, MODEL_TYPE_F32, 0);
    put_padding(b, 65536);
    put_zeros(b, 4);
}
static void ok_zero_dimension(buf *b)
{
    put_header(b, 3, 2, 0);
    put_tensor(b, "none", 2, (uint64_t[]){64, 0}, MODEL_TYPE_Q8_0, 0);
    put_tensor(b, "some", 1, (uint64_t[]){8}, MODEL_TYPE_F32, 0);
    put_padding(b, 32);
    put_zeros(b, 32);
}
static void ok_scalar_tensor(buf *b)
{
    put_one_tensor(b, "t", 0, NULL, MODEL_TYPE_F32, 0, 4);
}
static void ok_long_name(buf *b)
{
    char name[64];
    memset(name, 'n', 63);
    name[63] = '\0';
    put_one_tensor(b, name, 1, (uint64_t[]){1}, MODEL_TYPE_F32, 0, 4);
}
static void ok_empty_array(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_array(b, "k", GGUF_STRING, 0);
}
static void ok_single_part(buf *b)
{
    put_header(b, 3, 0, 1);
    put_kv_u32(b, "split.count", 1);
}
static void ok_bytes_after_data(buf *b)
{
    put_one_tensor(b, "t", 1, (uint64_t[]){1}, MODEL_TYPE_F32, 0, 500);
}

static void test_gguf__accepts(void **state)
{
    (void)state;
    static void (*const builds[])(buf * b) = {
        one_u32_key,    two_tensors,      ok_header_only,    ok_version_2,
        ok_alignment_1, ok_alignment_64k, ok_zero_dimension, ok_scalar_tensor,
        ok_long_name,   ok_empty_array,   ok_single_part,    ok_bytes_after_data};
    for (size_t i = 0; i < sizeof builds / sizeof builds[0]; i++) {
        buf b;
        buf_init(&b, 1 << 20);
        builds[i](&b);
        err e = {0};
        if (open_bytes(&b, &e) != ERR_OK)
            fail_msg("case %zu: %s", i, e.text);
        buf_release(&b);
    }
}

/* ---- Getters ------------------------------------------------------------------------- */

static void test_gguf__gives_tensors_in_place(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 1 << 16);
    two_tensors(&b);
    model_gguf *g;
    err e = {0};
    assert_ok(model_gguf_open_memory(&g, b.ptr, b.len, "m.gguf", &e), &e);
    assert_int_equal(model_gguf_version(g), 3);
    assert_int_equal(model_gguf_n_bytes(g), b.len);
    assert_string_equal(model_gguf_name(g), "m.gguf");
    assert_int_equal(model_gguf_n_tensors(g), 2);
    const struct gguf_tensor *t = model_gguf_tensor(g, 0);
    assert_view(t->name, "first");
    assert_int_equal(t->type, MODEL_TYPE_F32);
    assert_int_equal(t->n_dims, 2);
    assert_int_equal(t->dims[0], 3);
    assert_int_equal(t->dims[1], 2);
    assert_int_equal(t->dims[3], 1);
    assert_int_equal(t->n_bytes, 24);
    assert_ptr_equal(t->data, b.ptr + b.len - 100);
    t = model_gguf_find_tensor(g, "second");
    assert_ptr_equal(t, model_gguf_tensor(g, 1));
    assert_int_equal(t->n_bytes, 68);
    assert_ptr_equal(t->data, b.ptr + b.len - 68);
    assert_null(model_gguf_find_tensor(g, "third"));
    assert_null(model_gguf_find_tensor(g, ""));
    assert_ok(model_gguf_check(g, &e), &e);
    model_gguf_close(g);
    buf_release(&b);
}

static void put_scalars(buf *b)
{
    put_header(b, 3, 0, 13);
    put_key(b, "u8", GGUF_U8), put_int(b, 200, 1);
    put_key(b, "i8", GGUF_I8), put_int(b, (uint8_t)-2, 1);
    put_key(b, "u16", GGUF_U16), put_int(b, 60000, 2);
    put_key(b, "i16", GGUF_I16), put_int(b, 3, 2);
    put_key(b, "u32", GGUF_U32), put_u32(b, UINT32_MAX);
    put_key(b, "i32", GGUF_I32), put_u32(b, (uint32_t)-1);
    put_key(b, "u64", GGUF_U64), put_u64(b, (uint64_t)UINT32_MAX + 1);
    put_key(b, "u64max", GGUF_U64), put_u64(b, UINT64_MAX);
    put_key(b, "i64", GGUF_I64), put_u64(b, 5);
    put_key(b, "f32", GGUF_F32), put_f32(b, 1.5f);
    double big = 1e300, half = 0.5;
    uint64_t bits;
    memcpy(&bits, &big, 8);
    put_key(b, "f64big", GGUF_F64), put_u64(b, bits);
    memcpy(&bits, &half, 8);
    put_key(b, "f64", GGUF_F64), put_u64(b, bits);
    put_kv_bool(b, "bool", true);
}

static void test_gguf__numbers_are_lenient_in_width_and_strict_in_range(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 1 << 16);
    put_scalars(&b);
    model_gguf *g;
    err e = {0};
    assert_ok(model_gguf_open_memory(&g, b.ptr, b.len, "m", &e), &e);
    static const struct {
        const char *key;
        bool u32_fits;
        uint32_t u32;
        bool i64_fits;
        int64_t i64;
        bool f32_fits;
        float f32;
    } cases[] = {
        {"u8", true, 200, true, 200, false, 0},
        {"i8", false, 0, true, -2, false, 0},
        {"u16", true, 60000, true, 60000, false, 0},
        {"i16", true, 3, true, 3, false, 0},
        {"u32", true, UINT32_MAX, true, UINT32_MAX, false, 0},
        {"i32", false, 0, true, -1, false, 0},
        {"u64", false, 0, true, (int64_t)UINT32_MAX + 1, false, 0},
        {"u64max", false, 0, false, 0, false, 0},
        {"i64", true, 5, true, 5, false, 0},
        {"f32", false, 0, false, 0, true, 1.5f},
        {"f64", false, 0, false, 0, true, 0.5f},
        {"f64big", false, 0, false, 0, false, 0},
        {"bool", false, 0, false, 0, false, 0},
        {"absent", false, 0, false, 0, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t u = 77;
        int64_t l = 77;
        float f = 77;
        if (model_gguf_u32(g, cases[i].key, &u) != cases[i].u32_fits ||
            u != (cases[i].u32_fits ? cases[i].u32 : 77) ||
            model_gguf_i64(g, cases[i].key, &l) != cases[i].i64_fits ||
            l != (cases[i].i64_fits ? cases[i].i64 : 77) ||
            model_gguf_f32(g, cases[i].key, &f) != cases[i].f32_fits ||
            f != (cases[i].f32_fits ? cases[i].f32 : 77))
            fail_msg("%s: got u32 %u, i64 %lld, f32 %g", cases[i].key, (unsigned)u, (long long)l,
                     (double)f);
    }
    bool flag = false;
    assert_true(model_gguf_bool(g, "bool", &flag) && flag);
    assert_false(model_gguf_bool(g, "u8", &flag));
    str_view text;
    assert_false(model_gguf_str(g, "u8", &text));
    struct gguf_array a;
    assert_false(model_gguf_array(g, "u8", &a));
    assert_true(model_gguf_has(g, "f32"));
    assert_false(model_gguf_has(g, "f3"));
    assert_int_equal(model_gguf_n_kv(g), 13);
    gguf_value_type type;
    assert_view(model_gguf_kv(g, 1, &type), "i8");
    assert_int_equal(type, GGUF_I8);
    model_gguf_close(g);
    buf_release(&b);
}

static void test_gguf__arrays(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 1 << 16);
    put_header(&b, 3, 0, 4);
    const char *words[] = {"one", "", "three"};
    put_kv_strs(&b, "words", words, 3);
    put_kv_array(&b, "i16", GGUF_I16, 2);
    put_int(&b, 9, 2);
    put_int(&b, (uint16_t)-9, 2);
    put_kv_array(&b, "f32", GGUF_F32, 2);
    put_f32(&b, -0.25f);
    put_f32(&b, INFINITY);
    put_kv_str(&b, "text", "a text");
    model_gguf *g;
    err e = {0};
    assert_ok(model_gguf_open_memory(&g, b.ptr, b.len, "m", &e), &e);
    struct gguf_array a;
    assert_true(model_gguf_array(g, "words", &a));
    assert_int_equal(a.type, GGUF_STRING);
    assert_int_equal(a.n, 3);
    assert_view(gguf_array_next_str(&a), "one");
    assert_view(gguf_array_next_str(&a), "");
    assert_view(gguf_array_next_str(&a), "three");
    assert_int_equal(a.n, 0);
    uint32_t u = 77;
    float f = 77;
    assert_true(model_gguf_array(g, "i16", &a));
    assert_true(gguf_array_u32(&a, 0, &u));
    assert_int_equal(u, 9);
    assert_false(gguf_array_u32(&a, 1, &u));
    assert_false(gguf_array_f32(&a, 0, &f));
    assert_true(model_gguf_array(g, "f32", &a));
    assert_true(gguf_array_f32(&a, 0, &f) && f == -0.25f);
    assert_true(gguf_array_f32(&a, 1, &f) && isinf(f));
    assert_false(gguf_array_u32(&a, 0, &u));
    str_view text;
    assert_true(model_gguf_str(g, "text", &text));
    assert_view(text, "a text");
    assert_false(model_gguf_str(g, "words", &text));
    model_gguf_close(g);
    buf_release(&b);
}

static void test_gguf__many_names_are_all_found(void **state)
{
    (void)state;
    enum { N = 3000 };
    buf b;
    buf_init(&b, 1 << 20);
    put_header(&b, 3, N, N);
    char name[32];
    for (uint32_t i = 0; i < N; i++) {
        snprintf(name, sizeof name, "key.%u", (unsigned)i);
        put_kv_u32(&b, name, i);
    }
    for (uint32_t i = 0; i < N; i++) {
        snprintf(name, sizeof name, "blk.%u.weight", (unsigned)i);
        put_tensor(&b, name, 1, (uint64_t[]){8}, MODEL_TYPE_F32, i * 32u);
    }
    put_padding(&b, 32);
    put_zeros(&b, N * 32);
    assert_int_equal(buf_failed(&b), ERR_OK);
    model_gguf *g;
    err e = {0};
    assert_ok(model_gguf_open_memory(&g, b.ptr, b.len, "m", &e), &e);
    for (uint32_t i = 0; i < N; i++) {
        uint32_t v;
        snprintf(name, sizeof name, "key.%u", (unsigned)i);
        assert_true(model_gguf_u32(g, name, &v));
        assert_int_equal(v, i);
        snprintf(name, sizeof name, "blk.%u.weight", (unsigned)i);
        assert_ptr_equal(model_gguf_find_tensor(g, name), model_gguf_tensor(g, i));
    }
    model_gguf_close(g);
    buf_release(&b);
}

static void test_gguf__type_sizes(void **state)
{
    (void)state;
    size_t block = 7, bytes = 7;
    assert_true(model_type_layout(MODEL_TYPE_Q6_K, &block, &bytes));
    assert_int_equal(block, 256);
    assert_int_equal(bytes, 210);
    assert_false(model_type_layout(16, &block, &bytes)); /* defined, not readable */
    assert_false(model_type_layout(4, &block, &bytes));  /* removed */
    assert_false(model_type_layout(1000, &block, &bytes));
    assert_int_equal(bytes, 210);
    assert_string_equal(model_type_name(MODEL_TYPE_IQ4_XS), "IQ4_XS");
    assert_string_equal(model_type_name(16), "IQ2_XXS");
    assert_string_equal(model_type_name(4), "?");
    assert_string_equal(model_type_name(UINT32_MAX), "?");
}

/* ---- Damage -------------------------------------------------------------------------- */

/* Opens damaged bytes and, if they pass, reads everything that can be read. */
static err_code read_everything(const buf *b)
{
    char *copy = malloc(b->len ? b->len : 1);
    assert_non_null(copy);
    if (b->len)
        memcpy(copy, b->ptr, b->len);
    model_gguf *g = NULL;
    err e = {0};
    err_code rc = model_gguf_open_memory(&g, copy, b->len, "m.gguf", &e);
    if (rc == ERR_OK) {
        volatile unsigned sum = 0; /* keeps the reads */
        for (size_t i = 0; i < model_gguf_n_tensors(g); i++) {
            const struct gguf_tensor *t = model_gguf_tensor(g, i);
            const unsigned char *p = t->data;
            for (size_t k = 0; k < t->n_bytes; k++)
                sum += p[k];
        }
        for (size_t i = 0; i < model_gguf_n_kv(g); i++) {
            gguf_value_type type;
            str_view key = model_gguf_kv(g, i, &type);
            char z[256];
            snprintf(z, sizeof z, "%.*s", STR_ARG(key));
            struct gguf_array a;
            str_view text;
            if (model_gguf_array(g, z, &a) && a.type == GGUF_STRING)
                while (a.n > 0) {
                    str_view item = gguf_array_next_str(&a);
                    for (size_t k = 0; k < item.len; k++)
                        sum += (unsigned char)item.ptr[k];
                }
            if (model_gguf_str(g, z, &text))
                for (size_t k = 0; k < text.len; k++)
                    sum += (unsigned char)text.ptr[k];
        }
        (void)sum;
    } else {
        assert_true(e.text[0] != '\0');
    }
    model_gguf_close(g);
    free(copy);
    return rc;
}

static void test_gguf__truncated_at_every_byte_is_refused(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 1 << 16);
    two_tensors(&b);
    size_t whole = b.len;
    for (b.len = 0; b.len < whole; b.len++)
        if (read_everything(&b) == ERR_OK)
            fail_msg("accepted after %zu of %zu bytes", b.len, whole);
    assert_int_equal(read_everything(&b), ERR_OK);
    buf_release(&b);
}

static void test_gguf__every_flipped_bit_is_survived(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 1 << 16);
    two_tensors(&b);
    size_t refused = 0;
    for (size_t i = 0; i < b.len * 8; i++) {
        b.ptr[i / 8] = (char)(b.ptr[i / 8] ^ (1 << i % 8));
        refused += read_everything(&b) != ERR_OK;
        b.ptr[i / 8] = (char)(b.ptr[i / 8] ^ (1 << i % 8));
    }
    /* The magic alone is 32 bits. */
    assert_true(refused >= 32 && refused < b.len * 8);
    buf_release(&b);
}

static void test_gguf__every_allocation_may_fail(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 1 << 16);
    two_tensors(&b);
    int n_failed = 0;
    FOR_EACH_FAILING_ALLOCATION({
        model_gguf *g = NULL;
        err e = {0};
        err_code rc = model_gguf_open_memory(&g, b.ptr, b.len, "m", &e);
        assert_true(rc == ERR_OK || (rc == ERR_NOMEM && !g && strstr(e.text, "out of memory")));
        n_failed += rc != ERR_OK;
        model_gguf_close(g);
    })
    assert_int_equal(n_failed, 5); /* handle, pairs, tensors, two tables */
    buf_release(&b);
}

/* ---- Files --------------------------------------------------------------------------- */

static void make_path(char *path, size_t n)
{
    const char *dir = getenv("TMPDIR");
    snprintf(path, n, "%s/test_gguf.XXXXXX", dir ? dir : "/tmp");
    assert_non_null(mkdtemp(path));
}

static void test_gguf__what_is_no_regular_file_is_refused(void **state)
{
    (void)state;
    char dir[200], path[256];
    make_path(dir, sizeof dir);
    model_gguf *g = NULL;
    err e = {0};
    assert_int_equal(model_gguf_open(&g, dir, &e), ERR_FORMAT);
    assert_non_null(strstr(e.text, "a directory"));
    snprintf(path, sizeof path, "%s/fifo", dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(model_gguf_open(&g, path, &e), ERR_FORMAT); /* and does not block */
    assert_non_null(strstr(e.text, "a pipe"));
    unlink(path);
    snprintf(path, sizeof path, "%s/none", dir);
    assert_int_equal(model_gguf_open(&g, path, &e), ERR_NOT_FOUND);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fclose(f);
    assert_int_equal(model_gguf_open(&g, path, &e), ERR_FORMAT);
    assert_non_null(strstr(e.text, "empty"));
    assert_null(g);
    unlink(path);
    rmdir(dir);
}

static void test_gguf__survives_a_file_that_shrinks_while_mapped(void **state)
{
    (void)state;
    enum { N = 100000 }; /* f32: many pages */
    buf b;
    buf_init(&b, 1 << 20);
    put_header(&b, 3, 1, 0);
    put_tensor(&b, "t", 1, (uint64_t[]){N}, MODEL_TYPE_F32, 0);
    put_padding(&b, 32);
    for (size_t i = 0; i < N; i++)
        put_f32(&b, 1.0f);
    assert_int_equal(buf_failed(&b), ERR_OK);
    char dir[200], path[256];
    make_path(dir, sizeof dir);
    snprintf(path, sizeof path, "%s/m.gguf", dir);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b.ptr, 1, b.len, f), b.len);
    assert_int_equal(fclose(f), 0);

    model_gguf *g = NULL;
    err e = {0};
    assert_ok(model_gguf_open(&g, path, &e), &e);
    assert_ok(model_gguf_check(g, &e), &e);
    assert_int_equal(truncate(path, 5000), 0);
    assert_int_equal(model_gguf_check(g, &e), ERR_IO);
    assert_non_null(strstr(e.text, "shorter"));
    /* Without the guard this loop ends in SIGBUS. */
    const float *data = model_gguf_find_tensor(g, "t")->data;
    size_t ones = 0, zeros = 0;
    for (size_t i = 0; i < N; i++) {
        ones += data[i] == 1.0f;
        zeros += data[i] == 0.0f;
    }
    assert_true(ones >= 1000);
    assert_int_equal(ones + zeros, N);
    /* Growing back does not bring the lost pages back, so the file stays bad. */
    assert_int_equal(truncate(path, (off_t)b.len), 0);
    assert_int_equal(model_gguf_check(g, &e), ERR_IO);
    assert_non_null(strstr(e.text, "unreadable"));
    model_gguf_close(g);

    /* A new map is not haunted by the old one. */
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b.ptr, 1, b.len, f), b.len);
    assert_int_equal(fclose(f), 0);
    assert_ok(model_gguf_open(&g, path, &e), &e);
    assert_ok(model_gguf_check(g, &e), &e);
    model_gguf_close(g);
    unlink(path);
    rmdir(dir);
    buf_release(&b);
}

TEST_MAIN(cmocka_unit_test(test_gguf__refuses), cmocka_unit_test(test_gguf__accepts),
          cmocka_unit_test(test_gguf__gives_tensors_in_place),
          cmocka_unit_test(test_gguf__numbers_are_lenient_in_width_and_strict_in_range),
          cmocka_unit_test(test_gguf__arrays),
          cmocka_unit_test(test_gguf__many_names_are_all_found),
          cmocka_unit_test(test_gguf__type_sizes),
          cmocka_unit_test(test_gguf__truncated_at_every_byte_is_refused),
          cmocka_unit_test(test_gguf__every_flipped_bit_is_survived),
          cmocka_unit_test(test_gguf__every_allocation_may_fail),
          cmocka_unit_test(test_gguf__what_is_no_regular_file_is_refused),
          cmocka_unit_test(test_gguf__survives_a_file_that_shrinks_while_mapped))

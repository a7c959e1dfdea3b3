#include "tests/unit/test.h"

#include <math.h>

#include "base/hash.h"
#include "base/log.h"
#include "tests/unit/model/vocab_builder.h"

struct made {
    buf file;
    model_gguf *g;
    model_vocab *v;
};

static err_code make(struct made *m, const struct vocab_recipe *r, err *e)
{
    *m = (struct made){0};
    buf_init(&m->file, 1 << 20);
    put_vocab(&m->file, r);
    assert_int_equal(buf_failed(&m->file), ERR_OK);
    assert_ok(model_gguf_open_memory(&m->g, m->file.ptr, m->file.len, "v.gguf", e), e);
    return model_vocab_create(&m->v, m->g, e);
}

static void make_ok(struct made *m, const struct vocab_recipe *r)
{
    err e = {0};
    assert_ok(make(m, r, &e), &e);
}

static void unmake(struct made *m)
{
    model_vocab_destroy(m->v);
    model_gguf_close(m->g);
    buf_release(&m->file);
}

/* Ids as text: "104 101". */
static void ids_of(char *out, size_t n_out, const model_vocab *v, str_view text)
{
    struct model_tokens t;
    model_tokens_init(&t, 1 << 16);
    model_vocab_encode(v, text, &t);
    assert_int_equal(t.failed, ERR_OK);
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < t.n && n < n_out; i++)
        n += (size_t)snprintf(out + n, n_out - n, "%s%d", i ? " " : "", (int)t.ids[i]);
    model_tokens_release(&t);
}

static void assert_ids_at(const model_vocab *v, const char *text, const char *want, int line)
{
    char got[4096];
    ids_of(got, sizeof got, v, str_of(text));
    if (strcmp(got, want) == 0)
        return;
    print_error("\"%s\"\ngot  %s\nwant %s\n", text, got, want);
    _fail(__FILE__, line);
}
#define assert_ids(v, text, want) assert_ids_at((v), (text), (want), __LINE__)

static void assert_round_trip(const model_vocab *v, str_view text)
{
    struct model_tokens t;
    buf back;
    model_tokens_init(&t, 1 << 22);
    buf_init(&back, 1 << 22);
    model_vocab_encode(v, text, &t);
    assert_int_equal(t.failed, ERR_OK);
    for (size_t i = 0; i < t.n; i++) {
        assert_false(model_vocab_is_special(v, t.ids[i]));
        buf_append(&back, model_vocab_piece(v, t.ids[i]));
    }
    str_view got = buf_view(&back);
    if (strcmp(model_vocab_scheme(v), "spm") == 0 && text.len > 0) {
        assert_true(str_starts(got, STR(" ")));
        got = str_slice(got, 1, got.len);
    }
    assert_true(str_eq(got, text));
    buf_release(&back);
    model_tokens_release(&t);
}

/* ---- Byte-level BPE
 * ------------------------------------------------------------------------------ */

/* 256 he, 257 ll, 258 hell, 259 " h" (stored with U+0120), 260 "hello"; "lo" is used by a merge and
 * is no token. */
static const struct vocab_recipe small = {
    .model = "gpt2",
    .pre = "qwen2",
    .tokens = {{"he", 1, 0},
               {"ll", 1, 0},
               {"hell", 1, 0},
               {"\xC4\xA0h", 1, 0},
               {"hello", 1, 0},
               {"<|endoftext|>", 3, 0},
               {"<|fim_prefix|>", 3, 0},
               {"<|fim_middle|>", 3, 0},
               {"<|fim_suffix|>", 4, 0},
               {"aa", 1, 0},
               {"aaaa", 1, 0}},
    .merges = {"h e", "l l", "he ll", "\xC4\xA0 h", "hell o", "a a", "aa aa"},
    .ids = {{"eos_token_id", 261}},
};

static void test_vocab__bpe_merges_by_rank(void **state)
{
    (void)state;
    struct made m;
    make_ok(&m, &small);
    assert_int_equal(model_vocab_size(m.v), 267);
    assert_string_equal(model_vocab_scheme(m.v), "qwen2");
    assert_ids(m.v, "", "");
    assert_ids(m.v, "hello", "260");
    assert_ids(m.v, "help", "256 108 112");
    assert_ids(m.v, " hello", "32 260"); /* "h e" comes before " h" */
    assert_ids(m.v, " hx", "259 120");
    assert_ids(m.v, "aaa", "265 97"); /* leftmost first */
    assert_ids(m.v, "aaaaaaa", "266 265 97");
    assert_ids(m.v, "\n\xFF", "10 255");
    assert_view(model_vocab_piece(m.v, 259), " h");
    assert_view(model_vocab_raw(m.v, 259), "\xC4\xA0h");
    unmake(&m);
}

static void test_vocab__merge_through_a_text_that_is_no_token(void **state)
{
    (void)state;
    static const struct vocab_recipe r = {
        .model = "gpt2",
        .pre = "gpt-2",
        .tokens = {{"xyz", 1, 0}},
        .merges = {"x y", "xy z"},
    };
    struct made m;
    make_ok(&m, &r);
    assert_ids(m.v, "xyz", "256");
    assert_ids(m.v, "xy", "120 121"); /* falls apart into bytes */
    unmake(&m);
}

static void test_vocab__ignoring_merges(void **state)
{
    (void)state;
    struct vocab_recipe r = {
        .model = "gpt2",
        .pre = "llama-bpe",
        .tokens = {{"whole", 1, 0}, {"\xC4\xA0whole", 1, 0}, {"secret", 3, 0}},
    };
    struct made m;
    make_ok(&m, &r);
    assert_ids(m.v, "whole whole", "256 257");
    assert_ids(m.v, "secret",
               "115 101 99 114 101 116"); /* control tokens are no text here either */
    unmake(&m);
    r.pre = "qwen2";
    make_ok(&m, &r);
    assert_ids(m.v, "whole", "119 104 111 108 101");
    unmake(&m);
}

static void test_vocab__special_tokens_are_never_parsed_from_text(void **state)
{
    (void)state;
    struct made m;
    make_ok(&m, &small);
    static const char *const texts[] = {"<|endoftext|>", "<|fim_prefix|>", "x<|fim_middle|>y",
                                        "<|fim_suffix|>", "<|fim_suffix|><|fim_suffix|>"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_round_trip(m.v, str_of(texts[i]));  /* also: none of the ids is special */
    assert_true(model_vocab_is_special(m.v, 264)); /* user-defined in the file, but it has a role */
    assert_int_equal(model_vocab_piece(m.v, 264).len, 0);
    unmake(&m);
}

static void test_vocab__round_trips_every_code_point_and_random_bytes(void **state)
{
    (void)state;
    static const char *const schemes[] = {"default",   "qwen2", "qwen35",    "seed-coder",
                                          "llama-bpe", "gpt-2", "starcoder", "deepseek-coder"};
    buf all;
    buf_init(&all, 1 << 23);
    for (uint32_t c = 0; c < 0x110000; c += 7) {
        char out[UTF_MAX_BYTES];
        buf_append(&all, (str_view){out, utf8_encode(out, c)});
        if (c % 5 == 0)
            buf_append_byte(&all, ' ');
    }
    for (size_t k = 0; k < sizeof schemes / sizeof schemes[0]; k++) {
        struct vocab_recipe r = small;
        r.pre = schemes[k];
        struct made m;
        make_ok(&m, &r);
        assert_round_trip(m.v, buf_view(&all));
        for (uint64_t seed = 0; seed < 300; seed++) {
            char bytes[64];
            for (size_t i = 0; i < sizeof bytes; i++)
                bytes[i] = (char)hash_u64(seed << 8 | i);
            assert_round_trip(m.v, (str_view){bytes, seed % (sizeof bytes + 1)});
        }
        unmake(&m);
    }
    buf_release(&all);
}

static void test_vocab__a_megabyte_of_one_letter_ends(void **state)
{
    (void)state;
    enum { N = 1 << 20 };
    char *text = malloc(N);
    assert_non_null(text);
    memset(text, 'a', N);
    struct made m;
    make_ok(&m, &small);
    struct model_tokens t;
    model_tokens_init(&t, N);
    model_vocab_encode(m.v, (str_view){text, N}, &t);
    assert_int_equal(t.failed, ERR_OK);
    assert_int_equal(t.n, N / 4);
    model_tokens_release(&t);
    unmake(&m);
    free(text);
}

static void test_vocab__bytes_without_a_token_are_left_out(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 4096);
    put_header(&b, 3, 0, 5);
    put_kv_str(&b, "tokenizer.ggml.model", "gpt2");
    put_kv_str(&b, "tokenizer.ggml.pre", "gpt-2");
    put_kv_strs(&b, "tokenizer.ggml.tokens", (const char *const[]){"a", "?"}, 2);
    put_kv_strs(&b, "tokenizer.ggml.merges", NULL, 0);
    put_kv_u32(&b, "tokenizer.ggml.unknown_token_id", 1);
    model_gguf *g;
    model_vocab *v;
    err e = {0};
    assert_ok(model_gguf_open_memory(&g, b.ptr, b.len, "v", &e), &e);
    assert_ok(model_vocab_create(&v, g, &e), &e);
    assert_ids(v, "abba", "0 0"); /* not the unknown token, which may end the text */
    model_vocab_destroy(v);
    model_gguf_close(g);
    buf_release(&b);
}

/* ---- SentencePiece
 * ------------------------------------------------------------------------------- */

#define MARK "\xE2\x96\x81"

/* 259 MARK, 260 a, 261 b, 262 ab, 263 ba, 264 MARK a, 265 aba, 266 "<s" (which would lead to <s>)
 */
static const struct vocab_recipe pieces = {
    .model = "llama",
    .tokens = {{MARK, 1, -9},
               {"a", 1, -10},
               {"b", 1, -11},
               {"ab", 1, -2},
               {"ba", 1, -1},
               {MARK "a", 1, -3},
               {"aba", 1, -4},
               {"<s", 1, -1},
               {"<", 1, -5},
               {"s", 1, -5},
               {">", 1, -5}},
};

static void test_vocab__spm_joins_by_score(void **state)
{
    (void)state;
    struct made m;
    make_ok(&m, &pieces);
    assert_string_equal(model_vocab_scheme(m.v), "spm");
    assert_true(model_vocab_adds_bos(m.v));
    assert_int_equal(model_vocab_role(m.v, MODEL_ROLE_BOS), 1);
    assert_int_equal(model_vocab_role(m.v, MODEL_ROLE_EOS), 2);
    assert_ids(m.v, "", "");
    assert_ids(m.v, "a", "264");
    assert_ids(m.v, "aba", "264 263"); /* "ba" before MARK "a" */
    assert_ids(m.v, "bab", "259 263 261");
    assert_ids(m.v, "a a", "264 264");
    assert_ids(m.v, "\xC3\xA9", "259 198 172"); /* bytes C3 A9 */
    assert_ids(m.v, "\xFF", "259 258");
    assert_view(model_vocab_piece(m.v, 264), " a");
    assert_view(model_vocab_piece(m.v, 13), "\n");
    assert_round_trip(m.v, STR("ab\n\tba  a\xE4\xB8\xAD\x80\xFF"));
    unmake(&m);
}

static void test_vocab__spm_text_is_never_a_special_or_byte_token(void **state)
{
    (void)state;
    struct made m;
    make_ok(&m, &pieces);
    assert_ids(m.v, "<s>", "259 266 269");
    assert_round_trip(m.v, STR("<s></s><unk><0x0A>"));
    unmake(&m);
}

static void test_vocab__spm_space_prefix_can_be_off(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 1 << 16);
    struct vocab_recipe r = pieces;
    put_vocab(&b, &r);
    put_kv_bool(&b, "tokenizer.ggml.add_space_prefix", false);
    put_kv_bool(&b, "tokenizer.ggml.add_bos_token", false);
    b.ptr[16] = (char)(b.ptr[16] + 2); /* two more keys */
    model_gguf *g;
    model_vocab *v;
    err e = {0};
    assert_ok(model_gguf_open_memory(&g, b.ptr, b.len, "v", &e), &e);
    assert_ok(model_vocab_create(&v, g, &e), &e);
    assert_ids(v, "a", "260");
    assert_false(model_vocab_adds_bos(v));
    model_vocab_destroy(v);
    model_gguf_close(g);
    buf_release(&b);
}

static void test_vocab__spm_odd_scores_are_survived(void **state)
{
    (void)state;
    struct vocab_recipe r = pieces;
    r.tokens[3].score = NAN;
    r.tokens[4].score = -INFINITY;
    r.tokens[5].score = INFINITY;
    r.tokens[6].score = -0.0f;
    struct made m;
    make_ok(&m, &r);
    assert_round_trip(m.v, STR("abab aab bba ab"));
    assert_ids(m.v, "aba", "264 263"); /* not a number comes last, after minus infinity */
    unmake(&m);
}

/* ---- User-defined tokens
 * ------------------------------------------------------------------------- */

static void test_vocab__user_defined_tokens_longest_first(void **state)
{
    (void)state;
    struct vocab_recipe r = {
        .model = "gpt2",
        .pre = "qwen2",
        /* 256 to 260 */
        .tokens =
            {{"<t>", 4, 0}, {"<t><t>", 4, 0}, {"  ", 4, 0}, {"\xC4\xA0x", 4, 0}, {"t>y", 4, 0}},
        .merges = {"\xC4\xA0 x"},
    };
    struct made m;
    make_ok(&m, &r);
    assert_ids(m.v, "<t><t><t>", "257 256");
    assert_ids(m.v, "<t", "60 116");
    assert_ids(m.v, "a   b", "97 258 32 98");
    assert_ids(m.v, "<t>y", "256 121"); /* of equal length: from the left */
    assert_ids(m.v, " x", "32 120");    /* its piece would be the stored text, not " x" */
    assert_view(model_vocab_piece(m.v, 256), "<t>");
    assert_round_trip(m.v, STR("  <t>\xC4\xA0x x<t><t"));
    unmake(&m);

    struct vocab_recipe s = pieces;
    s.tokens[0].type = 1;
    s.tokens[11] = (struct vocab_token){"<t>", 4, 0};
    make_ok(&m, &s);
    assert_ids(m.v, "a<t>a", "264 270 264"); /* a space again after a token that stands alone */
    unmake(&m);
}

/* ---- Roles
 * --------------------------------------------------------------------------------------- */

static void test_vocab__roles_from_metadata_before_names(void **state)
{
    (void)state;
    struct vocab_recipe r = small;
    r.ids[1].key = "fim_pre_token_id", r.ids[1].id = 263;
    r.ids[2].key = "suffix_token_id", r.ids[2].id = 262; /* the old name of the key */
    struct made m;
    make_ok(&m, &r);
    assert_int_equal(model_vocab_role(m.v, MODEL_ROLE_FIM_PREFIX), 263);
    assert_int_equal(model_vocab_role(m.v, MODEL_ROLE_FIM_SUFFIX), 262);
    assert_int_equal(model_vocab_role(m.v, MODEL_ROLE_FIM_MIDDLE), 263); /* by name */
    assert_int_equal(model_vocab_role(m.v, MODEL_ROLE_EOS), 261);
    assert_int_equal(model_vocab_role(m.v, MODEL_ROLE_BOS), MODEL_TOKEN_NONE);
    assert_int_equal(model_vocab_role(m.v, MODEL_ROLE_REPO), MODEL_TOKEN_NONE);
    assert_false(model_vocab_adds_bos(m.v));
    unmake(&m);
}

static void test_vocab__roles_from_the_names_of_each_family(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum model_role role;
    } cases[] = {
        {"<|fim_prefix|>", MODEL_ROLE_FIM_PREFIX},
        {"<fim_suffix>", MODEL_ROLE_FIM_SUFFIX},
        {"<fim-middle>", MODEL_ROLE_FIM_MIDDLE},
        {"<[fim-suffix]>", MODEL_ROLE_FIM_SUFFIX},
        {"<｜fim▁begin｜>", MODEL_ROLE_FIM_PREFIX},
        {"<｜fim▁hole｜>", MODEL_ROLE_FIM_SUFFIX},
        {"<｜fim▁end｜>", MODEL_ROLE_FIM_MIDDLE},
        {MARK "<MID>", MODEL_ROLE_FIM_MIDDLE},
        {"<fim_pad>", MODEL_ROLE_FIM_PAD},
        {"<reponame>", MODEL_ROLE_REPO},
        {"<repo_name>", MODEL_ROLE_REPO},
        {"<|repo_name|>", MODEL_ROLE_REPO},
        {"<|file_sep|>", MODEL_ROLE_FILE_SEP},
        {"<file_sep>", MODEL_ROLE_FILE_SEP},
        {"<|file_separator|>", MODEL_ROLE_FILE_SEP},
        {"<filename>", MODEL_ROLE_FILE_SEP},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vocab_recipe r = {.model = "gpt2", .pre = "gpt-2"};
        r.tokens[0] = (struct vocab_token){cases[i].name, 4, 0};
        struct made m;
        make_ok(&m, &r);
        if (model_vocab_role(m.v, cases[i].role) != 256)
            fail_msg("%s not found", cases[i].name);
        assert_true(model_vocab_is_special(m.v, 256));
        assert_true(model_vocab_is_end(m.v, 256));
        assert_int_equal(model_vocab_find(m.v, str_of(cases[i].name)), 256);
        assert_round_trip(m.v, str_of(cases[i].name));
        unmake(&m);
    }
}

static void test_vocab__end_set(void **state)
{
    (void)state;
    struct vocab_recipe r = small;
    r.tokens[11] = (struct vocab_token){"<|im_end|>", 4, 0}; /* 267, by name */
    r.tokens[12] = (struct vocab_token){"<turn>", 3, 0};     /* 268, by key */
    r.tokens[13] = (struct vocab_token){"<other>", 3, 0};    /* 269 */
    r.tokens[14] = (struct vocab_token){"<pad>", 3, 0};      /* 270 */
    r.ids[1].key = "eot_token_id", r.ids[1].id = 268;
    r.ids[2].key = "padding_token_id", r.ids[2].id = 270;
    struct made m;
    make_ok(&m, &r);
    for (model_token id = 0; id < (model_token)model_vocab_size(m.v); id++) {
        bool want = (id >= 261 && id <= 264) || id == 267 || id == 268 || id == 270;
        if (model_vocab_is_end(m.v, id) != want)
            fail_msg("token %d", (int)id);
    }
    unmake(&m);
    r.ids[2].id = 'p'; /* padding that is an ordinary letter stays one */
    make_ok(&m, &r);
    assert_false(model_vocab_is_end(m.v, 'p') || model_vocab_is_special(m.v, 'p'));
    unmake(&m);
}

static void count_line(void *user, log_level level, const char *line)
{
    (void)level;
    if (strstr(line, "is not the number of a token"))
        ++*(int *)user;
}

static void test_vocab__special_ids_out_of_range_are_ignored_with_a_warning(void **state)
{
    (void)state;
    struct vocab_recipe r = small;
    r.ids[0].id = 267;
    r.ids[1].key = "bos_token_id", r.ids[1].id = UINT32_MAX;
    r.ids[2].key = "fim_mid_token_id", r.ids[2].id = 1 << 30;
    int n_warnings = 0;
    log_set_sink(count_line, &n_warnings);
    struct made m;
    make_ok(&m, &r);
    log_set_sink(NULL, NULL);
    assert_int_equal(n_warnings, 3);
    assert_int_equal(model_vocab_role(m.v, MODEL_ROLE_EOS), MODEL_TOKEN_NONE);
    assert_int_equal(model_vocab_role(m.v, MODEL_ROLE_BOS), MODEL_TOKEN_NONE);
    assert_int_equal(model_vocab_role(m.v, MODEL_ROLE_FIM_MIDDLE), 263); /* by name after all */
    unmake(&m);
}

/* ---- Files that lie
 * ------------------------------------------------------------------------------ */

static void test_vocab__duplicate_and_empty_tokens(void **state)
{
    (void)state;
    struct vocab_recipe r = small;
    r.tokens[11] = (struct vocab_token){"", 1, 0};
    r.tokens[12] = (struct vocab_token){"he", 1, 0};
    r.tokens[13] = (struct vocab_token){"", 4, 0};
    r.tokens[14] = (struct vocab_token){"hello", 3, 0};
    struct made m;
    make_ok(&m, &r);
    assert_ids(m.v, "hello he", "260 32 256"); /* the first, and the ordinary one */
    assert_int_equal(model_vocab_piece(m.v, 267).len, 0);
    assert_int_equal(model_vocab_find(m.v, STR("")), MODEL_TOKEN_NONE);
    unmake(&m);
}

/* Each writes the keys after tokenizer.ggml.model; the count of keys is filled in by the test. */
static void lie_no_tokens(buf *b)
{
    put_kv_strs(b, "tokenizer.ggml.merges", NULL, 0);
}
static void lie_empty_tokens(buf *b)
{
    put_kv_strs(b, "tokenizer.ggml.tokens", NULL, 0);
    put_kv_strs(b, "tokenizer.ggml.merges", NULL, 0);
}
static void lie_tokens_are_numbers(buf *b)
{
    put_kv_array(b, "tokenizer.ggml.tokens", GGUF_U32, 2);
    put_zeros(b, 8);
}
static void put_two_tokens(buf *b)
{
    put_kv_strs(b, "tokenizer.ggml.tokens", (const char *const[]){"a", "b"}, 2);
}
static void lie_no_merges(buf *b)
{
    put_two_tokens(b);
}
static void lie_merges_are_numbers(buf *b)
{
    put_two_tokens(b);
    put_kv_array(b, "tokenizer.ggml.merges", GGUF_I8, 3);
    put_zeros(b, 3);
}
static void lie_merge_without_space(buf *b)
{
    put_two_tokens(b);
    put_kv_strs(b, "tokenizer.ggml.merges", (const char *const[]){"a b", "ab"}, 2);
}
static void lie_merge_space_first(buf *b)
{
    put_two_tokens(b);
    put_kv_strs(b, "tokenizer.ggml.merges", (const char *const[]){" b"}, 1);
}
static void lie_merge_empty(buf *b)
{
    put_two_tokens(b);
    put_kv_strs(b, "tokenizer.ggml.merges", (const char *const[]){""}, 1);
}
static void lie_types_are_floats(buf *b)
{
    put_two_tokens(b);
    put_kv_array(b, "tokenizer.ggml.token_type", GGUF_F32, 2);
    put_zeros(b, 8);
}
static void lie_types_are_short(buf *b)
{
    put_two_tokens(b);
    put_kv_array(b, "tokenizer.ggml.token_type", GGUF_I32, 1);
    put_zeros(b, 4);
}
static void lie_types_are_no_array(buf *b)
{
    put_two_tokens(b);
    put_kv_u32(b, "tokenizer.ggml.token_type", 1);
}
static void lie_unknown_pre(buf *b)
{
    put_two_tokens(b);
    put_kv_str(b, "tokenizer.ggml.pre", "made-up");
}
static void lie_long_token(buf *b)
{
    put_kv_array(b, "tokenizer.ggml.tokens", GGUF_STRING, 1);
    put_u64(b, 65537);
    put_zeros(b, 65537);
}
static void lie_no_scores(buf *b)
{
    put_two_tokens(b);
}
static void lie_scores_are_bytes(buf *b)
{
    put_two_tokens(b);
    put_kv_array(b, "tokenizer.ggml.scores", GGUF_I8, 2);
    put_zeros(b, 2);
}
static void lie_scores_are_short(buf *b)
{
    put_two_tokens(b);
    put_kv_array(b, "tokenizer.ggml.scores", GGUF_F32, 1);
    put_zeros(b, 4);
}

static void test_vocab__refuses(void **state)
{
    (void)state;
    static const struct {
        const char *model;
        uint64_t n_keys; /* written by build */
        void (*build)(buf *b);
        err_code code;
        const char *text;
    } cases[] = {
        {NULL, 1, lie_no_tokens, ERR_FORMAT, "the file has no vocabulary"},
        {"bert", 1, lie_no_tokens, ERR_UNSUPPORTED, "the kind \"bert\""},
        {"gpt2", 1, lie_no_tokens, ERR_FORMAT, "no list of tokens"},
        {"gpt2", 2, lie_empty_tokens, ERR_FORMAT, "claims 0 tokens"},
        {"gpt2", 1, lie_tokens_are_numbers, ERR_FORMAT, "no list of tokens"},
        {"gpt2", 1, lie_long_token, ERR_FORMAT, "token 0 has 65537 bytes"},
        {"gpt2", 1, lie_no_merges, ERR_FORMAT, "no list of merges"},
        {"gpt2", 2, lie_merges_are_numbers, ERR_FORMAT, "no list of merges"},
        {"gpt2", 2, lie_merge_without_space, ERR_FORMAT, "merge 1 is not two texts"},
        {"gpt2", 2, lie_merge_space_first, ERR_FORMAT, "merge 0 is not two texts"},
        {"gpt2", 2, lie_merge_empty, ERR_FORMAT, "merge 0 is not two texts"},
        {"gpt2", 2, lie_types_are_floats, ERR_FORMAT, "token types"},
        {"gpt2", 2, lie_types_are_short, ERR_FORMAT, "token types"},
        {"gpt2", 2, lie_types_are_no_array, ERR_FORMAT, "token types"},
        {"gpt2", 2, lie_unknown_pre, ERR_UNSUPPORTED, "the pre-tokenizer \"made-up\""},
        {"llama", 1, lie_no_scores, ERR_FORMAT, "no score for each token"},
        {"llama", 2, lie_scores_are_bytes, ERR_FORMAT, "no score for each token"},
        {"llama", 2, lie_scores_are_short, ERR_FORMAT, "no score for each token"},
    };
    log_set_level(LOG_ERROR); /* the missing pre-tokenizer is not what is tested */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf b;
        buf_init(&b, 1 << 18);
        put_header(&b, 3, 0, cases[i].n_keys + (cases[i].model != NULL));
        if (cases[i].model)
            put_kv_str(&b, "tokenizer.ggml.model", cases[i].model);
        cases[i].build(&b);
        model_gguf *g = NULL;
        model_vocab *v = NULL;
        err e = {0};
        assert_ok(model_gguf_open_memory(&g, b.ptr, b.len, "v.gguf", &e), &e);
        err_code rc = model_vocab_create(&v, g, &e);
        if (rc != cases[i].code || !strstr(e.text, cases[i].text) || v)
            fail_msg("case %zu: got %s, \"%s\"; want %s, \"%s\"", i, err_name(rc), e.text,
                     err_name(cases[i].code), cases[i].text);
        model_gguf_close(g);
        buf_release(&b);
    }
    log_set_level(LOG_WARNING);
}

/* ---- Failing allocations and limits
 * -------------------------------------------------------------- */

static void check_failing(const struct vocab_recipe *r, str_view text)
{
    struct made m;
    make_ok(&m, r);
    struct model_tokens want;
    model_tokens_init(&want, 1 << 16);
    model_vocab_encode(m.v, text, &want);
    assert_int_equal(want.failed, ERR_OK);
    int n_create = 0, n_encode = 0;
    FOR_EACH_FAILING_ALLOCATION({
        model_vocab *v = NULL;
        err e = {0};
        err_code rc = model_vocab_create(&v, m.g, &e);
        assert_true(rc == ERR_OK || (rc == ERR_NOMEM && !v && strstr(e.text, "out of memory")));
        n_create += rc != ERR_OK;
        model_vocab_destroy(v);
    })
    FOR_EACH_FAILING_ALLOCATION({
        struct model_tokens t;
        model_tokens_init(&t, 1 << 16);
        model_vocab_encode(m.v, text, &t);
        assert_true(t.failed == ERR_OK || t.failed == ERR_NOMEM);
        if (t.failed == ERR_OK) {
            assert_int_equal(t.n, want.n);
            assert_memory_equal(t.ids, want.ids, t.n * sizeof *t.ids);
        }
        n_encode += t.failed != ERR_OK;
        model_tokens_release(&t);
    })
    assert_true(n_create >= 6 && n_encode >= 3);
    model_tokens_release(&want);
    unmake(&m);
}

static void test_vocab__every_allocation_may_fail(void **state)
{
    (void)state;
    struct vocab_recipe r = small;
    r.tokens[11] = (struct vocab_token){"<t>", 4, 0};
    r.merges[7] = "x y"; /* a text that is no token */
    str_view text = STR("hello <t> a_very_long_word_that_needs_the_heap_to_be_merged xy hello");
    check_failing(&r, text);
    r.pre = "llama-bpe";
    check_failing(&r, text);
    struct vocab_recipe s = pieces;
    s.tokens[11] = (struct vocab_token){"<t>", 4, 0};
    check_failing(&s, text);
}

static void test_vocab__token_lists_have_a_maximum(void **state)
{
    (void)state;
    struct made m;
    make_ok(&m, &small);
    struct model_tokens t;
    model_tokens_init(&t, 3);
    model_vocab_encode(m.v, STR("xyz"), &t);
    assert_int_equal(t.failed, ERR_OK);
    assert_int_equal(t.n, 3);
    model_vocab_encode(m.v, STR("x"), &t);
    assert_int_equal(t.failed, ERR_RANGE);
    assert_int_equal(t.n, 3);
    model_tokens_clear(&t);
    model_vocab_encode(m.v, STR("hello"), &t);
    assert_int_equal(t.failed, ERR_OK);
    assert_int_equal(t.n, 1);
    assert_int_equal(t.ids[0], 260);
    model_tokens_release(&t);
    model_tokens_release(NULL);
    unmake(&m);
}

TEST_MAIN(cmocka_unit_test(test_vocab__bpe_merges_by_rank),
          cmocka_unit_test(test_vocab__merge_through_a_text_that_is_no_token),
          cmocka_unit_test(test_vocab__ignoring_merges),
          cmocka_unit_test(test_vocab__special_tokens_are_never_parsed_from_text),
          cmocka_unit_test(test_vocab__round_trips_every_code_point_and_random_bytes),
          cmocka_unit_test(test_vocab__a_megabyte_of_one_letter_ends),
          cmocka_unit_test(test_vocab__bytes_without_a_token_are_left_out),
          cmocka_unit_test(test_vocab__spm_joins_by_score),
          cmocka_unit_test(test_vocab__spm_text_is_never_a_special_or_byte_token),
          cmocka_unit_test(test_vocab__spm_space_prefix_can_be_off),
          cmocka_unit_test(test_vocab__spm_odd_scores_are_survived),
          cmocka_unit_test(test_vocab__user_defined_tokens_longest_first),
          cmocka_unit_test(test_vocab__roles_from_metadata_before_names),
          cmocka_unit_test(test_vocab__roles_from_the_names_of_each_family),
          cmocka_unit_test(test_vocab__end_set),
          cmocka_unit_test(test_vocab__special_ids_out_of_range_are_ignored_with_a_warning),
          cmocka_unit_test(test_vocab__duplicate_and_empty_tokens),
          cmocka_unit_test(test_vocab__refuses),
          cmocka_unit_test(test_vocab__every_allocation_may_fail),
          cmocka_unit_test(test_vocab__token_lists_have_a_maximum))

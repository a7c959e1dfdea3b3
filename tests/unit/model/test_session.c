#include "tests/unit/model/model_under_test.h"

#include <pthread.h>
#include <time.h>

#include <math.h>

#include "base/file.h"
#include "base/hash.h"
#include "model/isa.h"
#include "model/quant.h"
#include "model/sample.h"

/* ---- the story model: a real one, trained by others, with a known greedy text ---- */

static const char story_path[] = ARTEL_SHARED_DIR "/vectors/stories260K.gguf";

static const char story_document[] = ARTEL_SHARED_DIR "/vectors/stories260K.md";

/* What the document beside the file says that the reference implementation prints: the lines after
 * its command with "-t 0.0". */
static str_view documented_story(buf *document)
{
    err e = {0};
    buf_init(document, 1 << 20);
    assert_ok(file_read(document, story_document, &e), &e);
    str_view text = buf_view(document), head = STR("-t 0.0\n");
    text = str_slice(text, str_find(text, head) + head.len, text.len);
    return str_slice(text, 0, str_find(text, STR("\n```")));
}

/* The text of a SentencePiece token: "▁" is a space, "<0x0A>" a byte. */
static size_t spm_piece(char out[64], str_view piece)
{
    unsigned byte;
    char text[16] = "";
    if (piece.len == 6)
        memcpy(text, piece.ptr, 6);
    if (sscanf(text, "<0x%2X>", &byte) == 1) {
        out[0] = (char)byte;
        return 1;
    }
    size_t n = 0;
    for (size_t i = 0; i < piece.len && n < 63; i++) {
        if (piece.len - i >= 3 && memcmp(piece.ptr + i, "\xE2\x96\x81", 3) == 0) {
            out[n++] = ' ';
            i += 2;
        } else {
            out[n++] = piece.ptr[i];
        }
    }
    return n;
}

static str_view token_text(const model_gguf *g, model_token id)
{
    struct gguf_array a;
    assert_true(model_gguf_array(g, "tokenizer.ggml.tokens", &a));
    str_view v = {0};
    for (model_token i = 0; i <= id; i++)
        v = gguf_array_next_str(&a);
    return v;
}

static void test_session__tells_the_documented_story(void **state)
{
    (void)state;
    struct under_test m = {0};
    err e = {0};
    if (model_gguf_open(&m.g, story_path, &e) == ERR_NOT_FOUND) {
        print_message("skipped: %s is absent\n", story_path);
        skip();
    }
    assert_ok(model_weights_load(&m.w, m.g, &e), &e);
    buf document;
    str_view story = documented_story(&document);
    assert_true(story.len > 500);
    for (model_isa isa = 0; isa < MODEL_ISA_COUNT; isa++) {
        if (!model__isa_usable(isa))
            continue;
        model_isa before = model_isa_current();
        model__isa_force(isa);
        model_session *s = make_session(&m, MODEL_SESSION_OPTIONS_DEFAULT);
        struct model_sampler sampler;
        model_sampler_init(&sampler, &MODEL_SAMPLE_GREEDY);
        char text[4096];
        size_t n = 0;
        model_token id = 1; /* begin of text */
        for (int i = 0; i < 256; i++) {
            assert_ok(model_session_step(s, id, &e), &e);
            id = model_sample(&sampler, model_session_logits(s), 512, NULL, NULL, NULL);
            if (id == 1)
                break;
            n += spm_piece(text + n, token_text(m.g, id));
        }
        print_message("%s\n", model_isa_name(isa));
        /* The reference drops the space that SentencePiece puts first. */
        str_view told = str_trim_left((str_view){text, n});
        assert_int_equal(told.len, story.len);
        assert_memory_equal(told.ptr, story.ptr, story.len);
        model_session_destroy(s);
        model__isa_force(before);
    }
    buf_release(&document);
    release_model(&m);
}

/* ---- the cache ---- */

/* Largest difference between logits, over the largest magnitude. */
static float distance(const float *a, const float *b, size_t n)
{
    float most = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        most = fmaxf(most, fabsf(a[i] - b[i]));
        size = fmaxf(size, fabsf(b[i]));
    }
    return most / size;
}

static float *copy_logits(const model_session *s, size_t n)
{
    float *copy = malloc(n * sizeof *copy);
    assert_non_null(copy);
    assert_non_null(model_session_logits(s));
    memcpy(copy, model_session_logits(s), n * sizeof *copy);
    return copy;
}

static void test_session__reuse_is_bit_identical(void **state)
{
    (void)state;
    struct under_test m = default_model();
    enum { N = 150, BATCH = 32 };
    size_t n_vocab = model_weights_hparams(m.w)->n_vocab;
    model_token ids[N], other[N];
    some_tokens(ids, N, (uint32_t)n_vocab);
    memcpy(other, ids, sizeof ids);
    other[100] = other[100] == 7 ? 8 : 7;
    err e = {0};

    model_session *s = make_session(&m, (struct model_session_options){.n_batch = BATCH});
    struct model_feed_stats stats;
    assert_ok(model_session_feed(s, ids, N, NULL, &stats, &e), &e);
    assert_int_equal(stats.n_reused, 0);
    assert_int_equal(stats.n_read, N);
    float *fresh = copy_logits(s, n_vocab);
    /* Diverges at 100; the way back reuses the same 100. Forget to a chunk boundary, then return.
     */
    assert_ok(model_session_feed(s, other, N, NULL, &stats, &e), &e);
    assert_int_equal(stats.n_reused, 100);
    assert_memory_not_equal(model_session_logits(s), fresh, n_vocab * sizeof *fresh);
    model_session_truncate(s, 96);
    assert_ok(model_session_feed(s, ids, N, NULL, &stats, &e), &e);
    assert_int_equal(stats.n_reused, 96);
    assert_int_equal(stats.n_read, N - 96);
    assert_memory_equal(model_session_logits(s), fresh, n_vocab * sizeof *fresh);
    /* The same tokens again: the last one is evaluated. */
    assert_ok(model_session_feed(s, ids, N, NULL, &stats, &e), &e);
    assert_int_equal(stats.n_reused, N - 1);
    assert_int_equal(stats.n_read, 1);
    /* Elsewhere the batch differs, and with it the kernels' rounding. Products carry bf16 (2^-8) or
     * int8 (2^-8 of a group's largest) errors that are independent between elements; over 8 layers
     * 5 % of the largest logit is three times what was ever seen. */
    assert_true(distance(model_session_logits(s), fresh, n_vocab) < 0.05f);
    free(fresh);
    model_session_destroy(s);
    release_model(&m);
}

static void test_session__steps_equal_a_batch(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    static const uint32_t types[] = {MODEL_TYPE_F32, MODEL_TYPE_Q8_0, MODEL_TYPE_Q4_K};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        o.type = types[i];
        struct under_test m = make_model(&o);
        enum { N = 140 };
        model_token ids[N];
        some_tokens(ids, N, o.n_vocab);
        err e = {0};
        model_session *batch = make_session(&m, (struct model_session_options){.n_threads = 2});
        model_session *steps = make_session(&m, (struct model_session_options){.n_threads = 1});
        assert_ok(model_session_feed(batch, ids, N, NULL, NULL, &e), &e);
        for (size_t t = 0; t < N; t++)
            assert_ok(model_session_step(steps, ids[t], &e), &e);
        assert_int_equal(model_session_length(steps), N);
        float d = distance(model_session_logits(steps), model_session_logits(batch), o.n_vocab);
        print_message("%s: %g\n", model_type_name(o.type), (double)d);
        /* Large batches may go through bf16 tiles (2^-8 per product, averaging out over the row) or
         * BLAS, steps through int8 activations (half of 1/127 of a group's largest). */
        assert_true(d < 0.05f);
        model_session_destroy(batch);
        model_session_destroy(steps);
        release_model(&m);
    }
}

static void small_batches_equal_steps(model_kv_type kv)
{
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.type = MODEL_TYPE_Q8_0;
    struct under_test m = make_model(&o);
    enum { N = 90, K = 5 };
    model_token ids[N];
    some_tokens(ids, N, o.n_vocab);
    err e = {0};
    model_session *s =
        make_session(&m, (struct model_session_options){.n_logits = K, .kv_type = kv});
    model_session *t =
        make_session(&m, (struct model_session_options){.n_threads = 1, .kv_type = kv});
    assert_ok(model_session_feed(s, ids, N - K, NULL, NULL, &e), &e);
    assert_ok(model_session_feed(t, ids, N - K, NULL, NULL, &e), &e);
    struct model_feed_stats stats;
    assert_ok(model_session_feed_logits(s, ids, N, K, NULL, &stats, &e), &e);
    assert_int_equal(stats.n_read, K);
    for (size_t i = 0; i < K; i++) {
        assert_ok(model_session_step(t, ids[N - K + i], &e), &e);
        assert_memory_equal(model_session_logits_at(s, K - 1 - i), model_session_logits(t),
                            o.n_vocab * sizeof(float));
    }
    assert_null(model_session_logits_at(s, K));
    model_session_destroy(s);
    model_session_destroy(t);
    release_model(&m);
}

static void test_session__small_batches_equal_steps_exactly(void **state)
{
    (void)state;
    small_batches_equal_steps(MODEL_KV_F16);
    small_batches_equal_steps(MODEL_KV_Q8_0);
}

/* Keys and values of 8 bits instead of 11: each errs by half of 1/127 of its group's largest, some
 * 0.5 % of the vector's length, as activations of quantised weights do too. */
static void test_session__q8_cache_is_near_f16(void **state)
{
    (void)state;
    enum { N = 300 };
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    struct under_test made = make_model(&o), own = default_model();
    const struct under_test *models[] = {&made, &own};
    for (size_t i = 0; i < 2; i++) {
        uint32_t n_vocab = model_weights_hparams(models[i]->w)->n_vocab;
        model_token ids[N];
        some_tokens(ids, N, n_vocab);
        err e = {0};
        model_session *s[MODEL_KV_TYPES];
        for (int t = 0; t < MODEL_KV_TYPES; t++) {
            s[t] = make_session(models[i],
                                (struct model_session_options){.kv_type = (model_kv_type)t});
            assert_ok(model_session_feed(s[t], ids, N, NULL, NULL, &e), &e);
        }
        float d = distance(model_session_logits(s[1]), model_session_logits(s[0]), n_vocab);
        print_message("%g\n", (double)d);
        assert_true(d > 0 && d < 0.02f);
        assert_true((double)model_session_kv_bytes(s[1]) <
                    0.6 * (double)model_session_kv_bytes(s[0]));
        for (int t = 0; t < MODEL_KV_TYPES; t++)
            model_session_destroy(s[t]);
    }
    release_model(&made);
    release_model(&own);
}

static void test_session__slots_keep_other_documents(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.type = MODEL_TYPE_Q8_0;
    o.n_head_kv = 1;
    struct under_test m = make_model(&o);
    enum { N = 150, SHARED = 70 };
    /* Chunks of 10 are within the kernels' exact batches: every path gives the same bits. */
    const struct model_session_options options = {.n_batch = 10, .n_slots = 2};
    model_token a[N], b[N], c[N];
    some_tokens(a, N, o.n_vocab);
    for (size_t i = 0; i < N; i++) {
        b[i] = (a[i] + 1) % (model_token)o.n_vocab;
        c[i] = i < SHARED ? a[i] : (a[i] + 2) % (model_token)o.n_vocab;
    }
    const struct {
        const model_token *ids;
        size_t n, n_reused;
    } feeds[] = {
        {a, N, 0},                           /* fills the first slot */
        {b, N, 0},                           /* nothing in common: the second */
        {a, N, N - 1},                       /* both are still there */
        {b, N, N - 1},  {b, N - 20, N - 21}, /* most of it stays: the same slot, shortened */
        {c, N, SHARED}, /* a would lose more than half: its beginning is copied over b */
        {a, N, N - 1},  {c, N, N - 1},       {b, N, 0}, {c, N, N - 1},
    };
    model_session *s = make_session(&m, options);
    err e = {0};
    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++) {
        struct model_feed_stats stats;
        assert_ok(model_session_feed(s, feeds[i].ids, feeds[i].n, NULL, &stats, &e), &e);
        if (stats.n_reused != feeds[i].n_reused)
            print_error("feed %zu\n", i);
        assert_int_equal(stats.n_reused, feeds[i].n_reused);
        assert_int_equal(stats.n_read, feeds[i].n - feeds[i].n_reused);
        assert_int_equal(model_session_length(s), feeds[i].n);
        model_session *fresh = make_session(&m, (struct model_session_options){.n_batch = 10});
        assert_ok(model_session_feed(fresh, feeds[i].ids, feeds[i].n, NULL, NULL, &e), &e);
        assert_memory_equal(model_session_logits(s), model_session_logits(fresh),
                            o.n_vocab * sizeof(float));
        model_session_destroy(fresh);
    }
    model_session_destroy(s);
    release_model(&m);
}

/* Feeds streams that have nothing in common and says which are still there, without using them. */
static void check_kept(struct under_test *m, struct model_session_options options, size_t n,
                       size_t n_kept)
{
    enum { STREAMS = 5, LONGEST = 200 };
    uint32_t n_vocab = model_weights_hparams(m->w)->n_vocab;
    for (size_t fed = 1; fed <= STREAMS; fed++) {
        model_session *s = make_session(m, options);
        model_token ids[LONGEST];
        err e = {0};
        for (size_t i = 0; i < fed; i++) {
            for (size_t k = 0; k < n; k++)
                ids[k] = (model_token)((k * 7 + i * 50) % n_vocab);
            assert_ok(model_session_feed(s, ids, n, NULL, NULL, &e), &e);
            assert_true(i < 1 || n_kept < 2 || model_session_kv_bytes(s) <= options.kv_bytes_max);
            assert_true(model_session_kv_bytes(s) > 0);
        }
        /* Of the streams fed, the last n_kept are there; the oldest of them is asked for. */
        size_t oldest = fed > n_kept ? fed - n_kept : 0;
        struct model_feed_stats stats;
        for (size_t k = 0; k < n; k++)
            ids[k] = (model_token)((k * 7 + oldest * 50) % n_vocab);
        assert_ok(model_session_feed(s, ids, n, NULL, &stats, &e), &e);
        assert_int_equal(stats.n_reused, n - 1);
        if (oldest > 0) {
            for (size_t k = 0; k < n; k++)
                ids[k] = (model_token)((k * 7 + (oldest - 1) * 50) % n_vocab);
            assert_ok(model_session_feed(s, ids, n, NULL, &stats, &e), &e);
            assert_int_equal(stats.n_reused, 0);
        }
        model_session_destroy(s);
    }
}

static void test_session__streams_stay_within_memory(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.n_layer = 1;
    struct under_test m = make_model(&o);
    const struct model_session_options one = {.n_threads = 1};
    model_session *s = make_session(&m, one);
    size_t slot = model_session_kv_bytes(s);
    assert_true(slot > 0 && model_session_n_bytes(s) > slot);
    model_session_destroy(s);
    static const struct {
        size_t twice_slots, n_kept; /* the limit, in halves of a slot */
    } cases[] = {{1, 1}, {2, 1}, {3, 1}, {4, 2}, {5, 2}, {6, 3}, {40, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_kept(&m,
                   (struct model_session_options){.n_threads = 1,
                                                  .kv_bytes_max = slot * cases[i].twice_slots / 2},
                   60, cases[i].n_kept);
    /* The number of slots is a limit too. */
    check_kept(
        &m, (struct model_session_options){.n_threads = 1, .n_slots = 2, .kv_bytes_max = slot * 10},
        60, 2);
    release_model(&m);
}

/* A slot of a long context counts for what was written in it: 200 tokens of 65536. */
static void test_session__long_contexts_count_what_they_hold(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.n_ctx = 65536;
    struct under_test m = make_model(&o);
    model_session *s = make_session(&m, (struct model_session_options){.n_threads = 1});
    assert_int_equal(model_session_kv_bytes(s), 0);
    model_token ids[200];
    some_tokens(ids, 200, o.n_vocab);
    err e = {0};
    assert_ok(model_session_feed(s, ids, 200, NULL, NULL, &e), &e);
    size_t per_stream = model_session_kv_bytes(s);
    assert_true(per_stream > 0 && per_stream * 100 < model_session_n_bytes(s));
    /* Shortening gives no memory back. */
    model_session_truncate(s, 10);
    assert_int_equal(model_session_kv_bytes(s), per_stream);
    model_session_destroy(s);
    for (size_t n_kept = 1; n_kept <= 3; n_kept++)
        check_kept(&m,
                   (struct model_session_options){
                       .n_threads = 1, .kv_bytes_max = per_stream * n_kept + per_stream / 2},
                   200, n_kept);
    release_model(&m);
}

/* Drafts that are right, wrong in the middle or wrong throughout, checked in batches, must give the
 * text of plain greedy decoding: batches of at most MODEL__LINEAR_EXACT_TOKENS round as single
 * steps do. */
static void checked_drafts_change_nothing(model_kv_type kv)
{
    enum { PROMPT = 40, TEXT = 100, MOST = 8 };
    struct under_test m = default_model();
    size_t n_vocab = model_weights_hparams(m.w)->n_vocab;
    struct model_sampler greedy;
    model_sampler_init(&greedy, &MODEL_SAMPLE_GREEDY);
    err e = {0};
    model_token plain[PROMPT + TEXT + MOST], ids[PROMPT + TEXT + 2 * MOST];
    some_tokens(plain, PROMPT, (uint32_t)n_vocab);
    memcpy(ids, plain, PROMPT * sizeof *ids);
    model_session *s = make_session(&m, (struct model_session_options){.kv_type = kv});
    assert_ok(model_session_feed(s, plain, PROMPT, NULL, NULL, &e), &e);
    for (size_t n = PROMPT; n < PROMPT + TEXT + MOST; n++) {
        plain[n] = model_sample(&greedy, model_session_logits(s), n_vocab, NULL, NULL, NULL);
        assert_ok(model_session_step(s, plain[n], &e), &e);
    }
    model_session_destroy(s);

    s = make_session(&m, (struct model_session_options){.n_logits = MOST + 1, .kv_type = kv});
    size_t n = PROMPT, n_batches = 0;
    assert_ok(model_session_feed(s, ids, n, NULL, NULL, &e), &e);
    while (n < PROMPT + TEXT) {
        size_t n_draft = n_batches % (MOST + 1), wrong_from = n_batches * 5 % (MOST + 3);
        for (size_t i = 0; i < n_draft; i++)
            ids[n + i] = i < wrong_from ? plain[n + i] : (model_token)(n * 31 + i) % 1000;
        assert_ok(model_session_feed_logits(s, ids, n + n_draft, n_draft + 1, NULL, NULL, &e), &e);
        for (size_t i = 0;; i++) {
            model_token best = model_sample(&greedy, model_session_logits_at(s, n_draft - i),
                                            n_vocab, NULL, NULL, NULL);
            bool drafted = i < n_draft && ids[n] == best;
            ids[n++] = best;
            if (!drafted)
                break;
        }
        n_batches++;
    }
    assert_memory_equal(ids, plain, (PROMPT + TEXT) * sizeof *ids);
    assert_true(n_batches < TEXT / 2);
    model_session_destroy(s);
    release_model(&m);
}

static void test_session__checked_drafts_change_nothing(void **state)
{
    (void)state;
    checked_drafts_change_nothing(MODEL_KV_F16);
    checked_drafts_change_nothing(MODEL_KV_Q8_0);
}

/* ---- text after the cursor that moves ---- */

static void *cancel_later(void *arg)
{
    struct timespec pause = {.tv_nsec = 300000};
    nanosleep(&pause, NULL);
    cancel_request(arg);
    return NULL;
}

enum { HEAD = 90, TAIL = 150, WHOLE = HEAD + 100 + TAIL + 1, MOVE_BATCH = 16 };

/* A prompt: the first n tokens of one text, then `tail` from position `from` on, and an end. */
struct typed {
    model_token ids[WHOLE];
    size_t n, loose;
};

static struct typed typed_prompt(size_t n_head, size_t from, uint32_t n_vocab)
{
    model_token all[HEAD + 100 + TAIL];
    struct typed t = {.loose = n_head, .n = n_head + TAIL - from + 1};
    some_tokens(all, HEAD + 100 + TAIL, n_vocab);
    memcpy(t.ids, all, n_head * sizeof *all);
    memcpy(t.ids + n_head, all + HEAD + 100 + from, (TAIL - from) * sizeof *all);
    t.ids[t.n - 1] = 7;
    return t;
}

static err_code feed_loose(model_session *s, const struct typed *t, const cancel_flag *cancel,
                           struct model_feed_stats *stats)
{
    err e;
    const struct model_feed f = {.ids = t->ids, .n = t->n, .n_last = 1, .loose = t->loose};
    return model_session_feed_loose(s, &f, cancel, stats, &e);
}

static struct model_feed_stats feed_typed(model_session *s, const struct typed *t)
{
    struct model_feed_stats stats;
    assert_int_equal(feed_loose(s, t, NULL, &stats), ERR_OK);
    assert_int_equal(model_session_length(s), t->n);
    assert_int_equal(stats.n_reused + stats.n_read, t->n);
    return stats;
}

/* In a model of one layer keys and values depend on nothing but their token and place, so that what
 * was moved is right but for rounding. */
static void test_session__moved_text_is_at_its_new_place(void **state)
{
    (void)state;
    static const char *const archs[] = {"llama", "qwen2"}; /* pairs, halves */
    static const struct {
        size_t n_head, from;
    } edits[] = {
        {HEAD + 3, 0},   /* typed */
        {HEAD + 100, 0}, /* pasted, more than a tile */
        {HEAD - 20, 0},  /* deleted */
        {HEAD + 1, 10},  /* what follows changed */
        {HEAD + 40, 0},
    };
    for (int c = 0; c < 2 * MODEL_KV_TYPES; c++) {
        struct make_gguf_options o = MAKE_GGUF_SMALL;
        o.arch = archs[c % 2];
        o.n_layer = 1;
        struct under_test m = make_model(&o);
        model_session *s = make_session(
            &m, (struct model_session_options){
                    .n_batch = MOVE_BATCH, .n_slots = 3, .kv_type = (model_kv_type)(c / 2)});
        struct typed t = typed_prompt(HEAD, 0, o.n_vocab);
        assert_int_equal(feed_typed(s, &t).n_reused, 0);
        for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
            t = typed_prompt(edits[i].n_head, edits[i].from, o.n_vocab);
            struct model_feed_stats stats = feed_typed(s, &t);

            assert_true(stats.n_loose > 100);
            assert_true(stats.n_read < 110);
            model_session *fresh =
                make_session(&m, (struct model_session_options){.kv_type = (model_kv_type)(c / 2)});
            err e = {0};
            assert_ok(model_session_feed(fresh, t.ids, t.n, NULL, NULL, &e), &e);
            float d = distance(model_session_logits(s), model_session_logits(fresh), o.n_vocab);

            assert_true(d < (c / 2 == MODEL_KV_F16 ? 0.002f : 0.02f));
            model_session_destroy(fresh);
        }
        model_session_destroy(s);
        release_model(&m);
    }
}

static void test_session__moved_text_is_read_anew_by_others(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    struct under_test m = make_model(&o);
    /* Batches as small as these round as single steps do. */
    const struct model_session_options options = {.n_batch = MOVE_BATCH};
    model_session *s = make_session(&m, options);
    model_session *fresh = make_session(&m, options);
    struct typed t = typed_prompt(HEAD, 0, o.n_vocab);
    err e = {0};
    struct model_feed_stats stats;
    feed_typed(s, &t);
    t = typed_prompt(HEAD + 5, 0, o.n_vocab);
    stats = feed_typed(s, &t);
    assert_int_equal(stats.n_reused, HEAD + TAIL);
    assert_int_equal(stats.n_loose, TAIL + 1);
    /* The same again: all of it may be used. */
    assert_int_equal(feed_typed(s, &t).n_read, 1);
    buf saved;
    buf_init(&saved, 1 << 24);
    assert_ok(model_session_save(s, &saved, &e), &e);
    model_session *restored = make_session(&m, options);
    assert_ok(model_session_restore(restored, buf_view(&saved), &e), &e);
    assert_int_equal(model_session_length(restored), HEAD + 5);

    assert_ok(model_session_feed(s, t.ids, t.n, NULL, &stats, &e), &e);
    assert_int_equal(stats.n_reused, HEAD + 5);
    assert_int_equal(stats.n_loose, 0);
    assert_ok(model_session_feed(fresh, t.ids, t.n, NULL, NULL, &e), &e);
    assert_memory_equal(model_session_logits(s), model_session_logits(fresh),
                        o.n_vocab * sizeof(float));
    /* Now it is up to date: nothing to move, nothing to read. */
    assert_int_equal(feed_typed(s, &t).n_loose, 0);
    buf_release(&saved);
    model_session_destroy(restored);
    model_session_destroy(fresh);
    model_session_destroy(s);
    release_model(&m);
}

/* However often it is cancelled, what can be moved is not lost. */
static void test_session__cancelled_moves_are_not_lost(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    struct under_test m = make_model(&o);
    model_session *s =
        make_session(&m, (struct model_session_options){.n_batch = MOVE_BATCH, .n_slots = 2});
    struct typed t = typed_prompt(HEAD, 0, o.n_vocab);
    feed_typed(s, &t);
    err e = {0};
    cancel_flag now = {0};
    cancel_request(&now);
    for (size_t n_typed = 1; n_typed < 20; n_typed++) {
        t = typed_prompt(HEAD + n_typed, 0, o.n_vocab);
        assert_int_equal(feed_loose(s, &t, &now, NULL), ERR_CANCELLED);
    }
    assert_int_equal(feed_typed(s, &t).n_reused, HEAD + TAIL);
    /* Bringing it up to date, cut short, then typing on. */
    size_t n_read = 0;
    for (size_t i = 0; i < 10; i++) {
        cancel_flag cancel = {0};
        pthread_t canceller;
        assert_int_equal(pthread_create(&canceller, NULL, cancel_later, &cancel), 0);
        err_code rc = model_session_feed(s, t.ids, t.n, &cancel, NULL, &e);
        assert_true(rc == ERR_OK || rc == ERR_CANCELLED);
        pthread_join(canceller, NULL);
        t = typed_prompt(HEAD + 20 + i, 0, o.n_vocab);
        n_read += feed_typed(s, &t).n_read;
    }
    assert_true(n_read <= 10 * 2);
    model_session_destroy(s);
    release_model(&m);
}

/* ---- saved state ---- */

static void saved_state_goes_on(model_kv_type kv)
{
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.type = MODEL_TYPE_Q8_0;
    struct under_test m = make_model(&o);
    enum { N = 100 };
    model_token ids[N];
    some_tokens(ids, N, o.n_vocab);
    err e = {0};
    buf saved;
    buf_init(&saved, 1 << 24);
    model_session *s =
        make_session(&m, (struct model_session_options){.n_ctx = 200, .kv_type = kv});
    assert_ok(model_session_feed(s, ids, N - 1, NULL, NULL, &e), &e);
    assert_ok(model_session_save(s, &saved, &e), &e);
    assert_ok(model_session_step(s, ids[N - 1], &e), &e);

    model_session *t =
        make_session(&m, (struct model_session_options){.n_slots = 2, .kv_type = kv});
    assert_ok(model_session_feed(t, ids + 50, 20, NULL, NULL, &e), &e);
    assert_ok(model_session_restore(t, buf_view(&saved), &e), &e);
    assert_int_equal(model_session_length(t), N - 1);
    assert_null(model_session_logits(t));
    struct model_feed_stats stats;
    assert_ok(model_session_feed(t, ids, N, NULL, &stats, &e), &e);
    assert_int_equal(stats.n_reused, N - 1);
    assert_memory_equal(model_session_logits(t), model_session_logits(s),
                        o.n_vocab * sizeof(float));
    /* What was there before is still in its slot. */
    assert_ok(model_session_feed(t, ids + 50, 20, NULL, &stats, &e), &e);
    assert_int_equal(stats.n_reused, 19);

    /* The other kind of cache cannot take it. */
    model_session *u =
        make_session(&m, (struct model_session_options){
                             .kv_type = kv == MODEL_KV_F16 ? MODEL_KV_Q8_0 : MODEL_KV_F16});
    assert_int_equal(model_session_restore(u, buf_view(&saved), &e), ERR_FORMAT);
    model_session_destroy(u);

    buf small;
    buf_init(&small, 1000);
    assert_int_equal(model_session_save(s, &small, &e), ERR_RANGE);
    buf_release(&small);
    buf_release(&saved);
    model_session_destroy(s);
    model_session_destroy(t);
    release_model(&m);
}

static void test_session__saved_state_goes_on_bit_for_bit(void **state)
{
    (void)state;
    saved_state_goes_on(MODEL_KV_F16);
    saved_state_goes_on(MODEL_KV_Q8_0);
}

static void test_session__refuses_foreign_state(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    o.n_layer = 1;
    struct under_test m = make_model(&o);
    o.seed = 2;
    struct under_test other = make_model(&o);
    model_token ids[70];
    some_tokens(ids, 70, o.n_vocab);
    err e = {0};
    buf saved;
    buf_init(&saved, 1 << 24);
    model_session *s = make_session(&m, (struct model_session_options){.n_ctx = 100});
    assert_ok(model_session_feed(s, ids, 70, NULL, NULL, &e), &e);
    assert_ok(model_session_save(s, &saved, &e), &e);

    model_session *t = make_session(&m, (struct model_session_options){.n_ctx = 69});
    assert_int_equal(model_session_restore(t, buf_view(&saved), &e), ERR_RANGE);
    model_session_destroy(t);
    t = make_session(&other, MODEL_SESSION_OPTIONS_DEFAULT);
    assert_int_equal(model_session_restore(t, buf_view(&saved), &e), ERR_FORMAT);
    assert_non_null(strstr(e.text, "another model"));
    model_session_destroy(t);
    for (size_t n = 0; n < saved.len; n += n < 400 ? 1 : 997)
        assert_int_equal(model_session_restore(s, str_slice(buf_view(&saved), 0, n), &e),
                         ERR_FORMAT);
    for (size_t i = 0; i < saved.len; i += i < 400 ? 1 : 997) {
        saved.ptr[i] ^= 0x40;
        assert_int_equal(model_session_restore(s, buf_view(&saved), &e), ERR_FORMAT);
        saved.ptr[i] ^= 0x40;
    }
    /* Lies with the right checksum: a count that the length denies; an id outside the vocabulary.
     */
    static const size_t lies[] = {24, 34};
    for (size_t i = 0; i < 2; i++) {
        saved.ptr[lies[i]] ^= 1;
        uint64_t sum = hash_bytes(saved.ptr + 16, saved.len - 16, 0);
        memcpy(saved.ptr + 8, &sum, sizeof sum);
        assert_int_equal(model_session_restore(s, buf_view(&saved), &e), ERR_FORMAT);
        saved.ptr[lies[i]] ^= 1;
    }
    assert_int_equal(model_session_length(s), 70);
    assert_non_null(model_session_logits(s));
    buf_release(&saved);
    model_session_destroy(s);
    release_model(&m);
    release_model(&other);
}

static void test_session__cancel_keeps_finished_chunks(void **state)
{
    (void)state;
    struct under_test m = default_model();
    enum { N = 120 };
    size_t n_vocab = model_weights_hparams(m.w)->n_vocab;
    model_token ids[N];
    some_tokens(ids, N, (uint32_t)n_vocab);
    err e = {0};
    model_session *s = make_session(&m, (struct model_session_options){.n_batch = 32});
    assert_ok(model_session_feed(s, ids, 64, NULL, NULL, &e), &e);
    cancel_flag cancel = {0};
    cancel_request(&cancel);
    assert_int_equal(model_session_feed(s, ids, N, &cancel, NULL, &e), ERR_CANCELLED);
    assert_int_equal(model_session_length(s), 64);
    assert_null(model_session_logits(s));
    struct model_feed_stats stats;
    assert_ok(model_session_feed(s, ids, N, NULL, &stats, &e), &e);
    assert_int_equal(stats.n_reused, 64);
    model_session *fresh = make_session(&m, (struct model_session_options){.n_batch = 32});
    assert_ok(model_session_feed(fresh, ids, N, NULL, NULL, &e), &e);
    assert_memory_equal(model_session_logits(s), model_session_logits(fresh),
                        n_vocab * sizeof(float));
    model_session_destroy(fresh);
    model_session_destroy(s);
    release_model(&m);
}

/* Cancels the feed after a while, again and again, until it is through; whenever it stops, the next
 * one goes on. However it was cut, the result has the bits of an uncut feed, and after each cut at
 * least what was there before is there still. */
static void feed_with_cuts(model_session *s, const model_token *ids, size_t n)
{
    err e = {0};
    size_t n_before = 0, n_cut = 0;
    for (err_code rc = ERR_CANCELLED; rc == ERR_CANCELLED; n_cut++) {
        cancel_flag cancel = {0};
        pthread_t canceller;
        /* In the end without, so that a slow machine gets through as well. */
        bool cut = n_cut < 200;
        if (cut)
            assert_int_equal(pthread_create(&canceller, NULL, cancel_later, &cancel), 0);
        rc = model_session_feed(s, ids, n, cut ? &cancel : NULL, NULL, &e);
        if (cut)
            pthread_join(canceller, NULL);
        assert_true(rc == ERR_OK || rc == ERR_CANCELLED);
        assert_in_range(model_session_length(s), n_before, n);
        n_before = model_session_length(s);
    }
    assert_true(n_cut > 1);
}

static void test_session__cancelled_chunks_go_on_where_they_stopped(void **state)
{
    (void)state;
    struct under_test m = default_model();
    enum { N = 500 };
    size_t n_vocab = model_weights_hparams(m.w)->n_vocab;
    model_token ids[N];
    some_tokens(ids, N, (uint32_t)n_vocab);
    err e = {0};
    static const uint32_t threads[] = {1, 2};
    for (size_t i = 0; i < 2; i++) {
        struct model_session_options o = {.n_batch = 128, .n_threads = threads[i]};
        model_session *fresh = make_session(&m, o), *s = make_session(&m, o);
        assert_ok(model_session_feed(fresh, ids, N, NULL, NULL, &e), &e);
        feed_with_cuts(s, ids, N);
        assert_memory_equal(model_session_logits(s), model_session_logits(fresh),
                            n_vocab * sizeof(float));
        /* What is cached is right as well: the next token reads all of it. */
        assert_ok(model_session_step(fresh, ids[0], &e), &e);
        assert_ok(model_session_step(s, ids[0], &e), &e);
        assert_memory_equal(model_session_logits(s), model_session_logits(fresh),
                            n_vocab * sizeof(float));
        model_session_destroy(fresh);
        model_session_destroy(s);
    }
    release_model(&m);
}

/* Another stream in between, or another ending: the cancelled chunk is not taken up. */
static void test_session__cancelled_chunks_do_not_leak(void **state)
{
    (void)state;
    struct under_test m = default_model();
    enum { N = 128 };
    size_t n_vocab = model_weights_hparams(m.w)->n_vocab;
    model_token ids[2 * N];
    some_tokens(ids, 2 * N, (uint32_t)n_vocab);
    err e = {0};
    struct model_session_options o = {.n_batch = N, .n_threads = 1, .n_slots = 2};
    for (int way = 0; way < 3; way++) {
        model_session *fresh = make_session(&m, o), *s = make_session(&m, o);
        cancel_flag cancel = {0};
        pthread_t canceller;
        assert_int_equal(pthread_create(&canceller, NULL, cancel_later, &cancel), 0);
        err_code rc = model_session_feed(s, ids, N, &cancel, NULL, &e);
        assert_true(rc == ERR_OK || rc == ERR_CANCELLED);
        pthread_join(canceller, NULL);
        if (rc == ERR_OK) /* the canceller got no processor in time; what was read does not count */
            model_session_truncate(s, 0);
        if (way == 0)
            assert_ok(model_session_feed(s, ids + N, N, NULL, NULL, &e), &e);
        size_t n = way == 1 ? N - 1 : N;
        if (way == 2)
            ids[N / 2]++;
        assert_ok(model_session_feed(s, ids, n, NULL, NULL, &e), &e);
        assert_ok(model_session_feed(fresh, ids, n, NULL, NULL, &e), &e);
        assert_memory_equal(model_session_logits(s), model_session_logits(fresh),
                            n_vocab * sizeof(float));
        model_session_destroy(fresh);
        model_session_destroy(s);
    }
    release_model(&m);
}

/* ---- refusals ---- */

static void test_session__refuses_what_does_not_fit(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    struct under_test m = make_model(&o);
    model_session *s = make_session(&m, (struct model_session_options){.n_ctx = 16});
    model_token ids[20];
    some_tokens(ids, 20, o.n_vocab);
    err e = {0};
    assert_null(model_session_logits(s));
    assert_int_equal(model_session_feed(s, ids, 0, NULL, NULL, &e), ERR_RANGE);
    assert_int_equal(model_session_feed(s, ids, 17, NULL, NULL, &e), ERR_RANGE);
    assert_int_equal(model_session_feed_logits(s, ids, 4, 2, NULL, NULL, &e), ERR_RANGE);
    assert_ok(model_session_feed(s, ids, 10, NULL, NULL, &e), &e);
    ids[3] = (model_token)o.n_vocab;
    assert_int_equal(model_session_feed(s, ids, 10, NULL, NULL, &e), ERR_RANGE);
    ids[3] = -1;
    assert_int_equal(model_session_feed(s, ids, 10, NULL, NULL, &e), ERR_RANGE);
    assert_int_equal(model_session_step(s, (model_token)o.n_vocab, &e), ERR_RANGE);
    assert_int_equal(model_session_length(s), 10);
    assert_non_null(model_session_logits(s));
    for (int i = 10; i < 16; i++)
        assert_ok(model_session_step(s, 1, &e), &e);
    assert_int_equal(model_session_step(s, 1, &e), ERR_RANGE);
    model_session_destroy(s);

    const struct model_session_options bad[] = {
        {.n_ctx = o.n_ctx + 1}, {.n_batch = 5000}, {.n_batch = 8, .n_logits = 9}, {.n_slots = 65}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        s = NULL;
        assert_int_equal(model_session_create(&s, m.w, &bad[i], &e), ERR_RANGE);
        assert_null(s);
    }
    release_model(&m);
}

/* Turns the infinity that a tensor was poisoned with into a NaN. */
static void make_nan(const model_gguf *g, const char *name)
{
    const struct gguf_tensor *t = model_gguf_find_tensor(g, name);
    const struct model__format *f = model__format_of(t->type);
    uint8_t *p = (uint8_t *)(uintptr_t)t->data;
    size_t at = f->type == MODEL_TYPE_F32 ? 2 : f->half_at[0];
    p[at] |= 1;
}

/* Infinite and NaN: numbers, and scales of blocks. */
static void test_session__reports_damaged_weights(void **state)
{
    (void)state;
    static const char *const tensors[] = {"blk.1.attn_q.weight", "blk.2.ffn_down.weight",
                                          "blk.0.attn_v.weight", "token_embd.weight"};
    static const uint32_t types[] = {MODEL_TYPE_F32, MODEL_TYPE_Q8_0, MODEL_TYPE_Q6_K};
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++) {
        for (size_t j = 0; j < sizeof types / sizeof *types; j++) {
            struct make_gguf_options o = MAKE_GGUF_SMALL;
            o.type = types[j];
            o.poison = tensors[i];
            struct under_test m = make_model(&o);
            if (i % 2)
                make_nan(m.g, tensors[i]);
            model_session *s = make_session(&m, MODEL_SESSION_OPTIONS_DEFAULT);
            const model_token ids[3] = {0, 1, 0};
            err e = {0};
            assert_int_equal(model_session_feed(s, ids, 3, NULL, NULL, &e), ERR_FORMAT);
            assert_non_null(strstr(e.text, "damaged"));
            assert_null(model_session_logits(s));
            model_session_destroy(s);
            release_model(&m);
        }
    }
}

static void test_session__survives_failing_allocations(void **state)
{
    (void)state;
    struct make_gguf_options o = MAKE_GGUF_SMALL;
    struct under_test m = make_model(&o);
    const struct model_session_options options = {.n_ctx = 64, .n_threads = 2, .n_slots = 3};
    err e = {0};
    FOR_EACH_FAILING_ALLOCATION({
        model_session *s = NULL;
        if (model_session_create(&s, m.w, &options, &e) == ERR_OK)
            assert_non_null(s);
        else
            assert_null(s);
        model_session_destroy(s);
    });
    release_model(&m);
}

/* The first use starts the pool's threads and packs matrices; after it, generating takes no memory.
 */
static void test_session__token_loop_does_not_allocate(void **state)
{
    (void)state;
    struct under_test m = default_model();
    err e = {0};
    enum { N = 40 };
    model_token ids[N];
    some_tokens(ids, N, (uint32_t)model_weights_hparams(m.w)->n_vocab);
    model_session *s = make_session(&m, (struct model_session_options){.n_threads = 2});
    assert_ok(model_session_feed(s, ids, N, NULL, NULL, &e), &e);
    assert_ok(model_session_step(s, ids[0], &e), &e);
    mem_fail_at(1);
    for (size_t i = 0; i < N; i++)
        assert_ok(model_session_step(s, ids[i], &e), &e);
    assert_ok(model_session_feed(s, ids, N, NULL, NULL, &e), &e);
    assert_true(mem_fail_pending());
    mem_fail_at(0);
    model_session_destroy(s);
    release_model(&m);
}

TEST_MAIN(cmocka_unit_test(test_session__token_loop_does_not_allocate),
          cmocka_unit_test(test_session__tells_the_documented_story),
          cmocka_unit_test(test_session__reuse_is_bit_identical),
          cmocka_unit_test(test_session__steps_equal_a_batch),
          cmocka_unit_test(test_session__small_batches_equal_steps_exactly),
          cmocka_unit_test(test_session__q8_cache_is_near_f16),
          cmocka_unit_test(test_session__slots_keep_other_documents),
          cmocka_unit_test(test_session__streams_stay_within_memory),
          cmocka_unit_test(test_session__long_contexts_count_what_they_hold),
          cmocka_unit_test(test_session__checked_drafts_change_nothing),
          cmocka_unit_test(test_session__moved_text_is_at_its_new_place),
          cmocka_unit_test(test_session__moved_text_is_read_anew_by_others),
          cmocka_unit_test(test_session__cancelled_moves_are_not_lost),
          cmocka_unit_test(test_session__saved_state_goes_on_bit_for_bit),
          cmocka_unit_test(test_session__refuses_foreign_state),
          cmocka_unit_test(test_session__cancel_keeps_finished_chunks),
          cmocka_unit_test(test_session__cancelled_chunks_go_on_where_they_stopped),
          cmocka_unit_test(test_session__cancelled_chunks_do_not_leak),
          cmocka_unit_test(test_session__refuses_what_does_not_fit),
          cmocka_unit_test(test_session__reports_damaged_weights),
          cmocka_unit_test(test_session__survives_failing_allocations))

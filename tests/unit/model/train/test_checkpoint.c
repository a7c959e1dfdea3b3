/* Training that was interrupted goes on as if it had not been, and damage is noticed. */
#include "tests/unit/test.h"

#include <unistd.h>

#include "base/file.h"
#include "model/train/checkpoint.h"
#include "model/train/windows.h"

enum { N_TOK = 64, N_IDS = 3000 };

static const struct train_shape shape = {.n_embd = 64,
                                         .n_layer = 1,
                                         .n_head = 1,
                                         .n_head_kv = 1,
                                         .n_ff = 96,
                                         .n_vocab = 128,
                                         .n_ctx = N_TOK,
                                         .rope_base = 10000,
                                         .norm_eps = 1e-5F};
static char folder[] = "/tmp/artel-train-XXXXXX";
static char data_path[64], path[64];

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(data_path, sizeof data_path, "%s/data.bin", folder);
    snprintf(path, sizeof path, "%s/checkpoint", folder);
    static uint16_t ids[N_IDS];
    for (size_t i = 0; i < N_IDS; i++)
        ids[i] = (uint16_t)((i * i + i / 9) % shape.n_vocab);
    return file_write_atomic(data_path, (str_view){(const char *)ids, sizeof ids}, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(data_path);
    (void)unlink(path);
    return rmdir(folder);
}

struct training {
    train_net *net;
    train_optimizer *optimizer;
    train_windows *data;
    struct train_progress at;
};

static struct training begin(void)
{
    struct training t = {0};
    err e = {0};
    assert_ok(train_net_create(&t.net, &shape, 2, &e), &e);
    assert_ok(train_optimizer_create(&t.optimizer, t.net, &e), &e);
    assert_ok(train_windows_open(&t.data, data_path, N_TOK, shape.n_vocab, 5, &e), &e);
    train_net_randomise(t.net, 3);
    return t;
}

static void end(struct training *t)
{
    train_windows_close(t->data);
    train_optimizer_destroy(t->optimizer);
    train_net_destroy(t->net);
}

static void steps(struct training *t, int n)
{
    for (int i = 0; i < n; i++) {
        struct train_sequence s[4];
        for (size_t k = 0; k < 4; k++)
            s[k] = (struct train_sequence){train_windows_at(t->data, t->at.cursor + k), NULL};
        (void)train_net_learn(t->net, s, 4, N_TOK);
        (void)train_optimizer_step(t->optimizer, 0.01F);
        t->at.cursor += 4;
        t->at.n_tokens += 4 * N_TOK;
    }
}

static void test_checkpoint__goes_on_to_the_byte(void **state)
{
    (void)state;
    err e = {0};
    struct training whole = begin();
    struct training first = begin();
    steps(&whole, 9);
    steps(&first, 4);
    assert_ok(train_checkpoint_write(path, first.net, first.optimizer, &first.at, &e), &e);
    end(&first);
    struct train_shape found;
    assert_ok(train_checkpoint_shape(&found, path, &e), &e);
    assert_int_equal(found.n_embd, shape.n_embd);
    assert_int_equal(found.n_vocab, shape.n_vocab);
    assert_true(found.rope_base == shape.rope_base);
    struct training second = begin();
    assert_ok(train_checkpoint_read(&second.at, path, second.net, second.optimizer, &e), &e);
    assert_int_equal(second.at.n_tokens, 4 * 4 * N_TOK);
    steps(&second, 5);
    assert_memory_equal(train_net_params(whole.net), train_net_params(second.net),
                        train_net_n_params(whole.net) * sizeof(float));
    assert_int_equal(second.at.cursor, whole.at.cursor);
    end(&second);
    end(&whole);
}

static void test_checkpoint__notices_damage_and_changes_nothing(void **state)
{
    (void)state;
    err e = {0};
    struct training t = begin();
    steps(&t, 1);
    assert_ok(train_checkpoint_write(path, t.net, t.optimizer, &t.at, &e), &e);
    buf good;
    buf_init(&good, 64 << 20);
    assert_ok(file_read(&good, path, &e), &e);
    const size_t n = train_net_n_params(t.net);
    float *before = malloc(n * sizeof *before);
    memcpy(before, train_net_params(t.net), n * sizeof *before);
    const size_t cuts[] = {0, 10, 87, 88, 1000, good.len / 2, good.len - 1};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        assert_ok(file_write_atomic(path, str_slice(buf_view(&good), 0, cuts[i]), &e), &e);
        assert_int_equal(train_checkpoint_read(&t.at, path, t.net, t.optimizer, &e), ERR_FORMAT);
    }
    for (size_t i = 0; i < good.len; i += 1 + good.len / 97) {
        good.ptr[i] ^= 4;
        assert_ok(file_write_atomic(path, buf_view(&good), &e), &e);
        assert_int_equal(train_checkpoint_read(&t.at, path, t.net, t.optimizer, &e), ERR_FORMAT);
        good.ptr[i] ^= 4;
    }
    assert_memory_equal(before, train_net_params(t.net), n * sizeof *before);
    assert_int_equal(train_checkpoint_read(&t.at, "/not/there", t.net, t.optimizer, &e),
                     ERR_NOT_FOUND);
    free(before);
    buf_release(&good);
    end(&t);
}

static void test_windows__give_each_part_once_in_an_order_of_the_seed(void **state)
{
    (void)state;
    err e = {0};
    train_windows *a = NULL, *b = NULL;
    assert_ok(train_windows_open(&a, data_path, N_TOK, shape.n_vocab, 1, &e), &e);
    assert_ok(train_windows_open(&b, data_path, N_TOK, shape.n_vocab, 2, &e), &e);
    const size_t n = train_windows_count(a);
    assert_int_equal(n, (N_IDS - 1) / N_TOK);
    const uint16_t *first = train_windows_at(a, 0);
    for (size_t i = 0; i < n; i++)
        first = train_windows_at(a, i) < first ? train_windows_at(a, i) : first;
    uint8_t seen[64] = {0};
    size_t n_same = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = (size_t)(train_windows_at(a, i) - first) / N_TOK;
        assert_true(k < n && !seen[k]);
        seen[k] = 1;
        assert_ptr_equal(train_windows_at(a, i), train_windows_at(a, i + n));
        n_same += *train_windows_at(a, i) == *train_windows_at(b, i);
    }
    assert_true(n_same < n / 2);
    train_windows_close(a);
    train_windows_close(b);
    assert_int_equal(train_windows_open(&a, data_path, N_TOK, 100, 1, &e), ERR_FORMAT);
    assert_int_equal(train_windows_open(&a, data_path, 10000, shape.n_vocab, 1, &e), ERR_FORMAT);
    assert_int_equal(train_windows_open(&a, "/not/there", N_TOK, 128, 1, &e), ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checkpoint__goes_on_to_the_byte),
        cmocka_unit_test(test_checkpoint__notices_damage_and_changes_nothing),
        cmocka_unit_test(test_windows__give_each_part_once_in_an_order_of_the_seed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

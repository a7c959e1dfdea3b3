#include "tests/unit/test.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "lsp/frame.h"
#include "lsp/out.h"

struct pipes {
    int wake[2], client[2];
    lsp_out *out;
};

static void open_pipes(struct pipes *p)
{
    assert_int_equal(pipe(p->wake), 0);
    assert_int_equal(pipe(p->client), 0);
    fcntl(p->wake[1], F_SETFL, O_NONBLOCK);
    assert_int_equal(lsp_out_create(&p->out, p->client[1], p->wake[1]), ERR_OK);
}

static void close_pipes(struct pipes *p)
{
    lsp_out_destroy(p->out);
    close(p->wake[0]);
    close(p->wake[1]);
    close(p->client[0]);
    close(p->client[1]);
}

enum { N_THREADS = 4, N_MESSAGES = 200 };

static void *send_many(void *user)
{
    for (int i = 0; i < N_MESSAGES; i++) {
        char body[600];
        memset(body, 'a' + i % 26, sizeof body);
        lsp_out_send(user, (str_view){body, (size_t)(i * 3 % 600)});
    }
    return NULL;
}

static void *read_all(void *user)
{
    int fd = *(int *)user;
    size_t *n = calloc(1, sizeof *n);
    lsp_frame_reader r;
    lsp_frame_init(&r, 1000);
    char bytes[333];
    for (ssize_t got; (got = read(fd, bytes, sizeof bytes)) > 0;) {
        struct lsp_frame f;
        if (lsp_frame_feed(&r, (str_view){bytes, (size_t)got}) != ERR_OK)
            break;
        while (lsp_frame_next(&r, &f) == LSP_FRAME_MESSAGE) {
            /* Whole: one letter from end to end. */
            bool same = true;
            for (size_t i = 1; i < f.len; i++)
                same = same && f.body[i] == f.body[0];
            *n += same && f.n_junk == 0;
        }
    }
    lsp_frame_release(&r);
    return n;
}

static void test_out__messages_of_threads_do_not_mix(void **state)
{
    (void)state;
    struct pipes p;
    pthread_t threads[N_THREADS], reader;
    open_pipes(&p);
    assert_int_equal(pthread_create(&reader, NULL, read_all, &p.client[0]), 0);
    for (int i = 0; i < N_THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, send_many, p.out), 0);
    for (int i = 0; i < 50; i++)
        lsp_out_drain(p.out, 10);
    for (int i = 0; i < N_THREADS; i++)
        pthread_join(threads[i], NULL);
    lsp_out_drain(p.out, 10000);
    assert_false(lsp_out_is_pending(p.out));
    close(p.client[1]);
    void *n;
    pthread_join(reader, &n);
    assert_int_equal(*(size_t *)n, N_THREADS * N_MESSAGES);
    free(n);
    p.client[1] = dup(p.wake[1]); /* something to close */
    close_pipes(&p);
}

static void test_out__a_client_that_does_not_read_blocks_nobody(void **state)
{
    (void)state;
    struct pipes p;
    open_pipes(&p);
    char *body = calloc(1, 1 << 20);
    for (int i = 0; i < 8; i++)
        lsp_out_send(p.out, (str_view){body, 1 << 20});
    free(body);
    uint64_t begin = clock_now_ns();
    lsp_out_drain(p.out, 50);
    assert_true(clock_now_ns() - begin < 5000000000u);
    assert_true(lsp_out_is_pending(p.out));
    assert_false(lsp_out_is_broken(p.out));
    close_pipes(&p);
}

static void test_out__a_closed_pipe_is_noticed(void **state)
{
    (void)state;
    struct pipes p;
    signal(SIGPIPE, SIG_IGN);
    open_pipes(&p);
    close(p.client[0]);
    lsp_out_send(p.out, STR("x"));
    lsp_out_drain(p.out, 1000);
    assert_true(lsp_out_is_broken(p.out));
    assert_false(lsp_out_is_pending(p.out));
    lsp_out_send(p.out, STR("y")); /* and harmless */
    assert_false(lsp_out_is_pending(p.out));
    p.client[0] = dup(p.wake[1]);
    close_pipes(&p);
}

static void test_out__sending_wakes(void **state)
{
    (void)state;
    struct pipes p;
    char c;
    open_pipes(&p);
    lsp_out_send(p.out, STR("x"));
    assert_int_equal(read(p.wake[0], &c, 1), 1);
    close_pipes(&p);
}

TEST_MAIN(cmocka_unit_test(test_out__messages_of_threads_do_not_mix),
          cmocka_unit_test(test_out__a_client_that_does_not_read_blocks_nobody),
          cmocka_unit_test(test_out__a_closed_pipe_is_noticed),
          cmocka_unit_test(test_out__sending_wakes))

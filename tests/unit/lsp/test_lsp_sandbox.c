/* A program in the sandbox: what it says, how it ended, and that it changes nothing. */
#include "lsp/sandbox.h"

#include <string.h>
#include <unistd.h>

#include "tests/unit/test.h"

static struct sandbox_result shell(buf *said, const char *script, unsigned seconds)
{
    const char *const argv[] = {"sh", SANDBOX_SCRIPT, NULL};
    struct sandbox_result result;
    err e = {{0}};
    buf_init(said, 1000);
    assert_int_equal(sandbox_run(&result, said, argv, str_of(script), seconds, &e), ERR_OK);
    return result;
}

static void test_sandbox__gives_back_output_and_status(void **state)
{
    buf said;
    (void)state;
    struct sandbox_result r = shell(&said, "echo out; echo err >&2; exit 3\n", 20);
    assert_true(str_eq(buf_view(&said), STR("out\nerr\n")));
    assert_int_equal(r.status, 3);
    assert_false(r.timed_out);
    buf_release(&said);
}

static void test_sandbox__reads_and_writes_nothing(void **state)
{
    buf said;
    (void)state;
    struct sandbox_result r =
        shell(&said, "cat >/dev/null; echo text >sandbox_wrote_this || exit 7\n", 20);
    assert_true(r.status != 0);
    if (r.isolated)
        assert_int_not_equal(access("sandbox_wrote_this", F_OK), 0);
    unlink("sandbox_wrote_this");
    buf_release(&said);
}

static void test_sandbox__ends_what_takes_too_long(void **state)
{
    buf said;
    (void)state;
    struct sandbox_result r = shell(&said, "echo begun; sleep 30 & sleep 30\n", 1);
    assert_true(r.timed_out);
    assert_true(str_eq(buf_view(&said), STR("begun\n")));
    buf_release(&said);
    r = shell(&said, "exec >&- 2>&-; sleep 30\n", 1);
    assert_true(r.timed_out);
    buf_release(&said);
}

static void test_sandbox__keeps_as_much_as_there_is_room_for(void **state)
{
    buf said;
    (void)state;
    struct sandbox_result r = shell(&said, "head -c 100000 /dev/zero | tr '\\0' x\n", 20);
    assert_int_equal(said.len, 1000);
    assert_int_equal(r.status, 0);
    buf_release(&said);
}

static void test_sandbox__tells_of_a_missing_program(void **state)
{
    const char *const argv[] = {"no-such-program-here", NULL};
    struct sandbox_result result;
    buf said;
    (void)state;
    buf_init(&said, 1000);
    assert_int_equal(sandbox_run(&result, &said, argv, STR(""), 20, NULL), ERR_OK);
    assert_int_equal(result.status, 127);
    buf_release(&said);
}

TEST_MAIN(cmocka_unit_test(test_sandbox__gives_back_output_and_status),
          cmocka_unit_test(test_sandbox__reads_and_writes_nothing),
          cmocka_unit_test(test_sandbox__ends_what_takes_too_long),
          cmocka_unit_test(test_sandbox__keeps_as_much_as_there_is_room_for),
          cmocka_unit_test(test_sandbox__tells_of_a_missing_program))

#include "tests/unit/test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "model/isa.h"

/* What a fresh process with this ARTEL_ISA chooses. */
static model_isa chosen_with(const char *value)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (value)
            setenv("ARTEL_ISA", value, 1);
        else
            unsetenv("ARTEL_ISA");
        _exit((int)model_isa_current());
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return (model_isa)WEXITSTATUS(status);
}

static void test_isa__runs_what_it_chooses(void **state)
{
    (void)state;
    model_isa best = chosen_with(NULL);
    assert_true(model__isa_usable(best));
    assert_true(model__isa_usable(MODEL_ISA_SCALAR));
    /* What a run under emulation is about. */
    const char *expected = getenv("ARTEL_EXPECT_ISA");
    if (expected)
        assert_true(strcmp(model_isa_name(best), expected) == 0);
    /* Nothing faster of the same family was left aside. */
    for (int isa = 0; isa <= MODEL_ISA_AMX; isa++)
        if (model__isa_usable((model_isa)isa))
            assert_true((int)best >= isa);
}

static void test_isa__obeys_the_environment_where_it_can(void **state)
{
    (void)state;
    model_isa best = chosen_with(NULL);
    for (int isa = 0; isa < MODEL_ISA_COUNT; isa++) {
        model_isa got = chosen_with(model_isa_name((model_isa)isa));
        assert_int_equal(got, model__isa_usable((model_isa)isa) ? (model_isa)isa : best);
    }
    assert_int_equal(chosen_with("z80"), best);
    assert_int_equal(chosen_with(""), best);
}

static void test_isa__names_are_distinct(void **state)
{
    (void)state;
    for (int i = 0; i < MODEL_ISA_COUNT; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(model_isa_name((model_isa)i), model_isa_name((model_isa)j));
}

/* First of all: forked children must not inherit a choice. */
TEST_MAIN(cmocka_unit_test(test_isa__runs_what_it_chooses),
          cmocka_unit_test(test_isa__obeys_the_environment_where_it_can),
          cmocka_unit_test(test_isa__names_are_distinct))

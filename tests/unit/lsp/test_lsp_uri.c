#include "tests/unit/test.h"

#include "base/arena.h"
#include "base/path.h"
#include "lsp/uri.h"

static void check(const char *uri, const char *want)
{
    arena a;
    arena_init(&a, 4096);
    str_view got = {NULL, 0};
    err_code rc = lsp_uri_to_path(&got, &a, str_of(uri));
    if (want) {
        assert_int_equal(rc, ERR_OK);
        assert_view(got, want);
    } else {
        assert_int_equal(rc, ERR_FORMAT);
    }
    arena_release(&a);
}

static void test_uri__from_path_is_its_opposite(void **state)
{
    (void)state;
    arena a;
    arena_init(&a, 4096);
    assert_view(lsp_uri_from_path(&a, STR("/a b/\xC3\xA9%.c")), "file:///a%20b/%C3%A9%25.c");
    assert_view(lsp_uri_from_path(&a, STR("/")), "file:///");
    check("file:///a%20b/%C3%A9%25.c", "/a b/\xC3\xA9%.c");
    arena_release(&a);
}

static void test_uri__to_path(void **state)
{
    (void)state;
    check("file:///home/a%20b/%C3%A9.c", "/home/a b/\xC3\xA9.c");
    check("file:///a%2Fb", "/a/b");
    check("file:///c%3A/x/y.c", "c:/x/y.c");
    check("file:///C:/x", "C:/x");
    check("file://localhost/a", "/a");
    check("file://server/share/a", "//server/share/a");
    check("file:///a/b/", "/a/b");
    check("file:///", "/");
    check("file:/a", "/a");
    check("file:///a#frag", "/a");
    check("file:///a%zz%4", "/a%zz%4");
    check("untitled:Untitled-1", "Untitled-1");
    check("vscode-notebook-cell:/a/b.ipynb#W0", "/a/b.ipynb");
    check("git+x.y-z:abc", "abc");
    check("", NULL);
    check("/a/b", NULL);
    check(":x", NULL);
    check("1a:x", NULL);
}

static void test_uri__paths(void **state)
{
    (void)state;
    assert_view(path_name(STR("/a/b.c")), "b.c");
    assert_view(path_name(STR("b.c")), "b.c");
    assert_view(lsp_path_below(STR("/w/p/src/a.c"), STR("/w/p")), "src/a.c");
    assert_view(lsp_path_below(STR("/w/p/a.c"), STR("/w/p/")), "a.c");
    assert_view(lsp_path_below(STR("/w/pq/a.c"), STR("/w/p")), "");
    assert_view(lsp_path_below(STR("/w/p"), STR("/w/p")), "");
    assert_view(lsp_path_below(STR("/a.c"), STR("/")), "a.c");
}

static void test_uri__out_of_memory(void **state)
{
    (void)state;
    FOR_EACH_FAILING_ALLOCATION({
        arena a;
        arena_init(&a, 4096);
        str_view got = STR("");
        err_code rc = lsp_uri_to_path(&got, &a, STR("file://h/a"));
        assert_true(rc == ERR_OK || (rc == ERR_NOMEM && got.len == 0));
        arena_release(&a);
    });
}

static void test_uri__of_path_and_back(void **state)
{
    static const char *const paths[] = {"/a b/c%d.py", "/\xd0\x9f/#?&=+.c", "/",
                                        "/plain/x_y-z~1.h"};
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        arena a;
        str_view back;
        arena_init(&a, SIZE_MAX);
        str_view uri = lsp_uri_of_path(&a, str_of(paths[i]));
        for (size_t k = 0; k < uri.len; k++)
            assert_true(uri.ptr[k] > ' ' && uri.ptr[k] <= '~');
        assert_ok(lsp_uri_to_path(&back, &a, uri), NULL);
        assert_view(back, paths[i]);
        arena_release(&a);
    }
}

TEST_MAIN(cmocka_unit_test(test_uri__of_path_and_back), cmocka_unit_test(test_uri__to_path),
          cmocka_unit_test(test_uri__from_path_is_its_opposite), cmocka_unit_test(test_uri__paths),
          cmocka_unit_test(test_uri__out_of_memory))

/* Who is asked here is no engine but a list of what it was told, so that it can be seen that no
 * answer was among that. */
#include <git2.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/test.h"

#include "assist/replay/run.h"
#include "base/file.h"

enum { MAX_KNOWN = 32, MAX_ASKED = 256 };

struct spy {
    char root[64];
    char *paths[MAX_KNOWN], *texts[MAX_KNOWN];
    size_t n_known;
    char *asked[MAX_ASKED]; /* "path|text with ^ at the cursor|target" */
    size_t n_asked, n_forgotten;
    bool knows_answer; /* in a file that it was told of */
    char known_then[4096];
    str_view answer; /* to give; NULL ptr: none */
    err_code fails;
};

static void put(struct spy *s, str_view path, str_view text)
{
    size_t at = 0;
    while (at < s->n_known && !str_eq(str_of(s->paths[at]), path))
        at++;
    if (at == s->n_known) {
        assert_true(at < MAX_KNOWN);
        s->paths[s->n_known++] = strndup(path.ptr, path.len);
    } else {
        free(s->texts[at]);
    }
    s->texts[at] = strndup(text.len ? text.ptr : "", text.len);
}

static err_code spy_learn(void *user, const struct assist_document *file, err *e)
{
    (void)e;
    assert_view(file->repo, strrchr(((struct spy *)user)->root, '/') + 1);
    put(user, file->path, file->text);
    return ERR_OK;
}

static err_code spy_complete(void *user, struct assist_completion *out, arena *mem,
                             const struct assist_document *doc, size_t cursor,
                             const struct assist_complete_options *options, err *e)
{
    struct spy *s = user;
    (void)e;
    assert_true(options->invoked);
    assert_true(cursor <= doc->text.len);
    put(s, doc->path, doc->text); /* as the engine does */
    s->known_then[0] = '\0';
    for (size_t i = 0; i < s->n_known; i++) {
        size_t n = strlen(s->known_then);
        snprintf(s->known_then + n, sizeof s->known_then - n, "%s", s->texts[i]);
    }
    if (s->fails != ERR_OK)
        return s->fails;
    if (s->answer.ptr) {
        out->items = ARENA_NEW(mem, struct assist_suggestion);
        *out->items =
            (struct assist_suggestion){s->answer, cursor, cursor, 0.5F, "spy", NULL, 0, 0, 0};
        out->n_items = 1;
    }
    return ERR_OK;
}

static void spy_forget(void *user)
{
    struct spy *s = user;
    for (size_t i = 0; i < s->n_known; i++) {
        free(s->paths[i]);
        free(s->texts[i]);
    }
    s->n_known = 0;
    s->n_forgotten++;
}

static void spy_each(void *user, const struct assist_replay_task *task,
                     const struct assist_outcome *outcome, str_view got)
{
    struct spy *s = user;
    (void)outcome;
    (void)got;
    char line[4096], target[512];
    str_view text = task->doc.text;
    snprintf(line, sizeof line, "%.*s|%.*s^%.*s|%.*s", STR_ARG(task->doc.path),
             STR_ARG(str_slice(text, 0, task->cursor)),
             STR_ARG(str_slice(text, task->cursor, text.len)), STR_ARG(task->target));
    snprintf(target, sizeof target, "%.*s", STR_ARG(task->target));
    assert_true(s->n_asked < MAX_ASKED);
    s->asked[s->n_asked++] = strdup(line);
    s->knows_answer = s->knows_answer || strstr(s->known_then, target) != NULL;
}

static struct assist_subject subject(struct spy *s)
{
    return (struct assist_subject){s, spy_learn, NULL, spy_complete, spy_forget, NULL};
}

static int setup(void **state)
{
    struct spy *s = calloc(1, sizeof *s);
    snprintf(s->root, sizeof s->root, "%s", "/tmp/artel-replay-XXXXXX");
    git_libgit2_init();
    *state = s;
    return mkdtemp(s->root) ? 0 : -1;
}

static int teardown(void **state)
{
    struct spy *s = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", s->root);
    int rc = system(command);
    spy_forget(s);
    for (size_t i = 0; i < s->n_asked; i++)
        free(s->asked[i]);
    git_libgit2_shutdown();
    free(s);
    return rc;
}

static void write_file(const struct spy *s, const char *name, const char *text)
{
    char path[128];
    err e = {{0}};
    snprintf(path, sizeof path, "%s/%s", s->root, name);
    assert_ok(file_write_atomic(path, str_of(text), &e), &e);
}

static void commit_all(const struct spy *s, git_time_t when)
{
    git_repository *repo;
    git_index *index;
    git_oid tree_id, id, head_id;
    git_tree *tree;
    git_commit *head = NULL;
    git_signature *who;
    assert_int_equal(git_repository_init(&repo, s->root, 0), 0);
    assert_int_equal(git_repository_index(&index, repo), 0);
    assert_int_equal(git_index_add_all(index, NULL, 0, NULL, NULL), 0);
    assert_int_equal(git_index_write(index), 0);
    assert_int_equal(git_index_write_tree(&tree_id, index), 0);
    assert_int_equal(git_tree_lookup(&tree, repo, &tree_id), 0);
    assert_int_equal(git_signature_new(&who, "a", "a@b", 1000000 + when, 0), 0);
    bool first = git_reference_name_to_id(&head_id, repo, "HEAD") != 0;
    if (!first)
        assert_int_equal(git_commit_lookup(&head, repo, &head_id), 0);
    const git_commit *parents[] = {head};
    assert_int_equal(
        git_commit_create(&id, repo, "HEAD", who, who, NULL, "m", tree, first ? 0 : 1, parents), 0);
    git_commit_free(head);
    git_signature_free(who);
    git_tree_free(tree);
    git_index_free(index);
    git_repository_free(repo);
}

static const char one[] =
    "def one_a(x):\n    one_b = x\n    return one_c\n\none_d = 1\none_e = 2\n";
static const char two[] = "int two_a;\nint two_b;\n\nint two_c(void)\n{\n    two_d();\n"
                          "    two_e();\n}\n";

static void write_project(const struct spy *s)
{
    write_file(s, "one.py", one);
    write_file(s, "two.c", two);
    write_file(s, "notes.txt", "nobody's code\n");
}

/* All words of a task that the spy was asked, sorted by nothing: as one text. */
static void all_asked(const struct spy *s, char *out, size_t cap)
{
    out[0] = '\0';
    for (size_t i = 0; i < s->n_asked; i++) {
        size_t n = strlen(out);
        snprintf(out + n, cap - n, "%s\n", s->asked[i]);
    }
}

static void test_replay__files_are_put_back_whole(void **state)
{
    struct spy *s = *state;
    write_project(s);
    struct assist_outcomes out = {0};
    struct assist_subject who = subject(s);
    err e = {{0}};
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct assist_replay_options o = {.seed = seed, .limit = 12, .each = spy_each, .user = s};
        assert_ok(assist_replay_folder(&out, &who, s->root, &o, &e), &e);
    }
    assert_int_equal(out.n, 10 * 12);
    size_t n_blocks = 0;
    for (size_t i = 0; i < s->n_asked; i++) {
        assert_null(strstr(s->asked[i], "notes.txt"));
        n_blocks += out.items[i].block;
    }
    assert_int_equal(n_blocks, 10 * 2);
    for (size_t i = 0; i < s->n_known; i++)
        if (strcmp(s->paths[i], "notes.txt") != 0)
            assert_string_equal(s->texts[i], s->paths[i][0] == 'o' ? one : two);
    assist_outcomes_release(&out);
}

static void test_replay__a_hidden_line_is_known_to_nobody(void **state)
{
    struct spy *s = *state;
    write_file(s, "a.py", "unique_first_line = 12345\n");
    write_file(s, "b.py", "another_thing = 67890\n");
    struct assist_outcomes out = {0};
    struct assist_subject who = subject(s);
    err e = {{0}};
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct assist_replay_options o = {.seed = seed, .each = spy_each, .user = s};
        assert_ok(assist_replay_folder(&out, &who, s->root, &o, &e), &e);
    }
    assert_int_equal(out.n, 40);
    assert_false(s->knows_answer);
    /* The other file was known all the time. */
    assert_non_null(strstr(s->known_then, "unique_first_line = 12345"));
    assist_outcomes_release(&out);
}

static void test_replay__a_seed_is_a_sample(void **state)
{
    struct spy *s = *state;
    write_project(s);
    struct assist_subject who = subject(s);
    char runs[3][16384];
    static const uint64_t seeds[] = {5, 5, 6};
    for (size_t i = 0; i < 3; i++) {
        struct assist_outcomes out = {0};
        err e = {{0}};
        struct assist_replay_options o = {
            .seed = seeds[i], .limit = 4, .each = spy_each, .user = s};
        assert_ok(assist_replay_folder(&out, &who, s->root, &o, &e), &e);
        assert_int_equal(out.n, 4);
        all_asked(s, runs[i], sizeof runs[i]);
        while (s->n_asked > 0)
            free(s->asked[--s->n_asked]);
        assist_outcomes_release(&out);
    }
    assert_string_equal(runs[0], runs[1]);
    assert_string_not_equal(runs[0], runs[2]);
}

/* What was asked, without the part of the line before the cursor: the whole lines. */
static void assert_asked(const struct spy *s, size_t i, const char *path, const char *before,
                         const char *line, const char *after)
{
    char want[1024], got[1024];
    snprintf(want, sizeof want, "%s|%s%s%s", path, before, line, after);
    assert_true(i < s->n_asked);
    const char *cursor = strrchr(s->asked[i], '^'), *target = strrchr(s->asked[i], '|');
    snprintf(got, sizeof got, "%.*s%s%.*s", (int)(cursor - s->asked[i]), s->asked[i], target + 1,
             (int)(target - cursor - 1), cursor + 1);
    assert_string_equal(got, want);
}

static void write_history(const struct spy *s)
{
    write_file(s, "a.py", "alpha = 1\nbeta = 2\ngamma = 3\n");
    write_file(s, "b.py", "keep = 1\n");
    commit_all(s, 1);
    write_file(s, "a.py", "alpha = 1\nnew_one = 4\n\nnew_two = 5\nbeta = 2\nchanged = 6\n");
    commit_all(s, 2);
    write_file(s, "b.py", "keep = 1\n)\nlast = 7\n");
    write_file(s, "c.py", "fresh = 8");
    commit_all(s, 3);
}

static void test_replay__commits_give_the_lines_that_they_added(void **state)
{
    struct spy *s = *state;
    write_history(s);
    struct assist_outcomes out = {0};
    struct assist_subject who = subject(s);
    struct assist_replay_options o = {.seed = 1, .each = spy_each, .user = s};
    err e = {{0}};
    assert_ok(assist_replay_commits(&out, &who, s->root, 2, &o, &e), &e);
    assert_int_equal(s->n_asked, 5);
    assert_false(s->knows_answer);
    assert_asked(s, 0, "a.py", "alpha = 1\n", "new_one = 4", "\nbeta = 2\ngamma = 3\n");
    assert_asked(s, 1, "a.py", "alpha = 1\nnew_one = 4\n\n", "new_two = 5",
                 "\nbeta = 2\ngamma = 3\n");
    assert_asked(s, 2, "a.py", "alpha = 1\nnew_one = 4\n\nnew_two = 5\nbeta = 2\n", "changed = 6",
                 "\n");
    assert_asked(s, 3, "b.py", "keep = 1\n)\n", "last = 7", "\n");
    assert_asked(s, 4, "c.py", "", "fresh = 8", "\n");
    /* Before the last commit a.py was as the one before had left it, and b.py in its own commit as
     * it was before. */
    assert_non_null(strstr(s->known_then, "new_two = 5"));
    assert_null(strstr(s->known_then, "last = 7"));
    assert_int_equal(out.n, 5);
    assist_outcomes_release(&out);
}

static void test_replay__a_limit_draws_from_all_commits(void **state)
{
    struct spy *s = *state;
    write_history(s);
    struct assist_subject who = subject(s);
    err e = {{0}};
    bool early = false, late = false;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct assist_outcomes out = {0};
        struct assist_replay_options o = {.seed = seed, .limit = 2, .each = spy_each, .user = s};
        assert_ok(assist_replay_commits(&out, &who, s->root, 2, &o, &e), &e);
        assert_int_equal(out.n, 2);
        assist_outcomes_release(&out);
    }
    for (size_t i = 0; i < s->n_asked; i++) {
        early = early || strncmp(s->asked[i], "a.py", 4) == 0;
        late = late || strncmp(s->asked[i], "c.py", 4) == 0;
    }
    assert_true(early && late);
}

static void test_replay__alone_learns_nothing(void **state)
{
    struct spy *s = *state;
    write_history(s);
    struct assist_outcomes out = {0};
    struct assist_subject who = subject(s);
    struct assist_replay_options o = {.alone = true, .each = spy_each, .user = s};
    err e = {{0}};
    assert_ok(assist_replay_commits(&out, &who, s->root, 9, &o, &e), &e);
    assert_null(strstr(s->known_then, "keep"));
    assert_ok(assist_replay_folder(&out, &who, s->root, &o, &e), &e);
    assert_int_equal(s->n_known, 1);
    assist_outcomes_release(&out);
}

static void test_replay__what_cannot_be_replayed_is_said(void **state)
{
    struct spy *s = *state;
    struct assist_outcomes out = {0};
    struct assist_subject who = subject(s);
    struct assist_replay_options o = {0};
    err e = {{0}};
    assert_int_equal(assist_replay_folder(&out, &who, s->root, &o, &e), ERR_NOT_FOUND);
    assert_non_null(strstr(e.text, "no code"));
    assert_int_equal(assist_replay_commits(&out, &who, s->root, 1, &o, &e), ERR_NOT_FOUND);
    assert_non_null(strstr(e.text, "no git repository"));
    assert_int_equal(assist_replay_folder(&out, &who, "/nonexistent", &o, &e), ERR_NOT_FOUND);
    git_repository *repo;
    assert_int_equal(git_repository_init(&repo, s->root, 0), 0);
    git_repository_free(repo);
    assert_int_equal(assist_replay_commits(&out, &who, s->root, 1, &o, &e), ERR_NOT_FOUND);
    assert_non_null(strstr(e.text, "no commits"));
    assert_int_equal(out.n, 0);
}

static void test_replay__an_answer_is_scored(void **state)
{
    struct spy *s = *state;
    struct assist_outcomes out = {0};
    struct assist_subject who = subject(s);
    struct assist_replay_options o = {0};
    struct assist_replay_task task = {
        .doc = {.path = STR("a.py"), .repo = STR("r"), .text = STR("def f(x):\n    return \n")},
        .cursor = 21,
        .target = STR("x + 1"),
    };
    err e = {{0}};
    static const struct {
        const char *answer;
        bool exact, first_token, parses;
        size_t kept;
    } cases[] = {
        {"x + 1", true, true, true, 5},
        {"x + 2", false, true, true, 4},
        {"xs", false, false, true, 1},
        {"x + (", false, true, false, 4},
    };
    for (size_t i = 0; i < 4; i++) {
        s->answer = str_of(cases[i].answer);
        assert_ok(assist_replay_one(&out, &who, &task, &o, &e), &e);
        const struct assist_outcome *got = &out.items[i];
        assert_string_equal(got->language, "python");
        assert_string_equal(got->tier, "spy");
        assert_int_equal(got->exact, cases[i].exact);
        assert_int_equal(got->first_token, cases[i].first_token);
        assert_true(got->parse_known);
        assert_int_equal(got->parses, cases[i].parses);
        assert_int_equal(got->kept_chars, cases[i].kept);
    }
    s->answer = (str_view){NULL, 0};
    assert_ok(assist_replay_one(&out, &who, &task, &o, &e), &e);
    assert_null(out.items[4].tier);
    assert_false(out.items[4].exact || out.items[4].parse_known);
    /* One place that is too much for the engine does not end the run; broken weights do. */
    s->fails = ERR_RANGE;
    assert_ok(assist_replay_one(&out, &who, &task, &o, &e), &e);
    assert_null(out.items[5].tier);
    s->fails = ERR_FORMAT;
    assert_int_equal(assist_replay_one(&out, &who, &task, &o, &e), ERR_FORMAT);
    assert_int_equal(out.n, 6);
    assist_outcomes_release(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_replay__##name, setup, teardown)

TEST_MAIN(TEST(files_are_put_back_whole), TEST(a_hidden_line_is_known_to_nobody),
          TEST(a_seed_is_a_sample), TEST(commits_give_the_lines_that_they_added),
          TEST(a_limit_draws_from_all_commits), TEST(alone_learns_nothing),
          TEST(what_cannot_be_replayed_is_said), TEST(an_answer_is_scored))

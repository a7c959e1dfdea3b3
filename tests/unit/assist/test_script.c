/* What the parts of assist/script promise: words, tables, questions, and the same bytes each time.
 */
#include "assist/script/query.h"
#include "base/mem.h"
#include "tests/unit/test.h"

static void test_words__kinds(void **state)
{
    static const struct {
        const char *text;
        scr_kind kind;
        const char *value;
        long long n;
    } cases[] = {
        {"'a b'", SCR_TEXT, "a b", 0},
        {"“x”", SCR_TEXT, "x", 0},
        {"*.log", SCR_GLOB, "*.log", 0},
        {"src/x", SCR_PATH, "src/x", 0},
        {".mp3", SCR_EXT, "mp3", 0},
        {"notes.txt", SCR_PATH, "notes.txt", 0},
        {"10MB", SCR_SIZE, "10485760", 10 << 20},
        {"1.5 kB", SCR_SIZE, NULL, 1024},
        {"two weeks", SCR_TIME, "1209600", 1209600},
        {"30 days", SCR_TIME, "2592000", 2592000},
        {"2024-02-29", SCR_DATE, "2024-02-29", 0},
        {"1,000", SCR_NUMBER, NULL, 1000},
        {"-5", SCR_NUMBER, "-5", -5},
        {"https://a.b/c", SCR_URL, "https://a.b/c", 0},
        {"windows-1251", SCR_ENCODING, "CP1251", 0},
        {"Files", SCR_WORD, "files", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena a;
        scr_tokens t;
        arena_init(&a, SIZE_MAX);
        assert_int_equal(scr__words(&t, &a, str_of(cases[i].text), NULL), ERR_OK);
        assert_true(t.n >= 1);
        if (t.at[0].v.kind != cases[i].kind)
            print_message("%s\n", cases[i].text);
        assert_int_equal(t.at[0].v.kind, cases[i].kind);
        if (cases[i].value)
            assert_true(str_eq(t.at[0].v.text, str_of(cases[i].value)));
        if (cases[i].kind != SCR_SIZE || cases[i].value)
            assert_int_equal(t.at[0].v.n, cases[i].n);
        arena_release(&a);
    }
}

static void test_words__marks_of_comments_go(void **state)
{
    static const char *const cases[] = {"# a b",      "// a b",       "/* a\n * b */",
                                        "-- a\n-- b", "<!-- a b -->", "a\tb"};
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(str_eq(scr__plain(&a, str_of(cases[i])), STR("a b")));
    arena_release(&a);
}

static void test_words__forms(void **state)
{
    (void)state;
    assert_true(scr__inflects(STR("copied"), STR("copy")));
    assert_true(scr__inflects(STR("copying"), STR("copy")));
    assert_true(scr__inflects(STR("stripped"), STR("strip")));
    assert_true(scr__inflects(STR("removing"), STR("remove")));
    assert_true(scr__inflects(STR("files"), STR("file")));
    assert_false(scr__inflects(STR("filter"), STR("file")));
    assert_false(scr__inflects(STR("sorted"), STR("sore")));
}

/* Every line of the tables is read; every step can be said, has a title and code in the
 * languages that can do everything; awk reads lines and prints. */
static void test_table__is_whole(void **state)
{
    arena a;
    scr_table t;
    err e = {{0}};
    (void)state;
    arena_init(&a, SIZE_MAX);
    assert_int_equal(scr__table_load(&t, &a, &e), ERR_OK);
    size_t n = 0, n_awk = 0, n_ruby = 0;
    for (const scr_step *s = t.steps; s; s = s->next, n++) {
        bool said = false;
        for (const scr_pattern *p = t.says; p; p = p->next)
            said = said || p->step == s;
        bool all = scr__can(s, STR("bash")) && scr__can(s, STR("python")) &&
                   scr__can(s, STR("javascript"));
        n_awk += scr__can(s, STR("awk"));
        n_ruby += scr__can(s, STR("ruby"));
        assert_true(!scr__can(s, STR("awk")) || (s->in == SCR_T_LINES && s->out == SCR_T_LINES));
        if (!said || !s->title.len || !all)
            print_message("%.*s\n", STR_ARG(s->name));
        assert_true(said && s->title.len && all);
    }
    assert_true(n > 250 && n_awk > 100 && n_ruby > 270);
    size_t n_parts = 0;
    for (const scr_step *s = t.parts; s; s = s->next)
        n_parts++;
    assert_true(n_parts <= SCR_MAX_PARTS);
    assert_true(t.n_words < SCR_WORD_SLOTS / 2);
    arena_release(&a);
}

static assist_script written(arena *a, const char *comment, const char *language)
{
    assist_script s;
    assist_script_options o = {.language = assist_script_language_find(str_of(language))};
    err e = {{0}};
    assert_int_equal(assist_script_write(&s, a, str_of(comment), &o, &e), ERR_OK);
    return s;
}

static bool has(str_view text, const char *part)
{
    return str_find(text, str_of(part)) < text.len;
}

/* Patterns of the shell are regular expressions there, and names cannot be code. */
static void test_javascript__names(void **state)
{
    static const struct {
        const char *comment, *code;
    } cases[] = {
        {"list *.tmp files", "/\\.tmp$/su.test(name)"},
        {"list a?[!b-c]*.txt files", "/^a.[^b-c].*\\.txt$/su.test(name)"},
        {"list *.jpg and *.png files", "/\\.png$|\\.jpg$/su.test(name)"},
        {"replace '`${x}\"' with '\\' in names.txt",
         "line.replaceAll(\"`${x}\\\"\", () => \"\\\\\")"},
        {"list files in ~/a larger than 1 kB", "path.join(os.homedir(), \"a\")"},
    };
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assist_script s = written(&a, cases[i].comment, "javascript");
        if (!has(s.text, cases[i].code))
            print_message("%s\n%.*s\n", cases[i].comment, STR_ARG(s.text));
        assert_true(has(s.text, cases[i].code));
    }
    arena_release(&a);
}

static void test_ruby__names(void **state)
{
    static const char *const cases[][2] = {
        {"list a?[!b-c]*.txt files", "name.match?(/\\Aa.[^b-c].*\\.txt\\z/m)"},
        {"replace '#{x}\"' with '\\' in names.txt", "line.gsub(\"\\#{x}\\\"\") { \"\\\\\" }"},
        {"list files in ~/a larger than 1 kB", "File.join(Dir.home, \"a\")"},
        {"copy ~/a.txt to ~/b.txt", "FileUtils.cp(File.join(Dir.home, \"a.txt\"), "},
    };
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assist_script s = written(&a, cases[i][0], "ruby");
        if (!has(s.text, cases[i][1]))
            print_message("%s\n%.*s\n", cases[i][0], STR_ARG(s.text));
        assert_true(has(s.text, cases[i][1]));
    }
    arena_release(&a);
}

/* Only what is used is there: modules, shared functions. */
static void test_javascript__modules(void **state)
{
    arena a;
    assist_script s;
    assist_script_options o = {.language = assist_script_language_find(STR("js")),
                               .es_module = true};
    (void)state;
    arena_init(&a, SIZE_MAX);
    assert_int_equal(assist_script_write(&s, &a, STR("sort names.txt"), &o, NULL), ERR_OK);
    assert_true(has(s.text, "import fs from \"node:fs\";") && !has(s.text, "require("));
    o.es_module = false;
    assert_int_equal(assist_script_write(&s, &a, STR("sort names.txt"), &o, NULL), ERR_OK);
    assert_true(has(s.text, "const fs = require(\"node:fs\");") &&
                has(s.text, "function byBytes("));
    assert_true(!has(s.text, "node:zlib") && !has(s.text, "function readTable("));
    arena_release(&a);
}

/* What a language cannot do is said, with those that can. */
static void test_perl__names(void **state)
{
    static const char *const cases[][2] = {
        {"list a?[!b-c]*.txt files", "next unless to_letters($name) =~ /\\Aa.[^b-c].*\\.txt\\z/s;"},
        {"list при*.txt files", "next unless $name =~ /\\Aпри.*\\.txt\\z/s;"},
        {"list при?.txt files", "=~ /\\A\\x{43f}\\x{440}\\x{438}.\\.txt\\z/s;"},
        {"replace 'it\\'s $x @y' with '\\' in names.txt", "('it\\\\\\'s $x @y', '\\\\')"},
        {"list files in ~/a larger than 1 kB", "\"$ENV{HOME}/a\""},
        {"list files in $DATA/x@y", "\"$ENV{DATA}/x\\@y\""},
    };
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assist_script s = written(&a, cases[i][0], "perl");
        if (!has(s.text, cases[i][1]))
            print_message("%.*s\n", STR_ARG(s.text));
        assert_true(has(s.text, cases[i][1]));
    }
    arena_release(&a);
}

static void test_script__names_other_languages(void **state)
{
    static const char *const cases[][2] = {
        {"delete *.tmp files", "I cannot do this in awk, only in bash, python, javascript, ruby, "
                               "perl, go: delete files."},
        {"sort the keys of a.json", "ruby, perl, jq, go: sort the keys of JSON."},
        {"sort names.txt and remove duplicates", "I cannot do this in awk: an awk program does one "
                                                 "step."},
        {"count the lines of all txt files together", "only in bash"},
        {"remove duplicate lines from names.txt in place", "prints"},
    };
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assist_script s = written(&a, cases[i][0], "awk");
        if (!has(s.said, cases[i][1]))
            print_message("%s: %.*s\n", cases[i][0], STR_ARG(s.said));
        assert_int_equal(s.state, ASSIST_SCRIPT_REFUSES);
        assert_true(has(s.said, cases[i][1]));
    }
    assert_int_equal(written(&a, "sort names.txt", "awk").state, ASSIST_SCRIPT_WRITTEN);
    arena_release(&a);
}

static void test_script__same_bytes_each_time(void **state)
{
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    assist_script one = written(&a, "delete *.tmp files older than 7 days", "bash");
    assist_script two = written(&a, "delete *.tmp files older than 7 days", "bash");
    assert_int_equal(one.state, ASSIST_SCRIPT_WRITTEN);
    assert_true(str_eq(one.text, two.text));
    assert_true(one.deletes && one.has_dry_run);
    arena_release(&a);
}

static void test_script__asks_instead_of_guessing(void **state)
{
    static const char *const asks[] = {"",
                                       "  ",
                                       "frobnicate the txt files",
                                       "delete all files",
                                       "do not delete the txt files",
                                       "удали файлы",
                                       "\xff\xfe",
                                       "delete the txt files unless it rains"};
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        assist_script s = written(&a, asks[i], "python");
        assert_int_equal(s.state, ASSIST_SCRIPT_ASKS);
        assert_true(s.said.len && str_starts(s.text, STR("# artel: ")));
    }
    assert_int_equal(written(&a, "delete everything", "bash").state, ASSIST_SCRIPT_REFUSES);
    assert_int_equal(written(&a, "delete *.conf files in /etc", "bash").state,
                     ASSIST_SCRIPT_REFUSES);
    arena_release(&a);
}

/* Words in another order, restated, or between others that say little; the first step's title. */
static void test_script__reads_words_in_any_order(void **state)
{
    static const char *const cases[][2] = {
        {"find duplicate files based on their content", "list files with the same content"},
        {"decode base64 file b64.txt", "decode base64"},
        {"list only the directories here", "list folders"},
        {"how many times does each name occur in names.txt",
         "count how often each line occurs, most frequent first"},
        {"how to get the files modified between 50 and 30 days ago", "list files"},
        {"decompress archive.gz but keep the original", "decompress .gz files"},
    };
    static const char *const asks[] = {
        /* what only shows may not be guessed from what is left */
        "print \"a b\" and all files",
        "sort",
        "word frequency of text.txt, ten most common words",
        "create an empty file in each directory named mydir",
        /* what changes keeps its order */
        "recursively removes all files and folders like 'x' from current folder",
        "move the txt files",
        "replace all spaces with underscores in directory names under current directory",
        "counts lines in each of the *.php files and prints total count",
    };
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assist_script s = written(&a, cases[i][0], "bash");
        if (s.state != ASSIST_SCRIPT_WRITTEN || !str_eq(s.steps[0], str_of(cases[i][1])))
            print_message("%s\n", cases[i][0]);
        assert_int_equal(s.state, ASSIST_SCRIPT_WRITTEN);
        assert_true(str_eq(s.steps[0], str_of(cases[i][1])));
    }
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        assist_script s = written(&a, asks[i], "bash");
        if (s.state != ASSIST_SCRIPT_ASKS)
            print_message("%s\n", asks[i]);
        assert_int_equal(s.state, ASSIST_SCRIPT_ASKS);
    }
    arena_release(&a);
}

static void test_script__long_comments(void **state)
{
    static char text[20001];
    arena a;
    assist_script s;
    err e = {{0}};
    assist_script_options o = {.language = assist_script_language_at(0)};
    (void)state;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof text - 1; i++)
        text[i] = i % 5 == 4 ? ' ' : 'a';
    assert_int_equal(assist_script_write(&s, &a, (str_view){text, 20000}, &o, &e), ERR_RANGE);
    assert_int_equal(assist_script_write(&s, &a, (str_view){text, 10000}, &o, &e), ERR_RANGE);
    assert_true(e.text[0]);
    arena_release(&a);
}

static void write_short_of_memory(const char *comment, const char *language)
{
    assist_script_options o = {.language = assist_script_language_find(str_of(language))};
    arena a;
    err e = {{0}};
    assist_script s;
    arena_init(&a, SIZE_MAX);
    err_code rc = assist_script_write(&s, &a, str_of(comment), &o, &e);
    if (rc != ERR_OK && rc != ERR_NOMEM)
        print_message("%s\n", e.text);
    assert_true(rc == ERR_OK || rc == ERR_NOMEM);
    assert_true(rc != ERR_OK || s.text.len > 0);
    arena_release(&a);
}

/* Short of memory: the error, and nothing lost. The tables alone are some ten thousand allocations
 * here, so that places are tried that lie ever further apart. */
static void each_so_often(const char *comment, const char *language)
{
    bool clean = false;
    for (uint64_t n = 1; !clean; n += 1 + n / 6) {
        mem_fail_at(n);
        write_short_of_memory(comment, language);
        clean = mem_fail_pending();
        mem_fail_at(0);
    }
}

static void test_script__short_of_memory(void **state)
{
    (void)state;
    each_so_often("sum the qty column in sales.csv", "bash");
    each_so_often("frobnicate the txt files", "python");
    each_so_often("delete *.tmp files not in build/", "javascript");
    each_so_often("average age per city of people where age > 3", "sql");
    each_so_often("top 2 rows of a.json by age", "jq");
    each_so_often("sort names.txt", "go");
}

/* What is said and not done is asked about; two sayings of one thing are one script. */
static void test_script__passes_over_nothing(void **state)
{
    static const char *const asks[] = {"print today's date older than 3 days",
                                       "move the mp3 files to another folder",
                                       "sort names.txt larger than 1 MB"};
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++)
        assert_int_equal(written(&a, asks[i], "bash").state, ASSIST_SCRIPT_ASKS);
    arena_release(&a);
}

static assist_script with_templates(arena *a, const char *comment, const char *templates,
                                    err_code expected)
{
    assist_script s = {.text = STR("")};
    assist_script_options o = {.language = assist_script_language_find(STR("bash")),
                               .templates = str_of(templates)};
    err e = {{0}};
    assert_int_equal(assist_script_write(&s, a, str_of(comment), &o, &e), expected);
    assert_true((expected == ERR_OK) == !e.text[0]);
    return s;
}

static void test_script__templates_add_and_change_nothing(void **state)
{
    static const char own[] =
        "# ours\nstep deploy\nout done\nsay deploy [the] site to <name:host>\n"
        "say sort LINES\nsay delete FILES\n"
        "bash run\n    rsync -a build/ @host@:/srv/\n";
    static const char *const wrong[] = {"refuse sort => no\n",
                                        "syn delete = keep\n",
                                        "step x\nsay (a\n",
                                        "step x\nnonsense\n",
                                        "\xff\xfe",
                                        "step x\nwould '; rm -rf ~; '\n",
                                        "step x\ntitle END\n",
                                        "step x\ntool bash x;y z\n",
                                        "step x\nbash name\n    x\n",
                                        "step x\npython help\n    x\n"};
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    assert_int_equal(written(&a, "deploy the site to test1", "bash").state, ASSIST_SCRIPT_ASKS);
    assist_script s = with_templates(&a, "deploy the site to test1", own, ERR_OK);
    assert_int_equal(s.state, ASSIST_SCRIPT_WRITTEN);
    assert_true(str_find(s.text, STR("rsync -a build/ test1:/srv/")) < s.text.len);
    assert_true(str_find(s.text, STR("this project's own template: deploy")) < s.text.len);
    assert_true(str_find(s.text, STR("dry_run=1")) < s.text.len);
    /* A host that would be code is quoted. */
    s = with_templates(&a, "deploy site to \"x; rm -rf ~\"", own, ERR_OK);
    assert_true(str_find(s.text, STR("'x; rm -rf ~':/srv/")) < s.text.len);
    /* What is understood without them stays as it is; what is refused, too. */
    assert_true(str_eq(with_templates(&a, "sort names.txt", own, ERR_OK).text,
                       written(&a, "sort names.txt", "bash").text));
    assert_int_equal(with_templates(&a, "delete everything", own, ERR_OK).state,
                     ASSIST_SCRIPT_REFUSES);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        with_templates(&a, "deploy the site to test1", wrong[i], ERR_FORMAT);
    arena_release(&a);
}

/* Tables are read wherever they stand: comments, quotes, constraints and other statements are no
 * columns. */
static void test_schema__reads_statements(void **state)
{
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    scr_relation *all = scr__schema_read(
        &a, STR("-- create table no (x int);\nINSERT INTO t VALUES ('create table no2 (y int)');\n"
                "CREATE TABLE IF NOT EXISTS main.\"Order\" (id int PRIMARY KEY, -- the key,\n"
                "  price numeric(10, 2) CHECK (price > 0), [when] timestamp, PRIMARY KEY (id), "
                "FOREIGN KEY (id) REFERENCES t (id));\ncreate table broken (a int, b"));
    const scr_relation *order = scr__schema_table(all, STR("order"));
    assert_non_null(order);
    assert_int_equal(order->n_columns, 3);
    assert_true(str_eq(order->columns[1].name, STR("price")));
    assert_true(scr__schema_is_time(scr__schema_column(order, STR("WHEN"))));
    assert_non_null(scr__schema_column(scr__schema_table(all, STR("broken")), STR("b")));
    assert_null(scr__schema_table(all, STR("no")));
    assert_null(scr__schema_table(all, STR("no2")));
    assert_true(str_eq(scr__schema_nearest(all, NULL, STR("orders")), STR("Order")));
    assert_true(str_eq(scr__schema_nearest(all, order, STR("prise")), STR("price")));
    assert_int_equal(scr__schema_nearest(all, order, STR("zzz")).len, 0);
    arena_release(&a);
}

static void test_query__days_follow_each_other(void **state)
{
    static const char *const days[][2] = {
        {"2024-02-28", "2024-02-29"}, {"2023-02-28", "2023-03-01"},
        {"1900-02-28", "1900-03-01"}, {"2000-02-29", "2000-03-01"},
        {"2024-12-31", "2025-01-01"}, {"2023-02-29", ""},
        {"2024-13-01", ""},           {"2024-00-01", ""}};
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        assert_true(str_eq(scr__next_day(&a, str_of(days[i][0])), str_of(days[i][1])));
    arena_release(&a);
}

/* What a comment says is a value or a name, never code. */
static void test_query__quotes(void **state)
{
    static const char *const cases[][3] = {
        {"sql", "rows of t where name is \"x'; DROP TABLE t; --\"",
         "name = 'x''; DROP TABLE t; --'"},
        {"sql", "\"a\"\" b\" of \"order\"", NULL},
        {"sql", "sum of 'a\"b' in `order`", "SUM(\"a\"\"b\")"},
        {"jq", "rows of a.json where name is \"x\\(env)\"", ".name == \"x\\\\(env)\""},
        {"jq", "sum of 'a b' in a.json", "map(.\"a b\""},
        {"go", "keep the lines with \"\\x\" in a.txt", "\"\\\\x\""},
    };
    arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assist_script s = written(&a, cases[i][1], cases[i][0]);
        if (cases[i][2] && !has(s.text, cases[i][2]))
            print_message("%s\n%.*s\n", cases[i][1], STR_ARG(s.text));
        assert_true(!cases[i][2] || has(s.text, cases[i][2]));
    }
    arena_release(&a);
}

TEST_MAIN(cmocka_unit_test(test_schema__reads_statements), cmocka_unit_test(test_query__quotes),
          cmocka_unit_test(test_query__days_follow_each_other), cmocka_unit_test(test_words__kinds),
          cmocka_unit_test(test_words__marks_of_comments_go), cmocka_unit_test(test_words__forms),
          cmocka_unit_test(test_table__is_whole), cmocka_unit_test(test_javascript__names),
          cmocka_unit_test(test_javascript__modules), cmocka_unit_test(test_ruby__names),
          cmocka_unit_test(test_perl__names), cmocka_unit_test(test_script__names_other_languages),
          cmocka_unit_test(test_script__same_bytes_each_time),
          cmocka_unit_test(test_script__asks_instead_of_guessing),
          cmocka_unit_test(test_script__reads_words_in_any_order),
          cmocka_unit_test(test_script__long_comments),
          cmocka_unit_test(test_script__short_of_memory),
          cmocka_unit_test(test_script__passes_over_nothing),
          cmocka_unit_test(test_script__templates_add_and_change_nothing))

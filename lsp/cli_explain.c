#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "assist/explain/explain.h"
#include "assist/explain/fragment.h"
#include "assist/explain/prose.h"
#include "assist/explain/render.h"
#include "lsp/cli.h"
#include "model/default.h"

enum {
    FILE_MAX_BYTES = 64 << 20,
    ARENA_MAX_BYTES = 64 << 20,
    OUT_MAX_BYTES = 4 << 20,
    MAX_COLUMNS = 96, /* longer lines are hard to read */
    MIN_COLUMNS = 30,
};

struct options {
    const char *lang, *in, *model;
    long level;
    bool list, level_given, prose;
};

static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        {"in", required_argument, NULL, 'i'},
        {"lang", required_argument, NULL, 'l'},
        {"level", required_argument, NULL, 'v'},
        {"list", no_argument, NULL, 'a'},
        {"prose", no_argument, NULL, 'p'},
        {"model", required_argument, NULL, 'm'},
        {NULL, 0, NULL, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "i:l:v:apm:", longs, NULL)) != -1;) {
        switch (c) {
        case 'a': o->list = true; break;
        case 'i': o->in = optarg; break;
        case 'l': o->lang = optarg; break;
        case 'p': o->prose = true; break;
        case 'm': o->model = optarg; break;
        case 'v':
            if (!cli_number(optarg, 1, 3, &o->level))
                return cli_fail(CLI_USAGE, "explain", "--level takes 1, 2 or 3, not '%s'", optarg);
            o->level_given = true;
            break;
        default: return cli_bad_option("explain");
        }
    }
    if (o->model && !o->prose)
        return cli_fail(CLI_USAGE, "explain", "only --prose asks a model");
    if (argc - optind > 1 || (argc == optind && !o->list))
        return cli_fail(CLI_USAGE, "explain",
                        "give one FILE:LINE:COL, or code after --lang; see 'artel help explain'");
    return CLI_OK;
}

/* How many letters have to be added, dropped or changed to make one of the other. */
static size_t difference(str_view a, str_view b)
{
    enum { MAX = 24 };
    size_t row[MAX + 1];
    if (a.len > MAX || b.len > MAX)
        return MAX;
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t change = corner + (a.ptr[i - 1] != b.ptr[j - 1]);
            size_t least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            corner = row[j];
            row[j] = change < least ? change : least;
        }
    }
    return row[b.len];
}

/* The language whose id is most like `name`, or NULL when none is much like it. */
static const gram_language *nearest_language(str_view name)
{
    size_t n_rows = 0, least = name.len / 3 + 2;
    const gram_language *all = gram_language_all(&n_rows), *nearest = NULL;
    for (size_t i = 0; i < n_rows; i++) {
        size_t d = difference(name, str_of(all[i].id));
        if (d < least) {
            least = d;
            nearest = &all[i];
        }
    }
    return nearest;
}

static const gram_language *find_language(const char *name)
{
    const gram_language *lang = gram_language_by_id(str_of(name));
    if (!lang)
        lang = gram_language_by_path(str_of(name));
    const gram_language *nearest = lang ? NULL : nearest_language(str_of(name));
    if (nearest)
        (void)cli_fail(CLI_USAGE, "explain",
                       "no language is called '%s'; is it '%s'? 'artel explain --list' names them",
                       name, nearest->id);
    else if (!lang)
        (void)cli_fail(CLI_USAGE, "explain",
                       "no language is called '%s'; 'artel explain --list' names them", name);
    return lang;
}

static int list_languages(gram_knowledge *k)
{
    size_t n_rows = 0;
    const gram_language *all = gram_language_all(&n_rows);
    for (size_t i = 0; i < n_rows; i++) {
        size_t n = 0;
        for (const struct gram_construct *c = gram_knowledge_of(k, &all[i]); c; c = c->next)
            n += !str_eq(c->folder, STR("common"));
        if (n > 0)
            printf("%-16s %3zu  %s\n", all[i].id, n, all[i].name);
    }
    return CLI_OK;
}

static int list_constructs(gram_knowledge *k, const gram_language *lang)
{
    const struct gram_construct *c = gram_knowledge_of(k, lang);
    if (!c)
        return cli_fail(CLI_NOTHING, "explain", "nothing is written about %s yet", lang->name);
    for (; c; c = c->next) {
        str_view code = str_slice(c->code, 0, str_find_byte(c->code, '\n'));
        printf("%s%.*s%s%s%.*s\n", cli_style(CLI_BOLD), STR_ARG(c->name), cli_style(CLI_PLAIN),
               code.len ? "   " : "", STR_ARG(code));
    }
    return CLI_OK;
}

/* Where `-LINE:COL` or `-LINE` begins at the end of the argument, or its length. */
static size_t range_suffix(str_view v, long *line, long *col)
{
    const char *dash = NULL;
    for (size_t i = v.len; i > 0 && !dash; i--) {
        char c = v.ptr[i - 1];
        if (c == '-')
            dash = v.ptr + i - 1;
        else if (c != ':' && (c < '0' || c > '9'))
            break;
    }
    if (!dash)
        return v.len;
    char *end = NULL;
    *col = 0;
    *line = strtol(dash + 1, &end, 10);
    if (end == dash + 1 || *line < 1)
        return v.len;
    if (*end == ':')
        *col = strtol(end + 1, &end, 10);
    return *end == '\0' ? (size_t)(dash - v.ptr) : v.len;
}

static void use_whole_line(struct explain_request *r)
{
    while (r->begin > 0 && r->text.ptr[r->begin - 1] != '\n')
        r->begin--;
    while (r->end < r->text.len && r->text.ptr[r->end] != '\n')
        r->end++;
}

/* What the words after FILE ask for: a point, a line, a selection, the file. */
static err_code find_place(struct explain_request *r, arena *mem, buf *file, const char *argument,
                           err *e)
{
    long line = 0, col = 0;
    str_view all = str_of(argument);
    size_t cut = range_suffix(all, &line, &col);
    const char *spot_text = arena_copy_z(mem, str_slice(all, 0, cut));
    struct cli_spot spot;
    if (!spot_text)
        return ERR_NOMEM;
    err_code rc = cli_spot_read(&spot, mem, file, spot_text, e);
    if (rc != ERR_OK)
        return rc;
    r->text = spot.text;
    r->lang = gram_language_find((str_view){NULL, 0}, str_of(spot.path), spot.text);
    r->begin = r->end = spot.cursor;
    size_t n_numbers = 0;
    for (const char *p = spot_text + strlen(spot.path); *p; p++)
        n_numbers += *p == ':';
    if (n_numbers == 0) {
        r->scope = EXPLAIN_FILE;
    } else if (n_numbers == 1 || cut < all.len) {
        r->scope = EXPLAIN_RANGE;
        if (n_numbers == 1)
            use_whole_line(r);
    }
    if (cut < all.len && n_numbers > 0) {
        size_t at = 0;
        for (long n = 1; n < line && at < r->text.len; n++)
            at += str_find_byte(str_slice(r->text, at, r->text.len), '\n') + 1;
        size_t line_end = at + str_find_byte(str_slice(r->text, at, r->text.len), '\n');
        r->end = col > 0 && at + (size_t)col - 1 < line_end ? at + (size_t)col - 1 : line_end;
        if (r->end < r->begin)
            return err_set(e, ERR_RANGE, "the range ends before it begins");
    }
    return ERR_OK;
}

static size_t terminal_columns(void)
{
    struct winsize size = {0};
    const char *columns = getenv("COLUMNS");
    long n = 0;
    if (!columns || !cli_number(columns, MIN_COLUMNS, 10000, &n)) {
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < MIN_COLUMNS)
            return isatty(STDOUT_FILENO) ? 80 : MAX_COLUMNS;
        n = size.ws_col;
    }
    return n < MAX_COLUMNS ? (size_t)n : MAX_COLUMNS;
}

static int print_answer(const struct explain_answer *a, const struct explain_request *r,
                        const struct options *o)
{
    buf out;
    buf_init(&out, OUT_MAX_BYTES);
    struct explain_render how = {
        .format = cli_style(CLI_BOLD)[0] ? EXPLAIN_TERMINAL : EXPLAIN_TEXT,
        .level = o->level_given ? (enum explain_level)(o->level - 1) : EXPLAIN_CARD,
        /* Of one place level 1 is one line, however long. */
        .width = o->level_given && o->level == 1 && a->nested ? 0 : terminal_columns(),
        .each = !a->nested,
        .compare = true,
        .text = o->lang ? (str_view){NULL, 0} : r->text,
    };
    explain_render(&out, a, &how);
    int code = CLI_OK;
    if (buf_failed(&out) != ERR_OK)
        code = cli_fail(CLI_FAILED, "explain", "the explanation is too long to print");
    else
        fwrite(out.ptr, 1, out.len, stdout);
    buf_release(&out);
    return code;
}

/* What the question is about: the innermost construct at a place, or all of a range. */
static str_view code_asked(const struct explain_answer *a, const struct explain_request *r)
{
    struct gram_range of = {(uint32_t)r->begin, (uint32_t)r->end};
    if (r->scope == EXPLAIN_FILE)
        return r->text;
    if (r->scope == EXPLAIN_POINT)
        of = a->cards[0].range;
    return str_slice(r->text, of.begin, of.end);
}

static int print_prose(const struct explain_answer *a, const struct explain_request *r,
                       const struct options *o, arena *mem)
{
    err e = {{0}};
    model_gguf *model = NULL;
    str_view text, by;
    err_code rc = o->model ? model_gguf_open(&model, o->model, &e) : model_default_open(&model, &e);
    if (rc == ERR_OK)
        rc = explain_prose(&text, &by, mem, model, a->lang, code_asked(a, r),
                           &EXPLAIN_PROSE_DEFAULT, &e);
    model_gguf_close(model);
    if (rc != ERR_OK)
        return cli_fail(CLI_FAILED, "explain", "%s", e.text[0] ? e.text : err_name(rc));
    buf out;
    buf_init(&out, OUT_MAX_BYTES);
    struct explain_render how = {.format = cli_style(CLI_BOLD)[0] ? EXPLAIN_TERMINAL : EXPLAIN_TEXT,
                                 .width = terminal_columns()};
    explain_render_prose(&out, text, by, &how);
    fwrite(out.ptr, 1, out.len, stdout);
    buf_release(&out);
    return CLI_OK;
}

static int run(struct options *o, gram_knowledge *k, const char *argument)
{
    err e = {{0}};
    arena mem;
    buf file;
    ctx_tree *tree = NULL;
    gram_queries *queries = NULL;
    int code = CLI_FAILED;
    arena_init(&mem, ARENA_MAX_BYTES);
    buf_init(&file, FILE_MAX_BYTES);
    struct explain_request r = {.knowledge = k};
    struct explain_answer answer = {0};
    err_code rc = ERR_OK;
    if (o->in && !(r.known = find_language(o->in))) {
        code = CLI_USAGE;
        goto done;
    }
    rc = o->lang ? explain_small(&answer, str_of(o->lang), (str_view){NULL, 0}, str_of(argument),
                                 &mem, &e)
                 : ERR_UNSUPPORTED;
    if (rc != ERR_UNSUPPORTED) {
        r.text = str_of(argument); /* a small language: read already, or not of that kind */
    } else if (o->lang) {
        r.lang = find_language(o->lang);
        if (!r.lang) {
            code = CLI_USAGE;
            goto done;
        }
        rc = explain_fragment(&answer, &r, str_of(argument), &mem, &e);
    } else {
        rc = find_place(&r, &mem, &file, argument, &e);
        if (rc == ERR_OK && r.lang->parser) {
            rc = gram_queries_create(&queries);
            if (rc == ERR_OK)
                rc = ctx_tree_create(&tree, r.lang, &e);
            if (rc == ERR_OK)
                rc = ctx_tree_parse(tree, r.text, 0, &e);
        }
        r.tree = tree;
        r.queries = queries;
        if (rc == ERR_OK)
            rc = explain(&answer, &r, &mem, &e);
    }
    if (rc == ERR_OK)
        code = print_answer(&answer, &r, o);
    if (rc == ERR_OK && code == CLI_OK && o->prose) {
        fflush(stdout); /* the model takes its time */
        code = print_prose(&answer, &r, o, &mem);
    }
    if (rc != ERR_OK)
        code = cli_fail(rc == ERR_NOT_FOUND ? CLI_NOTHING : CLI_FAILED, "explain", "%s",
                        e.text[0] ? e.text : err_name(rc));
done:
    ctx_tree_destroy(tree);
    gram_queries_destroy(queries);
    buf_release(&file);
    arena_release(&mem);
    return code;
}

int cli_explain(int argc, char **argv)
{
    struct options o = {0};
    int code = parse(&o, argc, argv);
    if (code != CLI_OK)
        return code;
    gram_knowledge *k = NULL;
    if (gram_knowledge_create(&k) != ERR_OK)
        return cli_fail(CLI_FAILED, "explain", "out of memory");
    const gram_language *lang = NULL;
    if (!o.list) {
        code = run(&o, k, argv[optind]);
    } else if (argc == optind) {
        code = list_languages(k);
    } else if ((lang = find_language(argv[optind])) != NULL) {
        code = list_constructs(k, lang);
    } else {
        code = CLI_USAGE;
    }
    gram_knowledge_destroy(k);
    return code;
}

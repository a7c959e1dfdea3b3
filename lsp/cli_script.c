#include <cjson/cJSON.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "assist/deliver/check.h"
#include "assist/script/by_model.h"
#include "assist/script/script.h"
#include "lsp/cli.h"
#include "lsp/es_module.h"
#include "lsp/sandbox.h"
#include "lsp/schema.h"
#include "lsp/templates.h"
#include "model/default.h"

struct options {
    assist_script_options script;
    bool json, list, run_dry;
    bool each_line;    /* of standard input is a comment */
    bool guess;        /* what no step covers, a model writes */
    const char *model; /* that is asked; NULL: the built-in one */
    const char *said;  /* the language, as it was named */
    buf templates;     /* those of the project, one after the other */
    buf schema;        /* of the database, for SQL */
    bool schema_read;  /* by the first comment: what it names counts for all */
};

static int list_steps(const struct options *o, arena *mem)
{
    assist_script_step *steps;
    size_t n;
    err e = {{0}};
    err_code rc = assist_script_list(&steps, &n, mem, o->script.templates, &e);
    if (rc != ERR_OK)
        return cli_fail(CLI_FAILED, "script", "%s", e.text[0] ? e.text : err_name(rc));
    for (size_t i = 0; i < n; i++)
        printf("  %-24.*s %.*s (%.*s)\n", STR_ARG(steps[i].name), STR_ARG(steps[i].title),
               STR_ARG(steps[i].languages));
    return CLI_OK;
}

static bool add_text(cJSON *to, const char *key, str_view v)
{
    char *z = NULL;
    if (v.len && !memchr(v.ptr, '\0', v.len))
        z = cJSON_malloc(v.len + 1);
    if (z) {
        memcpy(z, v.ptr, v.len);
        z[v.len] = '\0';
    }
    bool ok = cJSON_AddStringToObject(to, key, z ? z : "") != NULL;
    cJSON_free(z);
    return ok;
}

static void add_list(cJSON *to, const char *key, arena *mem, const str_view *items, size_t n)
{
    cJSON *list = cJSON_AddArrayToObject(to, key);
    for (size_t i = 0; list && i < n; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(arena_copy_z(mem, items[i])));
}

static int print_json(const assist_script *s, const struct options *o, arena *mem)
{
    static const char *const states[] = {"written", "asks", "refuses"};
    cJSON *root = cJSON_CreateObject();
    if (root) {
        cJSON_AddStringToObject(root, "state", states[s->state]);
        cJSON_AddStringToObject(root, "language", o->script.language->id);
        add_text(root, "text", s->text);
        add_text(root, "said", s->said);
        if (s->guessed_by.len)
            add_text(root, "guessedBy", s->guessed_by);
        add_list(root, "steps", mem, s->steps, s->n_steps);
        add_list(root, "assumptions", mem, s->assumptions, s->n_assumptions);
        cJSON_AddBoolToObject(root, "changes", s->changes);
        cJSON_AddBoolToObject(root, "deletes", s->deletes);
        cJSON_AddBoolToObject(root, "network", s->network);
        cJSON_AddBoolToObject(root, "dryRun", s->has_dry_run);
    }
    if (!o->each_line)
        return cli_print_json(root, "script");
    char *line = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    if (!line)
        return cli_fail(CLI_FAILED, "script", "out of memory");
    puts(line);
    cJSON_free(line);
    return CLI_OK;
}

/* What does not parse is never offered. */
static int parse_check(const assist_script *s, const struct options *o, arena *mem)
{
    check_result result;
    err e = {{0}};
    str_view path = arena_format(mem, "script%s", o->script.language->suffix);
    err_code rc = check_parse(&result, path, s->text, &e);
    if (rc != ERR_OK)
        return cli_fail(CLI_FAILED, "script", "%s", e.text[0] ? e.text : err_name(rc));
    if (result.state == CHECK_BROKEN && s->guessed_by.len)
        return cli_fail(CLI_FAILED, "script", "what the model wrote does not parse (line %zu)",
                        result.line);
    if (result.state == CHECK_BROKEN)
        return cli_fail(CLI_FAILED, "script",
                        "this is a fault of artel, please report it: what it wrote does not parse "
                        "(line %zu: %.*s)",
                        result.line, STR_ARG(str_slice(result.near, 0, 100)));
    return CLI_OK;
}

/* --- --run-dry --- */

enum { TRY_SECONDS = 20, TRY_BYTES = 1 << 20, NOT_THERE = 127 };

/* What a language's own checker says of the script; a line for people each. False: it found faults.
 */
static bool run_checker(const char *name, const char *const *argv, str_view script)
{
    struct sandbox_result result;
    buf said;
    buf_init(&said, TRY_BYTES);
    bool tried = sandbox_run(&result, &said, argv, script, TRY_SECONDS, NULL) == ERR_OK;
    bool there = tried && result.status != NOT_THERE;
    bool ok = !there || result.status == 0;
    printf("%s: %s\n", name,
           !there     ? "not installed, so it was not asked"
           : ok       ? "no faults"
           : said.len ? "faults:"
                      : "it failed");
    if (!ok)
        cli_print_clean(buf_view(&said));
    buf_release(&said);
    return ok;
}

static bool run_checkers(str_view script, str_view language)
{
    static const char *const bash[] = {"bash", "-n", SANDBOX_SCRIPT, NULL};
    static const char *const shellcheck[] = {"shellcheck", "-s",           "bash", "-S",
                                             "warning",    SANDBOX_SCRIPT, NULL};
    static const char *const python[] = {
        "python3", "-c",
        "compile(open('" SANDBOX_SCRIPT "', encoding='utf-8').read(), 'script', 'exec')", NULL};
    /* Its --check wants a file with a name of its own. */
    static const char *const node[] = {
        "node", "-e",
        "new vm.Script(fs.readFileSync('" SANDBOX_SCRIPT "', 'utf8').replace(/^#!/, '//'))", NULL};
    if (str_eq(language, STR("awk")) || str_eq(language, STR("jq")) || str_eq(language, STR("sql")))
        return true; /* they have none: what runs them finds faults first */
    static const char *const go[] = {"gofmt", "-e", "-l", SANDBOX_SCRIPT, NULL};
    if (str_eq(language, STR("go")))
        return run_checker("gofmt", go, script);
    static const char *const ruby[] = {"ruby", "-c", SANDBOX_SCRIPT, NULL};
    static const char *const perl[] = {"perl", "-c", SANDBOX_SCRIPT, NULL};
    if (str_eq(language, STR("ruby")))
        return run_checker("ruby -c", ruby, script);
    if (str_eq(language, STR("perl")))
        return run_checker("perl -c", perl, script);
    if (str_eq(language, STR("python")))
        return run_checker("python3", python, script);
    if (str_eq(language, STR("javascript")))
        return run_checker("node", node, script);
    bool parses = run_checker("bash -n", bash, script);
    return run_checker("shellcheck", shellcheck, script) && parses;
}

static int run_in_sandbox(const assist_script *s, const char *const *argv)
{
    struct sandbox_result result;
    buf said;
    err e = {{0}};
    buf_init(&said, TRY_BYTES);
    err_code rc = sandbox_run(&result, &said, argv, s->text, TRY_SECONDS, &e);
    int code = CLI_FAILED;
    if (rc != ERR_OK) {
        cli_fail(code, "script", "%s", e.text);
    } else if (result.status == NOT_THERE && !said.len) {
        cli_fail(code, "script", "%s is not installed, so nothing was run", argv[0]);
    } else {
        printf("%s%s, nothing can be written%s:\n", s->has_dry_run ? "dry run" : "run",
               s->network ? " without network" : "",
               result.isolated ? "" : " (the system does not allow more than limits here)");
        cli_print_clean(buf_view(&said));
        if (said.len && said.ptr[said.len - 1] != '\n')
            putchar('\n');
        if (result.timed_out)
            printf("ended after %d seconds\n", TRY_SECONDS);
        else
            printf("exit status %d\n", result.status);
        code = result.status == 0 && !result.timed_out ? CLI_OK : CLI_FAILED;
    }
    buf_release(&said);
    return code;
}

/* What reads a file that the comment names: a jq program as its first line says, SQL in a copy of
 * the database in memory. */
static int run_reader(const assist_script *s, const struct options *o, arena *mem)
{
    const char *argv[8] = {NULL};
    const char *file = s->reads.len ? arena_copy_z(mem, s->reads) : NULL;
    size_t n = 0;
    if (strcmp(o->script.language->id, "jq") == 0) {
        str_view rest = s->text, first = str_take_line(&rest);
        argv[n++] = "jq";
        argv[n++] = arena_copy_z(mem, str_slice(first, str_find(first, STR(" -n")) + 1, first.len));
        argv[n++] = SANDBOX_SCRIPT;
        argv[n++] = file;
    } else if (!file) {
        return cli_fail(CLI_USAGE, "script",
                        "SQL is tried on a database of SQLite: name its file in the comment, as in "
                        "\"users of shop.db where …\"");
    } else {
        argv[n++] = "sqlite3";
        argv[n++] = "-bail";
        argv[n++] = "-box";
        argv[n++] = "-deserialize";
        argv[n++] = file;
        argv[n++] = ".read " SANDBOX_SCRIPT;
    }
    return run_in_sandbox(s, argv);
}

/* Runs the script where it can change nothing, as a dry run where it has one. */
static int run_dry(const assist_script *s, const struct options *o, arena *mem)
{
    const char *argv[8] = {"bash"}, *id = o->script.language->id;
    size_t n = 1;
    if (strcmp(id, "sql") == 0 || strcmp(id, "jq") == 0)
        return run_reader(s, o, mem);
    if (strcmp(id, "python") == 0)
        argv[0] = "python3";
    if (strcmp(id, "ruby") == 0 || strcmp(id, "perl") == 0)
        argv[0] = id;
    if (strcmp(id, "javascript") == 0) {
        argv[0] = "node";
        argv[n++] = "--preserve-symlinks-main"; /* it has no other path */
    }
    if (strcmp(id, "awk") == 0) {
        argv[0] = "awk";
        argv[n++] = "-f";
    }
    argv[n++] = SANDBOX_SCRIPT;
    argv[n] = s->has_dry_run ? "--dry-run" : NULL;
    if (!run_checkers(s->text, str_of(id)))
        return CLI_FAILED;
    if (strcmp(id, "go") == 0) { /* nothing can be written here, so nothing be compiled */
        printf("not run: it is compiled first; try it with: go run main.go%s\n",
               s->has_dry_run ? " -dry-run" : "");
        return CLI_OK;
    }
    if (s->guessed_by.len) {
        puts("not run: a model wrote it, so read it first");
        return CLI_OK;
    }
    return run_in_sandbox(s, argv);
}

static int bad_language(const char *name)
{
    buf all;
    buf_init(&all, 1024);
    for (size_t i = 0; assist_script_language_at(i); i++)
        buf_append_format(&all, "%s%s",
                          !i                                 ? ""
                          : assist_script_language_at(i + 1) ? ", "
                                                             : " and ",
                          assist_script_language_at(i)->id);
    int code = cli_fail(CLI_USAGE, "script", "scripts are written in %.*s, not in %s", (int)all.len,
                        all.ptr, name);
    buf_release(&all);
    return code;
}

static int parse(struct options *o, int argc, char **argv)
{
    enum { ONE_LINE = 256, LIST, RUN_DRY, YES, DIALECT };
    static const struct option longs[] = {
        {"dialect", required_argument, NULL, DIALECT},
        {"guess", no_argument, NULL, 'g'},
        {"json", no_argument, NULL, 'j'},
        {"lang", required_argument, NULL, 'l'},
        {"list", no_argument, NULL, LIST},
        {"model", required_argument, NULL, 'm'},
        {"one-line", no_argument, NULL, ONE_LINE},
        {"run-dry", no_argument, NULL, RUN_DRY},
        {"yes", no_argument, NULL, YES},
        {NULL, 0, NULL, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "gjl:m:", longs, NULL)) != -1;) {
        switch (c) {
        case 'g': o->guess = true; break;
        case 'j': o->json = true; break;
        case 'm': o->model = optarg; break;
        case LIST: o->list = true; break;
        case DIALECT:
            o->script.dialect =
                strcmp(optarg, "sqlite") == 0 ? ASSIST_SCRIPT_SQLITE
                : strcmp(optarg, "postgresql") == 0 || strcmp(optarg, "postgres") == 0
                    ? ASSIST_SCRIPT_POSTGRESQL
                    : ASSIST_SCRIPT_ANY_SQL;
            if (o->script.dialect == ASSIST_SCRIPT_ANY_SQL)
                return cli_fail(CLI_USAGE, "script", "--dialect is sqlite or postgresql, not %s",
                                optarg);
            break;
        case RUN_DRY: o->run_dry = true; break;
        case ONE_LINE: o->script.one_line = true; break;
        case YES: o->script.act = true; break;
        case 'l':
            o->script.language = assist_script_language_find(str_of(optarg));
            if (!o->script.language)
                return bad_language(optarg);
            o->said = optarg;
            if (strncmp(optarg, "postgres", 8) == 0 || strcmp(optarg, "sqlite") == 0)
                o->script.dialect =
                    optarg[0] == 'p' ? ASSIST_SCRIPT_POSTGRESQL : ASSIST_SCRIPT_SQLITE;
            break;
        default: return cli_bad_option("script");
        }
    }
    if (o->list)
        return CLI_OK;
    if (optind + 1 != argc)
        return cli_fail(CLI_USAGE, "script",
                        "say in one word (quoted) what the script should do, or --list");
    if (o->run_dry && (o->json || o->script.one_line))
        return cli_fail(CLI_USAGE, "script",
                        "--run-dry shows what a whole script would do, as text");
    if (o->model && !o->guess)
        return cli_fail(CLI_USAGE, "script", "only --guess asks a model");
    if (o->guess && (o->script.one_line || strcmp(argv[optind], "-") == 0))
        return cli_fail(CLI_USAGE, "script", "--guess is for one whole script");
    if (o->script.act && !o->script.one_line)
        return cli_fail(CLI_USAGE, "script", "--yes belongs to --one-line; scripts have their own");
    if (o->script.dialect && strcmp(o->script.language->id, "sql") != 0)
        return cli_fail(CLI_USAGE, "script", "--dialect belongs to --lang sql");
    if (o->script.one_line && strcmp(o->script.language->id, "bash") != 0)
        return cli_fail(CLI_USAGE, "script", "--one-line is for bash");
    return CLI_OK;
}

/* --- what the project has to say: its own steps, its kind of modules --- */

enum { TEMPLATE_BYTES = 64 << 10, SCHEMA_BYTES = 4 << 20 };

/* Files may say it by their ending; else the project does. A trial has no package.json beside it.
 */
static bool is_es_module(const struct options *o, str_view folder)
{
    if (o->run_dry || strcmp(o->said, "cjs") == 0)
        return false;
    return strcmp(o->said, "mjs") == 0 || lsp_es_module(folder);
}

static int read_project(struct options *o)
{
    char folder[PATH_MAX];
    err e = {{0}};
    buf_init(&o->templates, TEMPLATE_BYTES);
    buf_init(&o->schema, SCHEMA_BYTES);
    bool there = getcwd(folder, sizeof folder);
    if (strcmp(o->script.language->id, "javascript") == 0)
        o->script.es_module = is_es_module(o, there ? str_of(folder) : STR(""));
    if (there && lsp_templates_read(&o->templates, str_of(folder), &e) != ERR_OK)
        return cli_fail(CLI_FAILED, "script", "%s",
                        e.text[0] ? e.text : "the project's templates are too large");
    o->script.templates = buf_view(&o->templates);
    return CLI_OK;
}

/* What no step covers, by the model: an answer where there was a question, else the question. */
static int guess(assist_script *script, const struct options *o, arena *mem, str_view comment)
{
    assist_script guessed;
    static const struct script_by_model_options how = {0};
    err e = {{0}};
    model_gguf *model = NULL;
    err_code rc = o->model ? model_gguf_open(&model, o->model, &e) : model_default_open(&model, &e);
    if (rc == ERR_OK)
        rc = assist_script_by_model(&guessed, mem, model, comment, &o->script, &how, &e);
    model_gguf_close(model);
    if (rc != ERR_OK) {
        cli_print_clean(script->text);
        return cli_fail(CLI_FAILED, "script", "%s", e.text[0] ? e.text : err_name(rc));
    }
    *script = guessed;
    return CLI_OK;
}

/* Of the database that the comment names; the project's once for all comments. */
static void read_schema(struct options *o, str_view comment)
{
    char folder[PATH_MAX];
    bool named = str_find(comment, STR(".db")) < comment.len ||
                 str_find(comment, STR(".sqlite")) < comment.len;
    if (strcmp(o->script.language->id, "sql") != 0 || (o->schema_read && !named) ||
        !getcwd(folder, sizeof folder))
        return;
    buf_clear(&o->schema);
    lsp_schema_read(&o->schema, str_of(folder), comment);
    o->schema_read = !named;
    o->script.schema = buf_view(&o->schema);
}

static int write_one(struct options *o, str_view comment)
{
    arena mem;
    assist_script script;
    err e = {{0}};
    int code = CLI_OK;
    arena_init(&mem, (size_t)64 << 20);
    read_schema(o, comment);
    err_code rc = assist_script_write(&script, &mem, comment, &o->script, &e);
    if (rc != ERR_OK)
        code = cli_fail(CLI_FAILED, "script", "%s", e.text[0] ? e.text : err_name(rc));
    else if (script.state == ASSIST_SCRIPT_ASKS && o->guess)
        code = guess(&script, o, &mem, comment);
    if (code == CLI_OK && script.state == ASSIST_SCRIPT_WRITTEN)
        code = parse_check(&script, o, &mem);
    if (code == CLI_OK && o->run_dry && script.state == ASSIST_SCRIPT_WRITTEN)
        code = run_dry(&script, o, &mem);
    else if (code == CLI_OK && o->json)
        code = print_json(&script, o, &mem);
    else if (code == CLI_OK)
        cli_print_clean(script.text);
    if (code == CLI_OK && script.state != ASSIST_SCRIPT_WRITTEN)
        code = CLI_NOTHING;
    arena_release(&mem);
    return code;
}

/* The worst code of all. */
static int write_each(struct options *o)
{
    buf input;
    err e = {{0}};
    int code = CLI_OK;
    assist_script_tables *tables = NULL;
    buf_init(&input, (size_t)16 << 20);
    err_code rc = assist_script_tables_create(&tables, &e);
    o->script.tables = tables;
    if (rc == ERR_OK)
        rc = cli_read_stdin(&input, &e);
    if (rc != ERR_OK)
        code = cli_fail(CLI_FAILED, "script", "%s", e.text[0] ? e.text : err_name(rc));
    str_view rest = buf_view(&input);
    while (rest.len && (code == CLI_OK || code == CLI_NOTHING)) {
        str_view line = str_trim(str_take_line(&rest));
        int one = line.len ? write_one(o, line) : CLI_OK;
        code = one == CLI_OK ? code : one;
    }
    o->script.tables = NULL;
    assist_script_tables_destroy(tables);
    buf_release(&input);
    return code;
}

int cli_script(int argc, char **argv)
{
    struct options o = {.script = {.language = assist_script_language_find(STR("bash"))}};
    int code = parse(&o, argc, argv);
    if (code != CLI_OK)
        return code;
    code = read_project(&o);
    if (code == CLI_OK && o.list) {
        arena mem;
        arena_init(&mem, (size_t)64 << 20);
        code = list_steps(&o, &mem);
        arena_release(&mem);
        buf_release(&o.templates);
        return code;
    }
    o.each_line = !o.list && strcmp(argv[optind], "-") == 0;
    if (code == CLI_OK)
        code = o.each_line ? write_each(&o) : write_one(&o, str_of(argv[optind]));
    buf_release(&o.templates);
    buf_release(&o.schema);
    return code;
}

#include <cjson/cJSON.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assist/generate/generate.h"
#include "base/clock.h"
#include "base/file.h"
#include "context/place.h"
#include "lsp/cli.h"

enum { FILE_MAX_BYTES = 16 << 20, ARENA_MAX_BYTES = 256 << 20 };

struct options {
    bool json, list, write;
    const char *kind, *place; /* place NULL: the current folder */
};

/* What is asked, and the memory that it lives in. */
struct question {
    arena mem;
    buf file;
    struct cli_spot spot;
    gen_request request;
};

static int fail(err_code rc, const err *e)
{
    return cli_fail(rc == ERR_NOT_FOUND ? CLI_NOTHING : CLI_FAILED, "generate", "%s",
                    e->text[0] ? e->text : err_name(rc));
}

static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        {"json", no_argument, NULL, 'j'},
        {"list", no_argument, NULL, 'l'},
        {"write", no_argument, NULL, 'w'},
        {NULL, 0, NULL, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "jlw", longs, NULL)) != -1;) {
        switch (c) {
        case 'j': o->json = true; break;
        case 'l': o->list = true; break;
        case 'w': o->write = true; break;
        default: return cli_bad_option("generate");
        }
    }
    int n = argc - optind;
    if (o->list ? n > 1 : n < 1 || n > 2)
        return cli_fail(CLI_USAGE, "generate",
                        "give a KIND and a FILE:LINE:COL; 'artel generate --list' names the kinds");
    if (o->list) {
        o->place = n ? argv[optind] : NULL;
    } else {
        o->kind = argv[optind];
        o->place = n == 2 ? argv[optind + 1] : NULL;
    }
    return CLI_OK;
}

static err_code open_question(struct question *q, const char *place, err *e)
{
    arena_init(&q->mem, ARENA_MAX_BYTES);
    buf_init(&q->file, FILE_MAX_BYTES);
    if (place) {
        err_code rc = cli_spot_read(&q->spot, &q->mem, &q->file, place, e);
        if (rc != ERR_OK)
            return rc;
    } else {
        q->spot.absolute = cli_absolute_path(&q->mem, "new");
    }
    gen_request *r = &q->request;
    r->text = q->spot.text;
    r->offset = q->spot.cursor;
    r->path = q->spot.absolute;
    r->folder = ctx_place_find(&q->mem, q->spot.absolute).root;
    r->lang = gram_language_find(STR(""), place ? str_of(q->spot.path) : STR(""), r->text);
    r->on_project = true;
    r->year = clock_year();
    return arena_failed(&q->mem) ? err_set(e, ERR_NOMEM, "out of memory") : ERR_OK;
}

static void close_question(struct question *q)
{
    buf_release(&q->file);
    arena_release(&q->mem);
}

static int list_kinds(void)
{
    str_view kind, title;
    for (size_t i = 0; gen_kind_at(i, &kind, &title); i++)
        printf("  %-14.*s %.*s\n", STR_ARG(kind), STR_ARG(title));
    return CLI_OK;
}

static int list_offers(struct question *q, bool json)
{
    gen_offer *offers;
    size_t n;
    err e = {{0}};
    err_code rc = gen_offers(&offers, &n, &q->mem, &q->request, &e);
    if (rc != ERR_OK)
        return fail(rc, &e);
    cJSON *root = json ? cJSON_CreateArray() : NULL;
    for (size_t i = 0; i < n; i++) {
        if (!json) {
            printf("  %-14.*s %.*s%s%.*s\n", STR_ARG(offers[i].kind), STR_ARG(offers[i].title),
                   offers[i].says.len ? ": " : "", STR_ARG(offers[i].says));
            continue;
        }
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToArray(root, item);
        cli_json_str(item, "kind", offers[i].kind);
        cli_json_str(item, "title", offers[i].title);
        cli_json_str(item, "says", offers[i].says);
    }
    if (json)
        return cli_print_json(root, "generate");
    return n ? CLI_OK
             : cli_fail(CLI_NOTHING, "generate", "there is nothing to write at that place");
}

static size_t line_of(str_view text, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at && i < text.len; i++)
        line += text.ptr[i] == '\n';
    return line;
}

static int print_json(const gen_result *r, const struct question *q)
{
    cJSON *root = cJSON_CreateObject(), *edits = cJSON_AddArrayToObject(root, "edits");
    cli_json_str(root, "kind", r->kind);
    cli_json_str(root, "title", r->title);
    cli_json_str(root, "text", r->text);
    cli_json_str(root, "says", r->says);
    cJSON_AddBoolToObject(root, "parsed", r->checked);
    for (size_t i = 0; i < r->n_edits; i++) {
        const gen_edit *edit = &r->edits[i];
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToArray(edits, item);
        cli_json_str(item, "path", edit->path.len ? edit->path : q->request.path);
        cJSON_AddBoolToObject(item, "new", edit->is_new);
        cJSON_AddNumberToObject(item, "beginByte", (double)edit->begin);
        cJSON_AddNumberToObject(item, "endByte", (double)edit->end);
        cli_json_str(item, "text", edit->text);
    }
    return cli_print_json(root, "generate");
}

static void print_text(const gen_result *r, const struct question *q)
{
    cli_print_clean(r->text);
    fflush(stdout);
    for (size_t i = 0; i < r->n_edits; i++) {
        const gen_edit *edit = &r->edits[i];
        if (edit->is_new)
            fprintf(stderr, "goes to the new file %.*s\n", STR_ARG(edit->path));
        else
            fprintf(stderr, "goes to %s:%zu\n", q->spot.path,
                    line_of(q->request.text, edit->begin));
    }
}

static err_code make_folder_of(arena *mem, str_view path, err *e)
{
    while (path.len > 1 && path.ptr[path.len - 1] != '/')
        path.len--;
    const char *folder = arena_copy_z(mem, path);
    return folder ? file_make_shared_dirs(folder, e) : ERR_NOMEM;
}

static int write_files(const gen_result *r, struct question *q)
{
    err e = {{0}};
    err_code rc = ERR_OK;
    bool in_file = false;
    for (size_t i = 0; rc == ERR_OK && i < r->n_edits; i++) {
        const gen_edit *edit = &r->edits[i];
        const char *path = arena_copy_z(&q->mem, edit->path);
        if (!edit->is_new) {
            in_file = true;
        } else if (access(path, F_OK) == 0) {
            rc = err_set(&e, ERR_UNSUPPORTED, "%s exists and is left as it is", path);
        } else {
            rc = make_folder_of(&q->mem, edit->path, &e);
            if (rc == ERR_OK)
                rc = file_write_shared(path, edit->text, &e);
            if (rc == ERR_OK)
                printf("wrote %s\n", path);
        }
    }
    if (rc == ERR_OK && in_file) {
        str_view after = gen_apply(&q->mem, q->request.text, r, STR(""));
        rc = arena_failed(&q->mem) ? ERR_NOMEM : file_write_shared(q->spot.path, after, &e);
        if (rc == ERR_OK)
            printf("wrote %s\n", q->spot.path);
    }
    return rc == ERR_OK ? CLI_OK : fail(rc, &e);
}

static int make(struct question *q, const struct options *o)
{
    gen_result r;
    err e = {{0}};
    err_code rc = gen_make(&r, &q->mem, &q->request, str_of(o->kind), &e);
    if (rc != ERR_OK)
        return fail(rc, &e);
    if (o->json)
        return print_json(&r, q);
    if (r.says.len)
        return cli_fail(CLI_NOTHING, "generate", "%.*s", STR_ARG(r.says));
    if (o->write)
        return write_files(&r, q);
    print_text(&r, q);
    return CLI_OK;
}

int cli_generate(int argc, char **argv)
{
    struct options o = {0};
    int code = parse(&o, argc, argv);
    if (code != CLI_OK)
        return code;
    if (o.list && !o.place && !o.json)
        return list_kinds();
    struct question q = {0};
    err e = {{0}};
    err_code rc = open_question(&q, o.place, &e);
    if (rc != ERR_OK)
        code = cli_fail(CLI_FAILED, "generate", "%s", e.text[0] ? e.text : err_name(rc));
    else
        code = o.list ? list_offers(&q, o.json) : make(&q, &o);
    close_question(&q);
    return code;
}

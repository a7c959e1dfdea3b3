/* artel setup EDITOR: writes an editor's configuration, or says what only the user can do. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "lsp/cli.h"
#include "lsp/editors.h"

enum { MAX_BYTES = 4 << 20, MAX_COPIES = 100 };

static int list(void)
{
    arena a;
    arena_init(&a, MAX_BYTES);
    for (size_t i = 0; editor_at(i); i++) {
        const struct editor *e = editor_at(i);
        const char *program = editor_program(&a, e);
        printf("%-10s %s%s%s\n", e->name, e->title, program ? ", " : "", program ? program : "");
    }
    arena_release(&a);
    return CLI_OK;
}

/* Keeps `text` beside the file, under a name that is free. */
static err_code keep(arena *a, const char *file, str_view text, err *e)
{
    for (int n = 1; n <= MAX_COPIES; n++) {
        const char *copy = arena_copy_z(a, n == 1 ? arena_format(a, "%s.before-artel", file)
                                                  : arena_format(a, "%s.before-artel.%d", file, n));
        if (!copy)
            return err_set(e, ERR_NOMEM, "out of memory");
        if (access(copy, F_OK) == 0)
            continue;
        err_code rc = file_write_atomic(copy, text, e);
        if (rc == ERR_OK)
            printf("Kept what was there as %s\n", copy);
        return rc;
    }
    return err_set(e, ERR_RANGE, "%s: there are %d older copies; remove some", file, MAX_COPIES);
}

/* The file with artel's lines in it; what the user had is kept. */
static err_code write_file(arena *a, const struct editor *editor, const char *file, str_view text,
                           err *e)
{
    buf was, now;
    buf_init(&was, MAX_BYTES);
    buf_init(&now, MAX_BYTES);
    bool exists = access(file, F_OK) == 0;
    err_code rc = exists ? file_read(&was, file, e) : ERR_OK;
    if (rc != ERR_OK)
        goto done;
    str_view before = editor->way == EDITOR_BLOCK ? buf_view(&was) : (str_view){NULL, 0};
    editor_block(&now, before, editor->comment, text);
    rc = buf_failed(&now);
    if (rc != ERR_OK) {
        err_set(e, rc, "%s: too large, or memory is short", file);
        goto done;
    }
    if (exists && str_eq(buf_view(&was), buf_view(&now))) {
        printf("%s is as it should be.\n", file);
        goto done;
    }
    const char *folder = arena_copy_z(a, path_folder(str_of(file)));
    rc = folder ? file_make_shared_dirs(folder, e) : err_set(e, ERR_NOMEM, "out of memory");
    if (rc == ERR_OK && exists)
        rc = keep(a, file, buf_view(&was), e);
    if (rc == ERR_OK)
        rc = file_write_shared(file, buf_view(&now), e);
    if (rc == ERR_OK)
        printf("Wrote %s\n", file);
done:
    buf_release(&was);
    buf_release(&now);
    return rc;
}

static err_code set_up(arena *a, const struct editor *editor, bool print, err *e)
{
    str_view self = editor_self(a);
    str_view clients = editor_clients(a, self);
    if (clients.len == 0)
        return err_set(e, ERR_NOT_FOUND,
                       "the folder 'editors' of the repository is not beside this program (%.*s)",
                       STR_ARG(self));
    str_view text = editor_text(a, editor->text, self, clients);
    str_view after = editor_text(a, editor->after, self, clients);
    const char *file = editor_file(a, editor);
    if (text.len == 0)
        return err_set(e, ERR_NOMEM, "out of memory");
    if (print || editor->way == EDITOR_BY_HAND) {
        if (file)
            fprintf(stderr, "For %s:\n", file);
        printf("%.*s", STR_ARG(text));
        fprintf(stderr, "%.*s\n", STR_ARG(after));
        return ERR_OK;
    }
    if (!file)
        return err_set(e, ERR_NOT_FOUND, "$HOME names no folder");
    err_code rc = write_file(a, editor, file, text, e);
    if (rc == ERR_OK && !editor_is_set_up(editor))
        rc = err_set(e, ERR_IO, "%s: is not what was written", file);
    if (rc != ERR_OK)
        return rc;
    const char *program = editor_program(a, editor);
    if (program)
        printf("%s is %s. %.*s\n", editor->title, program, STR_ARG(after));
    else
        printf("%s is not in $PATH; once it is: %.*s\n", editor->title, STR_ARG(after));
    double ms;
    rc = cli_try_model(NULL, &ms, e);
    if (rc == ERR_OK)
        printf("The program works: it loaded its model and completed a line in %.0f ms.\n", ms);
    return rc;
}

int cli_setup(int argc, char **argv)
{
    static const struct option longs[] = {
        {"print", no_argument, NULL, 'p'}, {"list", no_argument, NULL, 'l'}, {NULL, 0, NULL, 0}};
    bool print = false;
    for (int c; (c = getopt_long(argc, argv, "pl", longs, NULL)) != -1;) {
        if (c == 'l')
            return list();
        if (c != 'p')
            return cli_bad_option("setup");
        print = true;
    }
    if (optind + 1 != argc)
        return cli_fail(CLI_USAGE, "setup", "takes one editor; 'artel setup --list' names them");
    const struct editor *editor = editor_find(argv[optind]);
    if (!editor)
        return cli_fail(CLI_USAGE, "setup",
                        "there is no editor '%s'; 'artel setup --list' names those that are known",
                        argv[optind]);
    arena a;
    err e = {{0}};
    arena_init(&a, MAX_BYTES);
    err_code rc = set_up(&a, editor, print, &e);
    arena_release(&a);
    return rc == ERR_OK ? CLI_OK : cli_fail(CLI_FAILED, "setup", "%s", e.text);
}

/* lsp/cli.h: what the commands share: one struct per process run, exit codes, where on a line a
 * person points, colours. Results go to stdout, everything said about them to stderr. */
#ifndef ARTEL_LSP_CLI_H
#define ARTEL_LSP_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum {
    CLI_OK = 0,
    CLI_FAILED = 1,  /* it was tried and did not work; stderr says why */
    CLI_USAGE = 2,   /* the words of the command were off */
    CLI_NOTHING = 3, /* it worked, and there is nothing to show */
};

/* A command gets its own name as argv[0] and returns one of the codes above. */
typedef int cli_command(int argc, char **argv);
cli_command cli_adapt, cli_context, cli_index, cli_lsp, cli_complete, cli_model, cli_bench,
    cli_tokenize, cli_replay, cli_explain, cli_generate, cli_scaffold, cli_script, cli_setup,
    cli_doctor;
/* Words after `model`. */
cli_command cli_quantize, cli_perplexity, cli_logits;

/* "artel complete: <text>" on stderr; returns `code`. */
int cli_fail(int code, const char *command, const char *format, ...) PRINTF_LIKE(3, 4);
/* Says what getopt met and where help is; returns CLI_USAGE. */
int cli_bad_option(const char *command);

/* A whole number in [low, high], or false. */
MUST_USE bool cli_number(const char *text, long low, long high, long *out);

/* Prints `root` on stdout and deletes it. CLI_OK, or CLI_FAILED with a message when memory ran out.
 */
struct cJSON;
int cli_print_json(struct cJSON *root, const char *command);

/* Adds a string; what memory is too short for is left out. */
void cli_json_str(struct cJSON *object, const char *key, str_view v);

enum cli_style { CLI_PLAIN, CLI_DIM, CLI_BOLD, CLI_GREEN, CLI_CYAN };
/* Escape sequence that starts the style, or "" where stdout is no terminal, TERM is dumb or
 * NO_COLOR is set. Static text. */
const char *cli_style(enum cli_style style);

/* On stdout, text from a hostile file: control characters other than tab and line break, which
 * could drive the terminal, become '?'. */
void cli_print_clean(str_view v);

/* Without "." and "..", from the current folder; the file itself need not exist. In `mem`; empty
 * when memory is short. */
str_view cli_absolute_path(arena *mem, const char *path);

/* Loads the model (NULL: the built-in one) and completes a line; how long that took. The engine's
 * errors. Blocks. */
MUST_USE err_code cli_try_model(const char *model, double *ms, err *e);

/* Appends all of standard input. ERR_IO, ERR_RANGE (the buffer's maximum). */
MUST_USE err_code cli_read_stdin(buf *out, err *e);

/* FILE:LINE:COL, FILE:LINE (end of that line) or FILE (end of the file). LINE and COL count from 1;
 * COL counts characters and may be one past the last. A file whose name ends in ":N" is meant when
 * it exists. */
struct cli_spot {
    const char *path;  /* as given, in the arena */
    str_view text;     /* the file */
    size_t cursor;     /* byte offset into text */
    size_t line;       /* of the cursor, from 1 */
    str_view absolute; /* path of the file without "." and "..", for the project around it */
};
/* Reads the file too (at most 64 MiB). ERR_NOT_FOUND, ERR_IO, ERR_FORMAT, ERR_RANGE (no such line
 * or column). text lives in `file`, the rest in `mem`. */
MUST_USE err_code cli_spot_read(struct cli_spot *out, arena *mem, buf *file, const char *argument,
                                err *e);

/* ---- cli_question.c: a place in a file, and an engine to ask about it ---- */

struct cli_question {
    arena mem;
    buf file;
    struct cli_spot spot; /* text lives in `file` */
    struct assist_engine *engine;
};

/* Reads the place and loads the model (NULL: the embedded one). Errors of both. Closed by
 * cli_question_close, whatever comes back. */
MUST_USE err_code cli_question_open(struct cli_question *q, const char *argument, const char *model,
                                    const char *lora, err *e);
/* The file as a document of the project that it lies in. Where `project` is set, what the project's
 * files say is known first: takes seconds. Errors of assist_open_folder. */
struct assist_document;
MUST_USE err_code cli_question_document(struct cli_question *q, struct assist_document *doc,
                                        bool project, err *e);
void cli_question_close(struct cli_question *q);

#endif

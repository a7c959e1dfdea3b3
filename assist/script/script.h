/* assist/script/script.h: from a comment in plain words to a script that does it.
 *
 * No model is asked: the comment is read by tables (text/), every word of it must have been
 * understood, and what is written is composed of steps that are tested by running them. What is not
 * understood becomes one question. Same comment and language, same bytes. Any thread; calls share
 * nothing. Opens no file, starts no program. */
#ifndef ARTEL_ASSIST_SCRIPT_H
#define ARTEL_ASSIST_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

typedef struct {
    const char *id;     /* "bash" */
    const char *suffix; /* ".sh" */
    const char *mark;   /* begins a comment */
} assist_script_language;

/* NULL past the last. */
const assist_script_language *assist_script_language_at(size_t i);
/* By id or by another usual name ("sh", "py"); NULL when scripts cannot be written in it. */
const assist_script_language *assist_script_language_find(str_view name);

typedef enum {
    ASSIST_SCRIPT_WRITTEN,
    ASSIST_SCRIPT_ASKS,    /* `said` is the question; `text` holds it as a comment */
    ASSIST_SCRIPT_REFUSES, /* `said` is the reason; likewise */
} assist_script_state;

typedef struct {
    assist_script_state state;
    str_view text;
    str_view said;
    str_view *steps; /* what it does, in order */
    size_t n_steps;
    str_view *assumptions;
    size_t n_assumptions;
    str_view reads; /* of SQL and jq: the file that is named; may be empty */
    bool changes; /* files, or something else outside itself */
    bool deletes; /* or overwrites: a plain run only shows what it would do */
    bool network;
    bool has_dry_run;
    str_view guessed_by; /* the model that wrote it (by_model.h); empty: steps did */
} assist_script;

/* What scripts are made of, read once for many comments. Never changes: any thread may use it. */
typedef struct assist_script_tables assist_script_tables;

/* Owned by the caller. ERR_NOMEM. Cost: about 2 ms. */
MUST_USE err_code assist_script_tables_create(assist_script_tables **out, err *e);
void assist_script_tables_destroy(assist_script_tables *t);

/* Of SQL, where it differs; ANY: what both take, else SQLite's. */
typedef enum {
    ASSIST_SCRIPT_ANY_SQL,
    ASSIST_SCRIPT_SQLITE,
    ASSIST_SCRIPT_POSTGRESQL,
} assist_script_dialect;

typedef struct {
    const assist_script_language *language;
    const assist_script_tables *tables; /* borrowed; NULL: they are read for the call */
    bool one_line;                      /* for the shell: one line instead of a whole script */
    bool act;       /* that line does it, instead of showing what it would delete or overwrite */
    bool es_module; /* JavaScript that imports its modules, as .mjs files do, instead of requiring
                       them */
    /* Steps of the project's own, as text/README.md describes them; NUL-free UTF-8, may be empty.
     * They are tried for what is not understood without them, and change nothing else. */
    str_view templates;
    assist_script_dialect dialect;
    /* SQL: text with the CREATE TABLE statements of the database, against which names are checked;
     * empty: they are believed. */
    str_view schema;
} assist_script_options;

/* All texts live in `a`. The comment may have its marks. ERR_NOMEM; ERR_RANGE: more than 10,000
 * bytes; ERR_FORMAT: the templates are wrong, `e` says where. Cost: a few milliseconds. */
MUST_USE err_code assist_script_write(assist_script *out, arena *a, str_view comment,
                                      const assist_script_options *options, err *e);

/* Appends the statements that made the tables of a database, from the bytes of SQLite's file;
 * nothing when they are something else. Damaged files are read as far as they make sense. */
void assist_script_database_schema(buf *out, str_view file);

/* One thing that scripts can do. */
typedef struct {
    str_view name, title;
    str_view languages; /* separated by spaces */
} assist_script_step;

/* All of them and those of `templates` behind, in `a`. ERR_NOMEM; ERR_FORMAT: the templates are
 * wrong. */
MUST_USE err_code assist_script_list(assist_script_step **out, size_t *n, arena *a,
                                     str_view templates, err *e);

#endif

/* assist/generate/generate.h: the everyday code that follows from code: constructors, comparisons,
 * text forms, tests, documentation and so on, for what stands at a place in a file; and the usual
 * files of a project. No model is asked: the syntax tree becomes values (model.h), templates
 * (entries.h, template.h) are filled with them, and the result must have no more syntax errors than
 * the file had. What exists already is not written again. Same input, same bytes. Any thread; calls
 * share nothing. */
#ifndef ARTEL_ASSIST_GENERATE_H
#define ARTEL_ASSIST_GENERATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "grammars/language.h"

typedef struct {
    str_view text; /* of the file; borrowed */
    size_t offset; /* the cursor in it */
    str_view path; /* of the file: absolute, or only its name when it has no place on the disk */
    const gram_language *lang;
    str_view folder; /* the project's root; empty: the disk is not asked */
    bool on_project; /* offer the files of the project, too */
    unsigned year;   /* for a licence; 0: not known */
} gen_request;

typedef struct {
    str_view kind;  /* "constructor" */
    str_view title; /* "constructor for User" */
    str_view says;  /* not empty: there is nothing to write, and why */
} gen_offer;

/* What can be written at the place, in a fixed order. *out lives in `a` and borrows from the
 * request. ERR_NOMEM; ERR_RANGE (too large for a tree). Cost: a few milliseconds; reads the
 * project's folder only when asked for project files. */
MUST_USE err_code gen_offers(gen_offer **out, size_t *n, arena *a, const gen_request *q, err *e);

typedef struct {
    str_view path;     /* empty: the file of the request */
    bool is_new;       /* the file does not exist */
    size_t begin, end; /* what is replaced, in the file as it is */
    str_view text;
} gen_edit;

enum { GEN_MAX_EDITS = 4 };
typedef struct {
    str_view kind, title;
    str_view text;                 /* the code by itself */
    str_view says;                 /* instead of a text: why there is nothing to write */
    gen_edit edits[GEN_MAX_EDITS]; /* in the order of their places in a file */
    size_t n_edits;
    bool checked; /* by a grammar */
} gen_result;

/* ERR_NOT_FOUND: no such kind, or it does not apply there (`e` says why). ERR_FORMAT: a template is
 * wrong. ERR_NOMEM, ERR_RANGE. */
MUST_USE err_code gen_make(gen_result *out, arena *a, const gen_request *q, str_view kind, err *e);

/* The text of a file after the edits for it, in `a`; `path` as in the edits. */
str_view gen_apply(arena *a, str_view text, const gen_result *r, str_view path);

/* Names and titles of all kinds, in order; false past the last. */
bool gen_kind_at(size_t i, str_view *kind, str_view *title);

#endif

/* assist/generate/generate_internal.h: between the parts that make one result. */
#ifndef ARTEL_ASSIST_GENERATE_INTERNAL_H
#define ARTEL_ASSIST_GENERATE_INTERNAL_H

#include "assist/generate/entries.h"
#include "assist/generate/generate.h"
#include "assist/generate/model.h"
#include "context/tree.h"

enum { GEN_MAX_SOURCES = 4 };
/* All that is known about one request. */
struct gen_work {
    const gen_request *q;
    arena *a;
    gen_value *model;
    gen_spots spots;
    ctx_tree *tree;
    size_t n_errors; /* in the file as it is */
    str_view sources[GEN_MAX_SOURCES];
    size_t n_sources;
};

/* What templates would else have to compute: sums over fields, what a constructor is made of, words
 * of sentences, declarations of C. The model is classified. */
void gen__sum_up(struct gen_work *w);
/* function.summary ("Load the user"), .summary3 ("Loads the user"), .verb ("loads the user"), and
 * .says and .sentence of parameters and of the result. */
void gen__describe(struct gen_work *w);
/* function.cases { .name .args { .name .type .class .keyword .given } }: the calls that a test
 * makes; type.plain and .plain_parts: its fields, and what its constructor takes, can be text. */
void gen__find_cases(struct gen_work *w);
/* "const std::vector<int> &" -> "std::vector<int>" */
str_view gen__bare_type(str_view type);

/* Where `text`, written with four blanks for a level, goes into the file of the request, and how it
 * looks there. */
gen_edit gen__place(arena *a, const gen_request *q, const gen_spots *spots, str_view at,
                    str_view text);
/* Whether the body of the type closes at the column where the type begins: where code does not
 * parse, its end may have been found in a member. */
bool gen__is_closed(const gen_request *q, const gen_spots *spots);
/* Adds the import lines that the file does not have, before the edits that are there. */
void gen__place_imports(gen_result *r, arena *a, const gen_request *q, const str_view *lines,
                        size_t n);
/* The edit's text with lines as wide as the file's, and braces and stars where its are; `outer` is
 * the indentation of the declaration that it is about. */
str_view gen__laid_out(arena *a, const gen_request *q, const gen_edit *e, str_view outer);
/* In a file with \r\n, edits have them too. */
void gen__fit_line_ends(gen_result *r, arena *a, const gen_request *q);
/* One level of indentation of the file. */
str_view gen__unit(const gen_request *q);

/* What the project is: model.project.name, .languages, .has (names of files) and so on. */
void gen__read_project(gen_value *model, arena *a, const gen_request *q);
/* The type called `name`, from the other files of the folder of the request; NULL when there is
 * none. */
gen_value *gen__type_elsewhere(arena *a, const gen_request *q, str_view name);
/* Whether there is such a file in the project (or, relative, beside the request's file). */
bool gen__exists(arena *a, const gen_request *q, str_view path);

#endif

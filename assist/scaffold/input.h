/* assist/scaffold/input.h: finds the JSON in what people have (HTTP responses, HAR, literals in
 * code) and adds it to the shapes. Not thread-safe. */
#ifndef ARTEL_ASSIST_SCAFFOLD_INPUT_H
#define ARTEL_ASSIST_SCAFFOLD_INPUT_H

#include "assist/scaffold/scaffold.h"
#include "assist/scaffold/shape.h"

typedef struct {
    arena *a; /* borrowed: notes live here */
    assist_scaffold_note *notes;
    size_t n, cap;
} scaf_notes;

/* A failure to add is sticky in the arena. `at` is an offset into r->text, SIZE_MAX for none. */
void scaf__note(scaf_notes *n, str_view input, const tape_reader *r, size_t at, const char *format,
                ...) PRINTF_LIKE(5, 6);

/* Adds all samples of one input. `scratch` is used and reset. ERR_FORMAT, ERR_RANGE,
 * ERR_CANCELLED (by in->passed), ERR_NOMEM. */
MUST_USE err_code scaf__input_add(shape_set *shapes, scaf_notes *notes,
                                  const assist_scaffold_input *in, str_view pointer, bool strict,
                                  arena *scratch, err *e);

/* A JSON response that a HAR file has; borrowed from its values. */
typedef struct {
    str_view path; /* of the URL: "/v1/users/17" */
    str_view text;
} scaf_response;
/* Those of a HAR file, in order, in `a`; NULL when it is none. */
scaf_response *scaf__har_responses(arena *a, const tape_value *values, size_t *n);
/* The last part of such a path that is a word, "users"; empty when there is none. */
str_view scaf__resource_of(str_view path);

#endif

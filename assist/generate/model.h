/* assist/generate/model.h: the code at a cursor as values for templates (value.h):
 *
 *   file.name .stem .path .package .language
 *   type.name .kind .generics .args .doc .exported .bases (texts) .impls .derives
 *     .constructor                  has one already
 *     .ctor_of_params               its fields are its constructor's parameters (records)
 *     .fields { .name .public .type .value .doc .optional .private .readonly .static }
 *     .members { .name .value .payload .fields }    of an enumeration
 *     .methods { a function }
 *   function.name .params { .name .type .value .optional .rest .keyword .self }
 *     .returns .results .raises (texts) .doc .static .async .method .exported .yields .receiver
 *     .constructor .abstract .signature
 *   impl.trait .type .has             Rust: the block around the cursor
 *   enums { a type }                  of the file
 *   bodies (texts): functions of the file that are more than declared
 *   names (texts): methods of the type and functions of the file, which must not be written again
 *
 * kind is class, struct, record, dataclass, object (a type alias of fields), interface or enum.
 * Read from the syntax tree alone; broken code gives what it has. Any thread. */
#ifndef ARTEL_ASSIST_GENERATE_MODEL_H
#define ARTEL_ASSIST_GENERATE_MODEL_H

#include <tree_sitter/api.h>

#include "assist/generate/value.h"
#include "grammars/language.h"

/* Offsets in the text; SIZE_MAX where there is none. */
typedef struct {
    size_t type_begin, type_end; /* with decorators, `export` and what else belongs to it */
    size_t fields_end;           /* behind the last field, or where the body opens */
    size_t body_end;             /* where a last member of the type would begin */
    size_t impl_end;             /* the end of an `impl` block or class body for its methods */
    size_t function_begin, function_end, function_body;
    size_t members_end; /* Java, Kotlin: of an enumeration; a `;` is to stand there, and does not */
    size_t derive_end;  /* Rust: where `#[derive(...)]` of the type closes */
    bool empty_body;    /* `{}` or `pass` */
} gen_spots;

/* What stands at `offset`. *out lives in `a` and borrows from `text`, whose tree `root` is of. */
gen_value *gen_model(arena *a, gen_spots *spots, const gram_language *lang, TSNode root,
                     str_view text, size_t offset);
/* The type called `name` in a text, as model.type above; NULL when there is none. */
gen_value *gen_model_type(arena *a, const gram_language *lang, TSNode root, str_view text,
                          str_view name);

#endif

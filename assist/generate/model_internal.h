/* assist/generate/model_internal.h: what the readers of types and of functions share. */
#ifndef ARTEL_ASSIST_GENERATE_MODEL_INTERNAL_H
#define ARTEL_ASSIST_GENERATE_MODEL_INTERNAL_H

#include "assist/generate/model.h"
#include "base/buf.h"
#include "base/err.h"

enum {
    GEN_MAX_CHILDREN = 4000, /* of one node; generated files have more, people's types do not */
};

struct gen_reader {
    arena *a;
    const gram_language *lang;
    str_view text;
};

/* A node's child that is named or stands in a field. */
struct gen_kid {
    TSNode node;
    const char *type;
    const char *field; /* "" where it has none */
};
struct gen_kids {
    struct gen_kid *items;
    size_t n;
};
struct gen_kids gen__kids(const struct gen_reader *r, TSNode node);
/* The first child in that field, or a null node. */
TSNode gen__field(TSNode node, const char *field);
/* The first named child of one of these kinds (a list), or a null node. */
TSNode gen__kid(const struct gen_reader *r, TSNode node, const char *kinds);
str_view gen__text(const struct gen_reader *r, TSNode node);
bool gen__is(TSNode node, const char *kinds);
bool gen__lang(const struct gen_reader *r, const char *ids);
/* What a declaration is called, without '$'; empty when it has no name. */
str_view gen__name(const struct gen_reader *r, TSNode node);
/* Its type as spelled; empty where there is none. */
str_view gen__type(const struct gen_reader *r, TSNode node);
/* The comment above it or its doc string, without marks. */
str_view gen__doc(const struct gen_reader *r, TSNode node);
/* Whether one of its own modifiers (text of children before its name) is this word. */
bool gen__modified(const struct gen_reader *r, TSNode node, const char *word);
/* C and C++: the name, and the type with its stars, of a declarator whose base type is `base`. */
str_view gen__declarator(const struct gen_reader *r, TSNode declarator, str_view base,
                         str_view *type);
/* The words of a declaration before its declarators, without storage classes. */
str_view gen__base_type(const struct gen_reader *r, TSNode declaration);
/* The function_declarator inside a declaration or definition, or a null node. */
TSNode gen__function_declarator(TSNode node);

/* Whether it is a function with a name: also a variable that holds one. */
bool gen__is_function(const struct gen_reader *r, TSNode node);
void gen__read_function(const struct gen_reader *r, TSNode node, gen_value *out);
/* "self", "this" and receivers are left out. */
void gen__read_params(const struct gen_reader *r, TSNode list, gen_value *out);

/* Whether it is a type with a body that can be read. */
bool gen__is_type(const struct gen_reader *r, TSNode node);
void gen__read_type(const struct gen_reader *r, TSNode node, gen_value *out, gen_spots *spots);

#endif

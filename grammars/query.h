/* grammars/query.h: what the query files of a language say about a syntax tree: definitions,
 * references, imports, scopes, embedded languages. The files are grammars/<folder>/<kind>.scm,
 * compiled in; their captures are described in grammars/README.md.
 *
 * Compiled queries live in a gram_queries, one per process, which may be used from any thread. A
 * node given here belongs to a tree of the same language, over `text`. */
#ifndef ARTEL_GRAMMARS_QUERY_H
#define ARTEL_GRAMMARS_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tree_sitter/api.h>

#include "base/err.h"
#include "base/str.h"
#include "grammars/language.h"

typedef struct gram_queries gram_queries;

enum gram_query_kind {
    GRAM_QUERY_SYMBOLS,    /* tags.scm and imports.scm, in one pass */
    GRAM_QUERY_SCOPES,     /* scopes.scm */
    GRAM_QUERY_INJECTIONS, /* injections.scm */
    GRAM_QUERY_KINDS
};

/* No query is compiled until it is asked for. ERR_NOMEM. */
MUST_USE err_code gram_queries_create(gram_queries **out);
/* No thread may be using it any more. Accepts NULL. */
void gram_queries_destroy(gram_queries *q);

/* The compiled query, borrowed until destroy, or NULL when the language has none of this kind (or
 * memory is short). The first call for a language compiles it, 1 to 300 ms; another thread that
 * asks meanwhile waits. */
const TSQuery *gram_queries_get(gram_queries *q, const gram_language *lang,
                                enum gram_query_kind kind);

/* The text that gram_queries_get compiles: the language's own files after those it inherits (";
 * inherits: c" in the first line). Static pieces, at most `cap`; returns how many there are. For
 * tests and for other query users. */
size_t gram_query_texts(const gram_language *lang, const char *kind, str_view *out, size_t cap);

/* Whether the language itself or its standard library has this word: keywords and literals of the
 * grammar, and grammars/<folder>/names.txt. Names of a language without such a file are not known.
 * Pure. Cost: some 20 us. */
bool gram_library_has(const gram_language *lang, str_view word);
/* Whether there is such a file. */
bool gram_library_known(const gram_language *lang);

/* Whether the text predicates of the match hold: #eq?, #not-eq?, #any-of?,
 * #starts-with?, all over captures and
 * strings. An unknown predicate holds. */
bool gram_query_holds(const TSQuery *query, const TSQueryMatch *match, str_view text);

enum gram_role { GRAM_DEFINITION, GRAM_REFERENCE, GRAM_IMPORT };

/* What is defined or meant. The names after "def." and "ref." in the query files. */
enum gram_kind {
    GRAM_KIND_NONE,
    GRAM_CLASS,
    GRAM_CONSTANT,
    GRAM_CONSTRUCTOR,
    GRAM_ENUM,
    GRAM_FIELD,
    GRAM_FUNCTION,
    GRAM_INTERFACE, /* trait, protocol, type class, signature */
    GRAM_MACRO,
    GRAM_MEMBER, /* of an enumeration or a sum type */
    GRAM_METHOD,
    GRAM_MODULE, /* package, namespace, section */
    GRAM_PROPERTY,
    GRAM_STRUCT,
    GRAM_TYPE, /* alias, or any other type */
    GRAM_VARIABLE,
    GRAM_CALL, /* references only: something is called */
    GRAM_KINDS
};
/* "function", "struct", …; static. */
const char *gram_kind_name(enum gram_kind kind);

/* Byte ranges of the text. */
struct gram_range {
    uint32_t begin, end;
};

struct gram_symbol {
    enum gram_role role;
    enum gram_kind kind;
    /* Without quotes. An import's name is the module's name or path. */
    struct gram_range name;
    /* The definition, or the statement that imports; for a reference its name. */
    struct gram_range whole;
    struct gram_range signature; /* of a definition: from its start to its body, trimmed */
    struct gram_range doc;       /* comments directly above, or the doc string; else empty */
    struct gram_range container; /* name of the innermost definition around it; empty at the top */
    uint16_t pattern;            /* number of the pattern that found it; orders second readings */
};

/* Called for each symbol; false stops the walk. */
typedef bool gram_symbol_fn(void *user, const struct gram_symbol *symbol);

/* Finds the symbols under `root`, in the order in which they start, outer before inner, each name
 * once per role; a function directly inside a type is a method. ERR_UNSUPPORTED: the language has
 * no such query. ERR_CANCELLED: `visit` returned false. Cost: about half of parsing. */
MUST_USE err_code gram_symbols(gram_queries *q, const gram_language *lang, TSNode root,
                               str_view text, gram_symbol_fn *visit, void *user);

/* A name that is bound in a scope: a parameter, a local variable, a loop variable. */
struct gram_local {
    struct gram_range name;
    struct gram_range scope; /* the innermost scope that holds it, or the whole root */
};
typedef bool gram_local_fn(void *user, const struct gram_local *local);

/* The locals whose scope contains byte `offset`, in text order. Errors as above. */
MUST_USE err_code gram_locals_at(gram_queries *q, const gram_language *lang, TSNode root,
                                 str_view text, uint32_t offset, gram_local_fn *visit, void *user);

/* Text in another language: `lang` is never NULL. */
struct gram_injection {
    struct gram_range range;
    const gram_language *lang;
};
typedef bool gram_injection_fn(void *user, const struct gram_injection *injection);

/* The embedded texts that touch bytes [begin, end], in text order. A language without a query has
 * none, which is success. ERR_CANCELLED: `visit` returned false. */
MUST_USE err_code gram_injections(gram_queries *q, const gram_language *lang, TSNode root,
                                  str_view text, struct gram_range within, gram_injection_fn *visit,
                                  void *user);

#endif

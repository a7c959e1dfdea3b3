/* grammars/knowledge.h: the written knowledge of languages: what their constructs mean. The files
 * are grammars/<folder>/explain.txt, plain text that people edit, described in grammars/README.md;
 * they are checked when artel is built and compiled in. grammars/common/ holds what languages
 * share, and concepts.txt how one idea is written in many languages.
 *
 * A gram_knowledge reads the files of a language when it is first asked for it, under a millisecond
 * each, and may be used from any thread. What it returns is constant and lives until destroy. */
#ifndef ARTEL_GRAMMARS_KNOWLEDGE_H
#define ARTEL_GRAMMARS_KNOWLEDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "grammars/language.h"
#include "grammars/pattern.h"

typedef struct gram_knowledge gram_knowledge;

/* One sentence of an entry and when it is said; the language of both is that of
 * grammars/README.md, "Knowledge". */
struct gram_saying {
    str_view condition; /* empty: always */
    str_view text;
    struct gram_saying *next;
};

struct gram_construct {
    str_view folder;             /* whose file it stands in */
    str_view key;                /* unique in its file */
    str_view name;               /* as the language's documentation calls it */
    const gram_pattern *pattern; /* or NULL: `kinds` or `line` */
    str_view pattern_text;
    str_view kinds; /* kinds of nodes, one space between them; entries of common/ */
    str_view joins; /* not empty: `kinds` counts only for nodes with more than one child */
    str_view line;  /* POSIX extended expression, for languages without a grammar */
    struct gram_saying *says;          /* the first whose condition holds is the meaning */
    struct gram_saying *steps;         /* what happens, in order; all whose condition holds */
    struct gram_saying *notes;         /* pitfalls; all whose condition holds */
    str_view since, precedence, where; /* empty when there is nothing to say */
    str_view like;                     /* concept key, and its parts: "ternary a={x} b={y}" */
    str_view reads;                    /* which instance reader tells more: "regex {pattern}" */
    str_view code;                     /* an example; the line breaks of the file */
    str_view gives;                    /* what it results in, for people */
    str_view prints;                   /* or exactly what running it prints */
    str_view minor; /* "yes": says little, so what is around it is shown instead; "lists": what is
                     * said stands in lines and files too often to be repeated there; or empty */
    str_view hint; /* a word or two to show beside it in the editor; empty for most */
    struct gram_construct *next;
};

struct gram_concept {
    str_view key, title;
    struct gram_saying *in; /* condition: a language's folder; text: how it is written there */
    struct gram_concept *next;
};

/* ERR_NOMEM. Nothing is read yet. */
MUST_USE err_code gram_knowledge_create(gram_knowledge **out);
/* No thread may be using it any more. Accepts NULL. */
void gram_knowledge_destroy(gram_knowledge *k);

/* The constructs of a language in the order of its file, then those it inherits, then common ones;
 * NULL when nothing is written about it (or memory is short). */
const struct gram_construct *gram_knowledge_of(gram_knowledge *k, const gram_language *lang);
/* Whether the construct is what `node` is; captures go to *out then. `text` is the text of the
 * tree, `scratch` takes lists of children, some tens of bytes each. */
bool gram_construct_fits(const struct gram_construct *c, TSNode node, str_view text, arena *scratch,
                         struct gram_pattern_match *out);
/* The concept with this key, or NULL. */
const struct gram_concept *gram_knowledge_concept(gram_knowledge *k, str_view key);

/* One file's constructs, appended at *tail, or concepts. Everything lives in `mem` and refers to
 * `text`. ERR_FORMAT: e says which line and why. ERR_NOMEM. For the build's check and for tests. */
MUST_USE err_code gram_knowledge_parse(struct gram_construct **first, str_view *inherits,
                                       arena *mem, str_view folder, str_view text, err *e);
MUST_USE err_code gram_concepts_parse(struct gram_concept **first, arena *mem, str_view text,
                                      err *e);

#endif

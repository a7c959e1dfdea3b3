/* assist/scaffold/scaffold.h: sample JSON in, files of code out. A pure function over values: it
 * opens no file, so that a command, an editor's code action and a test call the same thing.
 *
 * The samples are read by a reader of our own that keeps each number as it is spelled (tape.h says
 * why), summed up place by place (shape.h), decided into one model (decide.c, schema.h), and
 * written by one emitter per target (emit.h), so that names, nullability, enums and widths agree
 * between targets. Deterministic: the same inputs and options give the same bytes. Any thread;
 * calls share nothing. */
#ifndef ARTEL_ASSIST_SCAFFOLD_SCAFFOLD_H
#define ARTEL_ASSIST_SCAFFOLD_SCAFFOLD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* One sample, or several: JSON, JSONC, JSON5, a JavaScript or Python literal, NDJSON, a saved HTTP
 * response (`curl -i`), or a HAR file. UTF-8, UTF-16 or UTF-32. */
typedef struct {
    str_view
        name; /* for messages and, when no name is given, for the top-level type; a path is fine */
    str_view text;
    /* Called now and then while the text is read, with a range of bytes that is behind and will
     * seldom be looked at again: for progress, and for a mapping to let go of its pages. Ranges
     * may come again. False ends the run with ERR_CANCELLED. NULL: not called. */
    bool (*passed)(void *user, size_t begin, size_t end);
    void *user;
} assist_scaffold_input;

typedef enum {
    ASSIST_SCAFFOLD_MERGE_IDENTICAL, /* same keys, compatible types, same name or at least 4 keys */
    ASSIST_SCAFFOLD_MERGE_SIMILAR,   /* also: same name and 3/4 of the keys */
    ASSIST_SCAFFOLD_MERGE_NEVER,
} assist_scaffold_merge;

/* What code does with keys that were not in the sample; TARGET: as the target is used to. */
typedef enum {
    ASSIST_UNKNOWN_TARGET,
    ASSIST_UNKNOWN_IGNORE,
    ASSIST_UNKNOWN_KEEP, /* and write them again */
    ASSIST_UNKNOWN_REJECT,
} assist_scaffold_unknown;

/* How a project calls its files; TARGET: as the target's language is used to. */
typedef enum {
    ASSIST_CASE_TARGET,
    ASSIST_CASE_KEBAB,
    ASSIST_CASE_SNAKE,
    ASSIST_CASE_CAMEL,
    ASSIST_CASE_PASCAL,
} assist_scaffold_case;

/* What a run writes of its targets where the samples are of several things, see
 * assist_scaffold_apart. */
typedef enum {
    ASSIST_SCAFFOLD_WHOLE,
    ASSIST_SCAFFOLD_APART,    /* all but databases, of one of the things */
    ASSIST_SCAFFOLD_DATABASE, /* databases only, of all of them together */
} assist_scaffold_part;

/* The values of a key of the rows are those of records elsewhere: "user_id", "users.id". */
typedef struct {
    str_view key, refers;
} assist_scaffold_link;

typedef struct {
    str_view name;   /* of the top-level type; empty: from the first input's name */
    str_view at;     /* JSON pointer to start from; `-` stands for every item; empty: the whole */
    str_view hints;  /* text of a hints file, see below; may be empty */
    str_view indent; /* empty: the target's custom */
    /* Packages that the project uses, one space between; targets choose among libraries by them. */
    str_view libraries;
    str_view taken; /* names that types in Go must not have, one space between */
    /* Types of the project that code in Java, Kotlin and C# reads and writes instead of defining
     * its own, a line each: "java org.x.Home(String street,int zip)"; without a package it is that
     * of the code. "csharp X.Home{string Street}": its members are set, not given to a
     * constructor. */
    str_view own_types;
    /* Endings of files (".py .h", one space between) in whose language the project calls members
     * like this, whatever the language's own custom is. */
    str_view snake_members, camel_members;
    assist_scaffold_case script_case; /* of files of JavaScript and TypeScript */
    assist_scaffold_unknown unknown;  /* a target that cannot gets a note */
    assist_scaffold_merge merge;
    bool strict;         /* refuse what RFC 8259 refuses */
    bool original_names; /* members are called as the keys are, where the language can */
    bool no_enums;
    bool no_maps;
    bool no_unions;   /* no tagged unions */
    size_t max_bytes; /* memory for what was seen; 0: 160 MB */
    assist_scaffold_part part;
    const assist_scaffold_link *links;
    size_t n_links;
} assist_scaffold_options;

/* A hints file is JSON: an object whose keys are JSON pointers into the sample (`-` for any item or
 * map value, `*` for any one step) and whose values are "map", "record", "list", "tuple", "enum" or
 * "string" (of no format): what that place is, whatever the rules say. */

typedef struct {
    str_view path; /* to propose: relative, `/` between parts, no `.` or `..` part */
    str_view text; /* UTF-8, ends in a newline */
    str_view target;
} assist_scaffold_file;

/* Something that the user should know although it was not an error. line and column are 1-based,
 * 0 when it is about no place. */
typedef struct {
    str_view input;
    size_t line, column;
    str_view text;
    bool of_project; /* about a file of the project instead of an input */
} assist_scaffold_note;

typedef struct {
    assist_scaffold_file *files;
    size_t n_files;
    assist_scaffold_note *notes;
    size_t n_notes;
    size_t n_samples;
} assist_scaffold_result;

typedef struct {
    const char *name;  /* as in --to */
    const char *title; /* for a menu */
    const char *group; /* "app", "types", "schema", "sql", "client", "server", "ui" or "tests" */
} assist_scaffold_target;

/* The targets in menu order, static; NULL past the last. */
const assist_scaffold_target *assist_scaffold_target_at(size_t i);

/* What it indents with when the options do not say; static. */
const char *assist_scaffold_target_indent(size_t i);
/* How the names of its files end, of those it names after the sample: ".ts"; static. */
const char *assist_scaffold_target_suffix(size_t i);

/* Reads the samples and writes the files of the n_targets targets, each path once.
 * Everything in *out lives in `a` and may borrow from the inputs' texts, which must outlive it.
 * opt may be NULL. On failure *out is untouched and *e is one clear line with input, line and
 * column. ERR_FORMAT: an input is not JSON, the pointer leads nowhere, a hint is none;
 * ERR_NOT_FOUND: unknown target (the message lists them), no sample at all; ERR_RANGE: deeper than
 * 1000 levels, over 4 GiB, or more different keys than max_bytes holds; two targets write one file
 * differently. ERR_CANCELLED: an input's
 * `passed` said no. ERR_NOMEM. Cost: O(bytes);
 * memory grows with what differs, not with the number of records. */
MUST_USE err_code assist_scaffold_run(assist_scaffold_result *out, arena *a,
                                      const assist_scaffold_input *inputs, size_t n_inputs,
                                      const char *const *targets, size_t n_targets,
                                      const assist_scaffold_options *opt, err *e);

typedef struct {
    str_view name; /* "users" */
    const assist_scaffold_input *inputs;
    size_t n_inputs;
    const assist_scaffold_link *links; /* of its rows to those of others */
    size_t n_links;
} assist_scaffold_thing;

typedef struct {
    assist_scaffold_thing *items;
    size_t n;      /* 0: all are samples of one thing */
    str_view name; /* "users, orders": of all of them */
    /* {"users": [...], "orders": [...]}; its text is empty where that would be too long. */
    assist_scaffold_input together;
} assist_scaffold_things;

/* Whether inputs of different names, or the answers to different URLs in one HAR file, are samples
 * of different things: lists that share less than three quarters of their keys, single records that
 * share less than half. Each should have a run of
 * its own then (APART), and all together one (DATABASE). More than 12 names, or 64 MB, count as one
 * thing. *out lives in `a`; errors as above. Cost: reads the inputs twice. */
MUST_USE err_code assist_scaffold_apart(assist_scaffold_things *out, arena *a,
                                        const assist_scaffold_input *inputs, size_t n_inputs,
                                        const assist_scaffold_options *opt, err *e);

/* The evidence: for every place, what was seen how often and what was decided why; a table in plain
 * text. Inputs, options and errors as above. */
MUST_USE err_code assist_scaffold_explain(str_view *out, arena *a,
                                          const assist_scaffold_input *inputs, size_t n_inputs,
                                          const assist_scaffold_options *opt, err *e);

#endif

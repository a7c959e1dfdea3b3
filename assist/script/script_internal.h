/* assist/script/script_internal.h: what the units of this folder share.
 *
 * A comment becomes tokens (words), tokens become clauses (intent: each one step of the table with
 * its slots), clauses become blocks (plan: source, steps, sink), blocks become text (render_*).
 * Everything lives in the arena of the call; nothing here opens a file or keeps state. */
#ifndef ARTEL_ASSIST_SCRIPT_INTERNAL_H
#define ARTEL_ASSIST_SCRIPT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "assist/script/script.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* --- words.c --- */

typedef enum {
    SCR_WORD,   /* lower case in `value` */
    SCR_TEXT,   /* was quoted */
    SCR_PATH,   /* has a slash, or looks like the name of a file */
    SCR_GLOB,   /* a path with wild cards */
    SCR_EXT,    /* .mp3, without the dot in `value` */
    SCR_NUMBER, /* n */
    SCR_SIZE,   /* n bytes */
    SCR_TIME,   /* n seconds */
    SCR_DATE,   /* YYYY-MM-DD */
    SCR_URL,
    SCR_ENCODING, /* value as iconv and Python both know it */
    SCR_STOP,     /* , ; . and what else ends a clause */
    SCR_MARK,     /* a noun that a phrase made: FILES, LINES, … */
    SCR_NOTE,     /* a phrase that only set slots */
    SCR_OURS,     /* words of the tables, which need no quotes; never of a comment */
} scr_kind;

typedef struct {
    scr_kind kind;
    str_view text; /* as a person would write it in this place; never NUL inside */
    int64_t n;     /* of NUMBER, SIZE, TIME */
} scr_value;

typedef struct scr_slot scr_slot;
struct scr_slot {
    scr_slot *next;
    str_view name;
    scr_value value;
};

enum { SCR_MAX_IDS = 12 };

typedef enum {
    SCR_HEAVY, /* it must have been understood */
    SCR_WEAK,  /* show, find: another verb may say it all */
    SCR_LIGHT, /* of, in */
    SCR_IDLE,  /* only, then: of a comment; a pattern that has them means them */
} scr_weight;

typedef struct {
    scr_value v;
    str_view written;          /* the part of the comment, for questions */
    bool has_number;           /* a WORD like "ten", "first" or "3rd"; v.n is its value */
    uint16_t ids[SCR_MAX_IDS]; /* of a WORD: the table's words that it may be */
    size_t n_ids;
    str_view ext;  /* of a WORD that names a kind of file by its ending: pdf, mp3s */
    str_view sign; /* of a WORD that names a character: comma */
    bool noise;
    bool glue;         /* a verb or a small word, never the name of a column or folder */
    scr_weight weight; /* of a WORD: what it costs to pass it over in a loose reading */
    scr_slot *slots;   /* set by the phrase that made this token */
} scr_token;

enum { SCR_MAX_TOKENS = 160 };

typedef struct {
    scr_token *at;
    size_t n;
    unsigned *tries; /* how much matching the comment has cost; NULL: it is not counted */
} scr_tokens;

/* The comment without its marks (#, //, --, block comments), one line, at most. In `a`. */
str_view scr__plain(arena *a, str_view comment);
/* ERR_RANGE: too many words for one task. The comment must be free of NUL. */
MUST_USE err_code scr__words(scr_tokens *out, arena *a, str_view plain, err *e);
/* Whether `word` is `base` or one of its regular English forms: copies, copied, copying. */
bool scr__inflects(str_view word, str_view base);

/* --- table.c: the plain-text tables --- */

typedef struct scr_node scr_node;

enum { SCR_MAX_HOLES = 6, SCR_MAX_FIRSTS = 16 };

typedef struct {
    scr_node *start;
    const scr_node *firsts[SCR_MAX_FIRSTS]; /* what it can begin with; none: more than these */
    size_t n_firsts;
    scr_node *all;                 /* its words, marks and holes, one list */
    str_view holes[SCR_MAX_HOLES]; /* the name behind the colon, else the type */
    bool numeric[SCR_MAX_HOLES];   /* "two" is 2 there */
    bool sign[SCR_MAX_HOLES];      /* "comma" is , there */
    size_t n_holes;
} scr_form;

typedef enum { SCR_T_NONE, SCR_T_FILES, SCR_T_LINES, SCR_T_DONE } scr_type;

typedef enum {
    SCR_READS = 0,
    SCR_CREATES = 1,    /* new files; what is there stays */
    SCR_OVERWRITES = 2, /* contents of existing files change */
    SCR_DELETES = 4,
    SCR_NETWORK = 8,
    SCR_SYSTEM = 16, /* processes, services, permissions */
} scr_effect;

typedef struct scr_body scr_body;
struct scr_body {
    scr_body *next;
    str_view language, role, text;
};

typedef struct scr_need scr_need;
struct scr_need {
    scr_need *next;
    str_view name, text; /* of a tool: language and "program package"; of a slot: name, question */
};

typedef struct scr_step scr_step;
struct scr_step {
    scr_step *next;
    str_view name, title, would, suffix;
    scr_type in, out;
    unsigned effect;
    bool deep;      /* subfolders belong to it unless the comment says otherwise */
    bool contents;  /* of files that were found: their text is meant, not their names */
    bool whole;     /* of all lines together: nothing that is asked of each line */
    bool all;       /* it may be done to every file: no filter needed although it changes things */
    scr_need *asks; /* slots it cannot do without */
    scr_need *tools;
    scr_need *defaults; /* slot, value */
    scr_need *assumes;
    scr_need *uses;  /* parts whose functions its Python body calls */
    str_view only;   /* endings of files one of which the comment must name */
    bool foreign;    /* of a template of the user's project */
    bool via_python; /* in Bash its Python body runs: what no shell tool reads rightly, as CSV */
    scr_body *bodies;
};

typedef struct scr_pattern scr_pattern;
struct scr_pattern {
    scr_pattern *next;
    scr_form form;
    scr_step *step;       /* of a `say` */
    unsigned pass;        /* of a phrase */
    str_view replacement; /* of a phrase: words and MARKS; of a refusal: the reason */
    str_view sets;        /* "slot=$1 other=value" */
    bool refuses;
};

typedef struct {
    str_view text;
    uint16_t id;
    bool own; /* the word that the id stands for; else one of its synonyms */
} scr_vocable;

enum { SCR_WORD_SLOTS = 8192, SCR_MAX_PARTS = 256 };

typedef struct {
    scr_vocable *words;
    size_t n_words, cap_words;
    uint16_t n_ids;
    scr_need *noise, *exts, *glue, *weak, *light, *idle; /* lists of words, in `text` */
    scr_need *signs;                                     /* a character, and the words for it */
    scr_need *queries; /* what query.c reads: a name, and the ways to say it */
    scr_pattern *phrases, **last_phrase;
    scr_pattern *says, **last_say;
    scr_step *steps, **last_step;
    scr_step *parts; /* functions that several steps share; no steps themselves */
    unsigned n_passes;
    uint16_t
        own[SCR_WORD_SLOTS]; /* by the hash of their text, the own words: index + 1 into words */
} scr_table;

/* The tables that are compiled in. ERR_FORMAT names the line of ours that is wrong: a test reads
 * them all. Cost: about 2 ms. */
/* The number of a word in the table, which it is put into when it is not there. */
uint16_t scr__table_word(scr_table *t, arena *a, str_view word);
MUST_USE err_code scr__table_load(scr_table *out, arena *a, err *e);
/* Adds the steps of a project: `step` and what belongs to it, nothing that changes what others
 * mean. `text` must live as long as `a`. ERR_FORMAT, ERR_NOMEM. */
MUST_USE err_code scr__table_add(scr_table *t, arena *a, str_view text, err *e);
scr_weight scr__table_weight(const scr_table *t, str_view word);
/* Whether files end so: "csv". */
bool scr__table_is_ending(const scr_table *t, str_view word);
/* Tells the tokens which words of the table they may be. */
void scr__table_mark(const scr_table *t, scr_tokens *tokens);
/* The body for this language and role, or an empty view. */
str_view scr__body(const scr_step *s, str_view language, const char *role);
bool scr__can(const scr_step *s, str_view language);

/* --- match.c: patterns over tokens --- */

/* Words, (a|b), [optional], <hole>, MARKS. ERR_FORMAT. */
MUST_USE err_code scr__form_read(scr_form *out, scr_table *t, arena *a, str_view text, err *e);

#define SCR_NO_TOKEN SIZE_MAX

typedef struct {
    size_t end;                  /* the token behind the last one matched */
    size_t text;                 /* the path that stood for LINES, or SCR_NO_TOKEN */
    int score;                   /* how much of the text the pattern itself says */
    size_t holes[SCR_MAX_HOLES]; /* token of each, or SCR_NO_TOKEN */
    size_t named;                /* the path that stood for FILES, or SCR_NO_TOKEN */
} scr_match;

/* The best match that begins at token `begin`. With `whole`, it ends where a clause may end. */
bool scr__match(scr_match *out, const scr_form *form, const scr_tokens *tokens, size_t begin,
                bool whole);
/* The best match of a `say` with all of tokens [begin, end), whose words may stand in any order:
 * each heavy one is taken by the pattern, or says again what the step's title says; of the pattern,
 * what says little may be missing. Names and other bare words must stand right behind what
 * announces them. */
bool scr__match_loose(scr_match *out, const scr_pattern *p, const scr_tokens *tokens, size_t begin,
                      size_t end);
/* Whether the token stands between clauses, and whether a clause may end before it. */
bool scr__separates(const scr_token *t);
bool scr__ends_before(const scr_token *t);
bool scr__skippable(const scr_token *t);

/* --- intent.c --- */

enum { SCR_MAX_CLAUSES = 8 };

typedef struct {
    const scr_step *step;
    scr_slot *slots;
} scr_clause;

typedef struct {
    scr_clause clauses[SCR_MAX_CLAUSES];
    size_t n;
    str_view question; /* not empty: nothing was understood for certain */
    str_view refused;  /* not empty: it will not be written */
    bool unread;       /* no reading was found: the question is about the words */
} scr_intent;

/* How a comment is read; the next is tried when one finds nothing. */
typedef enum {
    SCR_READ_STRICTLY,
    SCR_READ_NAMED,   /* the names of names.txt are its lines */
    SCR_READ_LOOSELY, /* words in any order */
    SCR_READ_NAMED_LOOSELY,
    SCR_READ_SAVED, /* "write … to FILE" is "show …", kept there; loosely */
    SCR_N_READINGS,
} scr_reading;

/* `tokens` are changed. */
MUST_USE err_code scr__intent(scr_intent *out, arena *a, const scr_table *t, scr_tokens *tokens,
                              scr_reading how);
const scr_value *scr__slot(const scr_slot *slots, const char *name);
void scr__slot_set(arena *a, scr_slot **slots, str_view name, scr_value value);

/* A file that is named: its folder, and its name as what to look for there. */
void scr__put_path(arena *a, scr_slot **slots, str_view path);

/* --- plan.c --- */

typedef enum { SCR_FROM_NOTHING, SCR_FROM_FILES, SCR_FROM_TEXT } scr_source;

typedef struct {
    scr_source source;
    scr_slot *slots; /* of all its clauses; where a step's own differ, the step's count */
    scr_clause parts[SCR_MAX_CLAUSES];
    size_t n;
} scr_block;

typedef struct {
    const scr_table *table;
    str_view comment;
    scr_block block;
    unsigned effect;
    bool dry_by_default; /* changes or deletes what exists: --yes does it */
    bool dry_run;        /* --dry-run makes sense */
    bool edits;          /* the lines of each file are replaced by what the steps make of them */
    bool names;          /* line steps work on the names of files, not on their text */
    bool recursive;
    bool es_module;
    str_view *assumptions;
    size_t n_assumptions;
    str_view question, refused;
    bool reread; /* another reading of the comment may be free of the question */
} scr_plan;

/* Whether the code of a step, or what it asks for, tells of the slot. */
bool scr__speaks_of(const scr_step *s, str_view name);
/* The first slot that the step's code in other languages heeds and this one's does not; or NULL. */
const scr_slot *scr__deaf_to(const scr_step *s, const scr_slot *slots, str_view language);
/* Whether the step alone, without files or a text to read, does what the slot says. */
bool scr__heeds(const scr_step *step, str_view name);
MUST_USE err_code scr__plan(scr_plan *out, arena *a, const scr_table *t, const scr_intent *intent,
                            str_view comment);

/* --- fill.c: bodies with their holes filled --- */

typedef void scr_quote(buf *out, str_view text);

typedef struct {
    str_view language;
    scr_quote *quote;
    /* Of a slot that names a file or folder: "~/" is the home folder; may be NULL. */
    scr_quote *quote_path;
} scr_style;

/* Appends `body`, each line behind `indent`. `@slot@` is the slot's value quoted for the language,
 * `@slot:days@` a number of days, … ; a line `?slot| text` counts only where the slot is set,
 * `!slot| text` where it is not; several may stand before a text. */
void scr__fill(buf *out, const scr_style *style, str_view body, const scr_slot *slots,
               const scr_slot *more, const char *indent);
/* What only code can write of "@@role" in a frame; each line behind `indent`. */
typedef void scr_lines(buf *out, const scr_plan *p, str_view role, const char *indent);
/* Appends a frame, the body `role` that the part "script" has for the language: lines as of any
 * body, whose conditions may also be the facts that text/README.md lists; a line "@@role" is the
 * frame of that name, else the bodies that the steps have of it, else what `lines` (may be NULL)
 * appends. */
void scr__frame(buf *out, const scr_plan *p, const scr_style *style, const char *role,
                scr_lines *lines);
/* How a language writes regular expressions. */
typedef struct {
    const char *begin, *end; /* of the whole text */
    const char *specials;    /* what a backslash comes before */
    const char *in_class;    /* the same between brackets */
} scr_patterns;

/* One expression for a list, with commas, of the shell's patterns for names: \.a$|\.b$ */
void scr__globs(buf *out, const scr_patterns *style, const char *before, str_view list,
                const char *after);
/* Whether the code has the name as a word of its own, not behind a dot; with `after`, that follows.
 */
bool scr__mentions(str_view code, str_view name, char after);
/* Appends the parts whose names the code has, and those that they have in turn. */
void scr__called_parts(buf *code, const scr_plan *p, const scr_style *style);
/* A comment of as many lines as it takes: `mark`, `first`, the text. */
void scr__sentence(buf *out, const char *mark, const char *first, str_view text);
/* The comment, assumptions and needs as lines that begin with `mark`. */
void scr__head(buf *out, const scr_plan *p, str_view language, const char *mark);

/* --- render_*.c --- */

typedef void scr_render(buf *out, const scr_plan *p);
/* A Python program that does on its own what the step's body says: lines in (unless it begins with
 * nothing), lines out. */
void scr__python_alone(buf *out, const scr_plan *p, const scr_clause *c);
/* The step that ends a block with this role, or NULL. */
const scr_clause *scr__last(const scr_plan *p, str_view language, const char *role);
/* Whether something is done to each file, instead of lines being printed. */
bool scr__acts(const scr_plan *p, str_view language);
/* Whether it ends in lines to be printed, or put into a file. */
bool scr__prints(const scr_plan *p, str_view language);
/* A line for each option, as --help shows them. */
void scr__options_help(buf *out, const scr_plan *p, str_view language);
/* What stands behind the last slash. */
str_view scr__base_name(str_view path);
/* What to call the script in its usage: the name of its last step. */
str_view scr__title(const scr_plan *p);
/* "./a/b/" as it is written inside a tree: "a/b". */
str_view scr__folder_name(str_view path);
/* "delete", "rename", …: for what a dry run says. */
str_view scr__would(const scr_plan *p);
scr_render scr__bash, scr__python, scr__javascript, scr__awk, scr__ruby, scr__perl;
scr_render scr__jq, scr__go;
/* Why a language is not for this, though it can do each step; empty when it is. */
str_view scr__go_cannot(const scr_plan *p);
str_view scr__jq_step_cannot(const scr_plan *p);
str_view scr__awk_cannot(const scr_plan *p);
/* The slots whose texts files must contain, then the one whose text they must not. */
enum { SCR_N_CONTAINED = 2 };
extern const char *const scr__contained[SCR_N_CONTAINED + 1];
/* The tests of `find` that the slots of the plan ask for. */
void scr__bash_tests(buf *out, const scr_plan *p);
/* What the files must contain or lack: as further tests of `find`, or as what its -print0 goes
 * through. */
void scr__bash_contents(buf *out, const scr_plan *p, bool in_find);
/* One line for the shell; nothing is appended where there is none. What deletes or overwrites is
 * only shown unless `act`. */
void scr__bash_line(buf *out, const scr_plan *p, bool act);

void scr__quote_bash(buf *out, str_view text);
/* The same for a path, whose "~/" is the home folder. */
void scr__quote_bash_path(buf *out, str_view path);
void scr__quote_python(buf *out, str_view text);
void scr__quote_javascript(buf *out, str_view text);
void scr__quote_awk(buf *out, str_view text);
void scr__quote_jq(buf *out, str_view text);
void scr__quote_go(buf *out, str_view text);
void scr__quote_go_path(buf *out, str_view path);
void scr__quote_ruby(buf *out, str_view text);
void scr__quote_ruby_path(buf *out, str_view path);
void scr__quote_perl(buf *out, str_view text);
void scr__quote_perl_path(buf *out, str_view path);
void scr__quote_javascript_path(buf *out, str_view path);

/* The files of text/, each with a NUL behind it. */
extern const char *const scr__texts[];

#endif

/* Command lines: what each program does and what its usual options mean. Only what holds for POSIX
 * and for the GNU tools is said; an option that is not in the table is left unexplained. */
#include <stdio.h>
#include <string.h>

#include "assist/explain/explain_internal.h"

enum { MAX_WORDS = 128 };

struct option {
    const char *name; /* "-n" or "--name"; "-n:" takes a value */
    const char *text;
};

struct program {
    const char *name, *text;
    const struct option *options;
};

#define OPTIONS(...)                                                                               \
    (const struct option[])                                                                        \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            NULL, NULL                                                                             \
        }                                                                                          \
    }

static const struct program programs[] = {
    {"ls", "lists files",
     OPTIONS({"-l", "one per line, with rights, owner, size and time"},
             {"-a", "also those that begin with a dot"},
             {"-A", "also those that begin with a dot, but not . and .."},
             {"-h", "sizes with K, M, G"}, {"-t", "newest first"}, {"-S", "largest first"},
             {"-r", "in the opposite order"}, {"-R", "with all folders below"},
             {"-1", "one per line"}, {"-d", "folders themselves, not what is in them"})},
    {"grep", "shows the lines that match a regular expression",
     OPTIONS({"-i", "capitals and small letters count as the same"},
             {"-v", "the lines that do not match"}, {"-n", "with line numbers"},
             {"-r", "in all files below a folder"}, {"-R", "the same, following links"},
             {"-l", "only the names of files that match"}, {"-c", "only how many lines"},
             {"-o", "only the part that matches"}, {"-q", "no output, only the exit status"},
             {"-E", "extended expressions"}, {"-F", "plain texts, no expressions"},
             {"-P", "Perl's expressions"}, {"-w", "whole words"}, {"-x", "whole lines"},
             {"-h", "without file names"}, {"-H", "with file names"},
             {"-A:", "with so many lines after"}, {"-B:", "with so many lines before"},
             {"-C:", "with so many lines around"}, {"-e:", "the expression"},
             {"-m:", "stops after so many"}, {"-s", "no messages about missing files"})},
    {"sort", "sorts lines",
     OPTIONS({"-n", "by number"}, {"-r", "in the opposite order"}, {"-u", "equal ones once"},
             {"-k:", "by this column"}, {"-t:", "columns end at this character"},
             {"-h", "by sizes such as 2K, 1G"}, {"-f", "capitals and small letters the same"},
             {"-V", "by version number"}, {"-o:", "into this file"}, {"-c", "only checks"},
             {"-s", "equal ones keep their order"}, {"-b", "without leading blanks"})},
    {"uniq", "leaves out lines that equal the one before",
     OPTIONS({"-c", "with how often"}, {"-d", "only repeated ones"}, {"-u", "only single ones"},
             {"-i", "capitals and small letters the same"})},
    {"head", "shows the beginning",
     OPTIONS({"-n:", "so many lines (with a minus: all but so many)"}, {"-c:", "so many bytes"})},
    {"tail", "shows the end",
     OPTIONS({"-n:", "so many lines (with a plus: from this line on)"}, {"-c:", "so many bytes"},
             {"-f", "goes on as the file grows"},
             {"-F", "goes on as the file grows, also when it is replaced"})},
    {"wc", "counts",
     OPTIONS({"-l", "lines"}, {"-w", "words"}, {"-c", "bytes"}, {"-m", "characters"})},
    {"cut", "takes columns out of lines",
     OPTIONS({"-d:", "columns end at this character"}, {"-f:", "these columns"},
             {"-c:", "these characters"}, {"-b:", "these bytes"},
             {"-s", "only lines with the separator"})},
    {"tr", "replaces characters",
     OPTIONS({"-d", "deletes them"}, {"-s", "several of one in a row become one"},
             {"-c", "all but those named"})},
    {"sed", "changes lines by a script",
     OPTIONS({"-n", "shows nothing unless the script says p"}, {"-i", "changes the file itself"},
             {"-e:", "the script"}, {"-E", "extended expressions"}, {"-r", "extended expressions"},
             {"-f:", "the script is in this file"})},
    {"awk", "runs a small program for each line",
     OPTIONS({"-F:", "columns end at this"}, {"-v:", "sets a variable"},
             {"-f:", "the program is in this file"})},
    {"find", "looks for files",
     OPTIONS({"-L", "follows links"}, {"-name:", "whose name fits this pattern"},
             {"-iname:", "whose name fits this pattern, capitals and small letters the same"},
             {"-path:", "whose path fits this pattern"},
             {"-type:", "only of this kind (f files, d folders, l links)"},
             {"-mtime:", "changed so many days ago (+ longer ago, - less)"},
             {"-mmin:", "changed so many minutes ago (+ longer ago, - less)"},
             {"-newer:", "changed after this file"},
             {"-size:", "so large (+ larger, - smaller; k, M, G)"},
             {"-maxdepth:", "at most so many folders deep"},
             {"-mindepth:", "at least so many folders deep"}, {"-empty", "with nothing in them"},
             {"-user:", "of this owner"}, {"-perm:", "with these rights"}, {"-not", "but not"},
             {"-o", "or"}, {"-prune", "does not look inside"}, {"-print", "prints their names"},
             {"-print0", "prints their names, each with a NUL behind it"},
             {"-delete", "removes them"},
             {"-exec", "runs what follows, up to ; or +, with {} for the name"},
             {"-execdir", "runs what follows, up to ; or +, in the file's folder"})},
    {"xargs", "runs a command with what it reads as arguments",
     OPTIONS({"-0", "items end with NUL, not with blanks"}, {"-n:", "so many at a time"},
             {"-I:", "puts each item in the place of this text"},
             {"-r", "not at all if nothing came"}, {"-P:", "so many at the same time"},
             {"-t", "shows each command"})},
    {"cat", "shows files one after the other",
     OPTIONS({"-n", "with line numbers"}, {"-A", "with marks for tabs and line ends"})},
    {"cp", "copies",
     OPTIONS({"-r", "with all folders below"}, {"-R", "with all folders below"},
             {"-a", "as exactly as possible"}, {"-p", "with times and rights"},
             {"-f", "over what cannot be opened"}, {"-i", "asks before replacing"},
             {"-n", "replaces nothing"}, {"-v", "says what it does"}, {"-u", "only newer ones"})},
    {"mv", "moves or renames",
     OPTIONS({"-f", "without asking"}, {"-i", "asks before replacing"}, {"-n", "replaces nothing"},
             {"-v", "says what it does"})},
    {"rm", "removes",
     OPTIONS({"-r", "folders with all that is in them"}, {"-R", "folders with all that is in them"},
             {"-f", "without asking, no error if there is none"}, {"-i", "asks for each"},
             {"-v", "says what it does"}, {"-d", "empty folders too"})},
    {"mkdir", "makes folders",
     OPTIONS({"-p", "those above too, no error if it is there"}, {"-m:", "with these rights"},
             {"-v", "says what it does"})},
    {"chmod", "changes rights",
     OPTIONS({"-R", "with all that is below"}, {"-v", "says what it does"})},
    {"chown", "changes the owner", OPTIONS({"-R", "with all that is below"})},
    {"ln", "makes a link",
     OPTIONS({"-s", "a symbolic one"}, {"-f", "replaces what is there"},
             {"-n", "a link to a folder is replaced itself"})},
    {"tar", "packs and unpacks archives",
     OPTIONS({"-c", "packs"}, {"-x", "unpacks"}, {"-t", "lists"}, {"-z", "through gzip"},
             {"-j", "through bzip2"}, {"-J", "through xz"}, {"-v", "says what it does"},
             {"-f:", "this file"}, {"-C:", "in this folder"}, {"-p", "keeps rights"})},
    {"make", "builds what is out of date",
     OPTIONS({"-j", "several things at the same time"}, {"-n", "only shows what it would do"},
             {"-B", "everything, also what is up to date"}, {"-C:", "in this folder"},
             {"-f:", "by this makefile"}, {"-k", "goes on after errors"},
             {"-s", "without showing the commands"})},
    {"less", "shows a text page by page",
     OPTIONS({"-R", "with colours"}, {"-S", "long lines are not broken"},
             {"-N", "with line numbers"}, {"-F", "ends at once if it fits one page"})},
    {"echo", "prints its arguments",
     OPTIONS({"-n", "without a line break at the end"}, {"-e", "with the meaning of backslashes"})},
    {"printf", "prints by a format", OPTIONS({"-v:", "into this variable"})},
    {"read", "reads a line into variables",
     OPTIONS({"-r", "backslashes mean nothing"}, {"-p:", "after asking this"},
             {"-s", "without showing what is typed"}, {"-n:", "at most so many characters"},
             {"-a:", "into an array"}, {"-t:", "waits at most so many seconds"},
             {"-d:", "up to this character"})},
    {"tee", "writes its input to a file and on to its output",
     OPTIONS({"-a", "at the file's end"})},
    {"diff", "shows how files differ",
     OPTIONS({"-u", "with lines around"}, {"-r", "with all folders below"}, {"-q", "only whether"},
             {"-w", "blanks do not count"}, {"-N", "missing files count as empty"})},
    {"du", "how much room files take",
     OPTIONS({"-s", "only sums"}, {"-h", "with K, M, G"}, {"-a", "each file"}, {"-c", "a total"})},
    {"ps", "shows processes",
     OPTIONS({"-e", "all of them"}, {"-f", "in full"}, {"-p:", "this one"},
             {"-o:", "these columns"})},
    {"kill", "sends a signal to processes",
     OPTIONS({"-9", "KILL: ends it at once"}, {"-15", "TERM: asks it to end"},
             {"-l", "lists the signals"})},
    {"curl", "fetches an address",
     OPTIONS({"-s", "without a progress bar"}, {"-S", "but with errors"},
             {"-L", "follows redirects"}, {"-f", "an error page counts as failure"},
             {"-o:", "into this file"}, {"-O", "into a file named as there"},
             {"-X:", "with this method"}, {"-H:", "with this header"}, {"-d:", "sends this"},
             {"-I", "only the header"}, {"-u:", "as this user"},
             {"-k", "without checking the certificate"})},
    {"ssh", "runs a shell on another machine",
     OPTIONS({"-p:", "at this port"}, {"-i:", "with this key"}, {"-v", "says what it does"},
             {"-N", "runs nothing"}, {"-L:", "passes a port on"})},
    {"touch", "sets a file's time, makes it if missing", OPTIONS({"-c", "does not make it"})},
    {"date", "prints the date", OPTIONS({"-u", "in UTC"}, {"-d:", "of this moment"})},
    {"git", "works with a repository", OPTIONS({"-C:", "in this folder"})},
    {"set", "sets options of this shell",
     OPTIONS({"-e", "a failing command ends the script"}, {"-u", "unset variables are errors"},
             {"-x", "shows each command"}, {"-o:", "the option named next"},
             {"-f", "no file patterns"})},
    {"cd", "goes to a folder", NULL},
    {"exit", "ends the script with this status", NULL},
    {"pwd", "prints the present folder", NULL},
    {"sudo", "runs a command as another user",
     OPTIONS({"-u:", "as this one"}, {"-E", "keeps the environment"}, {"-i", "as if logged in"})},
    {"true", "does nothing and succeeds", NULL},
    {"false", "does nothing and fails", NULL},
    {"sleep", "waits", NULL},
    {"test", "asks for a condition", NULL},
};

static size_t split_words(str_view v, str_view *words, size_t cap)
{
    size_t n = 0;
    for (size_t at = 0; at < v.len && n < cap;) {
        if (v.ptr[at] == ' ' || v.ptr[at] == '\t' || v.ptr[at] == '\n') {
            at++;
            continue;
        }
        size_t begin = at;
        char quote = '\0';
        int depth = 0;
        for (; at < v.len; at++) {
            char c = v.ptr[at];
            if (c == '\\' && quote != '\'') {
                at++;
            } else if (quote) {
                quote = c == quote ? '\0' : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else {
                depth += (c == '(') - (c == ')');
                if (depth <= 0 && (c == ' ' || c == '\t' || c == '\n'))
                    break;
                bool redirects = c == '&' && ((at > 0 && strchr("<>", v.ptr[at - 1])) ||
                                              (at + 1 < v.len && v.ptr[at + 1] == '>'));
                bool joins = depth <= 0 && !redirects && (c == '|' || c == ';' || c == '&');
                if (joins && at > begin)
                    break;
                if (joins) {
                    while (at < v.len && strchr("|&;", v.ptr[at]))
                        at++;
                    break;
                }
            }
        }
        at = at < v.len ? at : v.len;
        words[n++] = str_slice(v, begin, at);
    }
    return n;
}

static const struct option *find_option(const struct program *p, str_view name)
{
    for (const struct option *o = p->options; o && o->name; o++) {
        str_view known = str_of(o->name);
        if (str_ends(known, STR(":")))
            known.len--;
        if (str_eq(known, name))
            return o;
    }
    return NULL;
}

static bool takes_value(const struct option *o)
{
    return str_ends(str_of(o->name), STR(":"));
}

static str_view without_quotes(str_view w)
{
    bool quoted = w.len >= 2 && strchr("\"'", w.ptr[0]) && w.ptr[w.len - 1] == w.ptr[0];
    return quoted ? str_slice(w, 1, w.len - 1) : w;
}

/* The format that date and printf are given, read a level deeper. */
static void read_format_word(struct explain__pieces *out, const struct program *p, str_view w)
{
    size_t before = out->n;
    w = without_quotes(w);
    if (str_eq(str_of(p->name), STR("date")) && str_starts(w, STR("+")))
        explain__read_strftime(out, w, STR("bash"));
    else if (str_eq(str_of(p->name), STR("printf")))
        explain__read_printf(out, w, STR("bash"));
    for (size_t i = before; i < out->n; i++)
        out->items[i].depth++;
}

/* "-rn" as "-r" and "-n", as long as both are known; returns whether the next word is a value. */
static bool read_option(struct explain__pieces *out, const struct program *p, str_view w)
{
    const struct option *whole = find_option(p, w);
    if (whole) {
        explain__piece(out, 1, w, str_of(whole->text));
        return takes_value(whole);
    }
    for (size_t i = 1; i < w.len && w.ptr[1] != '-'; i++) {
        char name[3] = {'-', w.ptr[i], '\0'};
        const struct option *o = find_option(p, str_of(name));
        if (!o)
            return false;
        if (takes_value(o)) {
            explain__piece(out, 1, str_slice(w, i == 1 ? 0 : i, w.len), str_of(o->text));
            return i + 1 == w.len;
        }
        explain__piece(out, 1, str_of(name), str_of(o->text));
    }
    return false;
}

static const struct program *find_program(str_view word)
{
    for (size_t i = word.len; i > 0; i--) {
        if (word.ptr[i - 1] == '/') {
            word = str_slice(word, i, word.len);
            break;
        }
    }
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        if (str_eq(word, str_of(programs[i].name)))
            return &programs[i];
    return NULL;
}

/* "2>&1", ">>", "<file", "&>": how many words it takes; 0 when `w` is none. `next` may be empty. */
static size_t read_redirection(struct explain__pieces *out, str_view w, str_view next)
{
    size_t at = 0;
    while (at < w.len && w.ptr[at] >= '0' && w.ptr[at] <= '9')
        at++;
    bool both = at == 0 && w.len > 1 && w.ptr[0] == '&' && w.ptr[1] == '>';
    at += both;
    if (at == w.len || (w.ptr[at] != '<' && w.ptr[at] != '>'))
        return 0;
    str_view from = str_slice(w, 0, both ? 0 : at);
    size_t sign = at;
    while (at < w.len && strchr("<>&|", w.ptr[at]))
        at++;
    str_view op = str_slice(w, sign, at), rest = str_slice(w, at, w.len);
    bool alone = rest.len == 0 && !str_eq(op, STR("<&")) && !str_eq(op, STR(">&"));
    str_view to = alone ? next : rest;
    bool in = op.ptr[0] == '<';
    const char *what = both                     ? "its output and errors"
                       : in                     ? "its input"
                       : str_eq(from, STR("2")) ? "its errors"
                       : from.len == 0 || str_eq(from, STR("1"))
                           ? "its output"
                           : "what it writes to that descriptor";
    char said[200];
    bool copies = str_ends(op, STR("&")) && op.len > 1;
    if (copies && str_eq(to, STR("-")))
        snprintf(said, sizeof said, "closes %s", what);
    else if (copies)
        snprintf(said, sizeof said, "%s %s where %s", in ? "takes" : "sends", what,
                 str_eq(to, STR("1"))   ? "its output goes"
                 : str_eq(to, STR("2")) ? "its errors go"
                                        : "that descriptor stands");
    else if (str_eq(op, STR("<<<")))
        snprintf(said, sizeof said, "gives it this text as its input");
    else if (str_starts(op, STR("<<")))
        snprintf(said, sizeof said, "gives it the lines below as its input, up to this word");
    else if (in)
        snprintf(said, sizeof said, "reads this file as %s", what);
    else if (str_eq(to, STR("/dev/null")))
        snprintf(said, sizeof said, "throws %s away", what);
    else
        snprintf(said, sizeof said, "%s %s %s", str_eq(op, STR(">>")) ? "adds" : "writes", what,
                 str_eq(op, STR(">>")) ? "at the end of this file" : "into this file");
    size_t end = alone && next.len > 0 ? (size_t)(next.ptr + next.len - w.ptr) : w.len;
    explain__piece(out, 1, (str_view){w.ptr, end}, str_of(said));
    return alone && next.len > 0 ? 2 : 1;
}

/* "main~3..topic" behind git. */
static void read_git_word(struct explain__pieces *out, str_view w)
{
    bool plain = str_find_byte(w, '~') == w.len && str_find_byte(w, '^') == w.len &&
                 str_find(w, STR("@{")) == w.len && str_find(w, STR("..")) == w.len;
    struct explain__pieces parts = {out->mem, NULL, 0, 0};
    if (plain || w.ptr[0] == '-' || w.ptr[0] == '.' || w.ptr[0] == '/')
        return;
    explain__read_revision(&parts, w, (str_view){"", 0});
    for (size_t i = 0; i < parts.n; i++)
        explain__piece(out, parts.items[i].depth + 1, parts.items[i].code, parts.items[i].text);
}

void explain__read_shell(struct explain__pieces *out, str_view v, str_view dialect)
{
    (void)dialect;
    str_view words[MAX_WORDS];
    size_t n = split_words(v, words, MAX_WORDS);
    const struct program *now = NULL;
    bool start = true, options = true;
    for (size_t i = 0; i < n; i++) {
        str_view w = words[i];
        if (strchr("|;&", w.ptr[0]) && !str_starts(w, STR("&>"))) {
            const char *text = str_eq(w, STR("|"))    ? "hands its output on to"
                               : str_eq(w, STR("|&")) ? "hands its output and errors on to"
                               : str_eq(w, STR("&&")) ? "if that succeeded"
                               : str_eq(w, STR("||")) ? "if that failed"
                               : str_eq(w, STR("&"))  ? "without waiting for it"
                                                      : "then";
            explain__piece(out, 0, w, str_of(text));
            start = true;
            continue;
        }
        size_t taken = read_redirection(out, w, i + 1 < n ? words[i + 1] : (str_view){"", 0});
        if (taken > 0) {
            i += taken - 1;
            continue;
        }
        if (start) {
            size_t equals = str_find_byte(w, '=');
            bool assignment = equals > 0 && equals < w.len && w.ptr[0] != '"' && w.ptr[0] != '\'';
            if (assignment)
                continue;
            now = find_program(w);
            start = str_eq(w, STR("sudo")) || str_eq(w, STR("xargs"));
            options = true;
            if (now)
                explain__piece(out, 0, w, str_of(now->text));
            if (start && i + 1 < n && words[i + 1].ptr[0] == '-')
                start = false;
            continue;
        }
        if (str_eq(w, STR("--")))
            options = false;
        if (now && str_eq(str_of(now->name), STR("git")))
            read_git_word(out, w);
        bool option = now && options && w.len > 1 && w.ptr[0] == '-';
        if (option && read_option(out, now, w))
            i++; /* its value */
        if (now && !option) {
            read_format_word(out, now, w);
            now = str_eq(str_of(now->name), STR("printf")) ? NULL : now; /* the rest is values */
        }
    }
}

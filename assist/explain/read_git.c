/* What git takes: names of revisions (gitrevisions(7)), lines of ignore files (gitignore(5)). */
#include <stdio.h>
#include <string.h>

#include "assist/explain/explain_internal.h"

enum { TEXT_MAX_BYTES = 240 };

/* --- revisions --- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(str_view v, size_t at)
{
    while (at < v.len && is_digit(v.ptr[at]))
        at++;
    return at;
}

static bool is_hash(str_view v)
{
    for (size_t i = 0; i < v.len; i++)
        if (!is_digit(v.ptr[i]) && !(v.ptr[i] >= 'a' && v.ptr[i] <= 'f'))
            return false;
    return v.len >= 4 && v.len <= 40;
}

static void say_base(struct explain__pieces *out, unsigned depth, str_view v)
{
    static const struct {
        const char *name, *text;
    } known[] = {{"HEAD", "the commit that is checked out"},
                 {"@", "the commit that is checked out (short for HEAD)"},
                 {"FETCH_HEAD", "what was fetched last"},
                 {"ORIG_HEAD", "where HEAD stood before the last merge, rebase or reset"},
                 {"MERGE_HEAD", "the commit that is being merged"},
                 {"CHERRY_PICK_HEAD", "the commit that is being picked"},
                 {"stash", "the newest stash"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (str_eq(v, str_of(known[i].name))) {
            explain__piece(out, depth, v, str_of(known[i].text));
            return;
        }
    }
    const char *text = str_starts(v, STR("refs/heads/"))     ? "the newest commit of this branch"
                       : str_starts(v, STR("refs/tags/"))    ? "what this tag names"
                       : str_starts(v, STR("refs/remotes/")) ? "this branch as last fetched"
                       : is_hash(v) ? "the object whose name begins so (or a branch of that name)"
                       : str_starts(v, STR("origin/"))
                           ? "this branch of origin as it was when last fetched"
                           : "the newest commit of this branch, or what this tag names";
    explain__piece(out, depth, v, str_of(text));
}

static const char *ordinal(unsigned long n)
{
    static const char *const ends[] = {"th", "st", "nd", "rd"};
    return n % 100 >= 11 && n % 100 <= 13 ? "th" : ends[n % 10 < 4 ? n % 10 : 0];
}

/* "~n" and "^n", of which the number may be left out. */
static size_t say_parent(struct explain__pieces *out, unsigned depth, str_view v, size_t at)
{
    char said[TEXT_MAX_BYTES];
    size_t end = digits(v, at + 1);
    unsigned long n = 0;
    for (size_t i = at + 1; i < end && n < 100000; i++)
        n = n * 10 + (unsigned long)(v.ptr[i] - '0');
    n = end == at + 1 ? 1 : n;
    if (n == 0)
        snprintf(said, sizeof said, "that commit itself");
    else if (v.ptr[at] == '~' && n == 1)
        snprintf(said, sizeof said, "its parent (the first one)");
    else if (v.ptr[at] == '~')
        snprintf(said, sizeof said, "%lu generations up, always by the first parent", n);
    else if (n == 1)
        snprintf(said, sizeof said, "its first parent");
    else
        snprintf(said, sizeof said, "its %lu%s parent: what was merged", n, ordinal(n));
    explain__piece(out, depth, str_slice(v, at, end), str_of(said));
    return end;
}

static size_t close_brace(str_view v, size_t at)
{
    size_t close = at + str_find_byte(str_slice(v, at, v.len), '}');
    return close < v.len ? close + 1 : 0;
}

/* "^{…}"; 0 when it is not closed. */
static size_t say_peel(struct explain__pieces *out, unsigned depth, str_view v, size_t at)
{
    size_t end = close_brace(v, at);
    if (end == 0)
        return 0;
    str_view inside = str_slice(v, at + 2, end - 1);
    const char *text = inside.len == 0                 ? "what the tag names in the end"
                       : inside.ptr[0] == '/'          ? "the newest commit before it whose "
                                                         "message fits this expression"
                       : str_eq(inside, STR("commit")) ? "the commit that it names in the end"
                       : str_eq(inside, STR("tree"))   ? "the folder as of that commit"
                                                       : "it must be of this kind";
    explain__piece(out, depth, str_slice(v, at, end), str_of(text));
    return end;
}

/* "@{…}"; 0 when it is not closed. */
static size_t say_log(struct explain__pieces *out, unsigned depth, str_view v, size_t at)
{
    char said[TEXT_MAX_BYTES];
    size_t end = close_brace(v, at);
    if (end == 0)
        return 0;
    str_view inside = str_slice(v, at + 2, end - 1);
    bool number = inside.len > 0 && digits(inside, 0) == inside.len;
    if (gram_list_has("u upstream U UPSTREAM", inside) && inside.len > 0)
        snprintf(said, sizeof said, "the branch that it follows");
    else if (gram_list_has("push PUSH", inside))
        snprintf(said, sizeof said, "the branch that it would be pushed to");
    else if (inside.len > 1 && inside.ptr[0] == '-' && digits(inside, 1) == inside.len)
        snprintf(said, sizeof said, "the branch that was checked out %.*s change%s ago",
                 STR_ARG(str_slice(inside, 1, inside.len)), str_eq(inside, STR("-1")) ? "" : "s");
    else if (number)
        snprintf(said, sizeof said, "where it stood %.*s move%s ago, as this repository remembers",
                 STR_ARG(inside), str_eq(inside, STR("1")) ? "" : "s");
    else if (inside.len > 0)
        snprintf(said, sizeof said, "where it stood at that time, as this repository remembers");
    else
        return 0;
    explain__piece(out, depth, str_slice(v, at, end), str_of(said));
    return end;
}

/* One revision. False: not of this kind; what was added stays. */
static bool say_revision(struct explain__pieces *out, unsigned depth, str_view v)
{
    if (v.len > 2 && str_starts(v, STR(":/"))) {
        explain__piece(out, depth, v,
                       STR("the newest commit whose message fits the expression behind `:/`"));
        return true;
    }
    if (v.len > 1 && v.ptr[0] == ':') {
        bool stage = v.len > 3 && is_digit(v.ptr[1]) && v.ptr[2] == ':';
        explain__piece(out, depth, v,
                       stage ? STR("the file as it stands in the index, in this stage of a merge "
                                   "(1 common, 2 ours, 3 theirs)")
                             : STR("the file as it stands in the index"));
        return true;
    }
    size_t at = 0;
    while (at < v.len && !strchr("~^:", v.ptr[at]) &&
           !str_starts(str_slice(v, at, v.len), STR("@{")))
        at++;
    str_view base = str_slice(v, 0, at);
    for (size_t i = 0; i < base.len; i++)
        if (strchr(" \t*?[\\", base.ptr[i]))
            return false;
    if (base.len == 0 && !str_starts(v, STR("@{")))
        return false;
    if (base.len > 0)
        say_base(out, depth, base);
    while (at < v.len && v.ptr[at] != ':') {
        bool braces = at + 1 < v.len && v.ptr[at + 1] == '{';
        size_t next = v.ptr[at] == '@'   ? say_log(out, depth, v, at)
                      : v.ptr[at] == '~' ? say_parent(out, depth, v, at)
                      : v.ptr[at] != '^' ? 0
                      : braces           ? say_peel(out, depth, v, at)
                                         : say_parent(out, depth, v, at);
        if (next == 0)
            return false;
        at = next;
    }
    if (at < v.len)
        explain__piece(out, depth, str_slice(v, at, v.len),
                       at + 1 < v.len ? STR("the file or folder of this name in it")
                                      : STR("the outermost folder in it"));
    return true;
}

void explain__read_revision(struct explain__pieces *out, str_view v, str_view dialect)
{
    (void)dialect;
    v = str_trim(v);
    size_t dots = str_find(v, STR(".."));
    bool three = str_starts(str_slice(v, dots, v.len), STR("..."));
    size_t tail = v.len >= 2 && v.ptr[v.len - 2] == '^' ? v.len - 2 : v.len;
    bool valid = v.len > 0;
    if (dots < v.len && v.ptr[0] != ':') {
        str_view left = str_slice(v, 0, dots);
        str_view right = str_slice(v, dots + (three ? 3 : 2), v.len);
        explain__piece(out, 0, str_slice(v, dots, dots + (three ? 3 : 2)),
                       three ? STR("the commits that one of the two sides has, but not both "
                                   "(for git diff: from where they parted)")
                             : STR("the commits that the right side has and the left one has not "
                                   "(for git diff: from left to right)"));
        valid = left.len + right.len > 0;
        if (left.len == 0 || right.len == 0)
            explain__piece(out, 1, (str_view){"", 0}, STR("a side that is left out is HEAD"));
        if (left.len > 0)
            valid = valid && say_revision(out, 1, left);
        if (right.len > 0)
            valid = valid && say_revision(out, 1, right);
    } else if (v.len > 1 && v.ptr[0] == '^') {
        explain__piece(out, 0, STR("^"), STR("without the commits that can be reached from"));
        valid = say_revision(out, 1, str_slice(v, 1, v.len));
    } else if (tail > 0 && tail < v.len && strchr("!@-", v.ptr[v.len - 1])) {
        valid = say_revision(out, 0, str_slice(v, 0, tail));
        explain__piece(out, 0, str_slice(v, tail, v.len),
                       v.ptr[v.len - 1] == '@'   ? STR("all its parents")
                       : v.ptr[v.len - 1] == '!' ? STR("that commit alone, without its parents")
                                                 : STR("what came with it: all but what its first "
                                                       "parent has"));
    } else {
        valid = valid && say_revision(out, 0, v);
    }
    if (!valid)
        out->n = 0;
}

/* --- lines of ignore files --- */

void explain__read_ignore(struct explain__pieces *out, str_view v, str_view dialect)
{
    while (v.len > 0 && strchr(" \t\r\n", v.ptr[v.len - 1]) &&
           !(v.len > 1 && v.ptr[v.len - 2] == '\\'))
        v = str_slice(v, 0, v.len - 1);
    if (v.len == 0)
        return;
    if (v.ptr[0] == '#') {
        explain__piece(out, 0, v, STR("a remark: nothing is ignored by it"));
        return;
    }
    bool not = v.ptr[0] == '!';
    str_view rest = str_slice(v, not, v.len);
    bool folders = str_ends(rest, STR("/"));
    rest = str_slice(rest, 0, rest.len - folders);
    bool top = rest.len > 0 && rest.ptr[0] == '/';
    bool anywhere = str_find_byte(rest, '/') == rest.len || str_starts(rest, STR("**/"));
    if (rest.len == 0 || str_eq(rest, STR("/")))
        return;
    char said[TEXT_MAX_BYTES];
    snprintf(said, sizeof said, "%s what fits this, %s%s", not ? "does not ignore" : "ignores",
             anywhere ? "in this folder and all below" : "seen from the folder of this file",
             folders ? "; folders only, with all that is in them" : "");
    explain__piece(out, 0, v, str_of(said));
    if (not )
        explain__piece(out, 0, STR("!"),
                       STR("takes back what a line above ignores; not inside an ignored folder"));
    size_t before = out->n;
    explain__read_glob(out, str_slice(rest, top, rest.len), dialect);
    /* The remark of a shell's patterns does not hold here: dots are nothing special. */
    if (out->n > before && out->items[out->n - 1].code.len == 0)
        out->n--;
    for (size_t i = before; i < out->n; i++)
        out->items[i].depth++;
}

#include "context/ignore.h"

struct ctx_ignore_rule {
    struct ctx_ignore_rule *older;
    str_view folder;  /* paths below it are meant */
    str_view pattern; /* without "!", leading and trailing "/" */
    bool brings_back, only_folders;
    bool anchored; /* against the whole path below the folder, else against the name alone */
};

/* One "[...]" at pattern[*at]; moves behind it. False: not closed, then '[' is itself. */
static bool match_set(str_view pattern, size_t *at, char c, bool *in)
{
    size_t i = *at + 1;
    bool negated = i < pattern.len && (pattern.ptr[i] == '!' || pattern.ptr[i] == '^'),
         found = false;
    i += negated;
    for (size_t first = i; i < pattern.len && (pattern.ptr[i] != ']' || i == first); i++) {
        if (pattern.ptr[i] == '\\' && i + 1 < pattern.len)
            i++;
        unsigned char low = (unsigned char)pattern.ptr[i], high = low;
        if (i + 2 < pattern.len && pattern.ptr[i + 1] == '-' && pattern.ptr[i + 2] != ']') {
            high = (unsigned char)pattern.ptr[i + 2];
            i += 2;
        }
        found |= (unsigned char)c >= low && (unsigned char)c <= high;
    }
    if (i >= pattern.len)
        return false;
    *at = i + 1;
    *in = found != negated && c != '/';
    return true;
}

/* One character of the path against the pattern at *at, which is not a star. */
static bool match_one(str_view pattern, size_t *at, char c)
{
    bool in;
    if (*at >= pattern.len)
        return false;
    char p = pattern.ptr[*at];
    if (p == '[' && match_set(pattern, at, c, &in))
        return in;
    if (p == '\\' && *at + 1 < pattern.len)
        p = pattern.ptr[++*at];
    else if (p == '?')
        p = c == '/' ? '\0' : c;
    ++*at;
    return p == c;
}

static bool is_double_star(str_view pattern, size_t at)
{
    return at + 1 < pattern.len && pattern.ptr[at] == '*' && pattern.ptr[at + 1] == '*' &&
           (at == 0 || pattern.ptr[at - 1] == '/') &&
           (at + 2 == pattern.len || pattern.ptr[at + 2] == '/');
}

/* A star gives up one character at a time; when it cannot (it stops at '/'), the last double star
 * does. Going back to the last of each kind is enough, because what matched before can be kept as
 * it is. */
static bool match(str_view pattern, str_view path)
{
    const size_t none = (size_t)-1;
    size_t p = 0, i = 0, star = none, star_path = 0, deep = none, deep_path = 0;
    for (;;) {
        if (p < pattern.len && is_double_star(pattern, p)) {
            bool slash = p + 2 < pattern.len;
            p += slash ? 3 : 2; /* with the '/': "a/" followed by "**" and "/b" takes a/b as well */
            deep = p;
            deep_path = i;
            star = none;
            if (!slash)
                return i < path.len; /* everything below, not the folder itself */
            continue;
        }
        if (p < pattern.len && pattern.ptr[p] == '*') {
            while (p < pattern.len && pattern.ptr[p] == '*')
                p++;
            star = p;
            star_path = i;
            continue;
        }
        if (i == path.len && p == pattern.len)
            return true;
        if (i < path.len && match_one(pattern, &p, path.ptr[i])) {
            i++;
            continue;
        }
        if (star != none && star_path < path.len && path.ptr[star_path] != '/') {
            p = star;
            i = ++star_path;
            continue;
        }
        if (deep == none)
            return false;
        while (deep_path < path.len && path.ptr[deep_path] != '/')
            deep_path++;
        if (deep_path == path.len)
            return false;
        p = deep;
        i = ++deep_path;
        star = none;
    }
}

static void add_rule(struct ctx_ignore *g, str_view folder, str_view line)
{
    struct ctx_ignore_rule rule = {.folder = folder, .older = g->last};
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    while (line.len && line.ptr[line.len - 1] == ' ' &&
           !(line.len > 1 && line.ptr[line.len - 2] == '\\'))
        line.len--;
    if (line.len && line.ptr[0] == '#')
        return;
    if (line.len && line.ptr[0] == '!') {
        rule.brings_back = true;
        line = str_slice(line, 1, line.len);
    }
    if (line.len && line.ptr[line.len - 1] == '/') {
        rule.only_folders = true;
        line.len--;
    }
    if (line.len && line.ptr[0] == '/') {
        rule.anchored = true;
        line = str_slice(line, 1, line.len);
    }
    rule.anchored |= str_find_byte(line, '/') < line.len;
    if (!line.len || line.len > CTX_IGNORE_MAX_PATTERN || g->n_rules == CTX_IGNORE_MAX_RULES)
        return;
    rule.pattern = arena_copy(g->mem, line);
    struct ctx_ignore_rule *kept = ARENA_NEW(g->mem, struct ctx_ignore_rule);
    if (!kept || arena_failed(g->mem))
        return;
    *kept = rule;
    g->last = kept;
    g->n_rules++;
}

void ctx_ignore_add(struct ctx_ignore *g, str_view folder, str_view text)
{
    folder = arena_copy(g->mem, folder);
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_slice(text, 3, text.len);
    while (text.len && !arena_failed(g->mem))
        add_rule(g, folder, str_take_line(&text));
}

bool ctx_ignore_entry(const struct ctx_ignore *g, str_view path, bool is_folder)
{
    size_t name = path.len;
    while (name > 0 && path.ptr[name - 1] != '/')
        name--;
    for (const struct ctx_ignore_rule *r = g->last; r; r = r->older) {
        if ((r->only_folders && !is_folder) || !str_starts(path, r->folder))
            continue;
        str_view subject = str_slice(path, r->anchored ? r->folder.len : name, path.len);
        if (match(r->pattern, subject))
            return !r->brings_back;
    }
    return false;
}

bool ctx_ignore_file(const struct ctx_ignore *g, str_view path)
{
    if (!g->last)
        return false;
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '/' && ctx_ignore_entry(g, str_slice(path, 0, i), true))
            return true;
    return ctx_ignore_entry(g, path, false);
}

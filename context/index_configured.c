#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "context/index_internal.h"

enum { MAX_CONFIG_BYTES = 64 << 10 };

/* Reads the nearest file of that name, from the folder of `from` upwards. */
static bool read_nearest(struct ctx__configured *c, const ctx_index_view *v, str_view from,
                         const char *name)
{
    char text[1024];
    str_view folder = path_folder(from);
    for (;;) {
        int n = snprintf(text, sizeof text, "%.*s%s", STR_ARG(folder), name);
        if (n > 0 && (size_t)n < sizeof text) {
            ctx_index_file file = ctx_index_find_file(v, (str_view){text, (size_t)n});
            uint64_t size = ctx_index_size(v, file);
            struct gram_range all = {0, (uint32_t)size};
            buf_clear(&c->text);
            if (file != CTX_INDEX_NO_FILE && size <= MAX_CONFIG_BYTES &&
                ctx_index_text(v, file, all, &c->text) == ERR_OK) {
                c->folder = folder;
                return true;
            }
        }
        if (folder.len == 0)
            return false;
        folder = path_folder(str_slice(folder, 0, folder.len - 1));
    }
}

void ctx__configured_init(struct ctx__configured *c, const ctx_index_view *v, str_view from,
                          const char *const *names)
{
    *c = (struct ctx__configured){.found = false};
    buf_init(&c->text, MAX_CONFIG_BYTES + 1);
    for (; *names && !c->found; names++)
        c->found = read_nearest(c, v, from, *names);
}

void ctx__configured_release(struct ctx__configured *c)
{
    buf_release(&c->text);
}

/* ---- go.mod ---- */

str_view ctx__configured_module(const struct ctx__configured *c)
{
    for (str_view rest = buf_view(&c->text); c->found && rest.len;) {
        str_view line = str_trim(str_take_line(&rest));
        if (!str_starts(line, STR("module ")))
            continue;
        line = str_trim(str_slice(line, 7, str_find(line, STR("//"))));
        if (line.len > 1 && line.ptr[0] == '"')
            line = str_slice(line, 1, line.len - 1);
        return line;
    }
    return STR("");
}

/* ---- tsconfig.json ---- */

/* The next string, or mark, of JSON with comments. */
struct token {
    char mark; /* '"' for a string; 0: the end */
    str_view text;
};

static struct token next_token(str_view *rest)
{
    while (rest->len) {
        char c = rest->ptr[0];
        if (str_starts(*rest, STR("//"))) {
            (void)str_take_line(rest);
        } else if (str_starts(*rest, STR("/*"))) {
            size_t end = str_find(str_slice(*rest, 2, rest->len), STR("*/"));
            *rest = str_slice(*rest, 2 + end + 2, rest->len);
        } else if (c == '"') {
            size_t end = 1;
            while (end < rest->len && rest->ptr[end] != '"')
                end += rest->ptr[end] == '\\' ? 2 : 1;
            struct token t = {'"', str_slice(*rest, 1, end)};
            *rest = str_slice(*rest, end + 1, rest->len);
            return t;
        } else {
            *rest = str_slice(*rest, 1, rest->len);
            if (strchr("{}[]:", c))
                return (struct token){c, {NULL, 0}};
        }
    }
    return (struct token){0, {NULL, 0}};
}

/* Moves behind `"key":`, wherever it stands; nobody else uses these names in such files. */
static bool find_key(str_view *rest, const char *key)
{
    for (struct token t; (t = next_token(rest)).mark;) {
        str_view after = *rest;
        if (t.mark == '"' && str_eq(t.text, str_of(key)) && next_token(&after).mark == ':') {
            *rest = after;
            return true;
        }
    }
    return false;
}

/* What '*' stands for in `name` by the pattern. */
static bool match_pattern(str_view name, str_view pattern, str_view *star)
{
    size_t at = str_find_byte(pattern, '*');
    str_view head = str_slice(pattern, 0, at), tail = str_slice(pattern, at + 1, pattern.len);
    if (at == pattern.len)
        return str_eq(name, pattern);
    if (name.len < head.len + tail.len || !str_starts(name, head) || !str_ends(name, tail))
        return false;
    *star = str_slice(name, head.len, name.len - tail.len);
    return true;
}

static bool try_path(const struct ctx__configured *c, str_view base, str_view to, str_view star,
                     ctx__path_fn *try_one, void *user)
{
    char path[1024];
    size_t at = str_find_byte(to, '*');
    str_view tail = at < to.len ? str_slice(to, at + 1, to.len) : STR("");
    int n = snprintf(path, sizeof path, "%.*s%.*s/%.*s%.*s%.*s", STR_ARG(c->folder), STR_ARG(base),
                     STR_ARG(str_slice(to, 0, at)), STR_ARG(star), STR_ARG(tail));
    return n > 0 && (size_t)n < sizeof path && try_one(user, (str_view){path, (size_t)n});
}

bool ctx__configured_path(const struct ctx__configured *c, str_view name, ctx__path_fn *try_one,
                          void *user)
{
    str_view rest = buf_view(&c->text), base = STR(".");
    bool has_base = c->found && find_key(&rest, "baseUrl");
    struct token t = has_base ? next_token(&rest) : (struct token){0, {NULL, 0}};
    if (t.mark == '"')
        base = t.text;
    rest = buf_view(&c->text);
    if (!c->found || !find_key(&rest, "paths") || next_token(&rest).mark != '{')
        return has_base && try_path(c, base, name, STR(""), try_one, user);
    while ((t = next_token(&rest)).mark == '"') {
        str_view star = STR("");
        bool fits = match_pattern(name, t.text, &star);
        if (next_token(&rest).mark != ':' || next_token(&rest).mark != '[')
            break;
        while ((t = next_token(&rest)).mark == '"')
            if (fits && try_path(c, base, t.text, star, try_one, user))
                return true;
    }
    return has_base && try_path(c, base, name, STR(""), try_one, user);
}

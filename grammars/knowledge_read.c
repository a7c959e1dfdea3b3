/* Reads the files of the knowledge. Also part of the program that checks them at build time, so
 * nothing here knows what is compiled in. */
#include "grammars/knowledge.h"

#include <regex.h>
#include <string.h>

struct reader {
    arena *mem;
    str_view rest;
    size_t line_number;
    err *e;
};

static err_code refuse(const struct reader *r, const char *why, str_view what)
{
    return err_set(r->e, ERR_FORMAT, "line %zu: %s: %.*s", r->line_number, why, STR_ARG(what));
}

static str_view next_line(struct reader *r)
{
    r->line_number++;
    return str_take_line(&r->rest);
}

/* "key: value" or "key if condition : value". */
static bool split(str_view line, str_view *key, str_view *condition, str_view *value)
{
    size_t end = 0;
    while (end < line.len && ((line.ptr[end] >= 'a' && line.ptr[end] <= 'z')))
        end++;
    *key = str_slice(line, 0, end);
    str_view after = str_slice(line, end, line.len);
    *condition = (str_view){NULL, 0};
    if (str_starts(after, STR(" if "))) {
        size_t colon = str_find(after, STR(" : "));
        if (colon == after.len)
            return false;
        *condition = str_trim(str_slice(after, 4, colon));
        *value = str_trim(str_slice(after, colon + 3, after.len));
        return end > 0;
    }
    if (!str_starts(after, STR(":")))
        return false;
    *value = str_trim(str_slice(after, 1, after.len));
    return end > 0;
}

/* The lines that follow, indented by four spaces, joined as they are without the indentation. */
static str_view block(struct reader *r)
{
    size_t n = 0;
    char *out = NULL;
    str_view begin = r->rest;
    for (int pass = 0; pass < 2; pass++) {
        str_view rest = begin;
        n = 0;
        while (rest.len > 0) {
            str_view before = rest;
            str_view line = str_take_line(&rest);
            if (line.len == 0 && str_starts(rest, STR("    ")))
                line = STR("    ");
            if (!str_starts(line, STR("    "))) {
                rest = before;
                break;
            }
            line = str_slice(line, 4, line.len);
            if (out) {
                if (line.len)
                    memcpy(out + n, line.ptr, line.len);
                out[n + line.len] = '\n';
                r->line_number++;
            }
            n += line.len + 1;
        }
        if (pass == 1)
            r->rest = rest;
        else if (!(out = arena_push(r->mem, n + 1)))
            return (str_view){NULL, 0};
    }
    return (str_view){out, n ? n - 1 : 0};
}

static void add_saying(struct reader *r, struct gram_saying **list, str_view condition,
                       str_view text)
{
    struct gram_saying *s = arena_push(r->mem, sizeof *s);
    if (!s)
        return;
    s->condition = condition;
    s->text = text;
    struct gram_saying **tail = list;
    while (*tail)
        tail = &(*tail)->next;
    *tail = s;
}

static bool balanced(str_view text)
{
    int depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool twice = i + 1 < text.len && text.ptr[i + 1] == text.ptr[i];
        if (depth == 0 && twice && (text.ptr[i] == '{' || text.ptr[i] == '}')) {
            i++;
            continue;
        }
        depth += text.ptr[i] == '{';
        depth -= text.ptr[i] == '}';
        if (depth < 0)
            return false;
    }
    return depth == 0;
}

static err_code take_field(struct reader *r, struct gram_construct *c, str_view key,
                           str_view condition, str_view value)
{
    const struct {
        const char *key;
        str_view *to;
    } texts[] = {
        {"name", &c->name},          {"since", &c->since}, {"precedence", &c->precedence},
        {"where", &c->where},        {"like", &c->like},   {"reads", &c->reads},
        {"code", &c->code},          {"gives", &c->gives}, {"prints", &c->prints},
        {"kinds", &c->kinds},        {"line", &c->line},   {"minor", &c->minor},
        {"match", &c->pattern_text}, {"joins", &c->joins}, {"hint", &c->hint},
    };
    const struct {
        const char *key;
        struct gram_saying **to;
    } lists[] = {{"says", &c->says}, {"then", &c->steps}, {"note", &c->notes}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (!str_eq(key, str_of(lists[i].key)))
            continue;
        if (value.len == 0 || !balanced(value))
            return refuse(r, "empty, or its braces do not pair", value);
        add_saying(r, lists[i].to, condition, value);
        return ERR_OK;
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!str_eq(key, str_of(texts[i].key)))
            continue;
        if (texts[i].to->len > 0 || condition.len > 0)
            return refuse(r, "said twice, or takes no condition", key);
        *texts[i].to = value.len > 0 ? value : block(r);
        if (texts[i].to->len == 0)
            return refuse(r, "has no value", key);
        return ERR_OK;
    }
    return refuse(r, "unknown key", key);
}

/* `manual` is where a construct is documented that says nothing of its own. */
static err_code finish(struct reader *r, struct gram_construct *c, str_view manual)
{
    if (c->where.len == 0 && manual.len > 0 && c->minor.len == 0)
        c->where = arena_format(r->mem, "%.*s (look for: %.*s)", STR_ARG(manual), STR_ARG(c->name));
    if (c->name.len == 0 || !c->says)
        return refuse(r, "an entry needs name and says", c->key);
    if ((c->pattern_text.len > 0) + (c->kinds.len > 0) + (c->line.len > 0) != 1)
        return refuse(r, "an entry needs one of match, kinds, line", c->key);
    const struct gram_saying *last = c->says;
    while (last->next)
        last = last->next;
    if (last->condition.len > 0)
        return refuse(r, "the last says must hold always", c->key);
    if (c->pattern_text.len > 0)
        return gram_pattern_parse(&c->pattern, r->mem, c->pattern_text, r->e);
    return ERR_OK;
}

err_code gram_knowledge_parse(struct gram_construct **first, str_view *inherits, arena *mem,
                              str_view folder, str_view text, err *e)
{
    struct reader r = {mem, text, 0, e};
    struct gram_construct *head = NULL, *now = NULL;
    str_view manual = {NULL, 0};
    *inherits = (str_view){NULL, 0};
    while (r.rest.len > 0) {
        str_view line = next_line(&r);
        if (str_is_blank(line) || line.ptr[0] == '#')
            continue;
        if (line.ptr[0] == '[' && str_ends(line, STR("]"))) {
            struct gram_construct *c = arena_push(mem, sizeof *c);
            if (!c)
                return ERR_NOMEM;
            c->folder = folder;
            c->key = str_slice(line, 1, line.len - 1);
            for (const struct gram_construct *o = head; o; o = o->next)
                if (str_eq(o->key, c->key))
                    return refuse(&r, "this key is taken", c->key);
            if (now) {
                err_code rc = finish(&r, now, manual);
                if (rc != ERR_OK)
                    return rc;
                now->next = c;
            } else {
                head = c;
            }
            now = c;
            continue;
        }
        str_view key, condition, value;
        if (!split(line, &key, &condition, &value))
            return refuse(&r, "expected 'key: value'", line);
        if (!now && str_eq(key, STR("inherits"))) {
            *inherits = value;
            continue;
        }
        if (!now && str_eq(key, STR("manual"))) {
            manual = value;
            continue;
        }
        if (!now)
            return refuse(&r, "stands before the first [entry]", line);
        err_code rc = take_field(&r, now, key, condition, value);
        if (rc != ERR_OK)
            return rc;
    }
    if (now) {
        err_code rc = finish(&r, now, manual);
        if (rc != ERR_OK)
            return rc;
    }
    if (arena_failed(mem))
        return ERR_NOMEM;
    *first = head;
    return ERR_OK;
}

err_code gram_concepts_parse(struct gram_concept **first, arena *mem, str_view text, err *e)
{
    struct reader r = {mem, text, 0, e};
    struct gram_concept *head = NULL, *now = NULL;
    while (r.rest.len > 0) {
        str_view line = next_line(&r);
        if (str_is_blank(line) || line.ptr[0] == '#')
            continue;
        if (line.ptr[0] == '[' && str_ends(line, STR("]"))) {
            struct gram_concept *c = arena_push(mem, sizeof *c);
            if (!c)
                return ERR_NOMEM;
            c->key = str_slice(line, 1, line.len - 1);
            if (now)
                now->next = c;
            else
                head = c;
            now = c;
            continue;
        }
        size_t colon = str_find(line, STR(": "));
        if (!now || colon == line.len)
            return refuse(&r, "expected 'language: code'", line);
        str_view key = str_slice(line, 0, colon);
        str_view value = str_trim(str_slice(line, colon + 2, line.len));
        if (!balanced(value))
            return refuse(&r, "its braces do not pair", value);
        if (str_eq(key, STR("title")))
            now->title = value;
        else
            add_saying(&r, &now->in, key, value);
    }
    if (arena_failed(mem))
        return ERR_NOMEM;
    *first = head;
    return ERR_OK;
}

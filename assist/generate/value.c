#include "assist/generate/value.h"

gen_value *gen_value_new(arena *a)
{
    return ARENA_NEW(a, gen_value);
}

gen_value *gen_add(arena *a, gen_value *list)
{
    gen_value *v = list ? gen_value_new(a) : NULL;
    if (!v)
        return NULL;
    while (list->last && list->last->next) /* what shares this list may have added to it */
        list->last = list->last->next;
    if (list->last)
        list->last->next = v;
    else
        list->first = v;
    list->last = v;
    return v;
}

static gen_value *find(const gen_value *of, str_view key)
{
    gen_value *v = of ? of->first : NULL;
    while (v && !str_eq(v->key, key))
        v = v->next;
    return v;
}

gen_value *gen_part(arena *a, gen_value *of, const char *key)
{
    gen_value *v = find(of, str_of(key));
    if (!v && (v = gen_add(a, of)) != NULL)
        v->key = str_of(key);
    return v;
}

void gen_set(arena *a, gen_value *of, const char *key, str_view text)
{
    gen_value *v = gen_part(a, of, key);
    if (v)
        v->text = text;
}

void gen_flag(arena *a, gen_value *of, const char *key, bool on)
{
    if (on)
        gen_set(a, of, key, STR("yes"));
}

void gen_add_text(arena *a, gen_value *list, str_view text)
{
    gen_value *v = gen_add(a, list);
    if (v)
        v->text = text;
}

void gen_share(gen_value *to, const gen_value *from)
{
    if (!to || !from)
        return;
    to->first = from->first;
    to->last = from->last;
}

str_view gen_take(arena *a, buf *b)
{
    if (buf_failed(b) != ERR_OK)
        a->failed = true;
    str_view v = b->len && !a->failed ? arena_copy(a, buf_view(b)) : STR("");
    buf_release(b);
    return v;
}

const gen_value *gen_get(const gen_value *of, str_view key)
{
    return find(of, key);
}

str_view gen_text(const gen_value *of, const char *path)
{
    str_view rest = str_of(path);
    while (of && rest.len) {
        size_t dot = str_find_byte(rest, '.');
        of = find(of, str_slice(rest, 0, dot));
        rest = str_slice(rest, dot + 1, rest.len);
    }
    return of ? of->text : STR("");
}

bool gen_has(const gen_value *list, str_view text)
{
    const gen_value *v = list ? list->first : NULL;
    while (v && !str_eq(v->text, text))
        v = v->next;
    return v != NULL;
}

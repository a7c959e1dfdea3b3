#include <string.h>

#include "context/index_internal.h"

str_view ctx__path_view(const struct ctx__path *p)
{
    return (str_view){p->text, p->len};
}

bool ctx__path_append(struct ctx__path *p, str_view v)
{
    if (v.len > CTX__MAX_PATH - p->len)
        return false;
    if (v.len)
        memcpy(p->text + p->len, v.ptr, v.len);
    p->len += v.len;
    return true;
}

bool ctx__path_join(struct ctx__path *p, str_view more)
{
    while (more.len) {
        size_t n = str_find_byte(more, '/');
        str_view part = str_slice(more, 0, n);
        more = str_slice(more, n + 1, more.len);
        if (part.len == 0 || str_eq(part, STR(".")))
            continue;
        if (str_eq(part, STR(".."))) {
            if (p->len == 0)
                return false;
            while (p->len > 0 && p->text[p->len - 1] != '/')
                p->len--;
            p->len -= p->len > 0;
            continue;
        }
        if ((p->len && !ctx__path_append(p, STR("/"))) || !ctx__path_append(p, part))
            return false;
    }
    return true;
}

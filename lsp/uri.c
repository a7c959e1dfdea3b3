#include "lsp/uri.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static str_view unescape(arena *a, str_view v)
{
    char *to = arena_push(a, v.len);
    if (!to)
        return (str_view){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] == '%' && v.len - i > 2 && hex(v.ptr[i + 1]) >= 0 && hex(v.ptr[i + 2]) >= 0) {
            to[n++] = (char)(hex(v.ptr[i + 1]) * 16 + hex(v.ptr[i + 2]));
            i += 2;
        } else {
            to[n++] = v.ptr[i];
        }
    }
    return (str_view){to, n};
}

static bool is_letter(char c)
{
    return ((c | 0x20) >= 'a') && ((c | 0x20) <= 'z');
}

/* RFC 3986, section 3.1; 0 when there is no scheme. */
static size_t scheme_length(str_view uri)
{
    if (uri.len == 0 || !is_letter(uri.ptr[0]))
        return 0;
    for (size_t i = 1; i < uri.len; i++) {
        char c = uri.ptr[i];
        if (c == ':')
            return i;
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.')
            return 0;
    }
    return 0;
}

err_code lsp_uri_to_path(str_view *path, arena *a, str_view uri)
{
    size_t n_scheme = scheme_length(uri);
    if (n_scheme == 0)
        return ERR_FORMAT;
    bool is_file = str_eq(str_slice(uri, 0, n_scheme), STR("file"));
    str_view rest = str_slice(uri, n_scheme + 1, uri.len);
    str_view host = {NULL, 0};
    rest = str_slice(rest, 0, str_find_byte(rest, '#'));
    if (is_file)
        rest = str_slice(rest, 0, str_find_byte(rest, '?'));
    if (str_starts(rest, STR("//"))) {
        rest = str_slice(rest, 2, rest.len);
        size_t n_host = str_find_byte(rest, '/');
        host = str_slice(rest, 0, n_host);
        rest = str_slice(rest, n_host, rest.len);
    }
    str_view p = unescape(a, rest);
    if (is_file && p.len > 2 && p.ptr[0] == '/' && is_letter(p.ptr[1]) && p.ptr[2] == ':')
        p = str_slice(p, 1, p.len);
    while (is_file && p.len > 1 && p.ptr[p.len - 1] == '/')
        p.len--;
    if (is_file && host.len && !str_eq(host, STR("localhost")))
        p = arena_format(a, "//%.*s%.*s", STR_ARG(host), STR_ARG(p));
    if (arena_failed(a))
        return ERR_NOMEM;
    *path = p;
    return ERR_OK;
}

str_view lsp_path_below(str_view path, str_view root)
{
    while (root.len && root.ptr[root.len - 1] == '/')
        root.len--;
    if (str_starts(path, root) && path.len > root.len + 1 && path.ptr[root.len] == '/')
        return str_slice(path, root.len + 1, path.len);
    return (str_view){NULL, 0};
}

str_view lsp_uri_from_path(arena *a, str_view path)
{
    static const char digits[] = "0123456789ABCDEF";
    char *uri = arena_push(a, sizeof "file://" + 3 * path.len);
    if (!uri)
        return (str_view){NULL, 0};
    size_t n = sizeof "file://" - 1;
    memcpy(uri, "file://", n);
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            (c && strchr("/-._~", c))) {
            uri[n++] = (char)c;
        } else {
            uri[n++] = '%';
            uri[n++] = digits[c >> 4];
            uri[n++] = digits[c & 15];
        }
    }
    return (str_view){uri, n};
}

str_view lsp_uri_of_path(arena *a, str_view path)
{
    static const char digits[] = "0123456789ABCDEF", head[] = "file://";
    enum { HEAD = sizeof head - 1 };
    char *to = arena_push(a, HEAD + 3 * path.len);
    if (!to)
        return (str_view){NULL, 0};
    size_t n = HEAD;
    memcpy(to, head, HEAD);
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        bool plain = is_letter((char)c) || (c >= '0' && c <= '9') || (c && strchr("-_.~/", c));
        if (plain) {
            to[n++] = (char)c;
        } else {
            to[n++] = '%';
            to[n++] = digits[c >> 4];
            to[n++] = digits[c & 15];
        }
    }
    return (str_view){to, n};
}

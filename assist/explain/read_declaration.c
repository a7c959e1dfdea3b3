/* C declarations read aloud: "pointer to function (int, char) returning int".
 *
 * A recursive descent over the declarator, as the C standard's grammar has it (C11, 6.7.6):
 * suffixes bind before the '*' in front, brackets group. Reading goes from the name outwards. */
#include <string.h>

#include "assist/explain/explain_internal.h"
#include "base/buf.h"

enum { MAX_NESTING = 32, TEXT_MAX_BYTES = 2048, MAX_DECLARATORS = 16 };

struct reader {
    str_view rest;
    int depth;
    bool failed;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static char peek(struct reader *r)
{
    while (r->rest.len > 0 && is_space(r->rest.ptr[0]))
        r->rest = str_slice(r->rest, 1, r->rest.len);
    return r->rest.len > 0 ? r->rest.ptr[0] : '\0';
}

static bool take(struct reader *r, char c)
{
    if (peek(r) != c)
        return false;
    r->rest = str_slice(r->rest, 1, r->rest.len);
    return true;
}

/* The next word, not consumed; empty when there is none. */
static str_view word(struct reader *r)
{
    size_t n = 0;
    (void)peek(r);
    while (n < r->rest.len && is_word(r->rest.ptr[n]))
        n++;
    return str_slice(r->rest, 0, n);
}

static void skip(struct reader *r, str_view w)
{
    r->rest = str_slice(r->rest, (size_t)(w.ptr - r->rest.ptr) + w.len, r->rest.len);
}

static bool one_of(str_view w, const char *list)
{
    return w.len > 0 && gram_list_has(list, w);
}

static const char qualifiers[] = "const volatile restrict _Atomic __restrict";
static const char storage[] = "static extern register auto inline typedef _Thread_local _Noreturn";
static const char builtin[] = "void char short int long float double signed unsigned _Bool bool "
                              "_Complex";

/* The type in front of the declarators: "const unsigned int", "struct p". A word that is no part of
 * a type any more is the name that is declared. */
static void read_specifiers(struct reader *r, buf *type, buf *class)
{
    bool named = false; /* a type has been named */
    for (;;) {
        str_view w = word(r);
        if (w.len == 0)
            break;
        bool known = one_of(w, qualifiers) || one_of(w, builtin);
        bool tag = one_of(w, "struct union enum");
        if (one_of(w, storage)) {
            buf_append_format(class, "%s%.*s", class->len ? " " : "", STR_ARG(w));
            skip(r, w);
            continue;
        }
        if (!known && !tag && named)
            break;
        named = named || tag || !one_of(w, qualifiers);
        buf_append_format(type, "%s%.*s", type->len ? " " : "", STR_ARG(w));
        skip(r, w);
        if (tag) {
            str_view name = word(r);
            buf_append_format(type, " %.*s", STR_ARG(name));
            skip(r, name);
            if (peek(r) == '{') {
                /* The members are explained by themselves. */
                int depth = 0;
                do {
                    char c = r->rest.ptr[0];
                    depth += c == '{';
                    depth -= c == '}';
                    r->rest = str_slice(r->rest, 1, r->rest.len);
                } while (r->rest.len > 0 && depth > 0);
            }
        }
    }
    r->failed = r->failed || !named;
}

static void read_declarator(struct reader *r, buf *name, buf *said);

static void read_parameters(struct reader *r, buf *said)
{
    buf_append(said, STR("function ("));
    if (peek(r) == ')')
        buf_append(said, STR("without a list of parameters"));
    for (bool first = true; peek(r) != ')' && peek(r) != '\0' && !r->failed; first = false) {
        if (!first) {
            if (!take(r, ','))
                r->failed = true;
            buf_append(said, STR(", "));
        }
        if (str_starts(r->rest, STR("...")) || (peek(r) == '.')) {
            r->rest = str_slice(r->rest, 3, r->rest.len);
            buf_append(said, STR("any others"));
            continue;
        }
        buf type, class, name, shape;
        buf_init(&type, TEXT_MAX_BYTES);
        buf_init(&class, TEXT_MAX_BYTES);
        buf_init(&name, TEXT_MAX_BYTES);
        buf_init(&shape, TEXT_MAX_BYTES);
        read_specifiers(r, &type, &class);
        read_declarator(r, &name, &shape);
        buf_append_format(said, "%.*s%.*s", STR_ARG(buf_view(&shape)), STR_ARG(buf_view(&type)));
        buf_release(&type);
        buf_release(&class);
        buf_release(&name);
        buf_release(&shape);
    }
    if (!take(r, ')'))
        r->failed = true;
    buf_append(said, STR(") returning "));
}

static void read_suffixes(struct reader *r, buf *said)
{
    while (!r->failed) {
        if (take(r, '[')) {
            size_t end = str_find_byte(r->rest, ']');
            str_view size = str_trim(str_slice(r->rest, 0, end));
            if (end == r->rest.len)
                r->failed = true;
            r->rest = str_slice(r->rest, end + 1, r->rest.len);
            buf_append_format(said, size.len ? "array of %.*s " : "array of %.*s", STR_ARG(size));
        } else if (take(r, '(')) {
            read_parameters(r, said);
        } else {
            return;
        }
    }
}

/* Whether '(' opens a declarator rather than a list of parameters. */
static bool groups(struct reader *r)
{
    struct reader ahead = *r;
    (void)take(&ahead, '(');
    char c = peek(&ahead);
    if (c == '*' || c == '(' || c == '[')
        return true;
    str_view w = word(&ahead);
    if (w.len == 0 || one_of(w, builtin) || one_of(w, qualifiers) || one_of(w, "struct union enum"))
        return false;
    skip(&ahead, w);
    /* "(name)" or "(name[3])" groups; "(type name)" does not. */
    return peek(&ahead) == ')' || peek(&ahead) == '[';
}

/* Adds what the declarator says, from the name outwards. */
static void read_declarator(struct reader *r, buf *name, buf *said)
{
    if (++r->depth > MAX_NESTING) {
        r->failed = true;
        return;
    }
    buf pointers;
    buf_init(&pointers, TEXT_MAX_BYTES);
    while (!r->failed && take(r, '*')) {
        buf one;
        buf_init(&one, TEXT_MAX_BYTES);
        for (str_view w = word(r); one_of(w, qualifiers); w = word(r)) {
            buf_append_format(&one, "%.*s ", STR_ARG(w));
            skip(r, w);
        }
        buf_append(&one, STR("pointer to "));
        /* The last '*' is nearest to the name. */
        buf_splice(&pointers, 0, 0, buf_view(&one));
        buf_release(&one);
    }
    if (peek(r) == '(' && groups(r)) {
        (void)take(r, '(');
        read_declarator(r, name, said);
        if (!take(r, ')'))
            r->failed = true;
    } else {
        str_view w = word(r);
        buf_append(name, w);
        skip(r, w);
    }
    read_suffixes(r, said);
    buf_append(said, buf_view(&pointers));
    buf_release(&pointers);
    r->depth--;
}

static void skip_initializer(struct reader *r)
{
    int depth = 0;
    while (r->rest.len > 0) {
        char c = r->rest.ptr[0];
        if (depth == 0 && (c == ',' || c == ';'))
            return;
        depth += c == '(' || c == '{' || c == '[';
        depth -= c == ')' || c == '}' || c == ']';
        r->rest = str_slice(r->rest, 1, r->rest.len);
    }
}

void explain__read_declaration(struct explain__pieces *out, str_view source, str_view dialect)
{
    (void)dialect;
    struct reader r = {source, 0, false};
    buf type, class;
    buf_init(&type, TEXT_MAX_BYTES);
    buf_init(&class, TEXT_MAX_BYTES);
    read_specifiers(&r, &type, &class);
    for (int i = 0; i < MAX_DECLARATORS && !r.failed; i++) {
        buf name, said;
        buf_init(&name, TEXT_MAX_BYTES);
        buf_init(&said, TEXT_MAX_BYTES);
        read_declarator(&r, &name, &said);
        buf_append(&said, buf_view(&type));
        if (!r.failed && take(&r, ':')) {
            buf_append_format(&said, ", in %.*s bits", STR_ARG(word(&r)));
            skip(&r, word(&r));
        }
        if (!r.failed && take(&r, '='))
            skip_initializer(&r);
        bool more = take(&r, ',');
        /* What stays unread may change the meaning (attributes, macros): then nothing is said. */
        bool done = more || peek(&r) == '\0' || peek(&r) == ';' || peek(&r) == '{';
        if (!r.failed && done && name.len > 0)
            explain__piece(out, 0, buf_view(&name), buf_view(&said));
        buf_release(&name);
        buf_release(&said);
        if (!more || !done)
            break;
    }
    buf_release(&type);
    buf_release(&class);
}

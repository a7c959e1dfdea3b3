/* Reads and writes what users.h declares. */
#include "users.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ERROR_SIZE = 160 };

/* What a type is, so that one reader, one writer and one release serve all of them. */
typedef enum {
    BOOL,
    INT64,
    UINT64,
    DOUBLE, /* written as 1.0 where it is whole */
    NUMBER, /* written as 1 where it is whole */
    TEXT,   /* char *: a string */
    LEXEME, /* char *: a number as it is spelled */
    WHOLE,  /* the same, an integer */
    ANY,    /* char *: any JSON text */
    LIST,
    MAP,
    TUPLE,
    RECORD,
    UNION,
    TAGGED
} kind;

typedef struct json_type json_type;

typedef struct {
    const char *key; /* of a record; of a tagged union: the tag's value, its type in `type` */
    size_t offset;
    const json_type *type;
    bool boxed; /* the field is a pointer to the value; NULL stands for null or absent */
    bool optional;
    bool nullable;
    size_t has; /* where the bool is that tells absent from null; 0: there is none */
} json_field;

struct json_type {
    kind kind;
    size_t size;
    const json_field *fields; /* of a list or map: one, the item */
    size_t n_fields;
    const char *tag; /* TAGGED */
};

/* Lists, maps and unions as the code here sees them; every generated one begins like this. */
typedef struct {
    void *items;
    size_t n;
    char **keys; /* MAP only */
} json_items;

/* By kind. */
static const json_type scalars[] = {
    {BOOL, sizeof(bool), NULL, 0, NULL},     {INT64, sizeof(int64_t), NULL, 0, NULL},
    {UINT64, sizeof(uint64_t), NULL, 0, NULL}, {DOUBLE, sizeof(double), NULL, 0, NULL},
    {NUMBER, sizeof(double), NULL, 0, NULL}, {TEXT, sizeof(char *), NULL, 0, NULL},
    {LEXEME, sizeof(char *), NULL, 0, NULL}, {WHOLE, sizeof(char *), NULL, 0, NULL},
    {ANY, sizeof(char *), NULL, 0, NULL},
};

static const json_type User_list_type;
static const json_type Text_list_type;
static const json_type UserPage_type;
static const json_type User_type;
static const json_type Address_type;

static const json_field User_list_fields[] = {
    {NULL, 0, &User_type, false, false, false, 0},
};
static const json_type User_list_type = {LIST, sizeof(User_list), User_list_fields, 1, NULL};

static const json_field Text_list_fields[] = {
    {NULL, 0, &scalars[TEXT], false, false, false, 0},
};
static const json_type Text_list_type = {LIST, sizeof(Text_list), Text_list_fields, 1, NULL};

static const json_field UserPage_fields[] = {
    {"data", offsetof(UserPage, data), &User_list_type, false, false, false, 0},
    {"next_cursor", offsetof(UserPage, next_cursor), &scalars[TEXT], false, true, true, offsetof(UserPage, has_next_cursor)},
    {"total", offsetof(UserPage, total), &scalars[INT64], false, false, false, 0},
};
static const json_type UserPage_type = {RECORD, sizeof(UserPage), UserPage_fields, 3, NULL};

static const json_field User_fields[] = {
    {"id", offsetof(User, id), &scalars[INT64], false, false, false, 0},
    {"name", offsetof(User, name), &scalars[TEXT], false, false, false, 0},
    {"email", offsetof(User, email), &scalars[TEXT], false, false, false, 0},
    {"role", offsetof(User, role), &scalars[TEXT], false, false, false, 0},
    {"created_at", offsetof(User, created_at), &scalars[TEXT], false, false, false, 0},
    {"day", offsetof(User, day), &scalars[TEXT], false, false, false, 0},
    {"uuid", offsetof(User, uuid), &scalars[TEXT], false, false, false, 0},
    {"balance", offsetof(User, balance), &scalars[TEXT], false, false, false, 0},
    {"active", offsetof(User, active), &scalars[BOOL], false, false, false, 0},
    {"address", offsetof(User, address), &Address_type, true, false, false, 0},
    {"tags", offsetof(User, tags), &Text_list_type, false, false, false, 0},
};
static const json_type User_type = {RECORD, sizeof(User), User_fields, 11, NULL};

static const json_field Address_fields[] = {
    {"street", offsetof(Address, street), &scalars[TEXT], false, false, false, 0},
    {"city", offsetof(Address, city), &scalars[TEXT], false, false, false, 0},
    {"zip", offsetof(Address, zip), &scalars[TEXT], false, false, false, 0},
};
static const json_type Address_type = {RECORD, sizeof(Address), Address_fields, 3, NULL};

static const json_field root = {NULL, 0, &UserPage_type, false, false, false, 0};
static const json_field row = {NULL, 0, &User_type, false, false, false, 0};

/* JSON text as a list of values: each object and list is followed by what is in it, each value of
 * an object has its key before it. */
typedef struct {
    char kind; /* { [ " 0 t f n */
    const char *text;
    size_t n;     /* bytes */
    size_t count; /* items or members */
    size_t next;  /* the value after this one and all that is in it */
} json_value;

typedef size_t node;

typedef struct {
    const char *at, *end, *begin;
    json_value *values;
    size_t n, cap;
    char *error;
} source;

static bool failed(source *s, const char *expected)
{
    if (!s->error[0])
        snprintf(s->error, ERROR_SIZE, "not JSON at byte %zu: expected %s", (size_t)(s->at - s->begin), expected);
    return false;
}

static void skip(source *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\r' || *s->at == '\n'))
        s->at++;
}

static size_t add(source *s, char what, const char *text)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 64;
        json_value *values = realloc(s->values, cap * sizeof *values);
        if (!values)
            return SIZE_MAX;
        s->values = values;
        s->cap = cap;
    }
    s->values[s->n] = (json_value){what, text, 0, 0, 0};
    return s->n++;
}

static bool scan_string(source *s)
{
    if (s->at >= s->end || *s->at != '"')
        return failed(s, "a string");
    size_t v = add(s, '"', ++s->at);
    while (s->at < s->end && *s->at != '"')
        s->at += *s->at == '\\' && s->at + 1 < s->end ? 2 : 1;
    if (s->at >= s->end)
        return failed(s, "the end of the string");
    if (v == SIZE_MAX)
        return failed(s, "more memory");
    s->values[v].n = (size_t)(s->at++ - s->values[v].text);
    s->values[v].next = s->n;
    return true;
}

static bool scan_digits(source *s)
{
    const char *begin = s->at;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
        s->at++;
    return s->at > begin || failed(s, "a digit");
}

static bool scan_number(source *s)
{
    size_t v = add(s, '0', s->at);
    if (v == SIZE_MAX)
        return failed(s, "more memory");
    s->at += *s->at == '-';
    if (s->at < s->end && *s->at == '0')
        s->at++;
    else if (!scan_digits(s))
        return false;
    if (s->at < s->end && *s->at == '.') {
        s->at++;
        if (!scan_digits(s))
            return false;
    }
    if (s->at < s->end && (*s->at == 'e' || *s->at == 'E')) {
        s->at++;
        s->at += s->at < s->end && (*s->at == '+' || *s->at == '-');
        if (!scan_digits(s))
            return false;
    }
    s->values[v].n = (size_t)(s->at - s->values[v].text);
    s->values[v].next = s->n;
    return true;
}

static bool scan(source *s, int depth)
{
    static const char *const words[] = {"true", "false", "null"};
    skip(s);
    if (s->at >= s->end || depth > 1000)
        return failed(s, depth > 1000 ? "fewer levels" : "a value");
    char c = *s->at;
    if (c == '"')
        return scan_string(s);
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);
        if ((size_t)(s->end - s->at) >= n && memcmp(s->at, words[i], n) == 0) {
            size_t v = add(s, c, s->at);
            if (v == SIZE_MAX)
                return failed(s, "more memory");
            s->at += n;
            s->values[v].n = n;
            s->values[v].next = s->n;
            return true;
        }
    }
    if (c != '{' && c != '[')
        return c == '-' || (c >= '0' && c <= '9') ? scan_number(s) : failed(s, "a value");
    size_t v = add(s, c, s->at++);
    if (v == SIZE_MAX)
        return failed(s, "more memory");
    char close = c == '{' ? '}' : ']';
    for (skip(s); s->at < s->end && *s->at != close; skip(s)) {
        if (s->values[v].count++) {
            if (*s->at != ',')
                return failed(s, c == '{' ? "a comma or }" : "a comma or ]");
            s->at++;
            skip(s);
        }
        if (c == '{') {
            if (!scan_string(s))
                return false;
            skip(s);
            if (s->at >= s->end || *s->at != ':')
                return failed(s, "a colon");
            s->at++;
        }
        if (!scan(s, depth + 1))
            return false;
    }
    if (s->at >= s->end)
        return failed(s, c == '{' ? "a comma or }" : "a comma or ]");
    s->values[v].n = (size_t)(++s->at - s->values[v].text);
    s->values[v].next = s->n;
    return true;
}

static bool open_source(source *s, const char *text, size_t n, char *error)
{
    *s = (source){.at = text, .begin = text, .end = text + n, .error = error};
    error[0] = '\0';
    if (!scan(s, 0))
        return false;
    skip(s);
    return s->at == s->end || failed(s, "the end of the text");
}

static void close_source(source *s)
{
    free(s->values);
}

static node first_value(const source *s)
{
    (void)s;
    return 0;
}

static char node_kind(const source *s, node v)
{
    return s->values[v].kind;
}

static size_t node_count(const source *s, node v)
{
    return s->values[v].count;
}

static node node_first(const source *s, node v)
{
    return s->values[v].kind == '{' ? v + 2 : v + 1;
}

static node node_next(const source *s, node parent, node v)
{
    return s->values[v].next + (s->values[parent].kind == '{' ? 1 : 0);
}

static unsigned hex4(const char *p)
{
    unsigned code = 0;
    for (int i = 0; i < 4; i++)
        code = code * 16 + (unsigned)(p[i] <= '9' ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
    return code;
}

/* The string's text. U+0000 becomes the bytes C0 80, as a C string cannot hold it; half a surrogate
 * pair becomes U+FFFD. */
static char *decode(const char *p, size_t n)
{
    char *out = malloc(n + 1), *to = out;
    const char *end = p + n;
    while (out && p < end) {
        if (*p != '\\' || p + 1 >= end) {
            *to++ = *p++;
            continue;
        }
        static const char names[] = "bfnrt", values[] = "\b\f\n\r\t";
        const char *plain = strchr(names, p[1]);
        if (p[1] != 'u' || end - p < 6 || strspn(p + 2, "0123456789abcdefABCDEF") < 4) {
            *to++ = plain && *plain ? values[plain - names] : p[1];
            p += 2;
            continue;
        }
        unsigned code = hex4(p + 2);
        p += 6;
        if (code >= 0xD800 && code < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' &&
            hex4(p + 2) >= 0xDC00 && hex4(p + 2) < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (hex4(p + 2) - 0xDC00);
            p += 6;
        }
        if (code >= 0xD800 && code < 0xE000)
            code = 0xFFFD;
        if (code && code < 0x80) {
            *to++ = (char)code;
            continue;
        }
        int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
        static const unsigned head[] = {0, 0xC0, 0xE0, 0xF0};
        *to++ = (char)(head[more] | code >> (6 * more));
        while (more-- > 0)
            *to++ = (char)(0x80 | (code >> (6 * more) & 0x3F));
    }
    if (out)
        *to = '\0';
    return out;
}

static char *node_key(const source *s, node v)
{
    return decode(s->values[v - 1].text, s->values[v - 1].n);
}

static char *node_text(const source *s, node v)
{
    return decode(s->values[v].text, s->values[v].n);
}

/* A number as it is spelled, or any value as JSON. */
static char *node_json(const source *s, node v)
{
    bool quoted = s->values[v].kind == '"';
    size_t n = s->values[v].n + (quoted ? 2 : 0);
    char *out = malloc(n + 1);
    if (out) {
        memcpy(out, s->values[v].text - (quoted ? 1 : 0), n);
        out[n] = '\0';
    }
    return out;
}

/* JSON being written. */
typedef struct {
    char *text;
    size_t n, cap;
    bool failed;
} sink;

static void put(sink *w, const char *text, size_t n)
{
    if (w->cap - w->n <= n) {
        size_t cap = (w->cap + n) * 2 + 64;
        char *grown = w->failed ? NULL : realloc(w->text, cap);
        if (!grown) {
            w->failed = true;
            return;
        }
        w->text = grown;
        w->cap = cap;
    }
    memcpy(w->text + w->n, text, n);
    w->n += n;
    w->text[w->n] = '\0';
}

/* A comma, unless something has just begun. */
static void put_json(sink *w, const char *text)
{
    char before = w->n ? w->text[w->n - 1] : '[';
    if (before != '[' && before != '{' && before != ':')
        put(w, ",", 1);
    put(w, text, strlen(text));
}

static void put_text(sink *w, const char *text)
{
    put_json(w, "\"");
    for (const char *p = text; *p; p++) {
        char escape[8];
        bool null = *p == '\xC0' && p[1] == '\x80';
        if (*p == '"' || *p == '\\' || (unsigned char)*p < 0x20 || null)
            put(w, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", null ? 0u : (unsigned)*p));
        else
            put(w, p, 1);
        p += null;
    }
    put(w, "\"", 1);
}

static void put_key(sink *w, const char *key)
{
    put_text(w, key);
    put(w, ":", 1);
}

typedef int container;

static container begin(sink *w, bool object)
{
    put_json(w, object ? "{" : "[");
    return object;
}

static void end(sink *w, container object)
{
    put(w, object ? "}" : "]", 1);
}

/* The text, now the caller's; NULL after failure. */
static char *sink_text(sink *w)
{
    if (w->failed)
        free(w->text);
    return w->failed ? NULL : w->text;
}

static bool misfit(source *s, const char *expected)
{
    if (!s->error[0])
        snprintf(s->error, ERROR_SIZE, "expected %s", expected);
    return false;
}

/* "expected a string" becomes "name: expected a string", then "user.name: expected a string". */
static bool inside(source *s, const char *step)
{
    char inner[ERROR_SIZE];
    memcpy(inner, s->error, sizeof inner);
    bool first = strncmp(inner, "expected", 8) == 0 || strncmp(inner, "the key", 7) == 0;
    snprintf(s->error, ERROR_SIZE, "%.40s%s%.110s", step, first ? ": " : inner[0] == '[' ? "" : ".", inner);
    return false;
}

static bool read_value(source *s, node v, const json_type *t, void *out);

/* One field, item or arm: in place, or in memory of its own. */
static bool read_field(source *s, node v, const json_field *f, char *base)
{
    if (f->has)
        *(bool *)(void *)(base + f->has) = true;
    if (f->nullable && node_kind(s, v) == 'n')
        return true;
    if (!f->boxed)
        return read_value(s, v, f->type, base + f->offset);
    void *box = calloc(1, f->type->size);
    if (!box)
        return misfit(s, "more memory");
    memcpy(base + f->offset, &box, sizeof box);
    return read_value(s, v, f->type, box);
}

static bool read_number(source *s, node v, const json_type *t, void *out)
{
    if (node_kind(s, v) != '0')
        return misfit(s, "a number");
    char *text = node_json(s, v), *stop = NULL;
    if (!text)
        return misfit(s, "more memory");
    bool whole = strcspn(text, ".eE") == strlen(text), ok = true;
    if (t->kind == LEXEME || (t->kind == WHOLE && whole)) {
        memcpy(out, &text, sizeof text);
        return true;
    }
    errno = 0;
    if (t->kind == INT64) {
        int64_t n = strtoll(text, &stop, 10);
        ok = whole && !errno;
        memcpy(out, &n, sizeof n);
    } else if (t->kind == UINT64) {
        uint64_t n = strtoull(text, &stop, 10);
        ok = whole && !errno && text[0] != '-';
        memcpy(out, &n, sizeof n);
    } else if (t->kind != WHOLE) {
        double n = strtod(text, &stop);
        memcpy(out, &n, sizeof n);
    } else {
        ok = false;
    }
    free(text);
    return ok || misfit(s, "an integer that fits");
}

static bool read_items(source *s, node v, const json_type *t, void *out)
{
    bool map = t->kind == MAP;
    json_items list = {NULL, 0, NULL};
    size_t n = node_count(s, v), size = t->fields[0].boxed ? sizeof(void *) : t->fields[0].type->size;
    if (node_kind(s, v) != (map ? '{' : '['))
        return misfit(s, map ? "an object" : "an array");
    list.items = calloc(n + 1, size);
    list.keys = map ? calloc(n + 1, sizeof *list.keys) : NULL;
    list.n = n;
    memcpy(out, &list, map ? sizeof list : offsetof(json_items, keys));
    if (!list.items || (map && !list.keys))
        return misfit(s, "more memory");
    node item = node_first(s, v);
    for (size_t i = 0; i < n; i++, item = node_next(s, v, item)) {
        char step[32];
        if (map && !(list.keys[i] = node_key(s, item)))
            return misfit(s, "more memory");
        snprintf(step, sizeof step, "[%zu]", i);
        if (!read_field(s, item, &t->fields[0], (char *)list.items + i * size))
            return inside(s, map ? list.keys[i] : step);
    }
    return true;
}

/* The last member with the key; false when there is none. */
static bool find(const source *s, node v, const char *key, node *out)
{
    bool found = false;
    node item = node_first(s, v);
    for (size_t i = 0, n = node_count(s, v); i < n; i++, item = node_next(s, v, item)) {
        char *name = node_key(s, item);
        if (name && strcmp(name, key) == 0) {
            *out = item;
            found = true;
        }
        free(name);
    }
    return found;
}

static bool read_record(source *s, node v, const json_type *t, void *out)
{
    if (node_kind(s, v) != '{')
        return misfit(s, "an object");
    for (size_t i = 0; i < t->n_fields; i++) {
        const json_field *f = &t->fields[i];
        node at;
        if (find(s, v, f->key, &at)) {
            if (!read_field(s, at, f, out))
                return inside(s, f->key);
        } else if (!f->optional) {
            snprintf(s->error, ERROR_SIZE, "the key %.100s is missing", f->key);
            return false;
        }
    }
    return true;
}

static bool read_tuple(source *s, node v, const json_type *t, void *out)
{
    if (node_kind(s, v) != '[' || node_count(s, v) != t->n_fields)
        return misfit(s, "an array of another length");
    node item = node_first(s, v);
    for (size_t i = 0; i < t->n_fields; i++, item = node_next(s, v, item)) {
        if (!read_field(s, item, &t->fields[i], out))
            return false;
    }
    return true;
}

/* The kind that an arm of the type takes. */
static char kind_of(const json_type *t, char of_bool)
{
    return t->kind == BOOL                                                  ? of_bool
           : t->kind == TEXT                                                ? '"'
           : t->kind == LIST || t->kind == TUPLE                            ? '['
           : t->kind == MAP || t->kind == RECORD || t->kind == TAGGED ? '{'
           : t->kind == ANY                                                 ? '?'
                                                                            : '0';
}

/* A union begins with the number of its arm; what has no arm goes into the last one, any JSON. */
static bool read_union(source *s, node v, const json_type *t, void *out)
{
    char is = node_kind(s, v), *tag = NULL;
    node at;
    if (t->kind == TAGGED) {
        if (is != '{' || !find(s, v, t->tag, &at) || node_kind(s, at) != '"')
            return misfit(s, "an object with a tag");
        tag = node_text(s, at);
    }
    for (size_t i = 0; i < t->n_fields; i++) {
        const json_field *f = &t->fields[i];
        bool takes = tag ? !f->key || strcmp(f->key, tag) == 0 : kind_of(f->type, is) == is && is != 'n';
        if (!takes || (f->type->kind == BOOL && is != 't' && is != 'f'))
            continue;
        int arm = (int)f->has;
        json_field place = *f;
        place.has = 0;
        memcpy(out, &arm, sizeof arm);
        free(tag);
        return read_field(s, v, &place, out);
    }
    free(tag);
    return misfit(s, "another kind of value");
}

static bool read_value(source *s, node v, const json_type *t, void *out)
{
    char is = node_kind(s, v);
    char *text;
    switch (t->kind) {
    case BOOL:
        *(bool *)out = is == 't';
        return is == 't' || is == 'f' || misfit(s, "a boolean");
    case TEXT:
    case ANY:
        if (t->kind == TEXT && is != '"')
            return misfit(s, "a string");
        text = t->kind == TEXT ? node_text(s, v) : node_json(s, v);
        memcpy(out, &text, sizeof text);
        return text || misfit(s, "more memory");
    case LIST:
    case MAP: return read_items(s, v, t, out);
    case TUPLE: return read_tuple(s, v, t, out);
    case RECORD: return read_record(s, v, t, out);
    case UNION:
    case TAGGED: return read_union(s, v, t, out);
    default: return read_number(s, v, t, out);
    }
}

static void put_double(sink *w, double value, bool point)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text - 2, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    if (point && !strpbrk(text, ".e"))
        memcpy(text + strlen(text), ".0", 3);
    put_json(w, text);
}

static void write_value(sink *w, const json_type *t, const void *value);

static void write_field(sink *w, const json_field *f, const char *base)
{
    const void *value = base + f->offset;
    if (f->boxed)
        memcpy(&value, base + f->offset, sizeof value);
    if (value)
        write_value(w, f->type, value);
    else
        put_json(w, "null");
}

/* NULL in a pointer: the field is null or absent. */
static bool is_null(const json_field *f, const char *base)
{
    void *p = NULL;
    bool pointer = f->boxed || f->type->kind == TEXT || f->type->kind == LEXEME || f->type->kind == WHOLE ||
                   f->type->kind == ANY;
    if (pointer)
        memcpy(&p, base + f->offset, sizeof p);
    return pointer && !p;
}

/* The arm that a union holds; NULL when it holds none. */
static const json_field *arm_of(const json_type *t, const void *value)
{
    int arm;
    memcpy(&arm, value, sizeof arm);
    for (size_t i = 0; i < t->n_fields; i++) {
        if ((int)t->fields[i].has == arm)
            return &t->fields[i];
    }
    return NULL;
}

static void write_value(sink *w, const json_type *t, const void *value)
{
    json_items list = {NULL, 0, NULL};
    char text[32], *p;
    int64_t n;
    uint64_t u;
    double d;
    container c;
    const json_field *arm;
    switch (t->kind) {
    case BOOL: put_json(w, *(const bool *)value ? "true" : "false"); break;
    case INT64:
        memcpy(&n, value, sizeof n);
        snprintf(text, sizeof text, "%" PRId64, n);
        put_json(w, text);
        break;
    case UINT64:
        memcpy(&u, value, sizeof u);
        snprintf(text, sizeof text, "%" PRIu64, u);
        put_json(w, text);
        break;
    case DOUBLE:
    case NUMBER:
        memcpy(&d, value, sizeof d);
        put_double(w, d, t->kind == DOUBLE);
        break;
    case TEXT:
    case LEXEME:
    case WHOLE:
    case ANY:
        memcpy(&p, value, sizeof p);
        if (p && t->kind == TEXT)
            put_text(w, p);
        else
            put_json(w, p ? p : "null");
        break;
    case LIST:
    case MAP:
        memcpy(&list, value, t->kind == MAP ? sizeof list : offsetof(json_items, keys));
        c = begin(w, t->kind == MAP);
        for (size_t i = 0; i < list.n; i++) {
            size_t size = t->fields[0].boxed ? sizeof(void *) : t->fields[0].type->size;
            if (t->kind == MAP)
                put_key(w, list.keys[i]);
            write_field(w, &t->fields[0], (const char *)list.items + i * size);
        }
        end(w, c);
        break;
    case TUPLE:
    case RECORD:
        c = begin(w, t->kind == RECORD);
        for (size_t i = 0; i < t->n_fields; i++) {
            const json_field *f = &t->fields[i];
            bool has = f->has ? *(const bool *)(const void *)((const char *)value + f->has)
                              : !f->optional || !is_null(f, value);
            if (!has)
                continue;
            if (t->kind == RECORD)
                put_key(w, f->key);
            write_field(w, f, value);
        }
        end(w, c);
        break;
    case UNION:
    case TAGGED:
        arm = arm_of(t, value);
        if (arm)
            write_field(w, arm, value);
        else
            put_json(w, "null");
        break;
    }
}

static void release(const json_type *t, void *value);

static void release_field(const json_field *f, char *base)
{
    void *box = base + f->offset;
    if (f->boxed)
        memcpy(&box, base + f->offset, sizeof box);
    if (box)
        release(f->type, box);
    if (f->boxed)
        free(box);
}

static void release(const json_type *t, void *value)
{
    json_items list = {NULL, 0, NULL};
    const json_field *arm;
    char *p;
    size_t size;
    switch (t->kind) {
    case TEXT:
    case LEXEME:
    case WHOLE:
    case ANY:
        memcpy(&p, value, sizeof p);
        free(p);
        break;
    case LIST:
    case MAP:
        memcpy(&list, value, t->kind == MAP ? sizeof list : offsetof(json_items, keys));
        size = t->fields[0].boxed ? sizeof(void *) : t->fields[0].type->size;
        for (size_t i = 0; list.items && i < list.n; i++)
            release_field(&t->fields[0], (char *)list.items + i * size);
        for (size_t i = 0; list.keys && i < list.n; i++)
            free(list.keys[i]);
        free(list.items);
        free(list.keys);
        break;
    case TUPLE:
    case RECORD:
        for (size_t i = 0; i < t->n_fields; i++)
            release_field(&t->fields[i], value);
        break;
    case UNION:
    case TAGGED:
        arm = arm_of(t, value);
        if (arm)
            release_field(arm, value);
        break;
    default: break;
    }
}

static void *read_root(source *s, node v, const json_field *whole)
{
    void *out = calloc(1, whole->boxed ? sizeof(void *) : whole->type->size);
    if (!out || read_field(s, v, whole, out))
        return out;
    release_field(whole, out);
    free(out);
    return NULL;
}

static void *parse(const json_field *whole, const char *text, size_t n, char *error)
{
    char unread[ERROR_SIZE];
    source s;
    void *out = NULL;
    if (open_source(&s, text, n, error ? error : unread))
        out = read_root(&s, first_value(&s), whole);
    close_source(&s);
    return out;
}

static char *serialize(const json_field *whole, const void *value)
{
    sink w = {.failed = sizeof scalars == 0};
    if (value)
        write_field(&w, whole, value);
    return sink_text(&w);
}

UserPage *users_parse(const char *text, size_t n, char error[160])
{
    return parse(&root, text, n, error);
}

char *users_serialize(const UserPage *value)
{
    return serialize(&root, value);
}

void users_free(UserPage *value)
{
    if (value)
        release_field(&root, (char *)value);
    free(value);
}

User *users_row_parse(const char *text, size_t n, char error[160])
{
    return parse(&row, text, n, error);
}

char *users_row_serialize(const User *value)
{
    return serialize(&row, value);
}

void users_row_free(User *value)
{
    if (value)
        release_field(&row, (char *)value);
    free(value);
}

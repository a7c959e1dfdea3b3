/* Reads and writes what users_cjson.h declares. */
#include "users_cjson.h"

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

/* JSON text as cJSON's tree. cJSON keeps of a number only what a double holds, and of a string only
 * what stands before U+0000: so numbers become raw items that keep their spelling, and U+0000 the
 * bytes C0 80. */
typedef const cJSON *node;

typedef struct {
    cJSON *tree;
    char *error;
} source;

static bool failed(source *s, size_t at, const char *expected)
{
    if (!s->error[0])
        snprintf(s->error, ERROR_SIZE, "not JSON at byte %zu: expected %s", at, expected);
    return false;
}

static bool is_hex4(const char *p, const char *end)
{
    return end - p >= 6 && p[0] == '\\' && p[1] == 'u' && strspn(p + 2, "0123456789abcdefABCDEF") >= 4;
}

static unsigned hex4(const char *p)
{
    unsigned code = 0;
    for (int i = 2; i < 6; i++)
        code = code * 16 + (unsigned)(p[i] <= '9' ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
    return code;
}

/* A copy, ended by NUL, in which no string has escapes that cJSON cannot hold: U+0000, and halves of
 * surrogate pairs, which become U+FFFD. */
static char *for_cjson(const char *text, size_t n)
{
    char *copy = malloc(n + 1), *to = copy;
    const char *end = text + n;
    bool inside = false;
    while (copy && text < end) {
        unsigned code = inside && is_hex4(text, end) ? hex4(text) : 1;
        bool half = code >= 0xD800 && code < 0xE000;
        if (half && code < 0xDC00 && is_hex4(text + 6, end) && hex4(text + 6) >= 0xDC00 && hex4(text + 6) < 0xE000) {
            memcpy(to, text, 12);
            to += 12;
            text += 12;
        } else if (!code || half) {
            memcpy(to, half ? "\xEF\xBF\xBD" : "\xC0\x80", half ? 3 : 2);
            to += half ? 3 : 2;
            text += 6;
        } else {
            size_t step = inside && *text == '\\' && end - text > 1 ? 2 : 1;
            inside = *text == '"' ? !inside : inside;
            memcpy(to, text, step);
            to += step;
            text += step;
        }
    }
    if (copy)
        *to = '\0';
    return copy;
}

/* Bytes of the number that begins here; 0 when there is none as JSON spells it. */
static size_t number_bytes(const char *p)
{
    static const char digits[] = "0123456789";
    size_t n = *p == '-', k = strspn(p + n, digits);
    if (!k || (k > 1 && p[n] == '0'))
        return 0;
    n += k;
    if (p[n] == '.') {
        k = strspn(p + n + 1, digits);
        n += k + 1;
        if (!k)
            return 0;
    }
    if (p[n] == 'e' || p[n] == 'E') {
        n += p[n + 1] == '+' || p[n + 1] == '-' ? 2 : 1;
        k = strspn(p + n, digits);
        n += k;
        if (!k)
            return 0;
    }
    return strchr("+-.eE0123456789", p[n]) && p[n] ? 0 : n;
}

/* Gives each number of the tree its spelling; the text has them in the same order. */
static bool spell(source *s, cJSON *item, const char *text, const char **at)
{
    for (; item; item = item->next) {
        if (!spell(s, item->child, text, at))
            return false;
        if (!cJSON_IsNumber(item))
            continue;
        while (**at != '-' && !(**at >= '0' && **at <= '9')) {
            if (*(*at)++ != '"')
                continue;
            while (*(*at)++ != '"')
                *at += (*at)[-1] == '\\';
        }
        size_t n = number_bytes(*at);
        char *spelling = n ? cJSON_malloc(n + 1) : NULL;
        if (!spelling)
            return failed(s, (size_t)(*at - text), n ? "more memory" : "a number");
        memcpy(spelling, *at, n);
        spelling[n] = '\0';
        *at += n;
        item->valuestring = spelling;
        item->type = (item->type & ~0xFF) | cJSON_Raw;
    }
    return true;
}

static bool open_source(source *s, const char *text, size_t n, char *error)
{
    const char *end = NULL;
    *s = (source){NULL, error};
    error[0] = '\0';
    char *copy = for_cjson(text, n);
    if (!copy)
        return failed(s, 0, "more memory");
    const char *from = copy;
    s->tree = cJSON_ParseWithOpts(copy, &end, 1);
    bool ok = s->tree ? spell(s, s->tree, copy, &from) : failed(s, end ? (size_t)(end - copy) : 0, "something else");
    free(copy);
    return ok;
}

static void close_source(source *s)
{
    cJSON_Delete(s->tree);
}

static node first_value(const source *s)
{
    return s->tree;
}

static char node_kind(const source *s, node v)
{
    (void)s;
    switch (v->type & 0xFF) {
    case cJSON_False: return 'f';
    case cJSON_True: return 't';
    case cJSON_String: return '"';
    case cJSON_Array: return '[';
    case cJSON_Object: return '{';
    case cJSON_Number:
    case cJSON_Raw: return '0';
    default: return 'n';
    }
}

static size_t node_count(const source *s, node v)
{
    (void)s;
    return (size_t)cJSON_GetArraySize(v);
}

static node node_first(const source *s, node v)
{
    (void)s;
    return v->child;
}

static node node_next(const source *s, node parent, node v)
{
    (void)s;
    (void)parent;
    return v->next;
}

static char *copy_of(const char *text)
{
    size_t n = strlen(text) + 1;
    char *out = malloc(n);
    return out ? memcpy(out, text, n) : NULL;
}

static char *node_key(const source *s, node v)
{
    (void)s;
    return copy_of(v->string);
}

static char *node_text(const source *s, node v)
{
    (void)s;
    return copy_of(v->valuestring);
}

/* A number as it is spelled, or any value as JSON. */
static char *node_json(const source *s, node v)
{
    (void)s;
    char *printed = cJSON_PrintUnformatted(v), *out = printed ? copy_of(printed) : NULL;
    cJSON_free(printed);
    return out;
}

/* A tree being made: what comes next goes into `at`, in an object under `key`. */
typedef struct {
    cJSON *tree, *at;
    char *key;
    bool failed;
} sink;

static void put_item(sink *w, cJSON *item)
{
    bool ok = item && !w->failed;
    if (ok && !w->at)
        w->tree = item;
    else if (ok)
        ok = cJSON_IsObject(w->at) ? w->key && cJSON_AddItemToObject(w->at, w->key, item) : cJSON_AddItemToArray(w->at, item);
    if (!ok) {
        cJSON_Delete(item);
        w->failed = true;
    }
    free(w->key);
    w->key = NULL;
}

/* A plain item where cJSON would print just this text, else a raw one. */
static void put_json(sink *w, const char *text)
{
    cJSON *item = cJSON_Parse(text);
    char *printed = item ? cJSON_PrintUnformatted(item) : NULL;
    if (!printed || strcmp(printed, text) != 0) {
        cJSON_Delete(item);
        item = cJSON_CreateRaw(text);
    }
    cJSON_free(printed);
    put_item(w, item);
}

static void put_text(sink *w, const char *text)
{
    put_item(w, cJSON_CreateString(text));
}

static void put_key(sink *w, const char *key)
{
    free(w->key);
    w->key = copy_of(key);
}

typedef cJSON *container; /* the one around it */

static container begin(sink *w, bool object)
{
    cJSON *around = w->at, *item = object ? cJSON_CreateObject() : cJSON_CreateArray();
    put_item(w, item);
    if (!w->failed)
        w->at = item;
    return around;
}

static void end(sink *w, container around)
{
    w->at = around;
}

/* The text, now the caller's; NULL after failure. */
static char *sink_text(sink *w)
{
    char *printed = w->failed ? NULL : cJSON_PrintUnformatted(w->tree), *out = NULL, *to;
    size_t n = 1;
    for (const char *p = printed; p && *p; p++)
        n += *p == '\xC0' ? 6 : 1;
    out = to = printed ? malloc(n) : NULL;
    for (const char *p = printed; out && *p; p++) {
        bool null = p[0] == '\xC0' && p[1] == '\x80';
        memcpy(to, null ? "\\u0000" : p, null ? 6 : 1);
        to += null ? 6 : 1;
        p += null;
    }
    if (out)
        *to = '\0';
    cJSON_free(printed);
    cJSON_Delete(w->tree);
    return out;
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

static void *parse_tree(const json_field *whole, const cJSON *tree, char *error)
{
    char unread[ERROR_SIZE];
    source s = {NULL, error ? error : unread};
    s.error[0] = '\0';
    return tree ? read_root(&s, tree, whole) : NULL;
}

static cJSON *make_tree(const json_field *whole, const void *value)
{
    sink w = {.failed = !value};
    if (value)
        write_field(&w, whole, value);
    if (w.failed)
        cJSON_Delete(w.tree);
    return w.failed ? NULL : w.tree;
}

UserPage *users_parse(const char *text, size_t n, char error[160])
{
    return parse(&root, text, n, error);
}

char *users_serialize(const UserPage *value)
{
    return serialize(&root, value);
}

UserPage *users_from_cjson(const cJSON *tree, char error[160])
{
    return parse_tree(&root, tree, error);
}

cJSON *users_to_cjson(const UserPage *value)
{
    return make_tree(&root, value);
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

User *users_row_from_cjson(const cJSON *tree, char error[160])
{
    return parse_tree(&row, tree, error);
}

cJSON *users_row_to_cjson(const User *value)
{
    return make_tree(&row, value);
}

void users_row_free(User *value)
{
    if (value)
        release_field(&row, (char *)value);
    free(value);
}

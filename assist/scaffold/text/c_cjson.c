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


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


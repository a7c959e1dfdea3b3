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
@more@
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


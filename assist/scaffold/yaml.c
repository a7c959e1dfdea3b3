#include "assist/scaffold/convert.h"

#include <yaml.h>

#include "assist/scaffold/tape.h"
#include "assist/scaffold/value.h"

typedef struct {
    str_view name;
    scaf_value *is;
} anchor;

typedef struct {
    yaml_parser_t parser;
    str_view text;
    arena *a;
    anchor *anchors;
    size_t n_anchors, cap_anchors;
    err *e;
} reader;

/* --- errors --- */

/* What libyaml says, and what we say instead. */
static const struct {
    const char *problem, *text;
} sentences[] = {
    {"mapping values are not allowed in this context",
     "a `:` that is not expected here; put a text with `: ` in it in quotes, or indent this line "
     "like the one above"},
    {"did not find expected key",
     "expected a key; keys of one map are indented alike, and a text that begins with a quote ends "
     "with it"},
    {"could not find expected ':'", "expected `:` after the key; write `key: value`"},
    {"did not find expected '-' indicator", "expected `- `; items of one list are indented alike"},
    {"did not find expected ',' or ']'", "expected `,` or `]`; the list is not closed"},
    {"did not find expected ',' or '}'", "expected `,` or `}`; the map is not closed"},
    {"found unexpected end of stream", "the text ends inside quotes; close them"},
    {"found character that cannot start any token",
     "a text cannot begin with this character; put it in quotes"},
    {"did not find expected alphabetic or numeric character",
     "expected a name behind `&` or `*`; put a text that begins with one in quotes"},
    {"did not find expected <document start>", "expected `---` before another document"},
    {"block sequence entries are not allowed in this context",
     "a list cannot begin here; put `- ` on a line of its own"},
    {"found unknown escape character",
     "no such escape; within \"…\" a backslash is written `\\\\`, or use '…'"},
};

static err_code fail_at(reader *r, yaml_mark_t at, const char *text)
{
    return err_set(r->e, ERR_FORMAT, "line %zu, column %zu: %s", at.line + 1, at.column + 1, text);
}

static err_code fail(reader *r)
{
    yaml_parser_t *p = &r->parser;
    const char *text = p->problem ? p->problem : "this is not YAML";
    if (p->error == YAML_MEMORY_ERROR)
        return ERR_NOMEM;
    if (p->error == YAML_READER_ERROR) {
        size_t line, column;
        scaf__text_position(r->text, p->problem_offset, &line, &column);
        return err_set(r->e, ERR_FORMAT, "line %zu, column %zu: %s", line, column, text);
    }
    yaml_mark_t at = p->problem_mark;
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        if (strcmp(text, sentences[i].problem) == 0) {
            text = sentences[i].text;
            break;
        }
    }
    if (p->context_mark.line < at.line && at.index >= r->text.len)
        at = p->context_mark; /* where it begins that never ends */
    if (at.index < r->text.len && r->text.ptr[at.index] == '\t')
        text = "a tab; YAML is indented with spaces";
    return fail_at(r, at, text);
}

/* --- scalars, by the core schema of YAML 1.2 --- */

static bool is_one_of(str_view v, const char *const *words)
{
    for (; *words; words++) {
        if (str_eq(v, str_of(*words)))
            return true;
    }
    return false;
}

static bool all_digits(str_view v, unsigned base)
{
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        bool digit = (c >= '0' && c < '0' + (base > 10 ? 10 : (int)base)) ||
                     (base == 16 && (c | 0x20) >= 'a' && (c | 0x20) <= 'f');
        if (!digit)
            return false;
    }
    return v.len > 0;
}

/* The number as JSON spells it; empty when it is none, or one that versions of YAML disagree on. */
static str_view number_text(arena *a, str_view v)
{
    bool sign = v.len && (v.ptr[0] == '-' || v.ptr[0] == '+');
    bool negative = sign && v.ptr[0] == '-';
    str_view digits = str_slice(v, sign, v.len), none = {NULL, 0};
    if (!sign && str_starts(v, STR("0x")) && all_digits(str_slice(v, 2, v.len), 16))
        return scaf__integer_text(a, false, str_slice(v, 2, v.len), 16);
    if (!sign && str_starts(v, STR("0o")) && all_digits(str_slice(v, 2, v.len), 8))
        return scaf__integer_text(a, false, str_slice(v, 2, v.len), 8);
    /* JSON wants digits on both sides of the point. */
    size_t point = str_find_byte(digits, '.');
    bool before = point > 0;
    bool behind =
        point + 1 < digits.len && digits.ptr[point + 1] >= '0' && digits.ptr[point + 1] <= '9';
    if (point == digits.len || (before && behind))
        v = negative ? v : digits;
    else if (before || behind)
        v = arena_format(a, "%s%s%.*s.%s%.*s", negative ? "-" : "", before ? "" : "0",
                         STR_ARG(str_slice(digits, 0, point)), behind ? "" : "0",
                         STR_ARG(str_slice(digits, point + 1, digits.len)));
    return scaf__is_number(v) ? v : none;
}

static scaf_value *plain_scalar(arena *a, str_view text)
{
    static const char *const nulls[] = {"",      "~",     "null",  "Null",  "NULL",  ".nan",
                                        ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",  "+.inf",
                                        "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    str_view literal = is_one_of(text, nulls)    ? STR("null")
                       : is_one_of(text, trues)  ? STR("true")
                       : is_one_of(text, falses) ? STR("false")
                                                 : number_text(a, text);
    return literal.len ? scaf__value_new(a, VALUE_LITERAL, literal)
                       : scaf__value_new(a, VALUE_STRING, text);
}

static scaf_value *scalar(reader *r, const yaml_event_t *event)
{
    const char *tag = (const char *)event->data.scalar.tag;
    str_view text = arena_copy(
        r->a, (str_view){(const char *)event->data.scalar.value, event->data.scalar.length});
    bool core = tag && strncmp(tag, "tag:yaml.org,2002:", 18) == 0;
    bool typed = core && strstr("int float bool null", tag + 18);
    return typed || (!tag && event->data.scalar.plain_implicit)
               ? plain_scalar(r->a, text)
               : scaf__value_new(r->a, VALUE_STRING, text);
}

/* --- nodes --- */

static err_code keep_anchor(reader *r, const yaml_char_t *name, scaf_value *is)
{
    if (!name || !is)
        return ERR_OK;
    if (r->n_anchors == r->cap_anchors) {
        size_t cap = r->cap_anchors ? r->cap_anchors * 2 : 16;
        anchor *more = ARENA_ARRAY(r->a, anchor, cap);
        if (!more)
            return ERR_NOMEM;
        if (r->n_anchors)
            memcpy(more, r->anchors, r->n_anchors * sizeof *more);
        r->anchors = more;
        r->cap_anchors = cap;
    }
    r->anchors[r->n_anchors++] = (anchor){arena_copy(r->a, str_of((const char *)name)), is};
    return ERR_OK;
}

static scaf_value *copy_of(arena *a, const scaf_value *v)
{
    scaf_value *copy = scaf__value_new(a, v->kind, v->text);
    if (copy) {
        copy->first = v->first;
        copy->last = v->last;
    }
    return copy;
}

/* An anchor is known once what it names has ended: nothing contains itself. */
static err_code alias(reader *r, const yaml_event_t *event, scaf_value **out)
{
    str_view name = str_of((const char *)event->data.alias.anchor);
    for (size_t i = r->n_anchors; i > 0; i--) {
        if (str_eq(r->anchors[i - 1].name, name)) {
            *out = copy_of(r->a, r->anchors[i - 1].is);
            return ERR_OK;
        }
    }
    return err_set(r->e, ERR_FORMAT, "line %zu, column %zu: `*%.*s` without an `&%.*s` before it",
                   event->start_mark.line + 1, event->start_mark.column + 1,
                   STR_ARG(str_slice(name, 0, 60)), STR_ARG(str_slice(name, 0, 60)));
}

/* What `<<: *base` and `<<: [*a, *b]` bring, where the map does not say otherwise. */
static void merge(arena *a, scaf_value *map, const scaf_value *from)
{
    for (const scaf_value *item = from->first; item; item = item->next) {
        if (from->kind == VALUE_LIST && item->kind == VALUE_MAP)
            merge(a, map, item);
        else if (from->kind == VALUE_MAP && !scaf__value_get(map, item->key))
            scaf__value_add(map, item->key, copy_of(a, item));
    }
}

static err_code next(reader *r, yaml_event_t *event)
{
    return yaml_parser_parse(&r->parser, event) ? ERR_OK : fail(r);
}

static err_code node(reader *r, const yaml_event_t *event, unsigned depth, scaf_value **out);

static err_code items(reader *r, scaf_value *list, unsigned depth)
{
    err_code rc = ERR_OK;
    for (bool ended = false; rc == ERR_OK && !ended;) {
        yaml_event_t event;
        scaf_value *item = NULL;
        rc = next(r, &event);
        if (rc != ERR_OK)
            break;
        ended = event.type == YAML_SEQUENCE_END_EVENT;
        if (!ended)
            rc = node(r, &event, depth, &item);
        scaf__value_add(list, STR(""), item);
        yaml_event_delete(&event);
    }
    return rc;
}

static err_code pairs(reader *r, scaf_value *map, unsigned depth)
{
    const scaf_value *merged[16];
    size_t n_merged = 0;
    err_code rc = ERR_OK;
    for (bool ended = false; rc == ERR_OK && !ended;) {
        yaml_event_t event;
        scaf_value *key = NULL, *item = NULL;
        rc = next(r, &event);
        if (rc != ERR_OK)
            break;
        ended = event.type == YAML_MAPPING_END_EVENT;
        yaml_mark_t at = event.start_mark;
        if (event.type == YAML_SCALAR_EVENT) /* `yes: 1`, `1: x`: as spelled */
            key = scaf__value_new(r->a, VALUE_STRING,
                                  arena_copy(r->a, (str_view){(const char *)event.data.scalar.value,
                                                              event.data.scalar.length}));
        bool plain = key && event.data.scalar.plain_implicit;
        if (key)
            rc = keep_anchor(r, event.data.scalar.anchor, key);
        else if (!ended)
            rc = node(r, &event, depth, &key);
        yaml_event_delete(&event);
        if (rc == ERR_OK && key && key->kind != VALUE_STRING && key->kind != VALUE_LITERAL)
            rc = fail_at(r, at, "a key that is a list or a map; the keys of JSON are texts");
        if (rc == ERR_OK && !ended)
            rc = next(r, &event);
        if (rc != ERR_OK || ended)
            break;
        rc = node(r, &event, depth, &item);
        yaml_event_delete(&event);
        if (!key || !item)
            continue;
        bool merges = plain && str_eq(key->text, STR("<<")) && item->kind != VALUE_STRING &&
                      n_merged < sizeof merged / sizeof *merged;
        if (merges)
            merged[n_merged++] = item;
        else
            scaf__value_add(map, key->text, item);
    }
    for (size_t i = 0; rc == ERR_OK && i < n_merged; i++)
        merge(r->a, map, merged[i]);
    return rc;
}

static err_code node(reader *r, const yaml_event_t *event, unsigned depth, scaf_value **out)
{
    const yaml_char_t *name = NULL;
    err_code rc = ERR_OK;
    if (depth == TAPE_MAX_DEPTH)
        return err_set(r->e, ERR_RANGE, "deeper than %d levels", TAPE_MAX_DEPTH);
    switch (event->type) {
    case YAML_ALIAS_EVENT: rc = alias(r, event, out); break;
    case YAML_SCALAR_EVENT:
        name = event->data.scalar.anchor;
        *out = scalar(r, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        name = event->data.sequence_start.anchor;
        *out = scaf__value_new(r->a, VALUE_LIST, STR(""));
        rc = items(r, *out, depth + 1);
        break;
    case YAML_MAPPING_START_EVENT:
        name = event->data.mapping_start.anchor;
        *out = scaf__value_new(r->a, VALUE_MAP, STR(""));
        rc = pairs(r, *out, depth + 1);
        break;
    default: rc = fail_at(r, event->start_mark, "expected a value"); break;
    }
    if (rc == ERR_OK)
        rc = keep_anchor(r, name, *out);
    return arena_failed(r->a) ? ERR_NOMEM : rc;
}

err_code scaf__yaml_to_json(buf *out, str_view text, err *e)
{
    arena own;
    reader r = {.text = text, .a = &own, .e = e};
    if (!text.len)
        return ERR_OK;
    if (!yaml_parser_initialize(&r.parser))
        return ERR_NOMEM;
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.ptr, text.len);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    arena_init(&own, SIZE_MAX);
    err_code rc = ERR_OK;
    for (bool ended = false; rc == ERR_OK && !ended;) {
        yaml_event_t event;
        scaf_value *document = NULL;
        rc = next(&r, &event);
        if (rc != ERR_OK)
            break;
        ended = event.type == YAML_STREAM_END_EVENT;
        bool content = event.type != YAML_STREAM_START_EVENT && !ended &&
                       event.type != YAML_DOCUMENT_START_EVENT &&
                       event.type != YAML_DOCUMENT_END_EVENT;
        /* `---` at the end opens a document with nothing in it. */
        bool nothing = event.type == YAML_SCALAR_EVENT && !event.data.scalar.length &&
                       event.data.scalar.plain_implicit;
        if (content && !nothing)
            rc = node(&r, &event, 0, &document);
        if (rc == ERR_OK && document)
            rc = scaf__value_write(out, document, e);
        if (event.type == YAML_DOCUMENT_END_EVENT) {
            arena_reset(&own);
            r.anchors = NULL;
            r.n_anchors = r.cap_anchors = 0;
        }
        yaml_event_delete(&event);
    }
    arena_release(&own);
    yaml_parser_delete(&r.parser);
    return rc;
}

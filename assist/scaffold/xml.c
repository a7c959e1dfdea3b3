#include "assist/scaffold/convert.h"

#include <expat.h>
#include <strings.h>

#include "assist/scaffold/tape.h"
#include "assist/scaffold/value.h"
#include "base/utf.h"

enum { CHUNK_BYTES = 1 << 20 };

typedef enum { TEXT_NONE, TEXT_NUMBER, TEXT_BOOL, TEXT_OTHER } text_kind;

/* All elements, or attributes, of one name below those of one place. */
typedef struct place {
    str_view name; /* with the @ of an attribute */
    text_kind text;
    bool list; /* some parent has two */
    bool map;  /* some has attributes or elements in it */
    struct place *first, *next;
} place;

typedef struct element {
    place *is;
    buf text; /* while it is open; then in the arena: */
    str_view kept;
    size_t begin; /* where it opened */
    struct element *parent, *first, *last, *next;
} element;

typedef struct {
    XML_Parser parser;
    arena *a;
    str_view text;
    place root_place;
    element *root, *open;
    unsigned depth;
    err_code rc;
} reader;

static void stop(reader *r, err_code rc)
{
    r->rc = rc;
    XML_StopParser(r->parser, XML_FALSE);
}

static place *place_of(reader *r, place *parent, str_view name)
{
    for (place *p = parent->first; p; p = p->next) {
        if (str_eq(p->name, name))
            return p;
    }
    place *p = ARENA_NEW(r->a, place);
    if (!p)
        return NULL;
    *p = (place){.name = arena_copy(r->a, name), .next = parent->first};
    parent->first = p;
    return p;
}

static element *add(reader *r, place *is)
{
    element *x = is ? ARENA_NEW(r->a, element) : NULL;
    if (!x) {
        stop(r, ERR_NOMEM);
        return NULL;
    }
    *x = (element){.is = is, .parent = r->open};
    buf_init(&x->text, SIZE_MAX);
    if (!r->open)
        return r->root = x;
    for (element *other = r->open->first; other && !is->list; other = other->next)
        is->list = other->is == is;
    if (r->open->last)
        r->open->last->next = x;
    else
        r->open->first = x;
    r->open->last = x;
    r->open->is->map = true;
    return x;
}

/* 1.10 is a version, no number. */
static bool is_version(str_view name)
{
    static const char word[] = "version";
    size_t n = sizeof word - 1;
    return name.len >= n && strncasecmp(name.ptr + name.len - n, word, n) == 0;
}

static void note_text(element *x, str_view text)
{
    bool word = str_eq(text, STR("true")) || str_eq(text, STR("false"));
    text_kind kind = word                                                ? TEXT_BOOL
                     : scaf__is_number(text) && !is_version(x->is->name) ? TEXT_NUMBER
                                                                         : TEXT_OTHER;
    x->kept = text;
    if (text.len)
        x->is->text = x->is->text == TEXT_NONE || x->is->text == kind ? kind : TEXT_OTHER;
}

static void XMLCALL begin(void *user, const XML_Char *name, const XML_Char **attributes)
{
    reader *r = user;
    if (++r->depth >= TAPE_MAX_DEPTH) {
        stop(r, ERR_RANGE);
        return;
    }
    if (!r->open)
        r->root_place.name = arena_copy(r->a, str_of(name));
    element *x = add(r, r->open ? place_of(r, r->open->is, str_of(name)) : &r->root_place);
    if (!x)
        return;
    r->open = x;
    x->begin = (size_t)XML_GetCurrentByteIndex(r->parser);
    for (; *attributes; attributes += 2) {
        str_view key = str_of(attributes[0]);
        if (str_eq(key, STR("xmlns")) || str_starts(key, STR("xmlns:")))
            continue;
        key = arena_format(r->a, "@%s", attributes[0]);
        element *attribute = add(r, place_of(r, x->is, key));
        if (!attribute)
            return;
        note_text(attribute, arena_copy(r->a, str_of(attributes[1])));
    }
}

static void XMLCALL characters(void *user, const XML_Char *text, int len)
{
    reader *r = user;
    if (r->open)
        buf_append(&r->open->text, (str_view){text, (size_t)len});
}

static void XMLCALL end(void *user, const XML_Char *name)
{
    (void)name;
    reader *r = user;
    element *x = r->open;
    note_text(x, arena_copy(r->a, str_trim(buf_view(&x->text))));
    if (buf_failed(&x->text) != ERR_OK || arena_failed(r->a))
        stop(r, ERR_NOMEM);
    buf_release(&x->text);
    r->open = x->parent;
    r->depth--;
}

/* --- elements become values --- */

static scaf_value *text_value(arena *a, const place *is, str_view text)
{
    if (!text.len)
        return scaf__value_new(a, VALUE_LITERAL, STR("null"));
    bool literal = is->text == TEXT_NUMBER || is->text == TEXT_BOOL;
    return scaf__value_new(a, literal ? VALUE_LITERAL : VALUE_STRING, text);
}

static scaf_value *to_value(arena *a, const element *x)
{
    if (!x->is->map || (!x->first && !x->kept.len))
        return text_value(a, x->is, x->kept);
    scaf_value *map = scaf__value_new(a, VALUE_MAP, STR(""));
    for (const element *child = x->first; map && child; child = child->next) {
        scaf_value *item = to_value(a, child), *list = NULL;
        if (child->is->list) {
            list = scaf__value_get(map, child->is->name);
            if (!list) {
                list = scaf__value_new(a, VALUE_LIST, STR(""));
                scaf__value_add(map, child->is->name, list);
            }
            scaf__value_add(list, STR(""), item);
        } else {
            scaf__value_add(map, child->is->name, item);
        }
    }
    if (map && x->kept.len)
        scaf__value_add(map, STR("#text"), text_value(a, x->is, x->kept));
    return map;
}

/* --- errors --- */

static err_code fail(reader *r, err *e)
{
    static const struct {
        enum XML_Error code;
        const char *text;
    } sentences[] = {
        {XML_ERROR_INVALID_TOKEN,
         "not allowed here; in text write &lt; for `<` and &amp; for `&`, and put the values of "
         "attributes in quotes"},
        {XML_ERROR_UNDEFINED_ENTITY,
         "XML knows &amp; &lt; &gt; &quot; &apos; only; write another character itself or as "
         "&#160;, and `&` as &amp;"},
        {XML_ERROR_JUNK_AFTER_DOC_ELEMENT,
         "something behind the end of the outermost element; XML has one"},
        {XML_ERROR_DUPLICATE_ATTRIBUTE, "an attribute stands twice in one tag"},
        {XML_ERROR_MISPLACED_XML_PI, "`<?xml` stands at the very beginning, or not at all"},
        {XML_ERROR_UNKNOWN_ENCODING, "an encoding that is not known; save the file as UTF-8"},
        {XML_ERROR_SYNTAX, "expected an element, `<name>`"},
    };
    enum XML_Error code = XML_GetErrorCode(r->parser);
    size_t line, column;
    if (code == XML_ERROR_NO_MEMORY)
        return ERR_NOMEM;
    scaf__text_position(r->text, (size_t)XML_GetCurrentByteIndex(r->parser), &line, &column);
    if (r->open && (code == XML_ERROR_TAG_MISMATCH || code == XML_ERROR_NO_ELEMENTS)) {
        size_t opened, at_column;
        scaf__text_position(r->text, r->open->begin, &opened, &at_column);
        str_view name = str_slice(r->open->is->name, 0, 60);
        return err_set(e, ERR_FORMAT,
                       "line %zu, column %zu: expected `</%.*s>`, since `<%.*s>` of "
                       "line %zu is still open",
                       line, column, STR_ARG(name), STR_ARG(name), opened);
    }
    const char *text = XML_ErrorString(code);
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        if (sentences[i].code == code)
            text = sentences[i].text;
    }
    return err_set(e, ERR_FORMAT, "line %zu, column %zu: %s", line, column, text);
}

err_code scaf__xml_to_json(buf *out, str_view text, err *e)
{
    arena own;
    reader r = {.a = &own, .text = text};
    if (str_is_blank(text))
        return ERR_OK;
    /* What could not be converted before may say its encoding itself. */
    r.parser = XML_ParserCreate(utf8_is_valid(text) ? "UTF-8" : NULL);
    if (!r.parser)
        return ERR_NOMEM;
    arena_init(&own, SIZE_MAX);
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, begin, end);
    XML_SetCharacterDataHandler(r.parser, characters);
    bool ended = false;
    for (size_t at = 0; r.rc == ERR_OK && !ended; at += CHUNK_BYTES) {
        str_view chunk = str_slice(text, at, at + CHUNK_BYTES);
        ended = at + chunk.len >= text.len;
        if (XML_Parse(r.parser, chunk.ptr, (int)chunk.len, ended) != XML_STATUS_OK &&
            r.rc == ERR_OK)
            r.rc = fail(&r, e);
    }
    if (r.rc == ERR_RANGE)
        err_set(e, ERR_RANGE, "deeper than %d levels", TAPE_MAX_DEPTH);
    scaf_value *whole = r.rc == ERR_OK ? to_value(&own, r.root) : NULL;
    if (r.rc == ERR_OK)
        r.rc = arena_failed(&own) ? ERR_NOMEM : scaf__value_write(out, whole, e);
    for (element *x = r.open; x; x = x->parent)
        buf_release(&x->text);
    arena_release(&own);
    XML_ParserFree(r.parser);
    return r.rc;
}

#include "assist/scaffold/schema.h"

#include <stdio.h>

#include "assist/scaffold/decide.h"
#include "assist/scaffold/names.h"

/* When a string is an enum. Values must recur, or they are names; they must look like codes, or
 * they are prose. The key may say that it is a choice ("status"), then less evidence is enough.
 * Enums are open in every target, so a wrong guess costs a value its name, never a record its
 * acceptance. */
enum {
    ENUM_MAX_VALUES = 40,
    ENUM_MAX_BYTES = 48,
    ENUM_MIN_SEEN = 8,       /* values, for a key that says nothing */
    ENUM_MIN_SEEN_NAMED = 4, /* values, for a key that names a choice */
};

typedef struct {
    schema *out;
    shape_set *s;
    const schema_options *opt;
    arena *a;
    name_scope scope;
    uint32_t cap_named;
    const shape *rows;   /* the list inside an envelope, or NULL */
    str_view rows_words; /* "data" says nothing; what the user called it does */
    bool failed;
} builder;

typedef struct {
    str_view key;    /* that led here last */
    str_view words;  /* candidate for the name of a type here */
    str_view parent; /* name of the record around; empty at the root */
} place;

static schema_type *new_type(builder *b, schema_kind kind)
{
    schema_type *t = ARENA_NEW(b->a, schema_type);
    if (!t) {
        b->failed = true;
        return NULL;
    }
    t->kind = kind;
    return t;
}

static void name_type(builder *b, schema_type *t, place at)
{
    schema *out = b->out;
    str_view want = at.words;
    if (out->n_named == b->cap_named) {
        uint32_t cap = b->cap_named ? b->cap_named * 2 : 16;
        schema_type **named = ARENA_ARRAY(b->a, schema_type *, cap);
        if (!named) {
            b->failed = true;
            return;
        }
        if (out->n_named)
            memcpy(named, out->named, out->n_named * sizeof *named);
        out->named = named;
        b->cap_named = cap;
    }
    out->named[out->n_named++] = t;
    /* Compared without blanks and case, so that no style of any language makes two of them equal.
     */
    str_view pascal = scaf__case(b->a, want, CASE_PASCAL);
    str_view got = scaf__scope_claim(&b->scope, pascal);
    if (!str_eq(got, pascal) && at.parent.len) {
        want = arena_format(b->a, "%.*s %.*s", STR_ARG(at.parent), STR_ARG(at.words));
        pascal = scaf__case(b->a, want, CASE_PASCAL);
        got = scaf__scope_claim(&b->scope, pascal);
    }
    if (str_eq(got, pascal)) {
        t->words = want;
    } else {
        str_view suffix = str_slice(got, pascal.len, got.len);
        while (suffix.len && (suffix.ptr[0] == '_'))
            suffix = str_slice(suffix, 1, suffix.len);
        t->words = arena_format(b->a, "%.*s %.*s", STR_ARG(want), suffix.len ? (int)suffix.len : 4,
                                suffix.len ? suffix.ptr : "type");
    }
}

static schema_evidence evidence_of(const shape *sh)
{
    schema_evidence e = {.n = scaf__shape_n(sh), .n_null = sh->n_null, .example = sh->example};
    if (sh->strings && !sh->strings->overflow)
        e.n_distinct = sh->strings->n_distinct;
    return e;
}

static bool one_of(str_view w, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(w, str_of(list[i])))
            return true;
    }
    return false;
}

static str_view last_word(str_view words)
{
    size_t i = words.len;
    while (i && words.ptr[i - 1] != ' ')
        i--;
    return str_slice(words, i, words.len);
}

static bool names_a_choice(str_view words)
{
    static const char *const list[] = {
        "status",  "state",      "type",     "kind",       "role",     "level",    "gender",
        "sex",     "mode",       "category", "priority",   "severity", "method",   "currency",
        "country", "language",   "lang",     "locale",     "unit",     "units",    "action",
        "event",   "visibility", "format",   "party",      "phase",    "stage",    "tier",
        "plan",    "direction",  "color",    "permission", "scope",    "protocol", "environment",
        "env",     "theme",      "align",    "position",   "variant"};
    return one_of(last_word(words), list, sizeof list / sizeof *list);
}

/* Letters, digits and the joints of codes; at most two blanks. */
static bool is_code_like(str_view v)
{
    size_t blanks = 0, letters = 0;
    if (!v.len || v.len > ENUM_MAX_BYTES)
        return false;
    for (size_t i = 0; i < v.len; i++) {
        unsigned char c = (unsigned char)v.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        letters += letter;
        blanks += c == ' ';
        if (!letter && !(c >= '0' && c <= '9') && !strchr(" _-.:/+#&", c))
            return false;
    }
    return letters > 0 && blanks <= 2;
}

static bool is_enum(const builder *b, const shape *sh, str_view words)
{
    const shape_strings *st = sh->strings;
    if (!st || st->overflow || sh->choice == CHOICE_TEXT)
        return false;
    if (sh->choice == CHOICE_ENUM)
        return st->n_distinct > 0;
    if (b->opt->no_enums || st->n_distinct < 2 || st->n_distinct > ENUM_MAX_VALUES || st->n_empty)
        return false;
    scaf_format f = scaf__format_first(st->formats & ~(1u << FORMAT_DIALLED));
    bool coded =
        f == FORMAT_CURRENCY || f == FORMAT_COUNTRY || f == FORMAT_LOCALE || f == FORMAT_MIME;
    if (f != FORMAT_NONE && !coded)
        return false;
    uint32_t once = 0;
    for (uint32_t i = 0; i < st->n_distinct; i++) {
        once += st->distinct[i].n == 1;
        if (!is_code_like(st->distinct[i].text))
            return false;
    }
    bool named = names_a_choice(words);
    uint64_t d = st->n_distinct, n = sh->n_string;
    if (named)
        return n >= ENUM_MIN_SEEN_NAMED && n * 2 >= d * 3 && once * 2 <= d + 1;
    return n >= ENUM_MIN_SEEN && n >= d * 3 && once * 4 <= d;
}

/* Whether the key speaks of a picture: "avatar url", "logo". */
static bool names_a_picture(str_view words)
{
    static const char *const links[] = {"url", "uri", "href", "link", "src"};
    static const char *const pictures[] = {"avatar", "image", "img",       "photo",  "picture",
                                           "logo",   "icon",  "thumbnail", "poster", "cover",
                                           "banner", "thumb", "gravatar",  "flag"};
    str_view last = last_word(words);
    if (one_of(last, links, sizeof links / sizeof *links))
        last = last_word(str_trim(str_slice(words, 0, words.len - last.len)));
    return one_of(last, pictures, sizeof pictures / sizeof *pictures);
}

static bool names_a_phone(str_view words)
{
    static const char *const phones[] = {"phone", "telephone", "mobile",    "cell",    "fax",
                                         "tel",   "telefon",   "cellphone", "landline"};
    str_view last = last_word(words);
    if (str_eq(last, STR("number")) || str_eq(last, STR("no")))
        last = last_word(str_trim(str_slice(words, 0, words.len - last.len)));
    return one_of(last, phones, sizeof phones / sizeof *phones);
}

/* What is ambiguous is believed when the key says so. Codes of two and three letters are also
 * words: they are believed where many differ, too. */
static scaf_format string_format(const shape *sh, str_view words)
{
    uint32_t formats = sh->strings->formats;
    if ((formats & 1u << FORMAT_DIALLED) && names_a_phone(words))
        return FORMAT_PHONE;
    scaf_format f = scaf__format_first(formats & ~(1u << FORMAT_DIALLED));
    if (f == FORMAT_URI && names_a_picture(words))
        return FORMAT_IMAGE;
    if (f != FORMAT_CURRENCY && f != FORMAT_COUNTRY && f != FORMAT_LOCALE && f != FORMAT_INTEGER)
        return f;
    static const char *const hints[] = {"currency", "country", "locale",      "lang",
                                        "language", "code",    "nationality", "region"};
    if (one_of(last_word(words), hints, sizeof hints / sizeof *hints) ||
        (!sh->strings->overflow && sh->strings->n_distinct >= 4) || sh->strings->overflow)
        return f;
    return FORMAT_NONE;
}

static void mark_epoch(schema_type *t, str_view words)
{
    static const char *const hints[] = {
        "at",      "time",     "timestamp", "ts",     "date", "created", "updated", "epoch", "utc",
        "expires", "modified", "sunrise",   "sunset", "dt",   "ms",      "since",   "until", "on"};
    str_view last = last_word(words), first = str_slice(words, 0, str_find_byte(words, ' '));
    if (!one_of(last, hints, sizeof hints / sizeof *hints) &&
        !one_of(first, hints, sizeof hints / sizeof *hints))
        return;
    /* 1990 to 2100. */
    t->epoch_s = t->min_int >= INT64_C(631152000) && t->max_int <= INT64_C(4102444800);
    t->epoch_ms = t->min_int >= INT64_C(631152000000) && t->max_int <= INT64_C(4102444800000);
}

static schema_ref build(builder *b, shape *sh, place at);

static schema_type *number_type(builder *b, const shape *sh, place at)
{
    bool whole = !(sh->num_flags & ~(uint32_t)NUM_ANY_INT);
    schema_type *t = new_type(b, whole ? KIND_INT : KIND_NUMBER);
    if (!t)
        return NULL;
    t->num_flags = sh->num_flags;
    t->min_int = sh->min_int;
    t->max_int = sh->max_int;
    t->min_num = sh->min_num;
    t->max_num = sh->max_num;
    b->out->num_flags |= sh->num_flags;
    /* 32 bits are enough for what was seen; ids grow, so half the range counts as full. */
    bool small = sh->min_int >= -1073741824 && sh->max_int <= 1073741823;
    t->width = (sh->num_flags & NUM_BIG_INT) ? INT_BIG
               : (sh->num_flags & NUM_UINT64)
                   ? ((sh->num_flags & NUM_INT64) && sh->min_int < 0 ? INT_BIG : INT_U64)
               : small ? INT_32
                       : INT_64;
    if (whole && t->width <= INT_64)
        mark_epoch(t, scaf__words(b->a, at.key));
    return t;
}

static schema_type *string_type(builder *b, const shape *sh, place at)
{
    const shape_strings *st = sh->strings;
    str_view words = scaf__words(b->a, at.key);
    bool choice = is_enum(b, sh, words);
    schema_type *t = new_type(b, choice ? KIND_ENUM : KIND_STRING);
    if (!t)
        return NULL;
    t->max_chars = st->max_chars;
    t->may_be_empty = st->n_empty > 0;
    t->format = sh->choice == CHOICE_TEXT ? FORMAT_NONE : string_format(sh, words);
    if (!choice)
        return t;
    t->why = "few values, each seen often";
    t->values = ARENA_ARRAY(b->a, str_view, st->n_distinct);
    for (uint32_t i = 0; t->values && i < st->n_distinct; i++)
        t->values[t->n_values++] = st->distinct[i].text;
    b->failed = b->failed || !t->values;
    name_type(b, t, at);
    return t;
}

static schema_type *array_type(builder *b, shape *sh, place at)
{
    const shape_arrays *ar = sh->arrays;
    uint32_t n = ar->n_positions ? ar->n_positions : 1;
    schema_type *t = new_type(b, ar->n_positions ? KIND_TUPLE : KIND_ARRAY);
    place inside = at;
    if (!t)
        return NULL;
    if (!sh->type) /* inside a union, the place is the union */
        sh->type = t;
    t->min_len = ar->min_len;
    t->max_len = ar->max_len;
    t->items = ARENA_ARRAY(b->a, schema_ref, n);
    if (!t->items) {
        b->failed = true;
        return t;
    }
    inside.words = scaf__singular(b->a, at.words);
    if (str_eq(inside.words, at.words) && ar->n_positions)
        inside.words = arena_format(b->a, "%.*s item", STR_ARG(at.words));
    t->n_items = n;
    for (uint32_t i = 0; i < n; i++)
        t->items[i] = build(b, ar->n_positions ? ar->at[i] : ar->item, inside);
    return t;
}

static schema_type *map_type(builder *b, shape *sh, place at)
{
    const shape_objects *ob = sh->objects;
    schema_type *t = new_type(b, KIND_MAP);
    place inside = at;
    if (!t)
        return NULL;
    if (!sh->type) /* inside a union, the place is the union */
        sh->type = t;
    t->format = ob->map_digits && ob->n_keys ? FORMAT_INTEGER : scaf__format_first(ob->map_formats);
    if (!ob->n_keys)
        t->format = FORMAT_NONE;
    t->items = ARENA_ARRAY(b->a, schema_ref, 1);
    if (!t->items) {
        b->failed = true;
        return t;
    }
    inside.words = scaf__singular(b->a, at.words);
    t->n_items = 1;
    t->items[0] = build(b, ob->map_value, inside);
    return t;
}

static schema_type *record_type(builder *b, schema_type *t, const shape_variant *v, place at)
{
    if (!t->why)
        t->why = "objects with these keys";
    t->n_objects = v->n_objects;
    t->fields = ARENA_ARRAY(b->a, schema_field, v->n_fields);
    if (!t->fields) {
        b->failed = true;
        return t;
    }
    name_type(b, t, at);
    for (uint32_t i = 0; i < v->n_fields && !b->failed; i++) {
        shape *value = scaf__shape_find(v->fields[i].value);
        schema_field *f = &t->fields[t->n_fields++];
        f->key = v->fields[i].key;
        f->words = scaf__words(b->a, f->key);
        f->n = v->fields[i].n;
        f->n_objects = v->n_objects;
        f->optional = f->n < f->n_objects;
        f->seen = evidence_of(value);
        f->unique = !value->n_null && !f->optional &&
                    ((scaf__shape_kinds(value) == 1u << TAPE_NUMBER &&
                      value->num_flags == NUM_INT64 && value->int_rises) ||
                     (scaf__shape_kinds(value) == 1u << TAPE_STRING &&
                      f->seen.n_distinct == value->n_string));
        str_view words = value == b->rows ? b->rows_words : f->words;
        f->ref = build(b, value, (place){f->key, words, t->words});
    }
    return t;
}

static schema_type *tagged_type(builder *b, shape *sh, place at)
{
    const shape_objects *ob = sh->objects;
    schema_type *t = new_type(b, KIND_UNION);
    if (!t)
        return NULL;
    if (!sh->type) /* inside a union, the place is the union */
        sh->type = t;
    t->tag_key = ob->tag_key;
    t->why = "the tag decides which keys there are";
    t->items = ARENA_ARRAY(b->a, schema_ref, ob->n_variants);
    name_type(b, t, at);
    /* Targets call the arm for new tags Unknown<Name>. */
    str_view other = arena_format(b->a, "unknown %.*s", STR_ARG(t->words));
    scaf__scope_claim(&b->scope, scaf__case(b->a, other, CASE_PASCAL));
    for (uint32_t i = 0; i < ob->n_variants && !b->failed; i++) {
        const shape_variant *v = &ob->variants[i];
        const shape_field *tag = scaf__variant_field(v, ob->tag_key);
        const shape_strings *st = tag ? scaf__shape_find(tag->value)->strings : NULL;
        schema_type *arm = new_type(b, KIND_RECORD);
        if (!arm || !st || !st->n_distinct) {
            b->failed = true;
            break;
        }
        arm->why = "one value of the tag";
        arm->values = ARENA_ARRAY(b->a, str_view, st->n_distinct);
        for (uint32_t k = 0; arm->values && k < st->n_distinct; k++)
            arm->values[arm->n_values++] = st->distinct[k].text;
        arm->tag_key = ob->tag_key;
        str_view words = scaf__words(b->a, st->distinct[0].text);
        t->items[t->n_items++] = (schema_ref){arm, false};
        record_type(b, arm, v, (place){at.key, words, t->words});
        for (uint32_t k = 0; k < arm->n_fields; k++)
            arm->fields[k].is_tag = str_eq(arm->fields[k].key, ob->tag_key);
    }
    return t;
}

static schema_type *object_type(builder *b, shape *sh, place at)
{
    const shape_objects *ob = sh->objects;
    if (ob->is_map || (ob->n_variants == 1 && !ob->variants[0].n_fields) || !ob->n_variants)
        return map_type(b, sh, at);
    if (ob->tagged && ob->n_variants > 1)
        return tagged_type(b, sh, at);
    schema_type *t = new_type(b, KIND_RECORD);
    if (!t)
        return NULL;
    if (!sh->type) /* inside a union, the place is the union */
        sh->type = t;
    return record_type(b, t, &ob->variants[0], at);
}

static schema_ref build(builder *b, shape *sh, place at)
{
    schema_ref ref = {NULL, false};
    sh = scaf__shape_find(sh);
    if (!sh) {
        ref.type = new_type(b, KIND_ANY);
        ref.nullable = true;
        return ref;
    }
    ref.nullable = sh->n_null > 0;
    if (sh->type) {
        ref.type = sh->type;
        return ref;
    }
    uint32_t kinds = scaf__shape_kinds(sh);
    if (!kinds) {
        ref.type = new_type(b, KIND_ANY);
        ref.nullable = true;
        sh->type = ref.type;
        return ref;
    }
    if (!(kinds & (kinds - 1))) {
        ref.type = kinds == 1u << TAPE_TRUE     ? new_type(b, KIND_BOOL)
                   : kinds == 1u << TAPE_NUMBER ? number_type(b, sh, at)
                   : kinds == 1u << TAPE_STRING ? string_type(b, sh, at)
                   : kinds == 1u << TAPE_ARRAY  ? array_type(b, sh, at)
                                                : object_type(b, sh, at);
        sh->type = ref.type;
        return ref;
    }
    schema_type *t = new_type(b, KIND_UNION);
    if (!t)
        return ref;
    if (!sh->type) /* inside a union, the place is the union */
        sh->type = t;
    ref.type = t;
    t->why = "values of several kinds";
    t->items = ARENA_ARRAY(b->a, schema_ref, 5);
    if (!t->items) {
        b->failed = true;
        return ref;
    }
    name_type(b, t, at);
    place arm = {at.key, at.words, t->words};
    schema_type *arms[5];
    uint32_t n = 0;
    if (kinds & 1u << TAPE_TRUE)
        arms[n++] = new_type(b, KIND_BOOL);
    if (kinds & 1u << TAPE_NUMBER)
        arms[n++] = number_type(b, sh, arm);
    if (kinds & 1u << TAPE_STRING) {
        arm.words = arena_format(b->a, "%.*s choice", STR_ARG(at.words));
        arms[n++] = string_type(b, sh, arm);
    }
    if (kinds & 1u << TAPE_ARRAY) {
        arm.words = arena_format(b->a, "%.*s list", STR_ARG(at.words));
        arms[n++] = array_type(b, sh, arm);
    }
    if (kinds & 1u << TAPE_OBJECT) {
        arm.words = arena_format(b->a, "%.*s object", STR_ARG(at.words));
        arms[n++] = object_type(b, sh, arm);
    }
    for (uint32_t i = 0; i < n; i++)
        t->items[t->n_items++] = (schema_ref){arms[i], false};
    return ref;
}

/* ---- envelope ---- */

static bool is_rows_key(str_view k)
{
    static const char *const names[] = {
        "data",    "items",     "results",    "records",   "rows",     "entries",
        "content", "value",     "values",     "hits",      "list",     "edges",
        "nodes",   "objects",   "docs",       "documents", "features", "elements",
        "members", "resources", "collection", "result"};
    return one_of(k, names, sizeof names / sizeof *names);
}

static bool is_paging_key(str_view words)
{
    static const char *const names[] = {
        "next",    "previous", "prev",   "first",    "last",       "cursor", "total",   "count",
        "page",    "pages",    "limit",  "offset",   "size",       "more",   "links",   "meta",
        "self",    "token",    "object", "paging",   "pagination", "url",    "kind",    "etag",
        "took",    "start",    "status", "success",  "ok",         "error",  "errors",  "message",
        "version", "type",     "empty",  "number",   "sort",       "id",     "results", "data",
        "href",    "link",     "info",   "name",     "time",       "skip",   "has",     "after",
        "before",  "per",      "query",  "copyright"};
    str_view last = last_word(words), first = str_slice(words, 0, str_find_byte(words, ' '));
    return one_of(last, names, sizeof names / sizeof *names) ||
           one_of(first, names, sizeof names / sizeof *names);
}

static schema_type *row_of(const schema_type *t)
{
    if ((t->kind == KIND_ARRAY || t->kind == KIND_MAP) && t->n_items == 1 &&
        t->items[0].type->kind == KIND_RECORD)
        return t->items[0].type;
    return NULL;
}

/* People save the first page. On the last one, what leads to the next is null or absent. */
static void allow_end(schema_field *f)
{
    str_view first = str_slice(f->words, 0, str_find_byte(f->words, ' '));
    bool leads = str_eq(first, STR("next")) || str_eq(first, STR("previous")) ||
                 str_eq(first, STR("prev")) || str_eq(f->words, STR("cursor"));
    if (leads && f->ref.type->kind != KIND_BOOL) {
        f->ref.nullable = true;
        f->optional = true;
    }
}

static void find_rows(schema *s)
{
    schema_type *root = s->root.type;
    s->row = row_of(root);
    if (s->row) {
        s->root_is_rows = true;
        return;
    }
    if (root->kind != KIND_RECORD)
        return;
    s->row = root;
    const schema_field *rows = NULL;
    uint32_t n_lists = 0, n_paging = 0;
    for (uint32_t i = 0; i < root->n_fields; i++) {
        const schema_field *f = &root->fields[i];
        if (f->ref.type->kind == KIND_ARRAY && row_of(f->ref.type)) {
            n_lists++;
            if (!rows || is_rows_key(f->key))
                rows = f;
        } else {
            n_paging += is_paging_key(f->words);
        }
    }
    /* One list under a telling name, or the only list among nothing but paging. */
    if (rows && ((is_rows_key(rows->key) && n_paging * 2 >= root->n_fields - n_lists) ||
                 (n_lists == 1 && n_paging + 1 == root->n_fields))) {
        s->row = row_of(rows->ref.type);
        s->row_key = rows->key;
        for (uint32_t i = 0; i < root->n_fields; i++)
            allow_end(&root->fields[i]);
    }
}

/* In an envelope the rows carry the name that the user gave, the envelope a derived one. */
static bool root_is_envelope(const shape *sh)
{
    if (!sh->objects || sh->objects->is_map || sh->objects->tagged ||
        sh->objects->n_variants != 1 || scaf__shape_kinds(sh) != 1u << TAPE_OBJECT)
        return false;
    const shape_variant *v = &sh->objects->variants[0];
    uint32_t n_paging = 0, n_rows = 0;
    for (uint32_t i = 0; i < v->n_fields; i++) {
        const shape *f = scaf__shape_find(v->fields[i].value);
        bool list = f->arrays && scaf__shape_kinds(f) == 1u << TAPE_ARRAY && f->arrays->item &&
                    scaf__shape_find(f->arrays->item)->n_object;
        char text[32];
        size_t n = v->fields[i].key.len < sizeof text ? v->fields[i].key.len : 0;
        /* Paging keys are ASCII; split at joints and capitals the simple way. */
        size_t from = n;
        while (from && v->fields[i].key.ptr[from - 1] != '_' &&
               v->fields[i].key.ptr[from - 1] != '-')
            from--;
        memcpy(text, v->fields[i].key.ptr + from, n - from);
        if (list && is_rows_key(v->fields[i].key))
            n_rows++;
        else if (!list && n && is_paging_key((str_view){text, n - from}))
            n_paging++;
    }
    return n_rows == 1 && n_paging * 2 >= v->n_fields - 1 && v->n_fields > 1;
}

err_code scaf__schema_build(schema *out, shape_set *shapes, const schema_options *opt, arena *a,
                            err *e)
{
    err_code rc = scaf__decide(shapes, opt, e);
    if (rc != ERR_OK)
        return rc;
    schema result = {.n_samples = shapes->n_values};
    builder b = {.out = &result, .s = shapes, .opt = opt, .a = a};
    scaf__scope_init(&b.scope, a, "", true);
    shape *root = scaf__shape_find(shapes->root);
    str_view name = scaf__words(a, opt->name.len ? opt->name : STR("Root"));
    place at = {STR(""), name, {NULL, 0}};
    shape *rows = NULL;
    if (root_is_envelope(root)) {
        const shape_variant *v = &root->objects->variants[0];
        for (uint32_t i = 0; i < v->n_fields && !rows; i++) {
            if (is_rows_key(v->fields[i].key))
                rows = scaf__shape_find(v->fields[i].value);
        }
        at.words = arena_format(a, "%.*s page", STR_ARG(scaf__singular(a, name)));
    }
    b.rows = rows;
    b.rows_words = name;
    result.root = build(&b, root, at);
    if (b.failed || arena_failed(a) || !result.root.type)
        return err_set(e, ERR_NOMEM, "out of memory while building the model");
    find_rows(&result);
    *out = result;
    return arena_failed(a) ? err_set(e, ERR_NOMEM, "out of memory while building the model")
                           : ERR_OK;
}

/* ---- acceptance ---- */

static bool accepts(const schema_ref ref, const tape_value *values, uint32_t index, str_view key,
                    err *why);

static bool accepts_type(const schema_type *t, const tape_value *values, uint32_t index,
                         str_view key, err *why)
{
    const tape_value *v = &values[index];
    uint32_t at = index + 1;
    bool ok = false;
    switch (t->kind) {
    case KIND_ANY: return true;
    case KIND_BOOL: ok = v->kind == TAPE_TRUE || v->kind == TAPE_FALSE; break;
    case KIND_INT:
        ok = v->kind == TAPE_NUMBER;
        for (uint32_t i = 0; ok && i < v->len; i++)
            ok = v->ptr[i] != '.' && v->ptr[i] != 'e' && v->ptr[i] != 'E';
        break;
    case KIND_NUMBER: ok = v->kind == TAPE_NUMBER; break;
    case KIND_STRING:
    case KIND_ENUM: ok = v->kind == TAPE_STRING; break;
    case KIND_ARRAY:
    case KIND_TUPLE:
        if (v->kind != TAPE_ARRAY || (t->kind == KIND_TUPLE && v->n != t->n_items))
            break;
        for (uint32_t i = 0; i < v->n; i++) {
            if (!accepts(t->items[t->kind == KIND_TUPLE ? i : 0], values, at, key, why))
                return false;
            at = values[at].next;
        }
        return true;
    case KIND_MAP:
        if (v->kind != TAPE_OBJECT)
            break;
        for (uint32_t i = 0; i < v->n; i++) {
            at = values[at].next;
            if (!accepts(t->items[0], values, at, key, why))
                return false;
            at = values[at].next;
        }
        return true;
    case KIND_RECORD:
        if (v->kind != TAPE_OBJECT)
            break;
        for (uint32_t i = 0; i < t->n_fields; i++) {
            const schema_field *f = &t->fields[i];
            const tape_value *member = scaf__tape_get(values, index, f->key);
            if (!member && !f->optional) {
                err_set(why, ERR_FORMAT, "missing: %.*s", STR_ARG(f->key));
                return false;
            }
            if (member && !accepts(f->ref, values, (uint32_t)(member - values), f->key, why))
                return false;
        }
        return true;
    case KIND_UNION:
        if (t->tag_key.len) {
            const tape_value *tag =
                v->kind == TAPE_OBJECT ? scaf__tape_get(values, index, t->tag_key) : NULL;
            if (!tag || tag->kind != TAPE_STRING)
                break;
            for (uint32_t i = 0; i < t->n_items; i++) {
                const schema_type *arm = t->items[i].type;
                for (uint32_t k = 0; k < arm->n_values; k++) {
                    if (str_eq(arm->values[k], tape_text(tag)))
                        return accepts_type(arm, values, index, key, why);
                }
            }
            return true; /* a new tag: kept as it is */
        }
        for (uint32_t i = 0; i < t->n_items; i++) {
            if (accepts(t->items[i], values, index, key, NULL))
                return true;
        }
        break;
    }
    if (!ok)
        err_set(why, ERR_FORMAT, "another kind at %.*s", STR_ARG(key));
    return ok;
}

static bool accepts(const schema_ref ref, const tape_value *values, uint32_t index, str_view key,
                    err *why)
{
    if (values[index].kind == TAPE_NULL) {
        if (ref.nullable || ref.type->kind == KIND_ANY)
            return true;
        err_set(why, ERR_FORMAT, "null at %.*s", STR_ARG(key));
        return false;
    }
    return accepts_type(ref.type, values, index, key, why);
}

bool scaf__schema_accepts(const schema *s, const tape_value *values, uint32_t index, err *why)
{
    return accepts(s->root, values, index, STR("the root"), why);
}

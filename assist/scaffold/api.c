#include "assist/scaffold/api.h"

#include "assist/scaffold/lists.h"

static bool is_one_of(str_view v, const char *const *list)
{
    for (; *list; list++) {
        if (str_eq(v, str_of(*list)))
            return true;
    }
    return false;
}

static const schema_field *find_key(const schema_type *row)
{
    if (row->kind != KIND_RECORD)
        return NULL;
    for (uint32_t i = 0; i < row->n_fields; i++) {
        const schema_field *f = &row->fields[i];
        schema_kind k = f->ref.type->kind;
        bool scalar = k == KIND_INT || k == KIND_STRING;
        if (scalar && !f->optional && !f->ref.nullable && scaf__is_id(f->words))
            return f;
    }
    return NULL;
}

/* A key that may stand in a URL and in code as it is, else `fallback`. */
static const char *plain_or(emit_out *o, str_view key, const char *fallback)
{
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-'))
            return fallback;
    }
    const char *z = key.len ? arena_copy_z(o->a, key) : NULL;
    return z ? z : fallback;
}

/* "next_cursor" -> "cursor", "nextPageToken" -> "pageToken": the key without its first word, in its
 * own style; "cursor" when nothing is left. */
static const char *without_next(emit_out *o, str_view key)
{
    str_view rest = str_slice(key, 4, key.len);
    while (rest.len && (rest.ptr[0] == '_' || rest.ptr[0] == '-'))
        rest = str_slice(rest, 1, rest.len);
    if (!rest.len)
        return "cursor";
    str_view name = arena_format(o->a, "%c%.*s",
                                 rest.ptr[0] >= 'A' && rest.ptr[0] <= 'Z' ? rest.ptr[0] - 'A' + 'a'
                                                                          : rest.ptr[0],
                                 STR_ARG(str_slice(rest, 1, rest.len)));
    return plain_or(o, name, "cursor");
}

static void find_paging(emit_out *o, api_info *api)
{
    static const char *const cursors[] = {
        "next cursor", "next page token", "next token", "next page", "next",
        "next url",    "next page url",   "next href",  NULL};
    static const char *const pages[] = {"total pages", "page count", "pages", "num pages", NULL};
    static const char *const totals[] = {"total", "total count", "count", "total results", NULL};
    static const char *const limits[] = {"per page", "page size", "limit", NULL};
    const schema_type *root = o->s->root.type;
    bool page_number = false, page_total = false;
    str_view pages_key = {NULL, 0};
    for (uint32_t i = 0; i < root->n_fields; i++) {
        const schema_field *f = &root->fields[i];
        const schema_type *t = f->ref.type;
        if (str_eq(f->key, o->s->row_key))
            api->rows_may_lack = f->optional || f->ref.nullable;
        if (is_one_of(f->words, cursors) && (t->kind == KIND_STRING || t->kind == KIND_ANY)) {
            bool url = t->format == FORMAT_URI || str_ends(f->words, STR(" url")) ||
                       str_ends(f->words, STR(" href"));
            api->paging = url ? PAGING_URL : PAGING_CURSOR;
            api->next_key = f->key;
            api->cursor_param = without_next(o, f->key);
        } else if (t->kind == KIND_INT && str_eq(f->words, STR("page"))) {
            api->page_key = f->key;
            page_number = true;
        } else if (t->kind == KIND_INT && is_one_of(f->words, pages)) {
            pages_key = f->key;
            page_total = true;
        } else if (t->kind == KIND_INT && is_one_of(f->words, totals)) {
            api->total_key = f->key;
        } else if (t->kind == KIND_INT && is_one_of(f->words, limits)) {
            api->limit_param = plain_or(o, f->key, "limit");
        }
    }
    if (api->paging == PAGING_LINK && page_number && page_total) {
        api->paging = PAGING_NUMBER;
        api->next_key = pages_key;
        api->cursor_param = plain_or(o, api->page_key, "page");
    }
}

api_info scaf__api(emit_out *o)
{
    api_info api = {.rows = scaf__rows(o), .cursor_param = "cursor", .limit_param = "limit"};
    /* Several samples of one thing: nothing tells how the API would list them. */
    if (api.rows.type.type == o->s->root.type)
        api.rows.shape = ROWS_ONE;
    bool one = api.rows.shape == ROWS_ONE;
    str_view many = one ? api.rows.words : scaf__plural(o->a, api.rows.words);
    api.path = scaf__name(o, many, CASE_KEBAB);
    api.item = scaf__name(o, api.rows.words, CASE_SNAKE);
    api.class_name = scaf__name(o, many, CASE_PASCAL);
    api.item_class = scaf__name(o, api.rows.words, CASE_PASCAL);
    if (!one)
        api.key = find_key(api.rows.type.type);
    if (api.rows.shape == ROWS_ENVELOPE)
        find_paging(o, &api);
    return api;
}

bool scaf__api_has_items(const api_info *api)
{
    return api->rows.shape != ROWS_ONE && (api->key || api->rows.shape == ROWS_MAP);
}

size_t scaf__add_methods(emit_out *o, const api_info *api, template_slot *slots, size_t n,
                         bool typed, client_texts texts)
{
    bool one = api->rows.shape == ROWS_ONE;
    template_part part = {
        slots,
        n,
        typed,
        {one ? texts.one : texts.list, scaf__api_has_items(api) ? texts.items : NULL, NULL}};
    str_view text = scaf__captured(o, scaf__fill_part, &part);
    slots[n] = (template_slot){"methods", str_slice(text, 0, text.len - 1)};
    return n + 1;
}

/* Servers of the API of the sample, with its rows: a mock in Python, and one in TypeScript to go on
 * from. */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/template.h"

enum { MAX_ROWS = 200 };

/* How a language writes pairs of texts. */
typedef struct {
    api_info api;
    quote_style quote;
    const char *pair;
} server;

static void members(emit_out *o, void *user)
{
    const server *v = user;
    const api_info *api = &v->api;
    const schema_type *root = o->s->root.type;
    buf_append_byte(o->b, '[');
    for (uint32_t i = 0; api->rows.shape == ROWS_ENVELOPE && i < root->n_fields; i++) {
        str_view key = root->fields[i].key, text;
        bool paged = api->paging != PAGING_LINK && str_eq(key, api->next_key);
        if (str_eq(key, o->s->row_key))
            text = STR("@rows");
        else if (paged)
            text = api->paging == PAGING_URL      ? STR("@url")
                   : api->paging == PAGING_NUMBER ? STR("@pages")
                                                  : STR("@cursor");
        else if (api->total_key.len && str_eq(key, api->total_key))
            text = STR("@total");
        else if (api->paging == PAGING_NUMBER && str_eq(key, api->page_key))
            text = STR("@page");
        else if (str_eq(key, str_of(api->limit_param)))
            text = STR("@limit");
        else
            text = scaf__sample_member(o, key);
        if (text.len)
            buf_append_format(o->b, v->pair, scaf__quote(o, key, v->quote),
                              scaf__quote(o, text, v->quote));
    }
    if (o->b->len > 1)
        buf_append_byte(o->b, '\n');
    buf_append_byte(o->b, ']');
}

static void required(emit_out *o, void *user)
{
    const api_info *api = user;
    const schema_type *row = api->rows.type.type;
    bool more = false;
    buf_append_byte(o->b, '[');
    for (uint32_t i = 0; row->kind == KIND_RECORD && i < row->n_fields; i++) {
        if (row->fields[i].optional)
            continue;
        buf_append_format(o->b, "%s%s", more ? ", " : "",
                          scaf__quote(o, row->fields[i].key, QUOTE_LONG));
        more = true;
    }
    buf_append_byte(o->b, ']');
}

static void rows(emit_out *o, void *user)
{
    const server *v = user;
    size_t n;
    str_view *keys = NULL, *texts = scaf__sample_rows(o, MAX_ROWS, &n, &keys);
    buf_append_byte(o->b, '[');
    for (size_t i = 0; i < n; i++)
        buf_append_format(o->b, v->pair, scaf__quote(o, keys[i], v->quote),
                          scaf__quote(o, texts[i], v->quote));
    buf_append(o->b, n ? STR("\n]") : STR("]"));
}

static const char *const shapes[] = {"one", "list", "map", "envelope"};
static const char *const pagings[] = {"link", "cursor", "url", "number"};

void scaf__emit_mock(emit_out *o)
{
    server v = {scaf__api(o), QUOTE_LONG, "\n    (%s, %s),"};
    api_info api = v.api;
    const template_slot slots[] = {
        {"sample", str_of(scaf__comment(o, o->sample_name))},
        {"file", arena_format(o->a, "%s_mock.py", scaf__file_name(o, CASE_SNAKE))},
        {"path", str_of(api.path)},
        {"shape", str_of(shapes[api.rows.shape])},
        {"keyKey", str_of(api.key ? scaf__quote(o, api.key->key, QUOTE_LONG) : "None")},
        {"keyIsNumber",
         api.key && api.key->ref.type->kind == KIND_INT ? STR("True") : STR("False")},
        {"paging", str_of(pagings[api.paging])},
        {"cursor", str_of(api.cursor_param)},
        {"limit", str_of(api.limit_param)},
        {"members", scaf__captured(o, members, &v)},
        {"required", scaf__captured(o, required, &api)},
        {"rows", scaf__captured(o, rows, &v)},
        {"pageSize", STR("20")},
    };
    scaf__fill(o, scaf__text_mock_py, slots, sizeof slots / sizeof *slots, false);
}

void scaf__emit_server_ts(emit_out *o)
{
    server v = {scaf__api(o), QUOTE_JSON, "\n  [%s, %s],"};
    const api_info *api = &v.api;
    bool one = api->rows.shape == ROWS_ONE;
    scaf__also(o, "typescript");
    str_view module = str_of(scaf__target_file(o, "typescript"));
    if (str_ends(module, STR(".ts")))
        module.len -= 3;
    const char *row = one ? "" : "Row";
    str_view file = str_of(scaf__target_file(o, "server-typescript"));
    if (str_ends(file, STR(".ts")))
        file = arena_format(o->a, "%.*s.js", STR_ARG(str_slice(file, 0, file.len - 3)));
    const template_slot slots[] = {
        {"sample", str_of(scaf__comment(o, o->sample_name))},
        {"file", file},
        {"module", module},
        {"parse", arena_format(o->a, "parse%.*s%s", STR_ARG(o->root_name), row)},
        {"serialize", arena_format(o->a, "serialize%.*s%s", STR_ARG(o->root_name), row)},
        {"server", arena_format(o->a, "create%sServer", api->class_name)},
        {"path", str_of(api->path)},
        {"shape", str_of(shapes[api->rows.shape])},
        {"keyKey", str_of(api->key ? scaf__quote(o, api->key->key, QUOTE_JSON) : "undefined")},
        {"paging", str_of(pagings[api->paging])},
        {"cursor", str_of(api->cursor_param)},
        {"limit", str_of(api->limit_param)},
        {"members", scaf__captured(o, members, &v)},
        {"rows", scaf__captured(o, rows, &v)},
    };
    scaf__fill(o, scaf__text_server_ts, slots, sizeof slots / sizeof *slots, true);
}

/* OpenAPI 3.1, in JSON: the API of api.h, its types as JSON Schema. */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"

static const char base[] = "#/components/schemas/";

typedef struct {
    emit_out *o;
    api_info api;
} oa;

static void parameter(oa *t, const char *name, const char *in, const char *type, const char *about,
                      const char *tail)
{
    scaf__line(t->o,
               "{ \"name\": \"%s\", \"in\": \"%s\", \"required\": %s, \"schema\": { \"type\": "
               "\"%s\" }, \"description\": \"%s\" }%s",
               name, in, in[0] == 'p' ? "true" : "false", type, about, tail);
}

static void content(oa *t, schema_ref ref, const char *tail)
{
    scaf__open(t->o, "\"content\": {");
    scaf__open(t->o, "\"application/json\": {");
    scaf__json_schema_value(t->o, "\"schema\": ", ref, base, "");
    scaf__close(t->o, "}");
    scaf__close(t->o, "}%s", tail);
}

static void operation(oa *t, const char *method, const char *verb, const char *what,
                      const char *summary)
{
    scaf__open(t->o, "\"%s\": {", method);
    scaf__line(t->o, "\"operationId\": \"%s%s\",", verb, what);
    scaf__line(t->o, "\"summary\": \"%s\",", summary);
}

static void body(oa *t, schema_ref ref)
{
    scaf__open(t->o, "\"requestBody\": {");
    scaf__line(t->o, "\"required\": true,");
    content(t, ref, "");
    scaf__close(t->o, "},");
}

/* The answers of one operation; `ref` NULL: without a body. Ends the operation. */
static void responses(oa *t, const char *status, const char *about, const schema_ref *ref,
                      const char *tail)
{
    emit_out *o = t->o;
    scaf__open(o, "\"responses\": {");
    scaf__open(o, "\"%s\": {", status);
    scaf__line(o, "\"description\": \"%s\"%s", about, ref ? "," : "");
    if (ref && t->api.paging == PAGING_LINK && t->api.rows.shape != ROWS_ONE &&
        ref->type == o->s->root.type) {
        scaf__open(o, "\"headers\": {");
        scaf__line(o, "\"Link\": { \"description\": \"the next page, rel=next\", \"schema\": { "
                      "\"type\": \"string\" } }");
        scaf__close(o, "},");
    }
    if (ref)
        content(t, *ref, "");
    scaf__close(o, "},");
    scaf__line(o, "\"default\": { \"$ref\": \"#/components/responses/Problem\" }");
    scaf__close(o, "}");
    scaf__close(o, "}%s", tail);
}

static void list_path(oa *t)
{
    emit_out *o = t->o;
    const api_info *a = &t->api;
    bool create = a->key != NULL;
    scaf__open(o, "\"/%s\": {", a->path);
    operation(t, "get", "list", a->class_name, "One page");
    scaf__open(o, "\"parameters\": [");
    parameter(t, a->limit_param, "query", "integer", "rows of a page",
              a->paging == PAGING_LINK || a->paging == PAGING_URL ? "" : ",");
    if (a->paging == PAGING_CURSOR)
        parameter(t, a->cursor_param, "query", "string", "where the page before ended", "");
    else if (a->paging == PAGING_NUMBER)
        parameter(t, a->cursor_param, "query", "integer", "number of the page, from 1", "");
    scaf__close(o, "],");
    responses(t, "200", "the page", &o->s->root, create ? "," : "");
    if (create) {
        operation(t, "post", "create", a->item_class, "Add one");
        body(t, a->rows.type);
        responses(t, "201", "what was added", &a->rows.type, "");
    }
    scaf__close(o, "}%s", a->key || a->rows.shape == ROWS_MAP ? "," : "");
}

static void item_path(oa *t)
{
    emit_out *o = t->o;
    const api_info *a = &t->api;
    const char *name = a->key ? scaf__name(o, a->key->words, CASE_SNAKE) : "key";
    scaf__open(o, "\"/%s/{%s}\": {", a->path, name);
    scaf__open(o, "\"parameters\": [");
    parameter(t, name, "path", a->key && a->key->ref.type->kind == KIND_INT ? "integer" : "string",
              "which one", "");
    scaf__close(o, "],");
    operation(t, "get", "get", a->item_class, "One row");
    responses(t, "200", "the row", &a->rows.type, ",");
    operation(t, "put", "update", a->item_class, "Replace one");
    body(t, a->rows.type);
    responses(t, "200", "the row as it is now", &a->rows.type, ",");
    operation(t, "delete", "delete", a->item_class, "Delete one");
    responses(t, "204", "it is gone", NULL, "");
    scaf__close(o, "}");
}

static void one_path(oa *t)
{
    scaf__open(t->o, "\"/%s\": {", t->api.path);
    operation(t, "get", "get", t->api.item_class, "The value");
    responses(t, "200", "the value", &t->o->s->root, ",");
    operation(t, "put", "put", t->api.item_class, "Replace it");
    body(t, t->o->s->root);
    responses(t, "204", "it was replaced", NULL, "");
    scaf__close(t->o, "}");
}

void scaf__emit_openapi(emit_out *o)
{
    oa t = {o, scaf__api(o)};
    scaf__open(o, "{");
    scaf__line(o, "\"openapi\": \"3.1.0\",");
    scaf__line(o, "\"info\": {");
    str_view about = arena_format(o->a, "Made from %s; the paths and parameters are guesses.",
                                  scaf__comment(o, o->sample_name));
    scaf__line(o, "  \"title\": \"%s\",", t.api.class_name);
    scaf__line(o, "  \"version\": \"0.1.0\",");
    scaf__line(o, "  \"description\": %s", scaf__quote(o, about, QUOTE_JSON));
    scaf__line(o, "},");
    scaf__line(o, "\"servers\": [{ \"url\": \"http://127.0.0.1:8080\" }],");
    scaf__line(o, "\"security\": [{ \"bearer\": [] }],");
    scaf__open(o, "\"paths\": {");
    if (t.api.rows.shape == ROWS_ONE) {
        one_path(&t);
    } else {
        list_path(&t);
        if (t.api.key || t.api.rows.shape == ROWS_MAP)
            item_path(&t);
    }
    scaf__close(o, "},");
    scaf__open(o, "\"components\": {");
    scaf__line(o, "\"securitySchemes\": { \"bearer\": { \"type\": \"http\", \"scheme\": "
                  "\"bearer\" } },");
    scaf__open(o, "\"responses\": {");
    scaf__open(o, "\"Problem\": {");
    scaf__line(o, "\"description\": \"an error\",");
    scaf__line(o,
               "\"content\": { \"application/json\": { \"schema\": { \"type\": \"object\" } } }");
    scaf__close(o, "}");
    scaf__close(o, "},");
    scaf__open(o, "\"schemas\": {");
    scaf__json_schema_definitions(o, base);
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__close(o, "}");
}

/* "constructor for User", "tests for price", ...: what follows from the code at the cursor, as code
 * actions. The menu costs one parse; the code is made when an action is resolved, or for clients
 * that cannot do that, with the menu. */
#include "assist/generate/generate.h"

#include "base/clock.h"
#include "context/place.h"
#include "lsp/lsp_internal.h"
#include "lsp/uri.h"

/* A larger document would hold the menu up. */
enum { MAX_BYTES = 1 << 20, ARENA_MAX_BYTES = 128 << 20 };

static bool ask(gen_request *q, arena *a, const lsp_doc *doc, size_t offset)
{
    str_view uri = str_of(doc->uri), path;
    *q = (gen_request){.text = lsp_text_view(&doc->text), .offset = offset};
    if (q->text.len > MAX_BYTES || lsp_uri_to_path(&path, a, uri) != ERR_OK)
        return false;
    q->path = path;
    if (str_starts(uri, STR("file:")))
        q->folder = ctx_place_find(a, path).root;
    q->lang = gram_language_find(str_of(doc->language), path, q->text);
    return true;
}

static void write_document(lsp_server *s, lsp_writer *w, const lsp_doc *doc, const gen_result *r)
{
    lsp_write_array_begin(w);
    for (size_t i = 0; i < r->n_edits; i++) {
        const gen_edit *e = &r->edits[i];
        if (e->is_new)
            continue;
        lsp_range range = {lsp_text_pos(&doc->text, e->begin, s->encoding),
                           lsp_text_pos(&doc->text, e->end, s->encoding)};
        lsp_write_text_edit(w, range, e->text);
    }
    lsp_write_array_end(w);
}

static void write_document_edit_begin(lsp_writer *w, str_view uri)
{
    lsp_write_object_begin(w);
    lsp_write_key(w, "textDocument");
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "uri", uri);
    lsp_write_key(w, "version");
    lsp_write_null(w);
    lsp_write_object_end(w);
    lsp_write_key(w, "edits");
}

static void write_new_file(lsp_writer *w, arena *a, const gen_edit *e)
{
    str_view uri = lsp_uri_of_path(a, e->path);
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "kind", STR("create"));
    lsp_write_member_str(w, "uri", uri);
    lsp_write_object_end(w);
    write_document_edit_begin(w, uri);
    lsp_write_array_begin(w);
    lsp_write_text_edit(w, (lsp_range){{0, 0}, {0, 0}}, e->text);
    lsp_write_array_end(w);
    lsp_write_object_end(w);
}

/* A WorkspaceEdit. */
static void write_edit(lsp_server *s, lsp_writer *w, arena *a, const lsp_doc *doc,
                       const gen_result *r)
{
    lsp_write_object_begin(w);
    if (!s->caps.edit_files) {
        lsp_write_key(w, "changes");
        lsp_write_object_begin(w);
        lsp_write_key(w, doc->uri);
        write_document(s, w, doc, r);
        lsp_write_object_end(w);
    } else {
        lsp_write_key(w, "documentChanges");
        lsp_write_array_begin(w);
        bool here = false;
        for (size_t i = 0; i < r->n_edits; i++) {
            if (r->edits[i].is_new)
                write_new_file(w, a, &r->edits[i]);
            else
                here = true;
        }
        if (here) {
            write_document_edit_begin(w, str_of(doc->uri));
            write_document(s, w, doc, r);
            lsp_write_object_end(w);
        }
        lsp_write_array_end(w);
    }
    lsp_write_object_end(w);
}

static bool can_write(const lsp_server *s, const gen_result *r)
{
    bool can = r->n_edits > 0;
    for (size_t i = 0; i < r->n_edits; i++)
        can = can && (s->caps.edit_files || !r->edits[i].is_new);
    return can;
}

static void write_action(lsp_server *s, lsp_writer *w, arena *a, const lsp_doc *doc,
                         const gen_request *q, const gen_offer *offer, lsp_pos at)
{
    bool resolve = s->caps.action_resolve && s->caps.edit_files;
    gen_result made;
    /* As the program's fault this is not the user's to hear of in a menu. */
    if (!resolve && (gen_make(&made, a, q, offer->kind, NULL) != ERR_OK || !can_write(s, &made)))
        return;
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "title",
                         arena_format(a, "artel: Generate %.*s", STR_ARG(offer->title)));
    lsp_write_member_str(w, "kind", STR(LSP_GENERATE_KIND));
    if (resolve) {
        lsp_write_key(w, "data");
        lsp_write_object_begin(w);
        lsp_write_member_str(w, "generate", offer->kind);
        lsp_write_member_str(w, "uri", str_of(doc->uri));
        lsp_write_key(w, "range");
        lsp_write_range(w, (lsp_range){at, at});
        lsp_write_object_end(w);
    } else {
        lsp_write_key(w, "edit");
        write_edit(s, w, a, doc, &made);
    }
    lsp_write_object_end(w);
}

void lsp__generate_actions(lsp_server *s, lsp_writer *w, const lsp_doc *doc, lsp_range range)
{
    arena a;
    gen_request q;
    gen_offer *offers;
    size_t n;
    if (range.start.line >= doc->text.n_lines || !s->caps.action_literals ||
        (!s->caps.edit_files && !lsp__is_plain_uri(doc->uri)))
        return;
    arena_init(&a, ARENA_MAX_BYTES);
    if (ask(&q, &a, doc, lsp_text_offset(&doc->text, range.start, s->encoding)) &&
        gen_offers(&offers, &n, &a, &q, NULL) == ERR_OK) {
        for (size_t i = 0; i < n; i++) {
            /* An entry point fits nearly every file: where it would stand is a free line. */
            bool noise = str_eq(offers[i].kind, STR("main")) &&
                         !str_is_blank(lsp_text_line(&doc->text, range.start.line));
            if (!offers[i].says.len && !noise)
                write_action(s, w, &a, doc, &q, &offers[i], range.start);
        }
    }
    arena_release(&a);
}

bool lsp__generate_resolve(lsp_server *s, const struct lsp_message *m, const cJSON *data)
{
    str_view kind, uri, title = STR("");
    lsp_range range;
    if (!lsp_json_as_str(lsp_json_get(data, "generate"), &kind))
        return false;
    lsp_doc *doc = lsp_json_as_str(lsp_json_get(data, "uri"), &uri) ? lsp__doc_find(s, uri) : NULL;
    if (!doc || doc->unusable || !lsp__param_range(lsp_json_get(data, "range"), &range)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "the document is not open any more");
        return true;
    }
    arena a;
    gen_request q;
    gen_result made;
    err e = {{0}};
    arena_init(&a, ARENA_MAX_BYTES);
    err_code rc = ERR_NOT_FOUND;
    if (ask(&q, &a, doc, lsp_text_offset(&doc->text, range.start, s->encoding)))
        rc = gen_make(&made, &a, &q, kind, &e);
    if (rc == ERR_OK && !can_write(s, &made))
        rc = err_set(&e, ERR_NOT_FOUND, "%.*s", STR_ARG(made.says));
    if (rc != ERR_OK) {
        lsp__answer_error(s, m->id, LSP_REQUEST_FAILED, "%s", e.text[0] ? e.text : err_name(rc));
    } else {
        lsp_writer w;
        (void)lsp_json_as_str(lsp_json_get(m->params, "title"), &title);
        lsp__answer_begin(&w, m->id);
        lsp_write_object_begin(&w);
        lsp_write_member_str(&w, "title", title);
        lsp_write_member_str(&w, "kind", STR(LSP_GENERATE_KIND));
        lsp_write_key(&w, "edit");
        write_edit(s, &w, &a, doc, &made);
        lsp_write_object_end(&w);
        lsp__answer_end(s, &w, m->id);
    }
    arena_release(&a);
    return true;
}

/* --- the command --- */

static void answer_offers(lsp_server *s, const char *id, const gen_offer *offers, size_t n)
{
    lsp_writer w;
    lsp__answer_begin(&w, id);
    lsp_write_array_begin(&w);
    for (size_t i = 0; i < n; i++) {
        lsp_write_object_begin(&w);
        lsp_write_member_str(&w, "kind", offers[i].kind);
        lsp_write_member_str(&w, "title", offers[i].title);
        lsp_write_member_str(&w, "says", offers[i].says);
        lsp_write_object_end(&w);
    }
    lsp_write_array_end(&w);
    lsp__answer_end(s, &w, id);
}

static void apply(lsp_server *s, arena *a, const lsp_doc *doc, const gen_result *made)
{
    lsp_writer w;
    uint32_t number = lsp__call_begin(s, &w, "workspace/applyEdit");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "label",
                         arena_format(a, "artel: Generate %.*s", STR_ARG(made->title)));
    lsp_write_key(&w, "edit");
    write_edit(s, &w, a, doc, made);
    lsp_write_object_end(&w);
    lsp__call_end(s, &w, number, NULL);
}

void lsp__generate_command(lsp_server *s, const struct lsp_message *m)
{
    const cJSON *first = cJSON_GetArrayItem(lsp_json_get(m->params, "arguments"), 0);
    str_view uri, kind = STR("");
    lsp_pos pos;
    lsp_doc *doc = lsp_json_as_str(lsp_json_get(first, "uri"), &uri) ? lsp__doc_find(s, uri) : NULL;
    if (!doc || doc->unusable || !lsp__param_pos(lsp_json_get(first, "position"), &pos) ||
        pos.line >= doc->text.n_lines) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS,
                          "artel.generate takes an open document and a place in it: [{\"uri\": "
                          "\"file:///…\", \"position\": {…}, \"kind\": \"constructor\"}]");
        return;
    }
    (void)lsp_json_as_str(lsp_json_get(first, "kind"), &kind);
    arena a;
    gen_request q;
    gen_result made;
    gen_offer *offers;
    size_t n;
    err e = {{0}};
    err_code rc = ERR_NOT_FOUND;
    arena_init(&a, ARENA_MAX_BYTES);
    if (!ask(&q, &a, doc, lsp_text_offset(&doc->text, pos, s->encoding))) {
        rc = err_set(&e, ERR_RANGE, "the document is too large");
    } else if (!kind.len) {
        q.on_project = s->caps.edit_files && q.folder.len > 0;
        rc = gen_offers(&offers, &n, &a, &q, &e);
        if (rc == ERR_OK)
            answer_offers(s, m->id, offers, n);
    } else {
        q.on_project = s->caps.edit_files && q.folder.len > 0;
        q.year = clock_year();
        rc = gen_make(&made, &a, &q, kind, &e);
        if (rc == ERR_OK && made.says.len)
            rc = err_set(&e, ERR_NOT_FOUND, "%.*s", STR_ARG(made.says));
        if (rc == ERR_OK && (!s->caps.apply_edit || !can_write(s, &made)))
            rc = err_set(&e, ERR_UNSUPPORTED, "the editor takes no such edit");
        if (rc == ERR_OK) {
            apply(s, &a, doc, &made);
            lsp__answer_null(s, m->id);
        }
    }
    if (rc != ERR_OK)
        lsp__answer_error(s, m->id, LSP_REQUEST_FAILED, "%s", e.text[0] ? e.text : err_name(rc));
    arena_release(&a);
}

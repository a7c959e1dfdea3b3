#include "lsp/explain.h"

#include <stdio.h>

#include "assist/explain/explain.h"
#include "assist/explain/hints.h"
#include "assist/explain/render.h"
#include "base/log.h"
#include "base/mem.h"
#include "lsp/familiar.h"
#include "lsp/lsp_internal.h"

enum {
    PARSE_BUDGET_MS = 250, /* a hover that takes longer comes too late */
    ARENA_MAX_BYTES = 32 << 20,
    OUT_MAX_BYTES = 1 << 20,
    KEPT_TEXTS = 4,    /* explanations that a client may still ask for */
    PLAIN_COLUMNS = 0, /* editors break lines themselves */
};

struct kept_text {
    uint32_t number; /* 0: none */
    char *text;      /* owned */
};

struct lsp_explain {
    gram_knowledge *knowledge;
    gram_queries *queries;
    ctx_tree *tree; /* of the document state `seq`; NULL: none */
    uint64_t seq;
    struct kept_text kept[KEPT_TEXTS];
    uint32_t last_number;
    lsp_familiar *familiar; /* started when it was first asked for; NULL: not yet */
};

static lsp_explain *get(lsp_server *s)
{
    if (s->explain)
        return s->explain;
    lsp_explain *x = mem_zero(1, sizeof *x);
    if (x && (gram_knowledge_create(&x->knowledge) != ERR_OK ||
              gram_queries_create(&x->queries) != ERR_OK)) {
        gram_knowledge_destroy(x->knowledge);
        mem_free(x);
        x = NULL;
    }
    s->explain = x;
    return x;
}

void lsp__explain_release(lsp_server *s)
{
    lsp_explain *x = s->explain;
    if (!x)
        return;
    lsp_familiar_stop(x->familiar);
    ctx_tree_destroy(x->tree);
    gram_queries_destroy(x->queries);
    gram_knowledge_destroy(x->knowledge);
    for (size_t i = 0; i < KEPT_TEXTS; i++)
        mem_free(x->kept[i].text);
    mem_free(x);
    s->explain = NULL;
}

static const gram_language *language_of(const lsp_doc *doc)
{
    return gram_language_find(str_of(doc->language), str_of(doc->uri), lsp_text_view(&doc->text));
}

/* The tree of the document as it is now; kept until it changes or another is asked about. */
static err_code parse(lsp_explain *x, const lsp_doc *doc, const gram_language *lang, err *e)
{
    if (x->tree && x->seq == doc->seq)
        return ERR_OK;
    ctx_tree_destroy(x->tree);
    x->tree = NULL;
    err_code rc = ctx_tree_create(&x->tree, lang, e);
    if (rc == ERR_OK)
        rc = ctx_tree_parse(x->tree, lsp_text_view(&doc->text), PARSE_BUDGET_MS, e);
    if (rc != ERR_OK) {
        ctx_tree_destroy(x->tree);
        x->tree = NULL;
        return rc;
    }
    x->seq = doc->seq;
    return ERR_OK;
}

struct asked {
    const lsp_doc *doc;
    size_t begin, end;
    bool whole_file;
    const gram_language *known;
    enum explain_level level;
    enum explain_format format;
    bool prose;   /* with a guess of the model */
    bool compare; /* in lists too: the language was asked for */
};

/* What explain_into found, besides the text. */
struct found {
    struct gram_range range; /* of the innermost construct, or the first */
    bool own;                /* the language's own file explains it, not only the common one */
};

/* Appends the explanation; `found` may be NULL. */
static err_code explain_into(buf *out, struct found *found, lsp_server *s, const struct asked *q,
                             err *e)
{
    lsp_explain *x = get(s);
    if (!x)
        return ERR_NOMEM;
    arena mem;
    arena_init(&mem, ARENA_MAX_BYTES);
    struct explain_answer a;
    struct explain_request r = {.knowledge = x->knowledge,
                                .queries = x->queries,
                                .lang = language_of(q->doc),
                                .known = q->known,
                                .text = lsp_text_view(&q->doc->text),
                                .scope = q->whole_file        ? EXPLAIN_FILE
                                         : q->begin == q->end ? EXPLAIN_POINT
                                                              : EXPLAIN_RANGE,
                                .begin = q->begin,
                                .end = q->end};
    err_code rc = ERR_OK;
    if (r.lang->parser) {
        rc = parse(x, q->doc, r.lang, e);
        r.tree = x->tree;
    }
    if (rc == ERR_OK)
        rc = explain(&a, &r, &mem, e);
    if (rc == ERR_OK) {
        struct explain_render how = {.format = q->format,
                                     .level = q->level,
                                     .width = PLAIN_COLUMNS,
                                     .compare = q->compare,
                                     .each = !a.nested,
                                     .text = r.text};
        explain_render(out, &a, &how);
        rc = buf_failed(out);
        if (found) {
            found->range = a.cards[0].range;
            found->own = false;
            for (size_t i = 0; i < (how.each ? a.n_cards : 1); i++)
                found->own |= !str_eq(a.cards[i].construct->folder, STR("common"));
        }
    }
    arena_release(&mem);
    return rc;
}

/* The languages that the user knows, best first: as set, else as learned from the first folder. */
static struct ctx_versed languages_known(lsp_server *s)
{
    struct ctx_versed v = {.n = 0};
    for (uint32_t i = 0; i < s->settings.n_languages_known && v.n < CTX_VERSED_MAX; i++) {
        const gram_language *lang = gram_language_by_id(str_of(s->settings.languages_known[i]));
        if (lang)
            v.items[v.n++] = lang;
    }
    lsp_explain *x = get(s);
    if (s->settings.n_languages_known > 0 || !x)
        return v;
    if (!x->familiar && s->folders)
        x->familiar = lsp_familiar_start(s->folders->path);
    return x->familiar ? lsp_familiar_get(x->familiar) : v;
}

/* The language to compare with: the first that the user knows and that this is not. */
static const gram_language *known_language(lsp_server *s, const gram_language *here)
{
    struct ctx_versed v = languages_known(s);
    for (size_t i = 0; i < v.n; i++)
        if (v.items[i] != here)
            return v.items[i];
    return NULL;
}

static bool is_known(lsp_server *s, const gram_language *lang)
{
    struct ctx_versed v = languages_known(s);
    for (size_t i = 0; i < v.n; i++)
        if (v.items[i] == lang)
            return true;
    return false;
}

/* --- hover --- */

bool lsp__hover_wanted(const lsp_server *s)
{
    return s->settings.hover != LSP_HOVER_OFF;
}

void lsp__on_hover(lsp_server *s, const struct lsp_message *m)
{
    lsp_doc *doc;
    lsp_pos pos;
    if (!lsp__param_doc(&doc, s, m))
        return;
    if (!lsp__param_pos(lsp_json_get(m->params, "position"), &pos)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "hover needs a position");
        return;
    }
    const gram_language *lang = language_of(doc);
    bool quiet = s->settings.hover == LSP_HOVER_OFF || doc->unusable ||
                 (s->settings.hover == LSP_HOVER_UNFAMILIAR && is_known(s, lang));
    buf out;
    err e = {{0}};
    struct found found = {{0, 0}, false};
    buf_init(&out, OUT_MAX_BYTES);
    size_t at = lsp_text_offset(&doc->text, pos, s->encoding);
    struct asked q = {.doc = doc,
                      .begin = at,
                      .end = at,
                      .known = known_language(s, lang),
                      .level = EXPLAIN_CARD,
                      .format = s->caps.hover_markdown ? EXPLAIN_MARKDOWN : EXPLAIN_TEXT};
    err_code rc = quiet ? ERR_NOT_FOUND : explain_into(&out, &found, s, &q, &e);
    if (rc != ERR_OK) {
        /* Nothing to say, or no time to say it: the popup stays away. */
        lsp__answer_null(s, m->id);
    } else {
        lsp_writer w;
        lsp__answer_begin(&w, m->id);
        lsp_write_object_begin(&w);
        lsp_write_key(&w, "contents");
        lsp_write_object_begin(&w);
        lsp_write_member_str(&w, "kind",
                             s->caps.hover_markdown ? STR("markdown") : STR("plaintext"));
        lsp_write_member_str(&w, "value", buf_view(&out));
        lsp_write_object_end(&w);
        lsp_write_key(&w, "range");
        lsp_write_range(&w, (lsp_range){lsp_text_pos(&doc->text, found.range.begin, s->encoding),
                                        lsp_text_pos(&doc->text, found.range.end, s->encoding)});
        lsp_write_object_end(&w);
        lsp__answer_end(s, &w, m->id);
    }
    buf_release(&out);
}

/* --- inlay hints --- */

static void write_hint(lsp_server *s, lsp_writer *w, const lsp_doc *doc,
                       const struct explain_hint *h)
{
    lsp_pos pos = lsp_text_pos(&doc->text, h->at, s->encoding);
    lsp_write_object_begin(w);
    lsp_write_key(w, "position");
    lsp_write_object_begin(w);
    lsp_write_member_int(w, "line", pos.line);
    lsp_write_member_int(w, "character", pos.col);
    lsp_write_object_end(w);
    lsp_write_member_str(w, "label", h->text);
    lsp_write_member_bool(w, "paddingLeft", true);
    lsp_write_member_str(w, "tooltip", h->construct->name);
    lsp_write_object_end(w);
}

void lsp__on_inlay_hint(lsp_server *s, const struct lsp_message *m)
{
    lsp_doc *doc;
    lsp_range range;
    if (!lsp__param_doc(&doc, s, m))
        return;
    if (!lsp__param_range(lsp_json_get(m->params, "range"), &range)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "inlayHint needs a range");
        return;
    }
    const gram_language *lang = language_of(doc);
    lsp_explain *x = get(s);
    arena mem;
    err e = {{0}};
    const struct explain_hint *hints = NULL;
    size_t n = 0;
    arena_init(&mem, ARENA_MAX_BYTES);
    bool wanted = s->settings.inlay_hints && !doc->unusable && lang->parser && !is_known(s, lang);
    if (x && wanted && parse(x, doc, lang, &e) == ERR_OK) {
        struct explain_request r = {.knowledge = x->knowledge,
                                    .tree = x->tree,
                                    .lang = lang,
                                    .text = lsp_text_view(&doc->text)};
        r.begin = lsp_text_offset(&doc->text, range.start, s->encoding);
        r.end = lsp_text_offset(&doc->text, range.end, s->encoding);
        r.end = r.end < r.begin ? r.begin : r.end;
        if (explain_hints(&hints, &n, &r, &mem, &e) != ERR_OK)
            n = 0;
    }
    lsp_writer w;
    lsp__answer_begin(&w, m->id);
    lsp_write_array_begin(&w);
    for (size_t i = 0; i < n; i++)
        write_hint(s, &w, doc, &hints[i]);
    lsp_write_array_end(&w);
    lsp__answer_end(s, &w, m->id);
    arena_release(&mem);
}

/* --- code actions --- */

static void write_action(lsp_server *s, lsp_writer *w, const lsp_doc *doc, const char *title,
                         lsp_range range, const gram_language *in)
{
    lsp__action_begin(s, w, title, LSP_EXPLAIN_KIND, LSP_EXPLAIN_COMMAND);
    lsp_write_member_str(w, "uri", str_of(doc->uri));
    lsp_write_key(w, "range");
    lsp_write_range(w, range);
    if (in)
        lsp_write_member_str(w, "in", str_of(in->id));
    lsp_write_member_bool(w, "show", true);
    lsp__action_end(s, w);
}

void lsp__explain_actions(lsp_server *s, lsp_writer *w, const lsp_doc *doc, lsp_range range)
{
    buf out;
    err e = {{0}};
    buf_init(&out, OUT_MAX_BYTES);
    size_t begin = lsp_text_offset(&doc->text, range.start, s->encoding);
    size_t end = lsp_text_offset(&doc->text, range.end, s->encoding);
    struct asked q = {.doc = doc,
                      .begin = begin,
                      .end = end < begin ? begin : end,
                      .level = EXPLAIN_LINE,
                      .format = EXPLAIN_TEXT};
    struct found found;
    /* What is the same in every language needs no entry in a menu. */
    if (explain_into(&out, &found, s, &q, &e) == ERR_OK && found.own) {
        const gram_language *known = known_language(s, language_of(doc));
        write_action(s, w, doc,
                     q.begin == q.end ? "artel: Explain this" : "artel: Explain this selection",
                     range, NULL);
        if (known) {
            char title[120];
            snprintf(title, sizeof title, "artel: Show in %s", known->name);
            write_action(s, w, doc, title, range, known);
        }
    }
    buf_release(&out);
}

/* --- the command and its document --- */

static uint32_t keep(lsp_explain *x, str_view text)
{
    char *copy = mem_alloc(text.len + 1);
    if (!copy)
        return 0;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    struct kept_text *k = &x->kept[++x->last_number % KEPT_TEXTS];
    mem_free(k->text);
    *k = (struct kept_text){x->last_number, copy};
    return x->last_number;
}

/* In the client's way: a read-only document, or a message. */
static void show(lsp_server *s, str_view text)
{
    lsp_writer w;
    uint32_t number = s->caps.text_content && s->caps.show_document ? keep(s->explain, text) : 0;
    if (number > 0) {
        char uri[80];
        snprintf(uri, sizeof uri, LSP_EXPLAIN_SCHEME ":/%u/explanation.md", (unsigned)number);
        uint32_t call = lsp__call_begin(s, &w, "window/showDocument");
        lsp_write_object_begin(&w);
        lsp_write_member_str(&w, "uri", str_of(uri));
        lsp_write_member_bool(&w, "takeFocus", false);
        lsp_write_object_end(&w);
        lsp__call_end(s, &w, call, NULL);
        return;
    }
    lsp__notify_begin(&w, "window/showMessage");
    lsp_write_object_begin(&w);
    lsp_write_member_int(&w, "type", 3);
    lsp_write_member_str(&w, "message", text);
    lsp_write_object_end(&w);
    lsp__notify_end(s, &w);
}

/* {uri, range?, in?, level?, show?, prose?}; without a range it is about the whole document. */
static bool read_asked(struct asked *q, bool *wants_show, lsp_server *s,
                       const struct lsp_message *m)
{
    const cJSON *where = cJSON_GetArrayItem(lsp_json_get(m->params, "arguments"), 0);
    str_view uri, in;
    lsp_range range;
    uint32_t level = 2;
    lsp_doc *doc = lsp_json_as_str(lsp_json_get(where, "uri"), &uri) ? lsp__doc_find(s, uri) : NULL;
    if (!doc || doc->unusable) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS,
                          "artel.explain needs the uri of an open document");
        return false;
    }
    *q = (struct asked){.doc = doc, .known = known_language(s, language_of(doc))};
    q->whole_file = !lsp__param_range(lsp_json_get(where, "range"), &range);
    if (!q->whole_file) {
        q->begin = lsp_text_offset(&doc->text, range.start, s->encoding);
        q->end = lsp_text_offset(&doc->text, range.end, s->encoding);
        q->end = q->end < q->begin ? q->begin : q->end;
    }
    if (lsp_json_as_str(lsp_json_get(where, "in"), &in)) {
        q->known = gram_language_by_id(in);
        q->compare = true;
        if (!q->known) {
            lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "no language is called %.60s", in.ptr);
            return false;
        }
    }
    lsp_json_as_uint(lsp_json_get(where, "level"), &level);
    q->level = level <= 1 ? EXPLAIN_LINE : level == 2 ? EXPLAIN_CARD : EXPLAIN_FULL;
    *wants_show = false;
    lsp_json_as_bool(lsp_json_get(where, "show"), wants_show);
    q->prose = s->settings.prose;
    lsp_json_as_bool(lsp_json_get(where, "prose"), &q->prose);
    bool plain = *wants_show && !(s->caps.text_content && s->caps.show_document);
    q->format = plain ? EXPLAIN_TEXT : EXPLAIN_MARKDOWN;
    return true;
}

void lsp__explain_answer(lsp_server *s, const char *id, str_view text, bool wants_show)
{
    if (wants_show) {
        show(s, text);
        lsp__answer_null(s, id);
        return;
    }
    lsp_writer w;
    lsp__answer_begin(&w, id);
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "kind", STR("markdown"));
    lsp_write_member_str(&w, "value", text);
    lsp_write_object_end(&w);
    lsp__answer_end(s, &w, id);
}

/* Whether the answer comes later, with what the model says. */
static bool ask_model(lsp_server *s, const struct lsp_message *m, const struct asked *q,
                      const struct found *found, str_view text, bool wants_show)
{
    str_view all = lsp_text_view(&q->doc->text);
    bool point = !q->whole_file && q->begin == q->end;
    struct lsp_prose_question question = {
        .lang = language_of(q->doc),
        .code = q->whole_file ? all
                : point       ? str_slice(all, found->range.begin, found->range.end)
                              : str_slice(all, q->begin, q->end),
        .text = text,
        .format = q->format,
        .show = wants_show,
    };
    return q->prose && lsp__prose_start(s, m->id, &question);
}

void lsp__explain_command(lsp_server *s, const struct lsp_message *m)
{
    struct asked q;
    bool wants_show;
    if (!read_asked(&q, &wants_show, s, m))
        return;
    buf out;
    err e = {{0}};
    struct found found = {{0, 0}, false};
    buf_init(&out, OUT_MAX_BYTES);
    err_code rc = explain_into(&out, &found, s, &q, &e);
    if (rc != ERR_OK && wants_show) {
        lsp__show_message(s, 2, e.text[0] ? e.text : err_name(rc));
        lsp__answer_null(s, m->id);
    } else if (rc != ERR_OK) {
        lsp__answer_error(s, m->id, LSP_REQUEST_FAILED, "%s", e.text[0] ? e.text : err_name(rc));
    } else if (!ask_model(s, m, &q, &found, buf_view(&out), wants_show)) {
        lsp__explain_answer(s, m->id, buf_view(&out), wants_show);
    }
    buf_release(&out);
}

void lsp__on_text_document_content(lsp_server *s, const struct lsp_message *m)
{
    str_view uri = {NULL, 0};
    unsigned number = 0;
    lsp_json_as_str(lsp_json_get(m->params, "uri"), &uri);
    str_view head = STR(LSP_EXPLAIN_SCHEME ":/");
    if (uri.ptr && str_starts(uri, head))
        for (size_t i = head.len; i < uri.len && uri.ptr[i] >= '0' && uri.ptr[i] <= '9'; i++)
            number = number * 10 + (unsigned)(uri.ptr[i] - '0');
    const struct kept_text *k =
        s->explain && number > 0 ? &s->explain->kept[number % KEPT_TEXTS] : NULL;
    if (!k || k->number != number) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS,
                          "this explanation is not kept any more; ask for it again");
        return;
    }
    lsp_writer w;
    lsp__answer_begin(&w, m->id);
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "text", str_of(k->text));
    lsp_write_object_end(&w);
    lsp__answer_end(s, &w, m->id);
}

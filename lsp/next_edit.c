/* What follows from the last edit: a name that became another, an argument that was added or taken
 * away, is offered for the places where it is still to be done, in the document from the cursor on,
 * then in the others that are open, and when asked for in all files that the index knows the name
 * of. Four ways: what is missing at the cursor as an inline item, Copilot's copilotInlineEdit, code
 * actions, and a command for a key. The line that is being edited is kept as it was before; what
 * was made of it is looked at when somebody asks, or another line is edited. */
#include <stdio.h>

#include "base/file.h"
#include "lsp/lsp_internal.h"
#include "lsp/uri.h"

enum { MAX_LINE = 4096, MAX_PLACES = 256, MAX_FILE_BYTES = 1 << 20 };
#define SCRATCH_BYTES ((size_t)4 << 20)

void lsp__next_edit_init(lsp_doc *doc)
{
    buf_init(&doc->line_change.before, MAX_LINE);
    arena_init(&doc->line_change.mem, SCRATCH_BYTES);
}

void lsp__next_edit_release(lsp_doc *doc)
{
    buf_release(&doc->line_change.before);
    arena_release(&doc->line_change.mem);
}

static const gram_language *language_of(const lsp_doc *doc)
{
    return gram_language_find(str_of(doc->language), str_of(doc->uri), STR(""));
}

static bool same_change(const struct assist_change *a, const struct assist_change *b)
{
    return a->kind == b->kind && a->index == b->index && str_eq(a->name, b->name) &&
           str_eq(a->text, b->text);
}

/* Looks at what became of the line. An edit that was none of these changes ends the last one. */
static void settle(lsp_doc *doc)
{
    struct lsp_line_change *c = &doc->line_change;
    struct assist_change change;
    arena scratch;
    str_view text = lsp_text_view(&doc->text);
    if (!c->valid || c->begin > text.len || buf_failed(&c->before))
        return;
    str_view line = lsp_text_line(&doc->text, lsp_text_line_of(&doc->text, c->begin));
    if (str_eq(line, buf_view(&c->before)))
        return;
    arena_init(&scratch, SCRATCH_BYTES);
    bool is_one = assist_change_of(&change, language_of(doc), buf_view(&c->before), line, &scratch);
    if (!(is_one && c->has_last && same_change(&change, &c->last))) {
        arena_reset(&c->mem);
        c->has_last = is_one;
        c->done_elsewhere = false;
        c->last = change;
        c->last.name = is_one ? arena_copy(&c->mem, change.name) : STR("");
        c->last.text = is_one ? arena_copy(&c->mem, change.text) : STR("");
    }
    arena_release(&scratch);
}

void lsp__next_edit_note(lsp_doc *doc, size_t begin, size_t end, str_view with)
{
    struct lsp_line_change *c = &doc->line_change;
    str_view text = lsp_text_view(&doc->text), gone = str_slice(text, begin, end);
    size_t line = lsp_text_line_of(&doc->text, begin);
    bool one_line = str_find_byte(gone, '\n') == gone.len && str_find_byte(with, '\n') == with.len;
    if (c->valid && one_line && c->begin == doc->text.starts[line])
        return;
    settle(doc);
    c->valid = one_line;
    c->begin = doc->text.starts[line];
    buf_clear(&c->before);
    buf_append(&c->before, lsp_text_line(&doc->text, line));
}

/* ---- where it is to be done ---- */

struct offer {
    const lsp_doc *doc;
    const char *uri;
    struct assist_edit *edits;
    size_t n, first; /* the one to make next */
    arena mem;
};

/* The places in `other` for what was done in `doc`. Released by the caller. */
static size_t places(struct offer *o, lsp_doc *doc, lsp_doc *other, size_t at)
{
    *o = (struct offer){.doc = other, .uri = other->uri};
    arena_init(&o->mem, SCRATCH_BYTES);
    o->edits = ARENA_ARRAY(&o->mem, struct assist_edit, MAX_PLACES);
    if (o->edits && !other->unusable && language_of(doc) == language_of(other))
        o->n = assist_change_places(&doc->line_change.last, language_of(doc),
                                    lsp_text_view(&other->text), o->edits, MAX_PLACES, &o->mem);
    while (o->first < o->n && o->edits[o->first].begin_bytes < at)
        o->first++;
    o->first = o->first == o->n ? 0 : o->first;
    return o->n;
}

/* In the document, else in another that is open. */
static bool find_next(lsp_server *s, struct offer *o, lsp_doc *doc, size_t at)
{
    settle(doc);
    if (!doc->line_change.has_last)
        return false;
    if (places(o, doc, doc, at) > 0)
        return true;
    arena_release(&o->mem);
    for (lsp_doc *other = s->docs; other; other = other->next) {
        if (other == doc)
            continue;
        if (places(o, doc, other, 0) > 0)
            return true;
        arena_release(&o->mem);
    }
    return false;
}

/* ---- in the cursor's line ---- */

/* Whether `line` becomes `want` when something is put in at `at`: that. */
static bool is_missing(str_view *out, str_view line, size_t at, str_view want)
{
    if (want.len <= line.len || !str_starts(want, str_slice(line, 0, at)) ||
        !str_ends(want, str_slice(line, at, line.len)))
        return false;
    *out = str_slice(want, at, want.len - (line.len - at));
    return true;
}

bool lsp__next_edit_here(str_view *out, arena *a, lsp_doc *doc, size_t cursor)
{
    struct lsp_line_change *c = &doc->line_change;
    size_t n_line = lsp_text_line_of(&doc->text, cursor), begin = doc->text.starts[n_line];
    str_view line = lsp_text_line(&doc->text, n_line), before = line;
    bool edited = c->valid && c->begin == begin && buf_failed(&c->before) == ERR_OK;
    if (edited)
        before = buf_view(&c->before);
    else
        settle(doc);
    if (!c->has_last || cursor - begin > line.len)
        return false;
    struct assist_edit *edits = ARENA_ARRAY(a, struct assist_edit, MAX_PLACES);
    size_t n =
        edits ? assist_change_places(&c->last, language_of(doc), before, edits, MAX_PLACES, a) : 0;
    /* The line as it will be: each place alone, and all up to it. */
    str_view all = STR("");
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        const struct assist_edit *e = &edits[i];
        str_view rest = str_slice(before, e->end_bytes, before.len);
        str_view alone = arena_format(a, "%.*s%.*s%.*s", (int)e->begin_bytes, before.ptr,
                                      STR_ARG(e->text), STR_ARG(rest));
        all = arena_format(a, "%.*s%.*s%.*s", STR_ARG(all), (int)(e->begin_bytes - at),
                           before.ptr + at, STR_ARG(e->text));
        at = e->end_bytes;
        str_view both = arena_format(a, "%.*s%.*s", STR_ARG(all), STR_ARG(rest));
        if (is_missing(out, line, cursor - begin, alone) ||
            is_missing(out, line, cursor - begin, both))
            return !arena_failed(a) && !str_is_blank(*out);
    }
    return false;
}

/* ---- telling ---- */

static void write_range(lsp_server *s, lsp_writer *w, const lsp_doc *doc,
                        const struct assist_edit *e)
{
    lsp_write_key(w, "range");
    lsp_write_range(w, (lsp_range){lsp_text_pos(&doc->text, e->begin_bytes, s->encoding),
                                   lsp_text_pos(&doc->text, e->end_bytes, s->encoding)});
}

static void write_text_edit(lsp_server *s, lsp_writer *w, const lsp_doc *doc,
                            const struct assist_edit *e)
{
    lsp_write_object_begin(w);
    write_range(s, w, doc, e);
    lsp_write_member_str(w, "newText", e->text);
    lsp_write_object_end(w);
}

static void write_places(lsp_server *s, lsp_writer *w, const struct offer *o, bool all)
{
    lsp_write_key(w, o->uri);
    lsp_write_array_begin(w);
    for (size_t i = 0; i < o->n; i++)
        if (all || i == o->first)
            write_text_edit(s, w, o->doc, &o->edits[i]);
    lsp_write_array_end(w);
}

/* All places of all open documents. */
static void write_open(lsp_server *s, lsp_writer *w, lsp_doc *from)
{
    for (lsp_doc *doc = s->docs; doc; doc = doc->next) {
        struct offer o;
        if (places(&o, from, doc, 0) > 0)
            write_places(s, w, &o, true);
        arena_release(&o.mem);
    }
}

/* The member "edit": the next place alone, or all of all open documents. */
static void write_edit(lsp_server *s, lsp_writer *w, const struct offer *next, lsp_doc *from,
                       bool all)
{
    lsp_write_changes_begin(w);
    if (all)
        write_open(s, w, from);
    else
        write_places(s, w, next, false);
    lsp_write_changes_end(w);
}

/* Answers Copilot's request; `o` may be NULL: there is nothing. */
static void answer_edit(lsp_server *s, const char *id, const struct offer *o)
{
    lsp_writer w;
    lsp__answer_begin(&w, id);
    lsp_write_object_begin(&w);
    lsp_write_key(&w, "edits");
    lsp_write_array_begin(&w);
    if (o) {
        const struct assist_edit *e = &o->edits[o->first];
        lsp_write_object_begin(&w);
        lsp_write_member_str(&w, "text", e->text);
        lsp_write_key(&w, "textDocument");
        lsp_write_object_begin(&w);
        lsp_write_member_str(&w, "uri", str_of(o->uri));
        lsp_write_key(&w, "version");
        if (o->doc->seq > 0)
            lsp_write_int(&w, o->doc->version);
        else
            lsp_write_null(&w); /* not open */
        lsp_write_object_end(&w);
        write_range(s, &w, o->doc, e);
        lsp_item_accept_begin(&w, str_of(o->uri), e->text.len);
        lsp_item_accept_end(&w);
        lsp_write_object_end(&w);
    }
    lsp_write_array_end(&w);
    lsp_write_object_end(&w);
    lsp__answer_end(s, &w, id);
}

void lsp__on_inline_edit(lsp_server *s, const struct lsp_message *m)
{
    lsp_doc *doc;
    lsp_pos pos;
    struct offer o;
    if (!lsp__param_doc(&doc, s, m))
        return;
    if (!lsp__param_pos(lsp_json_get(m->params, "position"), &pos)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS,
                          "position must have a line and a character, both whole numbers from 0");
        return;
    }
    size_t at = lsp_text_offset(&doc->text, pos, s->encoding);
    const struct lsp_line_change *c = &doc->line_change;
    if (lsp__why_silent(s, doc)) {
        answer_edit(s, m->id, NULL);
    } else if (find_next(s, &o, doc, at)) {
        answer_edit(s, m->id, &o);
        arena_release(&o.mem);
    } else if (!c->has_last || c->done_elsewhere || !s->options->engine->files_with ||
               !lsp__ask_files_with(s, doc, c->last.name, m->id)) {
        answer_edit(s, m->id, NULL);
    }
}

void lsp__next_edit_command(lsp_server *s, const struct lsp_message *m)
{
    const cJSON *first = cJSON_GetArrayItem(lsp_json_get(m->params, "arguments"), 0);
    str_view uri;
    struct offer o;
    lsp_writer w;
    lsp_doc *doc = lsp_json_as_str(lsp_json_get(first, "uri"), &uri) ? lsp__doc_find(s, uri) : NULL;
    if (!doc) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS,
                          "artel.nextEdit takes an open document: [{\"uri\": \"file:///…\"}]");
        return;
    }
    bool project = false;
    (void)lsp_json_as_bool(lsp_json_get(first, "project"), &project);
    settle(doc);
    if (project && s->caps.apply_edit && s->options->engine->files_with &&
        doc->line_change.has_last &&
        lsp__ask_files_with(s, doc, doc->line_change.last.name, NULL)) {
        lsp__answer_null(s, m->id);
        return;
    }
    if (!s->caps.apply_edit || !find_next(s, &o, doc, doc->hint)) {
        lsp__show_message(s, 3, "artel: nothing follows from the last edit");
        lsp__answer_null(s, m->id);
        return;
    }
    uint32_t number = lsp__call_begin(s, &w, "workspace/applyEdit");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "label", STR("artel: next edit"));
    write_edit(s, &w, &o, doc, false);
    lsp_write_object_end(&w);
    lsp__call_end(s, &w, number, NULL);
    arena_release(&o.mem);
    lsp__answer_null(s, m->id);
}

/* ---- in the whole project ---- */

/* The places in a file that is not open, as `places` finds them; `doc` stands for the file. Both
 * are released by the caller, also when there are none. */
static size_t places_in_file(struct offer *o, lsp_doc *doc, lsp_server *s, lsp_doc *from,
                             str_view path)
{
    buf bytes;
    arena mem;
    err e;
    *doc = (lsp_doc){.language = from->language, .uri = from->uri}; /* names the language */
    *o = (struct offer){.doc = doc};
    arena_init(&o->mem, SCRATCH_BYTES);
    arena_init(&mem, SCRATCH_BYTES);
    str_view uri = lsp_uri_from_path(&mem, path);
    buf_init(&bytes, MAX_FILE_BYTES);
    if (uri.ptr && !lsp__doc_find(s, uri) && gram_language_by_path(path) == language_of(from) &&
        lsp_text_init(&doc->text, MAX_FILE_BYTES) == ERR_OK &&
        file_read(&bytes, arena_copy_z(&mem, path), &e) == ERR_OK &&
        lsp_text_set(&doc->text, buf_view(&bytes)) == ERR_OK) {
        arena_release(&o->mem);
        (void)places(o, from, doc, 0);
        o->uri = arena_copy_z(&o->mem, uri);
    }
    arena_release(&mem);
    buf_release(&bytes);
    return o->n;
}

/* Copilot's clients take one edit at a time. */
static void answer_elsewhere(lsp_server *s, const lsp_job *job, lsp_doc *from)
{
    bool found = false;
    for (size_t i = 0; i < job->n_files && from && !found; i++) {
        struct offer o;
        lsp_doc doc;
        found = places_in_file(&o, &doc, s, from, job->files[i]) > 0;
        if (found)
            answer_edit(s, job->answer_to, &o);
        arena_release(&o.mem);
        lsp_text_release(&doc.text);
    }
    if (!found)
        answer_edit(s, job->answer_to, NULL);
    if (!found && from)
        from->line_change.done_elsewhere = true;
}

void lsp__next_edit_found(lsp_server *s, const lsp_job *job)
{
    lsp_doc *from = s->docs;
    lsp_writer w;
    while (from && from->seq != job->seq)
        from = from->next;
    if (from &&
        !(from->line_change.has_last && str_eq(from->line_change.last.name, str_of(job->path))))
        from = NULL;
    if (job->answer_to) {
        answer_elsewhere(s, job, from);
        return;
    }
    if (!from) {
        lsp__show_message(s, 3, "artel: the document was changed meanwhile; nothing was done");
        return;
    }
    uint32_t number = lsp__call_begin(s, &w, "workspace/applyEdit");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "label", STR("artel: next edit in the project"));
    lsp_write_changes_begin(&w);
    write_open(s, &w, from);
    for (size_t i = 0; i < job->n_files; i++) {
        struct offer o;
        lsp_doc doc;
        if (places_in_file(&o, &doc, s, from, job->files[i]) > 0)
            write_places(s, &w, &o, true);
        arena_release(&o.mem);
        lsp_text_release(&doc.text);
    }
    lsp_write_changes_end(&w);
    lsp_write_object_end(&w);
    lsp__call_end(s, &w, number, NULL);
}

static void write_action(lsp_server *s, lsp_writer *w, const struct offer *next, lsp_doc *doc,
                         const char *where, bool all)
{
    const struct assist_change *c = &doc->line_change.last;
    char title[256];
    if (c->kind == ASSIST_RENAMED)
        snprintf(title, sizeof title, "artel: %.80s becomes %.80s %s",
                 arena_copy_z(&doc->line_change.mem, c->name),
                 arena_copy_z(&doc->line_change.mem, c->text), where);
    else
        snprintf(title, sizeof title, "artel: the same for %.80s %s",
                 arena_copy_z(&doc->line_change.mem, c->name), where);
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "title", str_of(title));
    lsp_write_member_str(w, "kind", STR(LSP_NEXT_EDIT_KIND));
    write_edit(s, w, next, doc, all);
    lsp_write_object_end(w);
}

/* The files that are not open are looked at when it is chosen. */
static void write_project_action(lsp_writer *w, const lsp_doc *doc)
{
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "title", STR("artel: the same in the whole project"));
    lsp_write_member_str(w, "kind", STR(LSP_NEXT_EDIT_KIND));
    lsp_write_key(w, "command");
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "title", STR("artel: the same in the whole project"));
    lsp_write_member_str(w, "command", STR(LSP_NEXT_EDIT_COMMAND));
    lsp_write_key(w, "arguments");
    lsp_write_array_begin(w);
    lsp_write_object_begin(w);
    lsp_write_member_str(w, "uri", str_of(doc->uri));
    lsp_write_member_bool(w, "project", true);
    lsp_write_object_end(w);
    lsp_write_array_end(w);
    lsp_write_object_end(w);
    lsp_write_object_end(w);
}

void lsp__next_edit_actions(lsp_server *s, lsp_writer *w, lsp_doc *doc, size_t at)
{
    struct offer o;
    if (find_next(s, &o, doc, at)) {
        write_action(s, w, &o, doc, "in the next place, too", false);
        write_action(s, w, &o, doc, "everywhere in what is open", true);
        arena_release(&o.mem);
    }
    if (doc->line_change.has_last && s->options->engine->files_with && s->caps.apply_edit)
        write_project_action(w, doc);
}

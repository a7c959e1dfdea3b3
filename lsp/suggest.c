/* Requests for suggestions, from arrival to answer. A request is answered exactly once, and a
 * result only while the document is in the very state that the request was made for.
 *
 * How requests end: with items; with nothing (null, or an empty list that says "ask again") when a
 * newer request of the same method for the same document came, or an edit; with RequestCancelled
 * when the client cancelled; with ContentModified when the document was closed. An edit gives null
 * rather than ContentModified because the specification reserves that error for changes outside the
 * client's own message stream, and several clients show it to the user. */
#include "lsp/lsp_internal.h"

#include <stdio.h>

#include "assist/complete/why.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum {
    MAX_ITEMS = 10,
    /* Reading ahead starts after this pause: shorter than any client's debounce, longer than the
     * distance between the messages of one keystroke. */
    PREPARE_QUIET_MS = 15,
    MAX_FILES_WITH = 64,
    SEEN_MS = 750,           /* who types on at once has not read it */
    REFRESH_QUIET_MS = 1500, /* longer than pauses while typing: it may take seconds of work */
    MS = 1000000,
};
/* What one job may hold besides the document: names, the engine's results. */
#define JOB_BYTES ((size_t)16 << 20)
/* And what the other cells of a notebook may add. */
#define NOTEBOOK_BYTES ((size_t)64 << 20)

static lsp_doc *doc_of(lsp_server *s, uint64_t seq)
{
    for (lsp_doc *d = s->docs; d; d = d->next)
        if (d->seq == seq)
            return d;
    return NULL;
}

/* --- the end of a request --- */

static void ask_release(lsp_ask *ask)
{
    mem_free(ask->id);
    mem_free(ask->entry);
    mem_free(ask->token);
    mem_free(ask);
}

static void unlink_ask(lsp_server *s, lsp_ask *ask)
{
    for (lsp_ask **at = &s->asks; *at; at = &(*at)->next) {
        if (*at == ask) {
            *at = ask->next;
            return;
        }
    }
}

/* A job that nobody waits for any more need not go on. */
static void job_abandon(lsp_server *s, lsp_job *job)
{
    for (const lsp_ask *a = s->asks; a; a = a->next)
        if (job && a->job == job)
            return;
    if (job)
        cancel_request(&job->cancel);
}

/* Removes the request; its answer must be on its way. */
static void ask_done(lsp_server *s, lsp_ask *ask)
{
    lsp_job *job = ask->job;
    unlink_ask(s, ask);
    ask_release(ask);
    job_abandon(s, job);
}

/* A panel's items one by one, as its partial results; the answer itself has then none. */
static void send_partial(lsp_server *s, const lsp_ask *ask, const struct lsp_item_place *place,
                         const struct assist_suggestion *item)
{
    lsp_writer w;
    lsp__notify_begin(&w, "$/progress");
    lsp_write_object_begin(&w);
    lsp_write_key(&w, "token");
    lsp_write_raw(&w, str_of(ask->token));
    lsp_write_key(&w, "value");
    lsp_write_object_begin(&w);
    lsp_write_key(&w, "items");
    lsp_write_array_begin(&w);
    lsp_item_write_inline(&w, place, item);
    lsp_write_array_end(&w);
    lsp_write_object_end(&w);
    lsp_write_object_end(&w);
    lsp__notify_end(s, &w);
}

static void answer_items(lsp_server *s, const lsp_ask *ask, const struct lsp_item_place *place,
                         const struct assist_suggestion *items, size_t n_items)
{
    lsp_writer w;
    for (; ask->token && n_items > 0; items++, n_items--)
        send_partial(s, ask, place, items);
    lsp__answer_begin(&w, ask->id);
    if (ask->kind == LSP_ASK_INLINE && n_items == 0) {
        lsp_write_null(&w);
    } else {
        struct lsp_item_caps caps = s->caps.items;
        lsp_write_object_begin(&w);
        if (ask->kind == LSP_ASK_ITEMS) {
            /* Complete lists are filtered by the client as the user types, and never asked for
             * again. */
            lsp_write_member_bool(&w, "isIncomplete", true);
            lsp_item_write_defaults(&w, place, &caps, items, n_items);
        }
        lsp_write_key(&w, "items");
        lsp_write_array_begin(&w);
        for (size_t i = 0; i < n_items; i++) {
            if (ask->kind == LSP_ASK_ITEMS)
                lsp_item_write_completion(&w, place, &caps, &items[i], i);
            else
                lsp_item_write_inline(&w, place, &items[i]);
        }
        lsp_write_array_end(&w);
        lsp_write_object_end(&w);
    }
    lsp__answer_end(s, &w, ask->id);
}

static void answer_nothing(lsp_server *s, const lsp_ask *ask)
{
    answer_items(s, ask, NULL, NULL, 0);
}

static void trace_answer(lsp_server *s, const lsp_ask *ask, size_t n_items, const lsp_job *job)
{
    static const char *const kinds[] = {"inlineCompletion", "completion", "panelCompletion"};
    char line[160], more[256];
    if (s->trace == LSP_TRACE_OFF)
        return;
    snprintf(line, sizeof line, "%s %.40s: %zu item(s) after %.1f ms, from %s", kinds[ask->kind],
             ask->id, n_items, clock_ms(clock_now_ns() - ask->received_ns),
             job ? "the model" : "what was shown");
    more[0] = '\0';
    if (job) {
        const struct assist_timings *t = &job->completion.timings;
        const char *why = job->completion.silent_because;
        snprintf(
            more, sizeof more,
            "prompt %zu tokens, %zu of them known, %zu generated; feed %.1f ms, decode %.1f ms%s%s",
            t->n_prompt, t->n_reused, t->n_decoded, clock_ms(t->feed_ns), clock_ms(t->decode_ns),
            why ? "; silent: " : "", why ? why : "");
    }
    lsp__trace(s, line, more);
}

static struct lsp_item_place place_of(lsp_server *s, const lsp_doc *doc, size_t cursor)
{
    return (struct lsp_item_place){.text = &doc->text,
                                   .encoding = s->encoding,
                                   .cursor = cursor,
                                   .uri = str_of(doc->uri),
                                   .language = str_of(doc->language),
                                   .takes_edits = s->caps.apply_edit};
}

/* --- starting work --- */

static uint32_t items_wanted(const lsp_server *s, const lsp_ask *ask)
{
    if (ask && ask->kind == LSP_ASK_PANEL)
        return MAX_ITEMS;
    return ask && ask->invoked ? s->settings.n_alternatives : 1;
}

static lsp_job *job_for(lsp_server *s, lsp_doc *doc, lsp_job_kind kind, const lsp_ask *ask)
{
    str_view text = lsp_text_view(&doc->text);
    size_t n_entry = ask && ask->entry ? strlen(ask->entry) : 0;
    /* What comes after a suggestion is asked of a copy with that in it. */
    size_t n_max = 3 * text.len + n_entry + JOB_BYTES + (s->notebooks ? NOTEBOOK_BYTES : 0);
    lsp_job *job = lsp_job_create(kind, n_max);
    if (!job)
        return NULL;
    arena *a = &job->mem;
    if (ask && ask->entry) {
        /* The document as it would be with the popup's entry accepted. */
        size_t n_tail = text.len - ask->entry_end;
        char *p = arena_push(a, ask->entry_begin + n_entry + n_tail + 1);
        if (p) {
            memcpy(p, text.ptr ? text.ptr : "", ask->entry_begin);
            memcpy(p + ask->entry_begin, ask->entry, n_entry);
            memcpy(p + ask->entry_begin + n_entry, text.ptr ? text.ptr + ask->entry_end : "",
                   n_tail);
        }
        job->doc.text = (str_view){p, ask->entry_begin + n_entry + n_tail};
        job->cursor = ask->entry_begin + n_entry;
        job->is_virtual = true;
    } else {
        str_view before, after;
        lsp__notebook_around(s, doc, a, &before, &after);
        job->doc.text =
            before.len + after.len == 0
                ? arena_copy(a, text)
                : arena_format(a, "%.*s%.*s%.*s", STR_ARG(before), STR_ARG(text), STR_ARG(after));
        job->shift = before.len;
        job->cursor = before.len + (ask ? ask->cursor : doc->hint);
    }
    job->doc.language = arena_copy(a, str_of(doc->language));
    job->complete = ASSIST_COMPLETE_OPTIONS_DEFAULT;
    job->complete.max_tokens = s->settings.max_tokens;
    job->complete.budget_ms = s->settings.budget_ms;
    job->complete.invoked = ask && ask->invoked;
    job->complete.n_items = items_wanted(s, ask);
    job->seq = doc->seq;
    if (lsp__doc_names(s, doc, a, &job->doc.path, &job->doc.repo) != ERR_OK || arena_failed(a)) {
        lsp_job_destroy(job);
        return NULL;
    }
    return job;
}

static bool submit(lsp_server *s, lsp_job *job)
{
    if (!job || !lsp_worker_submit(s->worker, job)) {
        lsp_job_destroy(job);
        return false;
    }
    job->next = s->jobs;
    s->jobs = job;
    return true;
}

static void forget_job(lsp_server *s, lsp_job *job)
{
    for (lsp_job **at = &s->jobs; *at; at = &(*at)->next) {
        if (*at == job) {
            *at = job->next;
            break;
        }
    }
    lsp_job_destroy(job);
}

/* Somebody waits: reading ahead gives way. What was read so far stays in the engine's cache. */
static void stop_preparing(lsp_server *s)
{
    for (lsp_job *job; (job = lsp_worker_recall_prepare(s->worker)) != NULL;)
        forget_job(s, job);
    for (lsp_job *job = s->jobs; job; job = job->next)
        if (job->kind == LSP_JOB_PREPARE)
            cancel_request(&job->cancel);
}

/* A running job for the same question, or NULL: inline and popup ask at the same moment, and
 * clients that do not cancel ask twice. */
static lsp_job *same_question(lsp_server *s, const lsp_ask *ask)
{
    for (lsp_job *job = s->jobs; job && !ask->entry; job = job->next) {
        if (job->kind == LSP_JOB_COMPLETE && job->seq == ask->seq &&
            job->cursor == job->shift + ask->cursor && !job->is_virtual &&
            job->complete.invoked == ask->invoked &&
            job->complete.n_items == items_wanted(s, ask) && !cancel_requested(&job->cancel))
            return job;
    }
    return NULL;
}

static void start(lsp_server *s, lsp_ask *ask)
{
    lsp_doc *doc = doc_of(s, ask->seq);
    ask->start_at = 0;
    ask->job = same_question(s, ask);
    if (ask->job)
        return;
    stop_preparing(s);
    if (s->prepare_doc == doc)
        s->prepare_doc = NULL;
    lsp_job *job = job_for(s, doc, LSP_JOB_COMPLETE, ask);
    if (submit(s, job)) {
        ask->job = job;
        return;
    }
    log_write(LOG_WARNING, "a request was dropped: too much is waiting, or memory is short");
    answer_nothing(s, ask);
    ask_done(s, ask);
}

/* --- arrival --- */

static bool is_off_by_path(lsp_server *s, const lsp_doc *doc)
{
    str_view path, repo;
    arena a;
    if (!s->settings.paths_off[0])
        return false;
    arena_init(&a, (size_t)1 << 20);
    bool off = lsp__doc_names(s, doc, &a, &path, &repo) == ERR_OK &&
               !lsp_settings_path_is_on(&s->settings, path);
    arena_release(&a);
    return off;
}

const char *lsp__why_silent(lsp_server *s, const lsp_doc *doc)
{
    if (!s->settings.enable)
        return "switched off";
    if (!lsp_settings_language_is_on(&s->settings, str_of(doc->language)))
        return "switched off for this language";
    if (is_off_by_path(s, doc))
        return "switched off for this file by disabledPaths";
    return doc->unusable;
}

/* Tries what was shown before. True when that answers. */
static bool answer_from_shown(lsp_server *s, lsp_doc *doc, lsp_ask *ask)
{
    struct assist_suggestion items[MAX_ITEMS];
    size_t n_items;
    if (ask->entry || ask->kind == LSP_ASK_PANEL ||
        !lsp_shown_get(&doc->shown, ask->cursor, ask->invoked, items, ask->invoked ? MAX_ITEMS : 1,
                       &n_items))
        return false;
    struct lsp_item_place place = place_of(s, doc, ask->cursor);
    for (size_t i = 0; i < n_items; i++)
        if (!lsp_item_is_sound(&place, &items[i]))
            return false;
    answer_items(s, ask, &place, items, n_items);
    trace_answer(s, ask, n_items, NULL);
    lsp__ahead_later(s, doc, ask->cursor);
    if (!str_starts(buf_view(&doc->why), STR("the rest of")) &&
        !str_starts(buf_view(&doc->why), STR("found ahead")))
        buf_splice(&doc->why, 0, 0,
                   STR("the rest of what was shown before, as it was typed along:\n"));
    return true;
}

/* What needs no model and is certain: the last change made in this line too; on the empty line
 * below a comment that says what a script should do, the script. True when that answers. */
static bool answer_at_once(lsp_server *s, lsp_doc *doc, lsp_ask *ask)
{
    struct assist_suggestion item = {
        .begin_bytes = ask->cursor, .end_bytes = ask->cursor, .confidence = 1.0F};
    struct lsp_item_place place = place_of(s, doc, ask->cursor);
    const char *why = NULL;
    arena a;
    if (ask->entry || ask->kind != LSP_ASK_INLINE)
        return false;
    arena_init(&a, JOB_BYTES);
    if (lsp__next_edit_here(&item.text, &a, doc, ask->cursor)) {
        item.source = "the last edit";
        why = "what was done to another line before, done here too; no model was asked\n";
    } else if (lsp__script_below(&item.text, &a, doc, ask->cursor)) {
        item.source = "the comment";
        why = "a script that does what the comment above says; every word of it was understood, no "
              "model was asked\n";
    }
    if (why) {
        answer_items(s, ask, &place, &item, 1);
        trace_answer(s, ask, 1, NULL);
        buf_clear(&doc->why);
        buf_append(&doc->why, str_of(why));
        lsp_shown_set(&doc->shown, lsp_text_view(&doc->text), ask->cursor, ask->invoked, &item, 1);
    }
    arena_release(&a);
    return why != NULL;
}

/* Newest wins: older requests of the same kind for the same document are answered with nothing. */
static void supersede(lsp_server *s, const lsp_ask *newest)
{
    for (lsp_ask *a = s->asks, *next; a; a = next) {
        next = a->next;
        if (a != newest && a->seq == newest->seq && a->kind == newest->kind) {
            answer_nothing(s, a);
            ask_done(s, a);
        }
    }
}

/* The popup's entry, when the client names one. False after answering with an error. */
static bool read_entry(lsp_server *s, const struct lsp_message *m, const lsp_doc *doc, lsp_ask *ask)
{
    const cJSON *info = lsp_json_path(m->params, "context", "selectedCompletionInfo", NULL);
    str_view text;
    lsp_range range;
    if (ask->kind != LSP_ASK_INLINE || !info || cJSON_IsNull(info))
        return true;
    if (!lsp_json_as_str(lsp_json_get(info, "text"), &text) ||
        !lsp__param_range(lsp_json_get(info, "range"), &range)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS,
                          "selectedCompletionInfo must have a range and a text");
        return false;
    }
    ask->entry_begin = lsp_text_offset(&doc->text, range.start, s->encoding);
    ask->entry_end = lsp_text_offset(&doc->text, range.end, s->encoding);
    if (ask->entry_begin > ask->cursor || ask->entry_end < ask->cursor ||
        range.start.line != range.end.line) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS,
                          "selectedCompletionInfo.range must lie around the cursor, on its line");
        return false;
    }
    ask->entry = mem_alloc(text.len + 1);
    if (!ask->entry) {
        lsp__answer_error(s, m->id, LSP_INTERNAL_ERROR, "out of memory");
        return false;
    }
    memcpy(ask->entry, text.ptr, text.len + 1);
    return true;
}

/* Inline: triggerKind 1 is the user's gesture. Popup: 1 is typing as well as the gesture, so that
 * it is never taken for one. */
static bool read_trigger(const struct lsp_message *m, lsp_ask_kind kind, bool *invoked)
{
    const cJSON *context = lsp_json_get(m->params, "context");
    uint32_t trigger = 2;
    if (context && !cJSON_IsObject(context))
        return false;
    const cJSON *v = lsp_json_get(context, "triggerKind");
    if (v && (!lsp_json_as_uint(v, &trigger) || trigger < 1 || trigger > 3))
        return false;
    *invoked = kind == LSP_ASK_PANEL || (kind == LSP_ASK_INLINE && trigger == 1);
    return true;
}

/* Decodes the request; NULL after answering it. */
static lsp_ask *read_ask(lsp_server *s, const struct lsp_message *m, lsp_ask_kind kind,
                         lsp_doc **doc)
{
    lsp_pos pos;
    bool invoked;
    if (!lsp__param_doc(doc, s, m))
        return NULL;
    if (!lsp__param_pos(lsp_json_get(m->params, "position"), &pos)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS,
                          "position must have a line and a character, both whole numbers from 0");
        return NULL;
    }
    if (!read_trigger(m, kind, &invoked)) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "context.triggerKind must be 1 or 2");
        return NULL;
    }
    if (pos.line >= (*doc)->text.n_lines && !(*doc)->unusable) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS,
                          "line %u is past the end: there are %zu lines", pos.line,
                          (*doc)->text.n_lines);
        return NULL;
    }
    lsp_ask *ask = mem_zero(1, sizeof *ask);
    size_t n_id = strlen(m->id) + 1;
    char *id = mem_alloc(n_id);
    if (!ask || !id) {
        mem_free(ask);
        mem_free(id);
        lsp__answer_error(s, m->id, LSP_INTERNAL_ERROR, "out of memory");
        return NULL;
    }
    memcpy(id, m->id, n_id);
    ask->id = id;
    ask->kind = kind;
    ask->invoked = invoked;
    ask->seq = (*doc)->seq;
    ask->received_ns = clock_now_ns();
    ask->cursor = lsp_text_offset(&(*doc)->text, pos, s->encoding);
    if (kind == LSP_ASK_PANEL)
        ask->token = lsp_id_text(lsp_json_get(m->params, "partialResultToken"));
    if (!read_entry(s, m, *doc, ask)) {
        ask_release(ask);
        return NULL;
    }
    return ask;
}

void lsp__ask(lsp_server *s, const struct lsp_message *m, lsp_ask_kind kind)
{
    lsp_doc *doc;
    lsp_ask *ask = read_ask(s, m, kind, &doc);
    if (!ask)
        return;
    doc->hint = ask->cursor;
    lsp__status_touched(s, doc);
    lsp_ask **last = &s->asks;
    while (*last)
        last = &(*last)->next;
    *last = ask;
    /* Before the older one lets go of it, the work for the same question is taken over. */
    ask->job = same_question(s, ask);
    supersede(s, ask);
    if (ask->job)
        return;
    bool silent = lsp__why_silent(s, doc) != NULL;
    /* Who takes text away looks for what was there, not for what comes next. */
    bool deleting = doc->deleted_at == ask->cursor && !ask->invoked && kind == LSP_ASK_INLINE;
    if (!silent && !ask->invoked && !ask->entry && lsp__ahead_take(doc, ask->cursor)) {
        buf_clear(&doc->why);
        buf_append(&doc->why, STR("found ahead, while the suggestion before it was read\n"));
    }
    if (silent || answer_from_shown(s, doc, ask) || (!deleting && answer_at_once(s, doc, ask))) {
        if (silent)
            answer_nothing(s, ask);
        ask_done(s, ask);
    } else if (deleting) {
        answer_nothing(s, ask);
        ask_done(s, ask);
    } else if (s->settings.debounce_ms && !ask->invoked) {
        ask->start_at = ask->received_ns + (uint64_t)s->settings.debounce_ms * MS;
    } else {
        start(s, ask);
    }
}

void lsp__ask_cancel(lsp_server *s, const char *id)
{
    for (lsp_ask *a = s->asks; a; a = a->next) {
        if (strcmp(a->id, id) != 0)
            continue;
        lsp__answer_error(s, a->id, LSP_REQUEST_CANCELLED, "cancelled");
        ask_done(s, a);
        return;
    }
}

void lsp__asks_outdated(lsp_server *s, uint64_t seq, bool closed)
{
    for (lsp_ask *a = s->asks, *next; a; a = next) {
        next = a->next;
        if (a->seq != seq)
            continue;
        if (closed)
            lsp__answer_error(s, a->id, LSP_CONTENT_MODIFIED, "the document was closed");
        else
            answer_nothing(s, a);
        ask_done(s, a);
    }
    for (lsp_job *job = s->jobs; job; job = job->next)
        if ((job->kind == LSP_JOB_PREPARE || job->kind == LSP_JOB_COMPLETE) && job->seq == seq)
            cancel_request(&job->cancel);
}

void lsp__asks_end(lsp_server *s)
{
    while (s->asks) {
        lsp__answer_error(s, s->asks->id, LSP_REQUEST_CANCELLED, "the server is shutting down");
        ask_done(s, s->asks);
    }
    for (lsp_job *job = s->jobs; job; job = job->next)
        cancel_request(&job->cancel);
}

/* --- answers --- */

/* Edits of the real document; none where they are not all in it. */
static void shift_edits(arena *a, struct assist_suggestion *it, size_t shift)
{
    struct assist_edit *edits = ARENA_ARRAY(a, struct assist_edit, it->n_edits);
    bool inside = edits != NULL;
    for (size_t i = 0; inside && i < it->n_edits; i++) {
        edits[i] = it->edits[i];
        inside = edits[i].begin_bytes >= shift;
        edits[i].begin_bytes -= shift;
        edits[i].end_bytes -= shift;
    }
    it->edits = edits;
    it->n_edits = inside ? it->n_edits : 0;
}

/* The engine's suggestions as those for the real document, when the request was made on a virtual
 * one. */
static size_t real_items(const lsp_doc *doc, const lsp_ask *ask, const lsp_job *job, arena *a,
                         struct assist_suggestion *out, size_t cap)
{
    size_t n = 0;
    str_view text = lsp_text_view(&doc->text);
    for (size_t i = 0; i < job->completion.n_items && n < cap; i++) {
        struct assist_suggestion it = job->completion.items[i];
        if (it.begin_bytes < job->shift)
            continue; /* would rewrite another cell */
        it.begin_bytes -= job->shift;
        it.end_bytes -= job->shift;
        if (it.n_edits > 0)
            shift_edits(a, &it, job->shift);
        if (ask->entry) {
            size_t line = lsp_text_line_of(&doc->text, ask->entry_end);
            size_t line_end = doc->text.starts[line] + lsp_text_line(&doc->text, line).len;
            buf b;
            buf_init(&b, (size_t)1 << 20);
            bool ok = lsp_item_extend_entry(&b, str_of(ask->entry), ask->entry_begin,
                                            str_slice(text, ask->entry_end, line_end), &it);
            if (ok)
                it.text = arena_copy(a, buf_view(&b));
            buf_release(&b);
            it.begin_bytes = ask->entry_begin;
            it.end_bytes = ask->entry_end;
            if (!ok || arena_failed(a))
                continue;
        }
        out[n++] = it;
    }
    return n;
}

/* While the user pauses. */
static void refresh_later(lsp_server *s, lsp_doc *doc, size_t cursor)
{
    doc->hint = cursor;
    s->prepare_doc = doc;
    s->prepare_at = clock_now_ns() + (uint64_t)REFRESH_QUIET_MS * MS;
    s->prepare_anew = true;
    s->prepare_ahead = false;
}

void lsp__tell(lsp_server *s, lsp_doc *doc, bool was_taken)
{
    uint64_t since = clock_now_ns() - doc->seen_ns;
    float seen = doc->seen;
    doc->seen = 0;
    if (seen <= 0 || !s->options->engine->told || (!was_taken && since < (uint64_t)SEEN_MS * MS))
        return;
    lsp_job *job = lsp_job_create(LSP_JOB_NOTE, JOB_BYTES);
    if (job) {
        job->note = LSP_NOTE_TOLD;
        job->told = seen;
        job->was_taken = was_taken;
    }
    if (!submit(s, job))
        log_write(LOG_DEBUG, "what became of a suggestion was not remembered");
}

static void answer_result(lsp_server *s, lsp_ask *ask, lsp_job *job)
{
    lsp_doc *doc = doc_of(s, ask->seq);
    struct assist_suggestion items[MAX_ITEMS];
    struct lsp_item_place place = place_of(s, doc, ask->cursor);
    size_t n_items = real_items(doc, ask, job, &job->mem, items, ask->invoked ? MAX_ITEMS : 1);
    size_t n_sound = 0;
    for (size_t i = 0; i < n_items; i++)
        if (lsp_item_is_sound(&place, &items[i]))
            items[n_sound++] = items[i];
    if (n_sound < n_items)
        log_write(LOG_WARNING, "a suggestion outside the cursor's line was dropped");
    answer_items(s, ask, &place, items, n_sound);
    trace_answer(s, ask, n_sound, job);
    buf_clear(&doc->why);
    assist_why(&doc->why, &job->completion);
    if (job->completion.timings.n_loose > 0 && !job->is_virtual && s->options->engine->refresh)
        refresh_later(s, doc, ask->cursor);
    bool is_ghost = !ask->entry && !ask->invoked && ask->kind == LSP_ASK_INLINE;
    if (is_ghost)
        lsp__tell(s, doc, lsp_shown_was_typed(&doc->shown));
    if (is_ghost && n_sound > 0) {
        doc->seen = items[0].confidence;
        doc->seen_ns = clock_now_ns();
    }
    if (!ask->entry && ask->kind != LSP_ASK_PANEL)
        lsp_shown_set(&doc->shown, lsp_text_view(&doc->text), ask->cursor, ask->invoked, items,
                      n_sound);
    if (!job->is_virtual)
        lsp__ahead_later(s, doc, ask->cursor);
}

/* The engine failed. Those who asked are told; those who only type are told once. */
static void answer_failure(lsp_server *s, const lsp_ask *ask, const lsp_job *job)
{
    const char *text = job->error.text[0] ? job->error.text : err_name(job->rc);
    if (strcmp(s->last_failure.text, text) != 0) {
        err_set(&s->last_failure, job->rc, "%s", text);
        log_write(LOG_ERROR, "no suggestion: %s", text);
    }
    if (ask->invoked)
        lsp__answer_error(s, ask->id, LSP_REQUEST_FAILED, "%s", text);
    else
        answer_nothing(s, ask);
}

static void load_done(lsp_server *s, lsp_job *job)
{
    s->loading = false;
    s->load_failed = job->rc != ERR_OK && job->rc != ERR_CANCELLED;
    for (const lsp_job *other = s->jobs; other; other = other->next)
        s->loading = s->loading || (other != job && other->kind == LSP_JOB_LOAD);
    lsp__progress_load(s);
    if (job->rc == ERR_OK) {
        s->last_failure = (err){{0}};
        log_write(LOG_INFO, "loaded %s in %.0f ms", job->described ? job->described : "the model",
                  clock_ms(job->took_ns));
    } else if (job->rc != ERR_CANCELLED) {
        const char *text = job->error.text[0] ? job->error.text : err_name(job->rc);
        char line[400];
        snprintf(line, sizeof line, "artel could not load the model: %s", text);
        err_set(&s->last_failure, job->rc, "%s", text);
        lsp__show_message(s, 1, line);
    }
}

void lsp__job_done(lsp_server *s, lsp_job *job)
{
    if (job->kind == LSP_JOB_LOAD)
        load_done(s, job);
    if (job->ahead)
        lsp__ahead_done(s, job);
    if (job->kind == LSP_JOB_NOTE && job->note == LSP_NOTE_FILES_WITH)
        lsp__next_edit_found(s, job);
    if (job->kind == LSP_JOB_NOTE && job->rc != ERR_OK && s->last_failure.text[0] == '\0')
        log_write(LOG_WARNING, "the files of %s are not read: %s", job->path ? job->path : "",
                  job->error.text[0] ? job->error.text : err_name(job->rc));
    for (lsp_ask *a = s->asks, *next; a; a = next) {
        next = a->next;
        if (a->job != job)
            continue;
        /* A request whose document changed was answered when it changed. */
        if (job->rc == ERR_OK)
            answer_result(s, a, job);
        else if (job->rc == ERR_CANCELLED || job->rc == ERR_STALE)
            answer_nothing(s, a);
        else
            answer_failure(s, a, job);
        unlink_ask(s, a);
        ask_release(a);
    }
    forget_job(s, job);
}

void lsp__why(lsp_server *s, const struct lsp_message *m)
{
    str_view uri;
    lsp_writer w;
    const cJSON *first = cJSON_GetArrayItem(lsp_json_get(m->params, "arguments"), 0);
    const lsp_doc *doc =
        lsp_json_as_str(lsp_json_get(first, "uri"), &uri) ? lsp__doc_find(s, uri) : NULL;
    if (!doc) {
        lsp__answer_error(s, m->id, LSP_INVALID_PARAMS,
                          "artel.why takes an open document: [{\"uri\": \"file:///…\"}]");
        return;
    }
    const char *silent = lsp__why_silent(s, doc);
    lsp__answer_begin(&w, m->id);
    if (silent)
        lsp_write_str(&w, str_of(silent));
    else
        lsp_write_str(&w, doc->why.len > 0 ? buf_view(&doc->why)
                                           : STR("nothing was asked for here yet\n"));
    lsp__answer_end(s, &w, m->id);
}

/* --- work nobody waits for --- */

/* Only the document touched last is read ahead: an editor that restores a hundred files must not
 * cost a hundred prefills. */
void lsp__prepare_later(lsp_server *s, lsp_doc *doc)
{
    if (lsp__why_silent(s, doc)) {
        if (s->prepare_doc == doc)
            s->prepare_doc = NULL;
        return;
    }
    s->prepare_doc = doc;
    s->prepare_at = clock_now_ns() + (uint64_t)PREPARE_QUIET_MS * MS;
    s->prepare_anew = s->prepare_ahead = false;
}

static void prepare(lsp_server *s)
{
    lsp_doc *doc = s->prepare_doc;
    lsp_job *job = job_for(s, doc, LSP_JOB_PREPARE, NULL);
    s->prepare_doc = NULL;
    stop_preparing(s);
    if (job)
        job->anew = s->prepare_anew;
    if (job && s->prepare_ahead && !lsp__ahead_job(s, doc, job)) {
        lsp_job_destroy(job);
        return;
    }
    /* Best effort: without memory or room it is simply not done. */
    (void)submit(s, job);
}

static void sooner(uint64_t *next, uint64_t due)
{
    if (due && (*next == 0 || due < *next))
        *next = due;
}

uint64_t lsp__timers(lsp_server *s, uint64_t now)
{
    uint64_t due = 0;
    for (lsp_ask *a = s->asks, *next; a; a = next) {
        next = a->next;
        if (a->start_at && a->start_at <= now)
            start(s, a);
        else
            sooner(&due, a->start_at);
    }
    if (s->prepare_doc && s->prepare_at <= now)
        prepare(s);
    if (s->prepare_doc)
        sooner(&due, s->prepare_at);
    return due;
}

void lsp__load(lsp_server *s)
{
    lsp_job *job = lsp_job_create(LSP_JOB_LOAD, JOB_BYTES);
    if (job) {
        job->load = s->options->engine_options;
        const char *path = s->settings.model_path; /* began as the command line's */
        job->load.model_path = path[0] ? arena_copy_z(&job->mem, str_of(path)) : NULL;
        /* An adapter is of the model beside it on the command line. */
        const char *model = s->options->engine_options.model_path;
        if (strcmp(path, model ? model : "") != 0)
            job->load.lora_path = NULL;
        if (s->settings.n_threads)
            job->load.n_threads = s->settings.n_threads;
        job->load.kv_bytes = (uint64_t)s->settings.kv_megabytes << 20;
        job->load.kv_type = s->settings.kv_type;
        job->load.follows_user = true;
        if (arena_failed(&job->mem)) {
            lsp_job_destroy(job);
            job = NULL;
        }
    }
    if (!submit(s, job)) {
        lsp__show_message(s, 1, "artel could not load the model: out of memory");
        return;
    }
    s->loading = true;
    lsp__progress_load(s);
    for (lsp_folder *f = s->folders; f; f = f->next) {
        lsp__reading_end(s, f, NULL); /* the engine before did that; it begins anew */
        lsp__folder_read(s, f);
    }
}

/* Best effort: a flood of changes is more than anybody needs to hear of. */
static void submit_note(lsp_server *s, lsp_job *job)
{
    if (job && arena_failed(&job->mem)) {
        lsp_job_destroy(job);
        job = NULL;
    }
    if (!submit(s, job))
        log_write(LOG_WARNING, "a change of the project's files was not followed");
}

bool lsp__ask_files_with(lsp_server *s, const lsp_doc *doc, str_view name, const char *id)
{
    lsp_job *job = lsp_job_create(LSP_JOB_NOTE, JOB_BYTES);
    if (job) {
        job->note = LSP_NOTE_FILES_WITH;
        job->path = arena_copy_z(&job->mem, name);
        job->answer_to = id ? arena_copy_z(&job->mem, str_of(id)) : NULL;
        job->seq = doc->seq;
        job->n_files = MAX_FILES_WITH;
        job->files = ARENA_ARRAY(&job->mem, str_view, MAX_FILES_WITH);
        if (lsp__doc_names(s, doc, &job->mem, &job->doc.path, &job->doc.repo) != ERR_OK ||
            arena_failed(&job->mem)) {
            lsp_job_destroy(job);
            job = NULL;
        }
    }
    return submit(s, job);
}

void lsp__note_path(lsp_server *s, lsp_note note, str_view path)
{
    lsp_job *job = lsp_job_create(LSP_JOB_NOTE, JOB_BYTES);
    if (job) {
        job->note = note;
        job->path = arena_copy_z(&job->mem, path);
    }
    submit_note(s, job);
}

void lsp__folder_read(lsp_server *s, const lsp_folder *f)
{
    if (!s->settings.learn_project || f->stopped)
        return;
    lsp_job *job = lsp_job_create(LSP_JOB_NOTE, JOB_BYTES);
    if (job) {
        job->note = LSP_NOTE_OPEN_FOLDER;
        job->path = arena_copy_z(&job->mem, str_of(f->path));
        job->folder = (struct assist_folder_options){
            .name = arena_copy_z(&job->mem, str_of(f->name)),
            .on_reading = lsp__reading_tell,
            .user = s,
        };
    }
    submit_note(s, job);
}

void lsp__note_closed(lsp_server *s, const lsp_doc *doc)
{
    lsp_job *job = lsp_job_create(LSP_JOB_NOTE, JOB_BYTES);
    if (job) {
        job->note = LSP_NOTE_CLOSE_DOCUMENT;
        if (lsp__doc_names(s, doc, &job->mem, &job->doc.path, &job->doc.repo) != ERR_OK) {
            lsp_job_destroy(job);
            job = NULL;
        }
    }
    submit_note(s, job);
}

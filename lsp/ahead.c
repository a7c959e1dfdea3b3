/* What will be asked when the suggestion that is shown has been accepted, or typed to its end, and
 * a line begun behind it: found while the user reads, and kept with the document. One at a time,
 * once for each suggestion, given up when anything else is asked. */
#include "base/clock.h"
#include "base/hash.h"
#include "lsp/lsp_internal.h"

enum { QUIET_MS = 15, MS = 1000000 };

/* The first of what is shown at the cursor. */
static bool shown_now(lsp_doc *doc, size_t cursor, struct assist_suggestion *it)
{
    size_t n;
    return lsp_shown_get(&doc->shown, cursor, false, it, 1, &n) && n > 0;
}

/* The document as it is with the suggestion, which stays the same while that is typed. */
static uint64_t hash_with(const lsp_doc *doc, const struct assist_suggestion *it)
{
    str_view text = lsp_text_view(&doc->text);
    uint64_t parts[2] = {hash_str(str_slice(text, it->end_bytes, text.len)),
                         it->begin_bytes + it->text.len};
    return hash_str((str_view){(const char *)parts, sizeof parts}) | 1;
}

void lsp__ahead_later(lsp_server *s, lsp_doc *doc, size_t cursor)
{
    struct assist_suggestion it;
    if (!s->options->engine->ahead || s->prepare_doc || !shown_now(doc, cursor, &it) ||
        hash_with(doc, &it) == doc->ahead_of)
        return;
    doc->hint = cursor;
    s->prepare_doc = doc;
    s->prepare_at = clock_now_ns() + (uint64_t)QUIET_MS * MS;
    s->prepare_anew = false;
    s->prepare_ahead = true;
}

/* What the client will not do is not thought of; the rest must outlive the document. */
static void keep_edits(const lsp_server *s, lsp_job *job)
{
    struct assist_suggestion *it = &job->accepted;
    struct assist_edit *edits = ARENA_ARRAY(&job->mem, struct assist_edit, it->n_edits);
    it->n_edits = s->caps.apply_edit && edits ? it->n_edits : 0;
    for (size_t i = 0; i < it->n_edits; i++) {
        edits[i] = it->edits[i];
        edits[i].text = arena_copy(&job->mem, edits[i].text);
    }
    it->edits = edits;
}

bool lsp__ahead_job(const lsp_server *s, lsp_doc *doc, lsp_job *job)
{
    if (job->shift > 0 || !shown_now(doc, doc->hint, &job->accepted))
        return false;
    job->accepted.text = arena_copy(&job->mem, job->accepted.text);
    keep_edits(s, job);
    job->ahead = true;
    doc->ahead_of = hash_with(doc, &job->accepted);
    lsp_shown_forget(&doc->ahead);
    return !arena_failed(&job->mem);
}

void lsp__ahead_done(lsp_server *s, const lsp_job *job)
{
    for (lsp_doc *doc = s->docs; doc; doc = doc->next) {
        if (doc->seq != job->seq)
            continue;
        if (job->rc == ERR_OK) {
            doc->ahead_text = hash_str(job->then.text);
            lsp_shown_set(&doc->ahead, job->then.text, job->then.cursor, false,
                          job->completion.items, job->completion.n_items);
            lsp__trace(s, "what may follow the suggestion was thought of", NULL);
        } else {
            doc->ahead_of = 0; /* stopped for something else; it may be tried again */
        }
    }
}

bool lsp__ahead_take(lsp_doc *doc, size_t cursor)
{
    struct assist_suggestion it;
    size_t n;
    str_view text = lsp_text_view(&doc->text);
    if (!doc->ahead.valid || doc->ahead.anchor != cursor || hash_str(text) != doc->ahead_text ||
        !lsp_shown_get(&doc->ahead, cursor, false, &it, 1, &n) || n == 0)
        return false;
    lsp_shown_set(&doc->shown, text, cursor, false, &it, 1);
    lsp_shown_forget(&doc->ahead);
    return doc->shown.valid;
}

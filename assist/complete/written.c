#include "assist/complete/written.h"

#include "assist/complete/block.h"
#include "assist/complete/confidence.h"
#include "assist/complete/learn.h"

enum { MAX_OFFERS = 8 };

/* Half of what is offered at this confidence or above comes true at 0.35, several times what the
 * model gets right; lower thresholds gained nothing on held-out packages. */
static const float LIKELY = 0.35f;
/* What is less likely competes with what the model writes; below this nothing was ever right. */
static const float POSSIBLE = 0.03f;

struct ctx_instant_query written_query(const struct gate *g)
{
    const struct assist_document *doc = g->doc;
    struct ctx_recall_doc d = learn_name(doc, true);
    return (struct ctx_instant_query){
        .before = str_slice(doc->text, 0, g->cursor),
        .after = str_slice(doc->text, g->cursor, doc->text.len),
        .doc = d.id,
        .doc_off = g->cursor,
        .language = d.language,
        .folder = d.folder,
    };
}

size_t written_offer(struct gate *g, struct assist_suggestion *items, size_t cap,
                     struct assist_suggestion *maybe)
{
    maybe->source = NULL;
    /* What was written there says nothing of indentation that is missing. */
    bool misses =
        g->lang->nests_by_indent && block_misses_indentation(g->doc->text, g->cursor, g->lang);
    if (!g->engine->written || misses)
        return 0;
    const struct ctx_instant_query q = written_query(g);
    struct ctx_instant_item found[MAX_OFFERS];
    size_t n_found = ctx_instant_complete(g->engine->written, &q, g->mem, found, MAX_OFFERS);
    size_t n = 0;
    for (size_t i = 0; i < n_found && n < cap && !maybe->source; i++) {
        bool likely = found[i].confidence >= LIKELY;
        struct assist_suggestion *s = likely ? &items[n] : maybe;
        if (found[i].confidence < POSSIBLE || gate_pass(g, s, "written before", found[i].text))
            continue;
        s->confidence = confidence_of(CONFIDENCE_WRITTEN, found[i].confidence, found[i].confidence,
                                      s->text.len);
        s->own = s->own_first = found[i].confidence;
        s->source = "written before";
        n += likely;
    }
    return n;
}

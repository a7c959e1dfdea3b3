#include "assist/complete/written.h"

#include "assist/complete/shape.h"
#include "base/hash.h"

enum {
    MAX_TOKENS = 1 << 20, /* some 3.5 MB of source in 8 MB of memory: what a person has open */
    MAX_TEXT_BYTES = 512 << 10, /* read in 35 ms the first time */
    MAX_OFFERS = 8,
};

/* Half of what is offered at this confidence or above comes true at 0.35, several times what the
 * model gets right; lower thresholds gained nothing on held-out packages. */
static const float LIKELY = 0.35f;

/* Offset behind the last `c` in v, or 0. */
static size_t behind_last(str_view v, char c)
{
    size_t at = v.len;
    while (at > 0 && v.ptr[at - 1] != c)
        at--;
    return at;
}

/* Same extension, same language: finer than what editors call the document, and headers go with C.
 */
static struct ctx_recall_doc describe(str_view path)
{
    size_t name = behind_last(path, '/');
    str_view file = str_slice(path, name, path.len);
    str_view extension = str_slice(file, behind_last(file, '.'), file.len);
    if (str_eq(extension, STR("h")))
        extension = STR("c");
    return (struct ctx_recall_doc){
        .id = hash_str(path),
        .language = (uint32_t)hash_str(extension),
        .folder = (uint32_t)hash_str(str_slice(path, 0, name)),
        .live = true,
    };
}

err_code written_see(assist_engine *a, const struct assist_document *doc, err *e)
{
    if (doc->text.len > MAX_TEXT_BYTES)
        return ERR_OK;
    struct ctx_recall_doc d = describe(doc->path);
    for (int attempt = 0;; attempt++) {
        if (!a->written) {
            err_code rc = ctx_instant_create(&a->written, MAX_TOKENS, e);
            if (rc != ERR_OK)
                return rc;
        }
        err_code rc = ctx_instant_put(a->written, &d, doc->text, e);
        if (rc != ERR_RANGE || attempt > 0)
            return rc == ERR_RANGE ? ERR_OK : rc;
        ctx_instant_destroy(a->written);
        a->written = NULL;
    }
}

size_t written_offer(const assist_engine *a, const struct assist_document *doc, size_t cursor,
                     struct assist_suggestion *items, size_t cap, arena *mem)
{
    if (!a->written || doc->text.len > MAX_TEXT_BYTES)
        return 0;
    struct ctx_recall_doc d = describe(doc->path);
    const struct ctx_instant_query q = {
        .before = str_slice(doc->text, 0, cursor),
        .after = str_slice(doc->text, cursor, doc->text.len),
        .doc = d.id,
        .doc_off = cursor,
        .language = d.language,
        .folder = d.folder,
    };
    struct ctx_instant_item found[MAX_OFFERS];
    size_t n_found = ctx_instant_complete(a->written, &q, mem, found, MAX_OFFERS);
    size_t n = 0;
    for (size_t i = 0; i < n_found && n < cap && found[i].confidence >= LIKELY; i++) {
        if (shape_line(&items[n], mem, doc->text, cursor, found[i].text))
            continue;
        items[n].confidence = found[i].confidence;
        items[n].source = "written before";
        n++;
    }
    return n;
}

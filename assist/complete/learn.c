#include "assist/complete/learn.h"

#include "base/hash.h"
#include "base/path.h"
#include "context/secret.h"

enum {
    MAX_TOKENS = 8 << 20, /* some 28 MB of source, and 70 MB of memory in each of two structures */
    FULL_TOKENS = MAX_TOKENS / 8 * 7, /* the rest is for what is open */
    MAX_TEXT_BYTES = 512 << 10,
    DATA_LOOK_BYTES = 32 << 10,
    DATA_MIN_BYTES = 512,
    DATA_LINE_BYTES = 160, /* on average */
};

/* Same extension, same language: finer than what editors call the document, and headers go with C.
 */
struct ctx_recall_doc learn_name(const struct assist_document *doc, bool live)
{
    str_view extension = path_ending(doc->path);
    if (str_eq(extension, STR("h")))
        extension = STR("c");
    return (struct ctx_recall_doc){
        .id = hash_bytes(doc->path.ptr, doc->path.len, hash_str(doc->repo)),
        .language = (uint32_t)hash_str(extension),
        .folder = (uint32_t)hash_str(path_folder(doc->path)),
        .live = live,
    };
}

/* An open text is looked at as it is; what it was on disk says nothing any more. */
static err_code learn_words(assist_engine *a, const struct ctx_recall_doc *doc, str_view text,
                            err *e)
{
    err_code rc = a->words ? ERR_OK : ctx_words_create(&a->words, e);
    if (rc == ERR_OK)
        rc = ctx_words_put(a->words, doc->id, doc->live ? STR("") : text, e);
    return rc == ERR_RANGE ? ERR_OK : rc; /* of that many words, some may be missing */
}

static err_code put(assist_engine *a, const struct ctx_recall_doc *doc, str_view text, err *e)
{
    err_code rc = ERR_OK;
    if (!a->written)
        rc = ctx_instant_create(&a->written, MAX_TOKENS, e);
    if (rc == ERR_OK && !a->habit.recall)
        rc = habit_init(&a->habit, a->vocab, MAX_TOKENS, e);
    if (rc == ERR_OK) /* which hides the secrets for both */
        rc = ctx_instant_put(a->written, doc, text, &text, e);
    if (rc == ERR_OK)
        rc = learn_words(a, doc, text, e);
    return rc == ERR_OK ? habit_put(&a->habit, doc, text, e) : rc;
}

static bool is_full(const assist_engine *a)
{
    struct ctx_instant_stats written = {0};
    struct ctx_recall_stats habit = {0};
    if (a->written)
        ctx_instant_stats(a->written, &written);
    if (a->habit.recall)
        ctx_recall_stats(a->habit.recall, &habit);
    return written.recall.n_stored > FULL_TOKENS || habit.n_stored > FULL_TOKENS;
}

/* Tables, minified and generated text, by its first part: nobody writes on in their manner, and
 * what follows a number in one says nothing. */
static bool is_data(str_view text)
{
    size_t n_letters = 0, n_digits = 0, n_lines = 1;
    text = str_slice(text, 0, DATA_LOOK_BYTES);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        n_letters += (unsigned char)((c | 0x20) - 'a') < 26 || c >= 0x80;
        n_digits += (unsigned char)(c - '0') < 10;
        n_lines += c == '\n';
    }
    return text.len > DATA_MIN_BYTES && (n_digits * 4 > text.len || n_letters * 5 < text.len ||
                                         text.len / n_lines > DATA_LINE_BYTES);
}

err_code learn_text(assist_engine *a, const struct assist_document *doc, bool live, err *e)
{
    struct ctx_recall_doc name = learn_name(doc, live);
    str_view text = doc->text;
    if (ctx_secret_path(doc->path))
        return ERR_OK;
    if (text.len == 0 || text.len > MAX_TEXT_BYTES || (!live && is_data(text))) {
        if (a->written)
            ctx_instant_remove(a->written, name.id);
        if (a->habit.recall)
            habit_remove(&a->habit, name.id);
        if (a->words)
            ctx_words_remove(a->words, name.id);
        return ERR_OK;
    }
    if (!live && is_full(a))
        return ERR_OK;
    err_code rc = put(a, &name, text, e);
    if (rc != ERR_RANGE)
        return rc;
    if (live) {
        learn_release(a);
        rc = put(a, &name, text, e);
    }
    return rc == ERR_RANGE ? ERR_OK : rc;
}

void learn_release(assist_engine *a)
{
    ctx_instant_destroy(a->written);
    a->written = NULL;
    habit_release(&a->habit);
    ctx_words_destroy(a->words);
    a->words = NULL;
}

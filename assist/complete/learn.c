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

/* The text at the cursor is looked at as it is, and what it was on disk says nothing any more: its
 * words are known to others once another text is the one at the cursor. */
static err_code learn_words(assist_engine *a, const struct ctx_recall_doc *doc, str_view text,
                            err *e)
{
    err_code rc = a->words ? ERR_OK : ctx_words_create(&a->words, e);
    if (rc == ERR_OK && doc->live && a->at_cursor != doc->id && a->at_cursor_text.len)
        rc = ctx_words_put(a->words, a->at_cursor, buf_view(&a->at_cursor_text), e);
    if (doc->live || a->at_cursor == doc->id)
        buf_clear(&a->at_cursor_text);
    if (doc->live) {
        a->at_cursor = doc->id;
        buf_append(&a->at_cursor_text, text);
        text = STR("");
    }
    if (rc == ERR_OK)
        rc = ctx_words_put(a->words, doc->id, text, e);
    return rc == ERR_RANGE ? ERR_OK : rc; /* of that many words, some may be missing */
}

/* The lines alone; *seen is the text without its secrets, for put_tokens. */
static err_code put_lines(assist_engine *a, const struct ctx_recall_doc *doc, str_view text,
                          str_view *seen, err *e)
{
    err_code rc = ERR_OK;
    if (!a->written)
        rc = ctx_instant_create(&a->written, MAX_TOKENS, e);
    if (rc == ERR_OK)
        rc = ctx_instant_put(a->written, doc, text, seen, e);
    return rc == ERR_OK ? learn_words(a, doc, *seen, e) : rc;
}

static err_code put_tokens(assist_engine *a, const struct ctx_recall_doc *doc, str_view seen,
                           err *e)
{
    err_code rc = ERR_OK;
    if (!a->habit.recall)
        rc = habit_init(&a->habit, a->vocab, MAX_TOKENS, e);
    return rc == ERR_OK ? habit_put(&a->habit, doc, seen, e) : rc;
}

static err_code put(assist_engine *a, const struct ctx_recall_doc *doc, str_view text, err *e)
{
    err_code rc = put_lines(a, doc, text, &text, e);
    return rc == ERR_OK ? put_tokens(a, doc, text, e) : rc;
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

/* Whether the text is one to learn from; where not, what was known under its name is forgotten. */
static bool is_wanted(assist_engine *a, const struct assist_document *doc, uint64_t id, bool live)
{
    str_view text = doc->text;
    if (ctx_secret_path(doc->path))
        return false;
    if (text.len > 0 && text.len <= MAX_TEXT_BYTES && (live || !is_data(text)))
        return true;
    if (a->written)
        ctx_instant_remove(a->written, id);
    if (a->habit.recall)
        habit_remove(&a->habit, id);
    if (a->words)
        ctx_words_remove(a->words, id);
    return false;
}

err_code learn_text(assist_engine *a, const struct assist_document *doc, bool live, err *e)
{
    struct ctx_recall_doc name = learn_name(doc, live);
    if (!is_wanted(a, doc, name.id, live) || (!live && is_full(a)))
        return ERR_OK;
    err_code rc = put(a, &name, doc->text, e);
    if (rc != ERR_RANGE)
        return rc;
    if (live) {
        learn_release(a);
        rc = put(a, &name, doc->text, e);
    }
    return rc == ERR_RANGE ? ERR_OK : rc;
}

err_code learn_lines(assist_engine *a, const struct assist_document *doc, str_view *seen, err *e)
{
    struct ctx_recall_doc name = learn_name(doc, true);
    *seen = (str_view){NULL, 0};
    if (!is_wanted(a, doc, name.id, true))
        return ERR_OK;
    err_code rc = put_lines(a, &name, doc->text, seen, e);
    if (rc == ERR_RANGE) {
        learn_release(a);
        rc = put_lines(a, &name, doc->text, seen, e);
    }
    return rc == ERR_RANGE ? ERR_OK : rc;
}

err_code learn_tokens(assist_engine *a, const struct assist_document *doc, str_view seen, err *e)
{
    struct ctx_recall_doc name = learn_name(doc, true);
    err_code rc = seen.len ? put_tokens(a, &name, seen, e) : ERR_OK;
    return rc == ERR_RANGE ? learn_text(a, doc, true, e) : rc;
}

void learn_release(assist_engine *a)
{
    ctx_instant_destroy(a->written);
    a->written = NULL;
    habit_release(&a->habit);
    ctx_words_destroy(a->words);
    buf_release(&a->at_cursor_text);
    a->words = NULL;
}

#include "assist/explain/prose.h"

#include <string.h>

#include "assist/explain/explain_internal.h"
#include "assist/guess/guess.h"
#include "base/buf.h"
#include "base/utf.h"

enum {
    MAX_TOKENS = 96,
    BUDGET_MS = 20000,
    CODE_MAX_BYTES = 3000,
    SAID_MAX_BYTES = 4096,
    SAID_MAX_CHARS = 600,
    NAME_MAX_CHARS = 60,
};

err_code explain_prose_check(const model_gguf *g, err *e)
{
    return guess_check(g, "explain code in words", e);
}

/* What the model continues: the code, and behind it a comment that has been begun. */
struct question {
    str_view text;
    str_view mark; /* that begins a line of a comment */
};

static struct question ask(arena *mem, const gram_language *lang, str_view code)
{
    str_view list = str_of(lang->line_comments), mark = {NULL, 0};
    if (!lang->line_comments || !gram_list_next(&list, &mark))
        mark = STR("#");
    code = str_slice(code, 0, CODE_MAX_BYTES);
    code.len = utf8_whole_prefix(code);
    struct question q = {.mark = mark};
    q.text = arena_format(mem,
                          "%.*s\n\n%.*s In plain words, for somebody who does not know %s, the "
                          "code above",
                          STR_ARG(str_trim_right(code)), STR_ARG(mark), lang->name);
    return q;
}

/* Where the comment ends in what was written: before a line that is none; the length while that
 * is not known yet. */
static size_t end_of_comment(str_view said, str_view mark)
{
    for (size_t at = 0; at < said.len; at++) {
        if (said.ptr[at] != '\n')
            continue;
        size_t i = at + 1;
        while (i < said.len && (said.ptr[i] == ' ' || said.ptr[i] == '\t'))
            i++;
        size_t known = said.len - i < mark.len ? said.len - i : mark.len;
        if (memcmp(said.ptr + i, mark.ptr, known) != 0)
            return at;
    }
    return said.len;
}

/* Past the comment nothing is wanted. */
static bool past_comment(void *question, str_view said)
{
    const struct question *q = question;
    return end_of_comment(said, q->mark) < said.len;
}

/* The comment's lines as one text, without their marks; a sentence that is not finished ends in an
 * ellipsis. */
static str_view as_sentences(arena *mem, str_view said, str_view mark)
{
    buf out;
    buf_init(&out, SAID_MAX_BYTES);
    buf_append(&out, STR("The code above"));
    said = str_slice(said, 0, end_of_comment(said, mark));
    said.len = utf8_whole_prefix(said);
    bool any = false;
    for (bool first = true; said.len > 0; first = false) {
        str_view line = str_take_line(&said);
        if (!first && str_starts(str_trim_left(line), mark))
            line = str_slice(str_trim_left(line), mark.len, line.len);
        any = any || str_trim(line).len > 0;
        buf_append(&out, first ? STR("") : STR(" "));
        buf_append(&out, first ? line : str_trim(line));
    }
    str_view text = explain__clean(mem, buf_view(&out), SAID_MAX_CHARS, NULL);
    buf_release(&out);
    bool ended = text.len > 0 && strchr(".!?", text.ptr[text.len - 1]);
    if (any && !ended && !str_ends(text, STR("…")))
        text = arena_format(mem, "%.*s …", STR_ARG(text));
    return any ? text : (str_view){NULL, 0};
}

err_code explain_prose(str_view *out, str_view *by, arena *mem, const model_gguf *g,
                       const gram_language *lang, str_view code,
                       const struct explain_prose_options *o, err *e)
{
    err_code rc = explain_prose_check(g, e);
    if (rc != ERR_OK)
        return rc;
    struct question q = ask(mem, lang, code);
    struct guess_options how = {.max_tokens = o->max_tokens ? o->max_tokens : MAX_TOKENS,
                                .budget_ms = o->budget_ms ? o->budget_ms : BUDGET_MS,
                                .cancel = o->cancel,
                                .enough = past_comment,
                                .user = &q};
    buf said;
    bool ended;
    buf_init(&said, SAID_MAX_BYTES);
    rc = q.text.ptr ? guess_continue(&said, &ended, g, q.text, &how, e) : ERR_NOMEM;
    str_view text = {NULL, 0};
    if (rc == ERR_OK)
        text = as_sentences(mem, buf_view(&said), q.mark);
    if (rc == ERR_OK && !text.ptr)
        rc = err_set(e, ERR_NOT_FOUND, "the model has nothing to say about this");
    str_view name = explain__clean(mem, guess_model_name(g), NAME_MAX_CHARS, NULL);
    buf_release(&said);
    if (arena_failed(mem))
        return ERR_NOMEM;
    if (rc == ERR_OK) {
        *out = text;
        *by = name;
    }
    return rc;
}

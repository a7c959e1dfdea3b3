#include "assist/complete/complete.h"

#include "assist/complete/engine.h"
#include "assist/complete/learn.h"
#include "base/mem.h"
#include "grammars/language.h"

/* The indentation of the line that ends `text`, and one step more where that opens a block. */
static str_view next_indent(const struct assist_document *doc, str_view text, arena *mem)
{
    const gram_language *lang = gram_language_find(doc->language, doc->path, doc->text);
    size_t begin = text.len;
    while (begin > 0 && text.ptr[begin - 1] != '\n')
        begin--;
    str_view line = str_trim_right(str_slice(text, begin, text.len));
    str_view indent = str_slice(line, 0, line.len - str_trim_left(line).len);
    str_view last = str_slice(line, line.len - (line.len > 0), line.len);
    if (!gram_list_has(lang->open_last, last))
        return arena_copy(mem, indent);
    bool tabs = indent.len ? indent.ptr[0] == '\t' : lang->indent_tabs;
    int cols = lang->indent_cols ? lang->indent_cols : 4;
    return tabs ? arena_format(mem, "%.*s\t", STR_ARG(indent))
                : arena_format(mem, "%.*s%*s", STR_ARG(indent), cols, "");
}

/* The document up to the end of the suggestion, when that and its edits are made. */
static str_view text_up_to(const struct assist_document *doc, const struct assist_suggestion *s,
                           arena *mem)
{
    str_view text = STR("");
    size_t at = 0;
    for (size_t i = 0; i < s->n_edits; i++) {
        const struct assist_edit *e = &s->edits[i];
        if (e->begin_bytes < at || e->end_bytes > s->begin_bytes)
            continue;
        text = arena_format(mem, "%.*s%.*s%.*s", STR_ARG(text), (int)(e->begin_bytes - at),
                            doc->text.ptr + at, STR_ARG(e->text));
        at = e->end_bytes;
    }
    return arena_format(mem, "%.*s%.*s%.*s", STR_ARG(text), (int)(s->begin_bytes - at),
                        doc->text.ptr + at, STR_ARG(s->text));
}

err_code assist_ahead(assist_engine *a, struct assist_completion *out, struct assist_next *next,
                      arena *mem, const struct assist_document *doc,
                      const struct assist_suggestion *accepted,
                      const struct assist_complete_options *options, const cancel_flag *cancel,
                      err *e)
{
    struct assist_document then = *doc;
    if (accepted->begin_bytes > accepted->end_bytes || accepted->end_bytes > doc->text.len)
        return err_set(e, ERR_RANGE, "the suggestion is not of this document");
    size_t eol = str_find_byte(doc->text, '\n');
    bool crlf = eol > 0 && eol < doc->text.len && doc->text.ptr[eol - 1] == '\r';
    str_view head = text_up_to(doc, accepted, mem);
    str_view indent = next_indent(doc, head, mem);
    then.text = arena_format(mem, "%.*s%s%.*s%.*s", STR_ARG(head), crlf ? "\r\n" : "\n",
                             STR_ARG(indent), (int)(doc->text.len - accepted->end_bytes),
                             doc->text.ptr + accepted->end_bytes);
    size_t n_asked = a->asked.n;
    model_token *asked = mem_alloc((n_asked + 1) * sizeof *asked);
    float *logits = mem_alloc(a->n_vocab * sizeof *logits);
    err_code rc =
        arena_failed(mem) || !asked || !logits ? err_set(e, ERR_NOMEM, "out of memory") : ERR_OK;
    if (rc == ERR_OK) {
        /* What the user writes next is learned from by what was really asked. */
        memcpy(logits, a->first_logits, a->n_vocab * sizeof *logits);
        if (n_asked)
            memcpy(asked, a->asked.ids, n_asked * sizeof *asked);
        model_tokens_clear(&a->asked);
        next->text = then.text;
        next->cursor = head.len + 1 + crlf + indent.len;
        a->is_ahead = true;
        rc = assist_complete(a, out, mem, &then, next->cursor, options, cancel, e);
        a->is_ahead = false;
        memcpy(a->first_logits, logits, a->n_vocab * sizeof *logits);
        a->holds_asked = false;
        model_tokens_clear(&a->asked);
        for (size_t i = 0; i < n_asked; i++)
            model_tokens_push(&a->asked, asked[i]);
        err e_back;
        err_code back = learn_text(a, doc, true, &e_back);
        rc = rc == ERR_OK ? back : rc;
    }
    mem_free(asked);
    mem_free(logits);
    return rc;
}

/* "Write this script" on a comment of a shell or Python document: the comment's line becomes the
 * script, which begins with the comment. Offered only where every word was understood and what was
 * written parses. */
#include "assist/script/script.h"

#include <string.h>

#include "assist/deliver/check.h"
#include "grammars/language.h"
#include "lsp/lsp_internal.h"

/* The text of the comment that is all of the line; empty when it is none. */
static str_view comment_of(str_view line, const assist_script_language *language)
{
    line = str_trim(line);
    bool comment = str_starts(line, str_of(language->mark)) && !str_starts(line, STR("#!"));
    return comment ? str_trim(str_slice(line, strlen(language->mark), line.len)) : STR("");
}

/* ERR_NOT_FOUND: there is nothing to offer. */
static err_code write_script(str_view *out, arena *a, const lsp_doc *doc, size_t line)
{
    const assist_script_language *language = assist_script_language_find(str_of(doc->language));
    str_view comment = language && line < doc->text.n_lines
                           ? comment_of(lsp_text_line(&doc->text, line), language)
                           : STR("");
    assist_script_options options = {.language = language};
    assist_script script;
    check_result checked;
    if (!comment.len)
        return ERR_NOT_FOUND;
    err_code rc = assist_script_write(&script, a, comment, &options, NULL);
    if (rc == ERR_OK && script.state != ASSIST_SCRIPT_WRITTEN)
        rc = ERR_NOT_FOUND;
    str_view name = arena_format(a, "script%s", language->suffix);
    if (rc == ERR_OK)
        rc = check_parse(&checked, name, script.text, NULL);
    if (rc == ERR_OK && checked.state == CHECK_BROKEN)
        rc = ERR_NOT_FOUND;
    if (rc != ERR_OK)
        return rc;
    *out = script.text;
    if (line > 0) /* the interpreter is named in the first line or not at all */
        str_take_line(out);
    return arena_failed(a) ? ERR_NOMEM : ERR_OK;
}

bool lsp__is_plain_uri(const char *uri)
{
    for (; *uri; uri++) {
        if (*uri <= ' ' || *uri > '~' || *uri == '"' || *uri == '\\')
            return false;
    }
    return true;
}

void lsp__script_actions(lsp_server *s, lsp_writer *w, const lsp_doc *doc, lsp_range range)
{
    arena a;
    str_view text;
    arena_init(&a, (size_t)64 << 20);
    if (s->caps.action_literals && lsp__is_plain_uri(doc->uri) &&
        write_script(&text, &a, doc, range.start.line) == ERR_OK) {
        size_t end =
            doc->text.starts[range.start.line] + lsp_text_line(&doc->text, range.start.line).len;
        lsp_range whole = {{range.start.line, 0}, lsp_text_pos(&doc->text, end, s->encoding)};
        lsp_write_object_begin(w);
        lsp_write_member_str(w, "title", STR("artel: Write this script"));
        lsp_write_member_str(w, "kind", STR(LSP_SCRIPT_KIND));
        lsp_write_key(w, "edit");
        lsp_write_object_begin(w);
        lsp_write_key(w, "changes");
        lsp_write_object_begin(w);
        lsp_write_key(w, doc->uri);
        lsp_write_array_begin(w);
        lsp_write_object_begin(w);
        lsp_write_key(w, "range");
        lsp_write_range(w, whole);
        /* The line keeps its own end. */
        lsp_write_member_str(w, "newText", str_trim_right(text));
        lsp_write_object_end(w);
        lsp_write_array_end(w);
        lsp_write_object_end(w);
        lsp_write_object_end(w);
        lsp_write_object_end(w);
    }
    arena_release(&a);
}

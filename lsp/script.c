/* "Write this script" on a comment of a document in a language for scripts: the comment's line
 * becomes the script, which begins with the comment. Offered only where every word was understood
 * and what was written parses. */
#include "assist/script/script.h"

#include <string.h>

#include "assist/deliver/check.h"
#include "grammars/language.h"
#include "lsp/es_module.h"
#include "lsp/lsp_internal.h"
#include "lsp/templates.h"
#include "lsp/uri.h"

/* The text of the comment that is all of the line; empty when it is none. */
static str_view comment_of(str_view line, const assist_script_language *language)
{
    line = str_trim(line);
    if (language->mark[0] == '/' && str_starts(line, STR("/*")) && str_ends(line, STR("*/")))
        return line.len > 4 ? str_trim(str_slice(line, 2, line.len - 2)) : STR("");
    bool comment = str_starts(line, str_of(language->mark)) && !str_starts(line, STR("#!"));
    return comment ? str_trim(str_slice(line, strlen(language->mark), line.len)) : STR("");
}

/* The folder of the document, without a slash at its end. */
static err_code folder_of(str_view *out, arena *a, const char *uri)
{
    err_code rc = lsp_uri_to_path(out, a, str_of(uri));
    while (rc == ERR_OK && out->len && out->ptr[out->len - 1] != '/')
        out->len--;
    out->len -= rc == ERR_OK && out->len;
    return rc;
}

/* Whether what the document requires is to be imported instead. */
static bool is_es_module(arena *a, const char *uri, const assist_script_language *language)
{
    str_view folder, name = str_of(uri);
    if (strcmp(language->id, "javascript") != 0 || str_ends(name, STR(".cjs")))
        return false;
    return str_ends(name, STR(".mjs")) ||
           (folder_of(&folder, a, uri) == ERR_OK && lsp_es_module(folder));
}

/* The steps of the project that the document lies in are tried where ours do not do. */
static err_code write_with_templates(assist_script *out, arena *a, str_view comment,
                                     assist_script_options options, const char *uri)
{
    buf steps;
    str_view folder;
    buf_init(&steps, 64 << 10);
    err_code rc = folder_of(&folder, a, uri);
    if (rc == ERR_OK)
        rc = lsp_templates_read(&steps, folder, NULL);
    options.templates = arena_copy(a, buf_view(&steps));
    buf_release(&steps);
    return rc == ERR_OK ? assist_script_write(out, a, comment, &options, NULL) : rc;
}

/* ERR_NOT_FOUND: there is nothing to offer. */
static err_code script_of(str_view *out, arena *a, str_view comment,
                          const assist_script_language *language, const char *uri)
{
    assist_script_options options = {.language = language};
    assist_script script;
    check_result checked;
    if (!comment.len)
        return ERR_NOT_FOUND;
    options.es_module = is_es_module(a, uri, language);
    err_code rc = assist_script_write(&script, a, comment, &options, NULL);
    if (rc == ERR_OK && script.state == ASSIST_SCRIPT_ASKS)
        rc = write_with_templates(&script, a, comment, options, uri);
    if (rc == ERR_OK && script.state != ASSIST_SCRIPT_WRITTEN)
        rc = ERR_NOT_FOUND;
    str_view name = arena_format(a, "script%s", language->suffix);
    if (rc == ERR_OK)
        rc = check_parse(&checked, name, script.text, NULL);
    if (rc == ERR_OK && checked.state == CHECK_BROKEN)
        rc = ERR_NOT_FOUND;
    if (rc == ERR_OK)
        *out = script.text;
    return rc;
}

/* The script for the comment on this line, as what replaces the line. */
static err_code write_script(str_view *out, arena *a, const lsp_doc *doc, size_t line)
{
    const assist_script_language *language = assist_script_language_find(str_of(doc->language));
    if (!language || line >= doc->text.n_lines)
        return ERR_NOT_FOUND;
    err_code rc = script_of(out, a, comment_of(lsp_text_line(&doc->text, line), language), language,
                            doc->uri);
    if (rc == ERR_OK && line > 0) /* the interpreter is named in the first line or not at all */
        str_take_line(out);
    return rc == ERR_OK && arena_failed(a) ? ERR_NOMEM : rc;
}

/* Behind what the script says of itself first: its interpreter and the comment, up to an empty
 * comment line. */
static str_view behind_comment(str_view script, const assist_script_language *language)
{
    str_view rest = script;
    while (rest.len && !str_eq(str_trim(str_take_line(&rest)), str_of(language->mark)))
        ;
    return rest.len ? rest : script;
}

bool lsp__script_below(str_view *out, arena *a, const lsp_doc *doc, size_t cursor)
{
    const assist_script_language *language = assist_script_language_find(str_of(doc->language));
    size_t line = lsp_text_line_of(&doc->text, cursor), first = line;
    str_view text = lsp_text_view(&doc->text);
    /* At the end of the file, on an empty line without indent: a script is all that follows. */
    if (!language || doc->text.starts[line] != cursor ||
        !str_is_blank(str_slice(text, cursor, text.len)))
        return false;
    while (first > 0 && text.ptr[doc->text.starts[first - 1]] == language->mark[0] &&
           comment_of(lsp_text_line(&doc->text, first - 1), language).len)
        first--;
    if (first == line)
        return false;
    str_view all = str_slice(text, doc->text.starts[first], cursor);
    str_view last = comment_of(lsp_text_line(&doc->text, line - 1), language);
    if (script_of(out, a, all, language, doc->uri) != ERR_OK &&
        (line - first == 1 || script_of(out, a, last, language, doc->uri) != ERR_OK))
        return false;
    *out = str_trim_right(behind_comment(*out, language));
    return out->len > 0 && !arena_failed(a);
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
        lsp_write_changes_begin(w);
        lsp_write_key(w, doc->uri);
        lsp_write_array_begin(w);
        /* The line keeps its own end. */
        lsp_write_text_edit(w, whole, str_trim_right(text));
        lsp_write_array_end(w);
        lsp_write_changes_end(w);
        lsp_write_object_end(w);
    }
    arena_release(&a);
}

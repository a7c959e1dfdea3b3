/* "Write this script" on a comment of a document in a language for scripts: the comment's line
 * becomes the script, which begins with the comment. Offered only where every word was understood
 * and what was written parses. */
#include "assist/script/script.h"

#include <string.h>

#include "assist/deliver/check.h"
#include "grammars/language.h"
#include "lsp/es_module.h"
#include "lsp/lsp_internal.h"
#include "lsp/schema.h"
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

/* What the document and its project say of the tables of a database. */
static str_view schema_of(arena *a, str_view comment, const lsp_doc *doc)
{
    buf schema;
    str_view folder;
    buf_init(&schema, (size_t)4 << 20);
    buf_append(&schema, lsp_text_view(&doc->text));
    if (folder_of(&folder, a, doc->uri) == ERR_OK)
        lsp_schema_read(&schema, folder, comment);
    str_view text = arena_copy(a, buf_view(&schema));
    buf_release(&schema);
    return text;
}

static bool is_sql(const assist_script_language *language)
{
    return strcmp(language->id, "sql") == 0;
}

/* What the comment comes to, with the project's own steps where ours do not do. */
static err_code read_comment(assist_script *out, arena *a, str_view comment,
                             const assist_script_options *how, const lsp_doc *doc)
{
    assist_script_options options = *how;
    if (!comment.len)
        return ERR_NOT_FOUND;
    if (is_sql(how->language))
        options.schema = schema_of(a, comment, doc);
    err_code rc = assist_script_write(out, a, comment, &options, NULL);
    if (rc == ERR_OK && out->state == ASSIST_SCRIPT_ASKS && !is_sql(how->language))
        rc = write_with_templates(out, a, comment, options, doc->uri);
    return rc;
}

static assist_script_options options_for(arena *a, const lsp_doc *doc)
{
    assist_script_options o = {.language = assist_script_language_find(str_of(doc->language))};
    o.es_module = o.language && is_es_module(a, doc->uri, o.language);
    return o;
}

/* Whether there is no code: comments in code are about it, few of them say what to write. */
static bool only_comments(const lsp_doc *doc, const assist_script_language *language)
{
    for (size_t i = 0; i < doc->text.n_lines; i++) {
        str_view line = lsp_text_line(&doc->text, i);
        if (!str_is_blank(line) && !str_starts(line, STR("#!")) && !comment_of(line, language).len)
            return false;
    }
    return true;
}

/* A Go program is a whole file. */
static bool has_room(const lsp_doc *doc, const assist_script_language *language)
{
    return strcmp(language->id, "go") != 0 || only_comments(doc, language);
}

err_code lsp__script_read(assist_script *out, str_view *comment, assist_script_options *how,
                          arena *a, const lsp_doc *doc, size_t line)
{
    *how = options_for(a, doc);
    if (!how->language || line >= doc->text.n_lines || !has_room(doc, how->language))
        return ERR_NOT_FOUND;
    *comment = comment_of(lsp_text_line(&doc->text, line), how->language);
    return read_comment(out, a, *comment, how, doc);
}

bool lsp__script_is_sound(const assist_script *script, arena *a,
                          const assist_script_language *language)
{
    check_result checked;
    str_view name = arena_format(a, "script%s", language->suffix);
    return script->state == ASSIST_SCRIPT_WRITTEN &&
           check_parse(&checked, name, script->text, NULL) == ERR_OK &&
           checked.state != CHECK_BROKEN;
}

str_view lsp__script_for_line(str_view script, size_t line)
{
    if (line > 0) /* the interpreter is named in the first line or not at all */
        str_take_line(&script);
    return str_trim_right(script); /* the line keeps its own end */
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

static bool write_sound(assist_script *script, arena *a, str_view comment,
                        const assist_script_options *how, const lsp_doc *doc)
{
    return read_comment(script, a, comment, how, doc) == ERR_OK &&
           lsp__script_is_sound(script, a, how->language);
}

bool lsp__script_below(str_view *out, arena *a, const lsp_doc *doc, size_t cursor)
{
    assist_script_options how = options_for(a, doc);
    const assist_script_language *language = how.language;
    assist_script script;
    size_t line = lsp_text_line_of(&doc->text, cursor), first = line;
    str_view text = lsp_text_view(&doc->text);
    /* At the end of the file, on an empty line without indent: a script is all that follows. A
     * query stands anywhere between others. */
    if (!language || doc->text.starts[line] != cursor || !has_room(doc, language) ||
        !str_is_blank(is_sql(language) ? lsp_text_line(&doc->text, line)
                                       : str_slice(text, cursor, text.len)))
        return false;
    while (first > 0 && text.ptr[doc->text.starts[first - 1]] == language->mark[0] &&
           comment_of(lsp_text_line(&doc->text, first - 1), language).len)
        first--;
    if (first == line)
        return false;
    str_view all = str_slice(text, doc->text.starts[first], cursor);
    str_view last = comment_of(lsp_text_line(&doc->text, line - 1), language);
    if (!write_sound(&script, a, all, &how, doc) &&
        (line - first == 1 || !write_sound(&script, a, last, &how, doc)))
        return false;
    *out = str_trim_right(behind_comment(script.text, language));
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

void lsp__script_write_edit(lsp_server *s, lsp_writer *w, const lsp_doc *doc, size_t line,
                            str_view text)
{
    uint32_t row = (uint32_t)line;
    size_t end = doc->text.starts[line] + lsp_text_line(&doc->text, line).len;
    lsp_range whole = {{row, 0}, lsp_text_pos(&doc->text, end, s->encoding)};
    lsp_write_changes_begin(w);
    lsp_write_key(w, doc->uri);
    lsp_write_array_begin(w);
    lsp_write_text_edit(w, whole, lsp__script_for_line(text, line));
    lsp_write_array_end(w);
    lsp_write_changes_end(w);
}

void lsp__script_actions(lsp_server *s, lsp_writer *w, const lsp_doc *doc, lsp_range range)
{
    arena a;
    assist_script script;
    assist_script_options how;
    str_view comment;
    size_t line = range.start.line;
    arena_init(&a, (size_t)64 << 20);
    if (lsp__is_plain_uri(doc->uri) &&
        lsp__script_read(&script, &comment, &how, &a, doc, line) == ERR_OK) {
        if (script.state == ASSIST_SCRIPT_ASKS && only_comments(doc, how.language)) {
            lsp__script_guess_action(s, w, doc, line);
        } else if (s->caps.action_literals && lsp__script_is_sound(&script, &a, how.language)) {
            lsp_write_object_begin(w);
            lsp_write_member_str(w, "title", STR("artel: Write this script"));
            lsp_write_member_str(w, "kind", STR(LSP_SCRIPT_KIND));
            lsp__script_write_edit(s, w, doc, line, script.text);
            lsp_write_object_end(w);
        }
    }
    arena_release(&a);
}

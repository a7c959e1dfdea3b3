#include "assist/deliver/spot.h"

#include "assist/deliver/samples.h"
#include "assist/scaffold/tape.h"
#include "context/tree.h"

enum {
    READ_BYTES = 1 << 20, /* longer texts are taken for JSON by how they begin */
    PARSE_BYTES = 2 << 20,
    PARSE_BYTES_UNASKED = 64 << 10,
    MIN_LITERAL_BYTES = 8, /* `[]` and `{}` are everywhere */
    MAX_NODES = 64,
};

static bool begins_like_json(str_view text)
{
    text = str_trim_left(text);
    return text.len && (text.ptr[0] == '{' || text.ptr[0] == '[');
}

/* Whether the text is one object or array with something in it, or several values. */
static bool reads_as_json(str_view text)
{
    if (!begins_like_json(text))
        return false;
    if (text.len > READ_BYTES)
        return true;
    arena strings;
    tape_reader r;
    bool ok = true;
    arena_init(&strings, SIZE_MAX);
    scaf__tape_init(&r, text, &strings);
    for (size_t n = 0; ok && scaf__tape_more(&r); n++)
        ok = scaf__tape_read(&r, NULL) == ERR_OK && (n || r.values[0].n);
    scaf__tape_release(&r);
    arena_release(&strings);
    return ok;
}

static bool is_one_of(const char *const *ids, size_t n, const gram_language *lang)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(lang->id, ids[i]) == 0)
            return true;
    }
    return false;
}

/* Of these few are meant as samples: nobody is told unasked. */
static bool is_settings_language(const gram_language *lang)
{
    static const char *const ids[] = {"yaml", "toml", "xml"};
    return is_one_of(ids, sizeof ids / sizeof *ids, lang);
}

static bool is_json_language(const gram_language *lang, str_view path)
{
    static const char *const ids[] = {"json", "jsonc", "json5", "jsonl", "ndjson"};
    return is_one_of(ids, sizeof ids / sizeof *ids, lang) ||
           (assist_samples_is_sample(path) && !is_settings_language(lang));
}

/* --- a comment --- */

static str_view take_word(str_view *rest)
{
    *rest = str_trim_left(*rest);
    size_t n = 0;
    while (n < rest->len && rest->ptr[n] != ' ' && rest->ptr[n] != '\t')
        n++;
    str_view word = str_slice(*rest, 0, n);
    *rest = str_slice(*rest, n, rest->len);
    return word;
}

/* The text of the comment that is all of the line; false when it is none. */
static bool comment_text(const gram_language *lang, str_view line, str_view *out)
{
    line = str_trim(line);
    str_view lists[2] = {str_of(lang->line_comments), str_of(lang->block_comments)}, word;
    for (int i = 0; i < 2; i++) {
        bool opener = true;
        while (gram_list_next(&lists[i], &word)) {
            if (opener && str_starts(line, word)) {
                *out = str_slice(line, word.len, line.len);
                return true;
            }
            opener = i == 0 || !opener; /* block comments: opener and closer in turn */
        }
    }
    return false;
}

static str_view without_quotes(str_view v)
{
    static const char quotes[] = "\"'`<(";
    if (v.len && strchr(quotes, v.ptr[0]))
        v = str_slice(v, 1, v.len);
    while (v.len && strchr("\"'`>),;:.", v.ptr[v.len - 1]))
        v.len--;
    return v;
}

static bool find_comment(assist_spot *spot, const gram_language *lang,
                         const assist_spot_question *q)
{
    size_t begin = q->begin, end = q->begin;
    while (begin > 0 && q->text.ptr[begin - 1] != '\n')
        begin--;
    end = begin + str_find_byte(str_slice(q->text, begin, q->text.len), '\n');
    str_view rest, word;
    if (!comment_text(lang, str_slice(q->text, begin, end), &rest))
        return false;
    while ((word = take_word(&rest)).len) {
        if (!str_eq(word, STR("from")) && !str_eq(word, STR("From")))
            continue;
        str_view file = without_quotes(take_word(&rest));
        if (!assist_samples_is_sample(file))
            return false;
        *spot = (assist_spot){.kind = ASSIST_SPOT_COMMENT, .file = file};
        while ((word = take_word(&rest)).len) {
            if (str_eq(word, STR("at")))
                spot->at = without_quotes(take_word(&rest));
            else if (str_eq(word, STR("as")))
                spot->name = without_quotes(take_word(&rest));
        }
        if (spot->at.len && spot->at.ptr[0] != '/')
            spot->at = STR("");
        spot->end = end + (end < q->text.len);
        return true;
    }
    return false;
}

/* --- a literal --- */

static bool type_is(TSNode node, const char *const *types, size_t n)
{
    const char *type = ts_node_type(node);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(type, types[i]) == 0)
            return true;
    }
    return false;
}

static str_view node_text(TSNode node, str_view text)
{
    return str_slice(text, ts_node_start_byte(node), ts_node_end_byte(node));
}

/* What the value is assigned to: `users` of `const users = [...]`, of `users: [...]`. */
static str_view name_of(TSNode value, str_view text)
{
    static const char *const fields[] = {"name", "left", "key", "pattern"};
    TSNode parent = ts_node_parent(value);
    for (int up = 0; up < 3 && !ts_node_is_null(parent); up++, parent = ts_node_parent(parent)) {
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
            TSNode n = ts_node_child_by_field_name(parent, fields[i], (uint32_t)strlen(fields[i]));
            if (ts_node_is_null(n) || ts_node_start_byte(n) >= ts_node_start_byte(value))
                continue;
            str_view name = without_quotes(node_text(n, text));
            for (size_t k = name.len; k > 0; k--) {
                if (name.ptr[k - 1] == '.' || name.ptr[k - 1] == ' ' || name.ptr[k - 1] == '$') {
                    name = str_slice(name, k, name.len);
                    break;
                }
            }
            if (name.len && name.len <= 60)
                return name;
        }
    }
    return (str_view){NULL, 0};
}

/* The text inside the quotes, prefix letters and all delimiters taken off. */
static str_view string_content(str_view v)
{
    while (v.len && v.ptr[0] != '"' && v.ptr[0] != '\'' && v.ptr[0] != '`')
        v = str_slice(v, 1, v.len);
    static const char *const marks[] = {"\"\"\"", "'''", "\"", "'", "`"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        str_view mark = str_of(marks[i]);
        if (v.len < 2 * mark.len || !str_starts(v, mark))
            continue;
        v = str_slice(v, mark.len, v.len);
        while (v.len && v.ptr[v.len - 1] == '#') /* r#"..."# */
            v.len--;
        return str_slice(v, 0, v.len >= mark.len ? v.len - mark.len : 0);
    }
    return (str_view){NULL, 0};
}

/* One level of backslashes taken off; other escapes than of quotes and backslashes do not stand
 * between JSON's own characters. */
static str_view without_backslashes(arena *a, str_view v)
{
    char *to = arena_push(a, v.len + 1);
    size_t n = 0;
    for (size_t i = 0; to && i < v.len; i++) {
        if (v.ptr[i] == '\\' && i + 1 < v.len) {
            char c = v.ptr[++i];
            to[n++] = c == 'n' || c == 'r' || c == 't' ? ' ' : c;
        } else {
            to[n++] = v.ptr[i];
        }
    }
    return (str_view){to, to ? n : 0};
}

static bool find_literal(assist_spot *spot, arena *a, const gram_language *lang,
                         const assist_spot_question *q)
{
    static const char *const containers[] = {"object",     "array",
                                             "dictionary", "list",
                                             "hash",       "array_expression",
                                             "table",      "array_creation_expression"};
    ctx_tree *t = NULL;
    TSNode nodes[MAX_NODES];
    bool found = false;
    size_t max_bytes = q->invoked ? PARSE_BYTES : PARSE_BYTES_UNASKED;
    if (!gram_language_parser(lang) || q->text.len > max_bytes)
        return false;
    if (ctx_tree_create(&t, lang, NULL) != ERR_OK || ctx_tree_parse(t, q->text, 0, NULL) != ERR_OK)
        goto done;
    size_t n = ctx_nodes_at(ctx_tree_root(t), q->begin, nodes, MAX_NODES);
    for (size_t i = 0; i < n && !found; i++) { /* outermost first */
        str_view source = node_text(nodes[i], q->text), sample = source;
        bool string = strstr(ts_node_type(nodes[i]), "string") != NULL ||
                      strcmp(ts_node_type(nodes[i]), "encapsed_string") == 0;
        if (!string && !type_is(nodes[i], containers, sizeof containers / sizeof *containers))
            continue;
        if (source.len < MIN_LITERAL_BYTES)
            continue;
        if (string) {
            sample = string_content(source);
            if (!reads_as_json(sample))
                sample = without_backslashes(a, sample);
        }
        found = reads_as_json(sample);
        if (found)
            *spot = (assist_spot){.kind = string ? ASSIST_SPOT_STRING : ASSIST_SPOT_LITERAL,
                                  .sample = arena_copy(a, sample),
                                  .name = name_of(nodes[i], q->text)};
    }
done:
    ctx_tree_destroy(t);
    return found;
}

assist_spot assist_spot_find(arena *a, const assist_spot_question *q)
{
    assist_spot spot = {.kind = ASSIST_SPOT_NONE};
    const gram_language *lang = gram_language_find(q->language, q->path, q->text);
    str_view selected = str_slice(q->text, q->begin, q->end);
    if (selected.len >= MIN_LITERAL_BYTES && reads_as_json(selected))
        return (assist_spot){.kind = ASSIST_SPOT_SELECTION, .sample = selected};
    bool json = is_json_language(lang, q->path);
    bool scratch = !gram_language_parser(lang) && reads_as_json(q->text);
    scratch = scratch || (!json && !gram_language_parser(lang) &&
                          str_starts(str_trim_left(q->text), STR("HTTP/")));
    bool settings = is_settings_language(lang);
    if (json || scratch || settings) {
        bool first_line = !settings && str_find_byte(q->text, '\n') >= q->begin;
        if ((q->invoked || first_line) && !str_is_blank(q->text))
            spot = (assist_spot){.kind = ASSIST_SPOT_DOCUMENT, .sample = q->text};
        return spot;
    }
    if (!find_comment(&spot, lang, q))
        find_literal(&spot, a, lang, q);
    if (arena_failed(a))
        spot = (assist_spot){.kind = ASSIST_SPOT_NONE};
    return spot;
}

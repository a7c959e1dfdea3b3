#include "assist/scaffold/convert.h"

#include "assist/scaffold/table.h"
#include "assist/scaffold/value.h"

static const struct {
    const char *ending;
    scaf_syntax syntax;
} endings[] = {
    {".csv", SYNTAX_TABLE}, {".tsv", SYNTAX_TABLE}, {".yaml", SYNTAX_YAML}, {".yml", SYNTAX_YAML},
    {".toml", SYNTAX_TOML}, {".xml", SYNTAX_XML},   {".rss", SYNTAX_XML},   {".atom", SYNTAX_XML},
};

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

/* By the first line that says something. What may be JSON or a literal of some language is that. */
static scaf_syntax syntax_of_text(str_view text)
{
    str_view line = {NULL, 0};
    while (text.len && (!line.len || line.ptr[0] == '#'))
        line = str_trim(str_take_line(&text));
    if (str_starts(line, STR("<")))
        return SYNTAX_XML;
    if (str_starts(line, STR("---")) || str_starts(line, STR("%YAML")) ||
        str_starts(line, STR("- ")))
        return SYNTAX_YAML;
    str_view close = str_starts(line, STR("[["))  ? STR("]]")
                     : str_starts(line, STR("[")) ? STR("]")
                                                  : STR("");
    size_t head = close.len, word = head, at;
    while (word < line.len && is_word_byte(line.ptr[word]))
        word++;
    if (head)
        return word > head && str_eq(str_slice(line, word, line.len), close) &&
                       !scaf__is_number(str_slice(line, head, word))
                   ? SYNTAX_TOML
                   : SYNTAX_JSON;
    for (at = word; at < line.len && line.ptr[at] == ' ';)
        at++;
    bool colon = word && at < line.len && line.ptr[at] == ':';
    if (colon && (at + 1 == line.len || line.ptr[at + 1] == ' '))
        return SYNTAX_YAML;
    bool equals = word && at < line.len && line.ptr[at] == '=';
    str_view right = str_trim(str_slice(line, at + 1, line.len));
    return equals && right.len && !strchr("[{", right.ptr[0]) && !str_ends(right, STR(";"))
               ? SYNTAX_TOML
               : SYNTAX_JSON;
}

scaf_syntax scaf__syntax_of(str_view name, str_view text)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (str_ends(name, str_of(endings[i].ending)))
            return endings[i].syntax;
    }
    size_t base = name.len;
    while (base > 0 && name.ptr[base - 1] != '/')
        base--;
    str_view last = str_slice(name, base, name.len);
    bool says = str_find_byte(last, '.') < last.len && !str_ends(name, STR(".http"));
    return says ? SYNTAX_JSON : syntax_of_text(text);
}

err_code scaf__convert(buf *out, scaf_syntax syntax, str_view text, err *e)
{
    switch (syntax) {
    case SYNTAX_TABLE: return scaf__table_to_json(out, text, e);
    case SYNTAX_YAML: return scaf__yaml_to_json(out, text, e);
    case SYNTAX_TOML: return scaf__toml_to_json(out, text, e);
    case SYNTAX_XML: return scaf__xml_to_json(out, text, e);
    case SYNTAX_JSON: break;
    }
    return err_set(e, ERR_UNSUPPORTED, "this needs no conversion");
}

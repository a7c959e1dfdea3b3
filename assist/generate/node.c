/* What grammars say about declarations, in one vocabulary. */
#include <string.h>

#include "assist/generate/model_internal.h"

struct gen_kids gen__kids(const struct gen_reader *r, TSNode node)
{
    struct gen_kids kids = {NULL, 0};
    uint32_t n = ts_node_child_count(node);
    if (n > GEN_MAX_CHILDREN)
        n = GEN_MAX_CHILDREN;
    kids.items = n ? ARENA_ARRAY(r->a, struct gen_kid, n) : NULL;
    if (!kids.items)
        return kids;
    TSTreeCursor c = ts_tree_cursor_new(node);
    bool more = ts_tree_cursor_goto_first_child(&c);
    for (; more && kids.n < n; more = ts_tree_cursor_goto_next_sibling(&c)) {
        TSNode kid = ts_tree_cursor_current_node(&c);
        const char *field = ts_tree_cursor_current_field_name(&c);
        if (ts_node_is_named(kid) || field)
            kids.items[kids.n++] = (struct gen_kid){kid, ts_node_type(kid), field ? field : ""};
    }
    ts_tree_cursor_delete(&c);
    return kids;
}

TSNode gen__field(TSNode node, const char *field)
{
    if (ts_node_is_null(node))
        return node;
    return ts_node_child_by_field_name(node, field, (uint32_t)strlen(field));
}

bool gen__is(TSNode node, const char *kinds)
{
    return !ts_node_is_null(node) && gram_list_has(kinds, str_of(ts_node_type(node)));
}

bool gen__lang(const struct gen_reader *r, const char *ids)
{
    return gram_list_has(ids, str_of(r->lang->id));
}

TSNode gen__kid(const struct gen_reader *r, TSNode node, const char *kinds)
{
    static const TSNode none;
    if (ts_node_is_null(node))
        return none;
    struct gen_kids kids = gen__kids(r, node);
    for (size_t i = 0; i < kids.n; i++) {
        if (gram_list_has(kinds, str_of(kids.items[i].type)))
            return kids.items[i].node;
    }
    return none;
}

str_view gen__text(const struct gen_reader *r, TSNode node)
{
    if (ts_node_is_null(node))
        return STR("");
    return str_slice(r->text, ts_node_start_byte(node), ts_node_end_byte(node));
}

str_view gen__name(const struct gen_reader *r, TSNode node)
{
    static const char *const fields[] = {"name", "property", "pattern", "left"};
    TSNode name = {0};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && ts_node_is_null(name); i++)
        name = gen__field(node, fields[i]);
    if (ts_node_is_null(name))
        name = gen__kid(r, node,
                        "identifier type_identifier simple_identifier name constant "
                        "property_identifier field_identifier variable_name");
    if (ts_node_is_null(name)) /* Python: *name: type */
        name = gen__kid(r, gen__kid(r, node, "list_splat_pattern dictionary_splat_pattern"),
                        "identifier");
    if (gen__is(name, "rest_pattern"))
        name = gen__kid(r, name, "identifier");
    str_view text = gen__text(r, name);
    return str_starts(text, STR("$")) ? str_slice(text, 1, text.len) : text;
}

str_view gen__type(const struct gen_reader *r, TSNode node)
{
    TSNode type = gen__field(node, "type");
    if (ts_node_is_null(type) && gen__lang(r, "kotlin"))
        type = gen__kid(r, node, "user_type nullable_type function_type");
    str_view text = str_trim(gen__text(r, type));
    if (str_starts(text, STR(":")) && !str_starts(text, STR("::")))
        text = str_trim(str_slice(text, 1, text.len));
    bool quoted = text.len > 2 && gen__lang(r, "python") &&
                  (text.ptr[0] == '"' || text.ptr[0] == '\'') &&
                  text.ptr[text.len - 1] == text.ptr[0];
    return quoted ? str_slice(text, 1, text.len - 1) : text;
}

bool gen__modified(const struct gen_reader *r, TSNode node, const char *word)
{
    TSNode name = gen__field(node, "name");
    if (ts_node_is_null(name))
        name = gen__field(node, "declarator");
    size_t begin = ts_node_start_byte(node), end = ts_node_end_byte(node);
    if (!ts_node_is_null(name))
        end = ts_node_start_byte(name);
    str_view head = str_slice(r->text, begin, end), w = str_of(word);
    while (head.len) {
        size_t at = str_find(head, w), past = at + w.len;
        if (at == head.len)
            return false;
        bool starts = at == 0 || !gram_is_word_byte(r->lang, (unsigned char)head.ptr[at - 1]);
        bool ends = past >= head.len || !gram_is_word_byte(r->lang, (unsigned char)head.ptr[past]);
        if (starts && ends)
            return true;
        head = str_slice(head, past, head.len);
    }
    return false;
}

/* --- comments --- */

/* A line of a comment without its marks. */
static str_view comment_line(str_view line)
{
    static const char *const marks[] = {"/**", "/*!", "///", "//!", "/*",
                                        "//",  "##",  "#",   "*/",  "*"};
    line = str_trim(line);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (str_starts(line, str_of(marks[i]))) {
            line = str_slice(line, strlen(marks[i]), line.len);
            break;
        }
    }
    if (str_ends(line, STR("*/")))
        line = str_slice(line, 0, line.len - 2);
    line = str_trim(line);
    if (str_starts(line, STR("@brief ")) || str_starts(line, STR("\\brief ")))
        line = str_trim(str_slice(line, 7, line.len));
    if (str_starts(line, STR("<summary>")) && str_ends(line, STR("</summary>")))
        line = str_slice(line, 9, line.len - 10);
    return line;
}

/* The first paragraph, in one line. */
static str_view first_paragraph(const struct gen_reader *r, str_view comment)
{
    buf b;
    buf_init(&b, 4096);
    while (comment.len) {
        str_view rest = comment, line = comment_line(str_take_line(&rest));
        if ((!line.len && b.len) || str_starts(line, STR("@")))
            break;
        comment = rest;
        if (line.len && b.len)
            buf_append_byte(&b, ' ');
        buf_append(&b, line);
    }
    if (!b.len && comment.len) /* nothing but "@name x": there is one all the same */
        buf_append(&b, comment_line(str_take_line(&comment)));
    return gen_take(r->a, &b);
}

str_view gen__doc(const struct gen_reader *r, TSNode node)
{
    if (gen__lang(r, "python")) {
        TSNode first = gen__kid(r, gen__field(node, "body"), "expression_statement");
        TSNode string = ts_node_is_null(first) ? first : gen__kid(r, first, "string");
        TSNode content = gen__kid(r, string, "string_content");
        return first_paragraph(r, gen__text(r, content));
    }
    TSNode up = node, prev = ts_node_prev_named_sibling(up);
    while (ts_node_is_null(prev) || gen__is(prev, "attribute_item decorator")) {
        if (!ts_node_is_null(prev)) {
            prev = ts_node_prev_named_sibling(prev);
            continue;
        }
        up = ts_node_parent(up);
        if (ts_node_is_null(up) || !gen__is(up, "export_statement type_declaration type_definition "
                                                "template_declaration lexical_declaration"))
            return STR("");
        prev = ts_node_prev_named_sibling(up);
    }
    size_t begin = SIZE_MAX, end = 0, row = ts_node_start_point(up).row;
    while (!ts_node_is_null(prev) &&
           gen__is(prev, "comment line_comment block_comment multiline_comment")) {
        TSPoint to = ts_node_end_point(prev); /* some grammars count the line's end in */
        if (to.row + (to.column > 0) < row)
            break;
        TSNode before = ts_node_prev_sibling(prev);
        row = ts_node_start_point(prev).row;
        if (!ts_node_is_null(before) && ts_node_end_point(before).row == row &&
            ts_node_end_point(before).column > 0)
            break; /* it belongs to what stands before it on its line */
        begin = ts_node_start_byte(prev);
        end = end ? end : ts_node_end_byte(prev);
        prev = before;
    }
    return begin < end ? first_paragraph(r, str_slice(r->text, begin, end)) : STR("");
}

/* --- C and C++ --- */

str_view gen__base_type(const struct gen_reader *r, TSNode declaration)
{
    struct gen_kids kids = gen__kids(r, declaration);
    buf b;
    buf_init(&b, 4096);
    for (size_t i = 0; i < kids.n && strcmp(kids.items[i].field, "declarator") != 0; i++) {
        bool type = strcmp(kids.items[i].field, "type") == 0;
        if (!type && strcmp(kids.items[i].type, "type_qualifier") != 0)
            continue;
        str_view text = gen__text(r, kids.items[i].node);
        if (str_eq(text, STR("constexpr")) || str_eq(text, STR("mutable")))
            continue;
        if (b.len)
            buf_append_byte(&b, ' ');
        buf_append(&b, text);
    }
    return gen_take(r->a, &b);
}

str_view gen__declarator(const struct gen_reader *r, TSNode d, str_view base, str_view *type)
{
    str_view after = STR("");
    *type = base;
    for (int depth = 0; depth < 32 && !ts_node_is_null(d); depth++) {
        const char *kind = ts_node_type(d);
        bool pointer = strcmp(kind, "pointer_declarator") == 0;
        if (pointer || strcmp(kind, "reference_declarator") == 0) {
            str_view sign = pointer ? STR("*") : STR("&");
            bool spaced = str_ends(*type, STR("*")) || str_ends(*type, STR("&"));
            *type =
                arena_format(r->a, "%.*s%s%.*s", STR_ARG(*type), spaced ? "" : " ", STR_ARG(sign));
        } else if (strcmp(kind, "array_declarator") == 0) {
            str_view size = gen__text(r, gen__field(d, "size"));
            after = arena_format(r->a, "[%.*s]%.*s", STR_ARG(size), STR_ARG(after));
        } else if (gen__is(d, "identifier field_identifier type_identifier qualified_identifier "
                              "destructor_name operator_name")) {
            if (after.len)
                *type = arena_format(r->a, "%.*s%.*s", STR_ARG(*type), STR_ARG(after));
            return gen__text(r, d);
        }
        TSNode inner = gen__field(d, "declarator");
        if (ts_node_is_null(inner))
            inner = gen__kid(r, d,
                             "identifier field_identifier pointer_declarator array_declarator "
                             "function_declarator reference_declarator");
        d = inner;
    }
    return STR("");
}

TSNode gen__function_declarator(TSNode node)
{
    TSNode d = gen__field(node, "declarator");
    for (int depth = 0; depth < 32 && !ts_node_is_null(d); depth++) {
        if (gen__is(d, "function_declarator"))
            return d;
        TSNode inner = gen__field(d, "declarator");
        if (ts_node_is_null(inner) && ts_node_named_child_count(d) > 0 &&
            gen__is(d, "reference_declarator"))
            inner = ts_node_named_child(d, 0);
        d = inner;
    }
    return d;
}

#include "context/names.h"

#include <string.h>

#include "context/lexicon.h"

enum {
    MAX_CHAIN = 4, /* what declares a name stands no further out */
    MAX_PATH = 64, /* a ring, longer than any chain */
};

static bool has(const char *type, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(type, words[i]))
            return true;
    return false;
}
#define HAS(type, words) has((type), (words), sizeof(words) / sizeof *(words))

struct step_up {
    const char *type, *field; /* of a node; its field in the one above, or "" */
};

/* Does a name in such a place declare itself? up[0] is the name, up[1] what it stands in, and so
 * on. Grammars agree on these words. */
static bool declares(const struct step_up *up, size_t n)
{
    static const char *const bindings[] = {
        "declar", "defin",  "param",   "_item",   "_spec",    "assignment", "let",
        "for",    "catch",  "class",   "method",  "function", "import",     "struct",
        "enum",   "module", "alias",   "closure", "lambda",   "label",      "pattern",
        "pair",   "macro",  "preproc", "variant"};
    static const char *const always[] = {"parameter", "label",   "import",
                                         "using",     "use_",    "include",
                                         "package",   "pattern", "identifier_list"};
    static const char *const fields[] = {"name", "declarator", "pattern", "left", "alias", "key"};
    for (size_t i = 1; i < n; i++) {
        if (i <= 2 && HAS(up[i].type, always))
            return true;
        const char *field = up[i - 1].field;
        bool binds = HAS(field, fields) && HAS(up[i].type, bindings);
        /* The object of a member that is assigned must exist, its name need not. */
        bool object = strcmp(up[0].field, "object") == 0 || strcmp(up[0].field, "argument") == 0 ||
                      strcmp(up[0].field, "operand") == 0 || strcmp(up[0].field, "value") == 0;
        if (binds && !(object && i > 1) && !strstr(up[i].type, "compound"))
            return true;
    }
    return false;
}

static bool is_name(const char *type)
{
    return strstr(type, "identifier") || strcmp(type, "constant") == 0 ||
           strcmp(type, "variable_name") == 0 || strcmp(type, "name") == 0;
}

void ctx_names_in(TSNode root, str_view text, size_t begin, size_t end, ctx_name_fn *visit,
                  void *user)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    struct step_up path[MAX_PATH]; /* of the innermost nodes, by depth */
    size_t depth = 0;
    bool going = true;
    while (going) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        const char *field = ts_tree_cursor_current_field_name(&cursor);
        size_t from = ts_node_start_byte(node), to = ts_node_end_byte(node);
        path[depth % MAX_PATH] = (struct step_up){ts_node_type(node), field ? field : ""};
        bool touches = from < end && begin < to;
        if (touches && ts_tree_cursor_goto_first_child(&cursor)) {
            depth++;
            continue;
        }
        if (touches && is_name(path[depth % MAX_PATH].type)) {
            struct step_up up[MAX_CHAIN];
            size_t n = 0;
            for (; n < MAX_CHAIN && n <= depth; n++)
                up[n] = path[(depth - n) % MAX_PATH];
            str_view word = str_slice(text, from, to);
            if (word.len > 1 && ctx_lexicon_is_word_byte(word.ptr[word.len - 1]) &&
                !declares(up, n))
                visit(user, word, from);
        }
        while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
            if (!ts_tree_cursor_goto_parent(&cursor)) {
                going = false;
                break;
            }
            depth--;
        }
    }
    ts_tree_cursor_delete(&cursor);
}

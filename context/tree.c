#include "context/tree.h"

#include "base/hash.h"
#include "base/mem.h"

enum {
    N_LAYERS = 8,        /* embedded texts remembered; a cursor moves among few */
    MAX_LAYER_DEPTH = 4, /* Markdown > HTML > script > regex */
    MAX_ERRORS = 256,    /* compared one by one in ctx_tree_try_paste */
    MAX_CHAIN = 64, /* enclosing nodes looked at; what is further out than this does not matter */
};

struct layer {
    const gram_language *lang; /* NULL: free */
    uint64_t hash;             /* of the text */
    size_t len;
    TSTree *tree;
};

struct ctx_tree {
    const gram_language *lang;
    TSParser *parser;
    TSTree *tree;             /* NULL until the first parse */
    bool fresh;               /* no edit since */
    bool unfinished;          /* the parser stopped for time and may go on with the same text */
    uint64_t unfinished_hash; /* of that text */
    struct layer layers[N_LAYERS];
    size_t next_layer; /* replaced in turn */
};

/* A text in up to three pieces, so that trying a paste copies nothing. */
struct pieces {
    str_view part[3];
};

static const char *read_pieces(void *payload, uint32_t offset, TSPoint position, uint32_t *n_bytes)
{
    (void)position;
    const struct pieces *p = payload;
    size_t at = offset;
    for (int i = 0; i < 3; i++) {
        if (at < p->part[i].len) {
            *n_bytes = (uint32_t)(p->part[i].len - at);
            return p->part[i].ptr + at;
        }
        at -= p->part[i].len;
    }
    *n_bytes = 0;
    return "";
}

static TSTree *parse(TSParser *parser, const TSTree *old, struct pieces *p, uint32_t budget_ms)
{
    ts_parser_set_timeout_micros(parser, (uint64_t)budget_ms * 1000);
    TSInput input = {.payload = p, .read = read_pieces, .encoding = TSInputEncodingUTF8};
    return ts_parser_parse(parser, old, input);
}

err_code ctx_tree_create(ctx_tree **out, const gram_language *lang, err *e)
{
    const TSLanguage *parser = gram_language_parser(lang);
    if (!parser)
        return err_set(e, ERR_UNSUPPORTED, "there is no grammar for %s",
                       lang ? lang->name : "this language");
    ctx_tree *t = mem_zero(1, sizeof *t);
    if (!t)
        return ERR_NOMEM;
    t->lang = lang;
    t->parser = ts_parser_new();
    if (!t->parser || !ts_parser_set_language(t->parser, parser)) {
        ctx_tree_destroy(t);
        return err_set(e, ERR_UNSUPPORTED, "tree-sitter refuses the grammar for %s", lang->name);
    }
    *out = t;
    return ERR_OK;
}

static void drop_layers(ctx_tree *t)
{
    for (size_t i = 0; i < N_LAYERS; i++) {
        if (t->layers[i].tree)
            ts_tree_delete(t->layers[i].tree);
        t->layers[i] = (struct layer){0};
    }
}

void ctx_tree_destroy(ctx_tree *t)
{
    if (!t)
        return;
    drop_layers(t);
    if (t->tree)
        ts_tree_delete(t->tree);
    if (t->parser)
        ts_parser_delete(t->parser);
    mem_free(t);
}

const gram_language *ctx_tree_language(const ctx_tree *t)
{
    return t->lang;
}

static void stop_parser(ctx_tree *t)
{
    if (t->unfinished)
        ts_parser_reset(t->parser);
    t->unfinished = false;
}

void ctx_tree_reset(ctx_tree *t)
{
    stop_parser(t);
    if (t->tree)
        ts_tree_delete(t->tree);
    t->tree = NULL;
    t->fresh = false;
}

/* Row and column, in bytes, of the end of `text` when it starts at `from`. */
static TSPoint advance(TSPoint from, str_view text)
{
    const char *at = text.ptr, *end = text.ptr + text.len;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline)
            break;
        from.row++;
        from.column = 0;
        at = newline + 1;
    }
    if (at < end)
        from.column += (uint32_t)(end - at);
    return from;
}

static TSInputEdit make_edit(str_view before, size_t begin, size_t old_end, str_view with)
{
    TSInputEdit edit = {
        .start_byte = (uint32_t)begin,
        .old_end_byte = (uint32_t)old_end,
        .new_end_byte = (uint32_t)(begin + with.len),
    };
    edit.start_point = advance((TSPoint){0, 0}, str_slice(before, 0, begin));
    edit.old_end_point = advance(edit.start_point, str_slice(before, begin, old_end));
    edit.new_end_point = advance(edit.start_point, with);
    return edit;
}

static bool edit_fits(str_view before, size_t begin, size_t old_end, str_view with)
{
    return begin <= old_end && old_end <= before.len && before.len <= CTX_TREE_MAX_BYTES &&
           with.len <= CTX_TREE_MAX_BYTES &&
           before.len - (old_end - begin) + with.len <= CTX_TREE_MAX_BYTES;
}

void ctx_tree_edit(ctx_tree *t, str_view before, size_t begin, size_t old_end, str_view with)
{
    stop_parser(t);
    t->fresh = false;
    if (!t->tree)
        return;
    if (!edit_fits(before, begin, old_end, with)) {
        ctx_tree_reset(t);
        return;
    }
    TSInputEdit edit = make_edit(before, begin, old_end, with);
    ts_tree_edit(t->tree, &edit);
}

err_code ctx_tree_parse(ctx_tree *t, str_view text, uint32_t budget_ms, err *e)
{
    if (text.len > CTX_TREE_MAX_BYTES) {
        ctx_tree_reset(t);
        return err_set(e, ERR_RANGE, "the document is larger than %d MB; it gets no syntax tree",
                       CTX_TREE_MAX_BYTES >> 20);
    }
    uint64_t hash = t->unfinished ? hash_str(text) : 0;
    if (t->unfinished && hash != t->unfinished_hash)
        stop_parser(t);
    struct pieces p = {{text, {NULL, 0}, {NULL, 0}}};
    TSTree *tree = parse(t->parser, t->tree, &p, budget_ms);
    if (!tree) {
        t->unfinished = true;
        t->unfinished_hash = hash_str(text);
        t->fresh = false;
        return err_set(e, ERR_STALE, "parsing took longer than %u ms", (unsigned)budget_ms);
    }
    t->unfinished = false;
    if (t->tree)
        ts_tree_delete(t->tree);
    t->tree = tree;
    t->fresh = true;
    return ERR_OK;
}

bool ctx_tree_fresh(const ctx_tree *t)
{
    return t->tree && t->fresh;
}

bool ctx_tree_exists(const ctx_tree *t)
{
    return t->tree != NULL;
}

TSNode ctx_tree_root(const ctx_tree *t)
{
    return ts_tree_root_node(t->tree);
}

TSTree *ctx_tree_snapshot(const ctx_tree *t)
{
    return t->tree ? ts_tree_copy(t->tree) : NULL;
}

/* Moves to the child that contains `offset`, or that ends there when none contains it. Walking a
 * cursor over the children costs as many steps as there are children; ts_node_child(i) would start
 * anew for each. */
static bool goto_child_at(TSTreeCursor *cursor, size_t offset)
{
    if (!ts_tree_cursor_goto_first_child(cursor))
        return false;
    TSTreeCursor ending = {0};
    bool has_ending = false, found = false, more = true;
    while (more && !found) {
        TSNode node = ts_tree_cursor_current_node(cursor);
        size_t begin = ts_node_start_byte(node), end = ts_node_end_byte(node);
        if (begin > offset)
            break;
        if (end > offset) {
            found = true;
        } else {
            if (end == offset && end > begin) {
                if (has_ending)
                    ts_tree_cursor_delete(&ending);
                ending = ts_tree_cursor_copy(cursor);
                has_ending = true;
            }
            more = ts_tree_cursor_goto_next_sibling(cursor);
        }
    }
    if (!found && has_ending) {
        ts_tree_cursor_delete(cursor);
        *cursor = ending;
        return true;
    }
    if (has_ending)
        ts_tree_cursor_delete(&ending);
    if (!found)
        ts_tree_cursor_goto_parent(cursor);
    return found;
}

size_t ctx_nodes_at(TSNode root, size_t offset, TSNode *out, size_t cap)
{
    if (cap == 0)
        return 0;
    size_t n = 0;
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    do {
        /* A ring while going down; put in order below. */
        out[n % cap] = ts_tree_cursor_current_node(&cursor);
        n++;
    } while (goto_child_at(&cursor, offset));
    ts_tree_cursor_delete(&cursor);
    if (n <= cap)
        return n;
    for (size_t shift = n % cap; shift > 0; shift--) {
        TSNode first = out[0];
        memmove(out, out + 1, (cap - 1) * sizeof *out);
        out[cap - 1] = first;
    }
    return cap;
}

TSNode ctx_node_at(TSNode root, size_t offset)
{
    TSNode node;
    (void)ctx_nodes_at(root, offset, &node, 1);
    return node;
}

static bool is_error(TSNode node)
{
    return ts_node_is_missing(node) || ts_node_symbol(node) == (TSSymbol)-1;
}

size_t ctx_errors_in(TSNode root, size_t begin, size_t end, struct ctx_syntax_error *out,
                     size_t cap)
{
    size_t n = 0;
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    bool going = true;
    while (going) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        size_t node_begin = ts_node_start_byte(node), node_end = ts_node_end_byte(node);
        bool touches = node_begin <= end && begin <= node_end;
        if (touches && is_error(node)) {
            if (n < cap)
                out[n] = (struct ctx_syntax_error){node_begin, node_end, ts_node_is_missing(node)};
            n++;
        }
        /* Only the paths that lead to errors are walked. */
        if (touches && ts_node_has_error(node) && ts_tree_cursor_goto_first_child(&cursor))
            continue;
        while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
            if (!ts_tree_cursor_goto_parent(&cursor)) {
                going = false;
                break;
            }
        }
    }
    ts_tree_cursor_delete(&cursor);
    return n;
}

static bool type_has(TSNode node, const char *part)
{
    return strstr(ts_node_type(node), part) != NULL;
}

static bool is_comment(TSNode node)
{
    return type_has(node, "comment") && !type_has(node, "comment_directive");
}

static bool is_interpolation(TSNode node)
{
    return type_has(node, "interpolation") || type_has(node, "template_substitution") ||
           type_has(node, "interpolated_expression") || type_has(node, "command_substitution") ||
           type_has(node, "sub_expression");
}

/* Grammars agree on these words for what is quoted. */
static bool is_string(TSNode node, const gram_language *lang, str_view text)
{
    static const char *const words[] = {
        "string",          "char",   "rune_literal", "heredoc_body", "heredoc_content", "regex",
        "attribute_value", "nowdoc", "quote_scalar", "AttValue"};
    /* Types, lists of strings, what is inside of an expression again, parts of regular expressions.
     */
    static const char *const others[] = {"_type",    "string_scalar", "interpolat",
                                         "concat",   "chained",       "_array",
                                         "char_set", "charset",       "character_class"};
    const char *type = ts_node_type(node);
    if (!ts_node_is_named(node))
        return false;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strstr(type, others[i]))
            return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(type, words[i]))
            return true;
    if (!strstr(type, "literal"))
        return false;
    str_view rest = str_of(lang->strings), mark;
    str_view whole = str_slice(text, ts_node_start_byte(node), ts_node_end_byte(node));
    while (gram_list_next(&rest, &mark))
        if (str_starts(whole, mark))
            return true;
    return false;
}

static bool closes(TSNode node, str_view text, const char *delimiters)
{
    str_view whole = str_slice(text, ts_node_start_byte(node), ts_node_end_byte(node));
    str_view rest = str_of(delimiters), mark;
    while (gram_list_next(&rest, &mark))
        if (whole.len >= 2 * mark.len && str_ends(whole, mark))
            return true;
    return false;
}

enum ctx_text_kind ctx_text_kind_at(const ctx_tree *t, str_view text, size_t offset)
{
    if (!t->tree)
        return CTX_CODE;
    TSNode chain[MAX_CHAIN];
    size_t n = ctx_nodes_at(ctx_tree_root(t), offset, chain, MAX_CHAIN);
    for (size_t i = n; i > 0; i--) {
        TSNode node = chain[i - 1];
        size_t begin = ts_node_start_byte(node), end = ts_node_end_byte(node);
        bool comment = is_comment(node);
        if (is_interpolation(node) && begin < offset && offset < end)
            return CTX_CODE;
        if (!comment && !is_string(node, t->lang, text))
            continue;
        if (begin < offset && offset < end)
            return comment ? CTX_COMMENT : CTX_STRING;
        if (offset != end || end == begin || text.ptr[end - 1] == '\n')
            continue;
        /* At its end: a line comment goes on, and so does what was never closed. */
        str_view blocks = str_of(t->lang->block_comments), opener = {NULL, 0};
        str_view whole = str_slice(text, begin, end);
        if (comment) {
            bool block = gram_list_next(&blocks, &opener) && str_starts(whole, opener);
            str_view closer = {NULL, 0};
            if (!block || !gram_list_next(&blocks, &closer) || !str_ends(whole, closer))
                return CTX_COMMENT;
        }
    }
    /* An unclosed string is no string node: the parser marks an error whose first token is its
     * quote. */
    for (size_t i = n; i > 0; i--) {
        TSNode node = chain[i - 1];
        if (ts_node_symbol(node) != (TSSymbol)-1 || ts_node_start_byte(node) >= offset)
            continue;
        str_view broken = str_slice(text, ts_node_start_byte(node), ts_node_end_byte(node));
        str_view rest = str_of(t->lang->strings), mark;
        while (gram_list_next(&rest, &mark))
            if (str_starts(broken, mark) && !closes(node, text, t->lang->strings) &&
                str_find_byte(str_slice(broken, 0, offset - ts_node_start_byte(node)), '\n') >=
                    offset - ts_node_start_byte(node))
                return CTX_STRING;
    }
    return CTX_CODE;
}

static bool is_block(TSNode node)
{
    static const char *const words[] = {"block",
                                        "body",
                                        "compound_statement",
                                        "statement_list",
                                        "declaration_list",
                                        "statements",
                                        "suite",
                                        "do_group"};
    if (!ts_node_is_named(node) || is_comment(node) || type_has(node, "block_comment"))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (type_has(node, words[i]))
            return true;
    return false;
}

struct gram_range ctx_block_at(const ctx_tree *t, size_t offset)
{
    if (!t->tree)
        return (struct gram_range){0, UINT32_MAX};
    TSNode chain[MAX_CHAIN];
    size_t n = ctx_nodes_at(ctx_tree_root(t), offset, chain, MAX_CHAIN);
    for (size_t i = n; i > 0; i--)
        if (is_block(chain[i - 1]))
            return (struct gram_range){ts_node_start_byte(chain[i - 1]),
                                       ts_node_end_byte(chain[i - 1])};
    return (struct gram_range){0, ts_node_end_byte(ctx_tree_root(t))};
}

/* Where an error of the old text is found after the paste. */
static struct ctx_syntax_error moved(struct ctx_syntax_error old, size_t end, size_t n_removed,
                                     size_t n_added)
{
    if (old.begin >= end)
        old.begin = old.begin - n_removed + n_added;
    if (old.end >= end)
        old.end = old.end - n_removed + n_added;
    return old;
}

err_code ctx_tree_try_paste(ctx_tree *t, struct ctx_paste *out, TSTree **pasted, str_view text,
                            size_t begin, size_t end, str_view with, uint32_t budget_ms)
{
    if (!ctx_tree_fresh(t))
        return ERR_STALE;
    if (!edit_fits(text, begin, end, with))
        return ERR_RANGE;
    struct ctx_syntax_error before[MAX_ERRORS], after[MAX_ERRORS];
    struct ctx_paste result = {0};
    result.n_before = ctx_errors_in(ctx_tree_root(t), 0, SIZE_MAX, before, MAX_ERRORS);

    TSInputEdit edit = make_edit(text, begin, end, with);
    TSTree *old = ts_tree_copy(t->tree);
    ts_tree_edit(old, &edit);
    struct pieces p = {{str_slice(text, 0, begin), with, str_slice(text, end, text.len)}};
    TSTree *tree = parse(t->parser, old, &p, budget_ms);
    ts_tree_delete(old);
    if (!tree) {
        ts_parser_reset(t->parser);
        return ERR_STALE;
    }
    result.n_after = ctx_errors_in(ts_tree_root_node(tree), 0, SIZE_MAX, after, MAX_ERRORS);
    if (pasted)
        *pasted = tree;
    else
        ts_tree_delete(tree);

    result.adds = result.n_after > result.n_before;
    result.first_new = SIZE_MAX;
    size_t kept_before = result.n_before < MAX_ERRORS ? result.n_before : MAX_ERRORS;
    size_t kept_after = result.n_after < MAX_ERRORS ? result.n_after : MAX_ERRORS;
    for (size_t i = 0; i < kept_after && result.first_new == SIZE_MAX; i++) {
        bool known = false;
        for (size_t j = 0; j < kept_before && !known; j++) {
            struct ctx_syntax_error b = moved(before[j], end, end - begin, with.len);
            known =
                b.begin == after[i].begin && b.end == after[i].end && b.missing == after[i].missing;
        }
        if (!known)
            result.first_new = after[i].begin;
    }
    *out = result;
    return ERR_OK;
}

/* The smallest injection around the offset. */
struct layer_search {
    size_t offset;
    struct gram_injection found;
};

static bool keep_smallest(void *user, const struct gram_injection *i)
{
    struct layer_search *s = user;
    bool around = i->range.begin <= s->offset && s->offset <= i->range.end;
    bool smaller =
        !s->found.lang || i->range.end - i->range.begin < s->found.range.end - s->found.range.begin;
    if (around && smaller && i->lang->parser)
        s->found = *i;
    return true;
}

static err_code layer_tree(ctx_tree *t, TSTree **out, const gram_language *lang, str_view text,
                           uint32_t budget_ms)
{
    uint64_t hash = hash_str(text);
    for (size_t i = 0; i < N_LAYERS; i++) {
        struct layer *l = &t->layers[i];
        if (l->lang == lang && l->hash == hash && l->len == text.len) {
            *out = l->tree;
            return ERR_OK;
        }
    }
    TSParser *parser = ts_parser_new();
    TSTree *tree = NULL;
    struct pieces p = {{text, {NULL, 0}, {NULL, 0}}};
    if (parser && ts_parser_set_language(parser, gram_language_parser(lang)))
        tree = parse(parser, NULL, &p, budget_ms);
    if (parser)
        ts_parser_delete(parser);
    if (!tree)
        return ERR_STALE;
    struct layer *l = &t->layers[t->next_layer];
    t->next_layer = (t->next_layer + 1) % N_LAYERS;
    if (l->tree)
        ts_tree_delete(l->tree);
    *l = (struct layer){lang, hash, text.len, tree};
    *out = tree;
    return ERR_OK;
}

err_code ctx_tree_layer_at(ctx_tree *t, struct ctx_layer *out, gram_queries *q, str_view text,
                           size_t offset, uint32_t budget_ms)
{
    if (!ctx_tree_fresh(t))
        return ERR_STALE;
    struct ctx_layer layer = {t->lang, {0, (uint32_t)text.len}, ctx_tree_root(t)};
    bool found = false;
    for (int depth = 0; depth < MAX_LAYER_DEPTH; depth++) {
        str_view inner = str_slice(text, layer.range.begin, layer.range.end);
        uint32_t at = (uint32_t)(offset - layer.range.begin);
        struct layer_search search = {at, {{0, 0}, NULL}};
        err_code rc = gram_injections(q, layer.lang, layer.root, inner, (struct gram_range){at, at},
                                      keep_smallest, &search);
        if (rc != ERR_OK)
            return rc;
        if (!search.found.lang)
            break;
        struct gram_range r = search.found.range;
        TSTree *tree = NULL;
        rc = layer_tree(t, &tree, search.found.lang, str_slice(inner, r.begin, r.end), budget_ms);
        if (rc != ERR_OK)
            return rc;
        layer.range = (struct gram_range){layer.range.begin + r.begin, layer.range.begin + r.end};
        layer.lang = search.found.lang;
        layer.root = ts_tree_root_node(tree);
        found = true;
    }
    if (!found)
        return ERR_NOT_FOUND;
    *out = layer;
    return ERR_OK;
}

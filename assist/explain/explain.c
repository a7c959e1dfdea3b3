#include "assist/explain/explain.h"

#include <string.h>

#include "assist/explain/explain_internal.h"
#include "base/buf.h"
#include "base/utf.h"

enum {
    MAX_CHAIN = 256,  /* levels above the cursor that are looked at */
    MAX_CARDS = 200,  /* of a range: more is no explanation */
    MAX_SAYINGS = 16, /* steps or notes of one card */
    MAX_REMARKS = 8,
    CODE_MAX_CHARS = 72,  /* of a card's own code */
    END_MAX_BYTES = 160,  /* of what is said again of something where it ends */
    OUTLINE_DEPTH = 3,    /* levels below the root that an outline shows */
    MAX_VISITED = 200000, /* nodes of a range */
    LAYER_BUDGET_MS = 20,
    SCRATCH_MAX_BYTES = 32 << 20,
    LINE_MAX_BYTES = 2000, /* of a line that expressions are tried on */
};

struct work {
    const struct explain_request *r;
    arena *mem;
    const gram_language *lang; /* of the layer in work */
    str_view text;             /* of the layer */
    uint32_t shift;            /* where the layer begins in the document */
    const struct gram_construct *constructs;
    arena scratch; /* of one node's patterns */
    struct explain_card *cards;
    size_t n, cap;
    bool listing; /* each construct of a range: entries that are `minor` are left out */
    bool nested;  /* the cards lie one in the other */
    bool odd;
};

/* --- one card --- */

static size_t fill_list(const struct explain__subject *s, const struct gram_saying *list,
                        const str_view **out)
{
    str_view *items = arena_push_array(s->mem, MAX_SAYINGS, sizeof *items);
    size_t n = 0;
    for (; items && list && n < MAX_SAYINGS; list = list->next) {
        bool complete = false;
        if (!explain__holds(s, list->condition))
            continue;
        items[n] = explain__fill(s, list->text, &complete);
        n += complete;
    }
    *out = items;
    return n;
}

/* The first sentence that holds and for which the code has all the parts; ptr NULL: none. */
static str_view meaning_of(const struct explain__subject *s, const struct gram_saying *says)
{
    for (; says; says = says->next) {
        bool complete = false;
        if (!explain__holds(s, says->condition))
            continue;
        str_view text = explain__fill(s, says->text, &complete);
        if (complete || arena_failed(s->mem))
            return text;
    }
    return (str_view){NULL, 0};
}

static void read_instance(const struct explain__subject *s, const struct gram_construct *c,
                          struct explain_card *card)
{
    size_t end = str_find_byte(c->reads, ' ');
    explain__reader *reader = explain__find_reader(str_slice(c->reads, 0, end));
    str_view path = str_trim(str_slice(c->reads, end, c->reads.len));
    if (!reader || path.len < 2)
        return;
    path = str_slice(path, 1, path.len - 1);
    str_view source = explain__value(s, str_eq(path, STR(".")) ? (str_view){"", 0} : path);
    if (source.len == 0)
        return;
    struct explain__pieces pieces = {s->mem, NULL, 0, 0};
    reader(&pieces, source, str_of(s->lang->folder ? s->lang->folder : s->lang->id));
    card->pieces = pieces.items;
    card->n_pieces = pieces.n;
}

/* False, and nothing added: the entry has no sentence for code that lacks these parts. */
static bool add_card(struct work *w, const struct gram_construct *c, struct explain__subject *s,
                     uint32_t begin, uint32_t end)
{
    if (w->n == w->cap)
        return true;
    s->mem = w->mem;
    s->text = w->text;
    s->lang = w->lang;
    s->odd = &w->odd;
    str_view meaning = meaning_of(s, c->says);
    if (!meaning.ptr)
        return false;
    struct explain_card *card = &w->cards[w->n++];
    card->construct = c;
    card->lang = w->lang;
    card->range = (struct gram_range){begin + w->shift, end + w->shift};
    card->code = explain__code(w->mem, str_slice(w->text, begin, end), CODE_MAX_CHARS, &w->odd);
    card->meaning = meaning;
    card->n_steps = fill_list(s, c->steps, &card->steps);
    card->n_notes = fill_list(s, c->notes, &card->notes);
    card->analogue = explain__analogue(s, w->r->knowledge, c, w->r->known);
    if (c->reads.len > 0)
        read_instance(s, c, card);
    return true;
}

/* --- constructs of a node --- */

static bool describe_node(struct work *w, TSNode node)
{
    if (!ts_node_is_named(node) && ts_node_child_count(node) > 0)
        return false;
    arena_reset(&w->scratch);
    for (const struct gram_construct *c = w->constructs; c; c = c->next) {
        struct gram_pattern_match match;
        if (!gram_construct_fits(c, node, w->text, &w->scratch, &match))
            continue;
        if (c->minor.len > 0 && w->listing)
            return false;
        struct explain__subject s = {.node = node, .match = &match};
        if (add_card(w, c, &s, ts_node_start_byte(node), ts_node_end_byte(node)))
            return true;
    }
    return false;
}

static bool is_common(const struct explain_card *c)
{
    return str_eq(c->construct->folder, STR("common"));
}

/* Brackets, lists, literals say little: what they belong to is shown instead, if something is
 * written about that. Of two entries about the same text the language's own speaks. */
static void drop_minor(struct work *w, size_t begin)
{
    size_t n = begin;
    for (size_t i = begin; i < w->n; i++) {
        const struct explain_card *c = &w->cards[i], *next = i + 1 < w->n ? c + 1 : NULL;
        bool twice = n == begin && next && is_common(c) && !is_common(next) &&
                     !str_eq(next->construct->minor, STR("yes")) &&
                     c->range.begin == next->range.begin && c->range.end == next->range.end;
        if (!str_eq(c->construct->minor, STR("yes")) && !twice)
            w->cards[n++] = *c;
    }
    if (n > begin)
        w->n = n;
}

static void chain_at(struct work *w, TSNode root, size_t offset)
{
    TSNode *chain = arena_push_array(w->mem, MAX_CHAIN, sizeof *chain);
    if (!chain)
        return;
    size_t n = ctx_nodes_at(root, offset, chain, MAX_CHAIN);
    n = n < MAX_CHAIN ? n : MAX_CHAIN;
    /* Not the root: the whole file is no construct. */
    for (size_t i = n; i > 1; i--)
        describe_node(w, chain[i - 1]);
}

static void at_point(struct work *w, TSNode root, size_t offset)
{
    size_t before = w->n;
    chain_at(w, root, offset);
    drop_minor(w, before);
}

/* Whether the node is the `a.b` of a call `a.b()`, of which the call has told. */
static bool is_called_member(const TSTreeCursor *cursor, TSNode node)
{
    const char *field = ts_tree_cursor_current_field_name(cursor);
    const char *kind = ts_node_type(node);
    return field && strcmp(field, "function") == 0 &&
           (strstr(kind, "member") || strstr(kind, "attribute") || strstr(kind, "selector") ||
            strcmp(kind, "field_expression") == 0);
}

static void in_range(struct work *w, TSNode root, size_t begin, size_t end, bool outline)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    unsigned depth = 0;
    for (size_t visited = 0; visited < MAX_VISITED && w->n < w->cap; visited++) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        size_t node_begin = ts_node_start_byte(node), node_end = ts_node_end_byte(node);
        bool touches = node_end > begin && node_begin < end;
        bool starts = node_begin >= begin && node_begin < end;
        bool said = false;
        if (touches && starts && depth > 0 && ts_node_is_named(node) &&
            !is_called_member(&cursor, node))
            said = describe_node(w, node);
        bool deeper = touches && !(outline && (said || depth >= OUTLINE_DEPTH));
        if (deeper && ts_tree_cursor_goto_first_child(&cursor)) {
            depth++;
            continue;
        }
        while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
            if (!ts_tree_cursor_goto_parent(&cursor)) {
                ts_tree_cursor_delete(&cursor);
                return;
            }
            depth--;
        }
    }
    ts_tree_cursor_delete(&cursor);
}

/* --- lines on which nothing begins --- */

static size_t line_number(str_view text, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < text.len; i++)
        line += text.ptr[i] == '\n';
    return line;
}

/* Puts a card that no entry wrote before cards[at]; those before it are dropped. */
static void say_first(struct work *w, size_t at, const char *name, struct gram_range range,
                      str_view meaning)
{
    struct gram_construct *c = arena_push(w->mem, sizeof *c);
    if (!c)
        return;
    *c = (struct gram_construct){.folder = STR("common"), .name = str_of(name)};
    size_t kept = w->n - at < w->cap ? w->n - at : w->cap - 1;
    memmove(w->cards + 1, w->cards + at, kept * sizeof *w->cards);
    str_view code = str_slice(w->r->text, range.begin, range.end);
    w->cards[0] =
        (struct explain_card){.construct = c,
                              .lang = w->lang,
                              .range = range,
                              .code = explain__code(w->mem, code, CODE_MAX_CHARS, &w->odd),
                              .meaning = meaning};
    w->n = kept + 1;
}

/* [begin, end) holds the start of nothing that is explained: says what ends there or goes on. */
static void nothing_begins(struct work *w, TSNode root, size_t begin, size_t end)
{
    str_view all = str_slice(w->text, begin, end), rest = str_trim(all);
    begin += all.len - str_trim_left(all).len;
    struct gram_range here = {(uint32_t)(begin + w->shift),
                              (uint32_t)(begin + rest.len + w->shift)};
    w->listing = false;
    w->nested = true;
    if (rest.len == 0) {
        if (all.len > 0 || begin == w->text.len || w->text.ptr[begin] == '\n')
            say_first(w, 0, "empty line", (struct gram_range){here.begin, here.begin},
                      STR("Nothing stands here; the line only sets apart what is around it."));
        return;
    }
    chain_at(w, root, begin);
    if (w->n > 0 && w->cards[0].range.begin >= here.begin)
        return;
    /* Not a comment behind it, nor the signs that only end a statement. */
    size_t last = begin + rest.len;
    TSNode node;
    do {
        last--;
        node = ts_node_descendant_for_byte_range(root, (uint32_t)last, (uint32_t)last + 1);
        if (ts_node_is_extra(node) && ts_node_start_byte(node) > begin)
            last = ts_node_start_byte(node);
    } while (last > begin && (ts_node_is_extra(node) || memchr(" \t;,", w->text.ptr[last], 4)));
    w->n = 0;
    at_point(w, root, last);
    /* The outermost that ends here, or else the innermost around it. */
    size_t at = 0;
    bool ends = false;
    for (size_t i = 0; i < w->n; i++) {
        if (w->cards[i].range.end > here.end || w->cards[i].range.begin >= here.begin)
            continue;
        at = i;
        ends = true;
    }
    if (w->n == 0 || w->cards[at].range.begin >= here.begin)
        return;
    const struct explain_card *c = &w->cards[at];
    str_view meaning =
        arena_format(w->mem, "%s what began in line %zu, %c%.*s%c. %.*s",
                     ends ? "Here ends" : "Goes on with", line_number(w->r->text, c->range.begin),
                     EXPLAIN_CODE, STR_ARG(c->code), EXPLAIN_PLAIN, STR_ARG(c->meaning));
    say_first(w, at + 1, ends ? "end" : "part", here, meaning);
}

/* --- languages without a grammar: expressions over lines --- */

struct line {
    const char *z; /* NUL-terminated copy */
    size_t begin;  /* in the text */
};

/* Whether something was said already about what begins at this byte. */
static bool said_at(const struct work *w, size_t begin)
{
    for (size_t i = w->n; i > 0; i--)
        if (w->cards[i - 1].range.begin == begin)
            return true;
    return false;
}

static bool try_line(struct work *w, const struct gram_construct *c, const struct line *line,
                     size_t begin, size_t end)
{
    char *pattern = arena_push(w->mem, c->line.len + 1);
    regex_t compiled;
    if (!pattern)
        return false;
    memcpy(pattern, c->line.ptr, c->line.len);
    if (regcomp(&compiled, pattern, REG_EXTENDED) != 0)
        return false;
    bool found = false;
    size_t from = 0;
    regmatch_t at[EXPLAIN__GROUPS];
    while (regexec(&compiled, line->z + from, EXPLAIN__GROUPS, at, from ? REG_NOTBOL : 0) == 0) {
        size_t b = line->begin + from + (size_t)at[0].rm_so;
        size_t e = line->begin + from + (size_t)at[0].rm_eo;
        bool wanted = b <= end && begin < e && (begin == end || b >= begin);
        if (wanted && !(c->minor.len > 0 && said_at(w, b))) {
            struct explain__subject s = {.is_line = true};
            for (size_t g = 0; g < EXPLAIN__GROUPS; g++)
                if (at[g].rm_so >= 0)
                    s.groups[g] = (str_view){line->z + from + at[g].rm_so,
                                             (size_t)(at[g].rm_eo - at[g].rm_so)};
            found |= add_card(w, c, &s, (uint32_t)b, (uint32_t)e);
        }
        if (at[0].rm_eo == at[0].rm_so)
            break;
        from += (size_t)at[0].rm_eo;
    }
    regfree(&compiled);
    return found;
}

static void in_lines(struct work *w, size_t begin, size_t end)
{
    str_view text = w->r->text, rest = text;
    bool point = begin == end;
    while (rest.len > 0) {
        size_t at = (size_t)(rest.ptr - text.ptr);
        str_view line = str_take_line(&rest);
        if (at + line.len < begin || line.len > LINE_MAX_BYTES)
            continue;
        if (at > end || (!point && at == end))
            break;
        const char *z = arena_copy_z(w->mem, line);
        if (!z || memchr(z, '\0', line.len))
            continue;
        struct line l = {z, at};
        for (const struct gram_construct *c = w->constructs; c; c = c->next)
            if (c->line.len > 0)
                (void)try_line(w, c, &l, begin, point ? begin : end);
    }
}

/* --- all of it --- */

static void remark(struct explain_answer *a, str_view *list, str_view text)
{
    if (list && text.ptr && a->n_remarks < MAX_REMARKS)
        list[a->n_remarks++] = text;
}

static err_code unsupported(const gram_language *lang, err *e)
{
    return err_set(e, ERR_UNSUPPORTED,
                   "nothing is written about %s yet; 'artel explain --list' shows what is known",
                   lang->name);
}

static err_code check(const struct explain_request *r, err *e)
{
    if (r->begin > r->end || r->end > r->text.len)
        return err_set(e, ERR_RANGE, "the place is outside of the text");
    if (!gram_knowledge_of(r->knowledge, r->lang) || (r->lang->parser && !r->tree))
        return unsupported(r->lang, e);
    return ERR_OK;
}

/* A makefile's commands with make's own `$(…)` in them are not yet what the shell will read. */
static bool is_template(const gram_language *around, str_view text)
{
    if (strcmp(around->id, "makefile") != 0)
        return false;
    for (size_t i = 0; i + 1 < text.len; i++) {
        if (text.ptr[i] == '$' && text.ptr[i + 1] != '$')
            return true;
        i += text.ptr[i] == '$';
    }
    return false;
}

/* The document's own tree, or that of the embedded text around the place. */
static TSNode choose_layer(struct work *w, size_t *begin, size_t *end)
{
    const struct explain_request *r = w->r;
    TSNode root = ctx_tree_root(r->tree);
    struct ctx_layer layer;
    if (!r->queries || r->scope == EXPLAIN_FILE ||
        ctx_tree_layer_at(r->tree, &layer, r->queries, r->text, r->begin, LAYER_BUDGET_MS) !=
            ERR_OK)
        return root;
    const struct gram_construct *known = gram_knowledge_of(r->knowledge, layer.lang);
    if (!known || layer.range.end < r->end ||
        is_template(r->lang, str_slice(r->text, layer.range.begin, layer.range.end)))
        return root;
    w->constructs = known;
    w->lang = layer.lang;
    w->text = str_slice(r->text, layer.range.begin, layer.range.end);
    w->shift = layer.range.begin;
    *begin -= layer.range.begin;
    *end -= layer.range.begin;
    return layer.root;
}

static void collect(struct work *w)
{
    const struct explain_request *r = w->r;
    size_t begin = r->begin, end = r->end;
    if (r->scope == EXPLAIN_FILE) {
        begin = 0;
        end = r->text.len;
    }
    if (!r->lang->parser) {
        in_lines(w, begin, end);
        return;
    }
    TSNode root = choose_layer(w, &begin, &end);
    if (r->scope == EXPLAIN_POINT)
        at_point(w, root, begin);
    else
        in_range(w, root, begin, end, r->scope == EXPLAIN_FILE);
    if (r->scope == EXPLAIN_RANGE && w->n == 0)
        nothing_begins(w, root, begin, end);
    /* What stands around embedded text says what runs it. */
    if (r->scope == EXPLAIN_POINT && w->lang != r->lang) {
        w->lang = r->lang;
        w->text = r->text;
        w->shift = 0;
        w->constructs = gram_knowledge_of(r->knowledge, r->lang);
        at_point(w, ctx_tree_root(r->tree), r->begin);
    }
}

/* Why the code does not parse, as far as that is known. */
static str_view error_remark(const struct explain_request *r, size_t from, size_t to, bool missing)
{
    str_view code = str_slice(r->text, from, to);
    /* The grammar knows `!(a|b)` only where it cannot be anything else. */
    if (strcmp(r->lang->id, "shellscript") == 0 && gram_regex_holds(STR("[?*+@!][(]"), code))
        return STR("Patterns such as !(a|b) are understood here inside of [[ ]] and case only; "
                   "what is said behind one may be wrong.");
    return missing ? STR("Something is missing in this code, so that parts of it may be meant "
                         "otherwise.")
                   : STR("This code has a part that does not parse; what is said holds for the "
                         "rest.");
}

err_code explain(struct explain_answer *out, const struct explain_request *r, arena *mem, err *e)
{
    err_code rc = check(r, e);
    if (rc != ERR_OK)
        return rc;
    struct explain_answer a = {.lang = r->lang};
    struct work w = {.r = r, .mem = mem, .lang = r->lang, .text = r->text, .cap = MAX_CARDS};
    w.listing = r->scope != EXPLAIN_POINT;
    w.nested = r->scope == EXPLAIN_POINT;
    w.constructs = gram_knowledge_of(r->knowledge, r->lang);
    w.cards = arena_push_array(mem, MAX_CARDS, sizeof *w.cards);
    str_view *remarks = arena_push_array(mem, MAX_REMARKS, sizeof *remarks);
    if (!w.cards || !remarks)
        return ERR_NOMEM;
    arena_init(&w.scratch, SCRATCH_MAX_BYTES);
    collect(&w);
    bool short_of_memory = arena_failed(&w.scratch) || arena_failed(mem);
    arena_release(&w.scratch);
    if (short_of_memory)
        return ERR_NOMEM;
    if (r->lang->parser) {
        TSNode root = ctx_tree_root(r->tree);
        size_t from = r->begin, to = r->end;
        if (w.n > 0 && r->scope == EXPLAIN_POINT) {
            from = w.cards[0].range.begin;
            to = w.cards[0].range.end;
        }
        struct ctx_syntax_error error;
        if (ts_node_has_error(root) && ctx_errors_in(root, from, to, &error, 1) > 0)
            remark(&a, remarks, error_remark(r, from, to, error.missing));
    }
    if (w.odd)
        remark(&a, remarks,
               STR("Hidden, reordering or control characters stand in this code; they are written "
                   "out here, as in \\u202e."));
    a.remarks = remarks;
    const struct gram_construct *own = gram_knowledge_of(r->knowledge, r->lang);
    if (w.n == 0 && str_eq(own->folder, STR("common")))
        return unsupported(r->lang, e);
    if (w.n == 0)
        return err_set(e, ERR_NOT_FOUND,
                       a.n_remarks > 0 && r->lang->parser &&
                               ts_node_has_error(ctx_tree_root(r->tree))
                           ? "this code does not parse here, so nothing can be said about it"
                           : "there is nothing at this place that needs explaining");
    a.cards = w.cards;
    a.n_cards = w.n;
    a.nested = w.nested || w.n == 1;
    if (arena_failed(mem))
        return ERR_NOMEM;
    *out = a;
    return ERR_OK;
}

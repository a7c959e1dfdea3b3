/* explain_coverage FILE...: of which share of the syntax nodes in these files something is written,
 * by language, and which kinds of nodes are left out most often. Plain names, literals, comments,
 * error nodes, nodes that only wrap another and the root do not count. Where there is no grammar,
 * lines count. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "context/tree.h"
#include "grammars/knowledge.h"

enum { MAX_KINDS = 2048, FILE_MAX_BYTES = 4 << 20, SCRATCH_BYTES = 1 << 20, SHOWN = 60 };

struct left_out {
    const gram_language *lang;
    const char *kind;
    size_t n;
};

struct sum {
    size_t n_nodes, n_explained;
    size_t n_minor; /* of the explained: shown as what is around them */
};

static struct left_out left_out[MAX_KINDS];
static size_t n_left_out;

static bool is_plain(const char *t)
{
    static const char *const parts[] = {"identifier", "literal",  "comment", "_name",
                                        "number",     "integer",  "float",   "string",
                                        "content",    "fragment", "_lit"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strstr(t, parts[i]))
            return true;
    return strcmp(t, "name") == 0 || strcmp(t, "word") == 0 || strcmp(t, "variable") == 0 ||
           strcmp(t, "true") == 0 || strcmp(t, "false") == 0 || strcmp(t, "null") == 0 ||
           strcmp(t, "constant") == 0 || strcmp(t, "text") == 0 || strcmp(t, "boolean") == 0 ||
           strncmp(t, "keyword_", 8) == 0 || strcmp(t, "ERROR") == 0;
}

/* The entry for the node, or NULL. */
static const struct gram_construct *entry_of(const struct gram_construct *c, TSNode node,
                                             str_view text, arena *scratch)
{
    for (; c; c = c->next) {
        struct gram_pattern_match match;
        if (gram_construct_fits(c, node, text, scratch, &match))
            return c;
    }
    return NULL;
}

/* Some grammars wrap a value in a node for each level of precedence: that is no construct. */
static bool is_wrapper(TSNode node)
{
    if (ts_node_child_count(node) != 1)
        return false;
    TSNode child = ts_node_child(node, 0);
    return ts_node_is_named(child) && ts_node_start_byte(child) == ts_node_start_byte(node) &&
           ts_node_end_byte(child) == ts_node_end_byte(node);
}

static void count_left_out(const gram_language *lang, const char *kind)
{
    for (size_t i = 0; i < n_left_out; i++) {
        if (left_out[i].lang == lang && strcmp(left_out[i].kind, kind) == 0) {
            left_out[i].n++;
            return;
        }
    }
    if (n_left_out < MAX_KINDS)
        left_out[n_left_out++] = (struct left_out){lang, kind, 1};
}

static void count(struct sum *sum, gram_knowledge *k, const gram_language *lang, TSNode root,
                  str_view text)
{
    const struct gram_construct *constructs = gram_knowledge_of(k, lang);
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    for (bool going = true; going;) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        if (ts_node_is_named(node) && !ts_node_eq(node, root) && !is_plain(ts_node_type(node))) {
            arena scratch;
            arena_init(&scratch, SCRATCH_BYTES);
            const struct gram_construct *entry = entry_of(constructs, node, text, &scratch);
            arena_release(&scratch);
            sum->n_nodes += entry || !is_wrapper(node);
            sum->n_explained += entry != NULL;
            sum->n_minor += entry && entry->minor.len > 0;
            if (!entry && !is_wrapper(node))
                count_left_out(lang, ts_node_type(node));
        }
        if (ts_tree_cursor_goto_first_child(&cursor))
            continue;
        while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
            if (!ts_tree_cursor_goto_parent(&cursor)) {
                going = false;
                break;
            }
        }
    }
    ts_tree_cursor_delete(&cursor);
}

/* A language without a grammar: lines that are neither blank nor remarks. */
static void count_lines(struct sum *sum, gram_knowledge *k, const gram_language *lang,
                        str_view text)
{
    while (text.len > 0) {
        str_view line = str_take_line(&text);
        if (str_is_blank(line) || str_trim_left(line).ptr[0] == '#')
            continue;
        bool said = false;
        for (const struct gram_construct *c = gram_knowledge_of(k, lang); c; c = c->next)
            said = said || (c->line.len > 0 && gram_regex_holds(c->line, line));
        sum->n_nodes++;
        sum->n_explained += said;
        if (!said)
            count_left_out(lang, "line");
    }
}

static int by_count(const void *a, const void *b)
{
    const struct left_out *x = a, *y = b;
    return x->n == y->n ? strcmp(x->kind, y->kind) : x->n < y->n ? 1 : -1;
}

static void report(const struct sum *sums)
{
    size_t n_rows = 0;
    const gram_language *all = gram_language_all(&n_rows);
    qsort(left_out, n_left_out, sizeof left_out[0], by_count);
    for (size_t i = 0; i < n_rows; i++) {
        if (sums[i].n_nodes == 0)
            continue;
        printf("%-16s %7zu nodes, %5.1f %% explained (%4.1f %% by what is around); left out:",
               all[i].id, sums[i].n_nodes,
               100.0 * (double)sums[i].n_explained / (double)sums[i].n_nodes,
               100.0 * (double)sums[i].n_minor / (double)sums[i].n_nodes);
        size_t shown = 0;
        for (size_t k = 0; k < n_left_out && shown < SHOWN; k++) {
            if (left_out[k].lang == &all[i]) {
                printf(" %s %zu", left_out[k].kind, left_out[k].n);
                shown++;
            }
        }
        putchar('\n');
    }
}

int main(int argc, char **argv)
{
    gram_knowledge *k = NULL;
    size_t n_rows = 0;
    const gram_language *all = gram_language_all(&n_rows);
    struct sum *sums = calloc(n_rows, sizeof *sums);
    if (!sums || gram_knowledge_create(&k) != ERR_OK)
        return 1;
    for (int i = 1; i < argc; i++) {
        err e = {{0}};
        buf text;
        ctx_tree *tree = NULL;
        buf_init(&text, FILE_MAX_BYTES);
        if (file_read(&text, argv[i], &e) == ERR_OK) {
            const gram_language *lang =
                gram_language_find((str_view){NULL, 0}, str_of(argv[i]), buf_view(&text));
            if (!lang->parser)
                count_lines(&sums[lang - all], k, lang, buf_view(&text));
            else if (ctx_tree_create(&tree, lang, &e) == ERR_OK &&
                     ctx_tree_parse(tree, buf_view(&text), 0, &e) == ERR_OK)
                count(&sums[lang - all], k, lang, ctx_tree_root(tree), buf_view(&text));
        }
        ctx_tree_destroy(tree);
        buf_release(&text);
    }
    report(sums);
    gram_knowledge_destroy(k);
    free(sums);
    return 0;
}

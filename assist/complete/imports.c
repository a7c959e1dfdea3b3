#include "assist/complete/imports.h"

#include "assist/complete/project.h"
#include "context/import_place.h"
#include "context/lexicon.h"
#include "context/names.h"
#include "context/words.h"

enum {
    MAX_NEW = 4, /* imports for one suggestion */
    PASTE_MS = 50,
};

static size_t line_begin(str_view text, size_t at)
{
    while (at > 0 && text.ptr[at - 1] != '\n')
        at--;
    return at;
}

/* ---- what a suggestion lacks ---- */

struct lacking {
    str_view text;    /* after pasting */
    size_t line, end; /* of the cursor's line there, up to the suggestion's end */
    str_view names[MAX_NEW];
    size_t n;
    enum ctx_import_family family;
};

/* A member's name is its owner's; a named argument is the callee's. */
static bool stands_alone(const struct lacking *l, str_view name, size_t at)
{
    str_view before = str_trim_right(str_slice(l->text, 0, at));
    str_view after = str_trim_left(str_slice(l->text, at + name.len, l->text.len));
    bool spread = str_ends(before, STR("..."));
    if (!spread &&
        (str_ends(before, STR(".")) || str_ends(before, STR("->")) || str_ends(before, STR("::")) ||
         str_ends(before, STR("\\")) || str_ends(before, STR("@"))))
        return l->family == CTX_IMPORT_PYTHON && str_ends(before, STR("@"));
    if (str_starts(after, STR(":")) && !str_starts(after, STR("::")) &&
        l->family != CTX_IMPORT_PYTHON)
        return str_find_byte(str_slice(l->text, l->line, at), '?') < at - l->line;
    return !str_starts(after, STR("=")) || str_starts(after, STR("=="));
}

static void note_name(void *user, str_view name, size_t begin)
{
    struct lacking *l = user;
    if (l->n == MAX_NEW || !ctx_lexicon_is_word_byte(name.ptr[0]) || !stands_alone(l, name, begin))
        return;
    /* What the line itself declares needs no import. */
    if (ctx_words_in(str_slice(l->text, l->line, begin), name) ||
        ctx_words_in(str_slice(l->text, 0, l->line), name) ||
        ctx_words_in(str_slice(l->text, l->end, l->text.len), name))
        return;
    l->names[l->n++] = name;
}

/* Whether a word of the line is nowhere else: a quick look, before anything is parsed. */
static bool maybe_lacks(str_view before, str_view line, str_view after)
{
    for (str_view word; (word = ctx_words_next(&line)).len > 0;)
        if (word.len > 1 && !ctx_words_in(before, word) && !ctx_words_in(after, word))
            return true;
    return false;
}

static void add_edits(struct gate *g, struct assist_suggestion *s, const struct lacking *l,
                      const ctx_index_view *view)
{
    struct assist_edit *edits = ARENA_ARRAY(g->mem, struct assist_edit, MAX_NEW);
    size_t limit = line_begin(g->doc->text, g->cursor), n = 0;
    for (size_t i = 0; edits && i < l->n; i++) {
        struct ctx_importing found;
        struct ctx_paste paste;
        ctx_import_edit place;
        if (!ctx_importing_find(view, g->lang, g->doc->path, l->names[i], g->mem, &found) ||
            !ctx_import_place(&place, l->family, g->tree, g->doc->text, limit, found.statement,
                              g->mem) ||
            ctx_tree_try_paste(g->tree, &paste, NULL, g->doc->text, place.begin, place.end,
                               place.text, PASTE_MS) != ERR_OK ||
            paste.adds)
            continue;
        bool twice = false;
        for (size_t k = 0; k < n; k++)
            twice = twice || str_eq(edits[k].text, place.text);
        if (twice)
            continue;
        edits[n++] = (struct assist_edit){place.begin, place.end, place.text};
        gate_note(g, s->source, "imports", "would add", str_trim(place.text));
    }
    s->edits = edits;
    s->n_edits = n;
}

void imports_add(struct gate *g, struct assist_suggestion *s)
{
    str_view doc = g->doc->text;
    struct lacking l = {.line = line_begin(doc, s->begin_bytes),
                        .family = ctx_import_family_of(g->lang)};
    ctx_index *index = project_index(g->engine, g->doc);
    if (!g->tree || !index || l.family == CTX_IMPORT_NONE || g->kind != CTX_CODE)
        return;
    str_view line = arena_format(g->mem, "%.*s%.*s", (int)(s->begin_bytes - l.line),
                                 doc.ptr + l.line, STR_ARG(s->text));
    if (!maybe_lacks(str_slice(doc, 0, l.line), line, str_slice(doc, s->end_bytes, doc.len)))
        return;
    TSTree *tree = NULL;
    struct ctx_paste paste;
    buf pasted; /* not in g->mem, which has no room for documents */
    buf_init(&pasted, 2 * CTX_TREE_MAX_BYTES);
    buf_append(&pasted, str_slice(doc, 0, s->begin_bytes));
    buf_append(&pasted, s->text);
    buf_append(&pasted, str_slice(doc, s->end_bytes, doc.len));
    if (buf_failed(&pasted) == ERR_OK &&
        ctx_tree_try_paste(g->tree, &paste, &tree, doc, s->begin_bytes, s->end_bytes, s->text,
                           PASTE_MS) == ERR_OK) {
        l.text = buf_view(&pasted);
        l.end = s->begin_bytes + s->text.len;
        ctx_names_in(ts_tree_root_node(tree), l.text, l.line, l.end, note_name, &l);
        if (l.n > 0) {
            ctx_index_view *view = ctx_index_begin(index);
            add_edits(g, s, &l, view);
            ctx_index_end(view);
        }
        ts_tree_delete(tree);
    }
    buf_release(&pasted);
}

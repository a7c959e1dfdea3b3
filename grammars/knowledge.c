#include "grammars/knowledge.h"

#include <pthread.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "grammars/grammars_internal.h"

enum {
    MEMORY_MAX_BYTES = 16 << 20, /* patterns and lists of all languages: under 4 MB */
    MAX_INHERITED = 6,
};

struct folder {
    bool tried;
    struct gram_construct *all; /* own, inherited, common: one list */
};

struct gram_knowledge {
    pthread_mutex_t mu;
    arena mem;              /* guarded by mu */
    struct folder *folders; /* guarded by mu; one per row of the language table */
    size_t n_rows;
    bool concepts_tried; /* guarded by mu */
    struct gram_concept *concepts;
};

err_code gram_knowledge_create(gram_knowledge **out)
{
    gram_knowledge *k = mem_zero(1, sizeof *k);
    if (!k)
        return ERR_NOMEM;
    (void)gram_language_all(&k->n_rows);
    k->folders = mem_zero(k->n_rows, sizeof *k->folders);
    if (!k->folders || pthread_mutex_init(&k->mu, NULL) != 0) {
        mem_free(k->folders);
        mem_free(k);
        return ERR_NOMEM;
    }
    arena_init(&k->mem, MEMORY_MAX_BYTES);
    *out = k;
    return ERR_OK;
}

void gram_knowledge_destroy(gram_knowledge *k)
{
    if (!k)
        return;
    pthread_mutex_destroy(&k->mu);
    arena_release(&k->mem);
    mem_free(k->folders);
    mem_free(k);
}

static str_view find_text(str_view folder, const char *kind)
{
    for (size_t i = 0; i < gram__knowledge_text_count; i++) {
        const struct gram__query_text *t = &gram__knowledge_texts[i];
        if (str_eq(str_of(t->folder), folder) && strcmp(t->kind, kind) == 0)
            return (str_view){t->text, t->len};
    }
    return (str_view){NULL, 0};
}

/* The build has checked the files, so that a failure here is memory. */
static void read_into(gram_knowledge *k, struct folder *f, const gram_language *lang)
{
    str_view name = str_of(lang->folder ? lang->folder : lang->id);
    struct gram_construct **tail = &f->all;
    bool common = false;
    for (size_t i = 0; i < MAX_INHERITED && name.len > 0; i++) {
        err e = {{0}};
        str_view inherits;
        str_view text = find_text(name, "explain");
        if (text.len == 0 && i == 0 && !lang->parser)
            return;
        err_code rc = gram_knowledge_parse(tail, &inherits, &k->mem, name, text, &e);
        if (rc != ERR_OK)
            log_write(LOG_WARNING, "the knowledge of %s: %s", lang->name,
                      e.text[0] ? e.text : err_name(rc));
        while (*tail)
            tail = &(*tail)->next;
        name = inherits;
        if (name.len == 0 && !common && lang->parser) {
            name = STR("common");
            common = true;
        }
    }
}

const struct gram_construct *gram_knowledge_of(gram_knowledge *k, const gram_language *lang)
{
    size_t n_rows = 0;
    size_t row = (size_t)(lang - gram_language_all(&n_rows));
    pthread_mutex_lock(&k->mu);
    struct folder *f = &k->folders[row];
    if (!f->tried) {
        f->tried = true;
        read_into(k, f, lang);
    }
    const struct gram_construct *all = f->all;
    pthread_mutex_unlock(&k->mu);
    return all;
}

bool gram_construct_fits(const struct gram_construct *c, TSNode node, str_view text, arena *scratch,
                         struct gram_pattern_match *out)
{
    out->n = 0;
    if (c->pattern)
        return gram_pattern_match(c->pattern, node, text, scratch, out);
    if (!ts_node_is_named(node) || (c->joins.len > 0 && ts_node_child_count(node) < 2))
        return false;
    str_view kinds = c->kinds, type = str_of(ts_node_type(node)), word;
    while (gram_list_next(&kinds, &word))
        if (str_eq(word, type))
            return true;
    return false;
}

const struct gram_concept *gram_knowledge_concept(gram_knowledge *k, str_view key)
{
    pthread_mutex_lock(&k->mu);
    if (!k->concepts_tried) {
        err e = {{0}};
        k->concepts_tried = true;
        str_view text = find_text(STR("common"), "concepts");
        if (gram_concepts_parse(&k->concepts, &k->mem, text, &e) != ERR_OK)
            log_write(LOG_WARNING, "the concepts: %s", e.text);
    }
    const struct gram_concept *c = k->concepts;
    pthread_mutex_unlock(&k->mu);
    while (c && !str_eq(c->key, key))
        c = c->next;
    return c;
}

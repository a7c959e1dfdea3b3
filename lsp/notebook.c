/* Notebooks: which documents are cells of which, in order. Cells are documents like others, opened
 * and changed by the notebook's notifications; what is kept here is their order, so that a cell is
 * completed with the others around it. */
#include "lsp/lsp_internal.h"

#include "base/log.h"
#include "base/mem.h"

enum { MAX_CELLS = 10000, CODE_CELL = 2 };

struct cell {
    char *uri; /* owned */
    bool is_code;
};

struct lsp_notebook {
    lsp_notebook *next;
    char *uri;
    struct cell *cells;
    size_t n_cells;
};

/* `v` when it is an array: the members of anything else are no items. */
static const cJSON *array_of(const cJSON *v)
{
    return cJSON_IsArray(v) ? v : NULL;
}

static char *copy_uri(const cJSON *v)
{
    str_view uri;
    if (!lsp_json_as_str(v, &uri))
        return NULL;
    char *p = mem_alloc(uri.len + 1);
    if (p)
        memcpy(p, uri.ptr, uri.len + 1);
    return p;
}

static void cells_release(struct cell *cells, size_t n_cells)
{
    for (size_t i = 0; i < n_cells; i++)
        mem_free(cells[i].uri);
}

static void destroy(lsp_notebook *book)
{
    cells_release(book->cells, book->n_cells);
    mem_free(book->cells);
    mem_free(book->uri);
    mem_free(book);
}

static lsp_notebook **find(lsp_server *s, const cJSON *uri_node)
{
    str_view uri;
    lsp_notebook **at = &s->notebooks;
    if (!lsp_json_as_str(uri_node, &uri))
        uri = (str_view){NULL, 0};
    while (*at && !str_eq(str_of((*at)->uri), uri))
        at = &(*at)->next;
    return at;
}

/* Replaces n_old cells from `start` on by those of the array `list`; all or nothing. */
static bool splice(lsp_notebook *book, size_t start, size_t n_old, const cJSON *list)
{
    size_t n_new = cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 0;
    if (start > book->n_cells || n_old > book->n_cells - start ||
        book->n_cells - n_old + n_new > MAX_CELLS)
        return false;
    size_t n_cells = book->n_cells - n_old + n_new;
    struct cell *cells = mem_zero(n_cells + 1, sizeof *cells);
    bool ok = cells != NULL;
    size_t n = 0;
    const cJSON *cell;
    cJSON_ArrayForEach(cell, array_of(list))
    {
        uint32_t kind = CODE_CELL;
        lsp_json_as_uint(lsp_json_get(cell, "kind"), &kind);
        char *uri = ok ? copy_uri(lsp_json_get(cell, "document")) : NULL;
        ok = ok && uri;
        if (ok)
            cells[start + n++] = (struct cell){uri, kind == CODE_CELL};
    }
    if (!ok) {
        if (cells)
            cells_release(cells + start, n);
        mem_free(cells);
        return false;
    }
    cells_release(book->cells + start, n_old);
    if (start)
        memcpy(cells, book->cells, start * sizeof *cells);
    if (n_cells > start + n_new)
        memcpy(cells + start + n_new, book->cells + start + n_old,
               (n_cells - start - n_new) * sizeof *cells);
    mem_free(book->cells);
    book->cells = cells;
    book->n_cells = n_cells;
    return true;
}

static void open_cells(lsp_server *s, const cJSON *items)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, array_of(items))
    {
        lsp__doc_open_item(s, item);
    }
}

static void close_cells(lsp_server *s, const cJSON *ids)
{
    const cJSON *id;
    cJSON_ArrayForEach(id, array_of(ids))
    {
        str_view uri;
        lsp_doc *doc =
            lsp_json_as_str(lsp_json_get(id, "uri"), &uri) ? lsp__doc_find(s, uri) : NULL;
        if (!doc)
            continue;
        lsp__note_closed(s, doc);
        lsp__doc_close(s, doc);
    }
}

void lsp__on_notebook_open(lsp_server *s, const struct lsp_message *m)
{
    const cJSON *given = lsp_json_get(m->params, "notebookDocument");
    lsp_notebook **at = find(s, lsp_json_get(given, "uri"));
    lsp_notebook *book = *at;
    if (book) { /* opened again */
        *at = book->next;
        destroy(book);
    }
    book = mem_zero(1, sizeof *book);
    if (book)
        book->uri = copy_uri(lsp_json_get(given, "uri"));
    if (!book || !book->uri || !splice(book, 0, 0, lsp_json_get(given, "cells"))) {
        log_write(LOG_WARNING, "a notebook that cannot be understood: its cells stand alone");
        if (book)
            destroy(book);
    } else {
        book->next = s->notebooks;
        s->notebooks = book;
    }
    open_cells(s, lsp_json_get(m->params, "cellTextDocuments"));
}

static void change_structure(lsp_server *s, lsp_notebook *book, const cJSON *structure)
{
    const cJSON *array = lsp_json_get(structure, "array");
    uint32_t start, n_old;
    if (!lsp_json_as_uint(lsp_json_get(array, "start"), &start) ||
        !lsp_json_as_uint(lsp_json_get(array, "deleteCount"), &n_old) ||
        !splice(book, start, n_old, lsp_json_get(array, "cells")))
        log_write(LOG_WARNING, "a change of the notebook %.200s cannot be understood", book->uri);
    close_cells(s, lsp_json_get(structure, "didClose"));
    open_cells(s, lsp_json_get(structure, "didOpen"));
}

/* A cell may have become markup or code. */
static void change_data(lsp_notebook *book, const cJSON *data)
{
    const cJSON *cell;
    cJSON_ArrayForEach(cell, array_of(data))
    {
        str_view uri;
        uint32_t kind;
        if (!lsp_json_as_str(lsp_json_get(cell, "document"), &uri) ||
            !lsp_json_as_uint(lsp_json_get(cell, "kind"), &kind))
            continue;
        for (size_t i = 0; i < book->n_cells; i++)
            if (str_eq(uri, str_of(book->cells[i].uri)))
                book->cells[i].is_code = kind == CODE_CELL;
    }
}

void lsp__on_notebook_change(lsp_server *s, const struct lsp_message *m)
{
    lsp_notebook *book = *find(s, lsp_json_path(m->params, "notebookDocument", "uri", NULL));
    const cJSON *cells = lsp_json_path(m->params, "change", "cells", NULL);
    if (!book) {
        log_write(LOG_WARNING, "%s for a notebook that is not open was ignored", m->method);
        return;
    }
    if (lsp_json_get(cells, "structure"))
        change_structure(s, book, lsp_json_get(cells, "structure"));
    change_data(book, lsp_json_get(cells, "data"));
    const cJSON *texts = lsp_json_get(cells, "textContent"), *text;
    cJSON_ArrayForEach(text, array_of(texts))
    {
        str_view uri;
        const cJSON *id = lsp_json_get(text, "document");
        lsp_doc *doc =
            lsp_json_as_str(lsp_json_get(id, "uri"), &uri) ? lsp__doc_find(s, uri) : NULL;
        if (doc)
            lsp__doc_change(s, doc, lsp_json_get(id, "version"), lsp_json_get(text, "changes"));
    }
}

void lsp__on_notebook_close(lsp_server *s, const struct lsp_message *m)
{
    lsp_notebook **at = find(s, lsp_json_path(m->params, "notebookDocument", "uri", NULL));
    lsp_notebook *book = *at;
    if (book) {
        *at = book->next;
        destroy(book);
    }
    close_cells(s, lsp_json_get(m->params, "cellTextDocuments"));
}

void lsp__notebooks_release(lsp_server *s)
{
    while (s->notebooks) {
        lsp_notebook *book = s->notebooks;
        s->notebooks = book->next;
        destroy(book);
    }
}

static const lsp_notebook *notebook_of(const lsp_server *s, const lsp_doc *doc, size_t *index)
{
    for (const lsp_notebook *book = s->notebooks; book; book = book->next)
        for (*index = 0; *index < book->n_cells; ++*index)
            if (book->cells[*index].is_code && strcmp(book->cells[*index].uri, doc->uri) == 0)
                return book;
    return NULL;
}

void lsp__notebook_around(lsp_server *s, const lsp_doc *doc, arena *a, str_view *before,
                          str_view *after)
{
    size_t here;
    const lsp_notebook *book = notebook_of(s, doc, &here);
    buf text[2];
    for (int i = 0; i < 2; i++)
        buf_init(&text[i], s->options->max_message_bytes);
    for (size_t i = 0; book && i < book->n_cells; i++) {
        const lsp_doc *other =
            book->cells[i].is_code ? lsp__doc_find(s, str_of(book->cells[i].uri)) : NULL;
        if (!other || other == doc || other->unusable ||
            strcmp(other->language, doc->language) != 0)
            continue;
        if (i > here)
            buf_append(&text[1], STR("\n"));
        buf_append(&text[i > here], lsp_text_view(&other->text));
        if (i < here)
            buf_append(&text[0], STR("\n"));
    }
    bool ok = buf_failed(&text[0]) == ERR_OK && buf_failed(&text[1]) == ERR_OK;
    *before = ok ? arena_copy(a, buf_view(&text[0])) : (str_view){NULL, 0};
    *after = ok ? arena_copy(a, buf_view(&text[1])) : (str_view){NULL, 0};
    buf_release(&text[0]);
    buf_release(&text[1]);
}

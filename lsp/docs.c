#include "lsp/lsp_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "context/place.h"
#include "lsp/uri.h"

enum {
    LOOK_AGAIN_S = 5,    /* listing 57,000 files takes half a second, in the background */
    MAX_OWN_FOLDERS = 4, /* that the client did not name: each costs threads and memory */
    WHY_MAX_BYTES = 64 << 10,
};

char *lsp__copy_z(str_view v)
{
    char *p = mem_alloc(v.len + 1);
    if (p) {
        if (v.len)
            memcpy(p, v.ptr, v.len);
        p[v.len] = '\0';
    }
    return p;
}

lsp_doc *lsp__doc_find(lsp_server *s, str_view uri)
{
    for (lsp_doc *d = s->docs; d; d = d->next)
        if (str_eq(str_of(d->uri), uri))
            return d;
    return NULL;
}

static void doc_destroy(lsp_doc *doc)
{
    if (!doc)
        return;
    lsp_shown_release(&doc->shown);
    lsp_shown_release(&doc->ahead);
    lsp__next_edit_release(doc);
    buf_release(&doc->why);
    lsp_text_release(&doc->text);
    mem_free(doc->uri);
    mem_free(doc->language);
    mem_free(doc);
}

static void make_unusable(lsp_server *s, lsp_doc *doc, const char *why)
{
    if (!doc->unusable) {
        char line[512];
        snprintf(line, sizeof line, "No suggestions for %.200s: %s.", doc->uri, why);
        lsp__show_message(s, 2, line);
    }
    doc->unusable = why;
    lsp_shown_forget(&doc->shown);
    lsp__asks_outdated(s, doc->seq, false);
    doc->seq = ++s->last_seq;
}

static const char *reason(err_code rc)
{
    return rc == ERR_RANGE ? "the document is too large" : "memory is short";
}

err_code lsp__doc_open(lsp_doc **out, lsp_server *s, str_view uri, str_view language, str_view text)
{
    lsp_doc *doc = mem_zero(1, sizeof *doc);
    if (!doc)
        return ERR_NOMEM;
    lsp_shown_init(&doc->shown);
    lsp_shown_init(&doc->ahead);
    lsp__next_edit_init(doc);
    buf_init(&doc->why, WHY_MAX_BYTES);
    doc->deleted_at = SIZE_MAX;
    doc->uri = lsp__copy_z(uri);
    doc->language = lsp__copy_z(language);
    err_code rc = lsp_text_init(&doc->text, s->options->max_message_bytes);
    if (!doc->uri || !doc->language || rc != ERR_OK) {
        doc_destroy(doc);
        return ERR_NOMEM;
    }
    rc = lsp_text_set(&doc->text, text);
    if (rc != ERR_OK)
        make_unusable(s, doc, reason(rc));
    doc->seq = ++s->last_seq;
    doc->next = s->docs;
    s->docs = doc;
    *out = doc;
    return ERR_OK;
}

void lsp__doc_close(lsp_server *s, lsp_doc *doc)
{
    lsp__asks_outdated(s, doc->seq, true);
    if (s->prepare_doc == doc)
        s->prepare_doc = NULL;
    for (lsp_doc **at = &s->docs; *at; at = &(*at)->next) {
        if (*at == doc) {
            *at = doc->next;
            break;
        }
    }
    if (s->focus == doc)
        s->focus = NULL;
    doc_destroy(doc);
}

/* Is what [begin, end) has all that its line has, a comment's sign? An editor that goes on with the
 * comment above writes it, and who takes it away wants code there. */
static bool only_comment_sign(str_view text, size_t begin, size_t end)
{
    str_view sign = str_trim(str_slice(text, begin, end)), signs = STR("#/*-;%\"");
    for (size_t i = 0; i < sign.len; i++)
        if (str_find_byte(signs, sign.ptr[i]) == signs.len)
            return false;
    while (begin && strchr(" \t", text.ptr[begin - 1]))
        begin--;
    while (end < text.len && strchr(" \t", text.ptr[end]))
        end++;
    return sign.len && (!begin || text.ptr[begin - 1] == '\n') &&
           (end == text.len || strchr("\r\n", text.ptr[end]));
}

void lsp__doc_edit(lsp_server *s, lsp_doc *doc, size_t begin, size_t end, str_view with)
{
    lsp__asks_outdated(s, doc->seq, false);
    doc->seq = ++s->last_seq;
    lsp_shown_edit(&doc->shown, begin, end, with);
    lsp__next_edit_note(doc, begin, end, with);
    str_view text = lsp_text_view(&doc->text), gone = str_slice(text, begin, end);
    bool deletes = with.len == 0 && gone.len > 0 && str_find_byte(gone, '\n') == gone.len &&
                   !only_comment_sign(text, begin, end);
    doc->deleted_at = deletes ? begin : SIZE_MAX;
    err_code rc = lsp_text_replace(&doc->text, begin, end, with);
    if (rc != ERR_OK)
        make_unusable(s, doc, reason(rc));
    doc->hint = rc == ERR_OK ? begin + with.len : 0;
}

void lsp__doc_set(lsp_server *s, lsp_doc *doc, str_view text)
{
    str_view old = lsp_text_view(&doc->text);
    size_t head = 0, tail = 0;
    while (head < old.len && head < text.len && old.ptr[head] == text.ptr[head])
        head++;
    while (tail < old.len - head && tail < text.len - head &&
           old.ptr[old.len - 1 - tail] == text.ptr[text.len - 1 - tail])
        tail++;
    doc->unusable = NULL;
    lsp__doc_edit(s, doc, head, old.len - tail, str_slice(text, head, text.len - tail));
}

void lsp__doc_open_unread(lsp_server *s, str_view uri, const char *why)
{
    lsp_doc *doc = lsp__doc_find(s, uri);
    str_view nothing = STR("");
    if (doc)
        lsp__doc_close(s, doc);
    if (lsp__doc_open(&doc, s, uri, nothing, nothing) == ERR_OK)
        make_unusable(s, doc, why);
}

void lsp__doc_lost_edit(lsp_server *s, str_view uri, const char *why)
{
    for (lsp_doc *d = s->docs; d; d = d->next)
        if (uri.len == 0 || str_eq(uri, str_of(d->uri)))
            make_unusable(s, d, why);
}

static bool same_folder(const lsp_folder *f, str_view uri)
{
    return str_eq(str_of(f->uri), uri);
}

/* The shortest end of `path`, cut at slashes, that no open folder is called by: two folders of one
 * name are two. */
static const char *name_for(const lsp_server *s, const char *path)
{
    const char *name = path + strlen(path);
    for (bool taken = true; taken && name > path;) {
        name--; /* a slash, or the last byte of all */
        while (name > path && name[-1] != '/')
            name--;
        taken = false;
        for (const lsp_folder *f = s->folders; f; f = f->next)
            taken = taken || strcmp(f->name, name) == 0;
    }
    return name;
}

/* Behind those that are there. NULL: out of memory. */
static lsp_folder *add_folder(lsp_server *s, str_view uri, str_view path)
{
    lsp_folder *f = mem_zero(1, sizeof *f);
    if (!f)
        return NULL;
    f->uri = lsp__copy_z(uri);
    f->path = lsp__copy_z(path);
    if (!f->uri || !f->path) {
        mem_free(f->uri);
        mem_free(f->path);
        mem_free(f);
        return NULL;
    }
    f->name = name_for(s, f->path);
    f->looked_ns = clock_now_ns();
    lsp_folder **at = &s->folders;
    while (*at && (*at)->uri[0])
        at = &(*at)->next;
    f->next = *at;
    *at = f;
    return f;
}

static lsp_folder *own_folder(const lsp_server *s, str_view path)
{
    for (lsp_folder *f = s->folders; f; f = f->next)
        if (f->uri[0] == '\0' && str_eq(str_of(f->path), path))
            return f;
    return NULL;
}

/* The user's home, or a folder around it: nobody's project, even where it is under git. */
static bool holds_home(str_view folder)
{
    const char *home = getenv("HOME");
    str_view h = str_of(home ? home : "");
    while (str_ends(h, STR("/")))
        h.len--;
    return str_eq(h, folder) || lsp_path_below(h, folder).len > 0;
}

lsp_folder *lsp__folder_add(lsp_server *s, str_view uri)
{
    arena a;
    arena_init(&a, (size_t)1 << 20);
    str_view path = {NULL, 0};
    lsp_folder *f = NULL;
    char *copy = lsp__copy_z(uri);
    bool is_path = copy && lsp_uri_to_path(&path, &a, uri) == ERR_OK;
    while (path.len > 1 && str_ends(path, STR("/")))
        path.len--;
    if (is_path)
        f = own_folder(s, path);
    if (f) { /* opened for a file alone: the client's from now on */
        mem_free(f->uri);
        f->uri = copy;
        copy = NULL;
    } else if (path.len && holds_home(path)) {
        log_write(LOG_INFO,
                  "the folder %.*s is no project: it is your home or holds it; of files in it the "
                  "repositories are read",
                  STR_ARG(path));
    } else if (path.len) {
        f = add_folder(s, uri, path);
    } else {
        log_write(LOG_WARNING, "a workspace folder without a usable uri was ignored");
    }
    mem_free(copy);
    arena_release(&a);
    return f;
}

static lsp_folder *folder_around(const lsp_server *s, str_view path, str_view *below)
{
    lsp_folder *home = NULL;
    for (lsp_folder *f = s->folders; f; f = f->next) {
        str_view rel = lsp_path_below(path, str_of(f->path));
        /* Of nested folders the inner one. */
        if (rel.len && (!home || strlen(f->path) > strlen(home->path))) {
            home = f;
            *below = rel;
        }
    }
    return home;
}

/* Where nobody tells what changed on disk, the folder is listed anew from time to time. */
static void look_again(lsp_server *s, lsp_folder *f)
{
    bool watched = f->uri[0] ? s->caps.register_files : s->caps.relative_patterns;
    uint64_t now = clock_now_ns();
    if (watched || f->stopped || now - f->looked_ns < (uint64_t)LOOK_AGAIN_S * 1000000000)
        return;
    f->looked_ns = now;
    lsp__note_path(s, LSP_NOTE_FILE_CHANGED, str_of(f->path));
}

/* The repository of a document that lies in no folder of the client's. */
static lsp_folder *open_own_folder(lsp_server *s, arena *a, str_view path)
{
    size_t n_own = 0;
    for (const lsp_folder *f = s->folders; f; f = f->next)
        n_own += f->uri[0] == '\0';
    if (n_own >= MAX_OWN_FOLDERS)
        return NULL;
    struct ctx_place place = ctx_place_find(a, path);
    if (!place.is_repo || arena_failed(a) || holds_home(place.root))
        return NULL;
    lsp_folder *f = add_folder(s, STR(""), place.root);
    if (f) {
        lsp__folder_read(s, f);
        lsp__folder_watch(s, f);
    }
    return f;
}

void lsp__folder_of_doc(lsp_server *s, const lsp_doc *doc)
{
    str_view path, below;
    arena a;
    arena_init(&a, (size_t)1 << 20);
    if (str_starts(str_of(doc->uri), STR("file:")) &&
        lsp_uri_to_path(&path, &a, str_of(doc->uri)) == ERR_OK) {
        lsp_folder *f = folder_around(s, path, &below);
        if (f)
            look_again(s, f);
        else
            open_own_folder(s, &a, path);
    }
    arena_release(&a);
}

void lsp__folder_remove(lsp_server *s, str_view uri)
{
    for (lsp_folder **at = &s->folders; *at; at = &(*at)->next) {
        lsp_folder *f = *at;
        if (!same_folder(f, uri))
            continue;
        *at = f->next;
        mem_free(f->uri);
        mem_free(f->path);
        mem_free(f);
        return;
    }
}

err_code lsp__doc_names(lsp_server *s, const lsp_doc *doc, arena *a, str_view *path, str_view *repo)
{
    str_view full = {NULL, 0}, below = {NULL, 0};
    err_code rc = lsp_uri_to_path(&full, a, str_of(doc->uri));
    if (rc == ERR_FORMAT) {
        full = arena_copy(a, str_of(doc->uri));
        rc = arena_failed(a) ? ERR_NOMEM : ERR_OK;
    }
    if (rc != ERR_OK)
        return rc;
    const lsp_folder *home = folder_around(s, full, &below);
    *path = below.len ? below : path_name(full);
    *repo = home ? arena_copy(a, str_of(home->name)) : (str_view){NULL, 0};
    return arena_failed(a) ? ERR_NOMEM : ERR_OK;
}

void lsp__docs_release(lsp_server *s)
{
    while (s->docs) {
        lsp_doc *doc = s->docs;
        s->docs = doc->next;
        doc_destroy(doc);
    }
    lsp__notebooks_release(s);
    while (s->folders)
        lsp__folder_remove(s, str_of(s->folders->uri));
}

bool lsp__param_pos(const cJSON *v, lsp_pos *out)
{
    lsp_pos p;
    if (!lsp_json_as_uint(lsp_json_get(v, "line"), &p.line) ||
        !lsp_json_as_uint(lsp_json_get(v, "character"), &p.col))
        return false;
    *out = p;
    return true;
}

bool lsp__param_range(const cJSON *v, lsp_range *out)
{
    lsp_range r;
    if (!lsp__param_pos(lsp_json_get(v, "start"), &r.start) ||
        !lsp__param_pos(lsp_json_get(v, "end"), &r.end))
        return false;
    *out = r;
    return true;
}

bool lsp__param_doc(lsp_doc **out, lsp_server *s, const struct lsp_message *m)
{
    str_view uri;
    if (!lsp_json_as_str(lsp_json_path(m->params, "textDocument", "uri", NULL), &uri)) {
        if (m->kind == LSP_REQUEST)
            lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "textDocument.uri must be a string");
        else
            log_write(LOG_WARNING, "%s without a textDocument.uri was ignored", m->method);
        return false;
    }
    lsp_doc *doc = lsp__doc_find(s, uri);
    if (!doc) {
        if (m->kind == LSP_REQUEST)
            lsp__answer_error(s, m->id, LSP_INVALID_PARAMS, "the document %.200s is not open",
                              uri.ptr);
        else
            log_write(LOG_WARNING, "%s for %.200s, which is not open, was ignored", m->method,
                      uri.ptr);
        return false;
    }
    *out = doc;
    return true;
}

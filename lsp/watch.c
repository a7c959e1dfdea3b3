/* Which files the client is to watch for us: those of its folders, and where it can, those of the
 * repositories that single files belong to. */
#include "lsp/lsp_internal.h"

#include <stdio.h>

#include "lsp/uri.h"

static const char method[] = "workspace/didChangeWatchedFiles";

enum { ID_BYTES = 48 };

static void id_of(const lsp_folder *f, char id[ID_BYTES])
{
    snprintf(id, ID_BYTES, "artel/files/%u", f->watch);
}

void lsp__folder_watch(lsp_server *s, lsp_folder *f)
{
    char id[ID_BYTES];
    arena a;
    if (!s->watches || f->uri[0] || f->watch || !s->caps.relative_patterns)
        return;
    arena_init(&a, (size_t)1 << 20);
    str_view uri = lsp_uri_from_path(&a, str_of(f->path));
    lsp_writer w;
    lsp_write_init(&w);
    lsp_write_object_begin(&w);
    lsp_write_key(&w, "watchers");
    lsp_write_array_begin(&w);
    lsp_write_object_begin(&w);
    lsp_write_key(&w, "globPattern");
    lsp_write_object_begin(&w);
    lsp_write_member_str(&w, "baseUri", uri);
    lsp_write_member_str(&w, "pattern", STR("**/*"));
    lsp_write_object_end(&w);
    lsp_write_object_end(&w);
    lsp_write_array_end(&w);
    lsp_write_object_end(&w);
    const char *options = arena_copy_z(&a, buf_view(&w.out));
    if (options && buf_failed(&w.out) == ERR_OK) {
        f->watch = ++s->last_watch;
        id_of(f, id);
        lsp__register(s, id, method, options);
    }
    lsp_write_release(&w);
    arena_release(&a);
}

void lsp__folder_unwatch(lsp_server *s, lsp_folder *f)
{
    char id[ID_BYTES];
    if (!f->watch)
        return;
    id_of(f, id);
    lsp__unregister(s, id, method);
    f->watch = 0;
}

void lsp__watch(lsp_server *s)
{
    bool wanted = s->caps.register_files && s->settings.learn_project;
    if (wanted == s->watches)
        return;
    s->watches = wanted;
    if (wanted)
        lsp__register(s, "artel/files", method, "{\"watchers\":[{\"globPattern\":\"**/*\"}]}");
    else
        lsp__unregister(s, "artel/files", method);
    for (lsp_folder *f = s->folders; f; f = f->next) {
        if (wanted)
            lsp__folder_watch(s, f);
        else
            lsp__folder_unwatch(s, f);
    }
}

/* The description is a text file of lines "key value", `about`:
 *   artel-adapted 1
 *   root /srv/project
 *   model model-2.gguf
 *   base 16 hexadecimal digits
 *   version, tokens, tasks, made: whole numbers
 *   loss, exact: two numbers each, before and after */
#include "assist/adapt/store.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"

enum { ABOUT_MAX_BYTES = 16 << 10, PATH_MAX_BYTES = 16 << 10, MAX_RECORDS = 10000 };

static const char first_line[] = "artel-adapted 1";

uint64_t adapt_base(const model_gguf *g)
{
    uint64_t sum = model_gguf_n_bytes(g);
    for (size_t i = 0; i < model_gguf_n_tensors(g); i++) {
        const struct gguf_tensor *t = model_gguf_tensor(g, i);
        sum = hash_bytes(t->data, t->n_bytes, sum ^ hash_str(t->name));
    }
    return sum;
}

/* The folder of all projects. */
static err_code all_folder(buf *out, err *e)
{
    buf_init(out, PATH_MAX_BYTES);
    err_code rc = file_cache_dir(out, e);
    buf_append(out, STR("/adapted"));
    return rc == ERR_OK ? buf_failed(out) : rc;
}

err_code adapt_store_folder(str_view *out, arena *mem, str_view root, bool make, err *e)
{
    buf path;
    err_code rc = all_folder(&path, e);
    buf_append_format(&path, "/%016" PRIx64, hash_str(root));
    if (rc == ERR_OK && buf_failed(&path) == ERR_OK && make)
        rc = file_make_dirs(path.ptr, e);
    if (rc == ERR_OK)
        *out = str_of(arena_copy_z(mem, buf_view(&path)));
    buf_release(&path);
    return rc == ERR_OK && arena_failed(mem) ? ERR_NOMEM : rc;
}

/* ---- descriptions ---- */

static bool take_word(str_view *line, const char *key)
{
    size_t n = strlen(key);
    if (line->len <= n || memcmp(line->ptr, key, n) != 0 || line->ptr[n] != ' ')
        return false;
    *line = str_slice(*line, n + 1, line->len);
    return true;
}

static bool read_line(struct adapt_record *r, arena *mem, str_view folder, str_view line)
{
    char text[128];
    const char *const whole[] = {"version", "tokens", "tasks"};
    uint64_t *const counts[] = {&r->version, &r->n_tokens, &r->n_tasks};
    if (take_word(&line, "root")) {
        r->root = str_of(arena_copy_z(mem, line));
        return true;
    }
    if (take_word(&line, "model")) {
        r->model = arena_format(mem, "%.*s/%.*s", STR_ARG(folder), STR_ARG(line));
        return str_find_byte(line, '/') == line.len;
    }
    for (size_t i = 0; i < 3; i++) {
        if (take_word(&line, whole[i])) {
            snprintf(text, sizeof text, "%.*s", STR_ARG(line));
            return sscanf(text, "%" SCNu64, counts[i]) == 1;
        }
    }
    bool is_base = take_word(&line, "base");
    bool is_made = !is_base && take_word(&line, "made");
    bool is_loss = !is_base && !is_made && take_word(&line, "loss");
    bool is_exact = !is_base && !is_made && !is_loss && take_word(&line, "exact");
    snprintf(text, sizeof text, "%.*s", STR_ARG(line));
    if (is_base)
        return sscanf(text, "%" SCNx64, &r->base) == 1;
    if (is_made)
        return sscanf(text, "%" SCNd64, &r->made_s) == 1;
    if (is_loss)
        return sscanf(text, "%lf %lf", &r->loss_before, &r->loss_after) == 2;
    return is_exact && sscanf(text, "%lf %lf", &r->exact_before, &r->exact_after) == 2;
}

static err_code read_record(struct adapt_record *out, arena *mem, str_view folder, err *e)
{
    buf path;
    buf text;
    buf_init(&path, PATH_MAX_BYTES);
    buf_init(&text, ABOUT_MAX_BYTES);
    buf_append(&path, folder);
    buf_append(&path, STR("/about"));
    struct adapt_record r = {0};
    size_t n_lines = 0;
    err_code rc = buf_failed(&path) == ERR_OK ? file_read(&text, path.ptr, e) : ERR_NOMEM;
    str_view rest = buf_view(&text);
    bool good = true;
    while (rc == ERR_OK && good && rest.len > 0) {
        size_t end = str_find_byte(rest, '\n');
        str_view line = str_slice(rest, 0, end);
        good = n_lines++ == 0 ? str_eq(line, str_of(first_line)) : read_line(&r, mem, folder, line);
        rest = str_slice(rest, end + (end < rest.len), rest.len);
    }
    if (rc == ERR_OK && (!good || n_lines != 10 || r.root.len == 0 || r.model.len == 0))
        rc = err_set(e, ERR_FORMAT, "%s is damaged; `artel adapt` writes it anew", path.ptr);
    if (rc == ERR_OK && arena_failed(mem))
        rc = ERR_NOMEM;
    if (rc == ERR_OK)
        *out = r;
    buf_release(&path);
    buf_release(&text);
    return rc;
}

err_code adapt_store_find(struct adapt_record *out, arena *mem, str_view root, err *e)
{
    str_view folder;
    struct adapt_record r;
    err_code rc = adapt_store_folder(&folder, mem, root, false, e);
    if (rc == ERR_OK)
        rc = read_record(&r, mem, folder, e);
    if (rc != ERR_OK)
        return rc;
    if (!str_eq(r.root, root) || access(r.model.ptr, R_OK) != 0)
        return err_set(e, ERR_NOT_FOUND, "no adapted model for %.*s", STR_ARG(root));
    *out = r;
    return ERR_OK;
}

/* Deletes the files of a project's folder, unless `all` is set but the description and `but`:
 * earlier models, and what processes that were killed have left. */
static size_t clean(str_view folder, bool all, str_view but)
{
    size_t n = 0;
    DIR *d = opendir(folder.ptr);
    for (struct dirent *entry; d && (entry = readdir(d)) != NULL;) {
        if (entry->d_name[0] == '.' || (!all && strcmp(entry->d_name, "about") == 0))
            continue;
        buf path;
        buf_init(&path, PATH_MAX_BYTES);
        buf_append_format(&path, "%s/%s", folder.ptr, entry->d_name);
        if (buf_failed(&path) == ERR_OK && (all || !str_eq(buf_view(&path), but)) &&
            unlink(path.ptr) == 0)
            n++;
        buf_release(&path);
    }
    if (d)
        closedir(d);
    return n;
}

err_code adapt_store_put(const struct adapt_record *r, err *e)
{
    arena mem;
    arena_init(&mem, 64 << 10);
    str_view folder;
    buf text;
    buf_init(&text, ABOUT_MAX_BYTES);
    err_code rc = adapt_store_folder(&folder, &mem, r->root, true, e);
    if (rc != ERR_OK)
        goto done;
    str_view model = str_slice(r->model, folder.len + 1, r->model.len);
    buf_append_format(
        &text,
        "%s\nroot %.*s\nmodel %.*s\nbase %016" PRIx64 "\nversion %" PRIu64 "\ntokens %" PRIu64
        "\ntasks %" PRIu64 "\nmade %" PRId64 "\nloss %.6f %.6f\nexact %.6f %.6f\n",
        first_line, STR_ARG(r->root), STR_ARG(model), r->base, r->version, r->n_tokens, r->n_tasks,
        r->made_s, r->loss_before, r->loss_after, r->exact_before, r->exact_after);
    str_view path = arena_format(&mem, "%.*s/about", STR_ARG(folder));
    rc = arena_failed(&mem) ? ERR_NOMEM : buf_failed(&text);
    if (rc == ERR_OK)
        rc = file_write_atomic(path.ptr, buf_view(&text), e);
    if (rc == ERR_OK)
        (void)clean(folder, false, r->model);
done:
    buf_release(&text);
    arena_release(&mem);
    return rc;
}

err_code adapt_store_list(struct adapt_record **out, size_t *n, arena *mem, err *e)
{
    buf all;
    err_code rc = all_folder(&all, e);
    *n = 0;
    *out = ARENA_ARRAY(mem, struct adapt_record, MAX_RECORDS);
    DIR *d = rc == ERR_OK && !arena_failed(mem) ? opendir(all.ptr) : NULL;
    for (struct dirent *entry; d && *n < MAX_RECORDS && (entry = readdir(d)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        str_view folder = arena_format(mem, "%s/%s", all.ptr, entry->d_name);
        if (!arena_failed(mem) && read_record(&(*out)[*n], mem, folder, NULL) == ERR_OK)
            (*n)++;
    }
    if (d)
        closedir(d);
    buf_release(&all);
    return arena_failed(mem)     ? err_set(e, ERR_NOMEM, "out of memory")
           : rc == ERR_NOT_FOUND ? ERR_OK
                                 : rc;
}

err_code adapt_store_remove(str_view root, err *e)
{
    arena mem;
    arena_init(&mem, 64 << 10);
    str_view folder;
    err_code rc = adapt_store_folder(&folder, &mem, root, false, e);
    if (rc == ERR_OK && clean(folder, true, STR("")) == 0)
        rc = err_set(e, ERR_NOT_FOUND, "nothing is kept for %.*s", STR_ARG(root));
    if (rc == ERR_OK && rmdir(folder.ptr) != 0)
        rc = err_set(e, ERR_IO, "%s: %s", folder.ptr, strerror(errno));
    arena_release(&mem);
    return rc;
}

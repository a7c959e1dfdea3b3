#include "lsp/templates.h"

#include <glob.h>
#include <limits.h>
#include <string.h>

#include "base/file.h"

/* Whether the first line that says anything begins a step. */
static bool holds_steps(str_view text)
{
    while (text.len) {
        str_view line = str_trim(str_take_line(&text));
        if (line.len && line.ptr[0] != '#')
            return str_starts(line, STR("step "));
    }
    return false;
}

static err_code read_one(buf *out, const char *path, err *e)
{
    size_t before = out->len;
    err_code rc = file_read(out, path, e);
    if (rc != ERR_OK)
        return rc;
    if (!holds_steps(str_slice(buf_view(out), before, out->len)))
        out->len = before;
    buf_append_byte(out, '\n');
    return buf_failed(out);
}

/* False: this folder has none. */
static bool read_folder(buf *out, str_view folder, err_code *rc, err *e)
{
    buf pattern;
    glob_t found = {0};
    buf_init(&pattern, 2 * PATH_MAX);
    for (size_t i = 0; i < folder.len; i++) {
        if (strchr("*?[\\", folder.ptr[i]))
            buf_append_byte(&pattern, '\\');
        buf_append_byte(&pattern, folder.ptr[i]);
    }
    buf_append(&pattern, STR("/.artel/templates/*.txt"));
    buf_append_byte(&pattern, '\0');
    bool any = buf_failed(&pattern) == ERR_OK && glob(pattern.ptr, 0, NULL, &found) == 0;
    buf_release(&pattern);
    for (size_t i = 0; any && i < found.gl_pathc && *rc == ERR_OK; i++)
        *rc = read_one(out, found.gl_pathv[i], e);
    globfree(&found);
    return any;
}

err_code lsp_templates_read(buf *out, str_view folder, err *e)
{
    err_code rc = ERR_OK;
    while (!read_folder(out, folder, &rc, e) && folder.len) {
        while (folder.len && folder.ptr[folder.len - 1] != '/')
            folder.len--;
        folder.len -= folder.len > 0; /* the slash */
    }
    return rc;
}

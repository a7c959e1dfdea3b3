#include "lsp/es_module.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

/* False: this folder has no package.json. */
static bool read_package(bool *es_module, str_view folder)
{
    char path[PATH_MAX];
    buf text;
    int n = snprintf(path, sizeof path, "%.*s/package.json", STR_ARG(folder));
    if (n < 0 || (size_t)n >= sizeof path)
        return false;
    buf_init(&text, 1 << 20);
    bool there = file_read(&text, path, NULL) == ERR_OK;
    cJSON *root = there ? cJSON_ParseWithLength(text.ptr, text.len) : NULL;
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "type"));
    *es_module = type && strcmp(type, "module") == 0;
    cJSON_Delete(root);
    buf_release(&text);
    return there;
}

bool lsp_es_module(str_view folder)
{
    bool es_module = false;
    while (!read_package(&es_module, folder) && folder.len) {
        while (folder.len && folder.ptr[folder.len - 1] != '/')
            folder.len--;
        folder.len -= folder.len > 0; /* the slash */
    }
    return es_module;
}

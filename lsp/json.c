#include "lsp/json.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/utf.h"

static int hex4(const char *p)
{
    int v = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int d = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
        if (d < 0)
            return -1;
        v = v * 16 + d;
    }
    return v;
}

/* Rewrites the \uXXXX at text[i], text[i] being the backslash. Returns the bytes to go on by. */
static size_t fix_unicode_escape(char *text, size_t i, size_t n)
{
    if (n - i < 6)
        return 2;
    int unit = hex4(text + i + 2);
    if (unit == 0)
        memcpy(text + i + 2, "0001", 4);
    if (unit < 0xD800 || unit > 0xDFFF)
        return 6;
    if (unit < 0xDC00 && n - i >= 12 && text[i + 6] == '\\' && text[i + 7] == 'u') {
        int low = hex4(text + i + 8);
        if (low >= 0xDC00 && low <= 0xDFFF)
            return 12;
    }
    memcpy(text + i + 2, "fffd", 4);
    return 6;
}

static err_code check(char *text, size_t n, err *e)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (c == '\0')
            return err_set(e, ERR_FORMAT, "NUL byte in the message at byte %zu", i);
        if (in_string) {
            if ((unsigned char)c < 0x20)
                return err_set(e, ERR_FORMAT, "control character in a JSON string at byte %zu", i);
            if (c == '"')
                in_string = false;
            else if (c == '\\' && i + 1 < n)
                i += (text[i + 1] == 'u' ? fix_unicode_escape(text, i, n) : 2) - 1;
            continue;
        }
        if (c == '"')
            in_string = true;
        else if ((c == '{' || c == '[') && ++depth > LSP_JSON_MAX_DEPTH)
            return err_set(e, ERR_RANGE, "JSON nested deeper than %d levels", LSP_JSON_MAX_DEPTH);
        else if ((c == '}' || c == ']') && depth > 0)
            depth--;
    }
    return ERR_OK;
}

err_code lsp_json_parse(cJSON **out, char *text, size_t n_bytes, err *e)
{
    str_view view = {text, n_bytes};
    if (!utf8_is_valid(view))
        return err_set(e, ERR_FORMAT, "the message is not valid UTF-8");
    err_code rc = check(text, n_bytes, e);
    if (rc != ERR_OK)
        return rc;
    if (str_is_blank(view))
        return err_set(e, ERR_FORMAT, "the message is empty");
    const char *end = NULL;
    cJSON *tree = cJSON_ParseWithLengthOpts(text, n_bytes, &end, 0);
    size_t at = end ? (size_t)(end - text) : 0;
    if (at > n_bytes)
        at = n_bytes;
    if (!tree)
        return err_set(e, ERR_FORMAT, "the message is not JSON: error near byte %zu of %zu", at,
                       n_bytes);
    if (!str_is_blank(str_slice(view, at, n_bytes))) {
        cJSON_Delete(tree);
        return err_set(e, ERR_FORMAT, "text after the end of the JSON value, at byte %zu", at);
    }
    *out = tree;
    return ERR_OK;
}

const cJSON *lsp_json_get(const cJSON *obj, const char *key)
{
    return cJSON_IsObject(obj) ? cJSON_GetObjectItemCaseSensitive(obj, key) : NULL;
}

const cJSON *lsp_json_path(const cJSON *obj, ...)
{
    va_list keys;
    va_start(keys, obj);
    for (const char *key; obj && (key = va_arg(keys, const char *)) != NULL;)
        obj = lsp_json_get(obj, key);
    va_end(keys);
    return obj;
}

bool lsp_json_as_str(const cJSON *v, str_view *out)
{
    if (!cJSON_IsString(v) || !v->valuestring)
        return false;
    *out = str_of(v->valuestring);
    return true;
}

bool lsp_json_as_bool(const cJSON *v, bool *out)
{
    if (!cJSON_IsBool(v))
        return false;
    *out = cJSON_IsTrue(v);
    return true;
}

static bool whole(const cJSON *v, double min, double max)
{
    return cJSON_IsNumber(v) && v->valuedouble >= min && v->valuedouble <= max &&
           floor(v->valuedouble) == v->valuedouble;
}

bool lsp_json_as_uint(const cJSON *v, uint32_t *out)
{
    if (!whole(v, 0, INT32_MAX))
        return false;
    *out = (uint32_t)v->valuedouble;
    return true;
}

bool lsp_json_as_int(const cJSON *v, int32_t *out)
{
    if (!whole(v, INT32_MIN, INT32_MAX))
        return false;
    *out = (int32_t)v->valuedouble;
    return true;
}

bool lsp_json_as_u64(const cJSON *v, uint64_t *out)
{
    if (!whole(v, 0, 9007199254740991.0))
        return false;
    *out = (uint64_t)v->valuedouble;
    return true;
}

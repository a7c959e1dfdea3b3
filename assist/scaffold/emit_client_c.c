/* A C client on libcurl; its types are the c target's. */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char with_param[] =
    "/* query with another value for one parameter. */\n"
    "static char *with_param(const char *query, const char *name, const char *value)\n"
    "{\n"
    "    char *escaped = curl_easy_escape(NULL, value, 0), *out = NULL;\n"
    "    if (escaped)\n"
    "        out = joined(name, strlen(name), \"=\", escaped);\n"
    "    curl_free(escaped);\n"
    "    for (const char *p = query; out && p && *p;) {\n"
    "        size_t n = strcspn(p, \"&\"), k = strlen(name);\n"
    "        char *longer = out;\n"
    "        if (strncmp(p, name, k) != 0 || p[k] != '=') {\n"
    "            char *pair = joined(p, n, \"\", \"\");\n"
    "            longer = pair ? joined(out, strlen(out), \"&\", pair) : NULL;\n"
    "            free(pair);\n"
    "            free(out);\n"
    "        }\n"
    "        out = longer;\n"
    "        p += n + (p[n] == '&');\n"
    "    }\n"
    "    return out;\n"
    "}\n"
    "\n"
    "/* The page behind this one, unless `value` is empty or NULL. */\n"
    "static bool next_with(char **next, const @Client@ *client, const char *query, const char "
    "*value, @Error@ *error)\n"
    "{\n"
    "    if (!value || !*value)\n"
    "        return true;\n"
    "    char *more = with_param(query, \"@cursor@\", value);\n"
    "    *next = more ? address(client, \"@path@\", more) : NULL;\n"
    "    free(more);\n"
    "    return *next || fail(error, 0, \"out of memory\");\n"
    "}\n"
    "\n";

static const char next_number[] =
    "static bool next_number(char **next, const @Client@ *client, const char *query, long long "
    "number, long long pages,\n"
    "                        @Error@ *error)\n"
    "{\n"
    "    char text[32] = \"\";\n"
    "    if (number < pages)\n"
    "        snprintf(text, sizeof text, \"%lld\", number + 1);\n"
    "    return next_with(next, client, query, text, error);\n"
    "}\n"
    "\n";

static const char same_server[] =
    "static char *part_of(const char *base, const char *relative, CURLUPart which)\n"
    "{\n"
    "    CURLU *u = curl_url();\n"
    "    char *text = NULL, *out = NULL;\n"
    "    if (u && curl_url_set(u, CURLUPART_URL, base, 0) == CURLUE_OK &&\n"
    "        (!relative || curl_url_set(u, CURLUPART_URL, relative, 0) == CURLUE_OK) &&\n"
    "        curl_url_get(u, which, &text, CURLU_DEFAULT_PORT) == CURLUE_OK)\n"
    "        out = joined(text, strlen(text), \"\", \"\");\n"
    "    curl_free(text);\n"
    "    curl_url_cleanup(u);\n"
    "    return out;\n"
    "}\n"
    "\n"
    "/* The token must not go to whatever server an answer names. */\n"
    "static bool next_on_server(char **next, const char *url, const char *told, @Error@ *error)\n"
    "{\n"
    "    static const CURLUPart parts[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};\n"
    "    bool same = true;\n"
    "    if (!told || !*told)\n"
    "        return true;\n"
    "    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {\n"
    "        char *here = part_of(url, NULL, parts[i]), *there = part_of(url, told, parts[i]);\n"
    "        same = same && here && there && strcmp(here, there) == 0;\n"
    "        free(here);\n"
    "        free(there);\n"
    "    }\n"
    "    if (!same)\n"
    "        return fail(error, 0, \"%s: the next page is on another server\", url);\n"
    "    *next = part_of(url, told, CURLUPART_URL);\n"
    "    return *next || fail(error, 0, \"out of memory\");\n"
    "}\n"
    "\n";

static const char next_link[] =
    "/* Link: <address>; rel=\"next\", perhaps among others. */\n"
    "static bool next_of_link(char **next, const char *url, const char *link, @Error@ *error)\n"
    "{\n"
    "    for (const char *p = link; p && (p = strchr(p, '<')) != NULL;) {\n"
    "        size_t n = strcspn(++p, \">\"), rest = strcspn(p + n, \",\");\n"
    "        char *told = joined(p, n, \"\", \"\"), *more = joined(p + n, rest, \"\", \"\");\n"
    "        bool is_next = more && (strstr(more, \"rel=\\\"next\\\"\") || strstr(more, "
    "\"rel=next\")),\n"
    "             ok = !is_next || next_on_server(next, url, told, error);\n"
    "        free(told);\n"
    "        free(more);\n"
    "        if (is_next)\n"
    "            return ok;\n"
    "        p += n + rest;\n"
    "    }\n"
    "    return true;\n"
    "}\n"
    "\n";

/* A member that was never anything but null is JSON text. */
static const char text_of[] =
    "/* The text that a JSON string holds; NULL for what else there is. */\n"
    "static const char *text_of(const char *json, char out[400])\n"
    "{\n"
    "    size_t n = json ? strlen(json) : 0;\n"
    "    if (n < 2 || n > 400 || *json != '\"' || strchr(json, '\\\\'))\n"
    "        return NULL;\n"
    "    memcpy(out, json + 1, n - 2);\n"
    "    out[n - 2] = '\\0';\n"
    "    return out;\n"
    "}\n"
    "\n";

static str_view next_expr(emit_out *o, const api_info *api)
{
    c_member next = scaf__c_member(o, api->next_key);
    str_view text = str_of(next.expr);
    if (next.is_json)
        text = arena_format(o->a, "text_of(%s, (char[400]){0})", next.expr);
    switch (api->paging) {
    case PAGING_CURSOR:
        return arena_format(o->a, "next_with(&next, client, query, %.*s, error)", STR_ARG(text));
    case PAGING_URL:
        return arena_format(o->a, "next_on_server(&next, url, %.*s, error)", STR_ARG(text));
    case PAGING_NUMBER:
        return arena_format(o->a, "next_number(&next, client, query, %s, %s, error)",
                            scaf__c_member(o, api->page_key).expr, next.expr);
    case PAGING_LINK: break;
    }
    return STR("next_of_link(&next, url, a.link, error)");
}

static str_view helpers(emit_out *o, const api_info *api, const template_slot *slots, size_t n)
{
    template_part p = {slots, n, false, {NULL}};
    size_t k = 0;
    if (api->paging == PAGING_LINK || api->paging == PAGING_URL)
        p.texts[k++] = same_server;
    else
        p.texts[k++] = with_param;
    if (api->paging == PAGING_LINK)
        p.texts[k++] = next_link;
    if (api->paging == PAGING_NUMBER)
        p.texts[k++] = next_number;
    if ((api->paging == PAGING_CURSOR || api->paging == PAGING_URL) &&
        scaf__c_member(o, api->next_key).is_json)
        p.texts[k++] = text_of;
    return scaf__captured(o, scaf__fill_part, &p);
}

void scaf__emit_client_c(emit_out *o)
{
    api_info api = scaf__api(o);
    bool one = api.rows.shape == ROWS_ONE;
    bool items = scaf__api_has_items(&api);
    c_names names = scaf__c_names(o, api.rows.type);
    const char *root = scaf__root(o, CASE_SNAKE);
    const char *header = scaf__target_file(o, "client-c");
    scaf__also(o, "c");
    template_slot slots[24] = {
        {"sample", str_of(scaf__comment(o, o->sample_name))},
        {"GUARD", str_of(scaf__root(o, CASE_SCREAMING))},
        {"types", str_of(scaf__target_file(o, "c"))},
        {"header", str_of(header)},
        {"root", str_of(root)},
        {"row", one ? str_of(root) : arena_format(o->a, "%s_row", root)},
        {"Page", str_of(names.page)},
        {"Row", str_of(names.row)},
        {"constPage", str_of(names.const_page)},
        {"constRow", str_of(names.const_row)},
        {"Client", str_of(names.client)},
        {"Error", str_of(names.error)},
        {"path", str_of(api.path)},
        {"limit", str_of(api.limit_param)},
        {"cursor", str_of(api.cursor_param)},
        {"rows", str_of(names.rows)},
        {"count", str_of(names.count)},
    };
    size_t n = 17;
    template_part heads = {
        slots, n, false, {one ? scaf__text_client_one_h : scaf__text_client_list_h}};
    heads.texts[1] = items ? scaf__text_client_items_h : NULL;
    slots[n] = (template_slot){"declarations", scaf__captured(o, scaf__fill_part, &heads)};
    scaf__fill(o, scaf__text_client_h, slots, n + 1, false);
    scaf__file(o, "%.*s.c", STR_ARG(str_slice(str_of(header), 0, strlen(header) - 2)));
    if (!one) {
        slots[n++] = (template_slot){"next", next_expr(o, &api)};
        slots[n] = (template_slot){"helpers", helpers(o, &api, slots, n)};
        n++;
    }
    n = scaf__add_methods(o, &api, slots, n, false,
                          (client_texts){scaf__text_client_one_c, scaf__text_client_list_c,
                                         scaf__text_client_items_c});
    scaf__fill(o, scaf__text_client_c, slots, n, false);
}

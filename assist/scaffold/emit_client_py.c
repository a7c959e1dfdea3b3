/* A Python client on urllib; its types are the python target's. And a mock of the server. */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/template.h"

static str_view member(emit_out *o, str_view key)
{
    /* What the types target calls the field of the envelope. */
    const schema_type *root = o->s->root.type;
    const char **names = scaf__python_fields(o, root);
    for (uint32_t i = 0; names && i < root->n_fields; i++) {
        if (str_eq(root->fields[i].key, key))
            return arena_format(o->a, "page.%s", names[i]);
    }
    return STR("None");
}

static str_view next_lines(emit_out *o, const api_info *api)
{
    str_view m = api->paging == PAGING_LINK ? STR("") : member(o, api->next_key);
    switch (api->paging) {
    case PAGING_CURSOR:
        return arena_format(o->a,
                            "            following = %.*s\n"
                            "            more = isinstance(following, str) and following != \"\"\n"
                            "            url = self._url(\"%s\", {**(query or {}), \"%s\": "
                            "following}) if more else None\n",
                            STR_ARG(m), api->path, api->cursor_param);
    case PAGING_URL:
        return arena_format(o->a, "            url = _same_server(%.*s, url)\n", STR_ARG(m));
    case PAGING_NUMBER: {
        str_view number = member(o, api->page_key);
        return arena_format(
            o->a,
            "            more = %.*s < %.*s\n"
            "            url = self._url(\"%s\", {**(query or {}), \"%s\": %.*s + 1}) if more else "
            "None\n",
            STR_ARG(number), STR_ARG(m), api->path, api->cursor_param, STR_ARG(number));
    }
    case PAGING_LINK: break;
    }
    return STR("            url = _next_link(headers.get(\"Link\"), url)\n");
}

static const char same_server[] =
    "\n\n"
    "def _same_server(following: object, url: str) -> str | None:\n"
    "    \"\"\"The token must not go to whatever server an answer names.\"\"\"\n"
    "    if not isinstance(following, str) or following == \"\":\n"
    "        return None\n"
    "    target = urllib.parse.urljoin(url, following)\n"
    "    if urllib.parse.urlsplit(target)[:2] != urllib.parse.urlsplit(url)[:2]:\n"
    "        raise ApiError(f\"{url}: the next page is on another server\", target, 0, \"\")\n"
    "    return target\n";

static const char next_link[] =
    "\n\n"
    "def _next_link(header: str | None, url: str) -> str | None:\n"
    "    link = re.search(r'<([^>]*)>[^,]*;\\s*rel=\"?next\"?', header or \"\")\n"
    "    return _same_server(link.group(1), url) if link else None\n";

void scaf__emit_client_py(emit_out *o)
{
    api_info api = scaf__api(o);
    bool one = api.rows.shape == ROWS_ONE, map = api.rows.shape == ROWS_MAP;
    bool link = !one && api.paging == PAGING_LINK;
    scaf__also(o, "python");
    str_view module = str_of(scaf__target_file(o, "python"));
    if (str_ends(module, STR(".py")))
        module.len -= 3;
    const char *root = scaf__name(o, scaf__words(o->a, o->root_name), CASE_SNAKE);
    str_view row = str_of(scaf__python_type(o, api.rows.type, "types."));
    str_view rows = STR("page");
    if (map)
        rows = STR("page.values()");
    else if (api.rows.shape == ROWS_ENVELOPE)
        rows = member(o, o->s->row_key);
    if (api.rows_may_lack)
        rows = arena_format(o->a, "%.*s if isinstance(%.*s, list) else []", STR_ARG(rows),
                            STR_ARG(rows));
    const char *key = api.key ? scaf__name(o, api.key->words, CASE_SNAKE) : "key";
    bool number = api.key && api.key->ref.type->kind == KIND_INT;
    template_slot slots[20] = {
        {"sample", str_of(scaf__comment(o, o->sample_name))},
        {"module", module},
        {"Page", str_of(scaf__python_type(o, o->s->root, "types."))},
        {"Row", row},
        {"root", str_of(root)},
        {"Client", arena_format(o->a, "%sClient", api.class_name)},
        {"path", str_of(api.path)},
        {"limit", str_of(api.limit_param)},
        {"rowsOfPage", rows},
        {"next", one ? STR("") : next_lines(o, &api)},
        {"key", str_of(key)},
        {"Key", number ? STR("int | str") : STR("str")},
    };
    size_t n = 12;
    n = scaf__add_methods(o, &api, slots, n, false,
                          (client_texts){scaf__text_client_one_py, scaf__text_client_list_py,
                                         scaf__text_client_items_py});
    slots[n++] = (template_slot){"re", link ? STR("import re\n") : STR("")};
    scaf__fill(o, scaf__text_client_py, slots, n, false);
    if (!one && (api.paging == PAGING_URL || link))
        buf_append(o->b, str_of(same_server));
    if (link)
        buf_append(o->b, str_of(next_link));
}

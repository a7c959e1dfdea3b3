/* A Go client on net/http; its types are the go target's, in the same package. */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/template.h"

/* A member of the envelope as a variable: `type` is that of the variable. */
static str_view member(emit_out *o, const char *name, const char *type, str_view key)
{
    return arena_format(o->a,
                        "\t\tvar %s %s\n"
                        "\t\t_ = json.Unmarshal(members[%s], &%s)\n",
                        name, type, scaf__quote(o, key, QUOTE_LONG), name);
}

static str_view again_with(emit_out *o, const api_info *api, const char *value)
{
    return arena_format(o->a,
                        "\t\t\tmore := url.Values{\"%s\": {%s}}\n"
                        "\t\t\tfor name, values := range query {\n"
                        "\t\t\t\tif name != \"%s\" {\n"
                        "\t\t\t\t\tmore[name] = values\n"
                        "\t\t\t\t}\n"
                        "\t\t\t}\n"
                        "\t\t\taddress = c.address(\"%s\", more)\n"
                        "\t\t}\n",
                        api->cursor_param, value, api->cursor_param, api->path);
}

static str_view next_lines(emit_out *o, const api_info *api)
{
    static const char same[] = "\t\tif address, err = sameServer(next, address); err != nil {\n"
                               "\t\t\treturn err\n"
                               "\t\t}\n";
    str_view m;
    switch (api->paging) {
    case PAGING_CURSOR:
        m = member(o, "next", "string", api->next_key);
        return arena_format(o->a, "%.*s\t\taddress = \"\"\n\t\tif next != \"\" {\n%.*s", STR_ARG(m),
                            STR_ARG(again_with(o, api, "next")));
    case PAGING_URL:
        m = member(o, "next", "string", api->next_key);
        return arena_format(o->a, "%.*s%s", STR_ARG(m), same);
    case PAGING_NUMBER:
        m = member(o, "number", "int", api->page_key);
        return arena_format(o->a, "%.*s%.*s\t\taddress = \"\"\n\t\tif number < pages {\n%.*s",
                            STR_ARG(m), STR_ARG(member(o, "pages", "int", api->next_key)),
                            STR_ARG(again_with(o, api, "strconv.Itoa(number + 1)")));
    case PAGING_LINK: break;
    }
    return arena_format(o->a,
                        "\t\tnext := \"\"\n"
                        "\t\tif link := nextLink.FindStringSubmatch(header.Get(\"Link\")); link != "
                        "nil {\n"
                        "\t\t\tnext = link[1]\n"
                        "\t\t}\n%s",
                        same);
}

static const char next_link[] =
    "\n"
    "var nextLink = regexp.MustCompile(`<([^>]*)>[^,]*;\\s*rel=\"?next\"?`)\n";

static const char same_server[] =
    "\n"
    "// The token must not go to whatever server an answer names.\n"
    "func sameServer(next, address string) (string, error) {\n"
    "\tif next == \"\" {\n"
    "\t\treturn \"\", nil\n"
    "\t}\n"
    "\there, err := url.Parse(address)\n"
    "\tif err != nil {\n"
    "\t\treturn \"\", err\n"
    "\t}\n"
    "\tthere, err := here.Parse(next)\n"
    "\tif err != nil {\n"
    "\t\treturn \"\", err\n"
    "\t}\n"
    "\tif there.Scheme != here.Scheme || there.Host != here.Host {\n"
    "\t\treturn \"\", &@Error@{address + \": the next page is on another server\", next, 0, "
    "\"\"}\n"
    "\t}\n"
    "\treturn there.String(), nil\n"
    "}\n";

static str_view rows_lines(emit_out *o, const api_info *api)
{
    if (api->rows.shape != ROWS_ENVELOPE)
        return STR("\t\trows := text\n");
    return arena_format(o->a,
                        "\t\tvar members map[string]json.RawMessage\n"
                        "\t\tif err := json.Unmarshal(text, &members); err != nil {\n"
                        "\t\t\treturn err\n"
                        "\t\t}\n"
                        "\t\trows := members[%s]\n",
                        scaf__quote(o, o->s->row_key, QUOTE_LONG));
}

void scaf__emit_client_go(emit_out *o)
{
    api_info api = scaf__api(o);
    bool one = api.rows.shape == ROWS_ONE, map = api.rows.shape == ROWS_MAP;
    bool link = !one && api.paging == PAGING_LINK;
    go_names names = scaf__go_names(o, api.rows.type);
    scaf__also(o, "go");
    template_slot slots[20] = {
        {"sample", str_of(scaf__comment(o, o->sample_name))},
        {"package", str_of(names.package)},
        {"Page", str_of(names.page)},
        {"Row", str_of(names.row)},
        {"Client", str_of(names.client)},
        {"Error", str_of(names.error)},
        {"path", str_of(api.path)},
        {"limit", str_of(api.limit_param)},
        {"header", link ? STR("header") : STR("_")},
        {"rows", rows_lines(o, &api)},
        {"skip", map ? STR("\t\tif _, err = decoder.Token(); err != nil {\n\t\t\tbreak\n\t\t}\n")
                     : STR("")},
        {"next", one ? STR("") : next_lines(o, &api)},
        {"re", link ? STR("\t\"regexp\"\n") : STR("")},
    };
    size_t n = 13;
    n = scaf__add_methods(o, &api, slots, n, false,
                          (client_texts){scaf__text_client_one_go, scaf__text_client_list_go,
                                         scaf__text_client_items_go});
    scaf__fill(o, scaf__text_client_go, slots, n, false);
    if (link)
        buf_append(o->b, str_of(next_link));
    if (!one && (api.paging == PAGING_URL || link))
        scaf__fill(o, same_server, slots, n, false);
}

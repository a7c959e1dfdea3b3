/* A Rust client on ureq; its types are the rust target's, in a module beside it. */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char same_server[] =
    "\n"
    "/// The token must not go to whatever server an answer names.\n"
    "fn same_server(next: &str, url: &str) -> Result<Option<String>, @Error@> {\n"
    "    let after = url.find(\"://\").map_or(0, |at| at + 3);\n"
    "    let host_end = url[after..].find(|c| matches!(c, '/' | '?' | '#')).map_or(url.len(), |at| "
    "after + at);\n"
    "    let path_end = url.find(|c| matches!(c, '?' | '#')).unwrap_or(url.len());\n"
    "    let (server, path) = (&url[..host_end], &url[..path_end]);\n"
    "    let rest = next.strip_prefix(server);\n"
    "    let here = rest.map_or(false, |rest| rest.is_empty() || rest.starts_with(|c| matches!(c, "
    "'/' | '?')));\n"
    "    if next.is_empty() {\n"
    "        Ok(None)\n"
    "    } else if here {\n"
    "        Ok(Some(next.to_string()))\n"
    "    } else if next.starts_with('?') {\n"
    "        Ok(Some(format!(\"{}{}\", path, next)))\n"
    "    } else if next.starts_with('/') && !next.starts_with(\"//\") {\n"
    "        Ok(Some(format!(\"{}{}\", server, next)))\n"
    "    } else {\n"
    "        let message = format!(\"{}: the next page is on another server, or not told in "
    "full\", "
    "url);\n"
    "        Err(@Error@ { message, url: next.to_string(), status: 0, body: String::new() })\n"
    "    }\n"
    "}\n";

static const char next_link[] =
    "\n"
    "/// `<address>; rel=\"next\"`, perhaps among others.\n"
    "fn next_link(header: &str, url: &str) -> Result<Option<String>, @Error@> {\n"
    "    for link in header.split('<').skip(1) {\n"
    "        if let Some((address, rest)) = link.split_once('>') {\n"
    "            if rest.contains(\"rel=\\\"next\\\"\") || rest.contains(\"rel=next\") {\n"
    "                return same_server(address, url);\n"
    "            }\n"
    "        }\n"
    "    }\n"
    "    Ok(None)\n"
    "}\n";

static str_view next_lines(emit_out *o, const api_info *api)
{
    const char *key = scaf__quote(o, api->next_key, QUOTE_BRACE);
    static const char value[] =
        "            let answer: serde_json::Value = self.read(&url, &text)?;\n";
    switch (api->paging) {
    case PAGING_CURSOR:
        return arena_format(o->a,
                            "%s"
                            "            if let Some(cursor) = answer[%s].as_str().filter(|text| "
                            "!text.is_empty()) {\n"
                            "                next = Some(self.address(\"%s\", &with(query, \"%s\", "
                            "cursor)));\n"
                            "            }\n",
                            value, key, api->path, api->cursor_param);
    case PAGING_URL:
        return arena_format(o->a,
                            "%s"
                            "            next = same_server(answer[%s].as_str().unwrap_or(\"\"), "
                            "&url)?;\n",
                            value, key);
    case PAGING_NUMBER:
        return arena_format(
            o->a,
            "%s"
            "            let (number, pages) = (answer[%s].as_i64().unwrap_or(0), "
            "answer[%s].as_i64().unwrap_or(0));\n"
            "            if number < pages {\n"
            "                let number = (number + 1).to_string();\n"
            "                next = Some(self.address(\"%s\", &with(query, \"%s\", &number)));\n"
            "            }\n",
            value, scaf__quote(o, api->page_key, QUOTE_BRACE), key, api->path, api->cursor_param);
    case PAGING_LINK: break;
    }
    return STR("            next = next_link(link.as_deref().unwrap_or(\"\"), &url)?;\n");
}

static const char with_code[] =
    "\n"
    "/// The query with another value for one name.\n"
    "fn with<'a>(query: Query<'a>, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {\n"
    "    let others = query.iter().filter(|pair| pair.0 != name).copied();\n"
    "    others.chain([(name, value)]).collect()\n"
    "}\n";

/* The rows of `page`, as something to go through. */
static str_view rows_expr(emit_out *o, const api_info *api)
{
    bool maybe = o->s->root.nullable;
    const char *page = maybe ? "page.into_iter()" : "page";
    if (api->rows.shape == ROWS_MAP)
        return maybe ? STR("page.unwrap_or_default().into_values()") : STR("page.into_values()");
    if (api->rows.shape != ROWS_ENVELOPE)
        return arena_format(o->a, "%s%s", page, maybe ? ".flatten()" : "");
    rust_member m = scaf__rust_member(o, o->s->row_key);
    const char *flat = m.n_options == 0   ? ""
                       : m.n_options == 1 ? ".into_iter().flatten()"
                                          : ".flatten().into_iter().flatten()";
    if (maybe)
        return arena_format(o->a, "page.into_iter().flat_map(|page| page.%s%s)", m.name, flat);
    return arena_format(o->a, "page.%s%s", m.name, flat);
}

void scaf__emit_client_rs(emit_out *o)
{
    api_info api = scaf__api(o);
    bool one = api.rows.shape == ROWS_ONE;
    bool link = !one && api.paging == PAGING_LINK;
    rust_names names = scaf__rust_names(o, api.rows.type);
    scaf__also(o, "rust");
    str_view module = str_of(scaf__target_file(o, "rust"));
    str_view uses = arena_format(o->a, "%s%s", names.uses_value ? "use serde_json::Value;\n" : "",
                                 one ? names.uses_map ? "use std::collections::BTreeMap;\n" : ""
                                 : names.uses_map ? "use std::collections::{BTreeMap, HashSet};\n"
                                                  : "use std::collections::HashSet;\n");
    template_slot slots[20] = {
        {"sample", str_of(scaf__comment(o, o->sample_name))},
        {"use", uses},
        {"module", str_slice(module, 0, module.len - 3)},
        {"Page", str_of(names.page)},
        {"Row", str_of(names.row)},
        {"Client", str_of(names.client)},
        {"Error", str_of(names.error)},
        {"path", str_of(api.path)},
        {"limit", str_of(api.limit_param)},
        {"link", link ? STR("link") : STR("_")},
    };
    size_t n = 10;
    if (!one) {
        slots[n++] = (template_slot){"rows", rows_expr(o, &api)};
        slots[n++] = (template_slot){"next", next_lines(o, &api)};
    }
    n = scaf__add_methods(o, &api, slots, n, false,
                          (client_texts){scaf__text_client_one_rs, scaf__text_client_list_rs,
                                         scaf__text_client_items_rs});
    scaf__fill(o, scaf__text_client_rs, slots, n, false);
    if (!one && (link || api.paging == PAGING_URL))
        scaf__fill(o, same_server, slots, n, false);
    else if (!one)
        scaf__fill(o, with_code, slots, n, false);
    if (link)
        scaf__fill(o, next_link, slots, n, false);
}

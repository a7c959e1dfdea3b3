/* A TypeScript client on fetch, for browsers, Node and Deno; its types are the typescript target's.
 */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/template.h"

enum { MAX_SLOTS = 20 };

/* How the address of the next page is found; `page` and `answer` are there. */
static str_view next_text(emit_out *o, const api_info *api)
{
    const char *key = scaf__quote(o, api->next_key, QUOTE_JSON);
    switch (api->paging) {
    case PAGING_CURSOR:
        return arena_format(o->a,
                            "page[%s] ? this.#url(\"%s\", { ...query, \"%s\": String(page[%s]) }) "
                            ": undefined",
                            key, api->path, api->cursor_param, key);
    case PAGING_URL:
        return arena_format(o->a, "page[%s] ? sameServer(page[%s], url) : undefined", key, key);
    case PAGING_NUMBER: {
        const char *number = scaf__quote(o, api->page_key, QUOTE_JSON);
        return arena_format(o->a,
                            "Number(page[%s]) < Number(page[%s])\n"
                            "        ? this.#url(\"%s\", { ...query, \"%s\": Number(page[%s]) + 1 "
                            "}) : undefined",
                            number, key, api->path, api->cursor_param, number);
    }
    case PAGING_LINK: break;
    }
    return STR("nextLink(answer.headers.get(\"link\"), url)");
}

static const char same_server[] =
    "/* The token must not go to whatever server an answer names. */\n"
    "function sameServer(next: unknown, url: string): string | undefined {\n"
    "  const target = new URL(String(next), url);\n"
    "  if (target.origin !== new URL(url).origin) {\n"
    "    throw new ApiError(`${url}: the next page is on another server`, target.href, 0, \"\");\n"
    "  }\n"
    "  return target.href;\n"
    "}\n";

static const char next_link[] =
    "function nextLink(header: string | null, url: string): string | undefined {\n"
    "  const link = /<([^>]*)>[^,]*;\\s*rel=\"?next\"?/.exec(header ?? \"\");\n"
    "  return link ? sameServer(link[1], url) : undefined;\n"
    "}\n";

void scaf__emit_client_ts(emit_out *o)
{
    api_info api = scaf__api(o);
    bool one = api.rows.shape == ROWS_ONE, map = api.rows.shape == ROWS_MAP;
    bool items = scaf__api_has_items(&api);
    const char *root = o->root_name.ptr;
    scaf__also(o, "typescript");
    const char *types = scaf__target_file(o, "typescript");
    str_view module = str_of(types);
    if (str_ends(module, STR(".ts")))
        module.len -= 3;
    str_view imports =
        one ? arena_format(o->a, "import { parse%s, serialize%s } from \"./%.*s.js\";\n", root,
                           root, STR_ARG(module))
        : items
            ? arena_format(o->a,
                           "import { parse%s, parse%sRow, serialize%sRow } from \"./%.*s.js\";\n",
                           root, root, root, STR_ARG(module))
            : arena_format(o->a, "import { parse%s, type parse%sRow } from \"./%.*s.js\";\n", root,
                           root, STR_ARG(module));
    str_view page_name = arena_format(o->a, one ? "%sValue" : "%sPage", root);
    name_scope scope;
    scaf__scope_init(&scope, o->a,
                     "ApiError Query ClientOptions Response URL Error Promise AbortSignal Object "
                     "Number String Set Record AsyncGenerator Date Math JSON RegExp",
                     false);
    scaf__scope_claim(&scope, page_name);
    str_view row_name = scaf__scope_claim(&scope, str_of(api.item_class));
    str_view row_type = STR("");
    if (!one)
        row_type = arena_format(o->a, "export type %.*s = ReturnType<typeof parse%sRow>;\n",
                                STR_ARG(row_name), root);
    str_view rows = STR("page");
    if (map)
        rows = STR("Object.values(page)");
    else if (api.rows.shape == ROWS_ENVELOPE)
        rows = arena_format(o->a, api.rows_may_lack ? "page[%s] ?? []" : "page[%s]",
                            scaf__quote(o, o->s->row_key, QUOTE_JSON));
    const char *key = api.key ? scaf__name(o, api.key->words, CASE_CAMEL) : "key";
    bool number = api.key && api.key->ref.type->kind == KIND_INT;
    template_slot slots[MAX_SLOTS] = {
        {"sample", str_of(scaf__comment(o, o->sample_name))},
        {"guessed", api.paging == PAGING_LINK || one ? STR("") : STR(" and how pages follow")},
        {"imports", imports},
        {"Page", page_name},
        {"Root", o->root_name},
        {"rowType", row_type},
        {"Row", row_name},
        {"Client", arena_format(o->a, "%sClient", api.class_name)},
        {"path", str_of(api.path)},
        {"limit", str_of(api.limit_param)},
        {"rowsOfPage", rows},
        {"next", one ? STR("undefined") : next_text(o, &api)},
        {"key", str_of(key)},
        {"Key", number ? STR("number | bigint | string") : STR("string")},
    };
    size_t n = 14;
    n = scaf__add_methods(o, &api, slots, n, true,
                          (client_texts){scaf__text_client_one_ts, scaf__text_client_list_ts,
                                         scaf__text_client_items_ts});
    scaf__fill(o, scaf__text_client_ts, slots, n, true);
    if (one || (api.paging != PAGING_URL && api.paging != PAGING_LINK))
        return;
    scaf__blank(o);
    scaf__block(o, same_server);
    if (api.paging == PAGING_LINK) {
        scaf__blank(o);
        scaf__block(o, next_link);
    }
}

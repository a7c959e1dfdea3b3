/* A client for the shell: curl and jq. */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/template.h"

/* A jq path to a member, for use between single quotes of the shell. */
static const char *jq_path(emit_out *o, str_view key)
{
    str_view text = arena_format(o->a, ".[%s]", scaf__quote(o, key, QUOTE_JSON));
    buf b;
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'')
            buf_append(&b, STR("'\\''"));
        else
            buf_append_byte(&b, text.ptr[i]);
    }
    const char *out = arena_copy_z(o->a, buf_view(&b));
    buf_release(&b);
    return out ? out : ".";
}

static str_view next_lines(emit_out *o, const api_info *api)
{
    static const char same[] =
        "        # The token must not go to whatever server an answer names.\n"
        "        case $next in\n"
        "            '' | \"${BASE_URL%/}\"/*) ;;\n"
        "            *) die \"$url: the next page is at $next\" ;;\n"
        "        esac\n";
    const char *key = jq_path(o, api->next_key);
    switch (api->paging) {
    case PAGING_CURSOR:
        return arena_format(o->a,
                            "        next=$(jq -r '%s // empty' \"$answer\")\n"
                            "        [ -z \"$next\" ] || next=$base$(query \"$@\" \"%s=$next\")\n",
                            key, api->cursor_param);
    case PAGING_URL:
        return arena_format(o->a, "        next=$(jq -r '%s // empty' \"$answer\")\n%s", key, same);
    case PAGING_NUMBER: {
        const char *number = jq_path(o, api->page_key);
        return arena_format(o->a,
                            "        next=$(jq -r 'if %s < %s then %s + 1 else empty end' "
                            "\"$answer\")\n"
                            "        [ -z \"$next\" ] || next=$base$(query \"$@\" \"%s=$next\")\n",
                            number, key, number, api->cursor_param);
    }
    case PAGING_LINK: break;
    }
    return arena_format(
        o->a,
        "        next=$(tr -d '\\r' <\"$headers\" |\n"
        "            sed -n 's/^[Ll]ink:.*<\\([^>]*\\)>[^,]*rel=\"\\{0,1\\}next.*/\\1/p')\n%s",
        same);
}

void scaf__emit_client_sh(emit_out *o)
{
    api_info api = scaf__api(o);
    bool one = api.rows.shape == ROWS_ONE;
    bool items = scaf__api_has_items(&api);
    str_view rows = STR(".[]");
    if (api.rows.shape == ROWS_ENVELOPE)
        rows = arena_format(o->a, "%s[]?", jq_path(o, o->s->row_key));
    template_slot slots[12] = {
        {"sample", str_of(scaf__comment(o, o->sample_name))},
        {"file", arena_format(o->a, "%s.sh", scaf__file_name(o, CASE_KEBAB))},
        {"path", str_of(api.path)},
        {"usage", one ? STR("get [NAME=VALUE...] | put FILE")
                  : items
                      ? STR("page [NAME=VALUE...] | all [NAME=VALUE...] | get KEY | create FILE | "
                            "update KEY FILE | remove KEY")
                      : STR("page [NAME=VALUE...] | all [NAME=VALUE...]")},
        {"rowsOfPage", rows},
        {"next", one ? STR("") : next_lines(o, &api)},
        {"jqNote", one ? STR("")
                       : STR("`all` goes through jq, which before 1.7 rounds integers beyond 2^53; "
                             "the others print what came.\n# ")},
        {"items", items ? str_of(scaf__text_client_items_sh) : STR("")},
    };
    size_t n = 8;
    template_part code = {
        slots, n, false, {one ? scaf__text_client_one_sh : scaf__text_client_list_sh}};
    str_view text = scaf__captured(o, scaf__fill_part, &code);
    slots[n++] = (template_slot){"code", str_slice(text, 0, text.len - 1)};
    scaf__fill(o, scaf__text_client_sh, slots, n, false);
}

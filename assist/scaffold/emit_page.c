/* One HTML file: the rows as a table to search, filter, sort and page through, and a form that
 * edits one of them. It loads nothing and sends nothing. */
#include "assist/scaffold/targets.h"
#include "assist/scaffold/template.h"
#include "assist/scaffold/ui.h"

static void model(emit_out *o, void *user)
{
    (void)user;
    scaf__ui_model(o, false);
}

static void core(emit_out *o, void *user)
{
    (void)user;
    scaf__fill(o, scaf__text_ui_core_js, NULL, 0, false);
}

void scaf__emit_page(emit_out *o)
{
    rows_info rows = scaf__rows(o);
    str_view title = rows.shape == ROWS_ONE ? rows.words : scaf__plural(o->a, rows.words);
    str_view types = scaf__captured(o, model, NULL);
    str_view picture = STR("format: \"image-url\"");
    bool pictures = str_find(types, picture) < types.len;
    const template_slot slots[] = {
        {"pictures", pictures ? STR(" but pictures that are asked for") : STR("")},
        {"images", pictures ? STR(" img-src http: https:;") : STR("")},
        {"title", str_of(scaf__html(o, str_of(scaf__label(o, title))))},
        {"css", str_of(scaf__text_page_css)},
        {"sample", scaf__sample_whole(o)},
        {"model", types},
        {"core", scaf__captured(o, core, NULL)},
        {"page", str_of(scaf__text_page_js)},
    };
    scaf__fill(o, scaf__text_page_html, slots, sizeof slots / sizeof *slots, false);
}

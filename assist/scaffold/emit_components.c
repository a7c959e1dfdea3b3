/* The page of emit_page.c as a component of a framework. All have the same model, rules and look:
 * NAME-ui.ts, which has no framework in it, and NAME-page.css. */
#include "assist/scaffold/api.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/template.h"
#include "assist/scaffold/ui.h"

typedef struct {
    const char *text;  /* of the component's file */
    const char *field; /* a second component that calls itself, or NULL */
    const char *field_suffix;
} framework;

static void emit(emit_out *o, const framework *f)
{
    api_info api = scaf__api(o);
    const char *name = scaf__file_name(o, CASE_KEBAB);
    str_view page = arena_format(o->a, "%sPage", api.class_name);
    const template_slot slots[] = {
        {"sample", str_of(scaf__comment(o, o->sample_name))},
        {"Page", page},
        {"path", str_of(api.path)},
        {"ui", arena_format(o->a, "%s-ui", name)},
        {"css", arena_format(o->a, "%s-page.css", name)},
        {"field", arena_format(o->a, "./%s%s", name, f->field ? f->field_suffix : "")},
    };
    size_t n = sizeof slots / sizeof *slots;
    scaf__fill(o, f->text, slots, n, true);
    if (f->field) {
        scaf__file(o, "%s%s", name, f->field_suffix);
        scaf__fill(o, f->field, slots, n, true);
    }
    scaf__file(o, "%s-page.css", name);
    buf_append(o->b, str_of(scaf__text_page_css));
    scaf__file(o, "%s-ui.ts", name);
    scaf__ui_model(o, true);
    scaf__blank(o);
    scaf__fill(o, scaf__text_ui_core_js, NULL, 0, true);
}

void scaf__emit_react(emit_out *o)
{
    emit(o, &(framework){scaf__text_ui_react_tsx, NULL, NULL});
}

void scaf__emit_vue(emit_out *o)
{
    emit(o, &(framework){scaf__text_ui_page_vue, scaf__text_ui_field_vue, "-field.vue"});
}

void scaf__emit_svelte(emit_out *o)
{
    emit(o, &(framework){scaf__text_ui_page_svelte, NULL, NULL});
}

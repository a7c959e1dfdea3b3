#include "assist/generate/generate.h"

#include <stdio.h>
#include <string.h>

#include "assist/deliver/check.h"
#include "assist/deliver/style.h"
#include "assist/generate/generate_internal.h"
#include "assist/generate/template.h"
#include "base/file.h"
#include "base/path.h"
#include "context/tree.h"

enum { MAX_TEXT_BYTES = 4 << 20, MAX_TEMPLATES_BYTES = 1 << 20 };

static const struct {
    const char *kind, *title;
} kinds[] = {
    {"constructor", "constructor"},
    {"equality", "equality"},
    {"hash", "hash"},
    {"to-string", "text form"},
    {"accessors", "getters and setters"},
    {"builder", "builder"},
    {"implement", "missing methods of the interface"},
    {"enum-string", "names of the values, both ways"},
    {"switch", "all cases"},
    {"serialize", "JSON, both ways"},
    {"arguments", "reader of command line arguments"},
    {"sql", "SQL table and queries"},
    {"mock", "mock"},
    {"doc", "documentation"},
    {"tests", "tests"},
    {"main", "entry point"},
    {"gitignore", ".gitignore"},
    {"readme", "README.md"},
    {"licence", "LICENSE"},
    {"manifest", "package manifest"},
    {"makefile", "Makefile"},
    {"cmake", "CMakeLists.txt"},
    {"dockerfile", "Dockerfile"},
    {"ci", "CI workflow"},
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

bool gen_kind_at(size_t i, str_view *kind, str_view *title)
{
    if (i >= N_KINDS)
        return false;
    *kind = str_of(kinds[i].kind);
    *title = str_of(kinds[i].title);
    return true;
}

/* --- what is known --- */

static void classify_list(struct gen_work *w, const char *of, const char *list)
{
    const gen_value *owner = gen_get(w->model, str_of(of));
    const gen_value *items = gen_get(owner, str_of(list));
    for (gen_value *v = items ? items->first : NULL; v; v = v->next)
        gen_classify(w->a, v, gen_get(w->model, STR("enums")), w->sources, w->n_sources);
}

static void classify_methods(struct gen_work *w, const gen_value *methods)
{
    const gen_value *enums = gen_get(w->model, STR("enums"));
    for (gen_value *m = methods ? methods->first : NULL; m; m = m->next) {
        const gen_value *params = gen_get(m, STR("params"));
        for (gen_value *p = params ? params->first : NULL; p; p = p->next)
            gen_classify(w->a, p, enums, w->sources, w->n_sources);
        const gen_value *results = gen_get(m, STR("results"));
        for (gen_value *p = results ? results->first : NULL; p; p = p->next)
            gen_classify(w->a, p, enums, w->sources, w->n_sources);
        gen_value *result = gen_part(w->a, m, "result");
        gen_set(w->a, result, "type", gen_text(m, "returns"));
        gen_classify(w->a, result, enums, w->sources, w->n_sources);
    }
}

/* The first parameter whose type is an enumeration: what `switch` is about. */
static void find_subject(struct gen_work *w)
{
    const gen_value *f = gen_get(w->model, STR("function"));
    const gen_value *params = gen_get(f, STR("params")), *enums = gen_get(w->model, STR("enums"));
    for (const gen_value *p = params ? params->first : NULL; p; p = p->next) {
        str_view type = gen__bare_type(gen_text(p, "type"));
        for (gen_value *e = enums ? enums->first : NULL; type.len && e; e = e->next) {
            if (!str_eq(gen_text(e, "name"), type))
                continue;
            gen_value *s = gen_part(w->a, w->model, "subject");
            gen_set(w->a, s, "name", gen_text(p, "name"));
            gen_value *t = gen_part(w->a, s, "type");
            gen_share(t, e);
            return;
        }
    }
}

/* --- interfaces --- */

static gen_value *type_called(struct gen_work *w, str_view name)
{
    size_t cut = 0;
    while (cut < name.len && name.ptr[cut] != '<' && name.ptr[cut] != '[' && name.ptr[cut] != '(')
        cut++;
    name = str_trim(str_slice(name, 0, cut));
    gen_value *t = gen_model_type(w->a, w->q->lang, ctx_tree_root(w->tree), w->q->text, name);
    if (!t && w->q->folder.len)
        t = gen__type_elsewhere(w->a, w->q, name);
    return t;
}

static void add_missing(struct gen_work *w, const gen_value *interface, const gen_value *has)
{
    gen_value *to = gen_part(w->a, w->model, "implement");
    gen_value *missing = gen_part(w->a, to, "methods"), *fields = gen_part(w->a, to, "fields");
    const gen_value *methods = gen_get(interface, STR("methods"));
    bool wholly = str_eq(gen_text(interface, "kind"), STR("interface"));
    for (const gen_value *m = methods ? methods->first : NULL; m; m = m->next) {
        bool open = gen_text(m, "abstract").len || (wholly && !gen_text(m, "body").len);
        if (str_eq(str_of(w->q->lang->id), STR("python")))
            open = gen_text(m, "abstract").len > 0 ||
                   gen_has(gen_get(interface, STR("bases")), STR("Protocol"));
        if (!open || gen_text(m, "constructor").len || gen_has(has, gen_text(m, "name")))
            continue;
        gen_value *copy = gen_add(w->a, missing);
        gen_share(copy, m);
    }
    if (!str_eq(str_of(w->q->lang->id), STR("typescript")))
        return;
    const gen_value *wanted = gen_get(interface, STR("fields"));
    for (const gen_value *f = wanted ? wanted->first : NULL; f; f = f->next) {
        if (gen_text(f, "optional").len || gen_has(has, gen_text(f, "name")))
            continue;
        gen_value *copy = gen_add(w->a, fields);
        gen_share(copy, f);
    }
}

/* Go says nowhere what a type implements but in `var _ I = (*T)(nil)`. */
static str_view go_interface(struct gen_work *w)
{
    str_view rest = w->q->text, name = gen_text(w->model, "type.name");
    while (rest.len) {
        str_view line = str_take_line(&rest);
        if (!str_starts(line, STR("var _ ")))
            continue;
        str_view head = str_slice(line, 6, line.len);
        size_t at = str_find(head, name), eq = str_find_byte(head, '=');
        if (eq < at && at < head.len)
            return str_trim(str_slice(head, 0, eq));
    }
    return STR("");
}

static void classify_implement(struct gen_work *w)
{
    classify_methods(w, gen_get(gen_get(w->model, STR("implement")), STR("methods")));
    classify_list(w, "implement", "fields");
}

static void find_interfaces(struct gen_work *w)
{
    gen_value *has = gen_value_new(w->a);
    const gen_value *type = gen_get(w->model, STR("type"));
    const gen_value *impl = gen_get(w->model, STR("impl"));
    static const char *const lists[] = {"methods", "fields"};
    for (size_t i = 0; i < 2; i++) {
        const gen_value *list = gen_get(type, str_of(lists[i]));
        for (const gen_value *m = list ? list->first : NULL; m; m = m->next)
            gen_add_text(w->a, has, gen_text(m, "name"));
    }
    gen_value *names = gen_part(w->a, gen_part(w->a, w->model, "implement"), "names");
    if (impl) {
        gen_value *t = type_called(w, gen_text(impl, "trait"));
        if (t)
            add_missing(w, t, gen_get(impl, STR("has")));
        gen_add_text(w->a, names, gen_text(impl, "trait"));
        classify_implement(w);
        return;
    }
    if (str_eq(gen_text(type, "kind"), STR("interface")))
        return;
    const gen_value *bases = gen_get(type, STR("bases"));
    gen_value go = {.text = str_eq(str_of(w->q->lang->id), STR("go")) ? go_interface(w) : STR("")};
    for (const gen_value *b = go.text.len ? &go : bases ? bases->first : NULL; b; b = b->next) {
        gen_value *t = type_called(w, b->text);
        if (t) {
            add_missing(w, t, has);
            gen_add_text(w->a, names, gen_text(t, "name"));
            gen_set(w->a, gen_part(w->a, w->model, "implement"), "name", gen_text(t, "name"));
        }
    }
    classify_implement(w);
}

/* --- opening --- */

/* A project's own templates stand before ours. */
static void read_templates(struct gen_work *w)
{
    if (!w->q->folder.len)
        return;
    str_view path =
        arena_format(w->a, "%.*s/.artel/templates/%s.txt", STR_ARG(w->q->folder), w->q->lang->id);
    buf b;
    buf_init(&b, MAX_TEMPLATES_BYTES);
    if (path.ptr && file_read(&b, path.ptr, NULL) == ERR_OK)
        w->sources[w->n_sources++] = arena_copy(w->a, buf_view(&b));
    buf_release(&b);
}

static bool has_text(str_view text, const char *what)
{
    return str_find(text, str_of(what)) < text.len;
}

/* Habits that show in the file's own text. */
static void look_at_file(gen_value *file, arena *a, const gen_request *q)
{
    str_view t = q->text;
    bool c = str_eq(str_of(q->lang->id), STR("c"));
    gen_set(a, file, "inline", c && str_ends(q->path, STR(".h")) ? STR("static inline ") : STR(""));
    gen_flag(a, file, "plain_comments",
             !has_text(t, "@param") && !has_text(t, "\\param") && !has_text(t, "@brief") &&
                 !has_text(t, "\\brief") && (has_text(t, "/* ") || has_text(t, "// ")));
    bool csharp = str_eq(str_of(q->lang->id), STR("csharp"));
    gen_flag(a, file, "nullable",
             csharp && (has_text(t, "string?") || has_text(t, "object?") ||
                        has_text(t, "#nullable enable")));
    gen_flag(a, file, "sphinx", has_text(t, ":param "));
}

static err_code open_work(struct gen_work *w, arena *a, const gen_request *q, err *e)
{
    *w = (struct gen_work){.q = q, .a = a};
    memset(&w->spots, 0xff, sizeof w->spots);
    read_templates(w);
    str_view own = gen_entries_of(str_of(q->lang->id));
    if (own.len) {
        w->sources[w->n_sources++] = own;
        w->sources[w->n_sources++] = gen_entries_of(STR("common"));
    }
    if (q->on_project)
        w->sources[w->n_sources++] = gen_entries_of(STR("project"));
    err_code rc = ERR_OK;
    if (own.len && q->lang->parser) {
        rc = ctx_tree_create(&w->tree, q->lang, e);
        if (rc == ERR_OK)
            rc = ctx_tree_parse(w->tree, q->text, 0, e);
        if (rc != ERR_OK)
            return rc;
        TSNode root = ctx_tree_root(w->tree);
        w->n_errors = ctx_errors_in(root, 0, q->text.len, NULL, 0);
        w->model = gen_model(a, &w->spots, q->lang, root, q->text, q->offset);
    } else {
        w->model = gen_value_new(a);
    }
    gen_value *file = gen_part(a, w->model, "file");
    str_view name = path_name(q->path);
    size_t dot = name.len;
    while (dot > 0 && name.ptr[dot - 1] != '.')
        dot--;
    gen_set(a, file, "name", name);
    gen_set(a, file, "stem", dot > 1 ? str_slice(name, 0, dot - 1) : name);
    gen_set(a, file, "extension", str_slice(name, dot, name.len));
    gen_flag(a, file, "commonjs",
             str_find(q->text, STR("require(")) < q->text.len ||
                 str_find(q->text, STR("module.exports")) < q->text.len);
    gen_flag(a, file, "numpy",
             str_find(q->text, STR("Parameters\n")) < q->text.len &&
                 str_find(q->text, STR("----")) < q->text.len);
    look_at_file(file, a, q);
    classify_list(w, "type", "fields");
    classify_list(w, "function", "params");
    classify_list(w, "function", "results");
    classify_methods(w, gen_get(gen_get(w->model, STR("type")), STR("methods")));
    gen_flag(a, file, "typed", str_starts(str_of(q->lang->id), STR("typescript")));
    if (w->tree) {
        gen_value *f = gen_part(a, w->model, "function"), *result = gen_part(a, f, "result");
        gen_set(a, result, "type", gen_text(f, "returns"));
        gen_classify(a, result, gen_get(w->model, STR("enums")), w->sources, w->n_sources);
        find_subject(w);
        find_interfaces(w);
        gen__sum_up(w);
        gen__describe(w);
        gen__find_cases(w);
    }
    gen__read_project(w->model, a, q);
    return arena_failed(a) ? ERR_NOMEM : ERR_OK;
}

static void close_work(struct gen_work *w)
{
    ctx_tree_destroy(w->tree);
}

/* --- choosing --- */

static bool list_has_name(struct gen_work *w, str_view names)
{
    buf b;
    buf_init(&b, 1 << 16);
    bool has = false;
    err_code rc = gen_fill(&b, names, w->model, NULL);
    if (rc == ERR_NOMEM)
        w->a->failed = true;
    if (rc == ERR_OK) {
        str_view rest = buf_view(&b), word;
        while (gram_list_next(&rest, &word) && !has)
            has = gen_has(gen_get(w->model, STR("names")), word);
    }
    buf_release(&b);
    return has;
}

static bool is_on(struct gen_work *w, str_view on)
{
    bool function = gen_text(w->model, "function.name").len > 0;
    bool type = gen_text(w->model, "type.name").len > 0;
    str_view kind = gen_text(w->model, "type.kind"), word;
    while (gram_list_next(&on, &word)) {
        if (str_eq(word, STR("project")) || (str_eq(word, STR("file")) && w->tree) ||
            (str_eq(word, STR("function")) && function) ||
            (str_eq(word, STR("impl")) && gen_text(w->model, "impl.trait").len) ||
            (type && str_eq(word, kind)))
            return true;
    }
    return false;
}

/* The first entry of the kind that fits. */
static bool find_entry(struct gen_work *w, str_view kind, gen_entry *out)
{
    for (size_t i = 0; i < w->n_sources; i++) {
        str_view rest = w->sources[i];
        while (gen_entry_next(&rest, out)) {
            if (str_eq(out->kind, kind) && is_on(w, out->on) &&
                gen_holds(w->model, out->condition) && !list_has_name(w, out->unless))
                return true;
        }
    }
    return false;
}

static str_view fill(struct gen_work *w, str_view template, err_code *rc, err *e)
{
    buf b;
    buf_init(&b, MAX_TEXT_BYTES);
    err_code got = *rc == ERR_OK ? gen_fill(&b, template, w->model, e) : *rc;
    *rc = got;
    if (got == ERR_OK)
        return gen_take(w->a, &b);
    buf_release(&b);
    return STR("");
}

static str_view title_of(struct gen_work *w, const gen_entry *entry)
{
    str_view name = gen_text(w->model, "type.name"), what = str_of("");
    for (size_t i = 0; i < N_KINDS; i++) {
        if (str_eq(entry->kind, str_of(kinds[i].kind)))
            what = str_of(kinds[i].title);
    }
    if (entry->title.len)
        what = entry->title;
    else if (!what.len)
        what = entry->kind;
    if (str_starts(entry->on, STR("function")))
        name = gen_text(w->model, "function.name");
    else if (str_starts(entry->on, STR("project")) || str_starts(entry->on, STR("file")))
        name = STR("");
    else if (str_starts(entry->on, STR("impl")))
        name = gen_text(w->model, "impl.type");
    if (!name.len)
        return what;
    return arena_format(w->a, "%.*s for %.*s", STR_ARG(what), STR_ARG(str_slice(name, 0, 80)));
}

/* In a function, what is about the type around it is left out of the list: that is asked for on the
 * type. */
static bool is_near(struct gen_work *w, const gen_entry *e)
{
    str_view on = e->on, word;
    bool near = gen_text(w->model, "function.name").len == 0;
    while (!near && gram_list_next(&on, &word))
        near = gram_list_has("function impl file project", word);
    return near;
}

static err_code add_offer(struct gen_work *w, gen_offer *list, size_t *n, const gen_entry *entry)
{
    err_code rc = ERR_OK;
    gen_offer *o = &list[(*n)++];
    o->kind = entry->kind;
    o->title = title_of(w, entry);
    o->says = fill(w, entry->says, &rc, NULL);
    str_view path = fill(w, entry->path, &rc, NULL);
    bool file = str_eq(entry->at, STR("file"));
    if (rc == ERR_OK && file && gen__exists(w->a, w->q, str_trim(path)))
        o->says = arena_format(w->a, "there is a %.*s already", STR_ARG(path));
    return rc;
}

err_code gen_offers(gen_offer **out, size_t *n, arena *a, const gen_request *q, err *e)
{
    enum { MAX_OFFERS = 256 };
    struct gen_work w;
    err_code rc = open_work(&w, a, q, e);
    gen_offer *list = rc == ERR_OK ? ARENA_ARRAY(a, gen_offer, MAX_OFFERS) : NULL;
    *n = 0;
    if (rc == ERR_OK && !list)
        rc = ERR_NOMEM;
    gen_entry entry;
    for (size_t i = 0; rc == ERR_OK && i < N_KINDS; i++) {
        if (find_entry(&w, str_of(kinds[i].kind), &entry) && is_near(&w, &entry))
            rc = add_offer(&w, list, n, &entry);
    }
    /* Kinds of the project's own. */
    str_view rest = w.n_sources ? w.sources[0] : STR("");
    while (rc == ERR_OK && *n < MAX_OFFERS && gen_entry_next(&rest, &entry)) {
        bool known = str_eq(entry.kind, STR("types"));
        for (size_t i = 0; i < *n; i++)
            known = known || str_eq(list[i].kind, entry.kind);
        for (size_t i = 0; i < N_KINDS; i++)
            known = known || str_eq(str_of(kinds[i].kind), entry.kind);
        gen_entry fits;
        if (!known && find_entry(&w, entry.kind, &fits))
            rc = add_offer(&w, list, n, &fits);
    }
    close_work(&w);
    if (rc == ERR_OK && arena_failed(a))
        rc = ERR_NOMEM;
    if (rc == ERR_OK)
        *out = list;
    return rc;
}

/* --- making --- */

str_view gen_apply(arena *a, str_view text, const gen_result *r, str_view path)
{
    buf b;
    buf_init(&b, (size_t)CTX_TREE_MAX_BYTES + MAX_TEXT_BYTES);
    size_t at = 0;
    for (size_t i = 0; i < r->n_edits; i++) {
        const gen_edit *e = &r->edits[i];
        if (!str_eq(e->path, path))
            continue;
        buf_append(&b, str_slice(text, at, e->begin));
        buf_append(&b, e->text);
        at = e->end;
    }
    buf_append(&b, str_slice(text, at, text.len));
    return gen_take(a, &b);
}

/* What would make the file worse is not offered. */
static err_code verify(struct gen_work *w, gen_result *r, err *e)
{
    for (size_t i = 0; i < r->n_edits; i++) {
        str_view path = r->edits[i].path;
        check_result c;
        str_view name = path.len ? path : w->q->path;
        str_view text = path.len ? r->edits[i].text : gen_apply(w->a, w->q->text, r, path);
        size_t before = path.len ? 0 : w->n_errors;
        if (arena_failed(w->a))
            return ERR_NOMEM;
        err_code rc = check_parse(&c, name, text, e);
        if (rc != ERR_OK)
            return rc;
        r->checked = c.state != CHECK_UNKNOWN;
        if (c.state == CHECK_BROKEN && c.n_errors > before)
            return err_set(
                e, ERR_FORMAT,
                "what was written would not parse at line %zu (%.*s); nothing is offered", c.line,
                STR_ARG(str_slice(str_trim(c.near), 0, 120)));
    }
    return ERR_OK;
}

static void name_elsewhere(struct gen_work *w, gen_result *r, str_view path, str_view text)
{
    str_view at = path;
    bool rooted = str_starts(path, STR("/"));
    str_view file = w->q->path, folder = w->q->folder;
    if (rooted)
        at = folder.len ? arena_format(w->a, "%.*s%.*s", STR_ARG(folder), STR_ARG(path))
                        : str_slice(path, 1, path.len);
    else
        at = arena_format(w->a, "%.*s%.*s", STR_ARG(path_folder(file)), STR_ARG(path));
    r->edits[r->n_edits++] = (gen_edit){.path = at, .is_new = true, .text = text};
}

/* Quotes, semicolons and, in new files, indentation and imports as in the files around. */
static str_view styled(struct gen_work *w, str_view path, bool is_new, bool in_class, str_view text)
{
    static const char open[] = "class A {\n", close[] = "}\n";
    str_view folder = path_folder(path), none = STR("");
    const char *z = arena_copy_z(w->a, str_slice(folder, 0, folder.len ? folder.len - 1 : 0));
    if (!w->q->folder.len || !z || !z[0])
        return text;
    style s = style_measure(z, path_name(path), NULL);
    if (is_new)
        return style_apply(&s, w->a, path, text, STR("    "));
    s.indent_cols = 0;
    s.crlf = false;
    if (!in_class)
        return style_apply(&s, w->a, path, text, none);
    /* Members are no text of their own. */
    str_view whole = arena_format(w->a, "%s%.*s%s", open, STR_ARG(text), close);
    whole = style_apply(&s, w->a, path, whole, none);
    size_t head = sizeof open - 1, tail = sizeof close - 1;
    bool kept = str_starts(whole, str_of(open)) && str_ends(whole, str_of(close));
    return kept && whole.len >= head + tail ? str_slice(whole, head, whole.len - tail) : text;
}

/* One blank line where there were several. */
static str_view squeezed(arena *a, str_view text)
{
    buf b;
    buf_init(&b, MAX_TEXT_BYTES);
    for (size_t i = 0; i < text.len; i++) {
        if (!str_starts(str_slice(text, i, text.len), STR("\n\n\n")))
            buf_append_byte(&b, text.ptr[i]);
    }
    return gen_take(a, &b);
}

static err_code make(struct gen_work *w, gen_result *r, const gen_entry *entry, err *e)
{
    err_code rc = ERR_OK;
    r->kind = entry->kind;
    r->title = title_of(w, entry);
    r->says = fill(w, entry->says, &rc, e);
    if (rc != ERR_OK || r->says.len)
        return rc;
    r->text = fill(w, entry->body, &rc, e);
    if (arena_failed(w->a))
        return ERR_NOMEM;
    if (rc == ERR_OK && str_is_blank(r->text))
        return err_set(e, ERR_NOT_FOUND, "there is nothing to write");
    if (str_eq(entry->at, STR("file"))) {
        str_view path = str_trim(fill(w, entry->path, &rc, e));
        if (rc == ERR_OK && gen__exists(w->a, w->q, path)) {
            r->says =
                arena_format(w->a, "there is a %.*s already; it is left as it is", STR_ARG(path));
            r->text = STR("");
        } else if (rc == ERR_OK) {
            if (str_ends(path, STR(".md")))
                r->text = squeezed(w->a, r->text);
            name_elsewhere(w, r, path, r->text);
            gen_edit *edit = &r->edits[r->n_edits - 1];
            edit->text = styled(w, edit->path, true, false, r->text);
            edit->text = r->text = gen__laid_out(w->a, w->q, edit, STR(""));
        }
        return rc;
    }
    if (rc == ERR_OK && gen_text(w->model, "type.broken").len && !gen__is_closed(w->q, &w->spots))
        return err_set(e, ERR_NOT_FOUND,
                       "the code of %.*s does not parse, so that its end is unsure",
                       STR_ARG(str_slice(gen_text(w->model, "type.name"), 0, 80)));
    if (rc == ERR_OK) {
        bool member = str_eq(entry->at, STR("body")) || str_eq(entry->at, STR("fields"));
        bool braces = gram_list_has("javascript typescript typescriptreact javascriptreact",
                                    str_of(w->q->lang->id));
        r->text = styled(w, w->q->path, false, member && braces, r->text);
        if (member && w->spots.members_end != SIZE_MAX)
            r->edits[r->n_edits++] = (gen_edit){
                .begin = w->spots.members_end, .end = w->spots.members_end, .text = STR(";")};
        r->edits[r->n_edits++] = gen__place(w->a, w->q, &w->spots, entry->at, r->text);
        str_view lines[GEN_MAX_IMPORTS];
        for (size_t i = 0; i < entry->n_imports; i++)
            lines[i] = fill(w, entry->imports[i], &rc, e);
        if (rc == ERR_OK)
            gen__place_imports(r, w->a, w->q, lines, entry->n_imports);
    }
    return rc;
}

static bool is_written_in(str_view kind, str_view entries)
{
    gen_entry entry;
    while (gen_entry_next(&entries, &entry)) {
        if (str_eq(entry.kind, kind))
            return true;
    }
    return false;
}

static err_code not_here(struct gen_work *w, str_view kind, err *e)
{
    bool known = false;
    gen_entry entry;
    for (size_t i = 0; i < w->n_sources && !known; i++) {
        str_view rest = w->sources[i];
        while (!known && gen_entry_next(&rest, &entry))
            known = str_eq(entry.kind, kind);
    }
    for (size_t i = 0; i < N_KINDS; i++)
        known = known || str_eq(kind, str_of(kinds[i].kind));
    if (!known)
        return err_set(e, ERR_NOT_FOUND,
                       "'%.*s' is no kind of code; 'artel generate --list' names them",
                       STR_ARG(str_slice(kind, 0, 60)));
    str_view name = gen_text(w->model, "function.name");
    if (!name.len)
        name = gen_text(w->model, "type.name");
    if (!gen_entries_of(str_of(w->q->lang->id)).len)
        return err_set(e, ERR_NOT_FOUND, "nothing can be written for %s", w->q->lang->name);
    if (arena_failed(w->a))
        return ERR_NOMEM;
    if (!is_written_in(kind, gen_entries_of(str_of(w->q->lang->id))) &&
        !is_written_in(kind, gen_entries_of(STR("common"))) &&
        !is_written_in(kind, gen_entries_of(STR("project"))))
        return err_set(e, ERR_NOT_FOUND, "%s has nothing like it: %.*s", w->q->lang->name,
                       STR_ARG(kind));
    return err_set(e, ERR_NOT_FOUND, "%.*s does not fit %.*s, or is there already", STR_ARG(kind),
                   STR_ARG(name.len ? str_slice(name, 0, 80) : STR("this place")));
}

err_code gen_make(gen_result *out, arena *a, const gen_request *q, str_view kind, err *e)
{
    struct gen_work w;
    gen_result r = {0};
    gen_entry entry;
    err_code rc = open_work(&w, a, q, e);
    if (rc == ERR_OK)
        rc = find_entry(&w, kind, &entry) ? make(&w, &r, &entry, e) : not_here(&w, kind, e);
    if (rc == ERR_OK && r.n_edits) {
        gen__fit_line_ends(&r, a, q);
        rc = verify(&w, &r, e);
    }
    close_work(&w);
    if (rc == ERR_OK && arena_failed(a))
        rc = ERR_NOMEM;
    if (rc == ERR_OK)
        *out = r;
    return rc;
}

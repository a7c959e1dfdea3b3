/* One line for the shell: find with -exec, pipes, and what joins on one line without loss. */
#include <string.h>

#include "assist/script/render.h"

static const scr_style style = {{"bash", 4}, scr__quote_bash, scr__quote_bash_path};

static bool ends_with_any(str_view line, const char *const *ends)
{
    for (; *ends; ends++) {
        if (str_ends(line, str_of(*ends)))
            return true;
    }
    return false;
}

/* The lines of `body` on one line. False: they need functions of the whole script. */
static bool put_joined(buf *o, str_view body)
{
    static const char *const open[] = {"|", "&&", "||", " do", " then", " in", "{", ";;", NULL};
    static const char *const only_inside[] = {"fail ",    "return", "local ",   "find_files",
                                              "$dry_run", "<<",     "continue", NULL};
    size_t quotes = 0;
    bool first = true, goes_on = false;
    for (const char *const *word = only_inside; *word; word++) {
        if (str_find(body, str_of(*word)) < body.len)
            return false;
    }
    while (body.len) {
        str_view line = str_trim(str_take_line(&body));
        if (!line.len)
            continue;
        if (quotes % 2) /* a quotation goes on: it has to stay as it is */
            return false;
        if (!first && o->len)
            put(o, goes_on || ends_with_any(buf_view(o), open) || line.ptr[0] == '|' ? " " : "; ");
        goes_on = line.len > 1 && line.ptr[line.len - 1] == '\\';
        line.len -= goes_on;
        buf_append(o, str_trim_right(line));
        for (size_t i = 0; i < line.len; i++)
            quotes += line.ptr[i] == '\'';
        first = false;
    }
    return quotes % 2 == 0;
}

/* "{ grep x || [ $? = 1 ]; }" lets a pipe live that finds nothing; one line may say so. */
static str_view bared(str_view text)
{
    str_view end = STR(" || [ $? = 1 ]; }");
    if (str_starts(text, STR("{ ")) && str_ends(text, end))
        return str_slice(text, 2, text.len - end.len);
    return text;
}

static bool fill_joined(buf *o, const scr_plan *p, const scr_clause *c, str_view body)
{
    buf text, line;
    buf_init(&text, SIZE_MAX);
    buf_init(&line, SIZE_MAX);
    scr__fill(&text, &style, body, c->slots, p->block.slots, "");
    bool fits = put_joined(&line, buf_view(&text));
    if (fits)
        buf_append(o, bared(buf_view(&line)));
    buf_release(&text);
    buf_release(&line);
    return fits;
}

/* `CMD "$file"` as -exec; what is more than one simple command as a loop. */
static bool put_exec(buf *o, const scr_plan *p, const scr_clause *c, str_view body)
{
    buf b;
    buf_init(&b, SIZE_MAX);
    bool fits = fill_joined(&b, p, c, body);
    str_view line = buf_view(&b), file = STR("\"$file\""), status = STR(" || status=1");
    if (str_ends(line, status))
        line.len -= status.len;
    size_t at = str_find(line, file);
    str_view before = str_slice(line, 0, at), after = str_slice(line, at + file.len, line.len);
    bool simple = at < line.len && str_find(after, file) >= after.len;
    for (size_t i = 0; i < line.len && simple; i++)
        simple = (i >= at && i < at + file.len) || !strchr("$|&;<>(){}`", line.ptr[i]);
    if (fits && simple) {
        put(o, " -exec ");
        buf_append(o, before);
        put(o, "{}");
        buf_append(o, after);
        put(o, after.len ? " ';'" : " +");
    } else if (fits) {
        buf_append_format(o, " -print0 | while IFS= read -r -d '' file; do %.*s; done",
                          STR_ARG(line));
    }
    buf_release(&b);
    return fits;
}

static bool put_rename(buf *o, const scr_plan *p, const scr_clause *c, str_view body)
{
    put(o, " -print0 | while IFS= read -r -d '' file; do name=${file##*/}; ");
    if (!fill_joined(o, p, c, body))
        return false;
    put(o, "; [ \"$name\" = \"${file##*/}\" ] || mv -n -- \"$file\" \"${file%/*}/$name\"; done");
    return true;
}

/* To one folder, the same for all: its body is no more than "target=…". */
static bool put_target(buf *o, const scr_plan *p, const scr_clause *c, str_view body)
{
    const scr_value *to = scr__slot(c->slots, "to");
    if (!to || str_find(body, STR("$file")) < body.len || str_find(body, STR("$folder")) < body.len)
        return false;
    buf made;
    buf_init(&made, SIZE_MAX);
    put(&made, "mkdir -p -- ");
    scr__quote_bash_path(&made, to->text);
    put(&made, " && ");
    buf_splice(o, 0, 0, buf_view(&made));
    buf_append_format(o, " -exec %.*s -t ", STR_ARG(c->step->suffix));
    scr__quote_bash_path(o, to->text);
    put(o, " -- {} +");
    buf_release(&made);
    (void)p;
    return true;
}

/* A single sed changes the files themselves. */
static bool put_edit(buf *o, const scr_plan *p, const scr_clause *c, str_view body)
{
    if (p->block.n != 1 || !str_starts(str_trim_left(body), STR("sed ")))
        return false;
    put(o, " -exec sed -i ");
    size_t at = o->len;
    bool fits = fill_joined(o, p, c, str_slice(str_trim_left(body), 4, body.len));
    str_view made = str_slice(buf_view(o), at, o->len);
    if (!fits || str_find_byte(made, '|') < made.len || str_find_byte(made, '<') < made.len)
        return false;
    put(o, " {} +");
    return true;
}

static void put_find(buf *o, const scr_plan *p)
{
    const scr_value *dir = slot(p, "dir"), *depth = slot(p, "depth");
    bool folders = slot(p, "any_type") || slot(p, "dirs");
    put(o, "find ");
    scr__quote_bash_path(o, dir ? dir->text : STR("."));
    put(o, folders ? " -mindepth 1" : "");
    if (depth)
        buf_append_format(o, " -maxdepth %lld", (long long)depth->n);
    else if (!p->recursive)
        put(o, " -maxdepth 1");
    scr__bash_tests(o, p);
    scr__bash_contents(o, p, true);
}

/* The step that works on the files themselves, not on lines; NULL: files are only found. */
static bool put_files(buf *o, const scr_plan *p, const scr_clause *c, bool act, bool *acted)
{
    static const struct {
        const char *role;
        bool (*put)(buf *, const scr_plan *, const scr_clause *, str_view);
    } roles[] = {{"each", put_exec}, {"name", put_rename}, {"target", put_target}};
    const scr_step *s = c->step;
    bool guarded = (p->effect & (SCR_DELETES | SCR_OVERWRITES | SCR_SYSTEM)) && !act;
    str_view line = scr__body(s, style.language, "line");
    *acted = true;
    if (guarded) {
        buf_append_format(o, " -print # would %.*s these; --yes writes the line that does it",
                          STR_ARG(scr__would(p)));
        return true;
    }
    if (line.len && s->in == SCR_T_FILES) {
        put(o, " ");
        return fill_joined(o, p, c, line);
    }
    if (p->edits)
        return put_edit(o, p, c, scr__body(s, style.language, "pipe"));
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        str_view body = scr__body(s, style.language, roles[i].role);
        if (body.len)
            return roles[i].put(o, p, c, body);
    }
    *acted = false;
    return s->in == SCR_T_LINES || scr__body(s, style.language, "list").len;
}

static bool put_pipe(buf *o, const scr_plan *p, const scr_clause *c, const char *role, bool first)
{
    str_view line = scr__body(c->step, style.language, "line");
    str_view body = line.len ? line : scr__body(c->step, style.language, role);
    put(o, first ? "" : " | ");
    size_t at = o->len;
    if (!body.len || !fill_joined(o, p, c, body))
        return false;
    if (first && p->block.source == SCR_FROM_TEXT && slot(p, "file")) {
        /* Of several commands the first reads the file. */
        str_view made = str_slice(buf_view(o), at, o->len);
        if (str_find_byte(made, '|') < made.len || made.ptr[0] == '{') {
            buf_splice(o, at, 0, STR("{ "));
            put(o, "; }");
        }
        put(o, " <");
        scr__quote_bash_path(o, slot(p, "file")->text);
    }
    return true;
}

static bool put_line(buf *o, const scr_plan *p, bool act)
{
    const scr_block *b = &p->block;
    bool first = b->source != SCR_FROM_FILES, acted = false, fits = true;
    size_t i = 0;
    if (slot(p, "schedule"))
        return false;
    if (!first) {
        put_find(o, p);
        while (i + 1 < b->n && b->parts[i].step->in == SCR_T_FILES &&
               b->parts[i + 1].step->in == SCR_T_FILES)
            i++; /* all but the last of these only say which */
        fits = put_files(o, p, &b->parts[i], act, &acted);
        i += b->parts[i].step->in == SCR_T_FILES || acted;
        if (!acted && i < b->n && !p->names)
            put(o, " -exec cat {} +");
        else if (!acted && (slot(p, "skip_dir") || slot(p, "contains") || slot(p, "lacks")))
            put(o, " -print"); /* -prune and -exec print nothing by themselves */
    } else if (b->source == SCR_FROM_TEXT && slot(p, "in_place")) {
        return false;
    } else if ((p->effect & (SCR_DELETES | SCR_OVERWRITES | SCR_SYSTEM)) && !act) {
        return false;
    }
    for (; i < b->n && fits; i++) {
        fits = put_pipe(o, p, &b->parts[i],
                        b->source == SCR_FROM_NOTHING && i == 0 ? "run" : "pipe", first);
        first = false;
    }
    const scr_value *out = slot(p, "out");
    bool prints = b->parts[b->n - 1].step->out != SCR_T_DONE && !p->edits;
    if (fits && out && prints) {
        put(o, " > ");
        scr__quote_bash_path(o, out->text);
    }
    return fits;
}

void scr__bash_line(buf *o, const scr_plan *p, bool act)
{
    if (!put_line(o, p, act)) {
        o->len = 0;
        return;
    }
    for (size_t i = 0; i < o->len; i++) {
        if (o->ptr[i] == '\n') { /* the comment had one inside a quotation */
            o->len = 0;
            return;
        }
    }
    put(o, "\n");
}

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "assist/script/script_internal.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_plain(str_view v)
{
    if (!v.len || v.ptr[0] == '-')
        return false;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              strchr("_./-+:,%", c)))
            return false;
    }
    return true;
}

void scr__quote_bash(buf *out, str_view v)
{
    if (is_plain(v)) {
        buf_append(out, v);
        return;
    }
    buf_append_byte(out, '\'');
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] == '\'')
            buf_append(out, STR("'\\''"));
        else
            buf_append_byte(out, v.ptr[i]);
    }
    buf_append_byte(out, '\'');
}

/* Length of "$NAME" at the beginning of a path; 0: there is none. */
static size_t variable_at(str_view path)
{
    size_t n = 1;
    while (n < path.len && (path.ptr[n] == '_' || (path.ptr[n] >= 'A' && path.ptr[n] <= 'Z') ||
                            (path.ptr[n] >= 'a' && path.ptr[n] <= 'z')))
        n++;
    return path.len && path.ptr[0] == '$' && n > 1 && (n == path.len || path.ptr[n] == '/') ? n : 0;
}

void scr__quote_bash_path(buf *out, str_view path)
{
    size_t variable = variable_at(path);
    if (variable) {
        buf_append_format(out, "\"%.*s\"", (int)variable, path.ptr);
        if (path.len > variable)
            scr__quote_bash(out, str_slice(path, variable, path.len));
        return;
    }
    if (!str_starts(path, STR("~/"))) {
        scr__quote_bash(out, path);
        return;
    }
    buf_append(out, STR("\"$HOME\"/"));
    if (path.len > 2)
        scr__quote_bash(out, str_slice(path, 2, path.len));
}

/* Bytes that are no UTF-8 do not occur: the comment was checked. */
void scr__quote_python(buf *out, str_view v)
{
    buf_append_byte(out, '"');
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] == '"' || v.ptr[i] == '\\')
            buf_append_byte(out, '\\');
        buf_append_byte(out, v.ptr[i]);
    }
    buf_append_byte(out, '"');
}

/* Between double quotes: `escaped` behind a backslash, control characters by their numbers. */
static void quote_c(buf *out, str_view v, const char *escaped, bool octal)
{
    str_view special = str_of(escaped);
    buf_append_byte(out, '"');
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if (str_find_byte(special, c) < special.len)
            buf_append_byte(out, '\\');
        if ((unsigned char)c < 0x20)
            buf_append_format(out, octal ? "\\%03o" : "\\x%02x", (unsigned)c);
        else
            buf_append_byte(out, c);
    }
    buf_append_byte(out, '"');
}

void scr__quote_go(buf *out, str_view v)
{
    quote_c(out, v, "\"\\", false);
}

void scr__quote_javascript(buf *out, str_view v)
{
    quote_c(out, v, "\"\\", false);
}

/* "#{" would be code. */
void scr__quote_ruby(buf *out, str_view v)
{
    quote_c(out, v, "\"\\#", false);
}

static void put_perl_text(buf *out, str_view v, bool doubled)
{
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if (strchr(doubled ? "\"\\$@" : "'\\", c))
            buf_append_byte(out, '\\');
        if ((unsigned char)c < 0x20)
            buf_append_format(out, "\\x%02x", (unsigned)c);
        else
            buf_append_byte(out, c);
    }
}

/* Between double quotes only what has control characters. */
void scr__quote_perl(buf *out, str_view v)
{
    bool control = false;
    for (size_t i = 0; i < v.len; i++)
        control = control || (unsigned char)v.ptr[i] < 0x20;
    buf_append_byte(out, control ? '"' : '\'');
    put_perl_text(out, v, control);
    buf_append_byte(out, control ? '"' : '\'');
}

void scr__quote_perl_path(buf *out, str_view path)
{
    size_t variable = variable_at(path), home = str_starts(path, STR("~/"));
    if (!variable && !home) {
        scr__quote_perl(out, path);
        return;
    }
    buf_append_format(out, "\"$ENV{%.*s}", variable ? (int)variable - 1 : 4,
                      variable ? path.ptr + 1 : "HOME");
    put_perl_text(out, str_slice(path, variable ? variable : home, path.len), true);
    buf_append_byte(out, '"');
}

void scr__quote_awk(buf *out, str_view v)
{
    quote_c(out, v, "\"\\", true);
}

/* How a language reads a variable of the environment, and what joins a path to the home folder. */
struct path_words {
    const char *before, *after, *home;
    void (*quote)(buf *out, str_view v);
};

/* A path that may begin with a variable or the home folder. */
static void quote_path(buf *out, str_view path, const struct path_words *w)
{
    size_t variable = variable_at(path), home = str_starts(path, STR("~/")) ? 2 : 0;
    str_view rest = str_slice(path, variable ? variable : home, path.len);
    if (variable)
        buf_append_format(out, "%s%.*s%s", w->before, (int)variable - 1, path.ptr + 1, w->after);
    else if (home)
        buf_append(out, str_of(w->home));
    if (variable && rest.len)
        buf_append(out, STR(" + "));
    if (!variable || rest.len)
        w->quote(out, rest);
    if (home)
        buf_append_byte(out, ')');
}

void scr__quote_ruby_path(buf *out, str_view path)
{
    static const struct path_words ruby = {"ENV.fetch(\"", "\", \"\")", "File.join(Dir.home, ",
                                           scr__quote_ruby};
    quote_path(out, path, &ruby);
}

void scr__quote_javascript_path(buf *out, str_view path)
{
    static const struct path_words javascript = {"(process.env.", " ?? \"\")",
                                                 "path.join(os.homedir(), ", scr__quote_javascript};
    quote_path(out, path, &javascript);
}

/* The value as the filter wants it, before quoting; false: an unknown filter. */
static bool filtered(buf *out, const scr_value *v, str_view filter, bool *raw)
{
    static const struct {
        const char *name;
        int64_t divisor;
    } units[] = {{"days", 86400}, {"minutes", 60}, {"hours", 3600}, {"number", 1}};
    static const struct {
        const char *name, *specials;
    } escapes[] = {
        {"sedre", "\\/.*[]^$"}, {"sedrep", "\\/&"}, {"glob", "\\*?["}, {"re", ".*[]^$\\/(){}+?|"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (str_eq(filter, str_of(units[i].name))) {
            buf_append_format(out, "%lld", (long long)(v->n / units[i].divisor));
            *raw = true;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        if (!str_eq(filter, str_of(escapes[i].name)))
            continue;
        for (size_t k = 0; k < v->text.len; k++) {
            if (strchr(escapes[i].specials, v->text.ptr[k]))
                buf_append_byte(out, '\\');
            buf_append_byte(out, v->text.ptr[k]);
        }
        return true;
    }
    if (str_eq(filter, STR("seconds"))) {
        bool days = v->n && v->n % 86400 == 0;
        buf_append_format(out, "%lld%s", (long long)(days ? v->n / 86400 : v->n),
                          days ? " * 86_400" : "");
        *raw = true;
        return true;
    }
    if (str_eq(filter, STR("raw"))) { /* as it is, where that cannot do harm */
        *raw = is_plain(v->text);
        buf_append(out, v->text);
        return true;
    }
    return false;
}

static const scr_value *find(const scr_slot *slots, const scr_slot *more, str_view name)
{
    for (int i = 0; i < 2; i++) {
        for (const scr_slot *s = i ? more : slots; s; s = s->next) {
            if (str_eq(s->name, name))
                return &s->value;
        }
    }
    return NULL;
}

/* Length of "@name@" or "@name:filter@" at the start of `v`; 0: it is none. */
static size_t hole_at(str_view v, str_view *name, str_view *filter)
{
    size_t i = 1, colon = 0;
    while (i < v.len && ((v.ptr[i] >= 'a' && v.ptr[i] <= 'z') || v.ptr[i] == '_' ||
                         (v.ptr[i] == ':' && !colon))) {
        if (v.ptr[i] == ':')
            colon = i;
        i++;
    }
    if (i == 1 || i >= v.len || v.ptr[i] != '@')
        return 0;
    *name = str_slice(v, 1, colon ? colon : i);
    *filter = colon ? str_slice(v, colon + 1, i) : STR("");
    return i + 1;
}

/* Slots whose "~/" is the home folder. */
static bool is_place(str_view name)
{
    static const char *const places[] = {"to",     "out",  "archive", "dir",
                                         "folder", "file", "other",   "new"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (str_eq(name, str_of(places[i])))
            return true;
    }
    return false;
}

static void fill_line(buf *out, const scr_style *style, str_view line, const scr_slot *slots,
                      const scr_slot *more)
{
    for (size_t i = 0; i < line.len;) {
        str_view name, filter;
        size_t n = line.ptr[i] == '@' ? hole_at(str_slice(line, i, line.len), &name, &filter) : 0;
        if (!n) {
            buf_append_byte(out, line.ptr[i++]);
            continue;
        }
        const scr_value *v = find(slots, more, name);
        const scr_value none = {SCR_TEXT, STR(""), 0};
        bool raw = false;
        buf b;
        buf_init(&b, SIZE_MAX);
        if (!v)
            v = &none;
        if (!filter.len || !filtered(&b, v, filter, &raw))
            buf_append(&b, v->text);
        bool path = v->kind == SCR_PATH && style->quote_path && is_place(name);
        if (raw || v->kind == SCR_OURS)
            buf_append(out, buf_view(&b));
        else if (path)
            style->quote_path(out, buf_view(&b));
        else
            style->quote(out, buf_view(&b));
        if (buf_failed(&b) != ERR_OK)
            out->failed = buf_failed(&b);
        buf_release(&b);
        i += n;
    }
}

/* Length of "?slot| " or "!slot| " at the start of the line; 0: it has no condition. */
static size_t condition_at(str_view line, str_view *name)
{
    size_t bar = 1;
    if (!line.len || (line.ptr[0] != '?' && line.ptr[0] != '!'))
        return 0;
    while (bar < line.len && is_letter(line.ptr[bar]))
        bar++;
    if (bar == line.len || line.ptr[bar] != '|' || (bar + 1 < line.len && line.ptr[bar + 1] != ' '))
        return 0;
    *name = str_slice(line, 1, bar);
    return bar + 1 < line.len ? bar + 2 : bar + 1;
}

/* What "@@role" in a frame stands for. */
typedef struct {
    const scr_plan *plan;
    scr_lines *lines;
    const scr_slot *facts;
} scr_frame;

static void fill_frame(buf *out, const scr_style *style, const scr_frame *frame, str_view role,
                       const char *indent);

/* A frame asks for all slots that there are: one that a say emptied is none. */
static bool is_set(const scr_value *v, const scr_frame *frame)
{
    return v && (!frame || v->text.len || v->kind == SCR_OURS);
}

static void fill_body(buf *out, const scr_style *style, str_view body, const scr_slot *slots,
                      const scr_slot *more, const char *indent, const scr_frame *frame)
{
    while (body.len) {
        str_view line = str_trim_right(str_take_line(&body)), name;
        line = str_starts(line, STR("    ")) ? str_slice(line, 4, line.len) : line;
        size_t head = line.len - str_trim_left(line).len;
        str_view inner = str_slice(line, 0, head);
        bool wanted = true;
        line = str_slice(line, head, line.len);
        for (size_t n; (n = condition_at(line, &name)) > 0; line = str_slice(line, n, line.len))
            wanted = wanted && is_set(find(slots, more, name), frame) == (line.ptr[0] == '?');
        if (!wanted)
            continue;
        str_view bare = str_trim_left(line);
        if (frame && str_starts(bare, STR("@@"))) {
            char deeper[64];
            snprintf(deeper, sizeof deeper, "%s%.*s%.*s", indent, STR_ARG(inner),
                     (int)(line.len - bare.len), line.ptr);
            fill_frame(out, style, frame, str_slice(bare, 2, bare.len), deeper);
            continue;
        }
        if (line.len) {
            buf_append(out, str_of(indent));
            buf_append(out, inner);
        }
        fill_line(out, style, line, slots, more);
        buf_append_byte(out, '\n');
    }
}

void scr__fill(buf *out, const scr_style *style, str_view body, const scr_slot *slots,
               const scr_slot *more, const char *indent)
{
    fill_body(out, style, body, slots, more, indent, NULL);
}

/* --- frames: whole scripts as text of the tables --- */

/* The step whose body it is: the first for what runs before all others, else the last. */
static const scr_clause *clause_with(const scr_plan *p, str_view language, const char *role)
{
    const scr_clause *found = NULL;
    for (size_t i = 0; i < p->block.n; i++) {
        bool first = strcmp(role, "run") == 0;
        if ((!found || !first) && scr__body(p->block.parts[i].step, language, role).len)
            found = &p->block.parts[i];
    }
    return found;
}

static const scr_step *frame_of(const scr_plan *p, str_view language, const char *role)
{
    const scr_step *part = p->table->parts;
    while (part && (!str_eq(part->name, STR("script")) || !scr__body(part, language, role).len))
        part = part->next;
    return part;
}

/* Of several steps: a name may stand in more than one of them, so each has a block. */
static void fill_one_of(buf *out, const scr_style *style, const scr_plan *p, const scr_clause *c,
                        const char *role, const char *indent)
{
    str_view body = scr__body(c->step, style->language, role);
    bool help = strcmp(role, "help") == 0;
    bool apart = !help && p->block.n > 1 && str_find(body, STR("    my ")) < body.len;
    char deeper[64];
    snprintf(deeper, sizeof deeper, "%s%s", indent, apart ? "    " : "");
    if (apart)
        buf_append_format(out, "%s{\n", indent);
    scr__fill(out, style, body, c->slots, p->block.slots, deeper);
    if (apart)
        buf_append_format(out, "%s}\n", indent);
    if (body.len && help)
        buf_append_byte(out, '\n');
}

static void fill_frame(buf *out, const scr_style *style, const scr_frame *frame, str_view role,
                       const char *indent)
{
    const scr_plan *p = frame->plan;
    const scr_slot *slots = p->block.slots;
    char name[32];
    snprintf(name, sizeof name, "%.*s", STR_ARG(role));
    const scr_step *part = frame_of(p, style->language, name);
    const scr_clause *c = clause_with(p, style->language, name);
    bool all = strcmp(name, "pipe") == 0 || strcmp(name, "help") == 0;
    if (part)
        fill_body(out, style, scr__body(part, style->language, name), frame->facts, slots, indent,
                  frame);
    for (size_t i = 0; !part && all && i < p->block.n; i++)
        fill_one_of(out, style, p, &p->block.parts[i], name, indent);
    if (!part && !all && c)
        scr__fill(out, style, scr__body(c->step, style->language, name), c->slots, slots, indent);
    if (!part && !all && !c && frame->lines)
        frame->lines(out, p, role, indent);
}

enum { MAX_FACTS = 32 };

typedef struct {
    scr_slot at[MAX_FACTS];
    size_t n;
} scr_facts;

static void add_fact(scr_facts *f, const char *name, str_view text, bool holds)
{
    assert(f->n < MAX_FACTS);
    if (!holds)
        return;
    f->at[f->n] = (scr_slot){NULL, str_of(name), {SCR_OURS, text, 0}};
    if (f->n)
        f->at[f->n - 1].next = &f->at[f->n];
    f->n++;
}

static void add_facts(scr_facts *f, const scr_plan *p, str_view language)
{
    static const char *const roles[][2] = {{"name", "NAME"},   {"target", "TARGET"},
                                           {"edit", "EDIT"},   {"convert", "CONVERT"},
                                           {"batch", "BATCH"}, {"stream", "STREAM"}};
    const scr_step *last = p->block.parts[p->block.n - 1].step;
    const scr_value *ext = scr__slot(p->block.parts[p->block.n - 1].slots, "to_ext");
    bool acts = scr__acts(p, language), prints = scr__prints(p, language);
    str_view suffix = ext ? ext->text : last->suffix;
    bool more = str_starts(suffix, STR("+")), less = str_starts(suffix, STR("-"));
    add_fact(f, "our_title", scr__title(p), true);
    add_fact(f, "our_would", scr__would(p), true);
    add_fact(f, "our_suffix", str_slice(suffix, more || less, suffix.len), true);
    add_fact(f, "MORE", suffix, more);
    add_fact(f, "LESS", suffix, less);
    add_fact(f, "MOVES", suffix, str_starts(suffix, STR("mv")));
    add_fact(f, "FILES", suffix, p->block.source == SCR_FROM_FILES);
    add_fact(f, "TEXT", suffix, p->block.source == SCR_FROM_TEXT);
    add_fact(f, "NOTHING", suffix, p->block.source == SCR_FROM_NOTHING);
    add_fact(f, "ACTS", suffix, acts);
    add_fact(f, "PRINTS", suffix, prints);
    add_fact(f, "RUNS", suffix, !acts && !prints);
    add_fact(f, "DRY", suffix, p->dry_run);
    add_fact(f, "SAFE", suffix, p->dry_by_default);
    add_fact(f, "DEEP", suffix, p->recursive);
    add_fact(f, "EDITS", suffix, p->edits);
    add_fact(f, "EFFECT", suffix, last->effect || p->edits);
    add_fact(f, "LINES", suffix, last->in == SCR_T_LINES);
    add_fact(f, "READS", suffix, last->in == SCR_T_LINES && !p->names);
    add_fact(f, "EACH", suffix, clause_with(p, language, "each") != NULL);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        add_fact(f, roles[i][1], suffix, scr__last(p, language, roles[i][0]) != NULL);
}

void scr__frame(buf *out, const scr_plan *p, const scr_style *style, const char *role,
                scr_lines *lines)
{
    scr_facts facts = {.n = 0};
    add_facts(&facts, p, style->language);
    const scr_frame frame = {p, lines, facts.at};
    fill_frame(out, style, &frame, str_of(role), "");
}

/* --- patterns of the shell --- */

static void put_glob(buf *o, const scr_patterns *style, str_view glob)
{
    bool open = str_starts(glob, STR("*")), ends = !str_ends(glob, STR("*"));
    while (str_starts(glob, STR("*")))
        glob = str_slice(glob, 1, glob.len);
    while (str_ends(glob, STR("*")))
        glob.len--;
    buf_append(o, open ? STR("") : str_of(style->begin));
    for (size_t i = 0; i < glob.len; i++) {
        char c = glob.ptr[i];
        str_view rest = str_slice(glob, i + 2 < glob.len ? i + 2 : glob.len, glob.len);
        if (c == '[' && str_find_byte(rest, ']') < rest.len) {
            bool not = glob.ptr[i + 1] == '!';
            buf_append(o, not ? STR("[^") : STR("["));
            for (i += 1 + not ; glob.ptr[i] != ']'; i++) {
                buf_append(o, strchr(style->in_class, glob.ptr[i]) ? STR("\\") : STR(""));
                buf_append_byte(o, glob.ptr[i]);
            }
            buf_append_byte(o, ']');
        } else if (c == '*' || c == '?') {
            buf_append(o, c == '*' ? STR(".*") : STR("."));
        } else {
            buf_append(o, strchr(style->specials, c) ? STR("\\") : STR(""));
            buf_append_byte(o, c);
        }
    }
    buf_append(o, ends ? str_of(style->end) : STR(""));
}

void scr__globs(buf *o, const scr_patterns *style, const char *before, str_view list,
                const char *after)
{
    for (size_t n = 0; n == 0 || list.len; n++) {
        size_t comma = str_find_byte(list, ',');
        buf one;
        buf_init(&one, SIZE_MAX);
        buf_append_format(&one, "%s%.*s%s", before,
                          STR_ARG(scr__base_name(str_slice(list, 0, comma))), after);
        buf_append(o, n ? STR("|") : STR(""));
        put_glob(o, style, buf_view(&one));
        if (buf_failed(&one) != ERR_OK)
            o->failed = buf_failed(&one);
        buf_release(&one);
        list = str_slice(list, comma + 1, list.len);
    }
}

/* --- functions that several steps share --- */

bool scr__mentions(str_view code, str_view name, char after)
{
    for (size_t i = 0; i + name.len < code.len; i++) {
        i += str_find(str_slice(code, i, code.len), name);
        if (i + name.len >= code.len)
            break;
        char before = i ? code.ptr[i - 1] : ' ', next = code.ptr[i + name.len];
        bool member = before == '.' && (i < 2 || code.ptr[i - 2] != '.'); /* but ...name */
        if (!member && !is_letter(before) && (after ? next == after : !is_letter(next)))
            return true;
    }
    return false;
}

void scr__called_parts(buf *code, const scr_plan *p, const scr_style *style)
{
    bool used[SCR_MAX_PARTS] = {false};
    for (bool more = true; more;) {
        size_t i = 0;
        more = false;
        for (const scr_step *part = p->table->parts; part && i < SCR_MAX_PARTS;
             part = part->next, i++) {
            str_view body = scr__body(part, style->language, "help");
            if (used[i] || !body.len || !scr__mentions(buf_view(code), part->name, '\0'))
                continue;
            used[i] = more = true;
            scr__fill(code, style, body, NULL, NULL, "");
            buf_append_byte(code, '\n');
        }
    }
}

/* --- what the renderers of all languages say --- */

void scr__sentence(buf *out, const char *mark, const char *first, str_view text)
{
    enum { WIDTH = 96 };
    size_t room = WIDTH - strlen(mark) - 1;
    size_t used = strlen(first);
    buf_append_format(out, "%s %s", mark, first);
    while (text.len) {
        size_t n = str_find_byte(text, ' ');
        if (used + n + 1 > room && used > 4) {
            buf_append_format(out, "\n%s    ", mark);
            used = 3;
        } else if (used) {
            buf_append_byte(out, ' ');
        }
        buf_append(out, str_slice(text, 0, n));
        used += n + 1;
        text = str_trim_left(str_slice(text, n, text.len));
    }
    buf_append_byte(out, '\n');
}

void scr__head(buf *out, const scr_plan *p, str_view language, const char *mark)
{
    scr__sentence(out, mark, "", p->comment);
    buf_append_format(out, "%s\n", mark);
    for (size_t i = 0; i < p->n_assumptions; i++)
        scr__sentence(out, mark, i ? "        -" : "Assumed:", p->assumptions[i]);
    for (size_t i = 0; i < p->block.n; i++) {
        for (const scr_need *n = p->block.parts[i].step->tools; n; n = n->next) {
            if (!str_eq(n->name, language))
                continue;
            size_t space = str_find_byte(n->text, ' ');
            buf_append_format(out, "%s Needs %.*s (Debian package %.*s).\n", mark,
                              STR_ARG(str_slice(n->text, 0, space)),
                              STR_ARG(str_slice(n->text, space + 1, n->text.len)));
        }
    }
    for (size_t i = 0; i < p->block.n; i++) {
        const scr_step *step = p->block.parts[i].step;
        if (step->foreign)
            buf_append_format(out, "%s Written by this project's own template: %.*s.\n", mark,
                              STR_ARG(str_slice(step->name, 0, 60)));
    }
    if (p->effect & SCR_DELETES)
        buf_append_format(
            out, "%s DELETES files: only shows what it would do, until it is run with --yes.\n",
            mark);
    else if (p->effect & SCR_OVERWRITES)
        buf_append_format(
            out, "%s CHANGES files: only shows what it would do, until it is run with --yes.\n",
            mark);
    else if (p->dry_by_default)
        buf_append_format(
            out,
            "%s Changes the system: only shows what it would do, until it is run with --yes.\n",
            mark);
    if (p->effect & SCR_NETWORK)
        buf_append_format(out, "%s Uses the network.\n", mark);
}

const scr_clause *scr__last(const scr_plan *p, str_view language, const char *role)
{
    const scr_clause *c = &p->block.parts[p->block.n - 1];
    return scr__body(c->step, language, role).len ? c : NULL;
}

bool scr__acts(const scr_plan *p, str_view language)
{
    return p->block.source == SCR_FROM_FILES &&
           (p->edits || (p->block.parts[p->block.n - 1].step->out == SCR_T_DONE &&
                         !scr__last(p, language, "batch")));
}

bool scr__prints(const scr_plan *p, str_view language)
{
    return !scr__acts(p, language) && !(p->block.source == SCR_FROM_NOTHING &&
                                        p->block.parts[p->block.n - 1].step->out == SCR_T_DONE);
}

void scr__options_help(buf *o, const scr_plan *p, str_view language)
{
    if (p->dry_run)
        buf_append_format(o, "  -n, --dry-run       only show what would be done%s\n",
                          p->dry_by_default ? " (the default)" : "");
    if (p->dry_by_default)
        buf_append(o, STR("  -y, --yes           do it\n"));
    if (p->block.source == SCR_FROM_FILES)
        buf_append(o, STR("  -r, --recursive     subfolders too\n"
                          "      --no-recursive  the folder itself only\n"));
    if (p->block.source == SCR_FROM_TEXT)
        buf_append(o, STR("  -i, --in-place      put the result into the files instead of "
                          "printing it\n"));
    if (scr__prints(p, language))
        buf_append(o, STR("  -o, --output FILE   write what is printed to FILE, which must not "
                          "exist\n"));
    buf_append(o, STR("  -h, --help          this text\n"));
}

str_view scr__base_name(str_view path)
{
    for (size_t i = path.len; i > 0; i--) {
        if (path.ptr[i - 1] == '/')
            return str_slice(path, i, path.len);
    }
    return path;
}

str_view scr__folder_name(str_view path)
{
    while (str_starts(path, STR("./")))
        path = str_slice(path, 2, path.len);
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

str_view scr__title(const scr_plan *p)
{
    return p->block.parts[p->block.n - 1].step->title;
}

str_view scr__would(const scr_plan *p)
{
    str_view would = p->block.parts[p->block.n - 1].step->would;
    return would.len ? would : p->edits ? STR("change") : STR("work on");
}

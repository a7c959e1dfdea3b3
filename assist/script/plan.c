#include <string.h>

#include "assist/script/script_internal.h"

enum { MAX_ASSUMPTIONS = 16 };

const char *const scr__contained[] = {"contains", "contains_too", "lacks"};

static void assume(scr_plan *p, str_view sentence)
{
    if (p->n_assumptions < MAX_ASSUMPTIONS && sentence.len)
        p->assumptions[p->n_assumptions++] = sentence;
}

static void add_slots(arena *a, scr_slot **slots, const scr_slot *more)
{
    if (!more)
        return;
    add_slots(a, slots, more->next);
    scr__slot_set(a, slots, more->name, more->value);
}

/* Slots that say which files, beyond "those in this folder". */
static bool is_filtered(const scr_slot *slots)
{
    static const char *const filters[] = {
        "glob",      "ext",    "min_size",  "max_size", "older",    "newer",      "empty",
        "contains",  "before", "after",     "has_name", "file",     "exec",       "largest",
        "lacks",     "junk",   "suffix_is", "owner",    "mode_is",  "group",      "used_older",
        "used_aged", "aged",   "size_is",   "not_ext",  "not_glob", "not_prefix", "contains_too"};
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        const scr_value *v = scr__slot(slots, filters[i]);
        if (v && v->text.len)
            return true;
    }
    return false;
}

/* Whether a path is one that no script of ours may change as a whole. */
static bool is_system_folder(str_view path)
{
    static const char *const folders[] = {"/",     "/etc", "/usr",  "/bin",  "/boot",
                                          "/dev",  "/lib", "/sys",  "/proc", "/var",
                                          "/sbin", "~",    "/home", "/root"};
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (str_eq(path, str_of(folders[i])))
            return true;
    }
    return false;
}

static void check_effect(scr_plan *p, arena *a)
{
    const scr_step *last = p->block.parts[p->block.n - 1].step;
    if (scr__slot(p->block.slots, "any_type") && scr__body(last, STR("bash"), "target").len) {
        p->question = STR("Files, or folders with all that is in them? Say one of both.");
        return;
    }
    const scr_block *b = &p->block;
    const scr_value *dir = scr__slot(b->slots, "dir");
    bool heavy = p->effect & (SCR_DELETES | SCR_OVERWRITES);
    if (b->source == SCR_FROM_FILES && heavy && dir && is_system_folder(dir->text)) {
        p->refused = arena_format(a,
                                  "Changing what is in %.*s can break the system; name a folder "
                                  "of your own.",
                                  STR_ARG(dir->text));
        return;
    }
    if (b->source == SCR_FROM_FILES && (p->effect & SCR_DELETES) && !is_filtered(b->slots) &&
        !b->parts[b->n - 1].step->all)
        p->question = STR("Which files? Deleting takes a name, an ending, an age or a size.");
    p->dry_by_default = heavy || (p->effect & SCR_SYSTEM);
    p->dry_run = p->dry_by_default || (p->effect & SCR_CREATES);
}

static void check_asks(scr_plan *p)
{
    for (size_t i = 0; i < p->block.n && !p->question.len; i++) {
        const scr_clause *c = &p->block.parts[i];
        for (const scr_need *ask = c->step->asks; ask && !p->question.len; ask = ask->next) {
            str_view names = ask->name;
            bool set = false;
            while (names.len && !set) { /* a,b: one of them */
                size_t comma = str_find_byte(names, ',');
                str_view name = str_slice(names, 0, comma);
                for (const scr_slot *s = c->slots; s && !set; s = s->next)
                    set = str_eq(s->name, name);
                for (const scr_slot *s = p->block.slots; s && !set; s = s->next)
                    set = str_eq(s->name, name);
                names = str_slice(names, comma + 1, names.len);
            }
            if (!set)
                p->question = ask->text;
        }
    }
}

static bool among(str_view name, const char *const *names)
{
    for (; *names; names++) {
        if (str_eq(name, str_of(*names)))
            return true;
    }
    return false;
}

static bool has_default(const scr_step *step, str_view name)
{
    for (const scr_need *d = step->defaults; d; d = d->next) {
        if (str_eq(d->name, name))
            return true;
    }
    return false;
}

static bool body_speaks_of(str_view rest, str_view name)
{
    while (rest.len) {
        size_t at = str_find(rest, name);
        if (at >= rest.len)
            return false;
        char before = at ? rest.ptr[at - 1] : ' ';
        char after = at + name.len < rest.len ? rest.ptr[at + name.len] : ' ';
        if ((before == '@' && (after == '@' || after == ':')) ||
            ((before == '?' || before == '!') && after == '|'))
            return true;
        rest = str_slice(rest, at + name.len, rest.len);
    }
    return false;
}

bool scr__speaks_of(const scr_step *s, str_view name)
{
    for (const scr_need *n = s->asks; n; n = n->next) {
        if (str_find(n->text, name) < n->text.len || str_find(n->name, name) < n->name.len)
            return true;
    }
    for (const scr_body *b = s->bodies; b; b = b->next) {
        if (body_speaks_of(b->text, name))
            return true;
    }
    return false;
}

/* The language whose code runs there. */
static str_view own_language(const scr_step *s, str_view language)
{
    bool own = false;
    for (const scr_body *b = s->bodies; b; b = b->next)
        own = own || str_eq(b->language, language);
    return own || !s->via_python ? language : STR("python");
}

const scr_slot *scr__deaf_to(const scr_step *s, const scr_slot *slots, str_view language)
{
    language = own_language(s, language);
    for (; slots; slots = slots->next) {
        bool elsewhere = false, here = has_default(s, slots->name);
        for (const scr_body *b = s->bodies; b; b = b->next) {
            bool speaks = body_speaks_of(b->text, slots->name);
            elsewhere = elsewhere || speaks;
            here = here || (speaks && str_eq(b->language, language));
        }
        if (elsewhere && !here)
            return slots;
    }
    return NULL;
}

bool scr__heeds(const scr_step *step, str_view name)
{
    static const char *const of_all[] = {"span",     "here", "joined", "turned", "excluded",
                                         "both",     "csv",  "thing",  "one",    "deep",
                                         "schedule", "tree", "found",  NULL};
    bool prints = step->out != SCR_T_DONE;
    if (among(name, of_all))
        return true;
    if (prints && (str_eq(name, STR("out")) || str_eq(name, STR("printed"))))
        return true;
    /* What it prints or makes anew leaves the original. */
    if (str_eq(name, STR("kept")) && (prints || scr__body(step, STR("bash"), "convert").len))
        return true;
    return has_default(step, name) || scr__speaks_of(step, name);
}

/* What the comment says and no code does must not be passed over in silence. */
static void check_used(scr_plan *p, arena *a)
{
    static const char *const of_files[] = {
        "glob",         "ext",      "not_glob",  "not_ext",      "has_name",
        "prefix_is",    "min_size", "max_size",  "older",        "newer",
        "after",        "before",   "empty",     "contains",     "lacks",
        "dir",          "deep",     "flat",      "today",        "hidden",
        "no_hidden",    "no_ext",   "exec",      "links",        "dirs",
        "skip_dir",     "broken",   "any_type",  "suffix_is",    "owner",
        "mode_is",      "group",    "depth",     "used_older",   "used_newer",
        "used_aged",    "aged",     "size_is",   "for_all",      "unreadable",
        "not_prefix",   "nocase",   "not_empty", "aged_minutes", "used_aged_minutes",
        "contains_too", NULL};
    static const char *const of_text[] = {"file", "in_place", NULL};
    const scr_step *last = p->block.parts[p->block.n - 1].step;
    for (const scr_slot *s = p->block.slots; s; s = s->next) {
        const scr_slot *first = p->block.slots;
        while (!str_eq(first->name, s->name))
            first = first->next;
        if (first != s) /* said again, or taken back by a saying */
            continue;
        bool used = (p->block.source == SCR_FROM_FILES && among(s->name, of_files)) ||
                    (p->block.source != SCR_FROM_NOTHING && among(s->name, of_text)) ||
                    scr__heeds(last, s->name);
        for (size_t i = 0; i + 1 < p->block.n && !used; i++)
            used = has_default(p->block.parts[i].step, s->name) ||
                   scr__speaks_of(p->block.parts[i].step, s->name);
        if (!used && s->value.text.len) {
            p->question = arena_format(
                a, "I would %.*s, but what is \"%.*s\" for then?", STR_ARG(last->title),
                STR_ARG(s->value.text.len > 1 ? str_slice(s->value.text, 0, 60) : s->name));
            p->reread = true;
            return;
        }
    }
}

static bool first_is_files(const scr_block *b)
{
    return b->parts[0].step->in == SCR_T_FILES;
}

static bool contents_wanted(const scr_block *b)
{
    for (size_t i = 0; i < b->n; i++) {
        if (b->parts[i].step->in == SCR_T_LINES)
            return b->parts[i].step->contents;
    }
    return false;
}

/* "every <often>", or "every <n> <often>"s; empty where cron has no such line. */
static str_view cron_line(arena *a, int64_t s, const char *yes)
{
    static const struct {
        int64_t s, most; /* of several it takes those that divide the next larger */
        const char *often, *once;
    } times[] = {{60, 60, "minute", "* * * * *"},
                 {3600, 24, "hour", "0 * * * *"},
                 {86400, 1, "night", "0 3 * * *"},
                 {7 * 86400, 1, "week", "0 3 * * 1"},
                 {30 * 86400, 1, "month", "0 3 1 * *"}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        int64_t n = s / times[i].s;
        if (s % times[i].s == 0 && n == 1)
            return arena_format(a, "every %s: crontab -e, then %s /full/path/of/this/script%s",
                                times[i].often, times[i].once, yes);
        if (s % times[i].s == 0 && n < times[i].most && times[i].most % n == 0)
            return arena_format(
                a, "every %d %ss: crontab -e, then %s*/%d%s /full/path/of/this/script%s", (int)n,
                times[i].often, i ? "0 " : "", (int)n, i ? " * * *" : " * * * *", yes);
    }
    return STR("");
}

/* When it is to run is not its own business. */
static void say_schedule(scr_plan *p, arena *a)
{
    const scr_value *v = scr__slot(p->block.slots, "schedule");
    const scr_value *out = scr__slot(p->block.slots, "out");
    if (!v)
        return;
    int64_t s = v->n > 1 ? v->n : 0;
    str_view said = cron_line(a, s, p->dry_by_default ? " --yes" : "");
    if (out)
        p->question = arena_format(a,
                                   "After the first run %.*s is there already: where should the "
                                   "others write?",
                                   STR_ARG(out->text));
    else if (!said.len)
        p->question = STR("How often? cron knows minutes that divide an hour, hours that divide a "
                          "day, days, weeks and months.");
    assume(p, said);
}

static void say_assumptions(scr_plan *p)
{
    const scr_slot *slots = p->block.slots;
    if (p->block.source == SCR_FROM_FILES) {
        if (!scr__slot(slots, "dir"))
            assume(p, STR("the folder is the current one unless another is given"));
        if (!scr__slot(slots, "deep") && !scr__slot(slots, "flat"))
            assume(p, p->recursive ? STR("subfolders belong to it (--no-recursive leaves them out)")
                                   : STR("subfolders are left alone (--recursive takes them in)"));
    }
    if (p->block.source == SCR_FROM_TEXT && !scr__slot(slots, "file"))
        assume(p, STR("the text comes from the files given, or from standard input"));
    for (size_t i = 0; i < p->block.n; i++) {
        for (const scr_need *n = p->block.parts[i].step->assumes; n; n = n->next)
            assume(p, n->text);
    }
}

static bool is_name(const scr_value *v)
{
    for (size_t i = 0; i < v->text.len; i++) {
        char c = v->text.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (unsigned char)c >= 0x80 || strchr("._-+/", c)))
            return false;
    }
    return v->kind == SCR_TEXT;
}

/* What is quoted behind "in" is a folder of files, but a file of lines. */
static void name_quoted_file(arena *a, scr_block *b)
{
    const scr_value *dir = scr__slot(b->slots, "dir");
    if (b->source != SCR_FROM_TEXT || !dir || !is_name(dir) || scr__slot(b->slots, "file") ||
        scr__slot(b->slots, "ext") || scr__slot(b->slots, "glob") || str_ends(dir->text, STR("/")))
        return;
    scr__slot_set(a, &b->slots, STR("file"), *dir);
    for (scr_slot *s = b->slots; s; s = s->next) {
        if (str_eq(s->name, STR("dir")))
            s->name = STR("turned");
    }
}

/* "in a.txt and b.txt": each of them, where the step is for one. */
static void name_both(arena *a, scr_block *b)
{
    const scr_value *file = scr__slot(b->slots, "file"), *other = scr__slot(b->slots, "other");
    if (b->source != SCR_FROM_TEXT || !file || !other ||
        memchr(file->text.ptr, '/', file->text.len) ||
        memchr(other->text.ptr, '/', other->text.len))
        return;
    for (size_t i = 0; i < b->n; i++) {
        if (scr__heeds(b->parts[i].step, STR("other")))
            return;
    }
    str_view both = arena_format(a, "%.*s,%.*s", STR_ARG(file->text), STR_ARG(other->text));
    for (scr_slot *s = b->slots; s; s = s->next) {
        if (str_eq(s->name, STR("file")) || str_eq(s->name, STR("other")))
            s->name = STR("turned");
    }
    scr__slot_set(a, &b->slots, STR("glob"), (scr_value){SCR_PATH, both, 0});
    scr__slot_set(a, &b->slots, STR("flat"), (scr_value){SCR_WORD, STR("1"), 1});
}

err_code scr__plan(scr_plan *out, arena *a, const scr_table *t, const scr_intent *intent,
                   str_view comment)
{
    *out = (scr_plan){.table = t,
                      .comment = comment,
                      .assumptions = ARENA_ARRAY(a, str_view, MAX_ASSUMPTIONS),
                      .question = intent->question,
                      .reread = intent->unread,
                      .refused = intent->refused};
    if (!out->assumptions)
        return ERR_NOMEM;
    if (out->question.len || out->refused.len || !intent->n)
        return ERR_OK;
    scr_block *b = &out->block;
    bool deep = false;
    for (size_t i = 0; i < intent->n; i++) {
        const scr_clause *c = &intent->clauses[i];
        b->parts[b->n++] = *c;
        out->effect |= c->step->effect;
        if (c->step->foreign && c->step->out == SCR_T_DONE)
            out->effect |= SCR_SYSTEM; /* nobody knows what it does: dry unless --yes */
        deep = deep || c->step->deep;
        add_slots(a, &b->slots, c->slots);
    }
    if (scr__slot(b->slots, "any_type") || scr__slot(b->slots, "dirs"))
        scr__slot_set(a, &b->slots, STR("tree"), (scr_value){SCR_WORD, STR("1"), 1});
    if (scr__slot(b->slots, "tree") && scr__slot(b->slots, "glob"))
        scr__slot_set(a, &b->slots, STR("deep"), (scr_value){SCR_WORD, STR("1"), 1});
    const scr_value *file = scr__slot(b->slots, "file");
    if (file && str_ends(file->text, STR(".csv")))
        scr__slot_set(a, &b->slots, STR("csv"), (scr_value){SCR_WORD, STR("1"), 1});
    scr_type in = intent->clauses[0].step->in;
    b->source = in == SCR_T_FILES   ? SCR_FROM_FILES
                : in == SCR_T_LINES ? SCR_FROM_TEXT
                                    : SCR_FROM_NOTHING;
    name_quoted_file(a, b);
    name_both(a, b);
    const scr_value *file_slot = scr__slot(b->slots, "file");
    if (b->source == SCR_FROM_FILES && file_slot && !scr__slot(b->slots, "glob"))
        scr__put_path(a, &b->slots, file_slot->text);
    /* Text of many files is text of the files that the filters name. */
    if (b->source == SCR_FROM_TEXT && !scr__slot(b->slots, "file") &&
        (scr__slot(b->slots, "ext") || scr__slot(b->slots, "glob") || scr__slot(b->slots, "dir") ||
         scr__slot(b->slots, "here") || scr__slot(b->slots, "deep")))
        b->source = SCR_FROM_FILES;
    const scr_clause *last = &b->parts[b->n - 1];
    bool lines = last->step->in == SCR_T_LINES;
    if (scr__slot(b->slots, "in_place") && lines)
        out->effect |= SCR_OVERWRITES;
    else if (b->source == SCR_FROM_TEXT || (b->source == SCR_FROM_NOTHING && lines))
        out->effect &= ~(unsigned)SCR_OVERWRITES; /* only when --in-place is given */
    out->edits = lines && b->source == SCR_FROM_FILES && (out->effect & SCR_OVERWRITES);
    out->names = lines && b->source == SCR_FROM_FILES && !out->edits && first_is_files(b) &&
                 !contents_wanted(b);
    bool changes = out->effect & (SCR_DELETES | SCR_OVERWRITES | SCR_CREATES);
    out->recursive =
        scr__slot(b->slots, "deep") ||
        (!scr__slot(b->slots, "flat") && (deep || (!changes && b->source == SCR_FROM_FILES)));
    check_asks(out);
    if (!out->question.len)
        check_used(out, a);
    if (!out->question.len)
        check_effect(out, a);
    say_assumptions(out);
    if (!out->question.len)
        say_schedule(out, a);
    return arena_failed(a) ? ERR_NOMEM : ERR_OK;
}

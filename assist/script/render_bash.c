#include <string.h>

#include "assist/script/render.h"

static const scr_style style = {{"bash", 4}, scr__quote_bash, scr__quote_bash_path};

static const char *text_of(const scr_value *v)
{
    return v ? v->text.ptr : "";
}

/* `-iname '*.jpg'`, several joined by -o, behind "( )". */
static void put_names(buf *o, const char *test, str_view list, const char *before)
{
    bool several = str_find_byte(list, ',') < list.len;
    put(o, several ? " '('" : "");
    for (size_t n = 0; list.len; n++) {
        size_t comma = str_find_byte(list, ',');
        buf one;
        buf_init(&one, SIZE_MAX);
        put(&one, before);
        buf_append(&one, str_slice(list, 0, comma));
        buf_append_format(o, "%s %s ", n ? " -o" : "", test);
        scr__quote_bash(o, !*before ? scr__base_name(buf_view(&one)) : buf_view(&one));
        buf_release(&one);
        list = str_slice(list, comma + 1, list.len);
    }
    put(o, several ? " ')'" : "");
}

/* Does not go into folders of this name, or with this path at their end. */
static void put_prune(buf *o, str_view folder)
{
    bool inner = str_find_byte(folder, '/') < folder.len;
    buf one;
    buf_init(&one, SIZE_MAX);
    put(&one, inner && folder.ptr[0] != '/' ? "*/" : "");
    buf_append(&one, folder);
    put(o, inner ? " -path " : " -name ");
    scr__quote_bash(o, buf_view(&one));
    put(o, " -prune -o");
    buf_release(&one);
}

/* ` TEST 'BEFOREtextAFTER'` */
static void put_name_test(buf *o, const char *test, const char *before, str_view text,
                          const char *after)
{
    buf one;
    buf_init(&one, SIZE_MAX);
    buf_append_format(&one, "%s%.*s%s", before, STR_ARG(text), after);
    put(o, test);
    scr__quote_bash(o, buf_view(&one));
    buf_release(&one);
}

/* The tests of `find`, in the order of what they cost. */
void scr__bash_tests(buf *o, const scr_plan *p)
{
    static const struct {
        const char *slot, *test;
    } flags[] = {{"empty", " -empty"},
                 {"exec", " -perm /111"},
                 {"today", " -daystart -mtime 0"},
                 {"hidden", " -name '.*'"},
                 {"no_hidden", " -not -path '*/.*'"},
                 {"no_ext", " -not -name '*.*'"},
                 {"broken", " -xtype l"},
                 {"for_all", " -perm -002"},
                 {"unreadable", " -not -readable"},
                 {"not_empty", " -not -empty"}};
    static const struct {
        const char *slot, *test;
        int64_t unit;
        const char *after;
    } numbers[] = {{"min_size", " -size +", 1, "c"},        {"max_size", " -size -", 1, "c"},
                   {"size_is", " -size ", 1, "c"},          {"older", " -mmin +", 60, ""},
                   {"newer", " -mmin -", 60, ""},           {"aged", " -mtime ", 86400, ""},
                   {"used_older", " -amin +", 60, ""},      {"used_newer", " -amin -", 60, ""},
                   {"used_aged", " -atime ", 86400, ""},    {"aged_minutes", " -mmin ", 60, ""},
                   {"used_aged_minutes", " -amin ", 60, ""}};
    const scr_value *v = slot(p, "skip_dir");
    if (v)
        put_prune(o, scr__folder_name(v->text));
    put(o, slot(p, "any_type") ? ""
           : slot(p, "dirs")   ? " -type d"
           : slot(p, "links")  ? " -type l"
                               : " -type f");
    if ((v = slot(p, "ext")))
        put_names(o, "-iname", v->text, "*.");
    if ((v = slot(p, "glob")))
        put_names(o, slot(p, "nocase") ? "-iname" : "-name", v->text, "");
    if ((v = slot(p, "prefix_is")))
        put_name_test(o, slot(p, "nocase") ? " -iname " : " -name ", "", v->text, "*");
    if ((v = slot(p, "not_prefix")))
        put_name_test(o, " -not -name ", "", v->text, "*");
    if ((v = slot(p, "suffix_is")))
        put_name_test(o, slot(p, "nocase") ? " -iname " : " -name ", "*", v->text, "");
    if ((v = slot(p, "group")))
        put_name_test(o, " -group ", "", v->text, "");
    if ((v = slot(p, "owner")))
        put_name_test(o, " -user ", "", v->text, "");
    if ((v = slot(p, "mode_is")))
        buf_append_format(o, " -perm %lld", (long long)v->n);
    if ((v = slot(p, "has_name")))
        put_name_test(o, " -iname ", "*", v->text, "*");
    if ((v = slot(p, "not_glob"))) {
        put(o, " -not");
        put_names(o, "-name", v->text, "");
    }
    if ((v = slot(p, "not_ext"))) {
        put(o, " -not");
        put_names(o, "-iname", v->text, "*.");
    }
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (slot(p, flags[i].slot))
            put(o, flags[i].test);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if ((v = slot(p, numbers[i].slot)))
            buf_append_format(o, "%s%lld%s", numbers[i].test, (long long)(v->n / numbers[i].unit),
                              numbers[i].after);
    }
    for (int i = 0; i < 2; i++) {
        if ((v = slot(p, i ? "before" : "after")) != NULL)
            buf_append_format(o, "%s -newermt %s", i ? " -not" : "", text_of(v));
    }
}

void scr__bash_contents(buf *o, const scr_plan *p, bool in_find)
{
    for (int i = 0; i <= SCR_N_CONTAINED; i++) {
        const scr_value *v = slot(p, scr__contained[i]);
        bool not = i == SCR_N_CONTAINED;
        if (!v || !v->text.len)
            continue;
        if (in_find)
            put(o, not ? " -not -exec grep -q" : " -exec grep -q");
        else
            put(o,
                not ? " |\n        { xargs -0 -r grep -LZ" : " |\n        { xargs -0 -r grep -lZ");
        put(o, slot(p, "nocase") ? "iF -e " : "F -e ");
        scr__quote_bash(o, v->text);
        put(o, in_find ? " -- {} ';'" : " -- || [ $? = 123 ]; }");
    }
}

static void put_find(buf *o, const scr_plan *p)
{
    const scr_value *depth = slot(p, "depth");
    put(o, "# Prints the paths of the files meant, each with a NUL behind it.\nfind_files() {\n"
           "    local depth=(");
    if (depth)
        buf_append_format(o, "-maxdepth %lld", (long long)depth->n);
    put(o, ")\n    [ \"$recursive\" = 1 ] || depth=(-maxdepth 1)\n"
           "    find \"$folder\" -mindepth 1 \"${depth[@]}\"");
    scr__bash_tests(o, p);
    put(o, " -print0");
    scr__bash_contents(o, p, false); /* a process for many files, not for each */
    put(o, " | LC_ALL=C sort -z");
    const scr_clause *parts = p->block.parts;
    for (size_t i = 0; i < p->block.n; i++) {
        str_view body = scr__body(parts[i].step, style.language, "stream");
        if (body.len) {
            put(o, " |\n");
            scr__fill(o, &style, body, parts[i].slots, p->block.slots, "        ");
            o->len -= o->len ? 1 : 0; /* the line goes on */
        }
    }
    put(o, "\n}\n\n");
}

static bool has_pipes(const scr_plan *p)
{
    return p->block.parts[p->block.n - 1].step->in == SCR_T_LINES ||
           scr__last(p, style.language, "pipe");
}

/* The step's own shell code, or its Python. */
static void put_body(buf *o, const scr_plan *p, const scr_clause *c, const char *role,
                     const char *indent)
{
    str_view body = scr__body(c->step, style.language, role);
    if (body.len || !c->step->via_python) {
        scr__fill(o, &style, body, c->slots, p->block.slots, indent);
        return;
    }
    buf program;
    buf_init(&program, SIZE_MAX);
    scr__python_alone(&program, p, c);
    put(o, indent);
    put(o, "python3 -c ");
    scr__quote_bash(o, buf_view(&program));
    buf_append_byte(o, '\n');
    buf_release(&program);
}

static bool has_body(const scr_clause *c, const char *role)
{
    return scr__body(c->step, style.language, role).len ||
           (c->step->via_python && scr__body(c->step, STR("python"), role).len);
}

/* Lines in, lines out. */
static void put_transform(buf *o, const scr_plan *p)
{
    const scr_block *b = &p->block;
    bool first = true;
    put(o, "transform() {\n");
    for (size_t i = 0; i < b->n; i++) {
        if (!has_body(&b->parts[i], "pipe"))
            continue;
        put(o, first ? "" : " |\n");
        put_body(o, p, &b->parts[i], "pipe", first ? "    " : "        ");
        o->len -= o->len ? 1 : 0;
        first = false;
    }
    put(o, first ? "    cat\n}\n\n" : "\n}\n\n");
}

static void put_usage(buf *o, const scr_plan *p)
{
    const scr_source from = p->block.source;
    str_view title = scr__title(p);
    buf_append_format(o,
                      "usage() {\n    printf 'usage: %%s [options]%s\\n' \"${0##*/}\"\n"
                      "    cat <<'END'\n%.*s\n\n",
                      from == SCR_FROM_FILES  ? " [FOLDER]"
                      : from == SCR_FROM_TEXT ? " [FILE...]"
                                              : "",
                      STR_ARG(title));
    scr__options_help(o, p, style.language);
    put(o, "END\n}\n\n");
}

static void put_options(buf *o, const scr_plan *p)
{
    const scr_source from = p->block.source;
    put(o, "fail() {\n    printf '%s: %s\\n' \"${0##*/}\" \"$2\" >&2\n    exit \"$1\"\n}\n\n");
    const scr_value *out = slot(p, "out");
    if (scr__prints(p, style.language)) {
        put(o, "output=");
        if (out)
            scr__quote_bash_path(o, out->text);
        put(o, "\n");
    }
    if (p->dry_run)
        buf_append_format(o, "dry_run=%d\n", p->dry_by_default);
    if (from == SCR_FROM_FILES) {
        const scr_value *dir = slot(p, "dir");
        buf_append_format(o, "recursive=%d\nfolder=", p->recursive);
        scr__quote_bash_path(o, dir ? dir->text : STR("."));
        put(o, "\n");
    }
    if (from == SCR_FROM_TEXT)
        buf_append_format(o, "in_place=%d\n", slot(p, "in_place") != NULL);
    put(o, "while [ $# -gt 0 ]; do\n    case $1 in\n");
    if (p->dry_run)
        put(o, "    -n | --dry-run) dry_run=1 ;;\n");
    if (p->dry_by_default)
        put(o, "    -y | --yes) dry_run=0 ;;\n");
    if (from == SCR_FROM_FILES)
        put(o, "    -r | --recursive) recursive=1 ;;\n    --no-recursive) recursive=0 ;;\n");
    if (from == SCR_FROM_TEXT)
        put(o, "    -i | --in-place) in_place=1 ;;\n");
    if (scr__prints(p, style.language))
        put(o, "    -o | --output)\n        [ $# -gt 1 ] || fail 2 'which file? See --help'\n"
               "        output=$2\n        shift\n        ;;\n");
    put(o, "    -h | --help)\n        usage\n        exit 0\n        ;;\n"
           "    --)\n        shift\n        break\n        ;;\n"
           "    -?*) fail 2 \"unknown option $1, see --help\" ;;\n    *) break ;;\n"
           "    esac\n    shift\ndone\n");
    if (from == SCR_FROM_FILES)
        put(o, "[ $# -le 1 ] || fail 2 'one folder at most, see --help'\n"
               "[ $# -eq 0 ] || folder=$1\n"
               "case $folder in -*) folder=./$folder ;; esac\n"
               "[ -d \"$folder\" ] || fail 1 \"there is no folder $folder\"\n");
    if (from == SCR_FROM_NOTHING)
        put(o, "[ $# -eq 0 ] || fail 2 'too many words, see --help'\n");
    if (from == SCR_FROM_TEXT) {
        const scr_value *file = slot(p, "file");
        if (file) {
            put(o, "[ $# -gt 0 ] || set -- ");
            scr__quote_bash_path(o, file->text);
            put(o, "\n");
        }
        put(o, "for file in \"$@\"; do\n"
               "    [ -f \"$file\" ] || fail 1 \"there is no file $file\"\ndone\n");
    }
    for (size_t i = 0; i < p->block.n; i++) {
        for (const scr_need *n = p->block.parts[i].step->tools; n; n = n->next) {
            size_t space = str_find_byte(n->text, ' ');
            if (str_eq(n->name, style.language))
                buf_append_format(
                    o,
                    "command -v %.*s >/dev/null || fail 69 'this needs %.*s: apt-get install "
                    "%.*s'\n",
                    STR_ARG(str_slice(n->text, 0, space)), STR_ARG(str_slice(n->text, 0, space)),
                    STR_ARG(str_slice(n->text, space + 1, n->text.len)));
        }
    }
    put(o, "\n");
}

static void put_guard(buf *o, const scr_plan *p, const char *what)
{
    str_view would = scr__would(p);
    if (p->dry_run)
        buf_append_format(o,
                          "    if [ \"$dry_run\" = 1 ]; then\n"
                          "        printf 'would %.*s %s\\n' %s\n        continue\n    fi\n",
                          STR_ARG(would), strchr(what, 'n') ? "%s -> %s" : "%s", what);
}

static void put_replace(buf *o, const char *indent)
{
    buf_append_format(o,
                      "%schmod --reference=\"$file\" -- \"$tmp\"\n"
                      "%smv -f -- \"$tmp\" \"$file\"\n%stmp=\n",
                      indent, indent, indent);
}

/* Long work says where it is, each second, on a terminal alone. */
static void put_progress(buf *o, const scr_plan *p)
{
    put(o, "# Where it is, each second, where a terminal shows it.\nseen=0 told=0\n"
           "tell_where() {\n    seen=$((seen + 1))\n    if [ -t 2 ]");
    put(o, p->dry_run ? " && [ \"$dry_run\" = 0 ]" : "");
    put(o, " && [ \"$SECONDS\" -gt \"$told\" ]; then\n        told=$SECONDS\n"
           "        printf '\\033[K%d files, at %q\\r' \"$seen\" \"$1\" >&2\n    fi\n}\n\n");
}

static void put_each(buf *o, const scr_plan *p)
{
    static const char *const roles[] = {"each", "name", "convert", "edit", "target"};
    const scr_clause *c = NULL;
    size_t role = 0;
    for (; role < sizeof roles / sizeof *roles && !c; role++)
        c = scr__last(p, style.language, roles[role]);
    const char *kind = p->edits ? "edit" : roles[role - 1];
    str_view body = c ? scr__body(c->step, style.language, kind) : STR("");
    const scr_slot *slots = p->block.parts[p->block.n - 1].slots;
    bool renames = strcmp(kind, "name") == 0, converts = strcmp(kind, "convert") == 0,
         edits = strcmp(kind, "edit") == 0, targets = strcmp(kind, "target") == 0;
    put_progress(o, p);
    if (edits || converts)
        put(o, "tmp=\ntrap '[ -z \"$tmp\" ] || rm -f -- \"$tmp\"' EXIT\n");
    put(o, "status=0\nwhile IFS= read -r -d '' file; do\n    tell_where \"$file\"\n");
    if (renames) {
        put(o, "    name=${file##*/}\n");
        scr__fill(o, &style, body, slots, p->block.slots, "    ");
        put(o, "    if [ \"$name\" = \"${file##*/}\" ] || [ -z \"$name\" ]; then continue; fi\n"
               "    new=${file%/*}/$name\n");
    } else if (targets) {
        scr__fill(o, &style, body, slots, p->block.slots, "    ");
        put(o, "    new=$target/${file##*/}\n");
    } else if (converts) {
        str_view suffix = c->step->suffix;
        const scr_value *to = scr__slot(slots, "to_ext");
        if (to)
            suffix = to->text;
        if (str_starts(suffix, STR("+")))
            buf_append_format(o, "    new=$file.%.*s\n", STR_ARG(str_slice(suffix, 1, 20)));
        else if (str_starts(suffix, STR("-")))
            put(o, "    new=${file%.*}\n");
        else
            buf_append_format(o, "    new=${file%%.*}.%.*s\n", STR_ARG(suffix));
    }
    if (renames || targets || converts) {
        put(o, "    if [ -e \"$new\" ] || [ -L \"$new\" ]; then\n"
               "        printf '%s is there already, %s stays\\n' \"$new\" \"$file\" >&2\n"
               "        status=1\n        continue\n    fi\n");
        put_guard(o, p, "\"$file\" \"$new\"");
    } else if (edits || (p->dry_run && p->block.parts[p->block.n - 1].step->effect)) {
        put_guard(o, p, "\"$file\"");
    }
    if (renames) {
        put(o, "    mv -n -- \"$file\" \"$new\" || status=1\n");
    } else if (targets) {
        buf_append_format(
            o, "    mkdir -p -- \"$target\"\n    %.*s -- \"$file\" \"$new\" || status=1\n",
            STR_ARG(c->step->suffix));
    } else if (converts || edits) {
        put(o, "    tmp=$(mktemp -- \"${file%/*}/.tmp.XXXXXX\")\n");
        if (edits && !body.len) {
            put(o, "    transform <\"$file\" >\"$tmp\"\n");
        } else {
            scr__fill(o, &style, body, slots, p->block.slots, "    ");
        }
        if (edits) {
            put(o, "    if cmp -s -- \"$file\" \"$tmp\"; then\n        rm -f -- \"$tmp\"\n"
                   "        tmp=\n        continue\n    fi\n");
            put_replace(o, "    ");
        } else {
            put(o, "    chmod --reference=\"$file\" -- \"$tmp\"\n"
                   "    mv -n -- \"$tmp\" \"$new\"\n    tmp=\n");
        }
    } else {
        scr__fill(o, &style, body, slots, p->block.slots, "    ");
    }
    put(o, "done < <(find_files)\n[ ! -t 2 ] || printf '\\033[K' >&2\nexit \"$status\"\n");
}

/* How the lines come to be printed: `produce`. */
static void put_produce(buf *o, const scr_plan *p)
{
    const scr_block *b = &p->block;
    bool pipes = has_pipes(p);
    put(o, "produce() {\n");
    if (b->source == SCR_FROM_TEXT) {
        put(o, "    if [ $# -gt 0 ]; then cat -- \"$@\"; else cat; fi | transform\n");
    } else if (b->source == SCR_FROM_FILES) {
        const scr_clause *lines = NULL;
        for (size_t i = 0; i < b->n; i++) {
            if (scr__body(b->parts[i].step, style.language, "each").len)
                lines = &b->parts[i];
        }
        const scr_clause *batch = scr__last(p, style.language, "batch");
        if (batch) {
            put(o, "    local files=()\n    mapfile -d '' -t files < <(find_files)\n");
            scr__fill(o, &style, scr__body(batch->step, style.language, "batch"), batch->slots,
                      b->slots, "    ");
        } else if (lines) {
            put(o, "    local file\n    while IFS= read -r -d '' file; do\n");
            scr__fill(o, &style, scr__body(lines->step, style.language, "each"), lines->slots,
                      b->slots, "        ");
            put(o, "    done < <(find_files)");
        } else if (pipes && !p->names) {
            put(o, "    find_files | xargs -0 -r cat --");
        } else {
            put(o, "    find_files | tr '\\0' '\\n'");
        }
        put(o, batch ? "" : pipes ? " | transform\n" : "\n");
    } else {
        put_body(o, p, &b->parts[0], "run", "    ");
        if (pipes) {
            o->len--;
            put(o, " | transform\n");
        }
    }
    put(o, "}\n\n");
}

static void put_print(buf *o, const scr_plan *p)
{
    put_produce(o, p);
    if (p->block.source == SCR_FROM_TEXT) {
        put(o, "if [ \"$in_place\" = 1 ]; then\n"
               "    [ $# -gt 0 ] || fail 2 'which files are to be changed?'\n"
               "    for file in \"$@\"; do\n");
        if (p->dry_run)
            put(o, "        if [ \"$dry_run\" = 1 ]; then\n"
                   "            printf 'would change %s\\n' \"$file\"\n            continue\n"
                   "        fi\n");
        put(o, "        tmp=$(mktemp -- \"$file.XXXXXX\")\n"
               "        trap 'rm -f -- \"$tmp\"' EXIT\n"
               "        transform <\"$file\" >\"$tmp\"\n"
               "        chmod --reference=\"$file\" -- \"$tmp\"\n"
               "        mv -f -- \"$tmp\" \"$file\"\n    done\n    exit 0\nfi\n");
    }
    put(o, "if [ -z \"$output\" ]; then\n    produce \"$@\"\n    exit 0\nfi\n"
           "[ ! -e \"$output\" ] || fail 1 \"$output is there already\"\n");
    if (p->dry_run)
        put(o, "if [ \"$dry_run\" = 1 ]; then\n    printf 'would write %s\\n' \"$output\"\n"
               "    exit 0\nfi\n");
    put(o, "part=$output.part.$$\ntrap 'rm -f -- \"$part\"' EXIT\n"
           "produce \"$@\" >\"$part\"\nmv -f -- \"$part\" \"$output\"\n");
}

void scr__bash(buf *o, const scr_plan *p)
{
    const scr_block *b = &p->block;
    const scr_clause *last = &b->parts[b->n - 1];
    bool acts = scr__acts(p, style.language);
    put(o, "#!/usr/bin/env bash\n");
    scr__head(o, p, style.language, "#");
    put(o, "set -euo pipefail\n\n");
    put_usage(o, p);
    put_options(o, p);
    if (b->source == SCR_FROM_FILES)
        put_find(o, p);
    if (has_pipes(p))
        put_transform(o, p);
    if (acts)
        put_each(o, p);
    else if (last->step->out == SCR_T_DONE && b->source == SCR_FROM_NOTHING) {
        if (p->dry_run)
            buf_append_format(
                o, "if [ \"$dry_run\" = 1 ]; then\n    echo 'would %.*s'\n    exit 0\nfi\n",
                STR_ARG(scr__would(p)));
        put_body(o, p, last, "run", "");
    } else {
        put_print(o, p);
    }
}

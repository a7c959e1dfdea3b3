/* Go 1.18 and newer, its own library only: a main package in one file, as gofmt would write it.
 * Each step from lines to lines is a function of its own; the rest is text of the tables. */
#include <string.h>

#include "assist/script/render.h"

static const scr_style style = {{"go", 2}, scr__quote_go, scr__quote_go_path};

static str_view body_of(const scr_clause *c, const char *role)
{
    return scr__body(c->step, style.language, role);
}

void scr__quote_go_path(buf *out, str_view path)
{
    if (!str_starts(path, STR("~/"))) {
        scr__quote_go(out, path);
        return;
    }
    put(out, "filepath.Join(home(), ");
    scr__quote_go(out, str_slice(path, 2, path.len));
    buf_append_byte(out, ')');
}

str_view scr__go_cannot(const scr_plan *p)
{
    static const char *const slots[] = {"used_older", "used_newer",        "used_aged",
                                        "owner",      "used_aged_minutes", "group"};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        if (p->block.source == SCR_FROM_FILES && slot(p, slots[i]))
            return STR("its library does not tell, on all systems, whose a file is or when it was "
                       "read");
    }
    return STR("");
}

/* --- which files are meant --- */

static void put_and(buf *o)
{
    put(o, " &&\n\t\t\t\t");
}

/* filepath.Match knows [^a], not [!a]. */
static void put_pattern(buf *o, const char *before, str_view glob, const char *after, bool lower)
{
    buf b;
    buf_init(&b, SIZE_MAX);
    put(&b, before);
    for (size_t i = 0; i < glob.len; i++) {
        char c = glob.ptr[i];
        bool not = c == '!' && i && glob.ptr[i - 1] == '[';
        buf_append_byte(&b, not ? '^' : lower && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    put(&b, after);
    scr__quote_go(o, buf_view(&b));
    finish(o, &b);
}

static void put_names(buf *o, const scr_plan *p)
{
    static const struct {
        const char *slot, *before, *after, *is;
    } globs[] = {{"glob", "", "", ""},         {"prefix_is", "", "*", ""},
                 {"ext", "*.", "", ""},        {"not_glob", "", "", "!"},
                 {"not_prefix", "", "*", "!"}, {"not_ext", "*.", "", "!"}};
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++) {
        const scr_value *v = slot(p, globs[i].slot);
        if (!v || !v->text.len)
            continue;
        bool lower = slot(p, "nocase") || str_ends(str_of(globs[i].slot), STR("ext"));
        put_and(o);
        put(o, globs[i].is);
        put(o, lower ? "matches(strings.ToLower(name)" : "matches(name");
        for (str_view list = v->text; list.len;) {
            size_t comma = str_find_byte(list, ',');
            put(o, ", ");
            put_pattern(o, globs[i].before, scr__base_name(str_slice(list, 0, comma)),
                        globs[i].after, lower);
            list = str_slice(list, comma + 1, list.len);
        }
        put(o, ")");
    }
}

static void put_text_test(buf *o, const scr_plan *p, const char *name, const char *before,
                          const char *after)
{
    const scr_value *v = slot(p, name);
    if (!v || !v->text.len)
        return;
    put_and(o);
    put(o, before);
    scr__quote_go(o, v->text);
    put(o, after);
}

/* As people write it: 7*24*time.Hour. */
static void put_duration(buf *o, int64_t seconds)
{
    if (seconds % 86400 == 0)
        buf_append_format(o, "%lld*24*time.Hour", (long long)(seconds / 86400));
    else if (seconds % 3600 == 0)
        buf_append_format(o, "%lld*time.Hour", (long long)(seconds / 3600));
    else
        buf_append_format(o, "%lld*time.Second", (long long)seconds);
}

static void put_times(buf *o, const scr_plan *p)
{
    static const char *const ages[][2] = {{"older", ">"}, {"newer", "<"}};
    for (size_t i = 0; i < 2; i++) {
        const scr_value *v = slot(p, ages[i][0]);
        if (!v)
            continue;
        put_and(o);
        buf_append_format(o, "time.Since(info.ModTime()) %s ", ages[i][1]);
        put_duration(o, v->n);
    }
    const scr_value *days = slot(p, "aged"), *minutes = slot(p, "aged_minutes");
    if (days) {
        put_and(o);
        buf_append_format(o, "int(time.Since(info.ModTime()).Hours()/24) == %lld",
                          (long long)(days->n / 86400));
    }
    if (minutes) {
        put_and(o);
        buf_append_format(o, "int(math.Ceil(time.Since(info.ModTime()).Minutes())) == %lld",
                          (long long)(minutes->n / 60));
    }
    put_text_test(o, p, "after", "info.ModTime().After(dateOf(", "))");
    put_text_test(o, p, "before", "!info.ModTime().After(dateOf(", "))");
}

static void put_tests(buf *o, const scr_plan *p)
{
    static const scr_slot_test flags[] = {{"hidden", "strings.HasPrefix(name, \".\")"},
                                          {"no_ext", "!strings.Contains(name, \".\")"},
                                          {"broken", "!leadsSomewhere(file)"},
                                          {"not_empty", "info.Size() > 0"},
                                          {"exec", "info.Mode()&0o111 != 0"},
                                          {"for_all", "info.Mode()&0o002 != 0"},
                                          {"unreadable", "!canRead(file)"},
                                          {"today", "info.ModTime().Format(\"2006-01-02\") == "
                                                    "time.Now().Format(\"2006-01-02\")"}};
    static const scr_slot_test numbers[] = {{"min_size", "info.Size() > "},
                                            {"max_size", "info.Size() < "},
                                            {"size_is", "info.Size() == "},
                                            {"depth", "depth <= "},
                                            {"mode_is", "info.Mode().Perm() == 0o"}};
    bool nocase = slot(p, "nocase");
    put(o, slot(p, "any_type") ? "file != \"\""
           : slot(p, "dirs")   ? "info.IsDir()"
           : slot(p, "links")  ? "info.Mode()&os.ModeSymlink != 0"
                               : "info.Mode().IsRegular()");
    put_names(o, p);
    put_text_test(o, p, "suffix_is",
                  nocase ? "strings.HasSuffix(strings.ToLower(name), strings.ToLower("
                         : "strings.HasSuffix(name, ",
                  nocase ? "))" : ")");
    put_text_test(o, p, "has_name", "strings.Contains(strings.ToLower(name), strings.ToLower(",
                  "))");
    put_slot_tests(o, p, put_and, flags, sizeof flags / sizeof *flags, false);
    if (slot(p, "empty")) {
        put_and(o);
        put(o, slot(p, "dirs") ? "isEmptyFolder(file)" : "info.Size() == 0");
    }
    put_slot_tests(o, p, put_and, numbers, sizeof numbers / sizeof *numbers, true);
    put_times(o, p);
    for (int i = 0; i <= SCR_N_CONTAINED; i++)
        put_text_test(o, p, scr__contained[i],
                      i == SCR_N_CONTAINED ? "!holdsText(file, " : "holdsText(file, ",
                      nocase ? ", true)" : ", false)");
}

static void put_find(buf *o, const scr_plan *p)
{
    const scr_value *skip = slot(p, "skip_dir");
    put(o, "// findFiles is the files meant, in the order of their paths.\n"
           "func findFiles(folder string, recursive bool) []string {\n"
           "\tvar files []string\n"
           "\tvar visit func(parent string, depth int)\n"
           "\tvisit = func(parent string, depth int) {\n"
           "\t\tfor _, entry := range entriesOf(parent) {\n"
           "\t\t\tname := entry.Name()\n"
           "\t\t\tfile := filepath.Join(parent, name)\n"
           "\t\t\tinfo, err := entry.Info()\n");
    put(o, slot(p, "no_hidden") ? "\t\t\tif err != nil || strings.HasPrefix(name, \".\") {\n"
                                : "\t\t\tif err != nil {\n");
    put(o, "\t\t\t\tcontinue\n\t\t\t}\n");
    if (skip) {
        str_view name = scr__folder_name(skip->text);
        bool inner = str_find_byte(name, '/') < name.len;
        put(o, inner ? "\t\t\tif strings.HasSuffix(\"/\"+file, " : "\t\t\tif name == ");
        put(o, inner && name.ptr[0] != '/' ? "\"/\"+" : "");
        scr__quote_go(o, name);
        put(o, inner ? ") {\n\t\t\t\tcontinue\n\t\t\t}\n" : " {\n\t\t\t\tcontinue\n\t\t\t}\n");
    }
    put(o, "\t\t\tif ");
    put_tests(o, p);
    put(o, " {\n\t\t\t\tfiles = append(files, file)\n\t\t\t}\n"
           "\t\t\tif recursive && info.IsDir() {\n\t\t\t\tvisit(file, depth+1)\n\t\t\t}\n"
           "\t\t}\n\t}\n\tvisit(folder, 1)\n\tsort.Strings(files)\n\treturn files\n}\n\n");
}

/* --- lines --- */

/* "sort-lines" is sortLines; a second one sortLines2. */
static void put_function_name(buf *o, const scr_plan *p, size_t i)
{
    str_view name = p->block.parts[i].step->name;
    size_t before = 1;
    for (size_t k = 0; k < name.len; k++) {
        char c = name.ptr[k];
        bool up = k && name.ptr[k - 1] == '-';
        if (c != '-')
            buf_append_byte(o, up && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    for (size_t k = 0; k < i; k++)
        before += p->block.parts[k].step == p->block.parts[i].step;
    if (before > 1)
        buf_append_format(o, "%zu", before);
}

static void put_transform(buf *o, const scr_plan *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->block.n; i++) {
        const scr_clause *c = &p->block.parts[i];
        if (!body_of(c, "pipe").len)
            continue;
        put(o, "// ");
        put_function_name(o, p, i);
        buf_append_format(o, ": %.*s.\nfunc ", STR_ARG(c->step->title));
        put_function_name(o, p, i);
        put(o, "(lines []string) []string {\n");
        scr__fill(o, &style, body_of(c, "pipe"), c->slots, p->block.slots, "\t");
        put(o, "}\n\n");
    }
    put(o, "func transform(lines []string) []string {\n\treturn ");
    for (size_t i = p->block.n; i-- > 0;) {
        if (!body_of(&p->block.parts[i], "pipe").len)
            continue;
        put_function_name(o, p, i);
        put(o, "(");
        n++;
    }
    put(o, "lines");
    while (n--)
        put(o, ")");
    put(o, "\n}\n\n");
}

/* --- the whole --- */

/* "strings.X", but not "strings." at the end of a sentence. */
static bool uses_package(str_view code, str_view name)
{
    for (size_t i = 0; i < code.len; i += name.len) {
        i += str_find(str_slice(code, i, code.len), name);
        size_t end = i + name.len;
        if (end + 1 >= code.len)
            return false;
        char before = i ? code.ptr[i - 1] : ' ', after = code.ptr[end + 1];
        bool inside = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
                      before == '.' || (before >= '0' && before <= '9') || before == '"';
        if (!inside && code.ptr[end] == '.' && after >= 'A' && after <= 'Z')
            return true;
    }
    return false;
}

static void put_imports(buf *o, str_view code)
{
    static const char *const packages[] = {"archive/tar",
                                           "archive/zip",
                                           "bytes",
                                           "compress/gzip",
                                           "crypto/md5",
                                           "crypto/sha1",
                                           "crypto/sha256",
                                           "crypto/sha512",
                                           "encoding/base64",
                                           "encoding/csv",
                                           "encoding/json",
                                           "flag",
                                           "fmt",
                                           "hash",
                                           "io",
                                           "math",
                                           "math/rand",
                                           "net/http",
                                           "os",
                                           "os/exec",
                                           "path/filepath",
                                           "regexp",
                                           "runtime",
                                           "sort",
                                           "strconv",
                                           "strings",
                                           "time",
                                           "unicode/utf8"};
    put(o, "import (\n");
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
        if (uses_package(code, scr__base_name(str_of(packages[i]))))
            buf_append_format(o, "\t\"%s\"\n", packages[i]);
    }
    put(o, ")\n\n");
}

void scr__go(buf *o, const scr_plan *p)
{
    buf code;
    buf_init(&code, SIZE_MAX);
    scr__frame(&code, p, &style, "main", NULL);
    put(&code, "\n");
    if (scr__acts(p, style.language)) {
        scr__frame(&code, p, &style, "change", NULL);
        put(&code, "\n");
    }
    for (size_t i = 0; i < p->block.n; i++) {
        const scr_clause *c = &p->block.parts[i];
        if (!body_of(c, "help").len)
            continue;
        scr__fill(&code, &style, body_of(c, "help"), c->slots, p->block.slots, "");
        put(&code, "\n");
    }
    if (ends_in_lines(p))
        put_transform(&code, p);
    if (p->block.source == SCR_FROM_FILES)
        put_find(&code, p);
    scr__called_parts(&code, p, &style);
    scr__head(o, p, style.language, "//");
    put(o, "// Run it with: go run main.go [options]; -help tells which.\n\npackage main\n\n");
    put_imports(o, buf_view(&code));
    buf_append(o, str_trim_right(buf_view(&code)));
    put(o, "\n");
    finish(o, &code);
}

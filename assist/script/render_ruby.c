/* Ruby 2.7 and newer, its own library only. What scripts share are parts of the tables: each is
 * taken in where it is called. */
#include <string.h>

#include "assist/script/render.h"

static const scr_style style = {{"ruby", 4}, scr__quote_ruby, scr__quote_ruby_path};

static str_view body_of(const scr_clause *c, const char *role)
{
    return scr__body(c->step, style.language, role);
}

static void fill(buf *o, const scr_plan *p, const scr_clause *c, const char *role,
                 const char *indent)
{
    scr__fill(o, &style, body_of(c, role), c->slots, p->block.slots, indent);
}

/* --- which files are meant --- */

static void put_and(buf *o)
{
    put(o, " &&\n         ");
}

static void put_text_test(buf *o, const scr_plan *p, const char *name, const char *before,
                          const char *after)
{
    const scr_value *v = slot(p, name);
    if (!v || !v->text.len)
        return;
    put_and(o);
    put(o, before);
    scr__quote_ruby(o, v->text);
    put(o, after);
}

static void put_names(buf *o, const scr_plan *p)
{
    static const struct {
        const char *slot, *before, *after, *is;
    } globs[] = {{"glob", "", "", ""},         {"prefix_is", "", "*", ""},
                 {"ext", "*.", "", ""},        {"not_glob", "", "", "!"},
                 {"not_prefix", "", "*", "!"}, {"not_ext", "*.", "", "!"}};
    static const scr_patterns ruby = {"\\A", "\\z", "\\/.+[]^$(){}|#", "\\[]^/#&"};
    bool nocase = slot(p, "nocase");
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++) {
        const scr_value *v = slot(p, globs[i].slot);
        if (!v || !v->text.len)
            continue;
        put_and(o);
        put(o, globs[i].is);
        put(o, "name.match?(/");
        scr__globs(o, &ruby, globs[i].before, v->text, globs[i].after);
        put(o, nocase || str_ends(str_of(globs[i].slot), STR("ext")) ? "/im)" : "/m)");
    }
    put_text_test(o, p, "suffix_is", nocase ? "name.downcase.end_with?(" : "name.end_with?(",
                  nocase ? ".downcase)" : ")");
    put_text_test(o, p, "has_name", "name.downcase.include?(", ".downcase)");
}

static void put_times(buf *o, const scr_plan *p)
{
    static const struct {
        const char *slot, *time, *is;
    } ages[] = {{"older", "mtime", ">"},
                {"newer", "mtime", "<"},
                {"used_older", "atime", ">"},
                {"used_newer", "atime", "<"}};
    static const struct {
        const char *slot, *time, *round;
        int64_t unit;
    } exact[] = {{"aged", "mtime", "floor", 86400},
                 {"used_aged", "atime", "floor", 86400},
                 {"aged_minutes", "mtime", "ceil", 60},
                 {"used_aged_minutes", "atime", "ceil", 60}};
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        const scr_value *v = slot(p, ages[i].slot);
        bool days = v && v->n % 86400 == 0;
        if (v)
            put_and(o);
        if (v)
            buf_append_format(o, "Time.now - info.%s %s %lld%s", ages[i].time, ages[i].is,
                              (long long)(days ? v->n / 86400 : v->n), days ? " * 86_400" : "");
    }
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        const scr_value *v = slot(p, exact[i].slot);
        if (v)
            put_and(o);
        if (v)
            buf_append_format(o, "((Time.now - info.%s) / %d).%s == %lld", exact[i].time,
                              (int)exact[i].unit, exact[i].round,
                              (long long)(v->n / exact[i].unit));
    }
    put_text_test(o, p, "after", "info.mtime > Time.parse(", ")");
    put_text_test(o, p, "before", "info.mtime <= Time.parse(", ")");
}

/* The conditions of a file, behind one another. */
static void put_tests(buf *o, const scr_plan *p)
{
    static const scr_slot_test flags[] = {
        {"hidden", "name.start_with?(\".\")"},
        {"no_ext", "!name.include?(\".\")"},
        {"broken", "!File.exist?(to_bytes(file))"},
        {"not_empty", "info.size.positive?"},
        {"exec", "info.mode.anybits?(0o111)"},
        {"for_all", "info.mode.anybits?(0o2)"},
        {"unreadable", "!File.readable?(to_bytes(file))"},
        {"today", "info.mtime.strftime(\"%F\") == Time.now.strftime(\"%F\")"}};
    static const scr_slot_test numbers[] = {{"min_size", "info.size > "},
                                            {"max_size", "info.size < "},
                                            {"size_is", "info.size == "},
                                            {"depth", "depth <= "},
                                            {"mode_is", "info.mode & 0o7777 == 0o"}};
    bool nocase = slot(p, "nocase");
    const char *text = nocase ? "to_text(File.binread(to_bytes(file))).downcase.include?("
                              : "File.binread(to_bytes(file)).include?(";
    put(o, slot(p, "any_type") ? "true"
           : slot(p, "dirs")   ? "info.directory?"
           : slot(p, "links")  ? "info.symlink?"
                               : "info.file?");
    put_names(o, p);
    put_slot_tests(o, p, put_and, flags, sizeof flags / sizeof *flags, false);
    if (slot(p, "empty")) {
        put_and(o);
        put(o, slot(p, "dirs") ? "Dir.empty?(to_bytes(file))" : "info.size.zero?");
    }
    put_slot_tests(o, p, put_and, numbers, sizeof numbers / sizeof *numbers, true);
    put_times(o, p);
    put_text_test(o, p, "owner", "info.uid == Etc.getpwnam(", ").uid");
    put_text_test(o, p, "group", "info.gid == Etc.getgrnam(", ").gid");
    for (int i = 0; i <= SCR_N_CONTAINED; i++) {
        const scr_value *v = slot(p, scr__contained[i]);
        if (!v || !v->text.len)
            continue;
        put_and(o);
        put(o, i == SCR_N_CONTAINED ? "!" : "");
        put(o, text);
        scr__quote_ruby(o, v->text);
        put(o, nocase ? ".downcase)" : ".b)");
    }
}

static void put_find(buf *o, const scr_plan *p)
{
    const scr_value *skip = slot(p, "skip_dir");
    put(o, "# The files meant, in the order of their paths.\n"
           "def find_files(folder, recursive)\n"
           "  files = []\n"
           "  visit = lambda do |parent, depth|\n"
           "    names_in(parent).each do |name|\n"
           "      file = join_path(parent, name)\n");
    if (skip) {
        str_view name = scr__folder_name(skip->text);
        bool inner = str_find_byte(name, '/') < name.len;
        put(o, inner ? "      next if \"/#{file}\".end_with?(" : "      next if name == ");
        put(o, inner && name.ptr[0] != '/' ? "\"/\" + " : "");
        scr__quote_ruby(o, name);
        put(o, inner ? ")\n\n" : "\n\n");
    }
    if (slot(p, "no_hidden"))
        put(o, "      next if name.start_with?(\".\")\n\n");
    put(o, "      info = File.lstat(to_bytes(file))\n      if ");
    put_tests(o, p);
    put(o, "\n        files << file\n      end\n"
           "      visit.call(file, depth + 1) if recursive && info.directory?\n"
           "    end\n  end\n  visit.call(folder, 1)\n");
    const scr_clause *c = scr__last(p, style.language, "stream");
    if (c) {
        put(o, "  files = in_order(files)\n");
        scr__fill(o, &style, scr__body(c->step, style.language, "stream"), c->slots, p->block.slots,
                  "  ");
    }
    put(o, c ? "  files\nend\n\n" : "  in_order(files)\nend\n\n");
}

/* --- lines --- */

static void put_transform(buf *o, const scr_plan *p)
{
    put(o, "def transform(lines)\n");
    for (size_t i = 0; i < p->block.n; i++)
        fill(o, p, &p->block.parts[i], "pipe", "  ");
    put(o, "  lines\nend\n\n");
    if (p->edits || p->block.source == SCR_FROM_TEXT)
        put(o, "def rewrite(file)\n"
               "  lines = transform(read_lines(file))\n"
               "  replace_file(file, to_bytes(lines.map { |line| \"#{line}\\n\" }.join))\nend\n\n");
}

/* --- the command line --- */

/* `main` up to what is given on the command line. */
static void put_options(buf *o, const scr_plan *p, str_view role, const char *indent)
{
    (void)role, (void)indent;
    const scr_source from = p->block.source;
    const scr_value *out = slot(p, "out");
    bool prints = scr__prints(p, style.language);
    put(o, "def main\n  options = { ");
    if (p->dry_run)
        buf_append_format(o, "dry_run: %s, ", p->dry_by_default ? "true" : "false");
    if (from == SCR_FROM_FILES)
        buf_append_format(o, "recursive: %s, ", p->recursive ? "true" : "false");
    if (from == SCR_FROM_TEXT)
        buf_append_format(o, "in_place: %s, ", slot(p, "in_place") ? "true" : "false");
    if (prints) {
        put(o, "output: ");
        if (out)
            scr__quote_ruby_path(o, out->text);
        put(o, out ? ", " : "nil, ");
    }
    if (str_ends(buf_view(o), STR(", "))) {
        o->len -= 2;
        put(o, " }\n");
    } else {
        put(o, "}\n");
    }
    buf_append_format(o, "  given = read_arguments(\"%s\", \"%.*s\") do |parser|\n",
                      from == SCR_FROM_FILES  ? "[FOLDER]"
                      : from == SCR_FROM_TEXT ? "[FILE...]"
                                              : "",
                      STR_ARG(scr__title(p)));
    if (p->dry_run)
        buf_append_format(o,
                          "    parser.on(\"-n\", \"--dry-run\", \"only show what would be "
                          "done%s\") { options[:dry_run] = true }\n",
                          p->dry_by_default ? " (the default)" : "");
    if (p->dry_by_default)
        put(o, "    parser.on(\"-y\", \"--yes\", \"do it\") { options[:dry_run] = false }\n");
    if (from == SCR_FROM_FILES)
        put(o, "    parser.on(\"-r\", \"--[no-]recursive\", \"subfolders too\") { |on| "
               "options[:recursive] = on }\n");
    if (from == SCR_FROM_TEXT)
        put(o, "    parser.on(\"-i\", \"--in-place\", \"put the result into the files\") { "
               "options[:in_place] = true }\n");
    if (prints)
        put(o, "    parser.on(\"-o\", \"--output FILE\", \"write what is printed to FILE, which "
               "must not exist\") { |file| options[:output] = file }\n");
    put(o, "  end\n");
    if (from == SCR_FROM_NOTHING)
        put(o, "  stop(\"too many words, see --help\", 2) if given.any?\n");
}

/* --- the whole --- */

static void put_requires(buf *o, const buf *code)
{
    static const char *const libraries[][2] = {{"CGI", "cgi"},
                                               {"CSV", "csv"},
                                               {"Date", "date"},
                                               {"Digest", "digest"},
                                               {"Etc", "etc"},
                                               {"FileUtils", "fileutils"},
                                               {"JSON", "json"},
                                               {"Open3", "open3"},
                                               {"OptionParser", "optparse"},
                                               {"parse", "time"},
                                               {"SecureRandom", "securerandom"},
                                               {"Zlib", "zlib"}};
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        bool time = strcmp(libraries[i][0], "parse") == 0;
        if (time ? str_find(buf_view(code), STR("Time.parse(")) < code->len
                 : scr__mentions(buf_view(code), str_of(libraries[i][0]), '\0'))
            buf_append_format(o, "require \"%s\"\n", libraries[i][1]);
    }
    put(o, "\n");
}

/* What the script is about comes first, what it shares with others behind it. */
void scr__ruby(buf *o, const scr_plan *p)
{
    const scr_block *b = &p->block;
    buf code;
    buf_init(&code, SIZE_MAX);
    for (size_t i = 0; i < b->n; i++) {
        if (body_of(&b->parts[i], "help").len) {
            fill(&code, p, &b->parts[i], "help", "");
            put(&code, "\n");
        }
    }
    if (b->source == SCR_FROM_FILES)
        put_find(&code, p);
    if (ends_in_lines(p))
        put_transform(&code, p);
    scr__frame(&code, p, &style, "main", put_options);
    put(&code, "\n");
    scr__called_parts(&code, p, &style);
    put(&code, "begin\n  main\nrescue Errno::EPIPE\n  exit\n"
               "rescue StandardError => error\n  stop(error.message)\nend\n");
    put(o, "#!/usr/bin/env ruby\n");
    scr__head(o, p, style.language, "#");
    put(o, "\n");
    put_requires(o, &code);
    buf_append(o, buf_view(&code));
    finish(o, &code);
}

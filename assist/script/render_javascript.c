/* JavaScript for Node 18, its own library only. What scripts share (bytes that are no UTF-8, new
 * files in one piece, programs that are run) are parts of the tables: each is taken in where it is
 * called. */
#include <string.h>

#include "assist/script/render.h"

static const scr_style style = {
    {"javascript", 10}, scr__quote_javascript, scr__quote_javascript_path};

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

static void put_date(buf *o, str_view date)
{
    /* A date without a time would be one of Greenwich. */
    buf_append_format(o, "Date.parse(\"%.*s%s\")", STR_ARG(date), date.len == 10 ? "T00:00" : "");
}

static void put_age(buf *o, const scr_plan *p)
{
    static const struct {
        const char *slot, *time, *is;
    } ages[] = {{"older", "mtimeMs", ">"},
                {"newer", "mtimeMs", "<"},
                {"used_older", "atimeMs", ">"},
                {"used_newer", "atimeMs", "<"}};
    static const struct {
        const char *slot, *time;
        int64_t unit;
    } exact[] = {{"aged", "mtimeMs", 86400},
                 {"used_aged", "atimeMs", 86400},
                 {"aged_minutes", "mtimeMs", 60},
                 {"used_aged_minutes", "atimeMs", 60}};
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        const scr_value *v = slot(p, ages[i].slot);
        if (!v)
            continue;
        bool days = v->n % 86400 == 0;
        buf_append_format(o, " &&\n        (Date.now() - info.%s) / %s %s %lld", ages[i].time,
                          days ? "86400e3" : "1000", ages[i].is,
                          (long long)(days ? v->n / 86400 : v->n));
    }
    /* As find counts: whole days gone by, minutes begun. */
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        const scr_value *v = slot(p, exact[i].slot);
        if (v)
            buf_append_format(o, " &&\n        Math.%s((Date.now() - info.%s) / %d) === %lld",
                              exact[i].unit == 60 ? "ceil" : "floor", exact[i].time,
                              (int)exact[i].unit * 1000, (long long)(v->n / exact[i].unit));
    }
    for (int i = 0; i < 2; i++) {
        const scr_value *v = slot(p, i ? "before" : "after");
        if (!v)
            continue;
        put(o, i ? " &&\n        info.mtimeMs <= " : " &&\n        info.mtimeMs > ");
        put_date(o, v->text);
    }
}

static void put_text_test(buf *o, const scr_plan *p, const char *name, const char *before,
                          const char *after)
{
    const scr_value *v = slot(p, name);
    if (!v || !v->text.len)
        return;
    put(o, " &&\n        ");
    put(o, before);
    scr__quote_javascript(o, v->text);
    put(o, after);
}

/* The conditions of a file, behind one another. */
static void put_tests(buf *o, const scr_plan *p)
{
    static const scr_patterns patterns = {"^", "$", "\\/.+[]^$(){}|", "[\\^/"};
    static const struct {
        const char *slot, *before, *after;
        bool not ;
    } globs[] = {{"glob", "", "", false},       {"prefix_is", "", "*", false},
                 {"ext", "*.", "", false},      {"not_glob", "", "", true},
                 {"not_prefix", "", "*", true}, {"not_ext", "*.", "", true}};
    static const struct {
        const char *slot, *test;
    } flags[] = {{"hidden", "name.startsWith(\".\")"},
                 {"no_ext", "!name.includes(\".\")"},
                 {"broken", "!fs.existsSync(toBytes(file))"},
                 {"not_empty", "info.size > 0"},
                 {"exec", "(info.mode & 0o111) !== 0"},
                 {"for_all", "(info.mode & 0o2) !== 0"},
                 {"unreadable", "!canRead(file)"},
                 {"today", "info.mtime.toDateString() === new Date().toDateString()"}};
    static const struct {
        const char *slot, *test;
    } numbers[] = {{"min_size", "info.size > "},
                   {"max_size", "info.size < "},
                   {"size_is", "info.size === "},
                   {"depth", "depth <= "},
                   {"mode_is", "(info.mode & 0o7777) === 0o"}};
    bool nocase = slot(p, "nocase");
    const scr_value *v;
    put(o, slot(p, "any_type") ? "true"
           : slot(p, "dirs")   ? "info.isDirectory()"
           : slot(p, "links")  ? "info.isSymbolicLink()"
                               : "info.isFile()");
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++) {
        if (!(v = slot(p, globs[i].slot)) || !v->text.len)
            continue;
        put(o, globs[i].not ? " &&\n        !" : " &&\n        ");
        put(o, "/");
        scr__globs(o, &patterns, globs[i].before, v->text, globs[i].after);
        put(o, nocase || str_ends(str_of(globs[i].slot), STR("ext")) ? "/isu.test(name)"
                                                                     : "/su.test(name)");
    }
    put_text_test(o, p, "suffix_is", nocase ? "name.toLowerCase().endsWith(" : "name.endsWith(",
                  nocase ? ".toLowerCase())" : ")");
    put_text_test(o, p, "has_name", "name.toLowerCase().includes(", ".toLowerCase())");
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (slot(p, flags[i].slot))
            buf_append_format(o, " &&\n        %s", flags[i].test);
    }
    if (slot(p, "empty"))
        buf_append_format(o, " &&\n        %s",
                          slot(p, "dirs") ? "namesIn(file).length === 0" : "info.size === 0");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if ((v = slot(p, numbers[i].slot)))
            buf_append_format(o, " &&\n        %s%lld", numbers[i].test, (long long)v->n);
    }
    put_age(o, p);
    put_text_test(o, p, "owner", "info.uid === idOf(\"/etc/passwd\", ", ")");
    put_text_test(o, p, "group", "info.gid === idOf(\"/etc/group\", ", ")");
    for (int i = 0; i <= SCR_N_CONTAINED; i++)
        put_text_test(
            o, p, scr__contained[i],
            i == SCR_N_CONTAINED
                ? (nocase ? "!toText(fs.readFileSync(toBytes(file))).toLowerCase().includes("
                          : "!fs.readFileSync(toBytes(file)).includes(")
                : (nocase ? "toText(fs.readFileSync(toBytes(file))).toLowerCase().includes("
                          : "fs.readFileSync(toBytes(file)).includes("),
            nocase ? ".toLowerCase())" : ")");
}

static void put_find(buf *o, const scr_plan *p)
{
    const scr_value *skip = slot(p, "skip_dir");
    put(o, "// The files meant, in the order of their paths.\n"
           "function findFiles(folder, recursive) {\n"
           "  const files = [];\n"
           "  const visit = (parent, depth) => {\n"
           "    for (const name of namesIn(parent)) {\n"
           "      const file = joinPath(parent, name);\n");
    if (skip) {
        str_view name = scr__folder_name(skip->text);
        bool inner = str_find_byte(name, '/') < name.len;
        buf one;
        buf_init(&one, SIZE_MAX);
        buf_append_format(&one, "%s%.*s", inner && name.ptr[0] != '/' ? "/" : "", STR_ARG(name));
        put(o, inner ? "      if (`/${file}`.endsWith(" : "      if (name === ");
        scr__quote_javascript(o, buf_view(&one));
        put(o, inner ? ")) {\n        continue;\n      }\n" : ") {\n        continue;\n      }\n");
        finish(o, &one);
    }
    if (slot(p, "no_hidden"))
        put(o, "      if (name.startsWith(\".\")) {\n        continue;\n      }\n");
    put(o, "      const info = fs.lstatSync(toBytes(file));\n      if (\n        ");
    put_tests(o, p);
    put(o, "\n      ) {\n        files.push(file);\n      }\n"
           "      if (recursive && info.isDirectory()) {\n        visit(file, depth + 1);\n"
           "      }\n    }\n  };\n  visit(folder, 1);\n");
    const scr_clause *c = scr__last(p, style.language, "stream");
    if (c) {
        put(o, "  files.sort(byBytes);\n");
        scr__fill(o, &style, scr__body(c->step, style.language, "stream"), c->slots, p->block.slots,
                  "  ");
    }
    put(o, c ? "  return files;\n}\n\n" : "  return files.sort(byBytes);\n}\n\n");
}

/* --- lines --- */

static void put_transform(buf *o, const scr_plan *p)
{
    put(o, "function transform(lines) {\n");
    for (size_t i = 0; i < p->block.n; i++) {
        /* Several steps may have a name of their own that is the same. */
        str_view body = body_of(&p->block.parts[i], "pipe");
        bool apart = p->block.n > 1 && str_find(body, STR("const ")) < body.len;
        put(o, apart ? "  {\n" : "");
        fill(o, p, &p->block.parts[i], "pipe", apart ? "    " : "  ");
        put(o, apart ? "  }\n" : "");
    }
    put(o, "  return lines;\n}\n\n");
    if (p->edits || p->block.source == SCR_FROM_TEXT)
        put(o,
            "function rewrite(file) {\n"
            "  const lines = transform(readLines(file));\n"
            "  replaceFile(file, toBytes(lines.map((line) => `${line}\\n`).join(\"\")));\n}\n\n");
}

/* --- the command line --- */

static void put_usage(buf *o, const scr_plan *p)
{
    const scr_source from = p->block.source;
    buf_append_format(o,
                      "const usage = `usage: ${path.basename(process.argv[1])} [options]%s\n"
                      "%.*s\n\n",
                      from == SCR_FROM_FILES  ? " [FOLDER]"
                      : from == SCR_FROM_TEXT ? " [FILE...]"
                                              : "",
                      STR_ARG(scr__title(p)));
    scr__options_help(o, p, style.language);
    put(o, "`;\n\n");
}

static void put_options(buf *o, const scr_plan *p)
{
    const scr_source from = p->block.source;
    const scr_value *out = slot(p, "out");
    bool prints = scr__prints(p, style.language);
    put(o, "  const [args, given] = readArguments(usage, {\n");
    if (p->dry_run)
        put(o, "    \"dry-run\": { type: \"boolean\", short: \"n\" },\n");
    if (p->dry_by_default)
        put(o, "    yes: { type: \"boolean\", short: \"y\" },\n");
    if (from == SCR_FROM_FILES)
        buf_append_format(o,
                          "    recursive: { type: \"boolean\", short: \"r\", default: %s },\n"
                          "    \"no-recursive\": { type: \"boolean\" },\n",
                          p->recursive ? "true" : "false");
    if (from == SCR_FROM_TEXT)
        buf_append_format(o,
                          "    \"in-place\": { type: \"boolean\", short: \"i\", default: %s },\n",
                          slot(p, "in_place") ? "true" : "false");
    if (prints) {
        put(o, "    output: { type: \"string\", short: \"o\"");
        if (out) {
            put(o, ", default: ");
            scr__quote_javascript_path(o, out->text);
        }
        put(o, " },\n");
    }
    put(o, "  });\n");
    if (p->dry_run)
        put(o, p->dry_by_default ? "  const dryRun = args[\"dry-run\"] || !args.yes;\n"
                                 : "  const dryRun = args[\"dry-run\"] === true;\n");
    if (from == SCR_FROM_NOTHING)
        put(o, "  if (given.length > 0) {\n    fail(\"too many words, see --help\", 2);\n  }\n");
}

static void put_folder(buf *o, const scr_plan *p)
{
    const scr_value *dir = slot(p, "dir");
    put(o, "  if (given.length > 1) {\n    fail(\"one folder at most, see --help\", 2);\n  }\n"
           "  const folder = folderNamed(given[0] ?? ");
    scr__quote_javascript_path(o, dir ? dir->text : STR("."));
    put(o, ");\n  const recursive = args.recursive && !args[\"no-recursive\"];\n");
}

static void put_files(buf *o, const scr_plan *p)
{
    const scr_value *file = slot(p, "file");
    if (file) {
        put(o, "  const files = given.length > 0 ? given : [");
        scr__quote_javascript_path(o, file->text);
        put(o, "];\n");
    } else {
        put(o, "  const files = given;\n");
    }
    put(o, "  for (const file of files) {\n    if (!isThere(file)) {\n"
           "      fail(`there is no file ${file}`);\n    }\n  }\n"
           "  if (args[\"in-place\"]) {\n    if (files.length === 0) {\n"
           "      fail(\"which files are to be changed?\", 2);\n    }\n"
           "    for (const file of files) {\n");
    if (p->dry_run)
        put(o, "      if (dryRun) {\n        say(`would change ${file}`);\n        continue;\n"
               "      }\n");
    put(o, "      rewrite(file);\n    }\n    return;\n  }\n");
}

/* --- what is done to each file --- */

static void put_would(buf *o, const scr_plan *p, const char *what, const char *indent)
{
    if (p->dry_run)
        buf_append_format(o, "%sif (dryRun) {\n%s  say(`would %.*s %s`);\n%s  continue;\n%s}\n",
                          indent, indent, STR_ARG(scr__would(p)), what, indent, indent);
}

/* Nothing that is there is written over. */
static void put_free(buf *o, const scr_plan *p)
{
    put(o, "      if (isThere(to)) {\n"
           "        console.error(`${to} is there already, ${file} stays`);\n"
           "        process.exitCode = 1;\n        continue;\n      }\n");
    put_would(o, p, "${file} -> ${to}", "      ");
}

static void put_convert(buf *o, const scr_plan *p, const scr_clause *c)
{
    static const char stem[] = "file.slice(0, file.length - path.extname(file).length)";
    const scr_value *ext = scr__slot(c->slots, "to_ext");
    str_view suffix = ext ? ext->text : c->step->suffix;
    if (str_starts(suffix, STR("+")))
        buf_append_format(o, "      const to = `${file}.%.*s`;\n",
                          STR_ARG(str_slice(suffix, 1, 20)));
    else if (str_starts(suffix, STR("-")))
        buf_append_format(o, "      const to = %s;\n", stem);
    else
        buf_append_format(o, "      const to = `${%s}.%.*s`;\n", stem, STR_ARG(suffix));
    put_free(o, p);
    put(o, "      const part = `${to}.part.${process.pid}`;\n      try {\n");
    fill(o, p, c, "convert", "        ");
    put(o, "        fs.renameSync(toBytes(part), toBytes(to));\n      } finally {\n"
           "        fs.rmSync(toBytes(part), { force: true });\n      }\n");
}

static void put_each(buf *o, const scr_plan *p)
{
    const scr_clause *c = &p->block.parts[p->block.n - 1];
    put(o, "  const files = findFiles(folder, recursive);\n"
           "  for (const [i, file] of files.entries()) {\n    try {\n");
    put(o, p->dry_run ? "      if (!dryRun) {\n        tellWhere(i, files);\n      }\n"
                      : "      tellWhere(i, files);\n");
    if (body_of(c, "name").len) {
        put(o, "      let name = path.basename(file);\n");
        fill(o, p, c, "name", "      ");
        put(o, "      if (name === \"\" || name === path.basename(file)) {\n"
               "        continue;\n      }\n"
               "      const to = joinPath(path.dirname(file), name);\n");
        put_free(o, p);
        put(o, "      fs.renameSync(toBytes(file), toBytes(to));\n");
    } else if (body_of(c, "target").len) {
        put(o, "      let target;\n");
        fill(o, p, c, "target", "      ");
        put(o, "      const to = joinPath(target, path.basename(file));\n");
        put_free(o, p);
        put(o, "      fs.mkdirSync(toBytes(target), { recursive: true });\n");
        put(o, str_starts(c->step->suffix, STR("mv")) ? "      moveFile(file, to);\n"
                                                      : "      copyFile(file, to);\n");
    } else if (body_of(c, "convert").len) {
        put_convert(o, p, c);
    } else {
        if (c->step->effect || p->edits)
            put_would(o, p, "${file}", "      ");
        if (body_of(c, "edit").len) {
            put(o, "      const before = fs.readFileSync(toBytes(file));\n"
                   "      let data = before;\n");
            fill(o, p, c, "edit", "      ");
            put(o, "      if (!data.equals(before)) {\n        replaceFile(file, data);\n"
                   "      }\n");
        } else if (p->edits) {
            put(o, "      rewrite(file);\n");
        } else {
            fill(o, p, c, "each", "      ");
        }
    }
    put(o, "    } catch (error) {\n      console.error(error.message);\n"
           "      process.exitCode = 1;\n    }\n  }\n  tellWhere(files.length, files);\n");
}

/* --- what is printed --- */

static void put_print(buf *o, const scr_plan *p)
{
    const scr_block *b = &p->block;
    const scr_clause *last = &b->parts[b->n - 1], *each = NULL;
    bool pipes = ends_in_lines(p);
    if (b->source == SCR_FROM_TEXT) {
        put(o, "  const lines = files.length > 0 ? files.flatMap(readLines) : readLines(0);\n");
    } else if (b->source == SCR_FROM_FILES) {
        put(o, "  const files = findFiles(folder, recursive);\n");
        for (size_t i = 0; i < b->n; i++)
            each = body_of(&b->parts[i], "each").len ? &b->parts[i] : each;
        if (body_of(last, "batch").len) {
            if (p->dry_run) {
                buf_append_format(o,
                                  "  if (dryRun) {\n    for (const file of files) {\n"
                                  "      say(`would %.*s ${file}`);\n    }\n    return;\n  }\n",
                                  STR_ARG(scr__would(p)));
            }
            put(o, "  let lines = [];\n");
            fill(o, p, last, "batch", "  ");
        } else if (each) {
            put(o, "  const lines = [];\n  for (const file of files) {\n");
            fill(o, p, each, "each", "    ");
            put(o, "  }\n");
        } else {
            put(o, pipes && !p->names ? "  const lines = files.flatMap(readLines);\n"
                                      : "  const lines = files;\n");
        }
    } else {
        put(o, "  let lines = [];\n");
        fill(o, p, &b->parts[0], "run", "  ");
    }
    buf_append_format(o, "  writeLines(%s, args.output%s);\n", pipes ? "transform(lines)" : "lines",
                      p->dry_run ? ", dryRun" : "");
}

/* --- the whole --- */

static void put_modules(buf *o, const buf *code, bool es_module)
{
    static const char *const modules[] = {"child_process", "crypto", "fs",  "http", "https", "os",
                                          "path",          "util",   "zlib"};
    put(o, es_module ? "" : "\"use strict\";\n\n");
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        if (scr__mentions(buf_view(code), str_of(modules[i]), '.'))
            buf_append_format(o,
                              es_module ? "import %s from \"node:%s\";\n"
                                        : "const %s = require(\"node:%s\");\n",
                              modules[i], modules[i]);
    }
    put(o, "\n");
}

static bool waits(const scr_plan *p)
{
    str_view run = body_of(&p->block.parts[0], "run");
    return str_find(run, STR("await ")) < run.len;
}

static void put_main(buf *o, const scr_plan *p)
{
    const scr_block *b = &p->block;
    const scr_clause *last = &b->parts[b->n - 1];
    put(o, waits(p) ? "async function main() {\n" : "function main() {\n");
    put_options(o, p);
    if (b->source == SCR_FROM_FILES)
        put_folder(o, p);
    if (b->source == SCR_FROM_TEXT)
        put_files(o, p);
    if (scr__acts(p, style.language)) {
        put_each(o, p);
    } else if (!scr__prints(p, style.language)) {
        if (p->dry_run)
            buf_append_format(
                o, "  if (dryRun) {\n    console.log(\"would %.*s\");\n    return;\n  }\n",
                STR_ARG(scr__would(p)));
        fill(o, p, last, "run", "  ");
    } else {
        put_print(o, p);
    }
    put(o, "}\n\n");
}

/* What the script is about comes first, what it shares with others behind it. */
void scr__javascript(buf *o, const scr_plan *p)
{
    buf code;
    buf_init(&code, SIZE_MAX);
    put_usage(&code, p);
    for (size_t i = 0; i < p->block.n; i++) {
        if (body_of(&p->block.parts[i], "help").len) {
            fill(&code, p, &p->block.parts[i], "help", "");
            put(&code, "\n");
        }
    }
    if (p->block.source == SCR_FROM_FILES)
        put_find(&code, p);
    if (ends_in_lines(p))
        put_transform(&code, p);
    put_main(&code, p);
    scr__called_parts(&code, p, &style);
    put(&code, waits(p) ? "main().catch((error) => fail(error.message));\n"
                        : "try {\n  main();\n} catch (error) {\n  fail(error.message);\n}\n");
    put(o, "#!/usr/bin/env node\n");
    scr__head(o, p, style.language, "//");
    put_modules(o, &code, p->es_module);
    buf_append(o, buf_view(&code));
    finish(o, &code);
}

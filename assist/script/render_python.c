#include <string.h>

#include "assist/script/render.h"

static const scr_style style = {{"python", 6}, scr__quote_python, NULL};

static void quote_with(buf *o, const char *before, str_view text, const char *after)
{
    buf one;
    buf_init(&one, SIZE_MAX);
    put(&one, before);
    buf_append(&one, text);
    put(&one, after);
    scr__quote_python(o, buf_view(&one));
    buf_release(&one);
}

static void put_skip(buf *o, const char *condition)
{
    buf_append_format(o, "        if %s:\n            continue\n", condition);
}

static void put_suffixes(buf *o, const char *is, str_view list)
{
    buf_append_format(o, "        if %spath.name.lower().endswith((", is);
    while (list.len) {
        size_t comma = str_find_byte(list, ',');
        quote_with(o, ".", str_slice(list, 0, comma), "");
        put(o, ", ");
        list = str_slice(list, comma + 1, list.len);
    }
    o->len -= 1;
    put(o, ")):\n            continue\n");
}

static void put_tests(buf *o, const scr_plan *p)
{
    const scr_value *v;
    if (slot(p, "any_type"))
        put(o, "        # Files, folders and links alike.\n");
    else if (slot(p, "dirs"))
        put_skip(o, "path.is_symlink() or not path.is_dir()");
    else if (slot(p, "links"))
        put_skip(o, "not path.is_symlink()");
    else
        put_skip(o, "path.is_symlink() or not path.is_file()");
    if ((v = slot(p, "ext")))
        put_suffixes(o, "not ", v->text);
    if ((v = slot(p, "not_ext")))
        put_suffixes(o, "", v->text);
    static const struct {
        const char *slot, *is, *before, *after;
    } globs[] = {{"glob", "not ", "", ""},
                 {"prefix_is", "not ", "", "*"},
                 {"not_glob", "", "", ""},
                 {"not_prefix", "", "", "*"}};
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++) {
        if (!(v = slot(p, globs[i].slot)))
            continue;
        str_view rest = v->text;
        bool several = str_find_byte(rest, ',') < rest.len;
        const char *lower = slot(p, "nocase") ? ".lower()" : "";
        buf_append_format(o,
                          several ? "        if %sany(fnmatch.fnmatchcase(path.name%s, glob) for "
                                    "glob in ("
                                  : "        if %sfnmatch.fnmatchcase(path.name%s, ",
                          globs[i].is, lower);
        while (rest.len) {
            size_t comma = str_find_byte(rest, ',');
            str_view one = str_slice(rest, 0, comma);
            quote_with(o, globs[i].before, i == 0 ? scr__base_name(one) : one, globs[i].after);
            put(o, lower);
            rest = str_slice(rest, comma + 1, rest.len);
            put(o, rest.len ? ", " : "");
        }
        put(o, several ? ")):\n            continue\n" : "):\n            continue\n");
    }
    if ((v = slot(p, "suffix_is"))) {
        const char *lower = slot(p, "nocase") ? ".lower()" : "";
        buf_append_format(o, "        if not path.name%s.endswith(", lower);
        scr__quote_python(o, v->text);
        buf_append_format(o, "%s):\n            continue\n", lower);
    }
    if ((v = slot(p, "has_name"))) {
        put(o, "        if ");
        scr__quote_python(o, v->text);
        put(o, ".lower() not in path.name.lower():\n            continue\n");
    }
    if (slot(p, "hidden"))
        put_skip(o, "not path.name.startswith(\".\")");
    if (slot(p, "no_hidden"))
        put_skip(o, "any(part.startswith(\".\") for part in path.relative_to(folder).parts)");
    if (slot(p, "no_ext"))
        put_skip(o, "\".\" in path.name");
    if (slot(p, "broken"))
        put_skip(o, "path.exists()");
    put(o, "        info = path.lstat()\n");
    if (slot(p, "empty"))
        put_skip(o, slot(p, "dirs") ? "any(path.iterdir())" : "info.st_size != 0");
    if ((v = slot(p, "owner"))) {
        put(o, "        if path.owner() != ");
        scr__quote_python(o, v->text);
        put(o, ":\n            continue\n");
    }
    if ((v = slot(p, "mode_is")))
        buf_append_format(o, "        if info.st_mode & 0o7777 != 0o%lld:\n            continue\n",
                          (long long)v->n);
    if (slot(p, "not_empty"))
        put_skip(o, "info.st_size == 0");
    if ((v = slot(p, "group"))) {
        put(o, "        if path.group() != ");
        scr__quote_python(o, v->text);
        put(o, ":\n            continue\n");
    }
    if (slot(p, "exec"))
        put_skip(o, "not info.st_mode & 0o111");
    if (slot(p, "for_all"))
        put_skip(o, "not info.st_mode & 0o2");
    if (slot(p, "unreadable"))
        put_skip(o, "os.access(path, os.R_OK)");
    if (slot(p, "today"))
        put_skip(o, "datetime.date.fromtimestamp(info.st_mtime) != datetime.date.today()");
    static const struct {
        const char *slot, *unless;
        int64_t unit;
    } numbers[] = {
        {"min_size", "info.st_size <= ", 1},
        {"max_size", "info.st_size >= ", 1},
        {"size_is", "info.st_size != ", 1},
        {"older", "time.time() - info.st_mtime <= ", 1},
        {"newer", "time.time() - info.st_mtime >= ", 1},
        {"aged", "(time.time() - info.st_mtime) // 86400 != ", 86400},
        {"used_older", "time.time() - info.st_atime <= ", 1},
        {"used_newer", "time.time() - info.st_atime >= ", 1},
        {"used_aged", "(time.time() - info.st_atime) // 86400 != ", 86400},
        {"aged_minutes", "(time.time() - info.st_mtime) // 60 + 1 != ", 60},
        {"used_aged_minutes", "(time.time() - info.st_atime) // 60 + 1 != ", 60},
        {"depth", "len(path.relative_to(folder).parts) > ", 1},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if ((v = slot(p, numbers[i].slot)))
            buf_append_format(o, "        if %s%lld:\n            continue\n", numbers[i].unless,
                              (long long)(v->n / numbers[i].unit));
    }
    for (int i = 0; i < 2; i++) {
        if (!(v = slot(p, i ? "before" : "after")))
            continue;
        buf_append_format(o, "        if info.st_mtime %s datetime.datetime.fromisoformat(",
                          i ? ">" : "<=");
        scr__quote_python(o, v->text);
        put(o, ").timestamp():\n            continue\n");
    }
    for (int i = 0; i <= SCR_N_CONTAINED; i++) {
        if (!(v = slot(p, scr__contained[i])) || !v->text.len)
            continue;
        put(o, "        if ");
        scr__quote_python(o, v->text);
        const char *lower = slot(p, "nocase") ? ".lower()" : "";
        buf_append_format(o, "%s.encode() %s path.read_bytes()%s:\n            continue\n", lower,
                          i == SCR_N_CONTAINED ? "in" : "not in", lower);
    }
}

static void put_find(buf *o, const scr_plan *p)
{
    const scr_value *skip = slot(p, "skip_dir");
    put(o, "def find_files(folder, recursive):\n"
           "    \"\"\"The files meant, in the order of their paths.\"\"\"\n    found = []\n"
           "    for parent, folders, names in os.walk(folder):\n"
           "        found += [Path(parent, name) for name in folders + names]\n");
    if (skip) {
        str_view name = scr__folder_name(skip->text);
        bool inner = str_find_byte(name, '/') < name.len;
        put(o, inner ? "        folders[:] = [name for name in folders if not "
                       "f\"/{parent}/{name}\".endswith("
                     : "        folders[:] = [name for name in folders if name != ");
        quote_with(o, inner && name.ptr[0] != '/' ? "/" : "", name, "");
        put(o, inner ? ")]\n" : "]\n");
    }
    put(o, "        if not recursive:\n            break\n    files = []\n"
           "    for path in sorted(found, key=os.fsencode):\n");
    put_tests(o, p);
    put(o, "        files.append(path)\n");
    for (size_t i = 0; i < p->block.n; i++) {
        const scr_clause *c = &p->block.parts[i];
        scr__fill(o, &style, scr__body(c->step, style.language, "stream"), c->slots, p->block.slots,
                  "    ");
    }
    put(o, "    return files\n\n\n");
}

static void put_transform(buf *o, const scr_plan *p)
{
    const scr_block *b = &p->block;
    put(o, "def transform(lines):\n");
    for (size_t i = 0; i < b->n; i++)
        scr__fill(o, &style, scr__body(b->parts[i].step, style.language, "pipe"), b->parts[i].slots,
                  b->slots, "    ");
    put(o, "    return lines\n\n\n");
    if (b->source != SCR_FROM_NOTHING && !p->names)
        put(o, "def read_lines(path):\n"
               "    with open(path, encoding=\"utf-8\", errors=\"surrogateescape\", newline=\"\") "
               "as f:\n"
               "        text = f.read()\n"
               "    return text[:-1].split(\"\\n\") if text.endswith(\"\\n\") else "
               "text.split(\"\\n\") if text else []\n\n\n");
    if (p->edits || b->source == SCR_FROM_TEXT)
        put(o, "def rewrite(path):\n"
               "    before = read_lines(path)\n    after = transform(list(before))\n"
               "    if after != before:\n"
               "        data = \"\".join(line + \"\\n\" for line in after)\n"
               "        replace(path, data.encode(\"utf-8\", \"surrogateescape\"))\n\n\n");
}

static const scr_step *part_of(const scr_table *t, str_view name)
{
    const scr_step *part = t->parts;
    while (part && !str_eq(part->name, name))
        part = part->next;
    return part;
}

/* The functions that several steps share, each once. */
static void put_parts(buf *o, const scr_table *t, const scr_clause *parts, size_t n)
{
    for (const scr_step *part = t->parts; part; part = part->next) {
        bool used = false;
        for (size_t i = 0; i < n; i++) {
            for (const scr_need *use = parts[i].step->uses; use; use = use->next)
                used = used || part_of(t, use->name) == part;
        }
        if (!used)
            continue;
        scr__fill(o, &style, scr__body(part, style.language, "help"), NULL, NULL, "");
        put(o, "\n\n");
    }
}

static void put_helpers(buf *o, const scr_plan *p)
{
    put_parts(o, p->table, p->block.parts, p->block.n);
    if (scr__acts(p, style.language))
        put(o, "told = [time.monotonic()]\n\n\n"
               "def tell_where(i, files):\n"
               "    \"\"\"Where it is, each second, where a terminal shows it.\"\"\"\n"
               "    if not sys.stderr.isatty():\n        return\n"
               "    if i == len(files):\n"
               "        print(\"\\033[K\", end=\"\", file=sys.stderr, flush=True)\n"
               "    elif time.monotonic() - told[0] >= 1:\n"
               "        told[0] = time.monotonic()\n"
               "        text = f\"\\033[K{i + 1} of {len(files)} files, at {str(files[i])!a}\\r\"\n"
               "        print(text, end=\"\", file=sys.stderr, flush=True)\n\n\n");
    const scr_clause *edit = scr__last(p, style.language, "edit");
    if (p->edits || edit || p->block.source == SCR_FROM_TEXT)
        put(o, "def replace(path, data):\n"
               "    \"\"\"All or nothing: the new bytes are written beside the file first.\"\"\"\n"
               "    handle, part = tempfile.mkstemp(dir=os.path.dirname(path) or \".\")\n    try:\n"
               "        with open(handle, \"wb\") as f:\n            f.write(data)\n"
               "        shutil.copymode(path, part)\n        os.replace(part, path)\n"
               "    except BaseException:\n        os.unlink(part)\n        raise\n\n\n");
    for (size_t i = 0; i < p->block.n; i++) {
        const scr_clause *c = &p->block.parts[i];
        str_view help = scr__body(c->step, style.language, "help");
        if (help.len) {
            scr__fill(o, &style, help, c->slots, p->block.slots, "");
            put(o, "\n\n");
        }
    }
}

static void put_path(buf *o, str_view path)
{
    bool home = str_starts(path, STR("~/"));
    put(o, home ? "os.path.expanduser(" : "");
    scr__quote_python(o, path);
    put(o, home ? ")" : "");
}

static void put_main_options(buf *o, const scr_plan *p)
{
    const scr_source from = p->block.source;
    const scr_value *dir = slot(p, "dir"), *file = slot(p, "file"), *out = slot(p, "out");
    put(o, "def main():\n    parser = argparse.ArgumentParser(description=");
    scr__quote_python(o, scr__title(p));
    put(o, ")\n");
    if (from == SCR_FROM_FILES) {
        bool variable = dir && str_starts(dir->text, STR("$"));
        put(o, "    parser.add_argument(\"folder\", nargs=\"?\", type=Path, default=Path(");
        put(o, variable ? "os.path.expandvars(" : "");
        scr__quote_python(o, dir ? dir->text : STR("."));
        put(o, variable ? ")).expanduser())\n" : ").expanduser())\n");
        buf_append_format(
            o,
            "    parser.add_argument(\"-r\", \"--recursive\", "
            "action=argparse.BooleanOptionalAction, default=%s, help=\"subfolders too\")\n",
            p->recursive ? "True" : "False");
    }
    if (from == SCR_FROM_TEXT) {
        put(o, "    parser.add_argument(\"files\", nargs=\"*\", metavar=\"FILE\"");
        if (file) {
            put(o, ", default=[");
            put_path(o, file->text);
            put(o, "]");
        }
        put(o, ")\n    parser.add_argument(\"-i\", \"--in-place\", action=\"store_true\"");
        if (slot(p, "in_place"))
            put(o, ", default=True");
        put(o, ", help=\"put the result into the files\")\n");
    }
    if (p->dry_run)
        buf_append_format(o,
                          "    parser.add_argument(\"-n\", \"--dry-run\", action=\"store_true\", "
                          "default=%s, help=\"only show what would be done\")\n",
                          p->dry_by_default ? "True" : "False");
    if (p->dry_by_default)
        put(o, "    parser.add_argument(\"-y\", \"--yes\", dest=\"dry_run\", "
               "action=\"store_false\", help=\"do it\")\n");
    if (scr__prints(p, style.language)) {
        put(o, "    parser.add_argument(\"-o\", \"--output\", metavar=\"FILE\"");
        if (out) {
            put(o, ", default=");
            put_path(o, out->text);
        }
        put(o, ", help=\"write what is printed to FILE, which must not exist\")\n");
    }
    put(o, "    args = parser.parse_args()\n");
    if (from == SCR_FROM_FILES)
        put(o, "    if not args.folder.is_dir():\n"
               "        sys.exit(f\"there is no folder {args.folder}\")\n");
}

static void put_move(buf *o, const char *action)
{
    buf_append_format(
        o,
        "        if new.exists() or new.is_symlink():\n"
        "            print(f\"{new} is there already, {path} stays\", file=sys.stderr)\n"
        "            status = 1\n            continue\n"
        "        if args.dry_run:\n            print(\"would %s\", path, \"->\", new)\n"
        "            continue\n",
        action);
}

static void put_each(buf *o, const scr_plan *p)
{
    const scr_clause *c = &p->block.parts[p->block.n - 1];
    str_view name = scr__body(c->step, style.language, "name");
    str_view target = scr__body(c->step, style.language, "target");
    str_view convert = scr__body(c->step, style.language, "convert");
    str_view edit = scr__body(c->step, style.language, "edit");
    str_view would = scr__would(p);
    char action[80];
    size_t n = would.len < sizeof action - 1 ? would.len : sizeof action - 1;
    memcpy(action, would.ptr, n);
    action[n] = '\0';
    put(o, "    status = 0\n    files = find_files(args.folder, args.recursive)\n"
           "    for i, path in enumerate(files):\n");
    put(o, p->dry_run ? "        if not args.dry_run:\n            tell_where(i, files)\n"
                      : "        tell_where(i, files)\n");
    if (name.len) {
        put(o, "        name = path.name\n");
        scr__fill(o, &style, name, c->slots, p->block.slots, "        ");
        put(o, "        if not name or name == path.name:\n            continue\n"
               "        new = path.parent / name\n");
        put_move(o, action);
        put(o, "        path.rename(new)\n");
    } else if (target.len) {
        scr__fill(o, &style, target, c->slots, p->block.slots, "        ");
        put(o, "        new = target / path.name\n");
        put_move(o, action);
        put(o, "        target.mkdir(parents=True, exist_ok=True)\n");
        put(o, str_starts(c->step->suffix, STR("mv")) ? "        shutil.move(path, new)\n"
                                                      : "        shutil.copy2(path, new)\n");
    } else if (convert.len) {
        const scr_value *to = scr__slot(c->slots, "to_ext");
        str_view suffix = to ? to->text : c->step->suffix;
        put(o, "        new = ");
        if (str_starts(suffix, STR("+")))
            quote_with(o, "", str_slice(suffix, 1, 20), "");
        if (str_starts(suffix, STR("+"))) {
            o->len = o->len - (suffix.len + 1);
            buf_append_format(o, "Path(f\"{path}.%.*s\")\n", STR_ARG(str_slice(suffix, 1, 20)));
        } else if (str_starts(suffix, STR("-"))) {
            put(o, "path.with_suffix(\"\")\n");
        } else {
            buf_append_format(o, "path.with_suffix(\".%.*s\")\n", STR_ARG(suffix));
        }
        put_move(o, action);
        put(o, "        part = Path(f\"{new}.part.{os.getpid()}\")\n        try:\n");
        scr__fill(o, &style, convert, c->slots, p->block.slots, "            ");
        put(o, "            os.replace(part, new)\n        finally:\n"
               "            part.unlink(missing_ok=True)\n");
    } else {
        if (p->dry_run && (c->step->effect || p->edits))
            buf_append_format(o,
                              "        if args.dry_run:\n            print(\"would %s\", path)\n"
                              "            continue\n",
                              action);
        if (edit.len) {
            put(o, "        data = path.read_bytes()\n        before = data\n");
            scr__fill(o, &style, edit, c->slots, p->block.slots, "        ");
            put(o, "        if data != before:\n            replace(path, data)\n");
        } else if (p->edits) {
            put(o, "        rewrite(path)\n");
        } else {
            scr__fill(o, &style, scr__body(c->step, style.language, "each"), c->slots,
                      p->block.slots, "        ");
        }
    }
    put(o, "    tell_where(len(files), files)\n    return status\n\n\n");
}

static void put_print(buf *o, const scr_plan *p)
{
    const scr_block *b = &p->block;
    const scr_clause *last = &b->parts[b->n - 1];
    if (b->source == SCR_FROM_TEXT) {
        put(o, "    if args.in_place:\n        for path in args.files:\n");
        if (p->dry_run)
            put(o, "            if args.dry_run:\n                print(\"would change\", path)\n"
                   "                continue\n");
        put(o, "            rewrite(path)\n        return 0\n    lines = []\n"
               "    for path in args.files or [\"/dev/stdin\"]:\n"
               "        lines += read_lines(path)\n");
    } else if (b->source == SCR_FROM_FILES) {
        put(o, "    lines = []\n    files = find_files(args.folder, args.recursive)\n");
        const scr_clause *each = NULL;
        for (size_t i = 0; i < b->n; i++) {
            if (scr__body(b->parts[i].step, style.language, "each").len)
                each = &b->parts[i];
        }
        str_view batch = scr__body(last->step, style.language, "batch");
        if (batch.len) {
            if (p->dry_run)
                buf_append_format(o,
                                  "    if args.dry_run:\n        for path in files:\n"
                                  "            print(\"would %.*s\", path)\n        return 0\n",
                                  STR_ARG(scr__would(p)));
            scr__fill(o, &style, batch, last->slots, b->slots, "    ");
        } else if (each) {
            put(o, "    for path in files:\n");
            scr__fill(o, &style, scr__body(each->step, style.language, "each"), each->slots,
                      b->slots, "        ");
        } else if (ends_in_lines(p) && !p->names) {
            put(o, "    for path in files:\n        lines += read_lines(path)\n");
        } else {
            put(o, "    lines = [str(path) for path in files]\n");
        }
    } else {
        put(o, "    lines = []\n");
        scr__fill(o, &style, scr__body(b->parts[0].step, style.language, "run"), b->parts[0].slots,
                  b->slots, "    ");
    }
    if (ends_in_lines(p))
        put(o, "    lines = transform(lines)\n");
    put(o, "    text = \"\".join(f\"{line}\\n\" for line in lines)\n"
           "    data = text.encode(\"utf-8\", \"surrogateescape\")\n"
           "    if not args.output:\n        sys.stdout.buffer.write(data)\n        return 0\n"
           "    if os.path.lexists(args.output):\n"
           "        sys.exit(f\"{args.output} is there already\")\n");
    if (p->dry_run)
        put(o, "    if args.dry_run:\n        print(\"would write\", args.output)\n"
               "        return 0\n");
    put(o, "    part = Path(f\"{args.output}.part.{os.getpid()}\")\n    try:\n"
           "        part.write_bytes(data)\n        os.replace(part, args.output)\n    finally:\n"
           "        part.unlink(missing_ok=True)\n    return 0\n\n\n");
}

static void put_modules(buf *o, buf *code)
{
    static const char *const modules[] = {"argparse",
                                          "base64",
                                          "collections",
                                          "csv",
                                          "datetime",
                                          "difflib",
                                          "fnmatch",
                                          "getpass",
                                          "gzip",
                                          "hashlib",
                                          "html",
                                          "html.parser",
                                          "io",
                                          "ipaddress",
                                          "json",
                                          "math",
                                          "os",
                                          "platform",
                                          "pwd",
                                          "random",
                                          "re",
                                          "secrets",
                                          "shlex",
                                          "shutil",
                                          "socket",
                                          "statistics",
                                          "sqlite3",
                                          "stat",
                                          "string",
                                          "struct",
                                          "subprocess",
                                          "sys",
                                          "tarfile",
                                          "tempfile",
                                          "textwrap",
                                          "time",
                                          "unicodedata",
                                          "urllib.parse",
                                          "urllib.request",
                                          "uuid",
                                          "xml.etree.ElementTree",
                                          "zipfile",
                                          "zlib"};
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        char use[32];
        size_t n = strlen(modules[i]);
        memcpy(use, modules[i], n);
        use[n] = '.';
        use[n + 1] = '\0';
        if (str_find(buf_view(code), str_of(use)) < code->len)
            buf_append_format(o, "import %s\n", modules[i]);
    }
    if (str_find(buf_view(code), STR("Path(")) < code->len)
        put(o, "from pathlib import Path\n");
}

void scr__python_alone(buf *o, const scr_plan *p, const scr_clause *c)
{
    buf code;
    bool begins = c->step->in != SCR_T_LINES;
    buf_init(&code, SIZE_MAX);
    put_parts(&code, p->table, c, 1);
    scr__fill(&code, &style, scr__body(c->step, style.language, "help"), c->slots, p->block.slots,
              "");
    put(&code, "sys.stdout.reconfigure(encoding=\"utf-8\", errors=\"surrogateescape\")\n");
    put(&code, begins ? "lines = []\n"
                      : "sys.stdin.reconfigure(encoding=\"utf-8\", errors=\"surrogateescape\")\n"
                        "lines = sys.stdin.read().split(\"\\n\")\n"
                        "lines = lines if lines[-1] else lines[:-1]\n");
    scr__fill(&code, &style, scr__body(c->step, style.language, begins ? "run" : "pipe"), c->slots,
              p->block.slots, "");
    put(&code, "print(*lines, sep=\"\\n\", end=\"\\n\" if lines else \"\")");
    put_modules(o, &code);
    buf_append(o, buf_view(&code));
    buf_release(&code);
}

void scr__python(buf *o, const scr_plan *p)
{
    const scr_block *b = &p->block;
    const scr_clause *last = &b->parts[b->n - 1];
    bool acts = scr__acts(p, style.language);
    buf code;
    buf_init(&code, SIZE_MAX);
    put_helpers(&code, p);
    if (b->source == SCR_FROM_FILES)
        put_find(&code, p);
    if (ends_in_lines(p))
        put_transform(&code, p);
    put_main_options(&code, p);
    if (acts) {
        put_each(&code, p);
    } else if (last->step->out == SCR_T_DONE && b->source == SCR_FROM_NOTHING) {
        if (p->dry_run)
            buf_append_format(
                &code, "    if args.dry_run:\n        print(\"would %.*s\")\n        return 0\n",
                STR_ARG(scr__would(p)));
        scr__fill(&code, &style, scr__body(last->step, style.language, "run"), last->slots,
                  b->slots, "    ");
        put(&code, "    return 0\n\n\n");
    } else {
        put_print(&code, p);
    }
    put(&code, "if __name__ == \"__main__\":\n"
               "    sys.stdout.reconfigure(errors=\"surrogateescape\")\n"
               "    sys.stderr.reconfigure(errors=\"surrogateescape\")\n"
               "    try:\n        sys.exit(main())\n"
               "    except OSError as error:\n        sys.exit(str(error))\n");
    put(o, "#!/usr/bin/env python3\n");
    scr__head(o, p, style.language, "#");
    put_modules(o, &code);
    put(o, "\n\n");
    buf_append(o, buf_view(&code));
    buf_release(&code);
}

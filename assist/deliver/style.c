#include "assist/deliver/style.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "context/place.h"
#include "context/secret.h"
#include "context/tree.h"

enum {
    MIN_VOTES = 3,     /* below, chance decides */
    ENOUGH_FILES = 3,  /* then the folders above are not asked */
    MAX_ENTRIES = 500, /* of one folder */
    MANIFEST_BYTES = 1 << 18,
    MAX_UNIT = 8,
    PATH_BYTES = 4096,
};

/* --- measuring --- */

/* How imports in TypeScript and JavaScript name a module beside them. */
enum { N_ENDINGS = 3 };
static const char *const endings[N_ENDINGS] = {"", ".js", ".ts"};

typedef struct {
    const gram_language *lang;
    bool (*skip)(const char *path);
    size_t n_files;
    size_t tabs, blanks[MAX_UNIT + 1]; /* lines that go deeper by a tab, by so many blanks */
    size_t single, twice;              /* strings in ' and in " */
    size_t with_semicolon, without;    /* statements */
    size_t crlf, lf;
    size_t cases[5];           /* by assist_scaffold_case */
    size_t snake, camel;       /* names in code: user_name, userName */
    size_t endings[N_ENDINGS]; /* imports of the project's own modules */
} tally;

static bool is_script(const gram_language *lang)
{
    return strcmp(lang->id, "javascript") == 0 || strcmp(lang->id, "typescript") == 0 ||
           strcmp(lang->id, "typescriptreact") == 0;
}

static bool is_python(const gram_language *lang)
{
    return strcmp(lang->id, "python") == 0;
}

static bool starts_with_any(str_view rest, const char *list, str_view *found)
{
    str_view words = str_of(list);
    while (gram_list_next(&words, found)) {
        if (str_starts(rest, *found))
            return true;
    }
    return false;
}

/* Counts the strings of a line and cuts its comment off. Strings and comments of several lines are
 * met by halves now and then; the majority decides. */
static str_view scan_line(tally *t, str_view line)
{
    for (size_t i = 0; i < line.len; i++) {
        str_view rest = str_slice(line, i, line.len), mark;
        if (starts_with_any(rest, t->lang->line_comments, &mark) || str_starts(rest, STR("/*")))
            return str_slice(line, 0, i);
        if (line.ptr[i] != '"' && line.ptr[i] != '\'' && line.ptr[i] != '`')
            continue;
        char quote = line.ptr[i];
        size_t begin = ++i;
        bool other = false; /* it holds the other quote: there was no choice */
        while (i < line.len && line.ptr[i] != quote) {
            other = other || line.ptr[i] == '"' || line.ptr[i] == '\'';
            i += line.ptr[i] == '\\' ? 2 : 1;
        }
        bool triple = i == begin && i + 1 < line.len && line.ptr[i + 1] == quote;
        if (i < line.len && !other && !triple) {
            t->single += quote == '\'';
            t->twice += quote == '"';
        }
    }
    return line;
}

static bool is_statement(str_view code)
{
    static const char *const heads[] = {"const ", "let ", "var ", "import ", "return ", "throw "};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        if (str_starts(code, str_of(heads[i])))
            return true;
    }
    return false;
}

static void measure_words(tally *t, str_view code)
{
    for (size_t i = 0, end; i < code.len; i = end + 1) {
        size_t scores = 0, inner = 0;
        for (end = i; end < code.len; end++) {
            char c = code.ptr[end];
            bool capital = c >= 'A' && c <= 'Z';
            if (!capital && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
                break;
            scores += c == '_' && end > i;
            inner += capital;
        }
        bool begins = end > i && code.ptr[i] >= 'a' && code.ptr[i] <= 'z';
        t->snake += begins && scores && !inner;
        t->camel += begins && inner && !scores;
    }
}

/* A line that imports a module of the project: how does it name it? */
static void measure_import(tally *t, str_view code)
{
    size_t at = str_find(code, STR("from "));
    str_view module = str_trim(str_slice(code, at + 5, code.len));
    module = str_slice(
        module, 1,
        str_find_byte(str_slice(module, 1, module.len), module.len ? module.ptr[0] : 0) + 1);
    if (!str_starts(module, STR(".")) || at >= code.len)
        return;
    str_view name = path_name(module);
    size_t dot = str_find_byte(name, '.');
    for (size_t i = 0; i < N_ENDINGS; i++) {
        if (name.len && str_eq(str_slice(name, dot, name.len), str_of(endings[i])))
            t->endings[i]++;
    }
}

static void measure_text(tally *t, str_view text)
{
    size_t before = 0; /* blanks of the line before */
    while (text.len) {
        size_t end = str_find_byte(text, '\n');
        str_view line = str_slice(text, 0, end), rest;
        if (end < text.len)
            *(str_ends(line, STR("\r")) ? &t->crlf : &t->lf) += 1;
        text = str_slice(text, end + 1, text.len);
        rest = str_trim_left(line);
        if (!str_trim(rest).len)
            continue;
        size_t n = line.len - rest.len;
        bool star = rest.ptr[0] == '*'; /* inside a comment, aligned by one blank */
        if (n && line.ptr[0] == '\t') {
            t->tabs++;
        } else if (!star) {
            if (n > before && n - before <= MAX_UNIT)
                t->blanks[n - before]++;
            before = n;
        }
        str_view code = str_trim(scan_line(t, rest));
        if (is_script(t->lang))
            measure_import(t, code);
        measure_words(t, code);
        if (is_script(t->lang) && code.len && is_statement(code)) {
            char last = code.ptr[code.len - 1];
            t->with_semicolon += last == ';';
            t->without += last == ')' || last == '\'' || last == '"' || last == '`' ||
                          (last >= 'a' && last <= 'z') || (last >= '0' && last <= '9');
        }
    }
}

static void measure_name(tally *t, str_view name)
{
    name = str_slice(name, 0, str_find_byte(name, '.'));
    size_t dashes = 0, scores = 0, inner = 0;
    if (!name.len)
        return;
    for (size_t i = 0; i < name.len; i++) {
        dashes += name.ptr[i] == '-';
        scores += name.ptr[i] == '_';
        inner += i && name.ptr[i] >= 'A' && name.ptr[i] <= 'Z';
    }
    bool capital = name.ptr[0] >= 'A' && name.ptr[0] <= 'Z';
    if (dashes && !scores && !inner)
        t->cases[ASSIST_CASE_KEBAB]++;
    else if (scores && !dashes && !inner)
        t->cases[ASSIST_CASE_SNAKE]++;
    else if (inner && !dashes && !scores)
        t->cases[capital ? ASSIST_CASE_PASCAL : ASSIST_CASE_CAMEL]++;
}

/* Files of the language in one folder, not in those below. */
static void measure_folder(tally *t, const char *folder)
{
    DIR *d = opendir(folder);
    size_t n_entries = 0;
    if (!d)
        return;
    for (struct dirent *entry;
         t->n_files < STYLE_FILES && n_entries++ < MAX_ENTRIES && (entry = readdir(d)) != NULL;) {
        char path[PATH_BYTES];
        str_view name = str_of(entry->d_name);
        int n = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (name.ptr[0] == '.' || n < 0 || (size_t)n >= sizeof path ||
            gram_language_by_path(name) != t->lang || ctx_secret_path(name) ||
            (t->skip && t->skip(path)))
            continue;
        buf b;
        buf_init(&b, (size_t)1 << 20);
        if (file_read(&b, path, NULL) == ERR_OK) {
            measure_text(t, str_slice(buf_view(&b), 0, STYLE_BYTES));
            measure_name(t, name);
            t->n_files++;
        }
        buf_release(&b);
    }
    closedir(d);
}

/* What other programs wrote. */
static bool is_foreign_folder(const char *name)
{
    static const char *const names[] = {"node_modules", "vendor", "target",
                                        "build",        "dist",   "venv"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return name[0] == '.';
}

/* Files in the folders directly below one, for projects that have none beside each other. */
static void measure_below(tally *t, const char *folder)
{
    DIR *d = opendir(folder);
    size_t n_entries = 0;
    if (!d)
        return;
    for (struct dirent *entry;
         t->n_files < ENOUGH_FILES && n_entries++ < MAX_ENTRIES && (entry = readdir(d)) != NULL;) {
        char path[PATH_BYTES];
        int n = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        struct stat st;
        if (n > 0 && (size_t)n < sizeof path && !is_foreign_folder(entry->d_name) &&
            stat(path, &st) == 0 && S_ISDIR(st.st_mode))
            measure_folder(t, path);
    }
    closedir(d);
}

/* The side with most of the votes, when it has nine tenths of them. */
static bool wins(size_t votes, size_t others)
{
    return votes >= MIN_VOTES && votes >= 9 * others;
}

style style_measure(const char *folder, str_view path, bool (*skip)(const char *path))
{
    static const char *const below[] = {"", "/src", "/lib", "/app"};
    tally t = {.lang = gram_language_by_path(path), .skip = skip};
    style s = {.lang = t.lang};
    if (!t.lang)
        return s;
    arena mem;
    arena_init(&mem, 1 << 16);
    measure_folder(&t, folder);
    str_view probe = arena_format(&mem, "%s/x", folder);
    size_t root = probe.ptr ? ctx_place_find(&mem, probe).root.len : 0;
    for (str_view at = str_of(folder); root && at.len >= root && t.n_files < ENOUGH_FILES;) {
        for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
            char name[PATH_BYTES];
            int n = snprintf(name, sizeof name, "%.*s%s", STR_ARG(at), below[i]);
            if (n > 0 && (size_t)n < sizeof name && strcmp(name, folder) != 0)
                measure_folder(&t, name);
        }
        const char *folder_z = arena_copy_z(&mem, at);
        if (t.n_files < ENOUGH_FILES && folder_z)
            measure_below(&t, folder_z);
        while (at.len && at.ptr[at.len - 1] != '/')
            at.len--;
        while (at.len && at.ptr[at.len - 1] == '/')
            at.len--;
    }
    arena_release(&mem);
    size_t all = 0, best = 0;
    for (size_t i = 1; i <= MAX_UNIT; i++) {
        all += t.blanks[i];
        if (i > 1 && t.blanks[i] > t.blanks[best])
            best = i;
    }
    if (wins(t.tabs, all)) {
        s.indent_tabs = true;
        s.indent_cols = 1;
    } else if (best && t.blanks[best] >= MIN_VOTES && 3 * t.blanks[best] >= 2 * all &&
               wins(all, t.tabs)) {
        s.indent_cols = (uint8_t)best;
    }
    s.quote = wins(t.single, t.twice) ? '\'' : wins(t.twice, t.single) ? '"' : '\0';
    s.no_semicolons = wins(t.without, t.with_semicolon);
    s.crlf = wins(t.crlf, t.lf);
    s.members = wins(t.snake, t.camel)   ? ASSIST_CASE_SNAKE
                : wins(t.camel, t.snake) ? ASSIST_CASE_CAMEL
                                         : ASSIST_CASE_TARGET;
    size_t imports = t.endings[0] + t.endings[1] + t.endings[2];
    for (size_t i = 0; i < N_ENDINGS; i++) {
        if (imports && t.endings[i] >= 9 * (imports - t.endings[i]))
            s.import_ending = endings[i];
    }
    size_t names = 0, most = 0;
    for (size_t i = 1; i < sizeof t.cases / sizeof *t.cases; i++) {
        names += t.cases[i];
        if (t.cases[i] > t.cases[most])
            most = i;
    }
    if (wins(t.cases[most], names - t.cases[most]))
        s.file_case = (assist_scaffold_case)most;
    return s;
}

/* --- applying --- */

typedef struct {
    buf out;
    str_view text;
    size_t at; /* copied so far */
} rewriter;

static void put(rewriter *r, size_t begin, size_t end, str_view with)
{
    if (begin < r->at)
        return;
    buf_append(&r->out, str_slice(r->text, r->at, begin));
    buf_append(&r->out, with);
    r->at = end;
}

static bool is_string(TSNode node)
{
    return strstr(ts_node_type(node), "string") != NULL ||
           strstr(ts_node_type(node), "comment") != NULL ||
           strstr(ts_node_type(node), "heredoc") != NULL;
}

/* What a walk over the leaves and strings of a tree asks; in text order. */
typedef void visit(void *user, TSNode node);

static void walk(TSNode root, visit *at, void *user)
{
    TSTreeCursor c = ts_tree_cursor_new(root);
    for (bool going = true; going;) {
        TSNode node = ts_tree_cursor_current_node(&c);
        bool leaf = is_string(node) || ts_node_child_count(node) == 0;
        if (leaf)
            at(user, node);
        if (!leaf && ts_tree_cursor_goto_first_child(&c))
            continue;
        while (!ts_tree_cursor_goto_next_sibling(&c)) {
            if (!ts_tree_cursor_goto_parent(&c)) {
                going = false;
                break;
            }
        }
    }
    ts_tree_cursor_delete(&c);
}

typedef struct {
    const style *s;
    rewriter r;
    TSNode semicolon; /* the last one met, at the end of its line; null: none */
    bool has_semicolon;
} marks;

static void swap_quotes(marks *m, TSNode node)
{
    size_t begin = ts_node_start_byte(node), end = ts_node_end_byte(node);
    str_view v = str_slice(m->r.text, begin, end);
    char from = m->s->quote == '\'' ? '"' : '\'';
    TSNode parent = ts_node_parent(node);
    if (!ts_node_is_null(parent) && strcmp(ts_node_type(parent), "jsx_attribute") == 0)
        return; /* an attribute of HTML: always in " */
    while (v.len && v.ptr[0] != from && v.ptr[0] != m->s->quote) { /* prefix letters */
        v = str_slice(v, 1, v.len);
        begin++;
    }
    if (v.len < 2 || v.ptr[0] != from || v.ptr[v.len - 1] != from)
        return;
    str_view inside = str_slice(v, 1, v.len - 1);
    if (str_find_byte(inside, '\'') < inside.len || str_find_byte(inside, '"') < inside.len ||
        str_find_byte(inside, '\n') < inside.len)
        return;
    str_view with = {&m->s->quote, 1};
    put(&m->r, begin, begin + 1, with);
    put(&m->r, end - 1, end, with);
}

static bool ends_line(str_view text, size_t at)
{
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\r'))
        at++;
    return at >= text.len || text.ptr[at] == '\n';
}

/* A semicolon at the end of its line goes when what comes next cannot go on with its statement. */
static void drop_semicolon(marks *m, TSNode next)
{
    static const char goes_on[] = "([`/+-*,.?<=&|%^~!";
    size_t at = ts_node_start_byte(m->semicolon);
    m->has_semicolon = false;
    size_t begin = ts_node_start_byte(next);
    if (begin < m->r.text.len && strchr(goes_on, m->r.text.ptr[begin]) &&
        strstr(ts_node_type(next), "comment") == NULL)
        return;
    put(&m->r, at, at + 1, STR(""));
}

static void on_mark(void *user, TSNode node)
{
    marks *m = user;
    bool script = is_script(m->s->lang);
    if (m->has_semicolon && strstr(ts_node_type(node), "comment") == NULL)
        drop_semicolon(m, node);
    if (m->s->quote && (script || is_python(m->s->lang)) &&
        strcmp(ts_node_type(node), "string") == 0)
        swap_quotes(m, node);
    if (m->s->no_semicolons && script && strcmp(ts_node_type(node), ";") == 0 &&
        ends_line(m->r.text, ts_node_end_byte(node)) &&
        strcmp(ts_node_type(ts_node_parent(node)), "for_statement") != 0 &&
        strcmp(ts_node_type(ts_node_parent(node)), "empty_statement") != 0) {
        m->semicolon = node;
        m->has_semicolon = true;
    }
}

/* Generated code imports "./users.js". */
static void on_import(void *user, TSNode node)
{
    marks *m = user;
    const char *parent = ts_node_type(ts_node_parent(node));
    size_t end = ts_node_end_byte(node) - 1; /* before the quote */
    str_view v = str_slice(m->r.text, ts_node_start_byte(node) + 1, end);
    if (strcmp(ts_node_type(node), "string") == 0 && str_starts(v, STR(".")) &&
        str_ends(v, STR(".js")) &&
        (strcmp(parent, "import_statement") == 0 || strcmp(parent, "export_statement") == 0))
        put(&m->r, end - 3, end, str_of(m->s->import_ending));
}

static void end_marks(marks *m)
{
    if (m->has_semicolon) {
        size_t at = ts_node_start_byte(m->semicolon);
        put(&m->r, at, at + 1, STR(""));
    }
}

typedef struct {
    rewriter r;
    str_view unit;
    char with[MAX_UNIT + 1];
    size_t n_with;
    size_t line; /* begin of the first line not looked at */
} indenter;

/* Indents the lines that begin before `end`. */
static void indent_until(indenter *d, size_t end)
{
    while (d->line < end) {
        str_view rest = str_slice(d->r.text, d->line, d->r.text.len);
        size_t n = 0;
        while (str_starts(str_slice(rest, n, rest.len), d->unit))
            n += d->unit.len;
        if (n) {
            put(&d->r, d->line, d->line, STR(""));
            for (size_t i = 0; i < n / d->unit.len; i++)
                buf_append(&d->r.out, (str_view){d->with, d->n_with});
            d->r.at = d->line + n;
        }
        d->line += str_find_byte(rest, '\n') + 1;
    }
}

static void on_indent(void *user, TSNode node)
{
    indenter *d = user;
    if (!is_string(node) || strstr(ts_node_type(node), "comment") != NULL)
        return;
    size_t begin = ts_node_start_byte(node), end = ts_node_end_byte(node);
    indent_until(d, begin + 1);
    while (d->line < end) { /* lines that begin inside the string stay */
        str_view rest = str_slice(d->r.text, d->line, d->r.text.len);
        d->line += str_find_byte(rest, '\n') + 1;
    }
}

/* One pass over the tree of `text`; the text itself when it does not parse. */
static str_view pass(arena *a, const gram_language *lang, str_view text, visit *at, void *user,
                     rewriter *r)
{
    ctx_tree *t = NULL;
    str_view out = text;
    buf_init(&r->out, SIZE_MAX);
    r->text = text;
    r->at = 0;
    if (ctx_tree_create(&t, lang, NULL) == ERR_OK && ctx_tree_parse(t, text, 0, NULL) == ERR_OK &&
        ctx_errors_in(ctx_tree_root(t), 0, text.len, NULL, 0) == 0) {
        walk(ctx_tree_root(t), at, user);
        if (at == on_indent)
            indent_until(user, text.len);
        else
            end_marks(user);
        put(r, text.len, text.len, STR(""));
        str_view made =
            buf_failed(&r->out) == ERR_OK ? arena_copy(a, buf_view(&r->out)) : (str_view){NULL, 0};
        if (made.ptr)
            out = made;
    }
    ctx_tree_destroy(t);
    buf_release(&r->out);
    return out;
}

str_view style_apply(const style *s, arena *a, str_view path, str_view text, str_view unit)
{
    const gram_language *lang = gram_language_by_path(path);
    if (!lang || lang != s->lang || !gram_language_parser(lang) || text.len > CTX_TREE_MAX_BYTES)
        return text;
    /* gofmt and the like leave no choice where the habit is a tab. */
    if (s->indent_cols && unit.len && !lang->indent_tabs) {
        indenter d = {.unit = unit, .n_with = s->indent_cols};
        memset(d.with, s->indent_tabs ? '\t' : ' ', s->indent_cols);
        if (!str_eq(unit, (str_view){d.with, d.n_with}))
            text = pass(a, lang, text, on_indent, &d, &d.r);
    }
    if (s->import_ending && strcmp(s->import_ending, ".js") != 0 && is_script(lang)) {
        marks m = {.s = s};
        text = pass(a, lang, text, on_import, &m, &m.r);
    }
    if ((s->quote && (is_script(lang) || is_python(lang))) || s->no_semicolons) {
        marks m = {.s = s};
        text = pass(a, lang, text, on_mark, &m, &m.r);
    }
    if (s->crlf) {
        buf b;
        buf_init(&b, SIZE_MAX);
        for (str_view rest = text; rest.len;) {
            buf_append(&b, str_take_line(&rest));
            buf_append(&b, STR("\r\n"));
        }
        str_view made = arena_copy(a, buf_view(&b));
        if (buf_failed(&b) == ERR_OK && made.ptr)
            text = made;
        buf_release(&b);
    }
    return text;
}

/* --- libraries --- */

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '@' || c == '/';
}

/* All words of a manifest: the names of packages are among them, and what else there is has no
 * target to choose. */
static void add_words(buf *out, str_view text)
{
    for (size_t i = 0; i < text.len;) {
        size_t begin = i;
        while (i < text.len && is_word_byte(text.ptr[i]))
            i++;
        if (i > begin + 1) {
            buf_append(out, str_slice(text, begin, i));
            buf_append_byte(out, ' ');
        }
        i += i == begin || i < text.len;
    }
}

str_view style_libraries(arena *a, const char *folder)
{
    static const char *const manifests[] = {
        "package.json",     "pyproject.toml", "requirements.txt", "requirements-dev.txt",
        "Pipfile",          "setup.cfg",      "Cargo.toml",       "go.mod",
        "Gemfile",          "composer.json",  "pom.xml",          "build.gradle",
        "build.gradle.kts", "Package.swift",  "pubspec.yaml"};
    buf out;
    buf_init(&out, (size_t)1 << 20);
    str_view probe = arena_format(a, "%s/x", folder);
    size_t root = probe.ptr ? ctx_place_find(a, probe).root.len : 0;
    for (str_view at = str_of(folder); root && at.len >= root;) {
        for (size_t i = 0; i < sizeof manifests / sizeof *manifests; i++) {
            char path[PATH_BYTES];
            buf text;
            int n = snprintf(path, sizeof path, "%.*s/%s", STR_ARG(at), manifests[i]);
            buf_init(&text, MANIFEST_BYTES);
            if (n > 0 && (size_t)n < sizeof path && file_read(&text, path, NULL) == ERR_OK)
                add_words(&out, buf_view(&text));
            buf_release(&text);
        }
        while (at.len && at.ptr[at.len - 1] != '/')
            at.len--;
        while (at.len && at.ptr[at.len - 1] == '/')
            at.len--;
    }
    str_view words = buf_failed(&out) == ERR_OK ? arena_copy(a, buf_view(&out)) : STR("");
    buf_release(&out);
    return words;
}

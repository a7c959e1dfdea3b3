/* Import statements as text: where they are and what they bind. The text is read word by word; what
 * is not understood binds nothing. */
#include <string.h>

#include "context/importing.h"
#include "context/lexicon.h"

enum { MAX_STATEMENT = 4096, MAX_NESTING = 8 };

enum ctx_import_family ctx_import_family_of(const gram_language *lang)
{
    static const struct {
        const char *ids;
        enum ctx_import_family family;
    } families[] = {
        {"python", CTX_IMPORT_PYTHON},
        {"javascript javascriptreact typescript typescriptreact", CTX_IMPORT_SCRIPT},
        {"go", CTX_IMPORT_GO},
        {"rust", CTX_IMPORT_RUST},
        {"java kotlin scala groovy", CTX_IMPORT_JVM},
        {"php", CTX_IMPORT_PHP},
        {"c cpp objective-c objective-cpp cuda", CTX_IMPORT_INCLUDE},
        {"ruby", CTX_IMPORT_RUBY},
        {"csharp", CTX_IMPORT_CSHARP},
    };
    for (size_t i = 0; lang && i < sizeof families / sizeof *families; i++)
        if (gram_list_has(families[i].ids, str_of(lang->id)))
            return families[i].family;
    return CTX_IMPORT_NONE;
}

/* ---- words ---- */

static void skip_blanks(str_view *s)
{
    for (;;) {
        *s = str_trim_left(*s);
        bool comment = str_starts(*s, STR("//")) || str_starts(*s, STR("#"));
        if (str_starts(*s, STR("\\\n")))
            *s = str_slice(*s, 2, s->len);
        else if (comment)
            *s = str_slice(*s, str_find_byte(*s, '\n'), s->len);
        else
            return;
    }
}

/* A run of word characters and those of `also`; empty where none stands. */
static str_view take_run(str_view *s, const char *also)
{
    skip_blanks(s);
    size_t n = 0;
    while (n < s->len && (ctx_lexicon_is_word_byte(s->ptr[n]) || strchr(also, s->ptr[n])) &&
           s->ptr[n])
        n++;
    str_view run = str_slice(*s, 0, n);
    *s = str_slice(*s, n, s->len);
    return run;
}

static bool take_sign(str_view *s, char sign)
{
    skip_blanks(s);
    if (s->len == 0 || s->ptr[0] != sign)
        return false;
    *s = str_slice(*s, 1, s->len);
    return true;
}

static bool take_word(str_view *s, const char *word)
{
    str_view rest = *s;
    if (!str_eq(take_run(&rest, ""), str_of(word)))
        return false;
    *s = rest;
    return true;
}

/* The last quoted text of a statement; empty when there is none. */
static str_view last_quoted(str_view s)
{
    size_t end = s.len;
    while (end > 0 && s.ptr[end - 1] != '"' && s.ptr[end - 1] != '\'' && s.ptr[end - 1] != '`')
        end--;
    size_t begin = end > 0 ? end - 1 : 0;
    while (begin > 0 && s.ptr[begin - 1] != s.ptr[end - 1])
        begin--;
    return begin > 0 ? str_slice(s, begin, end - 1) : STR("");
}

static str_view last_part(str_view path, char separator)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != separator)
        at--;
    return str_slice(path, at, path.len);
}

/* ---- where statements are ---- */

static bool begins(enum ctx_import_family family, str_view line)
{
    static const char *const starts[][5] = {
        [CTX_IMPORT_PYTHON] = {"import ", "from "},
        [CTX_IMPORT_SCRIPT] = {"import ", "import{", "const ", "var ", "let "},
        [CTX_IMPORT_GO] = {"import "},
        [CTX_IMPORT_RUST] = {"use "},
        [CTX_IMPORT_JVM] = {"import "},
        [CTX_IMPORT_PHP] = {"use "},
        [CTX_IMPORT_INCLUDE] = {"#include", "# include", "#import"},
        [CTX_IMPORT_RUBY] = {"require ", "require_relative "},
        [CTX_IMPORT_CSHARP] = {"using ", "global using "},
    };
    for (size_t i = 0; family && i < 5 && starts[family][i]; i++)
        if (str_starts(line, str_of(starts[family][i])))
            return true;
    return false;
}

/* Bytes from the line's beginning to the end of the line in which its brackets are closed. */
static size_t whole_statement(str_view text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.len && i < MAX_STATEMENT; i++) {
        char c = text.ptr[i];
        if (strchr("([{", c) && c)
            depth++;
        else if (strchr(")]}", c) && c)
            depth -= depth > 0;
        else if (c == '\n' && depth == 0 && i > 0 && text.ptr[i - 1] != '\\')
            return i;
    }
    return text.len < MAX_STATEMENT ? text.len : str_find_byte(text, '\n');
}

str_view ctx_import_next(enum ctx_import_family family, str_view *rest, bool *in_block)
{
    while (rest->len > 0) {
        str_view all = *rest, line = str_take_line(rest);
        if (*in_block) {
            line = str_trim(line);
            if (str_starts(line, STR(")")))
                *in_block = false;
            else if (line.len > 0 && !str_starts(line, STR("//")))
                return line;
        } else if (begins(family, line)) {
            if (family == CTX_IMPORT_GO &&
                str_starts(str_trim_left(str_slice(line, 6, line.len)), STR("("))) {
                *in_block = true;
                continue;
            }
            str_view whole = str_trim_right(str_slice(all, 0, whole_statement(all)));
            if (family == CTX_IMPORT_SCRIPT && !str_starts(whole, STR("import")) &&
                str_find(whole, STR("require(")) == whole.len)
                continue;
            *rest = str_slice(all, whole.len, all.len);
            str_take_line(rest);
            return whole;
        }
    }
    return STR("");
}

str_view ctx_import_module(enum ctx_import_family family, str_view s)
{
    switch (family) {
    case CTX_IMPORT_PYTHON:
        return take_word(&s, "from") || take_word(&s, "import") ? take_run(&s, ".") : STR("");
    case CTX_IMPORT_SCRIPT:
    case CTX_IMPORT_GO:
    case CTX_IMPORT_RUBY: return last_quoted(s);
    case CTX_IMPORT_RUST: return take_word(&s, "use") ? take_run(&s, ":") : STR("");
    case CTX_IMPORT_JVM:
        return take_word(&s, "import") && (take_word(&s, "static") || true) ? take_run(&s, ".*")
                                                                            : STR("");
    case CTX_IMPORT_PHP:
        return take_word(&s, "use") && (take_word(&s, "function") || take_word(&s, "const") || true)
                   ? take_run(&s, "\\")
                   : STR("");
    case CTX_IMPORT_INCLUDE: {
        size_t open = str_find_byte(s, '<'), close = str_find_byte(s, '>');
        return open < close && close < s.len ? str_slice(s, open, close) : last_quoted(s);
    }
    case CTX_IMPORT_CSHARP:
        (void)take_word(&s, "global");
        return take_word(&s, "using") && (take_word(&s, "static") || true) ? take_run(&s, ".")
                                                                           : STR("");
    case CTX_IMPORT_NONE: break;
    }
    return STR("");
}

/* ---- what they bind ---- */

struct wanted {
    str_view name;
    arena *mem;
};

/* An item of a list: "a" or "a as b"; *whole is all of it. Empty: no item. */
static str_view take_item(str_view *s, const char *also, const char *as, str_view *whole)
{
    skip_blanks(s);
    const char *begin = s->ptr;
    str_view bound = take_run(s, also);
    if (bound.len > 0 && take_word(s, as)) {
        skip_blanks(s);
        bound = take_run(s, also);
    }
    *whole = (str_view){begin, bound.len ? (size_t)(bound.ptr + bound.len - begin) : 0};
    return bound;
}

static str_view only_python(const struct wanted *w, str_view s)
{
    str_view item, bound;
    if (take_word(&s, "from")) {
        str_view module = take_run(&s, ".");
        if (module.len == 0 || !take_word(&s, "import"))
            return STR("");
        (void)take_sign(&s, '(');
        do {
            bound = take_item(&s, "", "as", &item);
            if (bound.len > 0 && str_eq(bound, w->name))
                return arena_format(w->mem, "from %.*s import %.*s", STR_ARG(module),
                                    STR_ARG(item));
        } while (bound.len > 0 && take_sign(&s, ','));
        return STR("");
    }
    if (!take_word(&s, "import"))
        return STR("");
    do {
        bound = take_item(&s, ".", "as", &item);
        bool plain = bound.ptr == item.ptr;
        if (plain)
            bound = str_slice(bound, 0, str_find_byte(bound, '.'));
        if (bound.len > 0 && str_eq(bound, w->name))
            return arena_format(w->mem, "import %.*s", STR_ARG(item));
    } while (bound.len > 0 && take_sign(&s, ','));
    return STR("");
}

/* The items between braces; `as` is the word, or the sign, between a name and its alias. */
static str_view in_braces(const struct wanted *w, str_view *s, bool required, bool *found)
{
    str_view match = STR(""), item, bound;
    while (!take_sign(s, '}')) {
        if (required) {
            skip_blanks(s);
            const char *begin = s->ptr;
            bound = take_run(s, "$");
            if (bound.len > 0 && take_sign(s, ':'))
                bound = take_run(s, "$");
            item = (str_view){begin, bound.len ? (size_t)(bound.ptr + bound.len - begin) : 0};
        } else {
            str_view rest = *s, word = take_run(&rest, "$");
            bool is_type = str_eq(word, STR("type"));
            const char *begin = word.ptr;
            if (is_type && take_run(&rest, "$").len > 0)
                (void)take_word(s, "type");
            bound = take_item(s, "$", "as", &item);
            if (item.len > 0)
                item = (str_view){begin, (size_t)(item.ptr + item.len - begin)};
        }
        if (bound.len == 0)
            break;
        if (str_eq(bound, w->name)) {
            match = item;
            *found = true;
        }
        (void)take_sign(s, ',');
    }
    return match;
}

static str_view only_script(const struct wanted *w, str_view s)
{
    str_view whole = s, module = last_quoted(s), item, def = STR("");
    if (module.len == 0)
        return STR("");
    char quote = module.ptr[-1];
    const char *end = str_ends(whole, STR(";")) ? ";" : "";
    bool found = false;
    if (!take_word(&s, "import")) {
        str_view kind = take_run(&s, "");
        bool braces = take_sign(&s, '{');
        item = braces ? in_braces(w, &s, true, &found) : take_run(&s, "$");
        found = found || str_eq(item, w->name);
        if (!found || !take_sign(&s, '=') || !take_word(&s, "require"))
            return STR("");
        str_view behind = str_slice(s, (size_t)(module.ptr + module.len - s.ptr) + 1, s.len);
        (void)take_sign(&behind, ')');
        (void)take_sign(&behind, ';');
        if (!str_is_blank(behind))
            return STR("");
        return arena_format(w->mem, "%.*s %s%.*s%s = require(%c%.*s%c)%s", STR_ARG(kind),
                            braces ? "{ " : "", STR_ARG(item), braces ? " }" : "", quote,
                            STR_ARG(module), quote, end);
    }
    str_view rest = s;
    const char *type = "";
    if (take_word(&rest, "type") && !str_eq(take_run(&rest, "$"), STR("from"))) {
        (void)take_word(&s, "type");
        type = "type ";
    }
    def = take_run(&s, "$");
    if (def.len > 0 && str_eq(def, w->name))
        return arena_format(w->mem, "import %s%.*s from %c%.*s%c%s", type, STR_ARG(def), quote,
                            STR_ARG(module), quote, end);
    (void)take_sign(&s, ',');
    if (take_sign(&s, '*') && take_word(&s, "as")) {
        item = take_run(&s, "$");
        return str_eq(item, w->name) && item.len > 0
                   ? arena_format(w->mem, "import %s* as %.*s from %c%.*s%c%s", type, STR_ARG(item),
                                  quote, STR_ARG(module), quote, end)
                   : STR("");
    }
    if (!take_sign(&s, '{'))
        return STR("");
    item = in_braces(w, &s, false, &found);
    return found ? arena_format(w->mem, "import %s{ %.*s } from %c%.*s%c%s", type, STR_ARG(item),
                                quote, STR_ARG(module), quote, end)
                 : STR("");
}

/* A version at the end of a module's path is no name: "gopkg.in/x.v2", "m/v3". */
static str_view go_name(str_view module)
{
    str_view last = last_part(module, '/');
    bool version = last.len > 1 && last.ptr[0] == 'v' && last.ptr[1] >= '0' && last.ptr[1] <= '9';
    if (version && last.len < module.len)
        last = last_part(str_slice(module, 0, module.len - last.len - 1), '/');
    return str_slice(last, 0, str_find_byte(last, '.'));
}

static str_view only_go(const struct wanted *w, str_view s)
{
    str_view module = last_quoted(s);
    (void)take_word(&s, "import");
    str_view alias = take_run(&s, ".");
    if (module.len == 0 || !str_eq(alias.len ? alias : go_name(module), w->name))
        return STR("");
    return arena_format(w->mem, "%.*s%s\"%.*s\"", STR_ARG(alias), alias.len ? " " : "",
                        STR_ARG(module));
}

/* One branch of a use tree, whose beginning is `prefix`. */
static str_view only_rust(const struct wanted *w, str_view *s, str_view prefix, int depth)
{
    str_view path = take_run(s, ":"), alias = STR("");
    if (take_sign(s, '{') && depth < MAX_NESTING) {
        str_view inner = arena_format(w->mem, "%.*s%.*s", STR_ARG(prefix), STR_ARG(path));
        do {
            str_view found = only_rust(w, s, inner, depth + 1);
            if (found.len > 0)
                return found;
        } while (take_sign(s, ','));
        (void)take_sign(s, '}');
        return STR("");
    }
    if (take_word(s, "as"))
        alias = take_run(s, "");
    if (path.len == 0 || take_sign(s, '*'))
        return STR("");
    str_view full = str_eq(path, STR("self")) && prefix.len > 2
                        ? str_slice(prefix, 0, prefix.len - 2)
                        : arena_format(w->mem, "%.*s%.*s", STR_ARG(prefix), STR_ARG(path));
    if (!str_eq(alias.len ? alias : last_part(full, ':'), w->name))
        return STR("");
    return arena_format(w->mem, "use %.*s%s%.*s;", STR_ARG(full), alias.len ? " as " : "",
                        STR_ARG(alias));
}

static str_view only_jvm(const struct wanted *w, str_view s)
{
    str_view whole = s, item;
    bool found = take_word(&s, "import");
    (void)take_word(&s, "static");
    str_view bound = take_item(&s, ".", "as", &item);
    (void)take_sign(&s, ';');
    return found && str_is_blank(s) && str_eq(last_part(bound, '.'), w->name) ? whole : STR("");
}

static str_view only_php(const struct wanted *w, str_view s)
{
    str_view whole = s, item;
    bool found = take_word(&s, "use");
    if (!take_word(&s, "function"))
        (void)take_word(&s, "const");
    str_view bound = take_item(&s, "\\", "as", &item);
    found = found && take_sign(&s, ';') && str_is_blank(s);
    return found && str_eq(last_part(bound, '\\'), w->name) ? whole : STR("");
}

str_view ctx_import_only(enum ctx_import_family family, str_view statement, str_view name,
                         arena *mem)
{
    const struct wanted w = {name, mem};
    if (name.len == 0)
        return STR("");
    switch (family) {
    case CTX_IMPORT_PYTHON: return only_python(&w, statement);
    case CTX_IMPORT_SCRIPT: return only_script(&w, statement);
    case CTX_IMPORT_GO: return only_go(&w, statement);
    case CTX_IMPORT_RUST:
        return take_word(&statement, "use") ? only_rust(&w, &statement, STR(""), 0) : STR("");
    case CTX_IMPORT_JVM: return only_jvm(&w, statement);
    case CTX_IMPORT_PHP: return only_php(&w, statement);
    case CTX_IMPORT_NONE:
    case CTX_IMPORT_INCLUDE:
    case CTX_IMPORT_RUBY:
    case CTX_IMPORT_CSHARP: break;
    }
    return STR("");
}

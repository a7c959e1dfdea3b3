#include "context/import_place.h"

#include <string.h>

#include "context/lexicon.h"

enum { MAX_STATEMENTS = 256 /* of a document that are looked at */ };

/* ---- the document's imports ---- */

struct existing {
    str_view text, module;
    int rank;
};

/* Where people put it: the language's own library first, the project's own files last. */
static int rank_of(enum ctx_import_family family, str_view module)
{
    static const char *const own[] = {
        [CTX_IMPORT_PYTHON] = "__future__ abc argparse array ast asyncio base64 bisect collections "
                              "contextlib copy csv dataclasses datetime decimal email enum errno "
                              "fnmatch functools gc getpass glob gzip hashlib heapq hmac html http "
                              "importlib inspect io itertools json logging math multiprocessing os "
                              "pathlib pickle platform pprint queue random re select shlex shutil "
                              "signal socket sqlite3 ssl stat statistics string struct subprocess "
                              "sys tempfile textwrap threading time traceback types typing "
                              "unittest urllib uuid warnings weakref xml zipfile zlib",
        [CTX_IMPORT_RUST] = "std core alloc",
        [CTX_IMPORT_JVM] = "java javax kotlin scala",
        [CTX_IMPORT_CSHARP] = "System",
    };
    size_t end = 0;
    while (end < module.len && ctx_lexicon_is_word_byte(module.ptr[end]))
        end++;
    str_view first = str_slice(module, 0, end);
    if (family == CTX_IMPORT_INCLUDE)
        return str_starts(module, STR("<")) ? 0 : 1;
    if (family == CTX_IMPORT_GO) /* other hosts' modules have a dot */
        return str_find_byte(str_slice(module, 0, str_find_byte(module, '/')), '.') < module.len &&
               str_find_byte(module, '.') < str_find_byte(module, '/');
    if (str_starts(module, STR(".")) || str_starts(module, STR("@/")) ||
        str_starts(module, STR("~/")) || str_eq(first, STR("crate")))
        return 2;
    if (str_starts(module, STR("node:")))
        return 0;
    bool known = (size_t)family < sizeof own / sizeof *own && own[family];
    return known && gram_list_has(own[family], first) ? 0 : 1;
}

/* `#if` and what closes it, up to a place in a text. */
struct conditions {
    str_view rest;
    int depth, guards; /* guards: #ifndef A, #define A */
};

static bool in_condition(struct conditions *c, const char *at)
{
    while (c->rest.len && c->rest.ptr < at) {
        str_view line = str_trim(str_take_line(&c->rest)), below = c->rest;
        if (!str_starts(line, STR("#")))
            continue;
        line = str_trim(str_slice(line, 1, line.len));
        if (str_starts(line, STR("if"))) {
            str_view name = str_trim(str_slice(line, sizeof "ifndef" - 1, line.len));
            str_view next = str_trim(str_take_line(&below));
            bool guard = !c->depth && str_starts(line, STR("ifndef ")) &&
                         str_starts(next, STR("#define ")) && str_ends(next, name);
            c->guards += guard;
            c->depth++;
        } else if (str_starts(line, STR("endif"))) {
            c->depth--;
        }
    }
    return c->depth > c->guards;
}

/* Doc strings may hold examples. */
static size_t collect(struct existing *out, enum ctx_import_family family, const ctx_tree *tree,
                      str_view text, size_t limit, bool *in_block)
{
    size_t n = 0;
    struct conditions conditions = {text, 0, 0};
    str_view statement, rest = str_slice(text, 0, limit);
    while (n < MAX_STATEMENTS && (statement = ctx_import_next(family, &rest, in_block)).len > 0) {
        str_view module = ctx_import_module(family, statement);
        if (family == CTX_IMPORT_INCLUDE && in_condition(&conditions, statement.ptr))
            continue; /* not for everybody */
        bool code = *in_block || !tree ||
                    ctx_text_kind_at(tree, text, (size_t)(statement.ptr - text.ptr)) == CTX_CODE;
        if (module.len > 0 && code)
            out[n++] = (struct existing){statement, module, rank_of(family, module)};
    }
    return n;
}

/* ---- into a statement that is there ---- */

/* Where a name goes into the list that ends before `end`, and how: behind a comma. */
static bool join_list(ctx_import_edit *out, str_view text, str_view item, const char *end,
                      arena *mem)
{
    while (end[-1] == ' ')
        end--;
    bool comma = end[-1] == ',';
    size_t at = (size_t)(end - text.ptr);
    *out =
        (ctx_import_edit){at, at, arena_format(mem, "%s%.*s", comma ? " " : ", ", STR_ARG(item))};
    return true;
}

/* "from a import b" and the like, on one line: only its end is written. */
static bool join(ctx_import_edit *out, enum ctx_import_family family, str_view text,
                 const struct existing *old, str_view statement, arena *mem)
{
    str_view line = old->text;
    if (str_find_byte(line, '\n') < line.len || str_find_byte(line, '\\') < line.len)
        return false;
    if (family == CTX_IMPORT_PYTHON) {
        size_t at = str_find(statement, STR(" import ")) + 8;
        bool same = at < statement.len && str_starts(line, str_slice(statement, 0, at));
        if (!same || str_find_byte(line, '#') < line.len || str_find_byte(line, '*') < line.len)
            return false;
        bool closed = str_ends(line, STR(")"));
        if (!closed && str_find_byte(line, '(') < line.len)
            return false;
        return join_list(out, text, str_slice(statement, at, statement.len),
                         line.ptr + line.len - closed, mem);
    }
    if (family != CTX_IMPORT_SCRIPT && family != CTX_IMPORT_RUST)
        return false;
    size_t open = str_find_byte(statement, '{'), close = str_find_byte(line, '}');
    if (family == CTX_IMPORT_RUST) { /* use a::{b}; takes in c of use a::c; */
        str_view module = ctx_import_module(family, statement);
        size_t at = module.len;
        while (at > 0 && module.ptr[at - 1] != ':')
            at--;
        str_view head = arena_format(mem, "use %.*s{", (int)at, module.ptr);
        return at > 0 && str_starts(line, head) && str_ends(line, STR("};")) && close < line.len &&
               close + 2 == line.len &&
               join_list(out, text, str_slice(module, at, module.len), line.ptr + close, mem);
    }
    size_t from = str_find_byte(statement, '}');
    bool same = open < statement.len && from < statement.len && close < line.len &&
                str_starts(line, str_slice(statement, 0, open)) &&
                str_find_byte(line, '{') == open &&
                str_eq(ctx_import_module(family, line), ctx_import_module(family, statement));
    return same && join_list(out, text, str_trim(str_slice(statement, open + 1, from)),
                             line.ptr + close, mem);
}

/* ---- among those that are there ---- */

static bool is_from(str_view statement)
{
    return str_starts(statement, STR("from "));
}

/* Of Python "import a" and "from a import b" are sorted apart. */
static bool alike(const struct existing *a, const struct existing *b)
{
    return a->rank == b->rank && is_from(a->text) == is_from(b->text);
}

static size_t line_begin(str_view text, size_t at)
{
    while (at > 0 && text.ptr[at - 1] != '\n')
        at--;
    return at;
}

static const char *line_end_of(str_view text)
{
    size_t at = str_find_byte(text, '\n');
    return at > 0 && at < text.len && text.ptr[at - 1] == '\r' ? "\r\n" : "\n";
}

static size_t end_of(str_view text, const struct existing *x)
{
    return (size_t)(x->text.ptr - text.ptr) + x->text.len;
}

/* Bytes that both begin with. */
static size_t shared(str_view a, str_view b)
{
    size_t n = 0;
    while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n])
        n++;
    return n;
}

/* A blank line ends a group of imports. */
static bool same_group(str_view text, const struct existing *a, const struct existing *b)
{
    str_view between = str_slice(text, end_of(text, a), (size_t)(b->text.ptr - text.ptr));
    size_t first = str_find_byte(between, '\n');
    return str_find_byte(str_slice(between, first + 1, between.len), '\n') ==
           str_slice(between, first + 1, between.len).len;
}

/* The statement behind which the new one goes, or before which. */
static size_t neighbour(enum ctx_import_family family, const struct existing *all, size_t n,
                        str_view text, const struct existing *one, bool *before)
{
    size_t best = n, best_shared = 0;
    *before = false;
    for (size_t i = 0; i < n; i++) {
        size_t common = shared(all[i].module, one->module);
        if (alike(&all[i], one) && (best == n || common >= best_shared)) {
            best = i;
            best_shared = common;
        }
    }
    if (best == n && family == CTX_IMPORT_INCLUDE) /* what a file includes first, others may need */
        return n - 1;
    if (best == n) { /* behind what ranks before it, else before everything */
        for (size_t i = 0; i < n; i++)
            if (all[i].rank < one->rank || (all[i].rank == one->rank && !is_from(all[i].text)))
                best = i;
        *before = best == n;
        return *before ? 0 : best;
    }
    size_t first = best, last = best;
    while (first > 0 && alike(&all[first - 1], one) &&
           same_group(text, &all[first - 1], &all[first]))
        first--;
    while (last + 1 < n && alike(&all[last + 1], one) &&
           same_group(text, &all[last], &all[last + 1]))
        last++;
    bool sorted = true;
    for (size_t i = first; i < last; i++)
        sorted = sorted && str_cmp(all[i].module, all[i + 1].module) <= 0;
    for (size_t i = first; sorted && i <= last; i++)
        if (str_cmp(all[i].module, one->module) > 0) {
            *before = true;
            return i;
        }
    return sorted ? last : best;
}

static bool place_among(ctx_import_edit *out, enum ctx_import_family family,
                        const struct existing *all, size_t n, str_view text,
                        const struct existing *one, arena *mem)
{
    bool before;
    size_t i = neighbour(family, all, n, text, one, &before);
    size_t begin = (size_t)(all[i].text.ptr - text.ptr), line = line_begin(text, begin);
    str_view indent = str_slice(text, line, begin);
    const char *eol = line_end_of(text);
    bool bare = one->text.ptr[0] == '"' && str_starts(all[i].text, STR("import ")); /* Go */
    const char *import = bare ? "import " : "";
    if (before) {
        *out = (ctx_import_edit){
            line, line,
            arena_format(mem, "%.*s%s%.*s%s", STR_ARG(indent), import, STR_ARG(one->text), eol)};
        return true;
    }
    size_t end = end_of(text, &all[i]);
    *out = (ctx_import_edit){
        end, end,
        arena_format(mem, "%s%.*s%s%.*s", eol, STR_ARG(indent), import, STR_ARG(one->text))};
    return true;
}

/* ---- the first import of a document ---- */

static bool starts_any(str_view line, const char *const *heads)
{
    for (; *heads; heads++)
        if (str_starts(line, str_of(*heads)))
            return true;
    return false;
}

/* Where the text after `opener`, which stands at the beginning, is closed: behind that line. */
static size_t behind(str_view text, const char *opener, const char *closer)
{
    size_t skip = strlen(opener),
           at = skip + str_find(str_slice(text, skip, text.len), str_of(closer));
    return at + str_find_byte(str_slice(text, at, text.len), '\n') + 1;
}

/* Behind what has to stand first: the line of the interpreter, the licence, the doc string, the
 * package. A comment directly above code belongs to the code. */
static size_t behind_head(enum ctx_import_family family, str_view text)
{
    static const char *const hard[] = {
        "#!",     "package ",     "<?php",    "namespace ", "declare(", "'use ",
        "\"use ", "#pragma once", "#ifndef ", "#define ",   "# frozen", "#![",
        "\"\"\"", "'''",          "r\"\"\"",  "//!",        "# -*-",    NULL};
    static const char *const soft[] = {"//", "/*", NULL};
    size_t at = 0, kept = 0;
    bool hash =
        family == CTX_IMPORT_PYTHON || family == CTX_IMPORT_RUBY || family == CTX_IMPORT_PHP;
    while (at < text.len) {
        str_view rest = str_slice(text, at, text.len), next = rest, line = str_take_line(&next);
        bool is_hard = starts_any(line, hard);
        bool is_soft = starts_any(line, soft) || (hash && str_starts(line, STR("#")));
        size_t end = at + (rest.len - next.len);
        if (str_starts(line, STR("/*")))
            end = at + behind(rest, "/*", "*/");
        for (size_t q = 0; q < 3; q++) {
            static const char *const quotes[] = {"\"\"\"", "'''", "r\"\"\""};
            if (str_starts(line, str_of(quotes[q])))
                end = at + behind(rest, quotes[q], q == 1 ? "'''" : "\"\"\"");
        }
        if (end > text.len)
            return kept;
        if (!is_hard && !is_soft && !str_is_blank(line))
            return kept;
        str_view below = str_slice(text, end, text.len);
        str_view following = str_take_line(&below);
        if (is_hard || (is_soft && str_is_blank(following)))
            kept = end;
        at = end;
    }
    return kept;
}

static bool place_first(ctx_import_edit *out, enum ctx_import_family family, str_view text,
                        str_view statement, arena *mem)
{
    size_t at = behind_head(family, text);
    str_view before = str_slice(text, 0, at), rest = str_slice(text, at, text.len);
    const char *eol = line_end_of(text);
    bool gap_before = at == 0 || str_ends(before, STR("\n\n")) || str_ends(before, STR("\n\r\n"));
    str_view following = rest;
    bool gap_after = rest.len > 0 && str_is_blank(str_take_line(&following));
    *out = (ctx_import_edit){at, at,
                             arena_format(mem, "%s%s%.*s%s%s", gap_before ? "" : eol,
                                          family == CTX_IMPORT_GO ? "import " : "",
                                          STR_ARG(statement), eol, gap_after ? "" : eol)};
    return at == 0 || str_ends(before, STR("\n"));
}

/* ---- the document's own style ---- */

/* Quotes and semicolons of scripts as in the imports that are there. */
static str_view in_style(enum ctx_import_family family, const struct existing *all, size_t n,
                         str_view statement, arena *mem)
{
    if (family != CTX_IMPORT_SCRIPT || n == 0)
        return statement;
    str_view module = ctx_import_module(family, statement), bare = statement;
    char quote = all[n - 1].module.ptr[-1];
    bool ends = str_ends(all[n - 1].text, STR(";"));
    if (module.len == 0)
        return statement;
    if (str_ends(bare, STR(";")))
        bare.len--;
    size_t at = (size_t)(module.ptr - bare.ptr);
    return arena_format(mem, "%.*s%c%.*s%c%.*s%s", (int)at - 1, bare.ptr, quote, STR_ARG(module),
                        quote, (int)(bare.len - at - module.len - 1), module.ptr + module.len + 1,
                        ends ? ";" : "");
}

bool ctx_import_place(ctx_import_edit *out, enum ctx_import_family family, const ctx_tree *tree,
                      str_view text, size_t limit, str_view statement, arena *mem)
{
    struct existing *all = ARENA_ARRAY(mem, struct existing, MAX_STATEMENTS);
    bool in_block = false;
    if (!all)
        return false;
    size_t n = collect(all, family, tree, text, limit, &in_block);
    if (in_block) /* the cursor is among them */
        return false;
    statement = in_style(family, all, n, statement, mem);
    struct existing one = {statement, ctx_import_module(family, statement), 0};
    one.rank = rank_of(family, one.module);
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].text, statement) ||
            ((family == CTX_IMPORT_INCLUDE || family == CTX_IMPORT_RUBY) &&
             str_eq(all[i].module, one.module)))
            return false;
    for (size_t i = 0; i < n; i++)
        if (join(out, family, text, &all[i], statement, mem))
            return out->end <= limit;
    bool placed = n > 0 ? place_among(out, family, all, n, text, &one, mem)
                        : place_first(out, family, text, statement, mem);
    return placed && out->end <= limit && !arena_failed(mem);
}

#include "context/importing.h"

#include <string.h>

#include "base/path.h"
#include "context/index_internal.h"

/* Where a statement names what it binds, the pieces of files that have the name's word and an
 * import are read, nearest first, and vote. Words of one or two letters are not in the index; for
 * them the nearest files' imports are read. Where a file is imported for what it defines, the files
 * that use the name vote. */

enum {
    MAX_PIECES = 24,      /* of files that are read */
    MAX_CANDIDATES = 512, /* that these are chosen from */
    MAX_STATEMENTS = 8,   /* different ones */
    PIECE_BYTES = 64 << 10,
    CLEAR = 4, /* so many times the votes of all others decide */
};

struct piece {
    ctx_index_file file;
    struct gram_range range;
    size_t nearness;
};

struct ballot {
    str_view statement;
    size_t n;
};

struct finding {
    const ctx_index_view *v;
    enum ctx_import_family family;
    str_view path, folder, name;
    arena *mem;
    struct piece pieces[MAX_CANDIDATES];
    size_t n_pieces;
    struct ballot ballots[MAX_STATEMENTS];
    size_t n_ballots, n_votes;
    ctx_index_file defined[MAX_STATEMENTS]; /* files that define the name */
    size_t n_defined;
    str_view spaces[MAX_STATEMENTS]; /* namespaces that do */
    size_t n_spaces;
    ctx_index_file user; /* whose imports are looked at */
};

static size_t nearness(str_view a, str_view b)
{
    size_t shared = 1;
    for (size_t i = 0; i < a.len && i < b.len && a.ptr[i] == b.ptr[i]; i++)
        shared += a.ptr[i] == '/';
    return shared;
}

static void vote(struct finding *f, str_view statement)
{
    size_t i = 0;
    if (statement.len == 0)
        return;
    f->n_votes++;
    while (i < f->n_ballots && !str_eq(f->ballots[i].statement, statement))
        i++;
    if (i == f->n_ballots && i < MAX_STATEMENTS)
        f->ballots[f->n_ballots++] = (struct ballot){arena_copy(f->mem, statement), 0};
    if (i < f->n_ballots)
        f->ballots[i].n++;
}

static bool same_family(const struct finding *f, ctx_index_file file)
{
    return ctx_import_family_of(ctx_index_language(f->v, file)) == f->family &&
           !str_eq(ctx_index_path(f->v, file), f->path);
}

/* ---- paths that are relative to the file ---- */

/* `module` of the file at `from`, as it is called from the folder of f->path: "./b", "../c/d".
 * Empty: it leads out of the tree. */
static str_view from_here(const struct finding *f, str_view from, str_view module)
{
    struct ctx__path path = {.len = 0};
    if (!ctx__path_join(&path, path_folder(from)) || !ctx__path_join(&path, module))
        return STR("");
    str_view to = ctx__path_view(&path), here = f->folder;
    size_t shared = 0;
    for (size_t i = 0; i < to.len && i < here.len && to.ptr[i] == here.ptr[i]; i++)
        if (to.ptr[i] == '/')
            shared = i + 1;
    str_view up = STR("");
    for (size_t i = shared; i < here.len; i++)
        if (here.ptr[i] == '/')
            up = arena_format(f->mem, "%.*s../", STR_ARG(up));
    return arena_format(f->mem, "%s%.*s%.*s", up.len ? "" : "./", STR_ARG(up),
                        (int)(to.len - shared), to.ptr + shared);
}

/* The statement of another file as it would stand in this one; empty when it cannot. */
static str_view brought_here(const struct finding *f, str_view from, str_view statement)
{
    str_view module = ctx_import_module(f->family, statement);
    bool same_folder = str_eq(path_folder(from), f->folder);
    if (module.len == 0)
        return STR("");
    if (f->family == CTX_IMPORT_PYTHON && module.ptr[0] == '.' && !same_folder)
        return STR("");
    if (f->family == CTX_IMPORT_RUST &&
        (str_starts(module, STR("self")) || str_starts(module, STR("super"))))
        return STR("");
    bool relative = f->family == CTX_IMPORT_RUBY
                        ? str_starts(statement, STR("require_relative"))
                        : f->family == CTX_IMPORT_SCRIPT && module.ptr[0] == '.';
    if (!relative || same_folder)
        return statement;
    str_view here = from_here(f, from, module);
    bool dotted = module.ptr[0] == '.';
    if (!dotted && str_starts(here, STR("./")))
        here = str_slice(here, 2, here.len);
    size_t at = (size_t)(module.ptr - statement.ptr);
    return here.len == 0
               ? here
               : arena_format(f->mem, "%.*s%.*s%.*s", (int)at, statement.ptr, STR_ARG(here),
                              (int)(statement.len - at - module.len), module.ptr + module.len);
}

/* ---- statements that name what they bind ---- */

/* Keeps the nearest when there are too many. */
static void add_piece(struct finding *f, const struct piece *p)
{
    size_t at = f->n_pieces;
    for (size_t i = 0; i < f->n_pieces; i++)
        if (f->pieces[i].file == p->file && f->pieces[i].range.begin == p->range.begin)
            return;
    if (f->n_pieces < MAX_CANDIDATES) {
        f->n_pieces++;
    } else {
        at = 0;
        for (size_t i = 1; i < f->n_pieces; i++)
            if (f->pieces[i].nearness < f->pieces[at].nearness)
                at = i;
        if (f->pieces[at].nearness >= p->nearness)
            return;
    }
    f->pieces[at] = *p;
}

/* Is there an import that begins in the chunk? */
static bool has_import(const struct ctx__segment *g, const struct ctx__seg_chunk *c)
{
    struct ctx__span span = ctx__segment_file_imports(g, c->file);
    uint32_t line = c->line_words >> 10;
    for (uint32_t i = span.begin; i < span.end; i++) {
        struct ctx__seg_import x;
        if (ctx__segment_import(g, i, &x) && x.line >= line && x.line < line + CTX__CHUNK_LINES)
            return true;
    }
    return false;
}

static void consider(struct finding *f, size_t entry, uint32_t chunk)
{
    const struct ctx__entry *e = &f->v->entries[entry];
    struct ctx__seg_chunk c;
    if (!ctx__segment_chunk(&e->part->segment, chunk, &c) || ctx__bit_at(e, c.file))
        return;
    ctx_index_file file = (uint64_t)entry << 32 | c.file;
    if (same_family(f, file) && has_import(&e->part->segment, &c))
        add_piece(f, &(struct piece){
                         file, {c.begin, c.end}, nearness(f->path, ctx_index_path(f->v, file))});
}

static void pieces_with_name(struct finding *f)
{
    for (size_t i = 0; i < f->v->n; i++) {
        const struct ctx__segment *g = &f->v->entries[i].part->segment;
        uint32_t name = ctx__segment_find_name(g, f->name, ctx__name_hash(f->name));
        struct ctx__span span =
            name == CTX__NONE ? (struct ctx__span){0} : ctx__segment_name_postings(g, name);
        for (uint32_t at = span.begin; at < span.end; at++)
            consider(f, i, ctx__segment_posting(g, at));
    }
}

static void pieces_nearby(struct finding *f)
{
    for (size_t i = 0; i < f->v->n; i++) {
        const struct ctx__segment *g = &f->v->entries[i].part->segment;
        for (uint32_t at = 0; at < g->n[CTX__CHUNKS]; at++)
            consider(f, i, at);
    }
}

static int nearest_first(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    if (x->nearness != y->nearness)
        return x->nearness > y->nearness ? -1 : 1;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return x->range.begin < y->range.begin ? -1 : x->range.begin > y->range.begin;
}

static void read_pieces(struct finding *f)
{
    buf text;
    buf_init(&text, PIECE_BYTES);
    qsort(f->pieces, f->n_pieces, sizeof *f->pieces, nearest_first);
    for (size_t i = 0; i < f->n_pieces && i < MAX_PIECES; i++) {
        buf_clear(&text);
        if (ctx_index_text(f->v, f->pieces[i].file, f->pieces[i].range, &text) != ERR_OK)
            continue;
        str_view rest = buf_view(&text), statement;
        /* A piece may begin inside a block of imports. */
        bool in_block = f->family == CTX_IMPORT_GO && str_starts(rest, STR("\t"));
        while ((statement = ctx_import_next(f->family, &rest, &in_block)).len > 0) {
            str_view only = ctx_import_only(f->family, statement, f->name, f->mem);
            if (only.len > 0) {
                vote(f, brought_here(f, ctx_index_path(f->v, f->pieces[i].file), only));
                break;
            }
        }
    }
    buf_release(&text);
}

/* ---- files that are imported for what they define ---- */

static bool note_space(void *user, const struct ctx_index_def *d)
{
    struct finding *f = user;
    if (d->kind == GRAM_MODULE && f->n_spaces < MAX_STATEMENTS)
        f->spaces[f->n_spaces++] = d->name;
    return f->n_spaces < MAX_STATEMENTS;
}

static bool is_type(enum gram_kind kind)
{
    return kind == GRAM_CLASS || kind == GRAM_STRUCT || kind == GRAM_INTERFACE ||
           kind == GRAM_ENUM || kind == GRAM_TYPE || kind == GRAM_MODULE;
}

static bool note_def(void *user, const struct ctx_index_def *d)
{
    struct finding *f = user;
    bool outer = d->kind != GRAM_FIELD && d->kind != GRAM_METHOD && d->kind != GRAM_PROPERTY;
    if (f->family == CTX_IMPORT_RUBY || f->family == CTX_IMPORT_CSHARP)
        outer = is_type(d->kind);
    if (outer && ctx_import_family_of(d->lang) == f->family)
        f->defined[f->n_defined++] = d->file;
    return f->n_defined < MAX_STATEMENTS;
}

/* Of what the index says of an import, the statement: libraries' files are named from a folder of
 * the load path, others from where the importing file lies. */
static str_view ruby_line(const struct finding *f, const struct ctx_index_import *i)
{
    str_view from = ctx_index_path(f->v, f->user), path = ctx_index_path(f->v, i->file);
    str_view beside =
        arena_format(f->mem, "%.*s%.*s", STR_ARG(path_folder(from)), STR_ARG(i->name));
    bool relative = str_starts(i->name, STR(".")) || str_starts(path, beside);
    return relative
               ? brought_here(f, from,
                              arena_format(f->mem, "require_relative '%.*s'", STR_ARG(i->name)))
               : arena_format(f->mem, "require '%.*s'", STR_ARG(i->name));
}

/* A bare name beside the importing file means nothing elsewhere. */
static str_view include_line(const struct finding *f, const struct ctx_index_import *i)
{
    str_view folder = path_folder(ctx_index_path(f->v, f->user));
    bool beside = str_find_byte(i->name, '/') == i->name.len && !str_eq(folder, f->folder) &&
                  str_eq(path_folder(ctx_index_path(f->v, i->file)), folder);
    if (beside)
        return STR("");
    return i->name.ptr[0] == '<' ? arena_format(f->mem, "#include %.*s", STR_ARG(i->name))
                                 : arena_format(f->mem, "#include \"%.*s\"", STR_ARG(i->name));
}

static bool look_at_import(void *user, const struct ctx_index_import *i)
{
    struct finding *f = user;
    for (size_t k = 0; k < f->n_spaces; k++)
        if (str_eq(i->name, f->spaces[k])) {
            vote(f, arena_format(f->mem, "using %.*s;", STR_ARG(i->name)));
            return false;
        }
    for (size_t k = 0; f->family != CTX_IMPORT_CSHARP && k < f->n_defined; k++) {
        if (i->file != f->defined[k])
            continue;
        vote(f, f->family == CTX_IMPORT_RUBY ? ruby_line(f, i) : include_line(f, i));
        return false;
    }
    return true;
}

static bool add_user(void *user, const struct ctx_index_ref *r)
{
    struct finding *f = user;
    if (same_family(f, r->file))
        add_piece(f, &(struct piece){r->file, {0, 0}, nearness(f->path, r->path)});
    return f->n_pieces < MAX_CANDIDATES;
}

static void ask_users(struct finding *f)
{
    ctx_index_file here = ctx_index_find_file(f->v, f->path);
    ctx_index_defs(f->v, f->name, note_def, f);
    /* Two files that define it are two meanings, or one that is declared in a header. */
    for (size_t i = 0; i < f->n_defined; i++) {
        if (f->defined[i] == here || (f->family == CTX_IMPORT_CSHARP && i > 0))
            return;
        if (f->family == CTX_IMPORT_CSHARP)
            ctx_index_defs_in(f->v, f->defined[i], note_space, f);
    }
    if (f->n_defined == 0)
        return;
    ctx_index_refs(f->v, f->name, add_user, f);
    qsort(f->pieces, f->n_pieces, sizeof *f->pieces, nearest_first);
    for (size_t i = 0; i < f->n_pieces && i < MAX_PIECES; i++) {
        f->user = f->pieces[i].file;
        ctx_index_imports(f->v, f->user, look_at_import, f);
    }
}

/* ---- the vote ---- */

/* A package is a folder: what lies in it needs no import. */
static bool in_package(const struct finding *f, const gram_language *lang)
{
    struct finding of = *f;
    of.n_defined = 0;
    if (f->family != CTX_IMPORT_GO && f->family != CTX_IMPORT_JVM)
        return false;
    ctx_index_defs(f->v, f->name, note_def, &of);
    for (size_t i = 0; i < of.n_defined; i++)
        if (ctx_index_language(f->v, of.defined[i]) == lang &&
            str_eq(path_folder(ctx_index_path(f->v, of.defined[i])), f->folder))
            return true;
    return false;
}

bool ctx_importing_find(const ctx_index_view *v, const gram_language *lang, str_view path,
                        str_view name, arena *mem, struct ctx_importing *out)
{
    enum ctx_import_family family = ctx_import_family_of(lang);
    struct finding *f = family == CTX_IMPORT_NONE ? NULL : ARENA_NEW(mem, struct finding);
    if (!f)
        return false;
    f->v = v;
    f->family = family;
    f->path = path;
    f->folder = path_folder(path);
    f->name = name;
    f->mem = mem;
    if (in_package(f, lang))
        return false;
    if (family == CTX_IMPORT_INCLUDE || family == CTX_IMPORT_RUBY || family == CTX_IMPORT_CSHARP) {
        ask_users(f);
    } else {
        if (name.len >= CTX__WORD_SHORTEST)
            pieces_with_name(f);
        else
            pieces_nearby(f);
        read_pieces(f);
    }
    const struct ballot *best = NULL;
    for (size_t i = 0; i < f->n_ballots; i++)
        if (!best || f->ballots[i].n > best->n)
            best = &f->ballots[i];
    if (!best || best->n < CLEAR * (f->n_votes - best->n) || arena_failed(mem))
        return false;
    *out = (struct ctx_importing){best->statement, best->n};
    return true;
}

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"
#include "context/index_internal.h"
#include "context/lexicon.h"
#include "context/secret.h"

enum {
    DATA_BYTES_TO_PARSE = 64 << 10,
    SLICE_MS = 4, /* how long a parse goes on that is cancelled or is to give way */
    WAY_MS = 250, /* how long it gives way at once: even beside endless typing it ends */
    MAX_PARSE_MS = 10 * 1000, /* met by files that are made to be hard; honest ones take 200 */
    FEW_LINES = 6,            /* shorter chunks take the next definition in */
    MAX_NESTING = 10000,      /* brackets in brackets */
    MAX_DEPTH = 128,          /* definitions in definitions */
    FAR_BYTES =
        4096, /* from the start of the line; keeps files of one line from costing a square */
    LINE_BYTES_TO_PARSE =
        20000, /* longer lines on average: minified or data, no one's definitions */
};

err_code ctx__reader_init(struct ctx__reader *r, gram_queries *queries, const cancel_flag *cancel)
{
    *r = (struct ctx__reader){queries, ts_parser_new(), cancel, NULL};
    return r->parser ? ERR_OK : ERR_NOMEM;
}

void ctx__reader_release(struct ctx__reader *r)
{
    if (r->parser)
        ts_parser_delete(r->parser);
    r->parser = NULL;
}

void ctx__unit_release(struct ctx__unit *u)
{
    buf_release(&u->masked);
    mem_free(u->defs);
    mem_free(u->refs);
    mem_free(u->imports);
    mem_free(u->chunks);
    *u = (struct ctx__unit){0};
}

bool ctx__word_next(str_view *rest, str_view *word)
{
    const char *p = rest->ptr, *end = p + rest->len;
    while (p < end) {
        while (p < end && !ctx_lexicon_is_word_byte(*p))
            p++;
        const char *begin = p;
        while (p < end && ctx_lexicon_is_word_byte(*p))
            p++;
        size_t len = (size_t)(p - begin);
        if (len >= CTX__WORD_SHORTEST && len <= CTX__WORD_LONGEST &&
            !(*begin >= '0' && *begin <= '9')) {
            *word = (str_view){begin, len};
            *rest = (str_view){p, (size_t)(end - p)};
            return true;
        }
    }
    *rest = (str_view){p, 0};
    return false;
}

/* Room for one more item of the array; false when memory is short. */
static bool grow(void **items, size_t *cap, size_t n, size_t item_bytes)
{
    if (n < *cap)
        return true;
    size_t more = *cap ? *cap * 2 : 64;
    void *bigger = mem_resize(*items, more * item_bytes);
    if (!bigger)
        return false;
    *items = bigger;
    *cap = more;
    return true;
}

#define GROW(u, what) grow((void **)&(u)->what, &(u)->cap_##what, (u)->n_##what, sizeof *(u)->what)

static uint32_t count_lines(str_view text)
{
    uint32_t n = 0;
    for (const char *p = text.ptr, *end = p + text.len;
         p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        n++;
    return n;
}

/* ---- definitions, references, imports ---- */

struct walk {
    struct ctx__unit *u;
    const cancel_flag *cancel;
    const way_flag *way;
    err_code rc;
    uint32_t open[MAX_DEPTH]; /* definitions around the current place */
    size_t n_open;
    uint32_t at, line; /* line number of byte `at` */
};

static uint32_t line_of(struct walk *w, uint32_t offset)
{
    if (offset < w->at) {
        w->at = 0;
        w->line = 0;
    }
    w->line += count_lines(str_slice(w->u->text, w->at, offset));
    w->at = offset;
    return w->line;
}

static bool within(struct gram_range r, size_t len)
{
    return r.begin <= r.end && r.end <= len;
}

static bool add_def(struct walk *w, const struct gram_symbol *s)
{
    struct ctx__unit *u = w->u;
    if (!GROW(u, defs))
        return false;
    while (w->n_open > 0 && u->defs[w->open[w->n_open - 1]].whole.end <= s->whole.begin)
        w->n_open--;
    /* Names of one declaration are beside each other, and an outer one holds its inner ones whole.
     */
    size_t k = w->n_open;
    while (k > 0 && (u->defs[w->open[k - 1]].whole.end < s->whole.end ||
                     (u->defs[w->open[k - 1]].whole.begin == s->whole.begin &&
                      u->defs[w->open[k - 1]].whole.end == s->whole.end)))
        k--;
    uint32_t line = line_of(w, s->whole.begin);
    u->defs[u->n_defs] = (struct ctx__unit_def){
        .name = s->name,
        .whole = s->whole,
        .doc = s->doc,
        .sig_end = s->signature.end,
        .outer = k ? w->open[k - 1] : CTX__NONE,
        .line = line,
        .n_lines = 1 + count_lines(str_slice(u->text, s->whole.begin, s->whole.end)),
        .kind = s->kind,
    };
    if (w->n_open < MAX_DEPTH)
        w->open[w->n_open++] = (uint32_t)u->n_defs;
    u->n_defs++;
    return true;
}

static bool add_ref(struct walk *w, const struct gram_symbol *s)
{
    if (!GROW(w->u, refs))
        return false;
    w->u->refs[w->u->n_refs++] =
        (struct ctx__unit_ref){s->name, line_of(w, s->name.begin), s->kind};
    return true;
}

static bool add_import(struct walk *w, const struct gram_symbol *s)
{
    if (!GROW(w->u, imports))
        return false;
    w->u->imports[w->u->n_imports++] =
        (struct ctx__unit_import){s->name, line_of(w, s->whole.begin)};
    return true;
}

static bool add_symbol(void *user, const struct gram_symbol *s)
{
    struct walk *w = user;
    size_t len = w->u->text.len;
    if (cancel_requested(w->cancel)) {
        w->rc = ERR_CANCELLED;
        return false;
    }
    way_give(w->way, WAY_MS);
    if (!within(s->name, len) || !within(s->whole, len) || s->name.begin == s->name.end)
        return true;
    bool ok = s->role == GRAM_DEFINITION ? add_def(w, s)
              : s->role == GRAM_IMPORT   ? add_import(w, s)
                                         : add_ref(w, s);
    if (!ok)
        w->rc = ERR_NOMEM;
    return ok;
}

/* ERR_STALE: it takes too long. */
static err_code parse(TSTree **out, struct ctx__reader *r, const gram_language *lang, str_view text)
{
    const TSLanguage *grammar = gram_language_parser(lang);
    if (!grammar || !ts_parser_set_language(r->parser, grammar))
        return ERR_UNSUPPORTED;
    ts_parser_set_timeout_micros(r->parser, SLICE_MS * 1000);
    TSTree *tree = NULL;
    for (int spent_ms = 0; !tree && spent_ms < MAX_PARSE_MS; spent_ms += SLICE_MS) {
        if (cancel_requested(r->cancel)) {
            ts_parser_reset(r->parser);
            return ERR_CANCELLED;
        }
        way_give(r->way, WAY_MS);
        tree = ts_parser_parse_string(r->parser, NULL, text.ptr, (uint32_t)text.len);
    }
    if (!tree) {
        ts_parser_reset(r->parser);
        return ERR_STALE;
    }
    *out = tree;
    return ERR_OK;
}

/* Data defines names that code refers to only where someone wrote it by hand, and the headings of
 * prose are not names. */
static bool is_prose_or_data(const gram_language *lang, str_view text)
{
    static const char data[] = "json jsonc xml yaml toml properties html";
    str_view id = str_of(lang->id);
    return str_eq(id, STR("markdown")) ||
           (text.len > DATA_BYTES_TO_PARSE && gram_list_has(data, id));
}

/* The parser's clean-up recurses with nesting: beyond this it could exhaust a thread's stack. Code
 * that people write nests a few dozen deep. */
static bool is_too_deep(str_view text)
{
    static const signed char steps[256] = {
        ['('] = 1, ['['] = 1, ['{'] = 1, [')'] = -1, [']'] = -1, ['}'] = -1};
    int depth = 0;
    for (size_t i = 0; i < text.len && depth < MAX_NESTING; i++) {
        depth += steps[(unsigned char)text.ptr[i]];
        depth = depth < 0 ? 0 : depth;
    }
    return depth == MAX_NESTING;
}

static bool worth_parsing(const gram_language *lang, str_view text)
{
    return text.len > 0 && !is_prose_or_data(lang, text) && !is_too_deep(text) &&
           text.len / (count_lines(text) + 1) < LINE_BYTES_TO_PARSE;
}

static err_code read_symbols(struct ctx__unit *u, struct ctx__reader *r)
{
    TSTree *tree = NULL;
    err_code rc =
        worth_parsing(u->lang, u->text) ? parse(&tree, r, u->lang, u->text) : ERR_UNSUPPORTED;
    if (rc == ERR_OK) {
        struct walk w = {.u = u, .cancel = r->cancel, .way = r->way};
        rc = gram_symbols(r->queries, u->lang, ts_tree_root_node(tree), u->text, add_symbol, &w);
        if (rc == ERR_CANCELLED)
            rc = w.rc;
        ts_tree_delete(tree);
    }
    u->parsed = rc == ERR_OK;
    u->slow = rc == ERR_STALE;
    /* Languages without grammar or query, and texts too hard to parse, still have words. */
    return rc == ERR_UNSUPPORTED || rc == ERR_STALE ? ERR_OK : rc;
}

/* ---- chunks ---- */

static bool add_chunk(struct ctx__unit *u, uint32_t begin, uint32_t end, uint32_t line)
{
    if (str_is_blank(str_slice(u->text, begin, end)))
        return true;
    if (!GROW(u, chunks))
        return false;
    u->chunks[u->n_chunks++] = (struct ctx__unit_chunk){begin, end, line};
    return true;
}

static bool is_group(enum gram_kind kind)
{
    return kind == GRAM_CLASS || kind == GRAM_INTERFACE || kind == GRAM_MODULE ||
           kind == GRAM_STRUCT;
}

static bool is_piece(const struct ctx__unit *u, const struct ctx__unit_def *d)
{
    bool callable =
        d->kind == GRAM_FUNCTION || d->kind == GRAM_METHOD || d->kind == GRAM_CONSTRUCTOR;
    bool reachable = d->outer == CTX__NONE || is_group(u->defs[d->outer].kind);
    return reachable && (callable || is_group(d->kind) || d->kind == GRAM_ENUM);
}

/* The start of the line that the definition, with its comment, begins on. */
static uint32_t piece_begin(const struct ctx__unit *u, const struct ctx__unit_def *d)
{
    uint32_t at = d->whole.begin;
    if (d->doc.end > d->doc.begin && d->doc.end <= at)
        at = d->doc.begin;
    uint32_t floor = at > FAR_BYTES ? at - FAR_BYTES : 0;
    while (at > floor && u->text.ptr[at - 1] != '\n')
        at--;
    return at;
}

/* Does a line that begins with this byte continue what stands above it? */
static bool continues(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '}' || c == ')' || c == ']' || c == ';';
}

/* Cuts the text before the lines on which definitions begin; where there are none, before lines at
 * the margin that follow a blank one; long pieces every CTX__CHUNK_LINES. */
static err_code cut_chunks(struct ctx__unit *u)
{
    uint32_t begin = 0, begin_line = 0, line = 0, next = UINT32_MAX;
    bool after_blank = false;
    size_t def = 0;
    for (uint32_t at = 0, end; at < u->text.len; at = end, line++) {
        str_view rest = str_slice(u->text, at, u->text.len);
        const char *stop = memchr(rest.ptr, '\n', rest.len);
        end = stop ? at + (uint32_t)(stop - rest.ptr) + 1 : (uint32_t)u->text.len;
        while (def < u->n_defs && (next == UINT32_MAX || next < at)) {
            next = is_piece(u, &u->defs[def]) ? piece_begin(u, &u->defs[def]) : UINT32_MAX;
            def++;
        }
        bool cut = next == at || (u->n_defs == 0 && after_blank && !continues(rest.ptr[0]));
        if (next == at)
            next = UINT32_MAX;
        uint32_t n = line - begin_line;
        if ((cut && n >= FEW_LINES) || n >= CTX__CHUNK_LINES) {
            if (!add_chunk(u, begin, at, begin_line))
                return ERR_NOMEM;
            begin = at;
            begin_line = line;
        }
        after_blank = str_is_blank(str_slice(u->text, at, end));
    }
    return add_chunk(u, begin, (uint32_t)u->text.len, begin_line) ? ERR_OK : ERR_NOMEM;
}

err_code ctx__unit_read(struct ctx__unit *u, struct ctx__reader *r, const gram_language *lang,
                        str_view text)
{
    u->n_defs = u->n_refs = u->n_imports = u->n_chunks = 0;
    u->parsed = u->slow = false;
    u->lang = lang;
    u->text = text;
    if (text.len > UINT32_MAX / 2)
        return ERR_RANGE;
    u->has_secret = ctx_secret_any(text);
    if (u->has_secret) {
        u->masked.max_bytes = text.len + 1;
        buf_clear(&u->masked);
        ctx_secret_mask(&u->masked, text);
        if (buf_failed(&u->masked))
            return ERR_NOMEM;
        u->text = buf_view(&u->masked);
    }
    err_code rc = read_symbols(u, r);
    return rc == ERR_OK ? cut_chunks(u) : rc;
}

#include "context/gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/path.h"
#include "context/index_internal.h"

enum {
    ABOVE_LINES = 60, /* of the cursor's surroundings that words are taken from */
    BELOW_LINES = 20,
    LONG_LINE = 2000,          /* bytes of a line that are looked at */
    MAX_WORDS = 128,           /* the nearest */
    MAX_POSTINGS = 200 * 1000, /* bounds the time; rare words go first */
    COMMON_SHARE = 64, /* words in more than a part of so many chunks say little and cost most */
    MAX_NAMES = 64,    /* words whose definitions are looked up */
    MAX_DEFS = 12,     /* of a name; what has more is not meant */
    MAX_IMPORTS = 48,
    MAX_PARTNERS = 32,
    MAX_EDITED = 64, /* chunks */
    MAX_RAW = 256,   /* similar chunks before files are weighed */
    MAX_CANDIDATES = 512,
    MAX_TRIED = 64,      /* that are read from disk */
    MAX_SIGNATURES = 16, /* in one piece */
    LINE_SLOTS = 2048,
    MAX_PIECE_BYTES = 16 << 10,
};

static const float DEFINES_WEIGHT = 1.2F, DEFINES_NORM = 4.0F, IMPORTED_SCORE = 0.4F,
                   SCOPE_SCORE = 1.5F, EDITED_SCORE = 1.5F, LANGUAGE_FACTOR = 1.5F,
                   WORST_SHARE = 0.2F;

const char *ctx_gather_source_name(enum ctx_gather_source source)
{
    static const char *const names[CTX_GATHER_N_SOURCES] = {"definition", "similar", "import",
                                                            "scope", "edited"};
    return names[source];
}

struct word {
    str_view text;
    uint32_t hash;
    float near, rare;
    uint32_t n_postings;
};

struct candidate {
    enum ctx_gather_source source;
    ctx_index_file file;
    struct gram_range range; /* whole lines are shown */
    uint64_t def;            /* UINT64_MAX: none */
    uint32_t sig_end;        /* of the definition */
    uint32_t line;
    uint32_t word; /* that it defines; of an edited one, its region */
    float score;
    str_view path;
};

struct gather {
    const ctx_index_view *v;
    const struct ctx_gather_query *q;
    arena *mem;
    ctx_index_file self;
    struct word words[MAX_WORDS];
    size_t n_words;
    uint32_t lines[LINE_SLOTS]; /* hashes of lines that are there already, open addressing */
    size_t n_lines;
    ctx_index_file imports[MAX_IMPORTS];
    size_t n_imports;
    struct ctx_history_partner partners[MAX_PARTNERS];
    size_t n_partners;
    struct candidate candidates[MAX_CANDIDATES];
    size_t n_candidates;
    float n_chunks;
};

/* ---- what stands around the cursor ---- */

static void add_words(struct gather *g, str_view line, float near)
{
    str_view rest = str_slice(line, 0, LONG_LINE), word;
    while (g->n_words < MAX_WORDS && ctx__word_next(&rest, &word)) {
        uint32_t hash = ctx__name_hash(word);
        size_t i = 0;
        while (i < g->n_words && (g->words[i].hash != hash || !str_eq(g->words[i].text, word)))
            i++;
        if (i == g->n_words)
            g->words[g->n_words++] = (struct word){word, hash, near, 0, 0};
    }
}

static uint32_t line_key(str_view line)
{
    line = str_trim(line);
    return line.len >= 3 ? (uint32_t)hash_str(line) | 1 : 0;
}

static bool has_line(const struct gather *g, uint32_t key)
{
    for (uint32_t i = key >> 1;; i++) {
        uint32_t at = g->lines[i % LINE_SLOTS];
        if (at == key || at == 0)
            return at == key;
    }
}

static void add_line(struct gather *g, str_view line)
{
    uint32_t key = line_key(line);
    if (!key || g->n_lines > LINE_SLOTS / 2 || has_line(g, key))
        return;
    uint32_t i = key >> 1;
    while (g->lines[i % LINE_SLOTS])
        i++;
    g->lines[i % LINE_SLOTS] = key;
    g->n_lines++;
}

static void look_around(struct gather *g)
{
    str_view before = str_slice(g->q->text, 0, g->q->cursor);
    str_view after = str_slice(g->q->text, g->q->cursor, g->q->text.len);
    for (int n = 0; before.len && n < ABOVE_LINES; n++) {
        size_t begin = before.len;
        while (begin > 0 && before.ptr[begin - 1] != '\n')
            begin--;
        str_view line = str_slice(before, begin, before.len);
        add_words(g, line, 1 / (1 + (float)n / 8));
        add_line(g, line);
        before.len = begin ? begin - 1 : 0;
    }
    for (int n = 0; after.len && n < BELOW_LINES; n++) {
        str_view line = str_take_line(&after);
        add_words(g, line, 0.25F);
        add_line(g, line);
    }
}

static bool take_import(void *user, const struct ctx_index_import *i)
{
    struct gather *g = user;
    bool known = i->file == CTX_INDEX_NO_FILE;
    for (size_t k = 0; k < g->n_imports && !known; k++)
        known = g->imports[k] == i->file;
    if (!known)
        g->imports[g->n_imports++] = i->file;
    return g->n_imports < MAX_IMPORTS;
}

/* How many chunks each word is in, and what that says of it. */
static void weigh_words(struct gather *g)
{
    for (size_t i = 0; i < g->n_words; i++) {
        struct word *w = &g->words[i];
        for (size_t k = 0; k < g->v->n; k++) {
            const struct ctx__segment *s = &g->v->entries[k].part->segment;
            struct ctx__span span =
                ctx__segment_name_postings(s, ctx__segment_find_name(s, w->text, w->hash));
            w->n_postings += span.end - span.begin;
        }
        w->rare = w->n_postings ? logf(1 + g->n_chunks / (float)w->n_postings) : 0;
    }
}

/* ---- candidates ---- */

static str_view stem_of(str_view path)
{
    str_view base = path_name(path);
    return str_slice(base, 0, str_find_byte(base, '.'));
}

static float weigh_file(const struct gather *g, ctx_index_file file, str_view path)
{
    float sum = 1;
    for (size_t i = 0; i < g->n_imports; i++)
        if (g->imports[i] == file) {
            sum += 1;
            break;
        }
    for (size_t i = 0; i < g->n_partners; i++)
        if (str_eq(g->partners[i].path, path))
            sum += 0.5F * g->partners[i].share;
    float recent = g->q->history ? ctx_history_recency(g->q->history, path) : 0;
    for (size_t i = 0; i < g->q->n_recent; i++)
        if (str_eq(g->q->recent[i], path)) {
            recent = fmaxf(recent, 1 / (1 + (float)i / 4));
            break;
        }
    sum += 0.3F * recent;
    if (str_eq(stem_of(path), stem_of(g->q->path)))
        sum += 0.5F;
    if (str_eq(path_folder(path), path_folder(g->q->path)))
        sum += 0.2F;
    return ctx_index_language(g->v, file) == g->q->lang ? sum * LANGUAGE_FACTOR : sum;
}

static void add_candidate(struct gather *g, struct candidate c)
{
    c.path = ctx_index_path(g->v, c.file);
    c.score *= weigh_file(g, c.file, c.path);
    if (g->n_candidates < MAX_CANDIDATES)
        g->candidates[g->n_candidates++] = c;
}

static struct candidate of_def(const struct ctx_index_def *d)
{
    uint32_t begin =
        d->doc.end > d->doc.begin && d->doc.begin < d->whole.begin ? d->doc.begin : d->whole.begin;
    return (struct candidate){.file = d->file,
                              .range = {begin, d->whole.end},
                              .def = d->id,
                              .sig_end = d->signature.end,
                              .line = d->line};
}

struct named {
    struct ctx_index_def defs[MAX_DEFS + 1];
    size_t n;
    ctx_index_file self;
};

static bool take_named(void *user, const struct ctx_index_def *d)
{
    struct named *n = user;
    /* A module is a file or folder, not something to be shown. */
    if (d->file != n->self && d->kind != GRAM_MODULE)
        n->defs[n->n++] = *d;
    return n->n <= MAX_DEFS;
}

static void add_defined(struct gather *g)
{
    for (uint32_t i = 0; i < g->n_words && i < MAX_NAMES; i++) {
        const struct word *w = &g->words[i];
        struct named named = {.n = 0, .self = g->self};
        ctx_index_defs(g->v, w->text, take_named, &named);
        if (named.n > MAX_DEFS)
            continue;
        for (size_t k = 0; k < named.n; k++) {
            struct candidate c = of_def(&named.defs[k]);
            float rare = w->rare > 0 ? w->rare : 1;
            c.source = CTX_GATHER_DEFINES;
            c.word = i;
            c.score = DEFINES_WEIGHT * w->near * rare / sqrtf((float)named.n) / DEFINES_NORM;
            add_candidate(g, c);
        }
    }
}

/* ---- similar code ---- */

struct touched {
    uint32_t entry, chunk;
    float sum;
};

static int by_sum(const void *a, const void *b)
{
    const struct touched *x = a, *y = b;
    if (x->sum < y->sum || x->sum > y->sum)
        return x->sum > y->sum ? -1 : 1;
    if (x->entry != y->entry)
        return x->entry < y->entry ? -1 : 1;
    return (x->chunk > y->chunk) - (x->chunk < y->chunk);
}

static int by_postings(const void *a, const void *b)
{
    const struct word *x = *(const struct word *const *)a, *y = *(const struct word *const *)b;
    if (x->n_postings != y->n_postings)
        return x->n_postings < y->n_postings ? -1 : 1;
    return str_cmp(x->text, y->text);
}

/* The words to look for, rare ones first, as many as the bound on time allows. */
static size_t choose_words(const struct gather *g, const struct word **out)
{
    size_t n = 0, kept = 0, postings = 0;
    for (size_t i = 0; i < g->n_words; i++) {
        uint32_t found = g->words[i].n_postings;
        if (found && (found <= 64 || (float)found <= g->n_chunks / COMMON_SHARE))
            out[n++] = &g->words[i];
    }
    qsort(out, n, sizeof out[0], by_postings);
    while (kept < n && postings + out[kept]->n_postings <= MAX_POSTINGS)
        postings += out[kept++]->n_postings;
    return kept;
}

/* The best chunks so far, and what sums them up; used again for each part. */
struct summing {
    float *sums;       /* by chunk, 0 but for those touched; as many as the largest part has */
    uint32_t *touched; /* likewise */
    struct touched *best;
    size_t n_best;
    float worst; /* a chunk of less cannot be among the MAX_RAW best */
};

static void keep(struct summing *s, struct touched t)
{
    s->best[s->n_best++] = t;
    /* A few more than are kept, sorted now and then: cheaper than a heap, and as exact. */
    if (s->n_best == (size_t)2 * MAX_RAW) {
        qsort(s->best, s->n_best, sizeof s->best[0], by_sum);
        s->n_best = MAX_RAW;
        s->worst = s->best[MAX_RAW - 1].sum;
    }
}

/* Scores the chunks of one part. */
static void sum_part(struct gather *g, uint32_t entry, const struct word **words, size_t n_words,
                     struct summing *to)
{
    static const float SHORTEST = 8;
    const struct ctx__entry *e = &g->v->entries[entry];
    const struct ctx__segment *s = &e->part->segment;
    uint32_t n_chunks = s->n[CTX__CHUNKS], n_touched = 0;
    for (size_t i = 0; i < n_words; i++) {
        const struct word *w = words[i];
        struct ctx__span span =
            ctx__segment_name_postings(s, ctx__segment_find_name(s, w->text, w->hash));
        for (uint32_t k = span.begin; k < span.end; k++) {
            uint32_t chunk = ctx__segment_posting(s, k);
            if (chunk >= n_chunks)
                continue;
            if (to->sums[chunk] <= 0)
                to->touched[n_touched++] = chunk;
            to->sums[chunk] += w->near * w->rare;
        }
    }
    for (uint32_t i = 0; i < n_touched; i++) {
        struct ctx__seg_chunk c;
        uint32_t chunk = to->touched[i];
        float sum = to->sums[chunk];
        to->sums[chunk] = 0;
        if (sum < to->worst * sqrtf(SHORTEST) || !ctx__segment_chunk(s, chunk, &c) ||
            ctx__bit_at(e, c.file) || ((uint64_t)entry << 32 | c.file) == g->self)
            continue;
        sum /= sqrtf(SHORTEST + (float)(c.line_words & 1023));
        if (sum >= to->worst)
            keep(to, (struct touched){entry, chunk, sum});
    }
}

static void add_similar(struct gather *g)
{
    const struct word *words[MAX_WORDS];
    size_t n_words = choose_words(g, words), most = 0;
    for (uint32_t i = 0; i < g->v->n; i++) {
        uint32_t n = g->v->entries[i].part->segment.n[CTX__CHUNKS];
        most = n > most ? n : most;
    }
    struct summing sum = {.sums = ARENA_ARRAY(g->mem, float, most),
                          .touched = ARENA_ARRAY(g->mem, uint32_t, most),
                          .best = ARENA_ARRAY(g->mem, struct touched, (size_t)2 * MAX_RAW)};
    for (uint32_t i = 0; i < g->v->n && !arena_failed(g->mem); i++)
        sum_part(g, i, words, n_words, &sum);
    const struct touched *best = sum.best;
    size_t n = arena_failed(g->mem) ? 0 : sum.n_best;
    if (n == 0)
        return;
    qsort(sum.best, n, sizeof best[0], by_sum);
    for (size_t i = 0; i < n && i < MAX_RAW; i++) {
        struct ctx__seg_chunk c;
        if (!ctx__segment_chunk(&g->v->entries[best[i].entry].part->segment, best[i].chunk, &c))
            continue;
        add_candidate(g, (struct candidate){.source = CTX_GATHER_SIMILAR,
                                            .file = (uint64_t)best[i].entry << 32 | c.file,
                                            .range = {c.begin, c.end},
                                            .def = UINT64_MAX,
                                            .line = c.line_words >> 10,
                                            .score = best[i].sum});
    }
}

/* ---- signatures ---- */

static void add_imported(struct gather *g)
{
    for (size_t i = 0; i < g->n_imports; i++)
        if (g->imports[i] != g->self)
            add_candidate(g, (struct candidate){.source = CTX_GATHER_IMPORTED,
                                                .file = g->imports[i],
                                                .def = UINT64_MAX,
                                                .score = IMPORTED_SCORE});
}

struct around {
    size_t cursor;
    struct ctx_index_def found[8]; /* outermost first */
    size_t n;
};

static bool take_around(void *user, const struct ctx_index_def *d)
{
    struct around *a = user;
    if (d->whole.begin <= a->cursor && a->cursor <= d->whole.end &&
        a->n < sizeof a->found / sizeof a->found[0])
        a->found[a->n++] = *d;
    return d->whole.begin <= a->cursor;
}

/* Only where the index has the document itself: put there by the editor. */
static void add_scopes(struct gather *g)
{
    struct around a = {.cursor = g->q->cursor};
    if (g->q->seen_begin >= g->q->seen_end || g->self == CTX_INDEX_NO_FILE ||
        !g->v->entries[g->self >> 32].part->is_open)
        return;
    ctx_index_defs_in(g->v, g->self, take_around, &a);
    for (size_t i = a.n; i > 0; i--) {
        struct candidate c = of_def(&a.found[i - 1]);
        const struct gram_range whole = a.found[i - 1].whole;
        if (whole.begin >= g->q->seen_begin && whole.end <= g->q->seen_end)
            continue;
        c.source = CTX_GATHER_SCOPE;
        c.score = SCOPE_SCORE / (float)(a.n - i + 1);
        add_candidate(g, c);
        return; /* the innermost that is not seen whole */
    }
}

/* The chunks that hold the lines. */
static void add_region(struct gather *g, uint32_t number)
{
    const struct ctx_gather_region *r = &g->q->regions[number];
    ctx_index_file file = ctx_index_find_file(g->v, r->path);
    if (file == CTX_INDEX_NO_FILE || file == g->self)
        return;
    const struct ctx__segment *s = &g->v->entries[file >> 32].part->segment;
    struct ctx__span span = ctx__segment_file_chunks(s, (uint32_t)file);
    for (uint32_t i = span.begin; i < span.end; i++) {
        struct ctx__seg_chunk c, next;
        if (!ctx__segment_chunk(s, i, &c) || c.line_words >> 10 >= r->line + r->n_lines)
            return;
        if (i + 1 < span.end && ctx__segment_chunk(s, i + 1, &next) &&
            next.line_words >> 10 <= r->line)
            continue;
        add_candidate(g, (struct candidate){.source = CTX_GATHER_EDITED,
                                            .file = file,
                                            .range = {c.begin, c.end},
                                            .def = UINT64_MAX,
                                            .line = c.line_words >> 10,
                                            .word = number,
                                            .score = EDITED_SCORE * r->weight});
    }
}

size_t ctx_gather_past(struct ctx_gather_region *out, size_t cap,
                       const struct ctx_lately_view *past)
{
    size_t n = 0;
    for (; n < past->n_regions && n < cap; n++) {
        const struct ctx_lately_region *r = &past->regions[n];
        out[n] = (struct ctx_gather_region){
            r->path, r->line, r->n_lines, r->committed ? 0.4F : 0.8F,
            r->committed ? "changed by the newest commits" : "changed, not committed"};
    }
    return n;
}

static void add_edited(struct gather *g)
{
    size_t most = g->n_candidates + MAX_EDITED;
    for (uint32_t i = 0; i < g->q->n_regions && g->n_candidates < most; i++)
        add_region(g, i);
}

/* ---- rendering ---- */

/* Bytes [range) of the file with the indentation before them and, where `to_end`, the rest of the
 * last line if that is short; ends in a line break. Empty when the file is another by now. */
static str_view read_lines(struct gather *g, ctx_index_file file, struct gram_range r, bool to_end)
{
    enum { MARGIN = 160 };
    buf b;
    buf_init(&b, MAX_PIECE_BYTES + 2 * MARGIN + 2);
    str_view text = {NULL, 0};
    uint32_t lead = r.begin < MARGIN ? r.begin : MARGIN, tail = to_end ? MARGIN : 0;
    uint64_t size = ctx_index_size(g->v, file);
    if (size < r.end || r.end - r.begin > MAX_PIECE_BYTES)
        return text;
    if (tail > size - r.end)
        tail = (uint32_t)(size - r.end);
    struct gram_range wide = {r.begin - lead, r.end + tail};
    if (ctx_index_text(g->v, file, wide, &b) == ERR_OK) {
        uint32_t begin = lead, end = lead + (r.end - r.begin);
        while (begin > 0 && (b.ptr[begin - 1] == ' ' || b.ptr[begin - 1] == '\t'))
            begin--;
        if (begin > 0 && b.ptr[begin - 1] != '\n')
            begin = lead;
        size_t rest = str_find_byte(str_slice(buf_view(&b), end, b.len), '\n');
        if (to_end && end > 0 && b.ptr[end - 1] != '\n' && (end + rest < b.len || tail < MARGIN))
            end += (uint32_t)rest;
        str_view cut = str_slice(buf_view(&b), begin, end);
        bool ended = cut.len && cut.ptr[cut.len - 1] == '\n';
        text = arena_format(g->mem, "%.*s%s", STR_ARG(cut), ended ? "" : "\n");
    }
    buf_release(&b);
    return text;
}

struct signatures {
    struct gather *g;
    buf *out;
    uint64_t inside; /* only definitions directly in this one; UINT64_MAX: at the top */
    size_t n;
    uint32_t first_line;
    uint32_t end; /* of the last one: names of one declaration share a line */
};

static uint32_t outer_of(const struct gather *g, uint64_t id)
{
    struct ctx__seg_def d;
    return ctx__segment_def(&g->v->entries[id >> 32].part->segment, (uint32_t)id, &d) ? d.outer
                                                                                      : CTX__NONE;
}

static bool add_signature(void *user, const struct ctx_index_def *d)
{
    struct signatures *s = user;
    uint32_t want = s->inside == UINT64_MAX ? CTX__NONE : (uint32_t)s->inside;
    if (outer_of(s->g, d->id) != want || d->kind == GRAM_MODULE || d->whole.begin < s->end)
        return true;
    /* What the model sees of the document anyway is no news. */
    const struct ctx_gather_query *q = s->g->q;
    if (d->file == s->g->self && d->whole.begin >= q->seen_begin && d->whole.begin < q->seen_end)
        return true;
    str_view text = read_lines(s->g, d->file, d->signature, false);
    if (text.len == 0)
        return true;
    if (s->n == 0 && s->inside == UINT64_MAX)
        s->first_line = d->line;
    buf_append(s->out, text);
    s->end = d->signature.end;
    return ++s->n < MAX_SIGNATURES;
}

/* The signature of the definition, and of those in it; or of all at the top of the file. */
static str_view render_signatures(struct gather *g, const struct candidate *c, uint32_t *first_line)
{
    buf b;
    buf_init(&b, MAX_PIECE_BYTES);
    struct signatures s = {g, &b, c->def, 0, c->line, 0};
    if (c->def != UINT64_MAX)
        buf_append(&b,
                   read_lines(g, c->file, (struct gram_range){c->range.begin, c->sig_end}, false));
    bool head = b.len > 0 || c->def == UINT64_MAX;
    if (head)
        ctx_index_defs_in(g->v, c->file, add_signature, &s);
    *first_line = s.first_line;
    str_view text = {NULL, 0};
    if (buf_failed(&b) == ERR_OK && b.len)
        text = arena_copy(g->mem, buf_view(&b));
    buf_release(&b);
    return text;
}

/* Is most of it there already? */
static bool is_known(const struct gather *g, str_view text)
{
    uint32_t n = 0, known = 0;
    while (text.len) {
        uint32_t key = line_key(str_take_line(&text));
        n += key != 0;
        known += key && has_line(g, key);
    }
    return n == 0 || known * 2 > n;
}

/* The words in both that say most. */
static str_view reason_of(struct gather *g, const struct candidate *c, str_view text)
{
    const struct word *best[3] = {NULL};
    if (c->source == CTX_GATHER_DEFINES)
        return arena_format(g->mem, "defines %.*s", STR_ARG(g->words[c->word].text));
    if (c->source == CTX_GATHER_IMPORTED)
        return STR("imported");
    if (c->source == CTX_GATHER_SCOPE)
        return STR("around the cursor");
    if (c->source == CTX_GATHER_EDITED)
        return str_of(g->q->regions[c->word].reason);
    for (str_view word; ctx__word_next(&text, &word);) {
        size_t i = 0;
        while (i < g->n_words && !str_eq(g->words[i].text, word))
            i++;
        const struct word *w = i < g->n_words ? &g->words[i] : NULL;
        for (size_t k = 0; k < 3 && w; k++) {
            if (best[k] == w)
                break;
            if (best[k] && best[k]->near * best[k]->rare >= w->near * w->rare)
                continue;
            const struct word *swap = best[k];
            best[k] = w;
            w = swap;
        }
    }
    return arena_format(g->mem, "shares %.*s%s%.*s%s%.*s",
                        STR_ARG(best[0] ? best[0]->text : STR("")), best[1] ? ", " : "",
                        STR_ARG(best[1] ? best[1]->text : STR("")), best[2] ? ", " : "",
                        STR_ARG(best[2] ? best[2]->text : STR("")));
}

static int by_score(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->score < y->score || x->score > y->score)
        return x->score > y->score ? -1 : 1;
    int order = str_cmp(x->path, y->path);
    if (order)
        return order;
    if (x->range.begin != y->range.begin)
        return x->range.begin < y->range.begin ? -1 : 1;
    return (int)x->source - (int)y->source;
}

static int by_place(const void *a, const void *b)
{
    const struct ctx_gather_piece *x = a, *y = b;
    int order = str_cmp(x->path, y->path);
    return order ? order : (x->first_line > y->first_line) - (x->first_line < y->first_line);
}

/* The candidate as text within the tokens: whole, else its signatures. */
static bool render(struct gather *g, const struct candidate *c, size_t budget_tok,
                   struct ctx_gather_piece *out)
{
    *out = (struct ctx_gather_piece){
        .path = c->path, .source = c->source, .first_line = c->line, .score = c->score};
    bool chunk = c->source == CTX_GATHER_SIMILAR || c->source == CTX_GATHER_EDITED;
    bool whole = chunk || c->source == CTX_GATHER_DEFINES;
    if (whole) {
        out->text = read_lines(g, c->file, c->range, true);
        out->n_tok = out->text.len ? g->q->count(g->q->user, out->text) : 0;
        /* A definition that would fill the budget alone says more as signatures beside others. */
        if (out->text.len && out->n_tok <= budget_tok &&
            (chunk || out->n_tok <= g->q->budget_tok / 2))
            return true;
    }
    if (chunk)
        return false;
    out->text = render_signatures(g, c, &out->first_line);
    out->n_tok = out->text.len ? g->q->count(g->q->user, out->text) : 0;
    return out->text.len && out->n_tok <= budget_tok;
}

static size_t choose(struct gather *g, struct ctx_gather_piece *pieces, size_t cap)
{
    size_t n = 0, used = 0;
    if (g->n_candidates == 0)
        return 0;
    qsort(g->candidates, g->n_candidates, sizeof g->candidates[0], by_score);
    float worst = g->candidates[0].score * WORST_SHARE;
    for (size_t i = 0; i < g->n_candidates && i < MAX_TRIED && n < cap; i++) {
        const struct candidate *c = &g->candidates[i];
        struct ctx_gather_piece piece;
        if (c->score < worst || used >= g->q->budget_tok)
            break;
        if (!render(g, c, g->q->budget_tok - used, &piece) || is_known(g, piece.text))
            continue;
        used += piece.n_tok;
        piece.path = arena_copy(g->mem, piece.path);
        piece.reason = reason_of(g, c, piece.text);
        pieces[n++] = piece;
        for (str_view rest = piece.text; rest.len;)
            add_line(g, str_take_line(&rest));
    }
    return n;
}

size_t ctx_gather(const ctx_index_view *v, const struct ctx_gather_query *q, arena *mem,
                  struct ctx_gather_piece *pieces, size_t cap)
{
    struct gather *g = ARENA_NEW(mem, struct gather);
    if (!g)
        return 0;
    g->v = v;
    g->q = q;
    g->mem = mem;
    g->self = ctx_index_find_file(v, q->path);
    g->n_chunks = (float)ctx_index_totals(v).n_chunks;
    look_around(g);
    weigh_words(g);
    ctx_index_imports(v, g->self, take_import, g);
    if (q->history)
        g->n_partners = ctx_history_partners(q->history, q->path, g->partners, MAX_PARTNERS);
    add_defined(g);
    add_similar(g);
    add_imported(g);
    add_scopes(g);
    add_edited(g);
    size_t n = choose(g, pieces, cap);
    if (n > 1)
        qsort(pieces, n, sizeof pieces[0], by_place);
    return arena_failed(mem) ? 0 : n;
}

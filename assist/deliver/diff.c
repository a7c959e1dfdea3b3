#include "assist/deliver/diff.h"

#include <stdint.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/mem.h"

enum { CONTEXT_LINES = 3 };

static diff_lines split(arena *mem, str_view text)
{
    diff_lines l = {NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == '\n';
    l.items = ARENA_ARRAY(mem, str_view, n + 1);
    if (!l.items)
        return l;
    while (text.len) {
        size_t end = str_find_byte(text, '\n');
        end += end < text.len;
        l.items[l.n++] = str_slice(text, 0, end);
        text = str_slice(text, end, text.len);
    }
    return l;
}

/* A number for each line, equal for equal lines, so that comparing is cheap. */
static bool number_lines(uint32_t *a_ids, uint32_t *b_ids, diff_lines a, diff_lines b)
{
    size_t n_slots = 16;
    while (n_slots < 2 * (a.n + b.n))
        n_slots *= 2;
    struct slot {
        str_view line;
        uint32_t id;
    } *slots = mem_zero(n_slots, sizeof *slots);
    uint32_t n = 0;
    if (!slots)
        return false;
    for (size_t i = 0; i < a.n + b.n; i++) {
        str_view line = i < a.n ? a.items[i] : b.items[i - a.n];
        size_t at = hash_str(line) & (n_slots - 1);
        while (slots[at].id && !str_eq(slots[at].line, line))
            at = (at + 1) & (n_slots - 1);
        if (!slots[at].id)
            slots[at] = (struct slot){line, ++n};
        if (i < a.n)
            a_ids[i] = slots[at].id;
        else
            b_ids[i - a.n] = slots[at].id;
    }
    mem_free(slots);
    return true;
}

/* Marks the lines of a and b that are not common, between `from` and the ends given. `history`
 * keeps the furthest x per diagonal after each number of edits, for the way back. False when out of
 * memory; *done false when more than DIFF_MAX_EDITS are needed. */
static bool myers(const uint32_t *a, size_t n, const uint32_t *b, size_t m, bool *a_gone,
                  bool *b_new, bool *done)
{
    size_t max = n + m < DIFF_MAX_EDITS ? n + m : DIFF_MAX_EDITS;
    int32_t *v = mem_zero(2 * max + 3, sizeof *v);
    int32_t **history = mem_zero(max + 1, sizeof *history);
    size_t d = 0;
    bool ok = v && history;
    *done = false;
    int32_t *mid = v ? v + max + 1 : NULL;
    for (; ok && d <= max && !*done; d++) {
        int32_t k_max = (int32_t)d;
        history[d] = mem_alloc((2 * d + 1) * sizeof **history);
        ok = history[d] != NULL;
        for (int32_t k = -k_max; ok && k <= k_max && !*done; k += 2) {
            bool down = k == -k_max || (k != k_max && mid[k - 1] < mid[k + 1]);
            int32_t x = down ? mid[k + 1] : mid[k - 1] + 1;
            int32_t y = x - k;
            while (x < (int32_t)n && y >= 0 && y < (int32_t)m && a[x] == b[y]) {
                x++;
                y++;
            }
            mid[k] = x;
            *done = x >= (int32_t)n && y >= (int32_t)m;
        }
        for (int32_t k = -k_max; ok && k <= k_max; k++)
            history[d][k + k_max] = mid[k];
    }
    if (ok && *done) {
        int32_t x = (int32_t)n, y = (int32_t)m;
        for (size_t e = d - 1; e > 0; e--) {
            const int32_t *was = history[e - 1] + (e - 1);
            int32_t k = x - y, k_max = (int32_t)e;
            bool down = k == -k_max || (k != k_max && was[k - 1] < was[k + 1]);
            int32_t before = down ? k + 1 : k - 1;
            int32_t px = was[before], py = px - before;
            if (down)
                b_new[py] = true;
            else
                a_gone[px] = true;
            x = px;
            y = py;
        }
    }
    for (size_t i = 0; history && i <= max; i++)
        mem_free(history[i]);
    mem_free(history);
    mem_free(v);
    return ok;
}

static err_code collect(diff *out, arena *mem, const bool *a_gone, const bool *b_new)
{
    size_t i = 0, k = 0, cap = 0;
    for (int pass = 0; pass < 2; pass++) {
        out->n_hunks = 0;
        for (i = k = 0; i < out->a.n || k < out->b.n;) {
            diff_hunk h = {i, i, k, k};
            while (h.a_end < out->a.n && a_gone[h.a_end])
                h.a_end++;
            while (h.b_end < out->b.n && b_new[h.b_end])
                h.b_end++;
            if (h.a_end > i || h.b_end > k) {
                if (pass)
                    out->hunks[out->n_hunks] = h;
                out->n_hunks++;
            }
            i = h.a_end + 1; /* over the common line, or past both ends */
            k = h.b_end + 1;
        }
        if (pass == 0) {
            cap = out->n_hunks;
            out->hunks = ARENA_ARRAY(mem, diff_hunk, cap + 1);
            if (!out->hunks)
                return ERR_NOMEM;
        }
    }
    return ERR_OK;
}

err_code diff_make(diff *out, arena *mem, str_view a, str_view b)
{
    diff d = {split(mem, a), split(mem, b), NULL, 0};
    err_code rc = ERR_NOMEM;
    uint32_t *ids = NULL;
    bool *marks = NULL;
    if (!d.a.items || !d.b.items || d.a.n > INT32_MAX / 2 || d.b.n > INT32_MAX / 2)
        return ERR_NOMEM;
    size_t n = d.a.n + d.b.n;
    ids = mem_alloc((n + 1) * sizeof *ids);
    marks = mem_zero(n + 1, sizeof *marks);
    if (!ids || !marks || !number_lines(ids, ids + d.a.n, d.a, d.b))
        goto done;
    const uint32_t *pa = ids, *pb = ids + d.a.n;
    size_t head = 0, tail = 0;
    while (head < d.a.n && head < d.b.n && pa[head] == pb[head])
        head++;
    while (tail < d.a.n - head && tail < d.b.n - head &&
           pa[d.a.n - 1 - tail] == pb[d.b.n - 1 - tail])
        tail++;
    size_t na = d.a.n - head - tail, nb = d.b.n - head - tail;
    bool *a_gone = marks, *b_new = marks + d.a.n, exact;
    if (!myers(pa + head, na, pb + head, nb, a_gone + head, b_new + head, &exact))
        goto done;
    for (size_t i = 0; !exact && i < na; i++)
        a_gone[head + i] = true;
    for (size_t i = 0; !exact && i < nb; i++)
        b_new[head + i] = true;
    rc = collect(&d, mem, a_gone, b_new);
    if (rc == ERR_OK)
        *out = d;
done:
    mem_free(ids);
    mem_free(marks);
    return rc;
}

static void put_lines(buf *out, char mark, diff_lines l, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        buf_append_byte(out, mark);
        buf_append(out, l.items[i]);
        if (!str_ends(l.items[i], STR("\n")))
            buf_append(out, STR("\n\\ No newline at end of file\n"));
    }
}

/* "3,4", "3", or "2,0" for nothing after line 2: as patch reads it. */
static void put_span(buf *out, char sign, size_t begin, size_t end)
{
    size_t n = end - begin;
    buf_append_format(out, "%c%zu", sign, n ? begin + 1 : begin);
    if (n != 1)
        buf_append_format(out, ",%zu", n);
}

err_code diff_unified(buf *out, str_view a_name, str_view a, str_view b_name, str_view b)
{
    arena mem;
    diff d;
    arena_init(&mem, SIZE_MAX);
    err_code rc = diff_make(&d, &mem, a, b);
    if (rc == ERR_OK && d.n_hunks)
        buf_append_format(out, "--- %.*s\n+++ %.*s\n", STR_ARG(a_name), STR_ARG(b_name));
    for (size_t i = 0, last; rc == ERR_OK && i < d.n_hunks; i = last + 1) {
        const diff_hunk *h = d.hunks;
        last = i;
        while (last + 1 < d.n_hunks && h[last + 1].a_begin - h[last].a_end <= 2 * CONTEXT_LINES)
            last++;
        size_t before = h[i].a_begin < CONTEXT_LINES ? h[i].a_begin : CONTEXT_LINES;
        size_t left = d.a.n - h[last].a_end;
        size_t after = left < CONTEXT_LINES ? left : CONTEXT_LINES;
        buf_append(out, STR("@@ "));
        put_span(out, '-', h[i].a_begin - before, h[last].a_end + after);
        buf_append_byte(out, ' ');
        put_span(out, '+', h[i].b_begin - before, h[last].b_end + after);
        buf_append(out, STR(" @@\n"));
        size_t at = h[i].a_begin - before;
        for (size_t k = i; k <= last; k++) {
            put_lines(out, ' ', d.a, at, h[k].a_begin);
            put_lines(out, '-', d.a, h[k].a_begin, h[k].a_end);
            put_lines(out, '+', d.b, h[k].b_begin, h[k].b_end);
            at = h[k].a_end;
        }
        put_lines(out, ' ', d.a, at, at + after);
    }
    arena_release(&mem);
    return rc != ERR_OK ? rc : buf_failed(out);
}

static void append_lines(buf *out, diff_lines l, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        buf_append(out, l.items[i]);
}

static bool same_lines(diff_lines a, size_t a_begin, size_t a_end, diff_lines b, size_t b_begin,
                       size_t b_end)
{
    if (a_end - a_begin != b_end - b_begin)
        return false;
    for (size_t i = 0; i < a_end - a_begin; i++) {
        if (!str_eq(a.items[a_begin + i], b.items[b_begin + i]))
            return false;
    }
    return true;
}

static void put_marker(buf *out, const char *marker, str_view name)
{
    if (out->len && out->ptr[out->len - 1] != '\n')
        buf_append_byte(out, '\n');
    buf_append(out, str_of(marker));
    if (name.len) {
        buf_append_byte(out, ' ');
        buf_append(out, name);
    }
    buf_append_byte(out, '\n');
}

/* One side's part of a region of the base: where base lines [begin, end) stand in that side. */
typedef struct {
    const diff *d; /* base to side */
    size_t next;   /* hunk */
    int64_t shift; /* side line = base line + shift, behind the hunks passed */
    size_t begin, end;
    bool changed;
} side;

static void take_hunk(side *s)
{
    const diff_hunk *h = &s->d->hunks[s->next++];
    s->shift = (int64_t)h->b_end - (int64_t)h->a_end;
    s->changed = true;
}

err_code diff_merge(diff_merged *out, arena *mem, str_view base, str_view ours, str_view theirs,
                    str_view ours_name, str_view theirs_name)
{
    diff d[2];
    buf b;
    diff_merged m = {{NULL, 0}, 0, 0};
    err_code rc = diff_make(&d[0], mem, base, ours);
    if (rc == ERR_OK)
        rc = diff_make(&d[1], mem, base, theirs);
    if (rc != ERR_OK)
        return rc;
    buf_init(&b, SIZE_MAX);
    side s[2] = {{.d = &d[0]}, {.d = &d[1]}};
    diff_lines from = d[0].a;
    size_t at = 0; /* line of the base that comes next */
    while (s[0].next < d[0].n_hunks || s[1].next < d[1].n_hunks) {
        /* The region: the first hunk of either side and all that touch it. */
        size_t begin = SIZE_MAX, end;
        for (int i = 0; i < 2; i++) {
            s[i].changed = false;
            if (s[i].next < d[i].n_hunks && d[i].hunks[s[i].next].a_begin < begin)
                begin = d[i].hunks[s[i].next].a_begin;
        }
        end = begin;
        for (int i = 0; i < 2; i++)
            s[i].begin = (size_t)((int64_t)begin + s[i].shift);
        for (bool more = true; more;) {
            more = false;
            for (int i = 0; i < 2; i++) {
                while (s[i].next < d[i].n_hunks && d[i].hunks[s[i].next].a_begin <= end) {
                    if (d[i].hunks[s[i].next].a_end > end)
                        end = d[i].hunks[s[i].next].a_end;
                    take_hunk(&s[i]);
                    more = true;
                }
            }
        }
        for (int i = 0; i < 2; i++)
            s[i].end = (size_t)((int64_t)end + s[i].shift);
        append_lines(&b, from, at, begin);
        diff_lines o = d[0].b, t = d[1].b;
        if (!s[1].changed ||
            (s[0].changed && same_lines(o, s[0].begin, s[0].end, t, s[1].begin, s[1].end))) {
            append_lines(&b, o, s[0].begin, s[0].end);
        } else if (!s[0].changed) {
            append_lines(&b, t, s[1].begin, s[1].end);
        } else {
            if (!m.n_conflicts++)
                m.first_conflict = s[0].begin + 1;
            put_marker(&b, "<<<<<<<", ours_name);
            append_lines(&b, o, s[0].begin, s[0].end);
            put_marker(&b, "=======", STR(""));
            append_lines(&b, t, s[1].begin, s[1].end);
            put_marker(&b, ">>>>>>>", theirs_name);
        }
        at = end;
    }
    append_lines(&b, from, at, from.n);
    m.text = arena_copy(mem, buf_view(&b));
    rc = buf_failed(&b) != ERR_OK ? buf_failed(&b) : arena_failed(mem) ? ERR_NOMEM : ERR_OK;
    buf_release(&b);
    if (rc == ERR_OK)
        *out = m;
    return rc;
}

/* Blocks that were written before: from the places where the first line was found, as far as they
 * agree. */
#include <string.h>

#include "base/buf.h"
#include "context/context_internal.h"

enum { BLOCK_BYTES = 4096 };

/* A line is offered when this share of the weight of all places agrees on it. */
static const float AGREED = 0.6F;

struct follower {
    const int32_t *at, *end; /* the line break before the next line; where the text ends */
    str_view indent;         /* of its first line */
    float weight;
    str_view line; /* the next one, from its indentation on, less that of the first; ptr NULL: the
                      block is over here */
    bool going;
};

static str_view indent_of(str_view line_break)
{
    size_t at = line_break.len;
    while (at > 0 && line_break.ptr[at - 1] != '\n')
        at--;
    return str_slice(line_break, at, line_break.len);
}

bool ctx_instant_only_closes(str_view line)
{
    line = str_trim(line);
    if (str_eq(line, STR("end")))
        return true;
    for (size_t i = 0; i < line.len; i++)
        if (!strchr(")]};,", line.ptr[i]))
            return false;
    return line.len > 0;
}

/* Reads the follower's next line. */
static void look(struct follower *f, const ctx_lexicon *x, const struct ctx_instant_block_query *b,
                 arena *mem)
{
    f->line = (str_view){NULL, 0};
    if (f->at >= f->end || !ctx_lexicon_is_line(x, *f->at))
        return;
    str_view gap = ctx_lexicon_piece(x, *f->at), indent = indent_of(gap);
    if (!str_starts(indent, f->indent))
        return;
    size_t n_breaks = 0;
    for (size_t i = 0; i < gap.len; i++)
        n_breaks += gap.ptr[i] == '\n';
    buf line;
    buf_init(&line, BLOCK_BYTES);
    if (n_breaks > 1)
        buf_append_byte(&line, '\n'); /* a blank line before */
    buf_append(&line, str_slice(indent, f->indent.len, indent.len));
    const int32_t *at = f->at + 1;
    for (; at < f->end && !ctx_lexicon_is_line(x, *at); at++)
        buf_append(&line, ctx_lexicon_piece(x, *at));
    bool outside = b->opens && indent.len == f->indent.len;
    bool whole = at < f->end && buf_failed(&line) == ERR_OK;
    if (whole && (!outside || ctx_instant_only_closes(buf_view(&line))) &&
        str_find_byte(buf_view(&line), 1) == line.len) { /* 1 stands for secrets */
        f->line = arena_copy(mem, buf_view(&line));
        f->at = at;
    }
    buf_release(&line);
}

/* The line that most agree on; empty when they do not. The others go no further. */
static str_view agree(struct follower *all, size_t n, float total)
{
    size_t best = n;
    float most = 0;
    for (size_t i = 0; i < n; i++) {
        float sum = 0;
        for (size_t j = 0; all[i].going && j < n; j++)
            if (all[j].going && str_eq(all[i].line, all[j].line) &&
                !all[i].line.ptr == !all[j].line.ptr)
                sum += all[j].weight;
        if (sum > most) {
            most = sum;
            best = i;
        }
    }
    if (best == n || !all[best].line.ptr || most < AGREED * total)
        return STR("");
    str_view line = all[best].line;
    for (size_t i = 0; i < n; i++)
        all[i].going = all[i].going && all[i].line.ptr && str_eq(all[i].line, line);
    return line;
}

static void append_line(buf *out, str_view line, str_view indent, const char *eol)
{
    if (str_starts(line, STR("\n"))) {
        buf_append(out, str_of(eol));
        line = str_slice(line, 1, line.len);
    }
    buf_append(out, str_of(eol));
    buf_append(out, indent);
    buf_append(out, str_trim_right(line));
}

static str_view indent_at(str_view before)
{
    size_t begin = before.len;
    while (begin > 0 && before.ptr[begin - 1] != '\n')
        begin--;
    str_view line = str_slice(before, begin, before.len);
    return str_slice(line, 0, line.len - str_trim_left(line).len);
}

str_view ctx_instant_block(const ctx_instant *t, const struct ctx_instant_query *q,
                           const struct ctx_instant_block_query *b, arena *mem)
{
    const ctx_lexicon *x = ctx__instant_lexicon(t);
    struct ctx__choice choice;
    struct ctx__place *places = ARENA_ARRAY(mem, struct ctx__place, CTX__MAX_PLACES);
    struct follower *all = ARENA_ARRAY(mem, struct follower, CTX__MAX_PLACES);
    if (!places || !all)
        return STR("");
    size_t n_places = ctx__instant_places(t, q, mem, places), n = 0;
    (void)ctx__instant_choose(places, n_places, &choice, 1); /* weighs them */
    float total = 0;
    for (size_t i = 0; i < n_places; i++) {
        const struct ctx__place *p = &places[i];
        if (!str_eq(str_trim_right(p->text), str_trim_right(b->first)) || p->indent < 0)
            continue;
        all[n++] = (struct follower){.at = p->next + p->n,
                                     .end = p->next + p->n_after,
                                     .indent = indent_of(ctx_lexicon_piece(x, p->indent)),
                                     .weight = p->weight,
                                     .going = true};
        total += p->weight;
    }
    buf out;
    buf_init(&out, BLOCK_BYTES);
    str_view indent = indent_at(q->before);
    for (size_t n_lines = 0; n > 0 && n_lines < b->max_lines && !arena_failed(mem); n_lines++) {
        for (size_t i = 0; i < n; i++)
            if (all[i].going)
                look(&all[i], x, b, mem);
        str_view line = agree(all, n, total);
        if (line.len == 0)
            break;
        append_line(&out, line, indent, b->eol);
        if (b->opens && line.ptr[0] != ' ' && line.ptr[0] != '\t' && line.ptr[0] != '\n')
            break; /* it closes */
    }
    str_view text = buf_failed(&out) == ERR_OK ? arena_copy(mem, buf_view(&out)) : STR("");
    buf_release(&out);
    return text;
}

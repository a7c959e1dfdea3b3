/* Words, names and values of a question about records. */
#include "assist/script/query_internal.h"

#include <string.h>

static str_view take_word(str_view *rest)
{
    *rest = str_trim_left(*rest);
    str_view word = str_slice(*rest, 0, str_find_byte(*rest, ' '));
    *rest = str_slice(*rest, word.len, rest->len);
    return word;
}

/* The token behind those, from `i`, that the words are; 0: others stand there. */
static size_t match_words(const scr_query_reader *r, size_t i, str_view words)
{
    for (str_view word; (word = take_word(&words)).len; i++) {
        if (i == r->n || r->at[i].v.kind == SCR_TEXT)
            return 0;
        bool exact = word.len > 1 && word.ptr[0] == '=' && word.ptr[1] >= 'a';
        word = str_slice(word, exact, word.len);
        str_view said = r->at[i].v.kind == SCR_WORD ? r->at[i].v.text : r->at[i].written;
        if (!str_eq(said, word) &&
            (exact || r->at[i].v.kind != SCR_WORD || !scr__inflects(said, word)))
            return 0;
    }
    return i;
}

/* The token behind the longest way to say `name` at `i`; 0: it is not said there. */
size_t scr__query_match_at(const scr_query_reader *r, size_t i, const char *name)
{
    size_t end = 0;
    for (const scr_need *n = r->t->queries; n; n = n->next) {
        if (!str_eq(n->name, str_of(name)))
            continue;
        str_view rest = str_slice(n->text, 1, n->text.len); /* = */
        while (rest.len) {
            size_t bar = str_find(rest, STR(" | "));
            size_t stop = match_words(r, i, str_slice(rest, 0, bar));
            end = stop > end ? stop : end;
            rest = str_slice(rest, bar + 3, rest.len);
        }
    }
    return end;
}

void scr__query_skip(scr_query_reader *r)
{
    for (size_t end; r->i < r->n && (end = scr__query_match_at(r, r->i, "skip")); r->i = end)
        ;
}

bool scr__query_take(scr_query_reader *r, const char *name)
{
    size_t end = scr__query_match_at(r, r->i, name);
    if (!end) { /* "the highest first" has no word too many, "the first 5" has */
        size_t before = r->i;
        scr__query_skip(r);
        end = scr__query_match_at(r, r->i, name);
        if (!end)
            r->i = before;
    }
    if (end)
        r->i = end;
    return end > 0;
}

bool scr__query_at_end(scr_query_reader *r)
{
    scr__query_skip(r);
    while (r->i < r->n && r->at[r->i].v.kind == SCR_STOP)
        r->i++;
    return r->i == r->n;
}

void scr__query_assume(scr_query_reader *r, str_view sentence)
{
    scr_query *q = r->q;
    for (size_t i = 0; i < q->n_assumptions; i++) {
        if (str_eq(q->assumptions[i], sentence))
            return;
    }
    if (q->n_assumptions < SCR_MAX_ITEMS)
        q->assumptions[q->n_assumptions++] = sentence;
}

void scr__query_ask(scr_query_reader *r, str_view question)
{
    if (!r->q->question.len)
        r->q->question = question;
}

/* --- names and values --- */

static bool is_name(str_view w, bool dots)
{
    for (size_t i = 0; i < w.len; i++) {
        char c = w.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9' && i) ||
              c == '_' || (unsigned char)c >= 0x80 || (i && dots && (c == '.' || c == '-'))))
            return false;
    }
    return w.len > 0;
}

bool scr__query_in_schema(const scr_query_reader *r, str_view column)
{
    for (const scr_relation *t = r->schema; t; t = t->next) {
        if (scr__schema_column(t, column))
            return true;
    }
    return false;
}

/* "user id" and "created at" are one name where such a column is known, or nearly always. */
static bool join_name(scr_query_reader *r, str_view *name)
{
    if (r->i + 1 >= r->n || r->at[r->i].v.kind != SCR_WORD || r->at[r->i + 1].v.kind != SCR_WORD)
        return false;
    str_view next = r->at[r->i + 1].v.text;
    str_view joined = arena_format(r->a, "%.*s_%.*s", STR_ARG(r->at[r->i].written),
                                   STR_ARG(r->at[r->i + 1].written));
    bool usual = !r->schema && !r->json && (str_eq(next, STR("id")) || str_eq(next, STR("at")));
    if (!scr__query_in_schema(r, joined) && !usual)
        return false;
    if (usual)
        scr__query_assume(r, arena_format(r->a, "\"%.*s %.*s\" is the column %.*s",
                                          STR_ARG(r->at[r->i].written),
                                          STR_ARG(r->at[r->i + 1].written), STR_ARG(joined)));
    *name = joined;
    r->i += 2;
    return true;
}

static str_view ending_of(str_view path)
{
    size_t n = path.len;
    while (n && path.ptr[n - 1] != '.')
        n--;
    return str_slice(path, n, path.len);
}

bool scr__query_take_name(scr_query_reader *r, str_view *out)
{
    scr__query_skip(r);
    if (r->i == r->n)
        return false;
    const scr_token *t = &r->at[r->i];
    if (t->v.kind == SCR_TEXT && t->v.text.len) {
        *out = t->v.text;
        r->i++;
        return true;
    }
    if (join_name(r, out))
        return true;
    size_t stop = scr__query_match_at(r, r->i, "stop");
    bool word = t->v.kind == SCR_WORD && !stop && is_name(t->written, false);
    bool path = t->v.kind == SCR_PATH && is_name(t->written, true) &&
                !scr__table_is_ending(r->t, ending_of(t->written));
    if (!word && !path)
        return false;
    *out = t->written;
    r->i++;
    return true;
}

/* "age", "the column age", "the age column". */
bool scr__query_take_column(scr_query_reader *r, str_view *out)
{
    size_t before = r->i;
    if (scr__query_take(r, "column") && scr__query_take_name(r, out))
        return true;
    r->i = before;
    scr__query_skip(r);
    if (r->i < r->n && scr__query_match_at(r, r->i, "column") &&
        !scr__query_in_schema(r, r->at[r->i].written))
        return false;
    if (!scr__query_take_name(r, out))
        return false;
    (void)scr__query_take(r, "column");
    return true;
}

bool scr__query_starts_upper(str_view w)
{
    return w.len && w.ptr[0] >= 'A' && w.ptr[0] <= 'Z';
}

bool scr__query_take_value(scr_query_reader *r, scr_value *out)
{
    size_t before = r->i;
    scr__query_skip(r);
    if (r->i == r->n && before < r->n) /* "contains an" */
        r->i = before;
    if (r->i == r->n)
        return false;
    const scr_token *t = &r->at[r->i];
    if (scr__query_take(r, "today")) {
        *out = (scr_value){SCR_WORD, STR("today"), 0};
        return true;
    }
    if (t->v.kind == SCR_STOP || (t->v.kind == SCR_WORD && scr__query_match_at(r, r->i, "stop") &&
                                  !str_eq(t->v.text, STR("null")))) {
        r->i = before;
        return false;
    }
    *out = t->v;
    r->i++;
    if (t->v.kind != SCR_WORD && t->v.kind != SCR_TEXT) {
        bool number = t->v.kind == SCR_SIZE;
        if (t->v.kind != SCR_NUMBER && t->v.kind != SCR_DATE && t->v.kind != SCR_TIME)
            *out = (scr_value){number ? SCR_NUMBER : SCR_TEXT, number ? t->v.text : t->written, 0};
        return true;
    }
    if (t->v.kind == SCR_TEXT)
        return true;
    if (t->has_number && !scr__query_starts_upper(t->written)) {
        *out = (scr_value){SCR_NUMBER, arena_format(r->a, "%lld", (long long)t->v.n), t->v.n};
        return true;
    }
    static const char *const bare[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++) {
        if (str_eq(t->v.text, str_of(bare[i])))
            return true;
    }
    out->kind = SCR_TEXT; /* New York */
    out->text = t->written;
    while (scr__query_starts_upper(t->written) && r->i < r->n && r->at[r->i].v.kind == SCR_WORD &&
           scr__query_starts_upper(r->at[r->i].written)) {
        out->text =
            arena_format(r->a, "%.*s %.*s", STR_ARG(out->text), STR_ARG(r->at[r->i].written));
        r->i++;
    }
    return true;
}

/* "," "and" "or" between the members of a list; several may stand together. */
bool scr__query_take_comma(scr_query_reader *r)
{
    size_t before = r->i;
    while (r->i < r->n && str_eq(r->at[r->i].written, STR(",")))
        r->i++;
    (void)(scr__query_take(r, "and"));
    return r->i > before;
}

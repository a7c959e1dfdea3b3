/* Its conditions. */
#include "assist/script/query_internal.h"

#include <string.h>

bool scr__query_is_path_of_data(const scr_query_reader *r, const scr_token *t)
{
    static const char *const json[] = {".json", ".jsonl", ".ndjson", ".geojson"};
    static const char *const databases[] = {".db", ".sqlite", ".sqlite3", ".db3"};
    const char *const *ends = r->json ? json : databases;
    for (size_t i = 0; t->v.kind == SCR_PATH && i < 4; i++) {
        if (str_ends(t->v.text, str_of(ends[i])))
            return true;
    }
    return false;
}

static bool take_values(scr_query_reader *r, scr_condition *c)
{
    scr_value v;
    while (c->n_values < SCR_MAX_VALUES && scr__query_take_value(r, &v)) {
        c->values[c->n_values++] = v;
        size_t before = r->i;
        bool comma = scr__query_take_comma(r);
        comma = scr__query_take(r, "or") || comma;
        if (!comma) {
            r->i = before;
            break;
        }
    }
    return c->n_values > 0;
}

/* How the value of a column is tested, and with what. */
static bool take_test(scr_query_reader *r, scr_condition *c)
{
    static const struct {
        const char *said;
        scr_test test;
        bool not ;
    } tests[] = {
        {"not_null", SCR_C_NULL, true},    {"is_null", SCR_C_NULL, false},
        {"lately", SCR_C_LATELY, false},   {"longer_ago", SCR_C_LONGER_AGO, false},
        {"between", SCR_C_BETWEEN, false}, {"not_one_of", SCR_C_ONE_OF, true},
        {"one_of", SCR_C_ONE_OF, false},   {"not_holds", SCR_C_HOLDS, true},
        {"holds", SCR_C_HOLDS, false},     {"starts", SCR_C_STARTS, false},
        {"ends", SCR_C_ENDS, false},       {"at_least", SCR_C_LEAST, false},
        {"at_most", SCR_C_MOST, false},    {"over", SCR_C_OVER, false},
        {"under", SCR_C_UNDER, false},     {"is_not", SCR_C_IS, true},
        {"is", SCR_C_IS, false},
    };
    size_t begin = r->i;
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        r->i = begin;
        c->n_values = 0;
        if (!scr__query_take(r, tests[i].said))
            continue;
        c->test = tests[i].test;
        c->not = tests[i].not ;
        if (c->test == SCR_C_NULL)
            return true;
        if (c->test == SCR_C_ONE_OF) {
            if (take_values(r, c) && c->n_values > 1)
                return true;
            continue;
        }
        if (!scr__query_take_value(r, &c->values[0]))
            continue;
        bool time = c->values[0].kind == SCR_TIME;
        c->n_values = 1;
        if (time != (c->test == SCR_C_LATELY || c->test == SCR_C_LONGER_AGO))
            continue;
        if (time)
            (void)scr__query_take(r, "ago");
        if (c->test == SCR_C_BETWEEN) {
            if (!scr__query_take(r, "between_and") || !scr__query_take_value(r, &c->values[1]))
                continue;
            c->n_values = 2;
        }
        return true;
    }
    r->i = begin;
    return false;
}

/* A condition; `before` is the one that its column may be taken from. */
bool scr__query_take_condition(scr_query_reader *r, scr_condition *c, const scr_condition *before)
{
    size_t begin = r->i;
    *c = (scr_condition){.n_values = 0};
    if (before && take_test(r, c)) { /* "and under 50" */
        c->column = before->column;
        return true;
    }
    r->i = begin;
    if (!scr__query_take_column(r, &c->column)) {
        r->i = begin;
        return false;
    }
    size_t behind = r->i;
    if (take_test(r, c))
        return true;
    /* "name Ann", "age 30": only where it cannot be anything else. */
    r->i = behind;
    bool value = r->i < r->n &&
                 (r->at[r->i].v.kind != SCR_WORD || scr__query_starts_upper(r->at[r->i].written));
    if (value && !scr__query_is_path_of_data(r, &r->at[r->i]) &&
        scr__query_take_value(r, &c->values[0]) && c->values[0].kind != SCR_TIME) {
        c->test = SCR_C_IS;
        c->n_values = 1;
        return true;
    }
    r->i = begin;
    return false;
}

static bool add_condition(scr_query_reader *r, const scr_condition *c)
{
    if (r->q->n_where == SCR_MAX_ITEMS)
        return false;
    r->q->where[r->q->n_where++] = *c;
    return true;
}

/* "Oslo or Rome": one more value of the last condition. */
static bool take_alternative(scr_query_reader *r)
{
    scr_condition *last = &r->q->where[r->q->n_where - 1];
    scr_value v;
    if ((last->test != SCR_C_IS && last->test != SCR_C_ONE_OF) || last->not ||
        last->n_values == SCR_MAX_VALUES || !scr__query_take_value(r, &v))
        return false;
    last->test = SCR_C_ONE_OF;
    last->values[last->n_values++] = v;
    return true;
}

static void take_conditions(scr_query_reader *r)
{
    bool mixed = false, ands = false;
    for (;;) {
        size_t before = r->i;
        bool or = scr__query_take(r, "or"), and = ! or &&scr__query_take(r, "and");
        scr_condition c;
        if ((! or &&!and) || r->q->n_where == 0)
            break;
        (void)scr__query_take(r, "where");
        if (scr__query_take_condition(r, &c, &r->q->where[r->q->n_where - 1])) {
            mixed = mixed || (or &&ands) || (and&&r->q->any);
            r->q->any = r->q->any || or ;
            ands = ands || and;
            if (!add_condition(r, &c))
                break;
        } else if (! or || !take_alternative(r)) {
            r->i = before;
            break;
        }
    }
    if (mixed)
        scr__query_ask(
            r, STR("With both \"and\" and \"or\": which of the conditions belong together? Ask for "
                   "one kind, and join the rest by hand."));
}

bool scr__query_take_where(scr_query_reader *r)
{
    size_t before = r->i;
    scr_condition c = {.n_values = 0};
    if (r->q->n_where)
        return false;
    if (scr__query_take(r, "none") && scr__query_take_column(r, &c.column)) {
        c.test = SCR_C_NULL;
    } else {
        r->i = before;
        bool said = scr__query_take(r, "where");
        size_t behind = r->i;
        if (!said || !scr__query_take_condition(r, &c, NULL)) {
            /* "in the last 7 days", "older than 30 days", "between 2024-01-01 and 2024-02-01" */
            r->i = said ? behind : before;
            c = (scr_condition){.n_values = 0};
            (void)scr__query_take(r, "made");
            if (!take_test(r, &c) || c.test == SCR_C_NULL ||
                (c.values[0].kind != SCR_TIME && c.values[0].kind != SCR_DATE)) {
                r->i = before;
                return false;
            }
        }
    }
    if (!add_condition(r, &c))
        return false;
    take_conditions(r);
    return true;
}

str_view scr__query_singular(arena *a, str_view w)
{
    static const char *const odd[][2] = {
        {"people", "person"}, {"children", "child"}, {"men", "man"}, {"women", "woman"}};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        if (str_eq(w, str_of(odd[i][0])))
            return str_of(odd[i][1]);
    }
    if (w.len > 4 && str_ends(w, STR("ies")))
        return arena_format(a, "%.*sy", (int)w.len - 3, w.ptr);
    if (w.len > 4 && (str_ends(w, STR("sses")) || str_ends(w, STR("uses"))))
        return str_slice(w, 0, w.len - 2);
    if (w.len > 3 && str_ends(w, STR("s")) && !str_ends(w, STR("ss")) && !str_ends(w, STR("us")) &&
        !str_ends(w, STR("is")))
        return str_slice(w, 0, w.len - 1);
    return w;
}

#include "assist/script/query.h"

#include <string.h>

static const scr_query_title titles[] = {
    {"query-rows", "show records, all or some columns of them", true},
    {"query-where", "show the records that meet conditions", true},
    {"query-top", "sort records, and show the first of them", true},
    {"query-distinct", "show the different values of columns", true},
    {"query-count", "count records", true},
    {"query-sum", "calculate from a column of records", true},
    {"query-group", "calculate for each value of columns of records", true},
    {"query-duplicates", "show the values that several records have", true},
    {"query-latest", "show the latest record for each value of columns", true},
    {"query-running", "show a running total", true},
    {"query-nulls", "count missing values", true},
    {"query-join", "join two tables, or files of JSON", true},
    {"query-without", "show the records that another table has nothing for", false},
    {"query-delete", "delete the records that meet conditions", true},
    {"query-update", "change the records that meet conditions", false},
    {"query-insert", "add a record to a table", false},
    {"query-index", "create an index", false},
    {"query-tables", "list the tables of a database", false},
    {"query-columns", "list the columns of a table", false},
};

const scr_query_title *scr__query_title(size_t i)
{
    return i < sizeof titles / sizeof *titles ? &titles[i] : NULL;
}

struct reader {
    const scr_table *t;
    arena *a;
    const scr_relation *schema;
    bool json;
    scr_token *at;
    size_t n, i;
    bool ranked; /* "top 5", "the 3 largest": by some column */
    scr_query *q;
};

static str_view title_of(const char *name)
{
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        if (strcmp(titles[i].name, name) == 0)
            return str_of(titles[i].title);
    }
    return STR("");
}

/* --- words --- */

static str_view take_word(str_view *rest)
{
    *rest = str_trim_left(*rest);
    str_view word = str_slice(*rest, 0, str_find_byte(*rest, ' '));
    *rest = str_slice(*rest, word.len, rest->len);
    return word;
}

/* The token behind those, from `i`, that the words are; 0: others stand there. */
static size_t match_words(const struct reader *r, size_t i, str_view words)
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
static size_t match_at(const struct reader *r, size_t i, const char *name)
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

static void skip(struct reader *r)
{
    for (size_t end; r->i < r->n && (end = match_at(r, r->i, "skip")); r->i = end)
        ;
}

static bool take(struct reader *r, const char *name)
{
    size_t end = match_at(r, r->i, name);
    if (!end) { /* "the highest first" has no word too many, "the first 5" has */
        size_t before = r->i;
        skip(r);
        end = match_at(r, r->i, name);
        if (!end)
            r->i = before;
    }
    if (end)
        r->i = end;
    return end > 0;
}

static bool at_end(struct reader *r)
{
    skip(r);
    while (r->i < r->n && r->at[r->i].v.kind == SCR_STOP)
        r->i++;
    return r->i == r->n;
}

static void assume(struct reader *r, str_view sentence)
{
    scr_query *q = r->q;
    for (size_t i = 0; i < q->n_assumptions; i++) {
        if (str_eq(q->assumptions[i], sentence))
            return;
    }
    if (q->n_assumptions < SCR_MAX_ITEMS)
        q->assumptions[q->n_assumptions++] = sentence;
}

static void ask(struct reader *r, str_view question)
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

static bool in_schema(const struct reader *r, str_view column)
{
    for (const scr_relation *t = r->schema; t; t = t->next) {
        if (scr__schema_column(t, column))
            return true;
    }
    return false;
}

/* "user id" and "created at" are one name where such a column is known, or nearly always. */
static bool join_name(struct reader *r, str_view *name)
{
    if (r->i + 1 >= r->n || r->at[r->i].v.kind != SCR_WORD || r->at[r->i + 1].v.kind != SCR_WORD)
        return false;
    str_view next = r->at[r->i + 1].v.text;
    str_view joined = arena_format(r->a, "%.*s_%.*s", STR_ARG(r->at[r->i].written),
                                   STR_ARG(r->at[r->i + 1].written));
    bool usual = !r->schema && !r->json && (str_eq(next, STR("id")) || str_eq(next, STR("at")));
    if (!in_schema(r, joined) && !usual)
        return false;
    if (usual)
        assume(r,
               arena_format(r->a, "\"%.*s %.*s\" is the column %.*s", STR_ARG(r->at[r->i].written),
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

static bool take_name(struct reader *r, str_view *out)
{
    skip(r);
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
    size_t stop = match_at(r, r->i, "stop");
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
static bool take_column(struct reader *r, str_view *out)
{
    size_t before = r->i;
    if (take(r, "column") && take_name(r, out))
        return true;
    r->i = before;
    skip(r);
    if (r->i < r->n && match_at(r, r->i, "column") && !in_schema(r, r->at[r->i].written))
        return false;
    if (!take_name(r, out))
        return false;
    (void)take(r, "column");
    return true;
}

static bool starts_upper(str_view w)
{
    return w.len && w.ptr[0] >= 'A' && w.ptr[0] <= 'Z';
}

static bool take_value(struct reader *r, scr_value *out)
{
    size_t before = r->i;
    skip(r);
    if (r->i == r->n && before < r->n) /* "contains an" */
        r->i = before;
    if (r->i == r->n)
        return false;
    const scr_token *t = &r->at[r->i];
    if (take(r, "today")) {
        *out = (scr_value){SCR_WORD, STR("today"), 0};
        return true;
    }
    if (t->v.kind == SCR_STOP ||
        (t->v.kind == SCR_WORD && match_at(r, r->i, "stop") && !str_eq(t->v.text, STR("null")))) {
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
    if (t->has_number && !starts_upper(t->written)) {
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
    while (starts_upper(t->written) && r->i < r->n && r->at[r->i].v.kind == SCR_WORD &&
           starts_upper(r->at[r->i].written)) {
        out->text =
            arena_format(r->a, "%.*s %.*s", STR_ARG(out->text), STR_ARG(r->at[r->i].written));
        r->i++;
    }
    return true;
}

/* "," "and" "or" between the members of a list; several may stand together. */
static bool take_comma(struct reader *r)
{
    size_t before = r->i;
    while (r->i < r->n && str_eq(r->at[r->i].written, STR(",")))
        r->i++;
    (void)(take(r, "and"));
    return r->i > before;
}

/* --- conditions --- */

static bool is_path_of_data(const struct reader *r, const scr_token *t)
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

static bool take_values(struct reader *r, scr_condition *c)
{
    scr_value v;
    while (c->n_values < SCR_MAX_VALUES && take_value(r, &v)) {
        c->values[c->n_values++] = v;
        size_t before = r->i;
        bool comma = take_comma(r);
        comma = take(r, "or") || comma;
        if (!comma) {
            r->i = before;
            break;
        }
    }
    return c->n_values > 0;
}

/* How the value of a column is tested, and with what. */
static bool take_test(struct reader *r, scr_condition *c)
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
        if (!take(r, tests[i].said))
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
        if (!take_value(r, &c->values[0]))
            continue;
        bool time = c->values[0].kind == SCR_TIME;
        c->n_values = 1;
        if (time != (c->test == SCR_C_LATELY || c->test == SCR_C_LONGER_AGO))
            continue;
        if (time)
            (void)take(r, "ago");
        if (c->test == SCR_C_BETWEEN) {
            if (!take(r, "between_and") || !take_value(r, &c->values[1]))
                continue;
            c->n_values = 2;
        }
        return true;
    }
    r->i = begin;
    return false;
}

/* A condition; `before` is the one that its column may be taken from. */
static bool take_condition(struct reader *r, scr_condition *c, const scr_condition *before)
{
    size_t begin = r->i;
    *c = (scr_condition){.n_values = 0};
    if (before && take_test(r, c)) { /* "and under 50" */
        c->column = before->column;
        return true;
    }
    r->i = begin;
    if (!take_column(r, &c->column)) {
        r->i = begin;
        return false;
    }
    size_t behind = r->i;
    if (take_test(r, c))
        return true;
    /* "name Ann", "age 30": only where it cannot be anything else. */
    r->i = behind;
    bool value =
        r->i < r->n && (r->at[r->i].v.kind != SCR_WORD || starts_upper(r->at[r->i].written));
    if (value && !is_path_of_data(r, &r->at[r->i]) && take_value(r, &c->values[0]) &&
        c->values[0].kind != SCR_TIME) {
        c->test = SCR_C_IS;
        c->n_values = 1;
        return true;
    }
    r->i = begin;
    return false;
}

static bool add_condition(struct reader *r, const scr_condition *c)
{
    if (r->q->n_where == SCR_MAX_ITEMS)
        return false;
    r->q->where[r->q->n_where++] = *c;
    return true;
}

/* "Oslo or Rome": one more value of the last condition. */
static bool take_alternative(struct reader *r)
{
    scr_condition *last = &r->q->where[r->q->n_where - 1];
    scr_value v;
    if ((last->test != SCR_C_IS && last->test != SCR_C_ONE_OF) || last->not ||
        last->n_values == SCR_MAX_VALUES || !take_value(r, &v))
        return false;
    last->test = SCR_C_ONE_OF;
    last->values[last->n_values++] = v;
    return true;
}

static void take_conditions(struct reader *r)
{
    bool mixed = false, ands = false;
    for (;;) {
        size_t before = r->i;
        bool or = take(r, "or"), and = ! or &&take(r, "and");
        scr_condition c;
        if ((! or &&!and) || r->q->n_where == 0)
            break;
        (void)take(r, "where");
        if (take_condition(r, &c, &r->q->where[r->q->n_where - 1])) {
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
        ask(r, STR("With both \"and\" and \"or\": which of the conditions belong together? Ask for "
                   "one kind, and join the rest by hand."));
}

static bool take_where(struct reader *r)
{
    size_t before = r->i;
    scr_condition c = {.n_values = 0};
    if (r->q->n_where)
        return false;
    if (take(r, "none") && take_column(r, &c.column)) {
        c.test = SCR_C_NULL;
    } else {
        r->i = before;
        bool said = take(r, "where");
        size_t behind = r->i;
        if (!said || !take_condition(r, &c, NULL)) {
            /* "in the last 7 days", "older than 30 days", "between 2024-01-01 and 2024-02-01" */
            r->i = said ? behind : before;
            c = (scr_condition){.n_values = 0};
            (void)take(r, "made");
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

static str_view singular(arena *a, str_view w)
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

/* --- what is asked for --- */

static bool take_number(struct reader *r, int64_t *n)
{
    skip(r);
    if (r->i == r->n || !r->at[r->i].has_number || r->at[r->i].v.n < 1)
        return false;
    static const char *const places[] = {"st", "nd", "rd", "th"}; /* "second" is not 2 */
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (str_ends(r->at[r->i].written, str_of(places[i])))
            return false;
    }
    *n = r->at[r->i++].v.n;
    return true;
}

static bool take_fn(struct reader *r, scr_fn *fn)
{
    static const struct {
        const char *said;
        scr_fn fn;
    } fns[] = {{"sum", SCR_F_SUM},
               {"average", SCR_F_AVERAGE},
               {"least", SCR_F_LEAST},
               {"most", SCR_F_MOST}};
    for (size_t i = 0; i < sizeof fns / sizeof *fns; i++) {
        if (take(r, fns[i].said)) {
            *fn = fns[i].fn;
            return true;
        }
    }
    return false;
}

static void add_item(struct reader *r, scr_item item)
{
    if (r->q->n_items < SCR_MAX_ITEMS)
        r->q->items[r->q->n_items++] = item;
}

static scr_period take_period(struct reader *r)
{
    return take(r, "month")  ? SCR_P_MONTH
           : take(r, "day")  ? SCR_P_DAY
           : take(r, "year") ? SCR_P_YEAR
                             : SCR_P_NONE;
}

static bool take_by_column(struct reader *r, scr_item *item)
{
    *item = (scr_item){.fn = SCR_F_NONE};
    size_t before = r->i;
    item->period = take_period(r);
    if (item->period) { /* "per month of created_at"; a column may be called so, too */
        size_t behind = r->i;
        if (in_schema(r, r->at[behind - 1].written)) {
            r->i = before;
            item->period = SCR_P_NONE;
        } else if (!(take(r, "from") && take_column(r, &item->column) &&
                     !scr__schema_table(r->schema, item->column))) {
            r->i = behind;
            item->column = STR("");
            return true;
        } else {
            return true;
        }
    }
    if (!take_column(r, &item->column)) {
        r->i = before;
        return false;
    }
    return true;
}

static bool take_by_list(struct reader *r, scr_item *list, size_t *n)
{
    scr_item item;
    if (!take_by_column(r, &item))
        return false;
    list[(*n)++] = item;
    for (;;) {
        size_t before = r->i;
        scr_item next;
        scr_condition c;
        if (!take_comma(r) || *n == SCR_MAX_ITEMS || take(r, "sort") || take(r, "show") ||
            take_condition(r, &c, NULL) || !take_by_column(r, &next)) {
            r->i = before;
            return true;
        }
        list[(*n)++] = next;
    }
}

/* The table, as "orders", "the table orders", "orders table"; of JSON a file. */
static bool take_table(struct reader *r, str_view *out)
{
    size_t before = r->i;
    bool said = take(r, "table");
    skip(r);
    if (r->i < r->n && is_path_of_data(r, &r->at[r->i])) {
        r->q->path = r->at[r->i++].v.text;
        if (r->json)
            *out = r->q->path;
        return r->json;
    }
    if (!take_name(r, out)) {
        r->i = before;
        return false;
    }
    if (r->json) { /* what the records are of says nothing more */
        *out = STR("");
        return true;
    }
    said = take(r, "table") || said;
    if (!said && !r->schema && starts_upper(*out))
        ask(r, arena_format(r->a,
                            "Is \"%.*s\" a table? Say \"table %.*s\"; for a value, say which "
                            "column holds it: \"where country is %.*s\".",
                            STR_ARG(*out), STR_ARG(*out), STR_ARG(*out)));
    return true;
}

static bool take_from(struct reader *r)
{
    size_t before = r->i;
    str_view table = STR("");
    bool path = r->q->path.len > 0;
    if (match_at(r, r->i, "lately") || !take(r, "from"))
        return false;
    if (r->q->table.len == 0 && take_table(r, &table)) {
        r->q->table = table;
        (void)(r->json && !table.len && take_from(r));
        return true;
    }
    if (!path && r->q->path.len) /* "in shop.db" beside the table */
        return true;
    skip(r);
    if (r->q->table.len && !path && r->i < r->n && is_path_of_data(r, &r->at[r->i])) {
        r->q->path = r->at[r->i++].v.text;
        return true;
    }
    r->i = before;
    return false;
}

static bool take_order_item(struct reader *r)
{
    scr_query *q = r->q;
    scr_item item = {.fn = SCR_F_NONE};
    size_t before = r->i;
    if (take(r, "count")) {
        item.fn = SCR_F_COUNT;
        (void)take(r, "rows");
    } else if (take_fn(r, &item.fn)) {
        if (!take_column(r, &item.column)) {
            r->i = before;
            item.fn = SCR_F_NONE;
        }
    }
    if (item.fn == SCR_F_NONE && !take_column(r, &item.column)) {
        r->i = before;
        return false;
    }
    q->order = item;
    q->has_order = true;
    return true;
}

static void take_direction(struct reader *r)
{
    if (take(r, "descending"))
        r->q->descending = true;
    else if (take(r, "ascending"))
        r->q->descending = false;
}

/* What may stand behind what is asked for, in any order. */
static bool take_more(struct reader *r)
{
    scr_query *q = r->q;
    size_t before = r->i;
    (void)(take(r, "and") || take(r, "row_with"));
    if (take(r, "sort") && take_order_item(r)) {
        take_direction(r);
        return true;
    }
    r->i = before;
    (void)take(r, "and");
    if (!q->has_order && q->order.column.len == 0) {
        size_t here = r->i;
        (void)take(r, "sorted");
        if (take(r, "descending") ||
            (r->i == here && take(r, "ascending") && (q->descending = false, true))) {
            /* "the highest first" of what is counted or summed */
            q->has_order = q->n_items && q->items[q->n_items - 1].fn;
            q->order = q->has_order ? q->items[q->n_items - 1] : (scr_item){.fn = SCR_F_NONE};
            q->descending = true;
            if (q->has_order)
                return true;
        }
    }
    r->i = before;
    if (q->n_by == 0 && take(r, "per") && take_by_list(r, q->by, &q->n_by))
        return true;
    r->i = before;
    if (take_where(r))
        return true;
    r->i = before;
    (void)take(r, "and");
    if (!q->limit && (take(r, "limit") || take(r, "top")) && take_number(r, &q->limit)) {
        (void)take(r, "rows");
        return true;
    }
    r->i = before;
    if (take(r, "by")) {
        bool calculates = q->n_items && q->items[0].fn != SCR_F_NONE && q->kind == SCR_Q_ROWS;
        if (calculates && !q->n_by && take_by_list(r, q->by, &q->n_by))
            return true;
        if (!calculates && !q->has_order &&
            (q->limit || q->kind == SCR_Q_RUNNING || q->kind == SCR_Q_LATEST) &&
            take_order_item(r)) {
            if (q->kind == SCR_Q_ROWS)
                take_direction(r);
            return true;
        }
    }
    r->i = before;
    return take_from(r);
}

/* What is left could not be read. */
static bool finish(struct reader *r)
{
    while (!at_end(r)) {
        if (!take_more(r))
            return false;
    }
    return true;
}

static bool same_thing(str_view a, str_view b)
{
    return scr__inflects(a, b) || scr__inflects(b, a);
}

/* Columns, "rows", "everything", or the table itself. */
static bool take_columns(struct reader *r)
{
    scr_query *q = r->q;
    size_t before = r->i;
    skip(r);
    if (r->json && r->i < r->n && is_path_of_data(r, &r->at[r->i]))
        return take_table(r, &q->table);
    if (take(r, "rows")) {
        (void)take_from(r);
        return true;
    }
    size_t first = q->n_items;
    for (;;) {
        scr_item item = {.fn = SCR_F_NONE, .plural = true};
        size_t here = r->i;
        if (!take_column(r, &item.column)) {
            r->i = here;
            break;
        }
        add_item(r, item);
        here = r->i;
        if (!take_comma(r)) {
            r->i = here;
            break;
        }
    }
    if (q->n_items == first) {
        r->i = before;
        return false;
    }
    str_view table = q->items[first].column;
    bool one = q->n_items == first + 1;
    if (take_from(r)) {
        /* "customers of customers" are its rows */
        bool of_it =
            one && !q->distinct && same_thing(table, r->json ? scr__base_name(q->table) : q->table);
        if (r->json && one && !q->distinct)
            of_it = of_it || str_starts(scr__base_name(q->table), table);
        bool of_file = !r->json && !q->table.len && one; /* "users of shop.db" */
        if (of_it || of_file)
            q->n_items = first;
        if (of_file)
            q->table = table;
        return true;
    }
    if (one && !q->distinct && !q->table.len) {
        q->table = r->json ? q->table : table;
        q->n_items = first;
    }
    return true;
}

/* "sum, average of price", "min and max age". */
static bool take_calculations(struct reader *r)
{
    scr_fn fns[SCR_MAX_ITEMS];
    size_t n = 0, before = r->i;
    scr_item item = {.fn = SCR_F_NONE};
    while (n < SCR_MAX_ITEMS && take_fn(r, &fns[n])) {
        size_t behind = r->i;
        scr_fn next;
        n++;
        bool more = take_comma(r) && take_fn(r, &next);
        r->i = behind;
        if (!more)
            break;
        (void)take_comma(r);
    }
    if (!n || !take_column(r, &item.column)) {
        r->i = before;
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        item.fn = fns[i];
        add_item(r, item);
    }
    return true;
}

static bool read_nulls(struct reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_NULLS;
    size_t before = r->i;
    (void)take(r, "from");
    if (take(r, "each_column"))
        return take_from(r);
    r->i = before;
    (void)take(r, "from");
    if (!take_columns(r))
        return false;
    (void)take(r, "each_column");
    return true;
}

/* "users" of orders: those that its column of that name tells apart, or its rows. */
static void count_things(struct reader *r, str_view thing)
{
    scr_query *q = r->q;
    const scr_relation *table = scr__schema_table(r->schema, q->table);
    str_view one = singular(r->a, thing);
    const str_view names[] = {one, arena_format(r->a, "%.*s_id", STR_ARG(one))};
    for (size_t i = 0; i < 2; i++) {
        if (!scr__schema_column(table, names[i]))
            continue;
        q->items[q->n_items - 1].column = names[i];
        assume(r, arena_format(r->a, "each %.*s counts once", STR_ARG(names[i])));
        return;
    }
    assume(r, arena_format(r->a, "each row of %.*s is one of the %.*s", STR_ARG(q->table),
                           STR_ARG(thing)));
}

static bool read_count(struct reader *r)
{
    scr_query *q = r->q;
    scr_item item = {.fn = SCR_F_COUNT};
    if (take(r, "distinct_values") || take(r, "distinct")) {
        item.plural = true;
        if (!take_column(r, &item.column))
            return false;
        add_item(r, item);
        return true;
    }
    if (take(r, "nulls"))
        return read_nulls(r);
    add_item(r, item);
    if (take(r, "rows")) {
        (void)take(r, "exist");
        return true;
    }
    str_view thing = STR("");
    size_t before = r->i;
    if (!take_name(r, &thing)) {
        r->i = before;
        return take_from(r);
    }
    (void)take(r, "exist");
    while (!at_end(r) && take_more(r)) /* the table may come late */
        ;
    if (!q->table.len)
        q->table = r->json ? STR("") : thing;
    else if (!r->json && !same_thing(thing, q->table))
        count_things(r, thing);
    return true;
}

static bool read_duplicates(struct reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_DUPLICATES;
    size_t before = r->i;
    if (take(r, "rows")) {
        (void)take_from(r);
        if (!(take(r, "same") || take(r, "by")) || !take_by_list(r, q->by, &q->n_by))
            return false;
    } else {
        r->i = before;
        if (!take_by_list(r, q->by, &q->n_by))
            return false;
        for (size_t i = 0; i < q->n_by; i++)
            q->by[i].plural = true;
        (void)take_from(r);
        if (!q->table.len && !r->json)
            return false;
        /* "duplicate users by email" */
        before = r->i;
        if (q->n_by == 1 && same_thing(q->by[0].column, q->table) && take(r, "same")) {
            q->n_by = 0;
            return take_by_list(r, q->by, &q->n_by);
        }
        r->i = before;
    }
    return true;
}

/* "order" is a row of the table orders. */
static str_view table_of_things(struct reader *r, str_view thing)
{
    for (const scr_relation *t = r->schema; t; t = t->next) {
        if (str_eq(t->name, thing) || str_eq(singular(r->a, t->name), thing))
            return t->name;
    }
    if (r->schema || str_ends(thing, STR("s")))
        return thing;
    str_view table = str_ends(thing, STR("y")) && thing.len > 2
                         ? arena_format(r->a, "%.*sies", (int)thing.len - 1, thing.ptr)
                         : arena_format(r->a, "%.*ss", STR_ARG(thing));
    assume(r, arena_format(r->a, "the table is called %.*s", STR_ARG(table)));
    return table;
}

/* "latest order per customer in orders by created_at", "the latest 5 rows of orders by id" */
static bool read_latest(struct reader *r, bool latest)
{
    scr_query *q = r->q;
    str_view thing = STR("");
    q->descending = latest;
    bool timeless = str_eq(r->at[r->i - 1].v.text, STR("first"));
    if (q->limit || take_number(r, &q->limit)) {
        if (!take_columns(r))
            return false;
        /* By its time, unless something else is said. */
        q->order.period = timeless ? SCR_P_NONE : SCR_P_DAY;
        return true;
    }
    if (!take(r, "rows") && !take_name(r, &thing))
        return false;
    (void)take_from(r);
    if (!take(r, "per") || !take_by_list(r, q->by, &q->n_by))
        return false;
    q->kind = SCR_Q_LATEST;
    if (!q->table.len && !r->json) {
        size_t before = r->i;
        if (!take_from(r))
            r->i = before;
        if (!q->table.len && thing.len)
            q->table = table_of_things(r, thing);
    }
    return true;
}

static bool read_top(struct reader *r, bool top)
{
    scr_query *q = r->q;
    if (!q->limit && !take_number(r, &q->limit))
        return false;
    q->descending = top;
    size_t before = r->i;
    if (take(r, "latest") || take(r, "earliest"))
        q->order.period = SCR_P_DAY;
    else
        r->i = before;
    r->ranked = true;
    return take_columns(r);
}

/* What has an order and is cut: "top 5 …", "the 5 newest …", "latest … per …". */
static bool read_first(struct reader *r)
{
    static const struct {
        const char *said;
        bool (*read)(struct reader *, bool);
        bool descending;
    } ways[] = {{"first", read_latest, false},
                {"latest", read_latest, true},
                {"earliest", read_latest, false},
                {"top", read_top, true},
                {"bottom", read_top, false}};
    scr_query kept = *r->q;
    size_t before = r->i;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        (void)take_number(r, &r->q->limit);
        if (take(r, ways[i].said) && ways[i].read(r, ways[i].descending))
            return true;
        *r->q = kept;
        r->i = before;
    }
    return false;
}

static bool read_running(struct reader *r)
{
    scr_item item = {.fn = SCR_F_SUM};
    r->q->kind = SCR_Q_RUNNING;
    (void)take(r, "from");
    if (!take_column(r, &item.column))
        return false;
    add_item(r, item);
    return true;
}

static bool read_join(struct reader *r, bool left)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_JOIN;
    q->left = left;
    if (!take_table(r, &q->table) || !take(r, "other") || !take_table(r, &q->other))
        return false;
    if (take(r, "on")) {
        if (!take_name(r, &q->on[0]))
            return false;
        if (take(r, "is") && !take_name(r, &q->on[1]))
            return false;
    }
    return true;
}

/* "merge a.json and b.json" */
static bool read_merge(struct reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_JOIN;
    skip(r);
    if (r->i == r->n || !is_path_of_data(r, &r->at[r->i]))
        return false;
    q->path = q->table = r->at[r->i++].v.text;
    if (!take(r, "other") || r->i == r->n || !is_path_of_data(r, &r->at[r->i]))
        return false;
    q->other = r->at[r->i++].v.text;
    return true;
}

static bool read_delete(struct reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_DELETE;
    str_view name;
    if (take(r, "rows")) {
        (void)take_from(r);
    } else if (take_from(r)) {
    } else if (take_name(r, &name)) {
        if (!take_from(r))
            q->table = name;
        else if (!same_thing(name, q->table))
            return false;
    }
    return finish(r) && (q->table.len || r->json);
}

static bool take_set(struct reader *r)
{
    scr_query *q = r->q;
    size_t before = r->i;
    if (q->n_sets < SCR_MAX_ITEMS && take_column(r, &q->sets[q->n_sets].column)) {
        (void)take(r, "to");
        if (take_value(r, &q->values[q->n_sets]) && q->values[q->n_sets].kind != SCR_TIME) {
            q->n_sets++;
            return true;
        }
    }
    r->i = before;
    return false;
}

static bool take_sets(struct reader *r)
{
    if (!take_set(r))
        return false;
    for (;;) {
        size_t before = r->i;
        if (!take_comma(r) || !take_set(r)) {
            r->i = before;
            return true;
        }
    }
}

/* "set status to closed in orders where …", "update orders set status = closed where …" */
static bool read_update(struct reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_UPDATE;
    size_t before = r->i;
    if (take_table(r, &q->table) && take(r, "update") && take_sets(r))
        return finish(r);
    r->i = before;
    q->table = STR("");
    q->n_sets = 0;
    q->question = STR("");
    scr_item item = {.fn = SCR_F_NONE};
    if (!take_column(r, &item.column))
        return false;
    if (take_from(r) && take(r, "to") && take_value(r, &q->values[0])) {
        q->sets[q->n_sets++] = item;
        return finish(r);
    }
    r->i = before;
    q->table = STR("");
    return take_sets(r) && finish(r) && (q->table.len || r->json);
}

static bool read_insert(struct reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_INSERT;
    size_t before = r->i;
    (void)take(r, "new_row");
    (void)take(r, "into");
    if (take_table(r, &q->table)) {
        (void)take(r, "values");
        if (take_sets(r))
            return true;
    }
    r->i = before;
    q->table = STR("");
    q->n_sets = 0;
    q->question = STR("");
    return take_sets(r) && take(r, "into") && take_table(r, &q->table);
}

static bool read_index(struct reader *r)
{
    scr_query *q = r->q;
    q->kind = SCR_Q_INDEX;
    q->unique = take(r, "unique");
    if (!take(r, "index"))
        return false;
    size_t before = r->i;
    if (take(r, "by") || take(r, "per")) {
        if (!take_by_list(r, q->by, &q->n_by))
            return false;
        if (take_from(r))
            return true;
        if (q->n_by == 1 && (take(r, "by") || take(r, "per") || take(r, "from"))) {
            q->table = q->by[0].column; /* "on orders by date" */
            q->n_by = 0;
            return take_by_list(r, q->by, &q->n_by);
        }
        r->i = before;
        q->n_by = 0;
        return false;
    }
    return take_from(r) && (take(r, "by") || take(r, "per")) && take_by_list(r, q->by, &q->n_by);
}

/* "customers without orders by customer_id" */
static bool read_without(struct reader *r)
{
    scr_query *q = r->q;
    if (!q->table.len || r->json || !take(r, "none") || !take_table(r, &q->other))
        return false;
    const scr_relation *table = scr__schema_table(r->schema, q->table);
    bool column =
        table ? scr__schema_column(table, q->other) != NULL : !str_ends(q->other, STR("s"));
    if (column && !(take(r, "on") && take_name(r, &q->on[0])))
        return false;
    if (!column && take(r, "on") && !take_name(r, &q->on[0]))
        return false;
    q->kind = SCR_Q_JOIN;
    q->left = q->unique = true; /* what has no partner */
    return true;
}

static bool read_rows(struct reader *r)
{
    scr_query *q = r->q;
    size_t before = r->i;
    if (take(r, "count") && read_count(r))
        return true;
    r->i = before;
    q->n_items = q->n_by = q->n_where = 0;
    q->table = STR("");
    if (take(r, "running"))
        return read_running(r);
    if (take(r, "duplicates"))
        return read_duplicates(r);
    if (take(r, "nulls"))
        return read_nulls(r);
    if (take(r, "tables") && !r->json) {
        q->kind = SCR_Q_TABLES;
        (void)take_from(r);
        return true;
    }
    r->i = before;
    if (!r->json && take(r, "columns") && take_table(r, &q->table)) {
        q->kind = SCR_Q_COLUMNS;
        return true;
    }
    r->i = before;
    q->table = STR("");
    if (read_first(r))
        return true;
    if (take_calculations(r))
        return true;
    r->i = before;
    q->distinct = take(r, "distinct_values") || take(r, "distinct");
    if (!take_columns(r))
        return false;
    before = r->i;
    scr_query kept = *q;
    if (!read_without(r)) {
        *q = kept;
        r->i = before;
    }
    return true;
}

/* "sort people by age" */
static bool read_sort(struct reader *r)
{
    if (!(take_table(r, &r->q->table) || take_columns(r)) || !take(r, "by") || !take_order_item(r))
        return false;
    take_direction(r);
    return true;
}

/* "group people by city and count them", "… and sum the price" */
static bool read_group(struct reader *r)
{
    scr_query *q = r->q;
    if (!(take_table(r, &q->table) || take_columns(r)) || q->n_items ||
        !(take(r, "by") || take(r, "per")))
        return false;
    scr_item item;
    if (!take_by_column(r, &item))
        return false;
    q->by[q->n_by++] = item;
    (void)take_comma(r);
    while (take(r, "show"))
        ;
    if (!take(r, "count"))
        return take_calculations(r);
    (void)(take(r, "rows") || take(r, "them"));
    add_item(r, (scr_item){.fn = SCR_F_COUNT});
    return true;
}

static bool read_request(struct reader *r)
{
    skip(r);
    size_t before = r->i;
    if (!r->json && take(r, "left") && read_join(r, true))
        return finish(r);
    r->i = before;
    if (!r->json && take(r, "join"))
        return read_join(r, false) && finish(r);
    if (take(r, "join") && read_merge(r))
        return at_end(r);
    r->i = before;
    r->q->path = r->q->table = STR("");
    r->q->kind = SCR_Q_ROWS;
    if (take(r, "delete"))
        return read_delete(r) && (!r->json || r->q->n_where);
    if (take(r, "sort_by_verb") && read_sort(r))
        return finish(r);
    r->i = before;
    if (take(r, "group") && read_group(r))
        return finish(r);
    r->i = before;
    r->q->n_items = r->q->n_by = 0;
    r->q->table = STR("");
    if (!r->json && (take(r, "make"), true) && read_index(r))
        return finish(r);
    r->i = before;
    r->q->kind = SCR_Q_ROWS;
    r->q->unique = false;
    r->q->n_by = 0;
    if (!r->json && take(r, "insert"))
        return read_insert(r) && finish(r);
    if (!r->json && take(r, "update"))
        return read_update(r);
    while (take(r, "show"))
        ;
    return read_rows(r) && finish(r);
}

/* --- what the names stand for --- */

static const scr_relation *relation_of(const struct reader *r)
{
    return scr__schema_table(r->schema, r->q->table);
}

/* As the table spells it; of JSON, as it was said. */
static void settle(struct reader *r, const scr_relation *table, str_view *name, bool plural)
{
    if (!name->len)
        return;
    str_view one = singular(r->a, *name);
    if (!table) {
        if (plural && !str_eq(one, *name)) {
            assume(r, arena_format(r->a, "the %s of \"%.*s\" is called %.*s",
                                   r->json ? "key" : "column", STR_ARG(*name), STR_ARG(one)));
            *name = one;
        }
        return;
    }
    size_t dot = str_find_byte(*name, '.');
    str_view bare = dot < name->len ? str_slice(*name, dot + 1, name->len) : *name;
    const scr_column *c = scr__schema_column(table, bare);
    if (!c && dot == name->len)
        c = scr__schema_column(table, one);
    if (c && dot == name->len) {
        *name = c->name;
    } else if (!c) {
        str_view near = scr__schema_nearest(NULL, table, bare);
        buf all;
        buf_init(&all, SIZE_MAX);
        for (size_t i = 0; i < table->n_columns && i < 12; i++)
            buf_append_format(&all, "%s%.*s", i ? ", " : "", STR_ARG(table->columns[i].name));
        ask(r, near.len
                   ? arena_format(r->a, "%.*s has no column %.*s: do you mean %.*s?",
                                  STR_ARG(table->name), STR_ARG(bare), STR_ARG(near))
                   : arena_format(r->a, "%.*s has no column %.*s: it has %.*s.",
                                  STR_ARG(table->name), STR_ARG(bare), STR_ARG(buf_view(&all))));
        buf_release(&all);
    }
}

static void settle_table(struct reader *r, str_view *name)
{
    if (!r->schema || !name->len || r->json)
        return;
    const scr_relation *table = scr__schema_table(r->schema, *name);
    if (table) {
        *name = table->name;
        return;
    }
    str_view near = scr__schema_nearest(r->schema, NULL, *name);
    if (!near.len && !r->q->path.len) { /* files of a project need not tell of every table */
        assume(r,
               arena_format(r->a, "there is a table %.*s, which the .sql files here do not tell of",
                            STR_ARG(*name)));
        return;
    }
    buf all;
    buf_init(&all, SIZE_MAX);
    size_t n = 0;
    for (const scr_relation *t = r->schema; t && n < 12; t = t->next)
        buf_append_format(&all, "%s%.*s", n++ ? ", " : "", STR_ARG(t->name));
    ask(r, near.len ? arena_format(r->a, "There is no table %.*s: do you mean %.*s?",
                                   STR_ARG(*name), STR_ARG(near))
                    : arena_format(r->a, "There is no table %.*s: there are %.*s.", STR_ARG(*name),
                                   STR_ARG(buf_view(&all))));
    buf_release(&all);
}

/* The only column that holds times; asks where there is none, or a choice. */
static str_view time_column(struct reader *r)
{
    const scr_relation *table = relation_of(r);
    str_view found = STR("");
    size_t n = 0;
    for (size_t i = 0; table && i < table->n_columns; i++) {
        if (scr__schema_is_time(&table->columns[i])) {
            found = n++ ? found : table->columns[i].name;
        }
    }
    if (n != 1)
        ask(r, r->json ? STR("Which key holds the date? Say \"by KEY\", or \"where KEY is …\".")
                       : STR("Which column holds the date? Say \"by COLUMN\", or \"where COLUMN is "
                             "…\"."));
    return found;
}

static void settle_times(struct reader *r)
{
    scr_query *q = r->q;
    for (size_t i = 0; i < q->n_where; i++) {
        if (!q->where[i].column.len)
            q->where[i].column = time_column(r);
    }
    for (size_t i = 0; i < q->n_by; i++) {
        if (q->by[i].period && !q->by[i].column.len)
            q->by[i].column = q->has_order && q->order.fn == SCR_F_NONE && q->order.column.len
                                  ? q->order.column
                                  : time_column(r);
    }
    bool wants = q->kind == SCR_Q_LATEST || q->kind == SCR_Q_RUNNING || q->order.period;
    if (wants && !q->has_order) {
        q->order = (scr_item){.column = time_column(r)};
        q->has_order = true;
    }
    q->order.period = SCR_P_NONE;
}

/* The columns that join two tables: as said, or one that both have, or other_id and id. */
static void settle_join(struct reader *r)
{
    scr_query *q = r->q;
    const scr_relation *one = relation_of(r), *two = scr__schema_table(r->schema, q->other);
    if (q->on[0].len && q->on[1].len)
        return;
    if (q->on[0].len) {
        q->on[1] = q->on[0];
        /* "customer_id" is in one of them, and the id of the other. */
        if (one && two && !scr__schema_column(one, q->on[0]) && scr__schema_column(one, STR("id")))
            q->on[0] = STR("id");
        else if (one && two && !scr__schema_column(two, q->on[1]) &&
                 scr__schema_column(two, STR("id")))
            q->on[1] = STR("id");
        else if (!one || !two) {
            str_view thing = singular(r->a, q->other);
            if (str_eq(q->on[0], arena_format(r->a, "%.*s_id", STR_ARG(thing)))) {
                q->on[1] = STR("id");
            } else if (str_eq(q->on[0],
                              arena_format(r->a, "%.*s_id", STR_ARG(singular(r->a, q->table))))) {
                q->on[0] = STR("id");
            }
            if (!str_eq(q->on[0], q->on[1]))
                assume(r, arena_format(r->a, "%.*s.%.*s is %.*s.%.*s", STR_ARG(q->table),
                                       STR_ARG(q->on[0]), STR_ARG(q->other), STR_ARG(q->on[1])));
        }
        return;
    }
    for (int i = 0; i < 2 && one && two; i++) {
        const scr_relation *from = i ? two : one, *to = i ? one : two;
        str_view key = arena_format(r->a, "%.*s_id", STR_ARG(singular(r->a, to->name)));
        if (scr__schema_column(from, key) && scr__schema_column(to, STR("id"))) {
            q->on[i] = key;
            q->on[1 - i] = STR("id");
            return;
        }
    }
    ask(r, arena_format(r->a, "By which columns? Say \"on %.*s.COLUMN = %.*s.COLUMN\".",
                        STR_ARG(q->table), STR_ARG(q->other)));
}

static void settle_names(struct reader *r)
{
    scr_query *q = r->q;
    settle_table(r, &q->table);
    settle_table(r, &q->other);
    const scr_relation *table = relation_of(r);
    if (q->kind == SCR_Q_NULLS && !q->n_items && table) {
        for (size_t i = 0; i < table->n_columns && q->n_items < SCR_MAX_ITEMS; i++)
            add_item(r, (scr_item){.column = table->columns[i].name});
    }
    if (q->kind == SCR_Q_JOIN && !r->json)
        settle_join(r);
    if (q->kind == SCR_Q_JOIN && !q->unique)
        return;
    for (size_t i = 0; i < q->n_items; i++)
        settle(r, table, &q->items[i].column, q->items[i].plural);
    for (size_t i = 0; i < q->n_by; i++)
        settle(r, table, &q->by[i].column, q->by[i].plural);
    for (size_t i = 0; i < q->n_where; i++)
        settle(r, table, &q->where[i].column, false);
    for (size_t i = 0; i < q->n_sets; i++)
        settle(r, table, &q->sets[i].column, false);
    settle(r, table, &q->order.column, q->order.plural);
}

static const char *kind_name(const scr_query *q)
{
    switch (q->kind) {
    case SCR_Q_DUPLICATES: return "query-duplicates";
    case SCR_Q_LATEST: return "query-latest";
    case SCR_Q_RUNNING: return "query-running";
    case SCR_Q_NULLS: return "query-nulls";
    case SCR_Q_JOIN: return q->unique ? "query-without" : "query-join";
    case SCR_Q_DELETE: return "query-delete";
    case SCR_Q_UPDATE: return "query-update";
    case SCR_Q_INSERT: return "query-insert";
    case SCR_Q_INDEX: return "query-index";
    case SCR_Q_TABLES: return "query-tables";
    case SCR_Q_COLUMNS: return "query-columns";
    case SCR_Q_ROWS: break;
    }
    bool calculates = q->n_items && q->items[0].fn != SCR_F_NONE;
    return calculates && q->n_by                         ? "query-group"
           : calculates && q->items[0].fn == SCR_F_COUNT ? "query-count"
           : calculates                                  ? "query-sum"
           : q->distinct                                 ? "query-distinct"
           : q->limit || q->has_order                    ? "query-top"
           : q->n_where                                  ? "query-where"
                                                         : "query-rows";
}

/* --- the whole --- */

/* "age>=30" is three words; what is quoted stays. */
static str_view spaced(arena *a, str_view comment)
{
    char *out = arena_push(a, comment.len * 3 + 1);
    size_t n = 0;
    char quote = 0;
    for (size_t i = 0; out && i < comment.len; i++) {
        char c = comment.ptr[i];
        if (quote ? c == quote
                  : c == '"' || c == '`' ||
                        (c == '\'' &&
                         (!i || comment.ptr[i - 1] == ' ' || strchr("=<>(", comment.ptr[i - 1]))))
            quote = quote ? 0 : c;
        bool sign = !quote && strchr("<>=!", c);
        bool more = sign && i && strchr("<>=!", comment.ptr[i - 1]);
        bool last = sign && (i + 1 == comment.len || !strchr("<>=", comment.ptr[i + 1]));
        if (c == '!' && last)
            sign = false;
        if (sign && !more)
            out[n++] = ' ';
        out[n++] = c;
        if (sign && last)
            out[n++] = ' ';
    }
    return (str_view){out, n};
}

static void take_dialect(struct reader *r)
{
    for (size_t i = 0; i < r->n; i++) {
        size_t sqlite = match_at(r, i, "sqlite"), postgresql = match_at(r, i, "postgresql");
        size_t end = sqlite ? sqlite : postgresql;
        if (!end)
            continue;
        r->q->dialect = sqlite ? ASSIST_SCRIPT_SQLITE : ASSIST_SCRIPT_POSTGRESQL;
        memmove(r->at + i, r->at + end, (r->n - end) * sizeof *r->at);
        r->n -= end - i;
        return;
    }
}

bool scr__query_read(scr_query *out, arena *a, const scr_table *t, str_view comment, bool json,
                     const scr_relation *schema)
{
    scr_tokens tokens;
    *out = (scr_query){.kind = SCR_Q_ROWS};
    if (scr__words(&tokens, a, spaced(a, comment), NULL) != ERR_OK) {
        out->question = STR("That is more than one query.");
        return false;
    }
    struct reader r = {
        .t = t, .a = a, .schema = schema, .json = json, .at = tokens.at, .n = tokens.n, .q = out};
    if (!json)
        take_dialect(&r);
    if (!read_request(&r) || arena_failed(a)) {
        str_view word = r.i < r.n ? r.at[r.i].written : STR("");
        str_view question = word.len ? arena_format(a, "What does \"%.*s\" mean here?",
                                                    STR_ARG(str_slice(word, 0, 60)))
                                     : STR("Of which table?");
        out->question = arena_format(
            a,
            "%.*s Say it as in: names of people where age is over 30, sorted by name; average "
            "price per category in products; top 5 orders by total.",
            STR_ARG(question));
        return false;
    }
    if (!json && out->path.len && !out->dialect)
        out->dialect = ASSIST_SCRIPT_SQLITE;
    if (!json && !out->table.len && out->kind != SCR_Q_TABLES)
        ask(&r, STR("Of which table? Say \"in TABLE\"."));
    settle_times(&r);
    if (r.ranked && out->limit && !out->has_order && out->n_items == 1) {
        out->order = out->items[0];
        out->has_order = true;
    } else if (r.ranked && out->limit && !out->has_order) {
        ask(&r, STR("The first by which column? Say \"by COLUMN\"."));
    }
    settle_names(&r);
    if ((out->kind == SCR_Q_DELETE || out->kind == SCR_Q_UPDATE) && !out->n_where)
        ask(&r, arena_format(a,
                             "Which rows of %.*s? Say \"where COLUMN is …\": changing all of them "
                             "is not something to write from a comment.",
                             STR_ARG(out->table)));
    if (out->kind == SCR_Q_NULLS && !out->n_items)
        ask(&r, STR("Which columns? Name them, as in: count nulls of email and phone in users."));
    out->title = title_of(kind_name(out));
    return true;
}

str_view scr__next_day(arena *a, str_view date)
{
    int y = 0, m = 0, d = 0;
    for (size_t i = 0; i < date.len; i++) {
        int *part = i < 4 ? &y : i < 7 ? &m : &d;
        if (date.ptr[i] != '-')
            *part = *part * 10 + (date.ptr[i] - '0');
    }
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (date.len != 10 || m < 1 || m > 12)
        return STR("");
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    int length = lengths[m - 1] + (m == 2 && leap);
    if (d < 1 || d > length)
        return STR("");
    if (++d > length) {
        d = 1;
        m++;
    }
    if (m > 12) {
        m = 1;
        y++;
    }
    return arena_format(a, "%04d-%02d-%02d", y, m, d);
}

#include "assist/script/query_internal.h"

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

static str_view title_of(const char *name)
{
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        if (strcmp(titles[i].name, name) == 0)
            return str_of(titles[i].title);
    }
    return STR("");
}

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

static void take_dialect(scr_query_reader *r)
{
    for (size_t i = 0; i < r->n; i++) {
        size_t sqlite = scr__query_match_at(r, i, "sqlite"),
               postgresql = scr__query_match_at(r, i, "postgresql");
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
    scr_query_reader r = {
        .t = t, .a = a, .schema = schema, .json = json, .at = tokens.at, .n = tokens.n, .q = out};
    if (!json)
        take_dialect(&r);
    if (!scr__query_read_request(&r) || arena_failed(a)) {
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
        scr__query_ask(&r, STR("Of which table? Say \"in TABLE\"."));
    scr__query_settle_times(&r);
    if (r.ranked && out->limit && !out->has_order && out->n_items == 1) {
        out->order = out->items[0];
        out->has_order = true;
    } else if (r.ranked && out->limit && !out->has_order) {
        scr__query_ask(&r, STR("The first by which column? Say \"by COLUMN\"."));
    }
    scr__query_settle_names(&r);
    if ((out->kind == SCR_Q_DELETE || out->kind == SCR_Q_UPDATE) && !out->n_where)
        scr__query_ask(
            &r, arena_format(a,
                             "Which rows of %.*s? Say \"where COLUMN is …\": changing all of them "
                             "is not something to write from a comment.",
                             STR_ARG(out->table)));
    if (out->kind == SCR_Q_NULLS && !out->n_items)
        scr__query_ask(
            &r, STR("Which columns? Name them, as in: count nulls of email and phone in users."));
    out->title = title_of(scr__query_kind_name(out));
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

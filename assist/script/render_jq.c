/* jq 1.6 and newer: a filter over records, of JSON or of lines of JSON, one file or many. What a
 * question asks (query.h) is written here; other steps have their filters in the tables. */
#include <string.h>

#include "assist/script/query.h"

static const scr_style style = {{"jq", 2}, scr__quote_jq, NULL};

static void put(buf *o, const char *text)
{
    buf_append(o, str_of(text));
}

/* "\(" would be code. */
void scr__quote_jq(buf *out, str_view v)
{
    buf_append_byte(out, '"');
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if (c == '"' || c == '\\')
            buf_append_byte(out, '\\');
        if ((unsigned char)c < 0x20)
            buf_append_format(out, "\\u%04x", (unsigned)c);
        else
            buf_append_byte(out, c);
    }
    buf_append_byte(out, '"');
}

/* --- names and values --- */

static bool is_plain(str_view key)
{
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9' && i) ||
              c == '_'))
            return false;
    }
    return key.len > 0;
}

/* "address.city" is a key inside another. */
static void put_key(buf *o, str_view key)
{
    while (key.len) {
        size_t dot = str_find_byte(key, '.');
        str_view one = str_slice(key, 0, dot);
        buf_append_byte(o, '.');
        if (is_plain(one))
            buf_append(o, one);
        else
            scr__quote_jq(o, one);
        key = str_slice(key, dot + 1, key.len);
    }
}

static str_view last_key(str_view key)
{
    for (size_t dot; (dot = str_find_byte(key, '.')) < key.len;)
        key = str_slice(key, dot + 1, key.len);
    return key;
}

/* As the name of a key of an object that is made. */
static void put_new_key(buf *o, str_view key)
{
    static const char *const words[] = {
        "and",     "as",    "def", "elif", "else",   "end",  "foreach", "if",    "import",
        "include", "label", "not", "or",   "reduce", "then", "try",     "catch", "__loc__"};
    bool plain = is_plain(key);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        plain = plain && !str_eq(key, str_of(words[i]));
    if (plain)
        buf_append(o, key);
    else
        scr__quote_jq(o, key);
}

static void put_value(buf *o, const scr_value *v)
{
    if (v->kind == SCR_NUMBER)
        buf_append(o, v->text);
    else if (v->kind == SCR_WORD && str_eq(v->text, STR("today")))
        put(o, "(now | localtime | strftime(\"%Y-%m-%d\"))");
    else if (v->kind == SCR_WORD)
        buf_append(o, v->text);
    else
        scr__quote_jq(o, v->text);
}

/* --- conditions --- */

/* Numbers with numbers only, texts with texts: between kinds jq has an order of its own. */
static void put_compared(buf *o, const scr_condition *c, const char *sign, const scr_value *v)
{
    put(o, "(");
    put_key(o, c->column);
    buf_append_format(o, " | type == \"%s\" and . %s ", v->kind == SCR_NUMBER ? "number" : "string",
                      sign);
    put_value(o, v);
    put(o, ")");
}

/* A day lasts until the next. */
static bool put_day(buf *o, const scr_condition *c)
{
    if (c->values[0].kind != SCR_DATE || (c->n_values > 1 && c->values[1].kind != SCR_DATE) ||
        c->not )
        return false;
    arena a;
    arena_init(&a, 1 << 12);
    scr_value first = c->values[0], last = c->n_values > 1 ? c->values[1] : first;
    scr_value behind = {SCR_DATE, scr__next_day(&a, last.text), 0};
    bool range = c->test == SCR_C_BETWEEN || c->test == SCR_C_IS;
    bool done = behind.text.len && (range || c->test == SCR_C_OVER || c->test == SCR_C_MOST);
    if (done && range) {
        put_compared(o, c, ">=", &first);
        put(o, " and ");
    }
    if (done)
        put_compared(o, c, c->test == SCR_C_OVER ? ">=" : "<", &behind);
    arena_release(&a);
    return done;
}

static void put_condition(buf *o, const scr_condition *c)
{
    static const char *const signs[] = {
        [SCR_C_OVER] = ">", [SCR_C_UNDER] = "<", [SCR_C_LEAST] = ">=", [SCR_C_MOST] = "<="};
    static const char *const texts[] = {
        [SCR_C_HOLDS] = "contains", [SCR_C_STARTS] = "startswith", [SCR_C_ENDS] = "endswith"};
    if (put_day(o, c))
        return;
    switch (c->test) {
    case SCR_C_IS:
        put_key(o, c->column);
        put(o, c->not ? " != " : " == ");
        put_value(o, &c->values[0]);
        break;
    case SCR_C_ONE_OF:
        put(o, c->not ? "([" : "(");
        put_key(o, c->column);
        put(o, c->not ? "] | inside([" : " | IN(");
        for (size_t i = 0; i < c->n_values; i++) {
            put(o, i ? ", " : "");
            put_value(o, &c->values[i]);
        }
        put(o, c->not ? "]) | not)" : "))");
        break;
    case SCR_C_NULL:
        put_key(o, c->column);
        put(o, c->not ? " != null" : " == null");
        break;
    case SCR_C_HOLDS:
    case SCR_C_STARTS:
    case SCR_C_ENDS:
        put(o, "(");
        put_key(o, c->column);
        buf_append_format(o, " | tostring | ascii_downcase | %s(", texts[c->test]);
        put_value(o, &(scr_value){SCR_TEXT, c->values[0].text, 0});
        put(o, " | ascii_downcase)");
        put(o, c->not ? " | not)" : ")");
        break;
    case SCR_C_BETWEEN:
        put_compared(o, c, ">=", &c->values[0]);
        put(o, " and ");
        put_compared(o, c, "<=", &c->values[1]);
        break;
    case SCR_C_LATELY:
    case SCR_C_LONGER_AGO:
        put(o, "(");
        put_key(o, c->column);
        buf_append_format(o, " | type == \"string\" and . %s (now - %lld | strftime(\"%s\")))",
                          c->test == SCR_C_LATELY ? ">=" : "<", (long long)c->values[0].n,
                          c->values[0].n % 86400 ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d");
        break;
    case SCR_C_OVER:
    case SCR_C_UNDER:
    case SCR_C_LEAST:
    case SCR_C_MOST: put_compared(o, c, signs[c->test], &c->values[0]); break;
    }
}

static void put_where(buf *o, const scr_query *q)
{
    if (!q->n_where)
        return;
    bool drops = q->kind == SCR_Q_DELETE;
    put(o, "\n| map(select(");
    put(o, drops && q->n_where > 1 ? "(" : "");
    for (size_t i = 0; i < q->n_where; i++) {
        put(o, !i ? "" : q->any ? " or " : " and ");
        put_condition(o, &q->where[i]);
    }
    put(o, drops && q->n_where > 1 ? ")" : "");
    put(o, drops ? " | not))" : "))");
}

/* --- what is shown --- */

/* What groups are made by: a key, several, or a part of a date. */
static void put_one_by(buf *o, const scr_item *by)
{
    put_key(o, by->column);
    if (by->period)
        buf_append_format(o, "[:%d]",
                          by->period == SCR_P_DAY     ? 10
                          : by->period == SCR_P_MONTH ? 7
                                                      : 4);
}

static void put_by(buf *o, const scr_query *q)
{
    put(o, q->n_by > 1 ? "[" : "");
    for (size_t i = 0; i < q->n_by; i++) {
        put(o, i ? ", " : "");
        put_one_by(o, &q->by[i]);
    }
    put(o, q->n_by > 1 ? "]" : "");
}

static void put_calculated(buf *o, const scr_item *item)
{
    if (item->fn == SCR_F_COUNT && item->column.len) {
        put(o, "(map(");
        put_key(o, item->column);
        put(o, ") | unique | length)");
        return;
    }
    if (item->fn == SCR_F_COUNT) {
        put(o, "length");
        return;
    }
    put(o, "(map(");
    put_key(o, item->column);
    put(o, item->fn == SCR_F_LEAST || item->fn == SCR_F_MOST ? " | values)" : " | numbers)");
    put(o, item->fn == SCR_F_SUM     ? " | add // 0)"
           : item->fn == SCR_F_LEAST ? " | min)"
           : item->fn == SCR_F_MOST  ? " | max)"
                                     : " | if length > 0 then add / length else null end)");
}

static void put_calculated_name(buf *o, const scr_item *item)
{
    static const char *const names[] = {[SCR_F_COUNT] = "n",
                                        [SCR_F_SUM] = "total",
                                        [SCR_F_AVERAGE] = "average",
                                        [SCR_F_LEAST] = "least",
                                        [SCR_F_MOST] = "greatest"};
    if (item->fn == SCR_F_COUNT) {
        put(o, "n");
        return;
    }
    buf b;
    buf_init(&b, SIZE_MAX);
    buf_append_format(&b, "%s_%.*s", names[item->fn], STR_ARG(last_key(item->column)));
    put_new_key(o, buf_view(&b));
    buf_release(&b);
}

static void put_groups(buf *o, const scr_query *q)
{
    static const char *const periods[] = {
        [SCR_P_DAY] = "day", [SCR_P_MONTH] = "month", [SCR_P_YEAR] = "year"};
    put(o, "\n| group_by(");
    put_by(o, q);
    put(o, ")\n| map({");
    for (size_t i = 0; i < q->n_by; i++) {
        put(o, i ? ", " : "");
        if (q->by[i].period)
            put(o, periods[q->by[i].period]);
        else
            put_new_key(o, last_key(q->by[i].column));
        put(o, ": .[0]");
        put_one_by(o, &q->by[i]);
    }
    for (size_t i = 0; i < q->n_items; i++) {
        put(o, ", ");
        put_calculated_name(o, &q->items[i]);
        put(o, ": ");
        put_calculated(o, &q->items[i]);
    }
    put(o, "})");
    if (!q->has_order && q->items[0].fn == SCR_F_COUNT)
        put(o, "\n| sort_by(-.n)");
}

static void put_order(buf *o, const scr_query *q)
{
    if (q->has_order) {
        put(o, "\n| sort_by(");
        if (q->order.fn == SCR_F_NONE) {
            put_key(o, q->order.column);
        } else {
            buf_append_byte(o, '.');
            put_calculated_name(o, &q->order);
        }
        put(o, ")");
        put(o, q->descending ? " | reverse" : "");
    }
    if (q->limit)
        buf_append_format(o, "\n| .[:%lld]", (long long)q->limit);
}

static const char *put_items(buf *o, const scr_query *q)
{
    if (q->n_items == 1) {
        put(o, q->distinct ? "\n| map(" : "\n| .[]");
        put_key(o, q->items[0].column);
        put(o, q->distinct ? ")\n| unique[]" : "");
        return "-nr";
    }
    put(o, "\n| map({");
    for (size_t i = 0; i < q->n_items; i++) {
        str_view key = q->items[i].column;
        put(o, i ? ", " : "");
        put_new_key(o, last_key(key));
        if (str_find_byte(key, '.') < key.len || !is_plain(key)) {
            put(o, ": ");
            put_key(o, key);
        }
    }
    put(o, "})");
    put(o, q->distinct ? "\n| unique" : "");
    return "-n";
}

static const char *put_rows(buf *o, const scr_query *q)
{
    bool calculates = q->n_items && q->items[0].fn != SCR_F_NONE;
    if (calculates && q->n_by) {
        put_groups(o, q);
        put_order(o, q);
        return "-n";
    }
    if (calculates) {
        put(o, "\n| ");
        put(o, q->n_items > 1 ? "{" : "");
        for (size_t i = 0; i < q->n_items; i++) {
            put(o, i ? ", " : "");
            if (q->n_items > 1) {
                put_calculated_name(o, &q->items[i]);
                put(o, ": ");
            }
            put_calculated(o, &q->items[i]);
        }
        put(o, q->n_items > 1 ? "}" : "");
        return "-n";
    }
    put_order(o, q);
    return q->n_items ? put_items(o, q) : "-n";
}

static const char *put_duplicates(buf *o, const scr_query *q)
{
    put(o, "\n| group_by(");
    put_by(o, q);
    put(o, ")\n| map(select(length > 1) | {");
    for (size_t i = 0; i < q->n_by; i++) {
        put_new_key(o, last_key(q->by[i].column));
        put(o, ": .[0]");
        put_key(o, q->by[i].column);
        put(o, ", ");
    }
    put(o, "n: length})\n| sort_by(-.n)");
    return "-n";
}

static const char *put_latest(buf *o, const scr_query *q)
{
    put(o, "\n| group_by(");
    put_by(o, q);
    put(o, q->descending ? ")\n| map(max_by(" : ")\n| map(min_by(");
    put_key(o, q->order.column);
    put(o, "))");
    return "-n";
}

static const char *put_running(buf *o, const scr_query *q)
{
    put(o, "\n| sort_by(");
    put_key(o, q->order.column);
    put(o, ")\n| [foreach .[] as $record (0; . + ($record");
    put_key(o, q->items[0].column);
    put(o, " // 0); $record + {running_total: .})]");
    return "-n";
}

static const char *put_nulls(buf *o, const scr_query *q)
{
    if (!q->n_items) {
        put(o, "\n| . as $records\n| (map(keys_unsorted[]) | unique) as $keys\n"
               "| reduce $keys[] as $key ({}; .[$key] = ($records | map(select(.[$key] == null)) | "
               "length))");
        return "-n";
    }
    put(o, "\n| {");
    for (size_t i = 0; i < q->n_items; i++) {
        put(o, i ? ", " : "");
        put_new_key(o, last_key(q->items[i].column));
        put(o, ": (map(select(");
        put_key(o, q->items[i].column);
        put(o, " == null)) | length)");
    }
    put(o, "}");
    return "-n";
}

str_view scr__jq_cannot(const scr_query *q)
{
    if (q->kind == SCR_Q_RUNNING && q->n_by)
        return STR("a running total of each group takes more than a filter");
    return STR("");
}

static void put_filter(buf *o, const scr_query *q, const char **options)
{
    if (q->kind == SCR_Q_JOIN) {
        put(o, "# Lists one after the other; of objects the later ones count.\n"
               "reduce inputs as $value (null; if type == \"object\" then . * $value else . + "
               "$value end)\n");
        *options = "-n";
        return;
    }
    put(o, "records");
    put_where(o, q);
    *options = q->kind == SCR_Q_DUPLICATES ? put_duplicates(o, q)
               : q->kind == SCR_Q_LATEST   ? put_latest(o, q)
               : q->kind == SCR_Q_RUNNING  ? put_running(o, q)
               : q->kind == SCR_Q_NULLS    ? put_nulls(o, q)
                                           : put_rows(o, q);
    put(o, "\n");
}

/* --- the program --- */

/* Definitions stand before what uses them. */
static void put_program(buf *o, const scr_table *t, str_view code)
{
    buf all;
    buf_init(&all, SIZE_MAX);
    buf_append(&all, code);
    scr__called_parts(&all, &(scr_plan){.table = t}, &style);
    str_view parts = str_trim(str_slice(buf_view(&all), code.len, all.len));
    buf_append(o, parts);
    put(o, parts.len ? "\n\n" : "");
    buf_append(o, str_trim_right(code));
    put(o, "\n");
    if (buf_failed(&all) != ERR_OK)
        o->failed = buf_failed(&all);
    buf_release(&all);
}

static void put_usage(buf *o, const char *options, str_view file, str_view other, str_view title)
{
    buf_append_format(o, "# usage: jq %sf THIS ", options);
    if (file.len)
        scr__quote_bash_path(o, file);
    else
        put(o, "[FILE...]");
    put(o, other.len ? " " : "");
    if (other.len)
        scr__quote_bash_path(o, other);
    buf_append_format(o, ": %.*s\n\n", STR_ARG(title));
}

void scr__jq_query(buf *o, const scr_query *q, const scr_table *t, str_view comment)
{
    buf code;
    const char *options = "-n";
    buf_init(&code, SIZE_MAX);
    put_filter(&code, q, &options);
    buf_append_format(o, "#!/usr/bin/env -S jq %sf\n", options);
    scr__sentence(o, "#", "", comment);
    put(o, "#\n");
    for (size_t i = 0; i < q->n_assumptions; i++)
        scr__sentence(o, "#", i ? "        -" : "Assumed:", q->assumptions[i]);
    put_usage(o, options, q->table, q->other, q->title);
    put_program(o, t, buf_view(&code));
    if (buf_failed(&code) != ERR_OK)
        o->failed = buf_failed(&code);
    buf_release(&code);
}

str_view scr__jq_step_cannot(const scr_plan *p)
{
    if (p->block.n > 1)
        return STR("a jq program does one step");
    if (scr__slot(p->block.slots, "in_place") || scr__slot(p->block.slots, "out"))
        return STR("a jq program prints: put what it prints where you want it");
    return STR("");
}

/* The role of a step's filter says how jq is called: `values` prints JSON, `texts` bare texts,
 * `lines` one value a line, `sorted` with sorted keys, `table` reads lines that are no JSON. */
void scr__jq(buf *o, const scr_plan *p)
{
    static const char *const roles[][2] = {
        {"values", "-n"}, {"texts", "-nr"}, {"lines", "-nc"}, {"sorted", "-nS"}, {"table", "-nR"}};
    const scr_clause *c = &p->block.parts[0];
    const scr_value *file = scr__slot(p->block.slots, "file");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        str_view body = scr__body(c->step, style.language, roles[i][0]);
        if (!body.len)
            continue;
        buf code;
        buf_init(&code, SIZE_MAX);
        scr__fill(&code, &style, body, c->slots, p->block.slots, "");
        buf_append_format(o, "#!/usr/bin/env -S jq %sf\n", roles[i][1]);
        scr__head(o, p, style.language, "#");
        put_usage(o, roles[i][1], file ? file->text : STR(""), STR(""), scr__title(p));
        put_program(o, p->table, buf_view(&code));
        if (buf_failed(&code) != ERR_OK)
            o->failed = buf_failed(&code);
        buf_release(&code);
        return;
    }
}

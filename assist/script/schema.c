/* Which tables and columns there are: from the CREATE TABLE statements of a text, whatever else it
 * holds. */
#include <string.h>

#include "assist/script/query.h"

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(str_view a, str_view b)
{
    bool equal = a.len == b.len;
    for (size_t i = 0; equal && i < a.len; i++)
        equal = lower(a.ptr[i]) == lower(b.ptr[i]);
    return equal;
}

static void skip_to(str_view *rest, str_view end)
{
    size_t at = str_find(*rest, end);
    *rest = str_slice(*rest, at < rest->len ? at + end.len : at, rest->len);
}

/* White space and comments. */
static void skip(str_view *rest)
{
    for (;;) {
        *rest = str_trim_left(*rest);
        if (str_starts(*rest, STR("--")))
            skip_to(rest, STR("\n"));
        else if (str_starts(*rest, STR("/*")))
            skip_to(rest, STR("*/"));
        else
            return;
    }
}

/* A word, a quoted name without its quotes, a text, or one other byte; empty at the end. */
static str_view take(str_view *rest, bool *quoted)
{
    static const char opens[] = "\"`['", closes[] = "\"`]'";
    skip(rest);
    *quoted = false;
    if (!rest->len)
        return *rest;
    const char *quote = strchr(opens, rest->ptr[0]);
    if (quote && rest->ptr[0]) {
        size_t end = str_find_byte(str_slice(*rest, 1, rest->len), closes[quote - opens]) + 1;
        str_view name = str_slice(*rest, 1, end);
        *rest = str_slice(*rest, end + 1, rest->len);
        *quoted = true;
        return name;
    }
    size_t n = 0;
    while (n < rest->len && is_name_byte(rest->ptr[n]))
        n++;
    str_view word = str_slice(*rest, 0, n ? n : 1);
    *rest = str_slice(*rest, word.len, rest->len);
    return word;
}

static bool take_if(str_view *rest, const char *word)
{
    str_view before = *rest;
    bool quoted;
    if (same(take(rest, &quoted), str_of(word)) && !quoted)
        return true;
    *rest = before;
    return false;
}

static bool is_constraint(str_view word)
{
    static const char *const words[] = {"primary", "foreign", "unique", "check",   "constraint",
                                        "key",     "index",   "like",   "exclude", "fulltext"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (same(word, str_of(words[i])))
            return true;
    }
    return false;
}

/* What stands between two commas, brackets counted; false: it was the last. */
static bool skip_column(str_view *rest)
{
    size_t depth = 0;
    while (rest->len) {
        bool quoted;
        str_view word = take(rest, &quoted);
        if (quoted || word.len != 1)
            continue;
        if (word.ptr[0] == '(')
            depth++;
        if (word.ptr[0] == ')' && depth-- == 0)
            return false;
        if (word.ptr[0] == ',' && !depth)
            return true;
    }
    return false;
}

static void read_columns(scr_relation *table, str_view *rest)
{
    bool more = take_if(rest, "(");
    while (more && rest->len) {
        bool quoted, quoted_type;
        str_view name = take(rest, &quoted), after = *rest;
        str_view type = take(&after, &quoted_type);
        if (name.len && (quoted || (is_name_byte(name.ptr[0]) && !is_constraint(name))) &&
            table->n_columns < SCR_MAX_COLUMNS)
            table->columns[table->n_columns++] =
                (scr_column){name, type.len && is_name_byte(type.ptr[0]) ? type : STR("")};
        more = skip_column(rest);
    }
}

scr_relation *scr__schema_read(arena *a, str_view text)
{
    scr_relation *all = NULL, **last = &all;
    while (text.len) {
        bool quoted;
        if (!same(take(&text, &quoted), STR("create")) || quoted)
            continue;
        if (!take_if(&text, "temp") && !take_if(&text, "temporary"))
            (void)take_if(&text, "unlogged");
        if (!take_if(&text, "table"))
            continue;
        if (take_if(&text, "if"))
            (void)(take_if(&text, "not") && take_if(&text, "exists"));
        str_view name = take(&text, &quoted);
        if (take_if(&text, ".")) /* of a schema */
            name = take(&text, &quoted);
        scr_relation *table = ARENA_NEW(a, scr_relation);
        if (!table)
            return NULL;
        table->name = name;
        read_columns(table, &text);
        if (!table->n_columns || scr__schema_table(all, name))
            continue;
        *last = table;
        last = &table->next;
    }
    return all;
}

const scr_relation *scr__schema_table(const scr_relation *all, str_view name)
{
    while (all && !same(all->name, name))
        all = all->next;
    return all;
}

const scr_column *scr__schema_column(const scr_relation *table, str_view name)
{
    for (size_t i = 0; table && i < table->n_columns; i++) {
        if (same(table->columns[i].name, name))
            return &table->columns[i];
    }
    return NULL;
}

/* How many letters differ, at most 99. */
static size_t distance(str_view a, str_view b)
{
    enum { LONGEST = 64 };
    size_t row[LONGEST + 1];
    if (a.len > LONGEST || b.len > LONGEST)
        return 99;
    for (size_t k = 0; k <= b.len; k++)
        row[k] = k;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= b.len; k++) {
            size_t change = diagonal + (lower(a.ptr[i - 1]) != lower(b.ptr[k - 1]));
            diagonal = row[k];
            row[k] = row[k] < row[k - 1] ? row[k] + 1 : row[k - 1] + 1;
            row[k] = change < row[k] ? change : row[k];
        }
    }
    return row[b.len];
}

static bool holds(str_view all, str_view part)
{
    bool found = false;
    for (size_t i = 0; part.len > 2 && i + part.len <= all.len && !found; i++)
        found = same(str_slice(all, i, i + part.len), part);
    return found;
}

/* One edit in three letters, or a name that is part of the other. */
static size_t unlike(str_view name, str_view other)
{
    size_t far = distance(name, other);
    if (far <= (name.len + 2) / 3)
        return far;
    return holds(other, name) || holds(name, other) ? 50 + far : 99;
}

str_view scr__schema_nearest(const scr_relation *all, const scr_relation *table, str_view name)
{
    str_view best = STR("");
    size_t least = 99;
    for (size_t i = 0; table && i < table->n_columns; i++) {
        size_t far = unlike(name, table->columns[i].name);
        if (far < least) {
            least = far;
            best = table->columns[i].name;
        }
    }
    for (; !table && all; all = all->next) {
        size_t far = unlike(name, all->name);
        if (far < least) {
            least = far;
            best = all->name;
        }
    }
    return best;
}

bool scr__schema_is_time(const scr_column *c)
{
    return holds(c->type, STR("date")) || holds(c->type, STR("time")) ||
           holds(c->name, STR("date")) || (c->name.len > 3 && str_ends(c->name, STR("_at")));
}

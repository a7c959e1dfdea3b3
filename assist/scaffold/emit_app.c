/* All that makes an answer of an API into a program that runs: a page, a client, a mock of the
 * server, a database. It writes no file of its own. */
#include "assist/scaffold/targets.h"

static const char *database(const emit_out *o)
{
    static const struct {
        const char *library, *target;
    } drivers[] = {{"pg", "postgres"},       {"postgres", "postgres"},
                   {"psycopg", "postgres"},  {"psycopg2", "postgres"},
                   {"asyncpg", "postgres"},  {"mysql2", "mysql"},
                   {"mysqlclient", "mysql"}, {"pymysql", "mysql"},
                   {"duckdb", "duckdb"},     {"@duckdb/node-api", "duckdb"}};
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        if (scaf__uses(o, drivers[i].library))
            return drivers[i].target;
    }
    return "sqlite";
}

static const char *page(const emit_out *o)
{
    static const char *const kits[] = {"react", "vue", "svelte"};
    for (size_t i = 0; i < sizeof kits / sizeof *kits; i++) {
        if (scaf__uses(o, kits[i]))
            return kits[i];
    }
    return NULL;
}

void scaf__emit_app(emit_out *o)
{
    scaf__also(o, "html");
    if (page(o))
        scaf__also(o, page(o));
    scaf__also(o, "client-shell");
    if (scaf__uses(o, "typescript"))
        scaf__also(o, "client-typescript");
    scaf__also(o, "mock-server");
    scaf__also(o, database(o));
}

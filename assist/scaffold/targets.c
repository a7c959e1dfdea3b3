#include "assist/scaffold/targets.h"

/* clang-format off: one line a row reads better. */
static const scaf_target targets[] = {
    {{"typescript", "TypeScript types, parse and serialise", "types"},
     ".ts",
     "  ",
     CASE_KEBAB,
     scaf__emit_typescript},
    {{"javascript", "JavaScript with JSDoc types", "types"},
     ".js",
     "  ",
     CASE_KEBAB,
     scaf__emit_javascript},
    {{"python", "Python dataclasses with from_json and to_json", "types"},
     ".py",
     "    ",
     CASE_SNAKE,
     scaf__emit_python},
    {{"python-typeddict", "Python TypedDicts for parsed JSON", "types"},
     "_types.py",
     "    ",
     CASE_SNAKE,
     scaf__emit_typed_dict},
    {{"rust", "Rust with serde", "types"}, ".rs", "    ", CASE_SNAKE, scaf__emit_rust},
    {{"go", "Go with encoding/json", "types"}, ".go", "\t", CASE_SNAKE, scaf__emit_go},
    {{"ruby", "Ruby classes with from_json and to_json", "types"},
     ".rb",
     "  ",
     CASE_SNAKE,
     scaf__emit_ruby},
    {{"lua", "Lua with annotations, no library", "types"},
     ".lua",
     "  ",
     CASE_SNAKE,
     scaf__emit_lua},
    {{"java", "Java records with Jackson", "types"},
     "Json.java",
     "    ",
     CASE_PASCAL,
     scaf__emit_java},
    {{"csharp", "C# classes, no library", "types"},
     "Json.cs",
     "    ",
     CASE_PASCAL,
     scaf__emit_csharp},
    {{"php", "PHP classes, no library", "types"}, ".php", "    ", CASE_PASCAL, scaf__emit_php},
    {{"cpp", "C++ with nlohmann/json", "types"}, ".hpp", "    ", CASE_SNAKE, scaf__emit_cpp},
    {{"kotlin", "Kotlin data classes, no library", "types"},
     "Json.kt",
     "    ",
     CASE_PASCAL,
     scaf__emit_kotlin},
    {{"zod", "TypeScript with Zod schemas", "types"}, ".zod.ts", "  ", CASE_KEBAB, scaf__emit_zod},
    {{"c", "C structs, no library", "types"}, ".h", "    ", CASE_SNAKE, scaf__emit_c},
    {{"pydantic", "Python models of pydantic", "types"},
     "_models.py",
     "    ",
     CASE_SNAKE,
     scaf__emit_pydantic},
    {{"swift", "Swift Codable structs", "types"}, ".swift", "    ", CASE_PASCAL, scaf__emit_swift},
    {{"sqlite", "SQLite table, loader and queries", "sql"},
     ".sqlite.sql",
     "  ",
     CASE_KEBAB,
     scaf__emit_sqlite},
    {{"postgres", "PostgreSQL table, loader and queries", "sql"},
     ".postgres.sql",
     "  ",
     CASE_KEBAB,
     scaf__emit_postgres},
    {{"sqlite-migration", "SQLite: from an earlier sample to this one", "sql"},
     ".migrate.sqlite.sql",
     "  ",
     CASE_KEBAB,
     scaf__emit_sqlite_migration},
    {{"postgres-migration", "PostgreSQL: from an earlier sample to this one", "sql"},
     ".migrate.postgres.sql",
     "  ",
     CASE_KEBAB,
     scaf__emit_postgres_migration},
    {{"json-schema", "JSON Schema 2020-12", "schema"},
     ".schema.json",
     "  ",
     CASE_KEBAB,
     scaf__emit_json_schema},
    {{"openapi", "OpenAPI 3.1 description", "schema"},
     ".openapi.json",
     "  ",
     CASE_KEBAB,
     scaf__emit_openapi},
    {{"graphql", "GraphQL schema", "schema"}, ".graphql", "  ", CASE_KEBAB, scaf__emit_graphql},
    {{"protobuf", "Protocol Buffers, proto3", "schema"},
     ".proto",
     "  ",
     CASE_SNAKE,
     scaf__emit_protobuf},
    {{"html", "HTML page: table and form, self-contained", "ui"},
     ".html",
     "  ",
     CASE_KEBAB,
     scaf__emit_page},
    {{"react", "React component: table and form", "ui"},
     "-page.tsx",
     "  ",
     CASE_KEBAB,
     scaf__emit_react},
    {{"vue", "Vue component: table and form", "ui"}, "-page.vue", "  ", CASE_KEBAB, scaf__emit_vue},
    {{"svelte", "Svelte component: table and form", "ui"},
     "-page.svelte",
     "  ",
     CASE_KEBAB,
     scaf__emit_svelte},
    {{"client-typescript", "TypeScript client on fetch", "client"},
     "-client.ts",
     "  ",
     CASE_KEBAB,
     scaf__emit_client_ts},
    {{"client-python", "Python client, standard library only", "client"},
     "_client.py",
     "    ",
     CASE_SNAKE,
     scaf__emit_client_py},
    {{"client-shell", "Shell client: curl and jq", "client"},
     ".sh",
     "    ",
     CASE_KEBAB,
     scaf__emit_client_sh},
    {{"mock-server", "Mock server in Python, standard library only", "server"},
     "_mock.py",
     "    ",
     CASE_SNAKE,
     scaf__emit_mock},
    {{"tests-typescript", "TypeScript tests, fixture and factory", "tests"},
     ".test.ts",
     "  ",
     CASE_KEBAB,
     scaf__emit_tests_ts},
    {{"tests-python", "Python tests, fixture and factory", "tests"},
     "_test.py",
     "    ",
     CASE_SNAKE,
     scaf__emit_tests_py},
};
/* clang-format on */

enum { N_TARGETS = sizeof targets / sizeof *targets };

const scaf_target *scaf__target_at(size_t i)
{
    return i < N_TARGETS ? &targets[i] : NULL;
}

const scaf_target *scaf__target_find(const char *name)
{
    for (size_t i = 0; i < N_TARGETS; i++) {
        if (strcmp(targets[i].info.name, name) == 0)
            return &targets[i];
    }
    return NULL;
}

const assist_scaffold_target *assist_scaffold_target_at(size_t i)
{
    return i < N_TARGETS ? &targets[i].info : NULL;
}

const char *assist_scaffold_target_suffix(size_t i)
{
    return i < N_TARGETS ? targets[i].suffix : "";
}

const char *assist_scaffold_target_indent(size_t i)
{
    return i < N_TARGETS ? targets[i].indent : "";
}

/* assist/scaffold/targets.h: the table of targets: a row for each thing that can be written, and
 * the function that writes it. To add a target, write emit_<name>.c, declare its function here and
 * give it a row in targets.c; the command, the editor's menu and the tests read the table. */
#ifndef ARTEL_ASSIST_SCAFFOLD_TARGETS_H
#define ARTEL_ASSIST_SCAFFOLD_TARGETS_H

#include "assist/scaffold/emit.h"
#include "assist/scaffold/scaffold.h"

typedef struct {
    assist_scaffold_target info;
    const char *suffix;  /* of the file proposed; no two targets have the same */
    const char *indent;  /* one level, unless the options say otherwise */
    name_case file_case; /* of the file proposed */
    /* Writes the text, or several files (emit.h); failures are sticky in o->b and o->a. */
    void (*emit)(emit_out *o);
} scaf_target;

/* By name, or NULL. */
const scaf_target *scaf__target_find(const char *name);
/* By place in the menu, or NULL past the end. */
const scaf_target *scaf__target_at(size_t i);

void scaf__emit_app(emit_out *o);
void scaf__emit_typescript(emit_out *o);
void scaf__emit_javascript(emit_out *o);
void scaf__emit_python(emit_out *o);
void scaf__emit_typed_dict(emit_out *o);
void scaf__emit_rust(emit_out *o);
void scaf__emit_go(emit_out *o);
void scaf__emit_ruby(emit_out *o);
void scaf__emit_lua(emit_out *o);
void scaf__emit_java(emit_out *o);
void scaf__emit_csharp(emit_out *o);
void scaf__emit_php(emit_out *o);
void scaf__emit_cpp(emit_out *o);
void scaf__emit_kotlin(emit_out *o);
void scaf__emit_zod(emit_out *o);
void scaf__emit_c(emit_out *o);
void scaf__emit_c_cjson(emit_out *o);
void scaf__emit_pydantic(emit_out *o);
void scaf__emit_swift(emit_out *o);
void scaf__emit_sqlite(emit_out *o);
void scaf__emit_postgres(emit_out *o);
void scaf__emit_mysql(emit_out *o);
void scaf__emit_duckdb(emit_out *o);
void scaf__emit_sqlite_migration(emit_out *o);
void scaf__emit_postgres_migration(emit_out *o);
void scaf__emit_mysql_migration(emit_out *o);
void scaf__emit_duckdb_migration(emit_out *o);
void scaf__emit_json_schema(emit_out *o);
void scaf__emit_page(emit_out *o);
void scaf__emit_react(emit_out *o);
void scaf__emit_vue(emit_out *o);
void scaf__emit_svelte(emit_out *o);
void scaf__emit_client_ts(emit_out *o);
void scaf__emit_client_py(emit_out *o);
void scaf__emit_client_sh(emit_out *o);
void scaf__emit_client_go(emit_out *o);
void scaf__emit_client_c(emit_out *o);
void scaf__emit_client_rs(emit_out *o);
void scaf__emit_mock(emit_out *o);
void scaf__emit_server_ts(emit_out *o);
void scaf__emit_tests_ts(emit_out *o);
void scaf__emit_tests_py(emit_out *o);
void scaf__emit_openapi(emit_out *o);
void scaf__emit_graphql(emit_out *o);
void scaf__emit_protobuf(emit_out *o);

/* JSON Schema inside another document: the schema of a type between `head` and `tail`, and the
 * named types as members. `base` is where references find those: "#/components/schemas/". */
void scaf__json_schema_value(emit_out *o, const char *head, schema_ref ref, const char *base,
                             const char *tail);
void scaf__json_schema_definitions(emit_out *o, const char *base);

/* What the python target calls things, for code that imports its module: a type as an annotation,
 * with `prefix` before its own names; the fields of a record by index. In o->a. */
const char *scaf__python_type(emit_out *o, schema_ref ref, const char *prefix);
const char **scaf__python_fields(emit_out *o, const schema_type *record);

/* What the c target calls things, for code that includes its header: types as they stand before a
 * name, "User *"; free names for a client in it; where rows are in `page`, which points to a Page,
 * and how many. In o->a. */
typedef struct {
    const char *page, *row, *const_page, *const_row, *client, *error, *rows, *count;
} c_names;
c_names scaf__c_names(emit_out *o, schema_ref row);
/* A member of `page`: a char * or a number. */
typedef struct {
    const char *expr;
    bool is_json; /* the text is JSON, not what a string holds */
} c_member;
c_member scaf__c_member(emit_out *o, str_view key);

/* What the rust target calls things, for code beside its module. In o->a. */
typedef struct {
    const char *page, *row, *client, *error;
    bool uses_map, uses_value; /* of the two types */
} rust_names;
rust_names scaf__rust_names(emit_out *o, schema_ref row);
typedef struct {
    const char *name;
    int n_options; /* around its value: Option<Option<...>> */
} rust_member;
/* The root's field with the key; it is there. */
rust_member scaf__rust_member(emit_out *o, str_view key);

/* What the go target calls its package and types, and what a client in it may be called. In o->a.
 */
typedef struct {
    const char *package, *page, *row, *client, *error;
} go_names;
go_names scaf__go_names(emit_out *o, schema_ref row);

#endif

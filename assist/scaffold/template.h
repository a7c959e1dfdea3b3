/* assist/scaffold/template.h: code that is the same for every sample but for some names, written as
 * files in text/ and compiled in.
 *
 * `@name@` in a text stands for what the writer puts there. Between `<:` and `:>` stands what only
 * TypeScript gets, so that one text serves TypeScript and JavaScript. Not thread-safe. */
#ifndef ARTEL_ASSIST_SCAFFOLD_TEMPLATE_H
#define ARTEL_ASSIST_SCAFFOLD_TEMPLATE_H

#include "assist/scaffold/emit.h"

typedef struct {
    const char *name; /* without the `@` */
    str_view text;    /* put in as it is: the caller has quoted it */
} template_slot;

/* Writes `text`; a slot that is not in the list stays as it is. */
void scaf__fill(emit_out *o, const char *text, const template_slot *slots, size_t n, bool typed);

/* The same as scaf__block: its lines indented by the current depth. */
void scaf__fill_block(emit_out *o, const char *text, const template_slot *slots, size_t n);

/* Several texts one after the other, for scaf__captured: the methods of a client. */
typedef struct {
    const template_slot *slots;
    size_t n;
    bool typed;
    const char *texts[3]; /* NULL behind the last */
} template_part;
void scaf__fill_part(emit_out *o, void *part);

/* For text and attributes of HTML. In o->a. */
const char *scaf__html(emit_out *o, str_view v);
/* What `write` appends to o->b, as a text in o->a instead: for slots. */
str_view scaf__captured(emit_out *o, void (*write)(emit_out *o, void *user), void *user);

/* The files of text/, each with a NUL behind it. */
extern const char scaf__text_c_api_c[];
extern const char scaf__text_c_cjson_c[];
extern const char scaf__text_c_json_c[];
extern const char scaf__text_c_table_c[];
extern const char scaf__text_c_walk_c[];
extern const char scaf__text_client_c[];
extern const char scaf__text_client_go[];
extern const char scaf__text_client_rs[];
extern const char scaf__text_client_items_rs[];
extern const char scaf__text_client_list_rs[];
extern const char scaf__text_client_one_rs[];
extern const char scaf__text_client_h[];
extern const char scaf__text_client_items_c[];
extern const char scaf__text_client_items_h[];
extern const char scaf__text_client_list_c[];
extern const char scaf__text_client_list_h[];
extern const char scaf__text_client_one_c[];
extern const char scaf__text_client_one_h[];
extern const char scaf__text_client_items_go[];
extern const char scaf__text_client_list_go[];
extern const char scaf__text_client_one_go[];
extern const char scaf__text_client_py[];
extern const char scaf__text_client_sh[];
extern const char scaf__text_client_ts[];
extern const char scaf__text_client_items_py[];
extern const char scaf__text_client_items_sh[];
extern const char scaf__text_client_items_ts[];
extern const char scaf__text_client_list_py[];
extern const char scaf__text_client_list_sh[];
extern const char scaf__text_client_list_ts[];
extern const char scaf__text_client_one_py[];
extern const char scaf__text_client_one_sh[];
extern const char scaf__text_client_one_ts[];
extern const char scaf__text_cpp_hpp[];
extern const char scaf__text_cpp_types_hpp[];
extern const char scaf__text_csharp_cs[];
extern const char scaf__text_exact_number_ts[];
extern const char scaf__text_factory_py[];
extern const char scaf__text_factory_ts[];
extern const char scaf__text_java_java[];
extern const char scaf__text_kotlin_kt[];
extern const char scaf__text_mock_py[];
extern const char scaf__text_page_css[];
extern const char scaf__text_page_html[];
extern const char scaf__text_page_js[];
extern const char scaf__text_php_php[];
extern const char scaf__text_server_ts[];
extern const char scaf__text_tests_py[];
extern const char scaf__text_tests_ts[];
extern const char scaf__text_tests_rows_py[];
extern const char scaf__text_tests_rows_ts[];
extern const char scaf__text_ui_core_js[];
extern const char scaf__text_ui_field_vue[];
extern const char scaf__text_ui_page_svelte[];
extern const char scaf__text_ui_page_vue[];
extern const char scaf__text_ui_react_tsx[];

#endif

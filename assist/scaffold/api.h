/* assist/scaffold/api.h: the HTTP API that a sample is an answer of, as far as the sample tells:
 * one resource whose rows are listed page by page and, when a field proves to identify them, read,
 * written and deleted one by one. Clients, servers and the OpenAPI description agree on it. */
#ifndef ARTEL_ASSIST_SCAFFOLD_API_H
#define ARTEL_ASSIST_SCAFFOLD_API_H

#include "assist/scaffold/sample.h"
#include "assist/scaffold/template.h"

typedef enum {
    PAGING_LINK,   /* nothing in the body: the header `Link: <...>; rel="next"` */
    PAGING_CURSOR, /* a text to send back: next_cursor */
    PAGING_URL,    /* the address of the next page: next */
    PAGING_NUMBER, /* page and total_pages, from 1 */
} paging_kind;

typedef struct {
    rows_info rows;
    const char *path;        /* "users": of words, needs no quoting */
    const char *item;        /* "user" */
    const char *class_name;  /* "Users", Pascal case */
    const char *item_class;  /* "User" */
    bool rows_may_lack;      /* the envelope may come without its rows */
    const schema_field *key; /* that identifies a row, or NULL */
    paging_kind paging;
    str_view next_key;  /* CURSOR, URL: where the answer has it; NUMBER: the number of pages */
    str_view page_key;  /* NUMBER: the number of this page, in answers and requests */
    str_view total_key; /* the number of all rows, or empty */
    const char *cursor_param; /* what the cursor is called in a request */
    const char *limit_param;  /* what the length of a page is called */
} api_info;

/* Lives in o->a. */
api_info scaf__api(emit_out *o);
/* Whether rows can be read and written one by one. */
bool scaf__api_has_items(const api_info *api);
/* The texts of a client's methods: of one resource, or of a list and of its items. */
typedef struct {
    const char *one, *list, *items;
} client_texts;
/* Adds the slot "methods", made of them with the n slots before it; returns n + 1. */
size_t scaf__add_methods(emit_out *o, const api_info *api, template_slot *slots, size_t n,
                         bool typed, client_texts texts);

#endif

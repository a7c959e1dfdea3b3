/* grammars/sql/scanner.c: the external scanner of the SQL grammar, in place of the package's own,
 * which loses memory on every restored state. Dollar-quoted text (PostgreSQL): $tag$ any text
 * $tag$.
 *
 * The grammar asks for three tokens: the opening tag and the closing tag of a function's body,
 * whose inside is parsed as SQL, and a whole dollar-quoted string, whose inside is not. Between the
 * first two the state is the tag; a whole string inside a body must have another tag. */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "tree_sitter/parser.h"

enum { TOKEN_START_TAG, TOKEN_END_TAG, TOKEN_STRING };

/* With both dollars. PostgreSQL cuts names at 63 bytes; a longer tag is no tag here. */
enum { MAX_TAG = 128 };

struct tag {
    unsigned n; /* 0: none */
    int32_t chars[MAX_TAG];
};

void *tree_sitter_sql_external_scanner_create(void);
void tree_sitter_sql_external_scanner_destroy(void *payload);
bool tree_sitter_sql_external_scanner_scan(void *payload, TSLexer *lexer, const bool *wanted);
unsigned tree_sitter_sql_external_scanner_serialize(void *payload, char *buffer);
void tree_sitter_sql_external_scanner_deserialize(void *payload, const char *buffer,
                                                  unsigned n_bytes);

void *tree_sitter_sql_external_scanner_create(void)
{
    return calloc(1, sizeof(struct tag));
}

void tree_sitter_sql_external_scanner_destroy(void *payload)
{
    free(payload);
}

static bool same(const struct tag *a, const struct tag *b)
{
    return a->n == b->n && memcmp(a->chars, b->chars, a->n * sizeof a->chars[0]) == 0;
}

/* "$tag$" at the lexer; what was read stays read when it is none. */
static bool read_tag(TSLexer *lexer, struct tag *out)
{
    if (lexer->lookahead != '$')
        return false;
    out->n = 0;
    do {
        if (out->n + 1 >= MAX_TAG)
            return false;
        out->chars[out->n++] = lexer->lookahead;
        lexer->advance(lexer, false);
        if (lexer->eof(lexer) || iswspace((wint_t)lexer->lookahead))
            return false;
    } while (lexer->lookahead != '$');
    out->chars[out->n++] = '$';
    lexer->advance(lexer, false);
    return true;
}

static bool read_string(TSLexer *lexer, const struct tag *body)
{
    struct tag open, close;
    if (!read_tag(lexer, &open) || same(&open, body))
        return false;
    while (!lexer->eof(lexer)) {
        if (lexer->lookahead != '$') {
            lexer->advance(lexer, false);
        } else if (read_tag(lexer, &close) && same(&open, &close)) {
            lexer->mark_end(lexer);
            return true;
        }
    }
    return false;
}

bool tree_sitter_sql_external_scanner_scan(void *payload, TSLexer *lexer, const bool *wanted)
{
    struct tag *body = payload;
    struct tag tag;
    bool start = wanted[TOKEN_START_TAG] && body->n == 0,
         end = wanted[TOKEN_END_TAG] && body->n > 0;
    if (!start && !end && !wanted[TOKEN_STRING])
        return false;
    while (iswspace((wint_t)lexer->lookahead))
        lexer->advance(lexer, true);
    if (start || end) {
        if (!read_tag(lexer, &tag) || (end && !same(&tag, body)))
            return false;
        if (start)
            *body = tag;
        else
            body->n = 0;
        lexer->result_symbol = start ? TOKEN_START_TAG : TOKEN_END_TAG;
        return true;
    }
    lexer->result_symbol = TOKEN_STRING;
    return read_string(lexer, body);
}

unsigned tree_sitter_sql_external_scanner_serialize(void *payload, char *buffer)
{
    const struct tag *body = payload;
    size_t n_bytes = body->n * sizeof body->chars[0];
    memcpy(buffer, body->chars, n_bytes);
    return (unsigned)n_bytes;
}

void tree_sitter_sql_external_scanner_deserialize(void *payload, const char *buffer,
                                                  unsigned n_bytes)
{
    struct tag *body = payload;
    if (n_bytes > sizeof body->chars)
        n_bytes = 0;
    if (n_bytes > 0)
        memcpy(body->chars, buffer, n_bytes);
    body->n = (unsigned)(n_bytes / sizeof body->chars[0]);
}

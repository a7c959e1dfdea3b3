#include "context/lexicon.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { MAX_PIECES = 1 << 22 };

struct piece {
    uint32_t begin; /* in text */
    uint16_t len;
    uint8_t n_blank; /* of them before the word, at most 255 */
    bool is_line;
};

struct ctx_lexicon {
    char *text;
    uint32_t n_text, cap_text;
    struct piece *pieces;
    int32_t n_pieces, cap_pieces;
    int32_t *table; /* open addressing, CTX_LEXICON_NONE is empty */
    uint32_t table_mask;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* End of the white space in text[at, …), cut so that the length of a piece fits. */
static size_t skip_space(str_view text, size_t at, bool lines)
{
    size_t limit = at + CTX_LEXICON_WORD_BYTES < text.len ? at + CTX_LEXICON_WORD_BYTES : text.len;
    while (at < limit && (is_blank(text.ptr[at]) || (lines && text.ptr[at] == '\n')))
        at++;
    return at;
}

str_view ctx_lexicon_take(str_view *text)
{
    str_view t = *text;
    size_t at = skip_space(t, 0, false);
    if (at < t.len && t.ptr[at] == '\n') {
        at = skip_space(t, at, true);
    } else if (at < t.len) {
        size_t begin = at++;
        if (ctx_lexicon_is_word_byte(t.ptr[begin]))
            while (at < t.len && at - begin < CTX_LEXICON_WORD_BYTES &&
                   ctx_lexicon_is_word_byte(t.ptr[at]))
                at++;
    }
    *text = str_slice(t, at, t.len);
    return str_slice(t, 0, at);
}

err_code ctx_lexicon_create(ctx_lexicon **out, err *e)
{
    ctx_lexicon *x = mem_zero(1, sizeof *x);
    int32_t line;
    if (!x)
        return err_set(e, ERR_NOMEM, "no memory for the lexicon");
    err_code rc = ctx_lexicon_add(x, STR("\n"), &line);
    if (rc != ERR_OK) {
        ctx_lexicon_destroy(x);
        return err_set(e, rc, "no memory for the lexicon");
    }
    *out = x;
    return ERR_OK;
}

void ctx_lexicon_destroy(ctx_lexicon *x)
{
    if (!x)
        return;
    mem_free(x->text);
    mem_free(x->pieces);
    mem_free(x->table);
    mem_free(x);
}

str_view ctx_lexicon_piece(const ctx_lexicon *x, int32_t id)
{
    const struct piece *p = &x->pieces[id];
    return (str_view){x->text + p->begin, p->len};
}

str_view ctx_lexicon_word(const ctx_lexicon *x, int32_t id)
{
    const struct piece *p = &x->pieces[id];
    return (str_view){x->text + p->begin + p->n_blank, (size_t)p->len - p->n_blank};
}

bool ctx_lexicon_is_line(const ctx_lexicon *x, int32_t id)
{
    return x->pieces[id].is_line;
}

static int32_t *table_slot(const ctx_lexicon *x, str_view piece)
{
    for (uint64_t i = hash_str(piece);; i++) {
        int32_t *slot = &x->table[i & x->table_mask];
        if (*slot == CTX_LEXICON_NONE || str_eq(ctx_lexicon_piece(x, *slot), piece))
            return slot;
    }
}

static err_code reserve_table(ctx_lexicon *x)
{
    uint32_t cap = x->table ? x->table_mask + 1 : 0;
    if ((uint32_t)(x->n_pieces + 1) * 2 <= cap)
        return ERR_OK;
    cap = cap ? cap * 2 : 1024;
    int32_t *table = mem_alloc(cap * sizeof *table);
    if (!table)
        return ERR_NOMEM;
    memset(table, 0xFF, cap * sizeof *table);
    mem_free(x->table);
    x->table = table;
    x->table_mask = cap - 1;
    for (int32_t i = 0; i < x->n_pieces; i++)
        *table_slot(x, ctx_lexicon_piece(x, i)) = i;
    return ERR_OK;
}

static err_code reserve(ctx_lexicon *x, size_t n_bytes)
{
    if (x->n_pieces == MAX_PIECES || n_bytes > UINT32_MAX / 4 - x->n_text)
        return ERR_RANGE;
    if (x->n_pieces == x->cap_pieces) {
        int32_t cap = x->cap_pieces ? x->cap_pieces * 2 : 1024;
        struct piece *pieces = mem_resize(x->pieces, (size_t)cap * sizeof *pieces);
        if (!pieces)
            return ERR_NOMEM;
        x->pieces = pieces;
        x->cap_pieces = cap;
    }
    if (n_bytes > x->cap_text - x->n_text) {
        uint32_t cap = (x->n_text + (uint32_t)n_bytes) * 2 + 4096;
        char *text = mem_resize(x->text, cap);
        if (!text)
            return ERR_NOMEM;
        x->text = text;
        x->cap_text = cap;
    }
    return reserve_table(x);
}

err_code ctx_lexicon_add(ctx_lexicon *x, str_view piece, int32_t *id)
{
    if (x->table) {
        int32_t known = *table_slot(x, piece);
        if (known != CTX_LEXICON_NONE) {
            *id = known;
            return ERR_OK;
        }
    }
    if (piece.len > UINT16_MAX)
        return ERR_RANGE;
    err_code rc = reserve(x, piece.len);
    if (rc != ERR_OK)
        return rc;
    if (piece.len)
        memcpy(x->text + x->n_text, piece.ptr, piece.len);
    size_t n_blank = 0;
    while (n_blank < piece.len && n_blank < UINT8_MAX && is_blank(piece.ptr[n_blank]))
        n_blank++;
    x->pieces[x->n_pieces] = (struct piece){.begin = x->n_text,
                                            .len = (uint16_t)piece.len,
                                            .n_blank = (uint8_t)n_blank,
                                            .is_line = str_find_byte(piece, '\n') < piece.len};
    x->n_text += (uint32_t)piece.len;
    *table_slot(x, (str_view){x->text + x->pieces[x->n_pieces].begin, piece.len}) = x->n_pieces;
    *id = x->n_pieces++;
    return ERR_OK;
}

int32_t ctx_lexicon_find(const ctx_lexicon *x, str_view piece)
{
    int32_t id = *table_slot(x, piece);
    return id == CTX_LEXICON_NONE && str_find_byte(piece, '\n') < piece.len ? CTX_LEXICON_LINE : id;
}

int32_t ctx_lexicon_size(const ctx_lexicon *x)
{
    return x->n_pieces;
}

size_t ctx_lexicon_bytes(const ctx_lexicon *x)
{
    return sizeof *x + x->cap_text + (size_t)x->cap_pieces * sizeof *x->pieces +
           (x->table ? x->table_mask + 1 : 0) * sizeof *x->table;
}

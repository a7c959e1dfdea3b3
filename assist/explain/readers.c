#include "assist/explain/explain_internal.h"

void explain__piece(struct explain__pieces *out, unsigned depth, str_view code, str_view text)
{
    enum { MAX_PIECES = 200, CODE_CHARS = 48 };
    if (out->n == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 16;
        struct explain_piece *items =
            out->n < MAX_PIECES ? arena_push_array(out->mem, cap, sizeof *items) : NULL;
        if (!items)
            return;
        for (size_t i = 0; i < out->n; i++)
            items[i] = out->items[i];
        out->items = items;
        out->cap = cap;
    }
    out->items[out->n++] = (struct explain_piece){explain__clean(out->mem, code, CODE_CHARS, NULL),
                                                  arena_copy(out->mem, text), depth};
}

explain__reader *explain__find_reader(str_view name)
{
    static const struct {
        const char *name;
        explain__reader *read;
    } readers[] = {{"cron", explain__read_cron},         {"declaration", explain__read_declaration},
                   {"f-string", explain__read_f_string}, {"format-spec", explain__read_format_spec},
                   {"glob", explain__read_glob},         {"ignore", explain__read_ignore},
                   {"printf", explain__read_printf},     {"revision", explain__read_revision},
                   {"regex", explain__read_regex},       {"selector", explain__read_selector},
                   {"shell", explain__read_shell},       {"strftime", explain__read_strftime}};
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
        if (str_eq(name, str_of(readers[i].name)))
            return readers[i].read;
    return NULL;
}

err_code explain_small(struct explain_answer *out, str_view kind, str_view dialect, str_view text,
                       arena *mem, err *e)
{
    explain__reader *read = explain__find_reader(kind);
    if (!read)
        return err_set(e, ERR_UNSUPPORTED, "there is no reader called '%.*s'", STR_ARG(kind));
    struct explain__pieces pieces = {mem, NULL, 0, 0};
    read(&pieces, text, dialect);
    if (arena_failed(mem))
        return ERR_NOMEM;
    if (pieces.n == 0)
        return err_set(e, ERR_NOT_FOUND, "this cannot be read as %.*s", STR_ARG(kind));
    struct gram_construct *construct = arena_push(mem, sizeof *construct);
    struct explain_card *card = arena_push(mem, sizeof *card);
    if (!construct || !card)
        return ERR_NOMEM;
    construct->name = arena_copy(mem, kind);
    card->construct = construct;
    card->lang = gram_language_find((str_view){NULL, 0}, (str_view){NULL, 0}, (str_view){NULL, 0});
    card->range = (struct gram_range){0, (uint32_t)text.len};
    card->code = explain__clean(mem, text, 72, NULL);
    card->pieces = pieces.items;
    card->n_pieces = pieces.n;
    if (arena_failed(mem))
        return ERR_NOMEM;
    *out = (struct explain_answer){.lang = card->lang, .cards = card, .n_cards = 1, .nested = true};
    return ERR_OK;
}

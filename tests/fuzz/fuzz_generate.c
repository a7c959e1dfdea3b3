/* Any code in twelve languages: what is written for a place in it parses or is not offered, never a
 * crash. The first byte is the language, the second the kind, the third where the cursor stands. */
#include "assist/generate/generate.h"
#include "tests/fuzz/fuzz.h"

static void check_edits(const gen_result *r, size_t len)
{
    size_t at = 0;
    PROMISE(!r->n_edits || !r->says.len);
    for (size_t i = 0; i < r->n_edits; i++) {
        const gen_edit *e = &r->edits[i];
        if (e->is_new)
            continue;
        PROMISE(at <= e->begin && e->begin <= e->end && e->end <= len);
        at = e->end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"a.py", "a.js",  "a.ts", "a.go", "a.rs", "A.java",
                                        "a.c",  "a.cpp", "A.cs", "a.kt", "a.rb", "a.php"};
    if (size < 3)
        return 0;
    gen_request q = {.text = {(const char *)data + 3, size - 3}};
    q.path = str_of(paths[data[0] % (sizeof paths / sizeof *paths)]);
    q.lang = gram_language_by_path(q.path);
    q.offset = q.text.len * data[2] / 255;
    size_t n_kinds = 0;
    str_view kind, title;
    while (gen_kind_at(n_kinds, &kind, &title))
        n_kinds++;
    PROMISE(gen_kind_at(data[1] % n_kinds, &kind, &title));
    arena a;
    gen_offer *offers;
    gen_result r;
    size_t n = 0;
    err e = {{0}};
    arena_init(&a, (size_t)256 << 20);
    if (gen_offers(&offers, &n, &a, &q, NULL) == ERR_OK) {
        for (size_t i = 0; i < n; i++)
            PROMISE(offers[i].kind.len && offers[i].title.len);
    }
    if (gen_make(&r, &a, &q, kind, &e) == ERR_OK)
        check_edits(&r, q.text.len);
    else
        PROMISE(e.text[0] || arena_failed(&a));
    arena_release(&a);
    return 0;
}

/* Any bytes as a sample: the reader, inference and every target survive them, an accepted sample
 * gives the same files twice, and a refused one gives a sentence. */
#include "assist/scaffold/scaffold.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *names[256];
    const str_view others[] = {STR("a.csv"), STR("a.yaml"), STR("a.toml"), STR("a.xml")};
    size_t n = 0;
    arena a;
    err e = {{0}};
    assist_scaffold_result first, again;
    str_view table;
    if (size < 1 || size > 1 << 16)
        return 0;
    assist_scaffold_options opt = {
        .strict = data[0] & 1,
        .no_enums = data[0] & 2,
        .no_maps = data[0] & 4,
        .no_unions = data[0] & 8,
        .merge = data[0] & 16 ? ASSIST_SCAFFOLD_MERGE_SIMILAR : ASSIST_SCAFFOLD_MERGE_IDENTICAL,
        .max_bytes = data[0] & 32 ? 4096 : 0,
    };
    /* The sample may be cut in two, as if there were two files. */
    str_view text = {(const char *)data + 1, size - 1};
    size_t cut = data[0] & 64 ? text.len / 2 : text.len;
    assist_scaffold_input inputs[2] = {
        {.name = data[0] & 128 ? others[size % 4] : STR("a.json"), .text = str_slice(text, 0, cut)},
        {.name = STR("b.json"), .text = str_slice(text, cut, text.len)}};
    size_t n_inputs = cut < text.len ? 2 : 1;
    for (const assist_scaffold_target *t; (t = assist_scaffold_target_at(n)) != NULL; n++) {
        PROMISE(n < sizeof names / sizeof *names);
        names[n] = t->name;
    }
    arena_init(&a, (size_t)1 << 30);
    err_code rc = assist_scaffold_run(&first, &a, inputs, n_inputs, names, n, &opt, &e);
    if (rc == ERR_OK) {
        PROMISE(first.n_files >= n);
        PROMISE(assist_scaffold_run(&again, &a, inputs, n_inputs, names, n, &opt, &e) == ERR_OK);
        PROMISE(first.n_files == again.n_files);
        for (size_t i = 0; i < first.n_files; i++) {
            PROMISE(str_eq(first.files[i].text, again.files[i].text));
            PROMISE(str_ends(first.files[i].text, STR("\n")));
        }
        PROMISE(assist_scaffold_explain(&table, &a, inputs, n_inputs, &opt, &e) == ERR_OK);
    } else {
        PROMISE(e.text[0] != '\0');
    }
    arena_release(&a);
    return 0;
}

/* Any bytes as a sample, and as the name to give: what every target writes is a text of its
 * language, without control characters that could drive a terminal or end a string early, at paths
 * that stay below the folder. */
#include "assist/deliver/check.h"
#include "assist/scaffold/scaffold.h"
#include "tests/fuzz/fuzz.h"

static bool path_is_safe(str_view path)
{
    if (!path.len || path.ptr[0] == '/' || str_find(path, STR("..")) < path.len)
        return false;
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_' || c == '.' || c == '/'))
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *names[256];
    size_t n = 0;
    arena a;
    err e = {{0}};
    assist_scaffold_result r;
    if (size < 1 || size > 1 << 14)
        return 0;
    for (const assist_scaffold_target *t; (t = assist_scaffold_target_at(n)) != NULL; n++) {
        PROMISE(n < sizeof names / sizeof *names);
        names[n] = t->name;
    }
    /* The first line is the name. */
    str_view text = {(const char *)data, size};
    str_view name = str_take_line(&text);
    assist_scaffold_options opt = {.name = name};
    assist_scaffold_input in = {.name = STR("a.json"), .text = text};
    arena_init(&a, (size_t)1 << 30);
    if (assist_scaffold_run(&r, &a, &in, 1, names, n, &opt, &e) == ERR_OK) {
        for (size_t i = 0; i < r.n_files; i++) {
            const assist_scaffold_file *f = &r.files[i];
            check_result c;
            PROMISE(path_is_safe(f->path));
            for (size_t k = 0; k < f->text.len; k++) {
                unsigned char byte = (unsigned char)f->text.ptr[k];
                PROMISE(byte >= 0x20 || byte == '\n' || byte == '\t');
            }
            PROMISE(check_parse(&c, f->path, f->text, &e) == ERR_OK);
            PROMISE(c.state != CHECK_BROKEN);
        }
    } else {
        PROMISE(e.text[0] != '\0');
    }
    arena_release(&a);
    return 0;
}

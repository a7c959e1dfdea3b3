/* Any comment: a script or a question, never a crash, in all languages; the first byte picks. */
#include "assist/script/script.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    size_t n = 0;
    while (assist_script_language_at(n))
        n++;
    const assist_script_language *language = assist_script_language_at((data[0] >> 1) % n);
    assist_script_options options = {.language = language,
                                     .one_line = data[0] == 1, /* of Bash */
                                     .schema = STR("CREATE TABLE t (a int, made_at date);")};
    str_view comment = {(const char *)data + 1, size - 1};
    assist_script s;
    arena a;
    arena_init(&a, (size_t)64 << 20);
    if (assist_script_write(&s, &a, comment, &options, NULL) == ERR_OK) {
        PROMISE(s.text.len > 0);
        PROMISE((s.state == ASSIST_SCRIPT_WRITTEN) == (s.said.len == 0));
    }
    arena_release(&a);
    return 0;
}

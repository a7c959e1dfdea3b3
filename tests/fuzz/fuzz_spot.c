/* Any bytes as a document, a cursor or selection anywhere: what is found lies in the text or in the
 * arena, and a sample that is found can be read. */
#include "assist/deliver/spot.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const languages[] = {"json", "plaintext",  "typescript", "python",
                                            "c",    "javascript", "ruby",       "rust"};
    arena a;
    if (size < 3 || size > 1 << 16)
        return 0;
    str_view text = {(const char *)data + 3, size - 3};
    size_t begin = text.len * data[1] / 255, end = text.len * data[2] / 255;
    assist_spot_question q = {.language = str_of(languages[data[0] % 8]),
                              .text = text,
                              .begin = begin < end ? begin : end,
                              .end = begin < end ? end : begin,
                              .invoked = data[0] & 8};
    arena_init(&a, (size_t)1 << 28);
    assist_spot s = assist_spot_find(&a, &q);
    PROMISE((s.kind == ASSIST_SPOT_COMMENT) == (s.file.len > 0));
    PROMISE((s.kind == ASSIST_SPOT_NONE || s.kind == ASSIST_SPOT_COMMENT) == (s.sample.len == 0));
    PROMISE(s.end <= text.len);
    if (s.at.len)
        PROMISE(s.at.ptr[0] == '/');
    arena_release(&a);
    return 0;
}

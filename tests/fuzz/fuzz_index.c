/* A part of the index: bytes are read as a segment whose sum is right. All questions are answered,
 * none looks outside, and what it holds can be written again. */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/context/index_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    buf image;
    buf_init(&image, 1 << 22);
    buf_append(&image, (str_view){(const char *)data, size});
    walk_seal(&image);
    if (image.len)
        (void)walk_index(&image);
    buf_release(&image);
    return 0;
}

/* Framing: any bytes, cut into any pieces, give the same events. The first byte is the piece's
 * size. */
#include "base/hash.h"
#include "lsp/frame.h"
#include "tests/fuzz/fuzz.h"

static uint64_t events(const uint8_t *data, size_t size, size_t step)
{
    uint64_t sum = 0;
    size_t n_junk = 0;
    lsp_frame_reader r;
    lsp_frame_init(&r, 256);
    for (size_t at = 0; at < size; at += step) {
        size_t n = size - at < step ? size - at : step;
        PROMISE(lsp_frame_feed(&r, (str_view){(const char *)data + at, n}) == ERR_OK);
        struct lsp_frame f;
        for (lsp_frame_kind kind; (kind = lsp_frame_next(&r, &f)) != LSP_FRAME_MORE;) {
            PROMISE(kind != LSP_FRAME_MESSAGE || f.len <= 256);
            PROMISE(kind != LSP_FRAME_TOO_LARGE || (f.salvage && f.len > 256));
            n_junk += f.n_junk;
            sum = hash_bytes(f.body, f.body ? f.len : 0, sum + (uint64_t)kind);
            if (f.salvage)
                sum = hash_bytes(f.salvage->id, sizeof f.salvage->id, sum);
        }
        /* Memory stays bounded by the limits, whatever comes. */
        PROMISE(r.bytes.len <= 16384 + 2 * step);
    }
    PROMISE(n_junk <= size);
    lsp_frame_release(&r);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t step = data[0] % 64u + 1;
    /* Lines longer than the limit are cut at the end of a piece: only shorter input is comparable.
     */
    uint64_t pieces = events(data + 1, size - 1, step);
    if (size <= 8192)
        PROMISE(pieces == events(data + 1, size - 1, size));
    return 0;
}

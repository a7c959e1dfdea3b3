/* bench_secret FILE...: speed of the search for secrets, and what it finds (masked), to look
 * through for false alarms. */
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "context/secret.h"

int main(int argc, char **argv)
{
    size_t n_bytes = 0, n_found = 0;
    uint64_t ns = 0;
    for (int i = 1; i < argc; i++) {
        buf b;
        buf_init(&b, 1 << 26);
        if (file_read(&b, argv[i], NULL) == ERR_OK) {
            struct ctx_secret_span s = {0};
            uint64_t start = clock_now_ns();
            size_t n = 0;
            for (size_t at = 0; ctx_secret_next(buf_view(&b), at, &s); at = s.end)
                n++;
            ns += clock_now_ns() - start;
            n_bytes += b.len;
            n_found += n;
            for (size_t at = 0; n && ctx_secret_next(buf_view(&b), at, &s); at = s.end)
                printf("%s: %s: %.*s...\n", argv[i], s.what,
                       (int)(s.end - s.begin < 6 ? s.end - s.begin : 6), b.ptr + s.begin);
            if (ctx_secret_path(str_of(argv[i])))
                printf("%s: left out by its name\n", argv[i]);
        }
        buf_release(&b);
    }
    printf("%zu secrets in %.1f MB, %.0f MB/s\n", n_found, (double)n_bytes / 1e6,
           (double)n_bytes * 1e3 / (double)(ns ? ns : 1));
    return 0;
}

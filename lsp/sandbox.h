/* lsp/sandbox.h: a program that may read everything and change nothing: no file can be written, no
 * address reached, time and memory are bounded. For trying what was written before it is used. */
#ifndef ARTEL_LSP_SANDBOX_H
#define ARTEL_LSP_SANDBOX_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct sandbox_result {
    int status;     /* as a shell has it: the exit code, 128 + signal; 127: no such program */
    bool isolated;  /* read-only file systems and no network; else only the limits held */
    bool timed_out; /* and was ended */
};

/* Runs argv[0] (found in PATH; NULL ends argv) in the current folder and waits. `script` is
 * readable as SANDBOX_SCRIPT, without a file being made. What it says on both streams goes to
 * `output`, up to that buffer's maximum. ERR_IO. Blocks up to `seconds`; the processes it starts
 * end with it. The caller has one thread. */
MUST_USE err_code sandbox_run(struct sandbox_result *out, buf *output, const char *const *argv,
                              str_view script, unsigned seconds, err *e);

#define SANDBOX_SCRIPT "/proc/self/fd/3"

#endif

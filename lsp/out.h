/* lsp/out.h: the only door to the client. Messages are queued by any thread and written by the main
 * thread's event loop, so that a client that stops reading never blocks the server, and two
 * messages never mix. */
#ifndef ARTEL_LSP_OUT_H
#define ARTEL_LSP_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

typedef struct lsp_out lsp_out;

/* Writes to `fd`. Queuing writes a byte to `wake_fd` (non-blocking), so that a sleeping event loop
 * notices. Both stay the caller's. ERR_NOMEM. */
MUST_USE err_code lsp_out_create(lsp_out **out, int fd, int wake_fd);
void lsp_out_destroy(lsp_out *o);

/* Queues one message body, with its header. Any thread. When the client has not read for so long
 * that the backlog passes its limit, or memory is short, the connection counts as broken. */
void lsp_out_send(lsp_out *o, str_view body);
/* True when something waits to be written. */
bool lsp_out_is_pending(lsp_out *o);
/* True once the client closed its end, or after a failure: nothing more will be written. */
bool lsp_out_is_broken(lsp_out *o);
/* Writes at most PIPE_BUF bytes: what a pipe takes without blocking once poll() says POLLOUT. Main
 * thread only. */
void lsp_out_write_some(lsp_out *o);
/* Writes all that is pending, waiting for the client at most wait_ms in total. Main thread only. */
void lsp_out_drain(lsp_out *o, uint32_t wait_ms);

#endif

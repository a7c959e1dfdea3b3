#if defined(__linux__)
#define _GNU_SOURCE /* syscall */
#endif
#include "lsp/lsp_internal.h"

#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

int lsp__parent_watch(uint32_t pid)
{
    /* A process that cannot be found is not taken for dead: an editor outside our container or
     * behind ssh names a process that we cannot see. Its end then shows as the end of input, as it
     * does where the kernel has no such descriptors. */
#if defined(__linux__) && defined(SYS_pidfd_open)
    return (int)syscall(SYS_pidfd_open, (int)pid, 0);
#else
    (void)pid;
    return -1;
#endif
}

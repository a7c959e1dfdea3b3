#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, which POSIX of 2008 lacks */
#include "base/guard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

struct guard {
    atomic_uintptr_t begin; /* 0: the slot is free, or not yet complete */
    atomic_uintptr_t end;   /* rounded up to a whole page */
    atomic_bool taken;
    atomic_bool lost;
};

/* Signal state has to be global. What the handler reads is a lock-free atomic, or was set before
 * the handler was installed. */
static guard ranges[GUARD_MAX];
static uintptr_t page_bytes;
static struct sigaction previous;
static pthread_mutex_t installing = PTHREAD_MUTEX_INITIALIZER;

static guard *find(uintptr_t at)
{
    for (size_t i = 0; i < GUARD_MAX; i++) {
        uintptr_t begin = atomic_load_explicit(&ranges[i].begin, memory_order_acquire);
        if (begin != 0 && at >= begin && at < atomic_load(&ranges[i].end))
            return &ranges[i];
    }
    return NULL;
}

static void on_sigbus(int number, siginfo_t *info, void *context)
{
    int saved = errno;
    uintptr_t at = (uintptr_t)info->si_addr;
    guard *g = find(at);
    if (g) {
        /* All the rest of the range at once: the file ends here, and one mapping per page would
         * meet the kernel's limit on mappings long before the end of a large model. */
        uintptr_t page = at & ~(page_bytes - 1);
        atomic_store(&g->lost, true);
        void *got = mmap((void *)page, atomic_load(&g->end) - page, PROT_READ,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        errno = saved;
        if (got != MAP_FAILED)
            return;
    }
    /* Not ours: as if we had never been here. Returning repeats the faulting access. */
    if (previous.sa_flags & SA_SIGINFO)
        previous.sa_sigaction(number, info, context);
    else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN)
        previous.sa_handler(number);
    else
        signal(SIGBUS, SIG_DFL);
    errno = saved;
}

static void install(void)
{
    pthread_mutex_lock(&installing);
    if (page_bytes == 0)
        page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct sigaction now;
    sigaction(SIGBUS, NULL, &now); /* cannot fail for a valid signal number */
    if (!(now.sa_flags & SA_SIGINFO) || now.sa_sigaction != on_sigbus) {
        previous = now;
        struct sigaction ours = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
        ours.sa_sigaction = on_sigbus;
        sigemptyset(&ours.sa_mask);
        sigaction(SIGBUS, &ours, NULL);
    }
    pthread_mutex_unlock(&installing);
}

guard *guard_add(const void *data, size_t n_bytes)
{
    install();
    for (size_t i = 0; i < GUARD_MAX; i++) {
        guard *g = &ranges[i];
        if (atomic_exchange(&g->taken, true))
            continue;
        uintptr_t begin = (uintptr_t)data;
        atomic_store(&g->lost, false);
        atomic_store(&g->end, begin + ((n_bytes + page_bytes - 1) & ~(page_bytes - 1)));
        atomic_store_explicit(&g->begin, begin, memory_order_release);
        return g;
    }
    return NULL;
}

void guard_remove(guard *g)
{
    if (!g)
        return;
    atomic_store_explicit(&g->begin, 0, memory_order_release);
    atomic_store(&g->taken, false);
}

bool guard_lost(const guard *g)
{
    return atomic_load(&g->lost);
}

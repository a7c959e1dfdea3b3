#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static log_sink *sink;  /* guarded by mu */
static void *sink_user; /* guarded by mu */
static _Atomic int max_level = LOG_WARNING;

void log_set_sink(log_sink *new_sink, void *user)
{
    pthread_mutex_lock(&mu);
    sink = new_sink;
    sink_user = user;
    pthread_mutex_unlock(&mu);
}

void log_set_level(log_level level)
{
    atomic_store(&max_level, (int)level);
}

void log_write(log_level level, const char *format, ...)
{
    static const char *const names[] = {"", "error", "warning", "info", "debug"};
    if ((int)level > atomic_load(&max_level))
        return;
    char line[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    pthread_mutex_lock(&mu);
    if (sink)
        sink(sink_user, level, line);
    else
        fprintf(stderr, "artel: %s: %s\n", names[level], line);
    pthread_mutex_unlock(&mu);
}

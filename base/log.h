/* base/log.h: messages for people, on stderr unless a sink is set. Thread-safe. */
#ifndef ARTEL_BASE_LOG_H
#define ARTEL_BASE_LOG_H

#include "base/compiler.h"

typedef enum { LOG_ERROR = 1, LOG_WARNING, LOG_INFO, LOG_DEBUG } log_level;

/* Gets every message at or below the current level, one line without newline. Called under the
 * log's lock: it must not log. */
typedef void log_sink(void *user, log_level level, const char *line);

/* NULL restores stderr. `user` must outlive the sink. */
void log_set_sink(log_sink *sink, void *user);
/* Messages above `level` are dropped. Starts at LOG_WARNING. */
void log_set_level(log_level level);

/* Lines are cut at 2 KB. */
void log_write(log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

#endif

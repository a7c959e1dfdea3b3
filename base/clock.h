/* base/clock.h: time that only goes forward, and the calendar's year. */
#ifndef ARTEL_BASE_CLOCK_H
#define ARTEL_BASE_CLOCK_H

#include <stdint.h>

/* Nanoseconds since an arbitrary start; never goes back, keeps its pace when the wall clock is set.
 */
uint64_t clock_now_ns(void);
/* Processor time of the whole process so far, all threads. */
uint64_t clock_cpu_ns(void);

static inline double clock_ms(uint64_t ns)
{
    return (double)ns / 1e6;
}

/* The year of the calendar, in Greenwich; 0 when it is not known. */
unsigned clock_year(void);

#endif

/* assist/script/render.h: the few words that every renderer is written in. */
#ifndef ARTEL_ASSIST_SCRIPT_RENDER_H
#define ARTEL_ASSIST_SCRIPT_RENDER_H

#include "assist/script/script_internal.h"

static inline void put(buf *o, const char *text)
{
    buf_append(o, str_of(text));
}

static inline const scr_value *slot(const scr_plan *p, const char *name)
{
    return scr__slot(p->block.slots, name);
}

/* Whether the lines that the script has go through steps before they are printed. */
static inline bool ends_in_lines(const scr_plan *p)
{
    return p->block.parts[p->block.n - 1].step->in == SCR_T_LINES;
}

/* A condition of a file that a slot stands for; where that is a number, its beginning. */
typedef struct {
    const char *slot, *test;
} scr_slot_test;

/* Those whose slots are set, each behind `put_and`. */
static inline void put_slot_tests(buf *o, const scr_plan *p, void (*put_and)(buf *o),
                                  const scr_slot_test *tests, size_t n, bool numbers)
{
    for (size_t i = 0; i < n; i++) {
        const scr_value *v = slot(p, tests[i].slot);
        if (!v)
            continue;
        put_and(o);
        put(o, tests[i].test);
        if (numbers)
            buf_append_format(o, "%lld", (long long)v->n);
    }
}

/* Ends a text that was made for `o`. */
static inline void finish(buf *o, buf *made)
{
    if (buf_failed(made) != ERR_OK)
        o->failed = buf_failed(made);
    buf_release(made);
}

#endif

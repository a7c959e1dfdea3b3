#include "assist/complete/why.h"

#include "base/clock.h"

enum { SHOWN_BYTES = 100 };

/* One line, quoted, cut where it is long. */
static void quoted(buf *out, str_view text)
{
    buf_append_byte(out, '"');
    for (size_t i = 0; i < text.len && i < SHOWN_BYTES; i++) {
        if ((unsigned char)text.ptr[i] >= ' ')
            buf_append_byte(out, text.ptr[i]);
        else
            buf_append(out, text.ptr[i] == '\n' ? STR("\\n") : STR(" "));
    }
    buf_append(out, text.len > SHOWN_BYTES ? STR("…\"") : STR("\""));
}

static void append_times(buf *out, const struct assist_timings *t)
{
    buf_append_format(out, "time: written before and gates %.1f ms", clock_ms(t->written_ns));
    if (t->n_prompt > 0)
        buf_append_format(out, ", prompt %.1f ms, reading %.1f ms, writing %.1f ms with its gates",
                          clock_ms(t->prompt_ns), clock_ms(t->feed_ns), clock_ms(t->decode_ns));
    buf_append_byte(out, '\n');
}

void assist_why(buf *out, const struct assist_completion *c)
{
    for (size_t i = 0; i < c->n_items; i++) {
        const struct assist_suggestion *s = &c->items[i];
        buf_append(out, STR("shown: "));
        quoted(out, s->text);
        buf_append_format(out, ", %s, confidence %.0f %%\n", s->source,
                          100 * (double)s->confidence);
    }
    if (c->n_items == 0)
        buf_append_format(out, "nothing is shown: %s\n",
                          c->silent_because ? c->silent_because : "nothing plausible");
    for (size_t i = 0; i < c->n_steps; i++) {
        const struct assist_step *step = &c->steps[i];
        buf_append_format(out, "gate %s, %s: %s: ", step->gate, step->source, step->did);
        quoted(out, step->text);
        buf_append_byte(out, '\n');
    }
    if (c->n_items > 0 && c->n_steps == 0)
        buf_append(out, STR("gates: passed as it was written\n"));
    const struct assist_timings *t = &c->timings;
    if (t->n_prompt > 0)
        buf_append_format(out,
                          "context: %zu tokens, %zu of them read before; %zu written ('artel "
                          "context' shows them)\n",
                          t->n_prompt, t->n_reused, t->n_decoded);
    else if (c->n_items > 0)
        buf_append(out, STR("context: the model was not asked\n"));
    append_times(out, t);
}

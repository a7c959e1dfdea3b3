#include "assist/complete/told.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"

/* What of the confidence people accept, by and large, of what they saw. */
static const double TAKEN = 0.5;
/* So many suggestions' worth of doubt: single accepts move little. */
static const double DOUBT = 20;
/* Then older ones count half. */
static const double FULL = 200;
static const double LEAST = 0.5, MOST = 1.5;
static const char HEAD[] = "artel told 1\n";

static size_t bucket_of(float confidence)
{
    int b = (int)(confidence * TOLD_BUCKETS);
    return b < 0 ? 0 : b >= TOLD_BUCKETS ? TOLD_BUCKETS - 1 : (size_t)b;
}

/* False when it is no such file; then *t may hold anything. */
static bool parse(struct told *t, const char *text)
{
    if (strncmp(text, HEAD, strlen(HEAD)) != 0)
        return false;
    text += strlen(HEAD);
    for (size_t i = 0; i < 2 * (size_t)TOLD_BUCKETS; i++) {
        char *end;
        double v = strtod(text, &end);
        if (end == text || !(v >= 0 && v <= 2 * FULL))
            return false;
        *(i % 2 ? &t->accepted[i / 2] : &t->expected[i / 2]) = v;
        text = end;
    }
    return strcmp(text, "\n") == 0;
}

void told_open(struct told *t, const char *path)
{
    buf text;
    err e;
    *t = (struct told){.open = true};
    buf_init(&t->path, 4096);
    buf_init(&text, 4096);
    if (path)
        buf_append(&t->path, str_of(path));
    else if (file_cache_dir(&t->path, &e) == ERR_OK)
        buf_append(&t->path, STR("/told"));
    buf_append_byte(&t->path, '\0');
    if (buf_failed(&t->path))
        buf_clear(&t->path);
    else if (t->path.len > 1 && file_read(&text, t->path.ptr, &e) == ERR_OK) {
        struct told read = *t;
        buf_append_byte(&text, '\0');
        if (!buf_failed(&text) && parse(&read, text.ptr))
            *t = read;
    }
    buf_release(&text);
}

void told_release(struct told *t)
{
    if (t->open)
        buf_release(&t->path);
    *t = (struct told){.open = false};
}

float told_adjusted(const struct told *t, float confidence)
{
    size_t b = bucket_of(confidence);
    double ratio = (t->accepted[b] + DOUBT) / (t->expected[b] + DOUBT);
    double p = confidence * fmin(fmax(ratio, LEAST), MOST);
    return !t->open ? confidence : p > 1 ? 1 : (float)p;
}

static void save(const struct told *t)
{
    buf text;
    err e = {{0}};
    buf_init(&text, 4096);
    buf_append(&text, str_of(HEAD));
    for (size_t i = 0; i < TOLD_BUCKETS; i++)
        buf_append_format(&text, "%.3f %.3f%s", t->expected[i], t->accepted[i],
                          i + 1 < TOLD_BUCKETS ? "\n" : "");
    buf_append_byte(&text, '\n');
    err_code rc = buf_failed(&text);
    char *name = strrchr(t->path.ptr, '/');
    if (rc == ERR_OK && name) {
        *name = '\0';
        rc = file_make_dirs(t->path.ptr, &e);
        *name = '/';
    }
    if (rc == ERR_OK)
        rc = file_write_atomic(t->path.ptr, buf_view(&text), &e);
    if (rc != ERR_OK)
        log_write(LOG_INFO, "what was accepted is not remembered: %s",
                  e.text[0] ? e.text : err_name(rc));
    buf_release(&text);
}

void told_note(struct told *t, float confidence, bool accepted)
{
    size_t b = bucket_of(confidence);
    if (!t->open)
        return;
    t->expected[b] += TAKEN * (double)confidence;
    t->accepted[b] += accepted;
    if (t->expected[b] > FULL || t->accepted[b] > FULL) {
        t->expected[b] /= 2;
        t->accepted[b] /= 2;
    }
    if (t->path.len > 1)
        save(t);
}

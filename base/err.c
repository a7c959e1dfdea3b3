#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

err_code err_set(err *e, err_code code, const char *format, ...)
{
    if (!e)
        return code;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    if (n < 0)
        e->text[0] = '\0';
    if (n >= (int)sizeof e->text) {
        /* Do not end inside a multi-byte character. */
        size_t end = sizeof e->text - 1;
        while (end > 0 && ((unsigned char)e->text[end - 1] & 0xC0) == 0x80)
            end--;
        if (end > 0 && (unsigned char)e->text[end - 1] >= 0xC0)
            end--;
        e->text[end] = '\0';
    }
    for (char *p = e->text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            *p = '?';
    return code;
}

const char *err_name(err_code code)
{
    switch (code) {
    case ERR_OK: return "ok";
    case ERR_NOMEM: return "out of memory";
    case ERR_RANGE: return "out of range";
    case ERR_FORMAT: return "malformed";
    case ERR_UNSUPPORTED: return "not supported";
    case ERR_NOT_FOUND: return "not found";
    case ERR_IO: return "input/output error";
    case ERR_CANCELLED: return "cancelled";
    case ERR_STALE: return "stale";
    }
    return "unknown error";
}

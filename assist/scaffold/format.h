/* assist/scaffold/format.h: what a string may mean besides being a string. A format holds for a
 * field only while every value seen matches it, and each grammar here is the canonical spelling:
 * what a parser of that type prints back is the same text. Pure functions, safe on any thread. */
#ifndef ARTEL_ASSIST_SCAFFOLD_FORMAT_H
#define ARTEL_ASSIST_SCAFFOLD_FORMAT_H

#include <stdint.h>

#include "base/str.h"

/* In order of preference: when several hold, the first wins. */
typedef enum {
    FORMAT_NONE,
    FORMAT_DATE,            /* 2024-02-29; real days only */
    FORMAT_DATE_TIME,       /* RFC 3339 with a zone */
    FORMAT_LOCAL_DATE_TIME, /* the same without a zone; `T` or a space between */
    FORMAT_TIME,            /* 08:30, 08:30:00, 08:30:00.125 */
    FORMAT_DURATION,        /* ISO 8601: P1DT2H */
    FORMAT_UUID,            /* 8-4-4-4-12, lower-case hex */
    FORMAT_ULID,            /* 26 characters of Crockford base 32, upper case */
    FORMAT_KSUID,           /* 27 letters and digits, the first a digit */
    FORMAT_OBJECT_ID,       /* 24 lower-case hex digits */
    FORMAT_IMAGE,           /* FORMAT_URI of a file that browsers show as a picture */
    FORMAT_URI,             /* scheme://... without blanks */
    FORMAT_EMAIL,
    FORMAT_IPV4,
    FORMAT_IPV6,
    FORMAT_COLOR,    /* #rgb, #rrggbb, #rrggbbaa */
    FORMAT_PHONE,    /* +47 22 11 33 44, (555) 123-4567: begins with + or ( */
    FORMAT_SEMVER,   /* 1.2.3-rc.1+build */
    FORMAT_DECIMAL,  /* -12.50: money and other exact decimals in quotes */
    FORMAT_INTEGER,  /* 42 in quotes; leading zeros do not match */
    FORMAT_CURRENCY, /* ISO 4217, 3 capitals */
    FORMAT_COUNTRY,  /* ISO 3166-1, 2 capitals */
    FORMAT_LOCALE,   /* BCP 47: en, pt-BR, zh-Hant-TW */
    FORMAT_MIME,     /* image/png */
    FORMAT_BASE64,  /* padded, at least 16 characters, with a digit, a capital and a small letter */
    FORMAT_HEX,     /* at least 16 lower-case hex digits of even count: a hash */
    FORMAT_GEO,     /* 59.9139,10.7522: degrees north and east with two decimals or more */
    FORMAT_HTML,    /* text with a known tag */
    FORMAT_DIALLED, /* 555-1234, 1-770-736-8031 x56442: a phone only where the key says so */
    FORMAT_N
} scaf_format;

enum { FORMAT_ALL = (1 << FORMAT_N) - 2 };

/* The formats in `candidates` (a set of 1 << scaf_format) that `v` matches. Cost: O(v.len) for each
 * candidate that the first characters allow. */
uint32_t scaf__format_match(str_view v, uint32_t candidates);
/* The preferred member of a set, FORMAT_NONE for the empty one. */
scaf_format scaf__format_first(uint32_t set);
/* "date", "date-time", …: the name in messages and, where JSON Schema knows it, its format. */
const char *scaf__format_name(scaf_format f);

#endif

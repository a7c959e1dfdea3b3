/* From @sample@: a client of the HTTP API that it is an answer of, on libcurl (-lcurl).
 * Guessed from the sample: the path and the names of parameters. Correct them in the source. */
#ifndef @GUARD@_CLIENT_H
#define @GUARD@_CLIENT_H

#include "@types@"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct @Client@ {
    const char *base_url; /* "https://api.example.com/v1" */
    const char *token;    /* sent as `Authorization: Bearer ...`; may be NULL */
    const char *const *headers; /* more of them, "Name: value", NULL behind the last; may be NULL */
    int retries;     /* after 429, 502, 503, 504 or no answer; 0: 3 times, negative: never */
    long timeout_ms; /* for each try; 0: 30 seconds */
} @Client@;

/* What went wrong; the argument may be NULL. */
typedef struct @Error@ {
    long status; /* of the answer; 0: there was none */
    char message[400];
} @Error@;

/* Values that are returned are the caller's, to be given to @root@_free or @row@_free; NULL and false
 * mean that *error says why. Safe on any thread after curl_global_init. */
@declarations@
#ifdef __cplusplus
}
#endif

#endif

/* From users.json: a client of the HTTP API that it is an answer of, on libcurl (-lcurl).
 * Guessed from the sample: the path and the names of parameters. Correct them in the source. */
#ifndef USERS_CLIENT_H
#define USERS_CLIENT_H

#include "users.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct UsersClient {
    const char *base_url; /* "https://api.example.com/v1" */
    const char *token;    /* sent as `Authorization: Bearer ...`; may be NULL */
    const char *const *headers; /* more of them, "Name: value", NULL behind the last; may be NULL */
    int retries;     /* after 429, 502, 503, 504 or no answer; 0: 3 times, negative: never */
    long timeout_ms; /* for each try; 0: 30 seconds */
} UsersClient;

/* What went wrong; the argument may be NULL. */
typedef struct UsersError {
    long status; /* of the answer; 0: there was none */
    char message[400];
} UsersError;

/* Values that are returned are the caller's, to be given to users_free or users_row_free; NULL and false
 * mean that *error says why. Safe on any thread after curl_global_init. */
/* One page. `query`, which may be NULL, has limit and what else the server understands, as it stands
 * in an address: "limit=20". */
UserPage *users_client_page(const UsersClient *client, const char *query, UsersError *error);
/* Calls `each` with every row, page after page, until it returns false. */
bool users_client_all(const UsersClient *client, const char *query, bool (*each)(void *user, const User *row), void *user,
                   UsersError *error);
User *users_client_get(const UsersClient *client, const char *key, UsersError *error);
User *users_client_create(const UsersClient *client, const User *value, UsersError *error);
User *users_client_update(const UsersClient *client, const char *key, const User *value, UsersError *error);
bool users_client_remove(const UsersClient *client, const char *key, UsersError *error);

#ifdef __cplusplus
}
#endif

#endif

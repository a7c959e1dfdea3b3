/* From users.json. */
#ifndef USERS_JSON_H
#define USERS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct UserPage UserPage;
typedef struct User User;
typedef struct Address Address;
typedef struct User_list User_list;
typedef struct Text_list Text_list;

struct User_list {
    User *items;
    size_t n;
};

struct Text_list {
    char **items;
    size_t n;
};

struct UserPage {
    User_list data;
    /* e.g. abc */
    char *next_cursor;
    bool has_next_cursor;
    /* e.g. 4 */
    int64_t total;
};

struct User {
    /* e.g. 1 */
    int64_t id;
    /* e.g. Ada */
    char *name;
    /* email; e.g. ada@example.com */
    char *email;
    char *role;
    /* date-time; e.g. 2024-03-02T08:30:00Z */
    char *created_at;
    /* date; e.g. 2024-03-02 */
    char *day;
    /* uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301 */
    char *uuid;
    /* decimal; e.g. 12.50 */
    char *balance;
    bool active;
    Address *address;
    Text_list tags;
};

/* The values of Role that were in the sample; others are legal too. */
#define USERS_ROLE_ADMIN "admin"
#define USERS_ROLE_USER "user"

struct Address {
    /* e.g. 1 Main */
    char *street;
    /* e.g. Oslo */
    char *city;
    /* e.g. 0150 */
    char *zip;
};

/* Reads and checks n bytes. NULL when they do not fit: error, which may be NULL, then says
 * where and why. Strings are UTF-8; U+0000 in them is the two bytes C0 80. */
UserPage *users_parse(const char *text, size_t n, char error[160]);
/* To be freed with free(); NULL when there is no memory. */
char *users_serialize(const UserPage *value);
/* The same from and to a tree of cJSON, which stays or becomes the caller's. */
UserPage *users_from_cjson(const cJSON *tree, char error[160]);
cJSON *users_to_cjson(const UserPage *value);
/* Frees what parse returned, with all that it points to. */
void users_free(UserPage *value);

/* Reads and checks n bytes one row. NULL when they do not fit: error, which may be NULL, then says
 * where and why. Strings are UTF-8; U+0000 in them is the two bytes C0 80. */
User *users_row_parse(const char *text, size_t n, char error[160]);
/* To be freed with free(); NULL when there is no memory. */
char *users_row_serialize(const User *value);
/* The same from and to a tree of cJSON, which stays or becomes the caller's. */
User *users_row_from_cjson(const cJSON *tree, char error[160]);
cJSON *users_row_to_cjson(const User *value);
/* Frees what parse returned, with all that it points to. */
void users_row_free(User *value);

#ifdef __cplusplus
}
#endif

#endif

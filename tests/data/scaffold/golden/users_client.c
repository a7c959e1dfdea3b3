/* What users_client.h declares. */
#define _POSIX_C_SOURCE 200809L
#include "users_client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

enum { FIRST_WAIT_MS = 250, LONGEST_WAIT_MS = 30000, ERROR_BYTES = 160 };

typedef struct {
    char *text; /* ended by NUL */
    size_t n;
    char *link;  /* the header of that name */
    char *retry; /* Retry-After */
} answer;

static bool fail(UsersError *error, long status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (error) {
        error->status = status;
        vsnprintf(error->message, sizeof error->message, format, args);
    }
    va_end(args);
    return false;
}

static char *joined(const char *a, size_t n, const char *b, const char *c)
{
    size_t size = n + strlen(b) + strlen(c) + 1;
    char *out = malloc(size);
    if (out)
        snprintf(out, size, "%.*s%s%s", (int)n, a, b, c);
    return out;
}

/* base_url/path?query */
static char *address(const UsersClient *client, const char *path, const char *query)
{
    size_t n = strlen(client->base_url);
    while (n && client->base_url[n - 1] == '/')
        n--;
    char *whole = joined("/", 1, path, query && *query ? "?" : "");
    char *out = whole ? joined(client->base_url, n, whole, query ? query : "") : NULL;
    free(whole);
    return out;
}

static void answer_release(answer *a)
{
    free(a->text);
    free(a->link);
    free(a->retry);
    *a = (answer){NULL, 0, NULL, NULL};
}

static size_t on_body(char *data, size_t one, size_t n, void *user)
{
    answer *a = user;
    char *grown = realloc(a->text, a->n + n + 1);
    (void)one;
    if (!grown)
        return 0;
    a->text = grown;
    memcpy(a->text + a->n, data, n);
    a->n += n;
    a->text[a->n] = '\0';
    return n;
}

/* Keeps what stands behind the name, if the header has it. */
static void keep(char **value, const char *name, const char *data, size_t n)
{
    size_t i = 0;
    while (name[i] && i < n && (data[i] | 0x20) == (name[i] | 0x20))
        i++;
    if (name[i])
        return;
    free(*value);
    *value = joined(data + i, n - i, "", "");
}

static size_t on_header(char *data, size_t one, size_t n, void *user)
{
    answer *a = user;
    (void)one;
    keep(&a->link, "link:", data, n);
    keep(&a->retry, "retry-after:", data, n);
    return n;
}

static struct curl_slist *headers_of(const UsersClient *client, bool body)
{
    struct curl_slist *list = curl_slist_append(NULL, "Accept: application/json");
    char *token = client->token ? joined("Authorization: Bearer ", 22, client->token, "") : NULL;
    if (token)
        list = curl_slist_append(list, token);
    if (body)
        list = curl_slist_append(list, "Content-Type: application/json");
    for (size_t i = 0; client->headers && client->headers[i]; i++)
        list = curl_slist_append(list, client->headers[i]);
    free(token);
    return list;
}

/* One try. The token must not go to whatever server an answer names: redirects are errors. */
static CURLcode try_once(CURL *curl, const UsersClient *client, const char *method, const char *url, const char *body,
                         answer *out)
{
    struct curl_slist *headers = headers_of(client, body != NULL);
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, client->timeout_ms ? client->timeout_ms : 30000L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, out);
    CURLcode rc = curl_easy_perform(curl);
    curl_slist_free_all(headers);
    return rc;
}

static void wait_before(int attempt, const answer *a)
{
    long ms = FIRST_WAIT_MS, told_s;
    char *end = NULL;
    for (int i = 0; i < attempt && ms < LONGEST_WAIT_MS; i++)
        ms *= 2;
    ms = ms / 2 + ms * (long)(rand() % 1000) / 1000;
    told_s = a->retry ? strtol(a->retry, &end, 10) : 0;
    if (end && end != a->retry && told_s >= 0)
        ms = told_s < LONGEST_WAIT_MS / 1000 ? told_s * 1000 : LONGEST_WAIT_MS;
    if (ms > LONGEST_WAIT_MS)
        ms = LONGEST_WAIT_MS;
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* A POST that got no answer may have been carried out: it is sent again only after 429. */
static bool is_passing(const char *method, CURLcode rc, long status)
{
    bool down = rc != CURLE_OK || status == 502 || status == 503 || status == 504;
    return status == 429 || (down && strcmp(method, "POST") != 0);
}

/* True when the server answered with success: *out is then to be released. */
static bool request(const UsersClient *client, const char *method, const char *url, const char *body, answer *out,
                    UsersError *error)
{
    int tries = client->retries < 0 ? 1 : client->retries ? client->retries + 1 : 4;
    CURL *curl = url ? curl_easy_init() : NULL;
    *out = (answer){NULL, 0, NULL, NULL};
    if (!curl)
        return fail(error, 0, "out of memory");
    for (int attempt = 0;; attempt++) {
        long status = 0;
        CURLcode rc = try_once(curl, client, method, url, body, out);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        if (rc == CURLE_OK && status >= 200 && status < 300)
            break;
        if (!is_passing(method, rc, status) || attempt + 1 >= tries) {
            if (rc == CURLE_OK)
                fail(error, status, "%s %s: %ld: %.200s", method, url, status, out->text ? out->text : "");
            else
                fail(error, 0, "%s %s: %s", method, url, curl_easy_strerror(rc));
            answer_release(out);
            curl_easy_cleanup(curl);
            return false;
        }
        wait_before(attempt, out);
        answer_release(out);
    }
    curl_easy_cleanup(curl);
    return true;
}

/* query with another value for one parameter. */
static char *with_param(const char *query, const char *name, const char *value)
{
    char *escaped = curl_easy_escape(NULL, value, 0), *out = NULL;
    if (escaped)
        out = joined(name, strlen(name), "=", escaped);
    curl_free(escaped);
    for (const char *p = query; out && p && *p;) {
        size_t n = strcspn(p, "&"), k = strlen(name);
        char *longer = out;
        if (strncmp(p, name, k) != 0 || p[k] != '=') {
            char *pair = joined(p, n, "", "");
            longer = pair ? joined(out, strlen(out), "&", pair) : NULL;
            free(pair);
            free(out);
        }
        out = longer;
        p += n + (p[n] == '&');
    }
    return out;
}

/* The page behind this one, unless `value` is empty or NULL. */
static bool next_with(char **next, const UsersClient *client, const char *query, const char *value, UsersError *error)
{
    if (!value || !*value)
        return true;
    char *more = with_param(query, "cursor", value);
    *next = more ? address(client, "users", more) : NULL;
    free(more);
    return *next || fail(error, 0, "out of memory");
}

/* The page at the address; *a, which is to be released, has what else the answer says. */
static UserPage *page_at(const UsersClient *client, const char *url, answer *a, UsersError *error)
{
    char why[ERROR_BYTES] = "out of memory";
    if (!request(client, "GET", url, NULL, a, error))
        return NULL;
    UserPage *page = users_parse(a->text ? a->text : "", a->n, why);
    if (!page) {
        fail(error, 200, "%s: %s", url, why);
        answer_release(a);
    }
    return page;
}

UserPage *users_client_page(const UsersClient *client, const char *query, UsersError *error)
{
    char *url = address(client, "users", query);
    answer a;
    UserPage *page = page_at(client, url, &a, error);
    if (page)
        answer_release(&a);
    free(url);
    return page;
}

/* Addresses that were asked already: a server may send in circles. */
typedef struct {
    char **urls;
    size_t n;
} asked;

/* Takes the address. False when it was there already, or there is no memory. */
static bool ask_once(asked *seen, char *url)
{
    for (size_t i = 0; i < seen->n; i++) {
        if (strcmp(seen->urls[i], url) == 0) {
            free(url);
            return false;
        }
    }
    char **grown = realloc(seen->urls, (seen->n + 1) * sizeof *grown);
    if (!grown) {
        free(url);
        return false;
    }
    seen->urls = grown;
    seen->urls[seen->n++] = url;
    return true;
}

bool users_client_all(const UsersClient *client, const char *query, bool (*each)(void *user, const User *row), void *user,
                   UsersError *error)
{
    asked seen = {NULL, 0};
    char *url = address(client, "users", query);
    bool ok = url || fail(error, 0, "out of memory"), more = ok;
    while (ok && more && url && ask_once(&seen, url)) {
        answer a;
        UserPage *page = page_at(client, url, &a, error);
        ok = page != NULL;
        if (!ok)
            break;
        const User *rows = page->data.items;
        for (size_t i = 0, n = page->data.n; i < n && more; i++)
            more = each(user, &rows[i]);
        char *next = NULL;
        if (more)
            ok = next_with(&next, client, query, page->next_cursor, error);
        url = next;
        answer_release(&a);
        users_free(page);
    }
    for (size_t i = 0; i < seen.n; i++)
        free(seen.urls[i]);
    free(seen.urls);
    return ok;
}

/* users/key, which may have any characters. */
static char *item_address(const UsersClient *client, const char *key)
{
    char *escaped = curl_easy_escape(NULL, key, 0);
    char *path = escaped ? joined("users/", sizeof "users/" - 1, escaped, "") : NULL;
    char *url = path ? address(client, path, NULL) : NULL;
    curl_free(escaped);
    free(path);
    return url;
}

/* Frees the address. `value` is sent unless it is NULL; what comes back is a row. */
static User *exchange(const UsersClient *client, const char *method, char *url, const User *value, UsersError *error)
{
    char *body = value ? users_row_serialize(value) : NULL, why[ERROR_BYTES] = "out of memory";
    answer a;
    User *out = NULL;
    if (value && !body) {
        fail(error, 0, "out of memory");
    } else if (request(client, method, url, body, &a, error)) {
        out = users_row_parse(a.text ? a.text : "", a.n, why);
        if (!out)
            fail(error, 200, "%s: %s", url, why);
        answer_release(&a);
    }
    free(body);
    free(url);
    return out;
}

User *users_client_get(const UsersClient *client, const char *key, UsersError *error)
{
    return exchange(client, "GET", item_address(client, key), NULL, error);
}

User *users_client_create(const UsersClient *client, const User *value, UsersError *error)
{
    return exchange(client, "POST", address(client, "users", NULL), value, error);
}

User *users_client_update(const UsersClient *client, const char *key, const User *value, UsersError *error)
{
    return exchange(client, "PUT", item_address(client, key), value, error);
}

bool users_client_remove(const UsersClient *client, const char *key, UsersError *error)
{
    char *url = item_address(client, key);
    answer a;
    bool ok = request(client, "DELETE", url, NULL, &a, error);
    if (ok)
        answer_release(&a);
    free(url);
    return ok;
}

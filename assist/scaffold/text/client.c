/* What @header@ declares. */
#define _POSIX_C_SOURCE 200809L
#include "@header@"

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

static bool fail(@Error@ *error, long status, const char *format, ...)
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
static char *address(const @Client@ *client, const char *path, const char *query)
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

static struct curl_slist *headers_of(const @Client@ *client, bool body)
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
static CURLcode try_once(CURL *curl, const @Client@ *client, const char *method, const char *url, const char *body,
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
static bool request(const @Client@ *client, const char *method, const char *url, const char *body, answer *out,
                    @Error@ *error)
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

@methods@

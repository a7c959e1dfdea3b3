@helpers@/* The page at the address; *a, which is to be released, has what else the answer says. */
static @Page@*page_at(const @Client@ *client, const char *url, answer *a, @Error@ *error)
{
    char why[ERROR_BYTES] = "out of memory";
    if (!request(client, "GET", url, NULL, a, error))
        return NULL;
    @Page@*page = @root@_parse(a->text ? a->text : "", a->n, why);
    if (!page) {
        fail(error, 200, "%s: %s", url, why);
        answer_release(a);
    }
    return page;
}

@Page@*@root@_client_page(const @Client@ *client, const char *query, @Error@ *error)
{
    char *url = address(client, "@path@", query);
    answer a;
    @Page@*page = page_at(client, url, &a, error);
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

bool @root@_client_all(const @Client@ *client, const char *query, bool (*each)(void *user, @constRow@*row), void *user,
                   @Error@ *error)
{
    asked seen = {NULL, 0};
    char *url = address(client, "@path@", query);
    bool ok = url || fail(error, 0, "out of memory"), more = ok;
    while (ok && more && url && ask_once(&seen, url)) {
        answer a;
        @Page@*page = page_at(client, url, &a, error);
        ok = page != NULL;
        if (!ok)
            break;
        @constRow@*rows = @rows@;
        for (size_t i = 0, n = @count@; i < n && more; i++)
            more = each(user, &rows[i]);
        char *next = NULL;
        if (more)
            ok = @next@;
        url = next;
        answer_release(&a);
        @root@_free(page);
    }
    for (size_t i = 0; i < seen.n; i++)
        free(seen.urls[i]);
    free(seen.urls);
    return ok;
}

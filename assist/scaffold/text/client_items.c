
/* @path@/key, which may have any characters. */
static char *item_address(const @Client@ *client, const char *key)
{
    char *escaped = curl_easy_escape(NULL, key, 0);
    char *path = escaped ? joined("@path@/", sizeof "@path@/" - 1, escaped, "") : NULL;
    char *url = path ? address(client, path, NULL) : NULL;
    curl_free(escaped);
    free(path);
    return url;
}

/* Frees the address. `value` is sent unless it is NULL; what comes back is a row. */
static @Row@*exchange(const @Client@ *client, const char *method, char *url, @constRow@*value, @Error@ *error)
{
    char *body = value ? @row@_serialize(value) : NULL, why[ERROR_BYTES] = "out of memory";
    answer a;
    @Row@*out = NULL;
    if (value && !body) {
        fail(error, 0, "out of memory");
    } else if (request(client, method, url, body, &a, error)) {
        out = @row@_parse(a.text ? a.text : "", a.n, why);
        if (!out)
            fail(error, 200, "%s: %s", url, why);
        answer_release(&a);
    }
    free(body);
    free(url);
    return out;
}

@Row@*@root@_client_get(const @Client@ *client, const char *key, @Error@ *error)
{
    return exchange(client, "GET", item_address(client, key), NULL, error);
}

@Row@*@root@_client_create(const @Client@ *client, @constRow@*value, @Error@ *error)
{
    return exchange(client, "POST", address(client, "@path@", NULL), value, error);
}

@Row@*@root@_client_update(const @Client@ *client, const char *key, @constRow@*value, @Error@ *error)
{
    return exchange(client, "PUT", item_address(client, key), value, error);
}

bool @root@_client_remove(const @Client@ *client, const char *key, @Error@ *error)
{
    char *url = item_address(client, key);
    answer a;
    bool ok = request(client, "DELETE", url, NULL, &a, error);
    if (ok)
        answer_release(&a);
    free(url);
    return ok;
}

@Page@*@root@_client_get(const @Client@ *client, const char *query, @Error@ *error)
{
    char *url = address(client, "@path@", query), why[ERROR_BYTES] = "out of memory";
    answer a;
    @Page@*value = NULL;
    if (request(client, "GET", url, NULL, &a, error)) {
        value = @root@_parse(a.text ? a.text : "", a.n, why);
        if (!value)
            fail(error, 200, "%s: %s", url, why);
        answer_release(&a);
    }
    free(url);
    return value;
}

bool @root@_client_put(const @Client@ *client, @constPage@*value, @Error@ *error)
{
    char *url = address(client, "@path@", NULL), *body = @root@_serialize(value);
    answer a;
    bool ok = body ? request(client, "PUT", url, body, &a, error) : fail(error, 0, "out of memory");
    if (ok)
        answer_release(&a);
    free(body);
    free(url);
    return ok;
}

@Page@*@root@_client_get(const @Client@ *client, const char *query, @Error@ *error);
bool @root@_client_put(const @Client@ *client, @constPage@*value, @Error@ *error);

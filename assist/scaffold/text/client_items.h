@Row@*@root@_client_get(const @Client@ *client, const char *key, @Error@ *error);
@Row@*@root@_client_create(const @Client@ *client, @constRow@*value, @Error@ *error);
@Row@*@root@_client_update(const @Client@ *client, const char *key, @constRow@*value, @Error@ *error);
bool @root@_client_remove(const @Client@ *client, const char *key, @Error@ *error);

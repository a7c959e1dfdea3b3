/* One page. `query`, which may be NULL, has @limit@ and what else the server understands, as it stands
 * in an address: "@limit@=20". */
@Page@*@root@_client_page(const @Client@ *client, const char *query, @Error@ *error);
/* Calls `each` with every row, page after page, until it returns false. */
bool @root@_client_all(const @Client@ *client, const char *query, bool (*each)(void *user, @constRow@*row), void *user,
                   @Error@ *error);

static void *read_root(source *s, node v)
{
    void *out = calloc(1, root.boxed ? sizeof(void *) : root.type->size);
    if (!out || read_field(s, v, &root, out))
        return out;
    release_field(&root, out);
    free(out);
    return NULL;
}

static void *parse(const char *text, size_t n, char *error)
{
    char unread[ERROR_SIZE];
    source s;
    void *out = NULL;
    if (open_source(&s, text, n, error ? error : unread))
        out = read_root(&s, first_value(&s));
    close_source(&s);
    return out;
}

static char *serialize(const void *value)
{
    sink w = {.failed = sizeof scalars == 0};
    if (value)
        write_field(&w, &root, value);
    return sink_text(&w);
}

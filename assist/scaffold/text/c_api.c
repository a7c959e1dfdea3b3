static void *read_root(source *s, node v, const json_field *whole)
{
    void *out = calloc(1, whole->boxed ? sizeof(void *) : whole->type->size);
    if (!out || read_field(s, v, whole, out))
        return out;
    release_field(whole, out);
    free(out);
    return NULL;
}

static void *parse(const json_field *whole, const char *text, size_t n, char *error)
{
    char unread[ERROR_SIZE];
    source s;
    void *out = NULL;
    if (open_source(&s, text, n, error ? error : unread))
        out = read_root(&s, first_value(&s), whole);
    close_source(&s);
    return out;
}

static char *serialize(const json_field *whole, const void *value)
{
    sink w = {.failed = sizeof scalars == 0};
    if (value)
        write_field(&w, whole, value);
    return sink_text(&w);
}

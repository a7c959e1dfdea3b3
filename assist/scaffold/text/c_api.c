static void *parse(const char *text, size_t n, char *error)
{
    char unread[ERROR_SIZE];
    source s = {.at = text, .begin = text, .end = text + n, .error = error ? error : unread};
    void *out = calloc(1, root.boxed ? sizeof(void *) : root.type->size);
    s.error[0] = '\0';
    bool ok = out && scan(&s, 0);
    if (ok) {
        skip(&s);
        ok = s.at == s.end || failed(&s, "the end of the text");
    }
    ok = ok && read_field(&s, 0, &root, out);
    free(s.values);
    if (!ok && out) {
        release_field(&root, out);
        free(out);
    }
    return ok ? out : NULL;
}

static char *serialize(const void *value)
{
    sink w = {NULL, 0, 0, sizeof scalars == 0};
    if (value)
        write_field(&w, &root, value);
    if (w.failed)
        free(w.text);
    return w.failed ? NULL : w.text;
}

#include "lsp/salvage.h"

#include <stdio.h>
#include <string.h>

enum { KEY_OTHER, KEY_ID, KEY_METHOD, KEY_PARAMS, KEY_DOCUMENT, KEY_URI };

static uint8_t classify(uint32_t depth, str_view name)
{
    if (depth == 1) {
        if (str_eq(name, STR("id")))
            return KEY_ID;
        if (str_eq(name, STR("method")))
            return KEY_METHOD;
        if (str_eq(name, STR("params")))
            return KEY_PARAMS;
    }
    if (depth == 2 && str_eq(name, STR("textDocument")))
        return KEY_DOCUMENT;
    if (depth == 3 && str_eq(name, STR("uri")))
        return KEY_URI;
    return KEY_OTHER;
}

static void keep(char *to, size_t cap, str_view value)
{
    if (to[0] == '\0' && value.len < cap) {
        memcpy(to, value.ptr, value.len);
        to[value.len] = '\0';
    }
}

static void string_end(lsp_salvage *s)
{
    str_view token = {s->token, s->n_token};
    if (s->depth < 1 || s->depth > 3)
        return;
    if (s->expect_key) {
        s->key[s->depth] = s->token_cut ? KEY_OTHER : classify(s->depth, token);
        s->expect_key = false;
        return;
    }
    if (s->token_cut || token.len == 0)
        return;
    if (s->depth == 1 && s->key[1] == KEY_ID && s->id[0] == '\0') {
        /* Anything that would need escaping again is not worth it. */
        bool plain = token.len + 3 <= sizeof s->id && !memchr(token.ptr, '"', token.len) &&
                     !memchr(token.ptr, '\\', token.len);
        if (plain)
            snprintf(s->id, sizeof s->id, "\"%.*s\"", STR_ARG(token));
    }
    if (s->depth == 1 && s->key[1] == KEY_METHOD)
        keep(s->method, sizeof s->method, token);
    if (s->depth == 3 && s->key[1] == KEY_PARAMS && s->key[2] == KEY_DOCUMENT &&
        s->key[3] == KEY_URI)
        keep(s->uri, sizeof s->uri, token);
}

/* A number that stands alone as a value of the outermost object. */
static void number_end(lsp_salvage *s)
{
    if (s->n_token && !s->token_cut && s->depth == 1 && s->key[1] == KEY_ID && s->n_token <= 18)
        keep(s->id, sizeof s->id, (str_view){s->token, s->n_token});
    s->n_token = 0;
}

static void push(lsp_salvage *s, char c)
{
    if (s->n_token < sizeof s->token)
        s->token[s->n_token++] = c;
    else
        s->token_cut = true;
}

static void string_byte(lsp_salvage *s, char c)
{
    if (s->escaped) {
        s->escaped = false;
        if (c == '/' || c == '"' || c == '\\')
            push(s, c);
        else
            s->token_cut = true;
    } else if (c == '\\') {
        s->escaped = true;
    } else if (c == '"') {
        s->in_string = false;
        string_end(s);
        s->n_token = 0;
        s->token_cut = false;
    } else if ((unsigned char)c < 0x20 || (unsigned char)c >= 0x80) {
        /* Only ASCII is kept: broken UTF-8 must not come back in our answer. */
        s->token_cut = true;
    } else {
        push(s, c);
    }
}

void lsp_salvage_feed(lsp_salvage *s, str_view bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.ptr[i];
        if (s->in_string) {
            string_byte(s, c);
            continue;
        }
        bool digit = (c >= '0' && c <= '9') || (c == '-' && s->n_token == 0);
        if (digit) {
            push(s, c);
            continue;
        }
        if (c == '.' || c == 'e' || c == 'E')
            s->token_cut = true; /* no id of ours */
        if (c == ',' || c == '}' || c == ']') {
            number_end(s);
            s->token_cut = false;
        }
        switch (c) {
        case '"':
            s->in_string = true;
            s->n_token = 0;
            s->token_cut = false;
            break;
        case '{':
        case '[':
            if (s->depth < UINT32_MAX)
                s->depth++;
            if (s->depth < 4) {
                s->in_object[s->depth] = c == '{';
                s->key[s->depth] = KEY_OTHER;
            }
            s->expect_key = c == '{';
            break;
        case '}':
        case ']':
            if (s->depth > 0)
                s->depth--;
            s->expect_key = false;
            break;
        case ',': s->expect_key = s->depth < 4 && s->in_object[s->depth]; break;
        default: break;
        }
    }
}

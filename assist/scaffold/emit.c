#include "assist/scaffold/emit.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "assist/scaffold/targets.h"
#include "base/path.h"
#include "base/utf.h"

static void put_line(emit_out *o, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    if (n > 0) {
        for (int i = 0; i < o->depth; i++)
            buf_append(o->b, str_of(o->unit));
        char *p = buf_reserve(o->b, (size_t)n + 1);
        if (p) {
            vsnprintf(p, (size_t)n + 1, format, again);
            buf_commit(o->b, (size_t)n);
        }
    }
    buf_append_byte(o->b, '\n');
    va_end(again);
}

void scaf__line(emit_out *o, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_line(o, format, args);
    va_end(args);
}

void scaf__blank(emit_out *o)
{
    buf_append_byte(o->b, '\n');
}

void scaf__open(emit_out *o, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_line(o, format, args);
    va_end(args);
    o->depth++;
}

void scaf__close(emit_out *o, const char *format, ...)
{
    va_list args;
    if (o->depth > 0)
        o->depth--;
    va_start(args, format);
    put_line(o, format, args);
    va_end(args);
}

const char *scaf__keys(emit_out *o, const schema_type *record, quote_style style)
{
    buf b;
    buf_init(&b, 1 << 20);
    for (uint32_t i = 0; i < record->n_fields; i++)
        buf_append_format(&b, "%s%s", i ? ", " : "", scaf__quote(o, record->fields[i].key, style));
    const char *out = arena_copy_z(o->a, buf_view(&b));
    buf_release(&b);
    return out ? out : "";
}

void scaf__block(emit_out *o, const char *text)
{
    scaf__block_with(o, text, NULL);
}

void scaf__block_with(emit_out *o, const char *text, const char *more)
{
    str_view rest = str_of(text);
    while (rest.len) {
        str_view line = str_take_line(&rest);
        if (str_eq(line, STR("@more@"))) {
            if (more)
                scaf__block(o, more);
            continue;
        }
        if (line.len) {
            for (int i = 0; i < o->depth; i++)
                buf_append(o->b, str_of(o->unit));
        }
        buf_append(o->b, line);
        buf_append_byte(o->b, '\n');
    }
}

void scaf__file(emit_out *o, const char *format, ...)
{
    char path[256];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(path, sizeof path, format, args);
    va_end(args);
    o->depth = 0;
    if (n < 0 || (size_t)n >= sizeof path || o->n_files == EMIT_MAX_FILES) {
        if (o->b->failed == ERR_OK)
            o->b->failed = ERR_RANGE;
        return;
    }
    o->files[o->n_files++] = (emit_file){arena_copy(o->a, str_of(path)), o->b->len};
}

/* So that a path stays one that every file system takes. */
enum { FILE_NAME_BYTES = 100 };

/* The words of file names: a module cannot be imported by a name that is a keyword. */
static str_view file_words(emit_out *o)
{
    static const char keywords[] =
        " and as assert async await break case class const continue def default del do elif else "
        "end enum except export extends false finally for from function global if import in is "
        "lambda let match new none nonlocal not null or package pass raise return self static "
        "super "
        "switch this throw true try type typeof undefined var void while with yield ";
    str_view words = str_trim(str_slice(o->name_words, 0, FILE_NAME_BYTES));
    str_view padded = arena_format(o->a, " %.*s ", STR_ARG(words));
    if (padded.ptr && str_find(str_of(keywords), padded) < sizeof keywords - 1)
        words = arena_format(o->a, "%.*s file", STR_ARG(words));
    return words;
}

const char *scaf__file_name(emit_out *o, name_case c)
{
    return scaf__name(o, file_words(o), c);
}

static bool is_script(const char *suffix)
{
    static const char *const ends[] = {".ts", ".tsx", ".js", ".jsx", ".mjs"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (str_ends(str_of(suffix), str_of(ends[i])))
            return true;
    }
    return false;
}

const char *scaf__target_file(emit_out *o, const char *target)
{
    static const name_case cases[] = {CASE_KEBAB, CASE_KEBAB, CASE_SNAKE, CASE_CAMEL, CASE_PASCAL};
    const scaf_target *t = scaf__target_find(target);
    if (!t)
        return "";
    str_view path, suffix = str_of(t->suffix);
    if (o->script_case != ASSIST_CASE_TARGET && is_script(t->suffix)) {
        /* "-client.ts": its word is one of the name. */
        size_t dot = str_find_byte(suffix, '.');
        str_view word = str_slice(suffix, suffix.ptr[0] == '-' ? 1 : dot, dot);
        str_view words = file_words(o);
        if (word.len)
            words = arena_format(o->a, "%.*s %.*s", STR_ARG(words), STR_ARG(word));
        path = arena_format(o->a, "%s%.*s", scaf__name(o, words, cases[o->script_case]),
                            STR_ARG(str_slice(suffix, dot, suffix.len)));
    } else {
        path = arena_format(o->a, "%s%s", scaf__file_name(o, t->file_case), t->suffix);
    }
    return path.ptr ? path.ptr : "";
}

void scaf__also(emit_out *o, const char *target)
{
    assert(scaf__target_find(target) != NULL && o->n_also < EMIT_MAX_ALSO);
    o->also[o->n_also++] = target;
}

static bool has_word(str_view list, str_view want)
{
    while (list.len) {
        size_t end = str_find_byte(list, ' ');
        if (str_eq(str_slice(list, 0, end), want))
            return true;
        list = str_slice(list, end + 1, list.len);
    }
    return false;
}

bool scaf__uses(const emit_out *o, const char *library)
{
    return has_word(o->libraries, str_of(library));
}

/* Characters that change how the text around them is read or shown. */
static bool is_treacherous(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           c == 0x061C || (c >= 0xFFF9 && c <= 0xFFFB) || c == 0x180E ||
           (c >= 0xE0000 && c <= 0xE007F);
}

enum { ESCAPE_BYTES = 17 }; /* four octal bytes and the NUL that snprintf adds */

static size_t escape(char *out, uint32_t c, quote_style style, const char *raw, size_t n_raw)
{
    switch (style) {
    case QUOTE_JSON:
    case QUOTE_DOLLAR:
        if (c >= 0x10000) {
            c -= 0x10000;
            return (size_t)snprintf(out, ESCAPE_BYTES, "\\u%04x\\u%04x",
                                    0xD800 + (unsigned)(c >> 10), 0xDC00 + (unsigned)(c & 0x3ff));
        }
        return (size_t)snprintf(out, ESCAPE_BYTES, "\\u%04x", (unsigned)c);
    case QUOTE_LONG:
        return (size_t)snprintf(out, ESCAPE_BYTES, c >= 0x10000 ? "\\U%08x" : "\\u%04x",
                                (unsigned)c);
    case QUOTE_BRACE:
    case QUOTE_PHP:
    case QUOTE_RUBY: return (size_t)snprintf(out, ESCAPE_BYTES, "\\u{%x}", (unsigned)c);
    case QUOTE_LUA:
    case QUOTE_C: {
        size_t n = 0;
        for (size_t i = 0; i < n_raw; i++)
            n += (size_t)snprintf(out + n, 5, style == QUOTE_C ? "\\%03o" : "\\%03u",
                                  (unsigned)(unsigned char)raw[i]);
        return n;
    }
    case QUOTE_SQL: break;
    }
    memcpy(out, raw, n_raw);
    return n_raw;
}

const char *scaf__quote(emit_out *o, str_view v, quote_style style)
{
    if (v.len > SIZE_MAX / 32)
        return "";
    char *out = arena_push(o->a, v.len * 16 + 3 + ESCAPE_BYTES);
    size_t n = 0;
    if (!out)
        return "";
    char q = style == QUOTE_SQL ? '\'' : '"';
    out[n++] = q;
    for (size_t i = 0, step; i < v.len; i += step) {
        bool valid;
        uint32_t c = utf8_decode(str_slice(v, i, v.len), &step, &valid);
        char raw[UTF_MAX_BYTES];
        size_t n_raw = utf8_encode(raw, c);
        char next = i + step < v.len ? v.ptr[i + step] : '\0';
        if (style == QUOTE_SQL) {
            if (c == 0) /* no database keeps it in a text */
                n_raw = utf8_encode(raw, 0xFFFD);
            if (c == '\'')
                out[n++] = '\'';
            memcpy(out + n, raw, n_raw);
            n += n_raw;
        } else if (c == '"' || c == '\\' ||
                   (c == '$' && (style == QUOTE_DOLLAR || style == QUOTE_PHP)) ||
                   (c == '#' && style == QUOTE_RUBY)) {
            out[n++] = '\\';
            out[n++] = (char)c;
        } else if (c == '\n' || c == '\r' || c == '\t') {
            out[n++] = '\\';
            out[n++] = c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
        } else if (is_treacherous(c) || (c == '<' && (next == '/' || next == '!')) ||
                   (c == '/' && i && v.ptr[i - 1] == '*') ||
                   (c == '?' && style == QUOTE_C && next == '?') ||
                   /* tree-sitter's grammar for Lua sees a comment even in a string */
                   (c == '[' && style == QUOTE_LUA && i && v.ptr[i - 1] == '-')) {
            n += escape(out + n, c, style, raw, n_raw);
        } else {
            memcpy(out + n, raw, n_raw);
            n += n_raw;
        }
    }
    out[n++] = q;
    out[n] = '\0';
    return out;
}

static bool is_wide_blank(uint32_t c)
{
    return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
           c == 0x3000;
}

const char *scaf__comment(emit_out *o, str_view v)
{
    char *out = arena_push(o->a, 60 * (UTF_MAX_BYTES + 2) + 8);
    size_t n = 0, n_chars = 0;
    if (!out)
        return "";
    for (size_t i = 0, step; i < v.len; i += step) {
        uint32_t c = utf8_decode(str_slice(v, i, v.len), &step, NULL);
        if (n_chars++ == 60) {
            memcpy(out + n, "...", 3);
            n += 3;
            break;
        }
        char before = n ? out[n - 1] : '\0';
        if (is_treacherous(c) || is_wide_blank(c)) {
            out[n++] = ' ';
            continue;
        }
        /* Comment ends of the languages we write, and `\u`, which Java reads inside comments too.
         */
        if ((c == '/' && before == '*') || (c == '*' && before == '/') ||
            (c == '>' && before == '?') || (c == '>' && before == '-') ||
            (c == '"' && before == '"') || (c == '/' && before == '<') ||
            (c == '!' && before == '<') || (c == '-' && before == '-') ||
            (c == ']' && before == ']'))
            out[n++] = ' ';
        if (c == '\\')
            c = '/';
        if (c == '@' && (!before || before == ' ')) { /* a JSDoc or Javadoc tag */
            memcpy(out + n, "(at)", 4);
            n += 4;
            continue;
        }
        if (c == '/' && n && (out[n - 1] == '*' || out[n - 1] == '<'))
            out[n++] = ' ';
        n += utf8_encode(out + n, c);
    }
    out[n] = '\0';
    return out;
}

const char *scaf__evidence(emit_out *o, const schema_field *f)
{
    buf b;
    const schema_type *t = f->ref.type;
    buf_init(&b, 4096);
    if (t->kind == KIND_STRING && t->format != FORMAT_NONE)
        buf_append_format(&b, "%s; ", scaf__format_name(t->format));
    if (t->kind == KIND_INT && (t->epoch_s || t->epoch_ms))
        buf_append_format(&b, "%s since 1970; ", t->epoch_s ? "seconds" : "milliseconds");
    if (t->kind == KIND_MAP && t->format != FORMAT_NONE)
        buf_append_format(&b, "keys: %s; ", scaf__format_name(t->format));
    if (f->refers.len)
        buf_append_format(&b, "refers to %s; ", scaf__comment(o, f->refers));
    if (f->optional && f->n < f->n_objects)
        buf_append_format(&b, "in %llu of %llu; ", (unsigned long long)f->n,
                          (unsigned long long)f->n_objects);
    if (f->seen.n_null && f->seen.n_null < f->seen.n)
        buf_append_format(&b, "null %llu of %llu; ", (unsigned long long)f->seen.n_null,
                          (unsigned long long)f->seen.n);
    if (f->seen.example.len && t->kind != KIND_ENUM)
        buf_append_format(&b, "e.g. %s", scaf__comment(o, f->seen.example));
    str_view v = str_trim(buf_view(&b));
    if (v.len && v.ptr[v.len - 1] == ';')
        v.len--;
    const char *out = arena_copy_z(o->a, v);
    buf_release(&b);
    return out ? out : "";
}

const char *scaf__name(emit_out *o, str_view words, name_case c)
{
    const char *p = scaf__case(o->a, words, c).ptr;
    return p ? p : "";
}

/* Names of classes, and of fields with lambdas, become file names of at most 255 bytes. */
enum { MAX_NAME_BYTES = 80 };

type_names scaf__type_names(emit_out *o, name_case c, const char *reserved)
{
    type_names t = {NULL, o->s};
    name_scope scope;
    t.names = ARENA_ARRAY(o->a, const char *, o->s->n_named + 1);
    scaf__scope_init(&scope, o->a, reserved, true);
    for (uint32_t i = 0; t.names && i < o->s->n_named; i++) {
        str_view name = scaf__case(o->a, o->s->named[i]->words, c);
        str_view got = scaf__scope_claim(&scope, str_slice(name, 0, MAX_NAME_BYTES));
        t.names[i] = got.ptr ? arena_copy_z(o->a, got) : "";
        if (!t.names[i])
            t.names[i] = "";
        o->s->named[i]->emitted = i;
    }
    return t;
}

const char *scaf__type_name(const type_names *n, const schema_type *t)
{
    return n->names && t->emitted < n->s->n_named ? n->names[t->emitted] : "";
}

/* The case of members in the file that is being written, as the project has it. */
static name_case member_case(const emit_out *o, name_case c)
{
    if ((c != CASE_SNAKE && c != CASE_CAMEL) || !o->n_files)
        return c;
    str_view path = o->files[0].path, ending = path_ending(path);
    ending = str_slice(path, path.len - ending.len - 1, path.len);
    return has_word(o->snake_members, ending)   ? CASE_SNAKE
           : has_word(o->camel_members, ending) ? CASE_CAMEL
                                                : c;
}

bool scaf__is_plain(str_view v)
{
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
              (i && c >= '0' && c <= '9')))
            return false;
    }
    /* A leading underscore is private to pydantic, two are GraphQL's own. */
    return v.len && v.ptr[0] != '_';
}

const char *scaf__script_key(emit_out *o, str_view key)
{
    /* tree-sitter's grammar takes `abstract:` for a modifier: editors and our own check do too. */
    bool plain =
        key.len > 0 && !(key.ptr[0] >= '0' && key.ptr[0] <= '9') && !str_eq(key, STR("abstract"));
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        plain = plain && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '$');
    }
    if (!plain)
        return scaf__quote(o, key, QUOTE_JSON);
    const char *z = arena_copy_z(o->a, key);
    return z ? z : "";
}

/* Go sees only members with a capital. */
static str_view original_name(emit_out *o, str_view key, name_case c)
{
    if (c != CASE_GO || !(key.ptr[0] >= 'a' && key.ptr[0] <= 'z'))
        return key;
    return arena_format(o->a, "%c%.*s", key.ptr[0] - 'a' + 'A',
                        STR_ARG(str_slice(key, 1, key.len)));
}

const char **scaf__field_names(emit_out *o, const schema_type *record, name_case c,
                               const char *reserved)
{
    const char **names = ARENA_ARRAY(o->a, const char *, record->n_fields + 1);
    name_scope scope;
    c = member_case(o, c);
    scaf__scope_init(&scope, o->a, reserved, true);
    for (uint32_t i = 0; names && i < record->n_fields; i++) {
        str_view key = record->fields[i].key;
        str_view name = o->original_names && scaf__is_plain(key)
                            ? original_name(o, key, c)
                            : scaf__case(o->a, record->fields[i].words, c);
        str_view got = scaf__scope_claim(&scope, str_slice(name, 0, MAX_NAME_BYTES));
        names[i] = got.ptr ? arena_copy_z(o->a, got) : "";
        if (!names[i])
            names[i] = "";
    }
    return names;
}

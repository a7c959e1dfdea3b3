#include "lsp/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "base/utf.h"

int cli_fail(int code, const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "artel %s: ", command);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return code;
}

int cli_bad_option(const char *command)
{
    /* getopt has said which option; this says where to look. */
    fprintf(stderr, "artel %s: see 'artel help %s'\n", command, command);
    return CLI_USAGE;
}

bool cli_number(const char *text, long low, long high, long *out)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || n < low || n > high)
        return false;
    *out = n;
    return true;
}

const char *cli_style(enum cli_style style)
{
    static const char *const codes[] = {"\x1b[0m", "\x1b[2m", "\x1b[1m", "\x1b[32m", "\x1b[36m"};
    const char *term = getenv("TERM");
    const char *no_color = getenv("NO_COLOR");
    bool plain =
        !isatty(STDOUT_FILENO) || (no_color && *no_color) || (term && strcmp(term, "dumb") == 0);
    return plain ? "" : codes[style];
}

int cli_print_json(struct cJSON *root, const char *command)
{
    char *text = cJSON_Print(root);
    cJSON_Delete(root);
    if (!text)
        return cli_fail(CLI_FAILED, command, "out of memory");
    puts(text);
    cJSON_free(text);
    return CLI_OK;
}

void cli_json_str(cJSON *object, const char *key, str_view v)
{
    char *z = cJSON_malloc(v.len + 1);
    if (!z)
        return;
    if (v.len)
        memcpy(z, v.ptr, v.len);
    z[v.len] = '\0';
    cJSON_AddStringToObject(object, key, z);
    cJSON_free(z);
}

/* Takes ":N" off the end of *spot: true and the number when there is one. */
static bool take_number(str_view *spot, size_t *number)
{
    size_t digits = 0;
    while (digits < spot->len && spot->ptr[spot->len - 1 - digits] >= '0' &&
           spot->ptr[spot->len - 1 - digits] <= '9')
        digits++;
    if (digits == 0 || digits > 9 || digits >= spot->len ||
        spot->ptr[spot->len - 1 - digits] != ':')
        return false;
    *number = strtoul(spot->ptr + spot->len - digits, NULL, 10);
    spot->len -= digits + 1;
    return true;
}

static bool exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

err_code cli_read_stdin(buf *out, err *e)
{
    for (;;) {
        char *p = buf_reserve(out, 65536);
        if (!p)
            return err_set(e, ERR_RANGE, "standard input: larger than %zu bytes", out->max_bytes);
        ssize_t n = read(STDIN_FILENO, p, 65536);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_IO, "standard input: cannot read");
        buf_commit(out, (size_t)n);
        if (n == 0)
            return ERR_OK;
    }
}

str_view cli_absolute_path(arena *mem, const char *path)
{
    char *real = realpath(path, NULL);
    str_view result = {NULL, 0};
    if (real)
        result = arena_copy(mem, str_of(real));
    free(real);
    if (result.ptr)
        return result;
    char cwd[4096];
    if (path[0] == '/' || !getcwd(cwd, sizeof cwd))
        return arena_copy(mem, str_of(path));
    return arena_format(mem, "%s/%s", cwd, path);
}

static err_code place_cursor(struct cli_spot *s, size_t line, size_t col, err *e)
{
    size_t at = 0;
    for (size_t n = 1; n < line; n++) {
        at += str_find_byte(str_slice(s->text, at, s->text.len), '\n') + 1;
        if (at > s->text.len)
            return err_set(e, ERR_RANGE, "%s: has %zu lines, there is no line %zu", s->path, n,
                           line);
    }
    str_view rest = str_slice(s->text, at, s->text.len);
    str_view this_line = str_slice(rest, 0, str_find_byte(rest, '\n'));
    if (str_ends(this_line, STR("\r")))
        this_line.len--;
    size_t n_chars = utf32_length(this_line);
    if (col > n_chars + 1)
        return err_set(e, ERR_RANGE, "%s: line %zu has %zu characters, there is no column %zu",
                       s->path, line, n_chars, col);
    s->line = line;
    s->cursor = at + (col == 0 ? this_line.len : utf32_to_offset(this_line, col - 1));
    return ERR_OK;
}

err_code cli_spot_read(struct cli_spot *out, arena *mem, buf *file, const char *argument, err *e)
{
    struct cli_spot s = {0};
    str_view name = str_of(argument);
    size_t numbers[2] = {0, 0}; /* innermost first: column, then line */
    size_t n_numbers = 0;
    while (n_numbers < 2 && !exists(arena_copy_z(mem, name)) &&
           take_number(&name, &numbers[n_numbers]))
        n_numbers++;
    s.path = arena_copy_z(mem, name);
    if (!s.path)
        return err_set(e, ERR_NOMEM, "out of memory");
    bool is_stdin = strcmp(s.path, "-") == 0 || (n_numbers > 0 && s.path[0] == '\0');
    err_code rc = is_stdin ? cli_read_stdin(file, e) : file_read(file, s.path, e);
    if (rc != ERR_OK)
        return rc;
    s.text = buf_view(file);
    s.absolute = cli_absolute_path(mem, s.path);
    size_t line = n_numbers == 2 ? numbers[1] : numbers[0];
    size_t col = n_numbers == 2 ? numbers[0] : 0;
    if (n_numbers > 0 && (line == 0 || (n_numbers == 2 && col == 0)))
        return err_set(e, ERR_RANGE, "%s: lines and columns count from 1", s.path);
    if (n_numbers == 0) {
        s.cursor = s.text.len;
        s.line = 1;
        for (size_t i = 0; i < s.text.len; i++)
            s.line += s.text.ptr[i] == '\n';
    } else {
        rc = place_cursor(&s, line, col, e);
        if (rc != ERR_OK)
            return rc;
    }
    if (arena_failed(mem))
        return err_set(e, ERR_NOMEM, "out of memory");
    *out = s;
    return ERR_OK;
}

void cli_print_clean(str_view v)
{
    for (size_t i = 0; i < v.len; i++) {
        unsigned char b = (unsigned char)v.ptr[i];
        putchar((b < 0x20 && b != '\t' && b != '\n') || b == 0x7F ? '?' : b);
    }
}

/* Perl 5.30 and newer, its own modules only. All texts are bytes, as files and their names are;
 * what counts letters decodes them. The frame and what scripts share are in the tables. */
#include <string.h>

#include "assist/script/render.h"
#include "base/utf.h"

static const scr_style style = {{"perl", 4}, scr__quote_perl, scr__quote_perl_path};

/* A pattern that counts letters, or one whose letters have two cases, is no matter of bytes. */
static bool is_of_letters(str_view globs, bool any_case)
{
    for (size_t i = 0; i < globs.len; i++) {
        if (globs.ptr[i] == '?' || globs.ptr[i] == '[' ||
            (any_case && (unsigned char)globs.ptr[i] >= 0x80))
            return true;
    }
    return false;
}

/* The expression, whose letters beyond ASCII have numbers where it is for decoded names. */
static void put_regex(buf *o, str_view regex, bool of_letters)
{
    for (size_t i = 0; i < regex.len;) {
        size_t n;
        bool valid;
        uint32_t letter = utf8_decode(str_slice(regex, i, regex.len), &n, &valid);
        if (of_letters && n > 1)
            buf_append_format(o, "\\x{%x}", (unsigned)letter);
        else
            buf_append(o, str_slice(regex, i, i + n));
        i += n;
    }
}

static void put_names(buf *o, const scr_plan *p, const char *indent)
{
    static const struct {
        const char *slot, *before, *after, *is;
    } globs[] = {{"glob", "", "", "=~"},        {"prefix_is", "", "*", "=~"},
                 {"ext", "*.", "", "=~"},       {"not_glob", "", "", "!~"},
                 {"not_prefix", "", "*", "!~"}, {"not_ext", "*.", "", "!~"}};
    static const scr_patterns perl = {"\\A", "\\z", "\\/.+[]^$(){}|@", "\\[]^/@$"};
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++) {
        const scr_value *v = slot(p, globs[i].slot);
        if (!v || !v->text.len)
            continue;
        bool any_case = slot(p, "nocase") || str_ends(str_of(globs[i].slot), STR("ext"));
        bool of_letters = is_of_letters(v->text, any_case);
        buf regex;
        buf_init(&regex, SIZE_MAX);
        scr__globs(&regex, &perl, globs[i].before, v->text, globs[i].after);
        buf_append_format(o, "%snext unless %s %s /", indent,
                          of_letters ? "to_letters($name)" : "$name", globs[i].is);
        put_regex(o, buf_view(&regex), of_letters);
        put(o, any_case ? "/is;\n" : "/s;\n");
        finish(o, &regex);
    }
}

static void put_skip(buf *o, const scr_plan *p, const char *indent)
{
    str_view name = scr__folder_name(slot(p, "skip_dir")->text);
    bool inner = str_find_byte(name, '/') < name.len;
    buf_append_format(o, "%snext if %s", indent, inner ? "ends_with(\"/$file\", " : "$name eq ");
    put(o, inner && name.ptr[0] != '/' ? "'/' . " : "");
    scr__quote_perl(o, name);
    put(o, inner ? ");\n" : ";\n");
}

static void put_lines(buf *o, const scr_plan *p, str_view role, const char *indent)
{
    if (str_eq(role, STR("names")))
        put_names(o, p, indent);
    else if (str_eq(role, STR("skip")))
        put_skip(o, p, indent);
    else if (str_eq(role, STR("option-lines")))
        scr__options_help(o, p, style.language);
}

/* --- the modules --- */

static void put_import(buf *o, const char *module, str_view names)
{
    buf_append_format(o, "use %s%s%.*s%s;\n", module, names.len ? " qw(" : "", STR_ARG(names),
                      names.len ? ")" : "");
}

static void put_modules(buf *o, const buf *code)
{
    /* What is imported is named where it is used: functions with a bracket behind them. */
    static const struct {
        const char *module, *names[9];
        char behind;
    } modules[] = {
        {"Cwd", {"abs_path", "getcwd"}, '('},
        {"Digest::MD5", {NULL}, '\0'},
        {"Digest::SHA", {NULL}, '\0'},
        {"Encode", {"decode", "encode", "encode_utf8"}, '('},
        {"Fcntl", {"O_CREAT", "O_EXCL", "O_WRONLY"}, '\0'},
        {"File::Basename", {"basename", "dirname"}, '('},
        {"File::Copy", {"copy", "move"}, '('},
        {"File::Path", {"make_path", "remove_tree"}, '('},
        {"File::Temp", {"tempfile"}, '('},
        {"Getopt::Long", {":config gnu_getopt"}, '\0'},
        {"HTTP::Tiny", {NULL}, '\0'},
        {"IO::Compress::Gzip", {"gzip"}, '('},
        {"IO::Uncompress::Gunzip", {"gunzip"}, '('},
        {"List::Util", {"head", "max", "min", "shuffle", "sum0", "tail", "uniq"}, '('},
        {"MIME::Base64", {"decode_base64", "encode_base64"}, '('},
        {"POSIX", {"ceil", "strftime", "sysconf", "uname"}, '('},
        {"Sys::Hostname", {"hostname"}, '('},
        {"Time::Local", {"timelocal"}, '('},
    };
    put(o, "use strict;\nuse warnings;\n");
    /* Bytes that are no UTF-8 are such letters, until they are written. */
    if (scr__mentions(buf_view(code), STR("to_letters"), '('))
        put(o, "no warnings qw(non_unicode surrogate);\n");
    put(o, "\n");
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        bool options = strcmp(modules[i].module, "Getopt::Long") == 0;
        buf names;
        buf_init(&names, SIZE_MAX);
        for (const char *const *name = modules[i].names; *name; name++) {
            if (options || scr__mentions(buf_view(code), str_of(*name), modules[i].behind))
                buf_append_format(&names, "%s%s", names.len ? " " : "", *name);
        }
        if (names.len || (!modules[i].names[0] &&
                          scr__mentions(buf_view(code), str_of(modules[i].module), '\0')))
            put_import(o, modules[i].module, buf_view(&names));
        finish(o, &names);
    }
    put(o, "\n");
}

/* What the script is about comes first, what it shares with others behind it. */
void scr__perl(buf *o, const scr_plan *p)
{
    buf code;
    buf_init(&code, SIZE_MAX);
    scr__frame(&code, p, &style, "script", put_lines);
    scr__called_parts(&code, p, &style);
    scr__frame(&code, p, &style, "end", NULL);
    put(o, "#!/usr/bin/env perl\n");
    scr__head(o, p, style.language, "#");
    put(o, "\n");
    put_modules(o, &code);
    buf_append(o, buf_view(&code));
    finish(o, &code);
}

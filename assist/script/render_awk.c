/* awk: the rules of one step, as a program of its own. It reads files or standard input and prints.
 */
#include "assist/script/render.h"

static const scr_style style = {{"awk", 3}, scr__quote_awk, NULL};

str_view scr__awk_cannot(const scr_plan *p)
{
    const scr_block *b = &p->block;
    if (b->source != SCR_FROM_TEXT)
        return STR("an awk program reads the lines of files that are named, or of standard input");
    if (b->n > 1)
        return STR("an awk program does one step");
    if (scr__slot(b->slots, "in_place") || scr__slot(b->slots, "out"))
        return STR("an awk program prints: put what it prints where you want it");
    return STR("");
}

/* "a=b" would set a variable. */
static void quote_path(buf *o, str_view path)
{
    bool home = str_starts(path, STR("~/"));
    buf_append(o, home ? STR("ENVIRON[\"HOME\"] \"/\" ") : STR(""));
    buf_append(o, path.ptr[0] != '/' && str_find_byte(path, '=') < path.len && !home
                      ? STR("\"./\" ")
                      : STR(""));
    scr__quote_awk(o, str_slice(path, home ? 2 : 0, path.len));
}

void scr__awk(buf *o, const scr_plan *p)
{
    const scr_clause *c = &p->block.parts[0];
    const scr_value *file = scr__slot(p->block.slots, "file");
    str_view body = scr__body(c->step, style.language, "pipe");
    buf code;
    buf_init(&code, SIZE_MAX);
    buf_append(o, STR("#!/usr/bin/awk -f\n"));
    scr__head(o, p, style.language, "#");
    buf_append_format(o, "# usage: awk -f THIS [FILE...]: %.*s\n\n", STR_ARG(scr__title(p)));
    if (file) {
        buf_append(&code, STR("BEGIN { if (ARGC < 2) { ARGV[1] = "));
        quote_path(&code, file->text);
        buf_append(&code, STR("; ARGC = 2 } }\n\n"));
    }
    if (scr__mentions(body, STR("columnOf"), '(') || scr__mentions(body, STR("readCells"), '('))
        buf_append(&code, STR("END { if (failed) exit 1 }\n\n"));
    scr__fill(&code, &style, body, c->slots, p->block.slots, "");
    buf_append_byte(&code, '\n');
    scr__called_parts(&code, p, &style);
    buf_append(o, str_trim_right(buf_view(&code)));
    buf_append_byte(o, '\n');
    finish(o, &code);
}

#include <getopt.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "assist/complete/complete.h"
#include "assist/complete/why.h"
#include "base/clock.h"
#include "lsp/cli.h"

enum { WHY_MAX_BYTES = 1 << 20, SHOWN_LINES = 4 };

struct options {
    const char *model, *lora;
    long n_items;
    bool json, show, why, blind, project;
};

static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        {"blind", no_argument, NULL, 'b'},
        {"json", no_argument, NULL, 'j'},
        {"lora", required_argument, NULL, 'a'},
        {"model", required_argument, NULL, 'm'},
        {"number", required_argument, NULL, 'n'},
        {"project", no_argument, NULL, 'p'},
        {"show", no_argument, NULL, 's'},
        {"why", no_argument, NULL, 'w'},
        {NULL, 0, NULL, 0},
    };
    for (int c; (c = getopt_long(argc, argv, "bjm:n:psw", longs, NULL)) != -1;) {
        switch (c) {
        case 'b': o->blind = true; break;
        case 'j': o->json = true; break;
        case 'p': o->project = true; break;
        case 's': o->show = true; break;
        case 'w': o->why = true; break;
        case 'a': o->lora = optarg; break;
        case 'm': o->model = optarg; break;
        case 'n':
            if (!cli_number(optarg, 1, 8, &o->n_items))
                return cli_fail(CLI_USAGE, "complete", "-n takes a number from 1 to 8, not '%s'",
                                optarg);
            break;
        default: return cli_bad_option("complete");
        }
    }
    if (argc - optind != 1)
        return cli_fail(CLI_USAGE, "complete", "give one FILE:LINE:COL; see 'artel help complete'");
    return CLI_OK;
}

static int print_json(const struct assist_completion *c, const struct cli_spot *spot,
                      const char *hidden, const assist_engine *engine, double total_ms)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *items = cJSON_AddArrayToObject(root, "items");
    for (size_t i = 0; i < c->n_items; i++) {
        const struct assist_suggestion *s = &c->items[i];
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToArray(items, item);
        cli_json_str(item, "text", s->text);
        cJSON_AddNumberToObject(item, "beginByte", (double)s->begin_bytes);
        cJSON_AddNumberToObject(item, "endByte", (double)s->end_bytes);
        cJSON_AddNumberToObject(item, "confidence", (double)s->confidence);
        cJSON_AddStringToObject(item, "source", s->source);
    }
    cJSON_AddNumberToObject(root, "cursorByte", (double)spot->cursor);
    if (hidden)
        cli_json_str(root, "hidden", str_of(hidden));
    if (c->silent_because)
        cJSON_AddStringToObject(root, "silentBecause", c->silent_because);
    cJSON *steps = cJSON_AddArrayToObject(root, "steps");
    for (size_t i = 0; i < c->n_steps; i++) {
        cJSON *step = cJSON_CreateObject();
        cJSON_AddItemToArray(steps, step);
        cJSON_AddStringToObject(step, "source", c->steps[i].source);
        cJSON_AddStringToObject(step, "gate", c->steps[i].gate);
        cJSON_AddStringToObject(step, "did", c->steps[i].did);
        cli_json_str(step, "text", c->steps[i].text);
    }
    cJSON_AddStringToObject(root, "model", assist_engine_describe(engine));
    cJSON *t = cJSON_AddObjectToObject(root, "timings");
    cJSON_AddNumberToObject(t, "totalMs", total_ms);
    cJSON_AddNumberToObject(t, "writtenMs", clock_ms(c->timings.written_ns));
    cJSON_AddNumberToObject(t, "promptMs", clock_ms(c->timings.prompt_ns));
    cJSON_AddNumberToObject(t, "feedMs", clock_ms(c->timings.feed_ns));
    cJSON_AddNumberToObject(t, "decodeMs", clock_ms(c->timings.decode_ns));
    cJSON_AddNumberToObject(t, "promptTokens", (double)c->timings.n_prompt);
    cJSON_AddNumberToObject(t, "reusedTokens", (double)c->timings.n_reused);
    cJSON_AddNumberToObject(t, "decodedTokens", (double)c->timings.n_decoded);
    return cli_print_json(root, "complete");
}

/* The lines before the cursor, the cursor's line with the suggestion in it, the line after. */
static void print_in_place(const struct cli_spot *spot, const struct assist_suggestion *s)
{
    size_t first = spot->cursor;
    for (size_t n = 0; first > 0; first--)
        if (spot->text.ptr[first - 1] == '\n' && n++ == SHOWN_LINES)
            break;
    str_view before = str_slice(spot->text, first, spot->cursor);
    size_t line = spot->line;
    for (size_t i = 0; i < before.len; i++)
        line -= before.ptr[i] == '\n';
    const char *plain = cli_style(CLI_PLAIN);
    for (bool more = true; more; line++) {
        more = str_find_byte(before, '\n') < before.len;
        printf("%s%5zu%s  ", cli_style(CLI_DIM), line, plain);
        cli_print_clean(str_take_line(&before));
        if (more)
            putchar('\n');
    }
    printf("%s%s", cli_style(CLI_BOLD), cli_style(CLI_GREEN));
    cli_print_clean(s->text);
    printf("%s", plain);
    str_view after = str_slice(spot->text, s->end_bytes, spot->text.len);
    cli_print_clean(str_trim_right(str_take_line(&after)));
    putchar('\n');
    if (after.len > 0) {
        printf("%s%5zu%s  ", cli_style(CLI_DIM), line, plain);
        cli_print_clean(str_trim_right(str_take_line(&after)));
        putchar('\n');
    }
}

static void print_timings(const struct assist_completion *c, double total_ms)
{
    printf("%s       %.0f ms in all; %s, confidence %.0f %%", cli_style(CLI_DIM), total_ms,
           c->items[0].source, (double)c->items[0].confidence * 100);
    if (c->timings.n_decoded > 0)
        printf("; %zu tokens read in %.1f ms, %zu written in %.1f ms",
               c->timings.n_prompt - c->timings.n_reused, clock_ms(c->timings.feed_ns),
               c->timings.n_decoded, clock_ms(c->timings.decode_ns));
    printf("%s\n", cli_style(CLI_PLAIN));
}

static int print_why(const struct assist_completion *c)
{
    buf text;
    buf_init(&text, WHY_MAX_BYTES);
    assist_why(&text, c);
    cli_print_clean(buf_view(&text));
    buf_release(&text);
    return c->n_items ? CLI_OK : CLI_NOTHING;
}

static int print_text(const struct assist_completion *c, const struct cli_spot *spot,
                      const char *hidden, bool show, double total_ms)
{
    if (c->n_items == 0)
        return cli_fail(CLI_NOTHING, "complete", "no suggestion: %s",
                        c->silent_because ? c->silent_because : "nothing plausible");
    for (size_t i = 0; i < c->n_items; i++) {
        if (show)
            print_in_place(spot, &c->items[i]);
        else
            printf("%.*s\n", STR_ARG(c->items[i].text));
    }
    if (show && hidden) {
        printf("%s was:  ", cli_style(CLI_DIM));
        cli_print_clean(str_of(hidden));
        printf("%s\n", cli_style(CLI_PLAIN));
    }
    if (show)
        print_timings(c, total_ms);
    return CLI_OK;
}

/* Takes what is right of the cursor off its line, as if it were not written yet, and returns it. */
static const char *hide_rest(struct cli_question *q)
{
    struct cli_spot *spot = &q->spot;
    str_view rest = str_slice(spot->text, spot->cursor, spot->text.len);
    rest = str_slice(rest, 0, str_find_byte(rest, '\n'));
    if (str_ends(rest, STR("\r")))
        rest.len--;
    const char *hidden = arena_copy_z(&q->mem, rest);
    buf_splice(&q->file, spot->cursor, spot->cursor + rest.len, STR(""));
    spot->text = buf_view(&q->file);
    return hidden;
}

int cli_complete(int argc, char **argv)
{
    uint64_t start = clock_now_ns();
    struct options o = {.n_items = 1};
    int code = parse(&o, argc, argv);
    if (code != CLI_OK)
        return code;

    err e = {{0}};
    struct cli_question q;
    struct assist_document doc;
    struct assist_completion c = {0};
    const char *hidden = NULL;
    err_code rc = cli_question_open(&q, argv[optind], o.model, o.lora, &e);
    if (rc == ERR_OK && o.blind)
        hidden = hide_rest(&q);
    if (rc == ERR_OK)
        rc = cli_question_document(&q, &doc, o.project, &e);
    if (rc == ERR_OK) {
        struct assist_complete_options options = ASSIST_COMPLETE_OPTIONS_DEFAULT;
        options.n_items = (uint32_t)o.n_items;
        options.invoked = true;
        rc = assist_complete(q.engine, &c, &q.mem, &doc, q.spot.cursor, &options, NULL, &e);
    }
    double total_ms = clock_ms(clock_now_ns() - start);
    if (rc != ERR_OK)
        code = cli_fail(CLI_FAILED, "complete", "%s", e.text[0] ? e.text : err_name(rc));
    else if (o.json)
        code = print_json(&c, &q.spot, hidden, q.engine, total_ms);
    else if (o.why)
        code = print_why(&c);
    else
        code = print_text(&c, &q.spot, hidden, o.show, total_ms);
    cli_question_close(&q);
    return code;
}

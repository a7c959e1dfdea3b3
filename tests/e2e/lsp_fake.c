/* The language server on stdin and stdout with an engine that does what the document tells it:
 *   @say A|B     suggest A, and B as an alternative; \n is a new line, \\ a backslash
 *   @back N      the suggestion replaces N bytes before the cursor, too
 *   @cover N     ... and N bytes behind it
 *   @import X    it needs the line X at the top of the document
 *   @block       think until cancelled
 *   @slow MS     think that long, or until cancelled
 *   @fail        fail with a sentence
 *   @wild        suggest a range outside the cursor's line
 *   @echo        suggest what the engine was asked
 *   @stat        suggest what the engine has done so far
 * It logs each call before it begins.
 * With --ahead it also thinks ahead, and says what it is then asked as "ahead N".
 * Options: --max-message BYTES, --load-ms MS, --load-fails, --model PATH. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "lsp/server.h"

struct assist_engine {
    unsigned n_complete, n_prepare, n_refresh, n_cancelled;
    char model[256];
};

static unsigned load_ms;
static bool load_fails;

static void sleep_ms(unsigned ms)
{
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

static err_code fake_create(assist_engine **out, const struct assist_engine_options *options,
                            err *e)
{
    sleep_ms(load_ms);
    const char *model = options->model_path ? options->model_path : "built in";
    if (load_fails || strstr(model, "missing"))
        return err_set(e, ERR_NOT_FOUND, "%s: there is no such model", model);
    assist_engine *a = calloc(1, sizeof *a);
    if (!a)
        return ERR_NOMEM;
    snprintf(a->model, sizeof a->model, "%s", model);
    *out = a;
    return ERR_OK;
}

static void fake_destroy(assist_engine *a)
{
    free(a);
}

static const char *fake_describe(const assist_engine *a)
{
    return a->model;
}

/* The rest of the line behind the last `word` in the text; ptr NULL when there is none. */
static str_view directive(str_view text, const char *word)
{
    str_view found = {NULL, 0};
    for (size_t at = 0; at < text.len;) {
        str_view rest = str_slice(text, at, text.len);
        size_t i = str_find(rest, str_of(word));
        if (i == rest.len)
            break;
        found = str_slice(rest, i + strlen(word), rest.len);
        at += i + 1;
    }
    return str_slice(found, 0, str_find_byte(found, '\n'));
}

static unsigned number(str_view text, const char *word)
{
    char digits[16];
    str_view rest = str_slice(directive(text, word), 0, sizeof digits - 1);
    snprintf(digits, sizeof digits, "%.*s", STR_ARG(rest));
    return (unsigned)strtoul(digits, NULL, 10);
}

/* False when cancelled meanwhile. */
static bool think(assist_engine *a, str_view text, const cancel_flag *cancel)
{
    bool forever = directive(text, "@block").ptr != NULL;
    unsigned ms = number(text, "@slow ");
    for (unsigned i = 0; (forever || i < ms) && !cancel_requested(cancel); i++)
        sleep_ms(1);
    a->n_cancelled += cancel_requested(cancel);
    return !cancel_requested(cancel);
}

static str_view unescaped(arena *mem, str_view v)
{
    char *to = arena_push(mem, v.len);
    size_t n = 0;
    for (size_t i = 0; to && i < v.len; i++) {
        bool escape = v.ptr[i] == '\\' && i + 1 < v.len;
        i += escape;
        to[n++] = escape && v.ptr[i] == 'n' ? '\n' : v.ptr[i];
    }
    return (str_view){to, n};
}

static err_code fake_complete(assist_engine *a, struct assist_completion *out, arena *mem,
                              const struct assist_document *doc, size_t cursor,
                              const struct assist_complete_options *options,
                              const cancel_flag *cancel, err *e)
{
    str_view text = doc->text;
    log_write(LOG_INFO, "complete %u", ++a->n_complete);
    if (!think(a, text, cancel))
        return ERR_CANCELLED;
    if (directive(text, "@fail").ptr)
        return err_set(e, ERR_FORMAT, "the model stumbled");
    str_view say = directive(text, "@say ");
    if (directive(text, "@echo").ptr)
        say =
            arena_format(mem, "%.*s;%.*s;%.*s;%zu;%u;%.*s", STR_ARG(doc->path), STR_ARG(doc->repo),
                         STR_ARG(doc->language), cursor, options->max_tokens, STR_ARG(text));
    else if (directive(text, "@stat").ptr)
        say = arena_format(mem, "complete %u prepare %u cancelled %u model %s", a->n_complete,
                           a->n_prepare, a->n_cancelled, a->model);
    unsigned n_items = options->n_items ? options->n_items : 1;
    struct assist_suggestion *items = ARENA_ARRAY(mem, struct assist_suggestion, n_items);
    if (!items)
        return ERR_NOMEM;
    *out = (struct assist_completion){.items = items,
                                      .timings.n_loose = directive(text, "@loose").ptr ? 1 : 0};
    bool split = say.ptr == directive(text, "@say ").ptr;
    str_view import = directive(text, "@import ");
    struct assist_edit *edit = import.ptr ? ARENA_NEW(mem, struct assist_edit) : NULL;
    if (edit)
        edit->text = arena_format(mem, "%.*s\n", STR_ARG(import));
    while (say.ptr && out->n_items < n_items) {
        size_t end = split ? str_find_byte(say, '|') : say.len;
        items[out->n_items++] = (struct assist_suggestion){
            .text = split ? unescaped(mem, str_slice(say, 0, end)) : say,
            .begin_bytes = directive(text, "@wild").ptr ? 0 : cursor - number(text, "@back "),
            .end_bytes = cursor + number(text, "@cover "),
            .source = "fake",
            .confidence = 1,
            .edits = edit,
            .n_edits = edit != NULL,
        };
        say = end < say.len ? str_slice(say, end + 1, say.len) : (str_view){NULL, 0};
    }
    out->silent_because = out->n_items ? NULL : "the document says nothing";
    return ERR_OK;
}

static err_code fake_prepare(assist_engine *a, const struct assist_document *doc, size_t cursor,
                             const cancel_flag *cancel, err *e)
{
    (void)cursor;
    (void)e;
    log_write(LOG_INFO, "prepare %u", ++a->n_prepare);
    return think(a, doc->text, cancel) ? ERR_OK : ERR_CANCELLED;
}

static err_code fake_refresh(assist_engine *a, const struct assist_document *doc, size_t cursor,
                             const cancel_flag *cancel, err *e)
{
    (void)e;
    log_write(LOG_INFO, "refresh %u at %zu", ++a->n_refresh, cursor);
    return think(a, doc->text, cancel) ? ERR_OK : ERR_CANCELLED;
}

static err_code fake_ahead(assist_engine *a, struct assist_completion *out,
                           struct assist_next *next, arena *mem, const struct assist_document *doc,
                           const struct assist_suggestion *accepted,
                           const struct assist_complete_options *options, const cancel_flag *cancel,
                           err *e)
{
    (void)options;
    (void)e;
    log_write(LOG_INFO, "ahead");
    if (!think(a, doc->text, cancel))
        return ERR_CANCELLED;
    next->text = arena_format(mem, "%.*s%.*s\n%.*s", (int)accepted->begin_bytes, doc->text.ptr,
                              STR_ARG(accepted->text), (int)(doc->text.len - accepted->end_bytes),
                              doc->text.ptr + accepted->end_bytes);
    next->cursor = accepted->begin_bytes + accepted->text.len + 1;
    struct assist_suggestion *item = ARENA_NEW(mem, struct assist_suggestion);
    if (!item)
        return ERR_NOMEM;
    *item = (struct assist_suggestion){.text = STR("thought ahead"),
                                       .begin_bytes = next->cursor,
                                       .end_bytes = next->cursor,
                                       .source = "fake",
                                       .confidence = 1};
    *out = (struct assist_completion){.items = item, .n_items = 1};
    return ERR_OK;
}

static void fake_told(assist_engine *a, float confidence, bool accepted)
{
    (void)a;
    log_write(LOG_INFO, "told %.1f %s", (double)confidence, accepted ? "taken" : "left");
}

int main(int argc, char **argv)
{
    static struct lsp_engine_api api = {.create = fake_create,
                                        .destroy = fake_destroy,
                                        .describe = fake_describe,
                                        .complete = fake_complete,
                                        .prepare = fake_prepare,
                                        .refresh = fake_refresh};
    struct lsp_server_options options = LSP_SERVER_OPTIONS_DEFAULT;
    options.engine = &api;
    options.version = "0.0-test";
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--load-fails") == 0)
            load_fails = true;
        else if (strcmp(argv[i], "--ahead") == 0)
            api.ahead = fake_ahead;
        else if (strcmp(argv[i], "--told") == 0)
            api.told = fake_told;
        else if (strcmp(argv[i], "--max-message") == 0 && i + 1 < argc)
            options.max_message_bytes = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--load-ms") == 0 && i + 1 < argc)
            load_ms = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--model") == 0 && i + 1 < argc)
            options.engine_options.model_path = argv[++i];
    }
    int code = 1;
    err e = {{0}};
    if (lsp_server_run(&code, &options, &e) != ERR_OK)
        fprintf(stderr, "lsp_fake: %s\n", e.text);
    return code;
}

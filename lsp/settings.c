#include "lsp/settings.h"

#include <stdio.h>
#include <string.h>

#include "context/ignore.h"

void lsp_settings_init(struct lsp_settings *s)
{
    *s = (struct lsp_settings){
        .enable = true,
        .learn_project = true,
        .completion_items = LSP_ITEMS_AUTO,
        .level = LOG_INFO,
        .max_tokens = 64,
        .n_alternatives = 3,
        /* A null in time beats a good item too late. */
        .budget_ms = 400,
        /* 60 documents with the built-in model, 9,000 tokens with one of 1.5 billion parameters. */
        .kv_megabytes = 256,
    };
}

struct reader {
    struct lsp_settings *s;
    lsp_settings_report *report;
    void *user;
};

static void complain(const struct reader *r, const char *key, const char *want)
{
    char line[256];
    snprintf(line, sizeof line, "setting \"%.60s\" must be %s; it keeps its value", key, want);
    r->report(r->user, line);
}

static void read_number(const struct reader *r, const cJSON *v, uint32_t *out, uint32_t min,
                        uint32_t max)
{
    uint32_t n;
    if (lsp_json_as_uint(v, &n) && n >= min && n <= max) {
        *out = n;
        return;
    }
    char want[64];
    snprintf(want, sizeof want, "a whole number from %u to %u", min, max);
    complain(r, v->string, want);
}

/* Index of the string in `names` (NULL-terminated), or -1 after a complaint. */
static int read_choice(const struct reader *r, const cJSON *v, const char *const *names,
                       const char *want)
{
    str_view text;
    if (lsp_json_as_str(v, &text))
        for (int i = 0; names[i]; i++)
            if (str_eq(text, str_of(names[i])))
                return i;
    complain(r, v->string, want);
    return -1;
}

static void read_languages(const struct reader *r, const cJSON *v,
                           char to[LSP_MAX_LANGUAGES_OFF][LSP_LANGUAGE_BYTES], uint32_t *n_to)
{
    uint32_t n = 0;
    char list[LSP_MAX_LANGUAGES_OFF][LSP_LANGUAGE_BYTES];
    const cJSON *item;
    bool ok = cJSON_IsArray(v) && cJSON_GetArraySize(v) <= LSP_MAX_LANGUAGES_OFF;
    if (ok) {
        cJSON_ArrayForEach(item, v)
        {
            str_view text;
            ok = ok && lsp_json_as_str(item, &text) && text.len < LSP_LANGUAGE_BYTES;
            if (ok)
                memcpy(list[n++], text.ptr, text.len + 1);
        }
    }
    if (!ok) {
        complain(r, v->string, "a list of at most 64 language ids");
        return;
    }
    memcpy(to, list, n * sizeof list[0]);
    *n_to = n;
}

static void read_paths(const struct reader *r, const cJSON *v)
{
    size_t n = 0;
    char list[LSP_PATHS_OFF_BYTES];
    const cJSON *item;
    bool ok = cJSON_IsArray(v);
    if (ok) {
        cJSON_ArrayForEach(item, v)
        {
            str_view text;
            ok = ok && lsp_json_as_str(item, &text) && text.len < sizeof list - n - 1 &&
                 str_find_byte(text, '\n') == text.len;
            if (ok) {
                memcpy(list + n, text.ptr, text.len);
                n += text.len;
                list[n++] = '\n';
            }
        }
    }
    if (!ok) {
        complain(r, v->string, "a list of patterns as in .gitignore, 8 KB at most");
        return;
    }
    list[n] = '\0';
    memcpy(r->s->paths_off, list, n + 1);
}

static void read_one(const struct reader *r, const cJSON *v)
{
    static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
    static const char *const modes[] = {"auto", "always", "never", NULL};
    static const char *const kv_types[] = {"f16", "q8_0", NULL};
    static const char *const hovers[] = {"off", "unfamiliar", "always", NULL};
    struct lsp_settings *s = r->s;
    str_view key = str_of(v->string);
    str_view text;
    int choice;
    if (str_eq(key, STR("editorInfo")) || str_eq(key, STR("editorPluginInfo")))
        return; /* how Copilot's clients introduce themselves */
    if (str_eq(key, STR("enable"))) {
        if (!lsp_json_as_bool(v, &s->enable))
            complain(r, v->string, "true or false");
    } else if (str_eq(key, STR("learnProject"))) {
        if (!lsp_json_as_bool(v, &s->learn_project))
            complain(r, v->string, "true or false");
    } else if (str_eq(key, STR("completionItems"))) {
        choice = read_choice(r, v, modes, "\"auto\", \"always\" or \"never\"");
        if (choice >= 0)
            s->completion_items = (lsp_items_mode)choice;
    } else if (str_eq(key, STR("logLevel"))) {
        choice = read_choice(r, v, levels, "\"error\", \"warning\", \"info\" or \"debug\"");
        if (choice >= 0)
            s->level = (log_level)(choice + LOG_ERROR);
    } else if (str_eq(key, STR("maxTokens"))) {
        read_number(r, v, &s->max_tokens, 1, 1024);
    } else if (str_eq(key, STR("alternatives"))) {
        read_number(r, v, &s->n_alternatives, 1, 10);
    } else if (str_eq(key, STR("budgetMs"))) {
        read_number(r, v, &s->budget_ms, 0, 60000);
    } else if (str_eq(key, STR("debounceMs"))) {
        read_number(r, v, &s->debounce_ms, 0, 5000);
    } else if (str_eq(key, STR("threads"))) {
        read_number(r, v, &s->n_threads, 0, 256);
    } else if (str_eq(key, STR("kvMegabytes"))) {
        read_number(r, v, &s->kv_megabytes, 0, 1 << 20);
    } else if (str_eq(key, STR("kvType"))) {
        choice = read_choice(r, v, kv_types, "\"f16\" or \"q8_0\"");
        if (choice >= 0)
            s->kv_type = (model_kv_type)choice;
    } else if (str_eq(key, STR("model"))) {
        if (cJSON_IsNull(v))
            s->model_path[0] = '\0';
        else if (lsp_json_as_str(v, &text) && text.len < sizeof s->model_path)
            memcpy(s->model_path, text.ptr, text.len + 1);
        else
            complain(r, v->string, "the path of a GGUF file, or \"\" for the built-in model");
    } else if (str_eq(key, STR("disabledLanguages"))) {
        read_languages(r, v, s->languages_off, &s->n_languages_off);
    } else if (str_eq(key, STR("disabledPaths"))) {
        read_paths(r, v);
    } else if (str_eq(key, STR("knownLanguages"))) {
        read_languages(r, v, s->languages_known, &s->n_languages_known);
    } else if (str_eq(key, STR("inlayHints"))) {
        if (!lsp_json_as_bool(v, &s->inlay_hints))
            complain(r, v->string, "true or false");
    } else if (str_eq(key, STR("prose"))) {
        if (!lsp_json_as_bool(v, &s->prose))
            complain(r, v->string, "true or false");
    } else if (str_eq(key, STR("hover"))) {
        choice = read_choice(r, v, hovers, "\"off\", \"unfamiliar\" or \"always\"");
        if (choice >= 0)
            s->hover = (lsp_hover_mode)choice;
    } else {
        char line[160];
        snprintf(line, sizeof line, "setting \"%.60s\" is not known to artel", v->string);
        r->report(r->user, line);
    }
}

void lsp_settings_read(struct lsp_settings *s, const cJSON *object, lsp_settings_report *report,
                       void *user)
{
    struct reader r = {s, report, user};
    const cJSON *inner = lsp_json_get(object, "artel");
    const cJSON *from = inner ? inner : object;
    if (!from || cJSON_IsNull(from))
        return;
    if (!cJSON_IsObject(from)) {
        report(user, "the settings of artel must be a JSON object");
        return;
    }
    const cJSON *v;
    cJSON_ArrayForEach(v, from)
    {
        if (v->string)
            read_one(&r, v);
    }
}

bool lsp_settings_language_is_on(const struct lsp_settings *s, str_view language)
{
    for (uint32_t i = 0; i < s->n_languages_off; i++)
        if (str_eq(language, str_of(s->languages_off[i])))
            return false;
    return true;
}

bool lsp_settings_path_is_on(const struct lsp_settings *s, str_view path)
{
    if (!s->paths_off[0])
        return true;
    arena mem;
    arena_init(&mem, (size_t)1 << 20);
    struct ctx_ignore rules = {.mem = &mem};
    ctx_ignore_add(&rules, STR(""), str_of(s->paths_off));
    bool off = ctx_ignore_file(&rules, path);
    arena_release(&mem);
    return !off;
}

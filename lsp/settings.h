/* lsp/settings.h: what a user can set, from initializationOptions, workspace/configuration or
 * didChangeConfiguration. One flat value: copying it copies everything. */
#ifndef ARTEL_LSP_SETTINGS_H
#define ARTEL_LSP_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "base/str.h"
#include "lsp/json.h"
#include "model/kv.h"

enum {
    LSP_MAX_LANGUAGES_OFF = 64,
    LSP_LANGUAGE_BYTES = 40,
    LSP_MODEL_PATH_BYTES = 4096,
    LSP_PATHS_OFF_BYTES = 8192,
};

typedef enum {
    LSP_ITEMS_AUTO, /* completion items only for clients without inline completion */
    LSP_ITEMS_ALWAYS,
    LSP_ITEMS_NEVER,
} lsp_items_mode;

typedef enum {
    LSP_HOVER_OFF,        /* other servers hover */
    LSP_HOVER_UNFAMILIAR, /* in languages that are not among those known */
    LSP_HOVER_ALWAYS,
} lsp_hover_mode;

/* The comment after each field is its key. */
struct lsp_settings {
    bool enable;                     /* "enable" */
    lsp_items_mode completion_items; /* "completionItems": "auto", "always", "never" */
    log_level level;                 /* "logLevel": "error", "warning", "info", "debug" */
    uint32_t max_tokens;             /* "maxTokens": 1 to 1024, per suggestion */
    uint32_t n_alternatives;         /* "alternatives": 1 to 10, when the user asks */
    bool learn_project;    /* "learnProject": read the folders' files; when the engine is loaded */
    uint32_t budget_ms;    /* "budgetMs": 0 (none) to 60000, per request */
    uint32_t debounce_ms;  /* "debounceMs": 0 to 5000, automatic requests wait */
    uint32_t n_threads;    /* "threads": 0 (chosen) to 256 */
    uint32_t kv_megabytes; /* "kvMegabytes": 0 (one document) to 1048576, for documents' tokens */
    model_kv_type kv_type; /* "kvType": "f16", "q8_0" */
    char model_path[LSP_MODEL_PATH_BYTES]; /* "model": "" is the built-in one */
    lsp_hover_mode hover;                  /* "hover": "off", "unfamiliar", "always" */
    bool inlay_hints;                      /* "inlayHints": names beside rare operators */
    bool prose; /* "prose": behind an explanation that was asked for, the model's guess */
    uint32_t n_languages_known; /* "knownLanguages": ids; best first; none: learned */
    char languages_known[LSP_MAX_LANGUAGES_OFF][LSP_LANGUAGE_BYTES];
    uint32_t n_languages_off; /* "disabledLanguages": LSP language ids */
    char languages_off[LSP_MAX_LANGUAGES_OFF][LSP_LANGUAGE_BYTES];
    char paths_off[LSP_PATHS_OFF_BYTES]; /* "disabledPaths": patterns as in .gitignore, a line each
                                          */
};

void lsp_settings_init(struct lsp_settings *s);

/* Gets one sentence per problem. */
typedef void lsp_settings_report(void *user, const char *sentence);

/* Overwrites what `object` names; a value of the wrong type or range, and an unknown key, is
 * reported and changes nothing. Both {"enable": true} and {"artel": {"enable": true}} are
 * understood. NULL or null changes nothing; any other non-object is reported. */
void lsp_settings_read(struct lsp_settings *s, const cJSON *object, lsp_settings_report *report,
                       void *user);

bool lsp_settings_language_is_on(const struct lsp_settings *s, str_view language);
/* `path` is below its folder. Cost: O(patterns * path). */
bool lsp_settings_path_is_on(const struct lsp_settings *s, str_view path);

#endif

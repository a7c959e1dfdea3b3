/* From bytes to a request: parsing, classifying, settings, and what is salvaged from the
 * unparsable. */
#include <string.h>

#include "base/mem.h"
#include "base/utf.h"
#include "lsp/json.h"
#include "lsp/rpc.h"
#include "lsp/salvage.h"
#include "lsp/settings.h"
#include "tests/fuzz/fuzz.h"

static void ignore(void *user, const char *sentence)
{
    *(size_t *)user += strlen(sentence);
}

/* What we write can be read again, and is the same. */
static void check_round_trip(str_view text)
{
    lsp_writer w;
    cJSON *back = NULL;
    str_view again = {NULL, 0};
    lsp_write_init(&w);
    lsp_write_str(&w, text);
    PROMISE(lsp_json_parse(&back, w.out.ptr, w.out.len, NULL) == ERR_OK);
    PROMISE(lsp_json_as_str(back, &again));
    PROMISE(!utf8_is_valid(text) || str_find_byte(text, '\0') < text.len || str_eq(text, again));
    cJSON_Delete(back);
    lsp_write_release(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size ? size : 1);
    PROMISE(copy);
    if (size)
        memcpy(copy, data, size);
    lsp_salvage found = {.depth = 0};
    lsp_salvage_feed(&found, (str_view){copy, size});
    PROMISE(utf8_is_valid(str_of(found.id)) && utf8_is_valid(str_of(found.uri)));
    check_round_trip((str_view){copy, size});

    cJSON *tree = NULL;
    err e = {{0}};
    err_code rc = lsp_json_parse(&tree, copy, size, &e);
    PROMISE((rc == ERR_OK) == (tree != NULL));
    PROMISE(rc == ERR_OK || e.text[0]);
    if (tree) {
        struct lsp_message m;
        int code = lsp_message_read(&m, tree, &e);
        PROMISE(code == 0 || e.text[0]);
        PROMISE(code != 0 || m.kind != LSP_REQUEST || (m.id && m.method));
        /* An id we would answer to is itself JSON, and what was salvaged agrees with it. */
        if (m.id) {
            cJSON *id = NULL;
            char *text = malloc(strlen(m.id) + 1);
            PROMISE(text);
            memcpy(text, m.id, strlen(m.id) + 1);
            PROMISE(lsp_json_parse(&id, text, strlen(m.id), NULL) == ERR_OK);
            cJSON_Delete(id);
            free(text);
        }
        lsp_message_release(&m);
        struct lsp_settings settings;
        size_t n_said = 0;
        lsp_settings_init(&settings);
        lsp_settings_read(&settings, tree, ignore, &n_said);
        PROMISE(settings.max_tokens >= 1 && settings.max_tokens <= 1024);
        PROMISE(settings.n_languages_off <= LSP_MAX_LANGUAGES_OFF);
        cJSON_Delete(tree);
    }
    free(copy);
    return 0;
}

#include "assist/complete/complete.h"
#include "context/place.h"
#include "lsp/cli.h"

enum { FILE_MAX_BYTES = 64 << 20, ARENA_MAX_BYTES = 128 << 20 };

err_code cli_question_open(struct cli_question *q, const char *argument, const char *model,
                           const char *lora, err *e)
{
    *q = (struct cli_question){.engine = NULL};
    arena_init(&q->mem, ARENA_MAX_BYTES);
    buf_init(&q->file, FILE_MAX_BYTES);
    const struct assist_engine_options options = {.model_path = model, .lora_path = lora};
    err_code rc = cli_spot_read(&q->spot, &q->mem, &q->file, argument, e);
    return rc == ERR_OK ? assist_engine_create(&q->engine, &options, e) : rc;
}

err_code cli_question_document(struct cli_question *q, struct assist_document *doc, bool project,
                               err *e)
{
    struct ctx_place place = ctx_place_find(&q->mem, q->spot.absolute);
    const char *root = arena_copy_z(&q->mem, place.root);
    if (arena_failed(&q->mem))
        return err_set(e, ERR_NOMEM, "out of memory");
    *doc =
        (struct assist_document){.path = place.relative, .repo = place.name, .text = q->spot.text};
    err_code rc = project ? assist_open_folder(q->engine, root, NULL, e) : ERR_OK;
    if (rc == ERR_OK && project)
        assist_settle(q->engine);
    return rc;
}

void cli_question_close(struct cli_question *q)
{
    assist_engine_destroy(q->engine);
    buf_release(&q->file);
    arena_release(&q->mem);
}

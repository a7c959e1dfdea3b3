#include <getopt.h>

#include "base/log.h"
#include "lsp/cli.h"
#include "lsp/server.h"

static bool parse_level(const char *name, log_level *out)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (log_level)(LOG_ERROR + i);
            return true;
        }
    }
    return false;
}

int cli_lsp(int argc, char **argv)
{
    static const struct option longs[] = {
        {"log-level", required_argument, NULL, 'l'},
        {"lora", required_argument, NULL, 'a'},
        {"model", required_argument, NULL, 'm'},
        {"stdio", no_argument, NULL, 'i'},
        {NULL, 0, NULL, 0},
    };
    static const struct lsp_engine_api engine = {
        .create = assist_engine_create,
        .destroy = assist_engine_destroy,
        .describe = assist_engine_describe,
        .complete = assist_complete,
        .ahead = assist_ahead,
        .told = assist_told,
        .files_with = assist_files_with,
        .prepare = assist_prepare,
        .refresh = assist_refresh,
        .open_folder = assist_open_folder,
        .close_folder = assist_close_folder,
        .close_document = assist_close_document,
        .file_changed = assist_file_changed,
        .idle = assist_idle,
    };
    struct lsp_server_options options = LSP_SERVER_OPTIONS_DEFAULT;
    options.engine = &engine;
    options.version = ARTEL_VERSION;
    for (int c; (c = getopt_long(argc, argv, "l:m:", longs, NULL)) != -1;) {
        switch (c) {
        case 'l':
            if (!parse_level(optarg, &options.level))
                return cli_fail(CLI_USAGE, "lsp",
                                "--log-level takes error, warning, info or debug, not '%s'",
                                optarg);
            break;
        case 'a': options.engine_options.lora_path = optarg; break;
        case 'm': options.engine_options.model_path = optarg; break;
        case 'i': break;
        default: return cli_bad_option("lsp");
        }
    }
    if (optind < argc)
        return cli_fail(CLI_USAGE, "lsp", "takes no arguments, only options; see 'artel help lsp'");
    err e = {{0}};
    int exit_code = CLI_FAILED;
    err_code rc = lsp_server_run(&exit_code, &options, &e);
    if (rc != ERR_OK)
        return cli_fail(CLI_FAILED, "lsp", "%s", e.text[0] ? e.text : err_name(rc));
    return exit_code;
}

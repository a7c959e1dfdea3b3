/* The program: finds the command and hands over. The only place that ends the process. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lsp/cli.h"
#include "lsp/cli_help.h"

static const struct {
    const char *name;
    cli_command *run;
} commands[] = {
    {"setup", cli_setup},       {"doctor", cli_doctor}, {"lsp", cli_lsp},
    {"complete", cli_complete}, {"model", cli_model},   {"bench", cli_bench},
    {"tokenize", cli_tokenize}, {"replay", cli_replay}, {"explain", cli_explain},
    {"scaffold", cli_scaffold}, {"index", cli_index},   {"context", cli_context},
    {"adapt", cli_adapt},       {"script", cli_script}, {"generate", cli_generate},
};

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    /* Who reads has seen enough: `artel ... | head` ends as other tools do, whatever was inherited.
     * The server has its own ways. */
    signal(SIGPIPE, argc > 1 && strcmp(argv[1], "lsp") == 0 ? SIG_IGN : SIG_DFL);
    if (argc < 2) {
        cli_help_print(stderr, NULL);
        return CLI_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0 || strcmp(name, "version") == 0) {
        puts("artel " ARTEL_VERSION);
        return CLI_OK;
    }
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        if (cli_help_print(stdout, argc > 2 ? argv[2] : NULL))
            return CLI_OK;
        return cli_fail(CLI_USAGE, "help", "there is no command '%s'; 'artel help' lists them",
                        argv[2]);
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(name, commands[i].name) != 0)
            continue;
        for (int k = 2; k < argc && strcmp(argv[k], "--") != 0; k++) {
            if (strcmp(argv[k], "--help") == 0 || strcmp(argv[k], "-h") == 0) {
                cli_help_print(stdout, name);
                return CLI_OK;
            }
        }
        int code = commands[i].run(argc - 1, argv + 1);
        if ((fflush(stdout) != 0 || ferror(stdout)) && code == CLI_OK)
            code = cli_fail(CLI_FAILED, name, "the output could not be written");
        return code;
    }
    fprintf(stderr, "artel: there is no command '%s'; 'artel help' lists them\n", name);
    return CLI_USAGE;
}

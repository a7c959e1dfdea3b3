/* lsp/cli_help.h: the help texts of the command line. */
#ifndef ARTEL_LSP_CLI_HELP_H
#define ARTEL_LSP_CLI_HELP_H

#include <stdbool.h>
#include <stdio.h>

/* Prints the help of `command`, or the overview for NULL. False, nothing printed, for an unknown
 * one. */
bool cli_help_print(FILE *to, const char *command);

#endif

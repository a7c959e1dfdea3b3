/* assist/complete/parameters.h: what a signature calls its parameters. Pure. */
#ifndef ARTEL_ASSIST_COMPLETE_PARAMETERS_H
#define ARTEL_ASSIST_COMPLETE_PARAMETERS_H

#include <stddef.h>

#include "base/str.h"
#include "grammars/language.h"

/* The names of the parameters in a signature, of at most `cap`; without receivers such as self.
 * SIZE_MAX when it is not understood: variadic, patterns, without names. Pure; views into
 * `signature`. */
size_t assist_parameters(const gram_language *lang, str_view signature, str_view *names,
                         size_t cap);

#endif

/* assist/deliver/module.h: what an import calls a file of the project. TypeScript, JavaScript,
 * Python and Rust; Go's files need no import within their package. Any thread; blocks on the disk.
 */
#ifndef ARTEL_ASSIST_DELIVER_MODULE_H
#define ARTEL_ASSIST_DELIVER_MODULE_H

#include "base/arena.h"
#include "base/str.h"
#include "grammars/language.h"

/* The file at root/path for code in root/from; `from` is empty or ends in '/':
 * "../models/user.js", "app.models.user", "crate::models::user". Empty: Go, and Rust where the file
 * is of another crate. In `a`. */
str_view module_of(arena *a, str_view root, str_view from, str_view path,
                   const gram_language *lang);

#endif

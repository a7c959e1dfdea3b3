/* assist/deliver/testing.h: where a project has its tests, and what it calls them. TypeScript,
 * JavaScript and Python. Any thread; blocks on the disk. */
#ifndef ARTEL_ASSIST_DELIVER_TESTING_H
#define ARTEL_ASSIST_DELIVER_TESTING_H

#include <stdbool.h>

#include "assist/scaffold/scaffold.h"
#include "base/arena.h"
#include "base/err.h"

/* Files of r by targets of tests go where most tests of the project are that `folder` (absolute)
 * lies in: beside the code, into a folder beside it (`__tests__`) or one for all (`tests`, `spec`;
 * there into the folder that is called as the code's). They are named as those are (`x.spec.ts`,
 * `x_test.py`) and import from where things are then. Their paths, below `folder`, may begin with
 * `../`. Where there are no tests yet, or `keep` holds for where one of them would be without this,
 * they stay. ERR_NOMEM. Cost: lists the project's files. */
MUST_USE err_code testing_place(assist_scaffold_result *r, arena *a, const char *folder,
                                bool (*keep)(const char *path));

#endif

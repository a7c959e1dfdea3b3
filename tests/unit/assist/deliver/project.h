/* tests/unit/assist/deliver/project.h: a folder for made-up projects, and a cache folder in it. */
#ifndef ARTEL_TESTS_DELIVER_PROJECT_H
#define ARTEL_TESTS_DELIVER_PROJECT_H

#include <sys/stat.h>

#include "base/file.h"
#include "tests/unit/test.h"

static char root[] = "/tmp/artel-test-deliver-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    char path[300];
    if (!mkdtemp(root))
        return -1;
    snprintf(path, sizeof path, "%s/cache", root);
    return setenv("XDG_CACHE_HOME", path, 1);
}

static int tear_down(void **state)
{
    (void)state;
    char command[300];
    snprintf(command, sizeof command, "rm -r %s", root);
    return system(command);
}

/* Writes root/name, with its folders; returns the folder, until the next call. */
static inline const char *put(const char *name, const char *text)
{
    static char path[400];
    err e = {{0}};
    snprintf(path, sizeof path, "%s/%s", root, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    assert_ok(file_make_shared_dirs(path, &e), &e);
    *slash = '/';
    assert_ok(file_write_shared(path, str_of(text), &e), &e);
    *slash = '\0';
    return path;
}

#endif

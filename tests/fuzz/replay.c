/* Runs a fuzz target over files, and over the files in folders, given as arguments. Fails when
 * there are none: a corpus that went missing must not pass. */
#include <dirent.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "tests/fuzz/fuzz.h"

static size_t n_run;

static void run_file(const char *path)
{
    buf bytes;
    err e = {{0}};
    buf_init(&bytes, (size_t)64 << 20);
    err_code rc = file_read(&bytes, path, &e);
    if (rc == ERR_OK) {
        /* A copy of the exact size, so that the sanitizer sees a read past the end. */
        uint8_t *copy = malloc(bytes.len ? bytes.len : 1);
        PROMISE(copy);
        if (bytes.len)
            memcpy(copy, bytes.ptr, bytes.len);
        LLVMFuzzerTestOneInput(copy, bytes.len);
        free(copy);
        n_run++;
    } else {
        fprintf(stderr, "%s: %s\n", path, e.text);
    }
    buf_release(&bytes);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);
        if (!dir) {
            run_file(argv[i]);
            continue;
        }
        for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
            char path[4096];
            int n = snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            if (entry->d_name[0] != '.' && n > 0 && (size_t)n < sizeof path)
                run_file(path);
        }
        closedir(dir);
    }
    printf("%zu inputs\n", n_run);
    return n_run ? 0 : 1;
}

/* context/reader.h: hands over a project's files one after the other, read by a thread of its own,
 * the likeliest to matter first: those beside a file that is open, of its kind, changed lately.
 * Which files there are says context/files; what is too large, binary or gone comes as an empty
 * text. When all are handed over it sleeps. */
#ifndef ARTEL_CONTEXT_READER_H
#define ARTEL_CONTEXT_READER_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

typedef struct ctx_reader ctx_reader;

/* `max_file_bytes`: larger files are left out. ERR_NOMEM, ERR_IO (no thread). A folder that cannot
 * be listed has no files; the log says why. */
MUST_USE err_code ctx_reader_create(ctx_reader **out, const char *root, size_t max_file_bytes,
                                    err *e);
/* Ends the thread; blocks for at most the reading of one file. Accepts NULL. */
void ctx_reader_destroy(ctx_reader *r);

/* The rest below is for any thread. */

/* What stands beside `path`, and files of its kind, come next. */
void ctx_reader_prefer(ctx_reader *r, str_view path);
/* The file changed on disk, or is new or gone: if it belongs to the project it comes again, soon. A
 * name that was not known makes the folder be listed anew; what did not change does not come
 * again. */
void ctx_reader_again(ctx_reader *r, str_view path);

struct ctx_reader_file {
    str_view path; /* below the root */
    buf text;
};
enum ctx_reader_state {
    CTX_READER_FILE, /* *out is a file, for ctx_reader_file_free */
    CTX_READER_BUSY, /* there will be more */
    CTX_READER_DONE, /* not before another ctx_reader_again */
};
/* Never blocks. */
enum ctx_reader_state ctx_reader_take(ctx_reader *r, struct ctx_reader_file **out);
void ctx_reader_file_free(struct ctx_reader_file *f);

#endif

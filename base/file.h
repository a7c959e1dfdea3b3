/* base/file.h: files as hostile input. Only regular files are read: a directory, FIFO, device or
 * socket is refused before anything blocks. */
#ifndef ARTEL_BASE_FILE_H
#define ARTEL_BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

typedef struct file_map file_map;

/* Maps `path` read-only. The handle keeps the descriptor, so that file_map_check can tell whether
 * the file shrank; pages that are lost that way read as zeros instead of ending the process
 * (base/guard.h). ERR_NOT_FOUND, ERR_IO, ERR_FORMAT (not a regular file, or empty), ERR_RANGE
 * (GUARD_MAX maps are open). */
MUST_USE err_code file_map_open(file_map **out, const char *path, err *e);
void file_map_close(file_map *m);
/* The bytes, valid until close. */
const void *file_map_data(const file_map *m);
size_t file_map_size(const file_map *m);
/* Gives the memory of bytes [begin, end) back to the system; they are read from the file again when
 * they are looked at. Only whole pages inside the range count. */
void file_map_forget(const file_map *m, size_t begin, size_t end);
/* ERR_IO when the file is now shorter than the mapping, or any page of it was lost since it was
 * opened. What was computed from the bytes may be trusted when a check afterwards returns ERR_OK.
 * Cost: one system call. */
MUST_USE err_code file_map_check(const file_map *m, err *e);

/* Appends the whole file to `out`, whose maximum bounds it (ERR_RANGE). "-" is not special. */
MUST_USE err_code file_read(buf *out, const char *path, err *e);
/* Replaces `path` by `bytes` in one step: written beside it, flushed, renamed. On failure the old
 * file is untouched and nothing is left behind. */
MUST_USE err_code file_write_atomic(const char *path, str_view bytes, err *e);
/* The same for a file that belongs to the user's project: it keeps the permissions of the old file,
 * a new one gets what the umask leaves, and a link is followed. */
MUST_USE err_code file_write_shared(const char *path, str_view bytes, err *e);

/* The same for a file that is written in pieces. The new file has the permissions that new files of
 * this user have, not those of the old one. */
typedef struct file_out file_out;
/* Where `path` exists it must be a regular file (ERR_FORMAT). ERR_IO, ERR_NOT_FOUND (its folder),
 * ERR_NOMEM. */
MUST_USE err_code file_out_open(file_out **out, const char *path, err *e);
MUST_USE err_code file_out_write(file_out *f, str_view bytes, err *e);
/* Flushes and puts the file in its place. Close it afterwards, whatever this returns. */
MUST_USE err_code file_out_commit(file_out *f, err *e);
/* Without a successful commit before, nothing has happened. Accepts NULL. */
void file_out_close(file_out *f);

/* Creates `path` and its missing parents, mode 0700. An existing directory is success. */
MUST_USE err_code file_make_dirs(const char *path, err *e);
/* The same with the permissions that the umask leaves. */
MUST_USE err_code file_make_shared_dirs(const char *path, err *e);
/* The user's cache folder for this program: $XDG_CACHE_HOME/artel or $HOME/.cache/artel, appended
 * to `out`; not created. ERR_NOT_FOUND when neither variable is an absolute path. */
MUST_USE err_code file_cache_dir(buf *out, err *e);

#endif

/* assist/deliver/samples.h: the samples that a person points at, opened: files, folders of files,
 * standard input, and the hints file beside them. Large files are mapped and let go of as they are
 * read, so that 1 GB of records takes no more memory than what differs in them. */
#ifndef ARTEL_ASSIST_DELIVER_SAMPLES_H
#define ARTEL_ASSIST_DELIVER_SAMPLES_H

#include <stdint.h>

#include "assist/scaffold/scaffold.h"
#include "base/err.h"

typedef struct assist_samples assist_samples;

typedef struct {
    /* Called now and then with how many of how many bytes are read; false stops. May be NULL. */
    bool (*progress)(void *user, uint64_t done, uint64_t all);
    void *user;
    const char *hints; /* path of a hints file; NULL: the one beside the first sample, if any */
} assist_samples_options;

/* Whether a path is that of a sample by its ending; hints files and hidden files are not. */
bool assist_samples_is_sample(str_view path);
/* The hints for the sample at `path`, in `a`; empty when there are none. ERR_FORMAT, ERR_IO,
 * ERR_RANGE, ERR_NOMEM. Blocks. */
MUST_USE err_code assist_samples_find_hints(str_view *out, arena *a, const char *path, err *e);

/* Opens each path: "-" is standard input, a pipe is read to its end, a folder stands for the
 * samples in it (.json, .jsonl, .ndjson, .json5, .jsonc, .geojson, .har, .http, .csv, .tsv; where
 * there are none of these .yaml, .yml, .toml, .xml, .rss, .atom; by name; not in its folders). The
 * hints of "users.json" are in "users.hints.json", those of the folder "users" in
 * "users.hints.json" beside it. ERR_NOT_FOUND (also a folder without samples), ERR_IO, ERR_FORMAT
 * (not a regular file), ERR_NOMEM. Blocks. */
MUST_USE err_code assist_samples_open(assist_samples **out, const char *const *paths,
                                      size_t n_paths, const assist_samples_options *options,
                                      err *e);
/* Accepts NULL. */
void assist_samples_close(assist_samples *s);

/* All borrowed until close. */
const assist_scaffold_input *assist_samples_inputs(const assist_samples *s, size_t *n);
/* Text of the hints file; empty when there is none. */
str_view assist_samples_hints(const assist_samples *s);
/* A name for the top-level type where the first file's own would mislead: that of the folder; empty
 * otherwise. */
str_view assist_samples_name(const assist_samples *s);
/* Whether the files still are what they were; ask before the results are used. ERR_IO. */
MUST_USE err_code assist_samples_check(const assist_samples *s, err *e);

#endif

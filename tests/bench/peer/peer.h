/* tests/bench/peer/peer.h: llama.cpp's shared library, opened at run time from a folder that
 * tests/bench/peer/setup has filled. For comparison only; nothing that ships knows of it. */
#ifndef ARTEL_TESTS_BENCH_PEER_H
#define ARTEL_TESTS_BENCH_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct peer peer;

/* Opens the library in `lib_dir` and the model, on n_threads threads of a pool of its own, KV cache
 * in f16, flash attention left to the library, physical batches of n_ubatch. NULL after a message
 * on stderr. */
peer *peer_open(const char *lib_dir, const char *model_path, int n_threads, uint32_t n_ctx,
                uint32_t n_ubatch);
void peer_close(peer *p);
/* Adds the low-rank adapter in a file to the model, at full strength. */
bool peer_adapt(peer *p, const char *path);
size_t peer_n_vocab(const peer *p);
/* Forgets all tokens. */
void peer_clear(peer *p);
/* Forgets the tokens from position n on. */
void peer_keep(peer *p, size_t n);
/* Moves the n cached tokens at `from` to `to` <= from, whatever was between, as llama.cpp's server
 * does to reuse them; false where its cache cannot. peer_keep comes after. */
bool peer_move(peer *p, size_t from, size_t to, size_t n);
/* Evaluates n tokens after those already read. With all_logits, those of every token can be read
 * after, else those of the last. */
bool peer_read(peer *p, const int32_t *ids, size_t n, bool all_logits);
/* Logits after token i of the last peer_read (with all_logits), or the last one for i < 0. */
const float *peer_logits(const peer *p, int i);

/* Opens the vocabulary alone, for peer_tokenize and nothing else. */
peer *peer_open_vocab(const char *lib_dir, const char *model_path);
/* The ids of a text, without BOS, special tokens not parsed; at most `cap`, or -1 where they are
 * more. */
int32_t peer_tokenize(const peer *p, const char *text, size_t n_bytes, int32_t *ids, size_t cap);

/* Writes the model file `in` again as `out`, with the general.file_type asked for. */
bool peer_quantize_file(const char *lib_dir, const char *in, const char *out, uint32_t file_type);
/* Quantises rows of n_in values to `type`, a number of the file format. */
bool peer_quantize_rows(const char *lib_dir, uint32_t type, void *out, const float *x,
                        size_t n_rows, size_t n_in);

#endif

/* bench_recall MODEL.gguf FILE...: what recall costs and how well it predicts,
 * in the tokens of a model. Adds all files, then rewrites every n-th one token
 * by token as a user would, asking before each eighth token what comes next. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "context/mix.h"
#include "context/recall.h"
#include "model/gguf.h"
#include "model/vocab.h"

enum { MAX_TOKENS = 1 << 30, N_TYPED = 300, ASK_EVERY = 8, MAX_TYPED_FILE = 20000 };

static str_view piece(const void *user, int32_t id)
{
    return model_vocab_piece(user, id);
}

static _Noreturn void die(const char *text)
{
    fprintf(stderr, "bench_recall: %s\n", text);
    exit(1);
}

static uint32_t part_hash(const char *path, char from, bool keep_head)
{
    str_view v = str_of(path);
    size_t at = v.len;
    while (at > 0 && v.ptr[at - 1] != from)
        at--;
    return (uint32_t)hash_str(keep_head ? str_slice(v, 0, at) : str_slice(v, at, v.len));
}

static struct ctx_recall_doc doc_of(const char *path, bool live)
{
    return (struct ctx_recall_doc){.id = hash_str(str_of(path)),
                                   .language = part_hash(path, '.', false),
                                   .folder = part_hash(path, '/', true),
                                   .live = live};
}

static bool encode(const model_vocab *v, const char *path, struct model_tokens *t)
{
    buf b;
    buf_init(&b, 1 << 20);
    t->n = 0;
    bool ok = file_read(&b, path, NULL) == ERR_OK;
    if (ok)
        model_vocab_encode(v, buf_view(&b), t);
    buf_release(&b);
    return ok && t->failed == ERR_OK;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

struct figures {
    uint64_t ask_ns[1 << 16];
    size_t n_asked, n_right;
    uint64_t edit_ns;
    size_t n_edits;
    size_t n_said[10], n_said_right[10];
    double said[10];
    size_t n_drafted, n_draft_right;
};

static void type_file(ctx_recall *r, const char *path, const struct model_tokens *t,
                      struct figures *f)
{
    struct ctx_recall_doc doc = doc_of(path, true);
    err e = {0};
    if (ctx_recall_put(r, &doc, NULL, 0, &e) != ERR_OK)
        die(e.text);
    for (size_t i = 0; i < t->n && f->n_asked < sizeof f->ask_ns / sizeof f->ask_ns[0]; i++) {
        if (i % ASK_EVERY == ASK_EVERY - 1) {
            struct ctx_recall_query q = {.context = t->ids,
                                         .n_context = i,
                                         .doc = doc.id,
                                         .doc_pos = i,
                                         .language = doc.language,
                                         .folder = doc.folder};
            struct ctx_recall_prediction p;
            uint64_t start = clock_now_ns();
            ctx_recall_predict(r, &q, &p);
            f->ask_ns[f->n_asked++] = clock_now_ns() - start;
            bool right = p.n_top && p.top[0].id == t->ids[i];
            f->n_right += right;
            int tenth = p.confidence >= 1 ? 9 : (int)(p.confidence * 10);
            f->n_said[tenth]++;
            f->n_said_right[tenth] += right;
            f->said[tenth] += (double)p.confidence;
            int32_t ids[8];
            size_t n = ctx_recall_draft(r, &q, 0.5f, ids, NULL, 8), same = 0;
            while (same < n && i + same < t->n && ids[same] == t->ids[i + same])
                same++;
            f->n_drafted += n;
            f->n_draft_right += same;
        }
        uint64_t start = clock_now_ns();
        if (ctx_recall_edit(r, doc.id, i, 0, &t->ids[i], 1, &e) != ERR_OK)
            die(e.text);
        f->edit_ns += clock_now_ns() - start;
        f->n_edits++;
    }
}

int main(int argc, char **argv)
{
    model_gguf *g = NULL;
    model_vocab *v = NULL;
    ctx_recall *r = NULL;
    err e = {0};
    if (argc < 3)
        die("usage: bench_recall MODEL.gguf FILE...");
    if (model_gguf_open(&g, argv[1], &e) != ERR_OK || model_vocab_create(&v, g, &e) != ERR_OK)
        die(e.text);
    struct ctx_recall_vocab vocab = {piece, v};
    if (ctx_recall_create(&r, &vocab, MAX_TOKENS, &e) != ERR_OK)
        die(e.text);

    struct model_tokens t;
    model_tokens_init(&t, 1 << 22);
    uint64_t put_ns = 0;
    size_t n_put = 0;
    for (int i = 2; i < argc; i++) {
        if (!encode(v, argv[i], &t))
            continue;
        struct ctx_recall_doc doc = doc_of(argv[i], false);
        uint64_t start = clock_now_ns();
        if (ctx_recall_put(r, &doc, t.ids, t.n, &e) != ERR_OK)
            die(e.text);
        put_ns += clock_now_ns() - start;
        n_put += t.n;
    }
    struct ctx_recall_stats s;
    ctx_recall_stats(r, &s);
    printf("%zu files, %zu tokens: %.2f us per token added, %zu segments, %.1f "
           "bytes per token\n",
           s.n_documents, s.n_tokens, (double)put_ns / 1e3 / (double)n_put, s.n_segments,
           (double)s.n_bytes / (double)s.n_tokens);
    uint64_t start = clock_now_ns();
    while (ctx_recall_work(r, 1 << 20)) {
    }
    ctx_recall_stats(r, &s);
    printf("merging the rest %.0f ms: %zu segments, %.1f bytes per token\n",
           clock_ms(clock_now_ns() - start), s.n_segments, (double)s.n_bytes / (double)s.n_tokens);

    static struct figures f;
    int step = (argc - 2) / N_TYPED + 1;
    for (int i = 2; i < argc; i += step)
        if (encode(v, argv[i], &t) && t.n < MAX_TYPED_FILE)
            type_file(r, argv[i], &t, &f);
    qsort(f.ask_ns, f.n_asked, sizeof f.ask_ns[0], by_size);
    if (!f.n_asked)
        die("nothing was asked");
    printf("queries %zu: median %.1f us, p95 %.1f us; typed token %.1f us\n", f.n_asked,
           (double)f.ask_ns[f.n_asked / 2] / 1e3, (double)f.ask_ns[f.n_asked * 95 / 100] / 1e3,
           (double)f.edit_ns / 1e3 / (double)f.n_edits);
    printf("next token right %.1f %%; drafts of %.2f tokens, %.2f right\n",
           100 * (double)f.n_right / (double)f.n_asked, (double)f.n_drafted / (double)f.n_asked,
           (double)f.n_draft_right / (double)f.n_asked);
    for (int i = 0; i < 10; i++)
        if (f.n_said[i])
            printf("confidence %.2f: right %.2f of %zu\n", f.said[i] / (double)f.n_said[i],
                   (double)f.n_said_right[i] / (double)f.n_said[i], f.n_said[i]);
    ctx_recall_destroy(r);
    model_tokens_release(&t);
    model_vocab_destroy(v);
    model_gguf_close(g);
    return 0;
}

#include "model/quantize_file.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "model/pool.h"
#include "model/quant.h"
#include "model/quantize.h"

enum {
    CHUNK_VALUES = 1 << 21, /* read, quantised and written at once: enough work for each thread */
    QUANTIZATION_VERSION = 2,
    MAX_THREADS = 8,
};

/* general.file_type of what we write, numbers of the file format. */
static const struct {
    uint32_t type, file_type;
} targets[] = {
    {MODEL_TYPE_Q4_0, 2},  {MODEL_TYPE_Q8_0, 7},  {MODEL_TYPE_Q4_K, 15},
    {MODEL_TYPE_Q5_K, 17}, {MODEL_TYPE_Q6_K, 18},
};
enum { N_TARGETS = sizeof targets / sizeof *targets };

static const char file_type_key[] = "general.file_type";
static const char version_key[] = "general.quantization_version";

static size_t target_of(uint32_t type)
{
    size_t i = 0;
    while (i < N_TARGETS && targets[i].type != type)
        i++;
    return i;
}

bool model_quantize_is_target(uint32_t type)
{
    return target_of(type) < N_TARGETS;
}

/* ---- which type for which tensor ---- */

struct plan {
    uint32_t type;
    bool has_output;
    size_t n_values, n_downs; /* matrices attn_v or attn_qkv, and ffn_down, in the file */
};

static bool is_float(uint32_t type)
{
    return type == MODEL_TYPE_F32 || type == MODEL_TYPE_F16 || type == MODEL_TYPE_BF16;
}

static bool is_matrix(const struct gguf_tensor *t)
{
    return t->dims[1] > 1 || t->dims[2] > 1 || t->dims[3] > 1;
}

static bool is_quantised_here(const struct gguf_tensor *t)
{
    return is_matrix(t) && str_ends(t->name, STR("weight")) &&
           str_find(t->name, STR("_norm.weight")) == t->name.len;
}

/* N of "blk.N.": the layer; 0 for other names. */
static size_t layer_of(str_view name)
{
    size_t n = 0;
    if (!str_starts(name, STR("blk.")))
        return 0;
    for (size_t i = 4; i < name.len && name.ptr[i] >= '0' && name.ptr[i] <= '9' && n < 100000; i++)
        n = n * 10 + (size_t)(name.ptr[i] - '0');
    return n;
}

static bool is_part(str_view name, const char *part)
{
    return str_ends(name, str_of(part));
}

static struct plan make_plan(const model_gguf *g, uint32_t type)
{
    struct plan p = {.type = type,
                     .has_output = model_gguf_find_tensor(g, "output.weight") != NULL};
    for (size_t i = 0; i < model_gguf_n_tensors(g); i++) {
        str_view name = model_gguf_tensor(g, i)->name;
        p.n_values += is_part(name, "attn_v.weight") || is_part(name, "attn_qkv.weight");
        p.n_downs += is_part(name, "ffn_down.weight");
    }
    return p;
}

/* The first and last eighth of the layers and every third between: where errors hurt most. */
static bool is_sensitive(size_t layer, size_t n_layers)
{
    return layer < n_layers / 8 || layer >= 7 * n_layers / 8 || (layer - n_layers / 8) % 3 == 2;
}

static uint32_t wanted_type(const struct plan *p, const struct gguf_tensor *t)
{
    if (!is_quantised_here(t))
        return !is_matrix(t) && is_float(t->type) ? MODEL_TYPE_F32 : t->type;
    if (str_eq(t->name, p->has_output ? STR("output.weight") : STR("token_embd.weight")))
        return p->type == MODEL_TYPE_Q8_0 || t->dims[0] % 256 != 0 ? MODEL_TYPE_Q8_0
                                                                   : MODEL_TYPE_Q6_K;
    if (p->type != MODEL_TYPE_Q4_K && p->type != MODEL_TYPE_Q5_K)
        return p->type;
    size_t layer = layer_of(t->name);
    bool has_values = is_part(t->name, "attn_v.weight") || is_part(t->name, "attn_qkv.weight");
    if ((has_values && is_sensitive(layer, p->n_values)) ||
        (is_part(t->name, "ffn_down.weight") && is_sensitive(layer, p->n_downs)))
        return MODEL_TYPE_Q6_K;
    return p->type;
}

static uint32_t fitting_type(uint32_t wanted, const struct gguf_tensor *t)
{
    if (!is_quantised_here(t))
        return wanted;
    if (t->dims[0] % 256 != 0) {
        if (wanted == MODEL_TYPE_Q4_K)
            wanted = MODEL_TYPE_Q5_0;
        else if (wanted == MODEL_TYPE_Q5_K)
            wanted = MODEL_TYPE_Q5_1;
        else if (wanted == MODEL_TYPE_Q6_K)
            wanted = MODEL_TYPE_Q8_0;
    }
    return t->dims[0] % 32 != 0 ? MODEL_TYPE_F16 : wanted;
}

/* ---- one tensor ---- */

/* Rows [first_row, first_row + n_rows) of a tensor; each thread takes a share of them. */
struct chunk {
    const struct gguf_tensor *tensor;
    const struct model__format *from, *to;
    size_t n_in, first_row, n_rows;
    float *values;            /* [n_rows][n_in] */
    uint8_t *blocks;          /* the rows as `to` */
    err_code rc[MAX_THREADS]; /* per part: its first fault */
    size_t bad_row[MAX_THREADS], bad_column[MAX_THREADS];
};

static void quantise_part(void *arg, unsigned index, unsigned n_parts)
{
    struct chunk *c = arg;
    size_t from_bytes = model__format_row_bytes(c->from, c->n_in);
    size_t to_bytes = model__format_row_bytes(c->to, c->n_in);
    for (size_t r = c->n_rows * index / n_parts; r < c->n_rows * (index + 1) / n_parts; r++) {
        const uint8_t *source = c->tensor->data;
        float *x = c->values + r * c->n_in;
        model__dequantise(c->from, x, source + (c->first_row + r) * from_bytes, c->n_in);
        c->rc[index] = model_quantize_row(c->to->type, c->blocks + r * to_bytes, x, c->n_in,
                                          &c->bad_column[index]);
        c->bad_row[index] = c->first_row + r;
        if (c->rc[index] != ERR_OK)
            return;
    }
}

struct job {
    const model_gguf *g;
    const struct model_quantize_options *options;
    model_gguf_writer *writer;
    model__pool *pool;
    struct chunk chunk;
    size_t cap_values, cap_blocks; /* of the chunk's buffers */
    err *e;
};

static err_code reserve(void **p, size_t *cap, size_t n_bytes)
{
    if (n_bytes <= *cap)
        return ERR_OK;
    mem_free(*p);
    *p = mem_alloc(n_bytes);
    *cap = *p ? n_bytes : 0;
    return *p ? ERR_OK : ERR_NOMEM;
}

/* Texts of a file are a stranger's; the message takes care of control characters. */
static str_view name_of(const struct gguf_tensor *t)
{
    return str_slice(t->name, 0, 63);
}

static err_code quantise_chunk(struct job *j)
{
    struct chunk *c = &j->chunk;
    memset(c->rc, 0, sizeof c->rc);
    model__pool_run(j->pool, quantise_part, c);
    for (unsigned i = 0; i < MAX_THREADS; i++) {
        if (c->rc[i] == ERR_FORMAT)
            return err_set(j->e, ERR_FORMAT,
                           "%s: the tensor %.*s has a NaN or infinity in row %zu, column %zu: the "
                           "file is damaged",
                           model_gguf_name(j->g), STR_ARG(name_of(c->tensor)), c->bad_row[i],
                           c->bad_column[i]);
        if (c->rc[i] != ERR_OK)
            return err_set(j->e, c->rc[i],
                           "%s: the tensor %.*s has a number beyond 65504 in row %zu, column %zu, "
                           "which %s cannot hold",
                           model_gguf_name(j->g), STR_ARG(name_of(c->tensor)), c->bad_row[i],
                           c->bad_column[i], model_type_name(c->to->type));
    }
    return ERR_OK;
}

static err_code write_converted(struct job *j, const struct gguf_tensor *t, uint32_t to)
{
    struct chunk *c = &j->chunk;
    c->tensor = t;
    c->from = model__format_of(t->type);
    c->to = model__format_of(to);
    c->n_in = (size_t)t->dims[0];
    if (t->n_bytes == 0)
        return ERR_OK;
    size_t n_rows = (size_t)(t->dims[1] * t->dims[2] * t->dims[3]);
    size_t most = c->n_in < CHUNK_VALUES ? CHUNK_VALUES / c->n_in : 1;
    most = most < n_rows ? most : n_rows;
    size_t row_bytes = model__format_row_bytes(c->to, c->n_in);
    err_code rc = reserve((void **)&c->values, &j->cap_values, most * c->n_in * sizeof(float));
    if (rc == ERR_OK)
        rc = reserve((void **)&c->blocks, &j->cap_blocks, most * row_bytes);
    for (c->first_row = 0; c->first_row < n_rows && rc == ERR_OK; c->first_row += c->n_rows) {
        if (cancel_requested(j->options->cancel))
            return err_set(j->e, ERR_CANCELLED, "%s: cancelled", model_gguf_name(j->g));
        c->n_rows = n_rows - c->first_row < most ? n_rows - c->first_row : most;
        rc = quantise_chunk(j);
        if (rc == ERR_OK)
            rc = model_gguf_writer_data(j->writer, c->blocks, c->n_rows * row_bytes, j->e);
    }
    return rc;
}

/* ---- the file ---- */

static void put_metadata(const struct job *j)
{
    uint32_t file_type = targets[target_of(j->options->type)].file_type;
    bool has_file_type = false, has_version = false;
    for (size_t i = 0; i < model_gguf_n_kv(j->g); i++) {
        gguf_value_type ignored;
        str_view key = model_gguf_kv(j->g, i, &ignored);
        if (str_eq(key, str_of(file_type_key))) {
            has_file_type = true;
            model_gguf_writer_u32(j->writer, file_type_key, file_type);
        } else if (str_eq(key, str_of(version_key))) {
            has_version = true;
            model_gguf_writer_u32(j->writer, version_key, QUANTIZATION_VERSION);
        } else {
            model_gguf_writer_record(j->writer, model_gguf_kv_record(j->g, i));
        }
    }
    if (!has_file_type)
        model_gguf_writer_u32(j->writer, file_type_key, file_type);
    if (!has_version)
        model_gguf_writer_u32(j->writer, version_key, QUANTIZATION_VERSION);
}

static err_code announce(const struct job *j, const struct plan *p)
{
    for (size_t i = 0; i < model_gguf_n_tensors(j->g); i++) {
        const struct gguf_tensor *t = model_gguf_tensor(j->g, i);
        uint32_t to = fitting_type(wanted_type(p, t), t);
        if (to != t->type && !is_float(t->type))
            return err_set(j->e, ERR_UNSUPPORTED,
                           "%s: the tensor %.*s is %s; quantising needs the F32, F16 or BF16 file",
                           model_gguf_name(j->g), STR_ARG(name_of(t)), model_type_name(t->type));
        model_gguf_writer_tensor(j->writer, t->name, t->n_dims, t->dims, to);
    }
    return ERR_OK;
}

static void tell(const struct job *j, const struct model_quantize_step *step)
{
    if (j->options->progress)
        j->options->progress(j->options->user, step);
}

static err_code write_tensors(struct job *j, const struct plan *p, struct model_quantize_report *r)
{
    struct model_quantize_step step = {.n_tensors = model_gguf_n_tensors(j->g)};
    for (size_t i = 0; i < step.n_tensors; i++)
        step.all_bytes += model_gguf_tensor(j->g, i)->n_bytes;
    for (; step.index < step.n_tensors; step.index++) {
        const struct gguf_tensor *t = step.tensor = model_gguf_tensor(j->g, step.index);
        step.wanted = wanted_type(p, t);
        step.to = fitting_type(step.wanted, t);
        tell(j, &step);
        /* Floats go through the check for NaN even when their type stays. */
        err_code rc = is_float(t->type) && model_quantize_writes(step.to)
                          ? write_converted(j, t, step.to)
                          : model_gguf_writer_data(j->writer, t->data, t->n_bytes, j->e);
        if (rc != ERR_OK)
            return rc;
        const struct model__format *f = model__format_of(step.to);
        r->n_quantised += f && f->quantised;
        step.done_bytes += t->n_bytes;
    }
    r->n_tensors = step.n_tensors;
    r->bytes_in = step.all_bytes;
    step.tensor = NULL;
    tell(j, &step);
    return ERR_OK;
}

static uint64_t output_bytes(const model_gguf *g, const struct plan *p)
{
    uint64_t all = 0;
    for (size_t i = 0; i < model_gguf_n_tensors(g); i++) {
        const struct gguf_tensor *t = model_gguf_tensor(g, i);
        size_t block, bytes;
        if (model_type_layout(fitting_type(wanted_type(p, t), t), &block, &bytes))
            all += t->dims[0] / block * t->dims[1] * t->dims[2] * t->dims[3] * bytes;
    }
    return all;
}

err_code model_quantize_file(struct model_quantize_report *out, const model_gguf *g,
                             const struct model_quantize_options *options, model_sink *sink,
                             void *user, err *e)
{
    assert(model_quantize_is_target(options->type));
    struct plan plan = make_plan(g, options->type);
    struct model_quantize_report report = {.bytes_out = output_bytes(g, &plan)};
    struct job job = {.g = g, .options = options, .e = e};
    unsigned n_threads = options->n_threads ? options->n_threads : thread_cpu_count();
    if (n_threads > MAX_THREADS)
        n_threads = MAX_THREADS;
    err_code rc = model__pool_create(&job.pool, n_threads, e);
    if (rc == ERR_OK)
        rc = model_gguf_writer_create(&job.writer, model_gguf_alignment(g));
    if (rc == ERR_OK) {
        put_metadata(&job);
        rc = announce(&job, &plan);
    }
    if (rc == ERR_OK)
        rc = model_gguf_writer_begin(job.writer, sink, user, e);
    if (rc == ERR_OK)
        rc = write_tensors(&job, &plan, &report);
    if (rc == ERR_OK)
        rc = model_gguf_check(g, e);
    if (rc == ERR_OK) {
        assert(model_gguf_writer_is_complete(job.writer));
        *out = report;
    } else if (rc == ERR_NOMEM) {
        err_set(e, rc, "%s: out of memory", model_gguf_name(g));
    }
    model_gguf_writer_destroy(job.writer);
    mem_free(job.chunk.values);
    mem_free(job.chunk.blocks);
    model__pool_destroy(job.pool);
    return rc;
}

#include "assist/scaffold/shape.h"

#include "assist/scaffold/sample.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/utf.h"

static shape *new_shape(shape_set *s)
{
    shape *sh = ARENA_NEW(s->a, shape);
    if (sh)
        sh->id = ++s->n_shapes;
    return sh;
}

err_code scaf__shapes_init(shape_set *s, arena *a)
{
    *s = (shape_set){.a = a};
    s->root = new_shape(s);
    return s->root ? ERR_OK : ERR_NOMEM;
}

/* ---- numbers ---- */

/* True when %.17g-style shortest printing of the double gives back these digits. Fifteen
 * significant digits always do (DBL_DIG); beyond that it is tried. */
static bool double_keeps(str_view lexeme, size_t n_significant)
{
    char text[40], again[400]; /* %.17g of a double never needs more */
    if (n_significant <= 15)
        return true;
    if (n_significant > 17 || lexeme.len >= sizeof text)
        return false;
    memcpy(text, lexeme.ptr, lexeme.len);
    text[lexeme.len] = '\0';
    double d = strtod(text, NULL);
    for (int p = 15; p < (int)n_significant; p++) {
        snprintf(again, sizeof again, "%.*g", p, d);
        if (strtod(again, NULL) == d)
            return false; /* a shorter spelling exists, so this one is not printed */
    }
    /* %g may choose an exponent; compare the digits only. */
    snprintf(again, sizeof again, "%.*e", (int)n_significant - 1, d);
    size_t k = 0;
    bool lead = true;
    for (size_t i = 0; i < lexeme.len; i++) {
        char c = text[i];
        if (c < '0' || c > '9' || (lead && c == '0'))
            continue;
        lead = false;
        while (again[k] == '-' || again[k] == '.')
            k++;
        if (again[k++] != c)
            return false;
    }
    return true;
}

static uint32_t classify_number(str_view v, int64_t *value)
{
    size_t i = v.ptr[0] == '-' ? 1 : 0, n_int = 0, n_sig = 0;
    uint64_t u = 0;
    while (i + n_int < v.len && v.ptr[i + n_int] >= '0' && v.ptr[i + n_int] <= '9') {
        if (n_int < 19)
            u = u * 10 + (uint64_t)(v.ptr[i + n_int] - '0');
        n_int++;
    }
    if (i + n_int == v.len) {
        if (i && u == 0)
            return NUM_LEXEME; /* -0 */
        if (n_int < 19 || (n_int == 19 && u <= INT64_MAX) ||
            (n_int == 19 && i && u == UINT64_C(1) << 63)) {
            *value = i ? (int64_t)(0 - u) : (int64_t)u;
            return NUM_INT64;
        }
        if (i || n_int > 20)
            return NUM_BIG_INT;
        return n_int == 19 || str_cmp(v, STR("18446744073709551615")) <= 0 ? NUM_UINT64
                                                                           : NUM_BIG_INT;
    }
    if (v.ptr[i + n_int] != '.')
        return NUM_LEXEME; /* an exponent */
    bool zero = true;
    for (size_t k = i; k < v.len; k++) {
        char c = v.ptr[k];
        if (c == '.')
            continue;
        if (c < '0' || c > '9')
            return NUM_LEXEME;
        zero = zero && c == '0';
        n_sig += zero ? 0 : 1;
    }
    size_t n_frac = v.len - i - n_int - 1;
    bool last_zero = v.ptr[v.len - 1] == '0';
    if (n_frac == 1 && last_zero)
        return i && zero ? NUM_LEXEME : n_int <= 15 ? NUM_POINT_ZERO : NUM_DECIMAL;
    /* Printers change to exponents below 1e-4 (Python) and from 1e16 (Python, Java) on. */
    size_t lead = 0;
    while (v.ptr[i + n_int + 1 + lead] == '0' && lead + 1 < n_frac)
        lead++;
    bool tiny = n_int == 1 && v.ptr[i] == '0' && lead > 2;
    if (tiny || (i && zero))
        return NUM_LEXEME;
    if (last_zero || n_int > 15 || !double_keeps(v, n_sig))
        return NUM_DECIMAL;
    return n_sig > 15 ? NUM_FRACTION | NUM_LONG_FRACTION : NUM_FRACTION;
}

static double rounded(str_view v)
{
    char text[64];
    size_t n = v.len < sizeof text ? v.len : sizeof text - 1;
    memcpy(text, v.ptr, n);
    text[n] = '\0';
    return strtod(text, NULL);
}

static void keep_example(shape_set *s, shape *sh, str_view text)
{
    if (!sh->example.ptr)
        sh->example =
            arena_copy(s->a, str_slice(text, 0, utf8_whole_prefix(str_slice(text, 0, 80))));
}

static void add_number(shape_set *s, shape *sh, str_view lexeme)
{
    int64_t value = 0;
    uint32_t flag = classify_number(lexeme, &value);
    if (flag == NUM_INT64) {
        if (!(sh->num_flags & NUM_INT64) || value < sh->min_int)
            sh->min_int = value;
        if (!(sh->num_flags & NUM_INT64) || value > sh->max_int)
            sh->max_int = value;
        sh->int_rises = !(sh->num_flags & NUM_INT64) || (sh->int_rises && value > sh->last_int);
        sh->last_int = value;
    }
    if (flag != NUM_INT64) {
        double d = rounded(lexeme);
        if (!(sh->num_flags & ~(uint32_t)NUM_INT64) || d < sh->min_num)
            sh->min_num = d;
        if (!(sh->num_flags & ~(uint32_t)NUM_INT64) || d > sh->max_num)
            sh->max_num = d;
    }
    sh->num_flags |= flag;
    sh->n_number++;
    keep_example(s, sh, lexeme);
}

/* ---- strings ---- */

static bool count_string(shape_set *s, shape_strings *st, str_view v, uint64_t n)
{
    if (st->overflow)
        return true;
    if (v.len > SHAPE_DISTINCT_BYTES) {
        st->overflow = true;
        return true;
    }
    uint64_t h = hash_str(v);
    for (uint32_t i = 0; i < st->n_distinct; i++) {
        if (st->distinct[i].hash == h && str_eq(st->distinct[i].text, v)) {
            st->distinct[i].n += n;
            return true;
        }
    }
    if (st->n_distinct == SHAPE_DISTINCT) {
        st->overflow = true;
        return true;
    }
    if (!st->distinct) {
        st->distinct = ARENA_ARRAY(s->a, shape_string, SHAPE_DISTINCT);
        if (!st->distinct)
            return false;
    }
    str_view kept = arena_copy(s->a, v);
    st->distinct[st->n_distinct++] = (shape_string){kept, n, h};
    return kept.ptr != NULL;
}

static shape_strings *strings_of(shape_set *s, shape *sh)
{
    if (!sh->strings) {
        sh->strings = ARENA_NEW(s->a, shape_strings);
        if (sh->strings)
            sh->strings->formats = FORMAT_ALL;
    }
    return sh->strings;
}

static bool add_string(shape_set *s, shape *sh, str_view v)
{
    shape_strings *st = strings_of(s, sh);
    if (!st)
        return false;
    sh->n_string++;
    if (v.len == 0)
        st->n_empty++;
    if (st->formats)
        st->formats = scaf__format_match(v, st->formats);
    if (v.len > st->max_bytes) {
        st->max_bytes = v.len > UINT32_MAX ? UINT32_MAX : (uint32_t)v.len;
        size_t chars = utf32_length(v);
        if (chars > st->max_chars)
            st->max_chars = (uint32_t)chars;
    }
    keep_example(s, sh, v);
    return count_string(s, st, v, 1);
}

/* ---- arrays ---- */

static bool add_value(shape_set *s, shape *sh, const tape_value *values, uint32_t index);

static bool drain(shape_set *s);

/* *slot becomes both; when it is empty, `other` itself. */
static bool unite_later(shape_set *s, shape **slot, shape *other)
{
    if (!other || *slot == other)
        return true;
    if (!*slot) {
        *slot = other;
        return true;
    }
    if (s->n_pairs == s->cap_pairs) {
        size_t cap = s->cap_pairs ? s->cap_pairs * 2 : 64;
        shape_pair *p = ARENA_ARRAY(s->a, shape_pair, cap);
        if (!p)
            return false;
        if (s->n_pairs)
            memcpy(p, s->pairs, s->n_pairs * sizeof *p);
        s->pairs = p;
        s->cap_pairs = cap;
    }
    s->pairs[s->n_pairs++] = (shape_pair){*slot, other};
    return true;
}

static bool become_list(shape_set *s, shape_arrays *ar)
{
    uint32_t n = ar->n_positions;
    ar->n_positions = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!unite_later(s, &ar->item, ar->at[i]))
            return false;
    }
    return true;
}

bool scaf__shape_list(shape_set *s, shape *sh)
{
    return !sh->arrays || (become_list(s, sh->arrays) && drain(s));
}

static bool add_array(shape_set *s, shape *sh, const tape_value *values, uint32_t index)
{
    uint32_t n = values[index].n;
    if (!sh->arrays) {
        sh->arrays = ARENA_NEW(s->a, shape_arrays);
        if (!sh->arrays)
            return false;
        sh->arrays->min_len = sh->arrays->max_len = n;
        if (n >= 2 && n <= SHAPE_POSITIONS) {
            sh->arrays->n_positions = n;
            for (uint32_t i = 0; i < n; i++) {
                if (!(sh->arrays->at[i] = new_shape(s)))
                    return false;
            }
        }
    }
    shape_arrays *ar = sh->arrays;
    sh->n_array++;
    ar->n_arrays++;
    ar->n_items += n;
    if (n < ar->min_len)
        ar->min_len = n;
    if (n > ar->max_len)
        ar->max_len = n;
    if (ar->n_positions && n != ar->n_positions && !scaf__shape_list(s, sh))
        return false;
    ar->item = scaf__shape_find(ar->item);
    if (!ar->n_positions && n && !ar->item && !(ar->item = new_shape(s)))
        return false;
    uint32_t at = index + 1;
    for (uint32_t i = 0; i < n; i++) {
        shape *to = scaf__shape_find(ar->n_positions ? ar->at[i] : ar->item);
        if (!add_value(s, to, values, at))
            return false;
        at = values[at].next;
    }
    return true;
}

/* ---- objects ---- */

enum { SMALL_FIELDS = 12 }; /* up to here a scan beats a table */

shape_field *scaf__variant_field(const shape_variant *v, str_view key)
{
    if (!v->slots) {
        for (uint32_t i = 0; i < v->n_fields; i++) {
            if (str_eq(v->fields[i].key, key))
                return &v->fields[i];
        }
        return NULL;
    }
    uint64_t h = hash_str(key);
    for (uint32_t slot = (uint32_t)h & (v->n_slots - 1); v->slots[slot];
         slot = (slot + 1) & (v->n_slots - 1)) {
        shape_field *f = &v->fields[v->slots[slot] - 1];
        if (f->hash == h && str_eq(f->key, key))
            return f;
    }
    return NULL;
}

static bool index_field(shape_set *s, shape_variant *v, uint32_t i)
{
    if (v->n_fields <= SMALL_FIELDS)
        return true;
    bool rebuild = v->n_fields * 2 > v->n_slots;
    if (rebuild) {
        v->n_slots = v->n_slots ? v->n_slots * 2 : 64;
        v->slots = ARENA_ARRAY(s->a, uint32_t, v->n_slots);
        if (!v->slots)
            return false;
    }
    for (uint32_t k = rebuild ? 0 : i; k < v->n_fields; k++) {
        uint32_t slot = (uint32_t)v->fields[k].hash & (v->n_slots - 1);
        while (v->slots[slot])
            slot = (slot + 1) & (v->n_slots - 1);
        v->slots[slot] = k + 1;
    }
    return true;
}

/* Adds a field that v does not have. `key` is copied when `copy`. */
static shape_field *new_field(shape_set *s, shape_variant *v, str_view key, bool copy)
{
    if (v->n_fields == v->cap_fields) {
        uint32_t cap = v->cap_fields ? v->cap_fields * 2 : 8;
        shape_field *fields = ARENA_ARRAY(s->a, shape_field, cap);
        if (!fields)
            return NULL;
        if (v->n_fields)
            memcpy(fields, v->fields, v->n_fields * sizeof *fields);
        v->fields = fields;
        v->cap_fields = cap;
    }
    str_view kept = copy ? arena_copy(s->a, key) : key;
    if (copy && !kept.ptr)
        return NULL;
    shape_field *f = &v->fields[v->n_fields++];
    *f = (shape_field){.key = kept, .hash = hash_str(key)};
    return index_field(s, v, v->n_fields - 1) ? f : NULL;
}

/* Keys whose string value usually says which shape the object has. */
static bool is_tag_key(str_view k)
{
    static const char *const names[] = {
        "type",       "kind",      "@type",         "_type",       "$type",
        "event",      "eventType", "event_type",    "op",          "__typename",
        "variant",    "tag",       "discriminator", "action",      "object_type",
        "objectType", "nodeType",  "node_type",     "messageType", "message_type"};
    if (k.len < 2 || k.len > 13)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_eq(k, str_of(names[i])))
            return true;
    }
    return false;
}

static const tape_value *find_tag(const tape_value *values, uint32_t obj, str_view *key)
{
    uint32_t i = obj + 1;
    for (uint32_t k = 0; k < values[obj].n; k++) {
        const tape_value *v = &values[values[i].next];
        if (v->kind == TAPE_STRING && v->len && v->len <= SHAPE_DISTINCT_BYTES &&
            is_tag_key(tape_text(&values[i]))) {
            *key = tape_text(&values[i]);
            return v;
        }
        i = v->next;
    }
    return NULL;
}

/* True when the object has exactly the variant's keys in its order, and its tag. */
static bool same_keys(const shape_variant *v, const tape_value *values, uint32_t obj)
{
    uint32_t i = obj + 1;
    if (v->n_fields != values[obj].n)
        return false;
    for (uint32_t k = 0; k < v->n_fields; k++) {
        const tape_value *val = &values[values[i].next];
        if (!str_eq(v->fields[k].key, tape_text(&values[i])))
            return false;
        if (v->by_tag && str_eq(v->fields[k].key, v->tag_key) &&
            !(val->kind == TAPE_STRING && str_eq(tape_text(val), v->tag_value)))
            return false;
        i = val->next;
    }
    return true;
}

/* Unites variant `from` into `to` of the same objects. */
static bool unify_variants(shape_set *s, shape_variant *to, const shape_variant *from)
{
    to->n_objects += from->n_objects;
    for (uint32_t i = 0; i < from->n_fields; i++) {
        const shape_field *f = &from->fields[i];
        shape_field *g = scaf__variant_field(to, f->key);
        if (!g && !(g = new_field(s, to, f->key, false)))
            return false;
        if (!unite_later(s, &g->value, f->value))
            return false;
        g->n += f->n;
    }
    return true;
}

static bool merge_variants(shape_set *s, shape_objects *ob)
{
    ob->merged = true;
    ob->tagged = false;
    uint32_t n = ob->n_variants;
    if (n > 1)
        ob->n_variants = 1;
    ob->last = 0;
    if (n)
        ob->variants[0].by_tag = false;
    for (uint32_t i = 1; i < n; i++) {
        if (!unify_variants(s, &ob->variants[0], &ob->variants[i]))
            return false;
    }
    return true;
}

bool scaf__shape_merge(shape_set *s, shape *sh)
{
    return !sh->objects || (merge_variants(s, sh->objects) && drain(s));
}

bool scaf__shape_group(shape_set *s, shape *sh, const uint32_t *group)
{
    shape_objects *ob = sh->objects;
    uint32_t to = 0;
    ob->last = 0;
    for (uint32_t i = 0; i < ob->n_variants; i++) {
        if (group[i] != i && !unify_variants(s, &ob->variants[group[i]], &ob->variants[i]))
            return false;
    }
    for (uint32_t i = 0; i < ob->n_variants; i++) {
        if (group[i] == i)
            ob->variants[to++] = ob->variants[i];
    }
    ob->n_variants = to;
    return drain(s);
}

static void see_map_key(shape_set *s, shape_objects *ob, str_view key)
{
    bool digits = key.len > 0;
    for (size_t i = 0; i < key.len; i++)
        digits = digits && key.ptr[i] >= '0' && key.ptr[i] <= '9';
    ob->map_digits = ob->map_digits && digits;
    if (ob->map_formats)
        ob->map_formats = scaf__format_match(key, ob->map_formats);
    for (uint32_t i = 0; i < ob->n_keys; i++) {
        if (str_eq(ob->map_keys[i], key))
            return;
    }
    if (ob->n_keys < SHAPE_MAP_KEYS)
        ob->map_keys[ob->n_keys++] = arena_copy(s->a, key);
}

static bool become_map(shape_set *s, shape_objects *ob)
{
    if (ob->is_map)
        return true;
    ob->is_map = true;
    ob->tagged = false;
    ob->map_formats = FORMAT_ALL;
    ob->map_digits = true;
    for (uint32_t i = 0; i < ob->n_variants; i++) {
        const shape_variant *v = &ob->variants[i];
        for (uint32_t k = 0; k < v->n_fields; k++) {
            see_map_key(s, ob, v->fields[k].key);
            ob->n_entries += v->fields[k].n;
            if (!unite_later(s, &ob->map_value, v->fields[k].value))
                return false;
        }
    }
    ob->n_variants = 0;
    return true;
}

bool scaf__shape_map(shape_set *s, shape *sh)
{
    return !sh->objects || (become_map(s, sh->objects) && drain(s));
}

static shape_variant *new_variant(shape_set *s, shape_objects *ob)
{
    if (ob->n_variants == ob->cap_variants) {
        uint32_t cap = ob->cap_variants ? ob->cap_variants * 4 : 1;
        shape_variant *v = ARENA_ARRAY(s->a, shape_variant, cap);
        if (!v)
            return NULL;
        if (ob->n_variants)
            memcpy(v, ob->variants, ob->n_variants * sizeof *v);
        ob->variants = v;
        ob->cap_variants = cap;
    }
    ob->variants[ob->n_variants] = (shape_variant){0};
    return &ob->variants[ob->n_variants++];
}

/* The variant that the object belongs to; NULL when out of memory. */
static shape_variant *variant_of(shape_set *s, shape *sh, const tape_value *values, uint32_t obj)
{
    shape_objects *ob = sh->objects;
    if (ob->n_variants && (ob->merged || same_keys(&ob->variants[ob->last], values, obj)))
        return &ob->variants[ob->merged ? 0 : ob->last];
    str_view key = {NULL, 0};
    const tape_value *tag = find_tag(values, obj, &key);
    uint64_t sig = 0;
    if (tag) {
        sig = hash_u64(hash_str(key) ^ hash_u64(hash_str(tape_text(tag))));
    } else {
        uint32_t i = obj + 1;
        for (uint32_t k = 0; k < values[obj].n; k++) {
            sig += hash_u64(hash_str(tape_text(&values[i])));
            i = values[values[i].next].next;
        }
    }
    for (uint32_t i = 0; i < ob->n_variants; i++) {
        if (ob->variants[i].signature == sig && ob->variants[i].by_tag == (tag != NULL)) {
            ob->last = i;
            return &ob->variants[i];
        }
    }
    if (ob->n_variants >= SHAPE_VARIANTS) {
        return scaf__shape_merge(s, sh) ? &ob->variants[0] : NULL;
    }
    shape_variant *v = new_variant(s, ob);
    if (!v)
        return NULL;
    v->signature = sig;
    v->by_tag = tag != NULL;
    if (tag) {
        v->tag_key = arena_copy(s->a, key);
        v->tag_value = arena_copy(s->a, tape_text(tag));
    }
    ob->last = ob->n_variants - 1;
    return v;
}

static bool add_to_map(shape_set *s, shape_objects *ob, const tape_value *values, uint32_t obj)
{
    uint32_t i = obj + 1;
    for (uint32_t k = 0; k < values[obj].n; k++) {
        see_map_key(s, ob, tape_text(&values[i]));
        ob->n_entries++;
        ob->map_value = scaf__shape_find(ob->map_value);
        if (!ob->map_value && !(ob->map_value = new_shape(s)))
            return false;
        uint32_t at = values[i].next;
        if (!add_value(s, ob->map_value, values, at))
            return false;
        i = values[at].next;
    }
    return true;
}

static bool add_object(shape_set *s, shape *sh, const tape_value *values, uint32_t obj)
{
    if (!sh->objects && !(sh->objects = ARENA_NEW(s->a, shape_objects)))
        return false;
    shape_objects *ob = sh->objects;
    sh->n_object++;
    ob->n_objects++;
    if (!ob->is_map && values[obj].n > SHAPE_MAX_KEYS && !scaf__shape_map(s, sh))
        return false;
    if (ob->is_map)
        return add_to_map(s, ob, values, obj);
    shape_variant *v = variant_of(s, sh, values, obj);
    if (!v)
        return false;
    v->n_objects++;
    uint32_t i = obj + 1;
    for (uint32_t k = 0; k < values[obj].n; k++) {
        str_view key = tape_text(&values[i]);
        shape_field *f = k < v->n_fields && str_eq(v->fields[k].key, key)
                             ? &v->fields[k]
                             : scaf__variant_field(v, key);
        if (!f && !(f = new_field(s, v, key, true)))
            return false;
        f->n++;
        f->value = scaf__shape_find(f->value);
        if (!f->value && !(f->value = new_shape(s)))
            return false;
        uint32_t at = values[i].next;
        /* Adding may not touch `v`: the samples are a tree, cycles come only with the decisions. */
        if (!add_value(s, f->value, values, at))
            return false;
        i = values[at].next;
    }
    if (v->n_fields > SHAPE_MAX_KEYS)
        return scaf__shape_map(s, sh);
    return true;
}

static bool add_value(shape_set *s, shape *sh, const tape_value *values, uint32_t index)
{
    const tape_value *v = &values[index];
    switch ((tape_kind)v->kind) {
    case TAPE_NULL: sh->n_null++; return true;
    case TAPE_FALSE: sh->n_false++; return true;
    case TAPE_TRUE: sh->n_true++; return true;
    case TAPE_NUMBER: add_number(s, sh, tape_text(v)); return true;
    case TAPE_STRING: return add_string(s, sh, tape_text(v));
    case TAPE_ARRAY: return add_array(s, sh, values, index);
    case TAPE_OBJECT: return add_object(s, sh, values, index);
    }
    return true;
}

err_code scaf__shapes_add(shape_set *s, const tape_value *values, uint32_t index)
{
    s->n_values++;
    if (s->kept)
        scaf__sample_keep(s->kept, values, index);
    if (!add_value(s, scaf__shape_find(s->root), values, index) || arena_failed(s->a))
        return ERR_NOMEM;
    return ERR_OK;
}

err_code scaf__shapes_begin_list(shape_set *s)
{
    shape *root = scaf__shape_find(s->root);
    s->n_values++;
    if (s->kept)
        scaf__sample_begin_list(s->kept);
    root->n_array++;
    if (!root->arrays) {
        root->arrays = ARENA_NEW(s->a, shape_arrays);
        if (!root->arrays)
            return ERR_NOMEM;
        root->arrays->min_len = UINT32_MAX;
    }
    root->arrays->n_arrays++;
    if (!scaf__shape_list(s, root))
        return ERR_NOMEM;
    root->arrays->item = scaf__shape_find(root->arrays->item);
    if (!root->arrays->item)
        root->arrays->item = new_shape(s);
    return root->arrays->item ? ERR_OK : ERR_NOMEM;
}

err_code scaf__shapes_add_item(shape_set *s, const tape_value *values, uint32_t index)
{
    shape_arrays *ar = scaf__shape_find(s->root)->arrays;
    ar->n_items++;
    if (s->kept)
        scaf__sample_keep_item(s->kept, values, index);
    return add_value(s, ar->item, values, index) && !arena_failed(s->a) ? ERR_OK : ERR_NOMEM;
}

void scaf__shapes_end_list(shape_set *s, uint32_t n_items)
{
    shape_arrays *ar = scaf__shape_find(s->root)->arrays;
    if (s->kept)
        scaf__sample_end_list(s->kept);
    if (n_items < ar->min_len)
        ar->min_len = n_items;
    if (n_items > ar->max_len)
        ar->max_len = n_items;
}

/* ---- uniting ---- */

static bool unify_strings(shape_set *s, shape *to, const shape_strings *from)
{
    shape_strings *st = strings_of(s, to);
    if (!st)
        return false;
    st->formats &= from->formats;
    st->n_empty += from->n_empty;
    if (from->max_bytes > st->max_bytes)
        st->max_bytes = from->max_bytes;
    if (from->max_chars > st->max_chars)
        st->max_chars = from->max_chars;
    st->overflow = st->overflow || from->overflow;
    for (uint32_t i = 0; i < from->n_distinct; i++) {
        if (!count_string(s, st, from->distinct[i].text, from->distinct[i].n))
            return false;
    }
    return true;
}

static bool unify_arrays(shape_set *s, shape *to, const shape_arrays *from)
{
    if (!to->arrays) {
        to->arrays = ARENA_NEW(s->a, shape_arrays);
        if (!to->arrays)
            return false;
        *to->arrays = *from;
        return true;
    }
    shape_arrays *ar = to->arrays;
    bool fixed = ar->n_positions && ar->n_positions == from->n_positions;
    ar->n_arrays += from->n_arrays;
    ar->n_items += from->n_items;
    if (from->min_len < ar->min_len)
        ar->min_len = from->min_len;
    if (from->max_len > ar->max_len)
        ar->max_len = from->max_len;
    if (!fixed && !become_list(s, ar))
        return false;
    for (uint32_t i = 0; i < from->n_positions; i++) {
        if (!unite_later(s, fixed ? &ar->at[i] : &ar->item, from->at[i]))
            return false;
    }
    return unite_later(s, &ar->item, from->item);
}

static bool unify_maps(shape_set *s, shape_objects *ob, const shape_objects *from)
{
    for (uint32_t i = 0; i < from->n_keys; i++)
        see_map_key(s, ob, from->map_keys[i]);
    if (from->is_map) {
        ob->map_formats &= from->map_formats;
        ob->map_digits = ob->map_digits && from->map_digits;
    }
    ob->n_entries += from->n_entries;
    for (uint32_t i = 0; i < from->n_variants; i++) {
        for (uint32_t k = 0; k < from->variants[i].n_fields; k++) {
            const shape_field *f = &from->variants[i].fields[k];
            see_map_key(s, ob, f->key);
            ob->n_entries += f->n;
            if (!unite_later(s, &ob->map_value, f->value))
                return false;
        }
    }
    return unite_later(s, &ob->map_value, from->map_value);
}

static bool unify_objects(shape_set *s, shape *to, shape_objects *from)
{
    if (!to->objects) {
        to->objects = from;
        return true;
    }
    shape_objects *ob = to->objects;
    ob->n_objects += from->n_objects;
    if (from->is_map && !become_map(s, ob))
        return false;
    if (ob->is_map)
        return unify_maps(s, ob, from);
    for (uint32_t i = 0; i < from->n_variants; i++) {
        const shape_variant *v = &from->variants[i];
        uint32_t k = 0;
        while (k < ob->n_variants &&
               !(ob->variants[k].signature == v->signature && ob->variants[k].by_tag == v->by_tag))
            k++;
        if (k < ob->n_variants) {
            if (!unify_variants(s, &ob->variants[k], v))
                return false;
        } else {
            shape_variant *copy = new_variant(s, ob);
            if (!copy)
                return false;
            *copy = *v;
        }
    }
    bool tags_agree = ob->tagged == from->tagged;
    for (uint32_t i = 0; i < ob->n_variants && ob->tagged; i++)
        tags_agree =
            tags_agree && ob->variants[i].by_tag && str_eq(ob->variants[i].tag_key, ob->tag_key);
    if (ob->merged || from->merged || !tags_agree || ob->n_variants > SHAPE_VARIANTS)
        return merge_variants(s, ob);
    return true;
}

/* Makes b a part of a, which is not b; both are roots. */
static bool unite_now(shape_set *s, shape *a, shape *b)
{
    if (b->id < a->id) { /* the older one stays: names do not depend on the order of uniting */
        shape *t = a;
        a = b;
        b = t;
    }
    b->forward = a;
    a->n_null += b->n_null;
    a->n_false += b->n_false;
    a->n_true += b->n_true;
    a->n_string += b->n_string;
    a->choice = a->choice ? a->choice : b->choice;
    a->n_array += b->n_array;
    a->n_object += b->n_object;
    if (b->n_number) {
        if (b->num_flags & NUM_INT64) {
            /* Values of the two came in no known order, unless all of b's lie above a's. */
            a->int_rises = (a->num_flags & NUM_INT64)
                               ? a->int_rises && b->int_rises && b->min_int > a->max_int
                               : b->int_rises;
            bool had = (a->num_flags & NUM_INT64) != 0;
            if (!had || b->min_int < a->min_int)
                a->min_int = b->min_int;
            if (!had || b->max_int > a->max_int)
                a->max_int = b->max_int;
        }
        if (b->num_flags & ~(uint32_t)NUM_INT64) {
            bool had = (a->num_flags & ~(uint32_t)NUM_INT64) != 0;
            if (!had || b->min_num < a->min_num)
                a->min_num = b->min_num;
            if (!had || b->max_num > a->max_num)
                a->max_num = b->max_num;
        }
        a->n_number += b->n_number;
        a->num_flags |= b->num_flags;
    }
    if (!a->example.ptr)
        a->example = b->example;
    return (!b->strings || unify_strings(s, a, b->strings)) &&
           (!b->arrays || unify_arrays(s, a, b->arrays)) &&
           (!b->objects || unify_objects(s, a, b->objects));
}

static bool drain(shape_set *s)
{
    while (s->n_pairs) {
        shape_pair p = s->pairs[--s->n_pairs];
        p.a = scaf__shape_find(p.a);
        p.b = scaf__shape_find(p.b);
        if (p.a != p.b && !unite_now(s, p.a, p.b))
            return false;
    }
    return true;
}

shape *scaf__shape_unify(shape_set *s, shape *a, shape *b)
{
    if (!a || !b)
        return scaf__shape_find(a ? a : b);
    if (!unite_later(s, &a, b) || !drain(s))
        return NULL;
    return scaf__shape_find(a);
}

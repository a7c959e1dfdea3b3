#include "assist/scaffold/decide.h"

#include <stdlib.h>

#include "assist/scaffold/names.h"
#include "base/hash.h"

/* The rules, and why these numbers.
 *
 * Recursion. A shape becomes one with an object shape around it when they share three quarters of
 * the larger one's keys (two at least), or when the key that leads inward occurs in both and three
 * quarters of the smaller one's keys are shared (two at least, or all of the larger one's), or when
 * its tag names a variant of the outer one. Shared keys must hold compatible kinds. Three quarters
 * is the share that quicktype's users are used to.
 *
 * Tuple. At least two arrays of one length of 2 to 12 whose positions hold different kinds; or at
 * least three of 2 to 4 numbers under a key that names a point.
 *
 * Map. All keys have one shape that names things rather than says what they are (dates, digits,
 * UUIDs, currencies, …); or there are many keys, each seen rarely; or ten and more keys that hold
 * records of one shape; always with values of one kind.
 *
 * Tagged union. Objects sorted by a tag's value differ in keys (or in the kind of a value) in a way
 * that the tag decides: at least two groups have something of their own, and most keys that are
 * optional in the whole are all-or-nothing in each group. */

enum { MAX_ANCESTORS = 8 };

typedef struct {
    shape_set *s;
    const schema_options *opt;
    arena *scratch;
    bool failed;
} decider;

uint32_t scaf__shape_kinds(const shape *s)
{
    uint32_t k = 0;
    if (s->n_false || s->n_true)
        k |= 1u << TAPE_TRUE;
    if (s->n_number)
        k |= 1u << TAPE_NUMBER;
    if (s->n_string)
        k |= 1u << TAPE_STRING;
    if (s->n_array)
        k |= 1u << TAPE_ARRAY;
    if (s->n_object)
        k |= 1u << TAPE_OBJECT;
    return k;
}

/* ---- all keys of an object shape, over its variants ---- */

typedef struct {
    str_view key;
    uint64_t hash;
    uint64_t n;
    uint32_t kinds;
    shape *value; /* of the first variant that has it */
} key_seen;

typedef struct {
    key_seen *keys;
    uint32_t n;
} key_list;

static int by_hash(const void *a, const void *b)
{
    const key_seen *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return str_cmp(x->key, y->key);
}

/* Sorted by hash, each key once. Empty (n == 0) also when out of memory, which is then sticky. */
static key_list all_keys(decider *d, const shape_objects *ob)
{
    key_list list = {0};
    size_t n = 0;
    for (uint32_t i = 0; i < ob->n_variants; i++)
        n += ob->variants[i].n_fields;
    list.keys = ARENA_ARRAY(d->scratch, key_seen, n ? n : 1);
    if (!list.keys) {
        d->failed = true;
        return list;
    }
    for (uint32_t i = 0; i < ob->n_variants; i++) {
        const shape_variant *v = &ob->variants[i];
        for (uint32_t k = 0; k < v->n_fields; k++) {
            shape *value = scaf__shape_find(v->fields[k].value);
            list.keys[list.n++] = (key_seen){v->fields[k].key, v->fields[k].hash, v->fields[k].n,
                                             scaf__shape_kinds(value), value};
        }
    }
    qsort(list.keys, list.n, sizeof *list.keys, by_hash);
    uint32_t to = 0;
    for (uint32_t i = 0; i < list.n; i++) {
        if (to && list.keys[to - 1].hash == list.keys[i].hash &&
            str_eq(list.keys[to - 1].key, list.keys[i].key)) {
            list.keys[to - 1].n += list.keys[i].n;
            list.keys[to - 1].kinds |= list.keys[i].kinds;
        } else {
            list.keys[to++] = list.keys[i];
        }
    }
    list.n = to;
    return list;
}

static const key_seen *find_key(const key_list *list, str_view key)
{
    key_seen want = {.key = key, .hash = hash_str(key)};
    return bsearch(&want, list->keys, list->n, sizeof want, by_hash);
}

/* How many keys both have; *compatible is false when a shared key holds quite different kinds. */
static uint32_t shared_keys(const key_list *a, const key_list *b, bool *compatible)
{
    uint32_t i = 0, k = 0, n = 0;
    *compatible = true;
    while (i < a->n && k < b->n) {
        int c = by_hash(&a->keys[i], &b->keys[k]);
        if (c == 0) {
            uint32_t x = a->keys[i].kinds, y = b->keys[k].kinds;
            if (x && y && !(x & y))
                *compatible = false;
            n++;
        }
        i += c <= 0;
        k += c >= 0;
    }
    return n;
}

/* ---- recursion ---- */

typedef struct {
    shape *at;
    str_view edge; /* the key that leads from it towards the place under test */
} ancestor;

static bool has_common_tag(const shape_objects *a, const shape_objects *b)
{
    for (uint32_t i = 0; i < a->n_variants; i++) {
        for (uint32_t k = 0; k < b->n_variants; k++) {
            const shape_variant *x = &a->variants[i], *y = &b->variants[k];
            if (!x->by_tag || !y->by_tag || x->signature != y->signature)
                continue;
            uint32_t n = 0;
            for (uint32_t f = 0; f < y->n_fields; f++)
                n += scaf__variant_field(x, y->fields[f].key) != NULL;
            uint32_t max = x->n_fields > y->n_fields ? x->n_fields : y->n_fields;
            if (n >= 2 && n * 4 >= max * 3)
                return true;
        }
    }
    return false;
}

static bool same_type(decider *d, const ancestor *outer, shape *inner)
{
    const shape_objects *a = outer->at->objects, *b = inner->objects;
    if (a->is_map || b->is_map)
        return false;
    key_list x = all_keys(d, a), y = all_keys(d, b);
    bool compatible;
    uint32_t n = shared_keys(&x, &y, &compatible);
    uint32_t max = x.n > y.n ? x.n : y.n, min = x.n < y.n ? x.n : y.n;
    bool same = false;
    if (compatible && n >= 2 && n * 4 >= max * 3) {
        same = true;
    } else if (compatible && n * 4 >= min * 3 && (n >= 2 || (n && max == 1))) {
        const key_seen *back = find_key(&y, outer->edge);
        uint32_t nested = 1u << TAPE_OBJECT | 1u << TAPE_ARRAY;
        same = back && (back->kinds & nested);
    }
    if (!same && n)
        same = has_common_tag(a, b);
    arena_reset(d->scratch);
    return same;
}

/* Walks below `sh`; the shape united with an ancestor when there was one (the walk then starts
 * again there), else NULL. */
static shape *find_recursion(decider *d, shape *sh, ancestor *path, uint32_t depth)
{
    sh = scaf__shape_find(sh);
    if (!sh || sh->mark == d->s->mark || d->failed)
        return NULL;
    if (sh->objects) {
        for (uint32_t i = depth; i > 0 && depth - i < MAX_ANCESTORS; i--) {
            if (path[i - 1].at != sh && same_type(d, &path[i - 1], sh)) {
                shape *u = scaf__shape_unify(d->s, path[i - 1].at, sh);
                d->failed = d->failed || !u;
                return u;
            }
        }
    }
    sh->mark = d->s->mark;
    if (sh->arrays) {
        const shape_arrays *ar = sh->arrays;
        for (uint32_t i = 0; i <= ar->n_positions; i++) {
            shape *hit = find_recursion(d, i < ar->n_positions ? ar->at[i] : ar->item, path, depth);
            if (hit)
                return hit;
        }
    }
    if (sh->objects && depth < TAPE_MAX_DEPTH) {
        shape_objects *ob = sh->objects;
        shape *hit = NULL;
        path[depth].at = sh;
        if (ob->is_map) {
            path[depth].edge = (str_view){NULL, 0};
            hit = find_recursion(d, ob->map_value, path, depth);
        }
        for (uint32_t i = 0; i < ob->n_variants && !hit; i++) {
            for (uint32_t k = 0; k < ob->variants[i].n_fields && !hit; k++) {
                path[depth].edge = ob->variants[i].fields[k].key;
                hit = find_recursion(d, ob->variants[i].fields[k].value, path, depth + 1);
            }
        }
        return hit;
    }
    return NULL;
}

/* ---- maps ---- */

static const uint32_t strong_key_formats =
    1u << FORMAT_DATE | 1u << FORMAT_DATE_TIME | 1u << FORMAT_LOCAL_DATE_TIME | 1u << FORMAT_TIME |
    1u << FORMAT_UUID | 1u << FORMAT_ULID | 1u << FORMAT_KSUID | 1u << FORMAT_OBJECT_ID |
    1u << FORMAT_URI | 1u << FORMAT_EMAIL | 1u << FORMAT_IPV4 | 1u << FORMAT_IPV6 |
    1u << FORMAT_CURRENCY | 1u << FORMAT_COUNTRY | 1u << FORMAT_HEX | 1u << FORMAT_SEMVER |
    1u << FORMAT_INTEGER | 1u << FORMAT_DECIMAL | 1u << FORMAT_COLOR | 1u << FORMAT_MIME |
    1u << FORMAT_PHONE;

/* Language codes that are also everyday keys. */
static bool is_wordlike_code(str_view k)
{
    static const char *const words[] = {"id", "is", "to", "no", "my", "am", "so", "as", "or"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(k, str_of(words[i])))
            return true;
    }
    return false;
}

static bool values_agree(decider *d, const key_list *keys, bool *records)
{
    uint32_t kinds = 0;
    *records = true;
    for (uint32_t i = 0; i < keys->n; i++) {
        uint32_t k = keys->keys[i].kinds;
        if (k && (k & (k - 1)))
            return false; /* a union already */
        if (k && kinds && k != kinds)
            return false;
        kinds |= k;
    }
    if (kinds != 1u << TAPE_OBJECT) {
        *records = false;
        return true;
    }
    /* Records: neighbours must share half of their keys. */
    key_list before = {0};
    for (uint32_t i = 0; i < keys->n && i < 24; i++) {
        const shape_objects *ob = keys->keys[i].value->objects;
        if (!ob || ob->is_map) {
            *records = false;
            continue;
        }
        key_list now = all_keys(d, ob);
        bool compatible;
        if (i && before.n + now.n) {
            uint32_t n = shared_keys(&before, &now, &compatible);
            uint32_t max = before.n > now.n ? before.n : now.n;
            if (!compatible || n * 2 < max)
                return false;
            if (n != max || n < 2)
                *records = false;
        }
        before = now;
    }
    return true;
}

static bool looks_like_map(decider *d, const shape_objects *ob)
{
    key_list keys = all_keys(d, ob);
    uint64_t entries = 0, singles = 0, n = ob->n_objects;
    uint32_t formats = FORMAT_ALL;
    bool digits = true, wordlike = false, region = false, records;
    if (!keys.n || d->failed)
        return false;
    for (uint32_t i = 0; i < keys.n; i++) {
        str_view k = keys.keys[i].key;
        entries += keys.keys[i].n;
        singles += keys.keys[i].n == 1;
        digits = digits && k.len;
        for (size_t c = 0; c < k.len; c++)
            digits = digits && k.ptr[c] >= '0' && k.ptr[c] <= '9';
        wordlike = wordlike || is_wordlike_code(k);
        region = region || k.len > 2;
        if (formats)
            formats = scaf__format_match(k, formats);
    }
    if (!values_agree(d, &keys, &records))
        return false;
    if (digits)
        return true;
    if (formats & strong_key_formats)
        return keys.n >= 2 ||
               (formats & (1u << FORMAT_DATE | 1u << FORMAT_UUID | 1u << FORMAT_URI));
    if ((formats & 1u << FORMAT_LOCALE) && keys.n >= (region ? 2u : 3u) &&
        (!wordlike || keys.n >= 6))
        return true;
    /* Many keys, each rare: what the objects share is not their keys. */
    double presence = (double)entries / ((double)keys.n * (double)n);
    if (n >= 3 && keys.n >= 12 && presence <= 0.2)
        return true;
    if (n >= 4 && keys.n >= 8 && presence <= 0.34 && singles * 10 >= (uint64_t)keys.n * 7)
        return true;
    if (keys.n >= 10 && records)
        return true;
    return keys.n >= 50;
}

/* ---- tagged unions ---- */

enum { MAX_TAG_FIELDS = 8 }; /* fields tried as tags when no key has a tag's name */

/* Where a group of variants has the key: 0 nowhere, 1 in some objects, 2 in all. */
static int presence(const shape_objects *ob, const uint32_t *group, uint32_t g, str_view key,
                    uint32_t *kinds, shape **value)
{
    uint64_t n = 0, n_objects = 0;
    *kinds = 0;
    *value = NULL;
    for (uint32_t v = g; v < ob->n_variants; v++) {
        if (group[v] != g)
            continue;
        const shape_field *f = scaf__variant_field(&ob->variants[v], key);
        n_objects += ob->variants[v].n_objects;
        if (!f || !f->n)
            continue;
        n += f->n;
        *value = scaf__shape_find(f->value);
        *kinds |= scaf__shape_kinds(*value);
    }
    return n == 0 ? 0 : n == n_objects ? 2 : 1;
}

/* Objects of clearly different keys: fewer than a third shared. */
static bool differ(decider *d, shape *a, shape *b)
{
    bool compatible;
    if (!a || !b || !a->objects || !b->objects || a->objects->is_map || b->objects->is_map)
        return false;
    key_list x = all_keys(d, a->objects), y = all_keys(d, b->objects);
    uint32_t n = shared_keys(&x, &y, &compatible), max = x.n > y.n ? x.n : y.n;
    return x.n && y.n && n * 3 < max;
}

/* Does the tag decide what else is there? group[v] is the first variant of v's group. */
static bool tag_decides(decider *d, const shape_objects *ob, const uint32_t *group, str_view tag,
                        bool named)
{
    key_list keys = all_keys(d, ob);
    uint32_t n_groups = 0, n_optional = 0, n_decided = 0, n_conflicts = 0, n_private = 0;
    uint64_t private_groups = 0;
    for (uint32_t v = 0; v < ob->n_variants; v++)
        n_groups += group[v] == v;
    for (uint32_t i = 0; i < keys.n && !d->failed; i++) {
        str_view key = keys.keys[i].key;
        uint32_t first_kinds = 0, kinds, seen = 0;
        bool partial = false;
        shape *first = NULL, *value;
        uint64_t has = 0, conflict = 0;
        if (str_eq(key, tag))
            continue;
        for (uint32_t v = 0; v < ob->n_variants; v++) {
            if (group[v] != v)
                continue;
            int p = presence(ob, group, v, key, &kinds, &value);
            seen += p > 0;
            partial = partial || p == 1;
            has |= (uint64_t)(p == 2) << v;
            if (!first_kinds && kinds) {
                first_kinds = kinds;
                first = value;
            } else if (kinds && ((!(kinds & first_kinds)) || (named && differ(d, first, value)))) {
                conflict |= UINT64_C(1) << v;
            }
        }
        if (seen < n_groups || partial) {
            n_optional++;
            /* Optional inside one group and unknown to the others is still that group's own. */
            n_decided += !partial || (seen == 1 && n_groups > 1);
            if (!partial && seen < n_groups)
                private_groups |= has;
        } else if (conflict) {
            n_conflicts++;
            private_groups |= conflict | 1;
        }
    }
    for (uint32_t v = 0; v < ob->n_variants; v++)
        n_private += (uint32_t)(private_groups >> v & 1);
    if (n_private < 2 || n_decided + n_conflicts < (n_conflicts ? 1u : 2u))
        return false;
    return named ? n_decided * 10 >= n_optional * 6 : n_decided == n_optional;
}

/* Sorts the variants, kept by their sets of keys, into groups by the values of `tag`: variants that
 * share a value are one group. False when the values do not tell kinds apart. */
static bool group_by(const shape_objects *ob, str_view tag, uint32_t *group)
{
    uint64_t smallest = UINT64_MAX;
    uint32_t n_groups = 0;
    for (uint32_t i = 0; i < ob->n_variants; i++) {
        const shape_field *f = scaf__variant_field(&ob->variants[i], tag);
        const shape *v = f ? scaf__shape_find(f->value) : NULL;
        if (!v || f->n != ob->variants[i].n_objects || scaf__shape_kinds(v) != 1u << TAPE_STRING ||
            v->n_null || v->strings->overflow || v->strings->n_empty)
            return false;
        group[i] = i;
        for (uint32_t k = 0; k < i; k++) {
            const shape_strings *a = v->strings;
            const shape_strings *b =
                scaf__shape_find(scaf__variant_field(&ob->variants[k], tag)->value)->strings;
            bool common = false;
            for (uint32_t x = 0; x < a->n_distinct && !common; x++) {
                for (uint32_t y = 0; y < b->n_distinct && !common; y++)
                    common = str_eq(a->distinct[x].text, b->distinct[y].text);
            }
            uint32_t from = group[i], to = group[k];
            if (!common || from == to)
                continue;
            uint32_t low = from < to ? from : to, high = from < to ? to : from;
            for (uint32_t m = 0; m <= i; m++) {
                if (group[m] == high)
                    group[m] = low;
            }
        }
    }
    for (uint32_t i = 0; i < ob->n_variants; i++) {
        uint64_t n = 0, n_values = 0;
        if (group[i] != i)
            continue;
        for (uint32_t k = i; k < ob->n_variants; k++) {
            if (group[k] != i)
                continue;
            const shape *v = scaf__shape_find(scaf__variant_field(&ob->variants[k], tag)->value);
            n += ob->variants[k].n_objects;
            if (v->strings->n_distinct > n_values)
                n_values = v->strings->n_distinct;
        }
        if (n_values * 2 > n) /* a name, not a kind: values do not recur */
            return false;
        n_groups++;
        if (n < smallest)
            smallest = n;
    }
    /* Every group needs two objects, or a tag of this value proves nothing. */
    return n_groups >= 2 && smallest >= 2;
}

static bool find_tag_union(decider *d, shape *sh)
{
    shape_objects *ob = sh->objects;
    if (d->opt->no_unions || ob->merged || ob->n_variants < 2 || ob->n_variants > SHAPE_VARIANTS)
        return false;
    uint32_t n_tagged = 0;
    for (uint32_t i = 0; i < ob->n_variants; i++)
        n_tagged +=
            ob->variants[i].by_tag && str_eq(ob->variants[i].tag_key, ob->variants[0].tag_key);
    str_view tag = {NULL, 0};
    uint32_t group[SHAPE_VARIANTS];
    if (n_tagged == ob->n_variants) {
        tag = ob->variants[0].tag_key;
        for (uint32_t v = 0; v < ob->n_variants; v++)
            group[v] = v;
        if (!tag_decides(d, ob, group, tag, true))
            return false;
    } else if (n_tagged == 0) {
        uint32_t tried = 0;
        bool found = false;
        for (uint32_t k = 0; k < ob->variants[0].n_fields && tried < MAX_TAG_FIELDS && !found;
             k++) {
            tag = ob->variants[0].fields[k].key;
            const shape *v = scaf__shape_find(ob->variants[0].fields[k].value);
            if (scaf__shape_kinds(v) != 1u << TAPE_STRING)
                continue;
            tried++;
            found = group_by(ob, tag, group) && tag_decides(d, ob, group, tag, false);
        }
        if (!found)
            return false;
        if (!scaf__shape_group(d->s, sh, group)) {
            d->failed = true;
            return false;
        }
    } else {
        return false;
    }
    ob->tagged = true;
    ob->tag_key = tag;
    return true;
}

/* ---- lists and tuples ---- */

static bool is_point_key(str_view k)
{
    static const char *const names[] = {"coordinates", "point", "position", "bbox",   "location",
                                        "latlng",      "geo",   "range",    "loc",    "center",
                                        "size",        "coord", "lnglat",   "bounds", "resolution"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_eq(k, str_of(names[i])))
            return true;
    }
    return false;
}

static bool is_tuple(const shape_arrays *ar, str_view key)
{
    uint32_t first = 0;
    bool differ = false, all_numbers = true;
    for (uint32_t i = 0; i < ar->n_positions; i++) {
        uint32_t k = scaf__shape_kinds(scaf__shape_find(ar->at[i]));
        if (!k || (k & (k - 1)))
            return false; /* a position without one kind is not a position with a meaning */
        differ = differ || (i && k != first);
        all_numbers = all_numbers && k == 1u << TAPE_NUMBER;
        first = i ? first : k;
    }
    if (differ)
        return ar->n_arrays >= 2;
    return all_numbers && ar->n_arrays >= 3 && ar->n_positions <= 4 && is_point_key(key);
}

/* ---- hints ---- */

static bool step_matches(str_view pattern, str_view step, bool item)
{
    return str_eq(pattern, STR("*")) || (item && str_eq(pattern, STR("-"))) ||
           str_eq(pattern, step);
}

typedef struct {
    str_view step;
    bool item;
} path_step;

static str_view hint_for(const decider *d, const path_step *path, uint32_t depth)
{
    for (size_t h = 0; h < d->opt->n_hints; h++) {
        str_view rest = d->opt->hints[h].pointer;
        uint32_t i = 0;
        bool ok = true;
        while (rest.len && ok) {
            rest = str_slice(rest, 1, rest.len);
            size_t n = str_find_byte(rest, '/');
            ok = i < depth && step_matches(str_slice(rest, 0, n), path[i].step, path[i].item);
            i++;
            rest = str_slice(rest, n, rest.len);
        }
        if (ok && i == depth)
            return d->opt->hints[h].use;
    }
    return (str_view){NULL, 0};
}

/* ---- the walk ---- */

static void decide(decider *d, shape *sh, str_view key, path_step *path, uint32_t depth)
{
    sh = scaf__shape_find(sh);
    if (!sh || sh->mark == d->s->mark || d->failed || depth > TAPE_MAX_DEPTH)
        return;
    sh->mark = d->s->mark;
    str_view hint = hint_for(d, path, depth);
    if (str_eq(hint, STR("enum")) || str_eq(hint, STR("string")))
        sh->choice = hint.ptr[0] == 'e' ? CHOICE_ENUM : CHOICE_TEXT;
    if (sh->arrays) {
        shape_arrays *ar = sh->arrays;
        bool tuple = ar->n_positions && !str_eq(hint, STR("list")) &&
                     (str_eq(hint, STR("tuple")) || is_tuple(ar, key));
        if (!tuple && !scaf__shape_list(d->s, sh))
            d->failed = true;
        for (uint32_t i = 0; i <= ar->n_positions && !d->failed; i++) {
            path[depth] = (path_step){STR(""), true};
            decide(d, i < ar->n_positions ? ar->at[i] : ar->item, key, path, depth + 1);
        }
    }
    shape_objects *ob = sh->objects;
    if (!ob || d->failed)
        return;
    if (!ob->is_map &&
        (str_eq(hint, STR("map")) ||
         (!d->opt->no_maps && !str_eq(hint, STR("record")) && looks_like_map(d, ob)))) {
        if (!scaf__shape_map(d->s, sh))
            d->failed = true;
    } else if (!ob->is_map && !ob->tagged && !find_tag_union(d, sh) &&
               !scaf__shape_merge(d->s, sh)) {
        d->failed = true;
    }
    arena_reset(d->scratch);
    if (ob->is_map && !d->failed) {
        path[depth] = (path_step){STR(""), true};
        decide(d, ob->map_value, key, path, depth + 1);
    }
    for (uint32_t i = 0; i < ob->n_variants && !d->failed; i++) {
        for (uint32_t k = 0; k < ob->variants[i].n_fields && !d->failed; k++) {
            path[depth] = (path_step){ob->variants[i].fields[k].key, false};
            decide(d, ob->variants[i].fields[k].value, ob->variants[i].fields[k].key, path,
                   depth + 1);
        }
    }
}

/* ---- one type for what is alike ---- */

typedef struct {
    shape *at;
    uint64_t keys_hash; /* of the set of keys */
    str_view name;      /* words of the key that led to it first, singular */
} record_place;

typedef struct {
    record_place *places;
    size_t n, cap;
} place_list;

static void collect(decider *d, arena *names, shape *sh, str_view key, place_list *out,
                    uint32_t depth)
{
    sh = scaf__shape_find(sh);
    if (!sh || sh->mark == d->s->mark || d->failed || depth > TAPE_MAX_DEPTH)
        return;
    sh->mark = d->s->mark;
    if (sh->arrays) {
        for (uint32_t i = 0; i <= sh->arrays->n_positions; i++)
            collect(d, names, i < sh->arrays->n_positions ? sh->arrays->at[i] : sh->arrays->item,
                    key, out, depth + 1);
    }
    shape_objects *ob = sh->objects;
    if (!ob)
        return;
    if (!ob->is_map && !ob->tagged && ob->n_variants == 1 && ob->variants[0].n_fields >= 2) {
        if (out->n == out->cap) {
            size_t cap = out->cap ? out->cap * 2 : 32;
            record_place *p = ARENA_ARRAY(names, record_place, cap);
            if (!p) {
                d->failed = true;
                return;
            }
            if (out->n)
                memcpy(p, out->places, out->n * sizeof *p);
            out->places = p;
            out->cap = cap;
        }
        uint64_t h = 0;
        for (uint32_t k = 0; k < ob->variants[0].n_fields; k++)
            h += hash_u64(ob->variants[0].fields[k].hash);
        out->places[out->n++] =
            (record_place){sh, h, scaf__singular(names, scaf__words(names, key))};
    }
    if (ob->is_map)
        collect(d, names, ob->map_value, key, out, depth + 1);
    for (uint32_t i = 0; i < ob->n_variants; i++) {
        for (uint32_t k = 0; k < ob->variants[i].n_fields; k++)
            collect(d, names, ob->variants[i].fields[k].value, ob->variants[i].fields[k].key, out,
                    depth + 1);
    }
}

static int by_keys(const void *a, const void *b)
{
    const record_place *x = a, *y = b;
    if (x->keys_hash != y->keys_hash)
        return x->keys_hash < y->keys_hash ? -1 : 1;
    return x->at->id < y->at->id ? -1 : x->at->id > y->at->id;
}

static int by_name(const void *a, const void *b)
{
    const record_place *x = a, *y = b;
    int c = str_cmp(x->name, y->name);
    return c ? c : x->at->id < y->at->id ? -1 : x->at->id > y->at->id;
}

static bool mergeable(decider *d, shape *a, shape *b, bool similar)
{
    if (a == b || a->objects->is_map || b->objects->is_map || a->objects->tagged ||
        b->objects->tagged)
        return false;
    key_list x = all_keys(d, a->objects), y = all_keys(d, b->objects);
    bool compatible;
    uint32_t n = shared_keys(&x, &y, &compatible), max = x.n > y.n ? x.n : y.n;
    bool ok = compatible && (similar ? n * 4 >= max * 3 : n == x.n && n == y.n);
    arena_reset(d->scratch);
    return ok;
}

static void merge_alike(decider *d, arena *names)
{
    place_list places = {0};
    d->s->mark++;
    collect(d, names, d->s->root, d->opt->name, &places, 0);
    if (!places.n)
        return;
    for (int pass = 0; pass < 2 && !d->failed; pass++) {
        bool similar = pass == 1;
        if (similar && d->opt->merge != SCHEMA_MERGE_SIMILAR)
            break;
        qsort(places.places, places.n, sizeof *places.places, similar ? by_name : by_keys);
        for (size_t i = 0; i + 1 < places.n && !d->failed; i++) {
            record_place *p = &places.places[i];
            /* A window: thousands of records of one name are one type long before its end. */
            for (size_t k = i + 1; k < places.n && k < i + 64; k++) {
                record_place *q = &places.places[k];
                if (similar ? !str_eq(p->name, q->name) : p->keys_hash != q->keys_hash)
                    break;
                shape *a = scaf__shape_find(p->at), *b = scaf__shape_find(q->at);
                bool enough =
                    similar || str_eq(p->name, q->name) || a->objects->variants[0].n_fields >= 4;
                if (enough && mergeable(d, a, b, similar) && !scaf__shape_unify(d->s, a, b))
                    d->failed = true;
            }
        }
    }
}

err_code scaf__decide(shape_set *s, const schema_options *opt, err *e)
{
    arena scratch, names;
    arena_init(&scratch, SIZE_MAX);
    arena_init(&names, SIZE_MAX);
    decider d = {.s = s, .opt = opt, .scratch = &scratch};
    ancestor *path = ARENA_ARRAY(&names, ancestor, TAPE_MAX_DEPTH + 1);
    path_step *steps = ARENA_ARRAY(&names, path_step, TAPE_MAX_DEPTH + 2);
    d.failed = !path || !steps;
    /* Each hit unites two shapes, so this ends; a hit changes what is around it, so it starts anew.
     */
    for (shape *hit = s->root; hit && !d.failed;) {
        s->mark++;
        hit = find_recursion(&d, s->root, path, 0);
    }
    if (!d.failed) {
        s->mark++;
        decide(&d, s->root, opt->name, steps, 0);
    }
    if (!d.failed && opt->merge != SCHEMA_MERGE_NEVER)
        merge_alike(&d, &names);
    bool failed = d.failed || arena_failed(&scratch) || arena_failed(&names);
    arena_release(&scratch);
    arena_release(&names);
    return failed ? err_set(e, ERR_NOMEM, "out of memory while inferring types") : ERR_OK;
}

/* Rust with serde and serde_json (feature raw_value). Enums of strings and unions keep what they do
 * not know; numbers that an f64 or i64 would respell keep their text. */
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char reserved_types[] =
    "option vec box string some none ok err result self value "
    "btreemap rawvalue exactnumber serialize "
    "deserialize serializer deserializer deserializeowned default clone debug bool "
    "i64 u64 f64 str from into fn partialeq eq "
    "map error iterator drop copy send sync sized";
static const char reserved_fields[] =
    "as break const continue crate else enum extern false fn for if impl in let loop match mod "
    "move mut pub "
    "ref return self static struct super trait true type unsafe use where while async await dyn "
    "abstract "
    "become box do final macro override priv typeof unsized virtual yield try union gen";

typedef struct {
    emit_out *o;
    type_names names;
    bool uses_present, uses_exact, uses_map, uses_value, uses_raw, uses_kept, uses_required;
} rs;

/* Where unknown keys are kept, one more field has them. */
static const char **field_names(emit_out *o, const schema_type *record)
{
    str_view reserved = arena_format(o->a, "%s%s", reserved_fields,
                                     o->unknown == ASSIST_UNKNOWN_KEEP ? " unknown" : "");
    return reserved.ptr ? scaf__field_names(o, record, CASE_SNAKE, reserved.ptr) : NULL;
}

static bool is_f64(const schema_type *t)
{
    return !(t->num_flags & ~(uint32_t)(NUM_FRACTION | NUM_LONG_FRACTION | NUM_POINT_ZERO));
}

/* Is `to` inside `from` without a Vec or map between? `depth` bounds cycles that do not pass `to`.
 */
static bool contains(const schema_type *from, const schema_type *to, uint32_t depth)
{
    if (from == to)
        return true;
    if (depth > 12)
        return true; /* a box too many is legal, one too few is not */
    if (from->kind == KIND_RECORD) {
        for (uint32_t i = 0; i < from->n_fields; i++) {
            if (contains(from->fields[i].ref.type, to, depth + 1))
                return true;
        }
    } else if (from->kind == KIND_UNION || from->kind == KIND_TUPLE) {
        for (uint32_t i = 0; i < from->n_items; i++) {
            if (contains(from->items[i].type, to, depth + 1))
                return true;
        }
    }
    return false;
}

static const char *type_expr(rs *r, schema_ref ref, const schema_type *inside)
{
    const schema_type *t = ref.type;
    arena *a = r->o->a;
    str_view v = {NULL, 0};
    const char *base = "Value";
    buf b;
    switch (t->kind) {
    case KIND_ANY: r->uses_value = true; return base;
    case KIND_BOOL: base = "bool"; break;
    case KIND_INT:
        base = t->width == INT_BIG ? "ExactNumber" : t->width == INT_U64 ? "u64" : "i64";
        r->uses_exact = r->uses_exact || t->width == INT_BIG;
        break;
    case KIND_NUMBER:
        base = is_f64(t) ? "f64" : "ExactNumber";
        r->uses_exact = r->uses_exact || !is_f64(t);
        break;
    case KIND_STRING: base = "String"; break;
    case KIND_ARRAY: v = arena_format(a, "Vec<%s>", type_expr(r, t->items[0], NULL)); break;
    case KIND_MAP:
        r->uses_map = true;
        v = arena_format(a, "BTreeMap<String, %s>", type_expr(r, t->items[0], NULL));
        break;
    case KIND_TUPLE:
        buf_init(&b, 1 << 20);
        for (uint32_t i = 0; i < t->n_items; i++)
            buf_append_format(&b, "%s%s", i ? ", " : "(", type_expr(r, t->items[i], inside));
        buf_append_byte(&b, ')');
        v = arena_copy(a, buf_view(&b));
        buf_release(&b);
        break;
    case KIND_RECORD:
    case KIND_ENUM:
    case KIND_UNION:
        base = scaf__type_name(&r->names, t);
        if (inside && t->kind != KIND_ENUM && contains(t, inside, 0))
            v = arena_format(a, "Box<%s>", base);
        break;
    }
    if (v.ptr)
        base = v.ptr;
    if (!ref.nullable)
        return base;
    v = arena_format(a, "Option<%s>", base);
    return v.ptr ? v.ptr : base;
}

/* serde's own flattening would take the members apart first, numbers with them. */
static void emit_keeping_reader(rs *r, const schema_type *t, const char *name, const char **fields)
{
    emit_out *o = r->o;
    r->uses_kept = r->uses_map = true;
    scaf__open(o, "impl<'de> Deserialize<'de> for %s {", name);
    scaf__open(o,
               "fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {");
    scaf__line(o, "let %sunknown = BTreeMap::<String, Box<RawValue>>::deserialize(deserializer)?;",
               t->n_fields ? "mut " : "");
    scaf__open(o, "Ok(Self {");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        bool optional = t->fields[i].optional;
        r->uses_required = r->uses_required || !optional;
        scaf__line(o, "%s: %s(&mut unknown, %s)?,", fields[i], optional ? "optional" : "required",
                   scaf__quote(o, t->fields[i].key, QUOTE_BRACE));
    }
    scaf__line(o, "unknown,");
    scaf__close(o, "})");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

static void emit_struct(rs *r, const schema_type *t, const char *name)
{
    emit_out *o = r->o;
    const char **fields = field_names(o, t);
    bool keep = o->unknown == ASSIST_UNKNOWN_KEEP;
    if (!fields)
        return;
    scaf__line(o, "#[derive(Clone, Debug, Serialize%s)]", keep ? "" : ", Deserialize");
    if (o->unknown == ASSIST_UNKNOWN_REJECT)
        scaf__line(o, "#[serde(deny_unknown_fields)]");
    scaf__open(o, "pub struct %s {", name);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f), *type = type_expr(r, f->ref, t);
        bool both = f->optional && (f->ref.nullable || f->ref.type->kind == KIND_ANY);
        if (*seen)
            scaf__line(o, "/// %s", seen);
        if (!str_eq(f->key, str_of(fields[i])))
            scaf__line(o, "#[serde(rename = %s)]", scaf__quote(o, f->key, QUOTE_BRACE));
        if (f->optional && keep) {
            scaf__line(o, "#[serde(skip_serializing_if = \"Option::is_none\")]");
        } else if (both) {
            r->uses_present = true;
            scaf__line(o, "#[serde(default, deserialize_with = \"present\", skip_serializing_if = "
                          "\"Option::is_none\")]");
        } else if (f->optional) {
            scaf__line(o, "#[serde(default, skip_serializing_if = \"Option::is_none\")]");
        }
        scaf__line(o, f->optional ? "pub %s: Option<%s>," : "pub %s: %s,", fields[i], type);
    }
    if (keep) {
        scaf__line(o, "/// What the sample does not have.");
        scaf__line(o, "#[serde(flatten)]");
        scaf__line(o, "pub unknown: BTreeMap<String, Box<RawValue>>,");
    }
    scaf__close(o, "}");
    scaf__blank(o);
    if (keep)
        emit_keeping_reader(r, t, name, fields);
}

static void emit_enum(rs *r, const schema_type *t, const char *name)
{
    emit_out *o = r->o;
    name_scope scope;
    const char **arms = ARENA_ARRAY(o->a, const char *, t->n_values + 1);
    scaf__scope_init(&scope, o->a, "other self", true);
    for (uint32_t i = 0; arms && i < t->n_values; i++) {
        str_view arm = scaf__scope_claim(
            &scope, scaf__case(o->a, scaf__words(o->a, t->values[i]), CASE_PASCAL));
        arms[i] = arena_copy_z(o->a, arm);
        if (!arms[i])
            return;
    }
    if (!arms)
        return;
    scaf__line(o, "#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]");
    scaf__line(o, "#[serde(from = \"String\", into = \"String\")]");
    scaf__open(o, "pub enum %s {", name);
    for (uint32_t i = 0; i < t->n_values; i++)
        scaf__line(o, "%s,", arms[i]);
    scaf__line(o, "/// A value that was not in the sample.");
    scaf__line(o, "Other(String),");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "impl From<String> for %s {", name);
    scaf__open(o, "fn from(text: String) -> Self {");
    scaf__open(o, "match text.as_str() {");
    for (uint32_t i = 0; i < t->n_values; i++)
        scaf__line(o, "%s => Self::%s,", scaf__quote(o, t->values[i], QUOTE_BRACE), arms[i]);
    scaf__line(o, "_ => Self::Other(text),");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "impl From<%s> for String {", name);
    scaf__open(o, "fn from(value: %s) -> Self {", name);
    scaf__open(o, "match value {");
    for (uint32_t i = 0; i < t->n_values; i++)
        scaf__line(o, "%s::%s => %s.to_string(),", name, arms[i],
                   scaf__quote(o, t->values[i], QUOTE_BRACE));
    scaf__line(o, "%s::Other(text) => text,", name);
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

/* The first byte of a JSON text, as a Rust pattern; by json_kind. */
static const char *const first_bytes[] = {"b't' | b'f'", "b'-' | b'0'..=b'9'", "b'\"'", "b'['",
                                          "b'{'"};

static void emit_union(rs *r, const schema_type *t, const char *name)
{
    emit_out *o = r->o;
    bool tagged = t->tag_key.len > 0;
    const char *arms[64];
    r->uses_raw = true;
    scaf__line(o, "#[derive(Clone, Debug)]");
    scaf__open(o, "pub enum %s {", name);
    for (uint32_t i = 0; i < t->n_items && i < 64; i++) {
        arms[i] = tagged ? scaf__type_name(&r->names, t->items[i].type)
                         : scaf__arm_name(t->items[i].type);
        scaf__line(o, "%s(%s),", arms[i], type_expr(r, t->items[i], t));
    }
    if (tagged) {
        r->uses_value = true;
        scaf__line(o, "/// A tag that was not in the sample.");
        scaf__line(o, "Unknown%s(Value),", name);
    }
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "impl Serialize for %s {", name);
    scaf__open(o, "fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {");
    scaf__open(o, "match self {");
    for (uint32_t i = 0; i < t->n_items && i < 64; i++)
        scaf__line(o, "Self::%s(value) => value.serialize(serializer),", arms[i]);
    if (tagged)
        scaf__line(o, "Self::Unknown%s(value) => value.serialize(serializer),", name);
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "impl<'de> Deserialize<'de> for %s {", name);
    scaf__open(o,
               "fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {");
    scaf__line(o, "let raw = Box::<RawValue>::deserialize(deserializer)?;");
    scaf__line(o, "let text = raw.get();");
    if (tagged) {
        scaf__line(o, "#[derive(Deserialize)]");
        scaf__open(o, "struct Tag {");
        scaf__line(o, "#[serde(rename = %s)]", scaf__quote(o, t->tag_key, QUOTE_BRACE));
        scaf__line(o, "tag: String,");
        scaf__close(o, "}");
        scaf__line(o, "let head: Tag = serde_json::from_str(text).map_err(D::Error::custom)?;");
        scaf__open(o, "match head.tag.as_str() {");
        for (uint32_t i = 0; i < t->n_items && i < 64; i++) {
            const schema_type *arm = t->items[i].type;
            for (uint32_t k = 0; k < arm->n_values; k++)
                scaf__line(o, "%s => serde_json::from_str(text).map(Self::%s),",
                           scaf__quote(o, arm->values[k], QUOTE_BRACE), arms[i]);
        }
        scaf__line(o, "_ => serde_json::from_str(text).map(Self::Unknown%s),", name);
    } else {
        scaf__open(o, "match text.as_bytes().first().copied().unwrap_or(0) {");
        for (uint32_t i = 0; i < t->n_items && i < 64; i++)
            scaf__line(o, "%s => serde_json::from_str(text).map(Self::%s),",
                       first_bytes[scaf__json_kind(t->items[i].type)], arms[i]);
        scaf__line(o, "_ => return Err(D::Error::custom(\"expected %s\")),", name);
    }
    scaf__close(o, "}");
    scaf__line(o, ".map_err(D::Error::custom)");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

static const char exact_code[] =
    "/// A number as it is spelled: more digits, or another spelling, than an f64 keeps.\n"
    "#[derive(Clone, Debug, Serialize)]\n"
    "#[serde(transparent)]\n"
    "pub struct ExactNumber(Box<RawValue>);\n"
    "\n"
    "impl ExactNumber {\n"
    "    pub fn as_str(&self) -> &str {\n"
    "        self.0.get()\n"
    "    }\n"
    "\n"
    "    /// Rounded to the nearest f64.\n"
    "    pub fn to_f64(&self) -> f64 {\n"
    "        self.as_str().parse().unwrap_or(f64::NAN)\n"
    "    }\n"
    "}\n"
    "\n"
    "impl<'de> Deserialize<'de> for ExactNumber {\n"
    "    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {\n"
    "        let raw = Box::<RawValue>::deserialize(deserializer)?;\n"
    "        match raw.get().as_bytes().first() {\n"
    "            Some(b'-' | b'0'..=b'9') => Ok(Self(raw)),\n"
    "            _ => Err(D::Error::custom(\"expected a number\")),\n"
    "        }\n"
    "    }\n"
    "}\n"
    "\n";

static const char present_code[] =
    "/// Tells a key that is null (`Some(None)`) from one that is absent (`None`).\n"
    "fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> "
    "Result<Option<T>, D::Error> {\n"
    "    T::deserialize(deserializer).map(Some)\n"
    "}\n"
    "\n";

static const char kept_code[] =
    "/// Takes a member out of an object; `None` where it is absent.\n"
    "fn optional<T: DeserializeOwned, E: Error>(members: &mut BTreeMap<String, Box<RawValue>>, "
    "key: "
    "&str) -> Result<Option<T>, E> {\n"
    "    let read = |raw: Box<RawValue>| serde_json::from_str(raw.get());\n"
    "    members.remove(key).map(read).transpose().map_err(|e| E::custom(format_args!(\"{}: {}\", "
    "key, "
    "e)))\n"
    "}\n"
    "\n";

static const char required_code[] =
    "fn required<T: DeserializeOwned, E: Error>(members: &mut BTreeMap<String, Box<RawValue>>, "
    "key: "
    "&'static str) -> Result<T, E> {\n"
    "    optional(members, key)?.ok_or_else(|| E::missing_field(key))\n"
    "}\n"
    "\n";

rust_names scaf__rust_names(emit_out *o, schema_ref row)
{
    rs r = {.o = o};
    name_scope scope;
    rust_names n = {"", "", "", "", false, false};
    r.names = scaf__type_names(o, CASE_PASCAL, reserved_types);
    if (!r.names.names)
        return n;
    scaf__scope_init(&scope, o->a, "Query HashSet BTreeMap Value Duration SystemTime", false);
    for (uint32_t i = 0; i < o->s->n_named; i++)
        scaf__scope_claim(&scope, str_of(r.names.names[i]));
    const char *root = o->root_name.ptr;
    n.page = type_expr(&r, o->s->root, NULL);
    n.row = type_expr(&r, row, NULL);
    n.uses_map = r.uses_map;
    n.uses_value = r.uses_value;
    n.client = arena_copy_z(o->a, scaf__scope_claim(&scope, arena_format(o->a, "%sClient", root)));
    n.error = arena_copy_z(o->a, scaf__scope_claim(&scope, arena_format(o->a, "%sError", root)));
    return n;
}

rust_member scaf__rust_member(emit_out *o, str_view key)
{
    const schema_type *root = o->s->root.type;
    const char **names = field_names(o, root);
    for (uint32_t i = 0; names && i < root->n_fields; i++) {
        const schema_field *f = &root->fields[i];
        if (str_eq(f->key, key))
            return (rust_member){names[i], f->optional + f->ref.nullable};
    }
    return (rust_member){"", 0};
}

void scaf__emit_rust(emit_out *o)
{
    rs r = {.o = o};
    buf *real = o->b, body;
    r.names = scaf__type_names(o, CASE_PASCAL, reserved_types);
    if (!r.names.names)
        return;
    const char *root = scaf__name(o, scaf__words(o->a, o->root_name), CASE_SNAKE);
    buf_init(&body, real->max_bytes);
    o->b = &body;
    bool derives = false;
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        derives = true;
        if (t->kind == KIND_RECORD)
            emit_struct(&r, t, r.names.names[i]);
        else if (t->kind == KIND_ENUM)
            emit_enum(&r, t, r.names.names[i]);
        else
            emit_union(&r, t, r.names.names[i]);
    }
    const char *type = type_expr(&r, o->s->root, NULL);
    if (r.uses_exact)
        scaf__block(o, exact_code);
    if (r.uses_present)
        scaf__block(o, present_code);
    if (r.uses_kept)
        scaf__block(o, kept_code);
    if (r.uses_required)
        scaf__block(o, required_code);
    scaf__line(o, "pub fn parse_%s(text: &str) -> serde_json::Result<%s> {", root, type);
    scaf__line(o, "    serde_json::from_str(text)");
    scaf__line(o, "}");
    scaf__blank(o);
    scaf__line(o, "pub fn serialize_%s(value: &%s) -> serde_json::Result<String> {", root, type);
    scaf__line(o, "    serde_json::to_string(value)");
    scaf__line(o, "}");
    o->b = real;
    bool fails = r.uses_raw || r.uses_exact, raw = fails || r.uses_kept;
    scaf__line(o, "// From %s. Needs serde (derive) and serde_json%s.",
               scaf__comment(o, o->sample_name), raw ? " (raw_value)" : "");
    if (o->original_names)
        scaf__block(o, "#![allow(non_snake_case)]\n\n");
    if (r.uses_kept)
        scaf__line(o, "use serde::de::{DeserializeOwned, Error};");
    else if (fails)
        scaf__line(o, "use serde::de::Error as _;");
    if (derives || raw || r.uses_present)
        scaf__line(o, "use serde::{%s%s};",
                   raw || r.uses_present ? "Deserialize, Deserializer" : "Deserialize",
                   r.uses_raw       ? ", Serialize, Serializer"
                   : derives || raw ? ", Serialize"
                                    : "");
    if (raw)
        scaf__line(o, "use serde_json::value::RawValue;");
    if (r.uses_value)
        scaf__line(o, "use serde_json::Value;");
    if (r.uses_map)
        scaf__line(o, "use std::collections::BTreeMap;");
    scaf__blank(o);
    buf_append(o->b, buf_view(&body));
    if (buf_failed(&body) != ERR_OK)
        o->a->failed = true;
    buf_release(&body);
}

/* Swift 5.5 and later, Foundation only: Codable structs. JSONDecoder keeps no spelling: a number
 * that a Double would change is a Decimal, exact in value. */
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char reserved_types[] =
    "any anykey anyobject array bool character codable codingkey codingkeys coding data date "
    "decimal "
    "decoder "
    "decodable dictionary double encodable encoder error float foundation hashable int int64 "
    "jsondecoder jsonencoder jsonvalue maybe never nil nsnumber optional protocol result self set "
    "string type uint64 url uuid void";
static const char reserved_members[] =
    "actor any as associatedtype async await break case catch class continue default defer deinit "
    "do "
    "dynamic else enum extension fallthrough false fileprivate for func get guard if import in "
    "init "
    "inout internal is lazy let mutating nil nonmutating open operator optional override "
    "precedencegroup "
    "private protocol public repeat required rethrows return self set some static struct subscript "
    "super "
    "switch throw throws true try type typealias unowned var weak where while willset didset "
    "decoder "
    "encoder encode container codingkeys hash hashvalue description rawvalue";

typedef struct {
    emit_out *o;
    type_names names;
    expr_style type;
} swift;

static const expr_style types = {
    .any = "JSONValue",
    .boolean = "Bool",
    .string = "String",
    .numbers = {"Int64", "UInt64", "Decimal", "Double", "Double", "Decimal", "Decimal"},
    .record = "%",
    .choice = "%",
    .either = "%",
    .list = "[%]",
    .map = "[String: %]",
    .nullable = "%?",
};

/* A tuple is a struct of its own in no Swift API: items of any kind. */
static const char *leaf(void *ctx, const schema_type *t)
{
    (void)ctx;
    return t->kind == KIND_TUPLE ? "[JSONValue]" : NULL;
}

static bool contains(const schema_type *from, const schema_type *to, uint32_t depth)
{
    bool holds = from->kind == KIND_RECORD;
    if (from == to || depth > 12)
        return true; /* a class too many is legal, an endless struct is not */
    for (uint32_t i = 0; holds && i < from->n_fields; i++) {
        if (contains(from->fields[i].ref.type, to, depth + 1))
            return true;
    }
    return false;
}

/* A struct cannot hold itself, not even where it may be absent. */
static bool is_recursive(const schema_type *t)
{
    for (uint32_t i = 0; i < t->n_fields; i++) {
        if (contains(t->fields[i].ref.type, t, 0))
            return true;
    }
    return false;
}

static void emit_record(swift *s, const schema_type *t, const char *name)
{
    emit_out *o = s->o;
    const char **fields = scaf__field_names(o, t, CASE_CAMEL, reserved_members);
    if (!fields)
        return;
    bool class = is_recursive(t);
    scaf__open(o, class ? "public final class %s: Codable {" : "public struct %s: Codable {", name);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f), *type = scaf__expr(o, &s->type, f->ref);
        if (f->optional)
            type = scaf__around(o, scaf__may_be_null(f) ? "Maybe<%>?" : "%?",
                                scaf__may_be_null(f) ? scaf__expr_base(o, &s->type, f->ref.type)
                                                     : type);
        if (*seen)
            scaf__line(o, "/// %s", seen);
        scaf__line(o, "public var %s: %s", fields[i], type);
    }
    scaf__blank(o);
    if (t->n_fields) {
        scaf__open(o, "private enum CodingKeys: String, CodingKey {");
        for (uint32_t i = 0; i < t->n_fields; i++)
            scaf__line(o, "case %s%s%s", fields[i],
                       str_eq(t->fields[i].key, str_of(fields[i])) ? "" : " = ",
                       str_eq(t->fields[i].key, str_of(fields[i]))
                           ? ""
                           : scaf__quote(o, t->fields[i].key, QUOTE_BRACE));
        scaf__close(o, "}");
        scaf__blank(o);
    }
    scaf__open(o, "public init(from decoder: Decoder) throws {");
    if (o->unknown == ASSIST_UNKNOWN_REJECT)
        scaf__line(o, "try AnyKey.expect([%s], in: decoder)", scaf__keys(o, t, QUOTE_BRACE));
    if (t->n_fields)
        scaf__line(o, "let values = try decoder.container(keyedBy: CodingKeys.self)");
    else
        scaf__line(o, "_ = try [String: JSONValue](from: decoder)");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *type = scaf__expr(o, &s->type, f->ref);
        /* decodeIfPresent would take null for absent. */
        if (f->optional && scaf__may_be_null(f))
            scaf__line(o,
                       "self.%s = values.contains(.%s) ? try values.decode(Maybe<%s>.self, forKey: "
                       ".%s) : nil",
                       fields[i], fields[i], scaf__expr_base(o, &s->type, f->ref.type), fields[i]);
        else if (f->optional)
            scaf__line(
                o, "self.%s = values.contains(.%s) ? try values.decode(%s.self, forKey: .%s) : nil",
                fields[i], fields[i], type, fields[i]);
        else
            scaf__line(o, "self.%s = try values.decode(%s.self, forKey: .%s)", fields[i], type,
                       fields[i]);
    }
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "public func encode(to encoder: Encoder) throws {");
    if (t->n_fields)
        scaf__line(o, "var values = encoder.container(keyedBy: CodingKeys.self)");
    else
        scaf__line(o, "try [String: JSONValue]().encode(to: encoder)");
    for (uint32_t i = 0; i < t->n_fields; i++)
        scaf__line(o, "try values.%s(self.%s, forKey: .%s)",
                   t->fields[i].optional ? "encodeIfPresent" : "encode", fields[i], fields[i]);
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

static void emit_enum(swift *s, const schema_type *t, const char *name)
{
    emit_out *o = s->o;
    const char **values = scaf__value_names(o, t, CASE_CAMEL, reserved_members);
    if (!values)
        return;
    scaf__line(o, "/// Open: other values are kept as they are.");
    scaf__open(o, "public struct %s: RawRepresentable, Codable, Hashable {", name);
    scaf__line(o, "public var rawValue: String");
    scaf__blank(o);
    scaf__open(o, "public init(rawValue: String) {");
    scaf__line(o, "self.rawValue = rawValue");
    scaf__close(o, "}");
    scaf__blank(o);
    for (uint32_t i = 0; i < t->n_values; i++)
        scaf__line(o, "public static let %s = %s(rawValue: %s)", values[i], name,
                   scaf__quote(o, t->values[i], QUOTE_BRACE));
    scaf__close(o, "}");
    scaf__blank(o);
}

static void emit_union(swift *s, const schema_type *t, const char *name)
{
    emit_out *o = s->o;
    bool tagged = t->tag_key.len > 0;
    const char **arms = ARENA_ARRAY(o->a, const char *, t->n_items + 1);
    name_scope scope;
    scaf__scope_init(&scope, o->a, reserved_members, true);
    scaf__scope_claim(&scope, STR("unknown"));
    for (uint32_t i = 0; arms && i < t->n_items; i++) {
        const schema_type *arm = t->items[i].type;
        str_view words = tagged ? arm->words : str_of(scaf__lower(o, scaf__arm_name(arm)));
        arms[i] =
            arena_copy_z(o->a, scaf__scope_claim(&scope, scaf__case(o->a, words, CASE_CAMEL)));
        if (!arms[i])
            return;
    }
    if (!arms)
        return;
    scaf__open(o, "public indirect enum %s: Codable {", name);
    for (uint32_t i = 0; i < t->n_items; i++)
        scaf__line(o, "case %s(%s)", arms[i], scaf__expr_base(o, &s->type, t->items[i].type));
    if (tagged) {
        scaf__line(o, "/// A tag that was not in the sample.");
        scaf__line(o, "case unknown(JSONValue)");
        scaf__blank(o);
        scaf__open(o, "private enum CodingKeys: String, CodingKey {");
        scaf__line(o, "case tag = %s", scaf__quote(o, t->tag_key, QUOTE_BRACE));
        scaf__close(o, "}");
    }
    scaf__blank(o);
    scaf__open(o, "public init(from decoder: Decoder) throws {");
    if (tagged) {
        scaf__line(o, "let values = try decoder.container(keyedBy: CodingKeys.self)");
        scaf__line(o, "switch try values.decode(String.self, forKey: .tag) {");
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            for (uint32_t v = 0; v < arm->n_values; v++) {
                scaf__line(o, "case %s:", scaf__quote(o, arm->values[v], QUOTE_BRACE));
                scaf__line(o, "    self = .%s(try %s(from: decoder))", arms[i],
                           scaf__type_name(&s->names, arm));
            }
        }
        scaf__line(o, "default:");
        scaf__line(o, "    self = .unknown(try JSONValue(from: decoder))");
        scaf__line(o, "}");
    } else {
        scaf__line(o, "let value = try decoder.singleValueContainer()");
        for (uint32_t i = 0; i < t->n_items; i++) {
            scaf__open(o, "if let arm = try? value.decode(%s.self) {",
                       scaf__expr_base(o, &s->type, t->items[i].type));
            scaf__line(o, "self = .%s(arm)", arms[i]);
            scaf__line(o, "return");
            scaf__close(o, "}");
        }
        scaf__line(o,
                   "throw DecodingError.dataCorruptedError(in: value, debugDescription: "
                   "\"expected %s\")",
                   name);
    }
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "public func encode(to encoder: Encoder) throws {");
    scaf__line(o, "switch self {");
    for (uint32_t i = 0; i < t->n_items; i++) {
        scaf__line(o, "case .%s(let arm):", arms[i]);
        scaf__line(o, "    try arm.encode(to: encoder)");
    }
    if (tagged) {
        scaf__line(o, "case .unknown(let arm):");
        scaf__line(o, "    try arm.encode(to: encoder)");
    }
    scaf__line(o, "}");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

static const char known_code[] =
    "\n"
    "/// A key whatever it is, to find those that were not in the sample.\n"
    "private struct AnyKey: CodingKey {\n"
    "    let stringValue: String\n"
    "    let intValue: Int? = nil\n"
    "\n"
    "    init?(stringValue: String) {\n"
    "        self.stringValue = stringValue\n"
    "    }\n"
    "\n"
    "    init?(intValue: Int) {\n"
    "        return nil\n"
    "    }\n"
    "\n"
    "    static func expect(_ known: Set<String>, in decoder: Decoder) throws {\n"
    "        let values = try decoder.container(keyedBy: AnyKey.self)\n"
    "        for key in values.allKeys where !known.contains(key.stringValue) {\n"
    "            throw DecodingError.dataCorruptedError(\n"
    "                forKey: key, in: values, debugDescription: \"unknown key "
    "\\(key.stringValue)\")\n"
    "        }\n"
    "    }\n"
    "}\n";

void scaf__emit_swift(emit_out *o)
{
    const char *root = scaf__root(o, CASE_PASCAL);
    swift s = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, reserved_types), .type = types};
    if (!s.names.names)
        return;
    s.type.names = &s.names;
    s.type.leaf = leaf;
    scaf__line(o, "// From %s. Parse and serialise with parse%s and serialize%s.",
               scaf__comment(o, o->sample_name), root, root);
    scaf__line(o, "import Foundation");
    scaf__blank(o);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        if (t->kind == KIND_RECORD)
            emit_record(&s, t, s.names.names[i]);
        else if (t->kind == KIND_ENUM)
            emit_enum(&s, t, s.names.names[i]);
        else
            emit_union(&s, t, s.names.names[i]);
    }
    const char *type = scaf__expr(o, &s.type, o->s->root);
    scaf__line(o, "/// Reads and checks; the error names the path.");
    scaf__open(o, "public func parse%s(_ text: String) throws -> %s {", root, type);
    scaf__line(o, "return try JSONDecoder().decode(%s.self, from: Data(text.utf8))", type);
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "public func serialize%s(_ value: %s) throws -> String {", root, type);
    scaf__line(o, "let encoder = JSONEncoder()");
    scaf__line(o, "encoder.outputFormatting = [.withoutEscapingSlashes]");
    scaf__line(o, "return String(decoding: try encoder.encode(value), as: UTF8.self)");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__block(o, scaf__text_swift_swift);
    if (o->unknown == ASSIST_UNKNOWN_REJECT)
        scaf__block(o, known_code);
}

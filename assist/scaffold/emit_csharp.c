/* C# 7 and later, no library: classes in one static class, read from and written to a plain tree of
 * dictionaries and lists. */
#include "assist/scaffold/own.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char reserved_types[] =
    "action any array attribute biginteger boolean byte char console convert cultureinfo datetime "
    "decimal dictionary dictionaryentry double enum exactnumber exception field formatexception "
    "func guid icollection idictionary ienumerable ijson ilist int16 int32 int64 list math "
    "nullable "
    "numberstyles object parser random read regex single string stringbuilder tuple type uint32 "
    "uint64 uri version fromjson tojson parse serialize";
static const char reserved_members[] =
    "tojson fromjson equals gethashcode gettype tostring memberwiseclone referenceequals finalize "
    "value";

typedef struct {
    emit_out *o;
    type_names names;
    expr_style type, read;
    const char *outer; /* the class around everything */
    own_types own;
} csharp;

static const expr_style types = {
    .any = "object",
    .boolean = "bool",
    .string = "string",
    .numbers = {"long", "ulong", "BigInteger", "double", "decimal", "ExactNumber", "ExactNumber"},
    .record = "%",
    .choice = "%",
    .either = "%",
    .list = "List<%>",
    .map = "Dictionary<string, %>",
    .tuple_open = "object[]",
    .nullable = "%",
    .nullable_scalar = "%?",
};

static const expr_style readers = {
    .any = "Read.Any",
    .boolean = "Read.Bool",
    .string = "Read.Text",
    .numbers = {"Read.Integer", "Read.Natural", "Read.Big", "Read.Real", "Read.Decimal",
                "Read.Exact", "Read.Exact"},
    .record = "%.FromJson",
    .choice = "%.FromJson",
    .either = "Read%",
    .list = "Read.List(%)",
    .map = "Read.Map(%)",
    .tuple_open = "Read.Tuple(",
    .between = ", ",
    .tuple_close = ")",
    .nullable = "Read.OrNull(%)",
    .nullable_scalar = "Read.OrNone(%)",
    .inner = "Read.Boxed(%)",
};

static bool is_scalar(const schema_type *t)
{
    return t->kind == KIND_BOOL || t->kind == KIND_INT || t->kind == KIND_NUMBER;
}

static const char *field_type(csharp *c, const schema_field *f)
{
    const char *type = scaf__expr(c->o, &c->type, f->ref);
    switch (scaf__field_kind(f)) {
    case FIELD_REQUIRED: break;
    case FIELD_OPTIONAL: return is_scalar(f->ref.type) ? scaf__around(c->o, "%?", type) : type;
    case FIELD_EITHER: return scaf__around(c->o, "Field<%>", type);
    }
    return type;
}

static void open_brace(emit_out *o)
{
    scaf__open(o, "{");
}

static void close_brace(emit_out *o)
{
    scaf__close(o, "}");
}

/* A member must not be called as its class. */
static const char *reserved_in(csharp *c, const char *name)
{
    str_view v = arena_format(c->o->a, "%s %s %s", reserved_members, scaf__lower(c->o, c->outer),
                              scaf__lower(c->o, name));
    return v.ptr ? v.ptr : reserved_members;
}

static const char *read_how(const schema_field *f)
{
    switch (scaf__field_kind(f)) {
    case FIELD_REQUIRED: return "Required";
    case FIELD_EITHER: return "Either";
    case FIELD_OPTIONAL: break;
    }
    return is_scalar(f->ref.type) ? "OptionalValue" : "Optional";
}

static void emit_record(csharp *c, const schema_type *t, const char *name)
{
    emit_out *o = c->o;
    const char **fields = scaf__field_names(o, t, CASE_PASCAL, reserved_in(c, name));
    if (!fields)
        return;
    scaf__line(o, "public sealed class %s : %s", name, scaf__interfaces(o, &c->names, t, "IJson"));
    open_brace(o);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const char *seen = scaf__evidence(o, &t->fields[i]);
        if (*seen)
            scaf__line(o, "// %s", seen);
        scaf__line(o, "public %s %s { get; set; }", field_type(c, &t->fields[i]), fields[i]);
    }
    if (t->n_fields)
        scaf__blank(o);
    scaf__line(o, "public static %s FromJson(object value, string path = \"$\")", name);
    open_brace(o);
    bool reject = o->unknown == ASSIST_UNKNOWN_REJECT;
    scaf__line(o, "%sRead.Object(value, path);", t->n_fields || reject ? "var o = " : "");
    if (reject)
        scaf__line(o, "Read.Known(o, path%s%s);", t->n_fields ? ", " : "",
                   scaf__keys(o, t, QUOTE_LONG));
    scaf__line(o, "return new %s", name);
    open_brace(o);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        scaf__line(o, "%s = Read.%s(o, %s, path, %s),", fields[i], read_how(f),
                   scaf__quote(o, f->key, QUOTE_LONG), scaf__expr(o, &c->read, f->ref));
    }
    scaf__close(o, "};");
    close_brace(o);
    scaf__blank(o);
    scaf__line(o, "public object ToJson()");
    open_brace(o);
    scaf__line(o, "var tree = new Dictionary<string, object>();");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        if (f->optional) {
            scaf__line(o, "if (this.%s != null)", fields[i]);
            open_brace(o);
        }
        scaf__line(o, "tree[%s] = this.%s%s;", scaf__quote(o, f->key, QUOTE_LONG), fields[i],
                   scaf__field_kind(f) == FIELD_EITHER ? ".Value" : "");
        if (f->optional)
            close_brace(o);
    }
    scaf__line(o, "return tree;");
    close_brace(o);
    close_brace(o);
    scaf__blank(o);
}

/* --- classes of the project --- */

static const char **own_fields(void *ctx, const schema_type *t)
{
    csharp *c = ctx;
    return scaf__field_names(c->o, t, CASE_PASCAL, reserved_in(c, scaf__type_name(&c->names, t)));
}

static const char *own_reader(void *ctx, const schema_type *t)
{
    csharp *c = ctx;
    bool own = scaf__own_of(&c->own, t) != NULL;
    return own ? scaf__around(c->o, "Read%", scaf__type_name(&c->names, t)) : NULL;
}

/* What reads a class of the project, and what gives it back as a tree. */
static void emit_own(csharp *c, const schema_type *t, const char *name, const own_type *own)
{
    emit_out *o = c->o;
    const char **fields = own_fields(c, t);
    str_view members = own->members;
    own_member m;
    if (!fields)
        return;
    scaf__line(o, "private static %s Read%s(object value, string path = \"$\")", name, name);
    open_brace(o);
    scaf__line(o, "var o = Read.Object(value, path);");
    if (o->unknown == ASSIST_UNKNOWN_REJECT)
        scaf__line(o, "Read.Known(o, path, %s);", scaf__keys(o, t, QUOTE_LONG));
    if (own->is_set) {
        scaf__line(o, "return new %s", name);
        open_brace(o);
    } else {
        scaf__open(o, "return new %s(", name);
    }
    while (scaf__own_next(&c->own, t, fields, &members, &m))
        scaf__line(o, "%.*s%s Read.%s(o, %s, path, %s)%s", STR_ARG(m.name),
                   own->is_set ? " =" : ":", read_how(m.field),
                   scaf__quote(o, m.field->key, QUOTE_LONG), m.read,
                   members.len || own->is_set ? "," : "");
    scaf__close(o, own->is_set ? "};" : ");");
    close_brace(o);
    scaf__blank(o);
    scaf__line(o, "private static object Write%s(%s value)", name, name);
    open_brace(o);
    scaf__line(o, "var tree = new Dictionary<string, object>();");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        if (t->fields[i].optional) {
            scaf__line(o, "if (value.%s != null)", fields[i]);
            open_brace(o);
        }
        scaf__line(o, "tree[%s] = value.%s;", scaf__quote(o, t->fields[i].key, QUOTE_LONG),
                   fields[i]);
        if (t->fields[i].optional)
            close_brace(o);
    }
    scaf__line(o, "return tree;");
    close_brace(o);
    scaf__blank(o);
}

/* A class around one value, with its way back to the tree. */
static void emit_wrapper(emit_out *o, const char *name, const char *type, const char *interface)
{
    scaf__line(o, "public sealed class %s : %s", name, interface);
    open_brace(o);
    scaf__line(o, "public %s(%s value)", name, type);
    open_brace(o);
    scaf__line(o, "Value = value;");
    close_brace(o);
    scaf__blank(o);
    scaf__line(o, "public %s Value { get; private set; }", type);
    scaf__blank(o);
    scaf__line(o, "public object ToJson()");
    open_brace(o);
    scaf__line(o, "return Value;");
    close_brace(o);
}

static void emit_enum(csharp *c, const schema_type *t, const char *name)
{
    emit_out *o = c->o;
    const char **values = scaf__value_names(o, t, CASE_PASCAL, reserved_in(c, name));
    if (!values)
        return;
    scaf__line(o, "/// <summary>Open: other values are kept as they are.</summary>");
    emit_wrapper(o, name, "string", "IJson");
    scaf__blank(o);
    for (uint32_t i = 0; i < t->n_values; i++)
        scaf__line(o, "public static readonly %s %s = new %s(%s);", name, values[i], name,
                   scaf__quote(o, t->values[i], QUOTE_LONG));
    scaf__blank(o);
    scaf__line(o, "public static %s FromJson(object value, string path = \"$\")", name);
    open_brace(o);
    scaf__line(o, "return new %s(Read.Text(value, path));", name);
    close_brace(o);
    scaf__blank(o);
    scaf__block(o, "public override string ToString()\n{\n    return Value;\n}\n\n"
                   "public override bool Equals(object other)\n{\n");
    scaf__line(o, "    return other is %s && ((%s)other).Value == Value;", name, name);
    scaf__block(o,
                "}\n\npublic override int GetHashCode()\n{\n    return Value.GetHashCode();\n}\n");
    close_brace(o);
    scaf__blank(o);
}

static void emit_union(csharp *c, const schema_type *t, const char *name)
{
    static const char *const tests[] = {"bool", "ExactNumber", "string", "List<object>",
                                        "Dictionary<string, object>"};
    emit_out *o = c->o;
    bool tagged = t->tag_key.len > 0;
    scaf__line(o, "public interface %s : IJson", name);
    open_brace(o);
    close_brace(o);
    scaf__blank(o);
    if (tagged) {
        scaf__line(o, "/// <summary>A tag that was not in the sample.</summary>");
        emit_wrapper(o, scaf__around(o, "Unknown%", name), "Dictionary<string, object>", name);
        close_brace(o);
        scaf__blank(o);
    }
    for (uint32_t i = 0; i < t->n_items && !tagged; i++) {
        const schema_type *arm = t->items[i].type;
        emit_wrapper(o, arena_format(o->a, "%sOf%s", name, scaf__arm_name(arm)).ptr,
                     scaf__expr_base(o, &c->type, arm), name);
        close_brace(o);
        scaf__blank(o);
    }
    scaf__line(o, "public static %s Read%s(object value, string path = \"$\")", name, name);
    open_brace(o);
    if (tagged) {
        scaf__line(o, "var o = Read.Object(value, path);");
        scaf__line(o, "switch (Read.Required(o, %s, path, Read.Text))",
                   scaf__quote(o, t->tag_key, QUOTE_LONG));
        open_brace(o);
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            for (uint32_t v = 0; v < arm->n_values; v++)
                scaf__line(o, "case %s: return %s.FromJson(value, path);",
                           scaf__quote(o, arm->values[v], QUOTE_LONG),
                           scaf__type_name(&c->names, arm));
        }
        scaf__line(o, "default: return new Unknown%s(o);", name);
        close_brace(o);
    } else {
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            scaf__line(o, "if (value is %s)", tests[scaf__json_kind(arm)]);
            open_brace(o);
            scaf__line(o, "Func<object, string, %s> read = %s;", scaf__expr_base(o, &c->type, arm),
                       scaf__expr_base(o, &c->read, arm));
            scaf__line(o, "return new %sOf%s(read(value, path));", name, scaf__arm_name(arm));
            close_brace(o);
        }
        scaf__line(o, "throw Read.Misfit(path, \"%s\", value);", name);
    }
    close_brace(o);
    scaf__blank(o);
}

static const char known_code[] =
    "\n\n"
    "    internal static void Known(Dictionary<string, object> o, string path, params string[] "
    "keys)\n"
    "    {\n"
    "        foreach (var key in o.Keys)\n"
    "        {\n"
    "            if (Array.IndexOf(keys, key) < 0)\n"
    "            {\n"
    "                throw new FormatException(path + \": unknown key \" + key);\n"
    "            }\n"
    "        }\n"
    "    }";

static const char int_code[] =
    "\n\n"
    "    internal static int Int32(object value, string path)\n"
    "    {\n"
    "        int number;\n"
    "        return int.TryParse(Exact(value, path).ToString(), NumberStyles.AllowLeadingSign, "
    "CultureInfo.InvariantCulture,\n"
    "                            out number) ? number : throw Misfit(path, \"an integer of 32 "
    "bits\", value);\n"
    "    }";

/* An alias, so that nothing else of that namespace can be meant. */
static void import_own(emit_out *o, const char *name, str_view full)
{
    scaf__line(o, "using %s = %.*s;", name, STR_ARG(full));
}

void scaf__emit_csharp(emit_out *o)
{
    const char *root = scaf__root(o, CASE_PASCAL);
    str_view reserved = arena_format(o->a, "%s %sjson", reserved_types, scaf__lower(o, root));
    if (!reserved.ptr)
        return;
    csharp c = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, reserved.ptr)};
    if (!c.names.names)
        return;
    c.type = types;
    c.read = readers;
    c.type.names = c.read.names = &c.names;
    /* Within a class a property may have the name of another type. */
    c.outer = arena_format(o->a, "%sJson", root).ptr;
    c.read.record = c.read.choice = arena_format(o->a, "%s.%%.FromJson", c.outer).ptr;
    if (!c.outer || !c.read.record)
        return;
    c.read.leaf = own_reader;
    c.read.ctx = &c;
    c.own = (own_types){.o = o,
                        .names = &c.names,
                        .fields = own_fields,
                        .ctx = &c,
                        .read = &c.read,
                        .read_int = "Read.Int32",
                        .read_text = "Read.Text"};
    if (!scaf__own_find(&c.own, "csharp"))
        return;
    scaf__line(o, "// From %s.", scaf__comment(o, o->sample_name));
    scaf__block(o, "using System;\n"
                   "using System.Collections;\n"
                   "using System.Collections.Generic;\n"
                   "using System.Globalization;\n"
                   "using System.Numerics;\n"
                   "using System.Text;\n"
                   "using System.Text.RegularExpressions;\n");
    scaf__own_import(&c.own, import_own);
    scaf__blank(o);
    scaf__line(o, "public static class %sJson", root);
    open_brace(o);
    const char *type = scaf__expr(o, &c.type, o->s->root);
    scaf__line(o, "// Reads and checks; the exception names the path, or the place in the text.");
    scaf__line(o, "public static %s Parse(string text)", type);
    open_brace(o);
    const char *read = scaf__expr(o, &c.read, o->s->root);
    if (o->s->root.type->kind == KIND_RECORD && !o->s->root.nullable) {
        scaf__line(o, "return %s(new Parser(text).Document());", read);
    } else {
        scaf__line(o, "Func<object, string, %s> read = %s;", type, read);
        scaf__line(o, "return read(new Parser(text).Document(), \"$\");");
    }
    close_brace(o);
    scaf__blank(o);
    scaf__line(o, "public static string Serialize(%s value)", type);
    open_brace(o);
    scaf__line(o, "var text = new StringBuilder();");
    scaf__line(o, "Read.Write(text, value);");
    scaf__line(o, "return text.ToString();");
    close_brace(o);
    scaf__blank(o);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        const own_type *own = scaf__own_of(&c.own, t);
        if (scaf__own_omits(&c.own, t))
            continue;
        if (own)
            emit_own(&c, t, c.names.names[i], own);
        else if (t->kind == KIND_RECORD)
            emit_record(&c, t, c.names.names[i]);
        else if (t->kind == KIND_ENUM)
            emit_enum(&c, t, c.names.names[i]);
        else
            emit_union(&c, t, c.names.names[i]);
    }
    bool reject = o->unknown == ASSIST_UNKNOWN_REJECT;
    template_slot slots[] = {
        {"more",
         arena_format(o->a, "%s%s", reject ? known_code : "", c.own.narrow ? int_code : "")},
        {"own", scaf__own_each(&c.own, "\n        else if (value is %)\n        {\n"
                                       "            Write(text, Write%((%)value));\n        }")}};
    scaf__fill_block(o, scaf__text_csharp_cs, slots, sizeof slots / sizeof *slots);
    close_brace(o);
}

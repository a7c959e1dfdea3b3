/* Kotlin 1.3 and later, JVM, no library: data classes in one object, read from and written to a
 * plain tree of maps and lists. */
#include "assist/scaffold/own.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char reserved_types[] =
    "any array arraylist bigdecimal biginteger boolean byte char charsequence comparable double "
    "enum error exactnumber exception field float illegalargumentexception int iterable json "
    "lazy linkedhashmap list long map mathcontext mutablelist mutablemap nothing number ofbool "
    "ofnumber oftext oflist ofobject pair parser read regex set short string stringbuilder "
    "suppress throwable triple unit unknown";
static const char reserved_fields[] =
    "as break class continue do else false for fun if in interface is null object package return "
    "super this throw true try typealias typeof val var when while copy equals hashcode tojson "
    "tostring";

/* A constructor takes at most 255 slots: two for a long or double, one for 32 defaults. */
enum { MAX_COMPONENTS = 120 };

typedef struct {
    emit_out *o;
    const char *outer; /* the object around all */
    type_names names;
    expr_style type, read;
    own_types own;
} kotlin;

static const expr_style types = {
    .any = "Any?",
    .boolean = "Boolean",
    .string = "String",
    .numbers = {"Long", "BigInteger", "BigInteger", "Double", "BigDecimal", "BigDecimal",
                "ExactNumber"},
    .record = "%",
    .choice = "%",
    .either = "%",
    .list = "List<%>",
    .map = "Map<String, %>",
    .tuple_open = "List<Any?>",
    .nullable = "%?",
};

static const expr_style readers = {
    .any = "Read::any",
    .boolean = "Read::bool",
    .string = "Read::text",
    .numbers = {"Read::integer", "Read::big", "Read::big", "Read::real", "Read::decimal",
                "Read::decimal", "Read::exact"},
    .record = "%.Companion::fromJson",
    .choice = "%.Companion::fromJson",
    .either = "%.Companion::fromJson",
    .list = "Read.list<$>(%)",
    .map = "Read.map<$>(%)",
    .tuple_open = "Read.tuple(",
    .between = ", ",
    .tuple_close = ")",
    .nullable = "Read.orNull<$>(%)",
};

static const char *const read_how[] = {"required", "optional", "field"};

static const char *field_type(kotlin *k, const schema_field *f)
{
    if (scaf__field_kind(f) == FIELD_EITHER) {
        const char *type =
            f->ref.type->kind == KIND_ANY ? "Any" : scaf__expr_base(k->o, &k->type, f->ref.type);
        return scaf__around(k->o, "Field<%>? = null", type);
    }
    const char *type = scaf__expr(k->o, &k->type, f->ref);
    return f->optional ? scaf__around(k->o, "%? = null", type) : type;
}

/* Read.required<Long>(o, "id", path, Read::integer): without the type the compiler takes seconds.
 */
static const char *field_read(kotlin *k, const schema_field *f)
{
    field_kind kind = scaf__field_kind(f);
    const char *type = kind == FIELD_EITHER ? scaf__expr_base(k->o, &k->type, f->ref.type)
                                            : scaf__expr(k->o, &k->type, f->ref);
    str_view v =
        arena_format(k->o->a, "Read.%s<%s>(o, %s, path, %s)", read_how[kind],
                     kind == FIELD_EITHER && f->ref.type->kind == KIND_ANY ? "Any" : type,
                     scaf__quote(k->o, f->key, QUOTE_DOLLAR), scaf__expr(k->o, &k->read, f->ref));
    return v.ptr ? v.ptr : "";
}

static void emit_record(kotlin *k, const schema_type *t, const char *name)
{
    emit_out *o = k->o;
    const char **fields = scaf__field_names(o, t, CASE_CAMEL, reserved_fields);
    bool wide = t->n_fields > MAX_COMPONENTS;
    if (!fields)
        return;
    if (wide) {
        scaf__line(o, "/** More fields than a constructor may have, so it is made from JSON. */");
        scaf__open(o, "class %s(o: Map<String, Any?>, path: String) : %s {", name,
                   scaf__interfaces(o, &k->names, t, "Json"));
    } else {
        scaf__open(o, t->n_fields ? "data class %s(" : "class %s(", name);
    }
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f), *type = field_type(k, f);
        if (*seen)
            scaf__line(o, "/** %s */", seen);
        if (wide)
            scaf__line(o, "val %s: %.*s = %s", fields[i],
                       STR_ARG(str_slice(str_of(type), 0, str_find(str_of(type), STR(" = ")))),
                       field_read(k, f));
        else
            scaf__line(o, "val %s: %s%s", fields[i], type, i + 1 < t->n_fields ? "," : "");
    }
    if (!wide)
        scaf__close(o, ") : %s {", scaf__interfaces(o, &k->names, t, "Json"));
    else
        o->depth--;
    o->depth++;
    scaf__open(o, "override fun toJson(): Any? {");
    scaf__line(o, "val out = LinkedHashMap<String, Any?>()");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        scaf__line(o, "%s%s%sout[%s] = Read.tree(this.%s%s)", f->optional ? "if (this." : "",
                   f->optional ? fields[i] : "", f->optional ? " != null) " : "",
                   scaf__quote(o, f->key, QUOTE_DOLLAR), fields[i],
                   scaf__field_kind(f) == FIELD_EITHER ? ".value" : "");
    }
    scaf__line(o, "return out");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "companion object {");
    scaf__open(o, "fun fromJson(value: Any?, path: String = \"\\$\"): %s {", name);
    bool reject = o->unknown == ASSIST_UNKNOWN_REJECT;
    scaf__line(o, t->n_fields || reject ? "val o = Read.value(value, path)"
                                        : "Read.value(value, path)");
    if (reject)
        scaf__line(o, "Read.known(o, path, setOf<String>(%s))", scaf__keys(o, t, QUOTE_DOLLAR));
    if (wide) {
        scaf__line(o, "return %s(o, path)", name);
    } else {
        scaf__open(o, "return %s(", name);
        for (uint32_t i = 0; i < t->n_fields; i++)
            scaf__line(o, "%s%s", field_read(k, &t->fields[i]), i + 1 < t->n_fields ? "," : "");
        scaf__close(o, ")");
    }
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

/* --- classes of the project --- */

static const char **own_fields(void *ctx, const schema_type *t)
{
    return scaf__field_names(ctx, t, CASE_CAMEL, reserved_fields);
}

static const char *own_reader(void *ctx, const schema_type *t)
{
    kotlin *k = ctx;
    if (!scaf__own_of(&k->own, t))
        return NULL;
    str_view v = arena_format(k->o->a, "%s::read%s", k->outer, scaf__type_name(&k->names, t));
    return v.ptr ? v.ptr : "";
}

/* What reads a class of the project, and what gives it back as a tree. */
static void emit_own(kotlin *k, const schema_type *t, const char *name, str_view members)
{
    emit_out *o = k->o;
    const char **fields = own_fields(o, t);
    own_member m;
    if (!fields)
        return;
    scaf__open(o, "private fun read%s(value: Any?, path: String): %s {", name, name);
    scaf__line(o, "val o = Read.value(value, path)");
    if (o->unknown == ASSIST_UNKNOWN_REJECT)
        scaf__line(o, "Read.known(o, path, setOf<String>(%s))", scaf__keys(o, t, QUOTE_DOLLAR));
    scaf__open(o, "return %s(", name);
    while (scaf__own_next(&k->own, t, fields, &members, &m)) {
        bool bare = str_ends(m.type, STR("?")) && !scaf__may_be_null(m.field);
        scaf__line(o, "%.*s = Read.%s<%.*s>(o, %s, path, %s)%s", STR_ARG(m.name),
                   read_how[scaf__field_kind(m.field)],
                   STR_ARG(str_slice(m.type, 0, m.type.len - bare)),
                   scaf__quote(o, m.field->key, QUOTE_DOLLAR), m.read, members.len ? "," : "");
    }
    scaf__close(o, ")");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "private fun write%s(value: %s): Any? {", name, name);
    scaf__line(o, "val out = LinkedHashMap<String, Any?>()");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        str_view when = t->fields[i].optional
                            ? arena_format(o->a, "if (value.%s != null) ", fields[i])
                            : STR("");
        scaf__line(o, "%.*sout[%s] = Read.tree(value.%s)", STR_ARG(when),
                   scaf__quote(o, t->fields[i].key, QUOTE_DOLLAR), fields[i]);
    }
    scaf__line(o, "return out");
    scaf__close(o, "}");
    scaf__blank(o);
}

static void emit_wrapper(emit_out *o, const char *name, const char *type, const char *interface)
{
    scaf__open(o, "data class %s(val value: %s) : %s {", name, type, interface);
    scaf__line(o, "override fun toJson(): Any? = Read.tree(value)");
}

static void emit_enum(kotlin *k, const schema_type *t, const char *name)
{
    emit_out *o = k->o;
    const char **values = scaf__value_names(o, t, CASE_SCREAMING, "");
    if (!values)
        return;
    scaf__line(o, "/** Open: other values are kept as they are. */");
    emit_wrapper(o, name, "String", "Json");
    scaf__blank(o);
    scaf__open(o, "companion object {");
    for (uint32_t i = 0; i < t->n_values; i++)
        scaf__line(o, "val %s = %s(%s)", values[i], name,
                   scaf__quote(o, t->values[i], QUOTE_DOLLAR));
    scaf__blank(o);
    scaf__line(o,
               "fun fromJson(value: Any?, path: String = \"\\$\"): %s = %s(Read.text(value, path))",
               name, name);
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

static void emit_union(kotlin *k, const schema_type *t, const char *name)
{
    static const char *const tests[] = {"Boolean", "ExactNumber", "String", "List<*>", "Map<*, *>"};
    emit_out *o = k->o;
    scaf__open(o, "interface %s : Json {", name);
    if (t->tag_key.len) {
        scaf__line(o, "/** A tag that was not in the sample. */");
        emit_wrapper(o, "Unknown", "Map<String, Any?>", name);
        scaf__close(o, "}");
        scaf__blank(o);
    }
    for (uint32_t i = 0; i < t->n_items && !t->tag_key.len; i++) {
        const schema_type *arm = t->items[i].type;
        emit_wrapper(o, scaf__around(o, "Of%", scaf__arm_name(arm)),
                     scaf__expr_base(o, &k->type, arm), name);
        scaf__close(o, "}");
        scaf__blank(o);
    }
    scaf__open(o, "companion object {");
    scaf__open(o, "fun fromJson(value: Any?, path: String = \"\\$\"): %s {", name);
    if (t->tag_key.len) {
        scaf__line(o, "val o = Read.value(value, path)");
        scaf__open(o, "return when (Read.required(o, %s, path, Read::text)) {",
                   scaf__quote(o, t->tag_key, QUOTE_DOLLAR));
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            for (uint32_t v = 0; v < arm->n_values; v++)
                scaf__line(o, "%s -> %s.fromJson(value, path)",
                           scaf__quote(o, arm->values[v], QUOTE_DOLLAR),
                           scaf__type_name(&k->names, arm));
        }
        scaf__line(o, "else -> Unknown(o)");
        scaf__close(o, "}");
    } else {
        scaf__open(o, "return when (value) {");
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            str_view read =
                arena_format(o->a, "val read: (Any?, String) -> %s = %s",
                             scaf__expr_base(o, &k->type, arm), scaf__expr_base(o, &k->read, arm));
            scaf__open(o, "is %s -> {", tests[scaf__json_kind(arm)]);
            scaf__line(o, "%s", read.ptr ? read.ptr : "");
            scaf__line(o, "Of%s(read(value, path))", scaf__arm_name(arm));
            scaf__close(o, "}");
        }
        scaf__line(o, "else -> Read.misfit(path, \"%s\", value)", name);
        scaf__close(o, "}");
    }
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

static const char known_code[] =
    "\n\n"
    "    fun known(value: Map<String, Any?>, path: String, keys: Set<String>) {\n"
    "        val key = value.keys.find { it !in keys } ?: return\n"
    "        throw IllegalArgumentException(\"$path: unknown key $key\")\n"
    "    }";

static const char int_code[] =
    "\n\n"
    "    fun int32(value: Any?, path: String): Int =\n"
    "        exact(value, path).text.toIntOrNull() ?: misfit(path, \"an integer of 32 bits\", "
    "value)";

static void import_own(emit_out *o, const char *name, str_view full)
{
    (void)name;
    scaf__line(o, "import %.*s", STR_ARG(full));
}

void scaf__emit_kotlin(emit_out *o)
{
    const char *root = scaf__root(o, CASE_PASCAL);
    kotlin k = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, reserved_types)};
    if (!k.names.names)
        return;
    k.type = types;
    k.read = readers;
    k.type.names = k.read.names = &k.names;
    k.read.types = &k.type; /* the compiler takes exponential time to find them */
    k.outer = scaf__around(o, "%Json", root);
    k.read.leaf = own_reader;
    k.read.ctx = &k;
    k.own = (own_types){.o = o,
                        .names = &k.names,
                        .fields = own_fields,
                        .ctx = o,
                        .read = &k.read,
                        .read_int = "Read::int32",
                        .read_text = "Read::text",
                        .int_type = "Int",
                        .text_type = "String"};
    if (!scaf__own_find(&k.own, "kotlin"))
        return;
    scaf__line(o, "// From %s.", scaf__comment(o, o->sample_name));
    scaf__block(o, "import java.math.BigDecimal\n"
                   "import java.math.BigInteger\n"
                   "import java.math.MathContext\n");
    scaf__own_import(&k.own, import_own);
    scaf__blank(o);
    scaf__open(o, "object %s {", k.outer);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        const own_type *own = scaf__own_of(&k.own, t);
        if (scaf__own_omits(&k.own, t))
            continue;
        if (own)
            emit_own(&k, t, k.names.names[i], own->members);
        else if (t->kind == KIND_RECORD)
            emit_record(&k, t, k.names.names[i]);
        else if (t->kind == KIND_ENUM)
            emit_enum(&k, t, k.names.names[i]);
        else
            emit_union(&k, t, k.names.names[i]);
    }
    const char *type = scaf__expr(o, &k.type, o->s->root);
    scaf__line(o,
               "/** Reads and checks; the exception names the path, or the place in the text. */");
    scaf__open(o, "fun parse(text: String): %s {", type);
    scaf__line(o, "val read: (Any?, String) -> %s = %s", type, scaf__expr(o, &k.read, o->s->root));
    scaf__line(o, "return read(Parser(text).document(), \"\\$\")");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "fun serialize(value: %s): String {", type);
    scaf__line(o, "val out = StringBuilder()");
    scaf__line(o, "Read.write(out, Read.tree(value))");
    scaf__line(o, "return out.toString()");
    scaf__close(o, "}");
    scaf__blank(o);
    bool reject = o->unknown == ASSIST_UNKNOWN_REJECT;
    template_slot slots[] = {{"more", arena_format(o->a, "%s%s", reject ? known_code : "",
                                                   k.own.narrow ? int_code : "")},
                             {"own", scaf__own_each(&k.own, "\n        is % -> write%(value)")}};
    scaf__fill_block(o, scaf__text_kotlin_kt, slots, sizeof slots / sizeof *slots);
    scaf__close(o, "}");
}

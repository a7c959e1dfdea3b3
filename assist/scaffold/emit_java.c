/* Java 17 and later with Jackson: records in one class, read from and written to a plain tree of
 * maps and lists, so that ObjectMapper can do the same through the annotations. Jackson's own
 * binding would round numbers inside unions; here a number whose spelling matters keeps it. */
#include "assist/scaffold/own.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char reserved_types[] =
    "arraylist bigdecimal biginteger bool boolean byte character class comparable deprecated "
    "double enum error exactnumber exception field float functionalinterface "
    "illegalargumentexception integer ioexception iterable json jsoncreator jsonfactory "
    "jsongenerator jsonparser jsontoken jsonvalue linkedhashmap list long map math mathcontext "
    "module number numberformatexception object override package process read reader record "
    "runtime runtimeexception safevarargs short string stringbuffer stringbuilder stringwriter "
    "suppresswarnings system text thread throwable uncheckedioexception unknown void";
static const char reserved_fields[] =
    "abstract assert boolean break byte case catch char class const continue default do double "
    "else enum extends false final finally float for goto if implements import instanceof int "
    "interface long native new null package private protected public return short static strictfp "
    "super switch synchronized this throw throws transient true try void volatile while _ "
    "clone finalize getclass hashcode notify notifyall tostring wait equals tojson fromjson";

/* A constructor takes at most 255 slots, and long and double need two each. */
enum { MAX_COMPONENTS = 120 };

typedef struct {
    emit_out *o;
    const char *outer; /* the class around all */
    type_names names;
    expr_style type, read;
    own_types own;
} java;

static const expr_style types = {
    .any = "Object",
    .boolean = "Boolean",
    .string = "String",
    .numbers = {"Long", "BigInteger", "BigInteger", "Double", "BigDecimal", "BigDecimal",
                "ExactNumber"},
    .record = "%",
    .choice = "%",
    .either = "%",
    .list = "List<%>",
    .map = "Map<String, %>",
    .tuple_open = "List<Object>",
    .nullable = "%",
};

static const expr_style readers = {
    .any = "Read::any",
    .boolean = "Read::bool",
    .string = "Read::text",
    .numbers = {"Read::integer", "Read::big", "Read::big", "Read::real", "Read::decimal",
                "Read::decimal", "Read::exact"},
    .record = "%::fromJson",
    .choice = "%::fromJson",
    .either = "%::fromJson",
    .list = "Read.list(%)",
    .map = "Read.map(%)",
    .tuple_open = "Read.tuple(",
    .between = ", ",
    .tuple_close = ")",
    .nullable = "Read.orNull(%)",
};

static const char *const read_how[] = {"required", "optional", "field"};

static const char *field_type(java *j, const schema_field *f)
{
    const char *type = scaf__expr(j->o, &j->type, f->ref);
    if (scaf__field_kind(f) == FIELD_EITHER)
        return scaf__around(j->o, "Field<%>", type);
    if (f->optional || scaf__may_be_null(f))
        return type;
    return strcmp(type, "Long") == 0      ? "long"
           : strcmp(type, "Double") == 0  ? "double"
           : strcmp(type, "Boolean") == 0 ? "boolean"
                                          : type;
}

static void emit_creator(emit_out *o, const char *name)
{
    scaf__line(o, "@JsonCreator(mode = JsonCreator.Mode.DELEGATING)");
    scaf__open(o, "public static %s fromJson(Object value) {", name);
    scaf__line(o, "return fromJson(value, \"$\");");
    scaf__close(o, "}");
    scaf__blank(o);
}

static void emit_record(java *j, const schema_type *t, const char *name)
{
    emit_out *o = j->o;
    const char **fields = scaf__field_names(o, t, CASE_CAMEL, reserved_fields);
    bool wide = t->n_fields > MAX_COMPONENTS;
    if (!fields)
        return;
    if (wide) {
        scaf__line(o, "/** More fields than a record may have. */");
        scaf__open(o, "public static final class %s implements %s {", name,
                   scaf__interfaces(o, &j->names, t, "Json"));
    } else {
        scaf__open(o, "public record %s(", name);
    }
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f);
        if (*seen)
            scaf__line(o, "/** %s */", seen);
        scaf__line(o, "%s%s %s%s", wide ? "public " : "", field_type(j, f), fields[i],
                   wide                  ? ";"
                   : i + 1 < t->n_fields ? ","
                                         : "");
    }
    if (!wide) {
        scaf__close(o, ") implements %s {", scaf__interfaces(o, &j->names, t, "Json"));
        o->depth++;
    } else {
        scaf__blank(o);
    }
    emit_creator(o, name);
    scaf__open(o, "static %s fromJson(Object value, String path) {", name);
    bool reject = o->unknown == ASSIST_UNKNOWN_REJECT;
    scaf__line(o, t->n_fields || reject ? "Map<String, Object> o = Read.object(value, path);"
                                        : "Read.object(value, path);");
    if (reject)
        scaf__line(o, "Read.known(o, path, List.of(%s));", scaf__keys(o, t, QUOTE_JSON));
    if (wide)
        scaf__line(o, "%s out = new %s();", name, name);
    else
        scaf__open(o, "return new %s(", name);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        scaf__line(o, "%s%s%sRead.%s(o, %s, path, %s)%s", wide ? "out." : "", wide ? fields[i] : "",
                   wide ? " = " : "", read_how[scaf__field_kind(f)],
                   scaf__quote(o, f->key, QUOTE_JSON), scaf__expr(o, &j->read, f->ref),
                   wide                  ? ";"
                   : i + 1 < t->n_fields ? ","
                                         : "");
    }
    if (wide)
        scaf__line(o, "return out;");
    else
        scaf__close(o, ");");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__line(o, "@Override");
    scaf__line(o, "@JsonValue");
    scaf__open(o, "public Object toJson() {");
    scaf__line(o, "Map<String, Object> out = new LinkedHashMap<>();");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        if (f->optional)
            scaf__open(o, "if (this.%s != null) {", fields[i]);
        scaf__line(o, "out.put(%s, Read.tree(this.%s%s));", scaf__quote(o, f->key, QUOTE_JSON),
                   fields[i], scaf__field_kind(f) == FIELD_EITHER ? ".value()" : "");
        if (f->optional)
            scaf__close(o, "}");
    }
    scaf__line(o, "return out;");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

/* --- records of the project --- */

static const char **own_fields(void *ctx, const schema_type *t)
{
    return scaf__field_names(ctx, t, CASE_CAMEL, reserved_fields);
}

static const char *own_reader(void *ctx, const schema_type *t)
{
    java *j = ctx;
    if (!scaf__own_of(&j->own, t))
        return NULL;
    str_view v = arena_format(j->o->a, "%s::read%s", j->outer, scaf__type_name(&j->names, t));
    return v.ptr ? v.ptr : "";
}

/* What reads a record of the project, and what gives it back as a tree. */
static void emit_own(java *j, const schema_type *t, const char *name, str_view members)
{
    emit_out *o = j->o;
    const char **fields = own_fields(o, t);
    own_member m;
    if (!fields)
        return;
    scaf__open(o, "private static %s read%s(Object value, String path) {", name, name);
    scaf__line(o, "Map<String, Object> o = Read.object(value, path);");
    if (o->unknown == ASSIST_UNKNOWN_REJECT)
        scaf__line(o, "Read.known(o, path, List.of(%s));", scaf__keys(o, t, QUOTE_JSON));
    scaf__open(o, "return new %s(", name);
    while (scaf__own_next(&j->own, t, fields, &members, &m))
        scaf__line(o, "Read.%s(o, %s, path, %s)%s", read_how[scaf__field_kind(m.field)],
                   scaf__quote(o, m.field->key, QUOTE_JSON), m.read, members.len ? "," : "");
    scaf__close(o, ");");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "private static Object write%s(%s value) {", name, name);
    scaf__line(o, "Map<String, Object> out = new LinkedHashMap<>();");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        if (t->fields[i].optional)
            scaf__open(o, "if (value.%s() != null) {", fields[i]);
        scaf__line(o, "out.put(%s, Read.tree(value.%s()));",
                   scaf__quote(o, t->fields[i].key, QUOTE_JSON), fields[i]);
        if (t->fields[i].optional)
            scaf__close(o, "}");
    }
    scaf__line(o, "return out;");
    scaf__close(o, "}");
    scaf__blank(o);
}

/* A record around one value, with its way back to the tree. */
static void emit_wrapper(emit_out *o, const char *name, const char *type, const char *interface)
{
    scaf__open(o, "%srecord %s(%s value) implements %s {", *interface == 'J' ? "public " : "", name,
               type, interface);
    scaf__line(o, "@Override");
    scaf__line(o, "@JsonValue");
    scaf__open(o, "public Object toJson() {");
    scaf__line(o, "return Read.tree(value);");
    scaf__close(o, "}");
}

static void emit_enum(java *j, const schema_type *t, const char *name)
{
    emit_out *o = j->o;
    const char **values = scaf__value_names(o, t, CASE_SCREAMING, "");
    if (!values)
        return;
    scaf__line(o, "/** Open: other values are kept as they are. */");
    emit_wrapper(o, name, "String", "Json");
    scaf__blank(o);
    for (uint32_t i = 0; i < t->n_values; i++)
        scaf__line(o, "public static final %s %s = new %s(%s);", name, values[i], name,
                   scaf__quote(o, t->values[i], QUOTE_JSON));
    scaf__blank(o);
    emit_creator(o, name);
    scaf__open(o, "static %s fromJson(Object value, String path) {", name);
    scaf__line(o, "return new %s(Read.text(value, path));", name);
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

/* "OfText": List and Object alone would hide Java's own. */
static const char *arm_name(emit_out *o, const schema_type *t)
{
    return scaf__around(o, "Of%", scaf__arm_name(t));
}

static void emit_union(java *j, const schema_type *t, const char *name)
{
    static const char *const tests[] = {"value instanceof Boolean", "value instanceof Number",
                                        "value instanceof String", "value instanceof List",
                                        "value instanceof Map"};
    emit_out *o = j->o;
    scaf__open(o, "public sealed interface %s extends Json {", name);
    if (t->tag_key.len) {
        scaf__line(o, "/** A tag that was not in the sample. */");
        emit_wrapper(o, "Unknown", "Map<String, Object>", name);
        scaf__close(o, "}");
        scaf__blank(o);
    }
    for (uint32_t i = 0; i < t->n_items && !t->tag_key.len; i++) {
        const schema_type *arm = t->items[i].type;
        emit_wrapper(o, arm_name(o, arm), scaf__expr_base(o, &j->type, arm), name);
        scaf__close(o, "}");
        scaf__blank(o);
    }
    emit_creator(o, name);
    scaf__open(o, "static %s fromJson(Object value, String path) {", name);
    if (t->tag_key.len) {
        const char *key = scaf__quote(o, t->tag_key, QUOTE_JSON);
        scaf__line(o, "Map<String, Object> o = Read.object(value, path);");
        scaf__open(o, "return switch (Read.required(o, %s, path, Read::text)) {", key);
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            for (uint32_t k = 0; k < arm->n_values; k++)
                scaf__line(o, "case %s -> %s.fromJson(value, path);",
                           scaf__quote(o, arm->values[k], QUOTE_JSON),
                           scaf__type_name(&j->names, arm));
        }
        scaf__line(o, "default -> new Unknown(o);");
        scaf__close(o, "};");
    } else {
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            scaf__open(o, "if (%s) {", tests[scaf__json_kind(arm)]);
            scaf__line(o, "Reader<%s> read = %s;", scaf__expr_base(o, &j->type, arm),
                       scaf__expr_base(o, &j->read, arm));
            scaf__line(o, "return new %s(read.read(value, path));", arm_name(o, arm));
            scaf__close(o, "}");
        }
        scaf__line(o, "throw Read.misfit(path, \"%s\", value);", name);
    }
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

static const char known_code[] =
    "\n\n"
    "    static void known(Map<String, Object> object, String path, List<String> keys) {\n"
    "        for (String key : object.keySet()) {\n"
    "            if (!keys.contains(key)) {\n"
    "                throw new IllegalArgumentException(path + \": unknown key \" + key);\n"
    "            }\n"
    "        }\n"
    "    }";

static const char int_code[] =
    "\n\n"
    "    static Integer int32(Object value, String path) {\n"
    "        try {\n"
    "            return Integer.valueOf(digits(value, path, \"an integer\", \"-?[0-9]+\"));\n"
    "        } catch (NumberFormatException e) {\n"
    "            throw misfit(path, \"an integer of 32 bits\", value);\n"
    "        }\n"
    "    }";

static void import_own(emit_out *o, const char *name, str_view full)
{
    (void)name;
    scaf__line(o, "import %.*s;", STR_ARG(full));
}

void scaf__emit_java(emit_out *o)
{
    const char *root = scaf__root(o, CASE_PASCAL);
    str_view reserved =
        arena_format(o->a, "%s %.*sjson", reserved_types,
                     STR_ARG(scaf__case(o->a, scaf__words(o->a, o->root_name), CASE_SNAKE)));
    if (!reserved.ptr)
        return;
    java j = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, reserved.ptr)};
    if (!j.names.names)
        return;
    j.type = types;
    j.read = readers;
    j.type.names = j.read.names = &j.names;
    j.outer = scaf__around(o, "%Json", root);
    j.read.leaf = own_reader;
    j.read.ctx = &j;
    j.own = (own_types){.o = o,
                        .names = &j.names,
                        .fields = own_fields,
                        .ctx = o,
                        .read = &j.read,
                        .read_int = "Read::int32",
                        .read_text = "Read::text"};
    if (!scaf__own_find(&j.own, "java"))
        return;
    scaf__line(o, "// From %s. Needs com.fasterxml.jackson.core:jackson-databind.",
               scaf__comment(o, o->sample_name));
    scaf__block(o, "import com.fasterxml.jackson.annotation.JsonCreator;\n"
                   "import com.fasterxml.jackson.annotation.JsonValue;\n"
                   "import com.fasterxml.jackson.core.JsonFactory;\n"
                   "import com.fasterxml.jackson.core.JsonGenerator;\n"
                   "import com.fasterxml.jackson.core.JsonParser;\n"
                   "import com.fasterxml.jackson.core.JsonToken;\n"
                   "import java.io.IOException;\n"
                   "import java.io.StringWriter;\n"
                   "import java.io.UncheckedIOException;\n"
                   "import java.math.BigDecimal;\n"
                   "import java.math.BigInteger;\n"
                   "import java.math.MathContext;\n"
                   "import java.util.ArrayList;\n"
                   "import java.util.LinkedHashMap;\n"
                   "import java.util.List;\n"
                   "import java.util.Map;\n");
    scaf__own_import(&j.own, import_own);
    scaf__blank(o);
    scaf__open(o, "public final class %sJson {", root);
    scaf__line(o, "private %sJson() {}", root);
    scaf__blank(o);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        const own_type *own = scaf__own_of(&j.own, t);
        if (scaf__own_omits(&j.own, t))
            continue;
        if (own)
            emit_own(&j, t, j.names.names[i], own->members);
        else if (t->kind == KIND_RECORD)
            emit_record(&j, t, j.names.names[i]);
        else if (t->kind == KIND_ENUM)
            emit_enum(&j, t, j.names.names[i]);
        else
            emit_union(&j, t, j.names.names[i]);
    }
    const char *type = scaf__expr(o, &j.type, o->s->root);
    scaf__line(o,
               "/** Reads and checks; the exception names the path, or the place in the text. */");
    scaf__open(o, "public static %s parse(String text) {", type);
    scaf__open(o, "try (JsonParser in = new JsonFactory().createParser(text)) {");
    scaf__open(o, "if (in.nextToken() == null) {");
    scaf__line(o, "throw new IllegalArgumentException(\"there is no JSON in the text\");");
    scaf__close(o, "}");
    scaf__line(o, "Object tree = Read.next(in);");
    scaf__open(o, "if (in.nextToken() != null) {");
    scaf__line(o, "throw new IllegalArgumentException(\"there is text after the value\");");
    scaf__close(o, "}");
    scaf__line(o, "Reader<%s> read = %s;", type, scaf__expr(o, &j.read, o->s->root));
    scaf__line(o, "return read.read(tree, \"$\");");
    o->depth--;
    scaf__open(o, "} catch (IOException e) {");
    scaf__line(o, "throw new IllegalArgumentException(e.getMessage(), e);");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "public static String serialize(%s value) {", type);
    scaf__line(o, "StringWriter text = new StringWriter();");
    scaf__open(o, "try (JsonGenerator out = new JsonFactory().createGenerator(text)) {");
    scaf__line(o, "Read.write(out, Read.tree(value));");
    o->depth--;
    scaf__open(o, "} catch (IOException e) {");
    scaf__line(o, "throw new UncheckedIOException(e);");
    scaf__close(o, "}");
    scaf__line(o, "return text.toString();");
    scaf__close(o, "}");
    scaf__blank(o);
    bool reject = o->unknown == ASSIST_UNKNOWN_REJECT;
    template_slot slots[] = {
        {"more",
         arena_format(o->a, "%s%s", reject ? known_code : "", j.own.narrow ? int_code : "")},
        {"own", scaf__own_each(&j.own, "\n        if (value instanceof % own) {\n"
                                       "            return write%(own);\n        }")}};
    scaf__fill_block(o, scaf__text_java_java, slots, sizeof slots / sizeof *slots);
    scaf__close(o, "}");
}

/* C++17 with nlohmann/json, one header: structs in a namespace, with from_json and to_json, so that
 * the library finds them; parse and serialize of the header keep what the library would round. */
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char reserved_fields[] =
    "alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t "
    "char32_t class compl concept const consteval constexpr constinit const_cast continue co_await "
    "co_return co_yield decltype default delete do double dynamic_cast else enum explicit export "
    "extern false float for friend goto if inline int long mutable namespace new noexcept not "
    "not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires "
    "restrict return short signed sizeof static static_assert static_cast struct switch template "
    "this "
    "thread_local throw true try typedef typeid typename union unsigned using virtual void "
    "volatile "
    "wchar_t while xor xor_eq std json nlohmann number exact_number linux unix errno stdin stdout "
    "stderr assert major minor null";

enum { UNSEEN, IN_PROGRESS, WRITTEN };

typedef struct {
    emit_out *o;
    type_names names;
    expr_style type;
    unsigned char *state; /* by index in s->named */
    bool in_list;
} cpp;

static const expr_style types = {
    .any = "json",
    .boolean = "bool",
    .string = "std::string",
    .numbers = {"std::int64_t", "std::uint64_t", "exact_number", "double", "number", "exact_number",
                "exact_number"},
    .record = "%",
    .choice = "%",
    .either = "%",
    .map = "std::map<std::string, %>",
    .tuple_open = "std::tuple<",
    .between = ", ",
    .tuple_close = ">",
    .nullable = "std::optional<%>",
};

/* A type that is not complete yet stands behind a pointer, but for items of a vector. */
static const char *leaf(void *ctx, const schema_type *t)
{
    cpp *c = ctx;
    if (t->kind == KIND_ARRAY) {
        bool outer = c->in_list;
        c->in_list = true;
        const char *item = scaf__expr(c->o, &c->type, t->items[0]);
        c->in_list = outer;
        return scaf__around(c->o, "std::vector<%>", item);
    }
    bool named = t->kind == KIND_RECORD || t->kind == KIND_UNION;
    if (!named || c->in_list || c->state[t->emitted] != IN_PROGRESS)
        return NULL;
    return scaf__around(c->o, "std::shared_ptr<%>", scaf__type_name(&c->names, t));
}

/* A string literal; one with a NUL in it needs its length. */
static const char *literal(emit_out *o, str_view v)
{
    const char *text = scaf__quote(o, v, QUOTE_C);
    return memchr(v.ptr, '\0', v.len) ? scaf__around(o, "std::string(%, sizeof % - 1)", text)
                                      : text;
}

static void emit_type(cpp *c, const schema_type *t);

/* Writes the named types that `t` holds directly, so that they are complete. */
static void emit_inner(cpp *c, const schema_type *t)
{
    if (t->kind == KIND_RECORD || t->kind == KIND_UNION) {
        if (c->state[t->emitted] == UNSEEN)
            emit_type(c, t);
    } else if (t->kind == KIND_TUPLE || t->kind == KIND_MAP) {
        for (uint32_t i = 0; i < t->n_items; i++)
            emit_inner(c, t->items[i].type);
    }
}

static void emit_record(cpp *c, const schema_type *t, const char *name)
{
    emit_out *o = c->o;
    const char **fields = scaf__field_names(o, t, CASE_SNAKE, reserved_fields);
    for (uint32_t i = 0; i < t->n_fields; i++)
        emit_inner(c, t->fields[i].ref.type);
    if (!fields)
        return;
    scaf__open(o, "struct %s {", name);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f), *type = scaf__expr(o, &c->type, f->ref);
        if (*seen)
            scaf__line(o, "// %s", seen);
        scaf__line(o, f->optional ? "std::optional<%s> %s;" : "%s %s{};", type, fields[i]);
    }
    scaf__close(o, "};");
    scaf__blank(o);
}

static void emit_type(cpp *c, const schema_type *t)
{
    emit_out *o = c->o;
    const char *name = scaf__type_name(&c->names, t);
    c->state[t->emitted] = IN_PROGRESS;
    if (t->kind == KIND_RECORD) {
        emit_record(c, t, name);
    } else if (t->kind == KIND_UNION) {
        buf b;
        buf_init(&b, 1 << 20);
        for (uint32_t i = 0; i < t->n_items; i++)
            emit_inner(c, t->items[i].type);
        for (uint32_t i = 0; i < t->n_items; i++)
            buf_append_format(&b, "%s%s", i ? ", " : "",
                              scaf__expr_base(o, &c->type, t->items[i].type));
        if (t->tag_key.len)
            scaf__line(o, "// json: a tag that was not in the sample.");
        scaf__open(o, "struct %s {", name);
        scaf__line(o, "std::variant<%.*s%s> value;", STR_ARG(buf_view(&b)),
                   t->tag_key.len ? ", json" : "");
        scaf__close(o, "};");
        scaf__blank(o);
        buf_release(&b);
    }
    c->state[t->emitted] = WRITTEN;
}

/* Constants for an enum, which stays a string: other values are legal too. */
static void emit_enum(cpp *c, const schema_type *t, const char *name)
{
    emit_out *o = c->o;
    const char **values = scaf__value_names(o, t, CASE_SNAKE, reserved_fields);
    if (!values)
        return;
    scaf__line(o, "using %s = std::string;", name);
    scaf__blank(o);
    scaf__line(o, "// The values that were in the sample.");
    scaf__open(o, "namespace %s_values {", name);
    for (uint32_t i = 0; i < t->n_values; i++)
        scaf__line(o, "inline const %s %s = %s;", name, values[i], literal(o, t->values[i]));
    scaf__close(o, "}");
    scaf__blank(o);
}

static void emit_record_functions(cpp *c, const schema_type *t, const char *name)
{
    emit_out *o = c->o;
    const char **fields = scaf__field_names(o, t, CASE_SNAKE, reserved_fields);
    if (!fields)
        return;
    const char *out = t->n_fields ? " &out" : " &";
    scaf__open(o, "inline void read(const json &j, %s%s) {", name, out);
    scaf__line(o, "expect_object(j);");
    if (o->unknown == ASSIST_UNKNOWN_REJECT) {
        scaf__open(o, "expect_known(j, {");
        for (uint32_t i = 0; i < t->n_fields; i++)
            scaf__line(o, "%s,", literal(o, t->fields[i].key));
        scaf__close(o, "});");
    }
    for (uint32_t i = 0; i < t->n_fields; i++)
        scaf__line(o, "%s(j, %s, out.%s);", t->fields[i].optional ? "optional" : "required",
                   literal(o, t->fields[i].key), fields[i]);
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "inline json write(const %s &%s) {", name, t->n_fields ? "value" : "");
    scaf__line(o, "json out = json::object();");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const char *key = literal(o, t->fields[i].key);
        if (t->fields[i].optional)
            scaf__open(o, "if (value.%s)", fields[i]);
        scaf__line(o, "out[%s] = write(%svalue.%s);", key, t->fields[i].optional ? "*" : "",
                   fields[i]);
        if (t->fields[i].optional)
            o->depth--;
    }
    scaf__line(o, "return out;");
    scaf__close(o, "}");
    scaf__blank(o);
}

static void emit_union_functions(cpp *c, const schema_type *t, const char *name)
{
    static const char *const tests[] = {"j.is_boolean()", "j.is_number() || j.is_binary()",
                                        "j.is_string()", "j.is_array()", "j.is_object()"};
    emit_out *o = c->o;
    scaf__open(o, "inline void read(const json &j, %s &out) {", name);
    if (t->tag_key.len) {
        scaf__line(o, "std::string tag;");
        scaf__line(o, "expect_object(j);");
        scaf__line(o, "required(j, %s, tag);", literal(o, t->tag_key));
    }
    for (uint32_t i = 0; i < t->n_items; i++) {
        const schema_type *arm = t->items[i].type;
        buf b;
        buf_init(&b, 1 << 20);
        for (uint32_t v = 0; v < arm->n_values; v++)
            buf_append_format(&b, "%stag == %s", v ? " || " : "", literal(o, arm->values[v]));
        scaf__line(o, "%sif (%.*s)", i ? "else " : "",
                   STR_ARG(t->tag_key.len ? buf_view(&b) : str_of(tests[scaf__json_kind(arm)])));
        scaf__line(o, "    read(j, out.value.emplace<%u>());", i);
        buf_release(&b);
    }
    scaf__line(o, "else");
    if (t->tag_key.len)
        scaf__line(o, "    out.value = j;");
    else
        scaf__line(o, "    throw misfit(\"%s\", j);", name);
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "inline json write(const %s &value) {", name);
    scaf__line(o, "return std::visit([](const auto &arm) { return write(arm); }, value.value);");
    scaf__close(o, "}");
    scaf__blank(o);
}

static const char known_code[] =
    "\n"
    "inline void expect_known(const json &j, const std::vector<std::string> &keys) {\n"
    "    for (const auto &member : j.items()) {\n"
    "        bool known = false;\n"
    "        for (const std::string &key : keys)\n"
    "            known = known || key == member.key();\n"
    "        if (!known)\n"
    "            throw misfit(\"unknown key \" + member.key());\n"
    "    }\n"
    "}\n";

void scaf__emit_cpp(emit_out *o)
{
    const char *root = scaf__root(o, CASE_SNAKE);
    cpp c = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, "")};
    c.state = ARENA_ARRAY(o->a, unsigned char, o->s->n_named + 1);
    if (!c.names.names || !c.state)
        return;
    c.type = types;
    c.type.names = &c.names;
    c.type.leaf = leaf;
    c.type.ctx = &c;
    scaf__line(o, "// From %s. C++17, nlohmann/json 3.9 and later.",
               scaf__comment(o, o->sample_name));
    scaf__block(o, "#pragma once\n"
                   "\n"
                   "#include <cstdint>\n"
                   "#include <cstdio>\n"
                   "#include <cstdlib>\n"
                   "#include <cstring>\n"
                   "#include <exception>\n"
                   "#include <map>\n"
                   "#include <memory>\n"
                   "#include <nlohmann/json.hpp>\n"
                   "#include <optional>\n"
                   "#include <string>\n"
                   "#include <string_view>\n"
                   "#include <tuple>\n"
                   "#include <variant>\n"
                   "#include <vector>\n"
                   "\n");
    scaf__line(o, "namespace %s_json {", root);
    scaf__blank(o);
    scaf__block(o, scaf__text_cpp_types_hpp);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind == KIND_ENUM)
            emit_enum(&c, o->s->named[i], c.names.names[i]);
        else
            scaf__line(o, "struct %s;", c.names.names[i]);
    }
    scaf__blank(o);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (c.state[i] == UNSEEN)
            emit_type(&c, o->s->named[i]);
    }
    scaf__block_with(o, scaf__text_cpp_hpp,
                     o->unknown == ASSIST_UNKNOWN_REJECT ? known_code : NULL);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind == KIND_ENUM)
            continue;
        scaf__line(o, "void read(const json &j, %s &out);", c.names.names[i]);
        scaf__line(o, "json write(const %s &value);", c.names.names[i]);
    }
    scaf__blank(o);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        if (t->kind == KIND_ENUM)
            continue;
        if (t->kind == KIND_RECORD)
            emit_record_functions(&c, t, c.names.names[i]);
        else
            emit_union_functions(&c, t, c.names.names[i]);
        /* Found by nlohmann's get<T>() and assignments. */
        scaf__line(o, "inline void from_json(const json &j, %s &out) { read(j, out); }",
                   c.names.names[i]);
        scaf__line(o, "inline void to_json(json &j, const %s &value) { j = write(value); }",
                   c.names.names[i]);
        scaf__blank(o);
    }
    const char *type = scaf__expr(o, &c.type, o->s->root);
    scaf__line(o, "// Reads and checks; throws misfit, which names the place.");
    scaf__open(o, "inline %s parse_%s(std::string_view text) {", type, root);
    scaf__line(o, "%s out{};", type);
    scaf__line(o, "read_at(reader(text).document(), out, \"\");");
    scaf__line(o, "return out;");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__open(o, "inline std::string serialize_%s(const %s &value) {", root, type);
    scaf__line(o, "std::string out;");
    scaf__line(o, "write_text(out, write(value));");
    scaf__line(o, "return out;");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__line(o, "}");
}

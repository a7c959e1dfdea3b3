/* PHP 8.1 and later, no library: classes in one namespace. Objects whose keys are data are
 * ArrayObjects, so that an empty one is not an empty list. */
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char reserved_types[] =
    "abstract absent and array as bool break callable case catch class clone const continue "
    "declare "
    "default die do echo else elseif empty enddeclare endfor endforeach endif endswitch endwhile "
    "enum eval exactnumber exit extends false final finally float fn for foreach function global "
    "goto if implements include instanceof insteadof int interface isset iterable list match mixed "
    "namespace never new null object or parent print private protected public read reader readonly "
    "require return self static string switch throw trait true try unset use var void while writer "
    "xor yield";

/* Legal names that tree-sitter's grammar takes for keywords: editors and our own check would too.
 */
static const char reserved_fields[] = "this clone include list new print require yield";
static const char reserved_values[] = "class callable iterable void mixed false true";

typedef struct {
    emit_out *o;
    type_names names;
    expr_style type, doc, read;
} php;

static const expr_style types = {
    .any = "mixed",
    .boolean = "bool",
    .string = "string",
    .numbers = {"int", "int|ExactNumber", "int|ExactNumber", "float", "int|float|ExactNumber",
                "int|float|ExactNumber", "int|float|ExactNumber"},
    .record = "%",
    .choice = "string",
    .either = "mixed",
    .list = "array",
    .map = "\\ArrayObject",
    .tuple_open = "array",
    .nullable = "%|null",
};

/* For static analysis: what the language's own types cannot say. */
static const expr_style docs = {
    .any = "mixed",
    .boolean = "bool",
    .string = "string",
    .numbers = {"int", "int|ExactNumber", "int|ExactNumber", "float", "int|float|ExactNumber",
                "int|float|ExactNumber", "int|float|ExactNumber"},
    .record = "%",
    .choice = "%::*",
    .either = "mixed",
    .list = "list<%>",
    .map = "\\ArrayObject<string, %>",
    .tuple_open = "array{",
    .between = ", ",
    .tuple_close = "}",
    .nullable = "%|null",
};

static const expr_style readers = {
    .any = "Read::any(...)",
    .boolean = "Read::bool(...)",
    .string = "Read::text(...)",
    .numbers = {"Read::integer(...)", "Read::big(...)", "Read::big(...)", "Read::real(...)",
                "Read::number(...)", "Read::number(...)", "Read::number(...)"},
    .record = "%::fromJson(...)",
    .choice = "Read::text(...)",
    .either = "%::fromJson(...)",
    .list = "Read::list(%)",
    .map = "Read::map(%)",
    .tuple_open = "Read::tuple(",
    .between = ", ",
    .tuple_close = ")",
    .nullable = "Read::orNull(%)",
};

static const char *field_type(php *p, const schema_field *f)
{
    const char *base = scaf__expr_base(p->o, &p->type, f->ref.type);
    field_kind kind = scaf__field_kind(f);
    if (strcmp(base, "mixed") == 0)
        return base;
    if (f->ref.nullable || kind == FIELD_OPTIONAL)
        base = scaf__around(p->o, "%|null", base);
    return kind == FIELD_EITHER ? scaf__around(p->o, "%|Absent", base) : base;
}

static void emit_parameter(php *p, const schema_field *f, const char *name)
{
    emit_out *o = p->o;
    schema_kind kind = f->ref.type->kind;
    const char *seen = scaf__evidence(o, f), *doc = "";
    if (kind == KIND_ARRAY || kind == KIND_MAP || kind == KIND_TUPLE)
        doc = scaf__around(o, "@var % ", scaf__expr(o, &p->doc, f->ref));
    if (*seen || *doc)
        scaf__line(o, "/** %s%s%s*/", doc, seen, *seen ? " " : "");
    scaf__line(o, "public %s $%s%s,", field_type(p, f), name,
               !f->optional                          ? ""
               : scaf__field_kind(f) == FIELD_EITHER ? " = Absent::Absent"
                                                     : " = null");
}

static void emit_record(php *p, const schema_type *t, const char *name)
{
    emit_out *o = p->o;
    const char **fields = scaf__field_names(o, t, CASE_CAMEL, reserved_fields);
    if (!fields)
        return;
    scaf__line(o, "final class %s", name);
    scaf__open(o, "{");
    if (t->n_fields) {
        scaf__open(o, "public function __construct(");
        /* What has a default comes last. */
        for (int optional = 0; optional < 2; optional++) {
            for (uint32_t i = 0; i < t->n_fields; i++) {
                if (t->fields[i].optional == (optional == 1))
                    emit_parameter(p, &t->fields[i], fields[i]);
            }
        }
        scaf__close(o, ") {");
        scaf__line(o, "}");
        scaf__blank(o);
    }
    scaf__line(o, "public static function fromJson(mixed $value, string $path = '$'): self");
    scaf__open(o, "{");
    bool reject = o->unknown == ASSIST_UNKNOWN_REJECT;
    scaf__line(o, "%sRead::object($value, $path);", t->n_fields || reject ? "$o = " : "");
    if (reject)
        scaf__line(o, "Read::known($o, $path, [%s]);", scaf__keys(o, t, QUOTE_PHP));
    scaf__open(o, "return new self(");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        scaf__line(o, "%s: Read::%s($o, %s, $path, %s%s),", fields[i],
                   f->optional ? "optional" : "required", scaf__quote(o, f->key, QUOTE_PHP),
                   scaf__expr(o, &p->read, f->ref),
                   scaf__field_kind(f) == FIELD_EITHER ? ", Absent::Absent" : "");
    }
    scaf__close(o, ");");
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__line(o, "public function toJson(): \\ArrayObject");
    scaf__open(o, "{");
    scaf__line(o, "$out = new \\ArrayObject();");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        if (f->optional)
            scaf__open(o, "if ($this->%s !== %s) {", fields[i],
                       scaf__field_kind(f) == FIELD_EITHER ? "Absent::Absent" : "null");
        scaf__line(o, "$out[%s] = $this->%s;", scaf__quote(o, f->key, QUOTE_PHP), fields[i]);
        if (f->optional)
            scaf__close(o, "}");
    }
    scaf__line(o, "return $out;");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

static void emit_enum(php *p, const schema_type *t, const char *name)
{
    emit_out *o = p->o;
    const char **values = scaf__value_names(o, t, CASE_SCREAMING, reserved_values);
    if (!values)
        return;
    scaf__line(o, "/** The values that were in the sample; others are strings too. */");
    scaf__line(o, "final class %s", name);
    scaf__open(o, "{");
    for (uint32_t i = 0; i < t->n_values; i++)
        scaf__line(o, "public const %s = %s;", values[i], scaf__quote(o, t->values[i], QUOTE_PHP));
    scaf__close(o, "}");
    scaf__blank(o);
}

static void emit_union(php *p, const schema_type *t, const char *name)
{
    static const char *const tests[] = {
        "is_bool($value)",
        "is_int($value) || is_float($value) || $value instanceof ExactNumber",
        "is_string($value)",
        "is_array($value)",
        "$value instanceof \\ArrayObject",
    };
    emit_out *o = p->o;
    buf b;
    buf_init(&b, 1 << 16);
    for (uint32_t i = 0; i < t->n_items; i++)
        buf_append_format(&b, "%s%s", i ? "|" : "", scaf__expr(o, &p->doc, t->items[i]));
    scaf__line(o, "/** One of %.*s. */", STR_ARG(buf_view(&b)));
    buf_release(&b);
    scaf__line(o, "final class %s", name);
    scaf__open(o, "{");
    scaf__line(o, "public static function fromJson(mixed $value, string $path = '$'): mixed");
    scaf__open(o, "{");
    if (t->tag_key.len) {
        const char *key = scaf__quote(o, t->tag_key, QUOTE_PHP);
        scaf__line(o,
                   "$tag = Read::required(Read::object($value, $path), %s, $path, "
                   "Read::text(...));",
                   key);
        scaf__open(o, "return match ($tag) {");
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            for (uint32_t v = 0; v < arm->n_values; v++)
                scaf__line(o, "%s => %s::fromJson($value, $path),",
                           scaf__quote(o, arm->values[v], QUOTE_PHP),
                           scaf__type_name(&p->names, arm));
        }
        scaf__line(o, "default => $value, // a tag that was not in the sample");
    } else {
        scaf__open(o, "return match (true) {");
        for (uint32_t i = 0; i < t->n_items; i++)
            scaf__line(o, "%s => (%s)($value, $path),", tests[scaf__json_kind(t->items[i].type)],
                       scaf__expr_base(o, &p->read, t->items[i].type));
        scaf__line(o, "default => throw Read::misfit($path, '%s', $value),", name);
    }
    scaf__close(o, "};");
    scaf__close(o, "}");
    scaf__close(o, "}");
    scaf__blank(o);
}

static const char known_code[] =
    "\n"
    "    public static function known(\\ArrayObject $value, string $path, array $keys): void\n"
    "    {\n"
    "        foreach ($value as $key => $_) {\n"
    "            if (!in_array((string) $key, $keys, true)) {\n"
    "                throw new \\UnexpectedValueException(\"{$path}: unknown key {$key}\");\n"
    "            }\n"
    "        }\n"
    "    }\n";

void scaf__emit_php(emit_out *o)
{
    const char *root = scaf__root(o, CASE_PASCAL);
    php p = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, reserved_types)};
    if (!p.names.names)
        return;
    p.type = types;
    p.doc = docs;
    p.read = readers;
    p.type.names = p.doc.names = p.read.names = &p.names;
    scaf__block(o, "<?php\n\ndeclare(strict_types=1);\n\n");
    scaf__line(o, "// From %s. Parse and serialise with parse%s and serialize%s.",
               scaf__comment(o, o->sample_name), root, root);
    scaf__line(o, "namespace %sJson;", root);
    scaf__blank(o);
    const char *type = scaf__expr_base(o, &p.type, o->s->root.type);
    if (o->s->root.nullable && strcmp(type, "mixed") != 0)
        type = scaf__around(o, "%|null", type);
    scaf__line(o,
               "/** Reads and checks; the exception names the path, or the place in the text. */");
    scaf__line(o, "function parse%s(string $text): %s", root, type);
    scaf__open(o, "{");
    if (o->s->root.type->kind == KIND_RECORD && !o->s->root.nullable)
        scaf__line(o, "return %s::fromJson((new Reader($text))->document());", type);
    else
        scaf__line(o, "return (%s)((new Reader($text))->document(), '$');",
                   scaf__expr(o, &p.read, o->s->root));
    scaf__close(o, "}");
    scaf__blank(o);
    scaf__line(o, "function serialize%s(%s $value): string", root, type);
    scaf__open(o, "{");
    scaf__line(o, "return Writer::write($value);");
    scaf__close(o, "}");
    scaf__blank(o);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        if (t->kind == KIND_RECORD)
            emit_record(&p, t, p.names.names[i]);
        else if (t->kind == KIND_ENUM)
            emit_enum(&p, t, p.names.names[i]);
        else
            emit_union(&p, t, p.names.names[i]);
    }
    scaf__block_with(o, scaf__text_php_php,
                     o->unknown == ASSIST_UNKNOWN_REJECT ? known_code : NULL);
}

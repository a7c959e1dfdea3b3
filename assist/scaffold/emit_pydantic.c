/* Python 3.10 and later with pydantic, version 1 or 2: models whose serialiser leaves out what was
 * not given, so that absent and null stay apart. Unions are types with a check of their own: they
 * may be recursive, and are told apart by kind or tag instead of tried in turn. */
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char reserved_types[] =
    "any basemodel exactnumber false field json list literal dict model none number optional "
    "strictbool strictint strictstr true tuple type union version typeerror valueerror "
    "notimplementederror notimplemented ellipsis exception";
static const char reserved_fields[] =
    "and as assert async await break class continue def del elif else except finally for from "
    "global "
    "if import in is lambda none nonlocal not or pass raise return try while with yield true false "
    "match case self cls str int float bool list dict tuple any object type property json copy "
    "schema fields construct validate parse_obj parse_raw parse_file from_orm update_forward_refs "
    "schema_json config model_config model_fields model_fields_set model_computed_fields "
    "model_extra "
    "model_construct model_copy model_dump model_dump_json model_json_schema "
    "model_parametrized_name model_post_init model_rebuild model_validate model_validate_json "
    "model_validate_strings register mro";

typedef struct {
    emit_out *o;
    type_names names;
    expr_style type;
} pydantic;

static const expr_style types = {
    .any = "Any",
    .boolean = "StrictBool",
    .string = "StrictStr",
    .numbers = {"StrictInt", "StrictInt", "StrictInt", "Number", "Number", "Number", "Number"},
    .record = "%",
    .choice = "StrictStr",
    .either = "%",
    .list = "List[%]",
    .map = "Dict[str, %]",
    .tuple_open = "Tuple[",
    .between = ", ",
    .tuple_close = "]",
    .nullable = "Optional[%]",
};

static void emit_record(pydantic *p, const schema_type *t, const char *name)
{
    emit_out *o = p->o;
    const char **fields = scaf__field_names(o, t, CASE_SNAKE, reserved_fields);
    if (!fields)
        return;
    scaf__open(o, "class %s(Model):", name);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f), *type = scaf__expr(o, &p->type, f->ref);
        if (f->optional && !scaf__may_be_null(f))
            type = scaf__around(o, "Optional[%]", type);
        if (*seen)
            scaf__line(o, "# %s", seen);
        if (!str_eq(f->key, str_of(fields[i])))
            scaf__line(o, "%s: %s = Field(%s, alias=%s)", fields[i], type,
                       f->optional ? "None" : "...", scaf__quote(o, f->key, QUOTE_LONG));
        else
            scaf__line(o, "%s: %s%s", fields[i], type, f->optional ? " = None" : " = Field(...)");
    }
    if (!t->n_fields)
        scaf__line(o, "pass");
    o->depth--;
    scaf__blank(o);
    scaf__blank(o);
}

static void emit_enum(pydantic *p, const schema_type *t, const char *name)
{
    emit_out *o = p->o;
    const char **values = scaf__value_names(o, t, CASE_SCREAMING, "");
    if (!values)
        return;
    scaf__open(o, "class %s:", name);
    scaf__line(o, "\"\"\"The values that were in the sample; others are legal too.\"\"\"");
    scaf__blank(o);
    for (uint32_t i = 0; i < t->n_values; i++)
        scaf__line(o, "%s = %s", values[i], scaf__quote(o, t->values[i], QUOTE_LONG));
    o->depth--;
    scaf__blank(o);
    scaf__blank(o);
}

static void emit_union(pydantic *p, const schema_type *t, const char *name)
{
    static const char *const tests[] = {
        "isinstance(value, bool)",
        "isinstance(value, (int, float)) and not isinstance(value, bool)", "isinstance(value, str)",
        "isinstance(value, list)", "isinstance(value, dict)"};
    emit_out *o = p->o;
    buf b;
    buf_init(&b, 1 << 20);
    for (uint32_t i = 0; i < t->n_items; i++)
        buf_append_format(&b, "%s%s", i ? ", " : "", scaf__expr(o, &p->type, t->items[i]));
    scaf__open(o, "class %s(_Checked):", name);
    scaf__line(o, "\"\"\"One of %.*s.\"\"\"", STR_ARG(buf_view(&b)));
    buf_release(&b);
    scaf__blank(o);
    scaf__line(o, "@classmethod");
    scaf__open(o, "def validate(cls, value: Any) -> Any:");
    /* Already made: when a model is built from values instead of JSON. */
    scaf__line(o, "if isinstance(value, BaseModel):");
    scaf__line(o, "    return value");
    if (t->tag_key.len) {
        const char *key = scaf__quote(o, t->tag_key, QUOTE_LONG);
        scaf__line(o, "if not isinstance(value, dict) or not isinstance(value.get(%s), str):", key);
        scaf__line(o, "    raise ValueError(\"expected an object with a tag\")");
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            for (uint32_t v = 0; v < arm->n_values; v++) {
                scaf__line(o, "if value[%s] == %s:", key,
                           scaf__quote(o, arm->values[v], QUOTE_LONG));
                scaf__line(o, "    return _parse(%s, value)", scaf__type_name(&p->names, arm));
            }
        }
        scaf__line(o, "return value  # a tag that was not in the sample");
    } else {
        for (uint32_t i = 0; i < t->n_items; i++) {
            scaf__line(o, "if %s:", tests[scaf__json_kind(t->items[i].type)]);
            scaf__line(o, "    return _parse(%s, value)",
                       scaf__expr_base(o, &p->type, t->items[i].type));
        }
        scaf__line(o, "raise ValueError(\"expected %s\")", name);
    }
    o->depth -= 2;
    scaf__blank(o);
    scaf__blank(o);
}

void scaf__emit_pydantic(emit_out *o)
{
    const char *root = scaf__root(o, CASE_SNAKE);
    pydantic p = {.o = o, .names = scaf__type_names(o, CASE_PASCAL, reserved_types), .type = types};
    if (!p.names.names)
        return;
    p.type.names = &p.names;
    scaf__line(o, "# From %s. Needs pydantic. Parse and serialise with parse_%s and serialize_%s.",
               scaf__comment(o, o->sample_name), root, root);
    scaf__block(o,
                "from __future__ import annotations\n"
                "\n"
                "import json\n"
                "from typing import Any, Dict, List, Optional, Tuple\n"
                "\n"
                "from pydantic import VERSION, BaseModel, Field, StrictBool, StrictInt, StrictStr\n"
                "\n"
                "\n");
    bool keep = o->unknown == ASSIST_UNKNOWN_KEEP, reject = o->unknown == ASSIST_UNKNOWN_REJECT;
    const template_slot slots[] = {
        {"extra1", keep     ? STR("            extra = \"allow\"\n")
                   : reject ? STR("            extra = \"forbid\"\n")
                            : STR("")},
        {"extra2", keep     ? STR(", \"extra\": \"allow\"")
                   : reject ? STR(", \"extra\": \"forbid\"")
                            : STR("")},
    };
    scaf__fill(o, scaf__text_pydantic_py, slots, sizeof slots / sizeof *slots, false);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        const schema_type *t = o->s->named[i];
        if (t->kind == KIND_RECORD)
            emit_record(&p, t, p.names.names[i]);
        else if (t->kind == KIND_ENUM)
            emit_enum(&p, t, p.names.names[i]);
        else
            emit_union(&p, t, p.names.names[i]);
    }
    bool records = false;
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind != KIND_RECORD)
            continue;
        if (!records)
            scaf__open(o, "for _model in (");
        records = true;
        scaf__line(o, "%s,", p.names.names[i]);
    }
    if (records) {
        scaf__close(o, "):");
        scaf__block(o, "    if VERSION.startswith(\"1.\"):\n"
                       "        _model.update_forward_refs()\n"
                       "    else:\n"
                       "        _model.model_rebuild()\n"
                       "\n"
                       "\n");
    }
    const char *type = scaf__expr(o, &p.type, o->s->root);
    scaf__line(o, "def parse_%s(text: str) -> %s:", root, type);
    scaf__line(
        o, "    \"\"\"Reads and checks; raises ValueError for text that is not JSON and for JSON "
           "that does not fit.\"\"\"");
    scaf__line(o, "    value = json.loads(text, parse_float=_exact_float, parse_int=_exact_int)");
    scaf__line(o, "    return _parse(%s, value)", type);
    scaf__blank(o);
    scaf__blank(o);
    scaf__line(o, "def serialize_%s(value: %s) -> str:", root, type);
    scaf__line(o, "    return _write(value)");
}

/* Python 3.10 and later (TypedDicts 3.11): dataclasses with from_json and to_json, or TypedDicts
 * that describe plain parsed JSON. Standard library only. Where a sample has numbers that a float
 * would respell, they are read into a float that remembers its text. */
#include "assist/scaffold/sample.h"
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char reserved_types[] = "any optional union literal enum absent exactnumber json "
                                     "dataclass typeerror valueerror none true false "
                                     "list dict tuple str int float bool object type callable "
                                     "typeddict notrequired typealias sequence "
                                     "exception property super";
static const char reserved_fields[] = "and as assert async await break class continue def del elif "
                                      "else except finally for from global if "
                                      "import in is lambda none nonlocal not or pass raise return "
                                      "try while with yield true false match case "
                                      "self cls from_json to_json str int float bool list dict "
                                      "tuple any object type property json absent out field";

typedef struct {
    emit_out *o;
    type_names names;
    expr_style type, read;
    bool exact;
} py;

static const expr_style types = {
    .any = "Any",
    .boolean = "bool",
    .string = "str",
    .numbers = {"int", "int", "int", "float", "float", "float", "float"},
    .record = "%",
    .choice = "%",
    .either = "%",
    .list = "list[%]",
    .map = "dict[str, %]",
    .tuple_open = "tuple[",
    .between = ", ",
    .tuple_close = "]",
    .nullable = "% | None",
};

/* Functions of (value, path) that check and convert. */
static const expr_style readers = {
    .any = "_anything",
    .boolean = "_boolean",
    .string = "_string",
    .numbers = {"_integer", "_integer", "_integer", "_number", "_number", "_number", "_number"},
    .record = "%.from_json",
    .choice = "_string",
    .list = "_list(%)",
    .map = "_map(%)",
    .tuple_open = "_tuple(",
    .between = ", ",
    .tuple_close = ")",
    .nullable = "_or_none(%)",
};

static const char *leaf(void *ctx, const schema_type *t)
{
    py *p = ctx;
    return t->kind == KIND_UNION
               ? scaf__around(p->o, "_read_%", scaf__name(p->o, t->words, CASE_SNAKE))
               : NULL;
}

static const char *type_expr(py *p, schema_ref ref)
{
    return scaf__expr(p->o, &p->type, ref);
}

static const char *reader(py *p, schema_ref ref)
{
    return scaf__expr(p->o, &p->read, ref);
}

static bool init(py *p, emit_out *o)
{
    p->o = o;
    p->names = scaf__type_names(o, CASE_PASCAL, reserved_types);
    p->type = types;
    p->read = readers;
    p->type.names = p->read.names = &p->names;
    p->read.leaf = leaf;
    p->read.ctx = p;
    return p->names.names != NULL;
}

static bool is_plain(const schema_type *t)
{
    switch (t->kind) {
    case KIND_RECORD:
    case KIND_UNION:
    case KIND_TUPLE: return false;
    case KIND_ARRAY:
    case KIND_MAP: return is_plain(t->items[0].type);
    default: return true;
    }
}

static const char helpers[] =
    "def _fail(path: str, expected: str, value: Any) -> NoReturn:\n"
    "    raise TypeError(f\"{path}: expected {expected}, got {type(value).__name__}\")\n"
    "\n"
    "\n"
    "def _anything(value: Any, path: str) -> Any:\n"
    "    return value\n"
    "\n"
    "\n"
    "def _boolean(value: Any, path: str) -> Any:\n"
    "    return value if isinstance(value, bool) else _fail(path, \"boolean\", value)\n"
    "\n"
    "\n"
    "def _integer(value: Any, path: str) -> Any:\n"
    "    if isinstance(value, int) and not isinstance(value, bool):\n"
    "        return value\n"
    "    return _fail(path, \"integer\", value)\n"
    "\n"
    "\n"
    "def _number(value: Any, path: str) -> Any:\n"
    "    if isinstance(value, (int, float)) and not isinstance(value, bool):\n"
    "        return value\n"
    "    return _fail(path, \"number\", value)\n"
    "\n"
    "\n"
    "def _string(value: Any, path: str) -> Any:\n"
    "    return value if isinstance(value, str) else _fail(path, \"string\", value)\n"
    "\n"
    "\n"
    "def _object(value: Any, path: str) -> Any:\n"
    "    return value if isinstance(value, dict) else _fail(path, \"object\", value)\n"
    "\n"
    "\n"
    "def _or_none(read: _Read) -> _Read:\n"
    "    return lambda value, path: None if value is None else read(value, path)\n"
    "\n"
    "\n"
    "def _list(read: _Read) -> _Read:\n"
    "    def convert(value: Any, path: str) -> Any:\n"
    "        if not isinstance(value, list):\n"
    "            _fail(path, \"array\", value)\n"
    "        return [read(item, f\"{path}[{i}]\") for i, item in enumerate(value)]\n"
    "\n"
    "    return convert\n"
    "\n"
    "\n"
    "def _tuple(*reads: _Read) -> _Read:\n"
    "    def convert(value: Any, path: str) -> Any:\n"
    "        if not isinstance(value, list) or len(value) != len(reads):\n"
    "            _fail(path, f\"array of {len(reads)}\", value)\n"
    "        return tuple(read(item, f\"{path}[{i}]\") for i, (read, item) in enumerate(zip(reads, "
    "value)))\n"
    "\n"
    "    return convert\n"
    "\n"
    "\n"
    "def _map(read: _Read) -> _Read:\n"
    "    def convert(value: Any, path: str) -> Any:\n"
    "        return {k: read(v, f\"{path}.{k}\") for k, v in _object(value, path).items()}\n"
    "\n"
    "    return convert\n"
    "\n"
    "\n"
    "def _any_of(expected: str, *reads: _Read) -> _Read:\n"
    "    def convert(value: Any, path: str) -> Any:\n"
    "        for read in reads:\n"
    "            try:\n"
    "                return read(value, path)\n"
    "            except TypeError:\n"
    "                pass\n"
    "        return _fail(path, expected, value)\n"
    "\n"
    "    return convert\n"
    "\n"
    "\n"
    "def _required(value: Any, key: str, path: str, read: _Read) -> Any:\n"
    "    if key not in value:\n"
    "        raise TypeError(f\"{path}: the key {key!r} is missing\")\n"
    "    return read(value[key], f\"{path}.{key}\")\n"
    "\n"
    "\n"
    "def _optional(value: Any, key: str, path: str, read: _Read, absent: Any) -> Any:\n"
    "    return read(value[key], f\"{path}.{key}\") if key in value else absent\n"
    "\n"
    "\n"
    "def _plain(value: Any) -> Any:\n"
    "    \"\"\"What json can write, from what from_json made.\"\"\"\n"
    "    if isinstance(value, (list, tuple)):\n"
    "        return [_plain(item) for item in value]\n"
    "    if isinstance(value, dict):\n"
    "        return {k: _plain(v) for k, v in value.items()}\n"
    "    return value.to_json() if hasattr(value, \"to_json\") else value\n";

static const char exact_code[] =
    "class ExactNumber(float):\n"
    "    \"\"\"A number that a float would respell; `text` keeps it.\"\"\"\n"
    "\n"
    "    text: str\n"
    "\n"
    "    def __new__(cls, text: str) -> ExactNumber:\n"
    "        self = super().__new__(cls, text)\n"
    "        self.text = text\n"
    "        return self\n"
    "\n"
    "\n"
    "def _exact_float(text: str) -> float:\n"
    "    value = float(text)\n"
    "    return value if repr(value) == text else ExactNumber(text)\n"
    "\n"
    "\n"
    "def _exact_int(text: str) -> Any:\n"
    "    return ExactNumber(text) if text == \"-0\" else int(text)\n"
    "\n"
    "\n"
    "def _read_json(text: str) -> Any:\n"
    "    return json.loads(text, parse_float=_exact_float, parse_int=_exact_int)\n"
    "\n"
    "\n"
    "def _write_json(value: Any) -> str:\n"
    "    if isinstance(value, ExactNumber):\n"
    "        return value.text\n"
    "    if isinstance(value, list):\n"
    "        return \"[\" + \", \".join(_write_json(item) for item in value) + \"]\"\n"
    "    if isinstance(value, dict):\n"
    "        members = (f\"{json.dumps(k, ensure_ascii=False)}: {_write_json(v)}\" for k, v in "
    "value.items())\n"
    "        return \"{\" + \", \".join(members) + \"}\"\n"
    "    return json.dumps(value, ensure_ascii=False)\n"
    "\n"
    "\n";

/* ("id", "name", ) */
static str_view keys_tuple(emit_out *o, const schema_type *t)
{
    buf b;
    buf_init(&b, 1 << 20);
    for (uint32_t i = 0; i < t->n_fields; i++)
        buf_append_format(&b, "%s, ", scaf__quote(o, t->fields[i].key, QUOTE_LONG));
    str_view keys = str_trim(buf_view(&b));
    if (t->n_fields > 1)
        keys.len--;
    keys = arena_format(o->a, "(%.*s)", STR_ARG(keys));
    buf_release(&b);
    return keys;
}

/* What the field for unknown keys is called; NULL: there is none. */
static const char *extra_name(emit_out *o, const char **fields, const schema_type *t)
{
    name_scope scope;
    if (o->unknown != ASSIST_UNKNOWN_KEEP)
        return NULL;
    scaf__scope_init(&scope, o->a, reserved_fields, true);
    for (uint32_t i = 0; i < t->n_fields; i++)
        scaf__scope_claim(&scope, str_of(fields[i]));
    return arena_copy_z(o->a, scaf__scope_claim(&scope, STR("extra")));
}

static void emit_record(py *p, const schema_type *t, const char *name)
{
    emit_out *o = p->o;
    const char **fields = scaf__field_names(o, t, CASE_SNAKE, reserved_fields);
    if (!fields)
        return;
    scaf__line(o, "@dataclass(kw_only=True)");
    scaf__open(o, "class %s:", name);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f), *type = type_expr(p, f->ref);
        bool both = f->optional && (f->ref.nullable || f->ref.type->kind == KIND_ANY);
        if (*seen)
            scaf__line(o, "# %s", seen);
        scaf__line(o, "%s: %s%s", fields[i], type,
                   both          ? " | Absent = ABSENT"
                   : f->optional ? " | None = None"
                                 : "");
    }
    const char *extra = extra_name(o, fields, t);
    str_view keys = keys_tuple(o, t);
    if (extra) {
        scaf__line(o, "# keys that were not in the sample");
        scaf__line(o, "%s: dict[str, Any] = field(default_factory=dict)", extra);
    }
    scaf__blank(o);
    scaf__line(o, "@classmethod");
    scaf__open(o, "def from_json(cls, value: Any, path: str = \"$\") -> %s:", name);
    scaf__line(o, "_object(value, path)");
    if (o->unknown == ASSIST_UNKNOWN_REJECT) {
        scaf__open(o, "for key in value:");
        scaf__open(o, "if key not in %.*s:", STR_ARG(keys));
        scaf__line(o, "raise TypeError(f\"{path}: unknown key {key!r}\")");
        o->depth -= 2;
    }
    scaf__open(o, "return cls(");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        bool both = f->optional && (f->ref.nullable || f->ref.type->kind == KIND_ANY);
        scaf__line(o, "%s=%s(value, %s, path, %s%s),", fields[i],
                   f->optional ? "_optional" : "_required", scaf__quote(o, f->key, QUOTE_LONG),
                   reader(p, f->ref),
                   both          ? ", ABSENT"
                   : f->optional ? ", None"
                                 : "");
    }
    if (extra)
        scaf__line(o, "%s={k: v for k, v in value.items() if k not in %.*s},", extra,
                   STR_ARG(keys));
    scaf__close(o, ")");
    o->depth--;
    scaf__blank(o);
    scaf__open(o, "def to_json(self) -> dict[str, Any]:");
    scaf__line(o, "out: dict[str, Any] = {}");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        bool both = f->optional && (f->ref.nullable || f->ref.type->kind == KIND_ANY);
        if (f->optional)
            scaf__open(o, "if self.%s is not %s:", fields[i], both ? "ABSENT" : "None");
        scaf__line(o, is_plain(f->ref.type) ? "out[%s] = self.%s" : "out[%s] = _plain(self.%s)",
                   scaf__quote(o, f->key, QUOTE_LONG), fields[i]);
        if (f->optional)
            o->depth--;
    }
    if (extra)
        scaf__line(o, "out.update(self.%s)", extra);
    scaf__line(o, "return out");
    o->depth -= 2;
    scaf__blank(o);
    scaf__blank(o);
}

static void emit_alias(py *p, const schema_type *t, const char *name)
{
    emit_out *o = p->o;
    if (t->kind == KIND_ENUM) {
        scaf__open(o, "%s: TypeAlias = Union[", name);
        scaf__open(o, "Literal[");
        for (uint32_t i = 0; i < t->n_values; i++)
            scaf__line(o, "%s,", scaf__quote(o, t->values[i], QUOTE_LONG));
        scaf__close(o, "],");
        scaf__line(o, "str,");
        scaf__close(o, "]");
        return;
    }
    scaf__open(o, "%s: TypeAlias = Union[", name);
    for (uint32_t i = 0; i < t->n_items; i++)
        scaf__line(o, "\"%s\",", type_expr(p, t->items[i]));
    if (t->tag_key.len)
        scaf__line(o, "\"dict[str, Any]\",  # a tag that was not in the sample");
    scaf__close(o, "]");
}

static void emit_union_reader(py *p, const schema_type *t, const char *name)
{
    emit_out *o = p->o;
    scaf__open(o,
               "def _read_%s(value: Any, path: str) -> Any:", scaf__name(o, t->words, CASE_SNAKE));
    if (t->tag_key.len) {
        const char *key = scaf__quote(o, t->tag_key, QUOTE_LONG);
        scaf__line(o, "tag = _required(_object(value, path), %s, path, _string)", key);
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            for (uint32_t k = 0; k < arm->n_values; k++) {
                scaf__open(o, "if tag == %s:", scaf__quote(o, arm->values[k], QUOTE_LONG));
                scaf__line(o, "return %s(value, path)", reader(p, t->items[i]));
                o->depth--;
            }
        }
        scaf__line(o, "return value");
    } else {
        buf b;
        buf_init(&b, 1 << 20);
        for (uint32_t i = 0; i < t->n_items; i++)
            buf_append_format(&b, ", %s", reader(p, t->items[i]));
        scaf__line(o, "return _any_of(\"%s\"%.*s)(value, path)", name, STR_ARG(buf_view(&b)));
        buf_release(&b);
    }
    o->depth--;
    scaf__blank(o);
    scaf__blank(o);
}

static void emit_typed_dict(py *p, const schema_type *t, const char *name)
{
    emit_out *o = p->o;
    /* The call form takes any key; annotations are text, as types may be mentioned before they are
     * made. */
    scaf__open(o, "%s = TypedDict(", name);
    scaf__line(o, "\"%s\",", name);
    scaf__open(o, "{");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        const char *seen = scaf__evidence(o, f);
        if (*seen)
            scaf__line(o, "# %s", seen);
        scaf__line(o, f->optional ? "%s: NotRequired[\"%s\"]," : "%s: \"%s\",",
                   scaf__quote(o, f->key, QUOTE_LONG), type_expr(p, f->ref));
    }
    scaf__close(o, "},");
    scaf__close(o, ")");
}

/* parse_x and serialize_x of one type. */
static void emit_pair(py *p, const char *name, schema_ref ref)
{
    emit_out *o = p->o;
    const char *type = type_expr(p, ref);
    scaf__line(o, "def parse_%s(text: str) -> %s:", name, type);
    scaf__line(o, "    \"\"\"Reads and checks; raises ValueError for text that is not JSON and "
                  "TypeError, with");
    scaf__line(o, "    the path, for JSON that does not fit.\"\"\"");
    scaf__line(o, "    return %s(%s(text), \"$\")", reader(p, ref),
               p->exact ? "_read_json" : "json.loads");
    scaf__blank(o);
    scaf__blank(o);
    scaf__line(o, "def serialize_%s(value: %s) -> str:", name, type);
    scaf__line(o, p->exact ? "    return _write_json(_plain(value))"
                           : "    return json.dumps(_plain(value), ensure_ascii=False)");
    scaf__blank(o);
    scaf__blank(o);
}

/* --- only what is used --- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool mentions(str_view text, str_view name)
{
    for (size_t at; (at = str_find(text, name)) < text.len;
         text = str_slice(text, at + name.len, text.len)) {
        bool begins = !at || !is_word(text.ptr[at - 1]);
        if (begins && (at + name.len == text.len || !is_word(text.ptr[at + name.len])))
            return true;
    }
    return false;
}

enum { MAX_HELPERS = 20 };
typedef struct {
    str_view name, text;
    bool used;
} helper;

/* The functions of `helpers`, those marked that the code needs, or that one of these needs. */
static size_t find_helpers(helper *out, str_view code)
{
    size_t n = 0;
    for (str_view rest = str_of(helpers); rest.len && n < MAX_HELPERS; n++) {
        size_t end = str_find(rest, STR("\n\n\n"));
        str_view text = str_slice(rest, 0, end), name = str_slice(text, 4, text.len);
        name = str_slice(name, 0, str_find_byte(name, '('));
        out[n] = (helper){name, text, mentions(code, name)};
        rest = str_slice(rest, end + 3, rest.len);
    }
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k < n && !out[i].used; k++) {
                out[i].used = k != i && out[k].used && mentions(out[k].text, out[i].name);
                again = again || out[i].used;
            }
        }
    }
    return n;
}

static void emit_head(emit_out *o, const char *root, str_view code)
{
    static const char *const typing[] = {"Any",      "Callable",  "Literal",
                                         "NoReturn", "TypeAlias", "Union"};
    bool absent = mentions(code, STR("ABSENT")), more = false;
    bool reads = mentions(code, STR("_Read"));
    scaf__line(o, "# From %s. Parse and serialise with parse_%s and serialize_%s.",
               scaf__comment(o, o->sample_name), root, root);
    scaf__block(o, "from __future__ import annotations\n\nimport json");
    if (mentions(code, STR("dataclass")))
        scaf__line(o, "from dataclasses import dataclass%s",
                   o->unknown == ASSIST_UNKNOWN_KEEP ? ", field" : "");
    if (absent)
        scaf__line(o, "from enum import Enum");
    for (size_t i = 0; i < sizeof typing / sizeof *typing; i++) {
        if (mentions(code, str_of(typing[i])) || (reads && strcmp(typing[i], "Callable") == 0)) {
            buf_append_format(o->b, "%s%s", more ? ", " : "from typing import ", typing[i]);
            more = true;
        }
    }
    buf_append(o->b, more ? STR("\n\n") : STR("\n"));
    if (absent)
        scaf__block(o, "\n"
                       "class Absent(Enum):\n"
                       "    \"\"\"The key is not there; None says that it is null.\"\"\"\n"
                       "\n"
                       "    ABSENT = \"absent\"\n"
                       "\n"
                       "\n"
                       "ABSENT = Absent.ABSENT");
    if (reads)
        scaf__line(o, "_Read = Callable[[Any, str], Any]");
    if (absent || reads)
        scaf__blank(o);
    scaf__blank(o);
}

void scaf__emit_python(emit_out *o)
{
    py p = {.exact = (o->s->num_flags & (NUM_LEXEME | NUM_DECIMAL)) != 0};
    emit_body body;
    bool aliases = false;
    if (!init(&p, o))
        return;
    str_view words = scaf__words(o->a, o->root_name);
    const char *root = scaf__name(o, words, CASE_SNAKE);
    scaf__body_begin(o, &body);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind == KIND_RECORD)
            emit_record(&p, o->s->named[i], p.names.names[i]);
    }
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind == KIND_RECORD)
            continue;
        emit_alias(&p, o->s->named[i], p.names.names[i]);
        aliases = true;
    }
    if (aliases)
        scaf__block(o, "\n\n");
    emit_pair(&p, root, o->s->root);
    /* Clients and servers send rows one by one. */
    rows_info rows = scaf__rows(o);
    if (rows.type.type != o->s->root.type) {
        str_view row = arena_format(o->a, "%s_row", root);
        emit_pair(&p, row.ptr ? row.ptr : "", rows.type);
    }
    if (p.exact)
        scaf__block(o, exact_code);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind == KIND_UNION)
            emit_union_reader(&p, o->s->named[i], p.names.names[i]);
    }
    helper found[MAX_HELPERS];
    size_t n = find_helpers(found, buf_view(&body.body));
    bool first = true;
    for (size_t i = 0; i < n; i++) {
        if (!found[i].used)
            continue;
        scaf__block(o, first ? "" : "\n\n");
        buf_append(o->b, str_trim_right(found[i].text));
        buf_append_byte(o->b, '\n');
        first = false;
    }
    scaf__body_end(o, &body);
    emit_head(o, root, buf_view(&body.body));
    scaf__body_put(o, &body);
}

const char *scaf__python_type(emit_out *o, schema_ref ref, const char *prefix)
{
    py p = {.exact = false};
    str_view name = arena_format(o->a, "%s%%", prefix);
    if (!init(&p, o) || !name.ptr)
        return "Any";
    p.type.record = p.type.choice = p.type.either = name.ptr;
    return type_expr(&p, ref);
}

const char **scaf__python_fields(emit_out *o, const schema_type *record)
{
    return scaf__field_names(o, record, CASE_SNAKE, reserved_fields);
}

void scaf__emit_typed_dict(emit_out *o)
{
    py p = {0};
    if (!init(&p, o))
        return;
    /* json reads arrays as lists: a TypedDict cannot promise a tuple. */
    p.type.tuple_open = "list[Any]";
    p.type.between = NULL;
    scaf__line(o, "# From %s: types for the values that json.loads returns.",
               scaf__comment(o, o->sample_name));
    scaf__line(o, "from typing import Any, Literal, NotRequired, TypeAlias, TypedDict, Union");
    scaf__blank(o);
    scaf__blank(o);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind == KIND_RECORD)
            emit_typed_dict(&p, o->s->named[i], p.names.names[i]);
        else
            emit_alias(&p, o->s->named[i], p.names.names[i]);
    }
}

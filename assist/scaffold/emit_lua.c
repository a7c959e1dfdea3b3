/* Lua 5.3 and later, no library: a reader and writer of JSON come with the file, and types stand in
 * annotations that the Lua language server reads. Values keep the JSON keys; null is a value of its
 * own, as nil is absent. Numbers that Lua would respell keep their text. */
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

typedef struct {
    emit_out *o;
    type_names names;
    expr_style type, check;
} lua;

static const expr_style types = {
    .any = "any",
    .boolean = "boolean",
    .string = "string",
    .numbers = {"integer", "integer|ExactNumber", "integer|ExactNumber", "number|ExactNumber",
                "number|ExactNumber", "number|ExactNumber", "number|ExactNumber"},
    .record = "%",
    .choice = "string",
    .either = "%",
    .list = "(%)[]",
    .map = "table<string, %>",
    .tuple_open = "any[]",
    .nullable = "%|JsonNull",
};

/* Expressions that are functions of (value, path). */
static const expr_style checks = {
    .any = "is.anything",
    .boolean = "is.boolean",
    .string = "is.string",
    .record = "is.named(\"%\")",
    .choice = "is.string",
    .either = "is.named(\"%\")",
    .list = "is.list(%)",
    .map = "is.map(%)",
    .tuple_open = "is.tuple(",
    .between = ", ",
    .tuple_close = ")",
    .nullable = "is.null_or(%)",
};

static const char *leaf(void *ctx, const schema_type *t)
{
    (void)ctx;
    return t->kind == KIND_INT ? "is.integer" : t->kind == KIND_NUMBER ? "is.number" : NULL;
}

static const char *type_expr(lua *l, schema_ref ref)
{
    return scaf__expr(l->o, &l->type, ref);
}

static const char *check(lua *l, schema_ref ref)
{
    return scaf__expr(l->o, &l->check, ref);
}

static const char json_code[] =
    "local M = {}\n"
    "\n"
    "---@class JsonNull\n"
    "M.null = setmetatable({}, { __tostring = function() return \"null\" end })\n"
    "\n"
    "---A number that Lua would respell, kept as it is spelled.\n"
    "---@class ExactNumber\n"
    "---@field text string\n"
    "local Exact = {}\n"
    "Exact.__index = Exact\n"
    "Exact.__tostring = function(self) return self.text end\n"
    "\n"
    "-- Marks arrays, as an empty table does not say which it is.\n"
    "local Array = {}\n"
    "\n"
    "---@param items any[]\n"
    "function M.array(items)\n"
    "  return setmetatable(items, Array)\n"
    "end\n"
    "\n"
    "local function exact_number(text)\n"
    "  local value = math.tointeger(text:find(\"^%-?%d+$\") and tonumber(text) or nil)\n"
    "  if value and tostring(value) == text then\n"
    "    return value\n"
    "  end\n"
    "  local float = tonumber(text)\n"
    "  if string.format(\"%.14g\", float) == text and not value then\n"
    "    return float\n"
    "  end\n"
    "  return setmetatable({ text = text }, Exact)\n"
    "end\n"
    "\n"
    "local escapes = { b = \"\\b\", f = \"\\f\", n = \"\\n\", r = \"\\r\", t = \"\\t\" }\n"
    "\n"
    "local function read_json(text)\n"
    "  local at = 1\n"
    "  local function misread(what)\n"
    "    error(string.format(\"not JSON at byte %d: expected %s\", at, what), 0)\n"
    "  end\n"
    "  local function skip()\n"
    "    at = text:find(\"[^ \\t\\r\\n]\", at) or #text + 1\n"
    "  end\n"
    "  local function read_string()\n"
    "    local parts = {}\n"
    "    at = at + 1\n"
    "    while true do\n"
    "      local stop = text:find('[\"\\\\]', at) or misread(\"the end of the string\")\n"
    "      parts[#parts + 1] = text:sub(at, stop - 1)\n"
    "      if text:sub(stop, stop) == '\"' then\n"
    "        at = stop + 1\n"
    "        return table.concat(parts)\n"
    "      end\n"
    "      local c = text:sub(stop + 1, stop + 1)\n"
    "      at = stop + 2\n"
    "      if c == \"u\" then\n"
    "        local code = tonumber(text:match(\"^%x%x%x%x\", at) or misread(\"four hex digits\"), "
    "16)\n"
    "        at = at + 4\n"
    "        local low = text:match(\"^\\\\u([dD][c-fC-F]%x%x)\", at)\n"
    "        if code >= 0xD800 and code < 0xDC00 and low then\n"
    "          code = 0x10000 + ((code - 0xD800) << 10) + (tonumber(low, 16) - 0xDC00)\n"
    "          at = at + 6\n"
    "        end\n"
    "        parts[#parts + 1] = utf8.char((code >= 0xD800 and code < 0xE000) and 0xFFFD or code)\n"
    "      else\n"
    "        parts[#parts + 1] = escapes[c] or c\n"
    "      end\n"
    "    end\n"
    "  end\n"
    "  local read\n"
    "  local function read_members(close, each)\n"
    "    at = at + 1\n"
    "    skip()\n"
    "    while text:sub(at, at) ~= close do\n"
    "      each()\n"
    "      skip()\n"
    "      local c = text:sub(at, at)\n"
    "      if c == \",\" then\n"
    "        at = at + 1\n"
    "        skip()\n"
    "      elseif c ~= close then\n"
    "        misread(\"a comma or \" .. close)\n"
    "      end\n"
    "    end\n"
    "    at = at + 1\n"
    "  end\n"
    "  function read()\n"
    "    skip()\n"
    "    local c = text:sub(at, at)\n"
    "    if c == \"{\" then\n"
    "      local out = {}\n"
    "      read_members(\"}\", function()\n"
    "        if text:sub(at, at) ~= '\"' then\n"
    "          misread(\"a key\")\n"
    "        end\n"
    "        local key = read_string()\n"
    "        skip()\n"
    "        if text:sub(at, at) ~= \":\" then\n"
    "          misread(\"a colon\")\n"
    "        end\n"
    "        at = at + 1\n"
    "        out[key] = read()\n"
    "      end)\n"
    "      return out\n"
    "    elseif c == \"[\" then\n"
    "      local out = {}\n"
    "      read_members(\"]\", function() out[#out + 1] = read() end)\n"
    "      return M.array(out)\n"
    "    elseif c == '\"' then\n"
    "      return read_string()\n"
    "    end\n"
    "    local number = text:match(\"^%-?%d+%.?%d*[eE]?[+-]?%d*\", at)\n"
    "    if number then\n"
    "      at = at + #number\n"
    "      return exact_number(number)\n"
    "    end\n"
    "    local word = text:match(\"^%a+\", at)\n"
    "    at = at + #(word or \"\")\n"
    "    if word == \"true\" then return true end\n"
    "    if word == \"false\" then return false end\n"
    "    if word == \"null\" then return M.null end\n"
    "    return misread(\"a value\")\n"
    "  end\n"
    "  local out = read()\n"
    "  skip()\n"
    "  if at <= #text then\n"
    "    misread(\"the end of the text\")\n"
    "  end\n"
    "  return out\n"
    "end\n"
    "\n";

static const char write_code[] =
    "local function write_string(s)\n"
    "  return '\"' .. s:gsub('[%c\"\\\\]', function(c)\n"
    "    return string.format(\"\\\\u%04x\", c:byte())\n"
    "  end) .. '\"'\n"
    "end\n"
    "\n"
    "local function write_json(value)\n"
    "  local mark = getmetatable(value)\n"
    "  if type(value) == \"string\" then\n"
    "    return write_string(value)\n"
    "  elseif type(value) ~= \"table\" or value == M.null or mark == Exact then\n"
    "    return math.type(value) == \"float\" and string.format(\"%.14g\", value) or "
    "tostring(value)\n"
    "  end\n"
    "  local parts = {}\n"
    "  if mark == Array then\n"
    "    for i, item in ipairs(value) do\n"
    "      parts[i] = write_json(item)\n"
    "    end\n"
    "    return \"[\" .. table.concat(parts, \",\") .. \"]\"\n"
    "  end\n"
    "  for key, item in pairs(value) do\n"
    "    parts[#parts + 1] = write_string(key) .. \":\" .. write_json(item)\n"
    "  end\n"
    "  return \"{\" .. table.concat(parts, \",\") .. \"}\"\n"
    "end\n"
    "\n";

static const char check_code[] =
    "-- Checks: functions of a value and its path, by kind and by the name of a type.\n"
    "local is, types = {}, {}\n"
    "\n"
    "local function misfit(path, expected, value)\n"
    "  error(string.format(\"%s: expected %s, got %s\", path, expected, value == M.null and "
    "\"null\" or type(value)), 0)\n"
    "end\n"
    "\n"
    "local function of_kind(name, test)\n"
    "  return function(value, path)\n"
    "    if not test(value) then\n"
    "      misfit(path, name, value)\n"
    "    end\n"
    "  end\n"
    "end\n"
    "\n"
    "local function is_exact(v) return getmetatable(v) == Exact end\n"
    "local function is_array(v) return type(v) == \"table\" and getmetatable(v) == Array end\n"
    "local function is_object(v) return type(v) == \"table\" and getmetatable(v) == nil end\n"
    "\n"
    "function is.anything() end\n"
    "is.boolean = of_kind(\"boolean\", function(v) return type(v) == \"boolean\" end)\n"
    "is.string = of_kind(\"string\", function(v) return type(v) == \"string\" end)\n"
    "is.integer = of_kind(\"integer\", function(v) return math.type(v) == \"integer\" or "
    "is_exact(v) end)\n"
    "is.number = of_kind(\"number\", function(v) return type(v) == \"number\" or is_exact(v) end)\n"
    "is.object = of_kind(\"object\", is_object)\n"
    "is.array = of_kind(\"array\", is_array)\n"
    "\n"
    "function is.named(name)\n"
    "  return function(value, path) types[name](value, path) end\n"
    "end\n"
    "\n"
    "function is.null_or(check)\n"
    "  return function(value, path)\n"
    "    if value ~= M.null then\n"
    "      check(value, path)\n"
    "    end\n"
    "  end\n"
    "end\n"
    "\n"
    "function is.list(check)\n"
    "  return function(value, path)\n"
    "    is.array(value, path)\n"
    "    for i, item in ipairs(value) do\n"
    "      check(item, path .. \"[\" .. i - 1 .. \"]\")\n"
    "    end\n"
    "  end\n"
    "end\n"
    "\n"
    "function is.tuple(...)\n"
    "  local checks = { ... }\n"
    "  return function(value, path)\n"
    "    is.array(value, path)\n"
    "    for i, check in ipairs(checks) do\n"
    "      check(value[i], path .. \"[\" .. i - 1 .. \"]\")\n"
    "    end\n"
    "  end\n"
    "end\n"
    "\n"
    "function is.map(check)\n"
    "  return function(value, path)\n"
    "    is.object(value, path)\n"
    "    for key, item in pairs(value) do\n"
    "      check(item, path .. \".\" .. key)\n"
    "    end\n"
    "  end\n"
    "end\n"
    "\n"
    "-- fields: a list of key, optional, check.\n"
    "function is.record(fields)\n"
    "  return function(value, path)\n"
    "    is.object(value, path)\n"
    "    for _, f in ipairs(fields) do\n"
    "      if value[f[1]] ~= nil then\n"
    "        f[3](value[f[1]], path .. \".\" .. f[1])\n"
    "      elseif not f[2] then\n"
    "        error(path .. \": the key \" .. f[1] .. \" is missing\", 0)\n"
    "      end\n"
    "    end\n"
    "@more@\n"
    "  end\n"
    "end\n"
    "\n"
    "function is.any_of(expected, ...)\n"
    "  local checks = { ... }\n"
    "  return function(value, path)\n"
    "    for _, check in ipairs(checks) do\n"
    "      if pcall(check, value, path) then\n"
    "        return\n"
    "      end\n"
    "    end\n"
    "    misfit(path, expected, value)\n"
    "  end\n"
    "end\n"
    "\n"
    "-- arms: checks by tag; a tag that was not in the sample passes.\n"
    "function is.tagged(key, arms)\n"
    "  return function(value, path)\n"
    "    is.object(value, path)\n"
    "    is.string(value[key], path .. \".\" .. key)\n"
    "    local check = arms[value[key]]\n"
    "    if check then\n"
    "      check(value, path)\n"
    "    end\n"
    "  end\n"
    "end\n"
    "\n";

static void emit_type(lua *l, const schema_type *t, const char *name)
{
    emit_out *o = l->o;
    const char *label = scaf__quote(o, str_of(name), QUOTE_LUA);
    if (t->kind == KIND_RECORD) {
        scaf__line(o, "---@class %s", name);
        for (uint32_t i = 0; i < t->n_fields; i++) {
            const schema_field *f = &t->fields[i];
            scaf__line(o, "---@field [%s] %s%s # %s", scaf__quote(o, f->key, QUOTE_LUA),
                       type_expr(l, f->ref), f->optional ? "|nil" : "", scaf__evidence(o, f));
        }
        scaf__open(o, "types[%s] = is.record({", label);
        for (uint32_t i = 0; i < t->n_fields; i++)
            scaf__line(o, "{ %s, %s, %s },", scaf__quote(o, t->fields[i].key, QUOTE_LUA),
                       t->fields[i].optional ? "true" : "false", check(l, t->fields[i].ref));
        scaf__close(o, "})");
    } else if (t->tag_key.len) {
        scaf__line(o, "---@alias %s table", name);
        scaf__open(o, "types[%s] = is.tagged(%s, {", label, scaf__quote(o, t->tag_key, QUOTE_LUA));
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            for (uint32_t k = 0; k < arm->n_values; k++)
                scaf__line(o, "[%s] = %s,", scaf__quote(o, arm->values[k], QUOTE_LUA),
                           check(l, t->items[i]));
        }
        scaf__close(o, "})");
    } else {
        scaf__line(o, "---@alias %s any", name);
        scaf__open(o, "types[%s] = is.any_of(", label);
        for (uint32_t i = 0; i < t->n_items; i++)
            scaf__line(o, "%s%s%s%s", i ? "" : label, i ? "" : ", ", check(l, t->items[i]),
                       i + 1 < t->n_items ? "," : "");
        scaf__close(o, ")");
    }
    scaf__blank(o);
}

static const char known_code[] = "    for key in pairs(value) do\n"
                                 "      local known = false\n"
                                 "      for _, f in ipairs(fields) do\n"
                                 "        known = known or f[1] == key\n"
                                 "      end\n"
                                 "      if not known then\n"
                                 "        error(path .. \": unknown key \" .. key, 0)\n"
                                 "      end\n"
                                 "    end\n";

void scaf__emit_lua(emit_out *o)
{
    lua l = {.o = o,
             .names = scaf__type_names(o, CASE_PASCAL, "exactnumber jsonnull any table string")};
    if (!l.names.names)
        return;
    l.type = types;
    l.check = checks;
    l.type.names = l.check.names = &l.names;
    l.check.leaf = leaf;
    const char *root = scaf__name(o, scaf__words(o->a, o->root_name), CASE_SNAKE);
    scaf__line(o, "-- From %s. Parse and serialise with parse_%s and serialize_%s.",
               scaf__comment(o, o->sample_name), root, root);
    scaf__block(o, json_code);
    scaf__block(o, write_code);
    scaf__block_with(o, check_code, o->unknown == ASSIST_UNKNOWN_REJECT ? known_code : NULL);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind != KIND_ENUM)
            emit_type(&l, o->s->named[i], l.names.names[i]);
    }
    scaf__line(o, "---Reads and checks; raises an error that names the place.");
    scaf__line(o, "---@param text string");
    scaf__line(o, "---@return %s", type_expr(&l, o->s->root));
    scaf__open(o, "function M.parse_%s(text)", root);
    scaf__line(o, "local value = read_json(text)");
    scaf__line(o, "local check = %s", check(&l, o->s->root));
    scaf__line(o, "check(value, \"$\")");
    scaf__line(o, "return value");
    scaf__close(o, "end");
    scaf__blank(o);
    scaf__line(o, "---@return string");
    scaf__open(o, "function M.serialize_%s(value)", root);
    scaf__line(o, "return write_json(value)");
    scaf__close(o, "end");
    scaf__blank(o);
    scaf__line(o, "return M");
}

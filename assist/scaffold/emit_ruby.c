/* Ruby 3.0 and later, standard library only: classes with from_json and to_json. Where a sample has
 * numbers that Ruby would respell, they are read into objects that remember their text. */
#include "assist/scaffold/targets.h"
#include "assist/scaffold/walk.h"

static const char reserved_types[] =
    "absent exactnumber json string integer float array hash object kernel module class struct "
    "nilclass "
    "trueclass falseclass typeerror argumenterror stringscanner readers basicobject comparable "
    "enumerable "
    "exception standarderror io file dir math time symbol proc method range regexp set data";
static const char reserved_fields[] = "alias and begin break case class def defined do else elsif "
                                      "end ensure false for if in module next nil "
                                      "not or redo rescue retry return self super then true undef "
                                      "unless until when while yield hash method "
                                      "methods send display freeze frozen dup clone tap itself "
                                      "object_id instance_of test format puts print p "
                                      "raise require load open loop lambda proc binding caller "
                                      "exit fork sleep system trap warn rand gets "
                                      "initialize to_json from_json to_s inspect extend out value "
                                      "path singleton_methods instance_variables "
                                      "public_send instance_variable_get instance_variable_set "
                                      "respond_to kind_of is_a enum_for to_enum "
                                      "initialize_copy initialize_dup initialize_clone "
                                      "respond_to_missing method_missing catch throw select "
                                      "spawn exec abort at_exit autoload eval fail printf putc "
                                      "readline readlines sprintf srand syscall "
                                      "global_variables local_variables block_given iterator pp";

typedef struct {
    emit_out *o;
    type_names names;
    expr_style read;
    bool exact;
} rb;

/* Expressions that are lambdas of (value, path). */
static const expr_style readers = {
    .any = "Readers::ANYTHING",
    .boolean = "Readers::BOOLEAN",
    .string = "Readers::STRING",
    .record = "%.method(:from_json)",
    .choice = "Readers::STRING",
    .list = "Readers.list(%)",
    .map = "Readers.map(%)",
    .tuple_open = "Readers.tuple(",
    .between = ", ",
    .tuple_close = ")",
    .nullable = "Readers.or_nil(%)",
};

static const char *leaf(void *ctx, const schema_type *t)
{
    rb *r = ctx;
    if (t->kind == KIND_INT)
        return "Readers::INTEGER";
    if (t->kind == KIND_NUMBER)
        return "Readers::NUMBER";
    return t->kind == KIND_UNION ? scaf__around(r->o, "->(v, p) { Readers.read_%(v, p) }",
                                                scaf__name(r->o, t->words, CASE_SNAKE))
                                 : NULL;
}

static const char *reader(rb *r, schema_ref ref)
{
    return scaf__expr(r->o, &r->read, ref);
}

static void emit_record(rb *r, const schema_type *t, const char *name)
{
    emit_out *o = r->o;
    const char **fields = scaf__field_names(o, t, CASE_SNAKE, reserved_fields);
    if (!fields)
        return;
    scaf__open(o, "class %s", name);
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const char *seen = scaf__evidence(o, &t->fields[i]);
        if (*seen)
            scaf__line(o, "# %s", seen);
        scaf__line(o, "attr_accessor :%s", fields[i]);
    }
    scaf__blank(o);
    scaf__open(o, "def initialize(");
    for (uint32_t i = 0; i < t->n_fields; i++)
        scaf__line(o, "%s:%s%s", fields[i], t->fields[i].optional ? " ABSENT" : "",
                   i + 1 < t->n_fields ? "," : "");
    scaf__close(o, ")");
    o->depth++;
    for (uint32_t i = 0; i < t->n_fields; i++)
        scaf__line(o, "@%s = %s", fields[i], fields[i]);
    scaf__close(o, "end");
    scaf__blank(o);
    scaf__open(o, "def self.from_json(value, path = \"$\")");
    scaf__line(o, "Readers.object(value, path)");
    if (o->unknown == ASSIST_UNKNOWN_REJECT)
        scaf__line(o, "Readers.known(value, path, [%s])", scaf__keys(o, t, QUOTE_RUBY));
    scaf__open(o, "new(");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        scaf__line(o, "%s: Readers.%s(value, %s, path, %s)%s", fields[i],
                   f->optional ? "optional" : "required", scaf__quote(o, f->key, QUOTE_RUBY),
                   reader(r, f->ref), i + 1 < t->n_fields ? "," : "");
    }
    scaf__close(o, ")");
    scaf__close(o, "end");
    scaf__blank(o);
    scaf__open(o, "def to_json(*state)");
    scaf__line(o, "out = {}");
    for (uint32_t i = 0; i < t->n_fields; i++) {
        const schema_field *f = &t->fields[i];
        scaf__line(o, "out[%s] = @%s%s%s%s", scaf__quote(o, f->key, QUOTE_RUBY), fields[i],
                   f->optional ? " unless ABSENT.equal?(@" : "", f->optional ? fields[i] : "",
                   f->optional ? ")" : "");
    }
    scaf__line(o, "out.to_json(*state)");
    scaf__close(o, "end");
    scaf__close(o, "end");
    scaf__blank(o);
}

static void emit_union(rb *r, const schema_type *t, const char *name)
{
    emit_out *o = r->o;
    scaf__blank(o);
    scaf__open(o, "def self.read_%s(value, path)", scaf__name(o, t->words, CASE_SNAKE));
    if (t->tag_key.len) {
        scaf__line(o, "tag = required(object(value, path), %s, path, STRING)",
                   scaf__quote(o, t->tag_key, QUOTE_RUBY));
        scaf__line(o, "case tag");
        for (uint32_t i = 0; i < t->n_items; i++) {
            const schema_type *arm = t->items[i].type;
            for (uint32_t k = 0; k < arm->n_values; k++)
                scaf__line(o, "when %s then %s.from_json(value, path)",
                           scaf__quote(o, arm->values[k], QUOTE_RUBY),
                           scaf__type_name(&r->names, arm));
        }
        scaf__line(o, "else value # a tag that was not in the sample");
        scaf__line(o, "end");
    } else {
        buf b;
        buf_init(&b, 1 << 20);
        for (uint32_t i = 0; i < t->n_items; i++)
            buf_append_format(&b, ", %s", reader(r, t->items[i]));
        scaf__line(o, "any_of(value, path, \"%s\"%.*s)", name, STR_ARG(buf_view(&b)));
        buf_release(&b);
    }
    scaf__close(o, "end");
}

static const char exact_code[] =
    "# A number that Ruby would respell; `text` keeps it.\n"
    "class ExactNumber\n"
    "  attr_reader :text\n"
    "\n"
    "  def initialize(text)\n"
    "    @text = text\n"
    "  end\n"
    "\n"
    "  def to_f\n"
    "    @text.to_f\n"
    "  end\n"
    "\n"
    "  def to_json(*)\n"
    "    @text\n"
    "  end\n"
    "end\n"
    "\n"
    "# JSON.parse rounds numbers, so the text is read here.\n"
    "class ExactReader\n"
    "  def initialize(text)\n"
    "    @text = ::StringScanner.new(text)\n"
    "  end\n"
    "\n"
    "  def read\n"
    "    out = value\n"
    "    @text.skip(/\\s+/)\n"
    "    @text.eos? ? out : fail_here\n"
    "  end\n"
    "\n"
    "  private\n"
    "\n"
    "  def fail_here\n"
    "    raise ::JSON::ParserError, \"not JSON at byte #{@text.pos}\"\n"
    "  end\n"
    "\n"
    "  def value\n"
    "    @text.skip(/\\s+/)\n"
    "    if @text.skip(/\\{/) then members\n"
    "    elsif @text.skip(/\\[/) then items\n"
    "    elsif @text.scan(/\"(?:[^\"\\\\]|\\\\.)*\"/) then "
    "::JSON.parse(\"[#{@text.matched}]\")[0]\n"
    "    elsif @text.scan(/-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?/) then number(@text.matched)\n"
    "    elsif @text.skip(/true/) then true\n"
    "    elsif @text.skip(/false/) then false\n"
    "    elsif @text.skip(/null/) then nil\n"
    "    else fail_here\n"
    "    end\n"
    "  end\n"
    "\n"
    "  def number(text)\n"
    "    return text.to_i if text.to_i.to_s == text\n"
    "\n"
    "    text.to_f.to_s == text ? text.to_f : ExactNumber.new(text)\n"
    "  end\n"
    "\n"
    "  def members\n"
    "    out = {}\n"
    "    until @text.skip(/\\s*\\}/)\n"
    "      key = value\n"
    "      @text.skip(/\\s*:/) || fail_here\n"
    "      out[key] = value\n"
    "      @text.skip(/\\s*,/) || @text.check(/\\s*\\}/) || fail_here\n"
    "    end\n"
    "    out\n"
    "  end\n"
    "\n"
    "  def items\n"
    "    out = []\n"
    "    until @text.skip(/\\s*\\]/)\n"
    "      out << value\n"
    "      @text.skip(/\\s*,/) || @text.check(/\\s*\\]/) || fail_here\n"
    "    end\n"
    "    out\n"
    "  end\n"
    "end\n"
    "\n";

static const char readers_head[] =
    "# What from_json is made of: each reader checks a value and names the path when it does not "
    "fit.\n"
    "module Readers\n"
    "  module_function\n"
    "\n"
    "  def misfit(path, expected, value)\n"
    "    raise ::TypeError, \"#{path}: expected #{expected}, got #{value.class}\"\n"
    "  end\n"
    "\n"
    "  def object(value, path)\n"
    "    value.is_a?(::Hash) ? value : misfit(path, \"object\", value)\n"
    "  end\n"
    "@more@\n"
    "\n"
    "  def or_nil(read)\n"
    "    ->(value, path) { value.nil? ? nil : read.call(value, path) }\n"
    "  end\n"
    "\n"
    "  def list(read)\n"
    "    lambda do |value, path|\n"
    "      misfit(path, \"array\", value) unless value.is_a?(::Array)\n"
    "      value.each_with_index.map { |item, i| read.call(item, \"#{path}[#{i}]\") }\n"
    "    end\n"
    "  end\n"
    "\n"
    "  def tuple(*reads)\n"
    "    lambda do |value, path|\n"
    "      misfit(path, \"array of #{reads.size}\", value) unless value.is_a?(::Array) && "
    "value.size == reads.size\n"
    "      value.each_with_index.map { |item, i| reads[i].call(item, \"#{path}[#{i}]\") }\n"
    "    end\n"
    "  end\n"
    "\n"
    "  def map(read)\n"
    "    ->(value, path) { object(value, path).to_h { |k, v| [k, read.call(v, \"#{path}.#{k}\")] } "
    "}\n"
    "  end\n"
    "\n"
    "  def any_of(value, path, expected, *reads)\n"
    "    reads.each do |read|\n"
    "      return read.call(value, path)\n"
    "    rescue ::TypeError\n"
    "      next\n"
    "    end\n"
    "    misfit(path, expected, value)\n"
    "  end\n"
    "\n"
    "  def required(value, key, path, read)\n"
    "    raise ::TypeError, \"#{path}: the key #{key.inspect} is missing\" unless value.key?(key)\n"
    "\n"
    "    read.call(value[key], \"#{path}.#{key}\")\n"
    "  end\n"
    "\n"
    "  def optional(value, key, path, read)\n"
    "    value.key?(key) ? read.call(value[key], \"#{path}.#{key}\") : ABSENT\n"
    "  end\n"
    "\n"
    "  ANYTHING = ->(value, _path) { value }\n"
    "  BOOLEAN = ->(value, path) { [true, false].include?(value) ? value : misfit(path, "
    "\"boolean\", value) }\n"
    "  STRING = ->(value, path) { value.is_a?(::String) ? value : misfit(path, \"string\", value) "
    "}\n";

static const char known_code[] =
    "\n"
    "  def known(value, path, keys)\n"
    "    key = (value.keys - keys).first\n"
    "    raise ::TypeError, \"#{path}: unknown key #{key.inspect}\" if key\n"
    "  end\n";

void scaf__emit_ruby(emit_out *o)
{
    rb r = {.o = o, .exact = (o->s->num_flags & (NUM_LEXEME | NUM_DECIMAL)) != 0};
    str_view words = scaf__words(o->a, o->root_name);
    r.read = readers;
    r.read.names = &r.names;
    r.read.leaf = leaf;
    r.read.ctx = &r;
    const char *module = o->root_name.ptr, *exact = r.exact ? " || value.is_a?(ExactNumber)" : "";
    r.names = scaf__type_names(o, CASE_PASCAL, reserved_types);
    if (!r.names.names)
        return;
    scaf__line(o, "# frozen_string_literal: true");
    scaf__blank(o);
    scaf__line(o, "# From %s.", scaf__comment(o, o->sample_name));
    scaf__blank(o);
    scaf__line(o, "require \"json\"");
    if (r.exact)
        scaf__line(o, "require \"strscan\"");
    scaf__blank(o);
    scaf__open(o, "module %sJson", module);
    scaf__line(o, "# The key is not there; nil says that it is null.");
    scaf__line(o, "ABSENT = ::Object.new.freeze");
    scaf__blank(o);
    if (r.exact)
        scaf__block(o, exact_code);
    scaf__block_with(o, readers_head, o->unknown == ASSIST_UNKNOWN_REJECT ? known_code : NULL);
    o->depth++;
    scaf__line(o,
               "INTEGER = ->(value, path) { value.is_a?(::Integer)%s ? value : misfit(path, "
               "\"integer\", value) }",
               exact);
    scaf__line(o,
               "NUMBER = ->(value, path) { value.is_a?(::Numeric)%s ? value : misfit(path, "
               "\"number\", value) }",
               exact);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind == KIND_UNION)
            emit_union(&r, o->s->named[i], r.names.names[i]);
    }
    scaf__close(o, "end");
    scaf__blank(o);
    for (uint32_t i = 0; i < o->s->n_named; i++) {
        if (o->s->named[i]->kind == KIND_RECORD)
            emit_record(&r, o->s->named[i], r.names.names[i]);
    }
    scaf__line(o, "# Reads and checks; raises JSON::ParserError, or TypeError with the path.");
    scaf__line(o, "def self.parse_%s(text)", scaf__name(o, words, CASE_SNAKE));
    scaf__line(o, "  value = %s",
               r.exact ? "ExactReader.new(text).read" : "::JSON.parse(text, max_nesting: false)");
    str_view root = arena_format(o->a, "%s", reader(&r, o->s->root));
    scaf__line(o, "  %.*s.call(value, \"$\")", STR_ARG(root));
    scaf__line(o, "end");
    scaf__blank(o);
    scaf__line(o, "def self.serialize_%s(value)", scaf__name(o, words, CASE_SNAKE));
    scaf__line(o, "  ::JSON.generate(value, max_nesting: 0)");
    scaf__line(o, "end");
    scaf__close(o, "end");
}

/* Sentences about functions and their parameters: what names, types and bodies say of them, and
 * nothing more. */
#include <string.h>

#include "assist/generate/generate_internal.h"
#include "assist/generate/template.h"

/* Words that names of functions begin with when they say what is done. */
static const char verbs[] =
    "abort accept acquire activate add adjust advance allocate allow append apply assemble assert "
    "assign attach await begin bind block break broadcast build bump cache calculate call cancel "
    "capture change check choose claim clamp clean clear clone close collapse collect combine "
    "compare compile complete compress compute concat configure confirm connect consume convert "
    "copy count create cut debug decode decrease decrypt delete deploy derive describe destroy "
    "detach detect determine disable discard disconnect dispatch display dispose divide download "
    "draw drop dump emit enable encode encrypt enqueue ensure enter enumerate erase escape "
    "evaluate execute expand expect explain export extend extract fail fetch fill filter find "
    "finish fire fix flatten flip flush fold follow force fork format forward free freeze generate "
    "get give grow guess handle hash hide highlight ignore implement import include increase "
    "increment index infer inflate initialize inject insert inspect install interpolate intersect "
    "invalidate invert invoke iterate join keep kill launch limit link list listen load locate "
    "lock log look lower make map mark match measure merge migrate minimize mix modify mount move "
    "multiply negate normalize note notify obtain offset open optimize order pack pad paint parse "
    "paste pause peek perform pick pin place play poll pop populate post prepare prepend preserve "
    "press print process produce provide prune publish pull purge push put query queue quote raise "
    "randomize read rebuild receive record recover redirect reduce refresh refuse register reject "
    "release reload remove rename render reorder repeat replace reply report request require "
    "reset resize resolve restart restore resume retrieve retry return reverse revert rewind "
    "rewrite rotate round run sanitize save scale scan schedule scroll seal search seek select "
    "send serialize serve set setup shift show shrink shuffle shut simulate skip sleep slice sort "
    "split spawn start stop store stream strip submit subscribe substitute subtract sum suspend "
    "swap switch sync take tell terminate throw toggle tokenize trace track train transfer "
    "transform translate traverse trigger trim truncate try turn unbind uncompress undo unescape "
    "unfold union uninstall unlink unlock unmount unpack unregister unset unsubscribe unwrap "
    "update upgrade upload use validate verify visit wait walk warn wrap write yield zip";

/* What stands between a verb and its object already. */
static const char no_article[] =
    "a an the all any each every some no not only to from in into on onto of off out over by with "
    "without at as if is for and or up down back new next first last this that its it more most "
    "before after until between through one two zero half";

static str_view words_of(arena *a, str_view name)
{
    buf b;
    buf_init(&b, 4096);
    (void)gen_form(&b, name, STR("words"));
    return gen_take(a, &b);
}

static str_view first_word(str_view words, str_view *rest)
{
    size_t end = str_find_byte(words, ' ');
    *rest = str_trim(str_slice(words, end, words.len));
    return str_slice(words, 0, end);
}

static str_view capital(arena *a, str_view v)
{
    bool small = v.len && v.ptr[0] >= 'a' && v.ptr[0] <= 'z';
    return small ? arena_format(a, "%c%.*s", v.ptr[0] - 32, STR_ARG(str_slice(v, 1, v.len))) : v;
}

static bool is_vowel(char c)
{
    return c && strchr("aeiou", c);
}

/* "load" -> "loads" */
static str_view third_person(arena *a, str_view verb)
{
    bool hissing = str_ends(verb, STR("s")) || str_ends(verb, STR("sh")) ||
                   str_ends(verb, STR("ch")) || str_ends(verb, STR("x")) ||
                   str_eq(verb, STR("go")) || str_eq(verb, STR("do"));
    if (str_ends(verb, STR("y")) && verb.len > 2 && !is_vowel(verb.ptr[verb.len - 2]))
        return arena_format(a, "%.*sies", STR_ARG(str_slice(verb, 0, verb.len - 1)));
    return arena_format(a, "%.*s%s", STR_ARG(verb), hissing ? "es" : "s");
}

/* "user" -> "the user", "all users" as it is. */
static str_view with_article(arena *a, str_view words)
{
    str_view rest, first = first_word(words, &rest);
    bool bare = !words.len || gram_list_has(no_article, first);
    return bare ? words : arena_format(a, "the %.*s", STR_ARG(words));
}

/* Sets both forms of a sentence without its stop: "Load the user", "Loads the user". */
static void set_summary(arena *a, gen_value *f, str_view verb, str_view rest)
{
    const char *gap = rest.len ? " " : "";
    gen_set(a, f, "summary",
            capital(a, arena_format(a, "%.*s%s%.*s", STR_ARG(verb), gap, STR_ARG(rest))));
    str_view loads = third_person(a, verb);
    gen_set(a, f, "verb", arena_format(a, "%.*s%s%.*s", STR_ARG(loads), gap, STR_ARG(rest)));
    gen_set(a, f, "summary3", capital(a, gen_text(f, "verb")));
}

static bool is_question(str_view first)
{
    return gram_list_has("is has can should are was will does needs contains supports", first);
}

/* "is even", of the parameter or the object: "whether n is even". */
static str_view question(arena *a, const gen_value *f, str_view first, str_view rest)
{
    const gen_value *params = gen_get(f, STR("params"));
    const gen_value *p = params ? params->first : NULL;
    str_view subject = STR("it");
    if (p && !p->next && !gen_text(f, "method").len && gen_text(p, "name").len)
        subject = gen_text(p, "name");
    return arena_format(a, "whether %.*s %.*s%s%.*s", STR_ARG(subject), STR_ARG(first),
                        rest.len ? " " : "", STR_ARG(rest));
}

/* What a type is called in a sentence, when it is one name: "the order". */
static str_view of_type(arena *a, str_view type)
{
    static const char *const around[] = {"Promise<", "Task<",   "ValueTask<", "Optional<",
                                         "Option<",  "Result<", "Optional["};
    for (size_t i = 0; i < sizeof around / sizeof around[0]; i++) {
        if (str_starts(type, str_of(around[i])))
            type = str_slice(type, strlen(around[i]), type.len - 1);
    }
    type = str_slice(type, 0, str_find_byte(type, ','));
    while (type.len && strchr("*&?", type.ptr[0]))
        type = str_slice(type, 1, type.len);
    while (type.len && strchr("*&? ", type.ptr[type.len - 1]))
        type = str_slice(type, 0, type.len - 1);
    for (size_t i = 0; i < type.len; i++) {
        char c = type.ptr[i];
        if (!((c | 32) >= 'a' && (c | 32) <= 'z') && c != '_')
            return STR("");
    }
    bool named = type.len > 2 && type.ptr[0] >= 'A' && type.ptr[0] <= 'Z' &&
                 !gram_list_has("String Int Integer Long Double Float Boolean Bool Object Any Self "
                                "Void Unit List Map Set Vec Array Date None Promise Task Result",
                                type);
    return named ? arena_format(a, "the %.*s", STR_ARG(words_of(a, type))) : STR("");
}

static void describe_result(arena *a, gen_value *f, str_view object)
{
    gen_value *result = gen_part(a, f, "result");
    str_view class = gen_text(result, "class"), says = of_type(a, gen_text(f, "returns"));
    if (str_eq(class, STR("bool")))
        says = STR("whether that is so");
    else if (object.len)
        says = object;
    else if (!says.len)
        says = STR("the result");
    gen_set(a, result, "says", says);
    gen_set(a, result, "sentence", capital(a, says));
}

/* As far as endings tell. */
static bool is_adjective(str_view words)
{
    static const char *const ends[] = {"ed", "able", "ible", "ive", "ful", "ous", "al",
                                       "ic", "ent",  "en",   "ict", "id",  "ose", "iet",
                                       "ty", "dy",   "ll",   "al",  "ar",  "ake"};
    bool is = false;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        is = is || str_ends(words, str_of(ends[i]));
    return is;
}

static void describe_param(arena *a, gen_value *p)
{
    str_view words = words_of(a, gen_text(p, "name")), rest, first = first_word(words, &rest);
    str_view says = with_article(a, words);
    if (str_eq(gen_text(p, "class"), STR("bool"))) {
        bool asks = gram_list_has("is has should can use with do", first) && rest.len;
        const char *to = gram_list_has(verbs, first) ? "to "
                         : is_adjective(words)       ? "it is "
                                                     : "to use ";
        says = asks ? arena_format(a, "whether to use %.*s", STR_ARG(rest))
                    : arena_format(a, "whether %s%.*s", to, STR_ARG(words));
        if (asks && !gram_list_has("use with", first))
            says = arena_format(a, "whether it %.*s", STR_ARG(words));
        if (asks && str_eq(first, STR("is")))
            says = arena_format(a, "whether it is %.*s", STR_ARG(rest));
    } else if (gram_list_has("n num count", first) && rest.len) {
        says = arena_format(a, "the number of %.*s", STR_ARG(rest));
    }
    gen_set(a, p, "says", says);
    gen_set(a, p, "sentence", capital(a, says));
}

void gen__describe(struct gen_work *w)
{
    gen_value *f = gen_part(w->a, w->model, "function");
    arena *a = w->a;
    str_view name = gen_text(f, "name"), words = words_of(a, name), rest;
    str_view first = first_word(words, &rest), type = gen_text(w->model, "type.name");
    const gen_value *params = gen_get(f, STR("params"));
    for (gen_value *p = params ? params->first : NULL; p; p = p->next)
        describe_param(a, p);
    str_view returns = gen_text(f, "returns"), object = STR("");
    /* The last value of a method of Ruby is its result, unless its name says that it acts. */
    bool ruby = str_eq(str_of(w->q->lang->id), STR("ruby")) && !str_ends(name, STR("!")) &&
                !str_ends(name, STR("="));
    bool gives = ruby || gen_text(f, "gives").len ||
                 (returns.len && !gram_list_has("void None Unit", returns));
    bool verb = gram_list_has(verbs, first);
    if (gen_text(f, "constructor").len && type.len) {
        set_summary(a, f, STR("make"), with_article(a, words_of(a, type)));
    } else if (is_question(first) && (rest.len || str_ends(name, STR("?")))) {
        set_summary(a, f, STR("tell"), question(a, f, first, rest));
    } else if (gram_list_has("to as into", first) && rest.len) {
        set_summary(a, f, STR("convert"), arena_format(a, "it to %.*s", STR_ARG(rest)));
    } else if (str_eq(first, STR("on")) && rest.len) {
        set_summary(a, f, STR("handle"), with_article(a, rest));
    } else if (verb) {
        str_view with = with_article(a, rest);
        set_summary(a, f, first, with);
        if (gram_list_has("get give load read find fetch make create build compute calculate "
                          "generate obtain choose pick select parse return guess infer",
                          first) &&
            str_starts(with, STR("the ")))
            object = with;
    } else if (gives && !str_starts(words, STR("test "))) {
        object = with_article(a, words);
        set_summary(a, f, STR("return"), object);
    } else {
        gen_set(a, f, "summary", capital(a, words));
        gen_set(a, f, "summary3", gen_text(f, "summary"));
        gen_set(a, f, "verb", words);
    }
    describe_result(a, f, object);
}

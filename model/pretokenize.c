#include "model/pretokenize.h"

#include <stdint.h>

#include "base/utf.h"
#include "model/unicode.h"

enum {
    OTHER = MODEL_CLASS_OTHER,
    LETTER = MODEL_CLASS_LETTER,
    NUMBER = MODEL_CLASS_NUMBER,
    PUNCT = MODEL_CLASS_PUNCT,
    MARK = MODEL_CLASS_MARK,
    SPACE = MODEL_CLASS_SPACE,
    ANY = OTHER | LETTER | NUMBER | PUNCT | MARK | SPACE,
};

static unsigned char byte_at(str_view s, size_t at)
{
    return at < s.len ? (unsigned char)s.ptr[at] : 0;
}

static bool is_newline(str_view s, size_t at)
{
    return at < s.len && (s.ptr[at] == '\n' || s.ptr[at] == '\r');
}

/* The end of the run of characters of the classes in `mask` that begins at `at`. */
static size_t run_end(str_view s, size_t at, unsigned mask)
{
    size_t n;
    while (model__class_at(s, at, &n) & mask)
        at += n;
    return at;
}

/* ---- Shared parts of the GPT-2 and Llama 3 families ---------------------------------- */

/* 's 't 'm 'd 're 've 'll: the length with the apostrophe, or 0. */
static size_t contraction(str_view s, size_t at, bool any_case)
{
    if (byte_at(s, at) != '\'')
        return 0;
    unsigned fold = any_case ? 0x20 : 0;
    unsigned a = byte_at(s, at + 1) | fold, b = byte_at(s, at + 2) | fold;
    if (a == 's' || a == 't' || a == 'm' || a == 'd')
        return 2;
    if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l'))
        return 3;
    return 0;
}

/* \s+(?!\S)|\s+ at a run of white space: all but its last character, which joins the next word; the
 * whole run when it has one character or ends the text. */
static size_t space_end(str_view s, size_t at)
{
    size_t end = at, before_last = at, n;
    while (model__class_at(s, end, &n) & SPACE) {
        before_last = end;
        end += n;
    }
    return end == s.len || before_last == at ? end : before_last;
}

struct word_rules {
    unsigned letters;    /* classes that words are made of */
    unsigned max_digits; /* in one piece */
    bool takes_newlines; /* after symbols */
};

/* '(?i:[stmd]|re|ve|ll) | [^\r\n\p{L}\p{N}]?\p{L}+ | \p{N}{1,max} | _?[^\s\p{L}\p{N}]+[\r\n]*
 * | \s*[\r\n]+ | \s+(?!\S) | \s+ (where _ is a space) */
static size_t words(str_view s, size_t at, const struct word_rules *rules)
{
    size_t n = contraction(s, at, true);
    if (n)
        return at + n;
    unsigned first = model__class_at(s, at, &n);
    size_t after = at + n, ignored;
    if (first & rules->letters)
        return run_end(s, after, rules->letters);
    if (first & NUMBER) {
        for (unsigned i = 1; i < rules->max_digits && (model__class_at(s, after, &n) & NUMBER); i++)
            after += n;
        return after;
    }
    if (!is_newline(s, at) && (model__class_at(s, after, &ignored) & rules->letters))
        return run_end(s, after, rules->letters);
    unsigned symbols = ANY & ~(unsigned)SPACE & ~rules->letters & ~(unsigned)NUMBER;
    size_t from = byte_at(s, at) == ' ' ? after : at;
    if (model__class_at(s, from, &ignored) & symbols) {
        size_t end = run_end(s, from, symbols);
        while (rules->takes_newlines && is_newline(s, end))
            end++;
        return end;
    }
    /* White space only from here on. Up to its last newline, if it has one. */
    size_t newline_end = 0;
    for (size_t i = at; model__class_at(s, i, &n) & SPACE; i += n)
        if (is_newline(s, i))
            newline_end = i + 1;
    return newline_end ? newline_end : space_end(s, at);
}

static size_t pass_llama3(str_view s, size_t at)
{
    return words(s, at, &(struct word_rules){LETTER, 3, true});
}

static size_t pass_qwen2(str_view s, size_t at)
{
    return words(s, at, &(struct word_rules){LETTER, 1, true});
}

static size_t pass_qwen35(str_view s, size_t at)
{
    return words(s, at, &(struct word_rules){LETTER | MARK, 1, true});
}

static size_t pass_seed_coder(str_view s, size_t at)
{
    return words(s, at, &(struct word_rules){LETTER, 1, false});
}

/* '(?:[stmd]|re|ve|ll) | _?\p{L}+ | _?\p{N}+ | _?[^\s\p{L}\p{N}]+ | \s+(?!\S) | \s+ */
static size_t pass_gpt2(str_view s, size_t at)
{
    size_t n = contraction(s, at, false);
    if (n)
        return at + n;
    size_t from = byte_at(s, at) == ' ' ? at + 1 : at;
    unsigned first = model__class_at(s, from, &n);
    if (first == 0 || (first & SPACE))
        return space_end(s, at);
    if (!(first & (LETTER | NUMBER)))
        first = ANY & ~(unsigned)(LETTER | NUMBER | SPACE);
    return run_end(s, from + n, first);
}

/* ---- Passes of the schemes that cut several times ------------------------------------ */

/* Each match of `one character of mask` alone (or the whole run of them), the text between as it
 * is. */
static size_t isolated(str_view s, size_t at, unsigned mask, bool whole_run)
{
    size_t n;
    if (!(model__class_at(s, at, &n) & mask))
        return run_end(s, at, ANY & ~mask);
    return whole_run ? run_end(s, at, mask) : at + n;
}

static size_t pass_each_number(str_view s, size_t at)
{
    return isolated(s, at, NUMBER, false);
}

static size_t pass_numbers(str_view s, size_t at)
{
    return isolated(s, at, NUMBER, true);
}

/* [0-9][0-9][0-9] */
static size_t pass_three_digits(str_view s, size_t at)
{
    size_t n_digits = 0;
    for (size_t i = at; i < s.len; i++) {
        n_digits = byte_at(s, i) >= '0' && byte_at(s, i) <= '9' ? n_digits + 1 : 0;
        if (n_digits == 3)
            return i - 2 == at ? i + 1 : i - 2;
    }
    return s.len;
}

/* [\p{P}$+<=>^~|]+ */
static bool is_default_symbol(str_view s, size_t at, size_t *n)
{
    if (model__class_at(s, at, n) & PUNCT)
        return true;
    unsigned char c = byte_at(s, at);
    return c != 0 && strchr("$+<=>^~|", c);
}

static size_t pass_default_symbols(str_view s, size_t at)
{
    size_t n;
    bool first = is_default_symbol(s, at, &n);
    while (at < s.len && is_default_symbol(s, at, &n) == first)
        at += n;
    return at;
}

/* [\r\n] */
static size_t pass_each_newline(str_view s, size_t at)
{
    if (is_newline(s, at))
        return at + 1;
    while (at < s.len && !is_newline(s, at))
        at++;
    return at;
}

/* \s?[mask]+ with the text between as it is. */
static size_t after_space(str_view s, size_t at, unsigned mask)
{
    size_t n, n_next;
    for (size_t i = at; i < s.len; i += n) {
        unsigned here = model__class_at(s, i, &n);
        bool matches =
            (here & mask) || ((here & SPACE) && (model__class_at(s, i + n, &n_next) & mask));
        if (matches)
            return i == at ? run_end(s, at + n, mask) : i;
    }
    return s.len;
}

static size_t pass_letters_after_space(str_view s, size_t at)
{
    return after_space(s, at, LETTER);
}

static size_t pass_punct_after_space(str_view s, size_t at)
{
    return after_space(s, at, PUNCT);
}

/* [U+0800-U+9FA5 U+AC00-U+D7FF]+, but no white space: the peer's expression sees only ASCII spaces.
 */
static bool is_east_asian(str_view s, size_t at, size_t *n)
{
    if (model__class_at(s, at, n) & SPACE)
        return false;
    uint32_t c = utf8_decode(str_slice(s, at, s.len), n, NULL);
    return (c >= 0x0800 && c <= 0x9FA5) || (c >= 0xAC00 && c <= 0xD7FF);
}

static size_t pass_east_asian(str_view s, size_t at)
{
    size_t n;
    bool first = is_east_asian(s, at, &n);
    while (at < s.len && is_east_asian(s, at, &n) == first)
        at += n;
    return at;
}

/* ---- The schemes --------------------------------------------------------------------- */

#define GPT2                                                                                       \
    {                                                                                              \
        pass_gpt2                                                                                  \
    }
#define LLAMA3                                                                                     \
    {                                                                                              \
        pass_llama3                                                                                \
    }
#define QWEN2                                                                                      \
    {                                                                                              \
        pass_qwen2                                                                                 \
    }
#define STARCODER                                                                                  \
    {                                                                                              \
        pass_each_number, pass_gpt2                                                                \
    }

static const struct model__pre schemes[] = {
    {"default", {pass_default_symbols, pass_gpt2, pass_numbers, pass_three_digits}, false, false},
    {"qwen2", QWEN2, false, false},
    {"deepseek-r1-qwen", QWEN2, false, false},
    {"stablelm2", QWEN2, false, false},
    {"qwen35", {pass_qwen35}, false, false},
    {"seed-coder", {pass_seed_coder}, false, false},
    {"llama-bpe", LLAMA3, true, true},
    {"llama3", LLAMA3, true, true},
    {"llama-v3", LLAMA3, true, true},
    {"dbrx", LLAMA3, false, false},
    {"glm4", LLAMA3, false, false},
    {"chatglm-bpe", LLAMA3, false, false},
    {"gpt-2", GPT2, false, false},
    {"phi-2", GPT2, false, false},
    {"mellum", GPT2, false, false},
    {"mpt", GPT2, false, false},
    {"olmo", GPT2, false, false},
    {"starcoder", STARCODER, false, false},
    {"refact", STARCODER, false, false},
    {"smollm", STARCODER, false, false},
    {"command-r", STARCODER, false, false},
    {"codeshell", STARCODER, false, false},
    {"mellum2", STARCODER, false, false},
    {"deepseek-coder",
     {pass_each_newline, pass_letters_after_space, pass_punct_after_space, pass_east_asian,
      pass_each_number},
     false,
     false},
};

const struct model__pre *model__pre_find(str_view name)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (str_eq(str_of(schemes[i].name), name))
            return &schemes[i];
    return NULL;
}

struct model__pre_cursor model__pre_begin(const struct model__pre *pre, str_view text)
{
    return (struct model__pre_cursor){.pre = pre, .text = text};
}

bool model__pre_next(struct model__pre_cursor *c, str_view *piece)
{
    if (c->at >= c->text.len)
        return false;
    str_view outer = c->text;
    for (size_t i = 0; i < MODEL__PRE_PASSES && c->pre->passes[i]; i++) {
        if (c->ends[i] <= c->at)
            c->ends[i] = c->pre->passes[i](outer, c->at);
        outer.len = c->ends[i];
    }
    *piece = str_slice(outer, c->at, outer.len);
    c->at = outer.len;
    return true;
}

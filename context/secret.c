#include "context/secret.h"

#include "base/path.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ---- characters ---- */

enum class { /* bits */
             LOWER = 1,
             UPPER = 2,
             DIGIT = 4,
             UNDERSCORE = 8,
             DASH = 16,
             DOT = 32,
             BASE64 = 64, /* + / = */
             HEX = 128,   /* 0-9 a-f A-F */
             ALNUM = LOWER | UPPER | DIGIT,
             URLSAFE = ALNUM | UNDERSCORE | DASH,
};

static unsigned classes_of(char c)
{
    if (c >= 'a' && c <= 'z')
        return LOWER | (c <= 'f' ? HEX : 0);
    if (c >= 'A' && c <= 'Z')
        return UPPER | (c <= 'F' ? HEX : 0);
    if (c >= '0' && c <= '9')
        return DIGIT | HEX;
    return c == '_'                             ? UNDERSCORE
           : c == '-'                           ? DASH
           : c == '.'                           ? DOT
           : (c == '+' || c == '/' || c == '=') ? BASE64
                                                : 0;
}

/* As classes_of(c) & (ALNUM | UNDERSCORE), for the loop over all bytes. */
static bool is_word(char c)
{
    unsigned char u = (unsigned char)c, letter = (unsigned char)((u | 0x20) - 'a');
    return letter < 26 || (unsigned char)(u - '0') < 10 || u == '_';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Compares letters without case; `lower` is in lower case. */
static bool starts_nocase(str_view v, str_view lower)
{
    if (v.len < lower.len)
        return false;
    for (size_t i = 0; i < lower.len; i++)
        if (to_lower(v.ptr[i]) != lower.ptr[i])
            return false;
    return true;
}

static bool ends_nocase(str_view v, str_view lower)
{
    return v.len >= lower.len && starts_nocase(str_slice(v, v.len - lower.len, v.len), lower);
}

static bool eq_nocase(str_view v, str_view lower)
{
    return v.len == lower.len && starts_nocase(v, lower);
}

static bool contains_nocase(str_view v, str_view lower)
{
    for (size_t i = 0; i + lower.len <= v.len; i++)
        if (starts_nocase(str_slice(v, i, v.len), lower))
            return true;
    return false;
}

/* How many bytes from `at` on are of the classes. */
static size_t run(str_view text, size_t at, unsigned classes)
{
    size_t end = at;
    while (end < text.len && classes_of(text.ptr[end]) & classes)
        end++;
    return end - at;
}

/* Shannon entropy of the bytes, bits each. */
static float entropy(str_view v)
{
    uint32_t n[256] = {0};
    float bits = 0;
    for (size_t i = 0; i < v.len; i++)
        n[(unsigned char)v.ptr[i]]++;
    for (int c = 0; c < 256; c++)
        if (n[c]) {
            float p = (float)n[c] / (float)v.len;
            bits -= p * log2f(p);
        }
    return bits;
}

/* ---- tokens with a prefix ---- */

struct shape {
    const char *prefix;
    unsigned classes;  /* of what follows */
    uint16_t min, max; /* how much follows; more is not this token; max 0: no limit */
    const char *what;
};

static const struct shape shapes[] = {
    {"AKIA", UPPER | DIGIT, 16, 16, "AWS access key"},
    {"ASIA", UPPER | DIGIT, 16, 16, "AWS access key"},
    {"AIza", URLSAFE, 35, 35, "Google API key"},
    {"GOCSPX-", URLSAFE, 28, 28, "Google client secret"},
    {"ya29.", URLSAFE, 20, 0, "Google access token"},
    {"ghp_", ALNUM, 36, 0, "GitHub token"},
    {"gho_", ALNUM, 36, 0, "GitHub token"},
    {"ghu_", ALNUM, 36, 0, "GitHub token"},
    {"ghs_", ALNUM, 36, 0, "GitHub token"},
    {"ghr_", ALNUM, 36, 0, "GitHub token"},
    {"github_pat_", ALNUM | UNDERSCORE, 40, 0, "GitHub token"},
    {"glpat-", URLSAFE | DOT, 20, 0, "GitLab token"},
    {"gldt-", URLSAFE, 20, 0, "GitLab token"},
    {"glrt-", URLSAFE, 20, 0, "GitLab token"},
    {"glptt-", URLSAFE, 20, 0, "GitLab token"},
    {"glcbt-", URLSAFE, 20, 0, "GitLab token"},
    {"glsoat-", URLSAFE, 20, 0, "GitLab token"},
    {"xoxb-", ALNUM | DASH, 20, 0, "Slack token"},
    {"xoxp-", ALNUM | DASH, 20, 0, "Slack token"},
    {"xoxa-", ALNUM | DASH, 20, 0, "Slack token"},
    {"xoxr-", ALNUM | DASH, 20, 0, "Slack token"},
    {"xoxs-", ALNUM | DASH, 20, 0, "Slack token"},
    {"xoxe-", ALNUM | DASH, 20, 0, "Slack token"},
    {"xapp-", ALNUM | DASH, 20, 0, "Slack token"},
    {"sk_live_", ALNUM, 16, 0, "Stripe key"},
    {"rk_live_", ALNUM, 16, 0, "Stripe key"},
    {"sk_test_", ALNUM, 16, 0, "Stripe key"},
    {"rk_test_", ALNUM, 16, 0, "Stripe key"},
    {"whsec_", ALNUM | BASE64, 24, 0, "webhook secret"},
    {"npm_", ALNUM, 36, 36, "npm token"},
    {"pypi-AgE", URLSAFE, 50, 0, "PyPI token"},
    {"rubygems_", HEX, 48, 48, "RubyGems token"},
    {"hf_", LOWER | UPPER, 34, 34, "Hugging Face token"},
    {"sk-ant-", URLSAFE, 32, 0, "Anthropic key"},
    {"sk-proj-", URLSAFE, 32, 0, "OpenAI key"},
    {"sk-", ALNUM, 40, 0, "OpenAI key"},
    {"dop_v1_", HEX, 64, 64, "DigitalOcean token"},
    {"doo_v1_", HEX, 64, 64, "DigitalOcean token"},
    {"shpat_", HEX, 32, 32, "Shopify token"},
    {"shpss_", HEX, 32, 32, "Shopify secret"},
    {"shpca_", HEX, 32, 32, "Shopify token"},
    {"sq0csp-", URLSAFE, 43, 43, "Square secret"},
    {"sq0atp-", URLSAFE, 22, 22, "Square token"},
    {"SG.", URLSAFE | DOT, 60, 70, "SendGrid key"},
    {"SK", HEX, 32, 32, "Twilio key"},
    {"dapi", HEX, 32, 34, "Databricks token"},
    {"lin_api_", ALNUM, 32, 0, "Linear key"},
    {"hvs.", URLSAFE, 24, 0, "Vault token"},
    {"hvb.", URLSAFE, 24, 0, "Vault token"},
    {"dckr_pat_", URLSAFE, 20, 0, "Docker token"},
    {"glsa_", ALNUM | UNDERSCORE, 32, 0, "Grafana token"},
    {"NRAK-", UPPER | DIGIT, 27, 27, "New Relic key"},
    {"PMAK-", HEX | DASH, 59, 59, "Postman key"},
    {"figd_", URLSAFE, 40, 0, "Figma token"},
    {"sbp_", HEX, 40, 40, "Supabase token"},
    {"sntrys_", ALNUM | BASE64 | UNDERSCORE, 40, 0, "Sentry token"},
    {"ATATT3", URLSAFE | BASE64, 60, 0, "Atlassian token"},
    {"AGE-SECRET-KEY-1", UPPER | DIGIT, 58, 58, "age key"},
};

/* Documentation writes such tokens with runs of one letter or with the word in them. */
static bool is_placeholder(str_view v)
{
    static const char *const words[] = {"example",   "placeholder", "changeme", "change_me",
                                        "change-me", "your_",       "your-",    "redacted",
                                        "xxxx",      "dummy",       "sample",   "insert",
                                        "replace",   "....",        "****"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (contains_nocase(v, str_of(words[i])))
            return true;
    return v.len > 0 && entropy(v) < 1.5f;
}

static bool match_shape(str_view text, size_t at, struct ctx_secret_span *out)
{
    str_view rest = str_slice(text, at, text.len);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const struct shape *s = &shapes[i];
        if (s->prefix[0] != text.ptr[at])
            continue;
        str_view prefix = str_of(s->prefix);
        if (!str_starts(rest, prefix))
            continue;
        size_t n = run(rest, prefix.len, s->classes), end = prefix.len + n;
        bool whole = end == rest.len || !(classes_of(rest.ptr[end]) & (ALNUM | UNDERSCORE));
        if (n < s->min || (s->max && n > s->max) || !whole)
            continue;
        str_view body = str_slice(rest, prefix.len, end);
        if (is_placeholder(body) || entropy(body) < 2.5f)
            continue;
        *out = (struct ctx_secret_span){at, at + end, CTX_SECRET_TOKEN, s->what};
        return true;
    }
    return false;
}

/* header.payload.signature, the first two being base64url of "{\"…". */
static bool match_jwt(str_view text, size_t at, struct ctx_secret_span *out)
{
    static const char head[] = "eyJ";
    str_view rest = str_slice(text, at, text.len);
    if (!str_starts(rest, str_of(head)))
        return false;
    size_t first = run(rest, 0, URLSAFE), second_at = first + 1;
    if (first < 12 || second_at >= rest.len || rest.ptr[first] != '.' ||
        !str_starts(str_slice(rest, second_at, rest.len), str_of(head)))
        return false;
    size_t second = run(rest, second_at, URLSAFE), third_at = second_at + second + 1;
    if (second < 8 || third_at >= rest.len || rest.ptr[third_at - 1] != '.')
        return false;
    size_t third = run(rest, third_at, URLSAFE);
    if (third < 16)
        return false;
    *out = (struct ctx_secret_span){at, at + third_at + third, CTX_SECRET_JWT, "JSON web token"};
    return true;
}

/* The Telegram bot form, digits:35 characters, has no prefix. */
static bool match_bot_token(str_view text, size_t at, struct ctx_secret_span *out)
{
    size_t digits = run(text, at, DIGIT), rest = at + digits + 1;
    if (digits < 8 || digits > 10 || rest >= text.len || text.ptr[rest - 1] != ':' ||
        !str_starts(str_slice(text, rest, text.len), STR("AA")) || run(text, rest, URLSAFE) != 35)
        return false;
    *out = (struct ctx_secret_span){at, rest + 35, CTX_SECRET_TOKEN, "Telegram bot token"};
    return true;
}

/* ---- key blocks ---- */

static bool match_private_key(str_view text, size_t at, struct ctx_secret_span *out)
{
    enum { MAX_BLOCK = 32 * 1024, MIN_BODY = 64 };
    str_view rest = str_slice(text, at, text.len - at < MAX_BLOCK ? text.len : at + MAX_BLOCK);
    if (!str_starts(rest, STR("-----BEGIN ")))
        return false;
    size_t title = run(rest, 11, UPPER | DIGIT);
    str_view label = str_slice(rest, 11, 80);
    size_t dashes = str_find(label, STR("-----"));
    if (dashes == label.len ||
        str_find(str_slice(label, 0, dashes), STR("PRIVATE KEY")) == dashes || title == 0)
        return false;
    size_t begin = 11 + dashes + 5, end = begin, n = 0;
    /* Line breaks may be escaped, lines quoted or indented: everything up to the next dashes. */
    while (end < rest.len && !str_starts(str_slice(rest, end, rest.len), STR("-----")))
        n += (classes_of(rest.ptr[end++]) & (ALNUM | BASE64)) != 0;
    if (end == rest.len) {
        /* Cut off: hide lines of key material, not the code behind them. */
        end = begin;
        n = 0;
        while (end < rest.len) {
            size_t line = run(rest, end, ALNUM | BASE64);
            size_t next = end + line;
            while (next < rest.len &&
                   (rest.ptr[next] == '\n' || rest.ptr[next] == '\r' || is_space(rest.ptr[next])))
                next++;
            if (line < 16 && n >= MIN_BODY)
                break;
            if (next == end)
                break;
            n += line;
            end = next;
        }
    }
    if (n < MIN_BODY)
        return false; /* code that speaks of key blocks */
    *out = (struct ctx_secret_span){at + begin, at + end, CTX_SECRET_PRIVATE_KEY, "private key"};
    return true;
}

/* ---- values ---- */

static bool is_uuid(str_view v)
{
    if (v.len != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? v.ptr[i] != '-' : !(classes_of(v.ptr[i]) & HEX))
            return false;
    }
    return true;
}

/* Something that stands for a value which comes from elsewhere. */
static bool is_reference(str_view v)
{
    static const char *const marks[] = {"${", "$(", "{{",  "<%",   "%(",
                                        "%s", "#{", "://", "env.", "::"};
    if (v.len && strchr("$<%{@[(*&!", v.ptr[0]) && v.len > 1 &&
        (is_word(v.ptr[1]) || v.ptr[1] == v.ptr[0] || strchr("{(<%", v.ptr[1])) &&
        !(strchr("!*&@", v.ptr[0]) && entropy(v) > 3.2f))
        return true;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (str_find(v, str_of(marks[i])) < v.len)
            return true;
    return false;
}

/* Letters that make words: "my-service", "getAccessToken", "PASSWORD_MIN". Random letters and
 * digits change between small, large and digit after two or three places; words are longer. */
static bool is_wordy(str_view v)
{
    size_t n_digits = 0, n_letters = 0, n_words = 0;
    unsigned before = 0, before2 = 0;
    for (size_t i = 0; i < v.len; i++) {
        unsigned c = classes_of(v.ptr[i]), kind = c & ALNUM;
        if (!kind && !(c & (UNDERSCORE | DASH | DOT)) && v.ptr[i] != '/' && v.ptr[i] != ':')
            return false;
        n_digits += kind == DIGIT;
        n_letters += kind == LOWER || kind == UPPER;
        bool capitalised = kind == LOWER && before == UPPER && before2 != UPPER;
        n_words += kind && kind != before && !capitalised;
        before2 = before;
        before = kind;
    }
    return n_words * 10 < (n_letters + n_digits) * 3 && n_digits * 4 <= n_letters;
}

/* A value worth hiding, given that its name says secret. */
static bool is_random(str_view v)
{
    enum { SHORTEST = 8, LONGEST = 1024, LONG = 16 };
    if (v.len < SHORTEST || v.len > LONGEST || is_reference(v) || is_placeholder(v) || is_wordy(v))
        return false;
    unsigned kinds = 0, n_hex = 0;
    for (size_t i = 0; i < v.len; i++) {
        unsigned c = classes_of(v.ptr[i]);
        if ((unsigned char)v.ptr[i] <= ' ' || (unsigned char)v.ptr[i] >= 0x7F)
            return false;
        kinds |= c & ALNUM ? c & ALNUM : UNDERSCORE;
        n_hex += (c & HEX) != 0;
    }
    int n_kinds =
        !!(kinds & LOWER) + !!(kinds & UPPER) + !!(kinds & DIGIT) + !!(kinds & UNDERSCORE);
    float bits = entropy(v);
    if (n_hex == v.len)
        return v.len >= LONG && bits >= 2.8f;
    return v.len < LONG ? n_kinds >= 3 && bits >= 2.7f : n_kinds >= 2 && bits >= 3.2f;
}

/* scheme://user:password@host: called at "://". */
static bool match_url(str_view text, size_t at, struct ctx_secret_span *out)
{
    enum { MAX_USERINFO = 256 };
    static const char *const common[] = {"password", "pass", "pwd", "secret", "user", "token",
                                         "passwd",   "test", "pw",  "guest",  "root", "postgres"};
    if (at == 0 || !is_word(text.ptr[at - 1]))
        return false;
    size_t colon = 0, end = 0;
    for (size_t i = at + 3; i < text.len && i < at + 3 + MAX_USERINFO; i++) {
        char c = text.ptr[i];
        if (c == '@') {
            end = i; /* the last one before the host counts */
        } else if (c == ':' && !colon) {
            colon = i;
        } else if (is_space(c) || strchr("\r\n\"'`<>/?,;|\\", c) || c == '\0') {
            break;
        }
    }
    if (!colon || end < colon + 2)
        return false;
    str_view password = str_slice(text, colon + 1, end);
    if (is_reference(password) || is_placeholder(password) || strchr("$<{%*[", password.ptr[0]))
        return false;
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (eq_nocase(password, str_of(common[i])))
            return false;
    *out = (struct ctx_secret_span){colon + 1, end, CTX_SECRET_URL, "password in a URL"};
    return true;
}

/* ---- names ---- */

/* The part of a name before `end` that is one word: "Token" of accessToken, "key" of api_key2. */
static str_view last_word(str_view name, size_t *end)
{
    size_t e = *end;
    while (e > 0 && !(classes_of(name.ptr[e - 1]) & (LOWER | UPPER)))
        e--; /* separators and numbers */
    size_t b = e;
    if (b > 0 && classes_of(name.ptr[b - 1]) & UPPER) {
        while (b > 0 && classes_of(name.ptr[b - 1]) & UPPER)
            b--;
    } else {
        while (b > 0 && classes_of(name.ptr[b - 1]) & LOWER)
            b--;
        if (b > 0 && classes_of(name.ptr[b - 1]) & UPPER)
            b--;
    }
    *end = b;
    return str_slice(name, b, e);
}

enum name_kind { NAME_PLAIN, NAME_TOKEN, NAME_SECRET };

static enum name_kind kind_of_name(str_view name)
{
    static const char *const secrets[] = {"password",   "passwd",      "passphrase", "pwd",
                                          "secret",     "apikey",      "pass",       "secretkey",
                                          "credential", "credentials", "authkey",    "accesskey"};
    static const char *const before_key[] = {
        "api",    "secret",  "access",  "auth",    "private", "account", "encryption", "signing",
        "master", "license", "session", "storage", "service", "hmac",    "aes"};
    size_t end = name.len;
    str_view word = last_word(name, &end);
    if (word.len < 3 || !strchr("delnrsty", to_lower(word.ptr[word.len - 1])))
        return NAME_PLAIN; /* no word below ends so; this is asked of every name */
    if (eq_nocase(word, STR("token")) || eq_nocase(word, STR("bearer")) ||
        eq_nocase(word, STR("authorization")) || ends_nocase(word, STR("authtoken")))
        return NAME_TOKEN;
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        if (eq_nocase(word, str_of(secrets[i])))
            return NAME_SECRET;
    if (!eq_nocase(word, STR("key")))
        return NAME_PLAIN;
    str_view before = last_word(name, &end);
    for (size_t i = 0; i < sizeof before_key / sizeof before_key[0]; i++)
        if (eq_nocase(before, str_of(before_key[i])))
            return NAME_SECRET;
    return NAME_PLAIN;
}

/* What is given to a name that ends at `at`: name = "value", "name": 'value', NAME=value,
 * <name>value</name>, set_name("value"), --name=value. False: nothing literal is. */
static bool value_of_name(str_view text, size_t at, str_view *value)
{
    size_t i = at;
    bool closes_quote = i < text.len && (text.ptr[i] == '"' || text.ptr[i] == '\'');
    i += closes_quote;
    while (i < text.len && (is_space(text.ptr[i]) || text.ptr[i] == ']'))
        i++;
    size_t sign = i;
    while (i < text.len && i < sign + 3 && strchr("=:>(,", text.ptr[i]) && text.ptr[i])
        i++;
    if (i == sign)
        return false;
    bool call = text.ptr[sign] == '(' || text.ptr[sign] == ',';
    bool tag = text.ptr[sign] == '>';
    while (i < text.len && is_space(text.ptr[i]))
        i++;
    /* Authorization: Bearer value */
    static const char *const schemes[] = {"bearer ", "basic ", "token "};
    char quote = 0;
    if (i < text.len && strchr("\"'`", text.ptr[i]) && text.ptr[i])
        quote = text.ptr[i++];
    for (size_t k = 0; k < sizeof schemes / sizeof schemes[0]; k++)
        if (starts_nocase(str_slice(text, i, text.len), str_of(schemes[k])))
            i += strlen(schemes[k]);
    size_t end = i;
    while (end < text.len && (unsigned char)text.ptr[end] > ' ' &&
           (quote ? text.ptr[end] != quote : !strchr("\"'`<>,;", text.ptr[end])))
        end += text.ptr[end] == '\\' && end + 1 < text.len && (unsigned char)text.ptr[end + 1] > ' '
                   ? 2
                   : 1;
    if (end > text.len)
        end = text.len;
    *value = str_slice(text, i, end);
    if (quote)
        return end < text.len && text.ptr[end] == quote; /* a sentence in quotes is no secret */
    /* Code has calls, members and indices where data has a bare value. */
    return !call && (tag || (run(*value, 0, URLSAFE | BASE64) == value->len &&
                             (end == text.len || text.ptr[end] <= ' ' || text.ptr[end] == ';' ||
                              text.ptr[end] == ',' || text.ptr[end] == '"')));
}

/* Is anything given to the name that ends at `at`? Most names are followed by something else. */
static bool has_sign(str_view text, size_t at)
{
    size_t limit = at + 8 < text.len ? at + 8 : text.len;
    for (; at < limit; at++)
        switch (text.ptr[at]) {
        case '=':
        case ':':
        case '>':
        case '(':
        case ',': return true;
        case ' ':
        case '\t':
        case '"':
        case '\'':
        case ']': break;
        default: return false;
        }
    return false;
}

static bool match_value(str_view text, size_t begin, size_t end, struct ctx_secret_span *out)
{
    if (!has_sign(text, end))
        return false;
    /* x-api-key and spring.datasource.password are one name. */
    size_t limit = begin > 40 ? begin - 40 : 0;
    while (begin > limit && classes_of(text.ptr[begin - 1]) & (ALNUM | UNDERSCORE | DASH | DOT))
        begin--;
    enum name_kind kind = kind_of_name(str_slice(text, begin, end));
    str_view value;
    if (kind == NAME_PLAIN || !value_of_name(text, end, &value) || !is_random(value))
        return false;
    if (is_uuid(value) && kind == NAME_TOKEN)
        return false; /* request and session ids are called so as well */
    size_t at = (size_t)(value.ptr - text.ptr);
    if (!match_shape(text, at, out)) /* which can say more */
        *out = (struct ctx_secret_span){at, at + value.len, CTX_SECRET_VALUE, "secret value"};
    return true;
}

/* Tokens are longer than words: most places are done with after this. */
static bool may_be_token(str_view text, size_t at, size_t word_end)
{
    enum { SHORTEST = 20, BOT_DIGITS = 8 };
    if (word_end - at >= SHORTEST)
        return true;
    if (word_end == text.len || is_space(text.ptr[word_end]))
        return false;
    return run(text, at, URLSAFE | DOT) >= SHORTEST ||
           (text.ptr[word_end] == ':' && word_end - at >= BOT_DIGITS &&
            classes_of(text.ptr[at]) & DIGIT);
}

bool ctx_secret_next(str_view text, size_t from, struct ctx_secret_span *out)
{
    size_t i = from;
    while (i < text.len) {
        char c = text.ptr[i];
        if (!is_word(c)) {
            if (c == '-' && match_private_key(text, i, out))
                return true;
            if (c == ':' && str_starts(str_slice(text, i, i + 3), STR("://")) &&
                match_url(text, i, out))
                return true;
            i++;
            continue;
        }
        size_t end = i + 1;
        while (end < text.len && is_word(text.ptr[end]))
            end++;
        bool starts = i == 0 || !is_word(text.ptr[i - 1]);
        if (starts && may_be_token(text, i, end) &&
            (match_shape(text, i, out) || match_jwt(text, i, out) || match_bot_token(text, i, out)))
            return true;
        if (match_value(text, i, end, out))
            return true;
        i = end;
    }
    return false;
}

size_t ctx_secret_mask(buf *out, str_view text)
{
    struct ctx_secret_span span;
    size_t at = 0, n = 0;
    for (; ctx_secret_next(text, at, &span); n++) {
        buf_append(out, str_slice(text, at, span.begin));
        for (size_t i = span.begin; i < span.end; i++)
            buf_append_byte(out, text.ptr[i] == '\n' ? '\n' : '*');
        at = span.end;
    }
    buf_append(out, str_slice(text, at, text.len));
    return n;
}

/* ---- files ---- */

static bool in_list(str_view v, const char *const *list, size_t n, bool (*test)(str_view, str_view))
{
    for (size_t i = 0; i < n; i++)
        if (test(v, str_of(list[i])))
            return true;
    return false;
}

#define IN_LIST(v, list, test) in_list((v), (list), sizeof(list) / sizeof((list)[0]), (test))

bool ctx_secret_path(str_view path)
{
    static const char *const samples[] = {".example",  ".sample", ".template", ".dist",
                                          ".defaults", ".tmpl",   ".tpl",      ".md"};
    static const char *const names[] = {".netrc",           "_netrc",
                                        ".npmrc",           ".pypirc",
                                        ".htpasswd",        ".pgpass",
                                        ".my.cnf",          ".git-credentials",
                                        ".dockercfg",       ".vault-token",
                                        ".envrc",           ".bash_history",
                                        ".zsh_history",     ".psql_history",
                                        ".mysql_history",   "credentials",
                                        "id_rsa",           "id_dsa",
                                        "id_ecdsa",         "id_ed25519",
                                        "id_ecdsa_sk",      "id_ed25519_sk",
                                        "credentials.json", "credentials.yml",
                                        "credentials.yaml", "credentials.csv",
                                        "secrets.json",     "secrets.yml",
                                        "secrets.yaml",     "secrets.toml",
                                        "secrets.ini",      "secrets.properties",
                                        "secret.json",      "secret.yml",
                                        "secret.yaml",      "kubeconfig",
                                        "master.key",       "shadow",
                                        ".s3cfg",           ".boto",
                                        "terraform.tfvars", "application_default_credentials.json"};
    static const char *const endings[] = {
        ".pem",  ".key", ".p12", ".pfx", ".p8",   ".jks",          ".ppk",     ".keystore",
        ".kdbx", ".kdb", ".asc", ".gpg", ".ovpn", ".mobileconfig", ".tfstate", ".agekey"};
    static const char *const folders[] = {
        ".ssh/", ".gnupg/", ".aws/", ".kube/", ".docker/config.json", ".azure/", ".config/gcloud/"};
    str_view name = path_name(path);
    if (IN_LIST(name, samples, ends_nocase))
        return false;
    if (eq_nocase(name, STR(".env")) || starts_nocase(name, STR(".env.")) ||
        (ends_nocase(name, STR(".env")) && name.len > 4))
        return true;
    if (IN_LIST(name, names, eq_nocase) || IN_LIST(name, endings, ends_nocase))
        return true;
    if (ends_nocase(name, STR(".json")) &&
        (starts_nocase(name, STR("service-account")) ||
         starts_nocase(name, STR("service_account")) || starts_nocase(name, STR("client_secret"))))
        return true;
    for (size_t i = 0; i < path.len; i++)
        if ((i == 0 || path.ptr[i - 1] == '/') &&
            IN_LIST(str_slice(path, i, path.len), folders, starts_nocase))
            return !ends_nocase(name, STR(".pub")) && !eq_nocase(name, STR("known_hosts"));
    return false;
}

#include "assist/scaffold/format.h"

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool hex(char c)
{
    return digit(c) || (c >= 'a' && c <= 'f');
}

/* The value of n digits at v[i], or -1. */
static int number(str_view v, size_t i, size_t n)
{
    int value = 0;
    if (i + n > v.len)
        return -1;
    for (size_t k = 0; k < n; k++) {
        if (!digit(v.ptr[i + k]))
            return -1;
        value = value * 10 + (v.ptr[i + k] - '0');
    }
    return value;
}

static bool at(str_view v, size_t i, char c)
{
    return i < v.len && v.ptr[i] == c;
}

static bool is_date(str_view v)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (v.len != 10 || !at(v, 4, '-') || !at(v, 7, '-'))
        return false;
    int y = number(v, 0, 4), m = number(v, 5, 2), d = number(v, 8, 2);
    if (y < 1 || m < 1 || m > 12 || d < 1)
        return false;
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return d <= days[m - 1] + (m == 2 && leap);
}

/* Length of HH:MM[:SS[.f+]] at the start of v, 0 when it is none. */
static size_t time_length(str_view v, bool need_seconds)
{
    int h = number(v, 0, 2), m = number(v, 3, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59 || !at(v, 2, ':'))
        return 0;
    if (!at(v, 5, ':'))
        return need_seconds ? 0 : 5;
    int s = number(v, 6, 2);
    if (s < 0 || s > 59)
        return 0;
    size_t i = 8;
    if (at(v, i, '.') && number(v, i + 1, 1) >= 0) {
        i++;
        while (i < v.len && digit(v.ptr[i]))
            i++;
        if (i - 9 > 9)
            return 0; /* finer than nanoseconds: no type holds it */
    }
    return i;
}

static bool is_date_time(str_view v, bool zone)
{
    if (v.len < 16 || !is_date(str_slice(v, 0, 10)) ||
        !(v.ptr[10] == 'T' || (!zone && v.ptr[10] == ' ')))
        return false;
    str_view clock = str_slice(v, 11, v.len);
    size_t n = time_length(clock, zone);
    if (!n)
        return false;
    str_view rest = str_slice(clock, n, clock.len);
    if (!zone)
        return rest.len == 0;
    if (str_eq(rest, STR("Z")))
        return true;
    int h = number(rest, 1, 2), m = number(rest, 4, 2);
    return rest.len == 6 && (rest.ptr[0] == '+' || rest.ptr[0] == '-') && at(rest, 3, ':') &&
           h >= 0 && h < 24 && m >= 0 && m < 60;
}

static bool is_duration(str_view v)
{
    static const char units[] = "YMWDTHMS";
    size_t i = 1, unit = 0;
    bool any = false;
    if (!at(v, 0, 'P'))
        return false;
    while (i < v.len) {
        if (v.ptr[i] == 'T') {
            if (unit > 4)
                return false;
            unit = 5;
            i++;
            any = false;
            continue;
        }
        size_t start = i;
        while (i < v.len && (digit(v.ptr[i]) || (v.ptr[i] == '.' && i > start)))
            i++;
        if (i == start || i >= v.len)
            return false;
        while (unit < sizeof units - 1 && units[unit] != v.ptr[i])
            unit++;
        if (unit >= sizeof units - 1 || units[unit] == 'T')
            return false;
        unit++;
        i++;
        any = true;
    }
    return any;
}

static bool is_uuid(str_view v)
{
    if (v.len != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? v.ptr[i] != '-' : !hex(v.ptr[i]))
            return false;
    }
    return true;
}

static bool is_ulid(str_view v)
{
    if (v.len != 26 || v.ptr[0] > '7')
        return false;
    for (size_t i = 0; i < 26; i++) {
        char c = v.ptr[i];
        if (!digit(c) && !(upper(c) && c != 'I' && c != 'L' && c != 'O' && c != 'U'))
            return false;
    }
    return digit(v.ptr[0]);
}

/* Base 62, the seconds since May 2014 in front: a digit comes first for decades. */
static bool is_ksuid(str_view v)
{
    bool d = false, l = false, u = false;
    for (size_t i = 0; v.len == 27 && i < 27; i++) {
        char c = v.ptr[i];
        if (!digit(c) && !lower(c) && !upper(c))
            return false;
        d |= digit(c);
        l |= lower(c);
        u |= upper(c);
    }
    return d && l && u && v.ptr[0] <= '9';
}

static bool all_hex(str_view v)
{
    for (size_t i = 0; i < v.len; i++) {
        if (!hex(v.ptr[i]))
            return false;
    }
    return true;
}

static bool is_uri(str_view v)
{
    size_t i = 0;
    while (i < v.len && (lower(v.ptr[i]) || (i && (digit(v.ptr[i]) || strchr("+-.", v.ptr[i])))))
        i++;
    if (i < 2 || i > 12 || v.len < i + 4 || memcmp(v.ptr + i, "://", 3) != 0)
        return false;
    for (; i < v.len; i++) {
        unsigned char c = (unsigned char)v.ptr[i];
        if (c <= ' ' || c == 0x7f || c == '"' || c == '<' || c == '>' || c == '{' || c == '}' ||
            c == '\\' || c == '^' || c == '`' || c == '|')
            return false;
    }
    return true;
}

static bool is_image(str_view v)
{
    static const char *const ends[] = {".png", ".jpg",  ".jpeg", ".gif",
                                       ".svg", ".webp", ".avif", ".bmp"};
    if (!is_uri(v) || !str_starts(v, STR("http")))
        return false;
    v = str_slice(v, 0, str_find_byte(v, '#'));
    v = str_slice(v, 0, str_find_byte(v, '?'));
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i]), k = 0;
        while (k < n && v.len > n && (v.ptr[v.len - n + k] | 0x20) == (ends[i][k] | 0x20))
            k++;
        if (k == n)
            return true;
    }
    return false;
}

static bool is_email(str_view v)
{
    size_t a = str_find_byte(v, '@'), dot = 0;
    if (a == 0 || a > 64 || a + 4 > v.len || v.len > 254)
        return false;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        bool plain = digit(c) || lower(c) || upper(c) || c == '-' || c == '.';
        if (i > a && c == '.') {
            if (i == a + 1 || v.ptr[i - 1] == '.')
                return false;
            dot = i;
        }
        if (i != a && !plain && !(i < a && c != '\0' && strchr("!#$%&'*+/=?^_`{|}~", c)))
            return false;
    }
    return dot > a && v.len - dot > 2 && v.ptr[0] != '.' && v.ptr[a - 1] != '.';
}

static bool is_ipv4(str_view v)
{
    size_t i = 0;
    for (int part = 0; part < 4; part++) {
        size_t start = i;
        int value = 0;
        while (i < v.len && digit(v.ptr[i]) && i - start < 3)
            value = value * 10 + (v.ptr[i++] - '0');
        if (i == start || value > 255 || (i - start > 1 && v.ptr[start] == '0'))
            return false;
        if (part < 3 && !at(v, i++, '.'))
            return false;
    }
    return i == v.len;
}

static bool is_ipv6(str_view v)
{
    size_t groups = 0, i = 0;
    bool gap = false;
    if (v.len < 2 || v.len > 39)
        return false;
    while (i < v.len) {
        if (at(v, i, ':') && at(v, i + 1, ':')) {
            if (gap)
                return false;
            gap = true;
            i += 2;
            continue;
        }
        if (groups && at(v, i, ':'))
            i++;
        size_t start = i;
        while (i < v.len && hex(v.ptr[i]) && i - start < 4)
            i++;
        if (i == start || (i < v.len && v.ptr[i] != ':'))
            return false;
        groups++;
    }
    return gap ? groups < 8 : groups == 8 && v.ptr[v.len - 1] != ':';
}

static bool is_color(str_view v)
{
    if (!at(v, 0, '#') || !(v.len == 4 || v.len == 7 || v.len == 9))
        return false;
    for (size_t i = 1; i < v.len; i++) {
        if (!hex(v.ptr[i]) && !(v.ptr[i] >= 'A' && v.ptr[i] <= 'F'))
            return false;
    }
    return true;
}

/* 5 to 15 digits; blanks, dashes, dots, slashes and brackets between them; perhaps an extension. */
static bool is_dialled(str_view v)
{
    size_t digits = 0, i = at(v, 0, '+') ? 1 : 0;
    bool open = false;
    for (; i < v.len; i++) {
        char c = v.ptr[i];
        bool joint = i + 1 < v.len && (c == ' ' || c == '-' || c == '.' || c == '/');
        if (digit(c))
            digits++;
        else if ((c == '(' && !open) || (c == ')' && open))
            open = !open;
        else if (!joint || !i)
            break;
    }
    str_view tail = str_slice(v, i, v.len);
    size_t n = str_starts(tail, STR("ext")) ? 3 : str_starts(tail, STR("x")) ? 1 : 0;
    n += n && at(tail, n, '.');
    n += n && at(tail, n, ' ');
    for (size_t k = n; k < tail.len; k++) {
        if (!n || !digit(tail.ptr[k]) || k > n + 6)
            return false;
    }
    return digits >= 5 && digits <= 15 && !open && (!tail.len || tail.len > n);
}

/* What nobody takes for another number. */
static bool is_phone(str_view v)
{
    bool plus = at(v, 0, '+') && v.len > 7 && v.ptr[1] != '0';
    return (plus || (at(v, 0, '(') && v.len > 8 && v.len > str_find_byte(v, ')') + 4)) &&
           is_dialled(v);
}

/* Length of degrees with at least two decimals at v[i], 0 when none. */
static size_t degrees(str_view v, size_t i, int most)
{
    size_t start = i, n = at(v, i, '-') ? 1 : 0;
    int whole = 0;
    for (i += n; i < v.len && digit(v.ptr[i]) && i - start < 4; i++)
        whole = whole * 10 + (v.ptr[i] - '0');
    if (i == start + n || whole > most || !at(v, i, '.'))
        return 0;
    size_t point = i++;
    while (i < v.len && digit(v.ptr[i]))
        i++;
    return i > point + 2 ? i - start : 0;
}

static bool is_geo(str_view v)
{
    size_t n = degrees(v, 0, 90);
    if (!n || !at(v, n, ','))
        return false;
    n += at(v, n + 1, ' ') ? 2 : 1;
    size_t east = degrees(v, n, 180);
    return east && n + east == v.len;
}

static bool is_html(str_view v)
{
    static const char *const tags[] = {
        "a",      "p",     "b",     "i",      "u",      "em",      "br",        "hr",   "ul",
        "ol",     "li",    "h1",    "h2",     "h3",     "h4",      "h5",        "h6",   "td",
        "tr",     "div",   "pre",   "sub",    "sup",    "img",     "code",      "span", "del",
        "strong", "small", "table", "figure", "iframe", "section", "blockquote"};
    for (size_t from; (from = str_find_byte(v, '<')) + 2 < v.len;) {
        v = str_slice(v, from + 1, v.len);
        str_view tag = str_slice(v, at(v, 0, '/'), v.len);
        size_t n = 0;
        while (n < tag.len && (lower(tag.ptr[n]) || upper(tag.ptr[n]) || digit(tag.ptr[n])))
            n++;
        bool ends = at(tag, n, '>') || at(tag, n, '/') || at(tag, n, ' ');
        for (size_t i = 0; ends && n && i < sizeof tags / sizeof *tags; i++) {
            size_t k = 0;
            while (k < n && (tag.ptr[k] | 0x20) == (tags[i][k] | 0x20))
                k++;
            if (k == n && !tags[i][n] && str_find_byte(tag, '>') < tag.len)
                return true;
        }
    }
    return false;
}

/* Length of a number without leading zeros at v[i], 0 when none. */
static size_t plain_number(str_view v, size_t i)
{
    size_t n = 0;
    while (i + n < v.len && digit(v.ptr[i + n]))
        n++;
    return n > 1 && v.ptr[i] == '0' ? 0 : n;
}

static bool is_semver(str_view v)
{
    size_t i = 0;
    for (int part = 0; part < 3; part++) {
        size_t n = plain_number(v, i);
        if (!n || n > 9)
            return false;
        i += n;
        if (part < 2 && !at(v, i++, '.'))
            return false;
    }
    if (i == v.len)
        return true;
    if (v.ptr[i] != '-' && v.ptr[i] != '+')
        return false;
    for (size_t start = ++i; i < v.len; i++) {
        char c = v.ptr[i];
        if (!digit(c) && !lower(c) && !upper(c) &&
            !(c == '-' || c == '+' || (c == '.' && i > start)))
            return false;
    }
    return v.ptr[i - 1] != '-' && v.ptr[i - 1] != '+';
}

static bool is_decimal(str_view v, bool integer)
{
    size_t i = at(v, 0, '-') ? 1 : 0;
    size_t n = plain_number(v, i);
    if (!n || n > 18 || str_eq(v, STR("-0")))
        return false;
    i += n;
    if (integer)
        return i == v.len;
    if (!at(v, i++, '.'))
        return false;
    size_t start = i;
    while (i < v.len && digit(v.ptr[i]))
        i++;
    return i == v.len && i > start && i - start <= 18;
}

/* The codes in use; historic ones are left out, as a wrong guess costs more than a missed one. */
static bool in_list(str_view v, const char *list)
{
    size_t n = v.len;
    for (const char *p = list; *p; p += n) {
        if (memcmp(p, v.ptr, n) == 0)
            return true;
    }
    return false;
}

static bool is_currency(str_view v)
{
    return v.len == 3 && upper(v.ptr[0]) && upper(v.ptr[1]) && upper(v.ptr[2]) &&
           in_list(v, "AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBHDBIFBMDBNDBOBBRLBSDBTNBWPBYNBZDC"
                      "ADCDFCHFCLP"
                      "CNYCOPCRCCUPCVECZKDJFDKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGNFGTQGYDHKDH"
                      "NLHTGHUFIDRILS"
                      "INRIQDIRRISKJMDJODJPYKESKGSKHRKMFKPWKRWKWDKYDKZTLAKLBPLKRLRDLSLLYDMADMDLMGAM"
                      "KDMMKMNTMOPMRU"
                      "MURMVRMWKMXNMYRMZNNADNGNNIONOKNPRNZDOMRPABPENPGKPHPPKRPLNPYGQARRONRSDRUBRWFS"
                      "ARSBDSCRSDGSEK"
                      "SGDSHPSLESOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTNDTOPTRYTTDTWDTZSUAHUGXUSDUYUUZSVESV"
                      "NDVUVWSTXAFXCD"
                      "XOFXPFYERZARZMWZWL");
}

static bool is_country(str_view v)
{
    return v.len == 2 && upper(v.ptr[0]) && upper(v.ptr[1]) &&
           in_list(v, "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCA"
                      "CCCDCFCGCHCI"
                      "CKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGH"
                      "GIGLGMGNGPGQGRGS"
                      "GTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLC"
                      "LILKLRLSLTLULVLY"
                      "MAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPE"
                      "PFPGPHPKPLPMPNPR"
                      "PSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTK"
                      "TLTMTNTOTRTTTVTW"
                      "TZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW");
}

static bool is_locale(str_view v)
{
    static const char languages[] =
        "afamarasazbebgbnbocabscocscydadeeleneoeseteufafffifofrfygaglguhahehihrhthuhyidigisitiujaka"
        "kkkmknkokukylalblnloltlvmgmimkmlmnmrmsmtmynenlnnnoorpaplpsptqurorurwsasdsiskslsmsnsosqsrsv"
        "swtatetgthtitktntotrttugukuruzvivowoxhyiyozhzu";
    if (v.len != 2 && !(v.len > 3 && (v.ptr[2] == '-' || v.ptr[2] == '_')))
        return false;
    if (!lower(v.ptr[0]) || !lower(v.ptr[1]) || !in_list(str_slice(v, 0, 2), languages))
        return false;
    str_view rest = str_slice(v, 3, v.len);
    if (v.len == 2)
        return true;
    if (rest.len >= 4 && upper(rest.ptr[0]) && lower(rest.ptr[1]) && lower(rest.ptr[2]) &&
        lower(rest.ptr[3])) {
        if (rest.len == 4)
            return true;
        if (rest.ptr[4] != v.ptr[2])
            return false;
        rest = str_slice(rest, 5, rest.len);
    }
    return is_country(rest) || (rest.len == 3 && number(rest, 0, 3) >= 0);
}

static bool is_mime(str_view v)
{
    static const char *const types[] = {"application/", "audio/",     "font/",
                                        "image/",       "message/",   "model/",
                                        "text/",        "multipart/", "video/"};
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        str_view head = str_of(types[t]);
        if (!str_starts(v, head) || v.len == head.len)
            continue;
        for (size_t i = head.len; i < v.len; i++) {
            char c = v.ptr[i];
            if (!digit(c) && !lower(c) && !upper(c) && !(c != '\0' && strchr("+-.;= _", c)))
                return false;
        }
        return true;
    }
    return false;
}

static bool is_base64(str_view v)
{
    bool d = false, l = false, u = false;
    size_t n = v.len;
    if (n < 16 || n % 4 != 0)
        return false;
    while (n > v.len - 2 && v.ptr[n - 1] == '=')
        n--;
    for (size_t i = 0; i < n; i++) {
        char c = v.ptr[i];
        d |= digit(c);
        l |= lower(c);
        u |= upper(c);
        if (!digit(c) && !lower(c) && !upper(c) && c != '+' && c != '/')
            return false;
    }
    return d && l && u;
}

static bool matches(scaf_format f, str_view v)
{
    switch (f) {
    case FORMAT_DATE: return is_date(v);
    case FORMAT_DATE_TIME: return is_date_time(v, true);
    case FORMAT_LOCAL_DATE_TIME: return is_date_time(v, false);
    case FORMAT_TIME: return v.len >= 5 && time_length(v, false) == v.len;
    case FORMAT_DURATION: return is_duration(v);
    case FORMAT_UUID: return is_uuid(v);
    case FORMAT_ULID: return is_ulid(v);
    case FORMAT_KSUID: return is_ksuid(v);
    case FORMAT_OBJECT_ID: return v.len == 24 && all_hex(v);
    case FORMAT_IMAGE: return is_image(v);
    case FORMAT_URI: return is_uri(v);
    case FORMAT_EMAIL: return is_email(v);
    case FORMAT_IPV4: return is_ipv4(v);
    case FORMAT_IPV6: return is_ipv6(v);
    case FORMAT_COLOR: return is_color(v);
    case FORMAT_PHONE: return is_phone(v);
    case FORMAT_SEMVER: return is_semver(v);
    case FORMAT_DECIMAL: return is_decimal(v, false);
    case FORMAT_INTEGER: return is_decimal(v, true);
    case FORMAT_CURRENCY: return is_currency(v);
    case FORMAT_COUNTRY: return is_country(v);
    case FORMAT_LOCALE: return is_locale(v);
    case FORMAT_MIME: return is_mime(v);
    case FORMAT_BASE64: return is_base64(v);
    case FORMAT_HEX: return v.len >= 16 && v.len % 2 == 0 && all_hex(v);
    case FORMAT_GEO: return is_geo(v);
    case FORMAT_HTML: return is_html(v);
    case FORMAT_DIALLED: return is_dialled(v);
    case FORMAT_NONE:
    case FORMAT_N: break;
    }
    return false;
}

uint32_t scaf__format_match(str_view v, uint32_t candidates)
{
    uint32_t set = 0;
    if (v.len < 2 && v.len != 1)
        return 0;
    for (int f = FORMAT_NONE + 1; f < FORMAT_N; f++) {
        if ((candidates >> f & 1) && matches((scaf_format)f, v))
            set |= UINT32_C(1) << f;
    }
    return set;
}

scaf_format scaf__format_first(uint32_t set)
{
    for (int f = FORMAT_NONE + 1; f < FORMAT_N; f++) {
        if (set >> f & 1)
            return (scaf_format)f;
    }
    return FORMAT_NONE;
}

const char *scaf__format_name(scaf_format f)
{
    static const char *const names[FORMAT_N] = {
        "string",  "date",   "date-time", "local-date-time", "time",    "duration",  "uuid",
        "ulid",    "ksuid",  "object-id", "image-url",       "uri",     "email",     "ipv4",
        "ipv6",    "color",  "phone",     "semver",          "decimal", "integer",   "currency",
        "country", "locale", "mime-type", "base64",          "hex",     "geo-point", "html",
        "phone",
    };
    return f >= 0 && f < FORMAT_N ? names[f] : "string";
}

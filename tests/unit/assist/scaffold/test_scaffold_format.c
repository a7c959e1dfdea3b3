#include "assist/scaffold/format.h"
#include "tests/unit/test.h"

static const struct {
    const char *text;
    const char *want;
} examples[] = {
    {"2024-02-29", "date"},
    {"2023-02-29", "string"},
    {"2024-03-02T08:30:00Z", "date-time"},
    {"2024-03-02T08:30:00.125+01:00", "date-time"},
    {"2024-03-02T08:30:00", "local-date-time"},
    {"2024-03-02 08:30:00", "local-date-time"},
    {"2024-03-02T25:30:00Z", "string"},
    {"08:30", "time"},
    {"24:00", "string"},
    {"P1DT2H", "duration"},
    {"PT1", "string"},
    {"3f2504e0-4f89-41d3-9a0c-0305e82c3301", "uuid"},
    {"3F2504E0-4F89-41D3-9A0C-0305E82C3301", "string"},
    {"01ARZ3NDEKTSV4RRFFQ69G5FAV", "ulid"},
    {"0ujtsYcgvSTl8PAuAdqWYSMnLOv", "ksuid"},
    {"ujtsYcgvSTlPAuAdqWYSMnLOvxq", "string"},
    {"507f1f77bcf86cd799439011", "object-id"},
    {"https://example.com/a?b=c", "uri"},
    {"https://example.com/a b", "string"},
    {"ada@example.com", "email"},
    {"a@b", "string"},
    {"192.168.0.1", "ipv4"},
    {"256.1.1.1", "string"},
    {"01.1.1.1", "string"},
    {"::1", "ipv6"},
    {"2001:db8::8a2e:370:7334", "ipv6"},
    {"1:2:3", "string"},
    {"#ffcc00", "color"},
    {"#ffcc0", "string"},
    {"+4712345678", "phone"},
    {"+47 22 11 33 44", "phone"},
    {"(555) 123-4567", "phone"},
    {"+1 (555) 123-4567 ext. 12", "phone"},
    {"555-1234", "string"},
    {"+47 22", "string"},
    {"(see below)", "string"},
    {"12/34", "string"},
    {"https://example.com/a/b.PNG?s=40#x", "image-url"},
    {"https://example.com/png", "uri"},
    {"59.9139,10.7522", "geo-point"},
    {"-33.86, 151.21", "geo-point"},
    {"12.5,59.9", "string"},
    {"95.00,10.00", "string"},
    {"<p>Hello</p>", "html"},
    {"a line<br/>another", "html"},
    {"Hi <B class=x>you</B>", "html"},
    {"if (a < b && c > d)", "string"},
    {"List<String>", "string"},
    {"<unknown> tag", "string"},
    {"1.2.3-rc.1", "semver"},
    {"1.02.3", "string"},
    {"-12.50", "decimal"},
    {"012.50", "string"},
    {"42", "integer"},
    {"042", "string"},
    {"-0", "string"},
    {"USD", "currency"},
    {"ABC", "string"},
    {"NO", "country"},
    {"pt-BR", "locale"},
    {"zh-Hant-TW", "locale"},
    {"image/svg+xml", "mime-type"},
    {"aGVsbG8gd29ybGQ5Cg==", "base64"},
    {"d41d8cd98f00b204e9800998ecf8427e", "hex"},
    {"hello", "string"},
    {"", "string"},
};

static void test_format__recognises(void **state)
{
    (void)state;
    const uint32_t unkeyed = FORMAT_ALL & ~(UINT32_C(1) << FORMAT_DIALLED);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        scaf_format f = scaf__format_first(scaf__format_match(str_of(examples[i].text), unkeyed));
        if (strcmp(scaf__format_name(f), examples[i].want) != 0) {
            print_error("%s: got %s, want %s\n", examples[i].text, scaf__format_name(f),
                        examples[i].want);
            fail();
        }
    }
}

static void test_format__numbers_that_people_dial(void **state)
{
    (void)state;
    static const char *const yes[] = {"555-1234",          "1-770-736-8031 x56442", "210.067.6132",
                                      "(0)20 7946 0958",   "024-648-3804",          "22113344",
                                      "493-170-9623 x156", "+1 555 0100 ext.7"};
    static const char *const no[] = {"1234",      "555-",     "55 (12 34", "555-1234 x",
                                     "555-1234x", "call 555", "-5551234",  "1234567890123456"};
    const uint32_t dialled = UINT32_C(1) << FORMAT_DIALLED;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (!scaf__format_match(str_of(yes[i]), dialled))
            fail_msg("%s is not taken", yes[i]);
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        if (scaf__format_match(str_of(no[i]), dialled))
            fail_msg("%s is taken", no[i]);
    }
}

static void test_format__all_must_match(void **state)
{
    (void)state;
    uint32_t set = scaf__format_match(STR("2024-01-01"), FORMAT_ALL);
    assert_int_equal(scaf__format_first(scaf__format_match(STR("2024-01-02"), set)), FORMAT_DATE);
    assert_int_equal(scaf__format_match(STR("unknown"), set), 0);
}

TEST_MAIN(cmocka_unit_test(test_format__recognises),
          cmocka_unit_test(test_format__numbers_that_people_dial),
          cmocka_unit_test(test_format__all_must_match))

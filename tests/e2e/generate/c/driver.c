#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shop.c"

int main(void)
{
    const unsigned sizes[3] = {1, 2, 3};
    char nick[] = "annie", text[200], json[200] = "";
    struct point at = {1, 2};
    struct user *a = user_create("Ann", nick, 4, sizes, 0.5, true, GREEN, &at);
    struct user *b = user_create("Ann", nick, 4, sizes, 0.5, true, GREEN, &at);
    assert(a && b && a->nick != nick && strcmp(a->nick, nick) == 0 && a->sizes[2] == 3);
    assert(user_equal(a, b) && user_hash(a) == user_hash(b));
    assert(user_print(text, sizeof text, a) > 0);
    assert(strstr(text, "user(name=Ann, nick=annie, age=4, ratio=0.5, open=true, color=5, at=0x"));
    b->age = 5;
    assert(!user_equal(a, b) && user_hash(a) != user_hash(b));
    b->age = 4;
    b->name = NULL;
    assert(!user_equal(a, b) && !user_equal(b, a));
    user_destroy(a);
    user_destroy(b);
    user_destroy(NULL);

    struct user_builder builder = {{0}};
    struct user made =
        user_build(user_with_sizes(user_with_age(user_with_name(&builder, "Ann"), 7), sizes));
    assert(strcmp(made.name, "Ann") == 0 && made.age == 7 && made.sizes[2] == 3 && !made.nick);
    assert(restock != NULL);

    struct pair p = {{1, 2}, {3, 4}}, q = p;
    assert(pair_equal(&p, &q));
    point_set_x(&q.b, 9);
    assert(!pair_equal(&p, &q) && point_x(&q.b) == 9);

    char *args[] = {"prog", "--level", "a\"\n", "--count=-3", "--limit",
                    "7",    "--ratio", "1.5",   "--fast",     NULL};
    options_t o = {0};
    assert(options_parse_args(&o, 9, args) && o.count == -3 && o.limit == 7 && o.fast);
    FILE *f = fmemopen(json, sizeof json, "w");
    assert(f && options_to_json(f, &o) && fclose(f) == 0);
    assert(strcmp(json, "{\"level\":\"a\\\"\\u000a\",\"count\":-3,\"limit\":7,"
                        "\"ratio\":1.5,\"fast\":true}") == 0);
    char *bad[] = {"prog", "--odd", NULL};
    assert(freopen("/dev/null", "w", stderr));
    assert(!options_parse_args(&o, 2, bad));

    enum color c;
    level_t l;
    assert(color_parse(&c, "GREEN") && c == GREEN && strcmp(color_name(RED), "RED") == 0);
    assert(!color_parse(&c, "BLUE") && c == GREEN && !color_name((enum color)99));
    assert(level_parse(&l, "HIGH") && l == HIGH && paint(RED) == 0);

    FILE *source = fopen("shop.c", "r");
    static char code[1 << 16];
    assert(source && fread(code, 1, sizeof code - 1, source) > 0 && fclose(source) == 0);
    assert(strstr(code, "/* Returns the price. */\nint price("));
    return 0;
}

#include <cassert>
#include <fstream>
#include <iterator>

#include "shop.cpp"

#define main price_tests
#include "test_shop_price.cpp"
#undef main

template <typename E, typename F> static bool fails(F body)
{
    try {
        body();
    } catch (const E &) {
        return true;
    }
    return false;
}

int main()
{
    price_tests();
    User a("Ann", 4, {"a", "b"}, 0.5, "i"), b("Ann", 4, {"a", "b"}, 0.5, "i");
    assert(a == b);
    b.set_age(5);
    assert(a != b && b.age() == 5 && a.name() == "Ann");
    assert(a.to_string() == "User(name=Ann, age=4, tags=a;b;, ratio=0.5, id=i)");
    assert(a.to_json() == "{\"name\":\"Ann\",\"age\":4,\"tags\":[\"a\",\"b\"],\"ratio\":0.5,\"id\":\"i\"}");
    assert(UserBuilder().name("Ann").age(4).tags({"a", "b"}).ratio(0.5).id("i").build() == a);
    assert(fails<std::logic_error>([] { UserBuilder().build(); }));
    assert((Key{"a", 1}.hash() == Key{"a", 1}.hash()) && (Key{"a", 1}.hash() != Key{"a", 2}.hash()) && (Key{"a", 1} == Key{"a", 1}));
    Box<int> box(3);
    box.set_value(4);
    assert(box.value() == 4 && box == Box<int>(4));
    const Options o = parse_options({"--level", "a\"\n", "--count", "-3", "--fast", "--names", "x", "--names", "y", "--limit", "7"});
    assert(o.count == -3 && o.fast && o.names.size() == 2 && o.limit == 7);
    assert(o.to_json() == "{\"level\":\"a\\\"\\u000a\",\"count\":-3,\"fast\":true,\"names\":[\"x\",\"y\"],\"limit\":7}");
    assert(fails<std::invalid_argument>([] { parse_options({"--odd"}); }));
    assert(fails<std::invalid_argument>([] { parse_options({"--level"}); }));
    MockStore m;
    m.on_load = [](const std::string &key) { return key + "!"; };
    const Store &s = m;
    assert(s.load("k") == "k!" && m.calls == std::vector<std::string>{"load"});
    assert(fails<std::bad_function_call>([&] { m.save("k", 1); }));
    assert(fails<std::logic_error>([] { Disk().save("k", 1); }));
    assert(parse_color(to_string(Color::Green)) == Color::Green && paint(Color::Red) == 0);
    assert(fails<std::invalid_argument>([] { parse_color("blue"); }));
    std::ifstream file("shop.cpp");
    const std::string code{std::istreambuf_iterator<char>(file), {}};
    assert(code.find("// Returns the price.\ninline int price(") != std::string::npos);
}
